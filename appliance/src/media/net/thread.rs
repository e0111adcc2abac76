//! The thread itself. After a socket is open, a packet costs no allocation and no lock.

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError};

use heapless::spsc::{Consumer, Producer};
use hotline_dsp::engine::{Channel, FRAME, Law, StreamFrame, StreamPacket};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use nix::sys::eventfd::EventFd;
use zerocopy::IntoBytes;

use super::Counters;
use super::header::{HEADER, RtpHeader, parse};
use crate::clock::Clock;

/// The tick cannot wake anybody, so its ring is looked at this often while a stream is open.
const TURN_MS: u16 = 1;
/// And this often while none is: only a command can come, and it wakes us.
const IDLE_MS: u16 = 250;
/// Datagrams taken from one socket in one turn; the rest waits in the kernel for the next.
const DATAGRAMS_A_TURN: usize = 8;
/// Frames sent in one turn: more than all streams have in 1 ms.
const FRAMES_A_TURN: usize = 256;
/// Longer than any RTP packet we take; what is longer is cut, and so refused.
const DATAGRAM: usize = 2048;
/// A frame carries 20 ms; from here on one is missing.
const GAP_MS: u64 = 40;
/// The mark of the wake-up descriptor among the streams' numbers.
const WAKE: u64 = u64::MAX;
/// Comfort noise (RFC 3389 §4).
const COMFORT_NOISE: u8 = 13;

/// What the other threads ask for.
pub enum Control {
    Open {
        stream: u16,
        socket: UdpSocket,
    },
    Connect {
        stream: u16,
        remote: SocketAddr,
        law: Law,
        event: Option<u8>,
    },
    Close {
        stream: u16,
    },
}

/// Whom we take packets from. A phone behind an address translator sends from another address
/// than its SDP says: the first source heard is then believed, once.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    /// Nothing heard yet.
    Open,
    /// Only this one.
    Latched(SocketAddr),
}

/// What offer and answer agreed on.
struct Agreed {
    negotiated: SocketAddr,
    source: Source,
    law: Law,
    event: Option<u8>,
}

struct Stream {
    socket: UdpSocket,
    agreed: Option<Agreed>,
    sequence: u16,
    /// RFC 3550 §5.1: the timestamp starts at random; the engine's starts at 0.
    timestamp_offset: u32,
    ssrc: u32,
    last_sent_ms: Option<u64>,
}

pub struct NetThread {
    streams: Vec<Option<Stream>>,
    lines: u16,
    packets: Producer<'static, StreamPacket>,
    frames: Consumer<'static, StreamFrame>,
    controls: Receiver<Control>,
    epoll: Epoll,
    wake: Arc<EventFd>,
    counters: Arc<Counters>,
    clock: Clock,
}

impl NetThread {
    pub fn new(
        streams: u16,
        lines: u16,
        (packets, frames): (
            Producer<'static, StreamPacket>,
            Consumer<'static, StreamFrame>,
        ),
        controls: Receiver<Control>,
        wake: Arc<EventFd>,
        counters: Arc<Counters>,
        clock: Clock,
    ) -> io::Result<Self> {
        let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
        epoll.add(&*wake, EpollEvent::new(EpollFlags::EPOLLIN, WAKE))?;
        let streams = (0..streams).map(|_| None).collect();
        Ok(Self {
            streams,
            lines,
            packets,
            frames,
            controls,
            epoll,
            wake,
            counters,
            clock,
        })
    }

    /// Runs until the last handle is dropped.
    pub fn run(mut self) {
        let mut ready = [EpollEvent::empty(); 64];
        let mut buffer = [0; DATAGRAM];
        loop {
            let busy = self.streams.iter().any(Option::is_some);
            let timeout = EpollTimeout::from(if busy { TURN_MS } else { IDLE_MS });
            // An interrupted wait is an early turn.
            let count = self.epoll.wait(&mut ready, timeout).unwrap_or(0);
            if !self.obey() {
                return;
            }
            for event in &ready[..count] {
                if event.data() == WAKE {
                    let _ = self.wake.read();
                } else {
                    self.receive(event.data(), &mut buffer);
                }
            }
            self.send();
        }
    }

    /// Carries out what was asked. `false` when nobody can ask any more.
    fn obey(&mut self) -> bool {
        loop {
            match self.controls.try_recv() {
                Ok(Control::Open { stream, socket }) => self.open(stream, socket),
                Ok(Control::Connect {
                    stream,
                    remote,
                    law,
                    event,
                }) => {
                    if let Some(Some(stream)) = self.streams.get_mut(usize::from(stream)) {
                        stream.agree(remote, law, event);
                    }
                }
                Ok(Control::Close { stream }) => self.close(stream),
                Err(TryRecvError::Empty) => return true,
                Err(TryRecvError::Disconnected) => return false,
            }
        }
    }

