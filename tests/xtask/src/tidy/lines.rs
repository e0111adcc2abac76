//! How long a file may be.

use super::{File, Tree};

/// Past this a file is remarked on.
const LONG: usize = 400;
/// Past this it must be cut.
const TOO_LONG: usize = 600;

/// Files that must be cut.
pub fn faults(tree: &Tree) -> Vec<String> {
    over(tree, TOO_LONG)
        .map(|(path, lines)| format!("{path}: {lines} lines, at most {TOO_LONG}"))
        .collect()
}

/// Files to keep an eye on.
pub fn remarks(tree: &Tree) -> Vec<String> {
    over(tree, LONG)
        .filter(|(_, lines)| *lines <= TOO_LONG)
        .map(|(path, lines)| format!("{path}: {lines} lines; files are mostly under {LONG}"))
        .collect()
}

fn over(tree: &Tree, limit: usize) -> impl Iterator<Item = (&str, usize)> {
    let written = tree.files.iter().filter(|file| is_written_by_hand(file));
    written
        .map(|file| (file.path.as_str(), file.text.lines().count()))
        .filter(move |(_, lines)| *lines > limit)
}

fn is_written_by_hand(file: &File) -> bool {
    let source = [".rs", ".ts", ".svelte"]
        .iter()
        .any(|end| file.path.ends_with(end));
    let head = file.text.lines().take(5).collect::<String>().to_lowercase();
    source && !head.contains("generated")
}

#[cfg(test)]
mod tests {
    use super::super::tree;
    use super::*;

    #[test]
    fn a_long_file_is_remarked_on_and_a_longer_one_refused() {
        let long = tree(&[("a/src/b.rs", &"x\n".repeat(500))]);
        assert_eq!((faults(&long).len(), remarks(&long).len()), (0, 1));
        let longer = tree(&[("a/src/b.rs", &"x\n".repeat(601))]);
        assert_eq!((faults(&longer).len(), remarks(&longer).len()), (1, 0));
    }

    #[test]
    fn a_generated_file_may_be_as_long_as_it_likes() {
        let text = format!("// Generated from the API.\n{}", "x\n".repeat(900));
        assert!(faults(&tree(&[("web-ui/src/api/types.ts", &text)])).is_empty());
    }
}
