//! Making a customer, in its place in the tree and with what each begins with.

use store::tree;
use store::{Tenant, Transaction, record as rows, switchable_customer};
use vocab::AuthServiceKey;
use vocab::value::{CustomerId, DisplayName, DomainId, Flags, Kind, Language, Lifecycle, Name};

use super::change::{CustomerChange, check};
use super::{Record, place};
use crate::changes::Watch;
use crate::classes::auth_service;
use crate::classes::role;
use crate::number::{Named, Numbered};
use crate::rights::grants;
use crate::{Cx, Result, Rules, World};

/// What a customer is made of.
#[derive(Debug, Clone)]
pub struct CustomerDraft {
    /// The name in addresses; the alias too, unless the rest has one.
    pub name: Name,
    /// The name that people read.
    pub display_name: DisplayName,
    /// The customer that it lies below, which the caller has to see; the root where none is named.
    pub parent: Option<CustomerId>,
    /// Whether others can lie below it.
    pub kind: Kind,
    /// Whether its people and programs may sign in at once.
    pub is_active: bool,
    /// Everything else; the name in it is not looked at.
    pub rest: CustomerChange,
}

impl CustomerDraft {
    /// An active leaf below the root.
    pub fn new(name: Name, display_name: DisplayName) -> Self {
        Self { name, display_name, parent: None, kind: Kind::Leaf, is_active: true, rest: CustomerChange::default() }
    }
}

/// The time zone of a customer that names none.
pub(crate) const TIME_ZONE: &str = "Europe/Oslo";

/// A record as a draft describes it, not written yet.
fn drafted(world: &World, rules: &Rules, draft: CustomerDraft) -> (Record, CustomerChange) {
    let now = world.now();
    let record = Record {
        id: CustomerId(0),
        uuid: world.uuid(),
        alias: draft.name.to_string(),
        name: draft.name.into(),
        display_name: draft.display_name.into(),
        lifecycle: if draft.is_active { Lifecycle::Active } else { Lifecycle::Inactive },
        administrator: false,
        kind: draft.kind,
        domain: DomainId(0),
        parent: None,
        language: Language::English,
        time_zone: TIME_ZONE.into(),
        flags: Flags::default(),
        metadata: None,
        admin_emails: Vec::new(),
        customer_domains: Vec::new(),
        mfa_method: None,
        allow_public_registration: false,
        eula_automatic_approval: false,
        eula_revision: rules.default_eula_revision.to_string(),
        eula_required: None,
        eula_approved: None,
        eula_approved_by: None,
        eula_approved_at: None,
        activated: draft.is_active.then_some(now),
        created: now,
        created_by: None,
        updated: now,
        updated_by: None,
        deleted: None,
        deleted_by: None,
        version: world.birth().version,
    };
    (record, CustomerChange { name: None, display_name: None, ..draft.rest })
}

/// Who makes customers: an actor, or the operator.
pub(crate) struct Maker<'a> {
    pub world: &'a World,
    pub rules: &'a Rules,
    /// What is kept of them.
    pub writer: Option<String>,
}

/// Makes a customer among other writes. The first one is the root and administers the service.
pub(crate) async fn begin(
    transaction: &Transaction,
    maker: &Maker<'_>,
    draft: CustomerDraft,
    watch: &mut Watch<'_>,
) -> Result<Record> {
    let parent = place::below(transaction, draft.parent).await?;
    let flags: Vec<_> = draft.rest.flags.keys().copied().collect();
    let (mut record, rest) = drafted(maker.world, maker.rules, draft);
    rest.apply(&mut record);
    record.administrator = parent.is_none();
    record.domain = parent.as_ref().map_or(place::DEFAULT_DOMAIN, |parent| parent.domain).identity();
    record.parent = parent.map(|parent| parent.id.identity());
    record.created_by.clone_from(&maker.writer);
    record.updated_by.clone_from(&maker.writer);
    check(transaction, &record, flags.into_iter(), None).await?;
    let record = Record::of(rows::insert(transaction, &record.row()?).await?)?;
    tree::enter(transaction, record.id.number(), record.parent.map(Named::number)).await?;
    watch.customer_made(record.id);
    let tenant = Tenant::by(&record);
    let auth_service = auth_service::furnish(transaction, tenant, maker.world, watch).await?;
    let service = AuthServiceKey { customer: record.id, auth_service };
    role::furnish(transaction, tenant, service, maker.world.birth(), watch).await?;
    grants::furnish(transaction, record.id, watch).await?;
    Ok(record)
}

/// Makes a customer. A portal user who makes one can switch to it.
///
/// # Errors
/// [`crate::Error::Invalid`] if the parent is not one, or a flag is not for the kind; [`crate::Error::Conflict`] with every name that
/// is taken.
pub async fn create(cx: &Cx<'_>, draft: CustomerDraft) -> Result<Record> {
    if let Some(parent) = draft.parent
        && !cx.sees(parent).await?.itself()
    {
        return Err(place::unknown());
    }
    let transaction = cx.scope().begin().await?;
    let maker = Maker { world: cx.world(), rules: cx.rules(), writer: cx.actor.writer() };
    let mut watch = cx.watch(&transaction);
    let record = begin(&transaction, &maker, draft, &mut watch).await?;
    if let Some(user) = cx.actor.user {
        switchable_customer::add(&transaction, user.id, &[record.id.number()]).await?;
        watch.switchable_made(user.id, record.id).await?;
    }
    let changes = watch.finish().await?;
    transaction.commit(changes).await?;
    Ok(record)
}
