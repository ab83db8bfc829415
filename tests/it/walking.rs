//! Walking: whoever follows `next` sees each member of a collection once, in every order, by every size of page, and also
//! while members go. It is asked of every collection that there is.

use std::collections::BTreeSet;

use hydra::{CollectionSite, Method};
use serde_json::{Value, json};

use crate::support::fixtures::{Scene, crowd, unique};
use crate::support::{Client, Portico, each_database, link};

/// The orders that a collection has; age, or one of its own, is the first.
fn orders(site: &CollectionSite) -> Vec<String> {
    let sorted = site.member.properties.iter().filter(|property| property.sort);
    let both = sorted.flat_map(|property| ["orderBy", "orderByDescending"].map(|order| (order, property.name)));
    std::iter::once(String::new()).chain(both.map(|(order, name)| format!("&{order}={name}"))).collect()
}

fn ids(members: &[Value]) -> Vec<String> {
    members.iter().map(|member| link(member, "@id").to_owned()).collect()
}

/// All collections that can be looked at: those of what depends on others first, so that what goes takes nothing along that
/// is still to be looked at.
fn collections(api: &hydra::Api) -> Vec<(&CollectionSite, &'static hydra::OperationDef)> {
    let depth = |site: &CollectionSite| match site.owner.name {
        // What has happened to something is asked while it is there.
        _ if site.property == "changes" => -1,
        "EntryPoint" => 2,
        // What it finds are customers.
        "CustomerSearch" => 3,
        "Customer" => 1,
        _ => 0,
    };
    let mut all: Vec<_> =
        api.collections().iter().filter_map(|site| Some((site, site.operation(Method::Get)?))).collect();
    all.sort_by_key(|(site, _)| depth(site));
    all
}

each_database!(every_order_is_walked_once_whatever_the_page, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let api = crate::conformance::api();
    let mut walked_orders = 0;
    for (site, _) in collections(&api) {
        crowd(&scene, site).await;
        let url = scene.collection(site.owner.name, site.property).await.url;
        for order in orders(site) {
            let whole = scene.admin.get(&format!("{url}?pageSize=500{order}")).await.expect(200).json();
            let expected = ids(whole["member"].as_array().expect("members"));
            assert_eq!(expected.iter().collect::<BTreeSet<_>>().len(), expected.len(), "{url} {order}");
            for size in [1, 2, 3, 5] {
                let walked = ids(&scene.admin.members(&format!("{url}?pageSize={size}{order}")).await);
                assert_eq!(walked, expected, "{url} {order} {size}");
            }
            walked_orders += usize::from(expected.len() > 5);
        }
    }
    assert!(walked_orders > 40, "most collections have more than a page: {walked_orders}");
});

/// What ends the membership of a member: where it was granted, that grant; else the member itself.
async fn leave(client: &Client, member: &Value) -> bool {
    let address = member["grant"].as_str().unwrap_or_else(|| link(member, "@id"));
    client.delete(address).await.status < 300
}

each_database!(whoever_walks_while_members_go_sees_the_others, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let api = crate::conformance::api();
    let mut left = 0;
    for (site, _) in collections(&api) {
        crowd(&scene, site).await;
        let url = scene.collection(site.owner.name, site.property).await.url;
        // One order is enough for each collection, but not the same for all: what goes can be removed only once.
        let orders = orders(site);
        let order = &orders[left % orders.len()];
        let all: BTreeSet<_> =
            ids(&scene.admin.members(&format!("{url}?pageSize=500{order}")).await).into_iter().collect();
        let mut seen = Vec::new();
        let mut next = Some(format!("{url}?pageSize=2{order}"));
        while let Some(page) = next {
            let page = scene.admin.get(&page).await.expect(200).json();
            let members = page["member"].as_array().expect("members").clone();
            seen.extend(ids(&members));
            next = page["view"]["next"].as_str().map(String::from);
            for member in &members {
                left += usize::from(leave(&scene.admin, member).await);
            }
        }
        assert_eq!(seen.len(), all.len(), "{url} {order}: {seen:?} of {all:?}");
        assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), all, "{url} {order}");
    }
    assert!(left > 50, "members did go: {left}");
});

each_database!(the_images_of_a_query_are_walked_in_its_own_order, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    for (index, string1) in ["b", "B", "a", "a", "", "b"].into_iter().enumerate() {
        let body = json!({
            "origin": "https://images.example/1.jpg", "string1": string1, "number1": index % 2, "number2": 7,
        });
        let url = format!("{}/walked-{index}", link(&scene.space, "images"));
        scene.owner.put(&url, &body).await.expect(201);
    }
    let queries = link(&scene.customer, "namedQueries");
    for order in ["n1", "s1 desc", "s1;n1 desc", "n1 desc;s1", "n1;n2 desc;n3;s1 desc;s2;s3 desc", "s1;n2;n1"] {
        let template = format!("n2=7&assetOrder={order}");
        let body = json!({"name": unique("walked"), "template": template});
        let images = format!("{}/images", scene.owner.post(queries, &body).await.expect(201).id());
        let whole = ids(&scene.owner.members(&format!("{images}?pageSize=500")).await);
        assert_eq!(whole.len(), 6, "{template}");
        for size in 1..5 {
            let walked = ids(&scene.owner.members(&format!("{images}?pageSize={size}")).await);
            assert_eq!(walked, whole, "{template} {size}");
        }
    }
});
