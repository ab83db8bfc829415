//! Images on their way to whoever looks at them: which there are, and how much of each is open to whom.
//!
//! There is no actor here: most who look at images are nobody in particular. Two kinds of people see more: those whom the
//! API lets read the image, and those who have used one of the services by which a role of the image is acquired.

mod viewer;

use std::sync::Arc;

use hydra::{Class, Method};
use store::deliverable as rows;
use store::viewer_session::Pass;
use store::{Tenant, viewer_session as sessions};
use vocab::value::CustomerId;
use vocab::{Image, ImageKey};

pub use viewer::{Ticket, ViewerService};

use crate::columns::from_json;
use crate::images::files::Files;
use crate::instant::micros;
use crate::number::Named;
use crate::rights::policy;
use crate::rights::secret;
use crate::{Actor, Admission, Credentials, Door, Error, Identities, Permitted, Result};

/// An image that has files.
#[derive(Debug, Clone)]
pub struct Deliverable {
    /// Under which name the files are kept.
    pub files: Files,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Whether it has no colours.
    pub gray: bool,
    /// The edges that thumbnails were made for, in pixels.
    pub edges: Vec<u32>,
    /// The last parts of the addresses of its roles.
    pub roles: Vec<String>,
    /// How much of it anybody may see.
    pub open: Openness,
}

/// How much of an image anybody may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Openness {
    /// All of it.
    Whole,
    /// The whole picture, as long as no edge is longer than this.
    UpTo(u32),
    /// Nothing.
    Closed,
}

impl Openness {
    /// How much of an image that has this longer edge, in pixels, anybody may see.
    pub fn to_everybody(image: &Image, longer_edge: u32) -> Self {
        Self::of(image.max_unauthorised.0, !image.roles.0.is_empty(), longer_edge)
    }

    /// What a customer says of an image, in words of its own: where it says nothing (-1), roles alone decide.
    pub(crate) fn of(max_unauthorised: i64, has_roles: bool, longer_edge: u32) -> Self {
        match u32::try_from(max_unauthorised) {
            Err(_) if has_roles => Self::Closed,
            Err(_) => Self::Whole,
            Ok(0) => Self::Closed,
            Ok(edge) if edge >= longer_edge => Self::Whole,
            Ok(edge) => Self::UpTo(edge),
        }
    }
}

/// What comes with a request for an image.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shown<'a> {
    /// The value of an `Authorization` header.
    pub authorization: Option<&'a str>,
    /// The value of the customer's cookie.
    pub cookie: Option<&'a str>,
}

/// Whether somebody may see all of an image.
#[derive(Debug)]
pub enum Access {
    /// No.
    Refused,
    /// Yes.
    Granted,
    /// Yes, by the cookie that was shown, which now lasts so long.
    ByCookie(Ticket),
}

/// Images, and those who look at them.
#[derive(Debug, Clone, Copy)]
pub struct Delivery<'a> {
    identities: &'a Identities,
}

impl<'a> Delivery<'a> {
    /// Over the database of a service.
    pub fn new(identities: &'a Identities) -> Self {
        Self { identities }
    }

    fn now(&self) -> i64 {
        micros(self.identities.world().now())
    }

    /// An image.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none, or it has no files yet.
    pub async fn find(&self, key: &ImageKey) -> Result<Deliverable> {
        let (customer, space, name) = (key.customer.number(), key.space.number(), key.image.as_str());
        let scope = self.identities.store().operator();
        let row = rows::find(&scope, Tenant::of_public_address(customer), space, name).await?.ok_or(Error::NotFound)?;
        let pixels = |length: i64| u32::try_from(length).map_err(|_| Error::Internal("a length is none".into()));
        let (width, height) = (pixels(row.width)?, pixels(row.height)?);
        let roles = from_json(&row.roles)?;
        Ok(Deliverable {
            files: Files { customer, space, image: name.to_owned(), version: row.object },
            width,
            height,
            gray: row.gray,
            edges: serde_json::from_str(&row.sizes).map_err(|error| Error::Internal(error.to_string()))?,
            open: Openness::of(row.max_unauthorised, !roles.is_empty(), width.max(height)),
            roles,
        })
    }

