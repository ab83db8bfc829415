//! What a body says, whatever its syntax: statements about nodes. There is one graph, the default one; what is said in
//! another is not said of the resource.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::class::Datatype;

/// `rdf:type`
const TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
/// `rdf:first`
const FIRST: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#first";
/// `rdf:rest`
const REST: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#rest";
/// `rdf:nil`
const NIL: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#nil";
const XSD: &str = "http://www.w3.org/2001/XMLSchema#";

/// The object of a statement.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Object {
    /// A node, by its IRI or by its label in the body.
    Node(String),
    /// A literal.
    Literal(Literal),
    /// The members of a list, where the syntax has lists of its own.
    List(Vec<Self>),
    /// JSON's null: that there is no value.
    Null,
}

/// A literal: its value as JSON where the syntax has it so, else its lexical form, as a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Literal {
    pub value: Json,
    pub of: Type,
}

/// What the datatype of a literal is to us.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Type {
    /// `xsd:string`, and what is derived from it.
    Text,
    /// `xsd:boolean`
    Boolean,
    /// `xsd:integer`, and what is derived from it: these are the least and the greatest.
    Integer(i128, i128),
    /// `xsd:dateTime`, and what is derived from it.
    Instant,
    /// `xsd:decimal`, `xsd:double`, `xsd:float`
    Real,
    /// `xsd:anyURI`
    Address,
    /// `rdf:JSON`
    Json,
    /// `rdf:langString`
    Language,
    /// Another.
    Other(String),
}

/// XML Schema part 2, §3.4.13 to §3.4.25.
const INTEGERS: [(&str, i128, i128); 13] = [
    ("integer", i128::MIN, i128::MAX),
    ("nonPositiveInteger", i128::MIN, 0),
    ("negativeInteger", i128::MIN, -1),
    ("long", i64::MIN as i128, i64::MAX as i128),
    ("int", i32::MIN as i128, i32::MAX as i128),
    ("short", i16::MIN as i128, i16::MAX as i128),
    ("byte", i8::MIN as i128, i8::MAX as i128),
    ("nonNegativeInteger", 0, i128::MAX),
    ("unsignedLong", 0, u64::MAX as i128),
    ("unsignedInt", 0, u32::MAX as i128),
    ("unsignedShort", 0, u16::MAX as i128),
    ("unsignedByte", 0, u8::MAX as i128),
    ("positiveInteger", 1, i128::MAX),
];

impl Type {
    /// `xsd:integer`
    pub(super) const INTEGER: Self = Self::Integer(i128::MIN, i128::MAX);

    /// The datatype of this IRI.
    pub(super) fn of(iri: &str) -> Self {
        let Some(name) = iri.strip_prefix(XSD) else {
            return match iri.strip_prefix("http://www.w3.org/1999/02/22-rdf-syntax-ns#") {
                Some("JSON") => Self::Json,
                Some("langString" | "dirLangString") => Self::Language,
                _ => Self::Other(iri.to_owned()),
            };
        };
        match name {
            "string" | "normalizedString" | "token" | "language" | "Name" | "NCName" | "NMTOKEN" => Self::Text,
            "boolean" => Self::Boolean,
            "dateTime" | "dateTimeStamp" => Self::Instant,
            "decimal" | "double" | "float" => Self::Real,
            "anyURI" => Self::Address,
            name => match INTEGERS.iter().find(|(integer, ..)| *integer == name) {
                Some((_, least, most)) => Self::Integer(*least, *most),
                None => Self::Other(iri.to_owned()),
            },
        }
    }

    /// What it is called in a sentence.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Text => "xsd:string",
            Self::Boolean => "xsd:boolean",
            Self::Integer(..) => "an integer type",
            Self::Instant => "xsd:dateTime",
            Self::Real => "a type of fractions",
            Self::Address => "xsd:anyURI",
            Self::Json => "rdf:JSON",
            Self::Language => "rdf:langString",
            Self::Other(iri) => iri.strip_prefix(XSD).unwrap_or(iri),
        }
    }
}

impl From<Datatype> for Type {
    fn from(datatype: Datatype) -> Self {
        match datatype {
            Datatype::String => Self::Text,
            Datatype::Boolean => Self::Boolean,
            Datatype::DateTime => Self::Instant,
            Datatype::Integer => Self::INTEGER,
            Datatype::NonNegativeInteger => Self::Integer(0, i128::MAX),
            Datatype::Json => Self::Json,
        }
    }
}

impl Literal {
    /// What a JSON value is by itself (JSON-LD 1.1 API §8.2): a number without a fraction is an integer.
    pub(super) fn native(value: Json) -> Self {
        let of = match &value {
            Json::Bool(_) => Type::Boolean,
            Json::Number(number) if number.as_f64().is_some_and(|double| double.fract() == 0.0) => Type::INTEGER,
            Json::Number(_) => Type::Real,
            _ => Type::Text,
        };
        Self { value, of }
    }
}

