//! Any text under any set of extensions.
#![no_main]

mod check;

use chaski::files::Files;
use chaski::markdown::{Markdown, convert};

libfuzzer_sys::fuzz_target!(|input: (u64, &str)| {
    let (seed, text) = input;
    let files = Files::new();
    let file = files.add(std::path::Path::new("page.md"), text);
    let dialect = check::dialect(seed);
    let result = convert(Markdown { text, file: file.id, offset: 0 }, &dialect, &files);
    check::document(&files, &result.value, &result.problems);
});
