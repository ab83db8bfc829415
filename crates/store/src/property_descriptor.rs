//! Descriptors: which properties customers can have, and of which form.

use std::sync::LazyLock;

use sea_orm::Value;
use uuid::Uuid;

use crate::row::{Entity as _, row};
use crate::{DescriptorNumber, Result, Scope, Transaction};

row! {
    /// A descriptor. Instants are microseconds since 1970; whatever is not a plain text is JSON.
    PropertyDescriptor {
        /// The number that other tables refer to; never shown.
        id: DescriptorNumber = "property_descriptor.id",
        /// The identity that never changes.
        uuid: Uuid = "property_descriptor.uuid",
        /// The name of the property.
        key: String = "property_descriptor.key",
        /// The type of its values.
        kind: String = "property_descriptor.kind",
        /// What it is for.
        description: Option<String> = "property_descriptor.description",
        /// Names for people, by language.
        names: String = "property_descriptor.names",
        /// Descriptions for people, by language.
        descriptions: String = "property_descriptor.descriptions",
        /// The section that it stands in.
        section: String = "property_descriptor.section",
        /// Where in the section.
        section_index: i64 = "property_descriptor.section_index",
        /// The value of customers that have none of their own.
        default_value: Option<String> = "property_descriptor.default_value",
        /// The JSON schema that values meet.
        schema: Option<String> = "property_descriptor.schema",
        /// How a form for it looks.
        ui_schema: Option<String> = "property_descriptor.ui_schema",
        /// The values to choose from.
        choices: String = "property_descriptor.choices",
        /// Whether forms leave it out.
        hidden: bool = "property_descriptor.hidden",
        /// Whether somebody else sets the values.
        externally_managed: bool = "property_descriptor.externally_managed",
        /// Whether it should not be used any more.
        deprecated: bool = "property_descriptor.deprecated",
        /// What reading the property asks for.
        read_function: String = "property_descriptor.read_function",
        /// What writing it asks for.
        write_function: String = "property_descriptor.write_function",
        /// When it came to be.
        created_at: i64 = "property_descriptor.created_at",
        /// Who made it.
        created_by: Option<String> = "property_descriptor.created_by",
        /// When it last changed.
        updated_at: i64 = "property_descriptor.updated_at",
        /// Who changed it.
        updated_by: Option<String> = "property_descriptor.updated_by",
        /// Rises with each change.
        version: i64 = "property_descriptor.version",
    }
}

/// RETURNING of a table that is not joined with another.
static RETURNED: LazyLock<String> = LazyLock::new(|| PropertyDescriptor::COLUMNS.replace("property_descriptor.", ""));

/// Where the properties of a customer come in their order.
const ORDER: &str = "property_descriptor ORDER BY section, section_index, key";

/// All descriptors, in the order of properties.
///
/// # Errors
/// As [`crate::Error`].
pub async fn all(scope: &Scope<'_>) -> Result<Vec<PropertyDescriptor>> {
    scope.few(ORDER).await
}

/// The same among writes. Nobody else changes one until the transaction ends.
///
/// # Errors
/// As [`crate::Error`].
pub async fn lock_all(transaction: &Transaction) -> Result<Vec<PropertyDescriptor>> {
    let lock = transaction.for_no_key_update();
    let sql = format!("SELECT {} FROM {ORDER}{lock}", PropertyDescriptor::COLUMNS);
    transaction.all(transaction.statement(&sql, [])).await
}

fn state(row: &PropertyDescriptor) -> Vec<(&'static str, Value)> {
    let row = row.clone();
    vec![
        ("kind", row.kind.into()),
        ("description", row.description.into()),
        ("names", row.names.into()),
        ("descriptions", row.descriptions.into()),
        ("section", row.section.into()),
        ("section_index", row.section_index.into()),
        ("default_value", row.default_value.into()),
        ("schema", row.schema.into()),
        ("ui_schema", row.ui_schema.into()),
        ("choices", row.choices.into()),
        ("hidden", row.hidden.into()),
        ("externally_managed", row.externally_managed.into()),
        ("deprecated", row.deprecated.into()),
        ("read_function", row.read_function.into()),
        ("write_function", row.write_function.into()),
        ("updated_at", row.updated_at.into()),
        ("updated_by", row.updated_by.into()),
    ]
}

/// Makes a descriptor of all that a row says but its number.
///
/// # Errors
/// [`crate::Error::Taken`] if the key is.
pub async fn insert(transaction: &Transaction, row: &PropertyDescriptor) -> Result<PropertyDescriptor> {
    let mut columns = vec!["uuid", "key", "created_at", "created_by", "version"];
    let mut values: Vec<Value> = vec![
        row.uuid.into(),
        row.key.clone().into(),
        row.created_at.into(),
        row.created_by.clone().into(),
        row.version.into(),
    ];
    for (column, value) in state(row) {
        columns.push(column);
        values.push(value);
    }
    let numbers: Vec<_> = (1..=values.len()).map(|number| format!("${number}")).collect();
    let sql = format!(
        "INSERT INTO property_descriptor ({}) VALUES ({}) RETURNING {}",
        columns.join(", "),
        numbers.join(", "),
        *RETURNED
    );
    let row = transaction.one(transaction.statement(&sql, values)).await?;
    Ok(row.expect("INSERT … RETURNING returns the row"))
}

/// Writes a descriptor over the row with its number, if that still has its version. None if it has changed or gone.
///
/// # Errors
/// As [`crate::Error`].
pub async fn update(transaction: &Transaction, row: &PropertyDescriptor) -> Result<Option<PropertyDescriptor>> {
    let mut values: Vec<Value> = vec![row.id.into(), row.version.into()];
    let mut sets = String::new();
    for (column, value) in state(row) {
        values.push(value);
        sets += &format!("{column} = ${}, ", values.len());
    }
    let sql = format!(
        "UPDATE property_descriptor SET {sets}version = version + 1 WHERE id = $1 AND version = $2 RETURNING {}",
        *RETURNED
    );
    transaction.one(transaction.statement(&sql, values)).await
}

/// Removes a descriptor, with the values that customers have of it. False if it has changed or gone.
///
/// # Errors
/// As [`crate::Error`].
pub async fn delete(transaction: &Transaction, row: &PropertyDescriptor) -> Result<bool> {
    let sql = "DELETE FROM property_descriptor WHERE id = $1 AND version = $2";
    Ok(transaction.run(transaction.statement(sql, [row.id.into(), row.version.into()])).await? > 0)
}
