//! Phones that others wrote: sipp and baresip, each as a process of its own.

use std::fs;
use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use hotline::phones::Transport;
use hotline_call::{Cause, Event};
use nix::ifaddrs::getifaddrs;
use nix::net::if_::InterfaceFlags;

use crate::desk::{Desk, LEG, PATIENCE};

/// Starts a program, or says how to get it: a peer that is missing is a test that failed.
fn start(program: &str, package: &str, command: &mut Command) -> Child {
    command.spawn().unwrap_or_else(|error| {
        panic!("{program} does not start ({error}); install it: apt-get install -y {package}")
    })
}

/// A process that does not outlive its test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < deadline, "{what}");
        // The pace of the poll.
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

fn free_port() -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("socket");
    socket.local_addr().expect("address").port()
}

fn sipp(scenario: &str, server: SocketAddr, port: u16, password: &str) -> Process {
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/phones");
    let mut command = Command::new("sipp");
    command
        .arg(server.to_string())
        .args([
            "-i",
            "127.0.0.1",
            "-m",
            "1",
            "-nostdin",
            "-timeout",
            "20",
            "-timeout_error",
        ])
        .args(["-au", "100", "-ap", password, "-p", &port.to_string()])
        .arg("-sf")
        .arg(scenarios.join(scenario))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    Process(start("sipp", "sip-tester", &mut command))
}

/// Whether the scenario was played to its end as written.
async fn succeeded(mut sipp: Process) -> bool {
    let mut status = None;
    until("sipp ends", || {
        status = sipp.0.try_wait().expect("a status");
        status.is_some()
    })
    .await;
    status.is_some_and(|status| status.success())
}

/// A door with sipp registered at it, and sipp's port.
async fn with_sipp() -> (Desk, u16) {
    let mut desk = Desk::open().await;
    let (server, port) = (desk.phones.local_addr(), free_port());
    assert!(!succeeded(sipp("sipp-register.xml", server, port, "wrong")).await);
    assert_eq!(desk.registration(), None);
    assert!(succeeded(sipp("sipp-register.xml", server, port, "secret")).await);
    desk.expect_in_service().await;
    (desk, port)
}

#[tokio::test]
async fn sipp_registers_answers_holds_resumes_and_hangs_up() {
    let (mut desk, port) = with_sipp().await;
    let phone = sipp("sipp-hold.xml", desk.phones.local_addr(), port, "secret");
    desk.ring();
    desk.expect(Event::Alerting { leg: LEG }).await;
    desk.expect(Event::Answered { leg: LEG }).await;
    assert_eq!(desk.command().await, "open Mu None");
    desk.expect(Event::Held { leg: LEG }).await;
    desk.expect(Event::Retrieved { leg: LEG }).await;
    desk.expect_released(Cause::NORMAL_CLEARING).await;
    assert!(succeeded(phone).await);
}

#[tokio::test]
async fn sipp_is_hung_up_on() {
    let (mut desk, port) = with_sipp().await;
    let phone = sipp("sipp-wait.xml", desk.phones.local_addr(), port, "secret");
    desk.ring();
    desk.expect(Event::Alerting { leg: LEG }).await;
    desk.expect(Event::Answered { leg: LEG }).await;
    desk.phones.release(LEG, Cause::NORMAL_CLEARING);
    desk.expect_released(Cause::NORMAL_CLEARING).await;
    assert!(succeeded(phone).await);
}

/// baresip refuses the loopback interface: it needs another one with an address.
fn interface() -> (String, Ipv4Addr) {
    let wanted = InterfaceFlags::IFF_UP | InterfaceFlags::IFF_RUNNING;
    let found = getifaddrs().expect("interfaces").find_map(|interface| {
        let ip = interface.address?.as_sockaddr_in()?.ip();
        let fits = interface.flags.contains(wanted) && !ip.is_loopback();
        fits.then_some((interface.interface_name, ip))
    });
    found.expect(
        "baresip needs an interface other than lo; make one: ip link add hotline0 type dummy && \
         ip addr add 198.51.100.1/24 dev hotline0 && ip link set hotline0 up",
    )
}

struct Baresip {
    process: Process,
    directory: tempfile::TempDir,
}

