//! Playbacks, recordings, streams, and commands that make no sense.

mod studio;

use heapless::Vec as Bounded;
use hotline_dsp::engine::{
    BLOCK, Channel, Command, Event, FRAME, Law, RecordedBlock, StreamQuality,
};
use studio::{Studio, as_sent, line, packet, pure, stream, voice_packet};

fn clip(from: usize, length: usize) -> Vec<i16> {
    (from..from + length).map(pure).collect()
}

#[test]
fn streams_of_one_law_hear_each_other_sample_for_sample() {
    let mut studio = Studio::new();
    studio.join(&[stream(0), stream(1)]);
    for ms in 0..1000u16 {
        if ms % 20 == 0 {
            let packet = voice_packet(stream(0), ms / 20, |at| pure(at + 1));
            studio.engine.receive(&packet);
        }
        studio.tick();
    }
    let heard = studio.sent_to(stream(1));
    let start = heard
        .iter()
        .position(|&sample| sample != 8)
        .expect("something is heard");
    // 30 ms of jitter buffer, and the packet that is being filled.
    assert!(start <= 50 * BLOCK, "after {start} samples");
    assert!(
        heard[start..]
            .iter()
            .enumerate()
            .all(|(at, &sample)| sample == pure(at + 1))
    );
    let quality = studio.engine.stream_quality(stream(0));
    let expected = StreamQuality {
        received: 50,
        delay_ms: quality.delay_ms,
        ..Default::default()
    };
    assert_eq!(quality, expected);
    assert!((10..=30).contains(&quality.delay_ms), "{quality:?}");
}

#[test]
fn a_line_and_a_stream_hear_each_other() {
    let mut studio = Studio::new();
    studio.join(&[line(0), stream(0)]);
    let mut heard = Vec::new();
    for ms in 0..200u16 {
        if ms % 20 == 0 {
            studio
                .engine
                .receive(&voice_packet(stream(0), ms / 20, |at| pure(at + 1)));
        }
        studio.tick();
        heard.extend(studio.lines_out[0]);
    }
    let start = heard
        .iter()
        .position(|&sample| sample != 8)
        .expect("something is heard");
    assert_eq!(start, 30 * BLOCK);
    assert!(
        heard[start..]
            .iter()
            .enumerate()
            .all(|(at, &sample)| sample == pure(at + 1))
    );
}

#[test]
fn every_stream_is_sent_a_frame_each_20_ms_and_not_all_in_one_tick() {
    let mut studio = Studio::new();
    let mut most_in_a_tick = 0;
    for _ in 0..400 {
        let before = studio.shelf.frames.len();
        studio.tick();
        most_in_a_tick = most_in_a_tick.max(studio.shelf.frames.len() - before);
    }
    assert_eq!(most_in_a_tick, 1);
    for n in 0..4 {
        let frames: Vec<_> = studio
            .shelf
            .frames
            .iter()
            .filter(|f| f.channel == stream(n))
            .collect();
        assert_eq!(frames.len(), 20);
        assert!(
            (0..)
                .zip(&frames)
                .all(|(n, frame)| frame.timestamp == n * 160)
        );
        assert!(
            (0..)
                .zip(&frames)
                .all(|(n, frame)| frame.marker == (n == 0))
        );
        assert!(
            frames
                .iter()
                .all(|frame| frame.payload == [Law::A.silence(); 160])
        );
    }
}

#[test]
fn a_paused_stream_is_sent_nothing_and_goes_on_with_a_marker_and_the_right_time() {
    let mut studio = Studio::new();
    studio.hear(line(0), 100);
    studio.apply(Command::PauseStream {
        channel: stream(0),
        paused: true,
    });
    studio.hear(line(0), 100);
    studio.apply(Command::PauseStream {
        channel: stream(0),
        paused: false,
    });
    studio.hear(line(0), 100);
    let frames = studio
        .shelf
        .frames
        .iter()
        .filter(|frame| frame.channel == stream(0));
    let told: Vec<_> = frames
        .map(|frame| (frame.timestamp / 160, frame.marker))
        .collect();
    let expected: Vec<_> = (0..5)
        .chain(10..15)
        .map(|n| (n, n == 0 || n == 10))
        .collect();
    assert_eq!(told, expected);
}

