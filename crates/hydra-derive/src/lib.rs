//! `#[derive(Class)]`: a struct becomes a constant table and an input type, and nothing else.
//!
//! On the struct, `#[hydra(...)]` takes `path`, `key`, `label`, `operations`, `collection`, `public`, `free_text`,
//! `json_query`, `sub_class_of`, `closed`, `offers` and `parameters`; on a field `hidden`, `read_only`, `required`,
//! `fixed`, `filter`, `sort`, `operations` and `collection`. A missing doc comment is an error, because it is the public description.

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use quote::{format_ident, quote};
use syn::ext::IdentExt as _;
use syn::{Attribute, Data, DeriveInput, Error, Expr, Field, Fields, LitStr, Type, parse_macro_input};

/// Derives `hydra::Class`.
#[proc_macro_derive(Class, attributes(hydra))]
pub fn derive_class(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand(&input).unwrap_or_else(Error::into_compile_error).into()
}

#[derive(Default)]
struct ClassArguments {
    path: Option<LitStr>,
    key: Option<Type>,
    label: Option<LitStr>,
    operations: Option<Expr>,
    collection: Option<Expr>,
    sub_class_of: Option<LitStr>,
    closed: Option<Expr>,
    offers: Option<Expr>,
    parameters: Option<Expr>,
    public: bool,
    free_text: bool,
    json_query: bool,
}

#[derive(Default)]
struct FieldArguments {
    operations: Option<Expr>,
    collection: Option<LitStr>,
    read_only: bool,
    required: bool,
    fixed: bool,
    filter: bool,
    sort: bool,
    hidden: bool,
}

