//! Changes as they are made, told to those who follow them: as events, and as a stream of linked data. Each once, in order, and to nobody
//! who may not look at it now.

use std::collections::BTreeSet;
use std::time::Duration;

use oxrdf::Quad;
use serde_json::{Value, json};

use crate::changes::plant;
use crate::jsonld::{contexts, json_ld_quads, n_quads, oxjsonld_quads, quads};
use crate::support::events::Events;
use crate::support::fixtures::{Scene, unique};
use crate::support::{Client, Credentials, Portico, each_database, link, people};

/// Long enough for whatever is told at once to be told.
const A_WHILE: Duration = Duration::from_millis(1_200);

async fn space(client: &Client, customer: &Value, name: &str) -> String {
    client.post(link(customer, "spaces"), &json!({"name": name})).await.expect(201).id()
}

each_database!(what_happens_is_told_as_it_happens, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let twin = portico.twin().await;
    let all = format!("{}/changes", link(&scene.customer, "@id"));
    let mut events = Events::follow(&scene.owner, &all, None).await;
    let mut filtered = Events::follow(&scene.owner, &format!("{all}?class=Space&kind=deleted"), None).await;
    // Another process tells of it, too.
    let elsewhere = all.replace(&portico.url, &twin.url);
    let mut there = Events::follow(&scene.owner, &elsewhere, None).await;
    let begun = events.last;
    let made = space(&scene.owner, &scene.customer, "Followed").await;
    scene.owner.patch(&made, &json!({"name": "Followed on"})).await.expect(205);
    scene.owner.delete(&made).await.expect(205);
    let mut told = Vec::new();
    for kind in ["created", "updated", "deleted"] {
        let event = events.next().await.expect("it goes on");
        assert_eq!(
            (event.name.as_str(), &event.data["kind"], &event.data["resource"]),
            ("message", &json!(kind), &json!(made))
        );
        assert_eq!(event.data["number"], event.id);
        // It is what is told of the change at its own address.
        let alone = scene.owner.get(link(&event.data, "@id")).await.expect(200).json();
        assert_eq!(event.data, alone);
        assert_eq!(there.next().await.expect("it goes on").id, event.id);
        told.push(event);
    }
    assert_eq!(filtered.next().await.as_ref(), told.last());
    assert!(filtered.is_quiet(A_WHILE).await);
    // Whoever left off goes on there, in another process as well.
    for from in [begun, told[0].id, told[1].id, told[2].id] {
        let mut again = Events::follow(&scene.owner, &elsewhere, Some(&from.to_string())).await;
        for expected in told.iter().filter(|event| event.id > from) {
            assert_eq!(again.next().await.expect("it goes on").id, expected.id);
        }
        assert!(again.is_quiet(A_WHILE).await);
    }
    let mut again = Events::follow(&scene.owner, &format!("{all}?afterNumber={}", told[1].id), None).await;
    assert_eq!(again.next().await.expect("it goes on").id, told[2].id);
    // What a process tells ends with it.
    twin.stop().await;
    assert_eq!(there.next().await, None);
});

each_database!(whoever_left_off_where_nothing_is_kept_is_told_so, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let all = format!("{}/changes", link(&scene.customer, "@id"));
    let made = space(&scene.owner, &scene.customer, "Gone").await;
    scene.owner.delete(&made).await.expect(205);
    let now = Events::follow(&scene.owner, &all, None).await.last;
    for wrong in ["-1", "none", &(now + 1).to_string()] {
        let event = Events::follow(&scene.owner, &all, Some(wrong)).await.next().await.expect("it begins");
        assert_eq!((event.name.as_str(), event.id, &event.data["last"]), ("reset", now, &json!(now)), "{wrong}");
    }
    let removed = portico.identities().await.store().expire_changes(i64::MAX).await.expect("the database answers");
    assert!(removed >= 2);
    let event = Events::follow(&scene.owner, &all, Some("1")).await.next().await.expect("it begins");
    assert_eq!((event.name.as_str(), event.id), ("reset", now));
    Events::follow(&scene.owner, &all, Some(&now.to_string())).await;
    for wrong in ["afterNumber=x", "afterNumber=-1", "since=yesterday"] {
        scene.owner.get_as(&format!("{all}?{wrong}"), "text/event-stream").await.expect(400);
    }
    for nowhere in ["spaces/12345", "portalUsers/00000000-0000-4000-8000-000000000000"] {
        let url = format!("{}/{nowhere}/changes", link(&scene.customer, "@id"));
        scene.owner.get_as(&url, "text/event-stream").await.expect(404);
    }
    // What is no list of changes is not followed.
    scene.owner.get_as(link(&scene.customer, "spaces"), "text/event-stream").await.expect(406);
});

