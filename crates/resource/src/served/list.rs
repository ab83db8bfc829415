//! The list of classes.

/// Lists classes, each with how its operations come about: `kept Note;` follows from its table alone, `ruled Space;` asks more than
/// that, in `Rules`; both are members of the customer's collection of them, and
/// what happens to them is told. `written Key in key::Keys;` is written out, and its
/// members are in that collection; `written Queue takes POST;` takes POST itself.
macro_rules! served {
    ($($how:ident $class:ident $(takes $post:ident)? $(in $($collection:ty),+)?;)*) => {
        $($crate::served::served!(@keep $how $class);)*

        /// Every class that is served, with the collections of it.
        pub static SERVED: &[&dyn $crate::served::ServedClass] = &[$(&$crate::served::Of::<vocab::$class>::new(
            $crate::served::served!(@table $how $class),
            $crate::served::served!(@submission $class $($post)?),
            $crate::served::served!(@collections $how $class $(, $($collection),+)?),
        )),*];
    };
    (@keep kept $class:ident) => {
        const _: () = {
            use vocab::$class;
            $crate::classes::kept::kept!($class);
            impl $crate::classes::kept::Rules for $class {}
        };
    };
    (@keep $how:ident $class:ident) => {};
    (@table written $class:ident) => { None };
    (@table $how:ident $class:ident) => { Some(<vocab::$class as $crate::classes::kept::Kept>::table) };
    (@submission $class:ident POST) => { Some(&$crate::served::PostTo::<vocab::$class>::NEW) };
    (@submission $class:ident) => { None };
    (@collections written $class:ident $(, $collection:ty)*) => {
        &[$(&$crate::served::CollectionOf::<$collection>::of::<vocab::$class>()),*]
    };
    (@collections $how:ident $class:ident $(, $collection:ty)*) => {
        &[
            &$crate::served::CollectionOf::<$crate::classes::kept::Own<vocab::$class>>::of::<vocab::$class>(),
            &$crate::served::CollectionOf::<$crate::classes::change::ChangesOf<vocab::$class>>::of::<vocab::Change>(),
            $(&$crate::served::CollectionOf::<$collection>::of::<vocab::$class>()),*
        ]
    };
}
pub(crate) use served;
