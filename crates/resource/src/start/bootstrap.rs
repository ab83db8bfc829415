//! The start: the first customer, a demonstration, a seed. What one start made no later one makes again: whatever is not there any
//! more was taken away.

use std::pin::Pin;

use hydra::{Column as _, Given, Set};
use store::changes::Errand;
use store::grant::GrantKind;
use store::{CustomerNumber, Tenant, Transaction, customer, key, portal_role, portal_user, space};
use vocab::value::{CustomerId, DisplayName, Kind, Name, PortalUserId, QueryName, QueryTemplate, Tag, Text};
use vocab::{NamedQuery, NamedQueryId, NamedQueryInput, NamedQueryKey, Space, SpaceInput, SpaceKey};

use crate::changes::Watch;
use crate::classes::kept::{self, plant};
use crate::customers::record::CustomerDraft;
use crate::number::{Named, Numbered};
use crate::rights::secret;
use crate::start::due::is_due;
use crate::start::operator::{KeyPair, customer_named, insert_customer, insert_key, watch_start};
use crate::start::seed::{Prepared, Sown};
use crate::{Error, Identities, Result};

/// The name of the customer that administers the service; no other can have it.
const ADMINISTRATOR: &str = "admin";

/// The name of the demonstration customer.
pub const DEMO: &str = "riverside-museum";

/// Who makes what a start makes, as keys tell it.
const START: &str = "the start";

/// What there is to be once the service has started.
#[derive(Debug, Default)]
pub struct Beginning {
    /// The key of the administrator, where the operator names one.
    pub administrator: Option<KeyPair>,
    /// Whether to make the demonstration customer.
    pub demo: bool,
    /// What else is to be there.
    pub seed: Option<Prepared>,
}

/// What a start has made.
#[derive(Debug, Default)]
pub struct Begun {
    /// The administrator's first key, unless the operator named it.
    pub administrator: Option<KeyPair>,
    /// A key of the demonstration customer.
    pub demo: Option<KeyPair>,
    /// How much of the seed.
    pub sown: Option<Sown>,
}

/// Makes what is missing, all of it or nothing: the first customer, the administrator, if there is none; its key, if the operator
/// names one; the demonstration customer; the seed. Keys that were made are handed to `keep`, with the name of the file that
/// they belong into and their customer, before they are good: what dies in between leaves a file too many and never a key that
/// nobody knows.
///
/// # Errors
/// The database refused, the key exists with another secret, the seed does not fit, or `keep` failed.
pub fn begin<'a>(
    identities: &'a Identities,
    beginning: Beginning,
    keep: &'a dyn Fn(&str, CustomerNumber, &KeyPair) -> Result<()>,
) -> Pin<Box<dyn Future<Output = Result<Begun>> + 'a>> {
    let errand = Errand { face: "start", request: None };
    Box::pin(Errand::keep(Some(errand), make(identities, beginning, keep)))
}

async fn make(
    identities: &Identities,
    beginning: Beginning,
    keep: &dyn Fn(&str, CustomerNumber, &KeyPair) -> Result<()>,
) -> Result<Begun> {
    let transaction = identities.store().operator().begin_alone().await?;
    let mut watch = watch_start(identities, &transaction, START);
    let mut begun = Begun::default();
    let given = beginning.administrator;
    if !customer::has_administrator(&transaction).await? {
        let (number, pair) = first_customer(identities, &transaction, given.clone(), &mut watch).await?;
        if given.is_none() {
            keep("admin-credentials.json", number, &pair)?;
            begun.administrator = Some(pair);
        }
    } else if let Some(given) = &given {
        ensure_key(identities, &transaction, given, &mut watch).await?;
    }
    if beginning.demo
        && let Some((customer, pair)) = demo(identities, &transaction, &mut watch).await?
    {
        keep("demo-credentials.json", customer, &pair)?;
        begun.demo = Some(pair);
    }
    if let Some(seed) = beginning.seed {
        begun.sown = Some(seed.sow(identities, &transaction, &mut watch).await?);
    }
    let changes = watch.finish().await?;
    transaction.commit(changes).await?;
    Ok(begun)
}

async fn first_customer(
    identities: &Identities,
    transaction: &Transaction,
    given: Option<KeyPair>,
    watch: &mut Watch<'_>,
) -> Result<(CustomerNumber, KeyPair)> {
    let draft = CustomerDraft {
        kind: Kind::Group,
        ..CustomerDraft::new(Name::trusted(ADMINISTRATOR.into()), DisplayName::trusted("Administrator".into()))
    };
    let number = insert_customer(identities, transaction, draft, watch).await?.id.number();
    if let Some(given) = &given {
        is_due(identities, transaction, &noted(given), true).await?;
    }
    let pair = insert_key(identities, transaction, key::Owner::Customer(number), given, START, watch).await?;
    Ok((number, pair))
}

fn noted(pair: &KeyPair) -> String {
    format!("key {}", secret::known_by(&pair.key))
}

