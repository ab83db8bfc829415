//! Auth services, some nested in others, each with what is kept of its role provider.

use sea_orm::Value;
use uuid::Uuid;

use crate::authority::EPOCH;
use crate::folding::key;
use crate::listing::{Listing, OrderBy, Page, Table};
use crate::owned::{CUSTOMER_EXISTS, owned, state};
use crate::places::places;
use crate::row::{Entity as _, row};
use crate::{Number, Result, Scope, ServiceNumber, Tenant, Transaction};

row! {
    /// An auth service.
    AuthService {
        /// The number that other tables refer to; never shown.
        id: Number<Self> = "id",
        /// The identity in addresses.
        uuid: Uuid = "uuid",
        /// The service that it is nested in, by number.
        parent: Option<Number<Self>> = "parent_id",
        /// The name in addresses.
        name: String = "name",
        /// The profile of IIIF authentication.
        profile: Option<String> = "profile",
        /// What a viewer calls it.
        label: Option<String> = "label",
        /// What it is for.
        description: Option<String> = "description",
        /// The heading of its page.
        page_label: Option<String> = "page_label",
        /// The text of its page.
        page_description: Option<String> = "page_description",
        /// The text of its button.
        call_to_action: Option<String> = "call_to_action",
        /// Seconds that a session lasts.
        time_to_live: i64 = "time_to_live",
        /// How its role provider finds roles, as JSON.
        provider_configuration: Option<String> = "provider_configuration",
        /// What its role provider signs in with, encrypted.
        provider_credentials: Option<Vec<u8>> = "provider_credentials",
        /// When it was made, in microseconds.
        created_at: i64 = "created_at",
        /// Rises with each change.
        version: i64 = "version",
    }
}

state! {
    /// All that is kept of an auth service and can change.
    State {
        /// The service that it is nested in, by number.
        parent: Option<ServiceNumber> = "parent_id";
        /// The name in addresses.
        name: String = "name", folded "name_key";
        /// The profile of IIIF authentication.
        profile: Option<String> = "profile";
        /// What a viewer calls it.
        label: Option<String> = "label";
        /// What it is for.
        description: Option<String> = "description";
        /// The heading of its page.
        page_label: Option<String> = "page_label";
        /// The text of its page.
        page_description: Option<String> = "page_description";
        /// The text of its button.
        call_to_action: Option<String> = "call_to_action";
        /// Seconds that a session lasts.
        time_to_live: i64 = "time_to_live";
    }
}

const TABLE: Table = Table {
    name: "auth_service",
    condition: "customer_id = $1 AND parent_id IS NULL",
    owned: true,
    owner_exists: CUSTOMER_EXISTS,
    total: None,
    text: &["name_key"],
    filters: &[("name", "name_key", true)],
    orders: &[("name", OrderBy::Text("name_key"))],
};

/// The same table, where only what is nested in one service is meant.
const NESTED: Table =
    Table { condition: "parent_id = $1", owner_exists: "EXISTS (SELECT 1 FROM auth_service WHERE id = $1)", ..TABLE };

owned!(AuthService, State, Uuid = "uuid", TABLE);

/// What is nested in a service; none where it has gone.
///
/// # Errors
/// As [`crate::Error`].
pub async fn nested(scope: &Scope<'_>, parent: &AuthService, listing: &Listing) -> Result<Option<Page<AuthService>>> {
    NESTED.list(scope, Some(parent.id.into()), listing).await
}

/// A service of a customer by its name, unless it is nested in another.
///
/// # Errors
/// As [`crate::Error`].
pub async fn by_name(scope: &Scope<'_>, tenant: Tenant, name: &str) -> Result<Option<AuthService>> {
    let sql = format!(
        "SELECT {}, {EPOCH} FROM auth_service WHERE customer_id = $1 AND name_key = $2 AND name = $3 AND parent_id IS NULL",
        AuthService::COLUMNS
    );
    scope.one(scope.statement(&sql, [tenant.id().into(), key("name_key", name).into(), name.into()])).await
}

/// The service for signing out that is nested in a service.
///
/// # Errors
/// As [`crate::Error`].
pub async fn sign_out(scope: &Scope<'_>, parent: ServiceNumber) -> Result<Option<AuthService>> {
    let sql = format!(
        "SELECT {}, {EPOCH} FROM auth_service WHERE parent_id = $1 AND profile LIKE '%/logout' ORDER BY id LIMIT 1",
        AuthService::COLUMNS
    );
    scope.one(scope.statement(&sql, [parent.into()])).await
}

/// The services by which people acquire any of these roles of a customer; for a nested one, the one that it is nested in.
/// One whose role provider is configured lets nobody in, and is left out.
///
/// # Errors
/// As [`crate::Error`].
pub async fn of_roles(scope: &Scope<'_>, tenant: Tenant, roles: &[String]) -> Result<Vec<AuthService>> {
    if roles.is_empty() {
        return Ok(Vec::new());
    }
    let mut values: Vec<Value> = vec![tenant.id().into()];
    let places = places(&mut values, roles.iter().cloned());
    let sql = format!(
        "SELECT {} FROM auth_service WHERE id IN (SELECT coalesce(own.parent_id, own.id) FROM role \
         JOIN auth_service AS own ON own.id = role.auth_service_id \
         WHERE role.customer_id = $1 AND role.slug IN ({places}) AND own.provider_configuration IS NULL) \
         AND provider_configuration IS NULL ORDER BY id",
        AuthService::COLUMNS
    );
    scope.all(scope.statement(&sql, values)).await
}

/// Replaces what is kept of the role provider of a service that still has the version of the row given. None if it has
/// changed or gone.
///
/// # Errors
/// As [`crate::Error`].
pub async fn set_provider(
    transaction: &Transaction,
    row: &AuthService,
    configuration: Option<String>,
    credentials: Option<Vec<u8>>,
) -> Result<Option<AuthService>> {
    let sql = format!(
        "UPDATE auth_service SET provider_configuration = $1, provider_credentials = $2, version = version + 1 \
         WHERE id = $3 AND version = $4 RETURNING {}",
        AuthService::COLUMNS
    );
    let values = [configuration.into(), credentials.into(), row.id.into(), row.version.into()];
    transaction.one(transaction.statement(&sql, values)).await
}
