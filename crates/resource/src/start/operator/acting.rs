//! The operator, as rules know whoever asks.

use std::sync::LazyLock;

use store::Transaction;

use crate::changes::{Changing, Watch};
use crate::instant::micros;
use crate::{Actor, Cx, Identities, Result};

/// Who makes keys here, as keys tell it.
pub(crate) const OPERATOR: &str = "the command line";

/// Whoever may do everything.
static ANYTHING: LazyLock<Actor> =
    LazyLock::new(|| Actor { name: OPERATOR.to_owned(), everything: true, ..Actor::default() });

/// What the operator changes at an instant.
pub(super) fn changing(now: i64) -> Changing {
    Changing::by_service("operator", OPERATOR, now)
}

/// Watches what the operator changes.
pub(super) fn watch<'a>(identities: &'a Identities, transaction: &'a Transaction) -> Watch<'a> {
    identities.cx(&ANYTHING).watch(transaction)
}

/// Watches what a start makes.
pub(crate) fn watch_start<'a>(identities: &'a Identities, transaction: &'a Transaction, name: &str) -> Watch<'a> {
    let changing = Changing::by_service("service", name, micros(identities.world().now()));
    identities.cx(&ANYTHING).watch_as(changing, transaction)
}

/// Does something under the rules that a client's request is under, as somebody who may do everything. Begun again where
/// somebody's authority changes meanwhile.
pub(super) async fn act<T>(identities: &Identities, act: impl AsyncFn(&Cx<'_>) -> Result<T>) -> Result<T> {
    identities
        .persist(async |_| {
            let epoch = identities.store().operator().epoch().await?;
            act(&identities.cx(&Actor { epoch, ..ANYTHING.clone() })).await
        })
        .await
}
