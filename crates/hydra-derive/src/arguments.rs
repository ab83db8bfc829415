//! What stands in `#[hydra(...)]`, and what follows from names alone.

use proc_macro2::TokenStream as Tokens;
use quote::quote;
use syn::{Attribute, Expr, Fields, LitStr, Type};
use syn::{Data, DeriveInput, Error};

#[derive(Default)]
pub(crate) struct ClassArguments {
    pub path: Option<LitStr>,
    pub key: Option<Type>,
    pub label: Option<LitStr>,
    pub operations: Option<Expr>,
    pub collection: Option<Expr>,
    pub sub_class_of: Option<LitStr>,
    pub closed: Option<Expr>,
    pub offers: Option<Expr>,
    pub parameters: Option<Expr>,
    pub progress: Option<Expr>,
    pub tree: Option<Expr>,
    pub public: bool,
    pub json_query: bool,
}

#[derive(Default)]
pub(crate) struct FieldArguments {
    pub operations: Option<Expr>,
    pub collection: Option<LitStr>,
    pub default: Option<Expr>,
    pub example: Option<Expr>,
    pub read_only: bool,
    pub required: bool,
    pub fixed: bool,
    pub filter: bool,
    pub sort: bool,
    pub search: bool,
    pub unique: bool,
    pub exact: bool,
    pub once: bool,
    pub derived: bool,
    pub log: bool,
    pub depiction: bool,
    pub zoom: bool,
    pub news: bool,
    pub parts: bool,
    pub alert: Option<LitStr>,
    pub group: Option<LitStr>,
    pub hidden: bool,
}

/// The fields of a class.
pub(crate) fn fields(input: &DeriveInput) -> Result<&syn::FieldsNamed, Error> {
    match &input.data {
        Data::Struct(syn::DataStruct { fields: Fields::Named(fields), .. }) => Ok(fields),
        _ => Err(Error::new_spanned(&input.ident, "a class is a struct with named fields")),
    }
}

/// Links and addresses are never in a body, so the input type has to know them by name: types are not known to a derive.
pub(crate) fn is_link(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let Some(last) = path.path.segments.last() else {
        return false;
    };
    if last.ident == "Option"
        && let syn::PathArguments::AngleBracketed(arguments) = &last.arguments
        && let Some(syn::GenericArgument::Type(inner)) = arguments.args.first()
    {
        return is_link(inner);
    }
    ["Link", "Reference", "AnyReference", "Address"].iter().any(|name| last.ident == name)
}

/// Whether there is nothing in a field of this type: what it is follows from the key, or is never told.
pub(crate) fn carries_nothing(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let last = path.path.segments.last();
    last.is_some_and(|last| ["Link", "Address", "WriteOnly"].iter().any(|name| last.ident == name))
}

pub(crate) fn class_arguments(attributes: &[Attribute]) -> Result<ClassArguments, Error> {
    let mut arguments = ClassArguments::default();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("hydra")) {
        attribute.parse_nested_meta(|meta| {
            let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            match name.as_str() {
                "path" => arguments.path = Some(meta.value()?.parse()?),
                "key" => arguments.key = Some(meta.value()?.parse()?),
                "label" => arguments.label = Some(meta.value()?.parse()?),
                "operations" => arguments.operations = Some(meta.value()?.parse()?),
                "collection" => arguments.collection = Some(meta.value()?.parse()?),
                "sub_class_of" => arguments.sub_class_of = Some(meta.value()?.parse()?),
                "closed" => arguments.closed = Some(meta.value()?.parse()?),
                "offers" => arguments.offers = Some(meta.value()?.parse()?),
                "parameters" => arguments.parameters = Some(meta.value()?.parse()?),
                "public" => arguments.public = true,
                "progress" => arguments.progress = Some(meta.value()?.parse()?),
                "tree" => arguments.tree = Some(meta.value()?.parse()?),
                "json_query" => arguments.json_query = true,
                _ => {
                    return Err(meta.error(
                        "a class takes path, key, label, operations, collection, sub_class_of, closed, offers, parameters, progress, tree, public and json_query",
                    ));
                }
            }
            Ok(())
        })?;
    }
    Ok(arguments)
}

pub(crate) fn field_arguments(attributes: &[Attribute]) -> Result<FieldArguments, Error> {
    let mut arguments = FieldArguments::default();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("hydra")) {
        attribute.parse_nested_meta(|meta| {
            let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            match name.as_str() {
                "operations" => arguments.operations = Some(meta.value()?.parse()?),
                "collection" => arguments.collection = Some(meta.value()?.parse()?),
                "hidden" => arguments.hidden = true,
                "read_only" => arguments.read_only = true,
                "required" => arguments.required = true,
                "fixed" => arguments.fixed = true,
                "filter" => arguments.filter = true,
                "sort" => arguments.sort = true,
                "search" => arguments.search = true,
                "unique" => arguments.unique = true,
                "exact" => arguments.exact = true,
                "once" => arguments.once = true,
                "derived" => arguments.derived = true,
                "log" => arguments.log = true,
                "depiction" => arguments.depiction = true,
                "zoom" => arguments.zoom = true,
                "news" => arguments.news = true,
                "parts" => arguments.parts = true,
                "alert" => arguments.alert = Some(meta.value()?.parse()?),
                "group" => arguments.group = Some(meta.value()?.parse()?),
                "default" => arguments.default = Some(meta.value()?.parse()?),
                "example" => arguments.example = Some(meta.value()?.parse()?),
                _ => {
                    return Err(meta.error(
                        "a property takes hidden, read_only, required, fixed, filter, sort, search, unique, exact, once, derived, log, depiction, zoom, news, parts, alert, group, default, example, operations and collection",
                    ));
                }
            }
            Ok(())
        })?;
    }
    Ok(arguments)
}

pub(crate) fn optional(literal: Option<LitStr>) -> Tokens {
    literal.map_or_else(|| quote!(None), |literal| quote!(Some(#literal)))
}

/// The doc comment, with its lines joined; paragraphs stay apart.
pub(crate) fn description(attributes: &[Attribute], what: &syn::Ident) -> Result<String, Error> {
    let mut text = String::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        let syn::Meta::NameValue(doc) = &attribute.meta else {
            continue;
        };
        let Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(line), .. }) = &doc.value else {
            continue;
        };
        let line = line.value();
        match line.trim() {
            "" => text.push_str("\n\n"),
            line if text.is_empty() || text.ends_with('\n') => text.push_str(line),
            line => {
                text.push(' ');
                text.push_str(line);
            }
        }
    }
    if text.trim().is_empty() {
        return Err(Error::new_spanned(what, format!("`{what}` needs a doc comment: it is the public description")));
    }
    Ok(text.trim().to_owned())
}

pub(crate) fn camel_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut upper = false;
    for letter in name.chars() {
        match letter {
            '_' => upper = true,
            letter if upper => {
                out.extend(letter.to_uppercase());
                upper = false;
            }
            letter => out.push(letter),
        }
    }
    out
}
