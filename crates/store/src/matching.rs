//! The images that a named query matches.

use sea_orm::Value;

use crate::folding::key;
use crate::image::Image;
use crate::image_list::OF_CUSTOMER;
use crate::listing::{Listing, RowPage};
use crate::query::Query;
use crate::row::Entity as _;
use crate::sql::Sql;
use crate::{BatchNumber, Result, Scope, SpaceNumber, Tenant};

/// Which of a customer's images match, and in which order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Match {
    /// What the customer's own texts must be.
    pub strings: [Option<String>; 3],
    /// What the customer's own numbers must be.
    pub numbers: [Option<i64>; 3],
    /// The space that they must be in.
    pub space: Option<Within>,
    /// Batches, in one of which they must have been at some time; none where that does not matter.
    pub batches: Vec<BatchNumber>,
    /// What to order by before age: properties, and whether the greatest comes first.
    pub order: Vec<(&'static str, bool)>,
}

/// A space of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Within {
    /// By its number.
    Number(SpaceNumber),
    /// By its name, whatever the case of its letters.
    Name(String),
}

const STRINGS: [&str; 3] = ["string1", "string2", "string3"];
const NUMBERS: [&str; 3] = ["number1", "number2", "number3"];

impl Match {
    /// `$1` is the customer. Where there is a space, it alone says whose the images are: an index that begins with the space
    /// is narrower than one that begins with the customer.
    fn conditions(&self, sql: &mut Sql) {
        match &self.space {
            None => sql.push("customer_id = $1"),
            Some(Within::Number(number)) => {
                sql.push("space_id = (SELECT id FROM space WHERE customer_id = $1 AND number = ");
                sql.bind(*number);
                sql.push(")");
            }
            Some(Within::Name(name)) => {
                sql.push("space_id = (SELECT id FROM space WHERE customer_id = $1 AND name_key = ");
                sql.bind(key("name_key", name));
                sql.push(")");
            }
        }
        for (column, text) in STRINGS.iter().zip(&self.strings) {
            sql.equal(column, text.clone());
        }
        for (column, number) in NUMBERS.iter().zip(&self.numbers) {
            sql.equal(column, *number);
        }
        if !self.batches.is_empty() {
            sql.push(" AND id IN (SELECT image_id FROM batch_image WHERE batch_id IN (");
            for (index, batch) in self.batches.iter().enumerate() {
                sql.push(if index == 0 { "" } else { ", " });
                sql.bind(*batch);
            }
            sql.push("))");
        }
    }
}

impl Sql {
    fn equal(&mut self, column: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.push(&format!(" AND {column} = "));
            self.bind(value);
        }
    }
}

/// A page of the images that match and also meet the filters of the listing, in the order of the listing.
/// None where the customer does not exist.
///
/// # Errors
/// As [`crate::Error`].
pub async fn list(
    scope: &Scope<'_>,
    tenant: Tenant,
    wanted: &Match,
    listing: &Listing,
) -> Result<Option<RowPage<Image>>> {
    let conditions = |sql: &mut Sql| {
        wanted.conditions(sql);
        OF_CUSTOMER.filter(listing, sql);
    };
    let owner = Some(tenant.id().into());
    let query =
        Query { scope, table: &OF_CUSTOMER, owner, column: None, listing, extents: None, conditions: &conditions };
    query.page(Image::COLUMNS).await
}

/// The images that match and that a worker has measured, so many at the most.
///
/// # Errors
/// As [`crate::Error`].
pub async fn measured(scope: &Scope<'_>, tenant: Tenant, wanted: &Match, most: usize) -> Result<Vec<Image>> {
    scope.check().await?;
    let mut sql = Sql {
        values: vec![tenant.id().into()],
        ..Sql::new(scope.backend(), format!("SELECT {} FROM image WHERE ", Image::COLUMNS))
    };
    wanted.conditions(&mut sql);
    sql.push(" AND width IS NOT NULL AND height IS NOT NULL");
    OF_CUSTOMER.keyset(&wanted.order).order(false, &mut sql);
    sql.push(" LIMIT ");
    sql.bind(i64::try_from(most).unwrap_or(i64::MAX));
    scope.all(scope.statement(&sql.text, sql.values)).await
}
