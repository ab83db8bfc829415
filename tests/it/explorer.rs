//! What pages show beside their documents, and the pages that are for people alone.

use hydra::{Method, PropertyKind};
use serde_json::json;

use crate::support::fixtures::Scene;
use crate::support::html::{BROWSER, Html};
use crate::support::page::{page, shown};
use crate::support::{Client, Portico, each_database, link, whatever_database};

/// The address of a page about an address.
fn about(portico: &Portico, page: &str, of: &str) -> String {
    let of = of.strip_prefix(&portico.url).expect("it is ours");
    let query = serde_urlencoded::to_string([("of", of)]).expect("it can be encoded");
    format!("{}/{page}?{query}", portico.url)
}

each_database!(what_is_found_is_what_the_reader_may_see, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let (users, customer) = (link(&scene.customer, "portalUsers"), link(&scene.customer, "@id"));
    for name in ["needle.one", "needle.two"] {
        scene.owner.post(users, &json!({"email": format!("{name}@example.org")})).await.expect(201);
    }
    scene.owner.patch(customer, &json!({"displayName": "The <b>needle</b> works"})).await.expect(205);
    let search = format!("{}/search?q=needle", portico.url);
    let found = page(&scene.owner, &search).await;
    assert!(found.text().contains("needle.one@example.org") && found.text().contains("needle.two@example.org"));
    assert!(found.links().contains(customer) && !found.0.contains("<b>needle"), "{}", found.0);
    for (client, sees) in [(&scene.stranger, false), (&scene.anonymous, false), (&scene.admin, true)] {
        let found = page(client, &search).await;
        assert!(!found.text().contains("needle.one@example.org"), "an account is its customer's");
        assert_eq!(found.links().contains(customer), sees, "{}", found.text());
    }
    let documented = page(&scene.anonymous, &format!("{}/search?q=portal+user", portico.url)).await;
    assert!(documented.links().contains(&format!("{}/vocab/PortalUser#PortalUser", portico.url)));
    for nothing in ["", "?q=", "?q=%ff", "?q=%00", "?q=%25", "?q=nowhere-to-be-found", "?nonsense"] {
        page(&scene.owner, &format!("{}/search{nothing}", portico.url)).await;
    }
});

each_database!(a_form_offers_what_there_is, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let roles = page(&scene.owner, link(&scene.user, "roles")).await;
    for role in ["admin", "readonly"] {
        assert!(roles.0.contains(&format!("<option value=\"{role}\">{role}</option>")), "{}", roles.0);
    }
    // An administrator moves a customer below one of those that there are.
    let place = page(&scene.admin, link(&scene.customer, "move")).await;
    let other = link(&scene.other, "@id");
    assert!(place.0.contains(&format!("<option value=\"{other}\">")), "{}", place.0);
    assert!(place.all("list").iter().all(|list| place.all("id").contains(list)), "{}", place.0);
    // Of a strategy one sees what it is called, and sends where it is.
    let strategies = page(&scene.owner, link(&scene.customer, "originStrategies")).await;
    let ambient = format!("<option value=\"{}/originStrategies/s3-ambient\">s3-ambient</option>", portico.url);
    assert!(strategies.0.contains(&ambient), "{}", strategies.0);
});

each_database!(what_is_linked_to_is_called_by_its_name, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let name = link(&scene.customer, "name");
    let user = page(&scene.owner, link(&scene.user, "@id")).await;
    let customer = link(&scene.customer, "@id");
    let called = |html: &Html| html.0.matches(&format!("<a href=\"{customer}\"><bdi>{name}</bdi></a>")).count();
    // On the way here, and as the customer of the user.
    assert!(called(&user) >= 2, "{}", user.0);
    let is_open = |html: &Html| ["<!--name", "<!--/name", "<!--list"].iter().any(|mark| html.0.contains(mark));
    assert!(!is_open(&user), "nothing is left open: {}", user.0);
    // Whoever may not look there is shown the address.
    let roles = page(&scene.anonymous, &format!("{}/portalRoles", portico.url)).await;
    assert!(!is_open(&roles), "{}", roles.0);
});

