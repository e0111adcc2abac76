use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a leg ended (ITU-T Q.850): a number from 1 to 127.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cause(pub u8);

impl Cause {
    /// 1: unallocated number.
    pub const UNALLOCATED_NUMBER: Self = Self(1);
    /// 16: a party hung up.
    pub const NORMAL_CLEARING: Self = Self(16);
    /// 17: the device is in a call.
    pub const USER_BUSY: Self = Self(17);
    /// 18: the device does not respond at all.
    pub const NO_USER_RESPONDING: Self = Self(18);
    /// 19: the device rings, nobody answers.
    pub const NO_ANSWER: Self = Self(19);
    /// 20: the device is not registered.
    pub const SUBSCRIBER_ABSENT: Self = Self(20);
    /// 21: the person pressed "reject".
    pub const CALL_REJECTED: Self = Self(21);
    /// 26: another device answered; this one stops ringing.
    pub const ANSWERED_ELSEWHERE: Self = Self(26);
    /// 27: the line or phone cannot work: cable out, no battery, media gone.
    pub const DESTINATION_OUT_OF_ORDER: Self = Self(27);
    /// 31: over, no other cause given.
    pub const NORMAL_UNSPECIFIED: Self = Self(31);
    /// 34: no channel free.
    pub const NO_CIRCUIT: Self = Self(34);
    /// 41: a fault here; the call can be tried again.
    pub const TEMPORARY_FAILURE: Self = Self(41);
    /// 42: this machine is full: channels, disk.
    pub const CONGESTION: Self = Self(42);
    /// 88: no codec in common.
    pub const INCOMPATIBLE_DESTINATION: Self = Self(88);
    /// 102: the far end did not respond in its time.
    pub const RECOVERY_ON_TIMER_EXPIRY: Self = Self(102);
    /// 127: interworking, cause unknown.
    pub const INTERWORKING: Self = Self(127);

    /// Whether something broke, rather than a person deciding: the far device is out of order or
    /// gone (18, 20, 27), a fault or a full network on the way (34, 38, 41, 42), a timer (102).
    #[must_use]
    pub const fn is_fault(self) -> bool {
        matches!(self.0, 18 | 20 | 27 | 34 | 38 | 41 | 42 | 102)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match *self {
            Self::UNALLOCATED_NUMBER => "unallocated number",
            Self::NORMAL_CLEARING => "normal call clearing",
            Self::USER_BUSY => "user busy",
            Self::NO_USER_RESPONDING => "no user responding",
            Self::NO_ANSWER => "no answer from user",
            Self::SUBSCRIBER_ABSENT => "subscriber absent",
            Self::CALL_REJECTED => "call rejected",
            Self::ANSWERED_ELSEWHERE => "answered elsewhere",
            Self::DESTINATION_OUT_OF_ORDER => "destination out of order",
            Self::NORMAL_UNSPECIFIED => "normal, unspecified",
            Self::NO_CIRCUIT => "no circuit available",
            Self::TEMPORARY_FAILURE => "temporary failure",
            Self::CONGESTION => "switching equipment congestion",
            Self::INCOMPATIBLE_DESTINATION => "incompatible destination",
            Self::RECOVERY_ON_TIMER_EXPIRY => "recovery on timer expiry",
            Self::INTERWORKING => "interworking, unspecified",
            Self(n) => return write!(f, "cause {n}"),
        };
        write!(f, "{} ({words})", self.0)
    }
}
