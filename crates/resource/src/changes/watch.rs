//! Telling the log of what a transaction writes somewhere or other: what is watched is read before and after.

use hydra::{AnyFound, Class};
use store::changes::{Changes, LoggedChange};
use store::grant::GrantKind;
use store::{Transaction, UserNumber, accounts, user_role_assignment};
use uuid::Uuid;
use vocab::value::{CustomerId, EntitlementName, KeyId, PortalUserId, RoleName, UserRole};
use vocab::{
    Customer, CustomerAdministration, CustomerKey, EntitlementGrant, EntitlementGrantKey, GroupGrant, GroupGrantKey,
    Key, KeyKey, PortalUser, PortalUserKey, RoleGrant, RoleGrantKey, SwitchableCustomer, SwitchableCustomerKey,
    SystemKey, SystemKeyKey, SystemUser, SystemUserKey, UserKey, UserKeyKey, UserRoleAssignment, UserRoleKey,
};

use super::{Changing, gone, state};
use crate::number::{Named as _, Numbered as _};
use crate::served::Work;
use crate::{Cx, Error, Resource, Result};

/// Reads a resource, where it is there.
type Look = Box<dyn for<'x> Fn(&'x Cx<'x>) -> Work<'x, Option<Box<dyn AnyFound>>>>;

/// A resource that a transaction may change, and what it was before.
struct Watched {
    look: Look,
    before: Option<Box<dyn AnyFound>>,
    gone: LoggedChange,
    told: Told,
    /// What changes of it that nobody is told.
    untold: &'static [&'static str],
}

/// Where a resource is told of that was there before and is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    /// Always.
    Always,
    /// Where it is another thing than it was: it shows what is written elsewhere. Where nothing else is told either, the first of these.
    IfOther,
    /// Where it is another thing than it was, and else not: whoever asks for what is so already changes nothing.
    IfOtherAlone,
}

/// Looks at resources before a transaction writes and once more before it ends, and tells the log the difference.
pub(crate) struct Watch<'a> {
    cx: Cx<'a>,
    transaction: &'a Transaction,
    changing: Changing,
    watched: Vec<Watched>,
}

impl std::fmt::Debug for Watch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch").field("changing", &self.changing).finish_non_exhaustive()
    }
}

impl<'a> Watch<'a> {
    /// Begins to watch; the circumstances are those in which the log reads.
    pub(super) fn new(cx: Cx<'a>, transaction: &'a Transaction, changing: Changing) -> Self {
        Self { cx, transaction, changing, watched: Vec::new() }
    }

    /// A resource that is about to be written.
    pub(crate) async fn on<C: Resource>(&mut self, key: &C::Key) -> Result<()> {
        self.on_if::<C>(key, |_| true).await
    }

    /// The same of one that has an address all the time, and is there only if this is so.
    pub(crate) async fn on_if<C: Resource>(&mut self, key: &C::Key, is_there: fn(&C) -> bool) -> Result<()> {
        let look = look::<C>(key, is_there);
        let before = look(&self.cx).await?;
        self.watched.push(Watched { look, before, gone: gone::<C>(key), told: Told::Always, untold: &[] });
        Ok(())
    }

    /// A resource that shows what is about to be written of another.
    pub(crate) async fn shown<C: Resource>(&mut self, key: &C::Key) -> Result<()> {
        self.on::<C>(key).await?;
        self.last().told = Told::IfOther;
        Ok(())
    }

    /// What was watched last.
    fn last(&mut self) -> &mut Watched {
        self.watched.last_mut().expect("something is watched")
    }

    /// A resource that may be so already.
    async fn granted<C: Resource>(&mut self, key: &C::Key) -> Result<()> {
        self.on::<C>(key).await?;
        self.last().told = Told::IfOtherAlone;
        Ok(())
    }

    /// A resource that was just made.
    pub(crate) fn made<C: Resource>(&mut self, key: &C::Key) {
        let look = look::<C>(key, |_| true);
        self.watched.push(Watched { look, before: None, gone: gone::<C>(key), told: Told::Always, untold: &[] });
    }

    /// A customer, and what is kept of it for those who administer customers.
    pub(crate) async fn customer(&mut self, customer: CustomerId) -> Result<()> {
        self.shown::<Customer>(&CustomerKey { customer }).await?;
        self.shown::<CustomerAdministration>(&CustomerKey { customer }).await
    }

