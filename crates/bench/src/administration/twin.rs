//! The raw twin of the Cloudentity face: actix-web and plain sqlx, as one would write it by hand for these two documents
//! alone. It checks signatures, and knows neither entitlements nor who may see what.

use std::path::PathBuf;

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Path};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use anyhow::Result;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, Utc};
use hmac::{Hmac, KeyInit, Mac};
use resource::Vault;
use serde::Serialize;
use serde_json::value::RawValue;
use sha2::Sha256;
use sqlx::Row;
use uuid::Uuid;

use crate::database::{Database, on};

use super::signature;
use super::vault::vault;

/// What the twin is told.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The database
    #[arg(long)]
    database: String,
    /// What keys of customers are kept encrypted under
    #[arg(long)]
    server_key: PathBuf,
    /// Address to listen at
    #[arg(long)]
    bind: String,
}

struct Twin {
    database: Database,
    vault: Vault,
}

/// Why there is no document.
#[derive(Debug)]
enum Failure {
    /// The request is not signed by who it says.
    Unsigned,
    /// There is no such customer.
    Missing,
    /// Something is broken.
    Broken(String),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unsigned => f.write_str("not signed"),
            Self::Missing => f.write_str("no such customer"),
            Self::Broken(what) => f.write_str(what),
        }
    }
}

impl actix_web::ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Unsigned => StatusCode::UNAUTHORIZED,
            Self::Missing => StatusCode::NOT_FOUND,
            Self::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

fn broken(error: impl std::fmt::Display) -> Failure {
    Failure::Broken(error.to_string())
}

type Reply = Result<HttpResponse, Failure>;

/// Serves customers to those who sign, and entitlements to anybody.
///
/// # Errors
/// The database does not answer, or the address is taken.
pub async fn serve(options: Options) -> Result<()> {
    let database = Database::open(&options.database).await?;
    let twin = Data::new(Twin { database, vault: vault(&options.server_key)? });
    let server = HttpServer::new(move || {
        App::new()
            .app_data(Data::clone(&twin))
            .route("/health/live", web::get().to(HttpResponse::Ok))
            .route("/api/customer/{id}", web::get().to(customer))
            .route("/api/customer/{id}/entitlements", web::get().to(entitlements))
    });
    Ok(server.workers(1).bind(options.bind)?.run().await?)
}

fn json(document: &impl Serialize) -> Reply {
    Ok(HttpResponse::Ok().content_type("application/json").body(serde_json::to_vec(document).map_err(broken)?))
}

async fn customer(twin: Data<Twin>, id: Path<Uuid>, request: HttpRequest) -> Reply {
    verify(&twin, &request).await?;
    const SQL: &str = "SELECT cid, uuid, alias, name, eula_revision, lifecycle, mfa_method, allow_public_registration, \
        eula_automatic_approval, admin_emails, customer_domains, metadata, activated_at, created_at, created_by, \
        updated_at, updated_by, eula_approved_by, eula_approved_at, eula_approved, eula_required, \
        (SELECT string_agg(entitlement_name, ',') FROM customer_entitlement WHERE customer_id = id) \
        FROM customer WHERE uuid = $1 AND lifecycle <> 'deleted'";
    on!(&twin.database, reads, pool => {
        let row = sqlx::query(SQL).bind(*id).fetch_optional(pool).await.map_err(broken)?.ok_or(Failure::Missing)?;
        json(&Customer::read(&row).map_err(broken)?)
    })
}

async fn entitlements(twin: Data<Twin>, id: Path<Uuid>) -> Reply {
    const SQL: &str = "SELECT (SELECT string_agg(entitlement_name, ',') FROM customer_entitlement WHERE customer_id = id), \
        (SELECT string_agg(entitlement.name, ',') FROM entitlement WHERE entitlement.name IN (\
        SELECT entitlement_name FROM customer_entitlement WHERE customer_id = id UNION ALL \
        SELECT entitlement_name FROM customer_group JOIN entitlement_group_member \
        ON entitlement_group_member.group_name = customer_group.group_name WHERE customer_id = id)) \
        FROM customer WHERE uuid = $1 AND lifecycle <> 'deleted'";
    type Names = (Option<String>, Option<String>);
    let row: Option<Names> = on!(&twin.database, reads, pool => {
        sqlx::query_as(SQL).bind(*id).fetch_optional(pool).await.map_err(broken)?
    });
    let (own, complete) = row.ok_or(Failure::Missing)?;
    json(&Entitlements { entitlements: names(own.as_deref()), complete_entitlements: names(complete.as_deref()) })
}

