//! Routes: each row of the table at each of its places, and answers for what is at none.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use face::{Lost, Places};
use hydra::Method;

use crate::error::{Code, Fault};
use crate::operation::BASE;
use crate::{Face, operation, reply};

/// Whether a path is in this face.
pub fn has(path: &str) -> bool {
    path.strip_prefix(BASE).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The answer to a request in this face that its handler did not answer.
pub fn lost(lost: Lost) -> HttpResponse {
    let code = match lost {
        Lost::Refused(StatusCode::NOT_FOUND) => Code::Route,
        Lost::Refused(_) | Lost::Unread(_) => Code::Request,
        Lost::Late => Code::Busy,
        Lost::Broken => Code::Internal,
        Lost::Done => Code::Lost,
        Lost::Unknown => Code::Unknown,
    };
    let fault = Fault::from(code);
    let fault = if lost == Lost::Late { fault.with(header::RETRY_AFTER, "1") } else { fault };
    let mut response = fault.respond();
    *response.status_mut() = lost.status();
    response
}

/// Mounts the face. The application has a [`Face`] as data.
pub fn routes(places: &mut Places) {
    let alive = face::route(Method::Get).to(reply::alive);
    places.add(&format!("{BASE}/alive"), |path| face::place::<Face>(path, vec![(Method::Get, alive)]));
    let operations = operation::places().map(|(_, path, operation)| (path, operation.method, operation));
    face::mount::<Face>(places, &[BASE], operations);
}

#[cfg(test)]
mod tests {
    use actix_web::body::MessageBody;
    use serde_json::Value as Json;

    use super::*;

    #[test]
    fn whatever_is_lost_is_answered_in_the_form_of_this_face() {
        let refused = [400, 404, 408, 413, 431].map(|status| Lost::Refused(StatusCode::from_u16(status).unwrap()));
        for lost in refused.into_iter().chain([Lost::Late, Lost::Broken, Lost::Done, Lost::Unknown]) {
            let response = super::lost(lost);
            assert_eq!(response.status(), lost.status());
            assert_eq!(response.headers().contains_key(header::RETRY_AFTER), lost == Lost::Late);
            let body: Json = serde_json::from_slice(&response.into_body().try_into_bytes().unwrap()).unwrap();
            assert!(body["code"].is_string() && body["message"].is_string(), "{body}");
            let is_certain = matches!(lost, Lost::Late | Lost::Broken);
            assert_eq!(body["message"].as_str().unwrap().contains("Nothing was changed"), is_certain, "{body}");
        }
    }
}
