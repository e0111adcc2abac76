//! Finds what a machine lacks and installs it where it may.
//!
//! The Rust version needs no look: Cargo refuses to build this very program below the
//! `rust-version` of the workspace.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::{fs, io};

use crate::command::{self, Log};
use crate::needs::{JUDGES, NODE, Package};
use crate::place;

/// Installs the Debian packages that are missing, or says the line that would.
pub fn debian(log: &Log, lists: &[&[Package]]) -> Result<Option<String>, String> {
    let missing: Vec<&Package> = lists
        .iter()
        .copied()
        .flatten()
        .filter(|package| !is_there(package))
        .collect();
    if missing.is_empty() {
        return Ok(Some("nothing missing".into()));
    }
    for package in &missing {
        log.say(&format!("missing: {} ({})", package.name, package.why));
    }
    let names: Vec<&str> = missing.iter().map(|package| package.name).collect();
    let Some(rights) = rights() else {
        return Err(format!(
            "packages are missing; please run:\n  {}",
            line_to_run(&names)
        ));
    };
    let root = Path::new("/");
    let quiet = [("DEBIAN_FRONTEND", "noninteractive")];
    let update = [rights, &["apt-get", "update"]].concat();
    log.run(root, &update, &quiet)?;
    let install = [
        rights,
        &["apt-get", "install", "-y", "--no-install-recommends"],
        &names,
    ];
    log.run(root, &install.concat(), &quiet)?;
    Ok(Some(format!("installed {}", names.join(" "))))
}

fn line_to_run(names: &[&str]) -> String {
    let install = format!(
        "apt-get install -y --no-install-recommends {}",
        names.join(" ")
    );
    format!("sudo apt-get update && sudo {install}")
}

/// The words that make a command run as root, or `None` where that cannot be had without asking.
fn rights() -> Option<&'static [&'static str]> {
    if !command::on_path("apt-get") {
        return None;
    }
    let root = Path::new("/");
    let user = command::output("id", &["-u"], root)?;
    if user.trim() == "0" {
        return Some(&[]);
    }
    command::output("sudo", &["-n", "true"], root).map(|_| &["sudo", "-n"] as &[_])
}

fn is_there(package: &Package) -> bool {
    if package.program.is_some_and(command::on_path) {
        return true;
    }
    let asked = ["-W", "-f", "${db:Status-Status}", package.name];
    command::output("dpkg-query", &asked, Path::new("/")).is_some_and(|told| told == "installed")
}

/// Whether Node.js is there and new enough.
pub fn node() -> Result<(), String> {
    let wanted = format!("Node.js {}.{} or newer with npm is needed", NODE.0, NODE.1);
    let advice = "Debian 12's own package is too old: install it from the Node.js project, \
                  then run this command again";
    let Some(told) = command::output("node", &["--version"], Path::new("/")) else {
        return Err(format!("{wanted}; `node` was not found. {advice}"));
    };
    if version(&told).is_none_or(|found| found < NODE) {
        return Err(format!("{wanted}; found {}. {advice}", told.trim()));
    }
    if !command::on_path("npm") {
        return Err(format!("{wanted}; `npm` was not found. {advice}"));
    }
    Ok(())
}

/// Major and minor of `v20.19.3`.
fn version(told: &str) -> Option<(u32, u32)> {
    let mut parts = told.trim().trim_start_matches('v').split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// Installs the web pages' modules when the lock file changed since the last time.
pub fn npm(log: &Log) -> Result<Option<String>, String> {
    node()?;
    let web = place::web_ui();
    let stamp = Stamp::of("npm", &[web.join("package-lock.json")])?;
    if web.join("node_modules").is_dir() && stamp.is_fresh() {
        return Ok(Some("unchanged".into()));
    }
    log.run(&web, &["npm", "ci", "--no-audit", "--no-fund"], &[])?;
    stamp.set()?;
    Ok(None)
}

/// Installs the judges of speech into a Python of their own below the target directory.
pub fn judges(log: &Log) -> Result<Option<String>, String> {
    let folder = place::root().join("target/voice/judges");
    let python = folder.join("bin/python").display().to_string();
    let root = place::root();
    if command::output(&python, &["-c", "import pesq, pystoi"], &root).is_some() {
        return Ok(Some("unchanged".into()));
    }
    let place = folder.display().to_string();
    log.run(&root, &["python3", "-m", "venv", "--clear", &place], &[])?;
    let install = [&python, "-m", "pip", "install", "--quiet"];
    log.run(&root, &[&install[..], JUDGES].concat(), &[])?;
    Ok(None)
}

/// A remembered fingerprint of files, kept under the target directory.
pub struct Stamp {
    file: std::path::PathBuf,
    print: String,
}

impl Stamp {
    /// The fingerprint of these files and, for folders, of all below them.
    pub fn of(name: &str, paths: &[std::path::PathBuf]) -> Result<Self, String> {
        let mut hasher = DefaultHasher::new();
        // one target directory may serve several work trees
        place::root().hash(&mut hasher);
        for path in paths {
            add(path, &mut hasher).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
        }
        let file = place::own().join(format!("{name}.stamp"));
        Ok(Self {
            file,
            print: format!("{:016x}", hasher.finish()),
        })
    }

    /// Whether it is what was remembered.
    pub fn is_fresh(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|kept| kept == self.print)
    }

    /// Remembers it.
    pub fn set(&self) -> Result<(), String> {
        fs::create_dir_all(place::own())
            .and_then(|()| fs::write(&self.file, &self.print))
            .map_err(|e| format!("cannot write {}: {e}", self.file.display()))
    }
}

fn add(path: &Path, hasher: &mut DefaultHasher) -> io::Result<()> {
    path.hash(hasher);
    if path.is_dir() {
        let mut inside = fs::read_dir(path)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<io::Result<Vec<_>>>()?;
        inside.sort();
        return inside.iter().try_for_each(|path| add(path, hasher));
    }
    fs::read(path)?.hash(hasher);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_node_is_compared_as_numbers() {
        assert!(version("v20.19.0\n").is_some_and(|found| found >= NODE));
        assert!(version("v100.1.0").is_some_and(|found| found >= NODE));
        assert!(version("v18.20.4").is_some_and(|found| found < NODE));
        assert_eq!(version("nonsense"), None);
    }

    #[test]
    fn the_line_to_run_names_every_missing_package() {
        let line = line_to_run(&["sox", "sip-tester"]);
        assert!(
            line.starts_with("sudo apt-get update && sudo apt-get install "),
            "{line}"
        );
        assert!(line.ends_with(" sox sip-tester"), "{line}");
    }

    #[test]
    fn a_stamp_changes_with_the_content_of_a_file() {
        let folder = std::env::temp_dir().join(format!("xtask-stamp-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("a"), "one").unwrap();
        let before = Stamp::of("test", std::slice::from_ref(&folder)).unwrap();
        fs::write(folder.join("a"), "two").unwrap();
        let after = Stamp::of("test", std::slice::from_ref(&folder)).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        assert_ne!(before.print, after.print);
    }
}
