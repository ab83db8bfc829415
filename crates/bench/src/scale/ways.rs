//! The ways to a page that are measured.

use anyhow::{Context, Result};

use super::seed::{COUNTS, RARE, WORD};
use crate::client::{Client, path_of};
use crate::http::Connection;

/// A collection, below a customer.
struct Listed {
    title: &'static str,
    /// Its path below that of the customer.
    path: &'static str,
    /// What it is ordered by, when not by age.
    order: Option<&'static str>,
    /// Searches: what they are called, and the query, in which `{middle}` is half of what there is by hundreds.
    searches: &'static [(&'static str, &'static str)],
}

const LISTED: &[Listed] = &[
    Listed {
        title: "portal users",
        path: "portalUsers",
        order: Some("email"),
        searches: &[("`enabled=true`", "enabled=true"), ("`q` of a word that a hundred have", WORD_QUERY)],
    },
    Listed {
        title: "images of a space",
        path: "spaces/1/images",
        order: Some("string2"),
        searches: &[
            ("by a text that a hundred have", "string1=book-{middle}"),
            ("by a tag that a hundred have", TAG_QUERY),
        ],
    },
    Listed { title: "images of a customer", path: "allImages", order: None, searches: &[] },
    Listed {
        title: "changes",
        path: "changes",
        order: Some("number"),
        searches: &[("`class=PortalUser`", "class=PortalUser"), ("`afterNumber`", "afterNumber=0&orderBy=number")],
    },
    Listed { title: "batches", path: "queue/batches", order: None, searches: &[] },
    Listed { title: "batches that are done", path: "queue/recent", order: None, searches: &[] },
    Listed {
        title: "customers below one",
        path: "children",
        order: Some("name"),
        searches: &[("`q` of a word that a hundred have", WORD_QUERY), ("`kind=leaf`", "kind=leaf")],
    },
];

const WORD_QUERY: &str = "q=zebrafish";
const TAG_QUERY: &str = "tags=zebrafish";

/// A way to a page: what it is, and where it is out of few and out of many.
pub struct Way {
    pub title: String,
    pub paths: Vec<String>,
}

/// All that are measured, of the two customers.
///
/// # Errors
/// A page that the way goes through is not there.
pub async fn all(client: &Client, connection: &mut Connection, owners: &[i64]) -> Result<Vec<Way>> {
    assert!(WORD_QUERY.ends_with(WORD) && TAG_QUERY.ends_with(WORD));
    let mut ways = Vec::new();
    for Listed { title, path, order, searches } in LISTED {
        let mut add = |what: &str, paths: Vec<String>| ways.push(Way { title: format!("{title}, {what}"), paths });
        let bases: Vec<_> = owners.iter().map(|owner| format!("/customers/{owner}/{path}")).collect();
        let each = |query: &dyn Fn(u64) -> String| {
            bases.iter().zip(COUNTS).map(|(base, count)| format!("{base}?{}", query(count))).collect::<Vec<_>>()
        };
        add("first page", each(&|_| "page=1".to_owned()));
        add("`page` in the middle", each(&|count| format!("page={}", count / 200)));
        add("last `page`", each(&|count| format!("page={}", count / 100)));
        add("`next`, from the middle", next(client, connection, each(&|count| format!("page={}", count / 200))).await?);
        if let Some(order) = order {
            add(&format!("first by `{order}`"), each(&|_| format!("orderBy={order}")));
            add(&format!("last by `{order}`"), each(&|count| format!("orderBy={order}&page={}", count / 100)));
            let middle = each(&|count| format!("orderBy={order}&page={}", count / 200));
            add(&format!("`next` by `{order}`, from the middle"), next(client, connection, middle).await?);
        }
        for (what, query) in *searches {
            add(what, each(&|count| query.replace("{middle}", &(count / RARE / 2).to_string())));
        }
    }
    Ok(ways)
}

/// The pages that follow.
async fn next(client: &Client, connection: &mut Connection, paths: Vec<String>) -> Result<Vec<String>> {
    let mut following = Vec::new();
    for path in paths {
        let document = client.document(connection, &path).await?;
        let next = document.pointer("/view/next").and_then(|next| next.as_str());
        let next = next.with_context(|| format!("{path} has no next"))?;
        following.push(path_of(next)?);
    }
    Ok(following)
}
