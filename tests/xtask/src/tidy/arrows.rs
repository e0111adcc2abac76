//! Who may know whom. The rooms' `Cargo.toml` files hold it; this holds them to it.

use std::collections::BTreeSet;

use super::Tree;
use super::manifest::{self, Named};

/// A room and what it may name.
struct Room {
    folder: &'static str,
    package: &'static str,
    /// Rooms it may know.
    rooms: &'static [&'static str],
    /// Packages from outside.
    others: Others,
}

enum Others {
    /// These and no more.
    Only(&'static [&'static str]),
    /// Any but these.
    Not(&'static [&'static str]),
}

/// Packages that wait, listen or serve: the world's side of the house.
const WORLDLY: &[&str] = &["tokio", "tokio-util", "axum", "rsipstack", "rusqlite"];

const ALL_ROOMS: &[&str] = &[
    "hotline",
    "hotline-call",
    "hotline-signalling",
    "hotline-services",
    "hotline-drivers",
    "hotline-dsp",
    "hotline-world",
    "hotline-sim",
];

/// The table of rooms. A new arrow needs a decision record first.
const ROOMS: &[Room] = &[
    Room {
        folder: "appliance/call",
        package: "hotline-call",
        rooms: &[],
        others: Others::Only(&["serde"]),
    },
    Room {
        folder: "appliance/signalling",
        package: "hotline-signalling",
        rooms: &["hotline-call"],
        others: Others::Only(&[]),
    },
    Room {
        folder: "appliance/services",
        package: "hotline-services",
        rooms: &["hotline-call"],
        others: Others::Only(&["serde"]),
    },
    Room {
        folder: "media-dsp",
        package: "hotline-dsp",
        rooms: &[],
        others: Others::Only(&["heapless"]),
    },
    Room {
        folder: "drivers",
        package: "hotline-drivers",
        rooms: &[],
        others: Others::Not(WORLDLY),
    },
    Room {
        folder: "appliance",
        package: "hotline",
        rooms: &[
            "hotline-call",
            "hotline-signalling",
            "hotline-services",
            "hotline-drivers",
            "hotline-dsp",
        ],
        others: Others::Not(&[]),
    },
    Room {
        folder: "tests",
        package: "hotline-tests",
        rooms: ALL_ROOMS,
        others: Others::Not(&[]),
    },
    // the far end stands beside the program and never inside it
    Room {
        folder: "tests/world",
        package: "hotline-world",
        rooms: &[
            "hotline-call",
            "hotline-drivers",
            "hotline-dsp",
            "hotline-signalling",
        ],
        others: Others::Not(WORLDLY),
    },
    // days of the core alone; it needs no machine to stand on
    Room {
        folder: "tests/sim",
        package: "hotline-sim",
        rooms: &["hotline-call", "hotline-services"],
        others: Others::Only(&["lexopt", "serde", "serde_json"]),
    },
    // measures the signal processing alone
    Room {
        folder: "tests/voice",
        package: "hotline-voice",
        rooms: &["hotline-dsp"],
        others: Others::Not(WORLDLY),
    },
    // must build on a bare machine
    Room {
        folder: "tests/xtask",
        package: "xtask",
        rooms: &[],
        others: Others::Only(&[]),
    },
];

/// The packages the product's owner asked for by name.
const ASKED_FOR: &[&str] = &[
    "tokio",
    "nix",
    "alsa",
    "serialport",
    "rusqlite",
    "axum",
    "heapless",
    "rubato",
    "tracing",
    "zerocopy",
];

/// Arrows that the table does not have.
pub fn faults(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    for folder in manifest::members(tree.text("Cargo.toml").unwrap_or_default()) {
        let path = format!("{folder}/Cargo.toml");
        let text = tree.text(&path).unwrap_or_default();
        let Some(room) = ROOMS.iter().find(|room| room.folder == folder) else {
            faults.push(format!(
                "{path}: a room that the table of arrows does not know"
            ));
            continue;
        };
        if manifest::value(text, "package", "name") != Some(room.package) {
            faults.push(format!(
                "{path}: the package of this room is `{}`",
                room.package
            ));
        }
        faults.extend(
            room.faults(&Named::read(text))
                .into_iter()
                .map(|f| format!("{path}: {f}")),
        );
    }
    faults
}

impl Room {
    fn faults(&self, named: &Named) -> Vec<String> {
        let mut faults = Vec::new();
        let may_know = |name: &String| self.rooms.contains(&name.as_str());
        let is_room = |name: &String| ROOMS.iter().any(|room| room.package == name);
        // a test of a room may name a tool from outside, but no other room; a test of the program
        // also the far end that it is tried against
        let far_end = (self.package == "hotline").then(|| "hotline-world".to_owned());
        let in_tests = named
            .in_tests
            .iter()
            .filter(|name| far_end.as_ref() != Some(*name));
        for name in named.in_program.iter().chain(in_tests) {
            if is_room(name) && !may_know(name) && name != self.package {
                faults.push(format!("`{}` must not know `{name}`", self.package));
            }
        }
        for name in named.in_program.iter().filter(|name| !is_room(name)) {
            let allowed = match self.others {
                Others::Only(list) => list.contains(&name.as_str()),
                Others::Not(list) => !list.contains(&name.as_str()),
            };
            if !allowed {
                faults.push(format!("`{}` must not depend on `{name}`", self.package));
            }
        }
        faults
    }
}

