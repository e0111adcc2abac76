//! The names under which sounds stand in addresses and in the directory.

use hotline_call::Digit;
use hotline_services::{Language, Say};
use sha2::{Digest as _, Sha256};

/// The name of what can be replaced by a sound of one's own: letters, digits, `_` and `-`. A text that
/// is edited has another one. `None`: nothing can be put in its place; a mailbox has its own room
/// (`media/greetings.rs`).
#[must_use]
pub fn key(say: &Say) -> Option<String> {
    let (what, language) = match say {
        Say::Prompt(prompt, language) => (word(prompt)?, language),
        Say::Text(text, language) => (format!("text-{}", hash(text, *language)), language),
        Say::Ahead(callers, language) => (format!("ahead-{callers}"), language),
        Say::MoreAhead(callers, language) => (format!("more-{callers}"), language),
        Say::EstimatedWait(minutes, language) => (format!("wait-{minutes}"), language),
        Say::OfferCallback(key, language) => (format!("callback-{}", label(*key)), language),
        Say::Digit(digit, language) => (format!("digit-{}", label(*digit)), language),
        Say::Messages(count, language) => (format!("messages-{count}"), language),
        Say::Music => return Some("music".to_owned()),
        Say::Greeting(..)
        | Say::BusyTone
        | Say::RingingTone
        | Say::Beep
        | Say::Recording(_)
        | Say::Silence(_) => return None,
    };
    Some(format!("{what}-{}", word(language)?))
}

/// What the words are in this language: 24 hexadecimal digits.
pub(super) fn hash(text: &str, language: Language) -> String {
    let mut hash = Sha256::new();
    hash.update(format!("{language:?} {text}"));
    let octets = hash.finalize();
    let octets = octets.iter().take(12);
    octets.map(|octet| format!("{octet:02x}")).collect()
}

fn word<T: serde::Serialize>(value: &T) -> Option<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Some(word),
        _ => None,
    }
}

fn label(digit: Digit) -> String {
    match digit.label() {
        '*' => "star".to_owned(),
        '#' => "hash".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::media::prompts::Prompts;

    #[test]
    fn no_two_sounds_have_one_name_and_a_name_is_safe_in_a_path() {
        let mut sayings = Prompts::built_in();
        let greeting = "../Willkommen & so";
        sayings.push(Say::Text(greeting.into(), Language::En));
        sayings.push(Say::Text(greeting.into(), Language::Zh));
        let hash = Digit::new('#').unwrap();
        sayings.push(Say::OfferCallback(hash, Language::En));
        let keys: BTreeSet<String> = sayings.iter().filter_map(key).collect();
        assert_eq!(keys.len(), sayings.len());
        let is_safe = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        assert!(keys.iter().all(|key| key.chars().all(is_safe)), "{keys:?}");
    }
}
