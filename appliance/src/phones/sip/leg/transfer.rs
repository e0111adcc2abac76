//! The transfer key of a phone: a REFER within the call (RFC 3515), without a call of its own to
//! replace (RFC 5589 §6).

use hotline_call::{Event, Number};
use rsipstack::sip::event_packages::{ReferToTarget, parse_refer_to};
use rsipstack::sip::{HeadersExt, Request};

use super::{Call, Kind, Leg};

/// The implicit subscription is over with the first NOTIFY: the outcome is known at once, for whoever
/// gives a call away is out of it, and gets it back as a call anew if nobody takes it.
const OVER: &str = "Event: refer\r\nSubscription-State: terminated;reason=noresource\r\n\
                    Content-Type: message/sipfrag;version=2.0\r\n";

impl Leg {
    /// The status of a REFER: 202, the centre is asked; 501, it is to replace another call of the
    /// phone (RFC 3891), which we do not do; 400, it names nobody; 491, the last one is not over.
    pub(super) async fn refer(&mut self, request: &Request) -> u16 {
        let Some(target) = request.refer_to_header() else {
            return 400;
        };
        let ReferToTarget { uri, replaces } = parse_refer_to(target.value());
        if replaces.is_some() {
            return 501;
        }
        let Some(to) = dialled(&uri) else {
            return 400;
        };
        if self.refers {
            return 491;
        }
        self.refers = true;
        let leg = self.id;
        self.door.tell(Event::TransferAsked { leg, to }).await;
        202
    }

    /// The call is being given away, and the leg ended for it.
    pub(super) fn transfer_done(&mut self, call: &mut Call) {
        self.tell_outcome(call, "SIP/2.0 200 OK\r\n");
    }

    /// The call goes on.
    pub(super) fn transfer_refused(&mut self, call: &mut Call) {
        self.tell_outcome(call, "SIP/2.0 403 Forbidden\r\n");
    }

    fn tell_outcome(&mut self, call: &mut Call, outcome: &str) {
        if std::mem::take(&mut self.refers) {
            let notify = call.dialog.next_with("NOTIFY", OVER, outcome);
            self.request(Kind::Notify, notify, call);
        }
    }
}

/// What was dialled: the user of a SIP address, or a `tel:` number.
fn dialled(uri: &str) -> Option<Number> {
    let uri = uri.split(';').next()?.trim();
    let (scheme, rest) = uri.split_once(':')?;
    let user = match scheme.to_ascii_lowercase().as_str() {
        "sip" | "sips" => rest.split_once('@')?.0,
        "tel" => rest,
        _ => return None,
    };
    let user = user
        .replace("%23", "#")
        .replace("%2A", "*")
        .replace("%2a", "*");
    Number::parse(&user).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_dialled_is_read_from_any_form_of_address() {
        for (address, number) in [
            ("<sip:102@192.0.2.1>", Some("102")),
            ("\"Ben\" <sip:102@192.0.2.1;user=phone>", Some("102")),
            ("sip:*1@box:5060;transport=tcp", Some("*1")),
            ("<sip:%2A1@box?Subject=x>", Some("*1")),
            ("<tel:13800138000>", Some("13800138000")),
            ("<sip:192.0.2.1>", None),
            ("<http://192.0.2.1/102@x>", None),
            ("", None),
            ("<", None),
        ] {
            let read = dialled(&parse_refer_to(address).uri);
            assert_eq!(read.as_ref().map(Number::as_str), number, "{address}");
        }
    }
}
