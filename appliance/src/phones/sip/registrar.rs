//! The location table: where each phone is (RFC 3261 §10.3).

use hotline_call::{Moment, PhoneId};
use rsipstack::sip::{Header, HeadersExt, Request};

use super::digest::{Credentials, Nonces, Verdict};
use super::flow::Flow;
use super::seldom::Seldom;
use crate::phones::{Account, Accounts, Registration};

/// Contacts kept of one phone; the oldest makes room. Phones that restart on another port leave
/// their old contact behind.
const CONTACTS_A_PHONE: usize = 4;

/// One contact of a phone.
#[derive(Clone)]
pub struct Binding {
    /// What is told of it.
    pub registration: Registration,
    /// The way to it.
    pub flow: Flow,
}

/// What is answered to a REGISTER.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Headers beside the usual ones.
    pub headers: Vec<Header>,
}

/// A phone that has come or gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Its first contact came.
    Came(PhoneId),
    /// Its last contact went.
    Went(PhoneId),
}

/// The bounds of a registration, in seconds.
#[derive(Clone, Copy)]
pub struct Expiry {
    /// Shorter is refused with 423.
    pub min_s: u32,
    /// Longer is cut.
    pub max_s: u32,
}

/// All registrations, the newest first.
pub struct Registrar {
    bindings: Vec<Binding>,
    nonces: Nonces,
    expiry: Expiry,
    wrong: Seldom,
}

impl Registrar {
    /// An empty table.
    pub const fn new(nonces: Nonces, expiry: Expiry) -> Self {
        Self {
            bindings: Vec::new(),
            nonces,
            expiry,
            wrong: Seldom::new(),
        }
    }

    /// All contacts, the newest first.
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    /// The newest contact of a phone.
    pub fn newest(&self, phone: PhoneId) -> Option<&Binding> {
        self.bindings
            .iter()
            .find(|binding| binding.registration.phone == phone)
    }

    /// Takes a REGISTER that came by `flow`.
    pub fn register(
        &mut self,
        request: &Request,
        flow: &Flow,
        accounts: &Accounts,
        now: Moment,
    ) -> (Answer, Vec<Change>) {
        let itself = request.to_header().and_then(|to| to.uri()).ok();
        let itself = itself.as_ref().and_then(|uri| uri.user());
        match self.authenticate(request, itself, flow, accounts, now) {
            Ok(account) => {
                let phone = account.phone;
                let before = self.newest(phone).is_some();
                let answer = self.bind(request, flow, phone, now);
                let change = change(phone, before, self.newest(phone).is_some());
                (answer, change.into_iter().collect())
            }
            Err(answer) => (answer, Vec::new()),
        }
    }

