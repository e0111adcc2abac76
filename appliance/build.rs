//! Has the program built again when the pages were.

fn main() {
    let pages = std::path::Path::new("../web-ui/dist");
    // An empty folder is no page and embeds nothing, but its change can be seen; a folder that is
    // missing would have the program built again each time.
    let _ = std::fs::create_dir_all(pages);
    println!("cargo::rerun-if-changed=../web-ui/dist");
    println!("cargo::rerun-if-changed=build.rs");
}
