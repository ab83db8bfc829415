//! What criteria mean: one condition, whatever is in them.

use store::Condition;
use vocab::value::Lifecycle;

use super::resolve::Resolved;

/// What is looked for although it does not take part any more.
#[derive(Debug, Clone, Copy, Default)]
struct Lifted {
    disabled: bool,
    deleted: bool,
    /// Whatever that is: a part that customers have to meet, or must not, is about no others than those that are found.
    everything: bool,
}

/// The condition that criteria are.
pub(super) fn compile(criteria: &Resolved) -> Condition {
    matching(criteria, Lifted::default())
}

fn matching(criteria: &Resolved, lifted: Lifted) -> Condition {
    let lifted = Lifted {
        disabled: lifted.disabled || criteria.include_deleted || criteria.names_disabled,
        deleted: lifted.deleted || criteria.include_deleted,
        ..lifted
    };
    let bare = Lifted { everything: true, ..lifted };
    let mut all = vec![head(criteria, lifted)];
    for part in &criteria.sub {
        // What is to be left out is left out, also where it is said to be required.
        if part.exclude {
            all.push(Condition::Not(Box::new(matching(part, bare))));
        } else if part.required {
            all.push(matching(part, bare));
        }
    }
    Condition::All(all)
}

/// How plain parts go together with what their criteria ask themselves: a customer meets either the one or the other.
///
/// The sources say "logical OR" and do not say of what; this is the only place that knows.
fn head(criteria: &Resolved, lifted: Lifted) -> Condition {
    let plain: Vec<_> = criteria.sub.iter().filter(|part| part.is_plain()).map(|part| matching(part, lifted)).collect();
    let mut own = criteria.own.clone();
    let asks_nothing = own.is_empty();
    own.extend(alive(lifted));
    match (asks_nothing, plain.is_empty()) {
        (_, true) => Condition::All(own),
        (true, false) => Condition::Any(plain),
        (false, false) => Condition::Any(std::iter::once(Condition::All(own)).chain(plain).collect()),
    }
}

fn alive(lifted: Lifted) -> Vec<Condition> {
    let not = |lifecycle: Lifecycle| Condition::Not(Box::new(Condition::Lifecycle(lifecycle.as_str())));
    let mut alive = Vec::new();
    if !lifted.everything && !lifted.disabled {
        alive.push(not(Lifecycle::Disabled));
    }
    if !lifted.everything && !lifted.deleted {
        alive.push(not(Lifecycle::Deleted));
    }
    alive
}
