//! From records to models: whoever and whatever a page refers to is looked up once for all of it.

use std::collections::{BTreeMap, BTreeSet};

use hydra::Timestamp;
use resource::customers::descriptor::{Choice, Descriptor, Localised};
use resource::customers::domain::{self, Domain};
use resource::customers::property::Property;
use resource::customers::record::{self, Record};
use resource::people::mention::{self, Mention};
use resource::people::user_role::UserRole;
use resource::{Cx, Error};
use serde_json::{Map, Value as Json};
use vocab::value::{CustomerId, DomainId, Language};

use crate::wire::{
    AdminCustomer, BasicCustomer, CustomerInfo, CustomerProperty, CustomerUserRole, DomainInfo, EnumEntry,
    PropertyDescriptor, TimeZone, UserInfo,
};

/// The domain of those who belong to no customer.
const DEFAULT_DOMAIN: DomainId = DomainId(1);

/// An instant, in milliseconds since 1970.
pub fn millis(instant: Timestamp) -> i64 {
    instant.instant().timestamp_millis()
}

/// Everything that models refer to.
#[derive(Debug, Default)]
pub struct Known {
    domains: Vec<Domain>,
    people: BTreeMap<String, Mention>,
    parents: BTreeMap<CustomerId, Record>,
}

impl Known {
    /// The domains alone.
    pub async fn domains(cx: &Cx<'_>) -> Result<Self, Error> {
        Ok(Self { domains: domain::all(cx).await?, ..Self::default() })
    }

