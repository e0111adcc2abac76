//! Do the checks bite? The core is copied and made faulty on purpose, once for each entry of a
//! table, and the simulator is run on it: it must fail, and by an invariant that is meant.
//!
//! All faults are built into one copy, each asleep until its name stands in the surroundings of
//! the process: one build instead of one for each.

mod table;
mod together;

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use self::table::Mutant;

/// Which fault is awake, by its name.
const AWAKE: &str = "HOTLINE_MUTANT";
/// Rooms that are copied: the pure ones that the simulator needs, and itself.
const ROOMS: [&str; 3] = ["appliance/call", "appliance/services", "tests/sim"];
/// How many calls a fault has to show itself; small offices first.
const CALLS: &str = "12000";
/// A story of more steps than this is not short.
const MOST_STEPS: u32 = 40;

/// Added to the copy.
const SWITCH: &str = "
/// Whether this fault is awake.
pub(crate) fn mutated(name: &str) -> bool {
    static AWAKE: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    AWAKE.get_or_init(|| std::env::var(\"HOTLINE_MUTANT\").unwrap_or_default()) == name
}

/// Whether this is left out when it is stored.
pub(crate) fn mutated_again(again: &bool) -> bool {
    *again && mutated(\"what is not stored\")
}
";

/// How each fault fared.
#[derive(Clone, Debug)]
pub struct Report {
    rows: Vec<Row>,
}

#[derive(Clone, Debug)]
struct Row {
    name: &'static str,
    /// The invariant that broke, or what happened instead.
    found: Result<Caught, String>,
}

/// How a fault was caught.
#[derive(Clone, Debug)]
struct Caught {
    invariant: String,
    /// How many steps the shortest story has.
    steps: u32,
}

impl Report {
    /// Whether each was caught by an invariant that is meant.
    #[must_use]
    pub fn all_caught(&self) -> bool {
        self.rows.iter().all(|row| row.found.is_ok())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.rows.iter().map(|r| r.name.chars().count()).max();
        let width = width.unwrap_or(0);
        for Row { name, found } in &self.rows {
            match found {
                Ok(Caught { invariant, steps }) => {
                    writeln!(
                        f,
                        "{name:<width$}  caught   in {steps:>2} steps  {invariant}"
                    )?;
                }
                Err(words) => writeln!(f, "{name:<width$}  AT LARGE  {words}")?,
            }
        }
        let caught = self.rows.iter().filter(|row| row.found.is_ok()).count();
        write!(f, "{caught} of {} faults caught", self.rows.len())
    }
}

/// Builds the copy and tries every fault in it.
///
/// # Errors
/// The copy cannot be made or built, an entry's text does not stand exactly once in its file, or
/// the copy fails with every fault asleep.
pub fn run() -> Result<Report, String> {
    let root = root()?;
    let copy = root.join("target/mutants");
    make(&root, &copy)?;
    build(&copy)?;
    for day in [Day::Alone, Day::Together] {
        if let Some(Caught { invariant, .. }) = try_one(&copy, "", day)? {
            return Err(format!("with all faults asleep: {invariant}"));
        }
    }
    Ok(Report {
        rows: try_all(&copy),
    })
}

/// The days on which a fault is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Day {
    /// Agents keep to themselves, which makes short stories.
    Alone,
    /// Everything happens.
    Together,
}

/// All faults, and the days on which each is tried.
fn mutants() -> impl Iterator<Item = (&'static Mutant, Day)> {
    let alone = table::MUTANTS.iter().map(|mutant| (mutant, Day::Alone));
    let together = together::MUTANTS.iter();
    alone.chain(together.map(|mutant| (mutant, Day::Together)))
}

/// Tries every fault, as many at once as there are processors.
fn try_all(copy: &Path) -> Vec<Row> {
    let rows: Vec<OnceLock<Row>> = mutants().map(|_| OnceLock::new()).collect();
    let next = AtomicUsize::new(0);
    let take = || {
        mutants()
            .zip(&rows)
            .nth(next.fetch_add(1, Ordering::Relaxed))
    };
    let work = || {
        while let Some(((mutant, day), row)) = take() {
            eprintln!("trying: {}", mutant.name);
            let found = try_one(copy, mutant.name, day);
            let found = found.and_then(|broken| judge(mutant, broken));
            row.get_or_init(|| Row {
                name: mutant.name,
                found,
            });
        }
    };
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(work);
        }
    });
    rows.into_iter().filter_map(OnceLock::into_inner).collect()
}

fn judge(mutant: &Mutant, broken: Option<Caught>) -> Result<Caught, String> {
    let Some(caught) = broken else {
        return Err("no invariant broke".to_owned());
    };
    if !mutant.caught_by.contains(&caught.invariant.as_str()) {
        return Err(format!("caught by another: {}", caught.invariant));
    }
    if caught.steps > MOST_STEPS {
        let Caught { invariant, steps } = caught;
        return Err(format!("{invariant}, but told in {steps} steps"));
    }
    Ok(caught)
}

/// The workspace this program was built in.
fn root() -> Result<PathBuf, String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.ancestors().nth(2).map(Path::to_path_buf);
    root.ok_or_else(|| format!("{} is in no workspace", here.display()))
}

