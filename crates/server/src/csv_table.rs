//! `/csv`: all that a search finds as a table that spreadsheets read (RFC 4180), for people. Programs follow the pages.

use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use explorer::listed;
use face::RouteTree;
use hydra::query::pairs;
use hydra::{PropertyDef, PropertyKind};
use resource::Error;
use serde_json::Value as Json;

use crate::failure::{Failure, Reply};
use crate::place::fixed;
use crate::problem::settle;
use crate::{Portico, beside, routes};

/// The most rows of a table; spreadsheets become slow, and a request has its time.
const MOST: u64 = 50_000;

/// Mounts it.
pub fn routes(tree: &mut RouteTree) {
    tree.add(explorer::CSV, fixed(csv));
}

async fn csv(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    settle(shown(&request, &app).await, &request, &app)
}

async fn shown(request: &HttpRequest, app: &Portico) -> Reply {
    let (path, query) = beside::subject(app, request)?;
    let collection = beside::listed_at(&path).ok_or(Error::NotFound)?;
    // All of it, whatever page of it was looked at.
    let mut kept = pairs(&query);
    kept.retain(|(name, _)| !["page", "pageSize", "itemsPerPage", "after"].contains(&name.as_str()));
    kept.push(("pageSize".into(), "500".into()));
    let mut query = serde_urlencoded::to_string(kept).map_err(|error| Error::Internal(error.to_string()))?;
    let columns: Vec<_> = collection.member().properties.iter().filter(|property| is_column(property)).collect();
    let mut table = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    let broken = |error: csv::Error| Failure::from(Error::Internal(error.to_string()));
    table.write_record(columns.iter().map(|column| column.name)).map_err(broken)?;
    loop {
        let page = Box::pin(routes::glance(collection, request, app, &path, &query)).await?;
        if page["totalItems"].as_u64().is_none_or(|total| total > MOST) {
            let detail = format!("There are more than {MOST} rows, or more than are counted. Narrow the search.");
            return Err(Failure::bad_request(detail));
        }
        for member in listed(&page, "member") {
            table.write_record(columns.iter().map(|column| cell(&member[column.name]))).map_err(broken)?;
        }
        let next = page["view"]["next"].as_str().and_then(|next| next.split_once('?'));
        match next {
            Some((_, next)) => query = next.to_owned(),
            None => break,
        }
    }
    let bytes = table.into_inner().map_err(|error| Error::Internal(error.to_string()))?;
    let mut response = HttpResponse::build(StatusCode::OK);
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    response
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}.csv\"", collection.link())));
    Ok(response.content_type("text/csv; charset=utf-8; header=present").body(bytes))
}

/// Whether a property stands in a table.
fn is_column(property: &PropertyDef) -> bool {
    let tells = match property.kind {
        PropertyKind::Value(..) => true,
        // A link that is the same of all but for the member tells nothing.
        PropertyKind::One(_) => property.writable || property.filter,
        PropertyKind::Many(_) => false,
    };
    property.readable && !property.once && tells
}

/// A value in a cell. What a spreadsheet would take for a formula, and is no number, is a text to it.
fn cell(value: &Json) -> String {
    let text = match value {
        Json::Null => return String::new(),
        Json::String(text) => text.clone(),
        Json::Array(values) if values.iter().all(Json::is_string) => {
            values.iter().filter_map(Json::as_str).collect::<Vec<_>>().join("|")
        }
        other => return other.to_string(),
    };
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err() {
        true => format!("'{text}"),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_text_is_a_formula() {
        for (value, shown) in [
            (json!("=1+1"), "'=1+1"),
            (json!("@SUM(A1)"), "'@SUM(A1)"),
            (json!("+441"), "+441"),
            (json!("-a"), "'-a"),
            (json!(-3), "-3"),
            (json!(["a", "b"]), "a|b"),
            (json!({"a": 1}), "{\"a\":1}"),
            (json!(null), ""),
            (json!(true), "true"),
        ] {
            assert_eq!(cell(&value), shown);
        }
    }
}
