//! The values that can be chosen where a property is one of a list.

use hydra::Violation;
use serde_json::Value as Json;
use store::customer_property;
use uuid::Uuid;
use vocab::value::{Language, PropertyName};
use vocab::{PropertyDescriptor, PropertyDescriptorKey};

use super::choices::Choice;
use super::held::{lock, write};
use super::kind::{Kind, in_json};
use super::model::{Descriptor, is_named};
use super::texts::{Localised, check_texts, text};
use crate::rights::function;
use crate::{Cx, Error, Result};

/// How many values a list can have.
const MOST: usize = 500;

/// A value for a list.
#[derive(Debug, Clone)]
pub struct NewChoice {
    /// The value.
    pub value: String,
    /// What it is called; in English at least.
    pub names: Localised,
    /// What it means; in English at least.
    pub descriptions: Localised,
}

fn check(choice: &Choice) -> Result<()> {
    let wrong = wrong(choice);
    if wrong.is_empty() { Ok(()) } else { Err(Error::Invalid(wrong)) }
}

fn wrong(choice: &Choice) -> Vec<Violation> {
    let mut wrong = Vec::new();
    let mut refuse = |property: &str, what: &str| wrong.push(Violation::new(property, what));
    if let Err(what) = text(&choice.value, 200) {
        refuse("value", &what);
    }
    if choice.value == "search" || choice.value.contains('/') || Uuid::try_parse(&choice.value).is_ok() {
        refuse("value", "must not be 'search', contain a slash, or have the form of a UUID");
    }
    check_texts("names", &choice.names, true, &mut refuse);
    check_texts("descriptions", &choice.descriptions, true, &mut refuse);
    wrong
}

/// Puts a new list into a descriptor that is one of a list, where one is given; what is wrong with it. Values that stay keep
/// their identity.
pub(super) fn exchanged(cx: &Cx<'_>, descriptor: &mut Descriptor, new: Option<Vec<NewChoice>>) -> Vec<Violation> {
    let Some(new) = new else { return Vec::new() };
    if descriptor.kind != Kind::Enum && !new.is_empty() {
        return vec![Violation::new("choices", "are for properties of the type enumType only")];
    }
    if new.len() > MOST {
        return vec![Violation::new("choices", format_args!("must be at most {MOST}"))];
    }
    let (mut choices, mut refused): (Vec<Choice>, _) = (Vec::new(), Vec::new());
    for (index, NewChoice { value, names, descriptions }) in new.into_iter().enumerate() {
        let known = descriptor.choices.iter().find(|known| known.value == value).map(|known| known.uuid);
        let choice = Choice { uuid: known.unwrap_or_else(|| cx.uuid()), value, names, descriptions };
        let at = format!("choices[{index}].");
        refused.extend(wrong(&choice).into_iter().map(|violation| violation.within(&at)));
        if choices.iter().any(|earlier| earlier.value == choice.value) {
            refused.push(Violation::new("value", "is in the list already").within(&at));
        }
        choices.push(choice);
    }
    descriptor.choices = choices;
    refused
}

/// Where in a list a value stands that is named by itself or its identity.
fn position(descriptor: &Descriptor, uuid_or_value: &str) -> Result<usize> {
    let uuid = Uuid::try_parse(uuid_or_value).ok();
    let is_meant = |choice: &Choice| choice.value == uuid_or_value || Some(choice.uuid) == uuid;
    descriptor.choices.iter().position(is_meant).ok_or(Error::NotFound)
}

/// Changes the list of a descriptor that is one of a list.
async fn turn(
    cx: &Cx<'_>,
    uuid_or_key: &str,
    change: impl AsyncFnOnce(&store::Transaction, &mut Descriptor) -> Result<Choice>,
) -> Result<Choice> {
    function::permit(cx, &function::MANAGE_DESCRIPTORS, None).await?;
    let transaction = cx.scope().begin().await?;
    let known = lock(&transaction).await?;
    let mut descriptor = known.into_iter().find(|one| is_named(one, uuid_or_key)).ok_or(Error::NotFound)?;
    if descriptor.kind != Kind::Enum {
        return Err(Error::invalid(
            "valueType",
            "has no list of values: only properties of the type enumType have one",
        ));
    }
    let mut watch = cx.watch(&transaction);
    let key = PropertyDescriptorKey { property: PropertyName::trusted(descriptor.key.clone()) };
    watch.on::<PropertyDescriptor>(&key).await?;
    let choice = change(&transaction, &mut descriptor).await?;
    write(cx, &transaction, descriptor).await?;
    let changes = watch.finish().await?;
    transaction.commit(changes).await?;
    Ok(choice)
}

/// Adds a value to the list of a descriptor.
///
/// # Errors
/// [`Error::Forbidden`] if the actor may not define properties, [`Error::NotFound`] if there is no such descriptor,
/// [`Error::Invalid`] with everything that is wrong, [`Error::Conflict`] if the value is there.
pub async fn add_choice(cx: &Cx<'_>, uuid_or_key: &str, new: NewChoice) -> Result<Choice> {
    turn(cx, uuid_or_key, async |_, descriptor| {
        let NewChoice { value, names, descriptions } = new;
        let choice = Choice { uuid: cx.uuid(), value, names, descriptions };
        check(&choice)?;
        if descriptor.choices.len() >= MOST {
            return Err(Error::invalid("value", format_args!("cannot be added: there are {MOST} already")));
        }
        if descriptor.choices.iter().any(|known| known.value == choice.value) {
            return Err(Error::conflict("value", "is in the list already"));
        }
        descriptor.choices.push(choice.clone());
        Ok(choice)
    })
    .await
}

/// Changes what is said of a value in a list; the value itself stays.
///
/// # Errors
/// As [`add_choice`], and [`Error::NotFound`] if the value is not there.
pub async fn change_choice(
    cx: &Cx<'_>,
    uuid_or_key: &str,
    uuid_or_value: &str,
    names: Option<Localised>,
    descriptions: Option<Localised>,
) -> Result<Choice> {
    turn(cx, uuid_or_key, async |_, descriptor| {
        let at = position(descriptor, uuid_or_value)?;
        let choice = &mut descriptor.choices[at];
        choice.names = names.unwrap_or_else(|| choice.names.clone());
        choice.descriptions = descriptions.unwrap_or_else(|| choice.descriptions.clone());
        check(choice)?;
        Ok(choice.clone())
    })
    .await
}

/// Takes a value out of a list, unless it is somebody's.
///
/// # Errors
/// As [`change_choice`]; [`Error::Conflict`] if the value is the default or a customer has it.
pub async fn remove_choice(cx: &Cx<'_>, uuid_or_key: &str, uuid_or_value: &str) -> Result<Choice> {
    turn(cx, uuid_or_key, async |transaction, descriptor| {
        let choice = descriptor.choices.remove(position(descriptor, uuid_or_value)?);
        let value = Json::String(choice.value.clone());
        if descriptor.default.as_ref() == Some(&value) {
            return Err(Error::conflict("value", "is the default; change that first"));
        }
        if customer_property::holders(transaction, descriptor.id, Some(&in_json(&value))).await? > 0 {
            return Err(Error::conflict("value", "is that of a customer; reset it there first"));
        }
        Ok(choice)
    })
    .await
}

/// The English name of a value, or the value.
impl Choice {
    /// What it is called in a language, or failing that in English.
    pub fn name(&self, language: Language) -> &str {
        let names = [language, Language::English];
        names.iter().find_map(|language| self.names.get(language)).map_or(&self.value, String::as_str)
    }
}
