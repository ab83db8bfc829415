//! The tables: what a class is, as plain constant data. Every document and check is a function over these.

/// A class of resources, declared once with `#[derive(Class)]`.
#[derive(Debug)]
pub struct ClassDef {
    /// The name in the vocabulary, `PortalUser`.
    pub name: &'static str,
    /// What people call it, `Portal User`; the labels of its operations are made from it.
    pub label: &'static str,
    /// What it is, in the words of its doc comment.
    pub description: &'static str,
    /// Where one lives, `/customers/{customer}/portalUsers/{portal_user}`. Empty for a class that is never served alone.
    pub path: &'static str,
    /// Whether a resource of this class answers without credentials.
    pub public: bool,
    /// Whether a collection of them can be searched by free text, with `q`.
    pub free_text: bool,
    /// Whether `q` is the text of a JSON object of properties and the values they must have.
    pub json_query: bool,
    /// Whether what happens to one is kept in a log, to which it has a link.
    pub logged: bool,
    /// The name of a wider class that this one belongs to.
    pub sub_class_of: Option<&'static str>,
    /// What a search takes beside the properties that it filters by: that of a collection of them or, where there are no
    /// collections, that of the resource itself.
    pub parameters: &'static [ParameterDef],
    /// How far what one stands for has got, where it goes on by itself.
    pub progress: Option<ProgressDef>,
    /// How one lies among the others, where they are a tree.
    pub tree: Option<TreeDef>,
    /// What one has, in the order in which it is written.
    pub properties: &'static [PropertyDef],
    /// What can be done with one, in the order in which it is documented.
    pub operations: &'static [OperationDef],
    /// What can be done with a collection of them, unless a link says otherwise.
    pub collection: &'static [OperationDef],
}

/// Which properties tell how far something has got that goes on by itself. Pages show it, and follow it until it has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProgressDef {
    /// How much there is to do: a number.
    pub total: &'static str,
    /// How much of it was done well: a number.
    pub done: &'static str,
    /// How much of it was not: a number.
    pub failed: &'static str,
    /// What there is once it has ended, and not before.
    pub until: &'static str,
}

/// Which properties make a tree of the resources of a class. Pages show where in it one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TreeDef {
    /// The link to the one that it lies below.
    pub parent: &'static str,
    /// The link to the collection of those that lie below it.
    pub children: &'static str,
}

/// A parameter of a search that is no property of what is found.
#[derive(Debug, Clone, Copy)]
pub struct ParameterDef {
    /// The variable of the template.
    pub name: &'static str,
    /// What it asks for.
    pub description: &'static str,
    /// What its values are.
    pub datatype: Datatype,
    /// The class of the resources that its values may name by IRI, where they may.
    pub names: Option<&'static str>,
    /// Whether it can be given several times.
    pub many: bool,
}

/// A property of a class.
#[derive(Debug)]
pub struct PropertyDef {
    /// The JSON key, and the last part of the property's IRI.
    pub name: &'static str,
    /// What it means, in the words of its doc comment.
    pub description: &'static str,
    /// What its values are.
    pub kind: PropertyKind,
    /// Whether it appears in representations.
    pub readable: bool,
    /// Whether a body may set it.
    pub writable: bool,
    /// Whether a body that creates or replaces must set it.
    pub required: bool,
    /// Whether it stays as it was created, so that a body that replaces need not repeat it.
    pub fixed: bool,
    /// Whether null clears it.
    pub clearable: bool,
    /// Whether a collection can be searched by its value.
    pub filter: bool,
    /// Whether a collection can be ordered by it.
    pub sort: bool,
    /// Whether free text is looked for in it.
    pub search: bool,
    /// Whether no two of an owner's have the same.
    pub unique: bool,
    /// Whether the case of its letters matters where it is compared.
    pub exact: bool,
    /// Whether it is told once, in the answer that made it.
    pub once: bool,
    /// Whether it says what others make of the resource: its changes are none of the resource.
    pub derived: bool,
    /// Whether it is the address of a picture of the resource, for pages to show.
    pub depiction: bool,
    /// Whether it is the address of the information on a picture of the resource as a IIIF image service, for pages to show it in depth;
    /// of several, the first that the reader may see.
    pub zoom: bool,
    /// Whether it says what is going on, for the first page to show to whoever comes in.
    pub news: bool,
    /// Whether it is an address that is gone on with: values follow it, each after a slash.
    pub parts: bool,
    /// What pages say above all else where the resource has it or, of a flag, where that is false: that something does not work as one
    /// would expect.
    pub alert: Option<&'static str>,
    /// Under which heading pages show it, where a resource has more than one takes in at a glance.
    pub group: Option<&'static str>,
    /// A value that it could have.
    pub example: Option<Sample>,
}

