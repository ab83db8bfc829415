//! Pages: following `next` sees every member once, whatever order and size; search finds what the filter says.

use std::collections::BTreeSet;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::support::fixtures::Scene;
use crate::support::template::expand;
use crate::support::{Client, Portico, each_database, link};

/// So many portal users with various properties.
async fn populate(scene: &Scene, count: usize) -> Vec<Value> {
    let users = link(&scene.customer, "portalUsers");
    for number in 0..count {
        let mut body = json!({
            "email": format!("{}-{number}@Example.org", ["ada", "Bob", "cyd", "DAN"][number % 4]),
            "enabled": number % 3 != 0,
            // Several made at once: the order by age still has one answer.
            "created": format!("2020-01-{:02}T00:00:00Z", number % 5 + 1),
        });
        if number % 2 == 0 {
            body["uid"] = json!(format!("uid-{number}"));
        }
        scene.owner.post(users, &body).await.expect(201);
    }
    scene.owner.members(users).await
}

fn ids(members: &[Value]) -> Vec<&str> {
    members.iter().map(|member| link(member, "@id")).collect()
}

each_database!(following_next_sees_every_member_once_in_order, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let all = populate(&scene, 23).await;
    let users = link(&scene.customer, "portalUsers");
    let mut runner = TestRunner::deterministic();
    let orders = ["", "orderBy=email", "orderBy=created", "orderByDescending=email", "orderByDescending=created"];
    let strategy = (1_u64..12, proptest::sample::select(orders.to_vec()));
    for _ in 0..12 {
        let (size, order) = strategy.new_tree(&mut runner).expect("a value").current();
        let members = scene.owner.members(&format!("{users}?pageSize={size}&{order}")).await;
        assert_eq!(members.len(), all.len(), "{size} {order}");
        assert_eq!(ids(&members).iter().collect::<BTreeSet<_>>(), ids(&all).iter().collect(), "{size} {order}");
        let mut keys: Vec<String> = match order.split_once('=') {
            Some((_, "email")) => members.iter().map(|member| link(member, "email").to_lowercase()).collect(),
            Some((_, "created")) => members.iter().map(|member| link(member, "created").to_owned()).collect(),
            _ => continue,
        };
        if order.contains("Descending") {
            keys.reverse();
        }
        assert!(keys.is_sorted(), "{order}: {keys:?}");
        // The same pages by number.
        let mut numbered = Vec::new();
        for page in 1..=(all.len() as u64).div_ceil(size) {
            let page =
                scene.owner.get(&format!("{users}?pageSize={size}&{order}&page={page}")).await.expect(200).json();
            numbered.extend(page["member"].as_array().expect("members").clone());
        }
        assert_eq!(ids(&numbered), ids(&members), "{size} {order}");
    }
});

each_database!(next_is_not_disturbed_by_what_comes_and_goes, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let all = populate(&scene, 9).await;
    let users = link(&scene.customer, "portalUsers");
    let first = scene.owner.get(&format!("{users}?pageSize=4")).await.expect(200).json();
    scene.owner.delete(link(&all[0], "@id")).await.expect(205);
    scene.owner.post(users, &json!({"email": "late@example.org"})).await.expect(201);
    let second = scene.owner.get(link(&first["view"], "next")).await.expect(200).json();
    let expected: Vec<_> = all[4..8].iter().map(|member| link(member, "@id")).collect();
    assert_eq!(ids(second["member"].as_array().expect("members")), expected);
});

each_database!(a_view_says_where_it_is, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    populate(&scene, 8).await;
    let users = link(&scene.customer, "portalUsers");
    let bare = scene.owner.get(users).await.expect(200).json();
    assert_eq!(bare["@id"], users);
    assert_eq!(bare["view"]["@id"], format!("{users}?page=1"));
    assert_eq!(bare["totalItems"], 10);
    for absent in ["next", "previous"] {
        assert!(bare["view"][absent].is_null(), "everything fits one page");
    }
    let url = format!("{users}?itemsPerPage=3&page=2&order%5Bid%5D=DESC&nonsense=x");
    let page = scene.owner.get(&url).await.expect(200).json();
    let view = &page["view"];
    assert_eq!(page["@id"], users, "the collection is the same on every page");
    assert_eq!(view["@id"], url, "the view is the request, to the letter");
    assert_eq!(page["member"].as_array().map(Vec::len), Some(3));
    assert_eq!((&view["page"], &view["pageSize"], &view["totalPages"]), (&json!(2), &json!(3), &json!(4)));
    for name in ["first", "previous", "next", "last"] {
        let there = scene.owner.get(link(view, name)).await.expect(200).json();
        assert_eq!(there["view"]["pageSize"], 3, "{name} keeps the query");
        assert_eq!(there["view"]["@id"], view[name]);
    }
    let small = scene.owner.get(&format!("{users}?pageSize=2")).await.expect(200).json();
    assert!(small["next"].is_null(), "next stands on the collection where the collection was asked for");
    let beyond = scene.owner.get(&format!("{users}?page=99")).await.expect(200).json();
    assert_eq!(beyond["member"], json!([]));
    scene.owner.get(link(&beyond["view"], "previous")).await.expect(200);
    let large = scene.owner.get(&format!("{users}?pageSize=100000")).await.expect(200).json();
    assert_eq!(large["view"]["pageSize"], 500, "a larger page is cut, and says so");
    for wrong in [
        "page=0",
        "page=-1",
        "page=x",
        "pageSize=0",
        "pageSize=1.5",
        "orderBy=password",
        "orderBy=nonsense",
        "after=!",
        "after=WyIiLG51bGwsLTFd",
        "enabled=perhaps",
        "q=%00",
        "page=99999999999999999999",
        "after=WyJlbWFpbCIsbnVsbCwxXQ&orderBy=email",
    ] {
        let answer = scene.owner.get(&format!("{users}?{wrong}")).await.expect(400);
        let named = wrong.split(['=', '&']).next().expect("a name");
        assert_eq!(answer.problem()["violations"][0]["propertyPath"], named, "{wrong}");
    }
});

