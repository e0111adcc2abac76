use crate::random::Random;

/// Something that happens on some days and not on others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Habit {
    /// Agents park customers, and whoever passes a phone fetches them.
    Parks,
    /// Callers are led straight to people, who send them on.
    Forwards,
    /// Callers leave messages, and people mark them.
    LeavesMessages,
    /// Queues close, and do not keep whoever waits too long.
    Overflows,
    /// Phones dial each other, outside, our own numbers and codes.
    Dials,
    /// Agents give calls to telephones, outside and to mailboxes.
    GivesAway,
    /// Supervisors set the states of agents.
    Forces,
    /// Callers ask to be called back.
    AsksBack,
}

impl Habit {
    const ALL: [Self; 8] = [
        Self::Parks,
        Self::Forwards,
        Self::LeavesMessages,
        Self::Overflows,
        Self::Dials,
        Self::GivesAway,
        Self::Forces,
        Self::AsksBack,
    ];
}

/// What happens on a day beside calls to queues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Habits(u8);

impl Habits {
    /// Nothing.
    pub(crate) const NONE: Self = Self(0);

    /// Those of a day; on one day of three all of them.
    pub(crate) fn drawn(seed: u64) -> Self {
        // Another sequence than that of the day itself.
        let mut random = Random::new(!seed);
        let all = Habit::ALL.map(|habit| 1u8 << habit as u8);
        let has = |_: &u8| seed.is_multiple_of(3) || random.permille(600);
        Self(all.into_iter().filter(has).fold(0, |all, one| all | one))
    }

    pub(crate) const fn has(self, habit: Habit) -> bool {
        self.0 & (1 << habit as u8) != 0
    }
}
