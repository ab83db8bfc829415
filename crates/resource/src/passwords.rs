//! Passwords: hashed slowly, few at a time, and tried a few times a minute.

use std::num::NonZeroU32;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use vocab::value::Password;

use crate::cores::Cores;
use crate::{Error, Result, World};

/// How often the password of an account may be tried a minute.
const A_MINUTE: NonZeroU32 = NonZeroU32::new(10).expect("ten is not zero");
/// How many accounts and names are remembered before those that have not been tried for a while are forgotten.
const REMEMBERED: usize = 10_000;

/// Hashes passwords with Argon2id and counts who tries one. Each hash takes 19 MiB and some milliseconds of a core, so there
/// are few at a time.
#[derive(Debug)]
pub struct Passwords {
    cores: Cores,
    attempts: DefaultKeyedRateLimiter<Tried>,
}

/// Whose password is tried.
#[derive(Debug, Clone, Copy)]
pub enum Whose<'a> {
    /// That of the portal user with this number.
    Account(i64),
    /// That of a name which nobody here has.
    Nobody(&'a str),
}

/// What attempts are counted by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Tried {
    Account(i64),
    Name(String),
}

impl Passwords {
    /// A hasher that uses at the most so many cores.
    pub fn new(cores: usize) -> Self {
        Self { cores: Cores::new(cores), attempts: RateLimiter::keyed(Quota::per_minute(A_MINUTE)) }
    }

    /// The hash of a password, in the PHC format.
    pub async fn hash(&self, world: &World, password: &Password) -> Result<String> {
        let (password, salt): (_, [u8; 16]) = (password.clone(), world.bytes());
        self.cores
            .run(move || {
                let hash = Argon2::default().hash_password_with_salt(password.reveal().as_bytes(), &salt);
                hash.map(|hash| hash.to_string())
                    .map_err(|error| Error::Internal(format!("hashing a password: {error}")))
            })
            .await?
    }

    /// Whether somebody proves by a password that they are who they say. Without a hash nobody does, and time passes all the
    /// same. There is no other way to try a password, so that guesses are counted wherever they are made.
    ///
    /// # Errors
    /// [`Error::TooMany`] if it has been tried too often, rightly or wrongly.
    pub async fn proves(&self, whose: Whose<'_>, given: &str, kept: Option<String>) -> Result<bool> {
        // The hash of no password: 32 bytes that no input is known to give.
        const NOBODY: &str =
            "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        self.count(whose)?;
        let given = given.to_owned();
        self.cores
            .run(move || {
                let text = kept.as_deref().unwrap_or(NOBODY);
                PasswordHash::new(text)
                    .is_ok_and(|hash| Argon2::default().verify_password(given.as_bytes(), &hash).is_ok())
            })
            .await
    }

    fn count(&self, whose: Whose<'_>) -> Result<()> {
        if self.attempts.len() > REMEMBERED {
            self.attempts.retain_recent();
        }
        let tried = match whose {
            Whose::Account(number) => Tried::Account(number),
            Whose::Nobody(name) => Tried::Name(name.to_lowercase()),
        };
        self.attempts
            .check_key(&tried)
            .map_err(|until| Error::TooMany(until.wait_time_from(DefaultClock::default().now()).as_secs() + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_attempt_counts_by_whose_password_it_is() {
        let passwords = Passwords::new(1);
        for _ in 0..A_MINUTE.get() {
            assert!(!passwords.proves(Whose::Account(1), "a guess", None).await.unwrap());
            assert!(!passwords.proves(Whose::Nobody("Name"), "a guess", None).await.unwrap());
        }
        for whose in [Whose::Account(1), Whose::Nobody("Name"), Whose::Nobody("NAME")] {
            assert!(matches!(passwords.proves(whose, "a guess", None).await, Err(Error::TooMany(_))), "{whose:?}");
        }
        assert!(!passwords.proves(Whose::Account(2), "a guess", None).await.unwrap());
    }
}
