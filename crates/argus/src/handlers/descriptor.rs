//! Descriptors of properties.

use actix_web::http::StatusCode;
use hydra::Given;
use resource::IfMatch;
use resource::customers::descriptor::{self as rules, Descriptor, DescriptorChange, Kind, NewDescriptor};
use serde_json::{Value as Json, json};

use super::lists::{SortKey, slice, sort};
use crate::body::JsonBody;
use crate::convert::Known;
use crate::exchange::Exchange;
use crate::fault::Fault;
use crate::query::bounded;
use crate::reply::Reply;

/// What descriptors are ordered by.
const ORDERS: &[SortKey<Descriptor>] = &[
    ("key", |one, other| one.key.cmp(&other.key)),
    ("section", |one, other| one.section.cmp(&other.section)),
    ("sectionIndex", |one, other| one.section_index.cmp(&other.section_index)),
    ("type", |one, other| one.kind.as_str().cmp(other.kind.as_str())),
    ("createdTimestamp", |one, other| one.created.instant().cmp(&other.created.instant())),
    ("lastUpdatedTimestamp", |one, other| one.updated.instant().cmp(&other.updated.instant())),
];

/// Whether a descriptor is marked in some way.
type Mark = fn(&Descriptor) -> bool;

/// What is marked on descriptors.
const FLAGS: &[(&str, Mark)] = &[
    ("hidden", |one| one.hidden),
    ("externallyManaged", |one| one.externally_managed),
    ("deprecated", |one| one.deprecated),
];

/// Which descriptors to list.
#[derive(Debug, Default)]
struct Wanted {
    keywords: Vec<String>,
    sections: Vec<String>,
    kinds: Vec<Kind>,
    include_flags: Vec<Mark>,
    exclude_flags: Vec<Mark>,
    parts: Vec<(Self, bool, bool)>,
}

impl Wanted {
    fn asks_nothing(&self) -> bool {
        let Self { keywords, sections, kinds, include_flags, exclude_flags, parts: _ } = self;
        keywords.is_empty()
            && sections.is_empty()
            && kinds.is_empty()
            && include_flags.is_empty()
            && exclude_flags.is_empty()
    }

    fn own(&self, one: &Descriptor) -> bool {
        let default = one.default.as_ref().map(Json::to_string).unwrap_or_default().to_lowercase();
        let key = one.key.to_lowercase();
        let has = |keyword: &String| key.contains(&keyword.to_lowercase()) || default.contains(&keyword.to_lowercase());
        self.keywords.iter().all(has)
            && (self.sections.is_empty() || self.sections.contains(&one.section))
            && (self.kinds.is_empty() || self.kinds.contains(&one.kind))
            && self.include_flags.iter().all(|flag| flag(one))
            && !self.exclude_flags.iter().any(|flag| flag(one))
    }

    /// The parts go together with the whole as those of a search for customers do.
    fn admits(&self, one: &Descriptor) -> bool {
        let mut plain = self.parts.iter().filter(|(_, exclude, required)| !exclude && !required).peekable();
        let head = if self.asks_nothing() && plain.peek().is_some() { false } else { self.own(one) };
        (head || plain.any(|(part, ..)| part.admits(one)))
            && self.parts.iter().all(|(part, exclude, required)| match (exclude, required) {
                (true, _) => !part.admits(one),
                (false, true) => part.admits(one),
                (false, false) => true,
            })
    }

    fn read(body: &mut JsonBody, depth: usize) -> Self {
        let mut wanted = Self {
            keywords: body.texts("keywords"),
            sections: body.texts("section"),
            kinds: body.each("type", kind),
            include_flags: body.each("includeFlags", flag),
            exclude_flags: body.each("excludeFlags", flag),
            parts: Vec::new(),
        };
        // There are no deleted ones to include.
        body.flag("includeDeleted");
        for mut part in body.objects("subCriteria") {
            if depth >= 5 {
                part.refuse("subCriteria", "is nested too deep", None);
                body.absorb(part);
                continue;
            }
            let (exclude, required) = (part.flag("exclude").unwrap_or(false), part.flag("required").unwrap_or(false));
            wanted.parts.push((Self::read(&mut part, depth + 1), exclude, required));
            body.absorb(part);
        }
        wanted
    }
}

fn kind(text: &str) -> Result<Kind, String> {
    let found = Kind::ALL.iter().find(|kind| text.eq_ignore_ascii_case(kind.as_str()));
    found.copied().ok_or_else(|| {
        let names: Vec<_> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
        format!("must be one of: {}", names.join(", "))
    })
}

fn flag(text: &str) -> Result<Mark, String> {
    let found = FLAGS.iter().find(|(name, _)| text.eq_ignore_ascii_case(name));
    found.map(|(_, flag)| *flag).ok_or_else(|| {
        let names: Vec<_> = FLAGS.iter().map(|(name, _)| *name).collect();
        format!("must be of: {}", names.join(", "))
    })
}

/// GET propertydescriptor
pub async fn list(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let query = exchange.query;
    let wanted =
        Wanted { keywords: query.list(&["keywords"])?, sections: query.list(&["section"])?, ..Wanted::default() };
    query.flag("includeDeleted", false)?;
    let schemas = (query.flag("includeSchema", false)?, query.flag("includeUISchema", false)?);
    found(exchange, &wanted, &query.list(&["sortBy", "sort"])?, schemas, (query.limit()?, query.offset()?)).await
}

/// POST propertydescriptor/search
pub async fn search(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let mut body = exchange.body()?;
    let (limit, offset, keys) = (body.count("limit"), body.count("offset"), body.texts("sortBy"));
    let schemas = (body.flag("includeSchema").unwrap_or(false), body.flag("includeUISchema").unwrap_or(false));
    let wanted = Wanted::read(&mut body, 0);
    body.finish()?;
    found(exchange, &wanted, &keys, schemas, (limit, bounded(offset)?)).await
}