/// A value that a property could have, as a body would give it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sample {
    /// A text.
    Text(&'static str),
    /// A number.
    Whole(i64),
    /// A truth.
    Flag(bool),
    /// Several texts.
    Texts(&'static [&'static str]),
}

impl Sample {
    /// The value in JSON.
    pub fn json(self) -> serde_json::Value {
        match self {
            Self::Text(text) => text.into(),
            Self::Whole(number) => number.into(),
            Self::Flag(flag) => flag.into(),
            Self::Texts(texts) => texts.into(),
        }
    }
}

/// What the values of a property are.
#[derive(Debug)]
pub enum PropertyKind {
    /// A literal.
    Value(Datatype, Limits),
    /// A link to one resource.
    One(LinkDef),
    /// A link to a collection at `{path of the owner}/{name of the property}`.
    Many(LinkDef),
}

/// The far end of a link.
#[derive(Debug)]
pub struct LinkDef {
    /// The class of the resource, or of the members of the collection.
    pub class: &'static str,
    /// The name of the collection's own class, when it is not `{class}Collection`.
    pub collection: Option<&'static str>,
    /// What can be done at the end of this link, when it differs from what the class says.
    pub operations: Option<&'static [OperationDef]>,
    /// Where the link is to single resources: whether it may be to several of them.
    pub many: bool,
}

/// The datatype of a literal, from XML Schema but for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Datatype {
    /// `xsd:string`
    String,
    /// `xsd:boolean`
    Boolean,
    /// `xsd:dateTime`; without a zone it is in UTC.
    DateTime,
    /// `xsd:integer`
    Integer,
    /// `xsd:nonNegativeInteger`
    NonNegativeInteger,
    /// `rdf:JSON`: any JSON value, which says nothing in RDF beyond itself (JSON-LD 1.1 §4.2.2).
    Json,
}

impl ClassDef {
    /// The property of this name.
    pub fn property(&self, name: &str) -> Option<&'static PropertyDef> {
        self.properties.iter().find(|property| property.name == name)
    }

    /// The operation of one resource with this method.
    pub fn operation(&self, method: Method) -> Option<&'static OperationDef> {
        self.operations.iter().find(|operation| operation.method == method)
    }

    /// The collection links, each with what can be done at its end.
    pub fn collections(&self) -> impl Iterator<Item = (&'static PropertyDef, &'static LinkDef)> {
        self.properties.iter().filter_map(|property| match &property.kind {
            PropertyKind::Many(link) => Some((property, link)),
            PropertyKind::Value(..) | PropertyKind::One(..) => None,
        })
    }
}

impl LinkDef {
    /// What a link is to that may lead to a resource of any class: what Hydra calls a resource.
    pub const ANY: &str = "Resource";

    /// The name of the class of what is at the end, where it is one of ours.
    pub fn known(&self) -> Option<&'static str> {
        Some(self.class).filter(|class| *class != Self::ANY)
    }

    /// The compact IRI of the class of what is at the end.
    pub fn range(&self) -> String {
        self.known().map_or_else(|| format!("hydra:{}", Self::ANY), |class| format!("vocab:{class}"))
    }

    /// The name of the class of the collection at the end of this link.
    pub fn collection_class(&self) -> String {
        self.collection.map_or_else(|| format!("{}Collection", self.class), String::from)
    }
}

impl OperationDef {
    /// A text with the label of the class put in.
    pub fn text(text: &str, class: &ClassDef) -> String {
        text.replace("{}", class.label)
    }
}

