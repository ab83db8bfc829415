//! What customers and users are called in paths and bodies: a UUID, or the name of an attribute, `::` and its value.

use resource::customers::record;
use uuid::Uuid;

/// What divides the attribute from its value.
const DIVIDER: &str = "::";

/// The customer that an identifier means; none where it can mean none. Such a one is not there, and never malformed.
pub fn customer(text: &str) -> Option<record::WhichCustomer> {
    match text.split_once(DIVIDER) {
        Some(("cid", name)) => sound(name).map(record::WhichCustomer::Name),
        Some(_) => None,
        None => Uuid::try_parse(text).ok().map(record::WhichCustomer::Uuid),
    }
}

/// A text that somebody could have; one database would not even compare others.
fn sound(text: &str) -> Option<String> {
    (!text.chars().any(char::is_control)).then(|| text.to_owned())
}

/// The customer that a member of a list means: there a bare name is a name.
pub fn listed(text: &str) -> Option<record::WhichCustomer> {
    match customer(text) {
        None if !text.contains(DIVIDER) => sound(text).map(record::WhichCustomer::Name),
        identity => identity,
    }
}

/// What a user is looked for by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserAttribute {
    /// The identity that never changes.
    Uuid(Uuid),
    /// An e-mail address.
    Email(String),
    /// A sign-in name.
    Uid(String),
    /// A mobile number.
    Mobile(String),
    /// A sign-in name, an e-mail address, a mobile number: the first that somebody has.
    Any(String),
}

/// The user that an identifier means; none where it can mean none.
pub fn user(text: &str) -> Option<UserAttribute> {
    let Some((attribute, value)) = text.split_once(DIVIDER) else {
        return Uuid::try_parse(text).ok().map(UserAttribute::Uuid);
    };
    let value = sound(value)?;
    match attribute {
        "email" => Some(UserAttribute::Email(value)),
        "uid" => Some(UserAttribute::Uid(value)),
        "mobile" => Some(UserAttribute::Mobile(value)),
        "any" => Some(UserAttribute::Any(value)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_before_the_first_divider_is_the_attribute() {
        let uuid = Uuid::from_u128(7);
        assert_eq!(customer(&uuid.to_string()), Some(record::WhichCustomer::Uuid(uuid)));
        assert_eq!(customer("cid::ACME"), Some(record::WhichCustomer::Name("ACME".into())));
        assert_eq!(customer("cid::A::B"), Some(record::WhichCustomer::Name("A::B".into())));
        for nobody in ["34324-213123-21343243", "ACME", "uid::ACME", "CID::ACME", "::ACME", ""] {
            assert_eq!(customer(nobody), None, "{nobody}");
        }
        assert_eq!(listed("ACME"), Some(record::WhichCustomer::Name("ACME".into())));
        assert_eq!(listed("uid::ACME"), None);
        assert_eq!(user("email::a@b"), Some(UserAttribute::Email("a@b".into())));
        assert_eq!(user("any::a::b"), Some(UserAttribute::Any("a::b".into())));
        assert_eq!(user("cid::a"), None);
        assert_eq!(user("somebody"), None);
    }
}
