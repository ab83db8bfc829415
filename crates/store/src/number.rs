//! Numbers of rows, each with what it is a row of: so none is taken for another, nor for an instant or a version.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use sea_orm::Value;
use sea_orm::sea_query::Nullable;
use serde::{Deserialize, Serialize};

use crate::row::{ColumnType, Columns, Unreadable};

/// What rows are rows of. There are none of these; they are what a [`Number`] is the number of.
pub mod of {
    /// Customers.
    #[derive(Debug)]
    pub enum Customer {}
    /// Portal users.
    #[derive(Debug)]
    pub enum User {}
    /// Domains.
    #[derive(Debug)]
    pub enum Domain {}
    /// Batches.
    #[derive(Debug)]
    pub enum Batch {}
    /// Images.
    #[derive(Debug)]
    pub enum Image {}
    /// Auth services.
    #[derive(Debug)]
    pub enum Service {}
    /// Jobs.
    #[derive(Debug)]
    pub enum Job {}
    /// Descriptors of properties.
    #[derive(Debug)]
    pub enum Descriptor {}
    /// Spaces, as they are counted among all.
    #[derive(Debug)]
    pub enum Space {}
    /// Spaces, as their customer counts them.
    #[derive(Debug)]
    pub enum SpaceWithinCustomer {}
}

/// The number of a customer, in addresses too.
pub type CustomerNumber = Number<of::Customer>;
/// The number of a portal user, which the Argus face alone tells.
pub type UserNumber = Number<of::User>;
/// The number of a domain, in addresses too.
pub type DomainNumber = Number<of::Domain>;
/// The number of a batch, in addresses too.
pub type BatchNumber = Number<of::Batch>;
/// The number of a space within its customer, in addresses too; that of its row is another.
pub type SpaceNumber = Number<of::SpaceWithinCustomer>;
/// The number of an image; never told.
pub type ImageNumber = Number<of::Image>;
/// The number of an auth service; never told.
pub type ServiceNumber = Number<of::Service>;
/// The number of a job; never told.
pub type JobNumber = Number<of::Job>;
/// The number of a descriptor; never told.
pub type DescriptorNumber = Number<of::Descriptor>;

/// The number of a row of this kind. It is made of a bare number only where somebody says so.
///
/// ```compile_fail
/// # use store::{CustomerNumber, UserNumber};
/// let customer: CustomerNumber = UserNumber::new(1);
/// ```
#[derive(Serialize, Deserialize)]
#[serde(transparent, bound = "")]
pub struct Number<Of>(i64, #[serde(skip)] PhantomData<fn() -> Of>);

impl<Of> Number<Of> {
    /// A number that came as one.
    pub const fn new(number: i64) -> Self {
        Self(number, PhantomData)
    }

    /// The number, for whoever has a name of their own for what it is.
    pub const fn get(self) -> i64 {
        self.0
    }
}

// Deriving these would ask for them of the row as well.

impl<Of> Clone for Number<Of> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Of> Copy for Number<Of> {}

impl<Of> PartialEq for Number<Of> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<Of> Eq for Number<Of> {}

impl<Of> PartialOrd for Number<Of> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<Of> Ord for Number<Of> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

impl<Of> Hash for Number<Of> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<Of> fmt::Debug for Number<Of> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<Of> fmt::Display for Number<Of> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

// To and from the database as what it is there.

impl<Of> From<Number<Of>> for Value {
    fn from(number: Number<Of>) -> Self {
        number.0.into()
    }
}

impl<Of> Nullable for Number<Of> {
    fn null() -> Value {
        i64::null()
    }
}

impl<Of: 'static> ColumnType for Number<Of> {
    fn take_from(columns: &mut Columns<'_>) -> Result<Self, Unreadable> {
        i64::take_from(columns).map(Self::new)
    }
}

impl<Of: 'static> ColumnType for Option<Number<Of>> {
    fn take_from(columns: &mut Columns<'_>) -> Result<Self, Unreadable> {
        Ok(Option::<i64>::take_from(columns)?.map(Number::new))
    }
}
