//! People who look at images: the services that they use, the sessions that come of it, the tokens of their viewers.

use store::changes::Changes;
use store::viewer_session::{End, HeldRole};
use store::{ServiceNumber, Tenant, auth_service as rows, customer, viewer_session as sessions};
use vocab::AuthService;
use vocab::value::{CustomerId, Text};

use super::{Deliverable, Delivery};
use crate::classes::kept::{ClassRow, Kept as _, Stored};
use crate::number::{Named, Numbered};
use crate::rights::secret;
use crate::{Error, Result};

/// A service that people use to see more.
#[derive(Debug, Clone)]
pub struct ViewerService {
    /// Whose it is.
    pub customer: CustomerId,
    /// What people call the customer.
    pub institution: String,
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
    id: ServiceNumber,
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
    async fn institution(&self, customer: CustomerId) -> Result<String> {
        let row =
            customer::find(&self.identities.store().operator(), Tenant::of_public_address(customer.number())).await?;
        Ok(row.ok_or(Error::NotFound)?.display_name)
    }

    async fn service_of(
        &self,
        customer: CustomerId,
        institution: &str,
        stored: Stored<AuthService>,
    ) -> Result<ViewerService> {
        let (table, operator) = (AuthService::table(), self.identities.store().operator());
        let sign_out: Option<Stored<AuthService>> = rows::sign_out(table, &operator, stored.number()).await?;
        let (id, ClassRow { value, beside, .. }) = (stored.number(), stored.row);
        let text = |text: Option<Text<1000>>| text.map(String::from);
        Ok(ViewerService {
            customer,
            institution: institution.to_owned(),
            name: value.name.into(),
            profile: value.profile.map(String::from),
            label: text(value.label),
            description: value.description.map(String::from),
            page_label: text(value.page_label),
            page_description: value.page_description.map(String::from),
            call_to_action: text(value.call_to_action),
            sign_out: sign_out.and_then(|service| text(service.row.value.label)),
            is_elsewhere: beside.provider_configuration.is_some(),
            id,
            time_to_live: value.time_to_live.try_into().unwrap_or(i64::MAX),
        })
    }

    /// The services by which the roles of an image are acquired. One that lets nobody in is none of them.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn services(&self, image: &Deliverable) -> Result<Vec<ViewerService>> {
        let customer = image.files.customer.identity();
        let rows = rows::of_roles(
            AuthService::table(),
            &self.identities.store().operator(),
            Tenant::of_public_address(customer.number()),
            &image.roles,
        )
        .await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let institution = self.institution(customer).await?;
        let mut services = Vec::with_capacity(rows.len());
        for row in rows {
            services.push(self.service_of(customer, &institution, row).await?);
        }
        Ok(services)
    }

    /// A service of a customer by its name.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn service(&self, customer: CustomerId, name: &str) -> Result<ViewerService> {
        let (table, tenant) = (AuthService::table(), Tenant::of_public_address(customer.number()));
        let row = rows::by_name(table, &self.identities.store().operator(), tenant, name).await?;
        let row = row.ok_or(Error::NotFound)?;
        self.service_of(customer, &self.institution(customer).await?, row).await
    }

    /// Begins a session with a service, which ends as the service says, or, as long as it is used, after `longest` seconds
    /// where that is later. Whoever has one with another service of the customer keeps its cookie.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a service that alone gives nothing.
    pub async fn enter(&self, service: &ViewerService, cookie: Option<&str>, longest: u64) -> Result<Ticket> {
        if service.is_elsewhere {
            return Err(Error::NotFound);
        }
        let (now, tenant) = (self.now(), Tenant::of_public_address(service.customer.number()));
        let transaction = self.identities.store().operator().begin().await?;
        let known = match cookie {
            Some(cookie) => sessions::end_of(&transaction, tenant, digest(cookie), now).await?.and(Some(cookie)),
            None => None,
        };
        let secret = known.map_or_else(|| secret::generate(self.identities.world()), String::from);
        let unused = after(now, service.time_to_live);
        let end = End { unused, latest: unused.max(after(now, i64::try_from(longest).unwrap_or(i64::MAX))) };
        let session = self.identities.world().uuid();
        sessions::begin(&transaction, tenant, session, digest(&secret), service.id, now, end).await?;
        let last = sessions::end_of(&transaction, tenant, digest(&secret), now).await?.unwrap_or(unused);
        transaction.commit(Changes::none("sessions are not logged")).await?;
        Ok(Ticket { secret, lasts: seconds(last - now) })
    }

    /// A token for the sessions of a cookie; none where there is no session.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn token(&self, customer: CustomerId, cookie: &str) -> Result<Option<Ticket>> {
        let (now, cookie) = (self.now(), digest(cookie));
        let transaction = self.identities.store().operator().begin().await?;
        let Some(end) =
            sessions::end_of(&transaction, Tenant::of_public_address(customer.number()), cookie, now).await?
        else {
            return Ok(None);
        };
        let secret = secret::generate(self.identities.world());
        sessions::issue(&transaction, digest(&secret), cookie, now, end).await?;
        transaction.commit(Changes::none("sessions are not logged")).await?;
        Ok(Some(Ticket { secret, lasts: seconds(end - now) }))
    }

    /// Ends a session with a service; whether the cookie has another.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn leave(&self, service: &ViewerService, cookie: &str) -> Result<bool> {
        let (tenant, cookie) = (Tenant::of_public_address(service.customer.number()), digest(cookie));
        let transaction = self.identities.store().operator().begin().await?;
        sessions::end(&transaction, cookie, service.id).await?;
        let other = sessions::end_of(&transaction, tenant, cookie, self.now()).await?;
        transaction.commit(Changes::none("sessions are not logged")).await?;
        Ok(other.is_some())
    }

    /// Has sessions that were used end as long after now as their services say, and a little later, so that not each use is
    /// written down. In how many seconds the last session of their cookie ends; none where there is no session.
    pub(super) async fn used(&self, held: &[HeldRole]) -> Option<u64> {
        let now = self.now();
        let mut last = held.iter().map(|held| held.last).max()?;
        let due: Vec<_> = held.iter().filter_map(|held| Some((held, extended(held, now)?))).collect();
        if !due.is_empty() {
            match self.extend(&due).await {
                Ok(()) => last = due.iter().map(|(_, end)| *end).fold(last, i64::max),
                // Who may look may look, also where that cannot be written down.
                Err(error) => tracing::warn!(?error, "a session of a viewer was not extended"),
            }
        }
        Some(seconds(last - now))
    }

    async fn extend(&self, due: &[(&HeldRole, i64)]) -> Result<()> {
        let transaction = self.identities.store().operator().begin().await?;
        for (held, end) in due {
            sessions::extend(&transaction, &held.cookie, held.service, *end).await?;
        }
        Ok(transaction.commit(Changes::none("sessions are not logged")).await?)
    }
}

