//! `#[derive(Class)]`.

use proc_macro2::{Group, Ident, TokenStream as Tokens, TokenTree};
use quote::{ToTokens as _, format_ident, quote};
use syn::ext::IdentExt as _;
use syn::{DeriveInput, Error, Expr, ExprLit, Field, FieldsNamed, Lit};

use crate::arguments::{
    FieldArguments, camel_case, carries_nothing, class_arguments, description, field_arguments, fields, is_link,
    optional,
};

pub(crate) fn expand(input: &DeriveInput) -> Result<Tokens, Error> {
    let fields = fields(input)?;
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
    let progress = class.progress.map_or_else(|| quote!(None), |progress| quote!(Some(#progress)));
    let tree = class.tree.map_or_else(|| quote!(None), |tree| quote!(Some(#tree)));
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
    let (public, json_query) = (class.public, class.json_query);

    let mut properties = Vec::new();
    let mut writes = Vec::new();
    let mut input_fields = Vec::new();
    let mut takes = Vec::new();
    let mut errors: Option<Error> = None;
    let (mut free_text, mut logged) = (false, false);
    for field in &fields.named {
        match property(field, &operations) {
            Ok(None) => {}
            Ok(Some(property)) => {
                logged |= property.log;
                free_text |= property.search;
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
    let contents = contents(input, fields);
    Ok(quote! {
        #[doc = #input_doc]
        #[derive(Debug, Clone, Default)]
        #visibility struct #input_name { #(#input_fields),* }

        impl ::hydra::Input for #input_name {
            fn take(_members: &mut ::hydra::BodyMembers) -> Self {
                Self { #(#takes),* }
            }
        }

        #contents

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
                logged: #logged,
                sub_class_of: #sub_class_of,
                parameters: #parameters,
                progress: #progress,
                tree: #tree,
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

/// The fields that carry data, as a type of their own: what follows from the key of a resource need not be written where one
/// is made.
fn contents(input: &DeriveInput, fields: &FieldsNamed) -> Tokens {
    let (name, visibility) = (&input.ident, &input.vis);
    let contents = format_ident!("{name}Fields");
    let doc = format!("What a [`{name}`] has beside what follows from its key.");
    let (empty, full): (Vec<_>, Vec<_>) = fields.named.iter().partition(|field| carries_nothing(&field.ty));
    let empty = empty.iter().map(|field| &field.ident);
    let (full_names, again) = (full.iter().map(|field| &field.ident), full.iter().map(|field| &field.ident));
    let declared = full.iter().map(|field| {
        let (ident, ty) = (&field.ident, named(field.ty.to_token_stream(), name));
        let doc = format!("As in [`{name}`].");
        quote!(#[doc = #doc] pub #ident: #ty)
    });
    quote! {
        #[doc = #doc]
        #[derive(Debug, Clone)]
        #visibility struct #contents { #(#declared),* }

        impl From<#contents> for #name {
            fn from(_fields: #contents) -> Self {
                Self { #(#empty: Default::default(),)* #(#full_names: _fields.#again),* }
            }
        }
    }
}

/// An example in the table: a text, several texts, a number or a truth.
fn sample(example: Option<&Expr>) -> Result<Tokens, Error> {
    let Some(example) = example else { return Ok(quote!(None)) };
    let kind = match example {
        Expr::Array(_) => quote!(Texts(&#example)),
        Expr::Lit(ExprLit { lit: Lit::Str(_), .. }) => quote!(Text(#example)),
        Expr::Lit(ExprLit { lit: Lit::Bool(_), .. }) => quote!(Flag(#example)),
        Expr::Lit(ExprLit { lit: Lit::Int(_), .. }) | Expr::Unary(_) => quote!(Whole(#example)),
        _ => return Err(Error::new_spanned(example, "an example is a text, several, a whole number, true or false")),
    };
    Ok(quote!(Some(::hydra::Sample::#kind)))
}

/// A type in which the class is called by its name.
fn named(ty: Tokens, class: &Ident) -> Tokens {
    let trees = ty.into_iter().map(|tree| match tree {
        TokenTree::Ident(ident) if ident == "Self" => TokenTree::Ident(class.clone()),
        TokenTree::Group(group) => Group::new(group.delimiter(), named(group.stream(), class)).into(),
        tree => tree,
    });
    trees.collect()
}

struct Property {
    search: bool,
    log: bool,
    table: Tokens,
    write: Tokens,
    input: Option<Tokens>,
    take: Option<Tokens>,
}

/// What a field gives the table; none where it is hidden.
fn property(field: &Field, of_class: &Tokens) -> Result<Option<Property>, Error> {
    let ident = field.ident.as_ref().expect("fields are named");
    let arguments = field_arguments(&field.attrs)?;
    if arguments.hidden {
        return Ok(None);
    }
    let description = description(&field.attrs, ident)?;
    let name = camel_case(&ident.unraw().to_string());
    let ty = &field.ty;
    let FieldArguments {
        operations,
        collection,
        read_only,
        required,
        fixed,
        filter,
        sort,
        search,
        unique,
        exact,
        once,
        derived,
        log,
        depiction,
        zoom,
        news,
        parts,
        alert,
        group,
        example,
        ..
    } = arguments;
    let writable = !read_only && !is_link(ty);
    let kind = if log {
        // Whoever may look at a resource may look at what has happened to it.
        quote! {
            match <#ty as ::hydra::Field>::KIND {
                ::hydra::PropertyKind::Many(link) => ::hydra::PropertyKind::Many(::hydra::LinkDef {
                    operations: Some(&[::hydra::operation::list_like_look(&#of_class)]), ..link
                }),
                _ => panic!("only a link to a collection can be a log"),
            }
        }
    } else if operations.is_some() || collection.is_some() {
        let operations = operations.map_or_else(|| quote!(None), |list| quote!(Some(&#list)));
        let collection = optional(collection);
        quote! {
            match <#ty as ::hydra::Field>::KIND {
                ::hydra::PropertyKind::Many(link) => ::hydra::PropertyKind::Many(::hydra::LinkDef {
                    collection: #collection, operations: #operations, ..link
                }),
                ::hydra::PropertyKind::One(link) => ::hydra::PropertyKind::One(::hydra::LinkDef {
                    operations: #operations, ..link
                }),
                ::hydra::PropertyKind::Value(..) => panic!("only a link has operations"),
            }
        }
    } else {
        quote!(<#ty as ::hydra::Field>::KIND)
    };
    let example = sample(example.as_ref())?;
    let text = |text: Option<syn::LitStr>| text.map_or_else(|| quote!(None), |text| quote!(Some(#text)));
    let (alert, group) = (text(alert), text(group));
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
            search: #search,
            unique: #unique,
            exact: #exact,
            once: #once,
            derived: #derived,
            depiction: #depiction,
            zoom: #zoom,
            news: #news,
            parts: #parts,
            alert: #alert,
            group: #group,
            example: #example,
        }
    };
    let visibility = &field.vis;
    let doc = format!("`{name}`");
    Ok(Some(Property {
        search,
        log,
        table,
        write: match once || derived {
            true => quote! {
                if !_node.is_for_log() {
                    ::hydra::Field::write(&self.#ident, #name, _node)?;
                }
            },
            false => quote!(::hydra::Field::write(&self.#ident, #name, _node)?;),
        },
        input: writable
            .then(|| quote!(#[doc = #doc] #visibility #ident: ::hydra::Given<<#ty as ::hydra::Field>::Given>)),
        take: writable.then(|| quote!(#ident: _members.take(#name))),
    }))
}
