//! From what a body says of an image to what is kept of it.

use crate::number::Named;
use std::collections::BTreeSet;

use hydra::{Column, Given, Violation};
use store::image::{Image as Row, State};
use store::{Tenant, Transaction, role};
use vocab::{ImageInput, Space};

/// What a body says, and what it is to be understood with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ImageDraft<'a> {
    /// The body.
    pub input: &'a ImageInput,
    /// The space, which says what the body leaves out of a new image.
    pub space: &'a Space,
    /// Whose it is.
    pub tenant: Tenant,
    /// The customer's roles, those at least that the body names.
    pub known: &'a BTreeSet<String>,
    /// Whether what is not sent stays as it is.
    pub keeps: bool,
}

/// Those of the roles that bodies name that are the customer's.
pub(crate) async fn roles<'a>(
    transaction: &Transaction,
    tenant: Tenant,
    inputs: impl IntoIterator<Item = &'a ImageInput>,
) -> crate::Result<BTreeSet<String>> {
    let named = inputs.into_iter().filter_map(|input| input.roles.as_value()).flat_map(|roles| &roles.0);
    let slugs: BTreeSet<_> = named.map(|key| key.role.as_str().to_owned()).collect();
    let slugs: Vec<_> = slugs.into_iter().collect();
    Ok(role::known(transaction, tenant, &slugs).await?.into_iter().collect())
}

impl ImageDraft<'_> {
    /// The state to keep, from that of the image where there is one.
    pub fn state(self, row: Option<&Row>) -> Result<State, Violation> {
        let Self { input, space, keeps, .. } = self;
        let kept = row.filter(|_| keeps);
        let origin = match (input.origin.as_value(), kept) {
            (Some(origin), _) => origin.as_str().to_owned(),
            (None, Some(row)) => row.origin.clone(),
            (None, None) => return Err(Violation::new("origin", "is required")),
        };
        let initial_origin = match &input.initial_origin {
            Given::Value(origin) => Some(origin.as_str().to_owned()),
            Given::Null => None,
            Given::Absent => kept.and_then(|row| row.initial_origin.clone()),
        };
        let text = |given: &Given<vocab::value::Note>, kept: Option<&String>| {
            given.as_value().map(|note| note.as_str().to_owned()).or_else(|| kept.cloned()).unwrap_or_default()
        };
        let number = |given: &Given<vocab::value::CustomNumber>, kept: Option<i64>| {
            given.as_value().map(|number| number.0).or(kept).unwrap_or_default()
        };
        Ok(State {
            origin,
            initial_origin,
            max_unauthorised: match input.max_unauthorised.as_value() {
                Some(edge) => edge.0,
                None => kept.map_or(space.default_max_unauthorised.0, |row| row.max_unauthorised),
            },
            tags: match input.tags.as_value() {
                Some(tags) => json("tags", &tags.0)?,
                None => kept.map_or_else(|| kept_as(&space.default_tags), |row| row.tags.clone()),
            },
            roles: self.roles(kept)?,
            string1: text(&input.string1, kept.map(|row| &row.string1)),
            string2: text(&input.string2, kept.map(|row| &row.string2)),
            string3: text(&input.string3, kept.map(|row| &row.string3)),
            number1: number(&input.number1, kept.map(|row| row.number1)),
            number2: number(&input.number2, kept.map(|row| row.number2)),
            number3: number(&input.number3, kept.map(|row| row.number3)),
        })
    }

    fn roles(&self, kept: Option<&Row>) -> Result<String, Violation> {
        let Some(roles) = self.input.roles.as_value() else {
            return Ok(kept.map_or_else(|| kept_as(&self.space.default_roles), |row| row.roles.clone()));
        };
        let own = |role: &&vocab::RoleKey| {
            role.customer.number() == self.tenant.id() && self.known.contains(role.role.as_str())
        };
        let slugs: Vec<_> = roles.0.iter().filter(own).map(|role| role.role.as_str()).collect();
        if slugs.len() < roles.0.len() {
            return Err(Violation::new("roles", "must be roles of this customer"));
        }
        json("roles", &slugs)
    }
}

/// What is kept of a set, which is kept in one form wherever it is.
fn kept_as(set: &impl Column) -> String {
    set.to_cell().text().unwrap_or_default()
}

fn json<T: serde::Serialize>(property: &str, values: &[T]) -> Result<String, Violation> {
    serde_json::to_string(values).map_err(|error| Violation::new(property, format_args!("cannot be kept: {error}")))
}
