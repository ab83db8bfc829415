//! Batches and what is done to the images in them, from their submission to their end.

use std::sync::atomic::Ordering;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::support::desk::{Desk, counts};
use crate::support::{Portico, each_database, link, sql};

each_database!(all_members_are_registered_or_none, async |portico: Portico| {
    let desk = Desk::set(portico).await;
    let mut members = desk.members(&["one", "two", "three", "four", "five"]);
    members[1]["origin"] = json!("gopher://example.org/");
    members[2]["space"] = json!(999);
    members[3].as_object_mut().expect("it is one").remove("origin");
    members[4]["number1"] = json!("many");
    let answer = desk.post(&members).await.expect(400);
    let wrong = answer.wrong();
    for path in ["member[1].origin", "member[3].origin", "member[4].number1"] {
        assert!(wrong.iter().any(|wrong| wrong == path), "{path}: {answer}");
    }
    assert!(!wrong.iter().any(|path| path.starts_with("member[0]")), "{answer}");
    assert_eq!(wrong.iter().filter(|path| path.starts_with("member[2]")).count(), 1, "{answer}");
    assert!(desk.ids(link(&desk.space, "images")).await.is_empty());
    let queue = desk.queue().await;
    assert_eq!((&queue["size"], &queue["batchesWaiting"]), (&json!(0), &json!(0)));
    assert!(desk.ids(link(&queue, "batches")).await.is_empty());

    let duplicates = desk.post(&desk.members(&["one", "two", "one"])).await.expect(400);
    assert_eq!(duplicates.wrong(), ["member[2].id"], "{duplicates}");
    let many: Vec<_> = (0..251).map(|number| desk.member(&format!("page-{number}"))).collect();
    desk.post(&json!(many)).await.expect(400).problem();
    assert!(desk.ids(link(&desk.space, "images")).await.is_empty());
    let batch = desk.post(&json!(many[..250])).await.expect(201).json();
    assert_eq!(counts(&batch), [250, 0, 0]);
    assert_eq!(desk.ids(link(&batch, "images")).await.len(), 250);
});

each_database!(a_list_is_understood_in_whatever_form_it_comes, async |portico: Portico| {
    let desk = Desk::set(portico).await;
    let (vocab, hydra) = (format!("{}/vocab#", desk.portico.url), "http://www.w3.org/ns/hydra/core#");
    let space = desk.space["id"].as_i64().expect("a number");
    let member = |id: &str| json!({"id": id, "space": space, "origin": "https://images.example/1.jpg", "string1": "same", "tags": ["a", "b"]});
    let mut texts = member("text");
    texts["space"] = json!(space.to_string());
    let property = |name: &str| format!("{vocab}Image/{name}");
    let expanded = json!([{
        "@type": [format!("{hydra}Collection")],
        format!("{hydra}member"): [{
            "@id": desk.url("expanded"),
            property("origin"): [{"@value": "https://images.example/1.jpg"}],
            property("string1"): [{"@value": "same"}],
            property("tags"): [{"@value": "a"}, {"@value": "b"}],
        }],
    }]);
    let turtle = format!(
        "@prefix h: <{hydra}> . @prefix i: <{vocab}Image/> . [] a h:Collection ; h:member <{}> . \
         <{0}> i:origin \"https://images.example/1.jpg\" ; i:string1 \"same\" ; i:tags \"a\", \"b\" .",
        desk.url("turtle")
    );
    let core = "http://www.w3.org/ns/hydra/context.jsonld";
    let (ld, json) = (Some("application/ld+json"), Some("application/json"));
    for (id, content_type, body) in [
        ("array", ld, json!([member("array")]).to_string()),
        ("untyped", None, json!({"member": [member("untyped")]}).to_string()),
        ("json", json, json!({"member": [member("json")]}).to_string()),
        ("typed", ld, json!({"@type": "hydra:Collection", "member": [member("typed")]}).to_string()),
        ("core", ld, json!({"@context": core, "@type": "Collection", "member": [member("core")]}).to_string()),
        ("text", ld, json!({"member": [texts]}).to_string()),
        ("expanded", ld, expanded.to_string()),
        ("turtle", Some("text/turtle"), turtle),
    ] {
        let mut request = desk.client.request("POST", link(&desk.customer, "queue")).body(body);
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        let batch = desk.client.send(request).await.expect(201).json();
        assert_eq!(counts(&batch), [1, 0, 0], "{id}");
        let image = desk.image(id).await;
        assert_eq!(link(&image, "batch"), link(&batch, "@id"), "{id}");
        assert_eq!((link(&image, "origin"), link(&image, "string1")), ("https://images.example/1.jpg", "same"), "{id}");
        let mut tags: Vec<_> = image["tags"].as_array().expect("an array").iter().map(Value::to_string).collect();
        tags.sort();
        assert_eq!((tags, &image["ingesting"]), (vec!["\"a\"".into(), "\"b\"".into()], &json!(true)), "{id}");
    }
    let nameless = json!({"space": space, "origin": "https://images.example/1.jpg"});
    let batch = desk.post(&json!([nameless, nameless])).await.expect(201).json();
    let made = desk.ids(link(&batch, "images")).await;
    assert!(
        made.len() == 2 && made[0] != made[1] && made.iter().all(|id| uuid::Uuid::parse_str(id).is_ok()),
        "{made:?}"
    );
});

