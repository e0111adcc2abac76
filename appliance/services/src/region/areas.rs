//! The area codes of mainland China, built in, and the names of its provinces and cities.

use std::sync::LazyLock;

use super::Region;

const TABLE: &str = include_str!("areas.csv");

/// What may follow the name of a province or city and says no more than what sort of one it is.
const SORTS: [&str; 8] = [
    "",
    "省",
    "市",
    "地区",
    "盟",
    "自治区",
    "壮族自治区",
    "回族自治区",
];
/// What the longer ones end with: 维吾尔自治区, 延边朝鲜族自治州.
const LONG_SORTS: [&str; 2] = ["自治区", "自治州"];

/// One city, and the area code that it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// Without the leading 0: `10`, `755`. Several cities can share one.
    pub code: &'static str,
    /// The province, in Chinese, without 省.
    pub province: &'static str,
    /// The same in English.
    pub province_en: &'static str,
    /// The city, in Chinese, without 市; that of a municipality has its name.
    pub city: &'static str,
    /// The same in English.
    pub city_en: &'static str,
}

static AREAS: LazyLock<Vec<Area>> = LazyLock::new(|| {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(area).collect()
});

fn area(line: &'static str) -> Option<Area> {
    let mut cells = line.split(',');
    Some(Area {
        code: cells.next()?,
        province: cells.next()?,
        province_en: cells.next()?,
        city: cells.next()?,
        city_en: cells.next()?,
    })
}

/// All cities, by area code; of those that share a code the one that gives it its name is first.
pub fn areas() -> &'static [Area] {
    &AREAS
}

impl Area {
    pub(super) fn region(&self) -> Region {
        Region {
            province: self.province.to_owned(),
            city: Some(self.city.to_owned()),
        }
    }
}

/// The area whose code this is, without the leading 0. Cost: a binary search in 350.
pub(super) fn of_code(code: &str) -> Option<&'static Area> {
    let at = AREAS.partition_point(|area| area.code < code);
    AREAS.get(at).filter(|area| area.code == code)
}

/// The area a national number (without the leading 0) begins with, and the rest of the number.
pub(super) fn of_national(national: &str) -> Option<(&'static Area, &str)> {
    let length = match national.as_bytes() {
        [b'1', b'0', ..] | [b'2', ..] => 2,
        _ => 3,
    };
    let (code, rest) = national.split_at_checked(length)?;
    Some((of_code(code)?, rest))
}

/// The region that a database of mobile numbers names so; names it has and we do not (海拉尔) are
/// those of the city whose area code it tells.
pub(super) fn region(province: &str, city: &str, code: &str) -> Region {
    let named = AREAS
        .iter()
        .find(|area| is_named(area.province, province) && is_named(area.city, city));
    let coded = || of_code(code).filter(|area| is_named(area.province, province));
    match named.or_else(coded) {
        Some(area) => area.region(),
        None => Region {
            province: province.to_owned(),
            city: Some(city.to_owned()).filter(|city| !city.is_empty()),
        },
    }
}

/// The name under which lists have a region: `广东`, `广东/深圳`. It may be written in Chinese or
/// English, with or without 省 and 市, a city also without its province where no other has its name.
/// `None`: no province or city is called so. Cost: looks at each city of the table.
#[must_use]
pub fn region_named(text: &str) -> Option<String> {
    let text = text.trim();
    if let Some((province, city)) = text.split_once(['/', '／']) {
        let (province, city) = (province.trim(), city.trim());
        let of_both = |area: &&Area| is_province(area, province) && is_city(area, city);
        return AREAS.iter().find(of_both).map(full_name);
    }
    if let Some(area) = AREAS.iter().find(|area| is_province(area, text)) {
        return Some(area.province.to_owned());
    }
    // 广东深圳, 广东省深圳市.
    let joined = |area: &&Area| {
        let rest = text.strip_prefix(area.province);
        rest.is_some_and(|rest| {
            let mut sorts = SORTS.iter().chain(&LONG_SORTS);
            sorts.any(|sort| {
                rest.strip_prefix(sort)
                    .is_some_and(|city| is_named(area.city, city))
            })
        })
    };
    if let Some(area) = AREAS.iter().find(joined) {
        return Some(full_name(area));
    }
    let mut cities = AREAS.iter().filter(|area| is_city(area, text));
    let area = cities.next()?;
    cities.next().is_none().then(|| full_name(area))
}

fn full_name(area: &Area) -> String {
    format!("{}/{}", area.province, area.city)
}

fn is_province(area: &Area, text: &str) -> bool {
    is_named(area.province, text) || area.province_en.eq_ignore_ascii_case(text)
}

fn is_city(area: &Area, text: &str) -> bool {
    is_named(area.city, text) || area.city_en.eq_ignore_ascii_case(text)
}

/// Whether a text is this name, with or without what sort of place it is.
fn is_named(name: &str, text: &str) -> bool {
    let rest = text.strip_prefix(name);
    let is_sort =
        |rest: &str| SORTS.contains(&rest) || LONG_SORTS.iter().any(|sort| rest.ends_with(sort));
    rest.is_some_and(is_sort)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_a_city_and_codes_are_in_order() {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(AREAS.len(), lines);
        assert!(AREAS.is_sorted_by_key(|area| area.code));
        let is_code = |code: &str| matches!(code.len(), 2 | 3) && code.parse::<u16>().is_ok();
        for area in areas() {
            assert!(is_code(area.code) && !area.city_en.is_empty(), "{area:?}");
            let name = full_name(area);
            assert_eq!(region_named(&name), Some(name));
            let english = format!("{}/{}", area.province_en, area.city_en);
            assert_eq!(region_named(&english), Some(full_name(area)));
        }
        let mut provinces: Vec<&str> = areas().iter().map(|area| area.province).collect();
        provinces.sort_unstable();
        provinces.dedup();
        assert_eq!(provinces.len(), 31, "of the mainland");
    }

    #[test]
    fn a_region_is_the_same_however_it_is_written() {
        let named = |text| region_named(text).unwrap_or_default();
        for text in ["广东", "广东省", "Guangdong", " guangdong "] {
            assert_eq!(named(text), "广东");
        }
        for text in [
            "广东/深圳",
            "广东省深圳市",
            "广东深圳",
            "深圳",
            "深圳市",
            "Guangdong / Shenzhen",
            "shenzhen",
        ] {
            assert_eq!(named(text), "广东/深圳", "{text}");
        }
        assert_eq!(named("吉林"), "吉林", "the province comes before its city");
        assert_eq!(named("吉林市"), "吉林");
        assert_eq!(named("吉林省吉林市"), "吉林/吉林");
        assert_eq!(named("新疆维吾尔自治区"), "新疆");
        assert_eq!(named("延边朝鲜族自治州"), "吉林/延边");
        assert_eq!(named("北京"), "北京");
        for text in ["", "火星", "Suzhou", "广东/南京", "/", "广东/"] {
            assert_eq!(region_named(text), None, "{text}");
        }
    }
}
