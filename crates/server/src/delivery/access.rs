//! Who asks for an image, and what is said to those who may not see it.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::AUTHORIZATION;
use resource::{Deliverable, Delivery, Error, Openness, Shown};
use vocab::ImageKey;

use super::cookie;
use crate::Portico;
use crate::failure::Failure;

/// Whom an answer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Everybody: any cache may keep it.
    Everybody,
    /// Whoever asked.
    Somebody,
}

/// What of an image somebody may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// All of it.
    Whole(Audience),
    /// What is open to everybody.
    Open(u32),
    /// Nothing.
    Nothing,
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
        return Ok(View::Whole(Audience::Everybody));
    }
    let cookie = cookies.then(|| cookie::of(request, key.customer)).flatten();
    let authorization = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let shown = Shown { authorization, cookie: cookie.as_deref() };
    if Delivery::new(&app.identities).admits(key, image, shown).await? {
        return Ok(View::Whole(Audience::Somebody));
    }
    Ok(match image.open {
        Openness::UpTo(edge) => View::Open(edge),
        _ => View::Nothing,
    })
}

/// 401: more of the image is for those who have signed in, by the services in its information. A browser that meets `Basic`
/// in the answer to an `<img>` asks for a password out of nowhere; `Bearer` alone says what RFC 9110 wants said.
pub fn closed(detail: impl Into<String>) -> Failure {
    Failure::new(StatusCode::UNAUTHORIZED, detail).quiet()
}
