//! Making, changing and removing descriptors: everything that is wrong is said at once.

use hydra::{Given, Violation};
use serde_json::Value as Json;
use store::{DescriptorNumber, Transaction, customer_property, property_descriptor as rows};
use uuid::Uuid;
use value_schema::{check_depth, check_schema};
use vocab::value::{Language, PropertyName};
use vocab::{CustomerProperty, CustomerPropertyKey, PropertyDescriptor, PropertyDescriptorKey};

use super::choice::{NewChoice, exchanged};
use super::held::{lock, write};
use super::kind::{Kind, in_json};
use super::model::{Descriptor, is_named};
use super::texts::{Localised, check_texts, text};
use crate::number::Numbered as _;
use crate::rights::function;
use crate::{Cx, Error, IfMatch, Result};

/// How many descriptors there can be: all of them are read to show the properties of a customer.
const MOST: usize = 1000;
/// The longest key, in characters.
const LONGEST_KEY: usize = 100;

/// What is to change of a descriptor.
#[derive(Debug, Clone, Default)]
pub struct DescriptorChange {
    /// The type; fixed once customers have values.
    pub kind: Option<Kind>,
    /// What the property is called, all of it.
    pub names: Option<Localised>,
    /// What it is for, all of it.
    pub descriptions: Option<Localised>,
    /// The section that it stands in.
    pub section: Option<String>,
    /// Where in the section.
    pub section_index: Option<i64>,
    /// The value of customers that have none of their own.
    pub default: Given<Json>,
    /// The schema that values meet.
    pub schema: Given<Json>,
    /// How a form for it looks.
    pub ui_schema: Given<Json>,
    /// The values that can be chosen, all of them.
    pub choices: Option<Vec<NewChoice>>,
    /// Whether forms leave it out.
    pub hidden: Option<bool>,
    /// Whether the values are set by somebody else than people.
    pub externally_managed: Option<bool>,
    /// Whether it should not be used any more.
    pub deprecated: Option<bool>,
    /// What reading it asks for.
    pub read_function: Option<String>,
    /// What writing it asks for.
    pub write_function: Option<String>,
}

/// What a descriptor is made of.
#[derive(Debug, Clone)]
pub struct NewDescriptor {
    /// The name of the property.
    pub key: String,
    /// The type of its values.
    pub kind: Kind,
    /// The section that it stands in.
    pub section: String,
    /// What it is for; in English at least.
    pub descriptions: Localised,
    /// Everything else.
    pub rest: DescriptorChange,
}

fn replace<T>(place: &mut T, given: Option<T>) {
    if let Some(given) = given {
        *place = given;
    }
}

fn apply(descriptor: &mut Descriptor, change: DescriptorChange) {
    replace(&mut descriptor.kind, change.kind);
    replace(&mut descriptor.names, change.names);
    replace(&mut descriptor.descriptions, change.descriptions);
    replace(&mut descriptor.section, change.section);
    replace(&mut descriptor.section_index, change.section_index);
    descriptor.default = change.default.or_keep(descriptor.default.take());
    descriptor.schema = change.schema.or_keep(descriptor.schema.take());
    descriptor.ui_schema = change.ui_schema.or_keep(descriptor.ui_schema.take());
    replace(&mut descriptor.hidden, change.hidden);
    replace(&mut descriptor.externally_managed, change.externally_managed);
    replace(&mut descriptor.deprecated, change.deprecated);
    replace(&mut descriptor.read_function, change.read_function);
    replace(&mut descriptor.write_function, change.write_function);
}

