//! The key that a customer signs requests with, as a class.

use hydra::Found;
use store::api_key as rows;
use vocab::{ApiKey, ApiKeyFields, ApiKeyInput, CustomerKey};

use crate::customers::api_key;
use crate::instant::instant;
use crate::number::Named;
use crate::{Created, Cx, IfMatch, Resource, Result, Used};

fn none(key: &CustomerKey) -> Found<ApiKey> {
    let value =
        ApiKey::from(ApiKeyFields { present: false, key: None, created: None, created_by: None, last_used: None });
    Found { key: key.clone(), value, version: 0 }
}

fn found(cx: &Cx<'_>, key: &CustomerKey, row: rows::ApiKey) -> Found<ApiKey> {
    let used = Used::Signature(key.customer.number(), row.version);
    let value = ApiKey::from(ApiKeyFields {
        present: true,
        key: None,
        created: Some(instant(row.created_at)),
        created_by: row.created_by,
        last_used: cx.last_use(used, row.last_used_at).map(instant),
    });
    Found { key: key.clone(), value, version: row.version }
}

impl Resource for ApiKey {
    async fn fetch(cx: &Cx<'_>, key: &CustomerKey) -> Result<Found<Self>> {
        let row = rows::find(&cx.scope(), key.customer.number()).await?;
        Ok(row.map_or_else(|| none(key), |row| found(cx, key, row)))
    }

    async fn replace(cx: &Cx<'_>, key: &CustomerKey, _: ApiKeyInput, on: &IfMatch) -> Result<Created<Self>> {
        on.check(Self::fetch(cx, key).await?.version)?;
        let (shown, row) = api_key::renew(cx, key.customer).await?;
        let mut found = found(cx, key, row);
        found.value.key = Some(shown);
        Ok(Created { found, new: false })
    }

    async fn remove(cx: &Cx<'_>, key: &CustomerKey, on: &IfMatch) -> Result<()> {
        on.check(Self::fetch(cx, key).await?.version)?;
        api_key::remove(cx, key.customer).await
    }
}