/// Whether the request is one that a customer has signed, and not too long ago.
async fn verify(twin: &Twin, request: &HttpRequest) -> Result<(), Failure> {
    let header =
        |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).ok_or(Failure::Unsigned);
    let credentials = header("x-orchis-authorization")?.strip_prefix("orchis-hmac ").ok_or(Failure::Unsigned)?;
    let (name, signature) = credentials.split_once(':').ok_or(Failure::Unsigned)?;
    let customer = Uuid::try_parse(name).map_err(|_| Failure::Unsigned)?;
    let date = header("x-orchis-date")?;
    let sent = DateTime::parse_from_rfc2822(date).map_err(|_| Failure::Unsigned)?;
    #[expect(clippy::disallowed_methods, reason = "a plain server takes time where it finds it")]
    if (Utc::now() - sent.with_timezone(&Utc)).abs().num_seconds() > 900 {
        return Err(Failure::Unsigned);
    }
    let message = STANDARD.decode(header("x-orchis-request")?).map_err(|_| Failure::Unsigned)?;
    let signature = STANDARD.decode(signature).map_err(|_| Failure::Unsigned)?;
    const SQL: &str = "SELECT sealed FROM customer JOIN customer_api_key ON customer_id = id \
        WHERE uuid = $1 AND lifecycle = 'active'";
    let sealed: Option<Vec<u8>> = on!(&twin.database, reads, pool => {
        sqlx::query_scalar(SQL).bind(customer).fetch_optional(pool).await.map_err(broken)?
    });
    let key = twin.vault.open(&sealed.ok_or(Failure::Unsigned)?).map_err(broken)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).map_err(broken)?;
    mac.update(&message);
    mac.verify_slice(&signature).map_err(|_| Failure::Unsigned)?;
    let (method, host, path) = (request.method(), header("host")?, request.path());
    let expected = signature::message(method.as_str(), &signature::md5(b""), date, host, path, request.query_string());
    if message == expected.as_bytes() { Ok(()) } else { Err(Failure::Unsigned) }
}

fn names(joined: Option<&str>) -> Vec<&str> {
    let mut names: Vec<_> = joined.into_iter().flat_map(|names| names.split(',')).collect();
    names.sort_unstable();
    names
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entitlements<'a> {
    entitlements: Vec<&'a str>,
    complete_entitlements: Vec<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Customer<'a> {
    cid: &'a str,
    uuid: Uuid,
    customer_alias: &'a str,
    customer_name: &'a str,
    eula_revision: &'a str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mfa_method: Option<&'a str>,
    allow_public_registration: &'static str,
    eula_automatic_approval: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    admin_emails: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_domains: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    entitlements: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    activation_date: Option<String>,
    record_created: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    record_creator: Option<&'a str>,
    record_updated: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    record_updater: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    eula_org_approved_by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    eula_org_approved_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    eula_org_approved_revision: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    eula_org_required_revision: Option<&'a str>,
}

impl<'a> Customer<'a> {
    /// Reads the columns in the order of the query, whichever database they come from.
    fn read<R: Row>(row: &'a R) -> sqlx::Result<Self>
    where
        usize: sqlx::ColumnIndex<R>,
        &'a str: sqlx::Decode<'a, R::Database> + sqlx::Type<R::Database>,
        Uuid: sqlx::Decode<'a, R::Database> + sqlx::Type<R::Database>,
        bool: sqlx::Decode<'a, R::Database> + sqlx::Type<R::Database>,
        i64: sqlx::Decode<'a, R::Database> + sqlx::Type<R::Database>,
        Option<&'a str>: sqlx::Decode<'a, R::Database> + sqlx::Type<R::Database>,
        Option<i64>: sqlx::Decode<'a, R::Database> + sqlx::Type<R::Database>,
    {
        let raw = |at: usize| {
            let text: Option<&str> = row.try_get(at)?;
            let text = text.filter(|text| *text != "[]");
            text.map(serde_json::from_str).transpose().map_err(|error| sqlx::Error::Decode(error.into()))
        };
        let flag = |at: usize| Ok::<_, sqlx::Error>(if row.try_get(at)? { "true" } else { "false" });
        let entitlements: Option<&str> = row.try_get(21)?;
        let lifecycle: &str = row.try_get(5)?;
        let (activated, approved): (Option<i64>, Option<i64>) = (row.try_get(12)?, row.try_get(18)?);
        Ok(Self {
            cid: row.try_get(0)?,
            uuid: row.try_get(1)?,
            customer_alias: row.try_get(2)?,
            customer_name: row.try_get(3)?,
            eula_revision: row.try_get(4)?,
            status: if lifecycle == "active" { "active" } else { "inactive" },
            mfa_method: row.try_get(6)?,
            allow_public_registration: flag(7)?,
            eula_automatic_approval: flag(8)?,
            admin_emails: raw(9)?,
            customer_domains: raw(10)?,
            metadata: raw(11)?,
            entitlements: names(entitlements),
            activation_date: activated.map(instant),
            record_created: instant(row.try_get(13)?),
            record_creator: row.try_get(14)?,
            record_updated: instant(row.try_get(15)?),
            record_updater: row.try_get(16)?,
            eula_org_approved_by: row.try_get(17)?,
            eula_org_approved_date: approved.map(instant),
            eula_org_approved_revision: row.try_get(19)?,
            eula_org_required_revision: row.try_get(20)?,
        })
    }
}

fn instant(micros: i64) -> String {
    let instant = DateTime::from_timestamp_micros(micros).unwrap_or_default();
    instant.to_rfc3339_opts(SecondsFormat::Millis, true)
}
