//! Writes that meet: of those that were made for the same state, one is carried out.

use std::time::Duration;

use futures_util::future::join_all;
use image::ImageFormat;
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::support::fixtures::Scene;
use crate::support::origin::picture;
use crate::support::{Database, Portico, each_database, link};

/// How many writes are sent at once.
const WRITERS: u32 = 6;

each_database!(of_the_changes_to_one_state_one_is_made, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let customer = link(&scene.customer, "@id");
    let mut people = Vec::new();
    for number in 0..2 * WRITERS {
        let body = json!({"email": format!("writer{number}@example.org")});
        let user = scene.owner.post(link(&scene.customer, "portalUsers"), &body).await.expect(201).json();
        people.push(link(&user, "@id").to_owned());
    }
    let body = json!({
        "key": "note", "valueType": "stringType", "section": "look", "descriptions": {"english": "What there is to say"},
    });
    scene.admin.post(&format!("{}/propertyDescriptors", portico.url), &body).await.expect(201);
    // No writer sends what another does, or what was there before.
    let json = |value: serde_json::Value| ("application/ld+json", value.to_string().into_bytes());
    let people = &people;
    type Body<'a> = Box<dyn Fn(u32, u32) -> (&'static str, Vec<u8>) + 'a>;
    let resources: [(String, &str, Body<'_>); 5] = [
        (
            link(&scene.user, "@id").into(),
            "PATCH",
            Box::new(move |round, writer| json(json!({"uid": format!("r{round}w{writer}")}))),
        ),
        (
            format!("{customer}/administration"),
            "PATCH",
            Box::new(move |round, writer| json(json!({"alias": format!("r{round}w{writer}")}))),
        ),
        (
            format!("{customer}/properties/note"),
            "PUT",
            Box::new(move |round, writer| json(json!({"value": format!("{round}, {writer}")}))),
        ),
        (
            format!("{customer}/logo"),
            "PUT",
            Box::new(|round, writer| ("image/png", picture(20 + round, 20 + writer, ImageFormat::Png))),
        ),
        (
            format!("{customer}/userRoles/logManager"),
            "PUT",
            Box::new(move |round, writer| json(json!({"user": people[(round % 2 * WRITERS + writer) as usize]}))),
        ),
    ];
    for (url, method, body) in &resources {
        for round in 0..5 {
            let before = scene.admin.get(url).await.expect(200);
            let tag = before.header("etag").expect("a tag");
            let writes = (0..WRITERS).map(|writer| {
                let (media_type, bytes) = body(round, writer);
                let request = scene.admin.request(method, url).header("content-type", media_type);
                scene.admin.send(request.header("if-match", tag).body(bytes))
            });
            let answers = join_all(writes).await;
            let made = answers.iter().filter(|answer| matches!(answer.status, 200 | 205)).count();
            let late = answers.iter().filter(|answer| answer.status == 412).count();
            assert_eq!((made, late), (1, WRITERS as usize - 1), "{method} {url}");
        }
    }
});

/// Long enough for a request to come to where it waits. Where it is too short a test proves less, and does not fail.
const MEANWHILE: Duration = Duration::from_millis(300);

/// A portal user whom the service and somebody else write, on PostgreSQL: on SQLite nobody writes while another does.
struct Race {
    portico: Portico,
    scene: Scene,
    /// Where the portal user is, and their identity.
    url: String,
    uuid: String,
    /// Somebody else's connection to the database.
    other: PgConnection,
}

impl Race {
    async fn set() -> Option<Self> {
        let portico = Portico::start(Database::Postgres).await?;
        let scene = Scene::set(&portico).await;
        let url = link(&scene.user, "@id").to_owned();
        let uuid = url.rsplit('/').next().expect("the last part").to_owned();
        let other = PgConnection::connect(&portico.database()).await.expect("the database answers");
        Some(Self { portico, scene, url, uuid, other })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_being_granted_more_is_not_written_by_those_with_less() {
    let Some(Race { portico: _portico, scene, url, uuid, other: mut granting }) = Race::set().await else { return };
    let grant = format!(
        "BEGIN; INSERT INTO portal_user_group (user_id, group_name, granted_at) \
         SELECT id, 'SUPER_ADMIN', 0 FROM portal_user WHERE uuid = '{uuid}'"
    );
    granting.execute(AssertSqlSafe(grant)).await.expect("it is granted");
    let owner = scene.owner.clone();
    let change = tokio::spawn(async move { owner.patch(&url, &json!({"password": "known to the owner"})).await });
    tokio::time::sleep(MEANWHILE).await;
    granting.execute("COMMIT").await.expect("it is granted");
    change.await.expect("it is done").expect(403);
}

/// What was granted is found although it was not there yet when something else began to be taken.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_granted_one_thing_while_another_is_taken_stays_privileged() {
    let Some(Race { portico, scene, url, uuid, other: mut granting }) = Race::set().await else { return };
    let of = |name: &str| format!("SELECT id, '{name}' FROM portal_user WHERE uuid = '{uuid}'");
    let grant = |name: &str| {
        AssertSqlSafe(format!("INSERT INTO portal_user_entitlement (user_id, entitlement_name) {}", of(name)))
    };
    let database = portico.database();
    granting.execute(grant("ADMIN_GET_CUSTOMER")).await.expect("it is granted");
    granting.execute("BEGIN").await.expect("it begins");
    granting.execute(grant("ADMIN_MOVE_CUSTOMER")).await.expect("it is granted");
    let taking = tokio::spawn(async move {
        let mut taking = PgConnection::connect(&database).await.expect("the database answers");
        let take = "DELETE FROM portal_user_entitlement WHERE entitlement_name = 'ADMIN_GET_CUSTOMER'";
        taking.execute(take).await.expect("it is taken");
    });
    tokio::time::sleep(MEANWHILE).await;
    assert!(!taking.is_finished(), "one transaction at a time changes what somebody may do");
    granting.execute("COMMIT").await.expect("it is granted");
    taking.await.expect("it is done");
    scene.owner.patch(&url, &json!({"password": "known to the owner"})).await.expect(403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_that_had_to_give_way_is_made_again() {
    let Some(Race { portico: _portico, scene, url, uuid, mut other }) = Race::set().await else { return };
    for enabled in [false, true, false, true, false] {
        other.execute("BEGIN; UPDATE authority SET epoch = epoch").await.expect("it is locked");
        let (owner, address) = (scene.owner.clone(), url.clone());
        let change = tokio::spawn(async move { owner.patch(&address, &json!({"enabled": enabled})).await });
        tokio::time::sleep(MEANWHILE).await;
        // Each now waits for the other, the service for longer, so that it is told to give way; unless this comes so late that the
        // service has looked already whether anybody waits for it.
        let same = format!("UPDATE portal_user SET mobile = mobile WHERE uuid = '{uuid}'");
        let has_given_way = other.execute(AssertSqlSafe(same)).await.is_ok();
        other.execute(if has_given_way { "COMMIT" } else { "ROLLBACK" }).await.expect("it ends");
        change.await.expect("it is done").expect(205);
        assert_eq!(scene.owner.get(&url).await.expect(200).json()["enabled"], enabled);
        if has_given_way {
            return;
        }
    }
    panic!("the service never gave way");
}
