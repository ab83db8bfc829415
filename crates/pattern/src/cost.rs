//! What a pattern costs between two steps back.
//!
//! The engine counts how often it goes back, and stops at a limit. How far it goes forward in between it does not count: an
//! empty alternative repeated 1000 × 1000 × 1000 times, or a look ahead repeated within a look ahead, go on for hours
//! without one step back. So the way forward is bounded here, before a pattern is taken.

use fancy_regex::{Assertion, Expr};

/// The most steps forward, for a text of the greatest length, that are worth one step back.
pub(crate) const MOST: u64 = 50_000;

/// Whether matching takes time linear in the text whatever the pattern: the engine leaves those to one without steps back.
pub(crate) fn is_linear(expr: &Expr) -> bool {
    match expr {
        Expr::Empty | Expr::Any { .. } | Expr::Literal { .. } | Expr::Delegate { .. } => true,
        Expr::Assertion(assertion) => {
            matches!(assertion, Assertion::StartText | Assertion::EndText | Assertion::WordBoundary)
        }
        Expr::Concat(_) | Expr::Alt(_) | Expr::Group(_) | Expr::Repeat { .. } => expr.children_iter().all(is_linear),
        _ => false,
    }
}

/// Steps forward that the pattern can take in a text of this length without going back. `None` where it has a construct
/// that cannot be reckoned.
pub(crate) fn forward(expr: &Expr, length: u64) -> Option<u64> {
    Some(match expr {
        Expr::Empty
        | Expr::Any { .. }
        | Expr::Assertion(_)
        | Expr::GeneralNewline { .. }
        | Expr::Delegate { .. }
        | Expr::Backref { .. } => 1,
        Expr::Literal { val, .. } => val.len() as u64,
        Expr::Concat(_) | Expr::Alt(_) | Expr::Group(_) | Expr::AtomicGroup(_) | Expr::LookAround(..) => {
            let mut steps = 1_u64;
            for child in expr.children_iter() {
                steps = steps.saturating_add(forward(child, length)?);
            }
            steps
        }
        Expr::Repeat { child, hi, .. } => {
            // Repetitions that consume share one text between them, however deep they are nested. Looking around consumes
            // nothing, so that each round may go through the whole text again.
            let looks = matches!(**child, Expr::LookAround(..))
                || child.has_descendant(|descendant| matches!(descendant, Expr::LookAround(..)));
            let round = forward(child, if looks { length } else { 1 })?;
            let rounds = if *hi == usize::MAX { length } else { *hi as u64 };
            round.saturating_mul(rounds).saturating_add(length)
        }
        _ => return None,
    })
}
