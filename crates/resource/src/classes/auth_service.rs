//! Auth services, some nested in others, and the role provider that each has.

use hydra::query::Query;
use hydra::{Column as _, Found, Given, Page};
use store::{ServiceNumber, Tenant, Transaction, auth_service as rows, role};
use vocab::value::{AuthServiceId, JsonText, ServiceName, Text};
use vocab::{AuthService, AuthServiceInput, AuthServiceKey, RoleProvider, RoleProviderFields, RoleProviderInput};

use crate::changes::Watch;
use crate::classes::kept::{self, Draft, Kept as _, Rules, Stored, beside, kept};
use crate::number::Numbered as _;
use crate::{Created, Cx, Error, IfMatch, Members, New, Resource, Result, World, paging};

beside! {
    /// What is kept of a service beside what a body says of it.
    Beside {
        /// The service that it is nested in.
        parent: Option<ServiceNumber> = "parent_id",
        /// How its role provider finds roles, as JSON.
        provider_configuration: Option<String> = "provider_configuration",
        /// What its role provider signs in with, encrypted.
        provider_credentials: Option<Vec<u8>> = "provider_credentials",
    }
}

kept! {
    AuthService,
    Names { listed: "parent_id IS NULL", ..Names::PLAIN },
    numbered store::of::Service,
    beside Beside
}

impl Rules for AuthService {
    async fn going_along(transaction: &Transaction, tenant: Tenant, old: &Stored<Self>) -> Result<Vec<AuthServiceKey>> {
        let nested = rows::nested_identities(transaction, old.number()).await?;
        let customer = tenant.id().identity();
        Ok(nested.into_iter().map(|uuid| AuthServiceKey { customer, auth_service: AuthServiceId(uuid) }).collect())
    }

    async fn check_removable(transaction: &Transaction, _: Tenant, old: &Stored<Self>) -> Result<()> {
        match role::acquired_by(transaction, old.number()).await? {
            0 => Ok(()),
            _ => {
                Err(Error::conflict("name", "is that of a service by which a role is acquired; change the role first"))
            }
        }
    }
}

/// The services nested in one.
#[derive(Debug)]
pub struct NestedServices;

impl Members for NestedServices {
    type Owner = AuthService;
    type Member = AuthService;
    const LINK: &'static str = "nestedServices";

    async fn list(cx: &Cx<'_>, owner: &AuthServiceKey, query: &Query) -> Result<Page<AuthService>> {
        let parent = there(cx, owner).await?;
        let listing = paging::listing::<AuthService>(query)?;
        let rows = rows::nested(AuthService::table(), &cx.scope(), &parent, &listing).await?;
        kept::page(owner.customer, &listing, rows.ok_or(Error::NotFound)?)
    }

    async fn create(cx: &Cx<'_>, owner: &AuthServiceKey, new: New<AuthService>) -> Result<Created<AuthService>> {
        let parent = there(cx, owner).await?;
        if parent.row.beside.parent.is_some() {
            return Err(Error::invalid("name", "cannot be that of a service in a service that is itself nested"));
        }
        let tenant = cx.tenant(owner.customer)?;
        let transaction = cx.scope().begin().await?;
        let mut draft = Draft::<AuthService>::new(new.input)?;
        draft.beside.parent = Some(parent.number());
        let identity = AuthServiceId(cx.uuid()).to_cell();
        let stored = kept::plant(&transaction, tenant, cx.birth(), identity, draft).await?;
        let found = kept::found(owner.customer, stored)?;
        transaction.commit(cx.created(&found)?).await?;
        Ok(Created { found, new: true })
    }
}

/// A service that must be there.
pub(crate) async fn there(cx: &Cx<'_>, key: &AuthServiceKey) -> Result<Stored<AuthService>> {
    kept::row::<AuthService>(cx, key).await?.ok_or(Error::NotFound)
}

fn provider(key: &AuthServiceKey, stored: Stored<AuthService>) -> Found<RoleProvider> {
    Found {
        key: key.clone(),
        version: stored.version(),
        value: RoleProvider::from(RoleProviderFields {
            configuration: stored.row.beside.provider_configuration.map(JsonText::trusted),
        }),
    }
}

/// Whether there is anything to find roles by.
fn is_provided(stored: &Stored<AuthService>) -> bool {
    let beside = &stored.row.beside;
    beside.provider_configuration.is_some() || beside.provider_credentials.is_some()
}

/// What the log is told of credentials, which nobody is told.
fn untold(sent: bool) -> &'static [&'static str] {
    if sent { &["credentials"] } else { &[] }
}

