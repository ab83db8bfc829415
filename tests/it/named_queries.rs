//! Named queries: the images that they match, for their users as a collection and for everybody as a manifest.

use std::time::Duration;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use resource::images::{Measured, ingestion};
use resource::jobs::JobQueue;
use serde_json::{Value, json};
use vocab::value::ErrorKind;

use crate::support::html::{BROWSER, Html};
use crate::support::{Answer, Client, Portico, each_database, heeds_what_is_asked_for, link, sql};

/// A customer with images in two spaces and two batches.
struct Library {
    admin: Client,
    customer: Value,
    batches: Vec<String>,
    /// All images, the oldest first, each with the indices of its batches as `batches`.
    images: Vec<Value>,
}

impl Library {
    async fn set(portico: &Portico, count: u64) -> Self {
        let admin = portico.admin();
        let customers = link(&admin.walk(&[]).await.json(), "customers").to_owned();
        let body = json!({"name": "Library", "displayName": "A Library"});
        let customer = admin.post(&customers, &body).await.expect(201).json();
        for name in ["Maps", "Photographs"] {
            admin.post(link(&customer, "spaces"), &json!({"name": name})).await.expect(201);
        }
        let member = |number: u64| {
            let string1 = ["a", "b/c", ""][(number % 3) as usize];
            let string2 = ["x", "y"][(number / 3 % 2) as usize];
            json!({
                "id": format!("image-{number}"),
                "space": number % 2 + 1,
                "origin": format!("https://images.example/{number}"),
                "string1": string1,
                "string2": string2,
                "number1": number % 4,
                "number2": number * 7 % 5,
            })
        };
        let mut images: Vec<Value> = (0..count).map(member).collect();
        let mut batches = Vec::new();
        // A third of the images is submitted twice.
        for (batch, numbers) in [0..count * 2 / 3, count / 3..count].into_iter().enumerate() {
            let range = numbers.start as usize..numbers.end as usize;
            let body = json!({"@type": "Collection", "member": numbers.map(member).collect::<Vec<_>>()});
            let made = admin.post(link(&customer, "queue"), &body).await.expect(201).id();
            batches.push(made.rsplit_once('/').expect("an address has slashes").1.to_owned());
            for image in &mut images[range] {
                let mut all = image["batches"].as_array().cloned().unwrap_or_default();
                all.push(json!(batch));
                image["batches"] = json!(all);
            }
        }
        Self { admin, customer, batches, images }
    }

    async fn query(&self, name: &str, template: &str) -> Value {
        let body = json!({"name": name, "template": template});
        self.admin.post(link(&self.customer, "namedQueries"), &body).await.expect(201).json()
    }

    /// Does what a worker does, but for the files: every second image is measured, the others fail.
    async fn ingest(&self, portico: &Portico) {
        let identities = portico.identities().await;
        let queue = JobQueue::new(&identities);
        for job in queue.claim(1000, Duration::from_secs(60)).await.expect("jobs") {
            let Some(ingest) = ingestion::ready(&queue, &job).await.expect("the database answers") else { continue };
            let number: u32 = ingest.files.image.trim_start_matches("image-").parse().expect("it has a number");
            let measured = Measured {
                width: 3000 + number,
                height: 2000,
                media_type: "image/jpeg".into(),
                gray: false,
                size: 1000,
                thumbnail_size: 100,
            };
            let outcome = match number.is_multiple_of(2) {
                true => Ok(measured),
                false => Err(resource::images::Failed { kind: ErrorKind::Origin, told: "There is nothing.".into() }),
            };
            assert!(ingestion::finish(&queue, &job, &ingest.files, outcome).await.expect("it is written down"));
        }
        identities.store().clone().close().await.expect("it closes");
    }
}

