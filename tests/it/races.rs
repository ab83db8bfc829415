//! Writes that meet: of those that were made for the same state, one is carried out.

use futures_util::future::join_all;
use image::ImageFormat;
use serde_json::json;

use crate::support::fixtures::Scene;
use crate::support::origin::picture;
use crate::support::{Portico, each_database, link};

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
