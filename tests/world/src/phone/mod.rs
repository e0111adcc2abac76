//! A SIP phone of our own on plain sockets: UDP, G.711, telephone-events. It shares no code with
//! the machine it is tested against, knows nothing of proxies, and trusts nobody.

mod media;
mod message;
mod set;

use std::net::SocketAddr;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use hotline_call::Digit;

pub use media::{Media, Remote, RtpFigures};

/// Calls that are remembered; the oldest is forgotten then.
const MAX_CALLS: usize = 64;

/// What a phone does when it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Rings so long, then answers.
    After(Duration),
    /// Says no with this status: 486 or 603.
    Reject(u16),
    /// Rings until somebody gives up, or until [`Phone::answer`].
    Never,
    /// Says nothing any more, as one whose plug was pulled.
    Vanish,
}

/// How a phone behaves.
#[derive(Clone, Debug)]
pub struct PhoneSettings {
    /// What it does when it is called.
    pub answer: Answer,
    /// What it says in a call, again and again: linear, 8 kHz. Empty: silence.
    pub says: Arc<[i16]>,
    /// How much of what is heard is kept of each call.
    pub keep_heard_ms: u64,
    /// It hangs up when a call has lasted so long.
    pub hangs_up_after: Option<Duration>,
    /// The registration asked for.
    pub expires_s: u32,
}

impl Default for PhoneSettings {
    /// Answers after half a second, is silent, keeps a minute.
    fn default() -> Self {
        Self {
            answer: Answer::After(Duration::from_millis(500)),
            says: Arc::new([]),
            keep_heard_ms: 60_000,
            hangs_up_after: None,
            expires_s: 300,
        }
    }
}

/// How a call of a phone ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// We hung up.
    HungUp,
    /// The other side hung up.
    TheirBye,
    /// The other side gave up while it rang.
    Cancelled,
    /// We said no.
    Rejected,
    /// Nobody acknowledged or answered us.
    NoResponse,
    /// The phone vanished.
    Vanished,
}

/// One call, as the phone tells it.
#[derive(Clone, Debug)]
pub struct PhoneCall {
    /// The Call-ID.
    pub id: String,
    /// The user in the caller's address.
    pub from: String,
    /// When it began to ring.
    pub rang_at: Instant,
    /// When it was answered.
    pub answered_at: Option<Instant>,
    /// How and when it ended.
    pub ended: Option<(Ending, Instant)>,
    /// The phone holds.
    pub is_held: bool,
    /// What was heard, placed by RTP timestamp; silence where packets are missing.
    pub heard: Vec<i16>,
    /// Keys received as events.
    pub pressed: Vec<Digit>,
    /// What RTP has counted.
    pub rtp: RtpFigures,
}

impl PhoneCall {
    /// Both talk.
    #[must_use]
    pub const fn is_up(&self) -> bool {
        self.answered_at.is_some() && self.ended.is_none()
    }
}

/// What a phone is told to do.
#[derive(Clone, Copy, Debug)]
enum Command {
    Answer,
    Hold,
    Resume,
    HangUp,
    Press(Digit),
    Vanish,
    Quit,
}

/// What thread and handle share.
#[derive(Debug, Default)]
struct Memory {
    calls: Mutex<Vec<PhoneCall>>,
    moved: Condvar,
}

impl Memory {
    fn lock(&self) -> MutexGuard<'_, Vec<PhoneCall>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, id: &str, what: impl FnOnce(&mut PhoneCall)) {
        if let Some(call) = self.lock().iter_mut().rev().find(|call| call.id == id) {
            what(call);
        }
        self.moved.notify_all();
    }

    fn add(&self, call: PhoneCall) {
        let mut calls = self.lock();
        if calls.len() == MAX_CALLS {
            calls.remove(0);
        }
        calls.push(call);
        self.moved.notify_all();
    }
}

/// A registered phone with a thread of its own. Dropping it hangs up and takes the registration
/// back.
#[derive(Debug)]
pub struct Phone {
    commands: Sender<Command>,
    memory: Arc<Memory>,
    thread: Option<JoinHandle<()>>,
    local: SocketAddr,
}

impl Phone {
    /// Registers `user` at `server` and waits for calls.
    ///
    /// # Errors
    /// What the server said, or that it said nothing for 8 s.
    pub fn register(
        server: SocketAddr,
        user: &str,
        password: &str,
        settings: PhoneSettings,
    ) -> Result<Self, String> {
        let (commands, told) = channel();
        let memory = Arc::new(Memory::default());
        let mut set = set::Set::new(server, user, password, settings, Arc::clone(&memory), told)
            .map_err(|error| format!("phone {user} has no socket: {error}"))?;
        set.sign_on()?;
        let local = set.local();
        let thread = std::thread::Builder::new()
            .name(format!("phone {user}"))
            .spawn(move || set.run())
            .map_err(|error| format!("phone {user} has no thread: {error}"))?;
        Ok(Self {
            commands,
            memory,
            thread: Some(thread),
            local,
        })
    }

    /// Its own address.
    #[must_use]
    pub const fn local(&self) -> SocketAddr {
        self.local
    }

    /// Answers the call that rings.
    pub fn answer(&self) {
        self.tell(Command::Answer);
    }

    /// Puts the other side on hold (re-INVITE, sendonly).
    pub fn hold(&self) {
        self.tell(Command::Hold);
    }

    /// Takes the other side back.
    pub fn resume(&self) {
        self.tell(Command::Resume);
    }

    /// Hangs up, or rejects the call that rings.
    pub fn hang_up(&self) {
        self.tell(Command::HangUp);
    }

    /// Presses a key for 100 ms (RFC 4733).
    pub fn press(&self, key: Digit) {
        self.tell(Command::Press(key));
    }

    /// Sends nothing and hears nothing from now on.
    pub fn vanish(&self) {
        self.tell(Command::Vanish);
    }

    /// The calls so far, oldest first, the present one last.
    #[must_use]
    pub fn calls(&self) -> Vec<PhoneCall> {
        self.memory.lock().clone()
    }

    /// Looks at the calls without copying what was heard.
    pub fn look<T>(&self, what: impl FnOnce(&[PhoneCall]) -> T) -> T {
        what(&self.memory.lock())
    }

    /// Waits until the calls are like this; `false` when they were not within `patience`.
    #[must_use]
    pub fn wait(&self, patience: Duration, like: impl Fn(&[PhoneCall]) -> bool) -> bool {
        let calls = self.memory.lock();
        let waited = self
            .memory
            .moved
            .wait_timeout_while(calls, patience, |calls| !like(calls));
        waited.is_ok_and(|(_, timeout)| !timeout.timed_out())
    }

    fn tell(&self, command: Command) {
        // Fails when the thread has ended: the phone has vanished.
        let _ = self.commands.send(command);
    }
}

impl Drop for Phone {
    fn drop(&mut self) {
        self.tell(Command::Quit);
        if let Some(thread) = self.thread.take() {
            // A panic in a phone's thread is a fault of the test's own world; it has printed it.
            let _ = thread.join();
        }
    }
}
