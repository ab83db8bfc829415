//! What a search means, told once more from the contract and nothing else: one customer after the other, no SQL.

use std::collections::BTreeMap;

use serde_json::Value;

/// A customer, as far as searches look at it.
#[derive(Debug, Clone)]
pub struct Customer {
    pub id: i64,
    pub name: String,
    pub short_name: String,
    pub kind: &'static str,
    pub parent: Option<i64>,
    pub lifecycle: &'static str,
    pub flags: Vec<&'static str>,
    /// The value of each property that it has, its own or the default.
    pub properties: BTreeMap<String, Value>,
}

/// What is looked for although it is put away.
#[derive(Debug, Clone, Copy, Default)]
struct Lifted {
    disabled: bool,
    deleted: bool,
    everything: bool,
}

/// The numbers of those customers that meet criteria, of those that somebody sees who begins at these; all, where there are
/// none.
pub fn matches_naively(criteria: &Value, customers: &[Customer], roots: Option<&[i64]>) -> Vec<i64> {
    let lifted = Lifted::default();
    let is_found = |one: &&Customer| is_seen(one, customers, roots) && meets(criteria, one, customers, lifted);
    customers.iter().filter(is_found).map(|one| one.id).collect()
}

fn ancestors(one: &Customer, customers: &[Customer]) -> Vec<i64> {
    // What is deleted lies below nothing any more.
    let mut above = Vec::new();
    let mut at = if one.lifecycle == "deleted" { None } else { one.parent };
    while let Some(id) = at {
        above.push(id);
        at = customers.iter().find(|other| other.id == id).and_then(|other| other.parent);
    }
    above
}

fn is_seen(one: &Customer, customers: &[Customer], roots: Option<&[i64]>) -> bool {
    let Some(roots) = roots else { return true };
    let from_above = ancestors(one, customers).iter().any(|id| roots.contains(id));
    match one.lifecycle {
        "deleted" => {
            let parent = customers.iter().find(|other| Some(other.id) == one.parent);
            parent.is_some_and(|parent| {
                roots.contains(&parent.id) || ancestors(parent, customers).iter().any(|id| roots.contains(id))
            })
        }
        "disabled" => from_above,
        _ => from_above || roots.contains(&one.id),
    }
}

fn meets(criteria: &Value, one: &Customer, customers: &[Customer], before: Lifted) -> bool {
    let deleted = criteria["includeDeleted"] == true;
    let named = list(criteria, "includeFlags").any(|flag| flag == "disabled");
    let lifted = Lifted {
        disabled: before.disabled || deleted || named,
        deleted: before.deleted || deleted,
        everything: before.everything,
    };
    let bare = Lifted { everything: true, ..lifted };
    let parts = criteria["subCriteria"].as_array().cloned().unwrap_or_default();
    let is = |part: &Value, name: &str| part[name] == true;
    let plain: Vec<_> = parts.iter().filter(|part| !is(part, "exclude") && !is(part, "required")).collect();
    let alive = lifted.everything
        || (one.lifecycle != "disabled" || lifted.disabled) && (one.lifecycle != "deleted" || lifted.deleted);
    let own = own(criteria, one, customers);
    let head = match (own, plain.is_empty()) {
        (None, true) => alive,
        (Some(own), true) => own && alive,
        (None, false) => plain.iter().any(|part| meets(part, one, customers, lifted)),
        (Some(own), false) => own && alive || plain.iter().any(|part| meets(part, one, customers, lifted)),
    };
    head && parts.iter().all(|part| match (is(part, "exclude"), is(part, "required")) {
        (true, _) => !meets(part, one, customers, bare),
        (false, true) => meets(part, one, customers, bare),
        (false, false) => true,
    })
}

fn list<'a>(criteria: &'a Value, name: &str) -> impl Iterator<Item = String> + 'a {
    criteria[name].as_array().into_iter().flatten().map(|value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    })
}

/// What the criteria's own fields say; none where there are none.
fn own(criteria: &Value, one: &Customer, customers: &[Customer]) -> Option<bool> {
    let refers = |name: &str, id: i64| {
        let known = customers.iter().find(|other| other.id == id).expect("it is one of them");
        list(criteria, name).any(|text| text == id.to_string() || text.eq_ignore_ascii_case(&known.short_name))
    };
    let has_flag =
        |flag: &str| if flag == "disabled" { one.lifecycle == "disabled" } else { one.flags.contains(&flag) };
    let has = |name: &str| list(criteria, name).next().is_some();
    let mut said = Vec::new();
    if has("customer") {
        said.push(refers("customer", one.id));
    }
    if has("parent") {
        said.push(one.parent.is_some_and(|parent| refers("parent", parent)));
    }
    if has("ancestor") {
        said.push(ancestors(one, customers).into_iter().any(|id| refers("ancestor", id)));
    }
    if has("domain") {
        said.push(true);
    }
    if has("type") {
        said.push(list(criteria, "type").any(|kind| kind == one.kind));
    }
    if has("includeFlags") {
        said.push(list(criteria, "includeFlags").all(|flag| has_flag(&flag)));
    }
    if has("excludeFlags") {
        said.push(!list(criteria, "excludeFlags").any(|flag| has_flag(&flag)));
    }
    if has("keywords") {
        let hits = |keyword: String| keyword_hits(criteria, &keyword, one);
        let any = criteria["keywordMatchStrategy"] == "any";
        let mut keywords = list(criteria, "keywords");
        said.push(if any { keywords.any(hits) } else { keywords.all(hits) });
    }
    for wanted in criteria["properties"].as_array().into_iter().flatten() {
        let key = wanted["key"].as_str().expect("a key");
        let values = wanted["value"].as_array().expect("values");
        said.push(one.properties.get(key).is_some_and(|value| values.contains(value)));
    }
    if said.is_empty() { None } else { Some(said.into_iter().all(|one| one)) }
}

fn keyword_hits(criteria: &Value, keyword: &str, one: &Customer) -> bool {
    let wanted: Vec<_> = list(criteria, "keywordFieldStrategy").collect();
    let (name, short_name, id) = (one.name.to_lowercase(), one.short_name.to_lowercase(), one.id.to_string());
    [("name", name), ("shortName", short_name), ("id", id)].iter().any(|(field, text)| {
        let is_looked_at = wanted.is_empty() || wanted.iter().any(|wanted| wanted == "all" || wanted == field);
        is_looked_at && text.contains(&keyword.to_lowercase())
    })
}
