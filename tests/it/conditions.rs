//! Conditional requests: tags that never come again, and both conditions with every method.

use hydra::{ClassDef, Method, Payload};
use reqwest::RequestBuilder;
use serde_json::Value;

use crate::conformance::{api, served};
use crate::support::fixtures::{Item, Scene};
use crate::support::{Client, Portico, each_database};

/// Whoever may do this with a resource.
fn client<'a>(scene: &'a Scene, class: &ClassDef, method: Method, url: &str) -> &'a Client {
    let is_own = class.operation(method).is_some_and(|operation| operation.own);
    if is_own && url.starts_with(scene.customer["@id"].as_str().expect("an address")) {
        &scene.owner
    } else {
        &scene.admin
    }
}

/// A request that is right but for what it is conditional on.
fn right(
    client: &Client,
    class: &ClassDef,
    method: Method,
    item: &Item,
    (url, body): (&str, &Value),
) -> RequestBuilder {
    let request = client.request(method.name(), url);
    let operation = class.operation(method).expect("the class has it");
    match (method, operation.expects, &item.media) {
        (Method::Get, ..) => request,
        (_, Payload::Media(_), Some((media_type, bytes))) => {
            request.header("content-type", *media_type).body(bytes.clone())
        }
        (Method::Delete, ..) => {
            item.token.iter().fold(request, |request, token| request.header("prune-authorization", token))
        }
        (Method::Post, ..) => request.body(item.submitted.to_string()),
        _ => request.body(body.to_string()),
    }
}

async fn tag(client: &Client, url: &str) -> String {
    client.get(url).await.expect(200).header("etag").expect("it has a tag").to_owned()
}

/// The end of a tag, between its quotation marks, without so many of its last letters.
fn cut(tag: &str, letters: usize) -> String {
    format!("{}\"", &tag[..tag.len() - 1 - letters])
}

each_database!(no_tag_of_what_is_gone_fits_what_follows_it, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let mut followed = Vec::new();
    for class in served() {
        // The number of a customer is never given again.
        let is_followed = class.operation(Method::Put).is_some() && class.name != "Customer";
        if !is_followed || class.operation(Method::Delete).is_none() {
            continue;
        }
        let item = scene.of(class.name).await.expect("the fixtures have it");
        let (url, body) = item.unused.clone().unwrap_or_else(|| (item.url.clone(), item.right.clone()));
        let client = client(&scene, class, Method::Put, &url);
        let put = || right(client, class, Method::Put, &item, (&url, &body));
        let mut tags = Vec::new();
        for _ in 0..3 {
            let answer = client.send(put()).await;
            assert!(matches!(answer.status, 200 | 201), "{answer}");
            let tag = tag(client, &url).await;
            for old in &tags {
                let request = |method| right(client, class, method, &item, (&url, &body));
                client.send(request(Method::Get).header("if-none-match", old)).await.expect(200);
                client.send(request(Method::Get).header("if-match", old)).await.expect(412).problem();
                for method in [Method::Put, Method::Patch, Method::Delete] {
                    if class.operation(method).is_some() {
                        client.send(request(method).header("if-match", old)).await.expect(412).problem();
                    }
                }
            }
            tags.push(tag.clone());
            client.send(right(client, class, Method::Delete, &item, (&url, &body)).header("if-match", tag)).await;
            let gone = client.get(&url).await;
            assert!(gone.status == 404 || !tags.contains(&gone.header("etag").expect("a tag").to_owned()), "{gone}");
        }
        followed.push(class.name);
    }
    for name in [
        "PortalUser",
        "Role",
        "Space",
        "Image",
        "Entitlement",
        "EntitlementGroup",
        "PropertyDescriptor",
        "StoragePolicy",
    ] {
        assert!(followed.contains(&name), "{name} can be put where another was");
    }
});

