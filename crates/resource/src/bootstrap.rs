//! Beginnings: the first customer, a demonstration, and what an operator makes from the command line.

use store::{Tenant, Transaction, api_key, customer, named_query, owned, portal_user, role, space};
use uuid::Uuid;
use vocab::value::{CustomerId, DisplayName, Email, Kind, Mobile, Name, Password, RoleName, Uid};

use crate::cx::micros;
use crate::record::{self, Draft, Maker, Record};
use crate::{Error, Identities, Result, secret};

/// A key together with its secret.
#[derive(Debug, Clone, serde::Serialize)]
pub struct KeyPair {
    /// The public half.
    pub key: String,
    /// The secret half.
    pub secret: String,
}

/// Makes the first customer, the administrator, if there is none. Its first key is `given`, or a new one.
///
/// # Errors
/// The database refused.
pub async fn first_customer(identities: &Identities, given: Option<KeyPair>) -> Result<Option<KeyPair>> {
    let transaction = identities.store().operator().begin_alone().await?;
    if customer::has_administrator(&transaction).await? {
        return Ok(None);
    }
    let draft = Draft {
        kind: Kind::Group,
        ..Draft::new(Name::trusted(ADMINISTRATOR.into()), DisplayName::trusted("Administrator".into()))
    };
    let record = insert_customer(identities, &transaction, draft).await?;
    let pair = insert_key(identities, &transaction, api_key::Owner::Customer(record.id.0), given).await?;
    transaction.commit().await?;
    Ok(Some(pair))
}

/// Makes sure that a key of the administrator exists: the operator has named it in the configuration.
///
/// # Errors
/// The key exists and its secret is another, or it is somebody else's.
pub async fn ensure_key(identities: &Identities, given: &KeyPair) -> Result<()> {
    let key = parse_key(given)?;
    let scope = identities.store().operator();
    let transaction = scope.begin_alone().await?;
    if let Some(holder) = api_key::holder(&scope, key).await? {
        let same = holder.administrator == Some(true) && secret::matches(&given.secret, &holder.secret_hash);
        let taken = || Error::conflict("key", "exists with another secret, or for another customer");
        return if same { Ok(()) } else { Err(taken()) };
    }
    let administrator = customer_named(&transaction, ADMINISTRATOR).await?;
    insert_key(identities, &transaction, api_key::Owner::Customer(administrator.id), Some(given.clone())).await?;
    Ok(transaction.commit().await?)
}

/// Customers whose names were taken before the present rule of names, each with its number and what is wrong. They stay what
/// they are; in addresses, one that is named like a number goes by its own number alone.
///
/// # Errors
/// The database does not answer.
pub async fn misnamed(identities: &Identities) -> Result<Vec<(CustomerId, String, String)>> {
    let named = customer::unusually_named(&identities.store().operator()).await?;
    let wrong = |(number, name): (i64, String)| {
        let what = name.parse::<Name>().err()?;
        (name != ADMINISTRATOR).then_some((CustomerId(number), name, what))
    };
    Ok(named.into_iter().filter_map(wrong).collect())
}

/// The name of the customer that administers the service; no other can have it.
const ADMINISTRATOR: &str = "admin";

fn parse_key(pair: &KeyPair) -> Result<Uuid> {
    Uuid::try_parse(&pair.key).map_err(|_| Error::invalid("key", "must be a UUID"))
}

async fn insert_customer(identities: &Identities, transaction: &Transaction, draft: Draft) -> Result<Record> {
    let maker = Maker { world: identities.world(), rules: identities.rules(), writer: None };
    record::begin(transaction, &maker, draft).await
}

async fn insert_key(
    identities: &Identities,
    transaction: &Transaction,
    owner: api_key::Owner,
    given: Option<KeyPair>,
) -> Result<KeyPair> {
    let world = identities.world();
    let pair = given.unwrap_or_else(|| KeyPair { key: world.uuid().to_string(), secret: secret::generate(world) });
    let digest = secret::digest(pair.secret.as_bytes());
    api_key::insert(transaction, parse_key(&pair)?, owner, &digest, micros(world.now())).await?;
    Ok(pair)
}

/// What `customer create` made.
#[derive(Debug, serde::Serialize)]
pub struct NewCustomer {
    /// The number in addresses.
    pub customer: i64,
    /// The name in addresses.
    pub name: String,
}

/// A transaction of the operator's, in a service that has been started: the first customer must be the administrator.
async fn begun(identities: &Identities) -> Result<Transaction> {
    let transaction = identities.store().operator().begin().await?;
    if customer::has_administrator(&transaction).await? {
        return Ok(transaction);
    }
    Err(Error::invalid(
        "database",
        "has no administrator yet; start the service once, with portico serve, before anything else",
    ))
}

/// Makes a customer.
///
/// # Errors
/// The name is taken.
pub async fn create_customer(identities: &Identities, name: &Name, display_name: &DisplayName) -> Result<NewCustomer> {
    let transaction = begun(identities).await?;
    let record = insert_customer(identities, &transaction, Draft::new(name.clone(), display_name.clone())).await?;
    transaction.commit().await?;
    Ok(NewCustomer { customer: record.id.0, name: record.name })
}

