//! Several workers at once, and workers that die: whatever happens, what is said of images is so.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use image::ImageFormat;
use serde_json::{Value, json};
use server::Settings;

use crate::support::binary::{Place, Process};
use crate::support::origin::{Origin, Reply, picture};
use crate::support::{Client, Database, Portico, each_database, files, link, sql, until};

/// Numbers that repeat from run to run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// The sizes of pictures that there are to be had: that of `/30` is 30 by 10.
const WIDTHS: &[u32] = &[30, 40, 50, 60];

/// What is kept agrees with what is said of it: of batches, of storage, of files.
async fn agrees(client: &Client, customer: &Value, space: &Value, objects: &Path, database: &str) {
    assert_eq!(sql::count(database, "SELECT count(*) FROM job").await, 0);
    let queue = client.get(link(customer, "queue")).await.expect(200).json();
    assert_eq!((&queue["size"], &queue["batchesWaiting"]), (&json!(0), &json!(0)));
    for batch in client.members(link(&queue, "batches")).await {
        for (number, rows) in [("count", "images"), ("completed", "completedImages"), ("errors", "errorImages")] {
            assert_eq!(batch[number], client.members(link(&batch, rows)).await.len(), "{number} of {batch}");
        }
        assert!(batch["finished"].is_string(), "{batch}");
        let test = client.post(link(&batch, "test"), &json!({})).await.expect(200).json();
        assert_eq!(test["success"], false, "{batch}");
    }
    let (mut stored, mut size, mut thumbnails) = (0, 0, 0);
    for image in client.members(link(space, "images")).await {
        assert_eq!(image["ingesting"], false, "{image}");
        let storage = client.get(link(&image, "storage")).await.expect(200).json();
        size += storage["size"].as_u64().expect("a number");
        thumbnails += storage["thumbnailSize"].as_u64().expect("a number");
        stored += u64::from(image.get("infoJson").is_some());
    }
    for whole in [customer, space] {
        let storage = client.get(link(whole, "storage")).await.expect(200).json();
        assert_eq!(storage["numberOfStoredImages"], stored);
        assert_eq!(storage["totalSizeOfStoredImages"], size);
        assert_eq!(storage["totalSizeOfThumbnails"], thumbnails);
    }
    let (originals, made): (BTreeSet<_>, BTreeSet<_>) =
        files(objects).into_iter().partition(|file| file.ends_with("original"));
    let bytes = |file: &std::path::PathBuf| file.metadata().expect("it is there").len();
    assert_eq!((originals.len() as u64, originals.iter().map(bytes).sum::<u64>()), (stored, size));
    assert_eq!(made.iter().map(bytes).sum::<u64>(), thumbnails);
    assert!(
        originals.iter().all(|file| made.iter().any(|other| other.starts_with(file.parent().expect("it has one"))))
    );
}

