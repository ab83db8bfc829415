//! The twins of texts that are compared: one function for each kind of text, wherever one is kept, looked up or searched for.

/// The form of a text that a column `…_key` has of it.
pub(crate) fn key(column: &str, text: &str) -> String {
    match column.rsplit('.').next() {
        Some("email_key") => precis::address(text),
        Some("alias_key") => precis::nickname(text),
        _ => precis::folded(text),
    }
}

/// The forms of an address by which an account may be known: the one of today, and the one of accounts that were there
/// before and have a namesake under it.
pub(crate) fn addresses(text: &str) -> [String; 2] {
    [precis::address(text), text.to_lowercase()]
}

/// The forms in which part of a text may be found in a column `…_key`. In addresses, the name of a domain is kept as programs
/// spell it.
pub(crate) fn parts(column: &str, text: &str) -> impl Iterator<Item = String> {
    let folded = key("", text);
    let spelt = match column {
        "email_key" => precis::domain(text).or_else(|| Some(precis::address(text))).filter(|spelt| *spelt != folded),
        _ => None,
    };
    std::iter::once(folded).chain(spelt)
}
