//! What stands where: the top level, the maps in the documents, the one version number.

use super::manifest;
use super::{File, Tree};

/// The top level as the product's owner named it.
const NAMES: &[&str] = &[
    "Cargo.toml",
    "appliance",
    "drivers",
    "media-dsp",
    "buildroot",
    "web-ui",
    "images",
    "tests",
    "README.md",
];
/// What else may stand there and be seen.
const BESIDE: &[&str] = &[
    "Cargo.lock",
    "LICENSE-MIT",
    "LICENSE-APACHE",
    "CHANGELOG.md",
];
/// Settings of tools.
const SETTINGS: &[&str] = &[
    ".cargo",
    ".ci",
    ".clippy.toml",
    ".config",
    ".deny.toml",
    ".gitattributes",
    ".gitignore",
    ".rustfmt.toml",
];

/// Things out of place.
pub fn faults(tree: &Tree) -> Vec<String> {
    let mut faults = top_level(tree);
    faults.extend(
        tree.files
            .iter()
            .filter(|f| f.path.ends_with(".md"))
            .flat_map(|f| maps(tree, f)),
    );
    faults.extend(unmapped(tree));
    faults.extend(versions(tree));
    faults
}

fn top_level(tree: &Tree) -> Vec<String> {
    let mut seen: Vec<&str> = tree
        .files
        .iter()
        .filter_map(|f| f.path.split('/').next())
        .collect();
    seen.sort_unstable();
    seen.dedup();
    let allowed = |name: &&str| {
        [NAMES, BESIDE, SETTINGS]
            .iter()
            .any(|list| list.contains(name))
    };
    let strange = seen.iter().filter(|name| !allowed(name));
    let missing = NAMES.iter().filter(|name| !seen.contains(name));
    strange
        .map(|name| format!("{name}: not a name of the top level"))
        .chain(missing.map(|name| format!("{name}: missing from the top level")))
        .collect()
}

/// Paths in a document that lead nowhere: words in backticks and links that start at the top.
fn maps(tree: &Tree, document: &File) -> Vec<String> {
    let mut faults = Vec::new();
    for (index, line) in document.text.lines().enumerate() {
        let ticked = line.split('`').skip(1).step_by(2);
        let linked = line
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split([')', '#']).next());
        for path in ticked.chain(linked).filter(|path| is_path(path)) {
            if !tree.has(path) && !is_made(path) {
                faults.push(format!("{}:{}: no `{path}`", document.path, index + 1));
            }
        }
    }
    faults
}

fn is_path(word: &str) -> bool {
    let plain = !word.contains(|c: char| c.is_whitespace() || "*{}<>$".contains(c));
    let top = word.split_once('/').map(|(top, _)| top);
    plain && top.is_some_and(|top| [NAMES, SETTINGS].iter().any(|list| list.contains(&top)))
}

/// Made by a build and kept out of the repository.
fn is_made(path: &str) -> bool {
    ["web-ui/dist", "images/out"]
        .iter()
        .any(|made| path.starts_with(made))
}

/// Rooms that the README's map leaves out.
fn unmapped(tree: &Tree) -> Vec<String> {
    let readme = tree.text("README.md").unwrap_or_default();
    manifest::members(tree.text("Cargo.toml").unwrap_or_default())
        .into_iter()
        .filter(|room| {
            !readme.contains(&format!("`{room}/")) && !readme.contains(&format!("`{room}`"))
        })
        .map(|room| format!("README.md: the map does not show `{room}`"))
        .collect()
}

/// `images/VERSION` is the only version number; Cargo and the changelog repeat it.
fn versions(tree: &Tree) -> Vec<String> {
    let Some(version) = tree.text("images/VERSION").map(str::trim) else {
        return vec!["images/VERSION: missing".into()];
    };
    let cargo = tree.text("Cargo.toml").unwrap_or_default();
    let mut faults = Vec::new();
    if manifest::value(cargo, "workspace.package", "version") != Some(version) {
        faults.push(format!(
            "Cargo.toml: the workspace's version is not images/VERSION, {version}"
        ));
    }
    if !tree
        .text("CHANGELOG.md")
        .unwrap_or_default()
        .contains(&format!("## {version}"))
    {
        faults.push(format!("CHANGELOG.md: nothing is said of {version}"));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::super::tree;
    use super::*;

    #[test]
    fn the_top_level_holds_the_nine_names_and_settings() {
        let mut files = vec![("Cargo.toml", ""), ("README.md", ""), (".ci/run", "")];
        files.extend([
            ("appliance/a", ""),
            ("drivers/a", ""),
            ("media-dsp/a", ""),
            ("tests/a", ""),
        ]);
        files.extend([("buildroot/a", ""), ("images/a", ""), ("web-ui/a", "")]);
        assert_eq!(top_level(&tree(&files)), Vec::<String>::new());
        files.push(("scripts/a.sh", ""));
        assert_eq!(
            top_level(&tree(&files)),
            ["scripts: not a name of the top level"]
        );
        files.retain(|(path, _)| !path.starts_with("web-ui"));
        assert_eq!(top_level(&tree(&files)).len(), 2);
    }

    #[test]
    fn a_path_in_a_document_must_lead_somewhere() {
        let text = "See `drivers/src/a.rs`, `drivers/src/gone.rs`, `cargo xtask demo`,\n\
                    [this](appliance/docs) and ![that](appliance/docs/live.png).\n";
        let tree = tree(&[
            ("README.md", text),
            ("drivers/src/a.rs", ""),
            ("appliance/docs/x.md", ""),
        ]);
        let wanted = [
            "README.md:1: no `drivers/src/gone.rs`",
            "README.md:2: no `appliance/docs/live.png`",
        ];
        assert_eq!(maps(&tree, &tree.files[0]), wanted);
    }

    #[test]
    fn every_room_is_on_the_map() {
        let tree = tree(&[
            ("Cargo.toml", "members = [\"drivers\", \"media-dsp\"]"),
            ("README.md", "`drivers/src`"),
        ]);
        assert_eq!(
            unmapped(&tree),
            ["README.md: the map does not show `media-dsp`"]
        );
    }

    #[test]
    fn there_is_one_version_number() {
        let told = |cargo: &str| {
            versions(&tree(&[
                ("images/VERSION", "1.2.3\n"),
                ("Cargo.toml", cargo),
                ("CHANGELOG.md", "## 1.2.3\n"),
            ]))
        };
        assert!(told("[workspace.package]\nversion = \"1.2.3\"\n").is_empty());
        assert_eq!(told("[workspace.package]\nversion = \"1.2.4\"\n").len(), 1);
    }
}
