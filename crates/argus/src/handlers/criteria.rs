//! Criteria, as bodies have them.

use resource::customers::search::{Criteria, Mark, SearchedField, Wanted};
use serde_json::Value as Json;
use vocab::value::{Flag, Kind};

use crate::body::JsonBody;

/// How deep bodies are read; the rules refuse what is deeper than they allow.
const DEEPEST: usize = 8;

/// The marks by what they are called here, in any case of letters; two of them have another name besides.
fn mark(text: &str) -> Result<Mark, String> {
    let is = |name: &str| text.eq_ignore_ascii_case(name);
    if is("disabled") || is("deleted") {
        return Ok(Mark::Disabled);
    }
    if is("dataDeleted") {
        return Ok(Mark::Flag(Flag::CustomerDataDeleted));
    }
    let flag = Flag::ALL.iter().find(|flag| is(flag.as_str()));
    flag.map(|flag| Mark::Flag(*flag)).ok_or_else(|| {
        let names: Vec<_> = Flag::ALL.iter().map(|flag| flag.as_str()).collect();
        format!("must be of: disabled, {}", names.join(", "))
    })
}

/// Where keywords are looked for; none stands for everywhere.
const FIELDS: &[(&str, Option<SearchedField>)] = &[
    ("all", None),
    ("id", Some(SearchedField::Id)),
    ("name", Some(SearchedField::Name)),
    ("shortName", Some(SearchedField::ShortName)),
];

fn field(text: &str) -> Result<Option<SearchedField>, String> {
    let found = FIELDS.iter().find(|(name, _)| text.eq_ignore_ascii_case(name));
    found.map(|(_, field)| *field).ok_or_else(|| {
        let names: Vec<_> = FIELDS.iter().map(|(name, _)| *name).collect();
        format!("must be of: {}", names.join(", "))
    })
}

/// The criteria in a body, with all their parts. Whatever belongs to the search as a whole has been taken out of it.
pub fn read(body: &mut JsonBody, depth: usize) -> Criteria {
    let fields = body.each("keywordFieldStrategy", field);
    let criteria = Criteria {
        customers: body.texts("customer"),
        parents: body.texts("parent"),
        ancestors: body.texts("ancestor"),
        domains: body.texts("domain"),
        kinds: body.each("type", |text| text.to_ascii_lowercase().parse::<Kind>()),
        include_deleted: body.flag("includeDeleted").unwrap_or(false),
        include_flags: body.each("includeFlags", mark),
        exclude_flags: body.each("excludeFlags", mark),
        keywords: body.texts("keywords"),
        any_keyword: strategy(body),
        fields: if fields.contains(&None) { Vec::new() } else { fields.into_iter().flatten().collect() },
        properties: properties(body),
        sub: Vec::new(),
        exclude: depth > 0 && body.flag("exclude").unwrap_or(false),
        required: depth > 0 && body.flag("required").unwrap_or(false),
    };
    Criteria { sub: parts(body, depth), ..criteria }
}

fn strategy(body: &mut JsonBody) -> bool {
    let Some(text) = body.text("keywordMatchStrategy") else { return false };
    let is_any = text.trim().eq_ignore_ascii_case("any");
    if !is_any && !text.trim().eq_ignore_ascii_case("all") {
        body.refuse("keywordMatchStrategy", "must be all or any", Some(&text.into()));
    }
    is_any
}

fn properties(body: &mut JsonBody) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    for mut one in body.objects("properties") {
        let key = one.required("key").unwrap_or_default();
        let values = match one.any("value") {
            Some(Json::Array(values)) => values,
            Some(value) => vec![value],
            None => {
                one.refuse("value", "is required", None);
                Vec::new()
            }
        };
        body.absorb(one);
        wanted.push(Wanted { key, values });
    }
    wanted
}

fn parts(body: &mut JsonBody, depth: usize) -> Vec<Criteria> {
    let mut parts = Vec::new();
    for mut one in body.objects("subCriteria") {
        if depth >= DEEPEST {
            one.refuse("subCriteria", "is nested too deep", None);
            continue;
        }
        parts.push(read(&mut one, depth + 1));
        body.absorb(one);
    }
    parts
}
