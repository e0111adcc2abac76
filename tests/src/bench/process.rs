//! What this process and the machine use, as Linux tells it (proc(5)).

use std::collections::BTreeMap;
use std::fs;

/// Unit of the times in `stat`: USER_HZ, 100 on every machine that the product runs on.
const TICKS_PER_S: f64 = 100.0;

/// Memory of this process, in kB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// All that is resident.
    pub resident_kb: u64,
    /// What belongs to no file: heap and stacks.
    pub anonymous_kb: u64,
}

impl Memory {
    /// As it is now. From `smaps_rollup`: the figures in `status` may be some hundred kB behind.
    ///
    /// # Errors
    /// The kernel does not tell.
    pub fn now() -> Result<Self, String> {
        let path = "/proc/self/smaps_rollup";
        let text = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
        Self::parse(&text).ok_or_else(|| format!("{path} does not tell what is resident"))
    }

    fn parse(text: &str) -> Option<Self> {
        let value = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name))?;
            line.trim().strip_suffix(" kB")?.parse().ok()
        };
        Some(Self {
            resident_kb: value("Rss:")?,
            anonymous_kb: value("Anonymous:")?,
        })
    }
}

/// CPU time, in ticks since the machine was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Machine {
    /// Of all processors, busy and idle.
    total: u64,
    /// Of all processors, busy; by a hypervisor too.
    busy: u64,
    /// Busy with this process.
    own: u64,
}

impl Machine {
    /// As it is now.
    ///
    /// # Errors
    /// The kernel does not tell.
    pub fn now() -> Result<Self, String> {
        let read =
            |path: &str| fs::read_to_string(path).map_err(|error| format!("{path}: {error}"));
        let (all, own) = (read("/proc/stat")?, read("/proc/self/stat")?);
        Self::parse(&all, &own).ok_or_else(|| "/proc does not tell how busy it is".to_owned())
    }

    fn parse(all: &str, own: &str) -> Option<Self> {
        let line = all.lines().find_map(|line| line.strip_prefix("cpu "))?;
        // user, nice, system, idle, iowait, irq, softirq, steal; guests are in user already.
        let times: Vec<u64> = line
            .split_whitespace()
            .take(8)
            .map_while(|time| time.parse().ok())
            .collect();
        let total = times.iter().sum::<u64>();
        Some(Self {
            total,
            busy: total - times.get(3)? - times.get(4)?,
            own: parse(own)?.1.ticks,
        })
    }

    /// The share of the machine that others used between then and now, in %.
    pub fn others_percent_since(&self, then: &Self) -> f64 {
        let busy = self.busy.saturating_sub(then.busy);
        let others = busy.saturating_sub(self.own - then.own);
        100.0 * others as f64 / self.total.saturating_sub(then.total).max(1) as f64
    }
}

/// CPU time of the threads of this process but its first, those that have ended included. The first
/// is the bench itself.
#[derive(Debug, Default)]
pub struct Threads(BTreeMap<Thread, Used>);

/// Thread ids are given again, so the start time (since boot) belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Thread {
    id: u32,
    started: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Used {
    name: String,
    ticks: u64,
    /// SCHED_FIFO priority; 0: an ordinary thread.
    priority: u64,
}

impl Threads {
    /// Looks at all threads. What a thread used between the last look and its end is not seen.
    pub fn look(&mut self) {
        let Ok(folders) = fs::read_dir("/proc/self/task") else {
            return;
        };
        for folder in folders.flatten() {
            // A thread may end between the two reads.
            let stat = fs::read_to_string(folder.path().join("stat")).unwrap_or_default();
            let is_first = |thread: &Thread| thread.id == std::process::id();
            self.0
                .extend(parse(&stat).filter(|(thread, _)| !is_first(thread)));
        }
    }

    /// Seconds used so far by the threads with such names.
    pub fn seconds(&self, counts: impl Fn(&str) -> bool) -> f64 {
        let counted = self.0.values().filter(|used| counts(&used.name));
        counted.map(|used| used.ticks).sum::<u64>() as f64 / TICKS_PER_S
    }

    /// The real-time priority of the thread of this name; 0: it has none.
    pub fn priority(&self, name: &str) -> u64 {
        let thread = self.0.values().find(|used| used.name == name);
        thread.map_or(0, |used| used.priority)
    }
}

fn parse(stat: &str) -> Option<(Thread, Used)> {
    // The name stands in brackets and may hold brackets and spaces itself.
    let (id, rest) = stat.split_once(" (")?;
    let (name, rest) = rest.rsplit_once(") ")?;
    let fields: Vec<&str> = rest.split(' ').collect();
    // The first here is field 3, the state; utime is 14, stime 15,
    // starttime 22, rt_priority 40.
    let field = |number: usize| fields.get(number - 3)?.parse::<u64>().ok();
    let thread = Thread {
        id: id.parse().ok()?,
        started: field(22)?,
    };
    let used = Used {
        name: name.to_owned(),
        ticks: field(14)? + field(15)?,
        priority: field(40)?,
    };
    Some((thread, used))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_stat_is_read_whatever_the_name_holds() {
        let line = "42 (a ) name) S 1 2 3 4 5 6 7 8 9 10 150 25 13 14 15 16 17 18 9000 20 21 22 23 \
                    24 25 26 27 28 29 30 31 32 33 34 35 36 50 1 39\n";
        let (thread, used) = parse(line).unwrap();
        assert_eq!(
            thread,
            Thread {
                id: 42,
                started: 9000
            }
        );
        assert_eq!((used.name.as_str(), used.ticks), ("a ) name", 175));
        assert_eq!(used.priority, 50);
        assert_eq!(parse("42 (short) S 1"), None);
    }

    #[test]
    fn what_an_ended_thread_used_stays_counted() {
        let mut threads = Threads::default();
        let busy = std::thread::Builder::new().name("very busy".into());
        let (seen, ends) = std::sync::mpsc::channel::<()>();
        let thread = busy.spawn(move || {
            while ends.try_recv().is_err() {
                std::hint::spin_loop();
            }
        });
        let used = |threads: &Threads| threads.seconds(|name| name == "very busy");
        while used(&threads) == 0.0 {
            threads.look();
        }
        seen.send(()).unwrap();
        thread.unwrap().join().unwrap();
        let before = used(&threads);
        threads.look();
        assert!(before > 0.0 && used(&threads) >= before);
    }

    #[test]
    fn what_others_use_is_what_is_busy_and_not_ours() {
        let own = |ticks| format!("1 (x) S 1 2 3 4 5 6 7 8 9 10 {ticks} 0 {}", "0 ".repeat(26));
        let then = Machine::parse("cpu  100 0 100 700 100 0 0 0 9 9\n", &own(50)).unwrap();
        let now = Machine::parse("cpu  500 0 200 1150 100 0 0 50 99 9\n", &own(100)).unwrap();
        // 1000 ticks more, 550 of them busy, 50 by us.
        let others = now.others_percent_since(&then);
        assert!((others - 50.0).abs() < 1e-9, "{others} %");
        assert!(Machine::now().is_ok());
    }

    #[test]
    fn memory_is_told_in_kb() {
        let text = "5580-7ffc ---p 00000000 00:00 0    [rollup]\nRss:     1536 kB\nPss: 7 kB\n\
                    Anonymous:         512 kB\n";
        assert_eq!(
            Memory::parse(text),
            Some(Memory {
                resident_kb: 1536,
                anonymous_kb: 512
            })
        );
        assert!(Memory::now().unwrap().resident_kb > 0);
    }
}
