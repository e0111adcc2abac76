use std::fs;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::{Peer, interface};

/// How baresip is set up.
#[derive(Clone, Copy, Debug)]
pub struct Account<'a> {
    /// Where it registers.
    pub server: SocketAddr,
    /// `udp` or `tcp`.
    pub transport: &'a str,
    /// The extension.
    pub user: &'a str,
    /// Its password.
    pub password: &'a str,
    /// Answers by itself.
    pub answers: bool,
    /// What it says, again and again: linear, 8 kHz. Empty: silence.
    pub says: &'a [i16],
}

/// baresip, a SIP phone, with a console on a pipe and a folder of its own. Keeps what it hears.
#[derive(Debug)]
pub struct Baresip {
    // Ends before its folder does.
    process: Peer,
    directory: tempfile::TempDir,
}

impl Baresip {
    /// Starts it.
    ///
    /// # Panics
    /// It is not installed, or there is no interface for it.
    #[must_use]
    pub fn start(account: Account<'_>) -> Self {
        let name = interface().0;
        let ip = interface().1;
        let directory = tempfile::tempdir().expect("there is room for a folder");
        let at = |file: &str| directory.path().join(file);
        write_wav(&at("in.wav"), account.says);
        let config = format!(
            "poll_method epoll\nsip_listen {ip}:0\nnet_interface {name}\n\
             module_path /usr/lib/baresip/modules\nmodule stdio.so\nmodule g711.so\n\
             module aufile.so\nmodule aubridge.so\nmodule sndfile.so\nmodule_tmp uuid.so\n\
             module_tmp account.so\nmodule_app menu.so\naudio_source aufile,{}\n\
             audio_player aubridge,none\nsnd_path {}\n",
            at("in.wav").display(),
            directory.path().display()
        );
        let Account {
            server,
            transport,
            user,
            password,
            answers,
            ..
        } = account;
        let mode = if answers { "auto" } else { "manual" };
        let line = format!(
            "<sip:{user}@{server};transport={transport}>;auth_user={user};auth_pass={password};\
             regint=60;audio_codecs=pcma;answermode={mode}\n"
        );
        for (file, text) in [
            ("config", config),
            ("accounts", line),
            ("contacts", "\n".into()),
        ] {
            fs::write(at(file), text).expect("there is room for a file");
        }
        let log = fs::File::create(at("log")).expect("there is room for a file");
        let mut command = Command::new("baresip");
        command.arg("-f").arg(directory.path()).arg("-s");
        command
            .stdin(Stdio::piped())
            .stderr(log.try_clone().expect("a second handle"))
            .stdout(log);
        let process = Peer::start("baresip", "baresip-core", &mut command);
        Self { process, directory }
    }

    /// Types a command, `/accept`.
    ///
    /// # Panics
    /// It has ended.
    pub fn say(&mut self, command: &str) {
        let child: &mut Child = &mut self.process.0;
        let stdin = child.stdin.as_mut().expect("its console is a pipe");
        writeln!(stdin, "{command}").expect("baresip listens");
    }

    /// All it has said so far.
    #[must_use]
    pub fn log(&self) -> String {
        let path: PathBuf = self.directory.path().join("log");
        String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned()
    }

    /// The recording of what it has heard, once a call is over: a WAV file.
    #[must_use]
    pub fn heard(&self) -> Option<PathBuf> {
        let entries = fs::read_dir(self.directory.path()).ok()?;
        let mut paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        paths.find(|path| path.to_string_lossy().ends_with("-dec.wav"))
    }
}

impl Drop for Baresip {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("baresip said:\n{}", self.log());
        }
    }
}

fn write_wav(path: &Path, says: &[i16]) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 8000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut wav = hound::WavWriter::create(path, spec).expect("there is room for a file");
    let silence = [0; 80_000];
    for sample in if says.is_empty() { &silence } else { says } {
        wav.write_sample(*sample)
            .expect("there is room for a sample");
    }
    wav.finalize().expect("there is room for a header");
}
