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
        // One hash may be of what is prepared, and one that was there before of what was sent.
        let mut forms: Vec<String> = precis::opaque(given).into_iter().chain([given.to_owned()]).collect();
        forms.dedup();
        let verify = move || {
            let text = kept.as_deref().unwrap_or(NOBODY);
            PasswordHash::new(text).is_ok_and(|hash| {
                forms.iter().any(|form| Argon2::default().verify_password(form.as_bytes(), &hash).is_ok())
            })
        };
        self.cores.run(verify).await
    }

    fn count(&self, whose: Whose<'_>) -> Result<()> {
        if self.attempts.len() > REMEMBERED {
            self.attempts.retain_recent();
        }
        let tried = match whose {
            Whose::Account(number) => Tried::Account(number),
            Whose::Nobody(name) => Tried::Name(precis::address(name)),
        };
        self.attempts
            .check_key(&tried)
            .map_err(|until| Error::TooMany(until.wait_time_from(DefaultClock::default().now()).as_secs() + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::System;

    #[tokio::test]
    async fn a_hash_of_what_was_sent_goes_on_working() {
        let (passwords, world) = (Passwords::new(1), World::new(System));
        let (composed, decomposed) = ("Çömlek-ñandú", "C\u{327}o\u{308}mlek-n\u{303}andu\u{301}");
        let before = Argon2::default().hash_password_with_salt(decomposed.as_bytes(), &world.bytes::<16>()).unwrap();
        let now = passwords.hash(&world, &hydra::Value::parse(&decomposed.into()).unwrap()).await.unwrap();
        for (hash, given, is_right) in [
            (before.to_string(), decomposed, true),
            (now.clone(), decomposed, true),
            (now.clone(), composed, true),
            (now, "Comlek-nandu", false),
        ] {
            let proven = passwords.proves(Whose::Account(1), given, Some(hash)).await.unwrap();
            assert_eq!(proven, is_right, "{given}");
        }
    }

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
