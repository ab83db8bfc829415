//! Who there is before the many come: a customer with somebody who administers all below it, and one that signs requests.

use std::path::Path;

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use resource::{System, Vault, World};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::requests::{Headers, answer, request};
use crate::database::{Database, on};
use crate::http::Connection;
use crate::process;
use crate::rows::{KEY, SECRET};

/// The customer that all others lie below.
pub const PROVIDER: i64 = 2;
/// The customer that signs requests.
pub const SIGNER: i64 = 3;
/// Their names and display names, in the order in which they are made.
const CUSTOMERS: [(&str, &str); 2] =
    [("northern-light", "Northern Light Services"), ("harbour-archive", "Harbour Archive")];
/// The sign-in name of who administers.
pub const OPERATOR: &str = "operator";
/// What [`SIGNER`] signs with.
pub const SIGNING_KEY: &str = "signed-for-the-benchmark-and-for-nothing-else";
const PASSWORD: &str = "of the benchmark, and nothing else";

/// Those who ask.
#[derive(Debug)]
pub struct People {
    /// A key of the operator's, as the Argus face takes it.
    pub key: String,
    /// A session of the operator's.
    pub token: String,
    /// The identity of [`PROVIDER`].
    pub provider: Uuid,
    /// The identity of [`SIGNER`].
    pub signer: Uuid,
}

/// Makes them, with Portico's own command line and through its own faces.
///
/// # Errors
/// Portico does not answer as it should.
pub async fn make(
    program: &Path,
    environment: &[(&'static str, String)],
    connection: &mut Connection,
    database: &Database,
    vault: &Vault,
) -> Result<People> {
    for ((name, display_name), number) in CUSTOMERS.into_iter().zip([PROVIDER, SIGNER]) {
        let arguments = ["customer", "create", "--json", "--name", name, "--display-name", display_name];
        let made: Json = serde_json::from_str(&process::run(program, &arguments, environment)?)?;
        if made["customer"] != number {
            bail!("customer {number} was expected: {made}");
        }
    }
    let administrator: Headers = vec![
        ("Authorization", format!("Basic {}", STANDARD.encode(format!("{KEY}:{SECRET}")))),
        ("Content-Type", "application/ld+json".into()),
        ("Accept", "application/ld+json".into()),
    ];
    let operator = json!({"email": "operator@northern-light.example", "uid": OPERATOR, "password": PASSWORD});
    let users = format!("/customers/{PROVIDER}/portalUsers");
    answer(connection, &request("POST", &users, &administrator, &operator.to_string()), 201).await?;
    let arguments = ["key", "create", "--json", "--user", OPERATOR];
    let key: Json = serde_json::from_str(&process::run(program, &arguments, environment)?)?;
    let form: Headers = vec![("Content-Type", "application/x-www-form-urlencoded".into())];
    let credentials = format!("grant_type=password&username={OPERATOR}&password={}", PASSWORD.replace(' ', "+"));
    let session = answer(connection, &request("POST", "/oauth/token", &form, &credentials), 200).await?;
    let sealed = vault.seal(&World::new(System), SIGNING_KEY)?;
    on!(database, writes, pool => {
        let insert = "INSERT INTO customer_api_key (customer_id, sealed, created_at) VALUES ($1, $2, 1)";
        sqlx::query(insert).bind(SIGNER).bind(sealed).execute(pool).await?;
    });
    let identity = async |number: i64| {
        let sql = "SELECT uuid FROM customer WHERE id = $1";
        let uuid: Uuid = on!(database, reads, pool => sqlx::query_scalar(sql).bind(number).fetch_one(pool).await?);
        anyhow::Ok(uuid)
    };
    Ok(People {
        key: text(&key, "apiKey")?,
        token: text(&session, "access_token")?,
        provider: identity(PROVIDER).await?,
        signer: identity(SIGNER).await?,
    })
}

fn text(document: &Json, name: &str) -> Result<String> {
    document[name].as_str().map(str::to_owned).with_context(|| format!("there is no {name} in {document}"))
}
