//! `/health/live`: the process answers. `/health/ready`: it can serve, because the database does.

use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use face::Places;

use crate::Portico;
use crate::documents::fixed;
use crate::failure::Failure;

/// Mounts both.
pub fn routes(places: &mut Places) {
    places.add("/health/live", |path| fixed(web::resource(path), live));
    places.add("/health/ready", |path| fixed(web::resource(path), ready));
}

fn fine() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type("application/json")
        .body(r#"{"status":"ok"}"#)
}

async fn live() -> HttpResponse {
    fine()
}

async fn ready(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    let store = app.identities.store();
    let why = match store.ping().await {
        _ if app.is_leaving() => "The service is about to stop.",
        Err(error) => {
            tracing::warn!(%error, "not ready");
            "The database does not answer."
        }
        Ok(()) => match store.is_current().await {
            Ok(true) => return fine(),
            Ok(false) => "The database has not been migrated to this version.",
            Err(error) => {
                tracing::warn!(%error, "not ready");
                "The database does not answer."
            }
        },
    };
    Failure::new(StatusCode::SERVICE_UNAVAILABLE, why).with(header::RETRY_AFTER, "5").respond(request.path(), &app)
}