each_database!(many_workers_and_many_clients_agree_in_the_end, async |portico: Portico| {
    let origin = Origin::serve(|asked| match asked.path[1..].parse() {
        Ok(width) => {
            // Some take long enough for things to happen meanwhile.
            std::thread::sleep(Duration::from_millis(asked.before as u64 % 4 * 20));
            Reply::content(picture(width, 10, ImageFormat::Png))
        }
        Err(_) => Reply::status(404),
    });
    let client = portico.admin();
    let customer = client.customer().await;
    let space = client.post(link(&customer, "spaces"), &json!({"name": "Busy"})).await.expect(201).json();
    let ended = AtomicBool::new(false);
    let settings =
        Settings { origin_allow: Some("127.0.0.0/8".into()), worker_parallel: Some(2), ..portico.settings.clone() };
    let worker = async || {
        while !ended.load(Ordering::SeqCst) {
            server::drain(&settings, &portico.world.handle()).await.expect("the worker works");
        }
    };
    let writer = async |seed: u64| {
        let mut chance = Chance(seed);
        let source = |chance: &mut Chance| match chance.below(5) {
            4 => format!("{}/nothing", origin.url),
            index => format!("{}/{}", origin.url, WIDTHS[usize::try_from(index).expect("it is small")]),
        };
        for _ in 0..30 {
            let url = format!("{}/page-{}", link(&space, "images"), chance.below(12));
            let answer = match chance.below(5) {
                0 => client.delete(&url).await,
                1 => client.put(&url, &json!({"origin": source(&mut chance)})).await,
                2 => {
                    let pages: Vec<_> = (0..3).map(|_| format!("page-{}", chance.below(12))).collect();
                    let named: Vec<_> =
                        pages.iter().map(|page| json!({"@id": format!("{}/{page}", link(&space, "images"))})).collect();
                    client.post(link(&customer, "deleteImages"), &json!({"member": named})).await
                }
                urgency => {
                    let queue = if urgency == 3 { "queue" } else { "queue/priority" };
                    let pages: BTreeSet<_> = (0..6).map(|_| chance.below(12)).collect();
                    let member = |page| json!({"id": format!("page-{page}"), "space": space["id"], "origin": source(&mut chance)});
                    let members: Vec<_> = pages.into_iter().map(member).collect();
                    client.post(&format!("{}/{queue}", link(&customer, "@id")), &json!(members)).await.expect(201)
                }
            };
            assert!(answer.status < 500, "{answer}");
        }
    };
    let watcher = async || {
        let batches = format!("{}?pageSize=500", link(&client.get(link(&customer, "queue")).await.json(), "batches"));
        let mut seen = 0;
        while !ended.load(Ordering::SeqCst) {
            for batch in client.get(&batches).await.expect(200).json()["member"].as_array().expect("an array") {
                let number = |name: &str| batch[name].as_u64().expect("a number");
                let done = number("completed") + number("errors");
                assert!(done <= number("count"), "{batch}");
                assert_eq!(batch["finished"].is_string(), done == number("count"), "{batch}");
                seen += 1;
            }
        }
        seen
    };
    let writers = async {
        tokio::join!(writer(1), writer(2), writer(3));
        // What they left is done by the workers that run.
        for waited in 0.. {
            let left = sql::count(&portico.database(), "SELECT count(*) FROM job").await;
            if left == 0 {
                break;
            }
            assert!(waited < 1200, "{left} jobs are still waited for");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        ended.store(true, Ordering::SeqCst);
    };
    let (.., seen, ()) = tokio::join!(worker(), worker(), worker(), watcher(), writers);
    assert!(seen > 10, "somebody watched: {seen}");
    let objects = portico.settings.data_dir.join("objects");
    agrees(&client, &customer, &space, &objects, &portico.database()).await;
    for image in client.members(link(&space, "images")).await {
        // Of all the origins that it had, the last one counts.
        match link(&image, "origin").rsplit_once('/').and_then(|(_, width)| width.parse::<u32>().ok()) {
            Some(width) => assert_eq!((image.get("error"), &image["width"]), (None, &json!(width)), "{image}"),
            None => assert_eq!(image["error"], "The origin answered 404 Not Found.", "{image}"),
        }
    }
});

/// A service and workers as processes, and a batch of which some images are held back by their origin.
struct Stage {
    place: Place,
    service: Process,
    origin: Origin,
    is_open: Arc<AtomicBool>,
    customer: Value,
    space: Value,
    batch: Value,
}

/// Images that are held back: as many as a worker takes at a time here.
const HELD: usize = 4;
/// Images that are not, in front of them and behind.
const FREE: [usize; 2] = [2, 6];

impl Stage {
    async fn set(place: Place) -> Self {
        let service = place.serve();
        let client = service.admin();
        let is_open = Arc::new(AtomicBool::new(false));
        let gate = Arc::clone(&is_open);
        let origin = Origin::serve(move |asked| {
            while asked.path.starts_with("/held") && !gate.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(10));
            }
            Reply::content(picture(30, 10, ImageFormat::Png))
        });
        let customer = client.customer().await;
        let space = client.post(link(&customer, "spaces"), &json!({"name": "Stage"})).await.expect(201).json();
        let member = |id: String| json!({"id": id, "space": space["id"], "origin": format!("{}/{id}?signature=hush", origin.url)});
        let [front, behind] = FREE;
        let mut members: Vec<_> = (0..front).map(|number| member(format!("front-{number}"))).collect();
        members.extend((0..HELD).map(|number| member(format!("held-{number}"))));
        members.extend((0..behind).map(|number| member(format!("behind-{number}"))));
        let batch = client.post(link(&customer, "queue"), &json!(members)).await.expect(201).json();
        Self { place, service, origin, is_open, customer, space, batch }
    }

    fn worker(&self, log: &str) -> Process {
        self.place.worker(log, HELD / 2)
    }

    /// How often the images with such names were fetched, or are being.
    fn fetched(&self, name: &str) -> usize {
        self.origin.asked().iter().filter(|asked| asked.path[1..].starts_with(name)).count()
    }

    /// The batch, when so many of its images are completed.
    async fn completed(&self, number: usize) -> Value {
        let batch = async || self.service.admin().get(link(&self.batch, "@id")).await.expect(200).json();
        until(&format!("{number} images are completed"), async || batch().await["completed"] == number).await;
        batch().await
    }

    /// A worker that has as much as it takes at a time, and waits for all of it.
    async fn stuck(&self) -> Process {
        let worker = self.worker("first");
        self.completed(FREE[0]).await;
        until("it takes what there is", async || self.fetched("held") == HELD).await;
        worker
    }

    async fn jobs(&self, condition: &str) -> i64 {
        sql::count(&self.place.database(), &format!("SELECT count(*) FROM job WHERE {condition}")).await
    }

    /// Nothing is left to do, not even to remove what a worker has left behind.
    async fn idle(&self) {
        until("no jobs are left", async || self.jobs("TRUE").await == 0).await;
    }

    /// All is there, once.
    async fn is_whole(&self) {
        let all = FREE[0] + HELD + FREE[1];
        let batch = self.completed(all).await;
        self.idle().await;
        assert_eq!((&batch["count"], &batch["errors"]), (&json!(all), &json!(0)));
        assert_eq!((self.fetched("front"), self.fetched("behind")), FREE.into());
        let objects = self.place.data().join("objects");
        agrees(&self.service.admin(), &self.customer, &self.space, &objects, &self.place.database()).await;
        assert_eq!(files(&objects).len(), 2 * all, "an original and a thumbnail each");
    }

    /// A worker has logged what it did with an image, and no more than may be known of it.
    /// Waits until a worker has logged what became of an image: the log is written behind the work, and a killed worker writes
    /// no more of it.
    async fn is_logged(&self, log: &str, image: &str, outcome: &str) {
        let is_there = || {
            let text = self.place.log(log);
            assert!(!text.contains("hush"), "the {log} worker logs a query");
            let mut lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
            lines.any(|line| line["message"] == "image" && line["image"] == image && line["outcome"] == outcome)
        };
        until(&format!("the {log} worker logs that {image} is {outcome}"), async || is_there()).await;
    }
}

