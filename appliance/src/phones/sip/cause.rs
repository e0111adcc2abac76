//! SIP's reasons to Q.850's and back.

use hotline_call::Cause;

/// 102 in RFC 3398's table for 408, but here the phone itself is the far end: it does not respond.
const TIMED_OUT: u16 = 408;

/// The cause of a call refused with this status (RFC 3398 §8.2.6.1).
pub const fn of_status(status: u16) -> Cause {
    match status {
        TIMED_OUT | 480 => Cause::NO_USER_RESPONDING,
        401 | 402 | 403 | 407 | 603 => Cause::CALL_REJECTED,
        404 | 485 | 604 => Cause::UNALLOCATED_NUMBER,
        405 => Cause(63),
        406 | 415 | 501 => Cause(79),
        410 => Cause(22),
        482 | 483 => Cause(25),
        484 => Cause(28),
        486 | 600 => Cause::USER_BUSY,
        487 => Cause::NORMAL_CLEARING,
        488 | 606 => Cause::INCOMPATIBLE_DESTINATION,
        502 => Cause(38),
        400 | 481 | 500 | 503 => Cause::TEMPORARY_FAILURE,
        504 => Cause::RECOVERY_ON_TIMER_EXPIRY,
        _ => Cause::INTERWORKING,
    }
}

/// The status that refuses a call for this cause (RFC 3398 §7.2.4.1). Here a call that no agent or
/// line takes is no fault of the phone's: 88 is a matter of codecs.
pub const fn to_status(cause: Cause) -> u16 {
    match cause.0 {
        1..=3 | 26 => 404,
        17 => 486,
        18 => 408,
        16 | 19 | 20 | 31 => 480,
        21 | 55 | 57 | 87 => 403,
        22 | 23 => 410,
        27 => 502,
        28 => 484,
        29 | 79 => 501,
        65 | 70 | 88 => 488,
        102 => 504,
        34 | 38 | 41 | 42 | 47 | 58 => 503,
        _ => 500,
    }
}

/// The cause in a Reason header, when it has one of Q.850 (RFC 3326 §2).
pub fn of_reason(value: &str) -> Option<Cause> {
    value.split(',').find_map(|reason| {
        let mut parts = reason.split(';').map(str::trim);
        let is_q850 = parts.next()?.eq_ignore_ascii_case("Q.850");
        let cause = parts
            .find_map(|part| part.strip_prefix("cause="))?
            .trim()
            .parse()
            .ok()?;
        (is_q850 && (1..=127).contains(&cause)).then_some(Cause(cause))
    })
}

/// The Reason header we send with a CANCEL or BYE.
pub fn reason(cause: Cause) -> String {
    match cause {
        // Phones that know it do not list the call as missed (RFC 3326 §2).
        Cause::ANSWERED_ELSEWHERE => {
            "SIP;cause=200;text=\"Call completed elsewhere\", Q.850;cause=26".into()
        }
        Cause(cause) => format!("Q.850;cause={cause}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The way there and back keeps what a person can do something about.
    #[test]
    fn a_refusal_says_to_a_phone_what_it_would_say_to_us() {
        for cause in [
            Cause::UNALLOCATED_NUMBER,
            Cause::USER_BUSY,
            Cause::NO_USER_RESPONDING,
            Cause::CALL_REJECTED,
            Cause::INCOMPATIBLE_DESTINATION,
            Cause::TEMPORARY_FAILURE,
        ] {
            assert_eq!(of_status(to_status(cause)), cause);
        }
    }

    #[test]
    fn a_reason_is_read_where_it_is_one_of_q850() {
        assert_eq!(
            of_reason("Q.850;cause=17;text=\"busy\""),
            Some(Cause::USER_BUSY)
        );
        assert_eq!(
            of_reason("SIP;cause=200, q.850 ;cause=26"),
            Some(Cause::ANSWERED_ELSEWHERE)
        );
        for nothing in [
            "",
            "SIP;cause=200",
            "Q.850",
            "Q.850;cause=0",
            "Q.850;cause=999",
            ";;,",
        ] {
            assert_eq!(of_reason(nothing), None, "{nothing}");
        }
        assert_eq!(
            of_reason(&reason(Cause::ANSWERED_ELSEWHERE)),
            Some(Cause(26))
        );
        assert_eq!(of_reason(&reason(Cause(127))), Some(Cause(127)));
    }
}