each_database!(a_space_says_what_its_images_do_not, async |portico: Portico| {
    let desk = Desk::set(portico).await;
    let roles = desk.client.members(link(&desk.customer, "roles")).await;
    let (role, space) = (link(&roles[0], "@id"), link(&desk.space, "@id"));
    let defaults = json!({"defaultTags": ["d"], "defaultRoles": [role], "defaultMaxUnauthorised": 300});
    desk.client.patch(space, &defaults).await.expect(205);
    let mut members = desk.members(&["without", "with"]);
    for (name, value) in [("tags", json!(["own"])), ("roles", json!([])), ("maxUnauthorised", json!(50))] {
        members[1][name] = value;
    }
    desk.post(&members).await.expect(201);
    let said = |image: &Value| json!([image["tags"], image["roles"], image["maxUnauthorised"]]);
    assert_eq!(said(&desk.image("without").await), json!([["d"], [role], 300]));
    assert_eq!(said(&desk.image("with").await), json!([["own"], [], 50]));
});

each_database!(what_failed_is_submitted_again_as_it_came, async |portico: Portico| {
    let desk = Desk::set(portico).await;
    let first = desk.submit(&["away-1", "good", "away-2"]).await;
    desk.work().await;
    let done = desk.again(&first).await;
    assert_eq!((counts(&done), &done["superseded"]), ([3, 1, 2], &json!(false)));
    desk.mended.store(true, Ordering::SeqCst);
    let failed = desk.client.members(link(&first, "errorImages")).await;
    assert!(failed.iter().all(|image| image["error"].is_string()) && failed.len() == 2, "{failed:?}");
    let second = desk.post(&json!({"member": failed})).await.expect(201).json();
    assert_eq!(desk.image("away-1").await["ingesting"], true);
    desk.work().await;
    assert_eq!(counts(&desk.again(&second).await), [2, 2, 0]);
    let image = desk.image("away-1").await;
    assert_eq!((image.get("error"), &image["width"], &image["batch"]), (None, &json!(20), &second["@id"]));
    let first = desk.again(&first).await;
    assert_eq!((counts(&first), &first["superseded"]), ([1, 1, 0], &json!(false)), "one image is in no later batch");

    let good = desk.client.members(link(&first, "completedImages")).await;
    let third = desk.post(&json!(good)).await.expect(201).json();
    let first = desk.again(&first).await;
    assert_eq!((counts(&first), &first["superseded"]), ([0, 0, 0], &json!(true)));
    desk.work().await;
    assert_eq!(counts(&desk.again(&third).await), [1, 1, 0]);
    let recent = desk.ids(link(&desk.queue().await, "recent")).await;
    assert!(!recent.iter().any(|id| id == link(&first, "@id")) && recent.len() == 2, "{recent:?}");
    assert_eq!(desk.ids(link(&desk.queue().await, "batches")).await.len(), 3);
    // A page is posted back as the whole that it is, too.
    let page = desk.client.get(link(&second, "images")).await.expect(200).json();
    assert_eq!(counts(&desk.post(&page).await.expect(201).json()), [2, 0, 0]);
});