/// Which of the packages that were asked for are in use.
pub fn remarks(tree: &Tree) -> Vec<String> {
    let used: BTreeSet<String> = manifest::members(tree.text("Cargo.toml").unwrap_or_default())
        .iter()
        .filter_map(|folder| tree.text(&format!("{folder}/Cargo.toml")))
        .flat_map(|text| Named::read(text).in_program)
        .collect();
    let open: Vec<&str> = ASKED_FOR
        .iter()
        .copied()
        .filter(|name| !used.contains(*name))
        .collect();
    let count = ASKED_FOR.len() - open.len();
    let mut remarks = vec![format!(
        "{count} of {} packages asked for are in use",
        ASKED_FOR.len()
    )];
    if !open.is_empty() {
        remarks.push(format!("asked for, not yet in use: {}", open.join(" ")));
    }
    let shared = manifest::shared(tree.text("Cargo.toml").unwrap_or_default());
    let idle: Vec<&str> = shared
        .iter()
        .filter(|name| {
            !tree
                .files
                .iter()
                .any(|file| names(&file.path, &file.text, name))
        })
        .map(String::as_str)
        .collect();
    if !idle.is_empty() {
        remarks.push(format!(
            "in the workspace's list, used by no room: {}",
            idle.join(" ")
        ));
    }
    remarks
}

fn names(path: &str, text: &str, package: &str) -> bool {
    let is_room = path.ends_with("/Cargo.toml");
    is_room && {
        let named = Named::read(text);
        named.in_program.contains(package) || named.in_tests.contains(package)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree;
    use super::*;

    fn faults_of(folder: &str, package: &str, tables: &str) -> Vec<String> {
        let workspace = format!("members = [\"{folder}\"]");
        let manifest = format!("[package]\nname = \"{package}\"\n{tables}");
        let path = format!("{folder}/Cargo.toml");
        faults(&tree(&[("Cargo.toml", &workspace), (&path, &manifest)]))
    }

    #[test]
    fn the_call_model_knows_no_other_room() {
        let told = faults_of(
            "appliance/call",
            "hotline-call",
            "[dependencies]\nserde.workspace = true\nhotline-drivers.workspace = true\n",
        );
        let wanted = "appliance/call/Cargo.toml: `hotline-call` must not know `hotline-drivers`";
        assert_eq!(told, [wanted]);
    }

    #[test]
    fn services_know_no_runtime_even_under_another_name() {
        let told = faults_of(
            "appliance/services",
            "hotline-services",
            "[dependencies]\nrt = { package = \"tokio\", version = \"1\" }\n",
        );
        let wanted = "appliance/services/Cargo.toml: `hotline-services` must not depend on `tokio`";
        assert_eq!(told, [wanted]);
    }

    #[test]
    fn a_pure_room_may_test_with_a_tool_but_not_with_another_room() {
        let tool = "[dev-dependencies]\nproptest.workspace = true\n";
        assert!(faults_of("appliance/services", "hotline-services", tool).is_empty());
        let room = "[dev-dependencies]\nhotline-signalling.workspace = true\n";
        assert_eq!(
            faults_of("appliance/services", "hotline-services", room).len(),
            1
        );
    }

    #[test]
    fn drivers_know_neither_calls_nor_a_runtime() {
        let tables = "[dependencies]\nhotline-call.workspace = true\ntokio.workspace = true\n";
        assert_eq!(faults_of("drivers", "hotline-drivers", tables).len(), 2);
    }

    #[test]
    fn the_chores_depend_on_no_room() {
        let tables = "[dependencies]\nhotline.workspace = true\n";
        assert_eq!(faults_of("tests/xtask", "xtask", tables).len(), 1);
    }

    #[test]
    fn the_program_knows_no_far_end() {
        let tables = "[dependencies]\nhotline-world.workspace = true\n";
        assert_eq!(faults_of("appliance", "hotline", tables).len(), 1);
        let tables = "[dev-dependencies]\nhotline-world.workspace = true\n";
        assert_eq!(
            faults_of("appliance", "hotline", tables).len(),
            0,
            "its tests do"
        );
        assert_eq!(
            faults_of("appliance/services", "hotline-services", tables).len(),
            1
        );
    }

    #[test]
    fn a_room_nobody_planned_is_a_fault() {
        let told = faults_of("billing", "hotline-billing", "");
        assert_eq!(
            told,
            ["billing/Cargo.toml: a room that the table of arrows does not know"]
        );
    }
}
