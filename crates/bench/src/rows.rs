//! What is measured: for each row, the requests that each server is sent and the status that it must answer with.

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::capture::Captured;
use crate::http::{Answer, Connection};
use crate::load::Requests;
use crate::seed::{CUSTOMER, WRITTEN};
use crate::target::Target;

/// The administrator's key, known because the benchmark named it.
pub const KEY: &str = "b3a7c0de-5eed-4000-8000-000000000001";
/// Its secret.
pub const SECRET: &str = "of-the-benchmark-and-nothing-else";

/// A row of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// A customer.
    Customer,
    /// A portal user, each time another one.
    PortalUser,
    /// The first hundred portal users of ten thousand.
    FirstPage,
    /// The last hundred, at the address that following `next` leads to.
    LastPage,
    /// The first hundred, compressed.
    ShortPage,
    /// The ApiDocumentation.
    Documentation,
    /// The ApiDocumentation, compressed.
    ShortDocumentation,
    /// A portal user that the client has.
    NotModified,
    /// A new portal user, without a password.
    Post,
}

impl Row {
    /// All rows, in order.
    pub const ALL: [Self; 9] = [
        Self::Customer,
        Self::PortalUser,
        Self::FirstPage,
        Self::LastPage,
        Self::ShortPage,
        Self::NotModified,
        Self::Post,
        Self::Documentation,
        Self::ShortDocumentation,
    ];

    /// Whether the report compares this row with the one after it.
    pub fn is_compared_with(self, next: Self) -> bool {
        [(Self::FirstPage, Self::LastPage), (Self::LastPage, Self::ShortPage)].contains(&(self, next))
    }

    /// The name on the command line, and the path at the static twin.
    pub fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::PortalUser => "portal-user",
            Self::FirstPage => "first-page",
            Self::LastPage => "last-page",
            Self::ShortPage => "short-page",
            Self::Documentation => "documentation",
            Self::ShortDocumentation => "short-documentation",
            Self::NotModified => "not-modified",
            Self::Post => "post",
        }
    }

    /// What it is, for the report.
    pub fn title(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::PortalUser => "portal user by id",
            Self::FirstPage => "first page of 100 out of 10,000",
            Self::LastPage => "last page, by following next",
            Self::ShortPage => "first page, compressed (br)",
            Self::Documentation => "ApiDocumentation",
            Self::ShortDocumentation => "ApiDocumentation, compressed (br)",
            Self::NotModified => "304",
            Self::Post => "POST without password",
        }
    }

    /// Whom it is asked of: the raw twin compresses nothing, and has no documentation.
    pub fn targets(self) -> &'static [Target] {
        match self {
            Self::ShortPage | Self::Documentation | Self::ShortDocumentation => &[Target::Portico, Target::Static],
            _ => &[Target::Portico, Target::Raw, Target::Static],
        }
    }

    /// What is said of codings.
    fn coding(self) -> &'static str {
        match self {
            Self::ShortPage | Self::ShortDocumentation => "Accept-Encoding: br\r\n",
            _ => "",
        }
    }

    /// The status that every answer has.
    pub fn status(self) -> u16 {
        match self {
            Self::NotModified => 304,
            Self::Post => 201,
            _ => 200,
        }
    }
}

/// Of how many portal users the tags are collected.
const TAGS: u64 = 1000;

/// Makes requests for one Portico and its twins.
#[derive(Debug, Clone)]
pub struct Rows {
    host: String,
    authorization: String,
    users: Vec<Uuid>,
    last_page: String,
    tags: Vec<String>,
}

impl Rows {
    /// Walks from the customer to the last page, as a client does. The answers to each row come with it.
    ///
    /// # Errors
    /// Portico does not answer as it should.
    pub async fn discover(base: &str, users: Vec<Uuid>, connection: &mut Connection) -> Result<(Self, Vec<Captured>)> {
        let host = base.strip_prefix("http://").context("a base without http://")?.to_owned();
        let authorization = format!("Basic {}", STANDARD.encode(format!("{KEY}:{SECRET}")));
        let mut rows = Self { host, authorization, users, last_page: String::new(), tags: Vec::new() };
        let mut captured = Vec::new();
        for row in Row::ALL {
            let answer = match row {
                Row::NotModified => {
                    rows.collect_tags(connection).await?;
                    connection.ask(&rows.request(row, 0, "c")).await?
                }
                Row::LastPage => rows.follow_next(base, connection).await?,
                _ => connection.ask(&rows.request(row, 0, "c")).await?,
            };
            if answer.status != row.status() {
                bail!("{} is answered with {}: {}", row.name(), answer.status, answer.text());
            }
            captured.push(Captured::new(row.name(), answer));
        }
        Ok((rows, captured))
    }

