//! Numbers as people say them, for prompts.

use hotline_services::Language;

/// The greatest number that is said in words.
pub const MAX: u32 = 9_999;

/// A count of things, as said before what is counted: 两 (位, 分钟), not 二. Numbers above [`MAX`]
/// are said as [`MAX`].
#[must_use]
pub fn count(number: u32, language: Language) -> String {
    let number = number.min(MAX);
    match language {
        Language::Zh => chinese(number),
        Language::En => english(number),
    }
}

const CHINESE: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
const PLACES: [(u32, &str); 4] = [(1000, "千"), (100, "百"), (10, "十"), (1, "")];

/// 两 alone and before 百 and 千; 二 after 十 and before it (《现代汉语词典》, entries 二 and 两).
fn chinese(number: u32) -> String {
    if number == 0 {
        return CHINESE[0].to_owned();
    }
    let mut words = String::new();
    let mut skipped = false;
    for (value, place) in PLACES {
        let digit = number / value % 10;
        if digit == 0 {
            skipped = !words.is_empty();
            continue;
        }
        if skipped {
            words.push_str(CHINESE[0]);
            skipped = false;
        }
        let is_two_of_many = digit == 2 && (value >= 100 || number == 2);
        match digit {
            // 十二, not 一十二, where nothing stands before it.
            1 if value == 10 && words.is_empty() => {}
            _ if is_two_of_many => words.push('两'),
            _ => words.push_str(CHINESE[digit as usize]),
        }
        words.push_str(place);
    }
    words
}

const ENGLISH: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = [
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];

fn english(number: u32) -> String {
    let rest = |words: String, rest: u32, joint: &str| {
        if rest == 0 {
            words
        } else {
            format!("{words}{joint}{}", english(rest))
        }
    };
    match number {
        0..20 => ENGLISH[number as usize].to_owned(),
        20..100 => rest(TENS[number as usize / 10].to_owned(), number % 10, "-"),
        100..1000 => rest(
            format!("{} hundred", english(number / 100)),
            number % 100,
            " and ",
        ),
        _ => {
            let joint = if number % 1000 < 100 { " and " } else { " " };
            rest(
                format!("{} thousand", english(number / 1000)),
                number % 1000,
                joint,
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_said_as_people_say_them() {
        for (number, zh, en) in [
            (0, "零", "zero"),
            (1, "一", "one"),
            (2, "两", "two"),
            (10, "十", "ten"),
            (12, "十二", "twelve"),
            (20, "二十", "twenty"),
            (22, "二十二", "twenty-two"),
            (100, "一百", "one hundred"),
            (102, "一百零二", "one hundred and two"),
            (110, "一百一十", "one hundred and ten"),
            (112, "一百一十二", "one hundred and twelve"),
            (222, "两百二十二", "two hundred and twenty-two"),
            (1000, "一千", "one thousand"),
            (1001, "一千零一", "one thousand and one"),
            (1010, "一千零一十", "one thousand and ten"),
            (2200, "两千两百", "two thousand two hundred"),
            (
                9999,
                "九千九百九十九",
                "nine thousand nine hundred and ninety-nine",
            ),
            (
                70_000,
                "九千九百九十九",
                "nine thousand nine hundred and ninety-nine",
            ),
        ] {
            assert_eq!(count(number, Language::Zh), zh, "{number}");
            assert_eq!(count(number, Language::En), en, "{number}");
        }
    }

    #[test]
    fn no_two_numbers_sound_alike() {
        for language in [Language::Zh, Language::En] {
            let all: std::collections::BTreeSet<String> =
                (0..=MAX).map(|number| count(number, language)).collect();
            assert_eq!(all.len(), MAX as usize + 1);
        }
    }
}
