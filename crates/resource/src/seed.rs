//! A seed: what an operator wants to be there when the service starts. What is missing is made; what is there is left as it
//! is, so a seed can be sown again and again.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value as Json;
use store::grant::{self, Kind as Granted};
use store::record::Identity;
use store::{Tenant, Transaction, entitlement, entitlement_group, portal_user, record as rows, switchable};
use vocab::value::{
    Alias, Description, DisplayName, DnsName, Email, EntitlementName, EulaRevision, Flag, Kind, Language, Lifecycle,
    MfaMethod, Mobile, Name, Password, TimeZone, Uid,
};

use crate::cx::micros;
use crate::record::{self, Change, Draft, Maker};
use crate::{Error, Identities, Result};

/// What is to be there.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[derive(Default)]
pub struct Seed {
    /// Entitlements beside those that are built in.
    pub entitlements: Vec<EntitlementSeed>,
    /// Groups of entitlements beside those that are built in.
    pub entitlement_groups: Vec<GroupSeed>,
    /// Customers, each after the one that it lies below.
    pub customers: Vec<CustomerSeed>,
    /// Portal users, and system users, who belong to no customer.
    pub users: Vec<UserSeed>,
}

/// An entitlement.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EntitlementSeed {
    name: Parsed<EntitlementName>,
    description: Option<Parsed<Description>>,
    #[serde(default)]
    core: bool,
}

/// A group of entitlements.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GroupSeed {
    name: Parsed<EntitlementName>,
    description: Option<Parsed<Description>>,
    #[serde(default)]
    members: Vec<Parsed<EntitlementName>>,
    #[serde(default)]
    allow_core_entitlements: bool,
}

/// A customer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomerSeed {
    name: Parsed<Name>,
    display_name: Parsed<DisplayName>,
    alias: Option<Parsed<Alias>>,
    parent: Option<String>,
    kind: Option<Parsed<Kind>>,
    status: Option<Parsed<Lifecycle>>,
    language: Option<Parsed<Language>>,
    time_zone: Option<Parsed<TimeZone>>,
    eula_revision: Option<Parsed<EulaRevision>>,
    mfa_method: Option<Parsed<MfaMethod>>,
    allow_public_registration: Option<bool>,
    eula_automatic_approval: Option<bool>,
    #[serde(default)]
    flags: Vec<Parsed<Flag>>,
    #[serde(default)]
    admin_emails: Vec<Parsed<Email>>,
    #[serde(default)]
    customer_domains: Vec<Parsed<DnsName>>,
    #[serde(default)]
    entitlements: Vec<Parsed<EntitlementName>>,
    #[serde(default)]
    entitlement_groups: Vec<Parsed<EntitlementName>>,
}

/// A user.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UserSeed {
    customer: Option<String>,
    email: Parsed<Email>,
    uid: Option<Parsed<Uid>>,
    mobile: Option<Parsed<Mobile>>,
    password: Option<Parsed<Password>>,
    #[serde(default)]
    entitlements: Vec<Parsed<EntitlementName>>,
    #[serde(default)]
    entitlement_groups: Vec<Parsed<EntitlementName>>,
    #[serde(default)]
    customers: Vec<String>,
}

/// A literal of the vocabulary, where serde reads it.
#[derive(Debug)]
struct Parsed<T>(T);

impl<'de, T: hydra::Value> Deserialize<'de> for Parsed<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let json = Json::deserialize(deserializer)?;
        T::parse(&json).map(Self).map_err(serde::de::Error::custom)
    }
}

/// How many were made, of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sown {
    /// Entitlements.
    pub entitlements: usize,
    /// Groups.
    pub groups: usize,
    /// Customers.
    pub customers: usize,
    /// Users.
    pub users: usize,
}

impl Seed {
    /// A seed as JSON.
    ///
    /// # Errors
    /// It is not JSON, has a member that is not known, or a value that breaks a rule; the sentence says where.
    pub fn parse(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|error| Error::invalid("seed", format_args!("cannot be read: {error}")))
    }
}