each_database!(what_a_template_leaves_open_is_in_the_search_of_its_images, async |portico: Portico| {
    let library = Library::set(&portico, 12).await;
    let query = library.query("open", "s1=p2&n1=p1&batch=1,p3&spacename=Maps&assetOrder=p4&#=7&foo=p5").await;
    let images = library.admin.get(link(&query, "images")).await.expect(200).json();
    let template = link(&images["search"], "template");
    assert!(template.starts_with(&format!("{}{{?p1,p2,p3,", link(&query, "images"))), "{template}");
    let mapping = images["search"]["mapping"].as_array().expect("a mapping");
    let open: Vec<_> = mapping.iter().take(3).map(|node| (link(node, "variable"), link(node, "property"))).collect();
    assert_eq!(open, [("p1", "number1"), ("p2", "string1"), ("p3", "freetextQuery")]);
    // Nothing else in the table has them.
    let plain = library.query("plain", "s1=a").await;
    let plain = library.admin.get(link(&plain, "images")).await.expect(200).json();
    assert!(!link(&plain["search"], "template").contains("p1"), "{plain}");
    let all = library.query("one", "s1=p1").await;
    let found = library.admin.get(&format!("{}?p1=a", link(&all, "images"))).await.expect(200).json();
    assert!(
        found["member"]
            .as_array()
            .is_some_and(|found| !found.is_empty() && found.iter().all(|one| one["string1"] == "a"))
    );
    let page = library.admin.get_as(link(&all, "images"), BROWSER).await.expect(200);
    let page = Html(String::from_utf8(page.body).expect("it is UTF-8"));
    assert!(page.fields("role=\"search\"").is_some_and(|fields| fields.contains(&"p1".to_owned())), "{}", page.0);
});

fn names<'a>(members: impl IntoIterator<Item = &'a Value>) -> Vec<&'a str> {
    members.into_iter().map(|member| link(member, "id")).collect()
}

/// Whether an image, as it was submitted, meets a condition of a template.
fn meets(image: &Value, key: &str, value: &str, batches: &[String]) -> bool {
    let text = |name: &str| image[name].as_str().unwrap_or_default() == value;
    let whole = |name: &str| image[name].as_i64().is_some_and(|number| value.parse() == Ok(number));
    match key {
        "s1" => text("string1"),
        "s2" => text("string2"),
        "n1" => whole("number1"),
        "n2" => whole("number2"),
        "space" => whole("space"),
        "spacename" => ["", "Maps", "PHOTOGRAPHS"][image["space"].as_u64().expect("a number") as usize] == value,
        "batch" => value.split(',').any(|one| {
            let index = batches.iter().position(|batch| batch == one);
            index.is_some_and(|index| image["batches"].as_array().expect("a list").contains(&json!(index)))
        }),
        other => panic!("{other} is no key"),
    }
}

each_database!(what_matches_is_what_its_conditions_match, async |portico: Portico| {
    let library = Library::set(&portico, 30).await;
    let query = library.query("anything", "s1=p1").await;
    let (both, none) = (library.batches.join(","), "99999".to_owned());
    let first = library.batches[0].clone();
    let conditions = move || {
        let values = vec![
            ("s1", "a".to_owned()),
            ("s1", "b/c".into()),
            ("s2", "x".into()),
            ("n1", "2".into()),
            ("n2", "3".into()),
            ("space", "1".into()),
            ("space", "7".into()),
            ("spacename", "PHOTOGRAPHS".into()),
            ("spacename", "Elsewhere".into()),
            ("batch", first.clone()),
            ("batch", both.clone()),
            ("batch", none.clone()),
        ];
        (proptest::sample::select(values), proptest::bool::ANY)
    };
    let orders = ["", "n1", "s1 desc", "n1;s2 desc", "s1+desc;n2;n1", "n2 desc;n9", "n1 desc;n2 desc"];
    let strategy =
        (proptest::collection::vec(conditions(), 0..3), proptest::sample::select(orders.to_vec()), 1_usize..12);
    let mut runner = TestRunner::deterministic();
    for _ in 0..40 {
        let (conditions, order, size) = strategy.new_tree(&mut runner).expect("a value").current();
        let mut seen = Vec::new();
        let conditions: Vec<_> = conditions
            .into_iter()
            .filter(|((key, _), _)| {
                if seen.contains(key) {
                    false
                } else {
                    seen.push(*key);
                    true
                }
            })
            .collect();
        let (mut template, mut parameters) = (Vec::new(), vec![("pageSize".to_owned(), size.to_string())]);
        for ((key, value), is_argument) in &conditions {
            if *is_argument {
                template.push(format!("{key}=p{}", parameters.len()));
                parameters.push((format!("p{}", parameters.len()), value.clone()));
            } else {
                template.push(format!("{key}={value}"));
            }
        }
        template.push(format!("assetOrder={order}"));
        let template = template.join("&");
        library.admin.patch(link(&query, "@id"), &json!({"template": template})).await.expect(205);

        let numbered = conditions.iter().any(|((key, _), _)| *key == "space");
        let mut expected: Vec<&Value> = library
            .images
            .iter()
            .filter(|image| {
                conditions.iter().all(|((key, value), _)| {
                    (numbered && *key == "spacename") || meets(image, key, value, &library.batches)
                })
            })
            .collect();
        let keys: Vec<_> = order.split(';').filter(|key| !key.is_empty() && *key != "n9").collect();
        // Age goes the way of the last property; a sort is stable.
        if keys.last().is_some_and(|key| key.ends_with("desc")) {
            expected.reverse();
        }
        for key in keys.iter().rev() {
            let name = format!("{}{}", if key.starts_with('s') { "string" } else { "number" }, &key[1..2]);
            let value = |image: &Value| (image[&name].as_i64(), image[&name].as_str().map(String::from));
            expected.sort_by(
                |a, b| {
                    if key.ends_with("desc") { value(b).cmp(&value(a)) } else { value(a).cmp(&value(b)) }
                },
            );
        }
        let url = reqwest::Url::parse_with_params(link(&query, "images"), &parameters).expect("an address");
        let page = library.admin.get(url.as_str()).await.expect(200).json();
        assert_eq!(page["totalItems"], expected.len(), "{template} {parameters:?}");
        let found = library.admin.members(url.as_str()).await;
        assert_eq!(names(&found), names(expected), "{template} {parameters:?}");
    }
});

