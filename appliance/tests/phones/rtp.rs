//! The RTP thread.

use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use hotline::media::{NetHandle, StreamSlot};
use hotline_dsp::engine::{Channel, FRAME, Law, StreamFrame, StreamPacket};

use crate::desk::{Desk, LINES, PATIENCE, STREAMS};

fn far_end() -> (UdpSocket, SocketAddr) {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("socket");
    socket.set_read_timeout(Some(PATIENCE)).expect("timeout");
    let address = socket.local_addr().expect("address");
    (socket, address)
}

/// An RTP packet (RFC 3550 §5.1).
fn packet(payload_type: u8, sequence: u16, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x80, payload_type];
    packet.extend(sequence.to_be_bytes());
    packet.extend((u32::from(sequence) * 160).to_be_bytes());
    packet.extend([0, 0, 0, 9]);
    packet.extend(payload);
    packet
}

fn frame(slot: StreamSlot, timestamp: u32, marker: bool) -> StreamFrame {
    StreamFrame {
        channel: slot.channel,
        timestamp,
        marker,
        law: Law::A,
        payload: [0x55; FRAME],
    }
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < deadline, "{what}");
        // The pace of the poll.
        std::thread::sleep(Duration::from_millis(1));
    }
}

impl Desk {
    fn packet(&mut self) -> StreamPacket {
        let mut found = None;
        until("a packet for the tick", || {
            found = self.tick.packets.dequeue();
            found.is_some()
        });
        found.expect("just found")
    }

    fn say(&mut self, frame: StreamFrame) {
        assert!(self.tick.frames.enqueue(frame).is_ok(), "the ring has room");
    }
}

fn connected(net: &NetHandle, remote: SocketAddr) -> StreamSlot {
    let slot = net.allocate().expect("a stream");
    net.connect(slot, remote, Law::A, Some(101));
    slot
}

#[tokio::test]
async fn packets_go_both_ways() {
    let mut desk = Desk::open().await;
    let (phone, address) = far_end();
    let slot = connected(&desk.net, address);
    assert_eq!(slot.local_addr.port() % 2, 0);
    for timestamp in [0, 160] {
        desk.say(frame(slot, timestamp, timestamp == 0));
    }
    let mut octets = [0; 2048];
    let mut heard = [(); 2].map(|()| {
        let (length, from) = phone.recv_from(&mut octets).expect("a packet");
        assert_eq!((length, from), (12 + FRAME, slot.local_addr));
        octets[..length].to_vec()
    });
    assert_eq!(
        (&heard[0][..2], &heard[1][..2]),
        (&[0x80, 0x88][..], &[0x80, 0x08][..])
    );
    let number = |packet: &[u8]| u16::from_be_bytes([packet[2], packet[3]]);
    assert_eq!(number(&heard[0]).wrapping_add(1), number(&heard[1]));
    let time = |p: &[u8]| u32::from_be_bytes([p[4], p[5], p[6], p[7]]);
    assert_eq!(time(&heard[0]).wrapping_add(160), time(&heard[1]));
    assert_eq!(heard[0][8..12], heard[1][8..12], "one source");
    heard[0].clear();
    phone
        .send_to(&packet(8, 7, &[0xD5; FRAME]), slot.local_addr)
        .expect("sent");
    let received = desk.packet();
    assert_eq!(
        (received.channel, received.payload_type),
        (Channel(LINES), 8)
    );
    assert_eq!(
        (received.sequence, received.timestamp, received.ssrc),
        (7, 7 * 160, 9)
    );
    assert_eq!(received.payload, [0xD5; FRAME]);
}

