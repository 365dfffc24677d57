//! Any text in CommonMark mode.
#![no_main]

mod check;

use chaski::files::Files;
use chaski::markdown::{Dialect, Markdown, commonmark};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = check::dialect;
    let files = Files::new();
    let file = files.add(std::path::Path::new("page.md"), text);
    let source = Markdown { text, file: file.id, offset: 0 };
    let result = commonmark::convert(source, &Dialect::default());
    check::document(&files, &result.value, &result.problems);
});
