//! Which writes there are, and how one of each is made up.

use serde_json::json;

use super::cast::Face;
use super::scene::Scene;
use super::settings::{cleared, of_argus, of_cloudentity, some};
use super::write::{Setting, Turn, Write};

use Face::{Argus, Cloudentity, Hydra};

/// A sort of write.
#[derive(Debug, Clone, Copy)]
pub struct Draw {
    pub name: &'static str,
    /// Those that can do it.
    pub faces: &'static [Face],
    pub make: fn(&mut Scene) -> Write,
}

const fn draw(name: &'static str, faces: &'static [Face], make: fn(&mut Scene) -> Write) -> Draw {
    Draw { name, faces, make }
}

const ALL: &[Face] = &Face::ALL;
const NEVER_ARGUS: &[Face] = &[Hydra, Cloudentity];
const NEVER_CLOUDENTITY: &[Face] = &[Hydra, Argus];

/// What each face says in its own words, and so is done through each.
pub const EACH: &[Draw] = &[
    draw("make a customer", ALL, |scene| create(scene, None, "leaf")),
    draw("make a group", NEVER_CLOUDENTITY, |scene| {
        let below = in_use_group(scene);
        create(scene, Some(below), "group")
    }),
    draw("change the display name", ALL, |scene| {
        let title = scene.name("Title Æ");
        change(scene, |_, _| vec![("displayName", json!(title))])
    }),
    draw("rename", &[Argus], |scene| {
        let name = scene.name("renamed");
        Write::Rename { customer: scene.customer(|_, _| true), name }
    }),
    draw("change what Argus knows, too", NEVER_CLOUDENTITY, |scene| change(scene, of_argus)),
    draw("change what Cloudentity knows, too", NEVER_ARGUS, |scene| change(scene, of_cloudentity)),
    draw("clear what Cloudentity knows, too", NEVER_ARGUS, |scene| {
        let customer = scene.customer(|scene, at| scene.shown(at)["administration"]["metadata"].is_object());
        Write::Change { customer, settings: cleared(), whole: scene.below(2) == 0 }
    }),
    draw("activate", NEVER_ARGUS, |scene| turn(scene, Turn::Activate, &["inactive", "disabled"])),
    draw("deactivate", NEVER_ARGUS, |scene| turn(scene, Turn::Deactivate, &["active"])),
    draw("disable", NEVER_CLOUDENTITY, |scene| turn(scene, Turn::Disable, &["active", "inactive"])),
    draw("reenable", NEVER_CLOUDENTITY, |scene| turn(scene, Turn::Reenable, &["disabled"])),
    draw("move", NEVER_CLOUDENTITY, |scene| {
        let below = in_use_group(scene);
        let customer = scene.customer(|scene, at| at != below && parent(scene, at) != Some(scene.customers[below].id));
        Write::Move { customer, below }
    }),
];