#[tokio::test]
async fn garbage_and_strangers_are_counted_and_kept_out() {
    let mut desk = Desk::open().await;
    let ((phone, address), (stranger, _)) = (far_end(), far_end());
    let slot = connected(&desk.net, address);
    let to = slot.local_addr;
    // Not what was agreed on: it must not decide who is heard.
    stranger.send_to(&packet(3, 1, &[0; 33]), to).expect("sent");
    until("a stranger", || desk.net.figures().strangers == 1);
    phone.send_to(&packet(8, 1, &[1; FRAME]), to).expect("sent");
    desk.packet();
    let mut seed = 0x2545_F491_u32;
    let mut garbage = 0;
    for length in 0..300 {
        let octets: Vec<u8> = (0..length)
            .map(|_| {
                seed ^= seed << 13;
                seed ^= seed >> 17;
                seed ^= seed << 5;
                seed.to_be_bytes()[0] & 0x7F
            })
            .collect();
        garbage += 1;
        phone.send_to(&octets, to).expect("sent");
        // The kernel's queue is short; what it drops is not counted here.
        until("garbage is counted", || {
            desk.net.figures().malformed == garbage
        });
    }
    phone.send_to(&packet(8, 2, &[1; 1000]), to).expect("sent");
    stranger
        .send_to(&packet(8, 3, &[1; FRAME]), to)
        .expect("sent");
    phone.send_to(&packet(8, 4, &[1; FRAME]), to).expect("sent");
    assert_eq!(desk.packet().sequence, 4, "seed 0x2545F491");
    let figures = desk.net.figures();
    assert_eq!(
        (figures.malformed, figures.strangers, figures.received),
        (garbage + 1, 2, 2)
    );
}

#[tokio::test]
async fn a_phone_behind_an_address_translator_is_found_once() {
    let mut desk = Desk::open().await;
    let ((told, address), (real, _), (late, _)) = (far_end(), far_end(), far_end());
    let slot = connected(&desk.net, address);
    real.send_to(&packet(8, 1, &[1; FRAME]), slot.local_addr)
        .expect("sent");
    desk.packet();
    late.send_to(&packet(8, 2, &[1; FRAME]), slot.local_addr)
        .expect("sent");
    until("a stranger", || desk.net.figures().strangers == 1);
    desk.say(frame(slot, 0, true));
    let mut octets = [0; 2048];
    assert!(
        real.recv_from(&mut octets).is_ok(),
        "we send where we hear from"
    );
    // The same agreement again (hold, session refresh) keeps what was found; another forgets it.
    desk.net.connect(slot, address, Law::A, Some(101));
    desk.say(frame(slot, 160, false));
    assert!(real.recv_from(&mut octets).is_ok());
    let (moved, address) = far_end();
    desk.net.connect(slot, address, Law::A, Some(101));
    desk.say(frame(slot, 320, false));
    assert!(moved.recv_from(&mut octets).is_ok());
    told.set_nonblocking(true).expect("non-blocking");
    assert!(
        told.recv_from(&mut octets).is_err(),
        "nothing went to the address of no use"
    );
}

#[tokio::test]
async fn a_gap_in_what_is_sent_is_counted() {
    let mut desk = Desk::open().await;
    let (phone, address) = far_end();
    let slot = connected(&desk.net, address);
    let mut octets = [0; 2048];
    let mut send = |desk: &mut Desk, timestamp, marker| {
        desk.say(frame(slot, timestamp, marker));
        phone.recv_from(&mut octets).expect("a packet");
    };
    send(&mut desk, 0, true);
    // A gap is one of the wall clock: twice the pace of a stream and a little.
    std::thread::sleep(Duration::from_millis(45));
    send(&mut desk, 160, true);
    assert_eq!(desk.net.figures().send_gaps, 0, "a pause is no gap");
    // Again on the wall clock.
    std::thread::sleep(Duration::from_millis(45));
    send(&mut desk, 320, false);
    assert_eq!(desk.net.figures().send_gaps, 1);
}

#[tokio::test]
async fn streams_run_out_and_come_back() {
    let desk = Desk::open().await;
    let slots: Vec<_> = std::iter::from_fn(|| desk.net.allocate()).collect();
    assert_eq!(slots.len(), usize::from(STREAMS));
    desk.net.release(slots[3]);
    let again = desk.net.allocate().expect("the one given back");
    assert_eq!(again.channel, slots[3].channel);
    assert_ne!(
        again.local_addr, slots[3].local_addr,
        "a port rests after use"
    );
}