/// Makes what is missing, all of it or nothing.
///
/// # Errors
/// [`Error::Invalid`] if something names what is neither in the seed nor there already, [`Error::Conflict`] if a name is
/// taken by something else.
pub async fn sow(identities: &Identities, seed: &Seed) -> Result<Sown> {
    // Hashing takes its time; nobody has to wait for it.
    let mut hashes = HashMap::new();
    for (index, user) in seed.users.iter().enumerate() {
        if let Some(Parsed(password)) = &user.password {
            let hash = identities.passwords().hash(identities.world(), password).await?;
            hashes.insert(index, hash);
        }
    }
    let transaction = identities.store().operator().begin_alone().await?;
    let mut sown = Sown::default();
    for seed in &seed.entitlements {
        sown.entitlements += usize::from(entitlement(&transaction, seed).await?);
    }
    for seed in &seed.entitlement_groups {
        sown.groups += usize::from(group(&transaction, seed).await?);
    }
    for seed in &seed.customers {
        sown.customers += usize::from(customer(identities, &transaction, seed).await?);
    }
    for (index, seed) in seed.users.iter().enumerate() {
        sown.users += usize::from(user(identities, &transaction, seed, hashes.remove(&index)).await?);
    }
    transaction.commit().await?;
    Ok(sown)
}

fn text(description: Option<&Parsed<Description>>) -> &str {
    description.map_or("", |Parsed(description)| description.as_str())
}

async fn entitlement(transaction: &Transaction, seed: &EntitlementSeed) -> Result<bool> {
    let name = seed.name.0.as_str();
    if entitlement::find_within(transaction, name).await?.is_some() {
        return Ok(false);
    }
    entitlement::insert(transaction, name, text(seed.description.as_ref()), seed.core).await?;
    Ok(true)
}

async fn group(transaction: &Transaction, seed: &GroupSeed) -> Result<bool> {
    let name = seed.name.0.as_str();
    if entitlement_group::find_within(transaction, name).await?.is_some() {
        return Ok(false);
    }
    for Parsed(member) in &seed.members {
        let known = entitlement::find_within(transaction, member.as_str()).await?;
        let known = known.ok_or_else(|| unknown("members", member.as_str()))?;
        if known.core && !seed.allow_core_entitlements {
            return Err(Error::invalid(
                "members",
                format_args!("of {name} cannot have '{member}', which is core, unless allowCoreEntitlements is true"),
            ));
        }
    }
    let members: Vec<_> = seed.members.iter().map(|Parsed(member)| member.to_string()).collect();
    entitlement_group::insert(transaction, name, text(seed.description.as_ref()), seed.allow_core_entitlements).await?;
    entitlement_group::set_members(transaction, name, &members).await?;
    Ok(true)
}

fn unknown(property: &str, name: &str) -> Error {
    Error::invalid(property, format_args!("names '{name}', which is neither there nor earlier in the seed"))
}

async fn named(transaction: &Transaction, property: &str, name: &str) -> Result<rows::Record> {
    let found = rows::find_within(transaction, &Identity::Name(name.to_owned())).await?;
    found.ok_or_else(|| unknown(property, name))
}

async fn customer(identities: &Identities, transaction: &Transaction, seed: &CustomerSeed) -> Result<bool> {
    let name = seed.name.0.to_string();
    let (id, is_new) = match rows::find_within(transaction, &Identity::Name(name)).await? {
        Some(row) => (row.id, false),
        None => {
            let parent = match &seed.parent {
                Some(parent) => Some(named(transaction, "parent", parent).await?.id),
                None => None,
            };
            let draft = draft(seed, parent)?;
            let maker = Maker { world: identities.world(), rules: identities.rules(), writer: None };
            (record::begin(transaction, &maker, draft).await?.id.0, true)
        }
    };
    for (kind, names) in [(Granted::Entitlement, &seed.entitlements), (Granted::Group, &seed.entitlement_groups)] {
        for Parsed(name) in names {
            check_defined(transaction, kind, name).await?;
            grant::to_customer(transaction, id, kind, name.as_str()).await?;
        }
    }
    Ok(is_new)
}

