//! Texts that are nested deeply.

/// Something inside as many pairs of what opens and what closes.
pub fn nest(levels: usize, open: &str, innermost: &str, close: &str) -> String {
    format!("{}{innermost}{}", open.repeat(levels), close.repeat(levels))
}

/// Values in JSON, some as deep as JSON is read and some deeper.
pub fn values() -> impl Iterator<Item = String> {
    [30, 120, 5_000].into_iter().flat_map(|levels| {
        [
            nest(levels, r#"{"a":"#, "1", "}"),
            nest(levels, "[", "1", "]"),
            nest(levels / 2, r#"{"a":["#, "1", "]}"),
            nest(levels / 2, r#"[{"@list":"#, "1", "}]"),
        ]
    })
}

/// Every third of what there is, another third with each turn. What is understood by one function needs not be sent whole to
/// everything that calls it: after three turns all of it was.
pub fn a_third<T>(turn: usize, all: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
    all.skip(turn % 3).step_by(3)
}