    /// The same where it is about how far it takes part.
    pub(crate) async fn lifecycle(&mut self, customer: CustomerId) -> Result<()> {
        self.shown::<CustomerAdministration>(&CustomerKey { customer }).await?;
        self.shown::<Customer>(&CustomerKey { customer }).await
    }

    /// The same of a new one.
    pub(crate) fn customer_made(&mut self, customer: CustomerId) {
        self.made::<Customer>(&CustomerKey { customer });
        self.made::<CustomerAdministration>(&CustomerKey { customer });
    }

    /// A customer that is about to go, with all that was kept of it.
    pub(crate) async fn customer_erased(&mut self, customer: CustomerId) -> Result<()> {
        let change = gone::<Customer>(&CustomerKey { customer });
        self.changing.0.add(LoggedChange { erases: true, ..change });
        // Its people are responsible for nothing of others any more.
        for (other, role) in user_role_assignment::of_people(self.transaction, customer.number()).await? {
            self.user_role_gone(other.identity(), role);
        }
        Ok(())
    }

    /// A new key of a customer.
    pub(crate) fn key_made(&mut self, customer: CustomerId, key: Uuid) {
        self.made::<Key>(&KeyKey { customer, key: KeyId(key) });
    }

    /// A new key of an account.
    pub(crate) async fn user_key_made(&mut self, user: UserNumber, key: Uuid) -> Result<()> {
        let key = KeyId(key);
        match self.identity(user).await? {
            Some((portal_user, Some(customer))) => self.made::<UserKey>(&UserKeyKey { customer, portal_user, key }),
            Some((system_user, None)) => self.made::<SystemKey>(&SystemKeyKey { system_user, key }),
            None => {}
        }
        Ok(())
    }

    /// A key that is not there any more, of a customer or of an account.
    pub(crate) async fn key_gone(
        &mut self,
        customer: Option<CustomerId>,
        user: Option<UserNumber>,
        key: Uuid,
    ) -> Result<()> {
        let key = KeyId(key);
        if let Some(customer) = customer {
            self.deleted::<Key>(&KeyKey { customer, key });
        }
        if let Some(user) = user {
            match self.identity(user).await? {
                Some((portal_user, Some(customer))) => {
                    self.deleted::<UserKey>(&UserKeyKey { customer, portal_user, key });
                }
                Some((system_user, None)) => self.deleted::<SystemKey>(&SystemKeyKey { system_user, key }),
                None => {}
            }
        }
        Ok(())
    }

