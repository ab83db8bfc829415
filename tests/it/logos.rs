//! Logos by links: one address is a picture to those who want one, and its description to the others.

use image::ImageFormat;
use serde_json::json;

use crate::support::origin::{boast, picture};
use crate::support::{Answer, Client, Portico, each_database, heeds_what_is_asked_for, link};

/// What browsers send for an image in a page.
const IMAGE: &str = "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5";

async fn put(client: &Client, url: &str, media_type: &str, body: Vec<u8>) -> Answer {
    client.send(client.request("PUT", url).header("content-type", media_type).body(body)).await
}

fn size(answer: &Answer) -> (u32, u32) {
    let picture = image::load_from_memory(&answer.body).expect("it is a picture");
    (picture.width(), picture.height())
}

each_database!(one_address_is_a_picture_and_its_description, async |portico: Portico| {
    let admin = portico.admin();
    let body = json!({"name": "museum", "displayName": "Museum"});
    let museum = admin.post(link(&admin.walk(&[]).await.json(), "customers"), &body).await.expect(201).json();
    let url = link(&museum, "logo");
    assert_eq!(admin.get(url).await.expect(200).json()["present"], false);
    admin.get_as(url, IMAGE).await.expect(404);
    let given = admin.get(&format!("{url}?includeDefault=true")).await.expect(200);
    assert_eq!(given.header("content-type"), Some("image/png"));
    admin
        .get(&format!("{}/999/logo?includeDefault=true", link(&museum, "@id").rsplit_once('/').unwrap().0))
        .await
        .expect(404);
    let document = put(&admin, url, "image/png", picture(300, 200, ImageFormat::Png)).await.expect(200).json();
    assert_eq!((&document["width"], &document["height"]), (&json!(300), &json!(200)));
    let template = document["search"]["template"].as_str().expect("a template");
    assert_eq!(template, format!("{url}{{?size,includeDefault}}"));
    for (accept, expected) in [
        (IMAGE, "image/png"),
        ("image/*", "image/png"),
        ("*/*", "application/ld+json"),
        ("application/ld+json, image/*;q=0.5", "application/ld+json"),
        ("text/html,application/xhtml+xml,image/avif,image/webp,image/png,*/*;q=0.8", "text/html; charset=utf-8"),
        ("text/turtle", "text/turtle; charset=utf-8"),
    ] {
        let answer = admin.get_as(url, accept).await.expect(200);
        assert_eq!(answer.header("content-type"), Some(expected), "{accept}");
        assert!(answer.header("vary").is_some_and(|vary| vary.contains("Accept")), "{answer}");
    }
    // A size is only of pictures; it keeps the ratio, and makes nothing larger.
    for (side, expected) in [("60", (60, 40)), ("300", (300, 200)), ("1000", (300, 200)), ("1", (1, 1))] {
        assert_eq!(size(&admin.get(&format!("{url}?size={side}")).await.expect(200)), expected, "{side}");
    }
    for wrong in ["size=0", "size=1025", "size=large", "includeDefault=perhaps"] {
        admin.get(&format!("{url}?{wrong}")).await.expect(400);
    }
    let seen = admin.get_as(url, "image/*").await.expect(200);
    let tag = seen.header("etag").expect("a tag").to_owned();
    let again = admin.request("GET", url).header("accept", "image/*").header("if-none-match", &tag);
    admin.send(again).await.expect(304);
    heeds_what_is_asked_for(&tag, async |wanted| {
        admin.send(admin.request("GET", url).header("accept", "image/*").header("if-match", wanted)).await
    })
    .await;
    let head = admin.send(admin.request("HEAD", url).header("accept", "image/*")).await.expect(200);
    assert!(head.body.is_empty());
    // What is no picture, is another one than it says, or boasts, changes nothing.
    for (media_type, body, status) in [
        ("image/png", b"no picture".to_vec(), 400),
        ("image/png", picture(9, 9, ImageFormat::Jpeg), 400),
        ("image/png", boast(60_000, 60_000), 400),
        ("image/gif", b"GIF89a".to_vec(), 415),
        ("application/json", b"{}".to_vec(), 415),
        ("image/png", vec![0; 3 << 20], 413),
    ] {
        put(&admin, url, media_type, body).await.expect(status);
    }
    assert_eq!(admin.get_as(url, "image/*").await.body, seen.body);
    let stale = admin.request("PUT", url).header("if-match", "\"1-x\"").header("content-type", "image/png");
    admin.send(stale.body(picture(9, 9, ImageFormat::Png))).await.expect(412);
    // The other face shows the same picture.
    admin.delete(url).await.expect(204);
    assert_eq!(admin.get(url).await.json()["present"], false);
});
