//! Who is signed in, and authorisations for single acts.

use actix_web::http::StatusCode;
use resource::CustomerNumber;
use resource::customers::record;
use resource::people::mention;
use resource::rights::authorisation as rules;
use resource::rights::function::FUNCTIONS;
use serde_json::{Map, Value as Json};
use vocab::value::CustomerId;

use super::customer::named;
use crate::convert::{Known, millis};
use crate::exchange::{Exchange, identity};
use crate::fault::Fault;
use crate::reply::Reply;
use crate::wire::{Authorization, SignedIn};

/// GET session
pub async fn get(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let cx = &exchange.cx;
    let (known, person) = (Known::domains(cx).await?, mention::actor(cx).await?);
    let user = person.map(|person| known.user(&person));
    let is_entitled = |names: &[&str]| names.iter().all(|name| cx.actor.is_entitled(name));
    let functions = FUNCTIONS.iter().filter(|function| is_entitled(function.entitlements));
    let session = SignedIn {
        customer: user.as_ref().and_then(|user| user.customer.clone()),
        user,
        functions: functions.map(|function| function.name).collect(),
        expiration_timestamp: cx.actor.expires.map(millis),
    };
    Reply::one(StatusCode::OK, exchange.single(), &session)
}

/// POST authorization
pub async fn authorise(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let mut body = exchange.body()?;
    let operation = body.required("operation");
    if operation.as_deref().is_some_and(|operation| operation != rules::PRUNE) {
        body.refuse("operation", format_args!("must be {}", rules::PRUNE), None);
    }
    let password = body.text("password");
    let context = body.object("context");
    let customer =
        context.as_ref().and_then(|context| context.get(rules::CUSTOMER)).and_then(|customer| match customer {
            Json::Number(number) => number.as_i64().map(CustomerNumber::new),
            Json::String(text) => match identity(text) {
                Some(record::WhichCustomer::Number(number)) => Some(number),
                _ => None,
            },
            _ => None,
        });
    if customer.is_none() {
        body.refuse("context.customerID", "is required: the number of a customer", None);
    }
    body.finish()?;
    let number = customer.unwrap_or(CustomerNumber::new(0));
    let record = match named(exchange, number).await {
        Err(fault) if fault.status == StatusCode::NOT_FOUND => {
            return Err(Fault::field("context.customerID", "must be a customer that there is and that you see"));
        }
        found => found?,
    };
    let authorisation = rules::authorise(&exchange.cx, record.id, password.as_deref()).await?;
    let model = Authorization {
        authorization: Some(authorisation.token),
        operation: rules::PRUNE.into(),
        context: about(record.id),
        expiration_timestamp: millis(authorisation.expires),
    };
    Reply::one(StatusCode::CREATED, exchange.single(), &model)
}

fn about(customer: CustomerId) -> Map<String, Json> {
    Map::from_iter([(rules::CUSTOMER.to_owned(), customer.0.into())])
}

/// POST authorization/validate
pub async fn validate(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let mut body = exchange.body()?;
    let (token, operation) = (body.required("authorization"), body.required("operation"));
    let allow_expired = body.flag("allowExpired").unwrap_or(false);
    let allow_replay = body.flag("allowReplay").unwrap_or(false);
    let context = body.object("context").unwrap_or_default();
    body.finish()?;
    let (token, operation) = (token.unwrap_or_default(), operation.unwrap_or_default());
    let authorised = rules::read(&exchange.cx, &token, allow_expired).ok_or_else(Fault::unauthorised)?;
    if !authorised.is_for(&operation, &context) {
        return Err(Fault::unauthorised());
    }
    // To be validated is to be used, unless it may be used again.
    if !allow_replay && !rules::redeem(&exchange.cx, &authorised).await? {
        return Err(Fault::unauthorised());
    }
    let model = Authorization {
        authorization: None,
        operation,
        context: authorised.context().clone(),
        expiration_timestamp: millis(authorised.expires),
    };
    Reply::one(StatusCode::OK, exchange.single(), &model)
}
