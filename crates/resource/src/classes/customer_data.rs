//! What a customer has put into the service, and the authorisation to delete it, as classes.

use hydra::{Found, WriteOnly};
use store::prune as rows;
use vocab::value::Text;
use vocab::{CustomerData, CustomerDataFields, CustomerKey, PruneAuthorization, PruneAuthorizationFields};

use crate::rights::authorisation::{self, Authorisation};
use crate::rights::function;
use crate::{Created, Cx, Resource, Result, Several, Submit};

/// It is removed with [`crate::customers::prune::prune`], which asks for more than a removal brings along.
impl Resource for CustomerData {
    async fn fetch(cx: &Cx<'_>, key: &CustomerKey) -> Result<Found<Self>> {
        cx.customer(key.customer).await?;
        let (images, batches) = rows::counts(&cx.scope(), cx.tenant(key.customer)?).await?;
        let value = Self::from(CustomerDataFields { images: images.cast_unsigned(), batches: batches.cast_unsigned() });
        Ok(Found::as_shown(key.clone(), value))
    }
}

fn authorization(key: &CustomerKey, given: Option<Authorisation>) -> Found<PruneAuthorization> {
    let (token, expires) = given.map(|given| (Text::trusted(given.token), given.expires)).unzip();
    let value =
        PruneAuthorization::from(PruneAuthorizationFields { password: Some(WriteOnly::default()), token, expires });
    Found::as_shown(key.clone(), value)
}

impl Resource for PruneAuthorization {
    /// There is nothing to see: what was given is known to whoever was given it.
    async fn fetch(cx: &Cx<'_>, key: &CustomerKey) -> Result<Found<Self>> {
        function::permit(cx, &function::PRUNE, Some(key.customer)).await?;
        cx.customer(key.customer).await?;
        Ok(authorization(key, None))
    }
}

impl Submit for PruneAuthorization {
    type Member = Self;
    type Outcome = Self;

    async fn submit(cx: &Cx<'_>, key: &CustomerKey, mut listed: Several<Self>) -> Result<Created<Self>> {
        listed.check()?;
        let password = listed.members.pop().and_then(|member| member.input.password.value());
        let given =
            authorisation::authorise(cx, key.customer, password.as_ref().map(|password| password.reveal())).await?;
        Ok(Created { found: authorization(key, Some(given)), new: false })
    }
}