async fn customer_named(transaction: &Transaction, name: &str) -> Result<customer::Customer> {
    let found = customer::by_name(transaction, name).await?;
    found.ok_or_else(|| Error::invalid("customer", format_args!("'{name}' does not exist")))
}

/// Makes a key for a customer.
///
/// # Errors
/// There is no such customer.
pub async fn create_customer_key(identities: &Identities, name: &str) -> Result<KeyPair> {
    let transaction = begun(identities).await?;
    let row = customer_named(&transaction, name).await?;
    let pair = insert_key(identities, &transaction, api_key::Owner::Customer(row.id), None).await?;
    transaction.commit().await?;
    Ok(pair)
}

/// Makes a key for a user, who is named by e-mail address or sign-in name; with it comes the user's identity.
///
/// # Errors
/// There is no such user, or more than one.
pub async fn create_user_key(identities: &Identities, name: &str) -> Result<(Uuid, KeyPair)> {
    let scope = identities.store().operator();
    let accounts = portal_user::accounts(&scope, name, 2).await?;
    let account = match accounts.as_slice() {
        [one] => one,
        [] => {
            return Err(Error::invalid("user", format_args!("'{name}' does not exist")));
        }
        _ => {
            return Err(Error::invalid("user", format_args!("'{name}' belongs to several customers; name the uid")));
        }
    };
    let transaction = scope.begin().await?;
    let pair = insert_key(identities, &transaction, api_key::Owner::User(account.id), None).await?;
    transaction.commit().await?;
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
        // What the operator gives goes beyond what a customer can give its people. Nobody writes such an account who may do
        // less than it.
        if role::portal(&transaction, group.as_str()).await?.is_none() {
            return Err(Error::invalid("group", format_args!("'{group}' does not exist")));
        }
    }
    let now = micros(world.now());
    let state = portal_user::State {
        uuid: world.uuid(),
        email: new.email.into(),
        uid: new.uid.map(String::from),
        mobile: new.mobile.map(String::from),
        enabled: true,
        password_hash,
        created_at: now,
        now,
    };
    let row = portal_user::insert_within(&transaction, customer.map(Tenant::of_operator), state).await?;
    for group in &new.groups {
        role::grant(&transaction, row.id, group.as_str(), now).await?;
    }
    transaction.commit().await?;
    Ok(row.uuid)
}

/// The name of the demonstration customer.
pub const DEMO: &str = "riverside-museum";

/// Makes the demonstration customer with its people, unless it exists. The answer is its number and a key of it.
///
/// # Errors
/// The database refused.
pub async fn demo(identities: &Identities) -> Result<Option<(i64, KeyPair)>> {
    let transaction = identities.store().operator().begin_alone().await?;
    if customer::by_name(&transaction, DEMO).await?.is_some() {
        return Ok(None);
    }
    let now = micros(identities.world().now());
    let draft = Draft::new(Name::trusted(DEMO.into()), DisplayName::trusted("Riverside Museum of Photography".into()));
    let customer = insert_customer(identities, &transaction, draft).await?.id.0;
    let pair = insert_key(identities, &transaction, api_key::Owner::Customer(customer), None).await?;
    let people = [
        ("collections@riverside-museum.example", "rs-collections", Some("+442079460101"), true, Some("admin")),
        ("reading-room@riverside-museum.example", "rs-reading-room", None, true, Some("readonly")),
        ("digitisation@riverside-museum.example", "rs-digitisation", Some("+442079460102"), true, Some("admin")),
        ("intern-2025@riverside-museum.example", "rs-intern-2025", None, false, None),
    ];
    for (email, uid, mobile, enabled, group) in people {
        let state = portal_user::State {
            uuid: identities.world().uuid(),
            email: email.into(),
            uid: Some(uid.into()),
            mobile: mobile.map(String::from),
            enabled,
            password_hash: None,
            created_at: now,
            now,
        };
        let user = portal_user::insert_within(&transaction, Some(Tenant::of_operator(customer)), state).await?;
        if let Some(group) = group {
            role::grant(&transaction, user.id, group, now).await?;
        }
    }
    furnish_demo(identities, &transaction, Tenant::of_operator(customer), now).await?;
    transaction.commit().await?;
    Ok(Some((customer, pair)))
}

/// A space for the demonstration customer's images, and a query over them.
async fn furnish_demo(identities: &Identities, transaction: &Transaction, tenant: Tenant, now: i64) -> Result<()> {
    let number = space::number(transaction, tenant, None).await?.ok_or(Error::NotFound)?;
    let photographs = space::State {
        name: "Photographs".into(),
        default_tags: "[\"photograph\"]".into(),
        default_max_unauthorised: -1,
        default_roles: "[]".into(),
    };
    owned::insert::<space::Space>(transaction, tenant, number, now, photographs).await?;
    let album = named_query::State { name: "album".into(), shared: false, template: "s1=p1&assetOrder=n1".into() };
    owned::insert::<named_query::NamedQuery>(transaction, tenant, identities.world().uuid(), now, album).await?;
    Ok(())
}
