//! What an `@id` in a body names: a resource of ours by its own IRI, and by no other that ends as that does.

use hydra::{Method, OperationDef, Payload};
use serde_json::json;

use crate::conformance::api;
use crate::support::fixtures::Scene;
use crate::support::{Portico, each_database};

each_database!(what_is_elsewhere_is_nothing_of_ours, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let mut named = Vec::new();
    for site in api().collections() {
        let at = scene.collection(site.owner.name, site.property).await;
        let listed = scene.admin.get(&at.url).await;
        if listed.status != 200 {
            continue;
        }
        let Some(ours) = listed.json()["member"][0]["@id"].as_str().map(str::to_owned) else { continue };
        let takes = |operation: &&OperationDef| {
            !operation.own && operation.method != Method::Get && operation.expects != Payload::Nothing
        };
        for operation in site.operations.iter().filter(takes) {
            let body = |id: &str| match operation.expects {
                Payload::Members(_) => json!({"member": [{"@id": id}]}),
                _ => json!({"@id": id}),
            };
            let send = async |id: &str| {
                let request = scene.admin.request(operation.method.name(), &at.url);
                scene.admin.send(request.body(body(id).to_string())).await
            };
            for elsewhere in portico.elsewhere(&ours) {
                let status = send(&elsewhere).await.status;
                assert!(
                    (400..500).contains(&status),
                    "{} {}: {elsewhere} is {status}",
                    operation.method.name(),
                    at.url
                );
            }
            if send(&ours).await.status < 300 {
                named.push((site.owner.name, site.property));
            }
        }
    }
    // These name what there is; the others make what there is not.
    for refers in
        [("PortalUser", "roles"), ("PortalUser", "customers"), ("Customer", "entitlementGroups"), ("Space", "images")]
    {
        assert!(named.contains(&refers), "{refers:?} {named:?}");
    }
});
