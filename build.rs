//! Names this program by what it is made of, so that nothing kept by another one is taken for its
//! own (`src/cache`).

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

/// All that goes into the program.
const PARTS: [&str; 4] = ["Cargo.lock", "Cargo.toml", "src", "themes"];

fn main() {
    let mut sum = DefaultHasher::new();
    for part in PARTS {
        println!("cargo:rerun-if-changed={part}");
        add(Path::new(part), &mut sum);
    }
    println!("cargo:rustc-env=CHASKI_BUILD={:016x}", sum.finish());
}

/// A file, or all files of a folder in order. What cannot be read is missed by the compiler, too.
fn add(path: &Path, sum: &mut DefaultHasher) {
    path.to_string_lossy().hash(sum);
    let Ok(entries) = fs::read_dir(path) else {
        fs::read(path).unwrap_or_default().hash(sum);
        return;
    };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        add(&path, sum);
    }
}
