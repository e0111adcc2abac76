//! Has the program built again when the pages were, and tells it by which sources it folds facts.

use std::path::{Path, PathBuf};

/// Where the fold of the facts is written: the centre, the words it speaks, what is made of facts.
const FOLD: [&str; 3] = ["call/src", "services/src", "src/store"];

fn main() {
    let pages = Path::new("../web-ui/dist");
    // An empty folder is no page and embeds nothing, but its change can be seen; a folder that is
    // missing would have the program built again each time.
    let _ = std::fs::create_dir_all(pages);
    println!("cargo::rerun-if-changed=../web-ui/dist");
    println!("cargo::rerun-if-changed=build.rs");
    let mut files = Vec::new();
    for folder in FOLD {
        println!("cargo::rerun-if-changed={folder}");
        list(Path::new(folder), &mut files);
    }
    files.sort();
    // FNV-1a: it tells versions apart, and guards against nobody.
    let mut hash = 0xCBF2_9CE4_8422_2325_u64;
    for file in files {
        for octet in std::fs::read(&file).unwrap_or_default() {
            hash = (hash ^ u64::from(octet)).wrapping_mul(0x0100_0000_01B3);
        }
    }
    println!("cargo::rustc-env=HOTLINE_FOLD={hash:016x}");
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            list(&path, files);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            files.push(path);
        }
    }
}