/// What is done through any one of the faces that can do it.
pub const ONE: &[Draw] = &[
    draw("change some of what Argus knows, too", NEVER_CLOUDENTITY, |scene| {
        change(scene, |scene, customer| {
            let all = of_argus(scene, customer);
            some(scene, all)
        })
    }),
    draw("change some of what Cloudentity knows, too", NEVER_ARGUS, |scene| {
        change(scene, |scene, customer| {
            let all = of_cloudentity(scene, customer);
            some(scene, all)
        })
    }),
    draw("grant an entitlement", NEVER_ARGUS, |scene| {
        let name = scene.one(&["ADMIN_GET_CUSTOMER", "SELF_GET_CUSTOMER", "SELF_LIST_USER_CUSTOMERS"]);
        Write::Grant { customer: scene.customer(|_, _| true), kind: "entitlements", name: name.into() }
    }),
    draw("grant a group", NEVER_ARGUS, |scene| {
        let name = scene.one(&["SELF_USER_ENTITLEMENT_GROUP", "readonly"]);
        Write::Grant { customer: scene.customer(|_, _| true), kind: "entitlementGroups", name: name.into() }
    }),
    draw("revoke an entitlement", NEVER_ARGUS, |scene| revoke(scene, "entitlements", "CUSTOMER_GET_ITSELF")),
    draw("revoke a group", NEVER_ARGUS, |scene| revoke(scene, "entitlementGroups", "admin")),
    draw("require a revision", NEVER_ARGUS, |scene| {
        let revision = scene.name("r");
        Write::Require { customer: scene.customer(|_, _| true), revision }
    }),
    draw("require no revision", NEVER_ARGUS, |scene| Write::Unset {
        customer: scene.customer(|scene, at| scene.shown(at)["eula"]["revision"].is_string()),
    }),
    draw("require a revision of all", NEVER_ARGUS, |scene| Write::RequireOfAll { revision: scene.name("all") }),
    draw("require no revision of all", NEVER_ARGUS, |_| Write::UnsetOfAll),
    draw("approve", NEVER_ARGUS, |scene| Write::Accept { person: scene.person() }),
    draw("delete a customer", NEVER_ARGUS, |scene| Write::Delete { customer: scene.customer(|_, at| at > 3) }),
    draw("make a portal user", &[Hydra], |scene| {
        let name = scene.name("user");
        let body = json!({"email": format!("{name}@example.org"), "uid": name, "mobile": "+4799999999"});
        Write::MakePerson { home: scene.customer(|scene, at| status(scene, at) == "active"), body }
    }),
    draw("change a portal user", &[Hydra], |scene| {
        let uid = scene.name("uid");
        let more = json!({"mobile": "+4712345678", "enabled": false, "created": "2020-02-03T04:05:06Z"});
        let body = scene.one(&[json!({"uid": uid, "enabled": true}), more, json!({"uid": null, "mobile": null})]);
        Write::ChangePerson { person: scene.person(), body }
    }),
    draw("delete a portal user", &[Hydra], |scene| Write::DeletePerson { person: scene.person() }),
    draw("give a portal role", &[Hydra], |scene| Write::GiveRole {
        person: scene.person(),
        role: scene.one(&["readonly", "admin"]),
    }),
    draw("list a customer for somebody", NEVER_ARGUS, |scene| {
        let customer = scene.customer(|_, _| true);
        Write::List { person: scene.person(), customer: scene.customers[customer].name.clone() }
    }),
    draw("list customers for somebody", &[Cloudentity], |scene| {
        let customers = (0..2).map(|_| scene.customer(|_, _| true)).collect();
        Write::Relist { person: scene.person(), customers }
    }),
    draw("list a customer for nobody", NEVER_ARGUS, |scene| {
        let person = scene.person();
        let listed = scene.views.people[person][0].clone().unwrap_or_default();
        let is_listed = |name: &str| {
            listed["customers"]["member"].as_array().into_iter().flatten().any(|member| member["name"] == *name)
        };
        Write::Unlist { person, customer: scene.customer(|scene, at| is_listed(&scene.customers[at].name)) }
    }),
    draw("make somebody responsible", NEVER_CLOUDENTITY, |scene| assign(scene, true)),
    draw("make nobody responsible", NEVER_CLOUDENTITY, |scene| assign(scene, false)),
];

/// What must not be done through any face.
pub const NONE: &[Draw] = &[
    draw("make a customer of a name that is taken", ALL, |scene| {
        let taken = scene.customer(|_, _| true);
        let name = scene.customers[taken].name.to_uppercase();
        Write::Create { name, title: "Namesake".into(), below: None, kind: "leaf", is_active: true }
    }),
    draw("take somebody's alias", NEVER_ARGUS, |scene| {
        let alias = json!(scene.shown(0)["administration"]["alias"].as_str().unwrap_or_default().to_uppercase());
        change(scene, |_, _| vec![("alias", alias)])
    }),
    draw("have no display name", ALL, |scene| change(scene, |_, _| vec![("displayName", json!(""))])),
    draw("live in no time zone", NEVER_CLOUDENTITY, |scene| {
        change(scene, |_, _| vec![("timeZone", json!("Europe/Nowhere"))])
    }),
    draw("be administered by nobody's address", NEVER_ARGUS, |scene| {
        change(scene, |_, _| vec![("mfaMethod", json!("OTP")), ("adminEmails", json!(["nobody"]))])
    }),
    draw("have a flag of the other kind", NEVER_CLOUDENTITY, |scene| {
        let kind = |scene: &Scene, at: usize| scene.shown(at)["customer"]["kind"].clone();
        change(scene, |scene, at| {
            let flag = if kind(scene, at) == "leaf" { "singleNetworkDomain" } else { "allowGlobalData" };
            vec![("language", json!("norwegian")), ("flags", json!([flag]))]
        })
    }),
    draw("lie below itself", NEVER_CLOUDENTITY, |scene| {
        let below = scene.customer(|scene, at| parent(scene, at).is_some_and(|parent| parent != scene.customers[0].id));
        let parent = parent(scene, below);
        let customer = scene.customers.iter().position(|one| Some(one.id) == parent && one.id != scene.customers[0].id);
        Write::Move { customer: customer.unwrap_or(below), below }
    }),
    draw("lie below a leaf", NEVER_CLOUDENTITY, |scene| {
        let is_leaf = |scene: &Scene, at: usize| scene.shown(at)["customer"]["kind"] == "leaf";
        let below = scene.customer(is_leaf);
        let customer = scene.customer(|_, at| at != below);
        Write::Move { customer: if is_leaf(scene, below) { customer } else { below }, below }
    }),
    // The third customer has somebody who may do something.
    draw("be seen by more people than before", NEVER_CLOUDENTITY, |scene| Write::Move {
        customer: scene.customer(|scene, at| at != 3 && parent(scene, at) != Some(scene.customers[3].id)),
        below: 3,
    }),
    draw("deactivate who administers the service", NEVER_ARGUS, |_| Write::Turn {
        customer: 0,
        turn: Turn::Deactivate,
    }),
    draw("disable who administers the service", NEVER_CLOUDENTITY, |_| Write::Turn {
        customer: 0,
        turn: Turn::Disable,
    }),
    draw("delete who administers the service", NEVER_ARGUS, |_| Write::Delete { customer: 0 }),
    draw("move who administers the service", NEVER_CLOUDENTITY, |_| Write::Move { customer: 0, below: 1 }),
    draw("grant what is core", NEVER_ARGUS, |scene| Write::Grant {
        customer: scene.customer(|_, _| true),
        kind: "entitlements",
        name: scene.one(&["ADMIN_ALL_CUSTOMERS", "NOTHING"]).into(),
    }),
    draw("grant a group of what is core", NEVER_ARGUS, |scene| Write::Grant {
        customer: scene.customer(|_, _| true),
        kind: "entitlementGroups",
        name: scene.one(&["SUPER_ADMIN", "NOTHING"]).into(),
    }),
    draw("revoke what is core", NEVER_ARGUS, |scene| Write::Revoke {
        customer: scene.customer(|_, _| true),
        kind: "entitlements",
        name: "CUSTOMER_GET_ITSELF".into(),
    }),
    draw("list a customer that there is not", NEVER_ARGUS, |scene| Write::List {
        person: scene.person(),
        customer: "nobody".into(),
    }),
];

