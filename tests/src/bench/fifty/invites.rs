//! How long it takes from the event that lets a caller be served to the INVITE at the phone, as the
//! phone's own log tells it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use hotline_services::{AgentId, Fact, SupervisionRung, What};

/// When each agent's phone got INVITEs, µs since 1970; repeated ones left out.
///
/// # Errors
/// A log cannot be read.
pub fn arrivals(logs: &[PathBuf]) -> Result<BTreeMap<String, Vec<u64>>, String> {
    let mut arrivals: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    let mut known = BTreeSet::new();
    for log in logs {
        let text = fs::read(log).map_err(|error| format!("{}: {error}", log.display()))?;
        let text = String::from_utf8_lossy(&text);
        for message in text
            .split("-----------------------------------------------")
            .skip(1)
        {
            let mut lines = message.lines();
            let at = lines.next().and_then(micros);
            let Some((at, extension)) = at.zip(message.lines().find_map(invited)) else {
                continue;
            };
            let call = message
                .lines()
                .find_map(|line| line.strip_prefix("Call-ID: "));
            if message.contains("message received") && known.insert(call.map(str::to_owned)) {
                arrivals.entry(extension).or_default().push(at);
            }
        }
    }
    Ok(arrivals)
}

/// `INVITE sip:201@127.0.0.1:40001 SIP/2.0`: 201.
fn invited(line: &str) -> Option<String> {
    let (user, _) = line.strip_prefix("INVITE sip:")?.split_once('@')?;
    Some(user.to_owned())
}

/// ` 2026-11-26 21:50:01.123456`: µs since 1970 of the clock on the wall, which is in UTC here.
fn micros(text: &str) -> Option<u64> {
    let text = text.trim().replace('T', " ");
    let mut parts = text.split_whitespace();
    let (day, time) = (parts.next()?, parts.next()?);
    let mut day = day.split('-').map(|n| n.parse::<i64>().ok());
    let (year, month, day) = (day.next()??, day.next()??, day.next()??);
    let mut time = time.split(':');
    let (hour, minute): (u64, u64) = (time.next()?.parse().ok()?, time.next()?.parse().ok()?);
    let (second, fraction) = time.next()?.split_once('.')?;
    let (second, fraction): (u64, u64) = (second.parse().ok()?, fraction.parse().ok()?);
    let days = u64::try_from(days_since_1970(year, month, day)).ok()?;
    Some(((days * 24 + hour) * 3600 + minute * 60 + second) * 1_000_000 + fraction)
}

/// Of the Gregorian calendar; years counted from March.
const fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// When the centre decided to ring each agent, as its facts tell: ms since 1970.
pub fn decisions(facts: &[Fact]) -> BTreeMap<AgentId, Vec<u64>> {
    let mut decisions: BTreeMap<AgentId, Vec<u64>> = BTreeMap::new();
    for fact in facts {
        if let What::AgentOffered { agent, .. }
        | What::PartyRung { agent, .. }
        | What::SupervisionRung(SupervisionRung {
            supervisor: agent, ..
        }) = fact.what
        {
            decisions.entry(agent).or_default().push(fact.at.wall_ms);
        }
    }
    decisions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_of_the_log_is_read_to_the_microsecond() {
        let at = micros(" 2026-11-26\t21:50:01.123456\t1795729801.123456").unwrap();
        assert_eq!(at, 1_795_729_801_123_456);
        assert_eq!(micros(" 1970-01-01T00:00:00.000001"), Some(1));
    }
}
