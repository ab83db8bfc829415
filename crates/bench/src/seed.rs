//! What is in the database: a customer with ten thousand portal users, always the same, and one that POSTs go to.

use anyhow::Result;
use uuid::Uuid;

use crate::database::{Database, on};

/// The customer that is read.
pub const CUSTOMER: i64 = 2;
/// The customer that is written to, so that what is read stays as it is.
pub const WRITTEN: i64 = 3;
/// Name and display name of both, in the order in which they are made.
pub const CUSTOMERS: [(&str, &str); 2] =
    [("riverside-museum", "Riverside Museum of Photography"), ("harbour-archive", "Harbour Archive")];
/// Portal users of [`CUSTOMER`].
pub const USERS: u64 = 10_000;

/// 2023-01-02T08:00:00Z, in microseconds.
pub const BEGINNING: i64 = 1_672_646_400_000_000;

/// Numbers that look random and are the same in every run (splitmix64).
#[derive(Debug)]
pub struct Numbers(u64);

impl Numbers {
    /// Numbers that begin from this one.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// One that is less than `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// One of these.
    pub fn one_of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        let index = self.below(all.len() as u64);
        all[usize::try_from(index).unwrap_or(0)]
    }

    /// An identity.
    pub fn uuid(&mut self) -> Uuid {
        let (high, low) = (self.next(), self.next());
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&high.to_be_bytes());
        bytes[8..].copy_from_slice(&low.to_be_bytes());
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }
}

const GIVEN: &[&str] = &[
    "amara", "bela", "chidi", "dagny", "elif", "farah", "goran", "hanna", "idris", "jun", "katya", "leila", "mateo",
    "nadia", "oscar", "priya", "quentin", "rosa", "sven", "tomas", "ulla", "vera", "wen", "yusuf", "zofia",
];
const FAMILY: &[&str] = &[
    "adeyemi",
    "bergman",
    "castellanos",
    "delacroix",
    "eriksen",
    "fujimoto",
    "gallagher",
    "hoffmann",
    "ivanova",
    "jankowski",
    "kaplan",
    "lindqvist",
    "moreau",
    "nakamura",
    "okafor",
    "petrov",
    "rahman",
    "santos",
    "thompson",
    "ueda",
    "vasquez",
    "whitfield",
    "yilmaz",
    "zimmermann",
];
const HOUSES: &[&str] =
    &["riverside-museum.example", "archive.riverside-museum.example", "friends-of-riverside.example"];

/// Writes the portal users, into a database that has the customers; their identities, in order.
///
/// # Errors
/// The database refused a row.
pub async fn seed(database: &Database) -> Result<Vec<Uuid>> {
    let mut numbers = Numbers::new(2026);
    let mut users = Vec::new();
    on!(database, writes, pool => {
        let mut transaction = pool.begin().await?;
        for number in 0..USERS {
            let (given, family) = (numbers.one_of(GIVEN), numbers.one_of(FAMILY));
            let email = format!("{given}.{family}.{number}@{}", numbers.one_of(HOUSES));
            let uid = (numbers.below(5) < 4).then(|| format!("{}-{number}", &family[..4]));
            let mobile = (numbers.below(5) < 3).then(|| format!("+4420794{:05}", numbers.below(100_000)));
            let created = BEGINNING + i64::try_from(number)? * 9_000_000_000 + i64::try_from(numbers.below(1_000_000))?;
            let uuid = numbers.uuid();
            let row = sqlx::query(
                "INSERT INTO portal_user (uuid, customer_id, email, email_key, uid, uid_key, mobile, enabled, \
                 created_at, updated_at) VALUES ($1, $2, $3, $3, $4, $4, $5, $6, $7, $7)",
            );
            row.bind(uuid).bind(CUSTOMER).bind(email).bind(uid).bind(mobile).bind(numbers.below(20) > 0).bind(created)
                .execute(&mut *transaction).await?;
            users.push(uuid);
        }
        transaction.commit().await?;
    });
    settle(database).await?;
    Ok(users)
}

/// Leaves the database as one that has been in use for a while.
pub async fn settle(database: &Database) -> Result<()> {
    match database {
        Database::Sqlite { write, .. } => {
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(write).await?;
        }
        Database::Postgres(pool) => {
            sqlx::query("VACUUM ANALYZE").execute(pool).await?;
        }
    }
    Ok(())
}
