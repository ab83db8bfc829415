//! `#[derive(Class)]`: a struct becomes a constant table, an input type, and a type of what it has beside its links.
//! `#[derive(Keep)]`: it becomes three functions that visit its fields. Neither emits anything else.
//!
//! On the struct, `#[hydra(...)]` takes `path`, `key`, `label`, `operations`, `collection`, `public`, `json_query`,
//! `sub_class_of`, `closed`, `offers`, `parameters`, `progress` and `tree`; on a field `hidden`, `read_only`, `required`, `fixed`, `filter`, `sort`,
//! `search`, `unique`, `exact`, `once`, `derived`, `log`, `depiction`, `zoom`, `news`, `parts`, `alert`, `group`, `default`, `example`, `operations` and `collection`. A missing doc comment is an error,
//! because it is the public description.

mod arguments;
mod class;
mod keep;

use proc_macro::TokenStream;
use syn::{DeriveInput, Error, parse_macro_input};

/// Derives `hydra::Class`.
#[proc_macro_derive(Class, attributes(hydra))]
pub fn derive_class(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    class::expand(&input).unwrap_or_else(Error::into_compile_error).into()
}

/// Derives `hydra::Keep` for a class: each property that is no link is a column, but for those that are never shown.
#[proc_macro_derive(Keep, attributes(hydra))]
pub fn derive_keep(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    keep::expand(&input).unwrap_or_else(Error::into_compile_error).into()
}
