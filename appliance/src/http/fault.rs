//! What is wrong, as a key and what belongs to it, for whoever says it in another language than
//! the API's own. A key, once given, is never given another meaning; what has none is told in the
//! words of the message.

use std::collections::BTreeMap;

use hotline_services::{ConfigurationError, Refused};

/// What belongs to a key: `from`, `to`, `found`.
pub(super) type Params = BTreeMap<&'static str, String>;
/// A key and what belongs to it.
pub(super) type Fault = (&'static str, Params);

/// A key with these.
pub(super) fn fault(key: &'static str, params: &[(&'static str, &dyn ToString)]) -> Fault {
    let params = params
        .iter()
        .map(|(name, value)| (*name, value.to_string()));
    (key, params.collect())
}

/// The key of what a configuration must not have, by what the check says is allowed instead.
pub(super) fn of_configuration(error: &ConfigurationError) -> Option<Fault> {
    let ConfigurationError { found, allowed, .. } = error;
    if let Some((key, mut params)) = counted(allowed) {
        // `70 characters` beside 1 to 64 is 70.
        let digits = found.split(' ').next().unwrap_or(found);
        params.insert("found", digits.to_owned());
        return Some((key, params));
    }
    let sort = |key| Some(fault(key, &[("found", found)]));
    match allowed.as_str() {
        "each at most once" => {
            let which = found.strip_suffix(" twice").unwrap_or(found);
            Some(fault("twice", &[("found", &which)]))
        }
        "each step later than the one before" => sort("later"),
        "each step later than the one before and by more" => sort("later_and_more"),
        "at least one way out" => sort("no_way_out"),
        "a target from which a caller who presses nothing does not come back here" => {
            sort("menu_circle")
        }
        "at least one day" => sort("no_day"),
        "up to 32 of 0-9 * #" | "1 to 6 of 0-9 * #" => sort("not_keys"),
        "no feature on a number for emergencies" | "no number for emergencies" => {
            sort("emergency_number")
        }
        text if text.starts_with("one code for ") => sort("second_code"),
        text if text.starts_with("no code of ") => sort("feature_code"),
        text if text.starts_with("the id of ")
            || text.starts_with("ids of ")
            || text.starts_with("lines and ids of ") =>
        {
            sort("unknown")
        }
        text => {
            let other = text.strip_prefix("digits that do not begin ")?;
            let other = other.strip_suffix(" as well")?;
            Some(fault("begins", &[("found", found), ("other", &other)]))
        }
    }
}

/// The keys of what is allowed by number: `5 to 120`, `at most 8`, `1 to 64 characters`.
fn counted(allowed: &str) -> Option<Fault> {
    if let Some(most) = allowed.strip_prefix("at most ") {
        let (number, what) = most.split_once(' ').unwrap_or((most, ""));
        number.parse::<u32>().ok()?;
        return match what {
            "" => Some(fault("at_most", &[("to", &number)])),
            "characters" => Some(fault("length", &[("from", &0), ("to", &number)])),
            _ => None,
        };
    }
    let (from, rest) = allowed.split_once(" to ")?;
    let (to, what) = rest.split_once(' ').unwrap_or((rest, ""));
    from.parse::<i64>().ok()?;
    to.parse::<i64>().ok()?;
    let key = match what {
        "" => "between",
        text if text.starts_with("characters") => "length",
        "digits" => "digits",
        "patterns" | "lines" | "numbers" | "spans" => "count",
        _ => return None,
    };
    Some(fault(key, &[("from", &from), ("to", &to)]))
}

