use std::sync::Arc;

use hotline_call::{Command, LegId, Moment};

use crate::region::Directory;
use crate::{Action, Fact, Outcome, PlaybackId, Say, What};

/// A decision being taken: facts are named and numbered, nothing has changed yet.
#[derive(Debug)]
pub(crate) struct Decision {
    seq: u64,
    boot: u64,
    at: Moment,
    directory: Arc<Directory>,
    facts: Vec<Fact>,
    actions: Vec<Action>,
}

impl Decision {
    /// A decision at `at`; its facts are numbered from `last_seq + 1`.
    pub(crate) const fn new(
        last_seq: u64,
        boot: u64,
        at: Moment,
        directory: Arc<Directory>,
    ) -> Self {
        Self {
            seq: last_seq,
            boot,
            at,
            directory,
            facts: Vec::new(),
            actions: Vec::new(),
        }
    }

    /// When it is taken.
    pub(crate) const fn at(&self) -> Moment {
        self.at
    }

    /// Where numbers are registered, as far as is known when it is taken.
    pub(crate) fn directory(&self) -> &Directory {
        &self.directory
    }

    /// Names a fact. What is played because of it bears its number, see [`Self::play`].
    pub(crate) fn fact(&mut self, what: What) {
        self.seq += 1;
        self.facts.push(Fact {
            seq: self.seq,
            boot: self.boot,
            at: self.at,
            what,
        });
    }

    /// Something is to be done.
    pub(crate) fn act(&mut self, action: Action) {
        self.actions.push(action);
    }

    /// Something is to be done by a door or the engine.
    pub(crate) fn command(&mut self, command: Command) {
        self.act(Action::Door(command));
    }

    /// Lets a leg hear something because of the fact named last. The playback is named after the
    /// fact, so that whoever folds the facts knows what is being heard.
    pub(crate) fn play(&mut self, leg: LegId, say: Vec<Say>, repeat: bool) {
        self.act(Action::Play {
            leg,
            playback: PlaybackId(self.seq),
            say,
            repeat,
            over: false,
        });
    }

    /// The same, once, while the leg goes on hearing whom it hears: nobody misses a word.
    pub(crate) fn play_over(&mut self, leg: LegId, say: Vec<Say>) {
        self.act(Action::Play {
            leg,
            playback: PlaybackId(self.seq),
            say,
            repeat: false,
            over: true,
        });
    }

    /// Whether nothing was decided.
    pub(crate) fn is_empty(&self) -> bool {
        self.facts.is_empty() && self.actions.is_empty()
    }

    /// The facts named so far.
    pub(crate) fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// Adds it to what came of the event.
    pub(crate) fn append_to(self, outcome: &mut Outcome) {
        outcome.facts.extend(self.facts);
        outcome.actions.extend(self.actions);
    }
}
