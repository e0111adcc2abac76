//! A conversation of many: whose voice is recorded, and a tone that costs none of it a word.

mod studio;

use std::sync::Arc;

use hotline_dsp::engine::{BLOCK, Command, RecordedBlock};
use studio::{Studio, as_sent, line, stream};

/// A tone for somebody in a conversation must not cost a word of it (features B17).
#[test]
fn a_playback_over_the_others_is_added_to_what_they_say() {
    let mut studio = Studio::new();
    studio.join(&[line(0), line(1)]);
    studio.lines_in[1] = [1008; BLOCK];
    studio.hear(line(0), 40);
    let clips = std::iter::once(Arc::from([2000; 80].as_slice())).collect();
    studio.apply(Command::Play {
        channel: line(0),
        playback: 1,
        clips,
        repeat: false,
        over: true,
    });
    let heard = studio.hear(line(0), 20);
    let said = as_sent(1008);
    let near = |heard: i16, wanted: i16| (heard - wanted).abs() < wanted / 16;
    assert!(
        heard[..80].iter().all(|&one| near(one, said + 2000)),
        "{heard:?}"
    );
    assert!(heard[80..].iter().all(|&one| near(one, said)), "{heard:?}");
}

/// Features B16, D2: a customer, four agents and a supervisor; nobody's voice is missing.
#[test]
fn a_recording_of_a_large_company_holds_every_voice() {
    let mut studio = Studio::new();
    studio.apply(Command::Record {
        recording: 9,
        a: line(0),
        b: line(1),
    });
    let also = [line(2), line(3)].into_iter().collect();
    studio.apply(Command::RetargetRecording {
        recording: 9,
        b: Some(line(1)),
        c: Some(stream(1)),
        also,
    });
    studio.lines_in = [[1008; BLOCK], [2016; BLOCK], [3008; BLOCK], [504; BLOCK]];
    studio.hear(line(0), 40);
    // One of those who share a track goes; the other is heard on.
    studio.apply(Command::LineInUse {
        channel: line(2),
        in_use: false,
    });
    studio.hear(line(0), 40);
    let blocks = &studio.shelf.recorded;
    let of = |track: fn(&RecordedBlock) -> i16| blocks.iter().map(track).collect::<Vec<_>>();
    assert_eq!(of(|block| block.a[0]), [as_sent(1008); 4]);
    assert_eq!(of(|block| block.b[0]), [as_sent(2016); 4]);
    let (both, one) = (as_sent(3008) + as_sent(504), as_sent(504));
    let shared = of(|block| block.c.map_or(0, |third| third[0]));
    // The supervisor's line is silent, which a stream may say as the smallest sample there is.
    let differs = |(is, wanted): (&i16, i16)| (is - wanted).abs() > 8;
    let wanted = [both, both, one, one];
    assert!(!shared.iter().zip(wanted).any(differs), "{shared:?}");
}
