//! One number, however it is written: the forms of ITU-T E.164 and of the local exchange, as far as
//! routes and number lists need them to tell that two are the same.

use hotline_call::Number;
use serde::{Deserialize, Serialize};

const CHINA: &str = "86";

/// How numbers are dialled where the house stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberPlan {
    /// The country code (E.164), without `+`: `86`. 1 to 3 digits.
    pub country: String,
    /// What is dialled before a number abroad: `00`. 1 to 4 digits.
    pub international: String,
    /// What is dialled before a number in another area: `0`. Up to 2 digits.
    pub trunk: String,
    /// The area code of the house, without the trunk prefix: `10`, `21`, `755`. Empty: local
    /// numbers are left as they are.
    pub area: String,
}

impl Default for NumberPlan {
    /// China, area not known.
    fn default() -> Self {
        Self {
            country: CHINA.into(),
            international: "00".into(),
            trunk: "0".into(),
            area: String::new(),
        }
    }
}

impl NumberPlan {
    /// The one form of a number that is compared and stored: `+` and the digits of E.164 where it
    /// is a subscriber's number, else as it is (service numbers as 95588, extensions, feature
    /// codes). Applying it twice changes nothing more.
    #[must_use]
    pub fn canonical(&self, number: &Number) -> String {
        let text = number.as_str();
        if !text.bytes().all(|b| b.is_ascii_digit() || b == b'+') {
            return text.to_owned();
        }
        if let Some(abroad) = self.after_international(text) {
            return match abroad.strip_prefix(&self.country) {
                Some(national) => self.of_national(self.without_trunk(national)),
                None => format!("+{abroad}"),
            };
        }
        if let Some(national) = self.after_trunk(text) {
            return self.of_national(national);
        }
        if self.country == CHINA {
            return self.chinese(text);
        }
        text.to_owned()
    }

    /// What canonical forms of all numbers that are written with this prefix begin with: `138` is
    /// `+86138`, `0755` is `+86755`. One that says neither area nor service is left as it is.
    #[must_use]
    pub fn canonical_prefix(&self, prefix: &Number) -> String {
        let text = prefix.as_str();
        let abroad = text
            .strip_prefix('+')
            .or_else(|| text.strip_prefix(&self.international));
        if let Some(abroad) = abroad {
            return match abroad.strip_prefix(&self.country) {
                Some(rest) => self.of_national(rest.strip_prefix(&self.trunk).unwrap_or(rest)),
                None => format!("+{abroad}"),
            };
        }
        let after_trunk = text
            .strip_prefix(&self.trunk)
            .filter(|_| !self.trunk.is_empty());
        if let Some(national) = after_trunk.filter(|national| !national.is_empty()) {
            return self.of_national(national);
        }
        if self.country != CHINA {
            return text.to_owned();
        }
        let is_mobile = |text: &str| matches!(text.as_bytes(), [b'1', b'3'..=b'9', ..]);
        if is_mobile(text) || text.starts_with("400") || text.starts_with("800") {
            return self.of_national(text);
        }
        if let Some(mobile) = text.strip_prefix(CHINA).filter(|rest| is_mobile(rest)) {
            return self.of_national(mobile);
        }
        let is_local = matches!(text.as_bytes(), [b'2'..=b'8', ..]) && !self.area.is_empty();
        if is_local {
            return self.of_national(&format!("{}{text}", self.area));
        }
        text.to_owned()
    }

    /// The digits that the local exchange takes for a number: one in E.164 loses the country code
    /// and, at home, the area code; any other is dialled as it was typed.
    #[must_use]
    pub fn dialled(&self, number: &Number) -> String {
        let text = number.as_str();
        let Some(abroad) = self.after_international(text) else {
            return text.to_owned();
        };
        let Some(national) = abroad.strip_prefix(&self.country) else {
            return format!("{}{abroad}", self.international);
        };
        let national = self.without_trunk(national);
        if self.country == CHINA && (is_mobile(national) || is_free_phone(national)) {
            return national.to_owned();
        }
        let at_home = Some(self.area.as_str()).filter(|area| !area.is_empty());
        match at_home.and_then(|area| national.strip_prefix(area)) {
            Some(local) => local.to_owned(),
            None => format!("{}{national}", self.trunk),
        }
    }

    /// What is wrong with it: the key, what was found, what is allowed.
    pub(crate) fn fault(&self) -> Option<(&'static str, &str, &'static str)> {
        let are_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let fits = |text: &str, range: std::ops::RangeInclusive<usize>| {
            are_digits(text) && range.contains(&text.len())
        };
        if !fits(&self.country, 1..=3) || self.country.starts_with('0') {
            return Some((
                "country",
                &self.country,
                "a country code, 1 to 3 digits: 86",
            ));
        }
        if !fits(&self.international, 1..=4) {
            return Some(("international", &self.international, "1 to 4 digits: 00"));
        }
        if !fits(&self.trunk, 0..=2) {
            return Some(("trunk", &self.trunk, "up to 2 digits: 0"));
        }
        let allowed = "an area code without the trunk prefix, up to 4 digits: 10, 755";
        let is_area = fits(&self.area, 0..=4) && !self.area.starts_with('0');
        (!is_area).then_some(("area", &self.area, allowed))
    }