/// What is said of a node.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// The IRIs of its classes.
    pub types: Vec<String>,
    /// Its properties with their values, in the order of the body. That a property has no value is an empty list.
    pub values: Vec<(String, Object)>,
}

impl Node {
    fn says(&self, property: &str) -> bool {
        self.values.iter().any(|(name, _)| name == property)
    }

    /// The one value of a property.
    fn only(&self, property: &str) -> Option<&Object> {
        let mut values = self.values.iter().filter(|(name, _)| name == property).map(|(_, value)| value);
        let first = values.next()?;
        values.all(|other| other == first).then_some(first)
    }
}

/// All that a body says.
#[derive(Debug, Default)]
pub(super) struct Graph {
    nodes: BTreeMap<String, Node>,
    referenced: BTreeSet<String>,
}

impl Graph {
    /// Has a node in it, of which perhaps nothing is said.
    pub(super) fn mention(&mut self, id: &str) {
        if !self.nodes.contains_key(id) {
            self.nodes.insert(id.to_owned(), Node::default());
        }
    }

    /// Adds a statement.
    pub(super) fn say(&mut self, subject: &str, property: &str, object: Object) {
        self.refer(&object);
        let node = self.nodes.entry(subject.to_owned()).or_default();
        match object {
            Object::Node(class) if property == TYPE => node.types.push(class),
            object => node.values.push((property.to_owned(), object)),
        }
    }

    /// Adds that a node is of a class.
    pub(super) fn say_type(&mut self, subject: &str, class: &str) {
        self.nodes.entry(subject.to_owned()).or_default().types.push(class.to_owned());
    }

    fn refer(&mut self, object: &Object) {
        match object {
            Object::Node(id) => drop(self.referenced.insert(id.clone())),
            Object::List(members) => members.iter().for_each(|member| self.refer(member)),
            Object::Literal(_) | Object::Null => {}
        }
    }

    /// Takes a node out.
    pub(super) fn take(&mut self, id: &str) -> Option<Node> {
        self.nodes.remove(id)
    }

    /// The nodes of which something is said, but for the cells of lists.
    pub(super) fn nodes(&self) -> impl Iterator<Item = (&String, &Node)> {
        let says = |node: &Node| !(node.types.is_empty() && node.values.is_empty());
        self.nodes.iter().filter(move |(_, node)| says(node) && !node.says(FIRST) && !node.says(REST))
    }

    /// The nodes that say something in these terms.
    pub(super) fn that_say<'a>(&'a self, property: &'a str) -> impl Iterator<Item = &'a String> {
        self.nodes().filter(move |(_, node)| node.says(property)).map(|(id, _)| id)
    }

    /// Whether a node is the value of some property.
    pub(super) fn is_referenced(&self, id: &str) -> bool {
        self.referenced.contains(id)
    }

    /// The values of a property with the members of lists in the place of the lists: in a set of values a list says no more
    /// than their order.
    ///
    /// # Errors
    /// A sentence that goes on from the name of the property.
    pub(super) fn spread(&self, objects: Vec<Object>) -> Result<Vec<Object>, String> {
        let mut values = Vec::with_capacity(objects.len());
        for object in objects {
            let members = match object {
                Object::List(members) => members,
                Object::Node(id) => match self.list(&id)? {
                    Some(members) => members,
                    None => {
                        values.push(Object::Node(id));
                        continue;
                    }
                },
                value => {
                    values.push(value);
                    continue;
                }
            };
            for member in members {
                let is_list = match &member {
                    Object::List(_) => true,
                    Object::Node(id) => self.list(id)?.is_some(),
                    Object::Literal(_) | Object::Null => false,
                };
                if is_list {
                    return Err("must not have lists within a list".into());
                }
                values.push(member);
            }
        }
        Ok(values)
    }

    /// The members of the list that begins with a node; none where it is no list.
    fn list(&self, head: &str) -> Result<Option<Vec<Object>>, String> {
        let is_cell = |id: &str| self.nodes.get(id).is_some_and(|node| node.says(FIRST) || node.says(REST));
        if head != NIL && !is_cell(head) {
            return Ok(None);
        }
        let (mut members, mut seen, mut next) = (Vec::new(), BTreeSet::new(), head);
        while next != NIL {
            let cell = self.nodes.get(next).filter(|_| seen.insert(next));
            match cell.map(|cell| (cell.only(FIRST), cell.only(REST))) {
                Some((Some(first), Some(Object::Node(rest)))) => {
                    members.push(first.clone());
                    next = rest;
                }
                _ => return Err("has a list that does not end, or has several ends".into()),
            }
        }
        Ok(Some(members))
    }
}