each_database!(a_collection_of_matches_is_a_collection_like_others, async |portico: Portico| {
    let library = Library::set(&portico, 12).await;
    let query = library.query("both", "s1=p1&n1=p2&assetOrder=n1;n2 desc").await;
    let images = link(&query, "images");
    let get = async |parameters: &str| library.admin.get(&format!("{images}?{parameters}")).await;
    // Without any argument, what waits for one does not count.
    let all = library.admin.get(images).await.expect(200).json();
    assert_eq!(all["@type"], json!(["Collection", "MatchingImageCollection"]));
    assert_eq!(all["totalItems"], 12);
    assert_eq!(get("p2=3").await.expect(200).json()["totalItems"], 3);
    for (parameters, blamed) in [("p1=a&p2=many", "p2"), ("p1=%00", "p1"), ("p1=a&pageSize=0", "pageSize")] {
        let problem = get(parameters).await.expect(400).problem();
        assert_eq!(problem["violations"][0]["propertyPath"], blamed, "{problem}");
    }
    // What the class can be searched by and ordered by narrows further, and comes before the template's order.
    let narrowed = get("p1=a&string2=x&orderByDescending=id").await.expect(200).json();
    assert_eq!(names(narrowed["member"].as_array().expect("members")), ["image-6", "image-0"]);
    let page = get("pageSize=5").await.expect(200).json();
    assert_eq!(page["member"].as_array().map(Vec::len), Some(5));
    let numbered = get("pageSize=5&page=3").await.expect(200).json();
    assert_eq!(numbered["member"].as_array().map(Vec::len), Some(2));
    get("pageSize=5&after=nonsense").await.expect(400);
    portico.anonymous().get(images).await.expect(401);
});

