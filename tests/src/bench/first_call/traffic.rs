//! Who calls, and what the phones hear.

use std::path::Path;
use std::sync::Arc;

use hotline_call::Digit;
use hotline_world::customer::{Customer, Noticed, Patience, Step};
use hotline_world::exchange::random::Random;
use hotline_world::phone::{Phone, PhoneCall, RtpFigures};
use hotline_world::{FinishedCall, NoFreeLine, Town};

use crate::office::caller;
use crate::voice;

/// One piece of what a caller says: a call is 3 to 5 of them.
const PIECE_MS: usize = 20_000;
/// Between two sentences: both sides talk nearly all the time.
const BREATH_MS: usize = 300;
/// From the answer to the key. The menu is being read out, so the key cuts it short.
const CHOOSING_MS: u64 = 1500;
/// Nobody in this town gives up; who has waited so long was not served.
const PATIENCE: Patience = Patience {
    unanswered_ms: 60_000,
    total_ms: 180_000,
};

/// The people who call.
pub struct Callers {
    random: Random,
    speeches: Vec<Arc<[i16]>>,
    next: Option<Customer>,
    placed: u64,
    ended: u64,
    /// From answer to end, in milliseconds of the town.
    spans: Vec<(u64, u64)>,
}

impl Callers {
    /// People who speak with voices kept in `folder`.
    pub fn new(folder: &Path, seed: u64) -> Result<Self, String> {
        std::fs::create_dir_all(folder)
            .map_err(|error| format!("{}: {error}", folder.display()))?;
        let mut speeches = Vec::new();
        for (text, language) in voice::CUSTOMERS {
            let sentence = voice::speak(folder, text, language)?;
            let sentence = voice::with_pause(&sentence, sentence.len() / 8 + BREATH_MS);
            let samples = sentence.iter().copied().cycle().take(PIECE_MS * 8);
            speeches.push(samples.collect());
        }
        Ok(Self {
            random: Random::new(seed),
            speeches,
            next: None,
            placed: 0,
            ended: 0,
            spans: Vec::new(),
        })
    }

    /// On every free line somebody calls.
    pub fn call(&mut self, town: &Town) {
        loop {
            let customer = self.next.take().unwrap_or_else(|| self.somebody());
            match town.place(customer) {
                Ok(_) => self.placed += 1,
                Err(NoFreeLine(customer)) => {
                    self.next = Some(*customer);
                    return;
                }
            }
        }
    }

    /// Takes note of the calls that are over.
    pub fn collect(&mut self, town: &Town) {
        for call in town.finished() {
            self.ended += 1;
            self.spans.extend(span(&call));
        }
    }

    /// Calls begun so far.
    pub const fn placed(&self) -> u64 {
        self.placed
    }

    /// Calls that are over.
    pub const fn ended(&self) -> u64 {
        self.ended
    }

    /// Minutes of answered calls between two moments of the town, of the calls that are over.
    pub fn minutes_between(&self, from_ms: u64, to_ms: u64) -> f64 {
        let within = |&(begin, end): &(u64, u64)| end.min(to_ms).saturating_sub(begin.max(from_ms));
        self.spans.iter().map(within).sum::<u64>() as f64 / 60_000.0
    }

    fn somebody(&mut self) -> Customer {
        let mut up_to = |most: u64| self.random.bits() % most;
        let number = format!("13{:09}", up_to(1_000_000_000));
        let mut script = vec![
            Step::WaitUntilAnswered,
            Step::Wait {
                ms: CHOOSING_MS + up_to(1500),
            },
        ];
        script.extend(Digit::new(if up_to(3) == 0 { '2' } else { '1' }).map(Step::Press));
        let speech = &self.speeches[up_to(self.speeches.len() as u64) as usize];
        for _ in 0..3 + up_to(3) {
            script.push(Step::Say(Arc::clone(speech)));
        }
        script.push(Step::HangUp);
        Customer::new(caller(&number), script)
            .with_patience(PATIENCE)
            .keeping_ms(0)
    }
}

fn span(call: &FinishedCall) -> Option<(u64, u64)> {
    let answered = call.when(Noticed::Answered)?;
    let (ended, _) = call.log.last()?;
    Some((call.placed_ms + answered, call.placed_ms + ended))
}

/// What all phones have counted of RTP, call by call: a phone forgets its oldest calls.
pub struct Ears {
    /// The last call that is in `sum`, by phone.
    known: Vec<Option<String>>,
    sum: RtpFigures,
}

impl Ears {
    /// Of so many phones.
    pub fn new(phones: usize) -> Self {
        Self {
            known: vec![None; phones],
            sum: RtpFigures::default(),
        }
    }

    /// Adds the calls that ended since. Look more often than a phone has 60 calls.
    pub fn listen(&mut self, phones: &[Option<Phone>]) {
        let sum = &mut self.sum;
        for (known, phone) in self.known.iter_mut().zip(phones) {
            let Some(phone) = phone else { continue };
            phone.look(|calls| {
                let new = calls
                    .iter()
                    .rev()
                    .take_while(|call| known.as_ref() != Some(&call.id));
                // Of one phone only the last call can still be going on.
                let mut ended = new.filter(|call| call.ended.is_some()).peekable();
                let last = ended.peek().map(|call| call.id.clone());
                ended.for_each(|call| add(sum, call));
                *known = last.or_else(|| known.take());
            });
        }
    }

    /// Whether no phone is in a call.
    pub fn is_quiet(&self, phones: &[Option<Phone>]) -> bool {
        let ended = |phone: &Phone| phone.look(|calls| calls.iter().all(|c| c.ended.is_some()));
        phones.iter().flatten().all(ended)
    }

    /// Of all calls that have ended.
    pub const fn heard(&self) -> RtpFigures {
        self.sum
    }
}

fn add(sum: &mut RtpFigures, call: &PhoneCall) {
    let rtp = &call.rtp;
    sum.sent += rtp.sent;
    sum.received += rtp.received;
    sum.lost += rtp.lost;
    sum.disordered += rtp.disordered;
    sum.strange += rtp.strange;
    sum.longest_gap_ms = sum.longest_gap_ms.max(rtp.longest_gap_ms);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_part_of_a_call_within_the_measured_time_counts() {
        let callers = Callers {
            random: Random::new(1),
            speeches: Vec::new(),
            next: None,
            placed: 4,
            ended: 4,
            spans: vec![
                (0, 50_000),
                (30_000, 90_000),
                (70_000, 500_000),
                (400_000, 401_000),
            ],
        };
        // Of the first nothing; of the second half a minute, of the third four minutes less 10 s.
        let minutes = callers.minutes_between(60_000, 300_000);
        assert!((minutes - (0.5 + 230.0 / 60.0)).abs() < 1e-9, "{minutes}");
    }
}
