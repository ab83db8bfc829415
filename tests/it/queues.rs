//! Who gets how much of the queue, what its clock says, and what becomes of it where the store of objects is away.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::Duration as Span;
use image::ImageFormat;
use serde_json::{Value, json};
use server::{Counts, Settings};

use crate::support::binary::Place;
use crate::support::fixtures::unique;
use crate::support::origin::{Origin, Reply, picture};
use crate::support::{Client, Database, Portico, each_database, link, sql, until};

const LOOPBACK: &[&str] = &["127.0.0.0/8"];

/// A customer with a space, to submit images to.
struct Customer {
    client: Client,
    document: Value,
    space: Value,
}

impl Customer {
    async fn new(portico: &Portico) -> Self {
        let client = portico.admin();
        let customers = link(&client.walk(&[]).await.json(), "customers").to_owned();
        let body = json!({"name": unique("customer"), "displayName": "One of several"});
        let document = client.post(&customers, &body).await.expect(201).json();
        let space = client.post(link(&document, "spaces"), &json!({"name": "Scans"})).await.expect(201).json();
        Self { client, document, space }
    }

    /// Submits images with these names.
    async fn submit(&self, queue: &str, origin: &Origin, names: impl IntoIterator<Item = String>) -> Value {
        let member = |name| json!({"id": name, "space": self.space["id"], "origin": format!("{}/{name}", origin.url)});
        let members: Vec<_> = names.into_iter().map(member).collect();
        let url = format!("{}/{queue}", link(&self.document, "@id"));
        self.client.post(&url, &json!(members)).await.expect(201).json()
    }

    async fn batch(&self, batch: &Value) -> Value {
        self.client.get(link(batch, "@id")).await.expect(200).json()
    }
}

fn names(prefix: &str, count: usize) -> impl Iterator<Item = String> {
    (0..count).map(move |number| format!("{prefix}-{number}"))
}

/// An origin that has a picture everywhere, and tells in which order it was asked.
fn pictures() -> Origin {
    Origin::serve(|_| Reply::content(picture(20, 10, ImageFormat::Png)))
}

fn one_at_a_time(portico: &Portico) -> Settings {
    Settings { origin_allow: Some("127.0.0.0/8".into()), worker_parallel: Some(1), ..portico.settings.clone() }
}

each_database!(customers_take_turns, async |portico: Portico| {
    let origin = pictures();
    let (many, few, late) =
        (Customer::new(&portico).await, Customer::new(&portico).await, Customer::new(&portico).await);
    many.submit("queue", &origin, names("many", 40)).await;
    few.submit("queue", &origin, names("few", 3)).await;
    late.submit("queue", &origin, names("late", 1)).await;
    many.submit("queue", &origin, names("more", 10)).await;
    few.submit("queue/priority", &origin, names("urgent", 4)).await;
    late.submit("queue/priority", &origin, names("alarm", 1)).await;
    let order = portico.taken().await;
    assert_eq!(order.len(), 59);
    let at = |name: &str| order.iter().position(|taken| taken == name).expect("it was taken");
    assert!(at("alarm-0") < 2 && order[5..].iter().all(|taken| !taken.starts_with("urgent")), "{order:?}");
    assert!(at("late-0") < 8 && at("few-0") < 8 && at("few-1") < 10 && at("few-2") < 12, "{order:?}");
    // A customer's own images are in the order in which they came, and alone it has all of the queue.
    let own: Vec<_> = order.iter().filter(|taken| taken.starts_with('m')).cloned().collect();
    assert_eq!(own, names("many", 40).chain(names("more", 10)).collect::<Vec<_>>());

    // Who had much before does not wait for that.
    many.submit("queue", &origin, names("again", 4)).await;
    few.submit("queue", &origin, names("other", 4)).await;
    let order = portico.taken().await;
    for turn in order.chunks(2) {
        let again = turn.iter().filter(|taken| taken.starts_with("again")).count();
        assert_eq!(again, 1, "{order:?}");
    }
});

each_database!(what_waited_comes_back_by_turns, async |portico: Portico| {
    let mended = Arc::new(AtomicBool::new(false));
    let is_mended = Arc::clone(&mended);
    let origin =
        Origin::serve(move |asked| match asked.path.starts_with("/many") && !is_mended.load(Ordering::SeqCst) {
            true => Reply::status(500),
            false => Reply::content(picture(20, 10, ImageFormat::Png)),
        });
    let (many, few) = (Customer::new(&portico).await, Customer::new(&portico).await);
    many.submit("queue", &origin, names("many", 20)).await;
    assert_eq!(portico.worker(LOOPBACK).await, Counts { retried: 20, ..Counts::default() });
    mended.store(true, Ordering::SeqCst);
    portico.world.advance(Span::minutes(5));
    few.submit("queue", &origin, names("few", 2)).await;
    let order = portico.taken().await;
    let last = order.iter().rposition(|taken| taken.starts_with("few")).expect("it was taken");
    assert!(last < 4, "{order:?}");
});