each_database!(only_a_whole_tag_of_this_very_resource_is_a_condition_that_holds, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    // Two of a kind that were made alike, and what is shown below one of them.
    let [one, other] = [&scene.user, &scene.neighbour].map(|user| user["@id"].as_str().expect("an address").to_owned());
    let own = tag(&scene.owner, &one).await;
    let patch = |sent: &str| {
        scene
            .owner
            .request("PATCH", &one)
            .header("if-match", sent)
            .body(serde_json::json!({"enabled": true}).to_string())
    };
    let state = own.trim_matches('"').split('-').next().expect("a state").to_owned();
    let mut wrong = vec![
        tag(&scene.owner, &other).await,
        tag(&scene.owner, &format!("{one}/roles")).await,
        cut(&own, 1),
        cut(&own, 10),
        format!("\"{state}-\""),
        format!("\"{state}\""),
        format!("\"{state}-x\""),
        own.replacen('"', "\"0", 1),
        own.trim_matches('"').to_owned(),
        format!("{}-unheard-of\"", cut(&own, 0).trim_end_matches('"')),
    ];
    for class in served() {
        let item = scene.of(class.name).await.expect("the fixtures have it");
        if item.url != one && class.operation(Method::Get).is_some() {
            wrong.push(tag(&scene.admin, &item.url).await);
        }
    }
    for sent in &wrong {
        scene.owner.send(patch(sent)).await.expect(412).problem();
        let get = scene.owner.request("GET", &one).header("if-none-match", sent);
        scene.owner.send(get).await.expect(200);
    }
    // Whoever read it, in whichever form, and whatever a proxy has made of the tag.
    let inner = own.trim_matches('"');
    for sent in [
        own.clone(),
        format!("W/{own}"),
        format!("\"{inner}-gzip\""),
        format!("\"{inner}--gzip\""),
        format!("\"a,b\", W/\"{inner};br\""),
    ] {
        let get = scene.owner.request("GET", &one).header("if-none-match", &sent);
        scene.owner.send(get).await.expect(304);
        let get = scene.owner.request("GET", &one).header("if-match", &sent);
        scene.owner.send(get).await.expect(200);
        let none = scene.owner.request("PATCH", &one).header("if-none-match", &sent).body("{}");
        scene.owner.send(none).await.expect(412);
    }
    for (reader, format) in [(&scene.admin, "text/turtle"), (&scene.owner, "text/html")] {
        let read = reader.get_as(&one, format).await.expect(200);
        let read = read.header("etag").expect("a tag");
        assert_ne!(read, own);
        scene.owner.send(patch(&format!("W/\"{}-gzip\"", read.trim_matches('"')))).await.expect(205);
    }
    scene.owner.send(patch(&own)).await.expect(412);
});

each_database!(conditions_are_conditions_of_every_method, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    for class in served() {
        let item = scene.of(class.name).await.expect("the fixtures have it");
        if class.operation(Method::Get).is_none() {
            continue;
        }
        for operation in class.operations {
            let client = client(&scene, class, operation.method, &item.url);
            let before = tag(client, &item.url).await;
            let request = || right(client, class, operation.method, &item, (&item.url, &item.right));
            refuse(client, operation.method, request, &before).await;
            assert_eq!(tag(client, &item.url).await, before, "{}: nothing was done", class.name);
        }
    }
    for site in api().collections() {
        let at = scene.collection(site.owner.name, site.property).await;
        let before = tag(&scene.admin, &at.url).await;
        for operation in site.operations {
            let body = at.body(operation.method);
            let request = || scene.admin.request(operation.method.name(), &at.url).body(body.to_string());
            refuse(&scene.admin, operation.method, request, &before).await;
        }
        assert_eq!(tag(&scene.admin, &at.url).await, before, "{}: nothing was done", at.url);
    }
    for path in ["/vocab", "/contexts/Customer.jsonld"] {
        let url = format!("{}{path}", portico.url);
        let before = tag(&scene.anonymous, &url).await;
        refuse(&scene.anonymous, Method::Get, || scene.anonymous.request("GET", &url), &before).await;
    }
});

/// Sends what must not be done, in each way of saying so.
async fn refuse(client: &Client, method: Method, request: impl Fn() -> RequestBuilder, tag: &str) {
    let (of_match, of_none) = ("if-match", "if-none-match");
    let other = "\"another\"".to_owned();
    for sent in [&other, &format!("{other}, \"more\""), "nonsense"] {
        client.send(request().header(of_match, sent)).await.expect(412).problem();
        // Of two conditions the first decides.
        client.send(request().header(of_match, sent).header(of_none, tag)).await.expect(412);
    }
    let known = if method == Method::Get { 304 } else { 412 };
    for sent in [tag, "*", &format!("{other}, W/{tag}")] {
        client.send(request().header(of_none, sent)).await.expect(known);
        client.send(request().header(of_match, tag).header(of_none, sent)).await.expect(known);
    }
    client.send(request().header(of_none, &other).header(of_none, tag)).await.expect(known);
    if method == Method::Get {
        for sent in ["*", tag, &format!("{other}, {tag}")] {
            client.send(request().header(of_match, sent).header(of_none, &other)).await.expect(200);
        }
    }
}
