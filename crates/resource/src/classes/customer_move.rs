//! The place of a customer among the others, as a class.

use hydra::{Chosen, Found, Given};
use vocab::{Customer, CustomerKey, CustomerMove, CustomerMoveFields};

use crate::classes::customer::of_record;
use crate::customers::record::{self, Reach, WhichCustomer};
use crate::number::Named;
use crate::{Created, Cx, Error, IfMatch, Resource, Result, Several, Submit};

impl Resource for CustomerMove {
    async fn fetch(cx: &Cx<'_>, key: &CustomerKey) -> Result<Found<Self>> {
        let record = record::find(cx, &WhichCustomer::Number(key.customer.number()), Reach::Tree).await?;
        let parent = record.parent.filter(|_| cx.actor.sight(key.customer).parent());
        let value = Self::from(CustomerMoveFields { parent: parent.map(|customer| Chosen(CustomerKey { customer })) });
        Ok(Found { key: key.clone(), value, version: record.version })
    }
}

impl Submit for CustomerMove {
    type Member = Self;
    type Outcome = Customer;

    async fn submit(cx: &Cx<'_>, key: &CustomerKey, mut listed: Several<Self>) -> Result<Created<Customer>> {
        listed.check()?;
        let Some(Given::Value(Chosen(parent))) = listed.members.pop().map(|member| member.input.parent) else {
            return Err(Error::invalid("parent", "must be the IRI of the customer that this one is to lie below"));
        };
        let record = record::relocate(cx, key.customer, parent.customer, &IfMatch::Absent).await?;
        Ok(Created { found: of_record(cx, &record).await?, new: false })
    }
}