each_database!(whoever_may_not_look_any_more_is_told_nothing_more, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let twin = portico.twin().await;
    let all = format!("{}/changes", link(&scene.customer, "@id"));
    let keys = link(&scene.customer, "keys");
    for through in [&portico.url, &twin.url] {
        let pair = scene.owner.post(keys, &json!({})).await.expect(201).json();
        let key = portico.client(Credentials::Basic(link(&pair, "key").to_owned(), link(&pair, "secret").to_owned()));
        let mut events = Events::follow(&key, &all.replace(&portico.url, through), None).await;
        let made = space(&scene.owner, &scene.customer, &unique("Seen")).await;
        assert_eq!(events.next().await.expect("it goes on").data["resource"], json!(made));
        scene.owner.delete(link(&pair, "@id")).await.expect(204);
        space(&scene.owner, &scene.customer, &unique("Unseen")).await;
        assert_eq!(events.next().await, None, "through {through}");
    }
    // Who sees less is told less.
    let needs = ["CUSTOMER_READ", "ADMIN_GET_CUSTOMER", "ADMIN_LIST_CUSTOMERS"];
    let (looks, _) = people::person(&portico, &scene.admin, &scene.customer, "follows", &needs).await;
    let mut events = Events::follow(&looks, &all, None).await;
    let other = json!({"name": unique("elsewhere")});
    scene.admin.post(link(&scene.other, "spaces"), &other).await.expect(201);
    let administration = format!("{}/administration", link(&scene.customer, "@id"));
    scene.admin.patch(&administration, &json!({"notes": "only for some"})).await;
    let made = space(&scene.owner, &scene.customer, "Last").await;
    loop {
        let event = events.next().await.expect("it goes on");
        assert_ne!(event.data["class"], "CustomerAdministration");
        assert_eq!(event.data["customer"], scene.customer["@id"]);
        if event.data["resource"] == json!(made) {
            break;
        }
    }
    for (client, url, status) in [
        (&scene.anonymous, all.clone(), 401),
        (&scene.owner, format!("{}/changes", link(&scene.other, "@id")), 404),
        (&scene.owner, format!("{}/changes", portico.url), 403),
    ] {
        for address in [url.clone(), format!("{url}/stream"), format!("{url}/stream?after=0")] {
            let accept = if address == url { "text/event-stream" } else { "application/trig" };
            client.get_as(&address, accept).await.expect(status);
        }
    }
    twin.stop().await;
});

/// The members of a stream, page by page, and how each page may be kept.
async fn pages(client: &Client, stream: &str) -> Vec<(String, Vec<String>)> {
    let described = client.get(stream).await.expect(200).json();
    let mut at = Some(link(&described["@graph"][0], "view").to_owned());
    let mut pages = Vec::new();
    while let Some(page) = at {
        let answer = client.get(&page).await.expect(200);
        let json = answer.json();
        let nodes = json["@graph"].as_array().expect("it has nodes");
        assert_eq!(nodes[0]["view"], described["@graph"][0]["view"], "there is one view");
        let members = nodes[0]["member"].as_array().cloned().unwrap_or_default();
        let members = members.iter().map(|member| member.as_str().expect("it is an IRI").to_owned()).collect();
        let node = nodes.iter().find(|node| node["@id"] == page.as_str()).expect("the page is in it");
        at = node["relation"][0]["node"].as_str().map(String::from);
        pages.push((answer.header("cache-control").expect("it has one").to_owned(), members));
    }
    pages
}