/// The key of why the centre does not do what was asked.
pub(super) fn of_refusal(refused: &Refused) -> Fault {
    let plain = |key| fault(key, &[]);
    match refused {
        Refused::NoSuchAgent(agent) => fault("no_such_agent", &[("agent", &agent.0)]),
        Refused::SignedOut(_) => plain("signed_out"),
        Refused::NotInACall(_) => plain("not_in_a_call"),
        Refused::NotInWrapup(_) => plain("not_in_wrapup"),
        Refused::NotesClosed(_) => plain("notes_closed"),
        Refused::CodeRequired(_) => plain("code_required"),
        Refused::NoSuchCode(code) => fault("no_such_code", &[("code", &code.0)]),
        Refused::NoMoreTime(_) => plain("no_more_time"),
        Refused::NoSuchQueue(queue) => fault("no_such_queue", &[("queue", &queue.0)]),
        Refused::QueueUnstaffed(_) => plain("queue_unstaffed"),
        Refused::QueueDisabled(_) => plain("queue_disabled"),
        Refused::QueueFull(_) => plain("queue_full"),
        Refused::NotFree(..) => plain("not_free"),
        Refused::Oneself => plain("oneself"),
        Refused::OnHold => plain("on_hold"),
        Refused::NotOnHold => plain("not_on_hold"),
        Refused::Consulting => plain("consulting"),
        Refused::NotConsulting(_) => plain("not_consulting"),
        Refused::OnlyConsulted(_) => plain("only_consulted"),
        Refused::StillRinging => plain("still_ringing"),
        Refused::InConference => plain("in_conference"),
        Refused::ConferenceFull => plain("conference_full"),
        Refused::TooManyTransfers => plain("too_many_transfers"),
        Refused::NotRecorded => plain("not_recorded"),
        Refused::CallForHelp => plain("call_for_help"),
        Refused::RecordingPaused => plain("recording_paused"),
        Refused::RecordingNotPaused => plain("recording_not_paused"),
        Refused::NotPermitted(_) => plain("not_permitted"),
        Refused::Supervised(account) => fault("supervised", &[("account", account)]),
        Refused::NotSupervising => plain("not_supervising"),
        Refused::NoPhone => plain("no_phone"),
        Refused::PhoneTaken => plain("phone_taken"),
        Refused::NoReason => plain("no_reason"),
        Refused::NoSuchCallback(_) => plain("no_such_callback"),
        Refused::NoSuchNotice(_) => plain("no_such_notice"),
        Refused::NoSuchMessage(_) => plain("no_such_message"),
        Refused::NoWay(_) => plain("no_way"),
        Refused::MailboxFull => plain("mailbox_full"),
        Refused::NoParkingPlace => plain("no_parking_place"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(found: &str, allowed: &str) -> Option<(&'static str, Vec<String>)> {
        let error = ConfigurationError {
            field: "queues[sales].ring_s".to_owned(),
            found: found.to_owned(),
            allowed: allowed.to_owned(),
        };
        let pair = |(name, value)| format!("{name} {value}");
        of_configuration(&error).map(|(key, params)| (key, params.into_iter().map(pair).collect()))
    }

    #[test]
    fn a_range_a_length_and_a_clash_have_a_key_and_their_numbers() {
        let told =
            |key, params: &[&str]| Some((key, params.iter().map(ToString::to_string).collect()));
        assert_eq!(
            of("3", "5 to 120"),
            told("between", &["found 3", "from 5", "to 120"])
        );
        assert_eq!(
            of("-800", "-720 to 840"),
            told("between", &["found -800", "from -720", "to 840"])
        );
        assert_eq!(
            of("70 characters", "1 to 64 characters, not only spaces"),
            told("length", &["found 70", "from 1", "to 64"])
        );
        assert_eq!(of("9", "at most 8"), told("at_most", &["found 9", "to 8"]));
        assert_eq!(
            of("7 twice", "each at most once"),
            told("twice", &["found 7"])
        );
        assert_eq!(
            of("#1", "digits that do not begin #12 as well"),
            told("begins", &["found #1", "other #12"])
        );
        assert_eq!(
            of("9", "the id of another queue"),
            told("unknown", &["found 9"])
        );
        assert_eq!(of("x", "something new"), None);
    }
}
