//! Searches of the Argus face among all customers, beside the same SQL through plain sqlx.
//!
//! The SQL is asked of the rules themselves, in this process, so that it is what Portico runs; and both must find the same.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use resource::customers::search::{
    Attribute, Criteria, CustomerOrder, Mark, SearchedField, Statement, Value, Wanted, statements,
};
use resource::rights::function;
use resource::{
    Actor, Admission, Database as Opening, Door, Durability, Error, Identities, Permitted, Store, System, World,
};
use serde_json::{Value as Json, json};
use sqlx::{AssertSqlSafe, Row};
use vocab::value::{Flag, Kind};

use super::bench::Bench;
use super::requests::{Headers, answer, request};
use super::seed::{PROPERTY, division};
use crate::database::{Database, on};
use crate::http::Connection;
use crate::out::note;
use crate::process::Server;
use crate::report::median;

/// A search, measured.
#[derive(Debug)]
pub struct Searched {
    /// What it is.
    pub title: &'static str,
    /// How many customers it finds.
    pub found: i64,
    /// Milliseconds that half of the answers did not exceed: Portico's, and the same SQL alone.
    pub millis: [f64; 2],
    /// How many times as long Portico takes: the median over turns that followed each other.
    pub multiple: f64,
}

/// A search: as it is sent, and what that means.
struct Search {
    title: &'static str,
    request: Vec<u8>,
    criteria: Criteria,
    order: Vec<CustomerOrder>,
}

/// One of two keywords, by name.
fn simple(key: &Headers) -> Search {
    let criteria = Criteria { keywords: vec!["harbour".into(), "museum".into()], ..Criteria::default() };
    Search {
        title: "simple: two keywords, by name",
        request: request("GET", "/customeradmin/v2/customer?keywords=harbour&keywords=museum&sortBy=name", key, ""),
        criteria,
        order: vec![CustomerOrder { by: Attribute::DisplayName, descending: false }],
    }
}

/// Criteria within criteria, three levels below those of the search itself.
fn advanced(key: &Headers) -> Search {
    let text = |text: &str| text.to_owned();
    let third = Criteria {
        keywords: vec![text("stone")],
        fields: vec![SearchedField::Name],
        exclude: true,
        ..Criteria::default()
    };
    let values = vec![json!("gold"), json!("silver")];
    let second = Criteria {
        properties: vec![Wanted { key: PROPERTY.into(), values }],
        sub: vec![third],
        required: true,
        ..Criteria::default()
    };
    let first = Criteria {
        ancestors: vec![division(7), division(8), division(9)],
        exclude_flags: vec![Mark::Flag(Flag::ExcludeFromProduction)],
        sub: vec![second],
        required: true,
        ..Criteria::default()
    };
    let criteria = Criteria {
        kinds: vec![Kind::Leaf],
        keywords: vec![text("light"), text("river")],
        any_keyword: true,
        sub: vec![first],
        ..Criteria::default()
    };
    let body = json!({
        "type": ["leaf"], "keywords": ["light", "river"], "keywordMatchStrategy": "any", "sortBy": ["-createdTimestamp"],
        "subCriteria": [{
            "required": true, "ancestor": [division(7), division(8), division(9)],
            "excludeFlags": ["excludeFromProduction"],
            "subCriteria": [{
                "required": true, "properties": [{"key": PROPERTY, "value": ["gold", "silver"]}],
                "subCriteria": [{"exclude": true, "keywords": ["stone"], "keywordFieldStrategy": ["name"]}],
            }],
        }],
    });
    let mut headers = key.clone();
    headers.push(("Content-Type", "application/json".into()));
    Search {
        title: "advanced: sub-criteria on three levels, newest first",
        request: request("POST", "/customeradmin/v2/customer/search", &headers, &body.to_string()),
        criteria,
        order: vec![CustomerOrder { by: Attribute::Created, descending: true }],
    }
}

/// Whoever searches.
struct Looking<'a> {
    identities: &'a Identities,
    key: &'a str,
}