#[test]
fn clips_are_played_without_a_gap_instead_of_the_peer_and_given_back() {
    let mut studio = Studio::new();
    studio.join(&[line(0), line(1)]);
    studio.lines_in[1] = [1008; BLOCK];
    let clips = [clip(0, 13), clip(13, 1), vec![], clip(14, 90)];
    studio.play(line(0), 5, &clips.each_ref().map(Vec::as_slice), false);
    assert_eq!(studio.hear(line(0), 13), clip(0, 104));
    assert_eq!(
        studio.events(),
        [Event::PlaybackEnded {
            channel: line(0),
            playback: 5
        }]
    );
    let back: Vec<_> = studio
        .shelf
        .retired
        .iter()
        .map(|clip| clip.to_vec())
        .collect();
    assert_eq!(back, clips);
    // The peer again.
    assert!(studio.hear(line(0), 1)[0] > 900);
}

#[test]
fn a_repeated_playback_goes_round_until_stopped_and_is_not_told_as_ended() {
    let mut studio = Studio::new();
    studio.play(stream(0), 5, &[&clip(0, 30), &clip(30, 11)], true);
    studio.hear(line(0), 500);
    let heard = studio.sent_to(stream(0));
    let start = heard
        .iter()
        .position(|&sample| sample == pure(0))
        .expect("is heard");
    assert!(
        heard[start..]
            .iter()
            .enumerate()
            .all(|(at, &sample)| sample == pure(at % 41))
    );
    studio.apply(Command::StopPlayback { channel: stream(0) });
    assert_eq!(studio.events(), []);
    assert_eq!(studio.shelf.retired.len(), 2);
}

#[test]
fn a_playback_of_nothing_ends_at_once() {
    let mut studio = Studio::new();
    studio.play(line(0), 1, &[], true);
    studio.play(line(1), 2, &[&[], &[]], true);
    studio.tick();
    let ended = |n: u16, playback| Event::PlaybackEnded {
        channel: line(n),
        playback,
    };
    assert_eq!(studio.events(), [ended(0, 1), ended(1, 2)]);
}

#[test]
fn clips_wait_for_room_in_the_sink() {
    let mut studio = Studio::new();
    studio.shelf.room = Some(1);
    studio.play(line(0), 1, &[&clip(0, 8), &clip(0, 8), &clip(0, 8)], false);
    studio.hear(line(0), 10);
    assert_eq!(studio.shelf.retired.len(), 1);
    studio.shelf.room = None;
    studio.tick();
    assert_eq!(studio.shelf.retired.len(), 3);
    assert_eq!(studio.engine.clips_freed_in_tick(), 0);
}

#[test]
fn a_recording_holds_what_both_say_side_by_side_and_ends_with_its_rest() {
    let mut studio = Studio::new();
    studio.join(&[line(0), stream(0)]);
    // What they hear is not recorded.
    studio.play(line(0), 1, &[&[5000; 8000]], false);
    studio.apply(Command::Record {
        recording: 9,
        a: stream(0),
        b: line(1),
    });
    for ms in 0..105u16 {
        if ms % 20 == 0 {
            studio
                .engine
                .receive(&voice_packet(stream(0), ms / 20, |at| pure(at + 1)));
        }
        studio.lines_in[1] = std::array::from_fn(|n| pure(usize::from(ms) * 8 + n));
        studio.tick();
    }
    studio.apply(Command::StopRecording { recording: 9 });
    let blocks = &studio.shelf.recorded;
    assert_eq!(
        blocks.iter().map(|block| block.len).collect::<Vec<_>>(),
        [160, 160, 160, 160, 160, 40]
    );
    let (a, b) = (
        track(blocks, |block| block.a),
        track(blocks, |block| block.b),
    );
    assert_eq!(b, clip(0, 840));
    assert_eq!(a[..240], [0; 240]);
    assert_eq!(a[240..], clip(1, 600));
    assert_eq!(studio.events(), [Event::RecordingEnded { recording: 9 }]);
}

/// What a track of all that was recorded holds.
fn track(blocks: &[RecordedBlock], of: fn(&RecordedBlock) -> [i16; FRAME]) -> Vec<i16> {
    let valid = |block| of(block).into_iter().take(usize::from(block.len));
    blocks.iter().flat_map(valid).collect()
}

