//! The rules of the house that no compiler knows, held by a test.
//!
//! Each rule looks at a [`Tree`] and names the faults it finds; so each is tested on a tree of
//! three lines.

mod arrows;
mod lines;
mod manifest;
mod places;
mod source;
mod words;

use std::fmt;
use std::path::Path;

use crate::command;

/// One file of the work tree: what git keeps or would keep.
#[derive(Clone, Debug)]
pub struct File {
    /// From the top, with `/`.
    pub path: String,
    /// Its text; empty for a picture or a sound.
    pub text: String,
}

/// The work tree.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// Sorted by path.
    pub files: Vec<File>,
}

impl Tree {
    fn read(root: &Path) -> Result<Self, String> {
        let list = ["ls-files", "--cached", "--others", "--exclude-standard"];
        let told = command::output("git", &list, root).ok_or("`git ls-files` failed")?;
        let mut files = Vec::new();
        for path in told.lines() {
            // a file that was deleted but not yet committed is still listed
            if let Ok(octets) = std::fs::read(root.join(path)) {
                let text = String::from_utf8(octets).unwrap_or_default();
                files.push(File {
                    path: path.to_owned(),
                    text,
                });
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { files })
    }

    /// The text of one file.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files
            .iter()
            .find(|file| file.path == path)
            .map(|file| file.text.as_str())
    }

    /// Whether there is such a file or folder.
    pub fn has(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        self.files
            .iter()
            .any(|file| file.path == path || file.path.starts_with(&folder))
    }

    /// The Rust sources.
    pub fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.path.ends_with(".rs"))
    }
}

/// What a look at the tree found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// What must be mended.
    pub faults: Vec<String>,
    /// What is worth knowing.
    pub remarks: Vec<String>,
}

impl Report {
    /// How many faults, in words.
    pub fn in_short(&self) -> String {
        let count = self.faults.len();
        format!(
            "{count} fault{} against the rules of the house",
            if count == 1 { "" } else { "s" }
        )
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for remark in &self.remarks {
            writeln!(f, "remark: {remark}")?;
        }
        for fault in &self.faults {
            writeln!(f, "fault: {fault}")?;
        }
        Ok(())
    }
}

/// Looks at the work tree below `root`.
pub fn look(root: &Path) -> Result<Report, String> {
    Ok(judge(&Tree::read(root)?))
}

fn judge(tree: &Tree) -> Report {
    let mut report = Report::default();
    report.faults.extend(arrows::faults(tree));
    report.faults.extend(lines::faults(tree));
    report.faults.extend(words::faults(tree));
    report.faults.extend(places::faults(tree));
    report.remarks.extend(lines::remarks(tree));
    report.remarks.extend(arrows::remarks(tree));
    report
}

#[cfg(test)]
fn tree(files: &[(&str, &str)]) -> Tree {
    let file = |&(path, text): &(&str, &str)| File {
        path: path.into(),
        text: text.into(),
    };
    Tree {
        files: files.iter().map(file).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_house_keeps_its_rules() {
        let report = look(&crate::place::root()).unwrap();
        assert!(report.faults.is_empty(), "\n{report}");
    }
}
