//! People who look at images: the services that they use, the sessions that come of it, the tokens of their viewers.

use store::auth_service as rows;
use store::{Tenant, viewer as sessions};
use vocab::value::CustomerId;

use super::{Deliverable, Delivery};
use crate::{Error, Result, secret};

/// A service that people use to see more.
#[derive(Debug, Clone)]
pub struct Service {
    /// Whose it is.
    pub customer: CustomerId,
    /// The name in addresses.
    pub name: String,
    /// The IRI of the profile of IIIF authentication that it follows.
    pub profile: Option<String>,
    /// What a viewer calls it.
    pub label: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// The heading of its page.
    pub page_label: Option<String>,
    /// The text of its page.
    pub page_description: Option<String>,
    /// The text of its button.
    pub call_to_action: Option<String>,
    /// The text of the button to sign out.
    pub sign_out: Option<String>,
    /// Whether a role provider is configured, so that this service alone gives nothing.
    pub is_elsewhere: bool,
    id: i64,
    time_to_live: i64,
}

/// A secret that was just made, and is kept as a digest alone.
pub struct Ticket {
    /// The secret.
    pub secret: String,
    /// Seconds until it ends.
    pub lasts: u64,
}

impl std::fmt::Debug for Ticket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ticket").field("lasts", &self.lasts).finish_non_exhaustive()
    }
}

const SECOND: i64 = 1_000_000;

impl Delivery<'_> {
    async fn service_of(&self, customer: CustomerId, row: rows::AuthService) -> Result<Service> {
        let sign_out = rows::sign_out(&self.identities.store().operator(), row.id).await?;
        Ok(Service {
            customer,
            name: row.name,
            profile: row.profile,
            label: row.label,
            description: row.description,
            page_label: row.page_label,
            page_description: row.page_description,
            call_to_action: row.call_to_action,
            sign_out: sign_out.and_then(|row| row.label),
            is_elsewhere: row.provider_configuration.is_some(),
            id: row.id,
            time_to_live: row.time_to_live,
        })
    }

    /// The services by which the roles of an image are acquired.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn services(&self, image: &Deliverable) -> Result<Vec<Service>> {
        let customer = CustomerId(image.files.customer);
        let rows =
            rows::of_roles(&self.identities.store().operator(), Tenant::of_public_address(customer.0), &image.roles)
                .await?;
        let mut services = Vec::with_capacity(rows.len());
        for row in rows {
            services.push(self.service_of(customer, row).await?);
        }
        Ok(services)
    }

    /// A service of a customer by its name.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn service(&self, customer: CustomerId, name: &str) -> Result<Service> {
        let row =
            rows::by_name(&self.identities.store().operator(), Tenant::of_public_address(customer.0), name).await?;
        self.service_of(customer, row.ok_or(Error::NotFound)?).await
    }

    /// Begins a session with a service. Whoever has one with another service of the customer keeps its cookie.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a service that alone gives nothing.
    pub async fn enter(&self, service: &Service, cookie: Option<&str>) -> Result<Ticket> {
        if service.is_elsewhere {
            return Err(Error::NotFound);
        }
        let (now, tenant) = (self.now(), Tenant::of_public_address(service.customer.0));
        let transaction = self.identities.store().operator().begin().await?;
        let known = match cookie {
            Some(cookie) => sessions::end_of(&transaction, tenant, digest(cookie), now).await?.and(Some(cookie)),
            None => None,
        };
        let secret = known.map_or_else(|| secret::generate(self.identities.world()), String::from);
        let end = now.saturating_add(service.time_to_live.saturating_mul(SECOND));
        sessions::begin(&transaction, tenant, digest(&secret), service.id, now, end).await?;
        let last = sessions::end_of(&transaction, tenant, digest(&secret), now).await?.unwrap_or(end);
        transaction.commit().await?;
        Ok(Ticket { secret, lasts: seconds(last - now) })
    }

    /// A token for the sessions of a cookie; none where there is no session.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn token(&self, customer: CustomerId, cookie: &str) -> Result<Option<Ticket>> {
        let (now, cookie) = (self.now(), digest(cookie));
        let transaction = self.identities.store().operator().begin().await?;
        let Some(end) = sessions::end_of(&transaction, Tenant::of_public_address(customer.0), cookie, now).await?
        else {
            return Ok(None);
        };
        let secret = secret::generate(self.identities.world());
        sessions::issue(&transaction, digest(&secret), cookie, now, end).await?;
        transaction.commit().await?;
        Ok(Some(Ticket { secret, lasts: seconds(end - now) }))
    }

    /// Ends a session with a service.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn leave(&self, service: &Service, cookie: &str) -> Result<()> {
        let transaction = self.identities.store().operator().begin().await?;
        sessions::end(&transaction, digest(cookie), service.id).await?;
        Ok(transaction.commit().await?)
    }
}

fn digest(secret: &str) -> sessions::Digest {
    secret::digest(secret.as_bytes())
}

fn seconds(micros: i64) -> u64 {
    u64::try_from(micros / SECOND).unwrap_or_default()
}
