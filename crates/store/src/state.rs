//! What is kept of a row and can change, where a table is written out.

use sea_orm::Value;

/// What is kept of a row and can change, as columns.
pub(crate) trait State {
    /// Each column with its value.
    fn columns(self) -> Vec<(&'static str, Value)>;
}

/// Declares the changeable state of a row: fields that are columns.
macro_rules! state {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident : $type:ty = $column:literal);* $(;)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name { $($(#[$field_doc])* pub $field: $type),* }

        impl $crate::state::State for $name {
            fn columns(self) -> Vec<(&'static str, sea_orm::Value)> {
                vec![$(($column, self.$field.into())),*]
            }
        }
    };
}
pub(crate) use state;
