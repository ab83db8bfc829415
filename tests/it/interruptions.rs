//! What ends a request before its time, and what is said of it: nothing was changed, where that is certain; otherwise not.

use std::time::Duration;

use serde_json::json;
use server::Settings;

use crate::support::between::Between;
use crate::support::{Answer, Database, Portico, link, sql, until};

const COUNT: &str = "SELECT count(*) FROM portal_user WHERE email LIKE 'late%'";

fn hasty(settings: &mut Settings) {
    settings.request_timeout = 1;
}

/// A request that another writer is in the way of for longer than it may take.
async fn is_undone(portico: &Portico) {
    let admin = portico.admin();
    let users: String = link(&admin.customer().await, "portalUsers").into();
    let spaces: String = link(&admin.customer().await, "spaces").into();
    admin.post(&users, &json!({"email": "first@example.org"})).await.expect(201);
    let held = sql::Lock::take(&portico.database()).await;
    // Who hangs up is not served behind their back.
    let hung = admin.request("POST", &users).body(json!({"email": "late-three@example.org"}).to_string());
    assert!(hung.timeout(Duration::from_millis(300)).send().await.is_err());
    for (url, body) in [
        (&users, json!({"email": "late@example.org"})),
        (&users, json!({"email": "late-too@example.org", "password": "correct horse battery"})),
        (&spaces, json!({"name": "late"})),
    ] {
        let answer = admin.post(url, &body).await.expect(503);
        assert!(answer.header("retry-after").is_some(), "{answer}");
        assert!(
            answer.problem()["detail"].as_str().is_some_and(|told| told.contains("Nothing was changed")),
            "{answer}"
        );
    }
    admin.get(&users).await.expect(200);
    held.let_go().await;
    admin.post(&users, &json!({"email": "next@example.org"})).await.expect(201);
    assert_eq!(sql::count(&portico.database(), COUNT).await, 0);
    admin.post(&users, &json!({"email": "late@example.org"})).await.expect(201);
    admin.post(&spaces, &json!({"name": "late"})).await.expect(201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_given_up_is_undone_on_sqlite() {
    is_undone(&Portico::start_with(Database::Sqlite, hasty, |_| {}).await.expect("it starts")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_given_up_is_undone_on_postgres() {
    if let Some(portico) = Portico::start_with(Database::Postgres, hasty, |_| {}).await {
        is_undone(&portico).await;
    }
}

/// A Portico that reaches PostgreSQL by a way that can break; none where there is no PostgreSQL.
async fn by_a_way(change: impl FnOnce(&mut Settings)) -> Option<(Portico, Between)> {
    let database = crate::support::postgres::database().await?;
    let between = Between::to(&database).await;
    let by = |settings: &mut Settings| {
        settings.database_url = Some(between.url());
        change(settings);
    };
    let portico = Portico::start_with(Database::Postgres, by, |_| {}).await?;
    Some((portico, between))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_may_have_been_done_is_not_said_to_be_undone() {
    let Some((portico, between)) = by_a_way(|_| {}).await else { return };
    let admin = portico.admin();
    let (customer, user) = (admin.customer().await, json!({"email": "lost@example.org"}));
    // A transaction, whose COMMIT is answered by nobody.
    between.lose("COMMIT");
    let answer = admin.post(link(&customer, "portalUsers"), &user).await.expect(502);
    assert!(answer.header("retry-after").is_none(), "{answer}");
    assert!(answer.problem()["detail"].as_str().is_some_and(|told| told.contains("not known")), "{answer}");
    between.lose("COMMIT");
    admin.post(link(&customer, "spaces"), &json!({"name": "lost"})).await.expect(502);
    // What has not been committed is undone for certain, whatever was lost.
    between.lose("a space that is not there");
    let undone = admin.post(link(&customer, "spaces"), &json!({"name": "a space that is not there"})).await.expect(503);
    assert!(undone.header("retry-after").is_some(), "{undone}");
    for (sql, kept) in [
        ("SELECT count(*) FROM portal_user WHERE email = 'lost@example.org'", 1),
        ("SELECT count(*) FROM space WHERE name = 'lost'", 1),
        ("SELECT count(*) FROM space WHERE name = 'a space that is not there'", 0),
    ] {
        assert_eq!(sql::count(&portico.database(), sql).await, kept, "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_were_cut_are_replaced_before_anybody_notices() {
    let Some(portico) = Portico::start(Database::Postgres).await else { return };
    let admin = portico.admin();
    let users: String = link(&admin.customer().await, "portalUsers").into();
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    for round in 0..3 {
        sql::execute(&portico.database(), cut).await;
        for _ in 0..6 {
            admin.get(&users).await.expect(200);
        }
        sql::execute(&portico.database(), cut).await;
        // The beginning of a transaction tells, before anything was done.
        let spaces = users.replace("portalUsers", "spaces");
        admin.post(&spaces, &json!({"name": format!("space {round}")})).await.expect(201);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_went_silent_are_given_up() {
    let Some((portico, between)) = by_a_way(hasty).await else { return };
    let admin = portico.admin();
    let users: String = link(&admin.customer().await, "portalUsers").into();
    let ask = || admin.get(&users);
    // Some of them go silent while they are on their way back into the pool.
    for _ in 0..4 {
        drop(tokio::join!(ask(), ask(), ask(), ask()));
        between.silence();
        until("it answers again", async || {
            let four: [Answer; 4] = tokio::join!(ask(), ask(), ask(), ask()).into();
            let answers = four.map(|answer| answer.status);
            assert!(answers.iter().all(|status| [200, 503].contains(status)), "{answers:?}");
            answers == [200; 4]
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_away_is_503_on_every_face() {
    let Some((portico, between)) = by_a_way(|_| {}).await else { return };
    let admin = portico.admin();
    let users: String = link(&admin.customer().await, "portalUsers").into();
    between.close();
    for _ in 0..2 {
        for answer in [
            admin.get(&users).await,
            admin.post(&users, &json!({"email": "away@example.org"})).await,
            admin.post(&users.replace("portalUsers", "spaces"), &json!({"name": "away"})).await,
            admin.get(&format!("{}/iiif-img/1/1/page/full/max/0/default.jpg", portico.url)).await,
        ] {
            assert_eq!(answer.status, 503, "{answer}");
            assert!(answer.header("retry-after").is_some(), "{answer}");
            answer.problem();
        }
        let token = portico.anonymous().sign_in("nobody@example.org", "correct horse battery").await.expect(503);
        assert!(token.header("retry-after").is_some(), "{token}");
        let key = "00000000-0000-4000-8000-000000000001/00000000-0000-4000-8000-000000000002/secret";
        let request = admin.request("GET", &format!("{}/customers/v2/customer/1", portico.url));
        let argus = portico.anonymous().send(request.header("argus-api-key", key)).await;
        assert_eq!((argus.status, argus.json()["responseCode"].as_u64()), (503, Some(503)), "{argus}");
        assert!(argus.json()["messages"].is_array() && argus.header("retry-after").is_some(), "{argus}");
    }
    let ready = portico.anonymous().get(&format!("{}/health/ready", portico.url)).await.expect(503);
    assert!(ready.header("retry-after").is_some(), "{ready}");
}
