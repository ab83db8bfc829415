//! The values that can be chosen where a property is one of a list.

use actix_web::http::StatusCode;
use resource::customers::descriptor::{self as rules, Choice, NewChoice};
use vocab::value::Language;

use super::lists::{SortKey, slice, sort};
use crate::body::JsonBody;
use crate::convert::entry;
use crate::exchange::Exchange;
use crate::fault::Fault;
use crate::query::bounded;
use crate::reply::Reply;

/// What values are ordered by.
const ORDERS: &[SortKey<Choice>] = &[
    ("value", |one, other| one.value.cmp(&other.value)),
    ("id", |one, other| one.uuid.cmp(&other.uuid)),
    ("localizedValue", |one, other| one.name(Language::English).cmp(other.name(Language::English))),
];

/// A text in which keywords are looked for.
type Place = fn(&Choice) -> &str;

/// Where keywords are looked for.
const FIELDS: &[(&str, Place)] =
    &[("value", |choice| &choice.value), ("localizedValue", |choice| choice.name(Language::English))];

/// Which values to list: those with these texts, each in one of these places, or one of them in one.
struct Wanted {
    keywords: Vec<String>,
    any: bool,
    places: Vec<Place>,
}

impl Wanted {
    fn admits(&self, choice: &Choice) -> bool {
        let has = |keyword: &String| {
            let keyword = keyword.to_lowercase();
            self.places.iter().any(|place| place(choice).to_lowercase().contains(&keyword))
        };
        self.keywords.is_empty() || if self.any { self.keywords.iter().any(has) } else { self.keywords.iter().all(has) }
    }
}

/// GET propertydescriptor/…/values
pub async fn list(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let query = exchange.query;
    let places = FIELDS.iter().map(|(_, place)| *place).collect();
    let wanted = Wanted { keywords: query.list(&["keywords"])?, any: false, places };
    found(exchange, &wanted, &query.list(&["sortBy", "sort"])?, query.limit()?, query.offset()?).await
}

/// POST propertydescriptor/…/values/search
pub async fn search(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let mut body = exchange.body()?;
    let (limit, offset, keys) = (body.count("limit"), body.count("offset"), body.texts("sortBy"));
    let fields = body.each("keywordFieldStrategy", |text| {
        if text.eq_ignore_ascii_case("all") {
            return Ok(FIELDS.iter().map(|(_, place)| *place).collect());
        }
        let found = FIELDS.iter().find(|(name, _)| text.eq_ignore_ascii_case(name));
        found.map(|(_, place)| vec![*place]).ok_or_else(|| "must be of: all, value, localizedValue".to_owned())
    });
    let any = body.text("keywordMatchStrategy").is_some_and(|text| text.trim().eq_ignore_ascii_case("any"));
    let mut wanted = Wanted { keywords: body.texts("keywords"), any, places: fields.concat() };
    if wanted.places.is_empty() {
        wanted.places = FIELDS.iter().map(|(_, place)| *place).collect();
    }
    if !body.list("subCriteria").is_empty() {
        body.refuse("subCriteria", "is not taken here; a list of values is short", None);
    }
    body.finish()?;
    found(exchange, &wanted, &keys, limit, bounded(offset)?).await
}

async fn found(
    exchange: &Exchange<'_>,
    wanted: &Wanted,
    keys: &[String],
    limit: Option<u64>,
    offset: u64,
) -> Result<Reply, Fault> {
    let mut choices = rules::find(&exchange.cx, exchange.variable("idOrKey")).await?.choices;
    choices.retain(|choice| wanted.admits(choice));
    sort(&mut choices, keys, ORDERS)?;
    let (choices, page) = slice(choices, limit, offset);
    Reply::many(&choices.iter().map(entry).collect::<Vec<_>>(), page)
}

fn one(exchange: &Exchange<'_>, status: StatusCode, choice: &Choice) -> Result<Reply, Fault> {
    Reply::one(status, exchange.single(), &entry(choice))
}

fn texts(body: &mut JsonBody) -> (Option<rules::Localised>, Option<rules::Localised>) {
    (body.localised("localizedValues"), body.localised("localizedDescriptions"))
}

/// What values of lists have of other names here.
const NAMES: &[(&str, &str)] =
    &[("names", "localizedValues"), ("descriptions", "localizedDescriptions"), ("valueType", "type")];

/// POST propertydescriptor/…/values
pub async fn add(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let mut body = exchange.body()?;
    let value = body.required("value");
    let (names, descriptions) = texts(&mut body);
    body.finish()?;
    let new = NewChoice {
        value: value.unwrap_or_default(),
        names: names.unwrap_or_default(),
        descriptions: descriptions.unwrap_or_default(),
    };
    let added = rules::add_choice(&exchange.cx, exchange.variable("idOrKey"), new).await;
    let choice = added.map_err(|error| error.named(NAMES))?;
    one(exchange, StatusCode::CREATED, &choice)
}

/// PUT propertydescriptor/…/values/…
pub async fn update(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let mut body = exchange.body()?;
    let (names, descriptions) = texts(&mut body);
    body.finish()?;
    let (key, value) = (exchange.variable("idOrKey"), exchange.variable("idOrValue"));
    let changed = rules::change_choice(&exchange.cx, key, value, names, descriptions).await;
    let choice = changed.map_err(|error| error.named(NAMES))?;
    one(exchange, StatusCode::OK, &choice)
}

/// DELETE propertydescriptor/…/values/…
pub async fn remove(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let (key, value) = (exchange.variable("idOrKey"), exchange.variable("idOrValue"));
    let removed = rules::remove_choice(&exchange.cx, key, value).await;
    let choice = removed.map_err(|error| error.named(NAMES))?;
    one(exchange, StatusCode::OK, &choice)
}