/// Everything that is wrong with a descriptor; the default becomes a value of its type.
fn check(descriptor: &mut Descriptor, mut wrong: Vec<Violation>) -> Result<()> {
    let mut refuse = |property: &str, what: &str| wrong.push(Violation::new(property, what));
    let key = &descriptor.key;
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b"_.:-".contains(&byte);
    if key.is_empty() || key.len() > LONGEST_KEY || !key.bytes().all(is_safe) {
        refuse("key", "must be 1 to 100 letters, digits, '_', '.', ':' and '-'");
    } else if key == "search" || key.bytes().all(|byte| byte == b'.') || Uuid::try_parse(key).is_ok() {
        refuse("key", "must not be 'search', nor dots alone, nor have the form of a UUID");
    }
    if let Err(what) = text(&descriptor.section, LONGEST_KEY) {
        refuse("section", &what);
    }
    check_texts("names", &descriptor.names, false, &mut refuse);
    check_texts("descriptions", &descriptor.descriptions, true, &mut refuse);
    for (property, name) in [("readFunction", &descriptor.read_function), ("writeFunction", &descriptor.write_function)]
    {
        if !function::is_known(name) {
            refuse(property, "must be the name of a function or of an entitlement");
        }
    }
    match (&descriptor.schema, descriptor.kind) {
        (Some(given), Kind::Json) => check_schema(given).unwrap_or_else(|what| refuse("valueSchema", &what)),
        (Some(_), _) => refuse("valueSchema", "is for properties of the type jsonType only"),
        (None, _) => {}
    }
    if let Some(given) = &descriptor.ui_schema {
        let fits = given.is_object() && given.to_string().len() <= 64 << 10;
        if !fits || check_depth(given).is_err() {
            refuse("uiSchema", "must be an object of at most 64 KiB, nested at most 32 deep");
        }
    }
    if wrong.is_empty()
        && let Some(given) = &descriptor.default
    {
        match descriptor.form().value(given) {
            Ok(value) => descriptor.default = Some(value),
            Err(what) => wrong.push(Violation::new("default", what)),
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::Invalid(wrong)) }
}

/// A change to a descriptor that may be no longer the one that its values were checked against.
async fn changed(
    cx: &Cx<'_>,
    transaction: &Transaction,
    old: &Descriptor,
    mut change: DescriptorChange,
) -> Result<Descriptor> {
    let mut descriptor = old.clone();
    let choices = change.choices.take();
    apply(&mut descriptor, change);
    if descriptor.kind != old.kind {
        if customer_property::holders(transaction, old.id, None).await? > 0 {
            return Err(Error::invalid("valueType", "cannot change while customers have values of their own"));
        }
        descriptor.choices.clear();
    }
    let wrong = exchanged(cx, &mut descriptor, choices);
    check(&mut descriptor, wrong)?;
    for choice in old.choices.iter().filter(|_| descriptor.kind == old.kind) {
        let is_kept = descriptor.choices.iter().any(|kept| kept.value == choice.value);
        if !is_kept
            && customer_property::holders(transaction, old.id, Some(&in_json(&choice.value.clone().into()))).await? > 0
        {
            let what = format_args!("must keep '{}', which is that of a customer; reset it there first", choice.value);
            return Err(Error::conflict("choices", what));
        }
    }
    write(cx, transaction, descriptor).await
}

