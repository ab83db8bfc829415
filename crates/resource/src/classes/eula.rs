//! The classes of the agreement: how a customer stands to it, and what is required of all.

use hydra::{Found, Given};
use vocab::value::EulaRevision;
use vocab::{CustomerKey, EntryPointKey, Eula, EulaFields, EulaInput, EulaStatus, EulaStatusFields, EulaStatusInput};

use crate::customers::eula;
use crate::{Created, Cx, Error, IfMatch, Resource, Result, Several, Submit};

/// The revision that a body requires.
fn required(given: Given<EulaRevision>) -> Result<EulaRevision> {
    given.value().ok_or_else(|| Error::invalid("revision", "is required"))
}

impl Resource for EulaStatus {
    async fn fetch(cx: &Cx<'_>, key: &CustomerKey) -> Result<Found<Self>> {
        let status = eula::status(cx, key.customer).await?;
        let value = Self::from(EulaStatusFields {
            revision: status.own.map(EulaRevision::trusted),
            required_revision: status.required.map(EulaRevision::trusted),
            approved_revision: status.approved.map(EulaRevision::trusted),
            eula_required: status.is_required,
        });
        Ok(Found { key: key.clone(), value, version: status.version })
    }

    async fn replace(cx: &Cx<'_>, key: &CustomerKey, new: EulaStatusInput, on: &IfMatch) -> Result<Created<Self>> {
        let revision = required(new.revision)?;
        eula::set(cx, &[key.customer], Some(revision.as_str()), on).await?;
        Ok(Created { found: Self::fetch(cx, key).await?, new: false })
    }

    async fn remove(cx: &Cx<'_>, key: &CustomerKey, on: &IfMatch) -> Result<()> {
        eula::set(cx, &[key.customer], None, on).await
    }
}

impl Submit for EulaStatus {
    type Member = Self;
    type Outcome = Self;

    async fn submit(cx: &Cx<'_>, key: &CustomerKey, _: Several<Self>) -> Result<Created<Self>> {
        eula::accept(cx, key.customer).await?;
        Ok(Created { found: Self::fetch(cx, key).await?, new: false })
    }
}

impl Resource for Eula {
    async fn fetch(cx: &Cx<'_>, key: &EntryPointKey) -> Result<Found<Self>> {
        let eula::GlobalAgreement { revision, updated, updated_by, version } = eula::global(cx).await?;
        let revision = revision.map(EulaRevision::trusted);
        Ok(Found { key: key.clone(), value: Self::from(EulaFields { revision, updated, updated_by }), version })
    }

    async fn replace(cx: &Cx<'_>, key: &EntryPointKey, new: EulaInput, on: &IfMatch) -> Result<Created<Self>> {
        let revision = required(new.revision)?;
        eula::set_globally(cx, Some(revision.as_str()), on).await?;
        Ok(Created { found: Self::fetch(cx, key).await?, new: false })
    }

    async fn remove(cx: &Cx<'_>, _: &EntryPointKey, on: &IfMatch) -> Result<()> {
        eula::set_globally(cx, None, on).await
    }
}
