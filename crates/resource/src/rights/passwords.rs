//! Passwords: hashed slowly, few at a time, and tried a few times a minute.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};

use argon2::password_hash::PasswordHasher;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use governor::clock::{Clock, DefaultClock, QuantaInstant};
use governor::{DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter};
use store::UserNumber;
use subtle::ConstantTimeEq;
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
    memory: Arc<Memory>,
    attempts: DefaultKeyedRateLimiter<Tried>,
    /// Whoever tries many names from one place is counted by that.
    places: Option<DefaultKeyedRateLimiter<IpAddr>>,
}

/// Whose password is tried.
#[derive(Debug, Clone, Copy)]
pub enum WhosePassword<'a> {
    /// That of the portal user with this number.
    Account(UserNumber),
    /// That of a name which nobody here has.
    Nobody(&'a str),
}

/// What attempts are counted by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Tried {
    Account(UserNumber),
    Name(String),
}

/// What passwords are tried in. It is handed from one to the next: what an allocator is given back it keeps for a while, and
/// many attempts that follow each other closely would take as much as many at once.
#[derive(Default)]
struct Memory(Mutex<Vec<Vec<Block>>>);

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Memory")
    }
}

impl Memory {
    /// Whether a hash is that of a password; none where it is no hash of a kind that is known.
    fn is_hash_of(&self, hash: &PasswordHash, password: &[u8]) -> Option<bool> {
        let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
        let version = hash.version.map_or(Some(Version::default()), |version| Version::try_from(version).ok())?;
        let argon = Argon2::new(algorithm, version, Params::try_from(hash).ok()?);
        let (salt, expected) = (hash.salt.as_ref()?, hash.hash.as_ref()?.as_bytes());
        let mut made = vec![0; expected.len()];
        let mut blocks = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        blocks.resize(argon.params().block_count(), Block::new());
        let done = argon.hash_password_into_with_memory(password, salt, &mut made, blocks.as_mut_slice());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(blocks);
        done.ok().map(|()| made.ct_eq(expected).into())
    }
}

impl Passwords {
    /// A hasher that uses at the most so many cores.
    pub fn new(cores: usize) -> Self {
        Self {
            cores: Cores::new(cores),
            memory: Arc::default(),
            attempts: RateLimiter::keyed(Quota::per_minute(A_MINUTE)),
            places: None,
        }
    }

    /// The same where so many may be tried a minute from one place.
    #[must_use]
    pub fn limited_by_place(self, a_minute: Option<NonZeroU32>) -> Self {
        Self { places: a_minute.map(|a_minute| RateLimiter::keyed(Quota::per_minute(a_minute))), ..self }
    }

    /// Counts that somebody signs in from a place. Of IPv6 that is a network of 64 bits, which one household has all of.
    ///
    /// # Errors
    /// [`Error::TooMany`] if it was done too often.
    pub fn count_place(&self, place: IpAddr) -> Result<()> {
        let Some(places) = &self.places else { return Ok(()) };
        let place = match place {
            IpAddr::V4(_) => place,
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        };
        if places.len() > REMEMBERED {
            places.retain_recent();
        }
        places.check_key(&place).map_err(too_many)
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
    pub async fn proves(&self, whose: WhosePassword<'_>, given: &str, kept: Option<String>) -> Result<bool> {
        // The hash of no password: 32 bytes that no input is known to give.
        const NOBODY: &str =
            "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        self.count(whose)?;
        // One hash may be of what is prepared, and one that was there before of what was sent.
        let mut forms: Vec<String> = precis::opaque(given).into_iter().chain([given.to_owned()]).collect();
        forms.dedup();
        let memory = Arc::clone(&self.memory);
        let verify = move || {
            let text = kept.as_deref().unwrap_or(NOBODY);
            PasswordHash::new(text).is_ok_and(|hash| {
                forms.iter().any(|form| memory.is_hash_of(&hash, form.as_bytes()).is_some_and(|is_right| is_right))
            })
        };
        self.cores.run(verify).await
    }

    fn count(&self, whose: WhosePassword<'_>) -> Result<()> {
        if self.attempts.len() > REMEMBERED {
            self.attempts.retain_recent();
        }
        let tried = match whose {
            WhosePassword::Account(number) => Tried::Account(number),
            WhosePassword::Nobody(name) => Tried::Name(precis::address(name)),
        };
        self.attempts.check_key(&tried).map_err(too_many)
    }
}

fn too_many(until: NotUntil<QuantaInstant>) -> Error {
    Error::TooMany(until.wait_time_from(DefaultClock::default().now()).as_secs() + 1)
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
            let proven = passwords.proves(WhosePassword::Account(UserNumber::new(1)), given, Some(hash)).await.unwrap();
            assert_eq!(proven, is_right, "{given}");
        }
    }

    #[test]
    fn who_tries_many_names_limited_by_place_is_counted_by_that() {
        let passwords = Passwords::new(1).limited_by_place(NonZeroU32::new(3));
        let place = |text: &str| text.parse().expect("an address");
        for _ in 0..3 {
            passwords.count_place(place("192.0.2.1")).expect("it is one of three");
            passwords.count_place(place("2001:db8::1")).expect("it is one of three");
        }
        for again in ["192.0.2.1", "2001:db8::1", "2001:db8::ffff:1"] {
            assert!(matches!(passwords.count_place(place(again)), Err(Error::TooMany(_))), "{again}");
        }
        for other in ["192.0.2.2", "2001:db8:0:1::1"] {
            passwords.count_place(place(other)).expect("it is another place");
        }
    }

    #[tokio::test]
    async fn every_attempt_counts_by_whose_password_it_is() {
        let passwords = Passwords::new(1);
        for _ in 0..A_MINUTE.get() {
            assert!(!passwords.proves(WhosePassword::Account(UserNumber::new(1)), "a guess", None).await.unwrap());
            assert!(!passwords.proves(WhosePassword::Nobody("Name"), "a guess", None).await.unwrap());
        }
        for whose in
            [WhosePassword::Account(UserNumber::new(1)), WhosePassword::Nobody("Name"), WhosePassword::Nobody("NAME")]
        {
            assert!(matches!(passwords.proves(whose, "a guess", None).await, Err(Error::TooMany(_))), "{whose:?}");
        }
        assert!(!passwords.proves(WhosePassword::Account(UserNumber::new(2)), "a guess", None).await.unwrap());
    }
}
