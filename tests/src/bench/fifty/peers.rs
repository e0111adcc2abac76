//! Fifty phones of agents and fifty of callers, all of them sipp.

use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use hotline_world::peer::{Peer, free_port};

use crate::office::wait_until;

/// One process answers for so many agents: what it hears waits in one socket.
const AGENTS_A_PROCESS: usize = 10;

/// Where they are kept and whom they call.
pub struct Desk<'a> {
    /// A folder of theirs.
    pub folder: &'a Path,
    /// The box.
    pub server: SocketAddr,
    /// The password of every phone.
    pub password: &'a str,
}

/// The phones of agents.
pub struct Agents {
    /// Each hangs up when dropped.
    peers: Vec<Peer>,
    /// The UDP ports at which they hear and speak.
    pub rtp: Vec<u16>,
    /// Every message they got and sent.
    pub messages: Vec<PathBuf>,
}

/// The phones of callers.
pub struct Callers {
    peer: Peer,
    statistics: PathBuf,
}

impl Desk<'_> {
    /// Agents' phones: registered, and ready to be rung.
    ///
    /// # Errors
    /// One could not register.
    pub fn agents(&self, extensions: &[String]) -> Result<Agents, String> {
        let scenario = self.write("agent.xml", include_str!("agent.xml"))?;
        let (mut peers, mut rtp, mut messages) = (Vec::new(), Vec::new(), Vec::new());
        for (n, extensions) in extensions.chunks(AGENTS_A_PROCESS).enumerate() {
            let (port, speech) = (free_port(), free_port());
            let users = self.write(&format!("agents{n}.csv"), &self.users(extensions))?;
            self.register(&users, extensions.len(), port)?;
            let told = self.folder.join(format!("agents{n}.log"));
            let mut command = self.sipp(&scenario, port);
            command
                .args(["-rtp_echo", "-mp", &speech.to_string(), "-aa"])
                .args(["-trace_msg", "-message_overwrite", "true"])
                .arg("-message_file")
                .arg(&told);
            peers.push(Peer::start("sipp", "sip-tester", &mut command));
            rtp.push(speech);
            messages.push(told);
        }
        Ok(Agents {
            peers,
            rtp,
            messages,
        })
    }

    /// Callers' phones: registered, and calling, `calls` in all and one at a time each.
    ///
    /// # Errors
    /// One could not register.
    pub fn callers(
        &self,
        extensions: &[String],
        calls: usize,
        speech: &[u8],
    ) -> Result<Callers, String> {
        let port = free_port();
        let scenario = self.write("caller.xml", include_str!("caller.xml"))?;
        let users = self.write("callers.csv", &self.users(extensions))?;
        self.register(&users, extensions.len(), port)?;
        let heard = self.folder.join("speech.al");
        fs::write(&heard, speech).map_err(|error| format!("{}: {error}", heard.display()))?;
        let statistics = self.folder.join("callers.stat");
        let mut command = self.sipp(&scenario, port);
        command
            .arg("-inf")
            .arg(&users)
            .args([
                "-m",
                &calls.to_string(),
                "-l",
                &extensions.len().to_string(),
            ])
            // Two a second until everybody talks.
            .args(["-aa", "-trace_err", "-error_file", "callers.err"])
            .args(["-r", "2", "-trace_stat", "-fd", "1", "-stf"])
            .arg(&statistics);
        let peer = Peer::start("sipp", "sip-tester", &mut command);
        Ok(Callers { peer, statistics })
    }

    fn register(&self, users: &Path, count: usize, port: u16) -> Result<(), String> {
        let scenario = self.write("register.xml", include_str!("register.xml"))?;
        let mut command = self.sipp(&scenario, port);
        command
            .arg("-inf")
            .arg(users)
            .args(["-m", &count.to_string(), "-r", "20"])
            .args(["-timeout", "30", "-timeout_error"])
            .args(["-trace_err", "-error_file", "register.err"]);
        let mut peer = Peer::start("sipp", "sip-tester", &mut command);
        let mut ended = None;
        if !wait_until(40, || {
            ended = peer.ended();
            ended.is_some()
        }) {
            return Err("sipp does not end its registrations".to_owned());
        }
        match ended {
            Some(status) if status.success() => Ok(()),
            _ => {
                let why = fs::read_to_string(self.folder.join("register.err"));
                let why = why.unwrap_or_default();
                Err(format!("not all phones could register; sipp says {why}"))
            }
        }
    }

    fn sipp(&self, scenario: &Path, port: u16) -> Command {
        let mut command = Command::new("sipp");
        command
            .arg(self.server.to_string())
            .args(["-i", "127.0.0.1", "-nostdin", "-p", &port.to_string()])
            .arg("-sf")
            .arg(scenario)
            .current_dir(self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    fn users(&self, extensions: &[String]) -> String {
        let mut users = "SEQUENTIAL\n".to_owned();
        for user in extensions {
            let password = self.password;
            let _ = writeln!(
                users,
                "{user};[authentication username={user} password={password}]"
            );
        }
        users
    }

    fn write(&self, name: &str, text: &str) -> Result<PathBuf, String> {
        let file = self.folder.join(name);
        fs::write(&file, text).map_err(|error| format!("{}: {error}", file.display()))?;
        Ok(file)
    }
}

impl Agents {
    /// Whether all phones are on.
    pub fn are_there(&mut self) -> bool {
        self.peers.iter_mut().all(|peer| peer.ended().is_none())
    }
}

impl Callers {
    /// Whether all calls have been made.
    pub fn are_done(&mut self) -> bool {
        self.peer.ended().is_some()
    }

    /// Calls begun, and calls that did not go as the scenario says, so far.
    ///
    /// # Errors
    /// The statistics of sipp cannot be read.
    pub fn counts(&self) -> Result<(u64, u64), String> {
        let text = fs::read_to_string(&self.statistics)
            .map_err(|error| format!("{}: {error}", self.statistics.display()))?;
        let mut lines = text.lines();
        let names: Vec<_> = lines.next().unwrap_or_default().split(';').collect();
        let last: Vec<_> = lines.next_back().unwrap_or_default().split(';').collect();
        let count = |name: &str| {
            let place = names.iter().position(|known| *known == name);
            let cell = place.and_then(|place| last.get(place)?.trim().parse().ok());
            cell.ok_or_else(|| format!("sipp's statistics have no {name}"))
        };
        Ok((count("TotalCallCreated")?, count("FailedCall(C)")?))
    }
}