impl Datatype {
    /// The compact IRI.
    pub const fn iri(self) -> &'static str {
        match self {
            Self::String => "xsd:string",
            Self::Boolean => "xsd:boolean",
            Self::DateTime => "xsd:dateTime",
            Self::Integer => "xsd:integer",
            Self::NonNegativeInteger => "xsd:nonNegativeInteger",
            Self::Json => "rdf:JSON",
        }
    }
}

/// The bounds of a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The fewest characters of a text.
    pub min_length: usize,
    /// The most characters of a text.
    pub max_length: usize,
    /// The most values of a set; none where there is only one value.
    pub max_items: Option<usize>,
    /// Whether it is an address, so that an IRI may stand where the text does.
    pub is_address: bool,
    /// The texts that it can be, where there are a few; otherwise empty.
    pub one_of: &'static [&'static str],
}

impl Limits {
    /// For literals that are not text.
    pub const NONE: Self =
        Self { min_length: 0, max_length: usize::MAX, max_items: None, is_address: false, one_of: &[] };

    /// A text of so many characters.
    pub const fn text(min_length: usize, max_length: usize) -> Self {
        Self { min_length, max_length, ..Self::NONE }
    }

    /// One of these texts.
    pub const fn one_of(texts: &'static [&'static str]) -> Self {
        Self { one_of: texts, ..Self::NONE }
    }

    /// The same of an address.
    pub const fn address(self) -> Self {
        Self { is_address: true, ..self }
    }

    /// A set of so many values, each within these limits.
    pub const fn items(self, max_items: usize) -> Self {
        Self { max_items: Some(max_items), ..self }
    }
}

/// The methods that operations use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Method {
    /// Safe; HEAD comes with it.
    Get,
    /// Creates a member, or submits.
    Post,
    /// Creates or replaces.
    Put,
    /// Changes what is sent.
    Patch,
    /// Removes.
    Delete,
}

impl Method {
    /// All of them, in the order in which `Allow` lists them.
    pub const ALL: [Self; 5] = [Self::Get, Self::Post, Self::Put, Self::Patch, Self::Delete];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// The schema.org action that an operation with this method is.
    pub const fn action(self) -> &'static str {
        match self {
            Self::Get => "FindAction",
            Self::Post => "CreateAction",
            Self::Put => "ReplaceAction",
            Self::Patch => "UpdateAction",
            Self::Delete => "DeleteAction",
        }
    }
}

/// What goes into an operation or comes out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payload {
    /// No body: `owl:Nothing`.
    Nothing,
    /// A resource of the class that declares the operation.
    Itself,
    /// The collection that the operation is invoked on.
    Collection,
    /// A resource of another class.
    Class(&'static str),
    /// Several resources of this class, as a collection.
    Members(&'static str),
    /// The bytes of a file, of one of these media types: `schema:MediaObject`.
    Media(&'static [&'static str]),
}

/// An operation. `{}` in a text stands for the label of the class.
#[derive(Debug, Clone, Copy)]
pub struct OperationDef {
    /// The last part of the operation's IRI.
    pub name: &'static str,
    /// How it is invoked.
    pub method: Method,
    /// What a person would call it.
    pub label: &'static str,
    /// What it takes.
    pub expects: Payload,
    /// What it gives.
    pub returns: Payload,
    /// The statuses of the published tables, in their order.
    pub statuses: &'static [(u16, &'static str)],
    /// Statuses beyond the published tables.
    pub further: &'static [(u16, &'static str)],
    /// The entitlements that permit it together; none where being signed in is enough.
    pub needs: &'static [&'static str],
    /// Whether it gives away all that its customer may do, so that only one who may do all that may invoke it.
    pub bestows: bool,
    /// Whether it is for those alone who belong to the customer.
    pub own: bool,
    /// Whether it is decided where the customer lies in the tree: for those alone who see what it lies below.
    pub parental: bool,
}

impl OperationDef {
    /// Whether more is asked of whoever invokes it than of whoever invokes another.
    pub fn asks_more_than(&self, other: &Self) -> bool {
        self.needs.iter().any(|entitlement| !other.needs.contains(entitlement))
            || self.own && !other.own
            || self.parental && !other.parental
    }
}