/// Makes the copy: the rooms with all faults in them, in a workspace of their own. Only what
/// differs is written, so that a second build has little to do.
fn make(root: &Path, copy: &Path) -> Result<(), String> {
    let mut files = BTreeMap::new();
    for room in ROOMS {
        files.insert(PathBuf::from(room).join("Cargo.toml"), String::new());
        list(root, &PathBuf::from(room).join("src"), &mut files)?;
    }
    for (path, text) in &mut files {
        *text = read(&root.join(path))?;
    }
    let services = Path::new("appliance/services/src");
    for (mutant, _) in mutants() {
        let file = services.join(mutant.file);
        let text = files.get_mut(&file);
        let text = text.ok_or_else(|| format!("there is no {} for a fault", file.display()))?;
        *text = put_in(mutant, text)?;
    }
    files
        .entry(services.join("lib.rs"))
        .or_default()
        .push_str(SWITCH);
    let manifest = read(&root.join("Cargo.toml"))?;
    let members = format!("members = {ROOMS:?}");
    let lines = manifest.lines();
    let manifest: Vec<&str> = lines
        .map(|line| {
            if line.starts_with("members = ") {
                &members
            } else {
                line
            }
        })
        .collect();
    files.insert("Cargo.toml".into(), manifest.join("\n"));
    let mut old = BTreeMap::new();
    for room in ROOMS.iter().filter(|room| copy.join(room).exists()) {
        list(copy, &PathBuf::from(room).join("src"), &mut old)?;
    }
    for gone in old.keys().filter(|path| !files.contains_key(*path)) {
        let path = copy.join(gone);
        fs::remove_file(&path).map_err(|e| format!("cannot remove {}: {e}", path.display()))?;
    }
    for (path, text) in &files {
        write(&copy.join(path), text)?;
    }
    // Cargo takes out of it what the copy does not need.
    fs::copy(root.join("Cargo.lock"), copy.join("Cargo.lock"))
        .map(|_| ())
        .map_err(|e| format!("cannot copy Cargo.lock: {e}"))
}

/// All files below a folder of a workspace, without their text.
fn list(root: &Path, folder: &Path, files: &mut BTreeMap<PathBuf, String>) -> Result<(), String> {
    let unreadable = |e: std::io::Error| format!("cannot read {}: {e}", folder.display());
    for entry in fs::read_dir(root.join(folder)).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let path = folder.join(entry.file_name());
        if entry.path().is_dir() {
            list(root, &path, files)?;
        } else {
            files.insert(path, String::new());
        }
    }
    Ok(())
}

fn put_in(mutant: &Mutant, text: &str) -> Result<String, String> {
    let times = text.matches(mutant.find).count();
    if times != 1 {
        let Mutant {
            name, file, find, ..
        } = mutant;
        return Err(format!(
            "the fault `{name}` wants its text once in {file}, found {times} times:\n{find}\n\
             the table of faults (tests/sim/src/mutants/table.rs) must follow the core"
        ));
    }
    let awake = format!("crate::mutated({:?})", mutant.name);
    Ok(text.replacen(mutant.find, &mutant.put.replace("ON", &awake), 1))
}

fn build(copy: &Path) -> Result<(), String> {
    eprintln!("building the faulty copy in {}", copy.display());
    let status = Command::new("cargo")
        .args([
            "build",
            "--quiet",
            "--offline",
            "-p",
            "hotline-sim",
            "--bin",
            "sim",
        ])
        .current_dir(copy)
        .env("CARGO_TARGET_DIR", copy.join("target"))
        .status()
        .map_err(|e| format!("cannot start cargo: {e}"))?;
    if status.success() {
        Ok(())
    } else {
        Err("the faulty copy does not build".to_owned())
    }
}

/// Runs the copy with this fault awake; what it was caught by.
fn try_one(copy: &Path, name: &str, day: Day) -> Result<Option<Caught>, String> {
    let output = Command::new(copy.join("target/debug/sim"))
        .args(["--seed", "1", "--calls", CALLS, "--every", "8"])
        .args((day == Day::Alone).then_some("--alone"))
        .env(AWAKE, name)
        .env("RUST_BACKTRACE", "0")
        .output()
        .map_err(|e| format!("cannot start the faulty copy: {e}"))?;
    if output.status.success() {
        return Ok(None);
    }
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    match caught(&told) {
        Some(caught) => Ok(Some(caught)),
        None => Err(format!("the faulty copy told no story:\n{told}")),
    }
}

/// Reads what the simulator tells of a failure.
fn caught(told: &str) -> Option<Caught> {
    let after = |start: &'static str| told.lines().find_map(move |line| line.strip_prefix(start));
    let (invariant, _) = after("invariant broken: ")?.split_once(": ")?;
    let mut lines = told.lines();
    let steps = lines.find_map(|line| line.split_once(" steps that lead there"))?;
    Some(Caught {
        invariant: invariant.to_owned(),
        steps: steps.0.parse().ok()?,
    })
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|e| format!("cannot read {}: {e}", path.display()))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    if fs::read_to_string(path).is_ok_and(|there| there == text) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
    }
    fs::write(path, text).map_err(|e| format!("cannot write {}: {e}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_whose_text_is_not_there_once_is_refused_loudly() {
        let mutant = Mutant {
            name: "x",
            file: "a.rs",
            find: "b",
            put: "b && ON",
            caught_by: &[],
        };
        assert_eq!(
            put_in(&mutant, "a b c").unwrap(),
            "a b && crate::mutated(\"x\") c"
        );
        assert!(
            put_in(&mutant, "a c")
                .unwrap_err()
                .contains("found 0 times")
        );
        assert!(
            put_in(&mutant, "b b")
                .unwrap_err()
                .contains("found 2 times")
        );
    }
}