each_database!(an_image_that_waits_is_fetched_once_for_all_its_batches, async |portico: Portico| {
    let desk = Desk::set(portico).await;
    let first = desk.submit(&["one", "two", "away"]).await;
    let second = desk.submit(&["two", "away"]).await;
    let third = desk.submit(&["two"]).await;
    assert_eq!(desk.queue().await["size"], 3);
    assert_eq!(link(&desk.image("two").await, "batch"), link(&third, "@id"));
    desk.work().await;
    let asked: Vec<_> = desk.origin.asked().into_iter().map(|asked| asked.path).collect();
    assert_eq!((asked.len(), asked.iter().filter(|path| *path == "/two").count()), (3, 1), "{asked:?}");
    for (batch, expected) in [(&first, [1, 1, 0]), (&second, [1, 0, 1]), (&third, [1, 1, 0])] {
        let batch = desk.again(batch).await;
        assert_eq!(counts(&batch), expected);
        assert!(batch["finished"].is_string() && batch["superseded"] == false, "{batch}");
    }
});

/// Moves of images between batches, and work between them.
#[derive(Debug, Clone)]
enum Step {
    Submit(Vec<usize>),
    Delete(usize),
    Work,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => prop::collection::btree_set(0..NAMES.len(), 1..4).prop_map(|some| Step::Submit(some.into_iter().collect())),
        1 => (0..NAMES.len()).prop_map(Step::Delete),
        2 => Just(Step::Work),
    ];
    prop::collection::vec(step, 4..9)
}

const NAMES: [&str; 4] = ["one", "two", "away-1", "away-2"];

each_database!(a_batch_tells_of_the_images_that_are_in_no_later_one, async |portico: Portico| {
    let desk = Desk::set(portico).await;
    let mut runner = TestRunner::deterministic();
    for _ in 0..4 {
        let mut batches: Vec<(Value, Vec<&str>)> = Vec::new();
        for step in steps().new_tree(&mut runner).expect("a value").current() {
            match step {
                Step::Submit(some) => {
                    let names: Vec<_> = some.into_iter().map(|index| NAMES[index]).collect();
                    for (_, own) in &mut batches {
                        own.retain(|name| !names.contains(name));
                    }
                    batches.push((desk.submit(&names).await, names));
                }
                Step::Delete(index) => {
                    let _ = desk.client.delete(&desk.url(NAMES[index])).await;
                    for (_, own) in &mut batches {
                        own.retain(|name| *name != NAMES[index]);
                    }
                }
                Step::Work => desk.work().await,
            }
            for (batch, own) in &batches {
                let now = desk.again(batch).await;
                let mut shown = [Vec::new(), Vec::new(), Vec::new()];
                for (shown, name) in shown.iter_mut().zip(["images", "completedImages", "errorImages"]) {
                    *shown = desk.ids(link(&now, name)).await;
                    shown.sort();
                }
                let mut expected: Vec<_> = own.iter().map(|name| (*name).to_owned()).collect();
                expected.sort();
                assert_eq!(shown[0], expected, "{now}");
                assert_eq!(counts(&now), shown.each_ref().map(|ids| ids.len() as u64), "{now}");
                assert_eq!(now["superseded"], json!(own.is_empty()), "{now}");
                for name in &shown[0] {
                    assert_eq!(desk.image(name).await["batch"], now["@id"], "{name}");
                }
                let [count, completed, errors] = counts(&now);
                assert_eq!(now["finished"].is_string(), completed + errors == count, "{now}");
                let test = desk.client.get(link(&now, "test")).await.expect(200).json();
                assert_eq!(test["success"], false, "{now}");
            }
        }
    }
});

