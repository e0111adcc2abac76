//! One program run to its end: its output in a log file, its time limited.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How often a running program is looked at.
const LOOK: Duration = Duration::from_millis(50);
/// How long a program may take to end after it was asked to.
const GRACE: Duration = Duration::from_secs(10);

/// The log of one step. Programs of the step append to it.
#[derive(Clone, Debug)]
pub struct Log {
    path: PathBuf,
    limit: Duration,
}

impl Log {
    /// Starts an empty log. Every program that writes to it must end within `limit`.
    pub fn start(path: PathBuf, limit: Duration) -> Result<Self, String> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)
                .map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
        }
        File::create(&path).map_err(|e| format!("cannot write {}: {e}", path.display()))?;
        Ok(Self { path, limit })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds a line of our own.
    pub fn say(&self, line: &str) {
        use std::io::Write;
        if let Ok(mut file) = File::options().append(true).open(&self.path) {
            // a log that cannot be written must not fail the step it tells about
            let _ = writeln!(file, "{line}");
        }
    }

    /// The last line that says something, for the progress display.
    pub fn last_line(&self) -> String {
        let tail = self.tail(2_000);
        let line = tail
            .lines()
            .rev()
            .map(str::trim)
            .find(|line| !line.is_empty());
        line.unwrap_or_default()
            .chars()
            .filter(|c| !c.is_control())
            .collect()
    }

    /// The last `octets` of the log, from a line's start.
    pub fn tail(&self, octets: u64) -> String {
        let mut bytes = Vec::new();
        if let Ok(mut file) = File::open(&self.path) {
            let length = file.metadata().map_or(0, |m| m.len());
            let skip = length.saturating_sub(octets);
            if file.seek(SeekFrom::Start(skip)).is_ok() {
                let _ = file.read_to_end(&mut bytes);
            }
            if skip > 0 {
                let cut = bytes
                    .iter()
                    .position(|&b| b == b'\n')
                    .map_or(0, |at| at + 1);
                bytes.drain(..cut);
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Runs a program in `folder` and waits for it. Anything but exit code 0 is an error.
    pub fn run(&self, folder: &Path, line: &[&str], env: &[(&str, &str)]) -> Result<(), String> {
        let shown = line.join(" ");
        self.say(&format!("$ {shown}"));
        let mut command = command(folder, line)?;
        command
            .envs(env.iter().copied())
            .env("NO_COLOR", "1")
            .env("CARGO_TERM_COLOR", "never");
        let open = || File::options().append(true).open(&self.path);
        let (out, err) = open()
            .and_then(|out| Ok((out, open()?)))
            .map_err(|e| format!("cannot write {}: {e}", self.path.display()))?;
        command.stdout(out).stderr(err);
        let mut child = command
            .spawn()
            .map_err(|e| format!("cannot start `{shown}`: {e}"))?;
        match wait(&mut child, self.limit) {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("`{shown}` ended with {status}")),
            Err(reason) => Err(format!("`{shown}` {reason}")),
        }
    }
}

fn command(folder: &Path, line: &[&str]) -> Result<Command, String> {
    let (program, arguments) = line.split_first().ok_or("an empty command line")?;
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null());
    Ok(command)
}

fn wait(child: &mut Child, limit: Duration) -> Result<ExitStatus, String> {
    let started = Instant::now();
    let mut asked = false;
    loop {
        match child.try_wait() {
            Ok(Some(_)) if asked => return Err(format!("was stopped after {} s", limit.as_secs())),
            Ok(Some(status)) => return Ok(status),
            Ok(None) => {}
            Err(e) => return Err(format!("cannot be waited for: {e}")),
        }
        if started.elapsed() > limit && !asked {
            asked = true;
            // SIGTERM, so that a test runner can stop its own children first
            let _ = Command::new("kill").arg(child.id().to_string()).status();
        }
        if started.elapsed() > limit + GRACE {
            // ended in between is as good as killed
            let _ = child.kill();
        }
        std::thread::sleep(LOOK);
    }
}

/// What a program prints, or `None` when it is missing or fails.
pub fn output(program: impl AsRef<OsStr>, arguments: &[&str], folder: &Path) -> Option<String> {
    let ran = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    ran.status
        .success()
        .then(|| String::from_utf8_lossy(&ran.stdout).into_owned())
}

/// Whether a program is on the search path.
pub fn on_path(program: &str) -> bool {
    let Some(path) = std::env::var_os("PATH") else {
        return false;
    };
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(name: &str, limit: Duration) -> Log {
        let path = std::env::temp_dir().join(format!("xtask-{}-{name}.log", std::process::id()));
        Log::start(path, limit).unwrap()
    }

    #[test]
    fn output_of_a_program_is_logged_and_its_last_line_is_shown() {
        let log = log("last-line", Duration::from_secs(60));
        log.run(
            Path::new("/"),
            &["sh", "-c", "echo one; echo two >&2; echo"],
            &[],
        )
        .unwrap();
        assert_eq!(log.last_line(), "two");
        assert!(log.tail(1_000).contains("one\ntwo\n"));
    }

    #[test]
    fn a_program_that_fails_is_named_with_its_exit_code() {
        let log = log("fails", Duration::from_secs(60));
        let told = log
            .run(Path::new("/"), &["sh", "-c", "exit 3"], &[])
            .unwrap_err();
        assert_eq!(told, "`sh -c exit 3` ended with exit status: 3");
    }

    #[test]
    fn a_program_over_its_limit_is_stopped() {
        let log = log("limit", Duration::from_millis(1));
        let told = log.run(Path::new("/"), &["sleep", "600"], &[]).unwrap_err();
        assert_eq!(told, "`sleep 600` was stopped after 0 s");
    }

    #[test]
    fn a_tail_starts_at_a_line() {
        let log = log("tail", Duration::from_secs(60));
        log.say("first line");
        log.say("second line");
        assert_eq!(log.tail(15), "second line\n");
    }
}
