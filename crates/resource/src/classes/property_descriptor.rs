//! Descriptors of properties, as a class.

use hydra::query::Query;
use hydra::{Found, Given, JsonLiteral, Page};
use vocab::value::{Choice, Choices, JsonObject, Localised, PropertyName, Text};
use vocab::{
    EntryPoint, EntryPointKey, PropertyDescriptor, PropertyDescriptorFields, PropertyDescriptorInput,
    PropertyDescriptorKey,
};

use crate::columns::{check_fixed, required};
use crate::customers::descriptor::{self, Descriptor, DescriptorChange, Kind, NewChoice, NewDescriptor};
use crate::rights::function;
use crate::{Created, Cx, Error, IfMatch, Members, New, Resource, Result, paging};

fn found(descriptor: Descriptor) -> Found<PropertyDescriptor> {
    let key = PropertyName::trusted(descriptor.key);
    let choice = |choice: descriptor::Choice| Choice {
        value: choice.value,
        names: Localised(choice.names),
        descriptions: Localised(choice.descriptions),
    };
    let choices = descriptor.choices.into_iter().map(choice).collect();
    Found {
        key: PropertyDescriptorKey { property: key.clone() },
        version: descriptor.version,
        value: PropertyDescriptor::from(PropertyDescriptorFields {
            key,
            value_type: descriptor.kind,
            section: Text::trusted(descriptor.section),
            section_index: descriptor.section_index,
            names: Localised(descriptor.names),
            descriptions: Localised(descriptor.descriptions),
            default: descriptor.default.map(JsonLiteral),
            value_schema: descriptor.schema.map(JsonLiteral),
            ui_schema: descriptor.ui_schema.and_then(|json| json.as_object().cloned()).map(JsonObject),
            choices: (descriptor.kind == Kind::Enum).then_some(Choices(choices)),
            hidden: descriptor.hidden,
            externally_managed: descriptor.externally_managed,
            deprecated: descriptor.deprecated,
            read_function: Text::trusted(descriptor.read_function),
            write_function: Text::trusted(descriptor.write_function),
            created: descriptor.created,
            created_by: descriptor.created_by,
            updated: descriptor.updated,
            updated_by: descriptor.updated_by,
        }),
    }
}

/// A name for people; where none is given, that of the thing itself.
fn named(texts: descriptor::Localised, otherwise: &str) -> descriptor::Localised {
    if texts.is_empty() {
        descriptor::Localised::from([(vocab::value::Language::English, otherwise.into())])
    } else {
        texts
    }
}

fn new_choice(Choice { value, names, descriptions }: Choice) -> NewChoice {
    let (names, descriptions) = (named(names.0, &value), named(descriptions.0, &value));
    NewChoice { value, names, descriptions }
}

fn json<T>(given: Given<T>, json: impl Fn(T) -> serde_json::Value) -> Given<serde_json::Value> {
    match given {
        Given::Value(value) => Given::Value(json(value)),
        Given::Null => Given::Null,
        Given::Absent => Given::Absent,
    }
}

/// What a body says is to change; null takes away.
fn change(input: PropertyDescriptorInput) -> DescriptorChange {
    DescriptorChange {
        kind: input.value_type.value(),
        names: input.names.value().map(|texts| texts.0),
        descriptions: input.descriptions.value().map(|texts| texts.0),
        section: input.section.value().map(String::from),
        section_index: input.section_index.value(),
        default: json(input.default, |literal| literal.0),
        schema: json(input.value_schema, |literal| literal.0),
        ui_schema: json(input.ui_schema, |object| object.0.into()),
        choices: match input.choices {
            Given::Absent => None,
            Given::Null => Some(Vec::new()),
            Given::Value(Choices(choices)) => Some(choices.into_iter().map(new_choice).collect()),
        },
        hidden: input.hidden.value(),
        externally_managed: input.externally_managed.value(),
        deprecated: input.deprecated.value(),
        read_function: input.read_function.value().map(String::from),
        write_function: input.write_function.value().map(String::from),
    }
}

/// What a body says of a whole descriptor: what is left out is as it is where nobody says anything.
fn draft(key: String, input: PropertyDescriptorInput) -> Result<NewDescriptor> {
    let given = change(input);
    let or_none = |given: Given<serde_json::Value>| if given == Given::Absent { Given::Null } else { given };
    Ok(NewDescriptor {
        kind: required(given.kind, "valueType")?,
        section: required(given.section, "section")?,
        descriptions: required(given.descriptions, "descriptions")?,
        rest: DescriptorChange {
            kind: None,
            section: None,
            descriptions: None,
            names: Some(named(given.names.unwrap_or_default(), &key)),
            section_index: Some(given.section_index.unwrap_or(0)),
            default: or_none(given.default),
            schema: or_none(given.schema),
            ui_schema: or_none(given.ui_schema),
            choices: Some(given.choices.unwrap_or_default()),
            hidden: Some(given.hidden.unwrap_or(false)),
            externally_managed: Some(given.externally_managed.unwrap_or(false)),
            deprecated: Some(given.deprecated.unwrap_or(false)),
            read_function: Some(given.read_function.unwrap_or_else(|| function::VIEW.name.into())),
            write_function: Some(given.write_function.unwrap_or_else(|| function::UPDATE.name.into())),
        },
        key,
    })
}

impl Resource for PropertyDescriptor {
    async fn fetch(cx: &Cx<'_>, key: &PropertyDescriptorKey) -> Result<Found<Self>> {
        let all = descriptor::list(cx).await?;
        all.into_iter().find(|one| one.key == key.property.as_str()).map(found).ok_or(Error::NotFound)
    }

    async fn replace(
        cx: &Cx<'_>,
        key: &PropertyDescriptorKey,
        new: PropertyDescriptorInput,
        on: &IfMatch,
    ) -> Result<Created<Self>> {
        check_fixed(&new.key, &key.property, "key")?;
        let draft = draft(key.property.to_string(), new)?;
        let (descriptor, new) = descriptor::create(cx, draft, Some(on)).await?;
        Ok(Created { found: found(descriptor), new })
    }

    async fn update(
        cx: &Cx<'_>,
        key: &PropertyDescriptorKey,
        input: PropertyDescriptorInput,
        on: &IfMatch,
    ) -> Result<Found<Self>> {
        check_fixed(&input.key, &key.property, "key")?;
        let changed = descriptor::change(cx, key.property.as_str(), change(input), on).await;
        Ok(found(changed?))
    }

    async fn remove(cx: &Cx<'_>, key: &PropertyDescriptorKey, on: &IfMatch) -> Result<()> {
        descriptor::remove(cx, key.property.as_str(), on).await?;
        Ok(())
    }
}

/// The descriptors of all properties.
#[derive(Debug)]
pub struct PropertyDescriptors;

impl Members for PropertyDescriptors {
    type Owner = EntryPoint;
    type Member = PropertyDescriptor;
    const LINK: &'static str = "propertyDescriptors";

    async fn list(cx: &Cx<'_>, _: &EntryPointKey, query: &Query) -> Result<Page<PropertyDescriptor>> {
        paging::slice(query, descriptor::list(cx).await?, Descriptor::rank, found)
    }

    async fn create(
        cx: &Cx<'_>,
        _: &EntryPointKey,
        new: New<PropertyDescriptor>,
    ) -> Result<Created<PropertyDescriptor>> {
        let key = required(new.input.key.clone().value(), "key")?;
        let draft = draft(key.into(), new.input)?;
        let (descriptor, new) = descriptor::create(cx, draft, None).await?;
        Ok(Created { found: found(descriptor), new })
    }
}
