//! `/parts`: an address that values follow, each after a slash, as a form of a page asks for them. It leads there.

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use face::RouteTree;
use hydra::write_segment;

use crate::failure::{Failure, Reply};
use crate::place::fixed;
use crate::problem::settle;
use crate::{Portico, asked, beside};

/// Mounts it.
pub fn routes(tree: &mut RouteTree) {
    tree.add(explorer::PARTS, fixed(lead));
}

async fn lead(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    settle(led(&request, &app), &request, &app)
}

fn led(request: &HttpRequest, app: &Portico) -> Reply {
    let fields = asked::fields(request);
    let of = beside::address(app, &fields)?;
    if of.contains(['?', '#']) {
        return Err(Failure::bad_request("of must have no query: what follows it would be a part of that."));
    }
    let mut place = of.trim_end_matches('/').to_owned();
    for part in fields.get("parts").map_or("", String::as_str).lines().map(str::trim).filter(|part| !part.is_empty()) {
        place.push('/');
        write_segment(&part, &mut place);
    }
    let mut response = HttpResponse::SeeOther();
    response.insert_header((header::LOCATION, format!("{}{place}", app.api.base())));
    Ok(response.insert_header((header::CACHE_CONTROL, "no-store")).finish())
}
