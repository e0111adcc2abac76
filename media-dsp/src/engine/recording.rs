//! Two voices side by side, 20 ms at a time.

use super::{BLOCK, Channel, Event, FRAME, RecordedBlock, Sink};

#[derive(Debug)]
pub(super) struct Recording {
    a: Channel,
    b: Channel,
    block: RecordedBlock,
}

impl Recording {
    pub(super) fn new(recording: u64, a: Channel, b: Channel) -> Self {
        let block = RecordedBlock {
            recording,
            len: 0,
            a: [0; FRAME],
            b: [0; FRAME],
        };
        Self { a, b, block }
    }

    pub(super) fn id(&self) -> u64 {
        self.block.recording
    }

    pub(super) fn is_of(&self, channel: Channel) -> bool {
        self.a == channel || self.b == channel
    }

    /// Takes what everybody says in this millisecond.
    pub(super) fn take(&mut self, says: &[[i16; BLOCK]], sink: &mut impl Sink) {
        let said_by = |channel: Channel| says.get(channel.index()).copied().unwrap_or_default();
        let start = usize::from(self.block.len);
        let range = start..start + BLOCK;
        self.block.a[range.clone()].copy_from_slice(&said_by(self.a));
        self.block.b[range].copy_from_slice(&said_by(self.b));
        self.block.len += BLOCK as u16;
        if usize::from(self.block.len) == FRAME {
            sink.recorded(&self.block);
            self.block.len = 0;
        }
    }

    pub(super) fn end(self, sink: &mut impl Sink) {
        if self.block.len > 0 {
            sink.recorded(&self.block);
        }
        sink.event(Event::RecordingEnded {
            recording: self.block.recording,
        });
    }
}