each_database!(what_was_there_stays_until_there_is_something_else, async |portico: Portico| {
    let desk = Desk::set(portico).await;
    desk.submit(&["one"]).await;
    desk.work().await;
    let before = desk.portico.objects();
    let failed = json!({"id": "one", "space": desk.space["id"], "origin": format!("{}/away", desk.origin.url)});
    let batch = desk.post(&json!([failed])).await.expect(201).json();
    let thumbnail = async || {
        let image = desk.image("one").await;
        desk.portico.anonymous().get(link(&image, "thumbnail400")).await.expect(200).body
    };
    let shown = thumbnail().await;
    desk.work().await;
    assert_eq!(counts(&desk.again(&batch).await), [1, 0, 1]);
    let image = desk.image("one").await;
    assert_eq!((link(&image, "error"), &image["width"]), ("The origin answered 404 Not Found.", &json!(20)));
    assert_eq!((thumbnail().await, desk.portico.objects()), (shown, before));
    desk.client.delete(&desk.url("one")).await.expect(205);
    desk.work().await;
    assert!(desk.portico.objects().is_empty());
});

each_database!(a_test_finds_what_was_changed_behind_its_back, async |portico: Portico| {
    let desk = Desk::set(portico).await;
    let batch = desk.submit(&["one"]).await;
    desk.work().await;
    let before = desk.again(&batch).await;
    let (test, number) = (link(&batch, "test"), link(&batch, "@id").rsplit_once('/').expect("an address has parts").1);
    let run = async || desk.client.post(test, &json!({})).await.expect(200).json()["success"].clone();
    let look = async || desk.client.get(test).await.expect(200).json()["success"].clone();
    assert_eq!((look().await, run().await), (json!(false), json!(false)));
    for change in ["superseded = NOT superseded", "finished_at = NULL"] {
        let statement = format!("UPDATE batch SET {change} WHERE id = {number}");
        sql::execute(&desk.portico.database(), &statement).await;
        assert_eq!(look().await, true, "{change}");
        assert_eq!((run().await, run().await, look().await), (json!(true), json!(false), json!(false)), "{change}");
    }
    let after = desk.again(&batch).await;
    assert_eq!((&after["finished"], &after["superseded"]), (&before["finished"], &before["superseded"]));
});

each_database!(a_queue_knows_what_waits_and_what_is_done, async |portico: Portico| {
    let desk = Desk::set(portico).await;
    let shown = async || {
        let queue = desk.queue().await;
        let urgent = desk.client.get(link(&queue, "priority")).await.expect(200).json();
        [&queue["size"], &queue["imagesWaiting"], &queue["batchesWaiting"], &urgent["size"]]
            .map(|n| n.as_u64().expect("a number"))
    };
    let id = |batch: &Value| link(batch, "@id").to_owned();
    assert_eq!(shown().await, [0, 0, 0, 0]);
    let first = desk.submit(&["one", "two"]).await;
    let second = desk.submit(&["three", "four", "five"]).await;
    let urgent = link(&desk.queue().await, "priority").to_owned();
    let third = desk.client.post(&urgent, &desk.members(&["urgent-1", "urgent-2"])).await.expect(201).json();
    assert_eq!(shown().await, [7, 7, 3, 2]);
    let queue = desk.queue().await;
    assert_eq!(desk.ids(link(&queue, "active")).await, [id(&first), id(&second), id(&third)]);
    assert!(desk.ids(link(&queue, "recent")).await.is_empty());
    assert_eq!(desk.ids(link(&queue, "images")).await.len(), 7);
    // An image that came by itself waits, and is in no batch.
    desk.client.put(&desk.url("alone"), &json!({"origin": format!("{}/alone", desk.origin.url)})).await.expect(201);
    assert_eq!(shown().await[1..3], [8, 3]);
    assert_eq!(desk.ids(link(&queue, "images")).await.len(), 7);

    let taken = desk.portico.taken().await;
    assert_eq!(taken.len(), 8);
    assert!(!["one", "two", "three", "four", "five"].contains(&taken[0].as_str()), "{taken:?}");
    assert!(!taken[3..].iter().any(|name| name.starts_with("urgent") || name == "alone"), "{taken:?}");
    assert_eq!(shown().await, [0, 0, 0, 0]);
    assert!(desk.ids(link(&queue, "active")).await.is_empty());

    // What is done later is found sooner.
    for round in ["a", "b"] {
        desk.portico.world.advance(chrono::Duration::seconds(1));
        let latest = desk.submit(&[round]).await;
        desk.work().await;
        assert_eq!(desk.ids(link(&queue, "recent")).await[0], id(&latest));
    }
    assert_eq!(desk.ids(link(&queue, "recent")).await.len(), 5);
    assert_eq!(desk.ids(link(&queue, "batches")).await[..3], [id(&first), id(&second), id(&third)]);
});