    /// The domains, and those who are named as writers.
    pub async fn writers<'a>(cx: &Cx<'_>, names: impl IntoIterator<Item = &'a str>) -> Result<Self, Error> {
        Ok(Self { people: mention::writers(cx, names).await?, ..Self::domains(cx).await? })
    }

    /// The same, and what customers lie below.
    pub async fn of(cx: &Cx<'_>, records: &[Record]) -> Result<Self, Error> {
        let names = records.iter().flat_map(|record| [&record.created_by, &record.updated_by, &record.deleted_by]);
        let known = Self::writers(cx, names.flatten().map(String::as_str)).await?;
        let parents: BTreeSet<_> = records.iter().filter_map(|record| record.parent).collect();
        let parents = record::several(cx, &parents.into_iter().collect::<Vec<_>>()).await?;
        Ok(Self { parents: parents.into_iter().map(|parent| (parent.id, parent)).collect(), ..known })
    }

    fn domain(&self, id: DomainId) -> DomainInfo {
        let name = self.domains.iter().find(|domain| domain.id == id).map(|domain| domain.name.clone());
        DomainInfo { id: id.0, name: name.unwrap_or_default() }
    }

    /// A customer that something refers to.
    pub fn info(&self, record: &Record) -> CustomerInfo {
        CustomerInfo {
            id: record.id.0,
            name: record.display_name.clone(),
            short_name: record.name.clone(),
            domain: self.domain(record.domain),
        }
    }

    /// Somebody.
    pub fn user(&self, person: &Mention) -> UserInfo {
        let home = person.home.as_ref();
        UserInfo {
            id: person.id.get(),
            short_name: person.short_name.clone(),
            name: person.name.clone(),
            domain: self.domain(home.map_or(DEFAULT_DOMAIN, |home| home.domain)),
            customer: home.map(|home| CustomerInfo {
                id: home.id.0,
                name: home.display_name.clone(),
                short_name: home.name.clone(),
                domain: self.domain(home.domain),
            }),
            r#type: "user",
        }
    }

    fn writer(&self, name: Option<&String>) -> Option<UserInfo> {
        self.people.get(name?).map(|person| self.user(person))
    }

    /// A customer, for those who administer.
    pub fn admin(&self, record: &Record) -> AdminCustomer {
        let parent = record.parent.and_then(|parent| self.parents.get(&parent));
        AdminCustomer {
            id: record.id.0,
            name: record.display_name.clone(),
            short_name: record.name.clone(),
            domain: self.domain(record.domain),
            flags: flags(record),
            r#type: record.kind.as_str(),
            time_zone: TimeZone { name: record.time_zone.clone(), description: record.time_zone.clone() },
            created_by_user: self.writer(record.created_by.as_ref()),
            created_timestamp: millis(record.created),
            last_updated_by_user: self.writer(record.updated_by.as_ref()),
            last_updated_timestamp: millis(record.updated),
            deleted_timestamp: record.deleted.map(millis),
            deleted_by_user: self.writer(record.deleted_by.as_ref()),
            language: record.language.as_str(),
            parent: parent.map(|parent| self.info(parent)),
        }
    }

    /// A customer, for those who look.
    pub fn basic(&self, record: &Record) -> BasicCustomer {
        let CustomerInfo { id, name, short_name, domain } = self.info(record);
        BasicCustomer {
            id,
            name,
            short_name,
            domain,
            flags: flags(record),
            r#type: record.kind.as_str(),
            language: record.language.as_str(),
        }
    }

    /// A role for a customer, which is named where it is not known anyway.
    pub fn role(&self, role: &UserRole, customer: Option<&Record>) -> CustomerUserRole {
        CustomerUserRole {
            customer: customer.map(|record| self.info(record)),
            role: role.role.clone(),
            user: self.user(&role.person),
        }
    }

    /// A property of a customer.
    pub fn property(&self, property: &Property) -> CustomerProperty {
        let Property { descriptor, own } = property;
        CustomerProperty {
            key: descriptor.key.clone(),
            value: property.value().cloned(),
            default_value: descriptor.default.clone(),
            default: own.is_none(),
            r#type: descriptor.kind.as_str(),
            section: descriptor.section.clone(),
            last_updated_timestamp: own.as_ref().map(|own| millis(own.updated)),
            last_updated_by_user: own.as_ref().and_then(|own| self.writer(own.updated_by.as_ref())),
        }
    }

    /// What is known of a property; its schemas only where they are asked for.
    pub fn descriptor(&self, descriptor: &Descriptor, schema: bool, ui_schema: bool) -> PropertyDescriptor {
        let one = descriptor.clone();
        let description = one.descriptions.get(&Language::English).cloned();
        let name = one.names.get(&Language::English).cloned().unwrap_or_else(|| one.key.clone());
        PropertyDescriptor {
            id: one.uuid,
            key: one.key,
            name: name.clone(),
            description: description.clone(),
            localized_name: name,
            localized_description: description,
            localized_names: localised(&one.names),
            localized_descriptions: localised(&one.descriptions),
            section: one.section,
            section_index: one.section_index,
            r#type: one.kind.as_str(),
            default_value: one.default,
            schema: one.schema.filter(|_| schema),
            ui_schema: one.ui_schema.filter(|_| ui_schema),
            hidden: one.hidden,
            externally_managed: one.externally_managed,
            deprecated: one.deprecated,
            read_function: one.read_function,
            write_function: one.write_function,
            created_by_user: self.writer(one.created_by.as_ref()),
            created_timestamp: millis(one.created),
            last_updated_by_user: self.writer(one.updated_by.as_ref()),
            last_updated_timestamp: millis(one.updated),
        }
    }
}

/// That a customer has been put away is a flag here.
fn flags(record: &Record) -> Vec<&'static str> {
    let disabled = record.is_disabled().then_some("disabled");
    disabled.into_iter().chain(record.flags.iter().map(vocab::value::Flag::as_str)).collect()
}

fn localised(texts: &Localised) -> Map<String, Json> {
    texts.iter().map(|(language, text)| (language.to_string(), text.clone().into())).collect()
}

/// A value that can be chosen.
pub fn entry(choice: &Choice) -> EnumEntry {
    EnumEntry {
        id: choice.uuid,
        value: choice.value.clone(),
        localized_value: choice.name(Language::English).to_owned(),
        localized_values: localised(&choice.names),
        localized_description: choice.descriptions.get(&Language::English).cloned(),
        localized_descriptions: localised(&choice.descriptions),
    }
}
