//! Auth services, some nested in others, and the role provider that each has.

use hydra::query::Query;
use hydra::{Found, Link, Page, WriteOnly};
use store::auth_service as rows;
use store::{ServiceNumber, Tenant, Transaction, image_role};
use vocab::value::{AuthServiceId, CustomerId, JsonText, ServiceName, Text};
use vocab::{AuthService, AuthServiceInput, AuthServiceKey, Customer, CustomerKey, RoleProvider, RoleProviderInput};

use crate::classes::kept::{self, Kept, Subject, verbs};
use crate::columns::{required, text, whole};
use crate::{Created, Cx, Error, IfMatch, Members, New, Resource, Result, World, paging};

/// How long a session lasts where nothing is said, in seconds.
const TIME_TO_LIVE: i64 = 600;

impl Kept for AuthService {
    type Row = rows::AuthService;

    fn customer(key: &AuthServiceKey) -> CustomerId {
        key.customer
    }

    fn identity(key: &AuthServiceKey) -> uuid::Uuid {
        key.auth_service.0
    }

    fn found(_: &Cx<'_>, customer: CustomerId, row: rows::AuthService) -> Result<Found<Self>> {
        Ok(Found {
            key: AuthServiceKey { customer, auth_service: AuthServiceId(row.uuid) },
            version: row.version,
            value: Self {
                name: ServiceName::trusted(row.name),
                profile: row.profile.map(Text::trusted),
                label: row.label.map(Text::trusted),
                description: row.description.map(Text::trusted),
                page_label: row.page_label.map(Text::trusted),
                page_description: row.page_description.map(Text::trusted),
                call_to_action: row.call_to_action.map(Text::trusted),
                time_to_live: row.time_to_live.cast_unsigned(),
                nested_services: Link::default(),
                role_provider: Link::default(),
                sessions: Link::default(),
                customer: Link::default(),
            },
        })
    }

    async fn state(
        _: &Cx<'_>,
        _: &Transaction,
        subject: Subject<'_, Self>,
        input: AuthServiceInput,
    ) -> Result<rows::State> {
        let kept = subject.kept();
        let time_to_live = match input.time_to_live.value() {
            Some(seconds) => whole("timeToLive", seconds)?,
            None => kept.map_or(TIME_TO_LIVE, |row| row.time_to_live),
        };
        Ok(rows::State {
            // Where it is nested is decided where it is made.
            parent: subject.old.and_then(|row| row.parent),
            name: required(input.name.value().map(String::from).or(kept.map(|row| row.name.clone())), "name")?,
            profile: text(input.profile, kept.and_then(|row| row.profile.clone())),
            label: text(input.label, kept.and_then(|row| row.label.clone())),
            description: text(input.description, kept.and_then(|row| row.description.clone())),
            page_label: text(input.page_label, kept.and_then(|row| row.page_label.clone())),
            page_description: text(input.page_description, kept.and_then(|row| row.page_description.clone())),
            call_to_action: text(input.call_to_action, kept.and_then(|row| row.call_to_action.clone())),
            time_to_live,
        })
    }

    async fn check_removable(transaction: &Transaction, _: Tenant, row: &rows::AuthService) -> Result<()> {
        match image_role::acquired_by(transaction, row.id).await? {
            0 => Ok(()),
            _ => {
                Err(Error::conflict("name", "is that of a service by which a role is acquired; change the role first"))
            }
        }
    }
}

verbs!(AuthService);

fn new_key(cx: &Cx<'_>, customer: CustomerId) -> AuthServiceKey {
    AuthServiceKey { customer, auth_service: AuthServiceId(cx.uuid()) }
}

/// The auth services of a customer that are nested in no other.
#[derive(Debug)]
pub struct AuthServices;

impl Members for AuthServices {
    type Owner = Customer;
    type Member = AuthService;
    const LINK: &'static str = "authServices";

    async fn list(cx: &Cx<'_>, owner: &CustomerKey, query: &Query) -> Result<Page<AuthService>> {
        kept::list(cx, owner.customer, query).await
    }

    async fn create(cx: &Cx<'_>, owner: &CustomerKey, new: New<AuthService>) -> Result<Created<AuthService>> {
        AuthService::make(cx, &new_key(cx, owner.customer), new.input).await
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
        let parent = AuthService::row(cx, owner).await?.ok_or(Error::NotFound)?;
        let listing = paging::listing::<AuthService>(query)?;
        let rows = rows::nested(&cx.scope(), &parent, &listing).await?;
        kept::page(cx, owner.customer, &listing, rows.ok_or(Error::NotFound)?)
    }

