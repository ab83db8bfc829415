//! Who asks for an image, and what is said to those who may not see it.

use actix_web::HttpMessage;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use resource::Error;
use resource::images::{Access, Deliverable, Delivery, Openness, Shown, Ticket};
use vocab::ImageKey;
use vocab::value::CustomerId;

use super::cookie;
use super::offer::Offer;
use crate::failure::Failure;
use crate::{Portico, session};

/// Whom an answer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Everybody: any cache may keep it.
    Everybody,
    /// Whoever asked.
    Somebody,
}

/// What of an image somebody may see, and for whom what is said of it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// How much of it.
    pub open: Openness,
    /// Whom the answer is for.
    pub audience: Audience,
}

impl View {
    /// What there is of an image in this view.
    pub fn offer(self, image: &Deliverable) -> Offer<'_> {
        Offer { width: image.width, height: image.height, edges: &image.edges, open: self.open }
    }

    /// What everybody may see of an image.
    pub fn of_everybody(image: &Deliverable) -> Self {
        Self { open: image.open, audience: Audience::Everybody }
    }
}

/// What of an image the one who asks may see. Where all of it is open, nothing that was sent along is looked at.
///
/// # Errors
/// The database does not answer.
pub async fn view(
    app: &Portico,
    request: &HttpRequest,
    key: &ImageKey,
    image: &Deliverable,
    cookies: bool,
) -> Result<View, Error> {
    if image.open == Openness::Whole {
        return Ok(View::of_everybody(image));
    }
    let cookie = cookies.then(|| cookie::of(request, key.customer)).flatten();
    // Pages show pictures to whoever has signed in to them.
    let authorization = session::credentials(app, request);
    let shown = Shown { authorization: authorization.as_deref(), cookie: cookie.as_deref() };
    let open = match Delivery::new(&app.identities).admits(key, image, shown).await? {
        Access::Refused => image.open,
        Access::Granted => Openness::Whole,
        Access::ByCookie(ticket) => {
            request.extensions_mut().insert(Renewed { customer: key.customer, ticket });
            Openness::Whole
        }
    };
    Ok(View { open, audience: Audience::Somebody })
}

/// The cookie of a request, for as long as it lasts now that it was used.
struct Renewed {
    customer: CustomerId,
    ticket: Ticket,
}

/// Gives whoever was let in by a cookie the cookie again, so that the browser keeps it as long as it counts.
pub fn renew(app: &Portico, request: &HttpRequest, mut response: HttpResponse) -> HttpResponse {
    let renewed = request.extensions_mut().remove::<Renewed>();
    if let Some(Renewed { customer, ticket }) = renewed
        && let Err(error) = response.add_cookie(&cookie::new(app, customer, ticket))
    {
        tracing::error!(%error, "a cookie is no header");
    }
    response
}

/// 401: more of the image is for those who have signed in, by the services in its information. A browser that meets `Basic`
/// in the answer to an `<img>` asks for a password out of nowhere; `Bearer` alone says what RFC 9110 wants said.
pub fn closed(detail: impl Into<String>) -> Failure {
    Failure::new(StatusCode::UNAUTHORIZED, detail).quiet()
}

/// [`closed`], of an image of which the one who asks may see so much.
pub fn closed_beyond(open: Openness) -> Failure {
    closed(match open {
        Openness::UpTo(edge) => format!(
            "Only up to {edge} pixels of this image are open to everybody; its information says how to see more."
        ),
        _ => "This image is not open to everybody; its information says how to see it.".to_owned(),
    })
}
