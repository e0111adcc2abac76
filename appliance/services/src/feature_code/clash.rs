use std::fmt;

use super::{Argument, Feature, FeatureCodes, When};
use crate::emergency::EmergencyPlan;

const MAX_CODES: usize = 100;
const MAX_DIGITS: usize = 6;
const MAX_PLACES: u32 = 100;

/// Two meanings of the same digits, or a code that no phone can give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// The digits.
    pub digits: String,
    /// What is allowed.
    pub allowed: String,
}

impl fmt::Display for Clash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "found {}; allowed: {}", self.digits, self.allowed)
    }
}

fn clash(digits: &str, allowed: impl Into<String>) -> Clash {
    Clash {
        digits: digits.to_owned(),
        allowed: allowed.into(),
    }
}

impl FeatureCodes {
    /// The first clash among the codes, or of one with an emergency number.
    #[must_use]
    pub fn clash(&self, emergency: &EmergencyPlan) -> Option<Clash> {
        if self.codes.len() > MAX_CODES {
            let found = format!("{} codes", self.codes.len());
            return Some(clash(&found, format!("at most {MAX_CODES}")));
        }
        let is_key = |octet: u8| octet.is_ascii_digit() || octet == b'*' || octet == b'#';
        for (index, code) in self.codes.iter().enumerate() {
            let digits = &code.digits;
            let fits = (1..=MAX_DIGITS).contains(&digits.len()) && digits.bytes().all(is_key);
            if !fits {
                return Some(clash(digits, format!("1 to {MAX_DIGITS} of 0-9 * #")));
            }
            let when = code.feature.when();
            let mut before = self.codes[..index].iter();
            let mut others = self.of(when).filter(|other| other.feature != code.feature);
            if before.any(|other| other.feature == code.feature) {
                return Some(clash(digits, format!("one code for {:?}", code.feature)));
            }
            // Keys in a call come one by one: the shorter of two codes would hide the longer.
            let hides = |digits: &str, other: &str| match when {
                When::Dialled => digits == other,
                _ => other.starts_with(digits),
            };
            if let Some(other) = others.find(|other| hides(digits, &other.digits)) {
                let what = format!("digits that do not begin {} as well", other.digits);
                return Some(clash(digits, what));
            }
        }
        let (first, last) = self.parking;
        if first > last || last - first >= MAX_PLACES {
            let found = format!("parking {first} to {last}");
            return Some(clash(
                &found,
                format!("1 to {MAX_PLACES} places, the lower first"),
            ));
        }
        let mut numbers = emergency
            .numbers
            .iter()
            .map(|number| number.digits.as_str());
        let taken = numbers.find(|digits| self.dialled(digits).is_some())?;
        Some(clash(taken, "no feature on a number for emergencies"))
    }

    /// Why a phone cannot have this extension, if it cannot.
    #[must_use]
    pub fn clash_with(&self, extension: &str, emergency: &EmergencyPlan) -> Option<Clash> {
        if emergency.recognise(extension).is_some() {
            return Some(clash(extension, "no number for emergencies"));
        }
        if let Some(request) = self.dialled(extension) {
            let what = format!("no code of {:?}", request.feature());
            return Some(clash(extension, what));
        }
        let takes_one = |feature: Feature| {
            matches!(
                feature.argument(),
                Argument::Extension | Argument::OptionalExtension
            )
        };
        for code in self.codes.iter().filter(|code| takes_one(code.feature)) {
            let digits = format!("{}{extension}", code.digits);
            let understood = self.dialled(&digits).map(|request| request.feature());
            if understood != Some(code.feature) {
                let what = format!("an extension that {:?} can be asked for with", code.feature);
                return Some(clash(&digits, what));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::FeatureCode;
    use super::*;

    fn changed(change: impl FnOnce(&mut FeatureCodes)) -> Option<String> {
        let mut codes = FeatureCodes::default();
        change(&mut codes);
        codes
            .clash(&EmergencyPlan::default())
            .map(|clash| clash.to_string())
    }

    fn set(codes: &mut FeatureCodes, feature: Feature, digits: &str) {
        let known = codes.codes.iter_mut().find(|code| code.feature == feature);
        known.unwrap().digits = digits.into();
    }

    #[test]
    fn the_codes_every_box_has_do_not_clash() {
        assert_eq!(changed(|_| {}), None);
    }

    #[test]
    fn the_same_digits_cannot_mean_two_things() {
        let told = changed(|codes| set(codes, Feature::Pickup, "*28")).unwrap();
        assert_eq!(
            told,
            "found *28; allowed: digits that do not begin *28 as well"
        );
        let told = changed(|codes| set(codes, Feature::Cancel, "#")).unwrap();
        assert_eq!(
            told,
            "found #; allowed: digits that do not begin #1 as well"
        );
        let told = changed(|codes| set(codes, Feature::Park, "110")).unwrap();
        assert_eq!(
            told,
            "found 110; allowed: no feature on a number for emergencies"
        );
        let told = changed(|codes| codes.parking = (110, 120)).unwrap();
        assert_eq!(
            told,
            "found 110; allowed: no feature on a number for emergencies"
        );
        let again = FeatureCode {
            feature: Feature::Park,
            digits: "*99".into(),
        };
        let told = changed(|codes| codes.codes.push(again)).unwrap();
        assert_eq!(told, "found *99; allowed: one code for Park");
        let told = changed(|codes| set(codes, Feature::Park, "7a")).unwrap();
        assert_eq!(told, "found 7a; allowed: 1 to 6 of 0-9 * #");
        let told = changed(|codes| codes.parking = (720, 701)).unwrap();
        assert!(told.contains("the lower first"), "{told}");
    }

    #[test]
    fn an_extension_is_no_code_no_parking_place_and_no_emergency_number() {
        let (codes, emergency) = (FeatureCodes::default(), EmergencyPlan::default());
        let told = |extension: &str| {
            let clash = codes.clash_with(extension, &emergency);
            clash.map(|clash| clash.to_string())
        };
        assert_eq!(told("201"), None);
        assert_eq!(
            told("110").unwrap(),
            "found 110; allowed: no number for emergencies"
        );
        assert_eq!(
            told("701").unwrap(),
            "found 701; allowed: no code of Unpark"
        );
        assert_eq!(told("700").unwrap(), "found 700; allowed: no code of Park");
        // *8 and 0201 would be read as *80 and 201.
        let what = "an extension that Pickup can be asked for with";
        assert_eq!(
            told("0201").unwrap(),
            format!("found *80201; allowed: {what}")
        );
    }
}
