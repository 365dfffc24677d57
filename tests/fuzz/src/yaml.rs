//! Any text as configuration and as front matter.
#![no_main]

use chaski::files::Files;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let files = Files::new();
    let file = files.add(std::path::Path::new("mkdocs.yml"), text);
    let _ = chaski::yaml::parse(&file);
    let front = chaski::markdown::front_matter::split(&file);
    assert!(text.is_char_boundary(front.value.body.min(text.len())));
});
