use std::fmt;
use std::path::{Path, PathBuf};

use super::DEFAULT;
use super::check::Fault;

/// The one thing that is wrong with the file: where, what was found, what is allowed, what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The file.
    pub file: PathBuf,
    /// The key, as `section.key`, when it is about one.
    pub key: Option<String>,
    /// The line, counted from 1, when the file has one for it.
    pub line: Option<u32>,
    /// What was found.
    pub found: String,
    /// What is allowed.
    pub allowed: String,
    /// What to do.
    pub advice: &'static str,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, " line {line}")?;
        }
        if let Some(key) = &self.key {
            write!(f, ", {key}")?;
        }
        write!(
            f,
            ": found {}; allowed: {}; {}",
            self.found, self.allowed, self.advice
        )
    }
}

impl std::error::Error for ConfigError {}

impl ConfigError {
    pub(super) fn unreadable(file: &Path, why: &str) -> Self {
        Self {
            file: file.to_owned(),
            key: None,
            line: None,
            found: format!("no readable text ({why})"),
            allowed: "a TOML file".to_owned(),
            advice: "name the right file, or write one with `hotline config > FILE`",
        }
    }

    /// What the TOML reader does not take: syntax, unknown keys, wrong types.
    pub(super) fn from_toml(file: &Path, text: &str, error: &toml::de::Error) -> Self {
        let span = error.span().unwrap_or(0..0);
        let place = Place::of(text, span.start);
        let found = text
            .get(span)
            .unwrap_or_default()
            .lines()
            .next()
            .unwrap_or_default();
        // serde's words for an unknown key; everything else is about a key that exists.
        let unknown = error.message().starts_with("unknown field");
        let documented = place.key.as_deref().and_then(allowed);
        let (found, allowed, advice) = match documented {
            _ if unknown => (
                format!("{found:?}, which is no key"),
                keys_beside(place.section.as_deref()),
                "take it out or correct its spelling",
            ),
            Some(allowed) => (or_nothing(found), allowed, "change the value"),
            None => (
                format!("{} ({})", or_nothing(found), first_line(error.message())),
                "TOML: [section] lines and `key = value` lines".to_owned(),
                "compare with what `hotline config` prints",
            ),
        };
        let (key, line) = (place.key.or(place.section), u32::try_from(place.line).ok());
        Self {
            file: file.to_owned(),
            key,
            line,
            found,
            allowed,
            advice,
        }
    }

    /// A value of the right type that is not allowed.
    pub(super) fn from_fault(file: &Path, text: &str, fault: Fault) -> Self {
        let documented = allowed(fault.key).unwrap_or_default();
        let allowed = match fault.because {
            Some(why) => format!("{documented} ({why})"),
            None => documented,
        };
        let line = line_of(text, fault.key).and_then(|line| u32::try_from(line).ok());
        let advice = match line {
            Some(_) => "change the value",
            None => "the default does not fit this machine: set the key",
        };
        let key = Some(fault.key.to_owned());
        Self {
            file: file.to_owned(),
            key,
            line,
            found: fault.found,
            allowed,
            advice,
        }
    }
}

fn or_nothing(found: &str) -> String {
    if found.is_empty() {
        "nothing".to_owned()
    } else {
        found.to_owned()
    }
}

fn first_line(message: &str) -> &str {
    message.lines().next().unwrap_or_default()
}

/// Where in a TOML text something is.
struct Place {
    section: Option<String>,
    /// With its section.
    key: Option<String>,
    line: usize,
}

impl Place {
    fn of(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let mut section = None;
        let mut key = None;
        for (section_here, key_here, _) in keys(text).take_while(|(_, _, at)| *at <= line) {
            section = section_here;
            key = key_here;
        }
        Self { section, key, line }
    }
}

/// Every section line and key line of a TOML text with what it names, in order.
fn keys(text: &str) -> impl Iterator<Item = (Option<String>, Option<String>, usize)> {
    let mut section: Option<String> = None;
    text.lines().enumerate().filter_map(move |(index, line)| {
        let line = line.trim();
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            section = Some(name.trim_matches(['[', ']', ' ']).to_owned());
            return Some((section.clone(), None, index + 1));
        }
        let (key, _) = line.split_once('=').filter(|_| !line.starts_with('#'))?;
        let key = match &section {
            Some(section) => format!("{section}.{}", key.trim()),
            None => key.trim().to_owned(),
        };
        Some((section.clone(), Some(key), index + 1))
    })
}

fn line_of(text: &str, key: &str) -> Option<usize> {
    keys(text)
        .find(|(_, here, _)| here.as_deref() == Some(key))
        .map(|(_, _, line)| line)
}

/// The "Allowed:" text of a key in the documented file.
pub(super) fn allowed(key: &str) -> Option<String> {
    let line = line_of(DEFAULT, key)?;
    let above = DEFAULT.lines().nth(line.checked_sub(2)?)?;
    let (unit, allowed) = above.trim_start_matches("# ").split_once("Allowed: ")?;
    let unit = unit.trim().trim_end_matches('.');
    let allowed = allowed.trim_end_matches('.');
    Some(if unit.is_empty() {
        allowed.to_owned()
    } else {
        format!("{allowed} [{unit}]")
    })
}

/// The names of all keys of a section, or of all sections.
fn keys_beside(section: Option<&str>) -> String {
    let mut names: Vec<String> = Vec::new();
    for (section_here, key, _) in keys(DEFAULT) {
        let name = match (section, &section_here, key) {
            (Some(wanted), Some(here), Some(key)) if wanted == here => key,
            (None, Some(here), None) => format!("[{here}]"),
            _ => continue,
        };
        names.push(name.rsplit('.').next().unwrap_or(&name).to_owned());
    }
    if names.is_empty() {
        keys_beside(None)
    } else {
        names.join(", ")
    }
}