each_database!(a_manifest_shows_what_was_measured, async |portico: Portico| {
    let library = Library::set(&portico, 12).await;
    let query = library.query("Pages", "s1=p1&space=1&assetOrder=n1;n2").await;
    let anyone = portico.anonymous();
    let base = &portico.url;
    let manifest = format!("{base}/iiif-resource/library/pages/a");
    anyone.get(&manifest).await.expect(404).problem();
    library.ingest(&portico).await;

    let answer = anyone.get(&manifest).await.expect(200);
    let media_type = "application/ld+json;profile=\"http://iiif.io/api/presentation/3/context.json\"";
    assert_eq!(answer.header("content-type"), Some(media_type));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("cache-control"), Some("public, no-cache"));
    let shown = answer.json();
    assert_eq!(shown["@context"], "http://iiif.io/api/presentation/3/context.json");
    assert_eq!((&shown["type"], &shown["id"]), (&json!("Manifest"), &json!(manifest)));
    assert_eq!(shown["label"], json!({"en": ["Generated from 'Pages' named query"]}));
    assert!(shown.get("summary").is_none());
    let labels = |answer: &Answer| -> Vec<String> {
        let json = answer.json();
        let canvases = json["items"].as_array().expect("canvases").clone();
        canvases.iter().map(|canvas| canvas["label"]["none"][0].as_str().expect("a label").to_owned()).collect()
    };
    // The even ones of the first space, every third of all: 0 and 6; the first has the smaller number.
    assert_eq!(labels(&answer), ["image-0", "image-6"]);
    let canvas = &shown["items"][1];
    let number = library.customer["@id"].as_str().and_then(|id| id.rsplit('/').next()).expect("a number");
    let service = format!("{base}/iiif-img/{number}/1/image-6");
    assert_eq!(canvas["id"], format!("{manifest}/canvas/1/image-6"));
    assert_eq!((&canvas["width"], &canvas["height"]), (&json!(3006), &json!(2000)));
    let body = &canvas["items"][0]["items"][0]["body"];
    assert_eq!(body["id"], format!("{service}/full/max/0/default.jpg"));
    assert_eq!(body["service"], json!([{"id": service, "type": "ImageService3", "profile": "level2"}]));
    assert_eq!(canvas["thumbnail"][0]["service"][0]["id"], format!("{base}/thumbs/{number}/1/image-6"));
    assert_eq!(
        canvas["metadata"],
        json!([
            {"label": {"none": ["string1"]}, "value": {"none": ["a"]}},
            {"label": {"none": ["string2"]}, "value": {"none": ["x"]}},
            {"label": {"none": ["number1"]}, "value": {"none": ["2"]}},
            {"label": {"none": ["number2"]}, "value": {"none": ["2"]}},
        ])
    );

    // The same under other names, and conditional.
    let identity = link(&query, "@id").rsplit('/').next().expect("an identity").to_owned();
    for path in [
        "v3/library/pages/a".to_owned(),
        format!("{number}/PAGES/a"),
        format!("{number}/{identity}/a"),
        "LIBRARY/pages/a/".to_owned(),
        "library/pages/a/more/than/asked/for?page=9".to_owned(),
    ] {
        let answer = anyone.get(&format!("{base}/iiif-resource/{path}")).await.expect(200);
        assert_eq!(labels(&answer), ["image-0", "image-6"], "{path}");
    }
    let address = link(&query, "manifest");
    assert_eq!(anyone.get(&format!("{address}/a")).await.expect(200).json()["id"], format!("{address}/a"));
    let tag = answer.header("etag").expect("a tag");
    let again = anyone.send(anyone.request("GET", &manifest).header("if-none-match", tag)).await.expect(304);
    heeds_what_is_asked_for(tag, async |wanted| {
        anyone.send(anyone.request("GET", &manifest).header("if-match", wanted)).await
    })
    .await;
    assert_eq!((again.header("etag"), again.header("cache-control")), (Some(tag), Some("public, no-cache")));
    let plain = anyone.get_as(&manifest, "application/json").await.expect(200);
    assert_eq!(plain.header("content-type"), Some("application/json"));
    assert_ne!(plain.header("etag"), Some(tag));
    assert_eq!(plain.body, answer.body);
    let head = anyone.send(anyone.request("HEAD", &manifest)).await.expect(200);
    assert_eq!((head.header("etag"), head.body.len()), (Some(tag), 0));
    let options = anyone.send(anyone.request("OPTIONS", &manifest)).await.expect(204);
    assert_eq!(options.header("allow"), Some("GET, HEAD, OPTIONS"));
    let refused = anyone.post(&manifest, &json!({})).await.expect(405);
    assert_eq!(refused.header("allow"), Some("GET, HEAD, OPTIONS"));

    // The same in version 2, for viewers that read nothing newer.
    let older = anyone.get(&format!("{base}/iiif-resource/v2/library/pages/a")).await.expect(200);
    let media_type = "application/ld+json;profile=\"http://iiif.io/api/presentation/2/context.json\"";
    assert_eq!(older.header("content-type"), Some(media_type));
    let older = older.json();
    assert_eq!(older["@context"], "http://iiif.io/api/presentation/2/context.json");
    assert_eq!((&older["@type"], &older["label"]), (&json!("sc:Manifest"), &shown["label"]["en"][0]));
    let canvases = older["sequences"][0]["canvases"].as_array().expect("canvases");
    for (older, newer) in canvases.iter().zip(shown["items"].as_array().expect("canvases")) {
        assert_eq!((&older["@type"], &older["label"]), (&json!("sc:Canvas"), &newer["label"]["none"][0]));
        let (resource, body) = (&older["images"][0]["resource"], &newer["items"][0]["items"][0]["body"]);
        for (old, new) in [("@id", "id"), ("width", "width"), ("height", "height"), ("format", "format")] {
            assert_eq!(resource[old], body[new], "{resource}");
        }
        assert_eq!(older["thumbnail"]["@id"], newer["thumbnail"][0]["id"]);
        assert_eq!(older["images"][0]["on"], older["@id"]);
    }
    assert_eq!(canvases.len(), 2);

    // A slash in an argument is encoded.
    let encoded = anyone.get(&format!("{base}/iiif-resource/library/pages/b%2Fc")).await.expect(200);
    assert_eq!(labels(&encoded), ["image-4", "image-10"]);
    anyone.get(&format!("{base}/iiif-resource/library/pages/b/c")).await.expect(404);
});

