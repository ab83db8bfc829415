//! Which customers an actor sees, for whatever asks for many.

use store::Visible;

use crate::Cx;
use crate::number::Named;

/// The customers that the actor sees.
pub(crate) fn visible(cx: &Cx<'_>) -> Visible {
    match cx.actor.sees_all() {
        true => Visible::All,
        false => Visible::Below(cx.actor.roots().map(Named::number).collect()),
    }
}
