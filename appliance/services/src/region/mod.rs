//! Where a number is registered, and of what sort it is.
//!
//! That is where the exchange or the mobile operator has the range of the number, not where the
//! person is; and a mobile number may have been taken to another operator (号段归属).

mod areas;
mod segments;

use serde::{Deserialize, Serialize};

use crate::NumberPlan;

pub use areas::{Area, areas, region_named};
pub use segments::{MAX_OCTETS, Segments, SegmentsError};

const CHINA: &str = "86";

/// A province of mainland China, or a city in it, by their Chinese names without 省 and 市.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Region {
    /// 广东.
    pub province: String,
    /// 深圳; that of a municipality has its name.
    #[serde(default)]
    pub city: Option<String>,
}

impl Region {
    /// The names under which lists may have it, the closest first: `广东/深圳`, `广东`.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let city = self.city.as_ref();
        let city = city.map(|city| format!("{}/{city}", self.province));
        city.into_iter().chain([self.province.clone()]).collect()
    }
}

/// What sort of number it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberSort {
    /// Of a landline.
    Landline,
    /// Of a mobile phone.
    Mobile,
    /// 400: both sides pay.
    Service400,
    /// 800: the called side pays.
    Service800,
    /// 95: of a company, in all the country: 95588.
    Service95,
    /// 96: of a company or service of the province: 96315.
    Service96,
    /// 1010 and four digits: of a company.
    Service1010,
    /// 100 and two digits: of a telephone company: 10086.
    Operator,
    /// 1 and two digits, 12 and up to three: of the state: 110, 12345.
    Public,
}

/// The operator that has the range of a mobile number, or leads it to another brand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// 移动.
    ChinaMobile,
    /// 联通.
    ChinaUnicom,
    /// 电信.
    ChinaTelecom,
    /// 广电.
    ChinaBroadnet,
    /// A brand on the network of China Telecom (电信虚拟运营商).
    OnChinaTelecom,
    /// A brand on the network of China Unicom.
    OnChinaUnicom,
    /// A brand on the network of China Mobile.
    OnChinaMobile,
    /// A brand on the network of China Broadnet.
    OnChinaBroadnet,
}

/// What is known of a number by its digits alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// What sort of number it is.
    pub sort: NumberSort,
    /// Where it is registered; `None`: nowhere in particular, or not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
    /// Whose range a mobile number is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<Operator>,
}

impl Origin {
    const fn of(sort: NumberSort) -> Self {
        Self {
            sort,
            region: None,
            operator: None,
        }
    }

    /// The names under which lists may have its region, the closest first.
    #[must_use]
    pub fn region_names(&self) -> Vec<String> {
        let region = self.region.as_ref();
        region.map(Region::names).unwrap_or_default()
    }
}

/// The area codes, built in, and the ranges of mobile numbers, where a database of them is at hand.
/// Never changes; a new database is a new directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    segments: Option<Segments>,
}

impl Directory {
    /// The area codes and these ranges.
    #[must_use]
    pub const fn new(segments: Option<Segments>) -> Self {
        Self { segments }
    }

    /// The ranges of mobile numbers, if any are at hand.
    #[must_use]
    pub const fn segments(&self) -> Option<&Segments> {
        self.segments.as_ref()
    }

    /// What is known of a number in canonical form ([`NumberPlan::canonical`]); `None`: it is not
    /// one of mainland China, none that can be called from everywhere there, or of a mobile phone
    /// whose range is not known. Cost: a binary search, of the area codes or of the database.
    #[must_use]
    pub fn origin(&self, plan: &NumberPlan, canonical: &str) -> Option<Origin> {
        let are_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let Some(abroad) = canonical.strip_prefix('+') else {
            // Of numbers without an area code only services are the same everywhere.
            let is_ours = plan.country == CHINA && are_digits(canonical);
            return service(canonical).filter(|_| is_ours).map(Origin::of);
        };
        let national = abroad.strip_prefix(CHINA).filter(|rest| are_digits(rest))?;
        service(national)
            .map(Origin::of)
            .or_else(|| self.mobile(national))
            .or_else(|| landline(national))
    }

    /// 1[3-9] and nine more digits; the first seven tell the range.
    fn mobile(&self, national: &str) -> Option<Origin> {
        if national.len() != 11 || !matches!(national.as_bytes(), [b'1', b'3'..=b'9', ..]) {
            return None;
        }
        let segment = national.get(..7)?.parse().ok()?;
        let (region, operator) = self.segments.as_ref()?.find(segment)?;
        Some(Origin {
            region: Some(region.clone()),
            operator,
            ..Origin::of(NumberSort::Mobile)
        })
    }
}

/// The sort of a number that is dialled without an area code anywhere in the country.
fn service(national: &str) -> Option<NumberSort> {
    let length = national.len();
    let begins = |with: &str| national.starts_with(with);
    Some(match length {
        10 if begins("400") => NumberSort::Service400,
        10 if begins("800") => NumberSort::Service800,
        8 if begins("1010") => NumberSort::Service1010,
        5..=8 if begins("95") => NumberSort::Service95,
        5 | 6 if begins("96") => NumberSort::Service96,
        5 if begins("100") => NumberSort::Operator,
        3 if begins("1") => NumberSort::Public,
        4 | 5 if begins("12") => NumberSort::Public,
        _ => return None,
    })
}

/// An area code and 7 or 8 digits, or a service dialled in that area from outside (010 12345).
fn landline(national: &str) -> Option<Origin> {
    let (area, local) = areas::of_national(national)?;
    let is_line = matches!(local.len(), 7 | 8) && matches!(local.as_bytes(), [b'2'..=b'8', ..]);
    let sort = if is_line {
        NumberSort::Landline
    } else {
        service(local)?
    };
    Some(Origin {
        region: Some(area.region()),
        ..Origin::of(sort)
    })
}

#[cfg(test)]
mod tests;
