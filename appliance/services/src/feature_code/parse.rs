use hotline_call::Number;

use super::{Argument, Feature, FeatureCode, FeatureCodes, FeatureRequest, ModeAsked, Pin, When};
use crate::AgentId;
use crate::schedule::Mode;

/// Digits of an extension.
const EXTENSION: std::ops::RangeInclusive<usize> = 2..=8;
/// Digits of a PIN.
const PIN: std::ops::RangeInclusive<usize> = 4..=12;
/// Digits of the number of an agent, a prompt or a reason.
const MAX_NUMBER: usize = 9;

/// How far keys pressed one by one have come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// They begin no code.
    Nothing,
    /// They begin one.
    More,
    /// They are one.
    Is(Feature),
}

impl FeatureCodes {
    /// What a dialled number asks for; `None`: it is no code. Of two codes that fit, the longer one
    /// is meant.
    #[must_use]
    pub fn dialled(&self, digits: &str) -> Option<FeatureRequest> {
        if let Some(place) = self.parking_place(digits) {
            return Some(FeatureRequest::Unpark(place));
        }
        let mut fitting: Vec<&FeatureCode> = self.of(When::Dialled).collect();
        fitting.sort_by_key(|code| std::cmp::Reverse(code.digits.len()));
        fitting.into_iter().find_map(|code| {
            let rest = digits.strip_prefix(code.digits.as_str())?;
            request(code.feature, rest)
        })
    }

    /// A dialled number as it may be kept: without a PIN, also where it was dialled wrongly.
    pub(crate) fn without_pin(&self, number: &Number) -> Number {
        let sign_in = self
            .of(When::Dialled)
            .filter(|c| c.feature == Feature::SignIn);
        let shown = sign_in.filter_map(|code| {
            let rest = number.as_str().strip_prefix(code.digits.as_str())?;
            let end = code.digits.len() + rest.find('*')?;
            Number::parse(&number.as_str()[..end]).ok()
        });
        shown
            .min_by_key(|shown| shown.as_str().len())
            .unwrap_or_else(|| number.clone())
    }

    /// Whether keys pressed in a call, or while supervising, are a code by now.
    #[must_use]
    pub fn pressed(&self, when: When, keys: &str) -> Progress {
        let mut progress = Progress::Nothing;
        for code in self.of(when) {
            if code.digits == keys {
                return Progress::Is(code.feature);
            }
            if code.digits.starts_with(keys) {
                progress = Progress::More;
            }
        }
        progress
    }

    /// The places for parked calls, in order.
    pub fn parking_places(&self) -> impl Iterator<Item = u32> + use<> {
        let (first, last) = self.parking;
        (first..=last).take(100)
    }

    pub(crate) fn of(&self, when: When) -> impl Iterator<Item = &FeatureCode> {
        self.codes
            .iter()
            .filter(move |code| code.feature.when() == when)
    }

    fn parking_place(&self, digits: &str) -> Option<u32> {
        let place = number(digits)?;
        let is_place = self.parking_places().any(|known| known == place);
        (is_place && !digits.starts_with('0')).then_some(place)
    }
}

/// What a code and the digits after it ask for, if they may follow it.
fn request(feature: Feature, rest: &str) -> Option<FeatureRequest> {
    let optional = |rest: &str| match rest {
        "" => Some(None),
        digits => number(digits).filter(|_| digits.len() <= 6).map(Some),
    };
    let extension = || are_digits(rest, EXTENSION).then(|| rest.to_owned());
    Some(match (feature.argument(), feature) {
        (Argument::None, _) if rest.is_empty() => FeatureRequest::Plain(feature),
        (Argument::OptionalMode, _) => FeatureRequest::NightOverride(match rest {
            "" => ModeAsked::Other,
            "1" => ModeAsked::Set(Mode::Day),
            "2" => ModeAsked::Set(Mode::Night),
            "0" => ModeAsked::Planned,
            _ => return None,
        }),
        (Argument::OptionalExtension, _) if rest.is_empty() => FeatureRequest::Pickup(None),
        (Argument::OptionalExtension, _) => FeatureRequest::Pickup(Some(extension()?)),
        (Argument::Extension, Feature::Listen) => FeatureRequest::Listen(extension()?),
        (Argument::Extension, _) => FeatureRequest::Intercom(extension()?),
        (Argument::OptionalNumber, Feature::NotReady) => FeatureRequest::NotReady(optional(rest)?),
        (Argument::OptionalNumber, _) => FeatureRequest::RecordPrompt(optional(rest)?),
        (Argument::OptionalCredentials, _) => FeatureRequest::SignIn(credentials(rest)?),
        (Argument::Number, _) => {
            let number = Number::parse(rest).ok()?;
            let is_plain = are_digits(rest, 2..=Number::MAX_DIGITS);
            is_plain.then_some(FeatureRequest::ForwardOn(number))?
        }
        (Argument::None, _) => return None,
    })
}

