//! Keys by which callers leave a queue, and whether they can be used as they are.

use hotline_call::Digit;
use serde::{Deserialize, Serialize};

use super::check::{Checked, allowed, at_most, no_two};
use super::{Configuration, Queue};
use crate::route::Target;

/// As many as a telephone has.
const MAX_KEYS: usize = 16;

/// A key by which a caller who waits leaves the queue (features B11).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExitKey {
    /// The key.
    pub digit: Digit,
    /// Where it leads: not to the queue itself.
    pub target: Target,
}

impl Configuration {
    pub(super) fn check_exit_keys(&self, here: &str, queue: &Queue) -> Checked {
        let field = format!("{here}.exit_keys");
        at_most(&field, queue.exit_keys.len(), MAX_KEYS)?;
        no_two(here, "exit_keys", queue.exit_keys.iter().map(|k| k.digit))?;
        for key in &queue.exit_keys {
            let field = format!("{field}[{}].target", key.digit);
            self.check_target(&field, &key.target)?;
            let leaves = key.target != Target::Queue(queue.id);
            allowed(leaves, field, queue.id.0, "the id of another queue")?;
        }
        Ok(())
    }

    /// The first queue with a key that leads to such a target; a queue that is itself one, or whose
    /// key leads to its own mailbox, does not count for itself.
    pub fn queue_with_key_to(&self, is_such: impl Fn(&Target) -> bool) -> Option<&Queue> {
        let mut others = self
            .queues
            .iter()
            .filter(|q| !is_such(&Target::Queue(q.id)));
        others.find(|queue| queue.exit_keys.iter().any(|key| is_such(&key.target)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::QueueId;
    use super::*;
    use crate::route::Mailbox;

    fn house(keys: &[(char, Target)]) -> Configuration {
        let key = |(label, target): &(char, Target)| ExitKey {
            digit: Digit::new(*label).unwrap(),
            target: target.clone(),
        };
        let sales = Queue {
            exit_keys: keys.iter().map(key).collect(),
            ..Queue::new(QueueId(1), "sales")
        };
        Configuration {
            queues: vec![sales, Queue::new(QueueId(2), "service")],
            ..Configuration::default()
        }
    }

    #[test]
    fn a_key_leads_out_of_the_queue_to_what_there_is_and_each_key_to_one_place() {
        let told = |keys: &[(char, Target)]| house(keys).check().map_err(|e| e.to_string());
        let service = Target::Queue(QueueId(2));
        let message = Target::Voicemail(Mailbox::Queue(QueueId(1)));
        assert_eq!(told(&[('1', service.clone()), ('*', message)]), Ok(()));
        let here = "queues[sales].exit_keys";
        assert_eq!(
            told(&[('1', Target::Queue(QueueId(1)))]).unwrap_err(),
            format!("{here}[1].target: found 1; allowed: the id of another queue")
        );
        assert_eq!(
            told(&[('1', Target::Queue(QueueId(7)))]).unwrap_err(),
            format!("{here}[1].target: found 7; allowed: the id of a queue")
        );
        assert_eq!(
            told(&[('1', service.clone()), ('1', service)]).unwrap_err(),
            format!("{here}: found 1 twice; allowed: each at most once")
        );
    }

    #[test]
    fn who_holds_what_a_key_leads_to_is_known() {
        let house = house(&[
            ('1', Target::Queue(QueueId(2))),
            ('2', Target::Voicemail(Mailbox::House)),
        ]);
        let holder = |target: Target| house.queue_with_key_to(|led| *led == target).map(|q| q.id);
        assert_eq!(holder(Target::Queue(QueueId(2))), Some(QueueId(1)));
        assert_eq!(holder(Target::Queue(QueueId(1))), None);
        assert_eq!(holder(Target::Voicemail(Mailbox::House)), Some(QueueId(1)));
    }

    #[test]
    fn a_queue_from_before_there_were_such_keys_is_read() {
        let queue = Queue::new(QueueId(1), "sales");
        let stored = serde_json::to_string(&queue).unwrap();
        assert!(!stored.contains("exit_keys"), "{stored}");
        assert_eq!(serde_json::from_str::<Queue>(&stored).unwrap(), queue);
    }
}
