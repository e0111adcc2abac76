use std::fmt;

use super::Roles;

/// An account, as far as it matters who administers the box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Identity.
    pub id: u32,
    /// The key of its role.
    pub role: String,
    /// May not sign in.
    pub is_disabled: bool,
}

/// What is to be done to an account, or to a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountChange<'a> {
    /// It is removed.
    Remove(u32),
    /// It is disabled.
    Disable(u32),
    /// It is given another role.
    GiveRole(u32, &'a str),
    /// The roles made here become these.
    SetRoles(&'a Roles),
}

/// Nobody would be left who can administer the box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastAdministrator;

impl fmt::Display for LastAdministrator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this is the last account that can administer the box; make another one first")
    }
}

impl std::error::Error for LastAdministrator {}

impl Roles {
    /// Whether somebody who can administer the box is left after a change.
    ///
    /// # Errors
    /// [`LastAdministrator`] when nobody would be left, but somebody is now. A box that has nobody
    /// already is not made worse, and a change that helps must be possible.
    pub fn allow_change(
        &self,
        accounts: &[Account],
        change: AccountChange<'_>,
    ) -> Result<(), LastAdministrator> {
        let administers = |roles: &Self, account: &Account, role: &str| {
            !account.is_disabled && roles.role(role).is_some_and(|role| role.administers())
        };
        let is_now = |account: &Account| administers(self, account, &account.role);
        let is_then = |account: &Account| match change {
            AccountChange::Remove(id) | AccountChange::Disable(id) if account.id == id => false,
            AccountChange::GiveRole(id, role) if account.id == id => {
                administers(self, account, role)
            }
            AccountChange::SetRoles(roles) => administers(roles, account, &account.role),
            _ => is_now(account),
        };
        if accounts.iter().any(is_now) && !accounts.iter().any(is_then) {
            return Err(LastAdministrator);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Grant, Permission, Reach, Role};
    use super::*;

    fn account(id: u32, role: &str, is_disabled: bool) -> Account {
        Account {
            id,
            role: role.into(),
            is_disabled,
        }
    }

    #[test]
    fn the_last_administrator_stays() {
        let roles = Roles::default();
        let all = [
            account(1, "administrator", false),
            account(2, "administrator", true),
            account(3, "supervisor", false),
        ];
        let try_it = |change| roles.allow_change(&all, change);
        for change in [
            AccountChange::Remove(1),
            AccountChange::Disable(1),
            AccountChange::GiveRole(1, "supervisor"),
            AccountChange::GiveRole(1, "nothing"),
        ] {
            assert_eq!(try_it(change), Err(LastAdministrator), "{change:?}");
        }
        for change in [
            AccountChange::Remove(2),
            AccountChange::Disable(3),
            AccountChange::GiveRole(3, "administrator"),
            AccountChange::GiveRole(1, "administrator"),
        ] {
            assert_eq!(try_it(change), Ok(()), "{change:?}");
        }
        let two = [
            account(1, "administrator", false),
            account(4, "administrator", false),
        ];
        assert_eq!(roles.allow_change(&two, AccountChange::Remove(1)), Ok(()));
    }

    #[test]
    fn a_role_by_which_the_last_account_administers_cannot_be_taken_away() {
        let owner = Role {
            key: "owner".into(),
            name: "Owner".into(),
            grants: vec![Grant {
                permission: Permission::AccountsWrite,
                reach: Reach::Everybody,
            }],
        };
        let (roles, none) = (Roles::with(vec![owner]), Roles::default());
        let one = [account(1, "owner", false)];
        let change = AccountChange::SetRoles(&none);
        assert_eq!(roles.allow_change(&one, change), Err(LastAdministrator));
        assert_eq!(roles.allow_change(&[], change), Ok(()));
    }
}
