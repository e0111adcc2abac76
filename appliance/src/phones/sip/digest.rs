//! Digest authentication (RFC 7616, with MD5 as every phone has it, and qop=auth only).

use std::collections::BTreeMap;

use md5::{Digest as _, Md5};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::phones::accounts::{Ha1, hex};

/// How long a nonce may be used. A phone registers anew with a stale one and is given another.
const NONCE_MS: u64 = 300_000;
/// Hexadecimal digits of a nonce: time, count, seal.
const NONCE_DIGITS: usize = 16 + 8 + 32;

/// What stands in an Authorization header.
#[derive(Debug, PartialEq, Eq)]
pub struct Credentials {
    /// Who it claims to be.
    pub username: String,
    realm: String,
    nonce: String,
    uri: String,
    nc: String,
    cnonce: String,
    response: String,
}

impl Credentials {
    /// Reads a header's value. `None` when it is not Digest, not MD5 with qop=auth, or a
    /// parameter is missing.
    pub fn parse(value: &str) -> Option<Self> {
        let (scheme, rest) = value.trim().split_once([' ', '\t'])?;
        if !scheme.eq_ignore_ascii_case("Digest") {
            return None;
        }
        let parameters = parameters(rest);
        let get = |name: &str| parameters.get(name).cloned();
        let is_md5 = get("algorithm").is_none_or(|name| name.eq_ignore_ascii_case("MD5"));
        let is_auth = get("qop")?.eq_ignore_ascii_case("auth");
        (is_md5 && is_auth).then_some(Self {
            username: get("username")?,
            realm: get("realm")?,
            nonce: get("nonce")?,
            uri: get("uri")?,
            nc: get("nc")?,
            cnonce: get("cnonce")?,
            response: get("response")?,
        })
    }

    fn expected(&self, method: &str, ha1: Ha1) -> String {
        let md5 = |text: String| hex(&Md5::digest(text));
        let ha2 = md5(format!("{method}:{}", self.uri));
        let Self {
            nonce, nc, cnonce, ..
        } = self;
        md5(format!("{}:{nonce}:{nc}:{cnonce}:auth:{ha2}", ha1.to_hex()))
    }
}

/// `name=value, name="value"`; the first of a name counts.
fn parameters(text: &str) -> BTreeMap<String, String> {
    let mut parameters = BTreeMap::new();
    let mut rest = text.trim_start();
    while let Some((name, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => unquote(quoted),
            None => {
                let end = after.find(',').unwrap_or(after.len());
                (after[..end].trim().to_owned(), &after[end..])
            }
        };
        parameters
            .entry(name.trim().to_ascii_lowercase())
            .or_insert(value);
        rest = after.trim_start().trim_start_matches(',').trim_start();
    }
    parameters
}

/// The text up to the closing quote, and what follows it.
fn unquote(quoted: &str) -> (String, &str) {
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (value, &quoted[at + 1..]),
            '\\' => value.extend(chars.next().map(|(_, c)| c)),
            c => value.push(c),
        }
    }
    (value, "")
}

/// What is thought of credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They are this account's.
    Good,
    /// The secret is right, but the nonce is old, not ours, or was used: ask again, with a new one.
    Stale,
    /// They are not.
    Wrong,
}

/// Makes nonces and knows them again. A nonce is sealed, not stored, so that asking for many
/// costs nothing; only those that a phone has used well are remembered, to refuse a replay.
pub struct Nonces {
    realm: String,
    secret: [u8; 32],
    made: u32,
    used: BTreeMap<String, u32>,
}

impl Nonces {
    /// Nonces of this realm, sealed with a secret nobody else has.
    pub const fn new(realm: String, secret: [u8; 32]) -> Self {
        Self {
            realm,
            secret,
            made: 0,
            used: BTreeMap::new(),
        }
    }

    /// The value of a WWW-Authenticate header with a new nonce.
    pub fn challenge(&mut self, now_ms: u64, stale: bool) -> String {
        self.made = self.made.wrapping_add(1);
        let body = format!("{now_ms:016x}{:08x}", self.made);
        let nonce = format!("{body}{}", self.seal(&body));
        let stale = if stale { ", stale=true" } else { "" };
        format!(
            "Digest realm=\"{}\", nonce=\"{nonce}\", algorithm=MD5, qop=\"auth\"{stale}",
            self.realm
        )
    }

    /// Checks credentials against an account's secret. With `None`, for an account that does not
    /// exist, it takes as long and is never good.
    pub fn check(
        &mut self,
        credentials: &Credentials,
        method: &str,
        ha1: Option<Ha1>,
        now_ms: u64,
    ) -> Verdict {
        let secret = ha1.unwrap_or_else(|| Ha1::of("nobody", &self.realm, ""));
        let expected = credentials.expected(method, secret);
        let given = credentials.response.to_ascii_lowercase();
        let equal = bool::from(expected.as_bytes().ct_eq(given.as_bytes()));
        if !equal || ha1.is_none() || credentials.realm != self.realm {
            return Verdict::Wrong;
        }
        self.forget(now_ms);
        if !self.is_fresh(&credentials.nonce, now_ms) {
            return Verdict::Stale;
        }
        let Ok(count) = u32::from_str_radix(&credentials.nc, 16) else {
            return Verdict::Wrong;
        };
        let last = self.used.entry(credentials.nonce.clone()).or_insert(0);
        if count <= *last {
            return Verdict::Stale;
        }
        *last = count;
        Verdict::Good
    }