each_database!(a_clock_that_goes_back_delays_nothing, async |portico: Portico| {
    let answers = Arc::new(AtomicUsize::new(500));
    let status = Arc::clone(&answers);
    let origin = Origin::serve(move |_| match u16::try_from(status.load(Ordering::SeqCst)).expect("a status") {
        200 => Reply::content(picture(20, 10, ImageFormat::Png)),
        status => Reply::status(status),
    });
    let customer = Customer::new(&portico).await;
    let retried = customer.submit("queue", &origin, names("retried", 2)).await;
    assert_eq!(portico.worker(LOOPBACK).await.retried, 2);
    let queued = customer.submit("queue", &origin, names("queued", 2)).await;
    // Somebody has taken this one, and has died.
    let held = customer.submit("queue/priority", &origin, names("held", 1)).await;
    let due = "(SELECT max(due_at) FROM job)";
    let taken = format!(
        "UPDATE job SET due_at = {due}, delay = 60000000 WHERE image_id IN (SELECT id FROM image WHERE name = 'held-0')"
    );
    sql::execute(&portico.database(), &taken).await;
    answers.store(200, Ordering::SeqCst);
    portico.world.advance(-Span::hours(10));
    assert_eq!(portico.worker(LOOPBACK).await.done, 5);
    for batch in [retried, queued, held] {
        let batch = customer.batch(&batch).await;
        assert_eq!((&batch["errors"], batch["finished"].is_string()), (&json!(0), true), "{batch}");
    }
});

each_database!(clocks_that_differ_a_little_do_no_harm, async |portico: Portico| {
    let origin = Origin::serve(|_| Reply::status(500));
    let customer = Customer::new(&portico).await;
    customer.submit("queue", &origin, names("page", 1)).await;
    assert_eq!(portico.worker(LOOPBACK).await.retried, 1);
    portico.world.advance(-Span::seconds(30));
    assert_eq!(portico.worker(LOOPBACK).await, Counts::default(), "it is not due yet");
});

/// The settings of a service whose store is a bucket that answers like this.
fn bucket(portico: &Portico, endpoint: &str) -> Settings {
    Settings {
        objects: Some("s3://portico".into()),
        s3_endpoint: Some(endpoint.into()),
        s3_allow_http: true,
        s3_access_key: Some("id".into()),
        s3_secret_key: Some("secret".into()),
        ..one_at_a_time(portico)
    }
}

