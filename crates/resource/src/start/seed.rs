//! A seed: what an operator wants to be there when the service starts. What is missing is made, once; what is there is left as it
//! is, and what was taken away since stays away. So a seed can be sown again and again.
//!
//! Longer than others: each thing that is sown is described, made, and told the log of changes.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value as Json;
use store::grant::{self, GrantKind as Granted};
use store::record::WhichCustomer;
use store::{
    CustomerNumber, Tenant, Transaction, entitlement, entitlement_group, portal_user, record as rows,
    switchable_customer,
};
use vocab::value::{
    Alias, Description, DisplayName, DnsName, Email, EntitlementName, EulaRevision, Flag, Kind, Language, Lifecycle,
    MfaMethod, Mobile, Name, Password, PortalUserId, TimeZone, Uid,
};
use vocab::{Entitlement, EntitlementGroup, EntitlementGroupKey, EntitlementKey};

use crate::changes::Watch;
use crate::customers::record::{self, CustomerChange, CustomerDraft, Maker};
use crate::number::{Named, Numbered};
use crate::start::due::is_due;
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

/// A seed with the hashes of its passwords. Hashing takes its time; nobody has to wait for it.
#[derive(Debug)]
pub struct Prepared {
    seed: Arc<Seed>,
    hashes: HashMap<usize, String>,
}

impl Prepared {
    /// Hashes the passwords of a seed.
    ///
    /// # Errors
    /// One cannot be hashed.
    pub async fn of(identities: &Identities, seed: Arc<Seed>) -> Result<Self> {
        let mut hashes = HashMap::new();
        for (index, user) in seed.users.iter().enumerate() {
            if let Some(Parsed(password)) = &user.password {
                let hash = identities.passwords().hash(identities.world(), password).await?;
                hashes.insert(index, hash);
            }
        }
        Ok(Self { seed, hashes })
    }

    /// Makes what is missing.
    ///
    /// # Errors
    /// [`Error::Invalid`] if something names what is neither in the seed nor there already, [`Error::Conflict`] if a name is
    /// taken by something else.
    pub(crate) async fn sow(
        mut self,
        identities: &Identities,
        transaction: &Transaction,
        watch: &mut Watch<'_>,
    ) -> Result<Sown> {
        let seed = Arc::clone(&self.seed);
        let mut field = Field { identities, transaction, watch, gone: HashSet::new() };
        let mut sown = Sown::default();
        for seed in &seed.entitlements {
            sown.entitlements += usize::from(field.entitlement(seed).await?);
        }
        for seed in &seed.entitlement_groups {
            sown.groups += usize::from(field.group(seed).await?);
        }
        for seed in &seed.customers {
            sown.customers += usize::from(field.customer(seed).await?);
        }
        for (index, seed) in seed.users.iter().enumerate() {
            sown.users += usize::from(field.user(seed, self.hashes.remove(&index)).await?);
        }
        Ok(sown)
    }
}

/// Where a seed is sown, and what of it was taken away: what hangs on that is left out with it.
struct Field<'a, 'w> {
    identities: &'a Identities,
    transaction: &'a Transaction,
    watch: &'a mut Watch<'w>,
    gone: HashSet<String>,
}

fn text(description: Option<&Parsed<Description>>) -> &str {
    description.map_or("", |Parsed(description)| description.as_str())
}

fn unknown(property: &str, name: &str) -> Error {
    Error::invalid(property, format_args!("names '{name}', which is neither there nor earlier in the seed"))
}

/// What a new customer is made of.
fn draft(seed: &CustomerSeed, parent: Option<CustomerNumber>) -> Result<CustomerDraft> {
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
    Ok(CustomerDraft {
        parent: parent.map(Numbered::identity),
        kind: value(seed.kind.as_ref()).unwrap_or(Kind::Leaf),
        is_active,
        rest: CustomerChange {
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
            ..CustomerChange::default()
        },
        ..CustomerDraft::new(seed.name.0.clone(), seed.display_name.0.clone())
    })
}

impl Field<'_, '_> {
    /// Whether something is to be made. What was taken away is noted.
    async fn is_due(&mut self, what: &str, name: &str, there: bool) -> Result<bool> {
        let what = format!("{what} {}", name.to_lowercase());
        let due = is_due(self.identities, self.transaction, &what, there).await?;
        if !due && !there {
            self.gone.insert(what);
        }
        Ok(due)
    }

    fn is_gone(&self, what: &str, name: &str) -> bool {
        self.gone.contains(&format!("{what} {}", name.to_lowercase()))
    }

    async fn entitlement(&mut self, seed: &EntitlementSeed) -> Result<bool> {
        let name = seed.name.0.as_str();
        let there = entitlement::find_within(self.transaction, name).await?.is_some();
        if !self.is_due(ENTITLEMENT, name, there).await? {
            return Ok(false);
        }
        let version = self.identities.world().birth().version;
        entitlement::insert(self.transaction, name, text(seed.description.as_ref()), seed.core, version).await?;
        self.watch.made::<Entitlement>(&EntitlementKey { entitlement: seed.name.0.clone() });
        Ok(true)
    }