each_database!(what_is_deleted_leaves_nothing_behind, async |portico: Portico| {
    let desk = Desk::set(portico).await;
    let batch = desk.submit(&["one", "two", "away", "gone"]).await;
    desk.client.delete(&desk.url("gone")).await.expect(205);
    assert_eq!(counts(&desk.again(&batch).await), [3, 0, 0]);
    desk.work().await;
    let done = desk.again(&batch).await;
    assert_eq!(counts(&done), [3, 2, 1]);
    assert!(done["finished"].is_string(), "{done}");
    assert!(desk.origin.asked().iter().all(|asked| asked.path != "/gone"));
    // The last image that is waited for ends its batch also by going.
    let waiting = desk.submit(&["late"]).await;
    let late = desk.client.get(&desk.url("late")).await.expect(200).json();
    let other = desk.submit(&["three", "four"]).await;
    desk.client.delete(link(&late, "@id")).await.expect(205);
    let ended = desk.again(&waiting).await;
    assert_eq!((counts(&ended), &ended["superseded"]), ([0, 0, 0], &json!(true)));
    assert!(ended["finished"].is_string(), "{ended}");
    desk.work().await;
    assert_eq!(counts(&desk.again(&other).await), [2, 2, 0]);

    let space = link(&desk.space, "@id");
    desk.client.delete(space).await.expect(409).problem();
    assert_eq!(desk.portico.objects().len(), 8, "four originals with a thumbnail each");
    let named: Vec<_> = ["one", "two", "three"].iter().map(|id| json!({"@id": desk.url(id)})).collect();
    let unnamed = json!({"member": [named[0], {"id": "nowhere"}]});
    desk.client.post(link(&desk.customer, "deleteImages"), &unnamed).await.expect(400).problem();
    desk.client.get(&desk.url("one")).await.expect(200);
    let deleted = desk.client.post(link(&desk.customer, "deleteImages"), &json!({"member": named})).await;
    assert_eq!(deleted.expect(200).json()["deleted"], 3);
    desk.client.get(&desk.url("one")).await.expect(404);
    desk.work().await;
    assert_eq!(desk.portico.objects().len(), 2);
    desk.client.delete(space).await.expect(409);
    for id in ["four", "away"] {
        desk.client.delete(&desk.url(id)).await.expect(205);
    }
    desk.client.delete(space).await.expect(205);
    desk.work().await;
    assert!(desk.portico.objects().is_empty(), "{:?}", desk.portico.objects());
    assert_eq!(sql::count(&desk.portico.database(), "SELECT count(*) FROM job").await, 0);
});