    /// An account, and what changes of it that nobody is told.
    pub(crate) async fn account(&mut self, user: UserNumber, untold: &'static [&'static str]) -> Result<()> {
        match self.identity(user).await? {
            Some((portal_user, Some(customer))) => {
                self.on::<PortalUser>(&PortalUserKey { customer, portal_user }).await?;
            }
            Some((system_user, None)) => self.on::<SystemUser>(&SystemUserKey { system_user }).await?,
            None => return Ok(()),
        }
        self.last().untold = untold;
        Ok(())
    }

    /// A new account, and what it has that nobody is told.
    pub(crate) fn account_made(
        &mut self,
        home: Option<CustomerId>,
        user: PortalUserId,
        untold: &'static [&'static str],
    ) {
        match home {
            Some(customer) => self.made::<PortalUser>(&PortalUserKey { customer, portal_user: user }),
            None => self.made::<SystemUser>(&SystemUserKey { system_user: user }),
        }
        self.last().untold = untold;
    }

    /// An account that is about to go, and all that was kept of it.
    pub(crate) async fn account_erased(&mut self, user: UserNumber) -> Result<()> {
        let change = match self.identity(user).await? {
            Some((portal_user, Some(customer))) => gone::<PortalUser>(&PortalUserKey { customer, portal_user }),
            Some((system_user, None)) => gone::<SystemUser>(&SystemUserKey { system_user }),
            None => return Ok(()),
        };
        self.changing.0.add(LoggedChange { erases: true, ..change });
        for (customer, role) in user_role_assignment::of_user(self.transaction, user).await? {
            self.user_role_gone(customer.identity(), role);
        }
        Ok(())
    }

    /// What nobody is responsible for any more.
    fn user_role_gone(&mut self, customer: CustomerId, role: String) {
        self.deleted::<UserRoleAssignment>(&UserRoleKey { customer, role: UserRole::trusted(role) });
    }

    /// The grant of a role to somebody, if that is one of a customer's people.
    pub(crate) async fn role_grant(&mut self, user: UserNumber, role: &str) -> Result<()> {
        match self.role_key(user, role).await? {
            Some(key) => self.granted::<RoleGrant>(&key).await,
            None => Ok(()),
        }
    }

    /// The grant of an entitlement, or of a group of them, to a customer.
    pub(crate) async fn grant(&mut self, customer: CustomerId, kind: GrantKind, name: &str) -> Result<()> {
        let name = EntitlementName::trusted(name.to_owned());
        match kind {
            GrantKind::Entitlement => {
                self.granted::<EntitlementGrant>(&EntitlementGrantKey { customer, entitlement: name }).await
            }
            GrantKind::Group => self.granted::<GroupGrant>(&GroupGrantKey { customer, entitlement_group: name }).await,
        }
    }

    /// What somebody was granted just now, if that is a role.
    pub(crate) async fn role_made(&mut self, user: UserNumber, kind: GrantKind, name: &str) -> Result<()> {
        if kind == GrantKind::Group
            && let Some(key) = self.role_key(user, name).await?
        {
            self.made::<RoleGrant>(&key);
        }
        Ok(())
    }

    /// A role that somebody does not have any more.
    pub(crate) async fn role_gone(&mut self, user: UserNumber, role: &str) -> Result<()> {
        if let Some(key) = self.role_key(user, role).await? {
            self.deleted::<RoleGrant>(&key);
        }
        Ok(())
    }

    async fn role_key(&self, user: UserNumber, role: &str) -> Result<Option<RoleGrantKey>> {
        let Some((portal_user, Some(customer))) = self.identity(user).await? else { return Ok(None) };
        Ok(Some(RoleGrantKey { customer, portal_user, role: RoleName::trusted(role.to_owned()) }))
    }

    /// A customer that somebody can switch to since just now, if they are one of a customer's people.
    pub(crate) async fn switchable_made(&mut self, user: UserNumber, switchable: CustomerId) -> Result<()> {
        if let Some((portal_user, Some(customer))) = self.identity(user).await? {
            self.made::<SwitchableCustomer>(&SwitchableCustomerKey { customer, portal_user, switchable });
        }
        Ok(())
    }

    /// A customer that somebody cannot switch to any more.
    pub(crate) async fn switchable_gone(&mut self, user: UserNumber, switchable: CustomerId) -> Result<()> {
        if let Some((portal_user, Some(customer))) = self.identity(user).await? {
            self.deleted::<SwitchableCustomer>(&SwitchableCustomerKey { customer, portal_user, switchable });
        }
        Ok(())
    }

    /// As which resource an account is known, and whose it is.
    pub(crate) async fn identity(&self, user: UserNumber) -> Result<Option<(PortalUserId, Option<CustomerId>)>> {
        let found = accounts::identity(self.transaction, user).await?;
        Ok(found.map(|(uuid, home)| (PortalUserId(uuid), home.map(|home| home.identity()))))
    }

    /// This is not there any more, whatever was watched.
    pub(crate) fn deleted<C: Class>(&mut self, key: &C::Key) {
        self.changing.0.add(gone::<C>(key));
    }

    /// For the commit: what has become of all that was watched.
    pub(crate) async fn finish(mut self) -> Result<Changes> {
        let mut unchanged = None;
        for Watched { look, before, gone, told, untold } in self.watched {
            match (before, look(&self.cx).await?) {
                (None, None) => {}
                (None, Some(new)) => self.changing = self.changing.created_with(&*new, untold)?,
                (Some(_), None) => self.changing.0.add(gone),
                (Some(old), Some(new)) if told != Told::Always && state(&*old)? == state(&*new)? => {
                    unchanged = unchanged.or(Some((old, new)).filter(|_| told == Told::IfOther));
                }
                (Some(old), Some(new)) => self.changing = self.changing.updated(&*old, &*new, untold)?,
            }
        }
        // That a customer was written is told, also where all is as it was.
        if let Some((old, new)) = unchanged.filter(|_| self.changing.0.is_empty()) {
            self.changing = self.changing.updated(&*old, &*new, &[])?;
        }
        Ok(self.changing.finish())
    }
}

fn look<C: Resource>(key: &C::Key, is_there: fn(&C) -> bool) -> Look {
    let key = key.clone();
    Box::new(move |cx| {
        let key = key.clone();
        Box::pin(async move {
            match C::fetch(cx, &key).await {
                Ok(found) if is_there(&found.value) => Ok(Some(Box::new(found) as Box<dyn AnyFound>)),
                Ok(_) | Err(Error::NotFound | Error::Undefined(_)) => Ok(None),
                Err(error) => Err(error),
            }
        })
    })
}