each_database!(the_search_template_finds_what_it_says, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let all = populate(&scene, 16).await;
    let users = link(&scene.customer, "portalUsers");
    let document = scene.owner.get(users).await.expect(200).json();
    let template = link(&document["search"], "template").to_owned();
    let text = |member: &Value, name: &str| member[name].as_str().unwrap_or_default().to_lowercase();
    let cases: Vec<Case> = vec![
        (
            &[("q", "BOB")],
            Box::new(move |member| text(member, "email").contains("bob") || text(member, "uid").contains("bob")),
        ),
        (&[("q", "%")], Box::new(|_| false)),
        (&[("q", "_")], Box::new(|_| false)),
        (&[("q", "\\")], Box::new(|_| false)),
        (&[("q", "' OR 1=1 --")], Box::new(|_| false)),
        (&[("email", "ADA-0@example.ORG")], Box::new(move |member| text(member, "email") == "ada-0@example.org")),
        (&[("enabled", "false")], Box::new(|member| member["enabled"] == false)),
        (&[("uid", "UID-4")], Box::new(move |member| text(member, "uid") == "uid-4")),
        (
            &[("q", "cyd"), ("enabled", "true")],
            Box::new(move |member| text(member, "email").contains("cyd") && member["enabled"] == true),
        ),
        (&[], Box::new(|_| true)),
    ];
    for (variables, expected) in cases {
        let found = search(&scene.owner, &template, variables).await;
        let expected: Vec<_> = all.iter().filter(|member| expected(member)).map(|member| link(member, "@id")).collect();
        assert_eq!(ids(&found), expected, "{variables:?}");
    }
    // Every variable that the template has is mapped to a property that the class has, or to one of Hydra's.
    for mapping in document["search"]["mapping"].as_array().expect("mappings") {
        assert!(template.contains(link(mapping, "variable")));
    }
});

/// Variables of the template, and which members they are to find.
type Case<'a> = (&'a [(&'a str, &'a str)], Box<dyn Fn(&Value) -> bool>);

async fn search(client: &Client, template: &str, variables: &[(&str, &str)]) -> Vec<Value> {
    client.members(&expand(template, &[variables, &[("pageSize", "3")]].concat())).await
}

each_database!(customers_are_searched_and_ordered_too, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let customers = link(&scene.admin.walk(&[]).await.json(), "customers").to_owned();
    let names = async |query: &str| -> Vec<String> {
        scene
            .admin
            .members(&format!("{customers}?{query}"))
            .await
            .iter()
            .map(|member| link(member, "name").to_owned())
            .collect()
    };
    assert_eq!(names("").await, ["admin", "first", "second"]);
    assert_eq!(names("q=CUSTOMER").await, ["first", "second"]);
    assert_eq!(names("name=FIRST").await, ["first"]);
    assert_eq!(names("orderByDescending=name&pageSize=1").await, ["second", "first", "admin"]);
    assert_eq!(names("orderBy=displayName&pageSize=1").await.len(), 3);
    assert_eq!(names("orderBy=created&pageSize=2").await, ["admin", "first", "second"]);
    assert_eq!(scene.owner.members(&customers).await.len(), 1, "one sees one's own");
    let body = serde_json::json!({"name": "ecole", "displayName": "École des Beaux-Arts"});
    scene.admin.post(&customers, &body).await.expect(201);
    for query in ["q=%C3%A9cole", "q=%C3%89COLE", "displayName=%C3%A9COLE%20des%20beaux-arts"] {
        assert_eq!(names(query).await, ["ecole"], "{query}");
    }
});
