//! Images that failed, tried again; origins that ask for patience; files that nobody knows.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use chrono::Duration as Span;
use image::ImageFormat;
use serde_json::json;
use server::Counts;

use crate::support::binary::Place;
use crate::support::desk::{Desk, counts};
use crate::support::fixtures::unique;
use crate::support::origin::{Origin, Reply, picture};
use crate::support::{Database, Portico, each_database, files, link, sql, until};

const LOOPBACK: &[&str] = &["127.0.0.0/8"];

each_database!(what_failed_can_be_tried_again, async |portico: Portico| {
    let desk = Desk::set(portico).await;
    let first = desk.submit(&["away-1", "text-1", "fine"]).await;
    let second = desk.submit(&["away-2", "text-2"]).await;
    let customers = link(&desk.client.walk(&[]).await.json(), "customers").to_owned();
    let other = json!({"name": unique("other"), "displayName": "Another"});
    let other = desk.client.post(&customers, &other).await.expect(201).json();
    desk.portico.worker(LOOPBACK).await;
    assert_eq!((counts(&desk.again(&first).await), counts(&desk.again(&second).await)), ([3, 1, 2], [2, 0, 2]));
    assert_eq!(desk.image("away-1").await["errorKind"], "origin");
    assert_eq!(desk.image("text-1").await["errorKind"], "picture");
    assert_eq!(desk.image("fine").await.get("errorKind"), None);
    let retry = link(&first, "retryImages");
    assert_eq!(retry, link(&desk.customer, "retryImages"));
    assert_eq!(desk.client.get(retry).await.expect(200).json()["failed"], 4);

    for wrong in [
        json!({"errorKind": "bad luck"}),
        json!({"batch": desk.url("fine")}),
        json!({"images": [desk.url("none")]}),
        json!({"images": [link(&first, "@id")]}),
    ] {
        desk.client.post(retry, &wrong).await.expect(400).problem();
    }
    assert_eq!(desk.client.get(retry).await.expect(200).json()["failed"], 4);
    assert_eq!(desk.client.post(link(&other, "retryImages"), &json!({})).await.expect(200).json()["retried"], 0);
    let of_other = desk.client.post(link(&other, "retryImages"), &json!({"batch": first["@id"]})).await;
    of_other.expect(400).problem();

    // By image; what has not failed stays as it is.
    assert_eq!(desk.retry(&json!({"images": [desk.url("away-2"), desk.url("fine")]})).await, (1, 3));
    assert_eq!(desk.waiting().await, ["away-2"]);
    let batch = desk.again(&second).await;
    assert_eq!((counts(&batch), batch.get("finished")), ([2, 0, 1], None), "{batch}");
    let image = desk.image("away-2").await;
    assert_eq!((image.get("error"), image.get("errorKind"), image.get("finished")), (None, None, None), "{image}");
    desk.portico.worker(LOOPBACK).await;
    let batch = desk.again(&second).await;
    assert_eq!((counts(&batch), batch["finished"].is_string()), ([2, 0, 2], true), "{batch}");

    desk.mended.store(true, Ordering::SeqCst);
    // By kind, by batch, by both, by all.
    assert_eq!(desk.retry(&json!({"errorKind": "storage"})).await, (0, 4));
    assert_eq!(desk.retry(&json!({"batch": first["@id"], "errorKind": "picture"})).await, (1, 3));
    assert_eq!(desk.waiting().await, ["text-1"]);
    assert_eq!(desk.retry(&json!({"errorKind": "picture"})).await, (1, 2));
    assert_eq!(desk.retry(&json!({"batch": first["@id"]})).await, (1, 1));
    assert_eq!(desk.retry(&json!({})).await, (1, 0));
    assert_eq!(desk.waiting().await, ["away-1", "text-1", "away-2", "text-2"]);
    assert_eq!(desk.portico.worker(LOOPBACK).await.done, 4);
    assert_eq!((counts(&desk.again(&first).await), counts(&desk.again(&second).await)), ([3, 3, 0], [2, 2, 0]));
    assert_eq!(desk.retry(&json!({})).await, (0, 0));
});