each_database!(what_a_manifest_cannot_be_made_of_is_said, async |portico: Portico| {
    let library = Library::set(&portico, 6).await;
    library.query("pages", "s1=p1&n1=p2").await;
    library.query("fixed", "s1=p1&#=a").await;
    library.ingest(&portico).await;
    let get = async |path: &str| portico.anonymous().get(&format!("{}/iiif-resource/{path}", portico.url)).await;
    for (path, blamed) in [
        ("library/pages", "p1"),
        ("library/pages/a/many", "p2"),
        ("library/pages/a%00", "p1"),
        ("library/pages/%FF", ""),
    ] {
        let problem = get(path).await.expect(400).problem();
        assert_eq!(problem["violations"][0]["propertyPath"].as_str().unwrap_or_default(), blamed, "{problem}");
    }
    for path in [
        "library/pages/nothing",
        "library/absent/a",
        "absent/pages/a",
        "99999/pages/a",
        "library",
        "v3/library",
        "",
        "library/p%00/a",
    ] {
        get(path).await.expect(404).problem();
    }
    assert_eq!(get("library/fixed").await.expect(200).json()["items"].as_array().map(Vec::len), Some(1));

    // A query that is shared with all is answered from the images of whoever is asked about, and an own one comes first.
    let admin = &library.admin;
    let shared = json!({"name": "shared", "template": "n1=p1", "global": true});
    let theirs = link(&admin.customer().await, "namedQueries").to_owned();
    admin.post(&theirs, &shared).await.expect(201);
    assert_eq!(get("library/shared/2").await.expect(200).json()["items"].as_array().map(Vec::len), Some(1));
    get("1/shared/2").await.expect(404);
    library.query("SHARED", "n1=0").await;
    let label = get("library/shared/2").await.expect(200).json()["label"]["en"][0].clone();
    assert_eq!(label, "Generated from 'SHARED' named query");
});

each_database!(what_is_all_digits_is_the_number_of_a_customer, async |portico: Portico| {
    let library = Library::set(&portico, 6).await;
    library.query("pages", "s1=p1").await;
    library.ingest(&portico).await;
    let number = link(&library.customer, "@id").rsplit('/').next().expect("a number").to_owned();
    let get = async |path: &str| portico.anonymous().get(&format!("{}/iiif-resource/{path}", portico.url)).await;
    // Names like these were taken once.
    for name in ["4711", "007", number.as_str()] {
        let change = format!("UPDATE customer SET cid = '{name}', cid_key = '{name}' WHERE id = {number}");
        sql::execute(&portico.database(), &change).await;
        get(&format!("{number}/pages/a")).await.expect(200);
        if name != number {
            get(&format!("{name}/pages/a")).await.expect(404);
            get(&format!("v3/{name}/pages/a")).await.expect(404);
        }
    }
});