    /// Whether somebody may see all of an image. Which of the things shown was good is not told but to whoever showed a cookie,
    /// nor why one was not. A session by which somebody is let in lasts longer by that.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn admits(&self, key: &ImageKey, image: &Deliverable, shown: Shown<'_>) -> Result<Access> {
        let bearer = shown.authorization.and_then(bearer).map(|token| Pass::Token(secret::digest(token.as_bytes())));
        let (scope, tenant) = (self.identities.store().operator(), Tenant::of_public_address(key.customer.number()));
        if let Some(token) = bearer {
            let held = sessions::held(&scope, tenant, token, &image.roles, self.now()).await?;
            if self.used(&held).await.is_some() {
                return Ok(Access::Granted);
            }
        }
        if let Some(cookie) = shown.cookie {
            let pass = Pass::Cookie(secret::digest(cookie.as_bytes()));
            let held = sessions::held(&scope, tenant, pass, &image.roles, self.now()).await?;
            if let Some(lasts) = self.used(&held).await {
                return Ok(Access::ByCookie(Ticket { secret: cookie.to_owned(), lasts }));
            }
        }
        let reads = match shown.authorization {
            Some(header) => self.reads(key, Credentials(header)).await?,
            None => false,
        };
        Ok(if reads { Access::Granted } else { Access::Refused })
    }

    /// Whether the API lets somebody read the resource that the image is.
    async fn reads(&self, key: &ImageKey, credentials: Credentials<'_>) -> Result<bool> {
        let reading = Reading { identities: self.identities, credentials, customer: key.customer };
        // What is remembered of somebody counts as far as nobody's authority has changed since.
        let reads = self.identities.on_behalf(reading, async |cx, _, ()| Ok(cx.scope().check().await?)).await;
        match reads {
            Ok(()) => Ok(true),
            Err(Error::Unauthenticated | Error::Forbidden | Error::NotFound) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// Somebody who reads an image of a customer's as the resource that it is.
struct Reading<'a> {
    identities: &'a Identities,
    credentials: Credentials<'a>,
    customer: CustomerId,
}

impl Admission for Reading<'_> {
    type Somebody = Arc<Actor>;
    type Found = ();
    type Error = Error;

    async fn who(&self, anew: bool) -> Result<Arc<Actor>> {
        self.identities.authenticate(self.credentials, anew).await
    }

    async fn permit(&self, door: &Door<'_>, actor: &Arc<Actor>) -> Result<(Permitted, ())> {
        let read = Image::CLASS.operation(Method::Get).ok_or_else(|| Error::Internal("images can be read".into()))?;
        Ok((policy::permit(actor, read, Some(door.sight(self.customer).await?))?, ()))
    }
}

/// The token of a Bearer header.
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

#[cfg(test)]
mod tests {
    use super::{Openness, bearer};

    #[test]
    fn roles_close_an_image_unless_a_size_is_said_to_be_open() {
        for (max, has_roles, open) in [
            (-1, false, Openness::Whole),
            (-1, true, Openness::Closed),
            (0, false, Openness::Closed),
            (0, true, Openness::Closed),
            (400, false, Openness::UpTo(400)),
            (400, true, Openness::UpTo(400)),
            (999, true, Openness::UpTo(999)),
            (1000, true, Openness::Whole),
            (i64::from(i32::MAX), false, Openness::Whole),
        ] {
            assert_eq!(Openness::of(max, has_roles, 1000), open, "{max} {has_roles}");
        }
    }

    #[test]
    fn only_a_bearer_token_is_one() {
        assert_eq!(bearer("Bearer abc"), Some("abc"));
        assert_eq!(bearer("bearer  abc "), Some("abc"));
        assert_eq!(bearer("Basic abc"), None);
        assert_eq!(bearer("Bearer"), None);
    }
}
