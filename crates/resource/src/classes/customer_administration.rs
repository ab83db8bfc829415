//! What is kept of a customer for those who administer customers, as a class.

use hydra::{Found, Given, Reference, Set};
use vocab::value::{Alias, DnsName, Email, EulaRevision, Flag, Identity, Language, TimeZone};
use vocab::{
    CustomerAdministration, CustomerAdministrationFields, CustomerAdministrationInput, CustomerKey, DomainKey,
};

use crate::customers::record::{self, CustomerChange, Reach, Record};
use crate::number::Named;
use crate::{Created, Cx, IfMatch, Resource, Result};

fn found(key: &CustomerKey, record: Record) -> Found<CustomerAdministration> {
    Found {
        key: key.clone(),
        version: record.version,
        value: CustomerAdministration::from(CustomerAdministrationFields {
            uuid: Identity(record.uuid),
            alias: Alias::trusted(record.alias),
            status: record.lifecycle,
            domain: Reference(DomainKey { domain: record.domain }),
            language: record.language,
            time_zone: TimeZone::trusted(record.time_zone),
            flags: Set(record.flags.iter().collect()),
            metadata: record.metadata,
            admin_emails: Set(record.admin_emails.into_iter().map(Email::trusted).collect()),
            customer_domains: Set(record.customer_domains.into_iter().map(DnsName::trusted).collect()),
            mfa_method: record.mfa_method,
            allow_public_registration: record.allow_public_registration,
            eula_automatic_approval: record.eula_automatic_approval,
            eula_revision: EulaRevision::trusted(record.eula_revision),
            created_by: record.created_by,
            updated: record.updated,
            updated_by: record.updated_by,
            disabled: record.deleted,
            disabled_by: record.deleted_by,
        }),
    }
}

/// What a body changes.
fn change(input: CustomerAdministrationInput) -> CustomerChange {
    CustomerChange {
        alias: input.alias.value(),
        language: input.language.value(),
        time_zone: input.time_zone.value(),
        flags: match input.flags {
            Given::Value(Set(flags)) => Flag::ALL.iter().map(|flag| (*flag, flags.contains(flag))).collect(),
            Given::Null | Given::Absent => Default::default(),
        },
        metadata: input.metadata,
        admin_emails: input.admin_emails.value().map(|set| set.0),
        customer_domains: input.customer_domains.value().map(|set| set.0),
        mfa_method: input.mfa_method,
        allow_public_registration: input.allow_public_registration.value(),
        eula_automatic_approval: input.eula_automatic_approval.value(),
        eula_revision: input.eula_revision.value(),
        ..CustomerChange::default()
    }
}

/// The same where what is not sent goes back to what a new customer has.
fn afresh(cx: &Cx<'_>, input: CustomerAdministrationInput) -> CustomerAdministrationInput {
    fn or<T>(given: Given<T>, default: T) -> Given<T> {
        if matches!(given, Given::Absent) { Given::Value(default) } else { given }
    }
    fn or_null<T>(given: Given<T>) -> Given<T> {
        if matches!(given, Given::Absent) { Given::Null } else { given }
    }
    CustomerAdministrationInput {
        alias: input.alias,
        language: or(input.language, Language::English),
        time_zone: or(input.time_zone, TimeZone::trusted(record::TIME_ZONE.into())),
        flags: or(input.flags, Set(Vec::new())),
        metadata: or_null(input.metadata),
        admin_emails: or(input.admin_emails, Set(Vec::new())),
        customer_domains: or(input.customer_domains, Set(Vec::new())),
        mfa_method: or_null(input.mfa_method),
        allow_public_registration: or(input.allow_public_registration, false),
        eula_automatic_approval: or(input.eula_automatic_approval, false),
        eula_revision: or(input.eula_revision, cx.rules().default_eula_revision.clone()),
    }
}

impl Resource for CustomerAdministration {
    async fn fetch(cx: &Cx<'_>, key: &CustomerKey) -> Result<Found<Self>> {
        let record = record::find(cx, &record::WhichCustomer::Number(key.customer.number()), Reach::Tree).await?;
        Ok(found(key, record))
    }

    async fn replace(
        cx: &Cx<'_>,
        key: &CustomerKey,
        new: CustomerAdministrationInput,
        on: &IfMatch,
    ) -> Result<Created<Self>> {
        let change = change(afresh(cx, new));
        let record = record::change(cx, key.customer, change, on).await?;
        Ok(Created { found: found(key, record), new: false })
    }

    async fn update(
        cx: &Cx<'_>,
        key: &CustomerKey,
        input: CustomerAdministrationInput,
        on: &IfMatch,
    ) -> Result<Found<Self>> {
        Ok(found(key, record::change(cx, key.customer, change(input), on).await?))
    }
}
