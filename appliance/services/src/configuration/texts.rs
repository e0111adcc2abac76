//! The sentences an administrator wrote, wherever they stand.

use std::collections::BTreeSet;

use super::Configuration;
use crate::Language;
use crate::route::Target;

impl Configuration {
    /// The languages callers are spoken to in: those of the menus.
    #[must_use]
    pub fn languages(&self) -> BTreeSet<Language> {
        self.menus.iter().map(|menu| menu.language).collect()
    }

    /// All that callers may be told in the administrator's own words, each once, in a fixed order:
    /// menus, announcements that routes, keys and queues lead to, greetings of queues and mailboxes.
    #[must_use]
    pub fn texts(&self) -> BTreeSet<(&str, Language)> {
        let menus = self.menus.iter();
        let greetings = menus.clone().map(|m| (m.greeting.as_str(), m.language));
        let keys = menus.flat_map(|menu| {
            let keys = menu.choices.iter().map(|choice| &choice.target);
            keys.chain(&menu.otherwise)
        });
        let routes = self.dial_plan.inbound.iter();
        let routes = routes.flat_map(|route| std::iter::once(&route.target).chain(&route.closed));
        let queues = self.queues.iter();
        let queues = queues.flat_map(|queue| queue.exit_keys.iter().map(|key| &key.target));
        let announced = routes
            .chain(keys)
            .chain(queues)
            .filter_map(|target| match target {
                Target::Announcement(says) => Some((says.text.as_str(), says.language)),
                _ => None,
            });
        let mailboxes = self.greetings.iter();
        let mailboxes = mailboxes.map(|says| (says.text.as_str(), says.language));
        let queues = self.queues.iter();
        let words = queues.flat_map(|queue| [queue.greeting.as_str(), &queue.vip_greeting]);
        let words = words.filter(|words| !words.is_empty());
        let queues = words.flat_map(|words| {
            let languages = self.languages().into_iter();
            languages.map(move |language| (words, language))
        });
        let all = greetings.chain(announced).chain(mailboxes);
        all.chain(queues).collect()
    }

    /// The text of this number, which is [`number_of_text`]; of two with one number, the first.
    #[must_use]
    pub fn text_of_number(&self, number: u32) -> Option<(&str, Language)> {
        let mut texts = self.texts().into_iter();
        texts.find(|(text, language)| number_of_text(text, *language) == number)
    }
}

/// The number of a text, as it is dialled after the code for speaking one: six digits that depend on
/// the words and the language alone, so that it stays until the text is changed. It is one of
/// 900 000: that two of a box's hundred texts share one happens on one box in two hundred.
#[must_use]
pub fn number_of_text(text: &str, language: Language) -> u32 {
    let language = match language {
        Language::Zh => 1,
        Language::En => 2,
    };
    // FNV-1a, 32 bits.
    let octets = std::iter::once(language).chain(text.bytes());
    let hash = octets.fold(0x811c_9dc5_u32, |hash, octet| {
        (hash ^ u32::from(octet)).wrapping_mul(0x0100_0193)
    });
    100_000 + hash % 900_000
}

#[cfg(test)]
mod tests {
    use hotline_call::Digit;

    use super::*;
    use crate::configuration::{Choice, Menu, MenuId};
    use crate::route::Announcement;

    #[test]
    fn a_text_is_found_by_its_number_until_it_is_changed() {
        let mut house = Configuration {
            menus: vec![Menu {
                id: MenuId(1),
                name: "main".into(),
                language: Language::En,
                greeting: "Welcome.".into(),
                choices: vec![Choice {
                    digit: Digit::new('1').unwrap(),
                    target: Target::Announcement(Announcement {
                        text: "We have moved.".into(),
                        language: Language::En,
                    }),
                    business_type: None,
                }],
                input_s: 6,
                attempts: 3,
                otherwise: None,
            }],
            ..Configuration::default()
        };
        let number = number_of_text("Welcome.", Language::En);
        assert_eq!(
            house.text_of_number(number),
            Some(("Welcome.", Language::En))
        );
        assert_ne!(number, number_of_text("Welcome.", Language::Zh));
        let moved = number_of_text("We have moved.", Language::En);
        assert!(house.text_of_number(moved).is_some());
        house.menus[0].greeting = "Good day.".into();
        assert_eq!(house.text_of_number(number), None);
    }
}
