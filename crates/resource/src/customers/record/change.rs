//! Changing a customer: what is given changes, what is not stays.

use std::collections::BTreeMap;

use hydra::{Given, Violation};
use store::{Tenant, Transaction, portal_user, record as rows};
use vocab::value::{
    Alias, CustomerId, DisplayName, DnsName, Email, EulaRevision, Flag, Kind, Language, Metadata, MfaMethod, Name,
    TimeZone, distinct,
};

use super::{Record, WhichCustomer};
use crate::number::Named;
use crate::{Cx, Error, IfMatch, Result};

/// What is to change of a customer.
#[derive(Debug, Clone, Default)]
pub struct CustomerChange {
    /// The name in addresses. Everything refers to customers by number, so nothing else changes with it.
    pub name: Option<Name>,
    /// The other unique name.
    pub alias: Option<Alias>,
    /// The name that people read.
    pub display_name: Option<DisplayName>,
    /// The language.
    pub language: Option<Language>,
    /// The time zone.
    pub time_zone: Option<TimeZone>,
    /// Flags to set and to clear.
    pub flags: BTreeMap<Flag, bool>,
    /// Whatever somebody keeps with it.
    pub metadata: Given<Metadata>,
    /// The addresses of its administrators, all of them.
    pub admin_emails: Option<Vec<Email>>,
    /// Its names in the DNS, all of them.
    pub customer_domains: Option<Vec<DnsName>>,
    /// The second factor.
    pub mfa_method: Given<MfaMethod>,
    /// Whether anybody may register.
    pub allow_public_registration: Option<bool>,
    /// Whether new portal users count as having approved the agreement.
    pub eula_automatic_approval: Option<bool>,
    /// The revision of the agreement. With another one, no portal user has approved it any more.
    pub eula_revision: Option<EulaRevision>,
}

impl CustomerChange {
    /// Makes the change to a record, without writing it.
    pub(super) fn apply(self, record: &mut Record) {
        replace(&mut record.name, self.name);
        replace(&mut record.alias, self.alias);
        replace(&mut record.display_name, self.display_name);
        replace(&mut record.language, self.language);
        replace(&mut record.time_zone, self.time_zone);
        for (flag, is_set) in self.flags {
            record.flags = record.flags.with(flag, is_set);
        }
        record.metadata = self.metadata.or_keep(record.metadata.take());
        replace(&mut record.admin_emails, self.admin_emails.map(texts));
        replace(&mut record.customer_domains, self.customer_domains.map(texts));
        record.mfa_method = self.mfa_method.or_keep(record.mfa_method);
        replace(&mut record.allow_public_registration, self.allow_public_registration);
        replace(&mut record.eula_automatic_approval, self.eula_automatic_approval);
        replace(&mut record.eula_revision, self.eula_revision);
    }
}

fn replace<T, G: Into<T>>(place: &mut T, given: Option<G>) {
    if let Some(given) = given {
        *place = given.into();
    }
}

fn texts<T: Into<String>>(values: Vec<T>) -> Vec<String> {
    distinct(values.into_iter().map(Into::into))
}

/// Whether a customer of this kind can have these flags.
fn check_flags(record: &Record, changed: impl Iterator<Item = Flag>) -> Result<()> {
    let misplaced =
        changed.filter(|flag| record.flags.has(*flag) && flag.only_of().is_some_and(|kind| kind != record.kind));
    let violations: Vec<_> = misplaced
        .map(|flag| {
            let what = match record.kind {
                Kind::Group => "cannot be set on a group; only a leaf can have it",
                Kind::Leaf => "cannot be set on a leaf; only a group can have it",
            };
            Violation::new(flag.as_str(), what)
        })
        .collect();
    if violations.is_empty() { Ok(()) } else { Err(Error::Invalid(violations)) }
}

/// Whether the names of a record are those of no other customer.
///
/// # Errors
/// [`Error::Conflict`] with every name that is taken.
async fn check_names(transaction: &Transaction, record: &Record, but: Option<CustomerId>) -> Result<()> {
    let but = but.map(|customer| customer.number());
    let (name, alias) = rows::taken(transaction, but, &record.name, &record.alias).await?;
    let clashes = [("name", name), ("alias", alias)].into_iter().filter(|(_, is_taken)| *is_taken);
    let violations: Vec<_> =
        clashes.map(|(property, _)| Violation::new(property, "is taken by another customer")).collect();
    if violations.is_empty() { Ok(()) } else { Err(Error::Conflict(violations)) }
}

/// What holds of every record that is written.
pub(super) async fn check(
    transaction: &Transaction,
    record: &Record,
    flags: impl Iterator<Item = Flag>,
    but: Option<CustomerId>,
) -> Result<()> {
    check_flags(record, flags)?;
    check_names(transaction, record, but).await
}

/// The record of a customer that the caller may change, locked until the transaction ends.
pub(crate) async fn locked(transaction: &Transaction, customer: CustomerId, on: &IfMatch) -> Result<Record> {
    let row = rows::lock(transaction, &WhichCustomer::Number(customer.number())).await?.ok_or(Error::NotFound)?;
    on.check(row.version)?;
    Record::of(row)
}

/// Writes a record that this transaction has locked, and who did it when.
pub(super) async fn write(cx: &Cx<'_>, transaction: &Transaction, mut record: Record) -> Result<Record> {
    record.updated = cx.now;
    record.updated_by = cx.actor.writer();
    let row = rows::update(transaction, &record.row()?).await?;
    Record::of(row.ok_or(Error::Changed)?)
}

/// Changes a customer.
///
/// # Errors
/// [`Error::NotFound`] if it has gone, [`Error::Invalid`] if a flag is not for its kind, [`Error::Conflict`] with every
/// name that is taken.
pub async fn change(cx: &Cx<'_>, customer: CustomerId, change: CustomerChange, on: &IfMatch) -> Result<Record> {
    let transaction = cx.scope().begin().await?;
    let old = locked(&transaction, customer, on).await?;
    let mut watch = cx.watch(&transaction);
    watch.customer(customer).await?;
    let flags: Vec<_> = change.flags.keys().copied().collect();
    let mut record = old.clone();
    change.apply(&mut record);
    check(&transaction, &record, flags.into_iter(), Some(customer)).await?;
    if record.eula_revision != old.eula_revision {
        portal_user::withdraw_approval(&transaction, Tenant::by(&old), &record.eula_revision).await?;
    }
    let record = write(cx, &transaction, record).await?;
    let changes = watch.finish().await?;
    transaction.commit(changes).await?;
    Ok(record)
}
