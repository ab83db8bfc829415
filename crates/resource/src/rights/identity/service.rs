//! Programs that somebody trusted vouches for.

use std::sync::Arc;

use super::{Identities, about};
use crate::{Actor, Error, Result};

impl Identities {
    /// The service that sends this token of a trusted issuer: one that the operator has named. What it may do, whoever asks
    /// decides. A token about somebody here is theirs, whatever else it says; [`Identities::authenticate`] knows them.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] if nobody trusted has issued it for a service, or it has ended.
    pub async fn authenticate_service(&self, token: &str) -> Result<Arc<Actor>> {
        let epoch = self.store.operator().epoch().await?;
        let now = self.world.now();
        let vouched = self.issuers.iter().filter_map(|issuer| issuer.vouch(token, now)).find(|one| one.is_service);
        let vouched = vouched.ok_or(Error::Unauthenticated)?;
        if let Some(subject) = &vouched.subject
            && about(&self.store.scope(epoch), subject).await?.is_some()
        {
            return Err(Error::Unauthenticated);
        }
        let name = match &vouched.subject {
            Some(subject) => format!("service {} {subject}", vouched.issuer),
            None => format!("service {}", vouched.issuer),
        };
        Ok(Arc::new(Actor {
            name,
            issuer: Some(vouched.issuer),
            expires: Some(vouched.end),
            epoch,
            ..Actor::default()
        }))
    }
}
