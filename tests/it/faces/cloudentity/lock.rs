//! Whoever looks for customers that are not there has to stop at some time.

use chrono::Duration;

use super::stage::{Stage, Who, code};
use crate::support::Database;

const ABSENT: &str = "/customer/cid::NOBODY";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_many_misses_lock_one_caller_and_three_operations_for_a_while() {
    let mut stage = Stage::empty(Database::Sqlite, |settings| {
        settings.fetch_lock = 3;
        settings.fetch_lock_window = 60;
    })
    .await
    .expect("it starts");
    stage.fill().await;
    let (clerk, root) = (Who::User("clerk"), Who::User("root"));
    for _ in 0..3 {
        assert_eq!(code(&stage.quietly(clerk, "GET", ABSENT, "").await, 404), "Customer.NotFound");
    }
    for path in ["/customer/cid::ACME", "/sla/customer/cid::ACME", "/customers", "/user/customer", ABSENT] {
        let answer = stage.quietly(clerk, "GET", path, "").await;
        assert_eq!(code(&answer, 423), "GetCustomer.Locked");
        let wait: i64 = answer.header("retry-after").expect("it says how long").parse().expect("a number");
        assert!((1..=60).contains(&wait), "{answer}");
    }
    // Other operations and other callers go on; and who may not ask is told that first.
    stage.quietly(clerk, "GET", "/customer/cid::ACME/entitlements", "").await.expect(200);
    stage.quietly(root, "GET", "/customer/cid::ACME", "").await.expect(200);
    stage.portico.world.advance(Duration::seconds(60));
    stage.quietly(clerk, "GET", "/customer/cid::ACME", "").await.expect(200);
    for _ in 0..10 {
        stage.quietly(Who::User("guest"), "GET", ABSENT, "").await.expect(403);
        stage.quietly(clerk, "PUT", ABSENT, "{}").await.expect(404);
    }
    stage.quietly(clerk, "GET", "/customer/cid::ACME", "").await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_lock_everybody_asks_as_often_as_they_like() {
    let mut stage = Stage::empty(Database::Sqlite, |settings| settings.fetch_lock = 0).await.expect("it starts");
    stage.fill().await;
    for _ in 0..120 {
        stage.quietly(Who::User("clerk"), "GET", ABSENT, "").await.expect(404);
    }
}
