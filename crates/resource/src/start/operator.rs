//! What an operator does from the command line, beside a running service: make customers, users and keys, tell them apart, and
//! end what has to end.

mod account;
mod acting;
mod customer;
mod customer_number;
mod held_key;
mod log;
mod retry;
mod sealing;
mod session;
mod shown_user;
mod storage_policy;

pub use account::{ListedUser, Users, delete_user, enable, group, set_password, users};
pub use customer::{ListedCustomer, ShownCustomer, customer, customers, enable_customer};
pub use held_key::{HeldKey, KeyKind, Keys, delete_key, delete_keys, delete_signing_key, keys};
pub use log::{Difference, Unlogged, compare_log};
pub use retry::{Failures, retry};
pub use sealing::{reseal, unreadable};
pub use session::{
    HeldSession, Sessions, Viewing, end_session, end_sessions, end_viewers, open_sessions, sessions, viewers,
};
pub use shown_user::{ShownUser, user};
pub use storage_policy::{ListedPolicy, assign_policy, delete_policy, policies, put_policy};

use account::GROUPS;
pub(crate) use acting::watch_start;
use acting::{OPERATOR, watch};
use store::grant::GrantKind;
use store::key::{self, Owner};
use store::{CustomerNumber, Tenant, Transaction, customer as rows, portal_role, portal_user};
use uuid::Uuid;
use vocab::value::{DisplayName, Email, Mobile, Name, Password, PortalUserId, RoleName, Uid};

use crate::changes::Watch;
use crate::classes::system_user;
use crate::customers::record::{self, CustomerDraft, Maker, Record};
use crate::instant::micros;
use crate::number::{Named, Numbered};
use crate::rights::secret;
use crate::{Error, Identities, Result};

/// A key together with its secret.
#[derive(Debug, Clone, serde::Serialize)]
pub struct KeyPair {
    /// The public half.
    pub key: String,
    /// The secret half.
    pub secret: String,
}

pub(crate) async fn insert_customer(
    identities: &Identities,
    transaction: &Transaction,
    draft: CustomerDraft,
    watch: &mut Watch<'_>,
) -> Result<Record> {
    let maker = Maker { world: identities.world(), rules: identities.rules(), writer: None };
    record::begin(transaction, &maker, draft, watch).await
}

pub(crate) async fn insert_key(
    identities: &Identities,
    transaction: &Transaction,
    owner: key::Owner,
    given: Option<KeyPair>,
    maker: &str,
    watch: &mut Watch<'_>,
) -> Result<KeyPair> {
    let world = identities.world();
    let pair = given.unwrap_or_else(|| KeyPair { key: world.uuid().to_string(), secret: secret::generate(world) });
    let digest = secret::digest(pair.secret.as_bytes());
    let name = Uuid::try_parse(&pair.key).is_err().then_some(pair.key.as_str());
    let known_by = secret::known_by(&pair.key);
    key::insert(transaction, known_by, owner, name, &digest, maker, micros(world.now())).await?;
    match owner {
        Owner::Customer(customer) => watch.key_made(customer.identity(), known_by),
        Owner::User(user) => watch.user_key_made(user, known_by).await?,
    }
    tracing::info!(key = pair.key, by = maker, "a key was made");
    Ok(pair)
}

/// What `customer create` made.
#[derive(Debug, serde::Serialize)]
pub struct NewCustomer {
    /// The number in addresses.
    pub customer: CustomerNumber,
    /// The name in addresses.
    pub name: String,
}

/// A transaction of the operator's, in a service that has been started: the first customer must be the administrator.
async fn begun(identities: &Identities) -> Result<Transaction> {
    let transaction = identities.store().operator().begin().await?;
    if rows::has_administrator(&transaction).await? {
        return Ok(transaction);
    }
    Err(Error::invalid(
        "database",
        "has no administrator yet; start the service once, with portico serve, before anything else",
    ))
}

/// Whether a service has been started on the database. Of another nothing is told, and nothing is cleared away because of it.
///
/// # Errors
/// It has not.
pub async fn check_started(identities: &Identities) -> Result<()> {
    begun(identities).await.map(drop)
}

