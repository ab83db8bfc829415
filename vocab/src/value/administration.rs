//! What customers are administered by: states, kinds, flags, and texts with a form.

use std::collections::BTreeSet;

use hydra::{Datatype, Limits, Value};
use serde_json::Value as Json;

use super::text_value;

/// A type of a few named values: in JSON, the name of one.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$variant_doc])* $variant),* }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            /// The names of all of them.
            pub const NAMES: &'static [&'static str] = &[$($text),*];

            /// The name, as it is written and kept.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                let found = Self::ALL.iter().copied().find(|value| value.as_str() == text);
                found.ok_or_else(|| format!("must be one of: {}", Self::NAMES.join(", ")))
            }
        }

        impl hydra::Value for $name {
            const DATATYPE: hydra::Datatype = hydra::Datatype::String;
            const LIMITS: hydra::Limits = hydra::Limits::one_of(Self::NAMES);

            fn parse(json: &serde_json::Value) -> Result<Self, String> {
                json.as_str().ok_or("must be a text")?.parse()
            }
        }
    };
}

pub(super) use choice;

choice! {
    /// How far a customer takes part.
    Lifecycle {
        /// Made, and not to be used yet, or not any more for a time.
        Inactive = "inactive",
        /// In use.
        Active = "active",
        /// Put away: only those who administer what it lies below still see it.
        Disabled = "disabled",
        /// Gone; what is left is a reminder.
        Deleted = "deleted",
    }
}

choice! {
    /// Whether others can lie below a customer.
    Kind {
        /// None can.
        Leaf = "leaf",
        /// Others can.
        Group = "group",
    }
}

choice! {
    /// The language in which a customer is addressed.
    Language {
        /// English.
        English = "english",
        /// Norwegian.
        Norwegian = "norwegian",
    }
}

choice! {
    /// The second factor that people of a customer sign in with. It is kept for those who ask; this service asks for none.
    MfaMethod {
        /// None.
        None = "NONE",
        /// A password for one use.
        Otp = "OTP",
        /// Answers to questions.
        Kba = "KBA",
        /// Google Authenticator.
        GoogleAuthentication = "GOOGLE_AUTHENTICATION",
        /// Duo.
        DuoAuthn = "DUO_AUTHN",
    }
}

choice! {
    /// What is marked on a customer.
    Flag {
        /// It does not count as production.
        ExcludeFromProduction = "excludeFromProduction",
        /// Its data has been deleted, as somebody found who checked.
        CustomerDataDeleted = "customerDataDeleted",
        /// It is the base that networks without a customer belong to; only a leaf can be.
        NetworkBaseCustomer = "networkBaseCustomer",
        /// All networks below it are one domain; only of a group.
        SingleNetworkDomain = "singleNetworkDomain",
        /// Nobody may submit on its behalf without a name; only of a leaf.
        DenySubmitForAnonymousUser = "denySubmitForAnonymousUser",
        /// It may be given data that belongs to everybody; only of a leaf.
        AllowGlobalData = "allowGlobalData",
    }
}

impl Flag {
    /// The bit that it is kept as.
    pub const fn bit(self) -> i64 {
        1 << self as i64
    }

    /// The only kind of customer that can have it; none where either can.
    pub const fn only_of(self) -> Option<Kind> {
        match self {
            Self::ExcludeFromProduction | Self::CustomerDataDeleted => None,
            Self::SingleNetworkDomain => Some(Kind::Group),
            Self::NetworkBaseCustomer | Self::DenySubmitForAnonymousUser | Self::AllowGlobalData => Some(Kind::Leaf),
        }
    }
}

/// The flags of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flags(i64);

impl Flags {
    /// Flags that the database kept.
    pub const fn of_bits(bits: i64) -> Self {
        Self(bits)
    }

    /// What is kept of them.
    pub const fn bits(self) -> i64 {
        self.0
    }

    /// Whether a flag is set.
    pub const fn has(self, flag: Flag) -> bool {
        self.0 & flag.bit() != 0
    }

