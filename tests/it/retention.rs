//! What is over is kept for as long as the operator says, and no longer.

use chrono::TimeDelta;
use image::ImageFormat;
use serde_json::json;
use server::Settings;

use crate::support::fixtures::Scene;
use crate::support::origin::{Asked, Origin, Reply, picture};
use crate::support::people::PASSWORD;
use crate::support::{Portico, each_database, link, sql};

const DAY: TimeDelta = TimeDelta::days(1);

each_database!(batches_and_failed_images_go_when_they_are_old_enough, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let (client, customer) = (&scene.admin, &scene.customer);
    scene.anonymous.sign_in("neighbour", PASSWORD).await.expect(200);
    let origin = Origin::serve(|asked: &Asked| match asked.path.as_str() {
        "/fine" => Reply::content(picture(30, 10, ImageFormat::Png)),
        _ => Reply::content(b"no picture".to_vec()),
    });
    let space = client.post(link(customer, "spaces"), &json!({"name": "Scans"})).await.expect(201).json();
    let member = |id: &str| json!({"id": id, "space": space["id"], "origin": format!("{}/{id}", origin.url)});
    let submit =
        async |members: serde_json::Value| client.post(link(customer, "queue"), &members).await.expect(201).json();
    let batch = submit(json!([member("fine"), member("broken")])).await;
    let work = async |batches: Option<u64>, failed: Option<u64>| {
        let settings = Settings {
            origin_allow: Some("127.0.0.0/8".into()),
            retain_batches: batches,
            retain_failed_images: failed,
            ..portico.settings.clone()
        };
        server::drain(&settings, &portico.world.handle()).await.expect("the worker works");
    };
    work(Some(2), Some(2)).await;
    let batch = client.get(link(&batch, "@id")).await.expect(200).json();
    assert_eq!((&batch["completed"], &batch["errors"]), (&json!(1), &json!(1)), "{batch}");
    let image = |id: &str| format!("{}/{id}", link(&space, "images"));
    assert_eq!(client.get(&image("fine")).await.expect(200).json()["batch"], batch["@id"]);

    // Each by itself, and neither before its time.
    portico.world.advance(DAY);
    work(Some(2), Some(2)).await;
    client.get(link(&batch, "@id")).await.expect(200);
    portico.world.advance(DAY + TimeDelta::seconds(1));
    work(None, None).await;
    client.get(link(&batch, "@id")).await.expect(200);
    client.get(&image("broken")).await.expect(200);
    work(None, Some(2)).await;
    client.get(link(&batch, "@id")).await.expect(200);
    client.get(&image("broken")).await.expect(404);
    let before = client.get(&image("fine")).await.expect(200);
    work(Some(2), None).await;
    client.get(link(&batch, "@id")).await.expect(404);
    let after = client.get(&image("fine")).await.expect(200);
    assert!(after.json()["batch"].is_null(), "{after}");
    assert_ne!(before.header("etag"), after.header("etag"), "it is another document");
    let queue = client.get(link(customer, "queue")).await.expect(200).json();
    assert!(!client.members(link(&queue, "batches")).await.iter().any(|other| other["@id"] == batch["@id"]));
    assert_eq!(sql::count(&portico.database(), "SELECT count(*) FROM session").await, 0, "it has ended long ago");

    // What is not finished is not over, and what was taken in before is there.
    let waiting = submit(json!([member("later")])).await;
    portico.world.advance(DAY * 10);
    let again = submit(json!([{"id": "fine", "space": space["id"], "origin": format!("{}/gone", origin.url)}])).await;
    work(None, None).await;
    portico.world.advance(DAY * 10);
    work(Some(2), Some(2)).await;
    client.get(&image("fine")).await.expect(200);
    client.get(&image("later")).await.expect(404);
    for batch in [&waiting, &again] {
        client.get(link(batch, "@id")).await.expect(404);
    }
});