    /// The tags of so many portal users: each has its own.
    async fn collect_tags(&mut self, connection: &mut Connection) -> Result<()> {
        for number in 0..TAGS.min(self.users.len() as u64) {
            let answer = connection.ask(&self.request(Row::PortalUser, number, "c")).await?;
            self.tags.push(answer.header("etag")?.to_owned());
        }
        Ok(())
    }

    async fn follow_next(&mut self, base: &str, connection: &mut Connection) -> Result<Answer> {
        let mut path = collection(CUSTOMER);
        loop {
            let answer = connection.ask(&self.get(&path, "")).await?;
            let document: Json = serde_json::from_slice(&answer.body)?;
            let Some(next) = document.pointer("/view/next").and_then(Json::as_str) else {
                self.last_page = path;
                return Ok(answer);
            };
            path = next.strip_prefix(base).context("next leads elsewhere")?.to_owned();
        }
    }

    /// The requests of a row for Portico and the raw twin; `whose` tells apart what they create.
    pub fn requests(&self, row: Row, whose: &'static str) -> Requests {
        let rows = self.clone();
        if row == Row::Post {
            return Arc::new(move |number| rows.request(row, number, whose).into());
        }
        let different = match row {
            Row::PortalUser => self.users.len(),
            Row::NotModified => self.tags.len(),
            _ => 1,
        };
        let made: Vec<Arc<[u8]>> =
            (0..different).map(|number| rows.request(row, number as u64, whose).into()).collect();
        cycle(made)
    }

    /// The same for the static twin, which has one address for each row.
    pub fn requests_of_static(&self, row: Row) -> Requests {
        let path = format!("/{}", row.name());
        let rows = self.clone();
        match row {
            Row::Post => Arc::new(move |number| rows.post(&path, number, "s").into()),
            _ => cycle(vec![self.get(&path, &(self.condition(row, 0) + row.coding())).into()]),
        }
    }

    /// A request of a row.
    pub fn request(&self, row: Row, number: u64, whose: &str) -> Vec<u8> {
        // A step that has no factor in common with the number of users visits all of them, far apart.
        let user = || usize::try_from(number).unwrap_or(0).wrapping_mul(7919) % self.users.len().max(1);
        match row {
            Row::Customer => self.get(&format!("/customers/{CUSTOMER}"), ""),
            Row::PortalUser | Row::NotModified => {
                self.get(&format!("{}/{}", collection(CUSTOMER), self.users[user()]), &self.condition(row, number))
            }
            Row::FirstPage | Row::ShortPage => self.get(&collection(CUSTOMER), row.coding()),
            Row::Documentation | Row::ShortDocumentation => self.get("/vocab", row.coding()),
            Row::LastPage => self.get(&self.last_page, ""),
            Row::Post => self.post(&collection(WRITTEN), number, whose),
        }
    }

    fn condition(&self, row: Row, number: u64) -> String {
        let tag =
            usize::try_from(number).ok().and_then(|number| self.tags.get(number)).filter(|_| row == Row::NotModified);
        tag.map_or_else(String::new, |tag| format!("If-None-Match: {tag}\r\n"))
    }

    /// A GET of a path.
    pub fn get(&self, path: &str, more: &str) -> Vec<u8> {
        let Self { host, authorization, .. } = self;
        format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: bench\r\nAccept: application/ld+json\r\n\
             Authorization: {authorization}\r\n{more}\r\n"
        )
        .into_bytes()
    }

    fn post(&self, path: &str, number: u64, whose: &str) -> Vec<u8> {
        let Self { host, authorization, .. } = self;
        let body = format!(
            "{{\"email\":\"reader.{whose}{number}@harbour-archive.example\",\"uid\":\"reader-{whose}{number}\",\
             \"mobile\":\"+442079460123\",\"enabled\":true}}"
        );
        format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: bench\r\nAccept: application/ld+json\r\n\
             Authorization: {authorization}\r\nContent-Type: application/ld+json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .into_bytes()
    }
}

fn collection(customer: i64) -> String {
    format!("/customers/{customer}/portalUsers")
}

fn cycle(made: Vec<Arc<[u8]>>) -> Requests {
    Arc::new(move |number| Arc::clone(&made[usize::try_from(number).unwrap_or(0) % made.len()]))
}
