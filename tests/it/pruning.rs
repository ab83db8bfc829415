//! Deleting what a customer has put in, by links.

use serde_json::json;

use crate::support::people::{PASSWORD, person};
use crate::support::{Portico, each_database, link};

each_database!(data_goes_with_an_authorisation_that_is_used_once, async |portico: Portico| {
    let admin = portico.admin();
    let body = json!({"name": "museum", "displayName": "Museum", "kind": "group"});
    let museum = admin.post(link(&admin.walk(&[]).await.json(), "customers"), &body).await.expect(201).json();
    let child = json!({"name": "below", "displayName": "Below"});
    let below = admin.post(link(&museum, "children"), &child).await.expect(201).json();
    let space = admin.post(link(&museum, "spaces"), &json!({"name": "Photographs"})).await.expect(201).json();
    let image = json!({"space": space["id"], "origin": "https://images.example/1.jpg"});
    admin.post(link(&museum, "queue"), &json!({"member": [image, image]})).await.expect(201);
    let url = link(&museum, "data");
    let data = admin.get(url).await.expect(200).json();
    assert_eq!((&data["images"], &data["batches"]), (&json!(2), &json!(1)));
    let (pruner, _) =
        person(&portico, &admin, &museum, "pruner", &["CUSTOMER_READ", "ADMIN_PRUNE_CUSTOMER_DATA"]).await;
    let authorise = link(&data, "pruneAuthorization");
    // Whoever has a password proves again who they are.
    pruner.post(authorise, &json!({})).await.expect(400);
    let said = pruner.post(authorise, &json!({"password": "another horse battery"})).await.expect(400).problem();
    assert_eq!(said["violations"][0]["propertyPath"], "password");
    let given = pruner.post(authorise, &json!({"password": PASSWORD})).await.expect(200).json();
    assert!(given["password"].is_null() && given["expires"].is_string(), "{given}");
    let token = link(&given, "token");
    assert!(pruner.get(authorise).await.expect(200).json()["token"].is_null());
    // By somebody else, for something else, without one.
    admin.send(admin.request("DELETE", url).header("prune-authorization", token)).await.expect(403);
    let elsewhere = format!("{}/data", link(&below, "@id"));
    pruner.send(pruner.request("DELETE", &elsewhere).header("prune-authorization", token)).await.expect(403);
    let said = pruner.delete(url).await.expect(403).problem();
    assert!(link(&said, "detail").contains("pruneAuthorization"), "{said}");
    pruner.with("DELETE", url, &json!({"token": 7})).await.expect(400);
    assert_eq!(admin.get(url).await.json()["images"], 2, "nothing is gone yet");
    pruner.with("DELETE", url, &json!({"token": token})).await.expect(204);
    let data = admin.get(url).await.expect(200).json();
    assert_eq!((&data["images"], &data["batches"]), (&json!(0), &json!(0)));
    pruner.with("DELETE", url, &json!({"token": token})).await.expect(403);
    // It ends by itself.
    let given = pruner.post(authorise, &json!({"password": PASSWORD})).await.expect(200).json();
    portico.world.advance(chrono::TimeDelta::seconds(5 * 60 + 1));
    pruner.send(pruner.request("DELETE", url).header("prune-authorization", link(&given, "token"))).await.expect(403);
    // A program that signs in with a key has no password to prove.
    let given = admin.post(authorise, &json!({})).await.expect(200).json();
    admin.send(admin.request("DELETE", url).header("prune-authorization", link(&given, "token"))).await.expect(204);
    // It is for nobody else, who is shown no link either.
    let (reader, _) = person(&portico, &admin, &museum, "reader", &["CUSTOMER_READ"]).await;
    reader.get(url).await.expect(403);
    reader.post(authorise, &json!({"password": PASSWORD})).await.expect(403);
    assert!(reader.get(link(&museum, "@id")).await.expect(200).json()["data"].is_null());
});