/// Writes the role provider of a service; begins again when somebody else was faster. The answer says as well whether
/// there was a configuration before.
async fn write_provider(
    cx: &Cx<'_>,
    key: &AuthServiceKey,
    on: &IfMatch,
    untold: &[&str],
    next: impl Fn(&Beside) -> (Option<String>, Option<Vec<u8>>),
) -> Result<(Found<RoleProvider>, bool)> {
    let tenant = cx.tenant(key.customer)?;
    loop {
        let stored = there(cx, key).await?;
        on.check(stored.version())?;
        let (value, mut beside) = (stored.row.value.clone(), stored.row.beside.clone());
        (beside.provider_configuration, beside.provider_credentials) = next(&beside);
        let transaction = cx.scope().begin().await?;
        let draft = Draft { value, beside };
        if let Some(written) = kept::overwrite(&transaction, tenant, &stored, draft).await? {
            let was = stored.row.beside.provider_configuration.is_some();
            let changes = (is_provided(&stored), is_provided(&written));
            let (old, new) = (provider(key, stored), provider(key, written));
            let changing = cx.changing();
            let changing = match changes {
                (false, true) => changing.created(&new)?,
                (true, false) => changing.deleted::<RoleProvider>(key),
                (true, true) => changing.updated(&old, &new, untold)?,
                (false, false) => changing,
            };
            transaction.commit(changing.finish()).await?;
            return Ok((new, was));
        }
    }
}

impl Resource for RoleProvider {
    async fn owner_is_there(cx: &Cx<'_>, key: &AuthServiceKey) -> Result<()> {
        there(cx, key).await.map(drop)
    }

    async fn fetch(cx: &Cx<'_>, key: &AuthServiceKey) -> Result<Found<Self>> {
        Ok(provider(key, there(cx, key).await?))
    }

    async fn replace(cx: &Cx<'_>, key: &AuthServiceKey, new: RoleProviderInput, on: &IfMatch) -> Result<Created<Self>> {
        let configuration = new.configuration.value().map(String::from);
        let credentials = new.credentials.value().map(|secret| cx.seal(secret.reveal())).transpose()?;
        // Credentials cannot be read, so a client that sends back what it read must not lose them.
        let next =
            |old: &Beside| (configuration.clone(), credentials.clone().or_else(|| old.provider_credentials.clone()));
        let (found, existed) = write_provider(cx, key, on, untold(credentials.is_some()), next).await?;
        let new = !existed && found.value.configuration.is_some();
        Ok(Created { found, new })
    }

    async fn update(cx: &Cx<'_>, key: &AuthServiceKey, change: RoleProviderInput, on: &IfMatch) -> Result<Found<Self>> {
        let credentials = change.credentials.value().map(|secret| cx.seal(secret.reveal())).transpose()?;
        let next = |old: &Beside| {
            let kept = old.provider_configuration.clone().map(JsonText::trusted);
            let configuration = change.configuration.clone().or_keep(kept).map(String::from);
            (configuration, credentials.clone().or_else(|| old.provider_credentials.clone()))
        };
        write_provider(cx, key, on, untold(credentials.is_some()), next).await.map(|(found, _)| found)
    }

    async fn remove(cx: &Cx<'_>, key: &AuthServiceKey, on: &IfMatch) -> Result<()> {
        write_provider(cx, key, on, &[], |_| (None, None)).await.map(drop)
    }
}

/// What a new customer begins with: a service to click through, one to sign out nested in it.
pub(crate) async fn furnish(
    transaction: &Transaction,
    tenant: Tenant,
    world: &World,
    watch: &mut Watch<'_>,
) -> Result<AuthServiceId> {
    let named = |name: &str| AuthServiceInput {
        name: Given::Value(ServiceName::trusted(name.to_owned())),
        ..AuthServiceInput::default()
    };
    let through = AuthServiceId(world.uuid());
    let draft = Draft::<AuthService>::new(named("clickthrough"))?;
    let stored = kept::plant(transaction, tenant, world.birth(), through.to_cell(), draft).await?;
    let profile = Given::Value(Text::trusted("http://iiif.io/api/auth/1/logout".into()));
    let mut draft = Draft::<AuthService>::new(AuthServiceInput { profile, ..named("logout") })?;
    draft.beside.parent = Some(stored.number());
    let logout = AuthServiceId(world.uuid());
    kept::plant(transaction, tenant, world.birth(), logout.to_cell(), draft).await?;
    let customer = tenant.id().identity();
    for auth_service in [through, logout] {
        watch.made::<AuthService>(&AuthServiceKey { customer, auth_service });
    }
    Ok(through)
}