/// The share of its time to live by which a session that is used ends later than it has to: as often is its use written down.
const SHARE: i64 = 10;

/// When a session ends that was used now; none where it lasts long enough as it is.
fn extended(held: &HeldRole, now: i64) -> Option<i64> {
    let wanted = after(now, held.time_to_live).min(held.ends_at);
    let later = held.time_to_live.saturating_mul(SECOND) / SHARE;
    (wanted > held.expires_at).then(|| wanted.saturating_add(later).min(held.ends_at))
}

/// So many seconds after an instant.
fn after(instant: i64, seconds: i64) -> i64 {
    instant.saturating_add(seconds.saturating_mul(SECOND))
}

fn digest(secret: &str) -> sessions::Digest {
    secret::digest(secret.as_bytes())
}

fn seconds(micros: i64) -> u64 {
    u64::try_from(micros / SECOND).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_that_is_used_lasts_and_is_seldom_written_down() {
        let ttl = 600;
        let mut held = HeldRole {
            cookie: Vec::new(),
            service: ServiceNumber::new(1),
            expires_at: after(0, ttl),
            ends_at: after(0, 3600),
            time_to_live: ttl,
            last: 0,
        };
        let (mut now, mut written) = (0, 0);
        while now < after(0, 2400) {
            now += SECOND;
            if let Some(end) = extended(&held, now) {
                held.expires_at = end;
                written += 1;
            }
            assert!((after(now, ttl)..=after(now, ttl + 60)).contains(&held.expires_at), "after {now}");
        }
        assert!(written <= 41, "{written} times");
        held.expires_at = extended(&held, after(0, 3590)).expect("it is not the end yet");
        assert_eq!(held.expires_at, held.ends_at);
        assert_eq!(extended(&held, after(0, 3595)), None);
    }

    #[test]
    fn nothing_is_too_long() {
        let end = i64::MAX;
        let held = HeldRole {
            cookie: Vec::new(),
            service: ServiceNumber::new(1),
            expires_at: 5,
            ends_at: end,
            time_to_live: i64::MAX,
            last: 5,
        };
        assert_eq!(extended(&held, 1), Some(end));
    }
}
