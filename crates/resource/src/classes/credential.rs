//! What signs in as an account, its keys and its sessions: looked at and ended by whoever may write the account. Neither is made
//! here. A key acts as its user, so it is made by the user's own interface or by the operator; a session begins with a password.

use std::marker::PhantomData;

use hydra::query::Query;
use hydra::{Class, Found, Page};
use store::portal_user::PortalUser as UserRow;
use store::{Listing, Transaction};
use uuid::Uuid;

use crate::classes::portal_user::{self, AccountClass};
use crate::{Cx, Error, IfMatch, Members, Resource, Result, paging};

/// A class of what signs in as an account.
pub trait Credential: Class {
    /// The class of the account.
    type Account: AccountClass;
    /// What is kept of one.
    type CredentialRow: CredentialRow;
    /// The link from the account to all of them.
    const LINK: &'static str;

    /// Whose it is, and what it is known by there.
    fn parts(key: &Self::Key) -> (<Self::Account as Class>::Key, Uuid);
    /// The resource that a row is; `beyond` where the account may do more than the actor.
    fn found(
        cx: &Cx<'_>,
        account: &<Self::Account as Class>::Key,
        row: Self::CredentialRow,
        beyond: bool,
    ) -> Found<Self>;
}

/// A row of what signs in as an account.
#[expect(async_fn_in_trait, reason = "a request is served on one thread; nothing here has to be sent to another")]
pub trait CredentialRow: Sized {
    /// What `If-Match` is compared with: the uses of a credential do not change it.
    fn version(&self) -> i64;
    /// That of an account which is known by this.
    async fn find(cx: &Cx<'_>, account: &UserRow, id: Uuid) -> Result<Option<Self>>;
    /// Those of an account.
    async fn list(cx: &Cx<'_>, account: &UserRow, listing: &Listing) -> Result<Option<store::RowPage<Self>>>;
    /// Ends it. False if it has ended.
    async fn delete(&self, transaction: &Transaction) -> Result<bool>;
}

impl<C: Credential> Resource for C {
    async fn fetch(cx: &Cx<'_>, key: &Self::Key) -> Result<Found<Self>> {
        let (owner, id) = Self::parts(key);
        let account = C::Account::row(cx, &owner).await?;
        let beyond = portal_user::is_beyond(cx, &account).await?;
        let row = C::CredentialRow::find(cx, &account, id).await?.ok_or(Error::NotFound)?;
        Ok(Self::found(cx, &owner, row, beyond))
    }

    async fn remove(cx: &Cx<'_>, key: &Self::Key, on: &IfMatch) -> Result<()> {
        let (owner, id) = Self::parts(key);
        let account = portal_user::writable::<C::Account>(cx, &owner).await?;
        let row = C::CredentialRow::find(cx, &account, id).await?.ok_or(Error::NotFound)?;
        on.check(row.version())?;
        let transaction = portal_user::begin(cx, &account).await?;
        if !row.delete(&transaction).await? {
            return Err(Error::NotFound);
        }
        Ok(transaction.commit(cx.deleted::<Self>(key)).await?)
    }
}

/// All of a class that sign in as one account.
#[derive(Debug)]
pub struct Credentials<C>(PhantomData<C>);

impl<C: Credential> Members for Credentials<C> {
    type Owner = C::Account;
    type Member = C;
    const LINK: &'static str = C::LINK;

    async fn list(cx: &Cx<'_>, owner: &<C::Account as Class>::Key, query: &Query) -> Result<Page<C>> {
        let account = C::Account::row(cx, owner).await?;
        let beyond = portal_user::is_beyond(cx, &account).await?;
        let listing = paging::listing::<C>(query)?;
        let rows = C::CredentialRow::list(cx, &account, &listing).await?.ok_or(Error::NotFound)?;
        let page = paging::page(&listing, rows, |row| Ok(C::found(cx, owner, row, beyond)))?;
        Ok(Page { closed: beyond, ..page })
    }
}