async fn check_defined(transaction: &Transaction, kind: Granted, name: &EntitlementName) -> Result<()> {
    let (property, is_defined) = match kind {
        Granted::Entitlement => ("entitlements", entitlement::find_within(transaction, name.as_str()).await?.is_some()),
        Granted::Group => {
            ("entitlementGroups", entitlement_group::find_within(transaction, name.as_str()).await?.is_some())
        }
    };
    if is_defined { Ok(()) } else { Err(unknown(property, name.as_str())) }
}

/// What a new customer is made of.
fn draft(seed: &CustomerSeed, parent: Option<i64>) -> Result<Draft> {
    let is_active = match seed.status.as_ref().map(|Parsed(status)| *status) {
        None | Some(Lifecycle::Active) => true,
        Some(Lifecycle::Inactive) => false,
        Some(other) => {
            return Err(Error::invalid(
                "status",
                format_args!("cannot be {other} in a seed; it is active or inactive"),
            ));
        }
    };
    fn value<T: Clone>(parsed: Option<&Parsed<T>>) -> Option<T> {
        parsed.map(|Parsed(value)| value.clone())
    }
    fn values<T: Clone>(parsed: &[Parsed<T>]) -> Vec<T> {
        parsed.iter().map(|Parsed(value)| value.clone()).collect()
    }
    Ok(Draft {
        parent: parent.map(vocab::value::CustomerId),
        kind: value(seed.kind.as_ref()).unwrap_or(Kind::Leaf),
        is_active,
        rest: Change {
            alias: value(seed.alias.as_ref()),
            language: value(seed.language.as_ref()),
            time_zone: value(seed.time_zone.as_ref()),
            flags: seed.flags.iter().map(|Parsed(flag)| (*flag, true)).collect(),
            admin_emails: Some(values(&seed.admin_emails)),
            customer_domains: Some(values(&seed.customer_domains)),
            mfa_method: value(seed.mfa_method.as_ref()).map_or(hydra::Given::Absent, hydra::Given::Value),
            allow_public_registration: seed.allow_public_registration,
            eula_automatic_approval: seed.eula_automatic_approval,
            eula_revision: value(seed.eula_revision.as_ref()),
            ..Change::default()
        },
        ..Draft::new(seed.name.0.clone(), seed.display_name.0.clone())
    })
}

async fn user(
    identities: &Identities,
    transaction: &Transaction,
    seed: &UserSeed,
    password_hash: Option<String>,
) -> Result<bool> {
    let home = match &seed.customer {
        Some(name) => Some(named(transaction, "customer", name).await?.id),
        None => None,
    };
    let now = micros(identities.world().now());
    let email = seed.email.0.to_string();
    let (id, is_new) = match portal_user::number_of(transaction, home, &email).await? {
        Some(id) => (id, false),
        None => {
            let state = portal_user::State {
                uuid: identities.world().uuid(),
                email,
                uid: seed.uid.as_ref().map(|Parsed(uid)| uid.to_string()),
                mobile: seed.mobile.as_ref().map(|Parsed(mobile)| mobile.to_string()),
                enabled: true,
                password_hash,
                created_at: now,
                now,
            };
            (portal_user::insert_within(transaction, home.map(Tenant::of_operator), state).await?.id, true)
        }
    };
    for (kind, names) in [(Granted::Entitlement, &seed.entitlements), (Granted::Group, &seed.entitlement_groups)] {
        for Parsed(name) in names {
            check_defined(transaction, kind, name).await?;
            grant::to_user(transaction, id, kind, name.as_str(), now).await?;
        }
    }
    for name in &seed.customers {
        let customer = named(transaction, "customers", name).await?.id;
        switchable::add(transaction, id, &[customer]).await?;
    }
    Ok(is_new)
}