each_database!(an_outage_of_the_store_is_no_attempt, async |portico: Portico| {
    let origin = pictures();
    let customer = Customer::new(&portico).await;
    let batch = customer.submit("queue", &origin, names("page", 3)).await;
    let urgent = customer.submit("queue/priority", &origin, names("urgent", 3)).await;
    let gone = customer.submit("queue/priority", &origin, names("gone", 1)).await;
    customer.client.delete(link(&customer.client.members(link(&gone, "images")).await[0], "@id")).await.expect(205);
    for answer in [
        "404 NoSuchBucket",
        "403 AccessDenied",
        "403 SignatureDoesNotMatch",
        "404 NoSuchBucket",
        "403 AccessDenied",
        "503 SlowDown",
    ] {
        let (status, code) = answer.split_once(' ').expect("it has two parts");
        let status = status.parse().expect("a status");
        let body = format!("<Error><Code>{code}</Code></Error>");
        let store = Origin::serve(move |_| Reply::content(body.clone().into_bytes()).with_status(status));
        let settings = bucket(&portico, &store.url);
        let counts = server::drain(&settings, &portico.world.handle()).await.expect("the worker works");
        assert_eq!((counts.done, counts.failed), (0, 0), "{answer}: {counts:?}");
        assert!(counts.retried > 0 && counts.retried < 4, "{answer}: it does not go through the queue: {counts:?}");
        portico.world.advance(Span::minutes(5));
    }
    assert_eq!(sql::count(&portico.database(), "SELECT count(*) FROM job WHERE attempts > 0").await, 0);
    for batch in [&batch, &urgent] {
        let batch = customer.batch(batch).await;
        assert_eq!((&batch["errors"], batch.get("finished")), (&json!(0), None), "{batch}");
    }
    // What may have been stored in vain is removed, too.
    let counts = portico.worker(LOOPBACK).await;
    assert!(counts.done == 6 && counts.discarded >= 1, "{counts:?}");
    assert_eq!(sql::count(&portico.database(), "SELECT count(*) FROM job").await, 0);
    assert_eq!(customer.batch(&batch).await["completed"], 3);
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_waits_for_a_folder_that_is_away_and_says_so_once() {
    let place = Place::new(Database::Sqlite).await.expect("there is always SQLite");
    let service = place.serve();
    let client = service.admin();
    let origin = pictures();
    let document = client.customer().await;
    let space = client.post(link(&document, "spaces"), &json!({"name": "Scans"})).await.expect(201).json();
    let (customer, objects) = (Customer { client, document, space }, place.data().join("objects"));
    let worker = place.worker("worker", 2);
    let first = customer.submit("queue", &origin, names("first", 1)).await;
    until("the first image is there", async || customer.batch(&first).await["completed"] == 1).await;
    std::fs::rename(&objects, place.data().join("away")).expect("it can be moved");
    let second = customer.submit("queue", &origin, names("second", 30)).await;
    let told = || place.log("worker").matches("the store of objects is away").count();
    until("it is told of", async || told() > 0).await;
    let held = "SELECT count(*) FROM job WHERE lease IS NOT NULL OR attempts > 0";
    until("nobody has the job", async || sql::count(&place.database(), held).await == 0).await;
    assert!(!objects.exists(), "it is not made again");
    std::fs::rename(place.data().join("away"), &objects).expect("it can be moved");
    until("all of the second batch is there", async || customer.batch(&second).await["completed"] == 30).await;
    assert_eq!(told(), 1);
    assert!(place.log("worker").contains("the store of objects is back"));
    worker.terminate();
    assert!(worker.ended(), "it ends well");
}

/// What a worker takes that was idle for a while: its database has seen an empty queue, and plans for that.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_takes_no_more_than_it_works_on_and_tells_how_many_wait() {
    let Some(place) = Place::new(Database::Postgres).await else { return };
    let service = place.serve();
    let database = place.database();
    let name = database.rsplit('/').next().expect("it has a name").to_owned();
    sql::execute(&database, "VACUUM ANALYZE").await;
    for setting in
        ["plan_cache_mode = force_generic_plan", "enable_hashjoin = off", "enable_hashagg = off", "enable_sort = off"]
    {
        sql::execute(&database, &format!("ALTER DATABASE {name} SET {setting}")).await;
    }
    let client = service.admin();
    let is_open = Arc::new(AtomicBool::new(false));
    let gate = Arc::clone(&is_open);
    let most = Arc::new(Mutex::new((0_usize, 0_usize)));
    let beside = Arc::clone(&most);
    let origin = Origin::serve(move |_| {
        {
            let mut beside = beside.lock().expect("nobody panics here");
            beside.0 += 1;
            beside.1 = beside.1.max(beside.0);
        }
        while !gate.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(10));
        }
        beside.lock().expect("nobody panics here").0 -= 1;
        Reply::content(picture(20, 10, ImageFormat::Png))
    });
    let document = client.customer().await;
    let space = client.post(link(&document, "spaces"), &json!({"name": "Scans"})).await.expect(201).json();
    let customer = Customer { client, document, space };
    let worker = place.worker("worker", 1);
    until("the worker has begun", async || !place.log("worker").is_empty()).await;
    let batch = customer.submit("queue", &origin, names("page", 100)).await;
    until("a job is taken", async || {
        sql::count(&database, "SELECT count(*) FROM job WHERE lease IS NOT NULL").await > 0
    })
    .await;
    let backlog =
        || place.log("worker").lines().any(|line| line.contains("\"progress\"") && line.contains("\"backlog\":100"));
    until("the backlog is told of", async || backlog()).await;
    assert_eq!(sql::count(&database, "SELECT count(*) FROM job WHERE lease IS NOT NULL").await, 2);
    is_open.store(true, Ordering::SeqCst);
    until("all images are there", async || customer.batch(&batch).await["completed"] == 100).await;
    assert!(most.lock().expect("nobody panics here").1 <= 2, "two are fetched at a time");
    assert!(!place.log("worker").contains("the queue could not be asked"));
    worker.terminate();
    assert!(worker.ended(), "it ends well");
}
