//! Agreements of organisations: a revision has to be approved where one is set, for the customer or for all.
//!
//! The caller of these functions has asked whether the actor may do this, and whether they see the customers.

use hydra::Timestamp;
use store::eula as rows;
use vocab::value::{CustomerId, EulaRevision};
use vocab::{CustomerKey, EntryPointKey, Eula, EulaStatus};

use crate::instant::instant;
use crate::number::Named;
use crate::{Cx, Error, IfMatch, Result};

/// How a customer stands to the agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementStatus {
    /// The revision that is required of this customer by itself.
    pub own: Option<String>,
    /// The revision that has been approved. It stays when another is required, or none.
    pub approved: Option<String>,
    /// The revision that has to be: the customer's own, or else that for all.
    pub required: Option<String>,
    /// Whether that has yet to be done.
    pub is_required: bool,
    /// Rises with each change.
    pub version: i64,
}

/// The agreement for all customers that have none of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlobalAgreement {
    /// The revision that has to be approved.
    pub revision: Option<String>,
    /// When it was set or unset.
    pub updated: Option<Timestamp>,
    /// By whom: the identity of a portal user, or the name of an issuer of tokens.
    pub updated_by: Option<String>,
    /// Rises with each change.
    pub version: i64,
}

/// A revision as it is kept.
fn revision(text: &str) -> Result<EulaRevision> {
    text.parse().map_err(|what| Error::invalid("revision", what))
}

/// How a customer stands to the agreement.
///
/// # Errors
/// [`Error::NotFound`] if there is no such customer.
pub async fn status(cx: &Cx<'_>, customer: CustomerId) -> Result<AgreementStatus> {
    let rows::EulaStatus { own, approved, required, version } =
        rows::status(&cx.scope(), customer.number()).await?.ok_or(Error::NotFound)?;
    let is_required = required.is_some() && required != approved;
    Ok(AgreementStatus { own, approved, required, is_required, version })
}

/// Approves the required revision for a customer. Where none is required, nothing happens.
///
/// # Errors
/// [`Error::NotFound`] if there is no such customer.
pub async fn accept(cx: &Cx<'_>, customer: CustomerId) -> Result<()> {
    let transaction = cx.scope().begin().await?;
    let status = rows::lock(&transaction, customer.number()).await?.ok_or(Error::NotFound)?;
    let mut watch = cx.watch(&transaction);
    watch.shown::<EulaStatus>(&CustomerKey { customer }).await?;
    if let Some(required) = status.required {
        rows::approve(&transaction, customer.number(), &required, cx.micros(), cx.actor.writer()).await?;
    }
    let changes = watch.finish().await?;
    Ok(transaction.commit(changes).await?)
}

/// Sets the revision that these customers have to approve: of all of them, or of none.
///
/// # Errors
/// [`Error::NotFound`] if there is no such customer as one of them; [`Error::Invalid`] if this is no revision.
pub async fn require(cx: &Cx<'_>, customers: &[CustomerId], revision: &str) -> Result<()> {
    set(cx, customers, Some(self::revision(revision)?.as_str()), &IfMatch::Absent).await
}

/// Leaves these customers to the agreement for all: all of them, or none.
///
/// # Errors
/// [`Error::NotFound`] if there is no such customer as one of them.
pub async fn unset(cx: &Cx<'_>, customers: &[CustomerId]) -> Result<()> {
    set(cx, customers, None, &IfMatch::Absent).await
}

/// The same where only some versions may be overwritten: [`Error::Changed`] if a customer has another.
pub(crate) async fn set(cx: &Cx<'_>, customers: &[CustomerId], revision: Option<&str>, on: &IfMatch) -> Result<()> {
    let transaction = cx.scope().begin().await?;
    let numbers: Vec<_> = customers.iter().map(|customer| customer.number()).collect();
    if let [customer] = *numbers {
        let status = rows::lock(&transaction, customer).await?.ok_or(Error::NotFound)?;
        on.check(status.version)?;
    }
    let mut watch = cx.watch(&transaction);
    for customer in customers {
        watch.shown::<EulaStatus>(&CustomerKey { customer: *customer }).await?;
    }
    if !rows::require(&transaction, &numbers, revision, cx.micros(), cx.actor.writer()).await? {
        return Err(Error::NotFound);
    }
    let changes = watch.finish().await?;
    Ok(transaction.commit(changes).await?)
}

/// The agreement for all.
///
/// # Errors
/// As [`Error`].
pub async fn global(cx: &Cx<'_>) -> Result<GlobalAgreement> {
    let rows::Eula { revision, updated_at, updated_by, version } = rows::global(&cx.scope()).await?;
    Ok(GlobalAgreement { revision, updated: updated_at.map(instant), updated_by, version })
}

/// Sets the revision that all customers have to approve that have none of their own.
///
/// # Errors
/// [`Error::Invalid`] if this is no revision.
pub async fn require_globally(cx: &Cx<'_>, revision: &str) -> Result<()> {
    set_globally(cx, Some(self::revision(revision)?.as_str()), &IfMatch::Absent).await
}

/// Requires nothing of customers that have no revision of their own.
///
/// # Errors
/// As [`Error`].
pub async fn unset_globally(cx: &Cx<'_>) -> Result<()> {
    set_globally(cx, None, &IfMatch::Absent).await
}

/// The same where only some versions may be overwritten: [`Error::Changed`] if there is another.
pub(crate) async fn set_globally(cx: &Cx<'_>, revision: Option<&str>, on: &IfMatch) -> Result<()> {
    let version = rows::global(&cx.scope()).await?.version;
    on.check(version)?;
    let version = (*on != IfMatch::Absent).then_some(version);
    let transaction = cx.scope().begin().await?;
    let mut watch = cx.watch(&transaction);
    watch.on::<Eula>(&EntryPointKey {}).await?;
    if !rows::require_globally(&transaction, version, revision, cx.micros(), cx.actor.writer()).await? {
        return Err(Error::Changed);
    }
    let changes = watch.finish().await?;
    Ok(transaction.commit(changes).await?)
}
