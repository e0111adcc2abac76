//! What a room's `Cargo.toml` says it depends on. Enough of TOML for that: tables and their keys.

use std::collections::BTreeSet;

/// The packages a crate names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// In the program itself and its build script.
    pub in_program: BTreeSet<String>,
    /// Only in its tests.
    pub in_tests: BTreeSet<String>,
}

impl Named {
    /// Reads a manifest.
    pub fn read(manifest: &str) -> Self {
        let mut named = Self::default();
        for (table, key, value) in entries(manifest) {
            let parts = parts(table);
            let Some(at) = parts.iter().position(|part| part.ends_with("dependencies")) else {
                continue;
            };
            if parts[0] == "workspace" {
                continue;
            }
            // `[dependencies.name]` names it in the table, `[dependencies]` in the key
            let name = parts.get(at + 1).copied().or_else(|| parts_of_key(key));
            let renamed = value
                .split_once("package")
                .and_then(|(_, rest)| quoted(rest));
            let renamed = if key == "package" {
                quoted(value)
            } else {
                renamed
            };
            let into = match parts[at] {
                "dev-dependencies" => &mut named.in_tests,
                _ => &mut named.in_program,
            };
            into.extend(renamed.or(name).map(str::to_owned));
        }
        named
    }
}

/// The value of a key in a table: `value(text, "workspace.package", "version")`.
pub fn value<'a>(manifest: &'a str, table: &str, key: &str) -> Option<&'a str> {
    entries(manifest)
        .find(|(in_table, name, _)| *in_table == table && *name == key)
        .and_then(|(_, _, value)| quoted(value))
}

/// Names of the packages in `[workspace.dependencies]`.
pub fn shared(manifest: &str) -> BTreeSet<String> {
    entries(manifest)
        .filter(|(table, _, _)| *table == "workspace.dependencies")
        .filter_map(|(_, key, _)| parts_of_key(key).map(str::to_owned))
        .collect()
}

/// The quoted words of an array that may go over several lines.
pub fn members(manifest: &str) -> Vec<&str> {
    let Some((_, rest)) = manifest.split_once("members") else {
        return Vec::new();
    };
    let Some((inside, _)) = rest.split_once(']') else {
        return Vec::new();
    };
    inside.split('"').skip(1).step_by(2).collect()
}

/// Table, key and value of each line `key = value`.
fn entries(manifest: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    let mut table = "";
    manifest.lines().filter_map(move |line| {
        let line = line.trim();
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|rest| rest.split(']').next())
        {
            table = name.trim();
            return None;
        }
        let (key, value) = line.split_once('=')?;
        (!line.starts_with('#')).then(|| (table, key.trim(), value.trim()))
    })
}

/// `target.'cfg(unix)'.dependencies` in its parts; quoted parts may hold dots.
fn parts(table: &str) -> Vec<&str> {
    let mut in_quotes = false;
    table
        .split(|c: char| {
            in_quotes ^= c == '\'' || c == '"';
            c == '.' && !in_quotes
        })
        .collect()
}

/// `serde` of `serde` or `serde.workspace`.
fn parts_of_key(key: &str) -> Option<&str> {
    key.split('.')
        .next()
        .map(|name| name.trim_matches(['"', '\'']))
        .filter(|name| !name.is_empty())
}

fn quoted(value: &str) -> Option<&str> {
    value.split('"').nth(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_name_a_dependency_is_seen() {
        let manifest = r#"
            [package]
            name = "x"
            [dependencies]
            serde.workspace = true
            # tokio = "1"
            short = { version = "1", package = "long-name" }
            [dependencies.axum]
            version = "0.8"
            [target.'cfg(target_os = "linux")'.dependencies]
            nix = "0.32"
            [build-dependencies]
            cc = "1"
            [dev-dependencies]
            proptest.workspace = true
        "#;
        let named = Named::read(manifest);
        let program: Vec<&str> = named.in_program.iter().map(String::as_str).collect();
        assert_eq!(program, ["axum", "cc", "long-name", "nix", "serde"]);
        assert_eq!(named.in_tests, BTreeSet::from(["proptest".to_owned()]));
    }

    #[test]
    fn members_of_the_workspace_may_stand_on_several_lines() {
        assert_eq!(
            members("[workspace]\nmembers = [\n \"a\",\n \"b/c\",\n]\n"),
            ["a", "b/c"]
        );
    }
}