fn expand(input: &DeriveInput) -> Result<Tokens, Error> {
    let Data::Struct(data) = &input.data else {
        return Err(Error::new_spanned(&input.ident, "a class is a struct with named fields"));
    };
    let Fields::Named(fields) = &data.fields else {
        return Err(Error::new_spanned(&input.ident, "a class is a struct with named fields"));
    };
    let class = class_arguments(&input.attrs)?;
    let name = &input.ident;
    let description = description(&input.attrs, name)?;
    let missing = |what| Error::new_spanned(name, format!("a class needs #[hydra({what} = ...)]"));
    let path = class.path.ok_or_else(|| missing("path"))?;
    let key = class.key.ok_or_else(|| missing("key"))?;
    let label = class.label.ok_or_else(|| missing("label"))?;
    let operations = class.operations.map_or_else(|| quote!([]), |list| quote!(#list));
    let collection = class.collection.map_or_else(|| quote!([]), |list| quote!(#list));
    let parameters = class.parameters.map_or_else(|| quote!(&[]), |list| quote!(#list));
    let sub_class_of = optional(class.sub_class_of);
    let closed = class.closed.map(|when| {
        quote! {
            let closed: fn(&Self) -> bool = #when;
            if operation.method != ::hydra::Method::Get && closed(self) {
                return false;
            }
        }
    });
    let offers = class.offers.map(|when| {
        quote! {
            let offers: fn(&Self, &::hydra::OperationDef) -> bool = #when;
            if !offers(self, operation) {
                return false;
            }
        }
    });
    let offers = (closed.is_some() || offers.is_some()).then(|| {
        quote! {
            fn offers(&self, operation: &::hydra::OperationDef) -> bool {
                #closed
                #offers
                true
            }
        }
    });
    let (public, free_text, json_query) = (class.public, class.free_text, class.json_query);

    let mut properties = Vec::new();
    let mut writes = Vec::new();
    let mut input_fields = Vec::new();
    let mut takes = Vec::new();
    let mut errors: Option<Error> = None;
    for field in &fields.named {
        match property(field) {
            Ok(None) => {}
            Ok(Some(property)) => {
                properties.push(property.table);
                writes.push(property.write);
                input_fields.extend(property.input);
                takes.extend(property.take);
            }
            Err(error) => match &mut errors {
                Some(all) => all.combine(error),
                None => errors = Some(error),
            },
        }
    }
    if let Some(errors) = errors {
        return Err(errors);
    }
    let visibility = &input.vis;
    let input_name = format_ident!("{name}Input");
    let input_doc = format!("What a body gives for a [`{name}`].");
    let class_name = name.to_string();
    Ok(quote! {
        #[doc = #input_doc]
        #[derive(Debug, Clone, Default)]
        #visibility struct #input_name { #(#input_fields),* }

        impl ::hydra::Input for #input_name {
            fn take(_members: &mut ::hydra::Members) -> Self {
                Self { #(#takes),* }
            }
        }

        impl ::hydra::Class for #name {
            const NAME: &'static str = #class_name;
            const CLASS: &'static ::hydra::ClassDef = &::hydra::ClassDef {
                name: #class_name,
                label: #label,
                description: #description,
                path: #path,
                public: #public,
                free_text: #free_text,
                json_query: #json_query,
                sub_class_of: #sub_class_of,
                parameters: #parameters,
                properties: &[#(#properties),*],
                operations: &#operations,
                collection: &#collection,
            };
            type Key = #key;
            type Input = #input_name;

            #offers


            fn write(&self, _node: &mut ::hydra::Node<'_, '_, Self>) -> ::hydra::Written {
                #(#writes)*
                Ok(())
            }
        }
    })
}

struct Property {
    table: Tokens,
    write: Tokens,
    input: Option<Tokens>,
    take: Option<Tokens>,
}

/// What a field gives the table; none where it is hidden.
fn property(field: &Field) -> Result<Option<Property>, Error> {
    let ident = field.ident.as_ref().expect("fields are named");
    let arguments = field_arguments(&field.attrs)?;
    if arguments.hidden {
        return Ok(None);
    }
    let description = description(&field.attrs, ident)?;
    let name = camel_case(&ident.unraw().to_string());
    let ty = &field.ty;
    let FieldArguments { operations, collection, read_only, required, fixed, filter, sort, hidden: _ } = arguments;
    let writable = !read_only && !is_link(ty);
    let kind = if operations.is_some() || collection.is_some() {
        let operations = operations.map_or_else(|| quote!(None), |list| quote!(Some(&#list)));
        let collection = optional(collection);
        quote! {
            match <#ty as ::hydra::Field>::KIND {
                ::hydra::Kind::Many(link) => ::hydra::Kind::Many(::hydra::LinkDef {
                    collection: #collection, operations: #operations, ..link
                }),
                ::hydra::Kind::One(link) => ::hydra::Kind::One(::hydra::LinkDef {
                    operations: #operations, ..link
                }),
                ::hydra::Kind::Value(..) => panic!("only a link has operations"),
            }
        }
    } else {
        quote!(<#ty as ::hydra::Field>::KIND)
    };
    let table = quote! {
        ::hydra::PropertyDef {
            name: #name,
            description: #description,
            kind: #kind,
            readable: <#ty as ::hydra::Field>::READABLE,
            writable: #writable,
            required: #required,
            fixed: #fixed,
            clearable: <#ty as ::hydra::Field>::CLEARABLE,
            filter: #filter,
            sort: #sort,
        }
    };
    let visibility = &field.vis;
    let doc = format!("`{name}`");
    Ok(Some(Property {
        table,
        write: quote!(::hydra::Field::write(&self.#ident, #name, _node)?;),
        input: writable
            .then(|| quote!(#[doc = #doc] #visibility #ident: ::hydra::Given<<#ty as ::hydra::Field>::Given>)),
        take: writable.then(|| quote!(#ident: _members.take(#name))),
    }))
}

/// Links and addresses are never in a body, so the input type has to know them by name: types are not known to a derive.
fn is_link(ty: &Type) -> bool {
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
    ["Link", "Reference", "Address"].iter().any(|name| last.ident == name)
}

fn class_arguments(attributes: &[Attribute]) -> Result<ClassArguments, Error> {
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
                "free_text" => arguments.free_text = true,
                "json_query" => arguments.json_query = true,
                _ => {
                    return Err(meta.error(
                        "a class takes path, key, label, operations, collection, sub_class_of, closed, offers, parameters, public, free_text and json_query",
                    ));
                }
            }
            Ok(())
        })?;
    }
    Ok(arguments)
}

fn field_arguments(attributes: &[Attribute]) -> Result<FieldArguments, Error> {
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
                _ => {
                    return Err(meta.error(
                        "a property takes hidden, read_only, required, fixed, filter, sort, operations and collection",
                    ));
                }
            }
            Ok(())
        })?;
    }
    Ok(arguments)
}

fn optional(literal: Option<LitStr>) -> Tokens {
    literal.map_or_else(|| quote!(None), |literal| quote!(Some(#literal)))
}

/// The doc comment, with its lines joined; paragraphs stay apart.
fn description(attributes: &[Attribute], what: &syn::Ident) -> Result<String, Error> {
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

fn camel_case(name: &str) -> String {
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
