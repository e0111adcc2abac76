//! Patterns of numbers, as routes and lists are written with.

use std::fmt;

use serde::{Deserialize, Serialize};

const MAX_PATTERN: usize = 32;

/// A pattern of digits: `13800138000` is that number, `X` any digit, `[2-68]` one of these, and
/// `*` at the end anything more, nothing included: `0*`, `1[3-9]XXXXXXXXX`, `*`.
///
/// Elsewhere `*` and `#` are the keys. A leading `+` is itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern {
    text: String,
    places: Vec<Place>,
    is_open: bool,
}

/// What one character of a number may be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Is(char),
    AnyDigit,
    /// A bit for each digit.
    OneOf(u16),
}

impl Place {
    fn admits(&self, c: char) -> bool {
        match self {
            Self::Is(own) => *own == c,
            Self::AnyDigit => c.is_ascii_digit(),
            Self::OneOf(digits) => c.to_digit(10).is_some_and(|n| digits & (1 << n) != 0),
        }
    }
}

impl Pattern {
    /// Reads a pattern; spaces and dashes outside brackets are taken out.
    ///
    /// # Errors
    /// What was found and what is allowed.
    pub fn parse(text: &str) -> Result<Self, String> {
        let fault = |what: &str| {
            format!(
                "{text:?} {what}; allowed: 0-9 # * X [2-5], a leading +, at most 32, * at the end"
            )
        };
        let mut places = Vec::new();
        let mut chars = text.chars().filter(|c| *c != ' ').peekable();
        let mut is_open = false;
        while let Some(c) = chars.next() {
            match c {
                '-' => {}
                '*' if chars.peek().is_none() => is_open = true,
                '+' if !places.is_empty() => return Err(fault("has a + that does not lead")),
                '0'..='9' | '*' | '#' | '+' => places.push(Place::Is(c)),
                'X' | 'x' => places.push(Place::AnyDigit),
                '[' => {
                    let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                    let digits =
                        set(&inside).ok_or_else(|| fault("has brackets without digits"))?;
                    places.push(Place::OneOf(digits));
                }
                other => return Err(fault(&format!("contains {other:?}"))),
            }
        }
        if places.len() > MAX_PATTERN || (places.is_empty() && !is_open) {
            return Err(fault("is too long or empty"));
        }
        let text = written(&places, is_open);
        Ok(Self {
            text,
            places,
            is_open,
        })
    }

    /// Whether these digits, all of them, are as the pattern says.
    #[must_use]
    pub fn matches(&self, digits: &str) -> bool {
        let mut chars = digits.chars();
        let fit = self
            .places
            .iter()
            .all(|place| chars.next().is_some_and(|c| place.admits(c)));
        fit && (self.is_open || chars.next().is_none())
    }

    /// The one number it stands for, if there is only one.
    #[must_use]
    pub fn exact(&self) -> Option<&str> {
        let is_exact = !self.is_open && self.places.iter().all(|p| matches!(p, Place::Is(_)));
        is_exact.then_some(self.text.as_str())
    }

    /// How many characters of a number it looks at.
    #[must_use]
    pub fn places(&self) -> usize {
        self.places.len()
    }

    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// The digits between brackets: `2-68`.
fn set(inside: &str) -> Option<u16> {
    let mut digits = 0;
    let mut chars = inside.chars().peekable();
    while let Some(from) = chars.next() {
        let from = from.to_digit(10)?;
        let to = match chars.next_if_eq(&'-') {
            Some(_) => chars.next()?.to_digit(10)?,
            None => from,
        };
        (from..=to).for_each(|n| digits |= 1 << n);
    }
    Some(digits).filter(|digits| *digits != 0)
}

fn written(places: &[Place], is_open: bool) -> String {
    let mut text = String::new();
    for place in places {
        match place {
            Place::Is(c) => text.push(*c),
            Place::AnyDigit => text.push('X'),
            Place::OneOf(digits) => {
                let all = (0..10).filter(|n| digits & (1 << n) != 0);
                let all = all.filter_map(|n| char::from_digit(n, 10));
                text.push('[');
                text.extend(all);
                text.push(']');
            }
        }
    }
    if is_open {
        text.push('*');
    }
    text
}

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.text
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_numbers() {
        let pattern = |text| Pattern::parse(text).unwrap();
        let mobile = pattern("1[3-9]XXX XXX XXX".trim());
        assert!(mobile.matches("13800138000"));
        assert!(!mobile.matches("12800138000"));
        assert!(!mobile.matches("1380013800") && !mobile.matches("138001380000"));
        assert!(pattern("0*").matches("0") && pattern("0*").matches("010"));
        assert!(pattern("*").matches("") && pattern("*").matches("*28"));
        assert!(pattern("*28").matches("*28") && !pattern("*28").matches("928"));
        assert!(pattern("+86*").matches("+8610") && !pattern("+86*").matches("8610"));
        assert_eq!(pattern("9-1 0").exact(), Some("910"));
        assert_eq!(pattern("91X").exact(), None);
    }

    #[test]
    fn a_pattern_is_written_one_way_and_reads_the_same() {
        for (text, written) in [("1[3-57]x", "1[3457]X"), ("00*", "00*"), ("**", "**")] {
            let read = Pattern::parse(text).unwrap();
            assert_eq!(read.as_str(), written);
            assert_eq!(Pattern::parse(read.as_str()).unwrap(), read);
        }
    }

    #[test]
    fn what_no_phone_can_dial_is_no_pattern() {
        let long = "1".repeat(33);
        for wrong in ["", "12a", "1+2", "[", "[]", "[a]", "[5-2]", "1.", &long] {
            let told = Pattern::parse(wrong).unwrap_err();
            assert!(told.contains("allowed: 0-9"), "{wrong}: {told}");
        }
    }
}