each_database!(a_page_has_the_headings_of_its_class_and_counts_its_lists, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let (mut seen, mut counted) = (0, 0);
    for class in vocab::CLASSES.iter().filter(|class| class.operation(Method::Get).is_some()) {
        let Some(resource) = scene.of(class.name).await else { continue };
        let client = scene.whoever_may(class.operation(Method::Get).expect("it is read"));
        // What is yet to be made is nowhere.
        let answer = client.get(&resource.url).await;
        if answer.status == 404 {
            continue;
        }
        seen += 1;
        let (html, document) = (page(client, &resource.url).await, answer.expect(200).json());
        let sections: Vec<_> = html.0.split("<section aria-labelledby=\"").skip(1).collect();
        for property in class.properties.iter().filter(|property| document.get(property.name).is_some()) {
            let heading = property.group.unwrap_or(match property.kind {
                PropertyKind::Value(..) => "Properties",
                PropertyKind::One(_) | PropertyKind::Many(_) => "Links",
            });
            let term = format!("/vocab/{0}#{0}/{1}\"", class.name, property.name);
            let below: Vec<_> = sections.iter().filter(|section| section.contains(&term)).collect();
            assert_eq!(below.len(), 1, "{} of {}", property.name, class.name);
            assert!(below[0].contains(&format!(">{heading}</h2>")), "{} of {}", property.name, class.name);
            if !matches!(property.kind, PropertyKind::Many(_)) {
                continue;
            }
            let list = link(&document, property.name);
            let answer = client.get(list).await;
            let total = (answer.status == 200).then(|| answer.json()["totalItems"].as_u64()).flatten();
            let rest = html.0.split(&format!("<a href=\"{list}\">")).nth(1).expect("a link to it");
            let shown = rest.split("</p>").next().and_then(|rest| rest.split("<span class=\"count\">").nth(1));
            let shown =
                shown.and_then(|rest| rest.split('<').next()).map(|count| count.parse::<u64>().expect("a number"));
            assert_eq!(shown, total, "{list}");
            counted += usize::from(shown.is_some());
        }
    }
    assert!(seen > 40 && counted > 20, "{seen} {counted}");
});

each_database!(what_goes_with_what_is_deleted_is_counted, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let space = scene.owner.post(link(&scene.customer, "spaces"), &json!({"name": "To be deleted"})).await.expect(201);
    let space = space.json();
    for id in ["a", "b", "c"] {
        let image = json!({"id": id, "origin": "https://images.example/a.jpg"});
        scene.owner.post(link(&space, "images"), &image).await.expect(201);
    }
    let own = link(&space, "@id");
    let seen = page(&scene.owner, own).await;
    let removal = about(&portico, "removal", own);
    assert!(seen.links().contains(&removal), "{:?}", seen.links());
    let counted = page(&scene.owner, &removal).await;
    assert!(counted.text().contains("Images: 3"), "{}", counted.text());
    // What stays is told from what goes.
    let role = page(&scene.admin, &about(&portico, "removal", link(&scene.user, "@id"))).await;
    assert!(!role.text().contains("See what is below it"), "{}", role.text());
    assert!(counted.form("data-method=\"DELETE\"").is_some(), "and it is done here");
    for (client, status) in [(&scene.stranger, 404), (&scene.anonymous, 401)] {
        client.get(&removal).await.expect(status);
    }
    let reader = scene.portal_user(&portico, "reader", Some("readonly")).await;
    reader.get(&removal).await.expect(404);
    for nothing in ["/", "/nowhere", "https://elsewhere.example/", "//elsewhere.example/", "", "/customers"] {
        let query = serde_urlencoded::to_string([("of", nothing)]).expect("it can be encoded");
        let answer = scene.owner.get(&format!("{}/removal?{query}", portico.url)).await;
        assert!([400, 404].contains(&answer.status), "{nothing}: {answer}");
    }
});

