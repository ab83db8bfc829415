//! Instants that rise with each change.

/// What a column of instants becomes where a row is written over: the new instant, or the one after the old. It rises with
/// each change, whatever clocks do.
macro_rules! rising {
    ($table:literal, $column:literal) => {
        concat!(
            $column,
            " = CASE WHEN excluded.",
            $column,
            " > ",
            $table,
            ".",
            $column,
            " THEN excluded.",
            $column,
            " ELSE ",
            $table,
            ".",
            $column,
            " + 1 END"
        )
    };
}

pub(crate) use rising;
