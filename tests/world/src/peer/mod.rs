//! Phones that others wrote, each as a process of its own: sipp and baresip.

mod baresip;

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use nix::ifaddrs::getifaddrs;
use nix::net::if_::InterfaceFlags;

pub use baresip::{Account, Baresip};

/// A process that does not outlive its test.
#[derive(Debug)]
pub struct Peer(Child);

impl Peer {
    /// Starts a program.
    ///
    /// # Panics
    /// It is missing: says how to get it. A peer that is not there is a test that failed.
    #[must_use]
    pub fn start(program: &str, package: &str, command: &mut Command) -> Self {
        Self(command.spawn().unwrap_or_else(|error| {
            panic!("{program} does not start ({error}); install it: apt-get install -y {package}")
        }))
    }

    /// How it ended, once it has.
    ///
    /// # Panics
    /// The system does not say.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.0.try_wait().expect("a process of ours has a status")
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// sipp playing this scenario once, as phone 100.
///
/// # Panics
/// It is not installed.
#[must_use]
pub fn sipp(scenario: &Path, server: SocketAddr, port: u16, password: &str) -> Peer {
    let mut command = Command::new("sipp");
    command
        .arg(server.to_string())
        .args(["-i", "127.0.0.1", "-m", "1", "-nostdin"])
        .args(["-timeout", "20", "-timeout_error"])
        .args(["-au", "100", "-ap", password, "-p", &port.to_string()])
        .arg("-sf")
        .arg(scenario)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    Peer::start("sipp", "sip-tester", &mut command)
}

/// A UDP port of the loopback that was free a moment ago.
///
/// # Panics
/// There is none.
#[must_use]
pub fn free_port() -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port is free");
    socket.local_addr().expect("it has an address").port()
}

/// An interface with an address that is not the loopback, which baresip refuses.
///
/// # Panics
/// There is none: says how to make one.
#[must_use]
pub fn interface() -> (String, Ipv4Addr) {
    let wanted = InterfaceFlags::IFF_UP | InterfaceFlags::IFF_RUNNING;
    let found = getifaddrs()
        .expect("the system lists interfaces")
        .find_map(|interface| {
            let ip = interface.address?.as_sockaddr_in()?.ip();
            let fits = interface.flags.contains(wanted) && !ip.is_loopback();
            fits.then_some((interface.interface_name, ip))
        });
    found.expect(
        "baresip needs an interface other than lo; make one: ip link add hotline0 type dummy && \
         ip addr add 198.51.100.1/24 dev hotline0 && ip link set hotline0 up",
    )
}