/// A message: the caller talks, then says nothing; a click of the line is no voice.
#[test]
fn silence_of_who_is_recorded_alone_is_told_at_every_second_until_a_voice_is_heard() {
    let mut studio = Studio::new();
    studio.apply(Command::Record {
        recording: 9,
        a: line(0),
        b: line(0),
    });
    studio.apply(Command::RetargetRecording {
        recording: 9,
        b: None,
        c: None,
        also: Bounded::new(),
    });
    let mut told = |loud: &[(u32, u32)], ms: u32| {
        for at in 0..ms {
            let is_loud = loud.iter().any(|(from, to)| (*from..*to).contains(&at));
            studio.lines_in[0] = if is_loud {
                [2000, 2000, 2000, 2000, -2000, -2000, -2000, -2000]
            } else {
                [8, -8, 8, -8, 8, -8, 8, -8]
            };
            studio.tick();
        }
        let silent = |event| match event {
            Event::RecordingSilent { seconds, .. } => Some(seconds),
            _ => None,
        };
        studio
            .events()
            .into_iter()
            .filter_map(silent)
            .collect::<Vec<_>>()
    };
    assert_eq!(told(&[(0, 2_400)], 2_400), [], "somebody talks");
    assert_eq!(told(&[(500, 520)], 2_100), [1, 2], "a click is no voice");
    assert_eq!(told(&[(0, 200)], 1_300), [1], "after a word it begins anew");
}

/// A transfer with a supervisor: agent, nobody, another agent, all on the second track.
#[test]
fn a_recording_goes_on_with_another_agent_and_a_third_voice() {
    let mut studio = Studio::new();
    let (customer, second, supervisor) = (line(0), line(2), stream(1));
    let retarget = |b, c| Command::RetargetRecording {
        recording: 9,
        b,
        c,
        also: Bounded::new(),
    };
    studio.apply(Command::Record {
        recording: 9,
        a: customer,
        b: line(1),
    });
    studio.lines_in = [[1008; BLOCK], [2016; BLOCK], [3008; BLOCK], [0; BLOCK]];
    studio.hear(customer, 40);
    // The first agent is gone before it is told who comes.
    studio.apply(Command::LineInUse {
        channel: line(1),
        in_use: false,
    });
    studio.hear(customer, 40);
    studio.apply(retarget(Some(second), Some(supervisor)));
    studio.hear(customer, 30);
    studio.apply(retarget(Some(second), None));
    studio.hear(customer, 50);
    studio.apply(Command::LineInUse {
        channel: customer,
        in_use: false,
    });
    assert_eq!(studio.events(), [Event::RecordingEnded { recording: 9 }]);
    let blocks = &studio.shelf.recorded;
    let held: Vec<_> = blocks.iter().map(|block| block.c.is_some()).collect();
    assert_eq!(held, [false, false, false, false, true, true, false, false]);
    let agents = track(blocks, |block| block.b);
    let after = |ms: usize| agents[ms * BLOCK];
    assert_eq!(
        [0, 39, 40, 79, 80, 159].map(after),
        [2016, 2016, 0, 0, 3008, 3008].map(|said| if said == 0 { 0 } else { as_sent(said) })
    );
    assert!(
        track(blocks, |block| block.a)
            .iter()
            .all(|&said| said == as_sent(1008))
    );
}

#[test]
fn a_paused_recording_holds_a_tone_and_then_silence_of_true_length() {
    let mut studio = Studio::new();
    studio.apply(Command::Record {
        recording: 9,
        a: line(0),
        b: line(1),
    });
    studio.lines_in = [[1008; BLOCK]; 4];
    for (paused, ms) in [(false, 25), (true, 230), (false, 25)] {
        studio.apply(Command::PauseRecording {
            recording: 9,
            paused,
        });
        studio.hear(line(0), ms);
    }
    for of in [|b: &RecordedBlock| b.a, |b: &RecordedBlock| b.b] {
        let said = track(&studio.shelf.recorded, of);
        assert_eq!(said.len(), 280 * BLOCK);
        let (talk, rest) = said.split_at(25 * BLOCK);
        let (tone, rest) = rest.split_at(200 * BLOCK);
        let (silence, more) = rest.split_at(30 * BLOCK);
        let is_said = |part: &[i16]| part.iter().all(|&sample| sample == as_sent(1008));
        assert!(is_said(talk) && is_said(more));
        assert!(
            tone.chunks(BLOCK)
                .all(|period| period[2] > 2000 && period[6] < -2000)
        );
        assert!(silence.iter().all(|&sample| sample == 0));
    }
}

