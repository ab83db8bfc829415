//! As whom the log of changes knows an actor.

use hydra::{Class as _, expand};
use store::changes::By;
use vocab::value::{KeyId, PortalUserId};
use vocab::{CustomerKey, KeyKey, PortalUserKey, SystemUserKey};

use crate::{Actor, Used};

impl Actor {
    /// As whom the log knows them.
    pub(super) fn by(&self) -> By {
        let name = self.name.clone();
        let user = self.user.map(|user| match self.home {
            Some(customer) => {
                let key = PortalUserKey { customer, portal_user: PortalUserId(user.uuid) };
                expand(vocab::PortalUser::CLASS.path, &key)
            }
            None => expand(vocab::SystemUser::CLASS.path, &SystemUserKey { system_user: PortalUserId(user.uuid) }),
        });
        let key = || match (self.used, self.home) {
            (Some(Used::Key(key)), Some(customer)) => {
                Some(expand(vocab::Key::CLASS.path, &KeyKey { customer, key: KeyId(key) }))
            }
            (Some(Used::Signature(..)), Some(customer)) => {
                Some(expand(vocab::ApiKey::CLASS.path, &CustomerKey { customer }))
            }
            _ => None,
        };
        let kind = match (&user, &self.issuer, self.used) {
            (Some(_), ..) => "user",
            (None, Some(_), _) => "issuer",
            (None, None, Some(_)) => "key",
            (None, None, None) => "operator",
        };
        By { kind, actor: user.or_else(key), name }
    }
}
