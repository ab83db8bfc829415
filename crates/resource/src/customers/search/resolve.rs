//! What criteria refer to, looked up: all customers in one query, so that nothing is asked twice.

use std::collections::{BTreeMap, BTreeSet};

use hydra::Violation;
use store::customer_list as rows;
use store::{Condition, SearchedField};
use store::{CustomerNumber, DomainNumber, Number};
use vocab::value::{Flags, Lifecycle, Mark};

use super::criteria::{Criteria, Wanted};
use crate::customers::descriptor::{self, Descriptor, ValueForm, in_json};
use crate::customers::domain;
use crate::customers::visible::visible;
use crate::number::Named;
use crate::rights::function;
use crate::{Cx, Error, Result};

/// How deep parts may lie within one another.
const DEEPEST: usize = 5;
/// How many parts there may be in all.
const MOST_PARTS: usize = 100;
/// How many entries a list may have.
const MOST_ENTRIES: usize = 1000;
/// How many entries all lists may have together.
const MOST_IN_ALL: usize = 5000;
/// How many texts may be looked for.
const MOST_KEYWORDS: usize = 50;
/// How long such a text may be, in characters.
const LONGEST_KEYWORD: usize = 255;

/// Criteria with nothing left to look up.
pub(super) struct Resolved {
    /// What they ask themselves.
    pub own: Vec<Condition>,
    pub include_deleted: bool,
    /// Whether what is disabled is asked for by name.
    pub names_disabled: bool,
    pub sub: Vec<Self>,
    pub exclude: bool,
    pub required: bool,
}

impl Resolved {
    pub fn is_plain(&self) -> bool {
        !self.exclude && !self.required
    }
}

/// What is known of everything that is referred to, and what is wrong.
struct Known {
    customers: BTreeMap<String, CustomerNumber>,
    domains: BTreeMap<String, DomainNumber>,
    descriptors: Vec<Descriptor>,
    wrong: Vec<Violation>,
}

fn given(names: &[String]) -> impl Iterator<Item = &str> {
    names.iter().map(|name| name.trim()).filter(|name| !name.is_empty())
}

/// A number if it is all digits.
fn number(name: &str) -> Option<i64> {
    if name.bytes().all(|byte| byte.is_ascii_digit()) { name.parse().ok() } else { None }
}

/// Criteria with all their parts, those within first.
fn each<'a>(criteria: &'a Criteria, depth: usize, all: &mut Vec<(&'a Criteria, usize)>) {
    // What is too much is refused; it need not be counted to its end.
    if all.len() <= MOST_PARTS && depth <= DEEPEST + 1 {
        all.push((criteria, depth));
        criteria.sub.iter().for_each(|part| each(part, depth + 1, all));
    }
}

fn check_size(all: &[(&Criteria, usize)]) -> Result<()> {
    if all.iter().any(|(_, depth)| *depth > DEEPEST) {
        return Err(Error::invalid("subCriteria", format_args!("must not be nested deeper than {DEEPEST}")));
    }
    if all.len() > MOST_PARTS {
        return Err(Error::invalid("subCriteria", format_args!("must be at most {MOST_PARTS} in all")));
    }
    let mut entries = 0;
    for (one, _) in all {
        let lists = [
            ("customer", one.customers.len()),
            ("parent", one.parents.len()),
            ("ancestor", one.ancestors.len()),
            ("domain", one.domains.len()),
            ("properties", one.properties.len()),
            ("properties", one.properties.iter().map(|wanted| wanted.values.len()).sum()),
        ];
        for (name, length) in lists {
            entries += length;
            if length > MOST_ENTRIES {
                return Err(Error::invalid(name, format_args!("must have at most {MOST_ENTRIES} entries")));
            }
        }
        let too_long = |text: &String| text.chars().count() > LONGEST_KEYWORD || text.contains('\0');
        if one.keywords.len() > MOST_KEYWORDS || one.keywords.iter().any(too_long) {
            let what = format_args!("must be at most {MOST_KEYWORDS}, of at most {LONGEST_KEYWORD} characters each");
            return Err(Error::invalid("keywords", what));
        }
    }
    let most = format_args!("refer to too much: at most {MOST_IN_ALL} entries are taken in all lists together");
    if entries > MOST_IN_ALL { Err(Error::invalid("subCriteria", most)) } else { Ok(()) }
}

/// Looks up everything that criteria refer to.
///
/// # Errors
/// [`Error::Invalid`] with every reference to something that there is not, or that the actor does not see; and if there is
/// too much of anything.
pub(super) async fn resolve(cx: &Cx<'_>, criteria: &Criteria) -> Result<Resolved> {
    let mut all = Vec::new();
    each(criteria, 0, &mut all);
    check_size(&all)?;
    let mut known = look_up(cx, &all).await?;
    let resolved = known.resolve(criteria, "");
    if known.wrong.is_empty() { Ok(resolved) } else { Err(Error::Invalid(known.wrong)) }
}