    /// The same with a flag set, or not.
    #[must_use]
    pub const fn with(self, flag: Flag, is_set: bool) -> Self {
        if is_set { Self(self.0 | flag.bit()) } else { Self(self.0 & !flag.bit()) }
    }

    /// Those that are set.
    pub fn iter(self) -> impl Iterator<Item = Flag> {
        Flag::ALL.iter().copied().filter(move |flag| self.has(*flag))
    }
}

impl FromIterator<Flag> for Flags {
    fn from_iter<I: IntoIterator<Item = Flag>>(flags: I) -> Self {
        flags.into_iter().fold(Self::default(), |flags, flag| flags.with(flag, true))
    }
}

text_value! {
    /// Another unique name of a customer.
    Alias, Limits::text(1, 200), |text| {
        if text.trim().is_empty() {
            Err("must not be blank")
        } else if precis::is_freeform(text) {
            Ok(())
        } else {
            Err("must not contain characters that are not seen, or are no characters yet")
        }
    }
}

text_value! {
    /// The revision of an agreement, as whoever publishes it counts.
    EulaRevision, Limits::text(1, 60), |text| {
        if text.trim().is_empty() { Err("must not be blank") } else { Ok(()) }
    }
}

text_value! {
    /// The name of a time zone in the IANA database.
    TimeZone, Limits::text(1, 60), |text| match text.parse::<chrono_tz::Tz>() {
        Ok(_) => Ok(()),
        Err(_) => Err("must be a time zone of the IANA database, such as Europe/Oslo"),
    }
}

text_value! {
    /// The name of a domain in the DNS, or a pattern of some.
    DnsName, Limits::text(1, 253), |text| {
        if text.chars().any(char::is_whitespace) { Err("must not contain spaces") } else { Ok(()) }
    }
}

/// A JSON object of anything, for those who put it there; kept as its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata(String);

impl Metadata {
    const LONGEST: usize = 64 << 10;

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A text that the database vouches for.
    pub fn trusted(text: String) -> Self {
        Self(text)
    }

    /// An object; none where it is too long.
    ///
    /// # Errors
    /// A sentence that goes on from the name of the property.
    pub fn of(object: &serde_json::Map<String, Json>) -> Result<Self, String> {
        let text = serde_json::to_string(object).map_err(|error| error.to_string())?;
        if text.len() > Self::LONGEST {
            return Err(format!("must take at most {} bytes as JSON; this takes {}", Self::LONGEST, text.len()));
        }
        // One database keeps no such character in a text, nor does any program that ends a text with it.
        if text.contains("\\u0000") { Err("must not contain the character U+0000".into()) } else { Ok(Self(text)) }
    }

    /// The object.
    pub fn object(&self) -> serde_json::Map<String, Json> {
        serde_json::from_str(&self.0).unwrap_or_default()
    }
}

impl serde::Serialize for Metadata {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.object().serialize(serializer)
    }
}

impl Value for Metadata {
    const DATATYPE: Datatype = Datatype::Json;

    fn parse(json: &Json) -> Result<Self, String> {
        Self::of(json.as_object().ok_or("must be a JSON object")?)
    }
}

/// Names without repetition, in the order in which they came.
pub fn distinct<T: Ord + Clone>(values: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut seen = BTreeSet::new();
    values.into_iter().filter(|value| seen.insert(value.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_kept_as_bits_of_their_own() {
        let mut bits = BTreeSet::new();
        for flag in Flag::ALL {
            assert!(bits.insert(flag.bit()), "{flag} has a bit of its own");
            assert_eq!(Flags::default().with(*flag, true).iter().collect::<Vec<_>>(), [*flag]);
            assert_eq!(Flags::default().with(*flag, true).with(*flag, false), Flags::default());
        }
    }

    #[test]
    fn a_choice_is_one_of_its_names() {
        assert_eq!("group".parse::<Kind>(), Ok(Kind::Group));
        assert_eq!("Group".parse::<Kind>(), Err("must be one of: leaf, group".into()));
        assert!("Europe/Nowhere".parse::<TimeZone>().is_err());
        assert!("Europe/Oslo".parse::<TimeZone>().is_ok());
    }
}
