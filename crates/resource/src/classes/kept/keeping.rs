//! What makes a class one that is kept.

/// Keeps a class as rows of a customer's: in what the table differs from the class, what its numbers count where somebody asks,
/// and what is kept beside the properties.
macro_rules! kept {
    ($class:ident $(, $names:expr)? $(, numbered $of:ty)? $(, beside $beside:ty)?) => {
        impl $crate::classes::kept::Kept for $class {
            type Of = $crate::classes::kept::kept!(@type $class $(, $of)?);
            type Beside = $crate::classes::kept::kept!(@type () $(, $beside)?);
            const NAMES: $crate::classes::kept::Names = {
                use $crate::classes::kept::Names;
                $crate::classes::kept::kept!(@names $($names)?)
            };

            fn table() -> &'static store::kept::KeptTable {
                static TABLE: std::sync::LazyLock<store::kept::KeptTable> =
                    std::sync::LazyLock::new($crate::classes::kept::table::<$class>);
                &TABLE
            }
        }

        impl $crate::Resource for $class {
            async fn fetch(cx: &$crate::Cx<'_>, key: &Self::Key) -> $crate::Result<hydra::Found<Self>> {
                $crate::classes::kept::fetch(cx, key).await
            }

            async fn replace(
                cx: &$crate::Cx<'_>,
                key: &Self::Key,
                new: Self::Input,
                on: &$crate::IfMatch,
            ) -> $crate::Result<$crate::Created<Self>> {
                $crate::classes::kept::replace(cx, key, new, on).await
            }

            async fn update(
                cx: &$crate::Cx<'_>,
                key: &Self::Key,
                change: Self::Input,
                on: &$crate::IfMatch,
            ) -> $crate::Result<hydra::Found<Self>> {
                $crate::classes::kept::update(cx, key, change, on).await
            }

            async fn remove(cx: &$crate::Cx<'_>, key: &Self::Key, on: &$crate::IfMatch) -> $crate::Result<()> {
                $crate::classes::kept::remove::<Self>(cx, key, on).await
            }
        }
    };
    (@names) => { Names::PLAIN };
    (@names $names:expr) => { $names };
    (@type $otherwise:ty) => { $otherwise };
    (@type $otherwise:ty, $given:ty) => { $given };
}
pub(crate) use kept;
