//! Who asks: somebody with a session, a service with a token of a trusted issuer, or a customer that signs.
//!
//! A signature goes before a session, and a session before a Bearer token; what fails is not tried another way.

use std::sync::Arc;

use actix_web::http::header;
use resource::rights::policy;
use resource::{Actor, Credentials, Permitted, Signer, Somebody};

use crate::Cloudentity;
use crate::error::{Code, Fault};
use crate::exchange::Call;
use crate::hmac::{self, Signed, SignedRequest};
use crate::operation::{Operation, ServiceScope};

/// The header that a session's token comes in.
const TOKEN: &str = "token";

/// Somebody who has shown who they are.
#[derive(Debug)]
pub struct Caller {
    /// Who, and what they may do.
    pub actor: Arc<Actor>,
    /// Whether they are a service, for which an issuer answers.
    pub is_service: bool,
}

impl Caller {
    fn somebody(actor: Arc<Actor>) -> Self {
        Self { actor, is_service: false }
    }

    /// Whether they may ask for this operation at all.
    ///
    /// # Errors
    /// They may not.
    pub fn permit(&self, operation: &Operation) -> Result<Permitted, Fault> {
        let permitted = match self.is_service {
            true => policy::vouched(&self.actor),
            false => policy::entitled(&self.actor, operation.needs),
        };
        permitted.map_err(|_| Code::Unauthorized.into())
    }
}

impl Somebody for Caller {
    fn actor(&self) -> &Arc<Actor> {
        &self.actor
    }
}

/// Who sends a request. With `anew` nothing remembered of them is used.
///
/// # Errors
/// They do not say who they are, or it is not true, or they are none of those who may ask for this operation.
pub async fn authenticate(face: &Cloudentity, call: &Call<'_>, anew: bool) -> Result<Caller, Fault> {
    let callers = call.operation.callers;
    match hmac::signed(call.headers) {
        Err(hmac::MalformedSignature) => return Err(Code::Request.into()),
        Ok(Some(_)) if !callers.customer => return Err(Code::Unauthenticated.into()),
        Ok(Some(signed)) => return verify(face, call, &signed, anew).await.map(Caller::somebody),
        // The headers are required where nobody else is served.
        Ok(None) if !callers.user => return Err(Code::Request.into()),
        Ok(None) => {}
    }
    if let Some(token) = call.headers.get(TOKEN) {
        let token = token.to_str().map_err(|_| Code::Unauthenticated)?.trim();
        return session(face, token, anew).await;
    }
    let authorization = call.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, token) = authorization.and_then(|value| value.trim().split_once(' ')).ok_or(Code::Unauthenticated)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Code::Unauthenticated.into());
    }
    let token = token.trim();
    if face.identities.is_session(token) {
        return session(face, token, anew).await;
    }
    by_issuer(face, token, callers.service, anew).await
}

/// A session of ours.
async fn session(face: &Cloudentity, token: &str, anew: bool) -> Result<Caller, Fault> {
    if !face.identities.is_session(token) {
        return Err(Code::Unauthenticated.into());
    }
    let header = format!("Bearer {token}");
    Ok(Caller::somebody(face.identities.authenticate(Credentials(&header), anew).await?))
}

/// A token of an issuer that is trusted: the portal user that it is about, or else a service that the operator has named.
async fn by_issuer(face: &Cloudentity, token: &str, service: ServiceScope, anew: bool) -> Result<Caller, Fault> {
    let header = format!("Bearer {token}");
    match face.identities.authenticate(Credentials(&header), anew).await {
        Ok(actor) => Ok(Caller::somebody(actor)),
        Err(resource::Error::Unauthenticated) if service != ServiceScope::Refused => {
            Ok(Caller { actor: face.identities.authenticate_service(token).await?, is_service: true })
        }
        Err(error) => Err(error.into()),
    }
}

/// A customer that has signed exactly this request. With `anew` nothing remembered of it is used.
async fn verify(face: &Cloudentity, call: &Call<'_>, signed: &Signed, anew: bool) -> Result<Arc<Actor>, Fault> {
    let body = call.body.as_ref().map_err(Clone::clone)?;
    if signed.is_outdated(face.identities.world().now().instant()) {
        return Err(Code::Outdated.into());
    }
    let host = call.headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let hosts: Vec<_> = host.into_iter().chain(face.settings.public_hosts.iter().map(String::as_str)).collect();
    let this = SignedRequest {
        method: call.method.as_str(),
        body,
        hosts: &hosts,
        prefix: &face.settings.public_path,
        path: call.path,
        query: call.query,
    };
    let has_signed = |signer: &Signer| signer.has_signed(&signed.message, &signed.signature) && signed.describes(&this);
    let known = signed.customer.filter(|_| !anew).and_then(|customer| face.identities.known_signer(customer));
    if let Some(signer) = known.filter(|signer| has_signed(signer)) {
        return Ok(face.identities.signed_again(&signer));
    }
    let found = match signed.customer {
        Some(customer) => face.identities.signer(customer).await?.map(|signer| (customer, signer)),
        None => None,
    };
    let Some((customer, signer)) = found else {
        // Where nobody but customers is served, there is no such customer.
        return Err(if call.operation.callers.user { Code::Unauthenticated } else { Code::Customer }.into());
    };
    if !has_signed(&signer) {
        return Err(Code::Mismatch.into());
    }
    // Said only to whoever has the key.
    if signer.is_active { Ok(face.identities.signed(customer, signer)) } else { Err(Code::InactiveCustomer.into()) }
}
