//! What is kept beside the properties of a class.

use store::kept as rows;

/// What is kept of a row beside the properties of its class: what is never shown, and not in a body as it is kept.
pub(crate) trait Beside: store::Row + Clone + Default {
    /// The columns.
    const COLUMNS: &'static [&'static str];

    /// What is written to them.
    fn cells(&self) -> Vec<rows::StoredCell>;
}

impl Beside for () {
    const COLUMNS: &'static [&'static str] = &[];

    fn cells(&self) -> Vec<rows::StoredCell> {
        Vec::new()
    }
}

/// Declares what is kept beside the properties: fields, each with its column.
macro_rules! beside {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident : $type:ty = $column:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default)]
        pub(crate) struct $name { $($(#[$field_doc])* pub $field: $type),* }

        impl store::Row for $name {
            fn read(columns: &mut store::Columns<'_>) -> std::result::Result<Self, store::Unreadable> {
                Ok(Self { $($field: columns.take()?),* })
            }
        }

        impl crate::classes::kept::Beside for $name {
            const COLUMNS: &'static [&'static str] = &[$($column),*];

            fn cells(&self) -> Vec<store::kept::StoredCell> {
                vec![$(self.$field.clone().into()),*]
            }
        }
    };
}
pub(crate) use beside;