/// Makes a descriptor, or writes over the one with its key where that is said; whether it is new.
///
/// # Errors
/// [`Error::Forbidden`] if the actor may not define properties, [`Error::Invalid`] with everything that is wrong,
/// [`Error::Conflict`] if the key is taken and may not be written over, [`Error::Changed`] if it may and is not as was said.
pub async fn create(cx: &Cx<'_>, draft: NewDescriptor, over: Option<&IfMatch>) -> Result<(Descriptor, bool)> {
    function::permit(cx, &function::MANAGE_DESCRIPTORS, None).await?;
    let transaction = cx.scope().begin().await?;
    let known = lock(&transaction).await?;
    let NewDescriptor { key, kind, section, descriptions, mut rest } = draft;
    let mut watch = cx.watch(&transaction);
    watch.on::<PropertyDescriptor>(&name(&key)).await?;
    if let Some(old) = known.iter().find(|one| one.key == key) {
        over.ok_or_else(|| Error::conflict("key", "is taken by another descriptor"))?.check(old.version)?;
        let all =
            DescriptorChange { kind: Some(kind), section: Some(section), descriptions: Some(descriptions), ..rest };
        let descriptor = changed(cx, &transaction, old, all).await?;
        let changes = watch.finish().await?;
        transaction.commit(changes).await?;
        return Ok((descriptor, false));
    }
    over.map_or(Ok(()), IfMatch::check_absent)?;
    if known.len() >= MOST {
        return Err(Error::invalid("key", format_args!("cannot be added: there are {MOST} descriptors already")));
    }
    let mut descriptor = Descriptor {
        id: DescriptorNumber::new(0),
        uuid: cx.uuid(),
        names: Localised::from([(Language::English, key.clone())]),
        key,
        kind,
        descriptions,
        section,
        section_index: 0,
        default: None,
        schema: None,
        ui_schema: None,
        choices: Vec::new(),
        hidden: false,
        externally_managed: false,
        deprecated: false,
        read_function: function::VIEW.name.into(),
        write_function: function::UPDATE.name.into(),
        created: cx.now,
        created_by: cx.actor.writer(),
        updated: cx.now,
        updated_by: cx.actor.writer(),
        version: cx.birth().version,
    };
    let choices = rest.choices.take();
    apply(&mut descriptor, rest);
    let wrong = exchanged(cx, &mut descriptor, choices);
    check(&mut descriptor, wrong)?;
    let row = rows::insert(&transaction, &descriptor.row()).await?;
    let changes = watch.finish().await?;
    transaction.commit(changes).await?;
    Ok((Descriptor::of(row)?, true))
}

/// Changes a descriptor. Values that customers have are not looked at again; new ones have to meet what is changed.
///
/// # Errors
/// As [`create`], and [`Error::NotFound`] if there is none; [`Error::Conflict`] if a choice goes that a customer has.
pub async fn change(cx: &Cx<'_>, uuid_or_key: &str, change: DescriptorChange, on: &IfMatch) -> Result<Descriptor> {
    function::permit(cx, &function::MANAGE_DESCRIPTORS, None).await?;
    let transaction = cx.scope().begin().await?;
    let known = lock(&transaction).await?;
    let old = known.iter().find(|one| is_named(one, uuid_or_key)).ok_or(Error::NotFound)?;
    on.check(old.version)?;
    let mut watch = cx.watch(&transaction);
    watch.on::<PropertyDescriptor>(&name(&old.key)).await?;
    let descriptor = changed(cx, &transaction, old, change).await?;
    let changes = watch.finish().await?;
    transaction.commit(changes).await?;
    Ok(descriptor)
}

fn name(key: &str) -> PropertyDescriptorKey {
    PropertyDescriptorKey { property: PropertyName::trusted(key.to_owned()) }
}

/// Removes a descriptor, and with it the property of every customer.
///
/// # Errors
/// [`Error::Forbidden`] if the actor may not define properties, [`Error::NotFound`] if there is none, [`Error::Changed`] if it
/// is not as was said.
pub async fn remove(cx: &Cx<'_>, uuid_or_key: &str, on: &IfMatch) -> Result<Descriptor> {
    function::permit(cx, &function::MANAGE_DESCRIPTORS, None).await?;
    let transaction = cx.scope().begin().await?;
    let known = lock(&transaction).await?;
    let descriptor = known.into_iter().find(|one| is_named(one, uuid_or_key)).ok_or(Error::NotFound)?;
    on.check(descriptor.version)?;
    let mut changing = cx.changing();
    for customer in customer_property::customers(&transaction, descriptor.id).await? {
        let (customer, property) = (customer.identity(), PropertyName::trusted(descriptor.key.clone()));
        // What it was is read by nobody who may read another property of that name later.
        changing = changing.erased::<CustomerProperty>(&CustomerPropertyKey { customer, property });
    }
    if !rows::delete(&transaction, &descriptor.row()).await? {
        return Err(Error::Changed);
    }
    transaction.commit(changing.deleted::<PropertyDescriptor>(&name(&descriptor.key)).finish()).await?;
    Ok(descriptor)
}