/// Makes a customer.
///
/// # Errors
/// The name is taken.
pub async fn create_customer(identities: &Identities, name: &Name, display_name: &DisplayName) -> Result<NewCustomer> {
    let transaction = begun(identities).await?;
    let mut watch = watch(identities, &transaction);
    let draft = CustomerDraft::new(name.clone(), display_name.clone());
    let record = insert_customer(identities, &transaction, draft, &mut watch).await?;
    let changes = watch.finish().await?;
    transaction.commit(changes).await?;
    Ok(NewCustomer { customer: record.id.number(), name: record.name })
}

pub(crate) async fn customer_named(transaction: &Transaction, name: &str) -> Result<rows::Customer> {
    let found = rows::by_name(transaction, name).await?;
    found.ok_or_else(|| Error::invalid("customer", format_args!("'{name}' does not exist")))
}

/// Makes a key for a customer.
///
/// # Errors
/// There is no such customer.
pub async fn create_customer_key(identities: &Identities, name: &str) -> Result<KeyPair> {
    let transaction = begun(identities).await?;
    let row = customer_named(&transaction, name).await?;
    let mut watch = watch(identities, &transaction);
    let pair = insert_key(identities, &transaction, Owner::Customer(row.id), None, OPERATOR, &mut watch).await?;
    let changes = watch.finish().await?;
    transaction.commit(changes).await?;
    Ok(pair)
}

/// Makes a key for a user, who is named by e-mail address or sign-in name; with it comes the user's identity.
///
/// # Errors
/// There is no such user, or more than one.
pub async fn create_user_key(identities: &Identities, name: &str) -> Result<(Uuid, KeyPair)> {
    let scope = identities.store().operator();
    let account = account::named(&scope, name).await?;
    let transaction = scope.begin().await?;
    let mut watch = watch(identities, &transaction);
    let pair = insert_key(identities, &transaction, Owner::User(account.id), None, OPERATOR, &mut watch).await?;
    let changes = watch.finish().await?;
    transaction.commit(changes).await?;
    Ok((account.uuid, pair))
}

/// What `user create` is told.
#[derive(Debug)]
pub struct NewUser {
    /// The customer, by name; none for a system user.
    pub customer: Option<String>,
    /// The address the person signs in with.
    pub email: Email,
    /// A sign-in name.
    pub uid: Option<Uid>,
    /// A mobile number.
    pub mobile: Option<Mobile>,
    /// The password.
    pub password: Option<Password>,
    /// Entitlement groups.
    pub groups: Vec<RoleName>,
}

/// Makes a user.
///
/// # Errors
/// The customer does not exist, the address is taken, a group does not exist.
pub async fn create_user(identities: &Identities, new: NewUser) -> Result<Uuid> {
    let world = identities.world();
    let password_hash = match &new.password {
        Some(password) => Some(identities.passwords().hash(world, password).await?),
        None => None,
    };
    let transaction = begun(identities).await?;
    let customer = match &new.customer {
        Some(name) => Some(customer_named(&transaction, name).await?.id),
        None => None,
    };
    for group in &new.groups {
        account::known_group(&transaction, group).await?;
    }
    let birth = world.birth();
    let state = portal_user::State {
        uuid: world.uuid(),
        email: new.email.into(),
        uid: new.uid.map(String::from),
        mobile: new.mobile.map(String::from),
        enabled: true,
        password_hash,
        created_at: birth.at,
        birth,
    };
    let row = match customer.map(Tenant::of_operator) {
        None => system_user::insert(&transaction, state).await?,
        tenant => portal_user::insert(&transaction, tenant, state).await?.ok_or(Error::NotFound)?,
    };
    let mut watch = watch(identities, &transaction);
    let untold: &[_] = if new.groups.is_empty() { &[] } else { GROUPS };
    watch.account_made(customer.map(Numbered::identity), PortalUserId(row.uuid), untold);
    for group in &new.groups {
        portal_role::grant(&transaction, row.id, group.as_str(), birth.at).await?;
        watch.role_made(row.id, GrantKind::Group, group.as_str()).await?;
    }
    let changes = watch.finish().await?;
    transaction.commit(changes).await?;
    Ok(row.uuid)
}