#[test]
fn who_goes_on_hook_is_heard_by_nobody_and_playback_and_recording_end() {
    let mut studio = Studio::new();
    studio.join(&[line(0), line(1)]);
    studio.apply(Command::Record {
        recording: 1,
        a: line(0),
        b: line(1),
    });
    studio.play(line(0), 1, &[&[1000; 80]], true);
    studio.lines_in = [[1008; BLOCK]; 4];
    studio.hear(line(0), 3);
    studio.apply(Command::LineInUse {
        channel: line(0),
        in_use: false,
    });
    assert_eq!(studio.events(), [Event::RecordingEnded { recording: 1 }]);
    assert_eq!(studio.shelf.recorded[0].len, 24);
    assert_eq!(studio.shelf.retired.len(), 1);
    assert!(studio.hear(line(0), 3).iter().all(|&sample| sample == 8));
    assert!(studio.hear(line(1), 3).iter().all(|&sample| sample == 8));
}

#[test]
fn what_cannot_be_done_is_refused_and_named() {
    let mut studio = Studio::new();
    let nobody = Channel(99);
    studio.let_hear(line(0), &[(nobody, 0)]);
    studio.let_hear(line(0), &[(line(0), 0), (line(1), 0), (line(1), 0)]);
    studio.let_hear(nobody, &[]);
    studio.play(nobody, 1, &[&[0; 8]], false);
    studio.apply(Command::OpenStream {
        channel: line(0),
        law: Law::A,
        event_payload_type: None,
    });
    studio.apply(Command::LineInUse {
        channel: stream(0),
        in_use: true,
    });
    studio.apply(Command::ReceiveCallerId {
        channel: stream(0),
        on: true,
    });
    studio.apply(Command::StopRecording { recording: 3 });
    studio.apply(Command::PauseRecording {
        recording: 3,
        paused: true,
    });
    studio.apply(Command::RetargetRecording {
        recording: 3,
        b: None,
        c: None,
        also: Bounded::new(),
    });
    studio.apply(Command::CloseStream { channel: stream(0) });
    studio.apply(Command::Record {
        recording: 3,
        a: line(0),
        b: stream(0),
    });
    let refused: Vec<_> = studio
        .events()
        .into_iter()
        .filter_map(|event| match event {
            Event::CommandRefused { channel, .. } => Some(channel),
            Event::StreamEnded { .. } => None,
            other => panic!("{other:?}"),
        })
        .collect();
    let (l, s, none) = (line(0), stream(0), Channel::NONE);
    assert_eq!(
        refused,
        [nobody, l, line(1), nobody, nobody, l, s, s, none, none, s]
    );
    // The clip of the refused playback is not lost.
    assert_eq!(studio.shelf.retired.len(), 1);
}

#[test]
fn there_is_no_room_for_a_fifth_recording_nor_for_the_same_twice() {
    let mut studio = Studio::new();
    for recording in [0, 1, 1, 2, 3, 4] {
        studio.apply(Command::Record {
            recording,
            a: line(0),
            b: line(1),
        });
    }
    assert_eq!(studio.events().len(), 2);
}

#[test]
fn a_key_of_a_phone_is_told_once_and_not_heard() {
    let mut studio = Studio::new();
    studio.join(&[line(0), stream(0)]);
    for (n, duration) in (0u16..).zip([160u16, 320, 480, 640, 640, 640]) {
        let end = if n >= 3 { 0x8A } else { 0x0A };
        let [high, low] = duration.to_be_bytes();
        let packet = packet(stream(0), 101, n, 5000, &[7, end, high, low]);
        // Each packet twice, as a bad network does.
        studio.engine.receive(&packet);
        studio.engine.receive(&packet);
        assert!(studio.hear(line(0), 20).iter().all(|&sample| sample == 8));
    }
    studio.hear(line(0), 500);
    let key = Event::Key {
        channel: stream(0),
        key: '7',
        duration_ms: 80,
    };
    assert_eq!(studio.events(), [key]);
    let quality = studio.engine.stream_quality(stream(0));
    assert_eq!(
        (quality.received, quality.discarded, quality.lost),
        (6, 6, 0)
    );
}