impl Admission for Looking<'_> {
    type Somebody = Arc<Actor>;
    type Found = ();
    type Error = Error;

    async fn who(&self, anew: bool) -> Result<Arc<Actor>, Error> {
        self.identities.authenticate_user_key(self.key, anew).await
    }

    async fn permit(&self, door: &Door<'_>, _: &Arc<Actor>) -> Result<(Permitted, ()), Error> {
        Ok((door.function(&function::VIEW, None).await?, ()))
    }
}

/// Measures in turns.
pub(super) async fn measure(bench: &Bench<'_>, portico: &Server) -> Result<Vec<Searched>> {
    let key: Headers = vec![("Argus-API-Key", bench.people.key.clone())];
    let address = resource::DatabaseAddress::parse(bench.url).map_err(anyhow::Error::msg)?;
    let patience = std::time::Duration::from_secs(30);
    let settings = Opening { address, connections: 1, durability: Durability::Full, patience, pooled: false };
    let store = Store::open(&settings).await?;
    let identities = Identities::new(store.clone(), World::new(System), "bench", b"", Vec::new(), 1);
    let looking = identities.admit(Looking { identities: &identities, key: &bench.people.key }).await?;
    let database = Database::open(bench.url).await?;
    let mut connection = Connection::open(portico.address).await?;
    let mut measured = Vec::new();
    for search in [simple(&key), advanced(&key)] {
        note(&format!("Measuring: {}.", search.title));
        let statements = looking.act(async |cx, _, ()| statements(cx, &search.criteria, &search.order).await).await?;
        let found = check(&mut connection, &database, &search, &statements).await?;
        let (mut ours, mut plains) = (Vec::new(), Vec::new());
        for _ in 0..bench.rounds() {
            ours.push(turn(async || connection.ask(&search.request).await.map(drop)).await?);
            plains.push(turn(async || plainly(&database, &statements).await.map(drop)).await?);
        }
        let multiple = median(&ours.iter().zip(&plains).map(|(one, other)| one / other).collect::<Vec<_>>());
        measured.push(Searched { title: search.title, found, millis: [median(&ours), median(&plains)], multiple });
    }
    database.close().await;
    store.close().await?;
    Ok(measured)
}

/// Repeats something for half a second, and at least five times; the milliseconds that half of the times did not exceed.
async fn turn(mut once: impl AsyncFnMut() -> Result<()>) -> Result<f64> {
    let mut times = Vec::new();
    let began = Instant::now();
    while began.elapsed() < Duration::from_millis(500) || times.len() < 5 {
        let one = Instant::now();
        once().await?;
        times.push(one.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(median(&times))
}

/// How many the statements find, and the numbers on the page.
async fn plainly(database: &Database, statements: &[Statement]) -> Result<(i64, Vec<i64>)> {
    let (page, counts) = statements.split_last().context("a search asks for something")?;
    let mut found = 0;
    for count in counts {
        found = numbers(database, count).await?.first().copied().unwrap_or_default();
    }
    Ok((found, numbers(database, page).await?))
}

/// The first column of each row.
async fn numbers(database: &Database, statement: &Statement) -> Result<Vec<i64>> {
    let values = statement.values.as_ref().map_or(&[][..], |values| values.0.as_slice());
    on!(database, reads, pool => {
        let mut query = sqlx::query(AssertSqlSafe(statement.sql.clone()));
        for value in values {
            query = match value {
                Value::BigInt(number) => query.bind(*number),
                Value::String(text) => query.bind(text.clone()),
                other => bail!("{other:?} is not expected in a search"),
            };
        }
        let rows = query.fetch_all(pool).await?;
        Ok(rows.iter().map(|row| row.try_get(0)).collect::<sqlx::Result<_>>()?)
    })
}

/// Whether both find the same; how many that is.
async fn check(
    connection: &mut Connection,
    database: &Database,
    search: &Search,
    statements: &[Statement],
) -> Result<i64> {
    let document = answer(connection, &search.request, 200).await?;
    let members = document["data"].as_array().into_iter().flatten();
    let ours = (document["count"].as_i64(), members.map(|one| one["id"].as_i64()).collect::<Option<Vec<_>>>());
    let (found, page) = plainly(database, statements).await?;
    if found == 0 || ours != (Some(found), Some(page)) {
        bail!("{}: the SQL finds {found} customers, Portico others: {:?}", search.title, Json::from(ours.0));
    }
    Ok(found)
}