each_database!(an_image_changes_in_what_is_sent_and_no_more, async |portico: Portico| {
    let desk = Desk::set(portico).await;
    let mut members = desk.members(&["one", "two"]);
    for member in members.as_array_mut().expect("an array") {
        member["tags"] = json!(["a", "b"]);
        member["string1"] = json!("before");
        member["number1"] = json!(1);
    }
    desk.post(&members).await.expect(201);
    desk.work().await;
    let (one, two) = (desk.url("one"), desk.url("two"));
    let said = |image: &Value| json!([image["tags"], image["string1"], image["number1"], image["width"]]);
    for (change, after) in [
        (json!({"string1": "after"}), json!([["a", "b"], "after", 1, 20])),
        (json!({"tags": ["c"]}), json!([["c"], "after", 1, 20])),
        (json!({"tags": []}), json!([[], "after", 1, 20])),
        (json!({"number1": 7, "tags": ["d", "e"]}), json!([["d", "e"], "after", 7, 20])),
    ] {
        desk.client.patch(&one, &change).await.expect(205);
        assert_eq!(said(&desk.image("one").await), after, "{change}");
    }
    for all in [link(&desk.space, "images"), link(&desk.customer, "allImages")] {
        let faulty = json!({"member": [{"@id": one, "string1": "lost"}, {"@id": two, "number1": "many"}]});
        assert_eq!(desk.client.patch(all, &faulty).await.expect(400).wrong(), ["member[1].number1"]);
        let absent = json!({"member": [{"@id": one, "string1": "lost"}, {"@id": desk.url("none"), "number1": 1}]});
        assert_eq!(desk.client.patch(all, &absent).await.expect(400).wrong(), ["member[1].id"]);
        assert_eq!(said(&desk.image("one").await), json!([["d", "e"], "after", 7, 20]));
    }
    let both = json!({"member": [{"@id": one, "string1": "new"}, {"@id": two, "tags": []}]});
    let changed = desk.client.patch(link(&desk.space, "images"), &both).await.expect(200).json();
    assert_eq!(changed["member"].as_array().map(Vec::len), Some(2));
    assert_eq!(said(&desk.image("one").await), json!([["d", "e"], "new", 7, 20]));
    assert_eq!(said(&desk.image("two").await), json!([[], "before", 1, 20]));
    assert_eq!(desk.queue().await["size"], 0, "nothing of this has them fetched again");

    let before = desk.portico.objects();
    let same = json!({"origin": format!("{}/one", desk.origin.url)});
    desk.client.put(&one, &same).await.expect(200);
    assert_eq!(
        (desk.queue().await["size"].clone(), said(&desk.image("one").await)),
        (json!(0), json!([[], "", 0, 20]))
    );
    desk.client.put(&one, &json!({"origin": format!("{}/elsewhere", desk.origin.url)})).await.expect(200);
    let image = desk.image("one").await;
    assert_eq!((&image["ingesting"], &image["width"]), (&json!(true), &json!(20)), "it is there meanwhile");
    let thumbnail = link(&image, "thumbnail400").to_owned();
    desk.portico.anonymous().get(&thumbnail).await.expect(200);
    desk.work().await;
    let after = desk.portico.objects();
    assert_eq!((before.len(), after.len(), before.intersection(&after).count()), (4, 4, 2));
    assert_eq!(desk.image("one").await["ingesting"], false);
    desk.portico.anonymous().get(&thumbnail).await.expect(200);
    assert_eq!(desk.origin.asked().last().map(|asked| asked.path.clone()), Some("/elsewhere".into()));
});

each_database!(a_batch_that_goes_on_is_another_entity, async |portico: Portico| {
    let desk = Desk::set(portico).await;
    let batch = desk.submit(&["one", "away", "two"]).await;
    let url = link(&batch, "@id");
    let asked = async |tag: &str| desk.client.send(desk.client.request("GET", url).header("if-none-match", tag)).await;
    let tag = async || desk.client.get(url).await.expect(200).header("etag").expect("it has one").to_owned();
    let first = tag().await;
    asked(&first).await.expect(304);
    desk.client.delete(&desk.url("two")).await.expect(205);
    asked(&first).await.expect(200);
    let second = tag().await;
    asked(&second).await.expect(304);
    desk.work().await;
    assert_eq!(counts(&asked(&second).await.expect(200).json()), [2, 1, 1]);
    let third = tag().await;
    desk.submit(&["one", "away"]).await;
    assert_eq!(asked(&third).await.expect(200).json()["superseded"], true);
});
