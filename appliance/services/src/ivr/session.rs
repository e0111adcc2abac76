use hotline_call::{CallId, Digit, LegId};

use crate::acd::farewell;
use crate::decision::Decision;
use crate::stage::{Call, Stage, Wait};
use crate::state::State;
use crate::{EndOutcome, Menu, MenuId, Prompt, Say, What};

/// So many menus in a row are entered by who presses no key: queues and menus that send callers to
/// each other would else keep a line for ever.
const MOST_UNHEEDED: u32 = 10;

impl State {
    /// Lets a caller hear a menu, from its first word.
    pub(crate) fn enter_menu(
        d: &mut Decision,
        id: CallId,
        call: &Call,
        menu: &Menu,
        attempt: u32,
        first: Option<Prompt>,
    ) {
        if attempt == 1 && call.unheeded >= MOST_UNHEEDED {
            return farewell(d, id, call, EndOutcome::NoChoice);
        }
        d.fact(What::MenuEntered {
            call: id,
            menu: menu.id,
            attempt,
        });
        let mut say: Vec<Say> = first
            .map(|prompt| Say::Prompt(prompt, menu.language))
            .into_iter()
            .collect();
        say.push(Say::Text(menu.greeting.clone(), menu.language));
        d.play(call.leg, say, false);
    }

    /// Folds how many menus a caller has entered without pressing a key.
    pub(crate) fn apply_to_menus(&mut self, what: &What) {
        match *what {
            What::MenuEntered {
                call, attempt: 1, ..
            } => {
                if let Some(call) = self.calls.get_mut(&call) {
                    call.unheeded += 1;
                }
            }
            What::DigitPressed { call, .. } => {
                if let Some(call) = self.calls.get_mut(&call) {
                    call.unheeded = 0;
                }
            }
            _ => {}
        }
    }

    /// A key was pressed; counts during the greeting already, which it cuts short.
    pub(crate) fn decide_digit(
        &self,
        d: &mut Decision,
        leg: LegId,
        digit: Digit,
        duration_ms: u32,
    ) {
        let Some((id, call)) = self.call_of(leg) else {
            return;
        };
        if let Stage::Mailbox(_) = call.stage {
            if leg == call.leg && digit.label() == '#' {
                self.message_done(d, id, call);
            }
            return;
        }
        if let Stage::AtPhone(_) = call.stage {
            return self.at_phone_key(d, id, call, digit);
        }
        if call.reach().is_some() {
            return self.decide_accepts(d, id, call, leg, digit);
        }
        if leg != call.leg || self.caller_at(leg).is_some() {
            return self.decide_key(d, id, call, leg, digit);
        }
        if let Stage::Waiting(wait) = &call.stage {
            return self.decide_key_in_queue(d, (id, call, wait), digit, duration_ms);
        }
        let (Stage::Greeting { menu, attempt, .. } | Stage::Input { menu, attempt, .. }) =
            call.stage
        else {
            return;
        };
        let Some(menu) = self.configuration.menu(menu).filter(|_| leg == call.leg) else {
            return;
        };
        d.fact(What::DigitPressed {
            call: id,
            digit,
            duration_ms,
        });
        if let Some(choice) = menu.choices.iter().find(|choice| choice.digit == digit) {
            if let Some(business_type) = choice.business_type {
                d.fact(What::CallTagged {
                    call: id,
                    business_type,
                });
            }
            self.send_to(d, id, call, &choice.target);
        } else {
            d.fact(What::MenuInvalid { call: id, digit });
            self.ask_again(d, id, call, menu, attempt, Prompt::InvalidChoice);
        }
    }

    /// Who waits pressed a key: the one to be called back, which counts while no phone rings for the
    /// caller, or one that leads out of the queue.
    fn decide_key_in_queue(
        &self,
        d: &mut Decision,
        (id, call, wait): (CallId, &Call, &Wait),
        digit: Digit,
        duration_ms: u32,
    ) {
        let offer = self.callback_offer(wait).filter(|(_, o)| o.key == digit);
        let Some(offer) = offer else {
            return self.decide_exit(d, id, (call, wait), (digit, duration_ms));
        };
        if wait.offers.is_empty() {
            d.fact(What::DigitPressed {
                call: id,
                digit,
                duration_ms,
            });
            self.asks_for_callback(d, (id, call, wait), offer);
        }
    }

    /// No key came in time.
    pub(crate) fn decide_no_input(
        &self,
        d: &mut Decision,
        id: CallId,
        call: &Call,
        menu: MenuId,
        attempt: u32,
    ) {
        d.fact(What::MenuNoInput { call: id });
        if let Some(menu) = self.configuration.menu(menu) {
            self.ask_again(d, id, call, menu, attempt, Prompt::NoInput);
        }
    }

    fn ask_again(
        &self,
        d: &mut Decision,
        id: CallId,
        call: &Call,
        menu: &Menu,
        attempt: u32,
        why: Prompt,
    ) {
        if attempt < menu.attempts {
            Self::enter_menu(d, id, call, menu, attempt + 1, Some(why));
        } else if let Some(target) = &menu.otherwise {
            self.send_to(d, id, call, target);
        } else {
            farewell(d, id, call, EndOutcome::NoChoice);
        }
    }
}
