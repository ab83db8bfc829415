//! Customers, whosever they are.

use hydra::Timestamp;
use serde::Serialize;
use store::{CustomerNumber, Listing, Tenant, customer, storage};

use super::acting::act;
use super::customer_number::customer_number;
use crate::customers::record;
use crate::instant::instant;
use crate::number::Numbered;
use crate::{Identities, IfMatch, Result};

/// A customer, as `customer list` tells of one.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListedCustomer {
    /// The number in addresses.
    pub customer: CustomerNumber,
    /// The name in addresses.
    pub name: String,
    /// The name for people.
    pub display_name: String,
    /// Whether it administers the service.
    pub administrator: bool,
    /// Whether it is disabled.
    pub disabled: bool,
    /// When it came to be.
    pub created: Timestamp,
}

impl From<customer::Customer> for ListedCustomer {
    fn from(row: customer::Customer) -> Self {
        Self {
            customer: row.id,
            name: row.name,
            display_name: row.display_name,
            administrator: row.administrator,
            disabled: row.disabled,
            created: instant(row.created_at),
        }
    }
}

/// The customers that there are, the oldest first.
///
/// # Errors
/// The database refused.
pub async fn customers(identities: &Identities) -> Result<Vec<ListedCustomer>> {
    let listing = Listing { limit: u64::from(u32::MAX), ..Listing::default() };
    let page = customer::list(&identities.store().operator(), customer::Eyes::All, &listing).await?;
    Ok(page.rows.into_iter().map(ListedCustomer::from).collect())
}

/// A customer, as `customer show` tells of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShownCustomer {
    /// What the list tells.
    #[serde(flatten)]
    pub listed: ListedCustomer,
    /// The policy that limits what it stores.
    pub storage_policy: Option<String>,
    /// How many images are stored.
    pub images: i64,
    /// The bytes that their originals take.
    pub bytes: i64,
    /// The bytes that their thumbnails take.
    pub thumbnail_bytes: i64,
}

/// A customer, by name.
///
/// # Errors
/// There is no such customer.
pub async fn customer(identities: &Identities, name: &str) -> Result<ShownCustomer> {
    let scope = identities.store().operator();
    let tenant = Tenant::of_operator(customer_number(&scope, name).await?);
    let row = customer::find(&scope, tenant).await?.ok_or(crate::Error::NotFound)?;
    let stored = storage::of_customer(&scope, tenant).await?;
    Ok(ShownCustomer {
        listed: row.into(),
        storage_policy: storage::policy_of(&scope, tenant).await?,
        images: stored.stored,
        bytes: stored.size,
        thumbnail_bytes: stored.thumbnail_size,
    })
}

/// Puts a customer away, which ends the sessions of its users, or takes it out again.
///
/// # Errors
/// There is no such customer, it administers the service, or what it lies below is disabled.
pub async fn enable_customer(identities: &Identities, name: &str, enabled: bool) -> Result<ShownCustomer> {
    let number = customer_number(&identities.store().operator(), name).await?;
    act(identities, async |cx| {
        let done = match enabled {
            true => record::reenable(cx, number.identity(), &IfMatch::Absent).await,
            false => record::disable(cx, number.identity(), &IfMatch::Absent).await,
        };
        done.map(drop)
    })
    .await?;
    customer(identities, name).await
}
