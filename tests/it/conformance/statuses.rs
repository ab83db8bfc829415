//! Every documented status of every documented operation is seen on the wire.

use std::collections::BTreeSet;

use hydra::{Method, OperationDef};

use super::{api, served, statuses};
use crate::support::fixtures::{Collected, Item, Scene};
use crate::support::{Answer, Client, Portico, each_database};

each_database!(every_documented_status_is_produced, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    portico.leave_no_room(&scene.other).await;
    let (mut documented, mut seen) = (BTreeSet::new(), BTreeSet::new());
    let mut note = |owner: &str, operation: &OperationDef, status: u16, answer: Option<Answer>| {
        let name = format!("{owner}/{} {status}", operation.name);
        documented.insert(name.clone());
        let Some(answer) = answer else { return };
        if answer.status == status {
            seen.insert(name);
        } else {
            println!("{name} was not produced: {answer}");
        }
    };
    for class in served() {
        let item = scene.of(class.name).await.unwrap_or_else(|| panic!("the fixtures have no {}", class.name));
        for operation in class.operations {
            for status in statuses(operation) {
                note(class.name, operation, status, of_item(&scene, &item, operation, status).await);
            }
        }
    }
    for site in api().collections() {
        let collected = scene.collection(site.owner.name, site.property).await;
        for operation in site.operations {
            let client = scene.whoever_may(operation);
            let owner = format!("{}.{} {}", site.owner.name, site.property, site.name);
            for status in statuses(operation) {
                note(
                    &owner,
                    operation,
                    status,
                    of_collection((&scene.admin, client), &collected, operation, status).await,
                );
            }
        }
    }
    println!("documented statuses exercised: {} of {}", seen.len(), documented.len());
    let missing: Vec<_> = documented.difference(&seen).collect();
    assert!(missing.is_empty(), "documented and not produced: {missing:#?}");
});

async fn of_item(scene: &Scene, item: &Item, operation: &OperationDef, status: u16) -> Option<Answer> {
    // The administrator sees a customer that does not exist as what it is: not there. What is only for those who belong to
    // a customer is for that customer's key.
    let customer = scene.customer["@id"].as_str()?;
    let client = if operation.own && item.url.starts_with(customer) { &scene.owner } else { &scene.admin };
    let prefer = |request: reqwest::RequestBuilder| request.header("prefer", "return=representation");
    if let hydra::Payload::Media(_) = operation.expects {
        let (media_type, bytes) = item.media.as_ref()?;
        let request = |url: &str, bytes: Vec<u8>| {
            client.request(operation.method.name(), url).header("content-type", *media_type).body(bytes)
        };
        return Some(match status {
            200 => client.send(request(&item.url, bytes.clone())).await,
            400 => client.send(request(&item.url, b"no picture".to_vec())).await,
            404 => client.send(request(&item.absent, bytes.clone())).await,
            _ => return None,
        });
    }
    let answer = match (operation.method, status) {
        (Method::Get, 200) => client.get(&item.url).await,
        (Method::Get, 404) => client.get(&item.absent).await,
        (Method::Put, 200) => client.put(&item.url, &item.right).await,
        (Method::Put, 201) => {
            let (url, body) = item.unused.as_ref()?;
            client.put(url, body).await
        }
        (Method::Put, 404) => {
            let nowhere = item.url.replacen(customer, &nowhere(scene), 1);
            client.put(&nowhere, &item.right).await
        }
        (Method::Patch, 404) => client.patch(&item.absent, &item.right).await,
        (Method::Patch, 205) => client.patch(&item.url, &item.right).await,
        (Method::Patch, 200) => {
            let request = client.request("PATCH", &item.url).body(item.right.to_string());
            client.send(prefer(request)).await
        }
        (method @ (Method::Put | Method::Patch), 400) => client.with(method.name(), &item.url, &item.wrong).await,
        (method @ (Method::Put | Method::Patch), 409) => {
            client.with(method.name(), &item.url, item.taken.as_ref()?).await
        }
        (method @ (Method::Put | Method::Patch), 403) => {
            scene.owner.with(method.name(), &item.url, item.forbidden.as_ref()?).await
        }
        (Method::Put, 507) => {
            let (url, body) = item.full.as_ref()?;
            client.put(url, body).await
        }
        (Method::Post, 200 | 201) => client.post(&item.url, &item.submitted).await,
        (Method::Post, 400) => client.post(&item.url, &item.wrong).await,
        (Method::Post, 404) => client.post(&item.absent, &item.submitted).await,
        (Method::Post, 507) => {
            let (url, body) = item.full.as_ref()?;
            client.post(url, body).await
        }
        (Method::Post, 409) => {
            let (url, body) = item.blocked.as_ref()?;
            client.post(url, body).await
        }
        (Method::Delete, 204 | 205) => {
            let request = client.request("DELETE", item.removable.as_ref()?);
            let request =
                item.token.iter().fold(request, |request, token| request.header("prune-authorization", token));
            client.send(request).await
        }
        (Method::Delete, 404) => client.delete(&item.absent).await,
        (Method::Delete, 409) => client.delete(item.stuck.as_ref()?).await,
        _ => return None,
    };
    Some(answer)
}

fn nowhere(scene: &Scene) -> String {
    crate::support::fixtures::missing_customer(&scene.customer)
}

async fn of_collection(
    (admin, client): (&Client, &Client),
    at: &Collected,
    operation: &OperationDef,
    status: u16,
) -> Option<Answer> {
    let answer = match (operation.method, status) {
        (Method::Get, 200) => client.get(&at.url).await,
        (Method::Get, 400) => client.get(&format!("{}?page=0", at.url)).await,
        (Method::Get, 404) => client.get(at.absent.as_ref()?).await,
        (Method::Post, 201) => client.post(&at.url, &at.right).await,
        (Method::Post, 200) => client.post(&at.url, at.again.as_ref()?).await,
        (Method::Post, 400) => client.post(&at.url, &at.wrong).await,
        (Method::Post, 404) => client.post(at.absent.as_ref()?, &at.right).await,
        (Method::Post, 403) => client.post(&at.url, at.forbidden.as_ref()?).await,
        (Method::Post, 409) => client.post(&at.url, at.taken.as_ref()?).await,
        (Method::Post, 507) => {
            let (url, body) = at.full.as_ref()?;
            admin.post(url, body).await
        }
        (Method::Put, 200) => client.put(&at.url, at.whole.as_ref()?).await,
        (Method::Put, 400) => client.put(&at.url, &serde_json::json!({"member": [{"name": "nobody"}]})).await,
        (Method::Put, 404) => client.put(at.absent.as_ref()?, at.whole.as_ref()?).await,
        (Method::Patch, 200) => client.patch(&at.url, &at.changes).await,
        (Method::Patch, 400) => client.patch(&at.url, &serde_json::json!({"member": [{"id": "absent"}]})).await,
        (Method::Patch, 404) => client.patch(at.absent.as_ref()?, &at.changes).await,
        _ => return None,
    };
    Some(answer)
}
