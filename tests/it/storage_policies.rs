//! Storage policies are said by whoever administers all customers, and hold at once.

use serde_json::json;

use crate::support::fixtures::Scene;
use crate::support::{Portico, each_database, link};

each_database!(a_policy_is_made_chosen_and_deleted_by_those_who_administer_all, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let entry = scene.admin.walk(&[]).await.json();
    let policies = link(&entry, "storagePolicies");
    let limits = json!({"name": "two", "maximumNumberOfStoredImages": 2, "maximumTotalSizeOfStoredImages": 1_000_000});
    for other in [&scene.owner, &scene.stranger] {
        other.post(policies, &limits).await.expect(403);
        other.get(policies).await.expect(200);
    }
    let policy = scene.admin.post(policies, &limits).await.expect(201).id();
    let storage = link(&scene.other, "storage").to_owned();
    let chosen = json!({"storagePolicy": policy});
    scene.stranger.patch(&storage, &chosen).await.expect(403);
    // A tag of before does not do.
    let before = scene.admin.get(&storage).await.expect(200);
    let tag = before.header("etag").expect("a tag").to_owned();
    let choose = || scene.admin.request("PATCH", &storage).header("if-match", &tag).body(chosen.to_string());
    scene.admin.send(choose()).await.expect(205);
    scene.admin.send(choose()).await.expect(412);
    assert_eq!(scene.stranger.get(&storage).await.expect(200).json()["storagePolicy"], policy.as_str());
    // There is room for two, and then for a third.
    let submit = async |id: &str| {
        let image = json!({"id": id, "space": scene.their_space["id"], "origin": "https://images.example/1.jpg"});
        scene.stranger.post(link(&scene.other, "queue"), &json!([image])).await.status
    };
    let registered = before.json()["numberOfStoredImages"].as_u64().expect("a number");
    assert_eq!(registered, 0);
    assert_eq!((submit("one").await, submit("two").await, submit("three").await), (201, 201, 507));
    scene.admin.patch(&policy, &json!({"maximumNumberOfStoredImages": 3})).await.expect(205);
    assert_eq!(submit("three").await, 201);
    // A policy stays while somebody has it; so does that of new customers.
    for held in [policy.as_str(), &format!("{policies}/default")] {
        let refused = scene.admin.delete(held).await.expect(409);
        assert!(link(&refused.json(), "detail").contains("customer"), "{refused}");
    }
    scene.admin.patch(&storage, &json!({"storagePolicy": format!("{policies}/default")})).await.expect(205);
    scene.admin.delete(&policy).await.expect(205);
    scene.admin.patch(&storage, &chosen).await.expect(400);
});

each_database!(nobody_has_a_policy_that_is_being_deleted, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let policies = link(&scene.admin.walk(&[]).await.json(), "storagePolicies").to_owned();
    let storage = link(&scene.other, "storage");
    for round in 0..8 {
        let limits = json!({
            "name": format!("passing-{round}"), "maximumNumberOfStoredImages": 9, "maximumTotalSizeOfStoredImages": 9,
        });
        let policy = scene.admin.post(&policies, &limits).await.expect(201).id();
        let chosen = json!({"storagePolicy": policy});
        let (taken, gone) = tokio::join!(scene.admin.patch(storage, &chosen), scene.admin.delete(&policy));
        assert!(matches!((taken.status, gone.status), (205, 409) | (400, 205)), "{taken} {gone}");
        let has = scene.admin.get(storage).await.expect(200).json();
        scene.admin.get(link(&has, "storagePolicy")).await.expect(200);
        scene.admin.patch(storage, &json!({"storagePolicy": format!("{policies}/default")})).await.expect(205);
    }
});