#[test]
fn a_phone_that_falls_silent_is_told_every_second() {
    let mut studio = Studio::idle();
    studio.open(stream(0), Law::Mu);
    studio.hear(line(0), 500);
    studio.engine.receive(&voice_packet(stream(0), 0, pure));
    studio.hear(line(0), 3500);
    let silent = |seconds| Event::StreamSilent {
        channel: stream(0),
        seconds,
        rests: false,
    };
    assert_eq!(studio.events(), [silent(1), silent(2), silent(3)]);
}

/// RFC 3550 A.1: its second packet is the first that is believed.
#[test]
fn a_phone_that_starts_anew_is_heard_again_30_ms_after_its_second_packet() {
    let mut studio = Studio::new();
    studio.join(&[line(0), stream(0)]);
    for n in 0..10 {
        studio.engine.receive(&voice_packet(stream(0), n, |_| 1008));
        studio.hear(line(0), 20);
    }
    studio.hear(line(0), 100);
    for n in 0..10u16 {
        let mut packet = voice_packet(stream(0), n, |_| 2016);
        packet.ssrc = 8;
        packet.timestamp = packet.timestamp.wrapping_sub(1 << 30);
        packet.sequence = packet.sequence.wrapping_add(40_000);
        studio.engine.receive(&packet);
        let heard = studio.hear(line(0), 20);
        // In the third 20 ms it begins.
        let is_new = |&s: &i16| s == as_sent(2016);
        assert!(n < 3 || heard.iter().all(is_new), "{n}");
    }
    assert_eq!(studio.engine.stream_quality(stream(0)).lost, 0);
}

#[test]
fn garbage_is_counted_and_does_no_harm() {
    let mut studio = Studio::new();
    let mut random = 1u32;
    // What may be taken of all that is sent: voice or a key of any length, a pause.
    let (mut sent, mut usable) = (0, 0);
    for n in 0..20_000u32 {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let length = (random >> 20) as usize % 481;
        let payload = vec![(random >> 8) as u8; length];
        let mut packet = packet(
            stream(0),
            (random >> 24) as u8 & 0x7F,
            random as u16,
            random,
            &payload,
        );
        packet.ssrc = random & 1;
        packet.channel = Channel(random as u16 % 12);
        if packet.channel == stream(0) {
            sent += 1;
            usable += u32::from(match packet.payload_type {
                0 | 8 => length > 0,
                101 => length >= 4,
                13 => true,
                _ => false,
            });
        }
        studio.engine.receive(&packet);
        if n % 4 == 0 {
            studio.tick();
        }
    }
    let quality = studio.engine.stream_quality(stream(0));
    assert!(quality.received <= usable, "{quality:?} of {usable}");
    // Each is taken or discarded; a key or a pause that was taken may be no key, and is both.
    let told = quality.received + quality.discarded;
    assert!(
        (sent..=sent + usable).contains(&told),
        "{quality:?} of {sent}"
    );
    studio.join(&[line(0), stream(0)]);
    for n in 0..50 {
        let mut packet = voice_packet(stream(0), n, |_| 1008);
        packet.ssrc = 99;
        studio.engine.receive(&packet);
        studio.hear(line(0), 20);
    }
    let heard = studio.hear(line(0), 1);
    assert_eq!(heard, [as_sent(1008); BLOCK], "a good sender is heard");
}

/// The lines of a card may be fewer than configured while it is being reset.
#[test]
fn a_tick_without_lines_is_a_tick() {
    let mut studio = Studio::new();
    studio.join(&[line(0), stream(0)]);
    for _ in 0..40 {
        studio.engine.tick(&[], &mut [], &mut studio.shelf);
    }
    assert_eq!(studio.shelf.frames.len(), 8);
}