impl Baresip {
    fn start(server: SocketAddr, transport: &str, password: &str) -> Self {
        let (name, ip) = interface();
        let directory = tempfile::tempdir().expect("directory");
        let at = |file: &str| directory.path().join(file);
        write_silence(&at("in.wav"));
        let config = format!(
            "poll_method epoll\nsip_listen {ip}:0\nnet_interface {name}\n\
             module_path /usr/lib/baresip/modules\nmodule stdio.so\nmodule g711.so\n\
             module aufile.so\nmodule aubridge.so\nmodule_tmp uuid.so\nmodule_tmp account.so\n\
             module_app menu.so\naudio_source aufile,{}\naudio_player aubridge,none\n",
            at("in.wav").display()
        );
        let account = format!(
            "<sip:100@{server};transport={transport}>;auth_user=100;auth_pass={password};\
             regint=60;audio_codecs=pcma;answermode=manual\n"
        );
        for (file, text) in [
            ("config", config),
            ("accounts", account),
            ("contacts", "\n".into()),
        ] {
            fs::write(at(file), text).expect("written");
        }
        let log = fs::File::create(at("log")).expect("log");
        let mut command = Command::new("baresip");
        command.arg("-f").arg(directory.path()).arg("-s");
        command
            .stdin(Stdio::piped())
            .stderr(log.try_clone().expect("log"))
            .stdout(log);
        let process = Process(start("baresip", "baresip-core", &mut command));
        Self { process, directory }
    }

    fn say(&mut self, command: &str) {
        let stdin = self.process.0.stdin.as_mut().expect("a pipe");
        writeln!(stdin, "{command}").expect("baresip listens");
    }

    fn log(&self) -> String {
        let path: PathBuf = self.directory.path().join("log");
        String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned()
    }
}

impl Drop for Baresip {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("baresip said:\n{}", self.log());
        }
    }
}

fn write_silence(path: &Path) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 8000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut wav = hound::WavWriter::create(path, spec).expect("a file");
    for _ in 0..80_000 {
        wav.write_sample(0_i16).expect("written");
    }
    wav.finalize().expect("written");
}

#[tokio::test]
async fn baresip_with_a_wrong_password_is_refused() {
    let desk = Desk::open_at(IpAddr::V4(interface().1)).await;
    let phone = Baresip::start(desk.phones.local_addr(), "udp", "wrong");
    until("baresip is refused", || {
        phone.log().contains("SIP/2.0 403 Forbidden")
    })
    .await;
    assert_eq!(desk.registration(), None);
}

#[tokio::test]
async fn baresip_registers_answers_holds_and_resumes_and_either_side_hangs_up() {
    for (name, transport) in [("udp", Transport::Udp), ("tcp", Transport::Tcp)] {
        let mut desk = Desk::open_at(IpAddr::V4(interface().1)).await;
        let mut phone = Baresip::start(desk.phones.local_addr(), name, "secret");
        desk.expect_in_service().await;
        let registration = desk.registration().expect("a registration");
        assert_eq!(registration.transport, transport);
        assert!(
            registration
                .user_agent
                .is_some_and(|agent| agent.starts_with("baresip"))
        );
        for phone_hangs_up in [true, false] {
            let received = desk.net.figures().received;
            desk.ring();
            desk.expect(Event::Alerting { leg: LEG }).await;
            phone.say("/accept");
            desk.expect(Event::Answered { leg: LEG }).await;
            assert_eq!(desk.command().await, "open A Some(101)");
            until("baresip's voice", || {
                desk.net.figures().received >= received + 10
            })
            .await;
            phone.say("/hold");
            desk.expect(Event::Held { leg: LEG }).await;
            assert_eq!(desk.command().await, "pause true");
            phone.say("/resume");
            desk.expect(Event::Retrieved { leg: LEG }).await;
            assert_eq!(desk.command().await, "pause false");
            if phone_hangs_up {
                phone.say("/hangup");
            } else {
                desk.phones.release(LEG, Cause::NORMAL_CLEARING);
            }
            desk.expect_released(Cause::NORMAL_CLEARING).await;
            assert_eq!(desk.command().await, "close");
        }
    }
}