each_database!(what_was_submitted_again_is_tried_in_its_last_batch, async |portico: Portico| {
    let desk = Desk::set(portico).await;
    let first = desk.submit(&["away-1", "away-2"]).await;
    desk.portico.worker(LOOPBACK).await;
    let second = desk.submit(&["away-1"]).await;
    desk.portico.worker(LOOPBACK).await;
    desk.mended.store(true, Ordering::SeqCst);
    assert_eq!(desk.retry(&json!({"batch": first["@id"]})).await, (2, 0));
    assert_eq!(desk.portico.worker(LOOPBACK).await.done, 2);
    assert_eq!((counts(&desk.again(&first).await), counts(&desk.again(&second).await)), ([1, 1, 0], [1, 1, 0]));
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_tries_again_and_sweeps_by_command() {
    for database in [Database::Sqlite, Database::Postgres] {
        let Some(place) = Place::new(database).await else { continue };
        let service = place.serve();
        let client = service.admin();
        let customer = client.customer().await;
        let space = client.post(link(&customer, "spaces"), &json!({"name": "Scans"})).await.expect(201).json();
        let origin = format!("file:///nowhere/{}", "x");
        let member = |name: &str| json!({"id": name, "space": space["id"], "origin": origin});
        let members = json!([member("one"), member("two")]);
        let batch = client.post(link(&customer, "queue"), &members).await.expect(201).json();
        let worker = place.worker("worker", 1);
        until("both fail", async || client.get(link(&batch, "@id")).await.json()["errors"] == 2).await;
        worker.terminate();
        assert!(worker.ended(), "it ends well");
        let run = |what: &str, arguments: &[&str]| {
            let output = place.run(&[&[what], arguments].concat());
            let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it is text");
            (output.status.success(), text(output.stdout), text(output.stderr))
        };
        let image = format!("{}/one", link(&space, "images"));
        let name = link(&customer, "name");
        for (arguments, said) in [
            (&["retry", "--kind", "picture", "--json"][..], "{\"retried\":0}"),
            (&["retry", "--image", &image, "--kind", "strategy"], "1 images are tried again."),
            (&["retry", "--batch", link(&batch, "@id"), "--customer", name, "--json"], "{\"retried\":1}"),
            (&["retry", "--all", "--json"], "{\"retried\":0}"),
        ] {
            let (ended, out, err) = run("image", arguments);
            assert!(ended && out.trim() == said, "{arguments:?}: {out}{err}");
        }
        for wrong in
            [&["retry"][..], &["retry", "--kind", "x"], &["retry", "--customer", "nobody"], &["retry", "--image", "x"]]
        {
            assert!(!run("image", wrong).0, "{wrong:?}");
        }
        let old = place
            .data()
            .join("objects")
            .join(customer["@id"].as_str().expect("a text").rsplit('/').next().expect("it has a number"));
        let lost = old.join("1/one/00000000-0000-4000-8000-000000000001");
        std::fs::create_dir_all(&lost).expect("it can be made");
        std::fs::write(lost.join("original#1"), "half").expect("it can be written");
        assert!(!run("objects", &["sweep"]).0, "no image has files");
        let sweep = || run("objects", &["sweep", "--force", "--json"]).1;
        assert_eq!(sweep().trim(), "{\"seen\":1,\"removed\":0}", "it is too young");
        let written = std::fs::File::options().write(true).open(lost.join("original#1")).expect("it is there");
        written.set_modified(SystemTime::now() - Duration::from_secs(3600)).expect("it can be set");
        assert_eq!(sweep().trim(), "{\"seen\":1,\"removed\":1}");
        assert!(!lost.exists());
    }
}

each_database!(files_that_nobody_knows_go, async |portico: Portico| {
    let desk = Desk::set(portico).await;
    desk.submit(&["one", "two", "away"]).await;
    desk.portico.worker(LOOPBACK).await;
    let before = desk.portico.objects();
    let objects = desk.portico.settings.data_dir.join("objects");
    let customer = link(&desk.customer, "@id").rsplit('/').next().expect("it has a number").to_owned();
    let place = objects.join(&customer).join(desk.space["id"].to_string());
    let now = chrono::DateTime::parse_from_rfc3339("2026-01-01T00:00:00Z").expect("a date").into();
    let mut number = 0;
    let mut leave = |image: &str, name: &str, age: u64| {
        number += 1;
        let folder = place.join(image).join(format!("00000000-0000-4000-8000-{number:012}"));
        std::fs::create_dir_all(&folder).expect("it can be made");
        std::fs::write(folder.join(name), "left").expect("it can be written");
        let written = std::fs::File::options().write(true).open(folder.join(name)).expect("it is there");
        let now: SystemTime = now;
        written.set_modified(now - Duration::from_secs(age)).expect("it can be set");
        folder
    };
    let (half, whole, foreign, failed) = (
        leave("one", "original#1", 9),
        leave("one", "original", 9),
        leave("gone", "original", 3600),
        leave("away", "original#1", 9),
    );
    let young = leave("gone", "original", 10);

    // With the image goes all that lies below it, whatever became of it.
    for name in ["one", "away"] {
        desk.client.delete(&desk.url(name)).await.expect(205);
    }
    desk.portico.worker(LOOPBACK).await;
    assert!(!half.exists() && !whole.exists() && !failed.exists() && foreign.exists());

    // A day after the first time that somebody has asked, it is compared.
    desk.portico.world.advance(Span::hours(23));
    desk.portico.worker(LOOPBACK).await;
    assert!(foreign.exists() && young.exists());
    desk.portico.world.advance(Span::hours(2));
    let late: SystemTime = now;
    let written = std::fs::File::options().write(true).open(young.join("original")).expect("it is there");
    written.set_modified(late + Duration::from_secs(25 * 3600 - 30)).expect("it can be set");
    desk.portico.worker(LOOPBACK).await;
    assert!(!foreign.exists() && young.exists());
    let after = desk.portico.objects();
    assert!(
        after.iter().filter(|file| before.contains(*file)).count() == 2,
        "those of the image that is there: {after:?}"
    );
    assert!(files(&objects).len() == 3);
});

each_database!(an_origin_that_asks_for_patience_is_waited_for, async |portico: Portico| {
    let status = Arc::new(AtomicUsize::new(0));
    let answers = Arc::clone(&status);
    let origin = Origin::serve(move |asked| {
        // The path says what is asked for, in seconds or until when; the counter, for how many times.
        let (code, wait) = asked.path[1..].split_once('/').expect("it has two parts");
        match asked.before < answers.load(Ordering::SeqCst) {
            true => Reply::status(code.parse().expect("a status")).with("Retry-After", wait.replace('_', " ")),
            false => Reply::content(picture(20, 10, ImageFormat::Png)),
        }
    });
    let client = portico.admin();
    let customer = client.customer().await;
    let space = client.post(link(&customer, "spaces"), &json!({"name": "Scans"})).await.expect(201).json();
    let put = async |name: &str, wait: &str| {
        let body = json!({"origin": format!("{}/{wait}", origin.url)});
        client.put(&format!("{}/{name}", link(&space, "images")), &body).await.expect(201).id()
    };
    let asked = || origin.asked().len();
    status.store(7, Ordering::SeqCst);
    for (name, wait) in [("a", "503/40"), ("b", "429/40"), ("c", "403/40"), ("d", "404/40"), ("e", "500/40")] {
        put(name, wait).await;
    }
    // More often than an image is tried.
    for round in 1..=7 {
        assert_eq!(portico.worker(LOOPBACK).await, Counts { retried: 5, ..Counts::default() });
        portico.world.advance(Span::seconds(39));
        assert_eq!(portico.worker(LOOPBACK).await, Counts::default(), "{round}");
        assert_eq!(asked(), 5 * round);
        portico.world.advance(Span::minutes(5));
    }
    assert_eq!(sql::count(&portico.database(), "SELECT count(*) FROM job WHERE attempts > 0").await, 0);
    assert_eq!(portico.worker(LOOPBACK).await.done, 5);

    // Until an instant; and before a redirect is followed.
    status.store(1, Ordering::SeqCst);
    let moved = Origin::serve({
        let to = format!("{}/200/0", origin.url);
        move |_| Reply::redirect(to.clone()).with("Retry-After", "60")
    });
    let at = portico.world.handle().now().instant() + Span::hours(2);
    put("until", &format!("503/{}", at.format("%a,_%d_%b_%Y_%H:%M:%S_GMT"))).await;
    client
        .put(&format!("{}/moved", link(&space, "images")), &json!({"origin": format!("{}/x", moved.url)}))
        .await
        .expect(201);
    status.store(1, Ordering::SeqCst);
    assert_eq!(portico.worker(LOOPBACK).await, Counts { retried: 2, ..Counts::default() });
    portico.world.advance(Span::minutes(5));
    status.store(0, Ordering::SeqCst);
    assert_eq!(portico.worker(LOOPBACK).await.done, 1, "where it was redirected to");
    assert_eq!(moved.asked().len(), 2);
    portico.world.advance(Span::minutes(114));
    assert_eq!(portico.worker(LOOPBACK).await, Counts::default());
    portico.world.advance(Span::hours(1));
    assert_eq!(portico.worker(LOOPBACK).await.done, 1);

    // Not for ever.
    status.store(1000, Ordering::SeqCst);
    let (long, often) = (put("long", "503/100000").await, put("often", "429/0").await);
    let counts = portico.worker(LOOPBACK).await;
    assert_eq!((counts.failed, counts.retried), (1, 1));
    let error = client.get(&long).await.expect(200).json();
    assert!(link(&error, "error").contains("100000 s") && error["errorKind"] == "origin", "{error}");
    for _ in 0..400 {
        portico.world.advance(Span::minutes(10));
        if portico.worker(LOOPBACK).await.failed == 1 {
            break;
        }
    }
    assert!(client.get(&often).await.expect(200).json()["error"].is_string());
});