/// Makes sure that the key that the operator has named is one of the administrator's, unless it was deleted.
async fn ensure_key(
    identities: &Identities,
    transaction: &Transaction,
    given: &KeyPair,
    watch: &mut Watch<'_>,
) -> Result<()> {
    let key = secret::known_by(&given.key);
    let holder = key::holder(&identities.store().operator(), key).await?;
    if let Some(holder) = &holder {
        let same = holder.administrator == Some(true) && secret::matches(&given.secret, &holder.secret_hash);
        if !same {
            return Err(Error::conflict("key", "exists with another secret, or for another customer"));
        }
    }
    if is_due(identities, transaction, &noted(given), holder.is_some()).await? {
        let administrator = customer_named(transaction, ADMINISTRATOR).await?;
        let owner = key::Owner::Customer(administrator.id);
        insert_key(identities, transaction, owner, Some(given.clone()), START, watch).await?;
    }
    Ok(())
}

/// Customers whose names were taken before the present rule of names, each with its number and what is wrong. They stay what
/// they are; in addresses, one that is named like a number goes by its own number alone.
///
/// # Errors
/// The database does not answer.
pub async fn misnamed(identities: &Identities) -> Result<Vec<(CustomerId, String, String)>> {
    let named = customer::unusually_named(&identities.store().operator()).await?;
    let wrong = |(number, name): (CustomerNumber, String)| {
        let what = name.parse::<Name>().err()?;
        (name != ADMINISTRATOR).then_some((number.identity(), name, what))
    };
    Ok(named.into_iter().filter_map(wrong).collect())
}

/// Makes the demonstration customer with its people, once. The answer is its number and a key of it.
async fn demo(
    identities: &Identities,
    transaction: &Transaction,
    watch: &mut Watch<'_>,
) -> Result<Option<(CustomerNumber, KeyPair)>> {
    let there = customer::by_name(transaction, DEMO).await?.is_some();
    if !is_due(identities, transaction, &format!("customer {DEMO}"), there).await? {
        return Ok(None);
    }
    let world = identities.world();
    let draft =
        CustomerDraft::new(Name::trusted(DEMO.into()), DisplayName::trusted("Riverside Museum of Photography".into()));
    let customer = insert_customer(identities, transaction, draft, watch).await?.id.number();
    let pair = insert_key(identities, transaction, key::Owner::Customer(customer), None, START, watch).await?;
    let people = [
        ("collections@riverside-museum.example", "rs-collections", Some("+442079460101"), true, Some("admin")),
        ("reading-room@riverside-museum.example", "rs-reading-room", None, true, Some("readonly")),
        ("digitisation@riverside-museum.example", "rs-digitisation", Some("+442079460102"), true, Some("admin")),
        ("intern-2025@riverside-museum.example", "rs-intern-2025", None, false, None),
    ];
    for (email, uid, mobile, enabled, group) in people {
        let birth = world.birth();
        let state = portal_user::State {
            uuid: world.uuid(),
            email: email.into(),
            uid: Some(uid.into()),
            mobile: mobile.map(String::from),
            enabled,
            password_hash: None,
            created_at: birth.at,
            birth,
        };
        let user = portal_user::insert(transaction, Some(Tenant::of_operator(customer)), state).await?;
        let user = user.ok_or(Error::NotFound)?;
        watch.account_made(Some(customer.identity()), PortalUserId(user.uuid), &[]);
        if let Some(group) = group {
            portal_role::grant(transaction, user.id, group, birth.at).await?;
            watch.role_made(user.id, GrantKind::Group, group).await?;
        }
    }
    furnish_demo(identities, transaction, Tenant::of_operator(customer), watch).await?;
    Ok(Some((customer, pair)))
}

/// A space for the demonstration customer's images, and a query over them.
async fn furnish_demo(
    identities: &Identities,
    transaction: &Transaction,
    tenant: Tenant,
    watch: &mut Watch<'_>,
) -> Result<()> {
    let world = identities.world();
    let number = space::number(transaction, tenant, None).await?.ok_or(Error::NotFound)?;
    let photographs = SpaceInput {
        name: Given::Value(Text::trusted("Photographs".into())),
        default_tags: Given::Value(Set(vec![Tag::trusted("photograph".into())])),
        ..SpaceInput::default()
    };
    let photographs = kept::Draft::<Space>::new(photographs)?;
    plant(transaction, tenant, world.birth(), number.get().to_cell(), photographs).await?;
    let album = NamedQueryInput {
        name: Given::Value(QueryName::trusted("album".into())),
        template: Given::Value(QueryTemplate::trusted("s1=p1&assetOrder=n1".into())),
        ..NamedQueryInput::default()
    };
    let query = NamedQueryId(world.uuid());
    plant(transaction, tenant, world.birth(), query.to_cell(), kept::Draft::<NamedQuery>::new(album)?).await?;
    let customer = tenant.id().identity();
    watch.made::<Space>(&SpaceKey { customer, space: number.identity() });
    watch.made::<NamedQuery>(&NamedQueryKey { customer, named_query: query });
    Ok(())
}