    /// Who makes a call: the account whose secret the INVITE proves, and in whose name it comes.
    ///
    /// # Errors
    /// The answer to one that proves nothing.
    pub fn caller<'a>(
        &mut self,
        request: &Request,
        flow: &Flow,
        accounts: &'a Accounts,
        now: Moment,
    ) -> Result<&'a Account, Answer> {
        let itself = request.from_header().and_then(|from| from.uri()).ok();
        let itself = itself.as_ref().and_then(|uri| uri.user());
        self.authenticate(request, itself, flow, accounts, now)
    }

    /// A phone speaks for `itself` and nobody else.
    fn authenticate<'a>(
        &mut self,
        request: &Request,
        itself: Option<&str>,
        flow: &Flow,
        accounts: &'a Accounts,
        now: Moment,
    ) -> Result<&'a Account, Answer> {
        let credentials = request
            .authorization_header()
            .and_then(|h| Credentials::parse(h.value()));
        let Some(credentials) = credentials else {
            return Err(self.challenge(now, false));
        };
        let account = accounts.by_user(&credentials.username);
        let ha1 = account.map(|account| account.ha1);
        let method = request.method.to_string();
        let verdict = self.nonces.check(&credentials, &method, ha1, now.mono_ms);
        let is_itself = itself == Some(&credentials.username);
        match (verdict, account) {
            (Verdict::Good, Some(account)) if is_itself => Ok(account),
            (Verdict::Stale, _) => Err(self.challenge(now, true)),
            _ => {
                self.tell_wrong(&method, &credentials.username, flow, now);
                Err(Answer {
                    status: 403,
                    headers: vec![],
                })
            }
        }
    }

    fn challenge(&mut self, now: Moment, stale: bool) -> Answer {
        let challenge = self.nonces.challenge(now.mono_ms, stale);
        Answer {
            status: 401,
            headers: vec![Header::WwwAuthenticate(challenge.into())],
        }
    }

    fn tell_wrong(&mut self, method: &str, user: &str, flow: &Flow, now: Moment) {
        if let Some(refused) = self.wrong.happened(now.mono_ms) {
            let user: String = user.chars().take(40).collect();
            tracing::warn!(
                method, user, source = %flow.remote, refused,
                "SIP request refused: no such account, or a wrong password"
            );
        }
    }

    /// RFC 3261 §10.3, steps 6 to 8: all contacts of the request, or none.
    fn bind(&mut self, request: &Request, flow: &Flow, phone: PhoneId, now: Moment) -> Answer {
        let refused = |status| Answer {
            status,
            headers: vec![],
        };
        let default = match request.expires_header() {
            Some(expires) => expires.value().trim().parse().unwrap_or(self.expiry.max_s),
            None => self.expiry.max_s,
        };
        let is_all = request
            .contact_headers()
            .iter()
            .any(|contact| contact.value().trim() == "*");
        if is_all {
            if default != 0 || request.contact_headers().len() > 1 {
                return refused(400);
            }
            self.bindings
                .retain(|binding| binding.registration.phone != phone);
            return self.granted(phone, now);
        }
        let Ok(contacts) = request.typed_contact_headers() else {
            return refused(400);
        };
        if contacts.len() > CONTACTS_A_PHONE {
            return refused(400);
        }
        let wanted: Vec<_> = contacts
            .iter()
            .map(|contact| {
                (
                    contact.uri.to_string(),
                    contact.expires().unwrap_or(default),
                )
            })
            .collect();
        if wanted
            .iter()
            .any(|(_, seconds)| (1..self.expiry.min_s).contains(seconds))
        {
            let min = Header::MinExpires(self.expiry.min_s.to_string().into());
            return Answer {
                status: 423,
                headers: vec![min],
            };
        }
        for (contact, seconds) in wanted {
            self.bindings.retain(|binding| {
                binding.registration.phone != phone || binding.registration.contact != contact
            });
            if seconds > 0 {
                let seconds = seconds.min(self.expiry.max_s);
                self.insert(
                    request,
                    flow,
                    phone,
                    contact,
                    now.plus_ms(u64::from(seconds) * 1000),
                );
            }
        }
        self.granted(phone, now)
    }

    fn insert(
        &mut self,
        request: &Request,
        flow: &Flow,
        phone: PhoneId,
        contact: String,
        expires_at: Moment,
    ) {
        let user_agent = request
            .user_agent_header()
            .map(|agent| agent.value().to_owned());
        let registration = Registration {
            phone,
            contact,
            address: flow.remote,
            user_agent,
            expires_at,
            transport: flow.transport(),
        };
        self.bindings.insert(
            0,
            Binding {
                registration,
                flow: flow.clone(),
            },
        );
        let mut kept = 0;
        self.bindings.retain(|binding| {
            kept += usize::from(binding.registration.phone == phone);
            binding.registration.phone != phone || kept <= CONTACTS_A_PHONE
        });
    }

    /// 200 with every contact of the phone and what is left of its time.
    fn granted(&self, phone: PhoneId, now: Moment) -> Answer {
        let of_phone = self
            .bindings
            .iter()
            .map(|b| &b.registration)
            .filter(|r| r.phone == phone);
        let headers = of_phone.map(|registration| {
            let left_s = registration.expires_at.since_ms(now) / 1000;
            Header::Contact(format!("<{}>;expires={left_s}", registration.contact).into())
        });
        Answer {
            status: 200,
            headers: headers.collect(),
        }
    }

    /// Takes out what has lapsed, and the contacts of accounts that are no more.
    pub fn expire(&mut self, accounts: &Accounts, now: Moment) -> Vec<Change> {
        self.remove(|binding| {
            now.has_reached(binding.registration.expires_at)
                || accounts.by_phone(binding.registration.phone).is_none()
        })
    }

    /// Takes out the contacts of a stream that was closed.
    pub fn flow_lost(&mut self, flow: &Flow) -> Vec<Change> {
        self.remove(|binding| binding.flow.is_same(flow))
    }

    fn remove(&mut self, gone: impl Fn(&Binding) -> bool) -> Vec<Change> {
        let mut phones: Vec<_> = self
            .bindings
            .extract_if(.., |binding| gone(binding))
            .map(|binding| binding.registration.phone)
            .collect();
        phones.dedup();
        phones.retain(|phone| self.newest(*phone).is_none());
        phones.sort_unstable();
        phones.dedup();
        phones.into_iter().map(Change::Went).collect()
    }
}

fn change(phone: PhoneId, before: bool, after: bool) -> Option<Change> {
    match (before, after) {
        (false, true) => Some(Change::Came(phone)),
        (true, false) => Some(Change::Went(phone)),
        _ => None,
    }
}