/// A test with processes, on both databases.
macro_rules! staged {
    ($(#[$attribute:meta])* $name:ident, $body:expr) => {
        mod $name {
            use super::*;

            $(#[$attribute])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let place = Place::new(Database::Sqlite).await.expect("there is always SQLite");
                crate::workers::stage(place, $body).await;
            }

            $(#[$attribute])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let Some(place) = Place::new(Database::Postgres).await else { return };
                crate::workers::stage(place, $body).await;
            }
        }
    };
}

async fn stage(place: Place, test: impl AsyncFnOnce(Stage)) {
    test(Stage::set(place).await).await;
}

staged!(what_a_killed_worker_had_is_done_by_another, async |stage: Stage| {
    let mut first = stage.stuck().await;
    assert_eq!(stage.jobs("lease IS NOT NULL").await, HELD as i64);
    stage.is_logged("first", "front-0", "ingested").await;
    first.kill();
    stage.is_open.store(true, Ordering::SeqCst);
    let second = stage.worker("second");
    // What nobody had is done. The rest is the dead worker's until its leases end.
    let batch = stage.completed(FREE[0] + FREE[1]).await;
    assert!(batch.get("finished").is_none(), "{batch}");
    assert_eq!((stage.jobs("lease IS NOT NULL").await, stage.fetched("held")), (HELD as i64, HELD));
    sql::execute(&stage.place.database(), "UPDATE job SET due_at = 0").await;
    stage.is_whole().await;
    assert_eq!(stage.fetched("held"), 2 * HELD);
    stage.is_logged("second", "behind-0", "ingested").await;
    second.terminate();
    assert!(second.ended(), "it ends well");
});

staged!(a_worker_that_is_told_to_stop_finishes_what_it_has, async |stage: Stage| {
    let first = stage.stuck().await;
    first.terminate();
    // It has understood once it says so.
    while !stage.place.log("first").contains("stopping") {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    stage.is_open.store(true, Ordering::SeqCst);
    assert!(first.ended(), "it ends well");
    assert_eq!(stage.jobs("lease IS NULL").await, FREE[1] as i64, "it took nothing more");
    let batch = stage.completed(FREE[0] + HELD).await;
    assert!(batch.get("finished").is_none(), "{batch}");
    let second = stage.worker("second");
    stage.completed(FREE[0] + HELD + FREE[1]).await;
    assert_eq!(stage.fetched("held"), HELD, "nothing was fetched again");
    second.terminate();
    assert!(second.ended(), "it ends well");
});

staged!(a_worker_without_time_gives_back_what_it_has, async |stage: Stage| {
    let first = stage.stuck().await;
    first.terminate();
    assert!(first.ended(), "it ends well");
    assert_eq!(stage.jobs("lease IS NOT NULL").await, 0, "nothing is kept from others");
    assert_eq!(stage.jobs("attempts = 0").await, (HELD + FREE[1]) as i64, "nothing counts as tried");
    stage.is_logged("first", "held-0", "given back").await;
    stage.is_open.store(true, Ordering::SeqCst);
    let second = stage.worker("second");
    stage.is_whole().await;
    second.terminate();
    assert!(second.ended(), "it ends well");
});

staged!(what_a_worker_has_lost_it_leaves_to_another, async |stage: Stage| {
    let first = stage.stuck().await;
    // As if it had been cut off for longer than its leases last.
    sql::execute(&stage.place.database(), "UPDATE job SET due_at = 0 WHERE lease IS NOT NULL").await;
    let second = stage.worker("second");
    until("the second has them, too", async || stage.fetched("held") == 2 * HELD).await;
    stage.is_open.store(true, Ordering::SeqCst);
    stage.completed(FREE[0] + HELD + FREE[1]).await;
    stage.idle().await;
    for worker in [first, second] {
        worker.terminate();
        assert!(worker.ended(), "it ends well");
    }
    stage.is_whole().await;
    for image in 0..HELD {
        let image = format!("held-{image}");
        stage.is_logged("first", &image, "lost").await;
        stage.is_logged("second", &image, "ingested").await;
    }
});

each_database!(an_image_on_which_workers_die_is_given_up, async |portico: Portico| {
    let origin = Origin::serve(|_| Reply::content(picture(30, 10, ImageFormat::Png)));
    let client = portico.admin();
    let customer = client.customer().await;
    let space = client.post(link(&customer, "spaces"), &json!({"name": "Deadly"})).await.expect(201).json();
    let members: Vec<_> = ["fourth", "fifth"]
        .iter()
        .map(|id| json!({"id": id, "space": space["id"], "origin": format!("{}/{id}", origin.url)}))
        .collect();
    let batch = client.post(link(&customer, "queue"), &json!(members)).await.expect(201).json();
    for (image, attempts) in [("fourth", 4), ("fifth", 5)] {
        let statement = format!(
            "UPDATE job SET attempts = {attempts} WHERE image_id = (SELECT id FROM image WHERE name = '{image}')"
        );
        sql::execute(&portico.database(), &statement).await;
    }
    let counts = portico.worker(&["127.0.0.0/8"]).await;
    assert_eq!((counts.done, counts.failed), (1, 1));
    let given_up = client.members(link(&batch, "errorImages")).await;
    assert_eq!((given_up.len(), link(&given_up[0], "id")), (1, "fifth"));
    assert!(link(&given_up[0], "error").contains("ended 5 times"), "{given_up:?}");
    assert_eq!(origin.asked().len(), 1, "it is not tried once more");
});