    fn seal(&self, body: &str) -> String {
        let digest = Sha256::new()
            .chain_update(self.secret)
            .chain_update(body)
            .finalize();
        hex(&digest[..16])
    }

    fn is_fresh(&self, nonce: &str, now_ms: u64) -> bool {
        if nonce.len() != NONCE_DIGITS || !nonce.is_ascii() {
            return false;
        }
        let (body, seal) = nonce.split_at(24);
        let ours = bool::from(self.seal(body).as_bytes().ct_eq(seal.as_bytes()));
        ours && made_ms(nonce).is_some_and(|made| now_ms.saturating_sub(made) < NONCE_MS)
    }

    /// Old nonces are refused by their time; their counts need not be kept.
    fn forget(&mut self, now_ms: u64) {
        self.used.retain(|nonce, _| {
            made_ms(nonce).is_some_and(|made| now_ms.saturating_sub(made) < NONCE_MS)
        });
    }
}

fn made_ms(nonce: &str) -> Option<u64> {
    u64::from_str_radix(nonce.get(..16)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 2617 §3.5.
    const EXAMPLE: &str = r#"Digest username="Mufasa", realm="testrealm@host.com",
        nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", uri="/dir/index.html", qop=auth, nc=00000001,
        cnonce="0a4f113b", response="6629fae49393a05397450978507c4ef1", opaque="5ccc069c\"403""#;

    fn answer(challenge: &str, nc: u32, password: &str) -> Credentials {
        let nonce = parameters(challenge.trim_start_matches("Digest "))["nonce"].clone();
        let value = format!(
            "Digest username=\"100\", realm=\"r\", nonce=\"{nonce}\", uri=\"sip:r\", qop=auth, \
             nc={nc:08x}, cnonce=\"c\", response=\"\""
        );
        let mut credentials = Credentials::parse(&value).expect("credentials");
        credentials.response = credentials.expected("REGISTER", Ha1::of("100", "r", password));
        credentials
    }

    #[test]
    fn the_example_of_the_standard_is_computed() {
        let credentials = Credentials::parse(EXAMPLE).expect("credentials");
        let ha1 = Ha1::of("Mufasa", "testrealm@host.com", "Circle Of Life");
        assert_eq!(credentials.expected("GET", ha1), credentials.response);
    }

    #[test]
    fn a_nonce_serves_until_it_is_old_and_each_count_once() {
        let ha1 = Some(Ha1::of("100", "r", "secret"));
        let mut nonces = Nonces::new("r".into(), [7; 32]);
        let challenge = nonces.challenge(1000, false);
        let mut check = |nc, password, now| {
            nonces.check(&answer(&challenge, nc, password), "REGISTER", ha1, now)
        };
        assert_eq!(check(1, "secret", 2000), Verdict::Good);
        assert_eq!(check(1, "secret", 2001), Verdict::Stale);
        assert_eq!(check(2, "secret", 2002), Verdict::Good);
        assert_eq!(check(3, "Secret", 2003), Verdict::Wrong);
        assert_eq!(check(3, "secret", 1000 + NONCE_MS), Verdict::Stale);
        assert!(nonces.used.is_empty());
    }

    #[test]
    fn a_nonce_that_is_not_ours_and_an_account_that_is_not_there_are_refused() {
        let ha1 = Ha1::of("100", "r", "secret");
        let mut other = Nonces::new("r".into(), [8; 32]);
        let credentials = answer(&other.challenge(1000, false), 1, "secret");
        let mut nonces = Nonces::new("r".into(), [7; 32]);
        assert_eq!(
            nonces.check(&credentials, "REGISTER", Some(ha1), 1000),
            Verdict::Stale
        );
        let credentials = answer(&nonces.challenge(1000, true), 1, "");
        assert_eq!(
            nonces.check(&credentials, "REGISTER", None, 1000),
            Verdict::Wrong
        );
    }

    #[test]
    fn no_header_breaks_the_reader() {
        for value in [
            "",
            "Digest",
            "Basic YQ==",
            "Digest =",
            "Digest a=\"",
            "Digest \"\\",
            "é é",
        ] {
            assert_eq!(Credentials::parse(value), None, "{value}");
        }
        assert_eq!(
            Credentials::parse(&EXAMPLE.replace("qop=auth", "qop=auth-int")),
            None
        );
        assert_eq!(
            Credentials::parse(&EXAMPLE.replace("nc=", "algorithm=SHA-256, nc=")),
            None
        );
    }
}
