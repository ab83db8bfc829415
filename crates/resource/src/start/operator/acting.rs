//! The operator, as rules know whoever asks.

use crate::{Actor, Cx, Identities, Result};

use super::OPERATOR;

/// Does something under the rules that a client's request is under, as somebody who may do everything. Begun again where
/// somebody's authority changes meanwhile.
pub(super) async fn act<T>(identities: &Identities, act: impl AsyncFn(&Cx<'_>) -> Result<T>) -> Result<T> {
    identities
        .persist(async |_| {
            let epoch = identities.store().operator().epoch().await?;
            let actor = Actor { name: OPERATOR.to_owned(), everything: true, epoch, ..Actor::default() };
            act(&identities.cx(&actor)).await
        })
        .await
}
