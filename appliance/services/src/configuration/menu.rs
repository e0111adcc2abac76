//! Whether menus can be used as they are, and how older configurations had them.

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer};

use super::check::{Checked, allowed, between, name, no_two, place, text};
use super::{Configuration, Menu, MenuId, QueueId};
use crate::route::Target;

/// About two minutes of speech.
const MAX_GREETING: usize = 1000;

/// A target, or the id of a queue, which is all that a key led to before it led anywhere.
#[derive(Deserialize)]
#[serde(untagged)]
enum Stored {
    Queue(QueueId),
    Target(Target),
}

impl From<Stored> for Target {
    fn from(stored: Stored) -> Self {
        match stored {
            Stored::Queue(queue) => Self::Queue(queue),
            Stored::Target(target) => target,
        }
    }
}

/// Reads where a key leads.
pub(super) fn or_queue<'de, D: Deserializer<'de>>(from: D) -> Result<Target, D::Error> {
    Stored::deserialize(from).map(Target::from)
}

/// Reads where no key leads.
pub(super) fn or_queue_or_none<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<Target>, D::Error> {
    Ok(Option::<Stored>::deserialize(from)?.map(Target::from))
}

impl Configuration {
    /// The first menu that leads, by a key or by none, to such a target; a menu that leads to
    /// itself, to be heard again, does not count for itself.
    pub fn menu_leading_to(&self, is_such: impl Fn(&Target) -> bool) -> Option<&Menu> {
        let mut others = self.menus.iter().filter(|m| !is_such(&Target::Menu(m.id)));
        others.find(|menu| {
            let mut keys = menu.choices.iter();
            keys.any(|choice| is_such(&choice.target))
                || menu.otherwise.as_ref().is_some_and(&is_such)
        })
    }

    pub(super) fn check_menu(&self, menu: &Menu) -> Checked {
        let here = place("menus", &menu.name, menu.id.0);
        name(&here, &menu.name)?;
        text(&format!("{here}.greeting"), &menu.greeting, MAX_GREETING)?;
        between(&here, "input_s", menu.input_s, 1..=30)?;
        between(&here, "attempts", menu.attempts, 1..=5)?;
        no_two(&here, "choices", menu.choices.iter().map(|c| c.digit))?;
        for choice in &menu.choices {
            let field = format!("{here}.choices[{}].target", choice.digit);
            self.check_target(&field, &choice.target)?;
            let field = format!("{here}.choices[{}].business_type", choice.digit);
            self.check_business_type(&field, choice.business_type)?;
        }
        let Some(target) = &menu.otherwise else {
            return Ok(());
        };
        let field = format!("{here}.otherwise");
        self.check_target(&field, target)?;
        let what = "a target from which a caller who presses nothing does not come back here";
        allowed(
            !self.comes_back(menu),
            field,
            "a menu that leads back",
            what,
        )
    }

    /// Whether a caller who presses nothing is led from menu to menu and comes back to this one.
    fn comes_back(&self, menu: &Menu) -> bool {
        let next = |menu: &Menu| match menu.otherwise {
            Some(Target::Menu(next)) => self.menu(next),
            _ => None,
        };
        let mut seen: BTreeSet<MenuId> = BTreeSet::new();
        let mut at = next(menu);
        while let Some(here) = at.filter(|here| seen.insert(here.id)) {
            if here.id == menu.id {
                return true;
            }
            at = next(here);
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use hotline_call::Digit;

    use super::super::{Choice, Queue};
    use super::*;
    use crate::Language;
    use crate::route::{Announcement, Mailbox};

    fn menu(id: u32, otherwise: Option<Target>) -> Menu {
        Menu {
            id: MenuId(id),
            name: format!("menu {id}"),
            language: Language::En,
            greeting: "press 1".into(),
            choices: Vec::new(),
            input_s: 6,
            attempts: 3,
            otherwise,
        }
    }

    fn leads(target: Target) -> Choice {
        Choice {
            digit: Digit::new('1').unwrap(),
            target,
            business_type: None,
        }
    }

    fn house(menus: Vec<Menu>) -> Configuration {
        Configuration {
            queues: vec![Queue::new(QueueId(1), "sales")],
            menus,
            ..Configuration::default()
        }
    }

    #[test]
    fn a_key_leads_to_what_there_is() {
        let told = |target| {
            let mut first = menu(1, None);
            first.choices = vec![leads(target)];
            house(vec![first])
                .check()
                .map_err(|error| error.to_string())
        };
        assert_eq!(told(Target::Voicemail(Mailbox::Queue(QueueId(1)))), Ok(()));
        assert_eq!(told(Target::Menu(MenuId(1))), Ok(()));
        let wrong = told(Target::Agent(crate::AgentId(4))).unwrap_err();
        let here = "menus[menu 1].choices[1].target";
        assert_eq!(
            wrong,
            format!("{here}: found 4; allowed: the id of an agent")
        );
        let wrong = told(Target::Menu(MenuId(9))).unwrap_err();
        assert_eq!(wrong, format!("{here}: found 9; allowed: the id of a menu"));
        let silence = Announcement {
            text: String::new(),
            language: Language::En,
        };
        let wrong = told(Target::Announcement(silence)).unwrap_err();
        assert!(wrong.contains("found 0 characters"), "{wrong}");
    }

    #[test]
    fn who_presses_nothing_is_not_led_in_a_circle_of_menus() {
        let to = |id| Some(Target::Menu(MenuId(id)));
        assert_eq!(house(vec![menu(1, to(2)), menu(2, None)]).check(), Ok(()));
        for circle in [
            vec![menu(1, to(1))],
            vec![menu(1, to(2)), menu(2, to(3)), menu(3, to(1))],
        ] {
            let told = house(circle).check().unwrap_err();
            assert_eq!(told.field, "menus[menu 1].otherwise");
        }
    }

    #[test]
    fn a_menu_from_when_keys_led_to_queues_is_read() {
        let old = r#"{"id":1,"name":"menu 1","language":"en","greeting":"press 1","choices":
            [{"digit":"1","queue":1}],"input_s":6,"attempts":3,"otherwise":2}"#;
        let read: Menu = serde_json::from_str(old).unwrap();
        let mut now = menu(1, Some(Target::Queue(QueueId(2))));
        now.choices = vec![leads(Target::Queue(QueueId(1)))];
        assert_eq!(read, now);
        let again = serde_json::to_string(&read).unwrap();
        assert_eq!(serde_json::from_str::<Menu>(&again).unwrap(), now);
        let older = old.replace(r#","otherwise":2"#, "");
        assert_eq!(
            serde_json::from_str::<Menu>(&older).unwrap().otherwise,
            None
        );
    }

    #[test]
    fn what_a_menu_leads_to_is_known_and_a_menu_does_not_hold_itself() {
        let mut first = menu(1, Some(Target::Queue(QueueId(1))));
        first.choices = vec![leads(Target::Menu(MenuId(1)))];
        let house = house(vec![first]);
        let found = |target: Target| house.menu_leading_to(|led| *led == target).map(|m| m.id);
        assert_eq!(found(Target::Queue(QueueId(1))), Some(MenuId(1)));
        assert_eq!(found(Target::Menu(MenuId(1))), None);
    }
}