/// Nothing, or `7*4711` with or without a last `#`.
fn credentials(rest: &str) -> Option<Option<(AgentId, Pin)>> {
    if rest.is_empty() {
        return Some(None);
    }
    let (agent, pin) = rest.strip_suffix('#').unwrap_or(rest).split_once('*')?;
    let agent = AgentId(number(agent)?);
    are_digits(pin, PIN).then(|| Some((agent, Pin(pin.to_owned()))))
}

fn number(digits: &str) -> Option<u32> {
    are_digits(digits, 1..=MAX_NUMBER)
        .then(|| digits.parse().ok())
        .flatten()
}

fn are_digits(text: &str, length: std::ops::RangeInclusive<usize>) -> bool {
    length.contains(&text.len()) && text.bytes().all(|octet| octet.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialled(digits: &str) -> Option<FeatureRequest> {
        FeatureCodes::default().dialled(digits)
    }

    #[test]
    fn codes_ask_for_what_the_table_says() {
        use FeatureRequest::{Intercom, Listen, NightOverride, NotReady, Pickup, Plain, Unpark};
        let expected = [
            ("*28", NightOverride(ModeAsked::Other)),
            ("*281", NightOverride(ModeAsked::Set(Mode::Day))),
            ("*282", NightOverride(ModeAsked::Set(Mode::Night))),
            ("*280", NightOverride(ModeAsked::Planned)),
            ("*8", Pickup(None)),
            ("*8201", Pickup(Some("201".into()))),
            ("*80201", Intercom("201".into())),
            ("*90201", Listen("201".into())),
            ("700", Plain(Feature::Park)),
            ("701", Unpark(701)),
            ("720", Unpark(720)),
            ("*78", Plain(Feature::DoNotDisturbOn)),
            ("*79", Plain(Feature::DoNotDisturbOff)),
            ("*77", FeatureRequest::RecordPrompt(None)),
            ("*7712", FeatureRequest::RecordPrompt(Some(12))),
            ("*43", NotReady(None)),
            ("*432", NotReady(Some(2))),
            ("*40", FeatureRequest::SignIn(None)),
            ("*41", Plain(Feature::SignOut)),
            (
                "*7213800138000",
                FeatureRequest::ForwardOn(Number::parse("13800138000").unwrap()),
            ),
        ];
        for (digits, request) in expected {
            assert_eq!(dialled(digits), Some(request), "{digits}");
        }
    }

    #[test]
    fn hot_desking_takes_an_agent_and_a_pin_and_never_shows_the_pin() {
        for digits in ["*407*4711", "*407*4711#"] {
            let Some(FeatureRequest::SignIn(Some((agent, pin)))) = dialled(digits) else {
                panic!("{digits}")
            };
            assert_eq!((agent, pin.digits()), (AgentId(7), "4711"));
        }
        let shown = format!("{:?}", dialled("*407*4711"));
        assert!(!shown.contains("4711"), "{shown}");
        for wrong in [
            "*407",
            "*407*47",
            "*40*4711",
            "*407*47a1",
            "*401234567890*4711",
        ] {
            assert_eq!(dialled(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_no_code_is_none() {
        for digits in [
            "201",
            "*1",
            "*283",
            "*78 1",
            "*781",
            "0701",
            "721",
            "13800138000",
            "*72",
            "#1",
        ] {
            assert_eq!(dialled(digits), None, "{digits}");
        }
    }

    #[test]
    fn keys_pressed_in_a_call_are_a_code_once_it_is_whole() {
        let codes = FeatureCodes::default();
        assert_eq!(codes.pressed(When::InCall, "#"), Progress::More);
        assert_eq!(
            codes.pressed(When::InCall, "#1"),
            Progress::Is(Feature::BlindTransfer)
        );
        assert_eq!(
            codes.pressed(When::InCall, "*3"),
            Progress::Is(Feature::ToggleRecording)
        );
        assert_eq!(codes.pressed(When::InCall, "5"), Progress::Nothing);
        let whispers = Progress::Is(Feature::SupervisorWhispers);
        assert_eq!(codes.pressed(When::Supervising, "5"), whispers);
    }
}
