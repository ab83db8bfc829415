//! `#[derive(Keep)]`.

use proc_macro2::TokenStream as Tokens;
use quote::quote;
use syn::ext::IdentExt as _;
use syn::{DeriveInput, Error};

use crate::arguments::{camel_case, carries_nothing, field_arguments, fields, is_link};

pub(crate) fn expand(input: &DeriveInput) -> Result<Tokens, Error> {
    let name = &input.ident;
    let (mut columns, mut loads, mut stores, mut changes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut index = 0_usize;
    for field in &fields(input)?.named {
        let ident = field.ident.as_ref().expect("fields are named");
        let arguments = field_arguments(&field.attrs)?;
        let ty = &field.ty;
        let property = camel_case(&ident.unraw().to_string());
        let place = index;
        index += usize::from(!arguments.hidden);
        if arguments.hidden || is_link(ty) || carries_nothing(ty) {
            loads.push(quote!(#ident: Default::default()));
            changes.push(quote!(#ident: _kept.map(|kept| kept.#ident.clone()).unwrap_or_default()));
            continue;
        }
        let column = ident.unraw().to_string();
        columns.push(quote! {
            ::hydra::ColumnDef {
                field: #column,
                property: &<Self as ::hydra::Class>::CLASS.properties[#place],
                kind: <#ty as ::hydra::KeptField>::KIND,
                nullable: <#ty as ::hydra::KeptField>::NULLABLE,
            }
        });
        loads.push(quote!(#ident: ::hydra::KeptField::load(_cells, _customer)?));
        if arguments.read_only {
            changes.push(quote!(#ident: _kept.map(|kept| kept.#ident.clone()).unwrap_or_default()));
            continue;
        }
        stores.push(quote!(::hydra::KeptField::store(&self.#ident)));
        let default = match (arguments.required, arguments.default) {
            (true, _) => quote!(None),
            (false, Some(default)) => quote!(Some(#default)),
            (false, None) => quote!(Some(Default::default())),
        };
        changes.push(quote! {
            #ident: ::hydra::KeptField::settle(_input.#ident, _kept.map(|kept| &kept.#ident), || #default)
                .ok_or_else(|| ::hydra::Violation::new(#property, "is required"))?
        });
    }
    Ok(quote! {
        impl ::hydra::Keep for #name {
            const COLUMNS: &'static [::hydra::ColumnDef] = &[#(#columns),*];

            fn load<S: ::hydra::Cells>(_cells: &mut S, _customer: i64) -> Result<Self, S::Error> {
                Ok(Self { #(#loads),* })
            }

            fn store(&self) -> Vec<::hydra::Cell> {
                vec![#(#stores),*]
            }

            fn change(_kept: Option<&Self>, _input: Self::Input) -> Result<Self, ::hydra::Violation> {
                Ok(Self { #(#changes),* })
            }
        }
    })
}