const ROLES: &[&str] = &["technicalAccountManager", "accountManager", "logManager", "tiManager"];

fn status(scene: &Scene, customer: usize) -> &str {
    scene.shown(customer)["administration"]["status"].as_str().unwrap_or_default()
}

fn parent(scene: &Scene, customer: usize) -> Option<i64> {
    let faces = scene.views.customers.get(customer)?;
    faces[1].as_ref()?["customer"]["parent"]["id"].as_i64()
}

/// A group that others may lie below without being seen by more people: the first, or one of the story's own.
fn in_use_group(scene: &mut Scene) -> usize {
    if scene.below(3) == 0 {
        return 0;
    }
    scene.customer(|scene, at| {
        at != 3 && status(scene, at) == "active" && scene.shown(at)["customer"]["kind"] == "group"
    })
}

fn create(scene: &mut Scene, below: Option<usize>, kind: &'static str) -> Write {
    // The name of what is gone can be taken again.
    let gone: Vec<_> = scene.customers.iter().filter(|one| !one.is_there).map(|one| one.name.clone()).collect();
    let is_taken = |scene: &Scene, name: &String| scene.customers.iter().any(|one| one.is_there && one.name == *name);
    let free: Vec<_> = gone.into_iter().filter(|name| !is_taken(scene, name)).collect();
    let name = if free.is_empty() { scene.name("c") } else { scene.one(&free) };
    let title = format!("The {name} Ø");
    Write::Create { name, title, below, kind, is_active: true }
}

fn turn(scene: &mut Scene, turn: Turn, from: &[&str]) -> Write {
    Write::Turn { customer: scene.customer(|scene, at| from.contains(&status(scene, at))), turn }
}

fn revoke(scene: &mut Scene, kind: &'static str, but: &str) -> Write {
    let held = |scene: &Scene, at: usize| {
        let members = scene.shown(at)[kind]["member"].as_array().cloned().unwrap_or_default();
        members.iter().filter_map(|one| one["name"].as_str().map(String::from)).find(|name| name != but)
    };
    let customer = scene.customer(|scene, at| held(scene, at).is_some());
    let defined = if kind == "entitlements" { "SELF_GET_CUSTOMER" } else { "SELF_USER_ENTITLEMENT_GROUP" };
    let name = held(scene, customer).unwrap_or_else(|| defined.into());
    Write::Revoke { customer, kind, name }
}

/// Who is responsible for the first customer that somebody is responsible for, or for any.
fn assign(scene: &mut Scene, somebody: bool) -> Write {
    let held = |scene: &Scene, at: usize| scene.shown(at)["roles"][0][0].as_str().map(String::from);
    let customer = scene.customer(|scene, at| held(scene, at).is_some());
    let held = held(scene, customer);
    let role = ROLES.iter().find(|role| held.as_deref() == Some(**role)).copied();
    let role = role.unwrap_or_else(|| scene.one(ROLES));
    Write::Assign { customer, role, person: somebody.then(|| scene.person()) }
}

/// A change of a customer: as drawn for it.
fn change(scene: &mut Scene, settings: impl FnOnce(&mut Scene, usize) -> Vec<Setting>) -> Write {
    let customer = scene.customer(|_, _| true);
    let settings = settings(scene, customer);
    Write::Change { customer, settings, whole: scene.below(2) == 0 }
}