    async fn group(&mut self, seed: &GroupSeed) -> Result<bool> {
        let (name, transaction) = (seed.name.0.as_str(), self.transaction);
        let there = entitlement_group::find_within(transaction, name).await?.is_some();
        if !self.is_due(GROUP, name, there).await? {
            return Ok(false);
        }
        let mut members = Vec::new();
        for Parsed(member) in seed.members.iter().filter(|Parsed(member)| !self.is_gone(ENTITLEMENT, member.as_str())) {
            let known = entitlement::find_within(transaction, member.as_str()).await?;
            let known = known.ok_or_else(|| unknown("members", member.as_str()))?;
            if known.core && !seed.allow_core_entitlements {
                return Err(Error::invalid(
                    "members",
                    format_args!(
                        "of {name} cannot have '{member}', which is core, unless allowCoreEntitlements is true"
                    ),
                ));
            }
            members.push(member.to_string());
        }
        let core = seed.allow_core_entitlements;
        let version = self.identities.world().birth().version;
        entitlement_group::insert(transaction, name, text(seed.description.as_ref()), core, version).await?;
        entitlement_group::set_members(transaction, name, &members).await?;
        self.watch.made::<EntitlementGroup>(&EntitlementGroupKey { entitlement_group: seed.name.0.clone() });
        Ok(true)
    }

    /// A customer that something of the seed names; none where it was taken away.
    async fn named(&self, property: &str, name: &str) -> Result<Option<rows::Record>> {
        let found = rows::find_within(self.transaction, &WhichCustomer::Name(name.to_owned())).await?;
        if found.is_none() && !self.is_gone(CUSTOMER, name) {
            return Err(unknown(property, name));
        }
        Ok(found)
    }

    async fn customer(&mut self, seed: &CustomerSeed) -> Result<bool> {
        let name = seed.name.0.to_string();
        let there = rows::find_within(self.transaction, &WhichCustomer::Name(name.clone())).await?.is_some();
        if !self.is_due(CUSTOMER, &name, there).await? {
            return Ok(false);
        }
        let parent = match &seed.parent {
            Some(parent) => match self.named("parent", parent).await? {
                Some(parent) => Some(parent.id),
                None => {
                    self.gone.insert(format!("{CUSTOMER} {}", name.to_lowercase()));
                    return Ok(false);
                }
            },
            None => None,
        };
        let draft = draft(seed, parent)?;
        let maker = Maker { world: self.identities.world(), rules: self.identities.rules(), writer: None };
        let id = record::begin(self.transaction, &maker, draft, self.watch).await?.id.number();
        for (kind, names) in [(Granted::Entitlement, &seed.entitlements), (Granted::Group, &seed.entitlement_groups)] {
            for Parsed(name) in names {
                if self.is_defined(kind, name).await? {
                    self.watch.grant(id.identity(), kind, name.as_str()).await?;
                    grant::to_customer(self.transaction, id, kind, name.as_str()).await?;
                }
            }
        }
        Ok(true)
    }

    /// Whether a definition is there, or else was taken away.
    async fn is_defined(&self, kind: Granted, name: &EntitlementName) -> Result<bool> {
        let (property, what, there) = match kind {
            Granted::Entitlement => {
                let found = entitlement::find_within(self.transaction, name.as_str()).await?;
                ("entitlements", ENTITLEMENT, found.is_some())
            }
            Granted::Group => {
                let found = entitlement_group::find_within(self.transaction, name.as_str()).await?;
                ("entitlementGroups", GROUP, found.is_some())
            }
        };
        if there || self.is_gone(what, name.as_str()) { Ok(there) } else { Err(unknown(property, name.as_str())) }
    }

    async fn user(&mut self, seed: &UserSeed, password_hash: Option<String>) -> Result<bool> {
        let (identities, transaction) = (self.identities, self.transaction);
        let home = match &seed.customer {
            Some(name) => match self.named("customer", name).await? {
                Some(customer) => Some(customer.id),
                None => return Ok(false),
            },
            None => None,
        };
        let email = seed.email.0.to_string();
        let there = portal_user::number_of(transaction, home, &email).await?.is_some();
        let name = format!("{}/{email}", seed.customer.as_deref().unwrap_or_default());
        if !self.is_due("user", &name, there).await? {
            return Ok(false);
        }
        let birth = identities.world().birth();
        let state = portal_user::State {
            uuid: identities.world().uuid(),
            email,
            uid: seed.uid.as_ref().map(|Parsed(uid)| uid.to_string()),
            mobile: seed.mobile.as_ref().map(|Parsed(mobile)| mobile.to_string()),
            enabled: true,
            password_hash,
            created_at: birth.at,
            birth,
        };
        let user = portal_user::insert(transaction, home.map(Tenant::of_operator), state).await?;
        let user = user.ok_or(Error::NotFound)?;
        let id = user.id;
        let is_plain = seed.entitlements.is_empty() && seed.entitlement_groups.is_empty();
        let untold: &[_] = if is_plain { &[] } else { &["entitlements"] };
        self.watch.account_made(home.map(Numbered::identity), PortalUserId(user.uuid), untold);
        for (kind, names) in [(Granted::Entitlement, &seed.entitlements), (Granted::Group, &seed.entitlement_groups)] {
            for Parsed(name) in names {
                if self.is_defined(kind, name).await? {
                    grant::to_user(transaction, id, kind, name.as_str(), birth.at).await?;
                    self.watch.role_made(id, kind, name.as_str()).await?;
                }
            }
        }
        for name in &seed.customers {
            if let Some(customer) = self.named("customers", name).await? {
                switchable_customer::add(transaction, id, &[customer.id]).await?;
                self.watch.switchable_made(id, customer.id.identity()).await?;
            }
        }
        Ok(true)
    }
}

const ENTITLEMENT: &str = "entitlement";
const GROUP: &str = "group";
const CUSTOMER: &str = "customer";
