//! Keys: the variables of a resource's path, typed.

use std::any::Any;
use std::borrow::Cow;
use std::fmt::{Debug, Write};

use crate::cell::{Cell, CellKind};

/// The identity of a resource: what fills the variables of its class's path.
pub trait PathKey: Clone + PartialEq + Debug + Send + Sync + 'static {
    /// The key whose variables are found by name.
    ///
    /// Returns none where a variable is not of its type: such a resource cannot exist.
    fn from_variables<'a>(variable: impl Fn(&str) -> Option<&'a str>) -> Option<Self>;

    /// Writes the variable of this name; false if there is none.
    fn write_variable(&self, name: &str, out: &mut String) -> bool;

    /// The customer that the resource belongs to.
    fn customer(&self) -> Option<i64>;

    /// What the last variable is, kept in a cell.
    const LAST: CellKind;

    /// The last variable, which tells the resource from the others of its owner.
    fn last(&self) -> Cell;

    /// The key of a customer's resource, or of one that is nobody's, whose last variable this is.
    fn of_customer(customer: i64, last: Cell) -> Option<Self> {
        let (customer, last) = (customer.to_string(), last.segment()?);
        Self::from_variables(|name| Some(if name == "customer" { &*customer } else { &*last }))
    }
}

/// A key of whichever class.
pub trait AnyKey: Any + Debug + Send + Sync {
    /// The customer that the resource belongs to.
    fn customer(&self) -> Option<i64>;
    /// The path of this template whose variables it fills.
    fn path(&self, template: &str) -> String;
}

impl<K: PathKey> AnyKey for K {
    fn customer(&self) -> Option<i64> {
        PathKey::customer(self)
    }

    fn path(&self, template: &str) -> String {
        expand(template, self)
    }
}

impl dyn AnyKey {
    /// The key that it is.
    ///
    /// # Panics
    /// If it is one of another class: whoever reads keys and whoever uses them are of one class.
    pub fn of<K: PathKey>(&self) -> &K {
        (self as &dyn Any).downcast_ref().expect("a key is used by the class that read it")
    }
}

/// Fills the variables of a path from a key.
pub fn expand<K: PathKey>(template: &str, key: &K) -> String {
    iri("", template, key)
}

/// The IRI that begins with a base URL and ends in a path whose variables a key fills.
pub fn iri<K: PathKey>(base: &str, template: &str, key: &K) -> String {
    let mut iri = String::with_capacity(base.len() + template.len() + 40);
    iri.push_str(base);
    let mut rest = template;
    while let Some((before, after)) = cut(rest, b'{') {
        iri.push_str(before);
        let (name, after) = cut(after, b'}').expect("a path closes its braces");
        assert!(key.write_variable(name, &mut iri), "{template} has a variable that its key lacks: {name}");
        rest = after;
    }
    iri.push_str(rest);
    iri
}

/// As `split_once` does, byte by byte: templates are too short for its search to be worth its beginning.
fn cut(text: &str, at: u8) -> Option<(&str, &str)> {
    let index = text.bytes().position(|byte| byte == at)?;
    Some((&text[..index], &text[index + 1..]))
}

/// The variables of a path by their names, where it is one of this template. Percent-encoding is undone once, within segments;
/// none where one of them is no text then.
pub fn variables<'a, 'p>(template: &'a str, path: &'p str) -> Option<Vec<(&'a str, Cow<'p, str>)>> {
    let mut variables = Vec::with_capacity(4);
    let (mut names, mut segments) = (template.split('/'), path.split('/'));
    loop {
        match (names.next(), segments.next()) {
            (None, None) => return Some(variables),
            (Some(name), Some(segment)) => {
                let segment = percent_encoding::percent_decode_str(segment).decode_utf8().ok()?;
                match name.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                    None if name == segment => {}
                    None => return None,
                    Some(name) => variables.push((name, segment)),
                }
            }
            _ => return None,
        }
    }
}

/// The key whose variables a path has, where it is one of this template.
pub fn parse_path<K: PathKey>(template: &str, path: &str) -> Option<K> {
    let variables = variables(template, path)?;
    K::from_variables(|wanted| variables.iter().find(|(name, _)| *name == wanted).map(|(_, value)| &**value))
}

/// Writes a variable of a path; what is not unreserved (RFC 3986 §2.3) is percent-encoded.
pub fn write_segment(value: &impl std::fmt::Display, out: &mut String) {
    const KEEP: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    let start = out.len();
    write!(out, "{value}").expect("a String takes everything");
    let is_unreserved = |byte| matches!(byte, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~');
    if !out[start..].bytes().all(is_unreserved) {
        let raw = out.split_off(start);
        out.extend(percent_encoding::utf8_percent_encode(&raw, KEEP));
    }
}

/// Declares a key: `key!(PortalUserKey { customer: CustomerId, portal_user: PortalUserId })`.
///
/// Field names are the variables of the path; types need `FromStr` and `Display`.
#[macro_export]
macro_rules! key {
    ($(#[$doc:meta])* $name:ident { $($field:ident : $type:ty),* $(,)? } customer = $customer:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name { $(#[doc = concat!("The variable `", stringify!($field), "`.")] pub $field: $type),* }

        impl $crate::PathKey for $name {
            fn from_variables<'a>(_variable: impl Fn(&str) -> Option<&'a str>) -> Option<Self> {
                Some(Self { $($field: _variable(stringify!($field))?.parse().ok()?),* })
            }

            fn write_variable(&self, name: &str, _out: &mut String) -> bool {
                match name {
                    $(stringify!($field) => {
                        $crate::write_segment(&self.$field, _out);
                        true
                    })*
                    _ => false,
                }
            }

            fn customer(&self) -> Option<i64> {
                let customer: fn(&Self) -> Option<i64> = $customer;
                customer(self)
            }

            const LAST: $crate::CellKind = {
                let kinds: &[$crate::CellKind] = &[$(<$type as $crate::Column>::CELL),*];
                match kinds.last() {
                    Some(kind) => *kind,
                    None => $crate::CellKind::Text,
                }
            };

            fn last(&self) -> $crate::Cell {
                let cells: &[fn(&Self) -> $crate::Cell] = &[$(|key| $crate::Column::to_cell(&key.$field)),*];
                cells.last().map_or($crate::Cell::Text(None), |cell| cell(self))
            }
        }
    };
}