async fn found(
    exchange: &Exchange<'_>,
    wanted: &Wanted,
    keys: &[String],
    (schema, ui_schema): (bool, bool),
    (limit, offset): (Option<u64>, u64),
) -> Result<Reply, Fault> {
    let mut all = rules::list(&exchange.cx).await?;
    all.retain(|one| wanted.admits(one));
    sort(&mut all, keys, ORDERS)?;
    let (some, page) = slice(all, limit, offset);
    let known = writers(exchange, &some).await?;
    Reply::many(&some.iter().map(|one| known.descriptor(one, schema, ui_schema)).collect::<Vec<_>>(), page)
}

async fn writers(exchange: &Exchange<'_>, descriptors: &[Descriptor]) -> Result<Known, Fault> {
    let names = descriptors.iter().flat_map(|one| [&one.created_by, &one.updated_by]).flatten();
    Ok(Known::writers(&exchange.cx.having_written(), names.map(String::as_str)).await?)
}

async fn one(
    exchange: &Exchange<'_>,
    status: StatusCode,
    descriptor: &Descriptor,
    (schema, ui_schema): (bool, bool),
) -> Result<Reply, Fault> {
    let known = writers(exchange, std::slice::from_ref(descriptor)).await?;
    Reply::one(status, exchange.single(), &known.descriptor(descriptor, schema, ui_schema))
}

/// GET propertydescriptor/…
pub async fn find(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let query = exchange.query;
    let schemas = (query.flag("includeSchema", false)?, query.flag("includeUISchema", false)?);
    let descriptor = rules::find(&exchange.cx, exchange.variable("idOrKey")).await?;
    one(exchange, StatusCode::OK, &descriptor, schemas).await
}

/// GET propertydescriptor/…/jsonschema
pub async fn schema(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let descriptor = rules::find(&exchange.cx, exchange.variable("idOrKey")).await?;
    let schema = match descriptor.kind {
        Kind::Json => descriptor.schema.unwrap_or_else(|| json!({})),
        Kind::String => json!({"type": "string"}),
        Kind::Integer => json!({"type": "integer"}),
        Kind::Number => json!({"type": "number"}),
        Kind::Boolean => json!({"type": "boolean"}),
        Kind::Enum => {
            let values: Vec<_> = descriptor.choices.iter().map(|choice| choice.value.as_str()).collect();
            json!({"type": "string", "enum": values})
        }
    };
    Reply::one(StatusCode::OK, exchange.single(), &schema)
}

fn kind_of(body: &mut JsonBody, text: Option<String>) -> Option<Kind> {
    let text = text?;
    kind(&text).map_err(|what| body.refuse("type", what, Some(&text.into()))).ok()
}

/// The members that a new descriptor and a change have alike.
fn change(body: &mut JsonBody) -> DescriptorChange {
    // The client writes one of them in two ways.
    let ui_schema = match body.given("uiSchema") {
        Given::Absent => body.given("uischema"),
        given => given,
    };
    DescriptorChange {
        names: body.localised("localizedNames"),
        section_index: body.whole("sectionIndex"),
        default: body.given("defaultValue"),
        schema: body.given("schema"),
        ui_schema,
        hidden: body.flag("hidden"),
        externally_managed: body.flag("externallyManaged"),
        read_function: body.text("readFunction"),
        write_function: body.text("writeFunction"),
        ..DescriptorChange::default()
    }
}

/// What descriptors have of other names here.
const NAMES: &[(&str, &str)] = &[
    ("names", "localizedNames"),
    ("descriptions", "localizedDescriptions"),
    ("default", "defaultValue"),
    ("valueType", "type"),
    ("valueSchema", "schema"),
];

/// POST propertydescriptor
pub async fn add(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let mut body = exchange.body()?;
    let (key, section, text) = (body.required("key"), body.required("section"), body.required("type"));
    let kind = kind_of(&mut body, text);
    let descriptions = body.localised("localizedDescriptions");
    if descriptions.is_none() {
        body.refuse("localizedDescriptions", "is required", None);
    }
    let overwrite = body.flag("overwriteIfExists").unwrap_or(false);
    let rest = change(&mut body);
    body.finish()?;
    let (Some(key), Some(section), Some(kind), Some(descriptions)) = (key, section, kind, descriptions) else {
        return Err(resource::Error::Internal("a required member passed the check without being there".into()).into());
    };
    let over = overwrite.then_some(IfMatch::Absent);
    let created = rules::create(&exchange.cx, NewDescriptor { key, kind, section, descriptions, rest }, over.as_ref());
    let (descriptor, _) = created.await.map_err(|error| error.named(NAMES))?;
    one(exchange, StatusCode::CREATED, &descriptor, (true, true)).await
}

/// PUT propertydescriptor/…
pub async fn update(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let mut body = exchange.body()?;
    let text = body.text("type");
    let kind = kind_of(&mut body, text);
    let change = DescriptorChange {
        kind,
        descriptions: body.localised("localizedDescriptions"),
        section: body.text("section"),
        deprecated: body.flag("deprecated"),
        ..change(&mut body)
    };
    body.finish()?;
    let changed = rules::change(&exchange.cx, exchange.variable("idOrKey"), change, &IfMatch::Absent).await;
    let descriptor = changed.map_err(|error| error.named(NAMES))?;
    one(exchange, StatusCode::OK, &descriptor, (true, true)).await
}

/// DELETE propertydescriptor/…
pub async fn remove(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let descriptor = rules::remove(&exchange.cx, exchange.variable("idOrKey"), &IfMatch::Absent).await?;
    one(exchange, StatusCode::OK, &descriptor, (true, true)).await
}
