//! How what a body lists is read.

use std::marker::PhantomData;

use hydra::body::Body;
use hydra::{Class, ClassDef, Identifier, Listed, Purpose};

use super::erased::{AnyInput, ListReading, ReadInput};
use crate::{New, Several};

/// A list of so many of a class at the most.
pub struct ListOf<C> {
    most: usize,
    class: PhantomData<fn() -> C>,
}

impl<C> ListOf<C> {
    /// A list of at most so many.
    pub const fn up_to(most: usize) -> Self {
        Self { most, class: PhantomData }
    }
}

impl<C: Class> ListReading for ListOf<C> {
    fn member(&self) -> &'static ClassDef {
        C::CLASS
    }

    fn none(&self) -> AnyInput {
        Box::new(Several::<C> { members: Vec::new(), violations: Vec::new() })
    }

    fn one(&self, body: Body, strict: bool) -> ReadInput {
        let members = vec![New::<C> { id: None, input: hydra::read::<C>(body, Purpose::Create, strict)? }];
        Ok(Box::new(Several { members, violations: Vec::new() }))
    }

    fn several(&self, base: &str, bodies: Vec<Body>, least: usize, strict: bool) -> ReadInput {
        let Listed { members, violations } = hydra::read_members::<C>(bodies, least..=self.most, strict)?;
        let mut several = Several { members: Vec::with_capacity(members.len()), violations };
        for (id, input) in members {
            several.members.push(New::<C> { id: id.map(|iri| Identifier::new(base, iri)), input });
        }
        Ok(Box::new(several))
    }
}