each_database!(a_stream_has_every_change_once, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    for round in 0..130 {
        space(&scene.owner, &scene.customer, &format!("Streamed {round}")).await;
    }
    let all = format!("{}/changes", link(&scene.customer, "@id"));
    let stream = format!("{all}/stream");
    let listed: Vec<_> = scene.owner.members(&format!("{all}?orderBy=number&pageSize=500")).await;
    let listed: Vec<_> = listed.iter().map(|change| link(change, "@id").to_owned()).collect();
    let read = pages(&scene.owner, &stream).await;
    let members: Vec<_> = read.iter().flat_map(|(_, members)| members.clone()).collect();
    assert_eq!(members, listed);
    let (last, full) = read.split_last().expect("there are some");
    assert!(!full.is_empty() && full.iter().all(|(kept, _)| kept.contains("immutable")), "{full:?}");
    assert!(!last.0.contains("immutable"));
    // The last page is known until something is added.
    let page = format!(
        "{stream}?after={}",
        members[members.len() - 1 - last.1.len()].rsplit('/').next().expect("it has a number")
    );
    let tag = scene.owner.get(&page).await.expect(200).header("etag").expect("it has one").to_owned();
    let known = async || {
        let request = scene.owner.request("GET", &page).header("if-none-match", &tag);
        scene.owner.send(request).await.status
    };
    assert_eq!(known().await, 304);
    space(&scene.owner, &scene.customer, "One more").await;
    assert_eq!(known().await, 200);
    for wrong in ["x", "-1"] {
        scene.owner.get(&format!("{stream}?after={wrong}")).await.expect(400);
    }
    scene.owner.get_as(&stream, "application/trig;q=0").await.expect(406);
    // Whoever else reads it has another tag for what they see of it.
    let other = scene.admin.get(&page).await.expect(200).header("etag").map(String::from);
    assert_ne!(other.as_deref(), scene.owner.get(&page).await.expect(200).header("etag"));
    let seen = scene.owner.clone().following_nothing().get_as(&stream, "text/html").await.expect(303);
    assert_eq!(seen.header("location"), Some(all.as_str()));
});

/// Quads as a set of lines. None of a stream has a blank node.
fn lines(quads: impl IntoIterator<Item = Quad>) -> BTreeSet<String> {
    quads.into_iter().map(|quad| quad.to_string()).collect()
}

each_database!(a_stream_says_the_same_in_every_format, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let contexts = contexts(&scene.anonymous, &portico.url).await;
    let mut classes = BTreeSet::new();
    for owner in [format!("{}/changes", portico.url), format!("{}/changes", link(&scene.customer, "@id"))] {
        for page in ["/stream", "/stream?after=0"] {
            let url = format!("{owner}{page}");
            let get = async |accept: &str| {
                let answer = scene.admin.get_as(&url, accept).await.expect(200);
                let said = answer.header("content-type").and_then(|said| said.split(';').next());
                assert_eq!(said, accept.split(';').next(), "{url}");
                answer.body
            };
            let expected = lines(quads(&get("application/n-quads").await));
            let trig = get("application/trig").await;
            let trig = oxttl::TriGParser::new().for_slice(&trig).map(|quad| quad.expect("it is TriG"));
            assert_eq!(lines(trig), expected, "{url}");
            for profile in ["compacted", "expanded"] {
                let accept = format!("application/ld+json;profile=\"http://www.w3.org/ns/json-ld#{profile}\"");
                let json = get(&accept).await;
                let read = lines(oxjsonld_quads(&json, &url, &contexts));
                let differ: Vec<_> = read.symmetric_difference(&expected).collect();
                assert!(differ.is_empty(), "{profile} of {url}: {differ:#?}");
            }
            let json: Value = serde_json::from_slice(&get("application/ld+json").await).expect("it is JSON");
            // In graphs with names, this one loses what is of a class and has nothing else, and leaves JSON as it was written.
            let read = lines(json_ld_quads(&json, &url, &contexts));
            let lost =
                |quad: &&String| ["rdf-syntax-ns#type>", "rdf-syntax-ns#JSON>"].iter().any(|one| quad.contains(one));
            let differ = read.symmetric_difference(&expected).filter(|quad| !lost(quad));
            assert_eq!(differ.collect::<Vec<_>>(), [""; 0], "{url}");
            for node in json["@graph"].as_array().expect("it has nodes") {
                classes.extend(node["class"].as_str().map(String::from));
            }
            // Where there are no graphs, what a resource was is JSON.
            let plain: BTreeSet<_> =
                n_quads(&get("application/n-triples").await).into_iter().map(|triple| triple.to_string()).collect();
            let turtle = get("text/turtle").await;
            let turtle = oxttl::TurtleParser::new().for_slice(&turtle).map(|triple| triple.expect("it is Turtle"));
            assert_eq!(turtle.map(|triple| triple.to_string()).collect::<BTreeSet<_>>(), plain, "{url}");
            let has_states = page.contains("after");
            assert_eq!(plain.iter().any(|triple| triple.contains("#Change/state>")), has_states, "{url}");
        }
    }
    assert!(classes.len() > 15, "{classes:?}");
});