async fn look_up(cx: &Cx<'_>, all: &[(&Criteria, usize)]) -> Result<Known> {
    let (mut numbers, mut names) = (BTreeSet::new(), BTreeSet::new());
    for (one, _) in all {
        for name in [&one.customers, &one.parents, &one.ancestors].into_iter().flat_map(|list| given(list)) {
            match number(name) {
                Some(number) => _ = numbers.insert(CustomerNumber::new(number)),
                None if name.len() <= 64 && !name.contains('\0') => _ = names.insert(name.to_lowercase()),
                None => {}
            }
        }
    }
    let (numbers, names): (Vec<_>, Vec<_>) = (numbers.into_iter().collect(), names.into_iter().collect());
    let mut customers = BTreeMap::new();
    for (id, name) in rows::references(&cx.scope(), &visible(cx), &numbers, &names).await? {
        customers.insert(id.to_string(), id);
        // A name that looks like a number never stands for one.
        if number(&name).is_none() {
            customers.insert(name, id);
        }
    }
    let mut domains = BTreeMap::new();
    if all.iter().any(|(one, _)| given(&one.domains).next().is_some()) {
        for domain in domain::all(cx).await? {
            let id = domain.id.number();
            domains.insert(id.to_string(), id);
            domains.entry(domain.name.to_lowercase()).or_insert(id);
        }
    }
    let mut descriptors = Vec::new();
    if all.iter().any(|(one, _)| !one.properties.is_empty()) {
        descriptors = descriptor::all(cx).await?;
        descriptors.retain(|one| function::is_effective(cx, &one.read_function));
    }
    Ok(Known { customers, domains, descriptors, wrong: Vec::new() })
}

impl Known {
    fn refuse(&mut self, path: &str, what: impl std::fmt::Display) {
        self.wrong.push(Violation::new(path, what));
    }

    /// The numbers of what is referred to; none where nothing is.
    fn numbers<Of>(
        &mut self,
        path: &str,
        names: &[String],
        of: fn(&Self) -> &BTreeMap<String, Number<Of>>,
    ) -> Option<Vec<Number<Of>>> {
        let mut numbers = Vec::new();
        for name in given(names) {
            // Leading zeros are no other number.
            let key = number(name).map_or_else(|| name.to_lowercase(), |number| number.to_string());
            match of(self).get(&key) {
                Some(number) => numbers.push(*number),
                None => self.refuse(path, format_args!("must be something that there is and that you see: '{name}'")),
            }
        }
        given(names).next().map(|_| numbers)
    }

    fn resolve(&mut self, criteria: &Criteria, path: &str) -> Resolved {
        let at = |name: &str| format!("{path}{name}");
        let mut own = Vec::new();
        let customers: fn(&Self) -> &BTreeMap<String, CustomerNumber> = |known| &known.customers;
        own.extend(self.numbers(&at("customer"), &criteria.customers, customers).map(Condition::Customers));
        own.extend(self.numbers(&at("parent"), &criteria.parents, customers).map(Condition::Parents));
        own.extend(self.numbers(&at("ancestor"), &criteria.ancestors, customers).map(Condition::Ancestors));
        own.extend(self.numbers(&at("domain"), &criteria.domains, |known| &known.domains).map(Condition::Domains));
        if !criteria.kinds.is_empty() {
            own.push(Condition::Kinds(criteria.kinds.iter().map(|kind| kind.as_str().to_owned()).collect()));
        }
        own.extend(flags(criteria));
        own.extend(keywords(criteria));
        for (index, wanted) in criteria.properties.iter().enumerate() {
            own.extend(self.property(&at(&format!("properties[{index}]")), wanted));
        }
        let parts = criteria.sub.iter().enumerate();
        let sub = parts.map(|(index, part)| self.resolve(part, &at(&format!("subCriteria[{index}].")))).collect();
        Resolved {
            own,
            include_deleted: criteria.include_deleted,
            names_disabled: criteria.include_flags.contains(&Mark::Disabled),
            sub,
            exclude: criteria.exclude,
            required: criteria.required,
        }
    }

    fn property(&mut self, path: &str, wanted: &Wanted) -> Option<Condition> {
        let Some(descriptor) = self.descriptors.iter().find(|one| one.key == wanted.key).cloned() else {
            self.refuse(&format!("{path}.key"), "must be the key of a property");
            return None;
        };
        // Whether a value meets a schema does not matter here: no customer has one that does not.
        let form = ValueForm { schema: None, ..descriptor.form() };
        let mut values = Vec::new();
        for given in &wanted.values {
            match form.value(given) {
                Ok(value) => values.push(in_json(&value)),
                Err(what) => self.refuse(&format!("{path}.value"), what),
            }
        }
        let default = descriptor.default.as_ref().is_some_and(|default| values.contains(&in_json(default)));
        Some(Condition::Property { descriptor: descriptor.id, values, default })
    }
}

/// What marks ask for: one of them is a lifecycle, the others are flags.
fn flags(criteria: &Criteria) -> Vec<Condition> {
    let bits = |marks: &[Mark]| {
        let flags = marks.iter().filter_map(|mark| match mark {
            Mark::Flag(flag) => Some(*flag),
            Mark::Disabled => None,
        });
        flags.collect::<Flags>().bits()
    };
    let mut conditions = Vec::new();
    if !criteria.include_flags.is_empty() || !criteria.exclude_flags.is_empty() {
        let (all, none) = (bits(&criteria.include_flags), bits(&criteria.exclude_flags));
        conditions.push(Condition::Flags { all, none });
    }
    let disabled = || Condition::Lifecycle(Lifecycle::Disabled.as_str());
    if criteria.include_flags.contains(&Mark::Disabled) {
        conditions.push(disabled());
    }
    if criteria.exclude_flags.contains(&Mark::Disabled) {
        conditions.push(Condition::Not(Box::new(disabled())));
    }
    conditions
}

fn keywords(criteria: &Criteria) -> Option<Condition> {
    let fields = match criteria.fields.as_slice() {
        [] => vec![SearchedField::Id, SearchedField::Name, SearchedField::ShortName],
        fields => fields.to_vec(),
    };
    let terms: Vec<_> = given(&criteria.keywords)
        .map(|keyword| Condition::Keyword { fields: fields.clone(), text: keyword.to_owned() })
        .collect();
    match terms.is_empty() {
        true => None,
        false if criteria.any_keyword => Some(Condition::Any(terms)),
        false => Some(Condition::All(terms)),
    }
}