    async fn create(cx: &Cx<'_>, owner: &AuthServiceKey, new: New<AuthService>) -> Result<Created<AuthService>> {
        let parent = AuthService::row(cx, owner).await?.ok_or(Error::NotFound)?;
        if parent.parent.is_some() {
            return Err(Error::invalid("name", "cannot be that of a service in a service that is itself nested"));
        }
        let tenant = cx.tenant(owner.customer)?;
        let key = new_key(cx, owner.customer);
        let transaction = cx.scope().begin().await?;
        let subject = Subject { tenant, old: None, keeps: false };
        let state = AuthService::state(cx, &transaction, subject, new.input).await?;
        let state = rows::State { parent: Some(parent.id), ..state };
        let row = store::owned::insert(&transaction, tenant, key.auth_service.0, cx.birth(), state).await?;
        transaction.commit().await?;
        let found = AuthService::found(cx, owner.customer, row.ok_or(Error::NotFound)?)?;
        Ok(Created { found, new: true })
    }
}

fn provider(customer: CustomerId, row: rows::AuthService) -> Found<RoleProvider> {
    Found {
        key: AuthServiceKey { customer, auth_service: AuthServiceId(row.uuid) },
        version: row.version,
        value: RoleProvider {
            configuration: row.provider_configuration.map(JsonText::trusted),
            credentials: WriteOnly::default(),
            auth_service: Link::default(),
        },
    }
}

/// Writes the role provider of a service; begins again when somebody else was faster. The answer says as well whether
/// there was a configuration before.
async fn write_provider(
    cx: &Cx<'_>,
    key: &AuthServiceKey,
    on: &IfMatch,
    next: impl Fn(&rows::AuthService) -> Result<(Option<String>, Option<Vec<u8>>)>,
) -> Result<(Found<RoleProvider>, bool)> {
    loop {
        let row = AuthService::row(cx, key).await?.ok_or(Error::NotFound)?;
        on.check(row.version)?;
        let (configuration, credentials) = next(&row)?;
        let transaction = cx.scope().begin().await?;
        let written = rows::set_provider(&transaction, &row, configuration, credentials).await?;
        if let Some(written) = written {
            transaction.commit().await?;
            return Ok((provider(key.customer, written), row.provider_configuration.is_some()));
        }
    }
}

impl Resource for RoleProvider {
    async fn owner_is_there(cx: &Cx<'_>, key: &AuthServiceKey) -> Result<()> {
        AuthService::row(cx, key).await?.map(drop).ok_or(Error::NotFound)
    }

    async fn fetch(cx: &Cx<'_>, key: &AuthServiceKey) -> Result<Found<Self>> {
        let row = AuthService::row(cx, key).await?.ok_or(Error::NotFound)?;
        Ok(provider(key.customer, row))
    }

    async fn replace(cx: &Cx<'_>, key: &AuthServiceKey, new: RoleProviderInput, on: &IfMatch) -> Result<Created<Self>> {
        let configuration = new.configuration.value().map(String::from);
        let credentials = new.credentials.value().map(|secret| cx.seal(secret.reveal())).transpose()?;
        // Credentials cannot be read, so a client that sends back what it read must not lose them.
        let next = |row: &rows::AuthService| {
            Ok((configuration.clone(), credentials.clone().or_else(|| row.provider_credentials.clone())))
        };
        let (found, existed) = write_provider(cx, key, on, next).await?;
        let new = !existed && found.value.configuration.is_some();
        Ok(Created { found, new })
    }

    async fn update(cx: &Cx<'_>, key: &AuthServiceKey, change: RoleProviderInput, on: &IfMatch) -> Result<Found<Self>> {
        let credentials = change.credentials.value().map(|secret| cx.seal(secret.reveal())).transpose()?;
        let next = |row: &rows::AuthService| {
            let kept = row.provider_configuration.clone().map(JsonText::trusted);
            let configuration = change.configuration.clone().or_keep(kept).map(String::from);
            Ok((configuration, credentials.clone().or_else(|| row.provider_credentials.clone())))
        };
        write_provider(cx, key, on, next).await.map(|(found, _)| found)
    }

    async fn remove(cx: &Cx<'_>, key: &AuthServiceKey, on: &IfMatch) -> Result<()> {
        write_provider(cx, key, on, |_| Ok((None, None))).await.map(drop)
    }
}

/// What a new customer begins with: a service to click through, one to sign out nested in it.
pub(crate) async fn furnish(transaction: &Transaction, tenant: Tenant, world: &World) -> Result<ServiceNumber> {
    const PLAIN: fn(&str) -> rows::State = |name| rows::State {
        parent: None,
        name: name.into(),
        profile: None,
        label: None,
        description: None,
        page_label: None,
        page_description: None,
        call_to_action: None,
        time_to_live: TIME_TO_LIVE,
    };
    let through: Option<rows::AuthService> =
        store::owned::insert(transaction, tenant, world.uuid(), world.birth(), PLAIN("clickthrough")).await?;
    let through = through.ok_or(Error::NotFound)?;
    let logout = rows::State {
        parent: Some(through.id),
        profile: Some("http://iiif.io/api/auth/1/logout".into()),
        ..PLAIN("logout")
    };
    store::owned::insert::<rows::AuthService>(transaction, tenant, world.uuid(), world.birth(), logout).await?;
    Ok(through.id)
}