each_database!(no_face_tells_a_secret, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let planted = plant(&scene).await;
    let all = format!("{}/changes", portico.url);
    let mut told: Vec<(String, String)> = Vec::new();
    let last = scene.admin.members(&format!("{all}?pageSize=1")).await[0]["number"].as_i64().expect("it has one");
    let mut events = Events::follow(&scene.admin, &format!("{all}?afterNumber=0"), None).await;
    while events.last < last {
        let event = events.next().await.expect("it goes on");
        told.push((format!("event {}", event.id), event.data.to_string()));
    }
    assert!(told.len() > 50, "{}", told.len());
    for after in (0..last).step_by(100) {
        for accept in ["application/ld+json", "application/n-quads", "application/trig", "text/turtle"] {
            let url = format!("{all}/stream?after={after}");
            told.push((
                url.clone(),
                String::from_utf8_lossy(&scene.admin.get_as(&url, accept).await.expect(200).body).into(),
            ));
        }
    }
    let changes = scene.admin.members(&format!("{all}?pageSize=500")).await;
    for change in &changes {
        let url = format!("{}/state", link(change, "@id"));
        for accept in ["application/ld+json", "text/html"] {
            let body = scene.admin.get_as(&url, accept).await.body;
            told.push((url.clone(), String::from_utf8_lossy(&body).into()));
        }
    }
    let resources: BTreeSet<_> = changes.iter().map(|change| link(change, "resource")).collect();
    for resource in resources {
        let body = scene.admin.get_as(resource, "text/html").await.body;
        told.push((resource.to_owned(), String::from_utf8_lossy(&body).into()));
    }
    for secret in &planted {
        for (place, text) in &told {
            assert!(!text.contains(secret.as_str()), "{secret} is told by {place}");
        }
    }
});

each_database!(what_is_erased_is_told_to_nobody_who_comes_later, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let all = format!("{}/changes", link(&scene.customer, "@id"));
    let mut steady = Events::follow(&scene.owner, &all, None).await;
    let begun = steady.last;
    let email = unique("erased@example.org");
    let user = scene.owner.post(link(&scene.customer, "portalUsers"), &json!({"email": email})).await.expect(201).id();
    assert!(steady.next().await.expect("it goes on").data.to_string().contains(&email));
    scene.owner.delete(&user).await.expect(205);
    assert_eq!(steady.next().await.expect("it goes on").data["kind"], "deleted");
    for last in [Some(begun.to_string()), None] {
        let url = if last.is_some() { all.clone() } else { format!("{all}?afterNumber={begun}") };
        let mut late = Events::follow(&scene.owner, &url, last.as_deref()).await;
        for kind in ["created", "deleted"] {
            let event = late.next().await.expect("it goes on");
            assert_eq!((&event.data["kind"], &event.data["state"]), (&json!(kind), &Value::Null), "{event:?}");
        }
    }
});

each_database!(of_a_deleted_customer_nothing_is_left_to_look_at_or_follow, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let spaces = link(&scene.other, "spaces");
    let space = scene.admin.post(spaces, &json!({"name": unique("Left")})).await.expect(201).id();
    let all = format!("{}/changes", link(&scene.other, "@id"));
    let mut events = Events::follow(&scene.admin, &all, None).await;
    scene.admin.delete(link(&scene.other, "@id")).await.expect(205);
    while events.next().await.is_some() {}
    let nowhere = all.replace("/changes", "000/changes");
    for url in [all.clone(), format!("{all}/stream"), format!("{all}/stream?after=0"), space.clone(), nowhere] {
        scene.admin.get(&url).await.expect(404);
        scene.admin.get_as(&url, "text/event-stream").await.expect(404);
    }
    scene.admin.patch(&space, &json!({"name": "Again"})).await.expect(404);
    scene.admin.post(spaces, &json!({"name": "Again"})).await.expect(404);
});
