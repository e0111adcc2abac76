//! Who may register: one account a phone.

use std::fmt;

use hotline_call::PhoneId;
use md5::{Digest as _, Md5};

/// `MD5(user:realm:password)` (RFC 7616 §3.4.2): all a registrar needs to check a password, so
/// the password itself is never kept. Worth as much as the password within its realm.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Ha1([u8; 16]);

impl Ha1 {
    /// From a password just set. It holds for this user and realm only.
    #[must_use]
    pub fn of(user: &str, realm: &str, password: &str) -> Self {
        Self(Md5::digest(format!("{user}:{realm}:{password}")).into())
    }

    /// As it is kept: 32 hexadecimal digits.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut octets = [0; 16];
        if text.len() != 32 || !text.is_ascii() {
            return None;
        }
        for (octet, digits) in octets.iter_mut().zip(text.as_bytes().chunks(2)) {
            let digits = std::str::from_utf8(digits).ok()?;
            *octet = u8::from_str_radix(digits, 16).ok()?;
        }
        Some(Self(octets))
    }

    /// As it is kept and hashed on: 32 small hexadecimal digits.
    #[must_use]
    pub fn to_hex(self) -> String {
        hex(&self.0)
    }
}

impl fmt::Debug for Ha1 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ha1(..)")
    }
}

/// Small hexadecimal digits.
pub(super) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// What one phone registers with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The phone.
    pub phone: PhoneId,
    /// Its user name, which is its extension: letters, digits, `-`, `_` and `.`.
    pub user: String,
    /// Its secret.
    pub ha1: Ha1,
}

/// All accounts. No user twice, no phone twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounts(Vec<Account>);

impl Accounts {
    /// These accounts.
    #[must_use]
    pub const fn new(accounts: Vec<Account>) -> Self {
        Self(accounts)
    }

    /// The account of this user name.
    #[must_use]
    pub fn by_user(&self, user: &str) -> Option<&Account> {
        self.0.iter().find(|account| account.user == user)
    }

    /// The account of this phone.
    #[must_use]
    pub fn by_phone(&self, phone: PhoneId) -> Option<&Account> {
        self.0.iter().find(|account| account.phone == phone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 2617 §3.5, the hash behind its example.
    #[test]
    fn a_secret_is_the_hash_of_user_realm_and_password() {
        let ha1 = Ha1::of("Mufasa", "testrealm@host.com", "Circle Of Life");
        assert_eq!(ha1.to_hex(), "939e7578ed9e3c518a452acee763bce9");
        assert_eq!(Ha1::from_hex(&ha1.to_hex()), Some(ha1));
        assert_eq!(Ha1::from_hex("939e"), None);
        assert_eq!(Ha1::from_hex(&"é".repeat(16)), None);
        assert_eq!(format!("{ha1:?}"), "Ha1(..)");
    }
}
