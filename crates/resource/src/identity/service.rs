//! Programs that somebody trusted vouches for.

use std::sync::Arc;

use serde::Deserialize;

use super::{Identities, seconds, validation};
use crate::{Actor, Error, Result};

/// What is read of a token that is taken as a service's. Whom it is about makes no difference.
#[derive(Debug, Deserialize)]
struct Claims {
    exp: i64,
}

impl Identities {
    /// Whether a token is one of ours, for a session.
    pub fn is_session(&self, token: &str) -> bool {
        self.claims(token).is_some()
    }

    /// The service that sends this token of a trusted issuer. It is no portal user, also where the token is about one; what
    /// it may do, whoever asks decides.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] if nobody trusted has issued it, or it has ended.
    pub async fn authenticate_service(&self, token: &str) -> Result<Arc<Actor>> {
        let epoch = self.store.operator().epoch().await?;
        for issuer in &self.issuers {
            let mut trusted = validation(issuer.algorithm);
            trusted.set_required_spec_claims(&["exp", "iss"]);
            trusted.set_issuer(&[&issuer.name]);
            match &issuer.audience {
                Some(audience) => trusted.set_audience(&[audience]),
                None => trusted.validate_aud = false,
            }
            let Ok(data) = jsonwebtoken::decode::<Claims>(token, &issuer.key, &trusted) else {
                continue;
            };
            let end = seconds(data.claims.exp);
            if end <= self.world.now() {
                return Err(Error::Unauthenticated);
            }
            return Ok(Arc::new(Actor {
                name: format!("service {}", issuer.name),
                issuer: Some(issuer.name.clone()),
                expires: Some(end),
                epoch,
                ..Actor::default()
            }));
        }
        Err(Error::Unauthenticated)
    }
}