    /// The country code and what follows, where the number says that it has one.
    fn after_international<'a>(&self, text: &'a str) -> Option<&'a str> {
        let abroad = text
            .strip_prefix('+')
            .or_else(|| text.strip_prefix(&self.international))?;
        // Four digits after `00` or fewer are no subscriber abroad.
        (abroad.len() > 4 && !abroad.starts_with('0')).then_some(abroad)
    }

    fn after_trunk<'a>(&self, text: &'a str) -> Option<&'a str> {
        let national = text.strip_prefix(&self.trunk)?;
        let is_national = !self.trunk.is_empty() && national.len() >= 7;
        (is_national && !national.starts_with('0')).then_some(national)
    }

    /// `+86 010 …` and `0086 010 …` are written often, if wrongly.
    fn without_trunk<'a>(&self, national: &'a str) -> &'a str {
        let stripped = national.strip_prefix(&self.trunk);
        stripped.filter(|rest| rest.len() >= 7).unwrap_or(national)
    }

    fn of_national(&self, national: &str) -> String {
        format!("+{}{national}", self.country)
    }

    /// A Chinese number with no prefix at all, by its length and first digits.
    fn chinese(&self, text: &str) -> String {
        if is_mobile(text) || is_free_phone(text) {
            return self.of_national(text);
        }
        // 86 and a whole national number, as some gateways send it: nothing else has this length.
        if let Some(national) = text.strip_prefix(CHINA) {
            let has_area = (10..=11).contains(&national.len()) && !national.starts_with('0');
            if has_area
                && (is_mobile(national) || !national.starts_with('1') || is_peking(national))
            {
                return self.of_national(national);
            }
        }
        let is_local = matches!(text.len(), 7 | 8) && matches!(text.as_bytes()[0], b'2'..=b'8');
        if is_local && !self.area.is_empty() {
            return self.of_national(&format!("{}{text}", self.area));
        }
        text.to_owned()
    }
}

/// 1[3-9] and nine more digits.
fn is_mobile(national: &str) -> bool {
    let octets = national.as_bytes();
    octets.len() == 11 && octets[0] == b'1' && matches!(octets[1], b'3'..=b'9')
}

/// 400 and 800 numbers, ten digits, dialled without a prefix anywhere.
fn is_free_phone(national: &str) -> bool {
    national.len() == 10 && (national.starts_with("400") || national.starts_with("800"))
}

/// Area code 10 and eight digits.
fn is_peking(national: &str) -> bool {
    national.len() == 10 && national.starts_with("10")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    fn peking() -> NumberPlan {
        NumberPlan {
            area: "10".into(),
            ..NumberPlan::default()
        }
    }

    #[test]
    fn however_a_chinese_number_is_written_it_is_the_same_number() {
        let same = [
            (
                "+8613800138000",
                vec![
                    "13800138000",
                    "138 0013 8000",
                    "138-0013-8000",
                    "013800138000",
                    "+86 138 0013 8000",
                    "008613800138000",
                    "8613800138000",
                    "+86 0138 0013 8000",
                ],
            ),
            (
                "+861065529988",
                vec![
                    "010-65529988",
                    "+86 10 6552 9988",
                    "0086 010 65529988",
                    "65529988",
                    "861065529988",
                ],
            ),
            (
                "+867551234567",
                vec!["0755-1234567", "+867551234567", "867551234567"],
            ),
            ("+864001234567", vec!["400-123-4567", "+86 400 123 4567"]),
            ("+12125550123", vec!["+1 212 555 0123", "0012125550123"]),
        ];
        for (canonical, written) in same {
            for text in written {
                assert_eq!(peking().canonical(&number(text)), canonical, "{text}");
            }
            assert_eq!(peking().canonical(&number(canonical)), canonical);
        }
    }

    #[test]
    fn service_numbers_extensions_and_codes_are_left_as_they_are() {
        for text in [
            "110", "120", "95588", "12345", "10086", "10101234", "95105555", "8001", "*28",
        ] {
            assert_eq!(peking().canonical(&number(text)), text);
            assert_eq!(peking().dialled(&number(text)), text);
        }
        let nowhere = NumberPlan::default();
        assert_eq!(nowhere.canonical(&number("65529988")), "65529988");
    }

    #[test]
    fn a_prefix_means_the_numbers_that_are_written_with_it() {
        let expected = [
            ("138", "+86138"),
            ("8617", "+8617"),
            ("+86 138", "+86138"),
            ("0755", "+86755"),
            ("+86 0755", "+86755"),
            ("400", "+86400"),
            ("6552", "+86106552"),
            ("001", "+1"),
            ("+852", "+852"),
            ("95", "95"),
            ("10", "10"),
            ("*2", "*2"),
        ];
        for (prefix, canonical) in expected {
            assert_eq!(
                peking().canonical_prefix(&number(prefix)),
                canonical,
                "{prefix}"
            );
        }
    }

    #[test]
    fn a_number_in_e164_is_dialled_as_the_local_exchange_takes_it() {
        let dialled = |text: &str| peking().dialled(&number(text));
        assert_eq!(dialled("+86 138 0013 8000"), "13800138000");
        assert_eq!(dialled("0086 138 0013 8000"), "13800138000");
        assert_eq!(dialled("+86 10 6552 9988"), "65529988");
        assert_eq!(dialled("+86 21 6552 9988"), "02165529988");
        assert_eq!(dialled("+1 212 555 0123"), "0012125550123");
        assert_eq!(dialled("400-123-4567"), "4001234567");
        assert_eq!(dialled("013800138000"), "013800138000", "typed, so dialled");
    }

    #[test]
    fn a_plan_of_another_country_knows_its_own_prefixes_only() {
        let britain = NumberPlan {
            country: "44".into(),
            area: "20".into(),
            ..NumberPlan::default()
        };
        assert_eq!(britain.canonical(&number("020 7946 0018")), "+442079460018");
        assert_eq!(
            britain.canonical(&number("+44 (0)20 7946 0018")),
            "+442079460018"
        );
        assert_eq!(britain.canonical(&number("13800138000")), "13800138000");
        assert_eq!(
            britain.dialled(&number("+8613800138000")),
            "008613800138000"
        );
        assert_eq!(britain.fault(), None);
    }
}
