//! `/parts`: an address that values follow, each after a slash, as a form of a page asks for them. It leads there.

use actix_web::http::header;
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use face::RouteTree;
use hydra::write_segment;

use crate::published::fixed;
use crate::{Portico, asked, explorer, session};

/// Mounts it.
pub fn routes(tree: &mut RouteTree) {
    tree.add(explorer::PARTS, |path| fixed(web::resource(path), lead));
}

async fn lead(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    let fields = asked::fields(&request);
    let mut place = session::place(fields.get("of").map(String::as_str)).trim_end_matches('/').to_owned();
    for part in fields.get("parts").map_or("", String::as_str).lines().map(str::trim).filter(|part| !part.is_empty()) {
        place.push('/');
        write_segment(&part, &mut place);
    }
    let mut response = HttpResponse::SeeOther();
    response.insert_header((header::LOCATION, format!("{}{place}", app.api.base())));
    response.insert_header((header::CACHE_CONTROL, "no-store")).finish()
}
