//! What a resource is called by in its address, and the number that its row is found by: here alone one becomes the other,
//! because the vocabulary does not know the store.

use store::Number;
use vocab::value::{BatchId, CustomerId, DomainId, SpaceId};

/// A part of an address that a row is found by.
pub trait Named {
    /// What it is the name of.
    type Row;

    /// The number of the row.
    fn number(self) -> Number<Self::Row>;
}

/// The number of a row that addresses call by it.
pub(crate) trait Numbered {
    /// What it is called by.
    type Identity;

    /// The part of the address.
    fn identity(self) -> Self::Identity;
}

macro_rules! called {
    ($($identity:ident: $row:ty),*) => {
        $(
            impl Named for $identity {
                type Row = $row;

                fn number(self) -> Number<$row> {
                    Number::new(self.0)
                }
            }

            impl Numbered for Number<$row> {
                type Identity = $identity;

                fn identity(self) -> $identity {
                    $identity(self.get())
                }
            }
        )*
    };
}

called! {
    CustomerId: store::of::Customer,
    DomainId: store::of::Domain,
    SpaceId: store::of::SpaceWithinCustomer,
    BatchId: store::of::Batch
}
