//! The RTP thread and the way to it. One thread owns every RTP socket: datagrams in become
//! [`StreamPacket`]s for the tick, [`StreamFrame`]s of the tick become datagrams out.

mod header;
mod thread;

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use heapless::spsc::{Consumer, Producer};
use hotline_dsp::engine::{Channel, Law, StreamFrame, StreamPacket};
use nix::sys::eventfd::EventFd;

use super::realtime::become_realtime;
use crate::clock::Clock;
use thread::{Control, NetThread};

/// Where RTP is received and how much of it.
#[derive(Clone, Debug)]
pub struct NetSettings {
    /// The address the sockets are bound to; unspecified means all.
    pub ip: IpAddr,
    /// Ports to take from. Only the even ones carry RTP (RFC 3550 §11).
    pub ports: RangeInclusive<u16>,
    /// Line channels before the first stream channel.
    pub lines: u16,
    /// Stream channels.
    pub streams: u16,
    /// SCHED_FIFO priority of the thread; 0: an ordinary thread.
    pub realtime_priority: u8,
}

/// A stream channel of the engine with its socket. Give it back with [`NetHandle::release`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamSlot {
    /// The engine's channel.
    pub channel: Channel,
    /// Where RTP for it is received.
    pub local_addr: SocketAddr,
}

/// What the RTP thread has counted since start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NetFigures {
    /// Packets handed to the tick.
    pub received: u64,
    /// Packets sent.
    pub sent: u64,
    /// Datagrams that are no RTP, or longer than any we take.
    pub malformed: u64,
    /// Packets from an address nobody agreed on.
    pub strangers: u64,
    /// Packets the tick had no room for, and packets the kernel would not send.
    pub dropped: u64,
    /// Times a stream that should send every 20 ms sent nothing for 40 ms or more.
    pub send_gaps: u64,
    /// Packets of streams that have ended which never came, by their sequence numbers, or came too
    /// late to be played.
    pub lost: u64,
}

#[derive(Debug, Default)]
struct Counters {
    received: AtomicU64,
    sent: AtomicU64,
    malformed: AtomicU64,
    strangers: AtomicU64,
    dropped: AtomicU64,
    send_gaps: AtomicU64,
    lost: AtomicU64,
}

impl Counters {
    fn count(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

/// The way to the RTP thread. Cheap to clone; the thread ends when the last one is dropped.
#[derive(Clone)]
pub struct NetHandle {
    settings: Arc<NetSettings>,
    free: Arc<Mutex<FreeSlots>>,
    control: Sender<Control>,
    wake: Arc<EventFd>,
    counters: Arc<Counters>,
}

/// Streams not in use, and where to look for a port next. The stream used longest ago comes
/// first, so that late packets of an old call find nobody.
struct FreeSlots {
    streams: std::collections::VecDeque<u16>,
    next_port: u16,
}

/// Starts the RTP thread on the network's ends of the rings.
///
/// # Errors
/// The system's, when it has no event descriptors or threads left.
pub fn start_net(
    settings: NetSettings,
    packets: Producer<'static, StreamPacket>,
    frames: Consumer<'static, StreamFrame>,
    clock: Clock,
) -> io::Result<(NetHandle, JoinHandle<()>)> {
    let (control, controls) = channel();
    let wake = Arc::new(EventFd::new()?);
    let counters = Arc::new(Counters::default());
    let thread = NetThread::new(
        settings.streams,
        settings.lines,
        (packets, frames),
        controls,
        Arc::clone(&wake),
        Arc::clone(&counters),
        clock,
    )?;
    let priority = settings.realtime_priority;
    let join = std::thread::Builder::new()
        .name("net".into())
        .spawn(move || {
            become_realtime("net", priority);
            thread.run();
        })?;
    let free = FreeSlots {
        streams: (0..settings.streams).collect(),
        next_port: settings.ports.start().next_multiple_of(2),
    };
    let handle = NetHandle {
        settings: Arc::new(settings),
        free: Arc::new(Mutex::new(free)),
        control,
        wake,
        counters,
    };
    Ok((handle, join))
}

impl NetHandle {
    /// Takes a stream channel and binds a socket for it. `None` when all channels or all ports
    /// are in use.
    #[must_use]
    pub fn allocate(&self) -> Option<StreamSlot> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let stream = *free.streams.front()?;
        let socket = self.bind(&mut free.next_port)?;
        let local_addr = socket.local_addr().ok()?;
        free.streams.pop_front();
        self.tell(Control::Open { stream, socket });
        Some(StreamSlot {
            channel: Channel(self.settings.lines + stream),
            local_addr,
        })
    }

    /// Lets RTP flow between the stream and `remote`, as agreed by offer and answer. Calling it
    /// again changes the agreement; the packet count goes on.
    pub fn connect(&self, slot: StreamSlot, remote: SocketAddr, law: Law, event: Option<u8>) {
        let stream = self.stream(slot);
        self.tell(Control::Connect {
            stream,
            remote,
            law,
            event,
        });
    }

    /// Closes the socket and gives the channel back. Once a slot: the caller owns it until here.
    pub fn release(&self, slot: StreamSlot) {
        let stream = self.stream(slot);
        self.tell(Control::Close { stream });
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        if !free.streams.contains(&stream) {
            free.streams.push_back(stream);
        }
    }

    /// Stream channels, in use or not.
    #[must_use]
    pub fn streams(&self) -> u16 {
        self.settings.streams
    }

    /// Stream channels not in use.
    #[must_use]
    pub fn free_streams(&self) -> usize {
        self.free
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .streams
            .len()
    }

    /// What has been counted since start.
    #[must_use]
    pub fn figures(&self) -> NetFigures {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        NetFigures {
            received: read(&self.counters.received),
            sent: read(&self.counters.sent),
            malformed: read(&self.counters.malformed),
            strangers: read(&self.counters.strangers),
            dropped: read(&self.counters.dropped),
            send_gaps: read(&self.counters.send_gaps),
            lost: read(&self.counters.lost),
        }
    }

    /// Adds what the jitter buffer tells of a stream that has ended.
    pub fn add_lost(&self, packets: u32) {
        self.counters
            .lost
            .fetch_add(packets.into(), Ordering::Relaxed);
    }

    fn stream(&self, slot: StreamSlot) -> u16 {
        slot.channel.0.saturating_sub(self.settings.lines)
    }

    /// The next free even port, each port of the range tried once.
    fn bind(&self, next_port: &mut u16) -> Option<UdpSocket> {
        let (first, last) = (
            self.settings.ports.start().next_multiple_of(2),
            *self.settings.ports.end(),
        );
        for _ in 0..=(last.checked_sub(first)? / 2) {
            let port = *next_port;
            *next_port = if last - port < 2 { first } else { port + 2 };
            if let Ok(socket) = UdpSocket::bind((self.settings.ip, port))
                && socket.set_nonblocking(true).is_ok()
            {
                return Some(socket);
            }
        }
        None
    }

    fn tell(&self, control: Control) {
        // Both fail only after the thread has ended, and with it every stream.
        let _ = self.control.send(control);
        let _ = self.wake.write(1);
    }
}