each_database!(a_list_is_a_table_that_spreadsheets_read, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let users = link(&scene.customer, "portalUsers");
    for number in 0..12 {
        let body = json!({"email": format!("row{number}@example.org"), "mobile": "+441"});
        scene.owner.post(users, &body).await.expect(201);
    }
    let all = scene.owner.get(&about(&portico, "csv", &format!("{users}?page=3&pageSize=2&q=row"))).await.expect(200);
    assert_eq!(all.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
    assert_eq!(all.header("content-disposition"), Some("attachment; filename=\"portalUsers.csv\""));
    let text = String::from_utf8(all.body).expect("it is UTF-8");
    let mut table = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let names = table.headers().expect("a first line").clone();
    let at = |name: &str| names.iter().position(|one| one == name).expect("a column");
    let rows: Vec<_> = table.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), 12, "all that was searched for, whatever page was looked at");
    for row in &rows {
        assert!(row[at("email")].starts_with("row") && &row[at("mobile")] == "+441");
    }
    let spaces = link(&scene.customer, "spaces");
    scene.owner.post(spaces, &json!({"name": "=a, \"b\""})).await.expect(201);
    let text =
        String::from_utf8(scene.owner.get(&about(&portico, "csv", spaces)).await.expect(200).body).expect("text");
    assert!(text.contains("\"'=a, \"\"b\"\"\""), "{text}");
    // What the list itself would be told, its table is told.
    for (query, status) in [("?orderBy=nonsense", 400), ("?orderBy=email&q=row", 200)] {
        scene.owner.get(&about(&portico, "csv", &format!("{users}{query}"))).await.expect(status);
    }
    scene.owner.get(&format!("{}&q=row", about(&portico, "csv", users))).await.expect(400);
    // An address is one, whole or with the path that all have.
    for of in [users.to_owned(), portico.reference(users).to_owned()] {
        let query = serde_urlencoded::to_string([("of", of)]).expect("it can be encoded");
        scene.owner.get(&format!("{}/csv?{query}", portico.url)).await.expect(200);
    }
    let searched = about(&portico, "csv", users);
    scene.stranger.get(&searched).await.expect(404);
    scene.anonymous.get(&searched).await.expect(401);
    let linked = page(&scene.owner, &format!("{users}?q=row&page=2&pageSize=5")).await.links();
    assert!(linked.iter().any(|link| link.contains("/csv?of=") && link.contains("q%3Drow")), "{linked:?}");
});

whatever_database!(a_form_is_shown_as_the_request_that_it_stands_for, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let url = link(&scene.user, "@id");
    let seen = page(&scene.owner, url).await;
    let mut fields = seen.form("data-method=\"PATCH\"").expect("the form");
    fields.iter_mut().find(|(name, _)| name == "mobile").expect("a field").1 = "+44 'quoted' é".into();
    fields.push(("_show".into(), "yes".into()));
    let browser = scene.owner.clone().following_nothing();
    let request = browser.request("POST", url).header("accept", BROWSER).header("origin", portico.origin());
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let body = serde_urlencoded::to_string(&fields).expect("it can be encoded");
    let before = scene.owner.get(url).await.expect(200).json();
    let text = shown(&browser.send(request.body(body)).await.expect(200)).text();
    assert_eq!(scene.owner.get(url).await.expect(200).json(), before, "nothing is done");
    assert!(text.contains(&format!("PATCH {url}")) && text.contains("If-Match: "), "{text}");
    assert!(text.contains(r#"--data-raw '{"mobile":"+44 '\''quoted'\'' é"}'"#), "{text}");
    for language in ["curl -X PATCH", "await fetch(", "requests.request(", "reqwest::Method::PATCH"] {
        assert!(text.contains(language), "{language}: {text}");
    }
});

each_database!(what_does_not_work_is_said_first, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let url = link(&scene.user, "@id");
    let says = async |url: &str| page(&scene.admin, url).await.all("class").contains(&"alert".to_owned());
    assert!(!says(url).await);
    scene.owner.patch(url, &json!({"enabled": false})).await.expect(205);
    assert!(says(url).await, "an account that is disabled");
    let customer = link(&scene.other, "@id");
    assert!(!says(customer).await);
    scene.admin.post(link(&scene.admin.get(customer).await.json(), "disable"), &json!({})).await.expect(200);
    assert!(says(customer).await, "a customer that is disabled");
});

