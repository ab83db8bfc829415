//! Which entitlements have effect: those that are defined, and were granted or are members of a group that was.

/// The query for the names of the entitlements that have effect for a customer or a portal user. Given are what the names of
/// the tables of its grants begin with, the column of the holder in them, and the holder's number: a column or a place.
///
/// It is no view of the database: SQLite would make it for everybody before it looked for one.
macro_rules! effective {
    ($holder:literal, $column:literal, $number:literal) => {
        concat!(
            "SELECT entitlement.name FROM entitlement WHERE entitlement.name IN (SELECT granted.entitlement_name FROM ",
            $holder,
            "_entitlement granted WHERE granted.",
            $column,
            " = ",
            $number,
            " UNION ALL SELECT member.entitlement_name FROM ",
            $holder,
            "_group granted JOIN entitlement_group_member member ON member.group_name = granted.group_name WHERE granted.",
            $column,
            " = ",
            $number,
            ")"
        )
    };
}

/// The same names as one value, with commas between them; NULL where there are none.
macro_rules! effective_names {
    ($($holder:literal),*) => {
        concat!("(SELECT string_agg(name, ',') FROM (", $crate::effective::effective!($($holder),*), ") AS effective)")
    };
}

pub(crate) use {effective, effective_names};