    fn open(&mut self, number: u16, socket: UdpSocket) {
        self.close(number);
        let Some(place) = self.streams.get_mut(usize::from(number)) else {
            return;
        };
        let interest = EpollEvent::new(EpollFlags::EPOLLIN, u64::from(number));
        if let Err(error) = self.epoll.add(&socket, interest) {
            tracing::error!(%error, stream = number, "RTP socket cannot be watched");
            return;
        }
        let mut random = [0; 10];
        // Without randomness the numbers are only easier to guess.
        let _ = getrandom::fill(&mut random);
        let word = |at: usize| u32::from_be_bytes([0, 1, 2, 3].map(|i| random[at + i]));
        *place = Some(Stream {
            socket,
            agreed: None,
            sequence: u16::from_be_bytes([random[8], random[9]]),
            timestamp_offset: word(0),
            ssrc: word(4),
            last_sent_ms: None,
        });
    }

    fn close(&mut self, number: u16) {
        if let Some(stream) = self
            .streams
            .get_mut(usize::from(number))
            .and_then(Option::take)
        {
            // Closing the descriptor would do it too, unless a child process had inherited it.
            let _ = self.epoll.delete(&stream.socket);
        }
    }

    fn receive(&mut self, number: u64, buffer: &mut [u8; DATAGRAM]) {
        let Ok(number) = u16::try_from(number) else {
            return;
        };
        let Some(Some(stream)) = self.streams.get_mut(usize::from(number)) else {
            return;
        };
        for _ in 0..DATAGRAMS_A_TURN {
            // An ICMP error of an earlier send is reported here once and means nothing more.
            let Ok((length, from)) = stream.socket.recv_from(buffer) else {
                return;
            };
            let Some((header, payload)) = parse(&buffer[..length]) else {
                Counters::count(&self.counters.malformed);
                continue;
            };
            if !stream.accepts(from, header.payload_type()) {
                Counters::count(&self.counters.strangers);
                continue;
            }
            let Ok(payload) = heapless::Vec::from_slice(payload) else {
                Counters::count(&self.counters.malformed);
                continue;
            };
            let packet = StreamPacket {
                channel: Channel(self.lines + number),
                payload_type: header.payload_type(),
                marker: header.marker(),
                sequence: header.sequence.get(),
                timestamp: header.timestamp.get(),
                ssrc: header.ssrc.get(),
                payload,
            };
            match self.packets.enqueue(packet) {
                Ok(()) => Counters::count(&self.counters.received),
                Err(_) => Counters::count(&self.counters.dropped),
            }
        }
    }

    fn send(&mut self) {
        for _ in 0..FRAMES_A_TURN {
            let Some(frame) = self.frames.dequeue() else {
                return;
            };
            // What was agreed on before the frame was made must hold for it.
            self.obey();
            let number = usize::from(frame.channel.0.saturating_sub(self.lines));
            // A frame may cross the close of its stream.
            let Some(Some(stream)) = self.streams.get_mut(number) else {
                continue;
            };
            let now_ms = self.clock.now().mono_ms;
            match stream.send(&frame, now_ms, &self.counters) {
                Some(true) => Counters::count(&self.counters.sent),
                Some(false) => Counters::count(&self.counters.dropped),
                None => {}
            }
        }
    }
}

impl Stream {
    fn agree(&mut self, remote: SocketAddr, law: Law, event: Option<u8>) {
        // An unchanged address (hold, session refresh) keeps the source that was found.
        let source = match &self.agreed {
            Some(before) if before.negotiated == remote => before.source,
            _ => Source::Open,
        };
        self.agreed = Some(Agreed {
            negotiated: remote,
            source,
            law,
            event,
        });
    }

    /// Whether a packet from there is this stream's. The first one decides for all others.
    fn accepts(&mut self, from: SocketAddr, payload_type: u8) -> bool {
        let Some(agreed) = &mut self.agreed else {
            return false;
        };
        match agreed.source {
            Source::Latched(source) => source == from,
            // Only what was agreed on may decide: a stray packet is no phone.
            Source::Open => {
                // A phone may begin with a pause (RFC 3389).
                let expected = payload_type == agreed.law.payload_type()
                    || payload_type == COMFORT_NOISE
                    || Some(payload_type) == agreed.event;
                if expected {
                    agreed.source = Source::Latched(from);
                }
                expected
            }
        }
    }

    /// Whether the kernel took it; `None` when there is nobody to send to yet.
    fn send(&mut self, frame: &StreamFrame, now_ms: u64, counters: &Counters) -> Option<bool> {
        let agreed = self.agreed.as_ref()?;
        let to = match agreed.source {
            Source::Latched(source) => source,
            Source::Open => agreed.negotiated,
        };
        let last = self.last_sent_ms.replace(now_ms);
        if last.is_some_and(|last| !frame.marker && now_ms - last >= GAP_MS) {
            Counters::count(&counters.send_gaps);
        }
        let mut packet = [0; HEADER + FRAME];
        let header = RtpHeader::new(
            frame.law.payload_type(),
            frame.marker,
            self.sequence,
            frame.timestamp.wrapping_add(self.timestamp_offset),
            self.ssrc,
        );
        packet[..HEADER].copy_from_slice(header.as_bytes());
        packet[HEADER..].copy_from_slice(&frame.payload);
        self.sequence = self.sequence.wrapping_add(1);
        Some(self.socket.send_to(&packet, to).is_ok())
    }
}