whatever_database!(an_address_that_values_follow_is_led_to, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let body = json!({"name": "by-parts", "template": "s1=p1&s2=p2"});
    let query = scene.owner.post(link(&scene.customer, "namedQueries"), &body).await.expect(201).json();
    let seen = page(&scene.owner, link(&query, "@id")).await;
    let manifest = link(&query, "manifest");
    assert_eq!(seen.fields("class=\"parts\""), Some(vec!["of".to_owned(), "parts".to_owned()]));
    let lead = |fields: [(&str, &str); 2]| {
        let query = serde_urlencoded::to_string(fields).expect("it can be encoded");
        format!("{}/parts?{query}", portico.url)
    };
    let browser = portico.anonymous().following_nothing();
    let of = manifest.strip_prefix(&portico.url).expect("it is ours");
    let led = browser.get(&lead([("of", of), ("parts", "a b/c\r\n\r\nd?e")])).await.expect(303);
    assert_eq!(led.header("location"), Some(format!("{manifest}/a%20b%2Fc/d%3Fe").as_str()));
    for elsewhere in ["//elsewhere.example", "https://elsewhere.example", "\\\\elsewhere.example", ""] {
        let led = browser.get(&lead([("of", elsewhere), ("parts", "x")])).await.expect(400);
        assert!(led.header("location").is_none(), "{elsewhere}: {led}");
    }
});

each_database!(a_customer_is_shown_among_the_others, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let root = scene.admin.customer().await;
    let group = json!({"name": "outer", "displayName": "Outer", "kind": "group"});
    let outer = scene.admin.post(link(&root, "children"), &group).await.expect(201).json();
    let leaf = json!({"name": "inner", "displayName": "Inner"});
    let inner = scene.admin.post(link(&outer, "children"), &leaf).await.expect(201).json();
    let tree = async |client: &Client, url: &str| {
        let html = page(client, url).await.0;
        html.split_once("<nav class=\"tree\"")
            .map(|(_, rest)| rest.split("</nav>").next().unwrap_or_default().to_owned())
    };
    let shown = tree(&scene.admin, link(&outer, "@id")).await.expect("a tree");
    for (node, name) in [(&root, link(&root, "name")), (&inner, "inner")] {
        assert!(shown.contains(&format!("<a href=\"{}\"><bdi>{name}</bdi></a>", link(node, "@id"))), "{shown}");
    }
    assert!(shown.contains("<li aria-current=\"page\"><bdi>outer</bdi></li>"), "{shown}");
    // What one does not see is in no tree.
    let own = tree(&scene.owner, link(&scene.customer, "@id")).await.unwrap_or_default();
    assert!(!own.contains(link(&root, "@id")) && !own.contains("inner"), "{own}");
    assert!(tree(&scene.anonymous, &portico.url).await.is_none());
});

whatever_database!(a_list_says_what_it_is_narrowed_by_and_has_the_columns_one_wants, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let images = link(&scene.space, "images");
    for index in 0..5 {
        let image = json!({"id": format!("column-{index}"), "origin": "https://images.example/a.jpg", "string1": "a & b", "number2": index});
        scene.owner.post(images, &image).await.expect(201);
    }
    let heads = |html: &Html| {
        let head = html.0.split_once("<thead>").and_then(|(_, rest)| rest.split("</thead>").next()).expect("a table");
        let cells = Html(head.to_owned()).text();
        cells
            .split(['\n', '↕', '↑', '↓'])
            .map(str::trim)
            .filter(|cell| !cell.is_empty())
            .map(String::from)
            .collect::<Vec<_>>()
    };
    let plain = page(&scene.owner, images).await;
    assert!(heads(&plain).len() <= 8, "{:?}", heads(&plain));
    let asked = format!("{images}?pageSize=2&columns=origin&columns=number2&columns=nonsense&string1=a+%26+b");
    let seen = page(&scene.owner, &asked).await;
    assert_eq!(heads(&seen), ["Picture", "Image", "Origin", "Number2"], "{}", seen.0);
    // It stays so on the next page, and in another order.
    let next =
        seen.links().into_iter().find(|link| link.contains("after=") || link.contains("page=2")).expect("a next page");
    assert_eq!(heads(&page(&scene.owner, &next).await), ["Picture", "Image", "Origin", "Number2"], "{next}");
    assert!(
        seen.0.contains("name=\"columns\" value=\"origin\" checked>")
            && seen.0.contains("name=\"columns\" value=\"string1\">")
    );
    // What it is narrowed by is taken away by itself.
    assert!(seen.text().contains("String1: a & b without"), "{}", seen.text());
    let without = seen.links().into_iter().find(|link| link.contains("columns=") && !link.contains("string1"));
    let without = page(&scene.owner, &without.expect("a list without")).await;
    assert!(!without.0.contains("class=\"plain chips\""), "{}", without.text());
    assert_eq!(heads(&without), ["Picture", "Image", "Origin", "Number2"]);
});
