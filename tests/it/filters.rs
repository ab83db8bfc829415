//! Filters: whatever the template of a collection offers finds what has the value, all of it, and nothing else. It is asked of
//! every variable of every collection that there is.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use hydra::{ClassDef, CollectionSite, Datatype, Method, PropertyKind, Timestamp, Value as _};
use image::ImageFormat;
use serde_json::{Value, json};

use crate::support::fixtures::{Scene, crowd, image};
use crate::support::origin::{Origin, Reply, picture};
use crate::support::template::expand;
use crate::support::{Client, Portico, each_database, link};

/// What is compared without regard to case; other texts are compared to the letter.
const FOLDED: [&str; 4] = ["name", "displayName", "email", "uid"];

/// Where each class that has free text is searched for it.
const SEARCHED: [(&str, &[&str]); 7] = [
    ("Customer", &["name", "displayName"]),
    ("PortalUser", &["email", "uid"]),
    ("SystemUser", &["email", "uid"]),
    ("NamedQuery", &["name"]),
    ("AuthService", &["name"]),
    ("Role", &["name"]),
    ("Space", &["name"]),
];

/// The variables that say which page is shown, and in which order.
const OF_PAGES: [&str; 4] = ["orderBy", "orderByDescending", "page", "pageSize"];

/// A value that nothing has.
const NOBODY: &str = "nobody-has-this";

/// What a variable asks of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    /// To have the value there, or the same but for case.
    Equal { of: &'static str, folded: bool },
    /// To have none that is like it there.
    Lacks { of: &'static str },
    /// To have it in one of these texts.
    Contains { of: &'static [&'static str] },
    /// To have the values that a JSON object has.
    Json,
    /// To have been made then or later.
    From,
    /// To have been made before that.
    Before,
    /// To have a greater number.
    After,
    /// Nothing: it says whether more is shown than otherwise.
    More,
}

impl Asks {
    fn by(class: &'static ClassDef, variable: &str) -> Self {
        let equal = |of| Self::Equal { of, folded: FOLDED.contains(&of) };
        match (class.name, variable) {
            (_, "q") if class.json_query => Self::Json,
            (name, "q") => {
                let searched = SEARCHED.iter().find(|(other, _)| *other == name);
                Self::Contains { of: searched.unwrap_or_else(|| panic!("where is {name} searched?")).1 }
            }
            ("Customer", "keywords") => Self::Contains { of: &["number", "name", "displayName"] },
            ("Customer", "parent") => Self::Equal { of: "parents", folded: true },
            ("Customer", "ancestor") => Self::Equal { of: "ancestors", folded: true },
            ("Customer", "includeFlags") => equal("flags"),
            ("Customer", "excludeFlags") => Self::Lacks { of: "flags" },
            ("Customer", "includeDeleted") | ("CustomerProperty", "includeUnset") => Self::More,
            ("Change", "since") => Self::From,
            ("Change", "until") => Self::Before,
            ("Change", "afterNumber") => Self::After,
            (name, _) => match class.property(variable) {
                Some(property) if property.filter => equal(property.name),
                _ => panic!("what does {variable} ask of a {name}?"),
            },
        }
    }

    /// Whether a member is what is asked for.
    fn holds(self, member: &Value, asked: &str) -> bool {
        let fold = |text: &str| text.to_lowercase();
        match self {
            Self::Equal { of, folded: true } => texts(member, of).iter().any(|text| fold(text) == fold(asked)),
            Self::Equal { of, folded: false } => texts(member, of).iter().any(|text| text == asked),
            Self::Lacks { of } => !texts(member, of).iter().any(|text| text == asked),
            Self::Contains { of } => {
                of.iter().flat_map(|of| texts(member, of)).any(|text| fold(&text).contains(&fold(asked)))
            }
            Self::Json => {
                let object: BTreeMap<String, Value> = serde_json::from_str(asked).expect("it is an object");
                object.iter().all(|(name, value)| texts(member, name).contains(&text(value)))
            }
            Self::From => made(member) >= instant(asked),
            Self::Before => made(member) < instant(asked),
            Self::After => member["number"].as_i64() > asked.parse().ok(),
            Self::More => true,
        }
    }
}

fn instant(text: &str) -> Timestamp {
    Timestamp::parse(&json!(text)).expect("it is an instant")
}

fn made(member: &Value) -> Timestamp {
    instant(link(member, "made"))
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), String::from)
}

/// The values of a property as they are written in an address.
fn texts(member: &Value, property: &str) -> Vec<String> {
    match &member[property] {
        Value::Null => Vec::new(),
        Value::Array(values) => values.iter().map(text).collect(),
        value => vec![text(value)],
    }
}

/// A collection that is searched, and all that it could show.
struct Ground<'a> {
    site: &'a CollectionSite,
    client: &'a Client,
    template: String,
    variables: Vec<String>,
    whole: Vec<Value>,
    /// What it shows to whoever asks for nothing.
    shown: BTreeSet<String>,
}

impl<'a> Ground<'a> {
    async fn of(scene: &'a Scene, site: &'a CollectionSite) -> Self {
        let client = &scene.admin;
        let url = scene.collection(site.owner.name, site.property).await.url;
        let document = client.get(&url).await.expect(200).json();
        let mapping = document["search"]["mapping"].as_array().expect("mappings");
        let variables: Vec<_> = mapping.iter().map(|mapping| link(mapping, "variable").to_owned()).collect();
        let template = link(&document["search"], "template").to_owned();
        let named: BTreeSet<_> =
            template.trim_end_matches('}').rsplit_once("{?").expect("it ends in a query").1.split(',').collect();
        assert_eq!(
            named.iter().map(|name| name.trim_end_matches('*')).collect::<BTreeSet<_>>(),
            variables.iter().map(String::as_str).collect()
        );
        // What the template of a named query leaves open is its own; `named_queries` is about it.
        let is_open = |name: &str| name.strip_prefix('p').is_some_and(|rest| rest.parse::<u32>().is_ok());
        let variables: Vec<_> = variables.into_iter().filter(|variable| !is_open(variable)).collect();
        let shown = client.members(&url).await.iter().map(|member| link(member, "@id").to_owned()).collect();
        let more = variables
            .iter()
            .find(|variable| !OF_PAGES.contains(&variable.as_str()) && Asks::by(site.member, variable) == Asks::More);
        let mut whole = client
            .members(&expand(&template, &more.map(|more| (more.as_str(), "true")).into_iter().collect::<Vec<_>>()))
            .await;
        if site.member.name == "Customer" {
            describe(client, &mut whole).await;
        }
        Self { site, client, template, variables, whole, shown }
    }

    /// The variables that ask something of a member.
    fn filters(&self) -> impl Iterator<Item = (&str, Asks)> {
        let filters = self.variables.iter().filter(|variable| !OF_PAGES.contains(&variable.as_str()));
        filters.map(|variable| (variable.as_str(), Asks::by(self.site.member, variable)))
    }

    /// What members have that can be asked for, that differs from it by case, that is a part of it, and what none of them has.
    fn values(&self, scene: &Scene, variable: &str, asks: Asks) -> Vec<String> {
        let all = |of: &[&'static str]| -> BTreeSet<String> {
            self.whole.iter().flat_map(|member| of.iter().flat_map(|of| texts(member, of))).collect()
        };
        let some = |all: BTreeSet<String>| {
            // From both ends, because much is alike at either.
            let half = all.len().saturating_sub(2).max(2);
            all.iter()
                .enumerate()
                .filter(|(index, _)| *index < 2 || *index >= half)
                .map(|(_, text)| text.clone())
                .collect::<Vec<_>>()
        };
        let of = match asks {
            Asks::Equal { of, .. } | Asks::Lacks { of } => of,
            Asks::Contains { of } => {
                let parts = some(all(of)).into_iter().flat_map(|text| {
                    let part: String = text.chars().skip(1).take(text.chars().count() / 2).collect();
                    [part.to_uppercase(), text]
                });
                return parts
                    .filter(|part| !part.is_empty())
                    .chain(["%", "_", "\\", NOBODY].map(String::from))
                    .collect();
            }
            Asks::Json => return self.objects(scene),
            Asks::From | Asks::Before => return some(all(&["made"])),
            Asks::After => return some(all(&["number"])),
            Asks::More => return ["true", "false"].map(String::from).into(),
        };
        let mut values = some(all(&[of]));
        // What is empty counts as not sent.
        values.retain(|value| !value.is_empty());
        if matches!(variable, "parent" | "ancestor") {
            // Nothing lies below that one; what is no customer is refused.
            values.extend(forms(&scene.other));
            return values;
        }
        if let Some(PropertyKind::Value(Datatype::String, _)) =
            self.site.member.property(of).map(|property| &property.kind)
        {
            let upper: Vec<_> = values.iter().map(|value| value.to_uppercase()).collect();
            values.extend(upper);
        }
        match (variable, self.site.member.property(of).map(|property| &property.kind)) {
            (_, Some(PropertyKind::Value(Datatype::Boolean, _))) => {}
            (_, Some(PropertyKind::Value(Datatype::Integer | Datatype::NonNegativeInteger, _))) => {
                values.push("123456789".into())
            }
            ("roles", _) => values.push(format!("{}/{NOBODY}", link(&scene.customer, "roles"))),
            ("includeFlags" | "excludeFlags", _) => values.push("customerDataDeleted".into()),
            _ => values.push(NOBODY.into()),
        }
        values
    }

    /// Objects of properties, for each property and for two of them.
    fn objects(&self, scene: &Scene) -> Vec<String> {
        let mut objects = Vec::new();
        for (variable, asks) in self.filters().filter(|(_, asks)| *asks != Asks::Json) {
            objects.extend(self.values(scene, variable, asks).into_iter().map(|value| {
                match self.site.member.property(variable).map(|property| &property.kind) {
                    Some(PropertyKind::Value(Datatype::Integer | Datatype::NonNegativeInteger, _)) => {
                        json!({variable: value.parse::<i64>().expect("it is a number")}).to_string()
                    }
                    _ => json!({variable: value}).to_string(),
                }
            }));
        }
        objects.extend([json!({"tags": "even", "number1": 1}).to_string(), "{}".to_owned()]);
        objects
    }

    /// What is found where values are asked for.
    async fn found(&self, values: &[(&str, &str)]) -> BTreeSet<String> {
        let url = expand(&self.template, &[values, &[("pageSize", "7")]].concat());
        let members = self.client.members(&url).await;
        assert_eq!(self.client.get(&url).await.json()["totalItems"], members.len(), "{url}");
        let ids: BTreeSet<_> = members.iter().map(|member| link(member, "@id").to_owned()).collect();
        assert_eq!(ids.len(), members.len(), "{url}: each once");
        ids
    }

    /// What is to be found.
    fn expected(&self, variable: &str, holds: impl Fn(&Value) -> bool, asked: &[&str]) -> BTreeSet<String> {
        let shows_all = asked.iter().any(|asked| {
            matches!((variable, *asked), ("includeDeleted" | "includeUnset", "true") | ("includeFlags", "disabled"))
        });
        let ids = self.whole.iter().filter(|member| holds(member)).map(|member| link(member, "@id").to_owned());
        ids.filter(|id| shows_all || self.shown.contains(id)).collect()
    }
}

/// How a customer is referred to: by its IRI, number or name.
fn forms(customer: &Value) -> [String; 3] {
    let iri = link(customer, "@id");
    [iri, iri.rsplit_once('/').expect("an address has parts").1, link(customer, "name")].map(String::from)
}

/// Says of customers what searches look at and their documents do not say themselves.
async fn describe(client: &Client, customers: &mut [Value]) {
    for customer in customers {
        customer["number"] = json!(forms(customer)[1]);
        let mut flags = client.get(link(customer, "administration")).await.expect(200).json()["flags"].clone();
        if customer["reenable"].is_string() {
            flags.as_array_mut().expect("a list").push(json!("disabled"));
        }
        customer["flags"] = flags;
        let (mut parents, mut ancestors, mut at) = (Vec::new(), Vec::new(), customer["parent"].clone());
        while let Some(above) = at.as_str() {
            let above = client.get(above).await.expect(200).json();
            ancestors.extend(forms(&above));
            parents = if parents.is_empty() { ancestors.clone() } else { parents };
            at = above["parent"].clone();
        }
        customer["parents"] = json!(parents);
        customer["ancestors"] = json!(ancestors);
    }
}

/// A scene with many of everything: a batch, too, with images that came in and images that did not.
async fn crowded(portico: &Portico, api: &hydra::Api) -> Scene {
    let mut scene = Scene::set(portico).await;
    let content = picture(20, 10, ImageFormat::Png);
    let origin = Origin::serve(move |asked| match asked.path.starts_with("/bad") {
        true => Reply::status(404),
        false => Reply::content(content.clone()),
    });
    let members = (0..8).map(|index| {
        let mut image = image(&scene, &format!("submitted-{index}"), index % 3, ["Zebra", "apple", "élan"][index % 3]);
        image["space"] = scene.space["id"].clone();
        image["origin"] = json!(format!("{}/{}{index}", origin.url, if index < 4 { "bad" } else { "good" }));
        image
    });
    let members: Value = members.collect();
    scene.batch = scene.owner.post(link(&scene.customer, "queue"), &members).await.expect(201).json();
    portico.worker(&["127.0.0.0/8"]).await;
    // What has happened did not happen all at once.
    portico.world.advance(TimeDelta::seconds(60));
    for site in api.collections() {
        crowd(&scene, site).await;
    }
    // An image in another space.
    let spaces = scene.owner.members(link(&scene.customer, "spaces")).await;
    let maps = spaces.iter().find(|space| space["name"] == "Maps").expect("it is there");
    scene.owner.post(link(maps, "images"), &image(&scene, "elsewhere", 1, "map")).await.expect(201);
    scene
}

fn searched(api: &hydra::Api) -> impl Iterator<Item = &CollectionSite> {
    api.collections().iter().filter(|site| site.operation(Method::Get).is_some())
}

each_database!(every_filter_finds_what_has_the_value_and_nothing_else, async |portico: Portico| {
    let api = crate::conformance::api();
    let scene = crowded(&portico, &api).await;
    let (mut offered, mut telling, mut empty) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for site in searched(&api) {
        let ground = Ground::of(&scene, site).await;
        for (variable, asks) in ground.filters() {
            offered.insert((site.member.name, variable.to_owned()));
            if ground.whole.is_empty() {
                empty.push(format!("{}.{}", site.owner.name, site.property));
            }
            for value in ground.values(&scene, variable, asks) {
                let found = ground.found(&[(variable, &value)]).await;
                let expected = ground.expected(variable, |member| asks.holds(member, &value), &[&value]);
                assert_eq!(found, expected, "{variable}={value} of {}", ground.template);
                if !found.is_empty() && found.len() < ground.whole.len() {
                    telling.insert((site.member.name, variable.to_owned()));
                }
            }
        }
        // What is shown beyond the usual is told by something else than the search.
        match (site.owner.name, site.property) {
            ("EntryPoint", "customers") => {
                let is_shown = |member: &&Value| !member["reenable"].is_string();
                let usual: BTreeSet<_> =
                    ground.whole.iter().filter(is_shown).map(|member| link(member, "@id").to_owned()).collect();
                assert_eq!(usual, ground.shown);
            }
            ("Customer", "properties") => {
                let keys = |members: &[Value]| {
                    members.iter().map(|member| link(member, "key").to_owned()).collect::<BTreeSet<_>>()
                };
                let descriptors = scene.admin.members(&format!("{}/propertyDescriptors", portico.url)).await;
                assert_eq!(keys(&ground.whole), keys(&descriptors));
                let usual: BTreeSet<_> = ground
                    .whole
                    .iter()
                    .filter(|member| !member["value"].is_null())
                    .map(|member| link(member, "@id").to_owned())
                    .collect();
                assert_eq!(usual, ground.shown);
            }
            _ => {}
        }
    }
    assert_eq!(empty, Vec::<String>::new(), "something is searched everywhere");
    assert_eq!(telling, offered, "each finds some and leaves some out");
});

impl Ground<'_> {
    /// Whether a variable can be given several times, as the template says it (RFC 6570 §2.4.2).
    fn explodes(&self, variable: &str) -> bool {
        let names = self.template.rsplit(['{', '?', ',', '}']);
        names.into_iter().any(|name| name.strip_suffix('*') == Some(variable))
    }

    /// Two values of a variable in this order, as a client gives them that knows nothing but the template, or against it.
    fn twice(&self, variable: &str, [first, last]: [&str; 2]) -> String {
        match self.explodes(variable) {
            true => expand(&self.template, &[(variable, first), (variable, last), ("pageSize", "500")]),
            false => {
                let [first, last] = [first, last].map(|value| expand("{?value}", &[("value", value)]));
                let [first, last] = [first, last].map(|pair| pair["?value".len()..].to_owned());
                format!("{}&{variable}{first}&{variable}{last}", expand(&self.template, &[("pageSize", "500")]))
            }
        }
    }

    /// Asks for two values; what is found is what the documentation says. Whether that tells it from what one of them finds.
    async fn heeds(&self, variable: &str, asks: Asks, given: [&str; 2]) -> bool {
        let (explodes, last) = (self.explodes(variable), given[1]);
        let holds = |member: &Value| match variable {
            _ if !explodes => asks.holds(member, last),
            "ancestor" => given.iter().any(|value| asks.holds(member, value)),
            _ => given.iter().all(|value| asks.holds(member, value)),
        };
        let expected = self.expected(variable, holds, if explodes { &given } else { &given[1..] });
        let url = self.twice(variable, given);
        let found = self.client.get(&url).await.expect(200).json();
        let found = found["member"].as_array().expect("members").iter().map(|member| link(member, "@id").to_owned());
        assert_eq!(found.collect::<BTreeSet<_>>(), expected, "{url}");
        let alone = given[usize::from(explodes)];
        self.expected(variable, |member| asks.holds(member, alone), &[alone]) != expected
    }

    /// The same of a variable that asks nothing of members.
    async fn heeds_last(&self, variable: &str) -> bool {
        let sorted: Vec<_> = self.site.member.properties.iter().filter(|one| one.sort).map(|one| one.name).collect();
        let given = match variable {
            "page" | "pageSize" => ["1", "2"],
            _ => [sorted[0], sorted[sorted.len() - 1]],
        };
        assert!(!self.explodes(variable), "{variable} of {}", self.template);
        let mut told = false;
        for [first, last] in [given, [given[1], given[0]]] {
            let ask = async |url: &str| {
                let page = self.client.get(url).await.expect(200).json();
                (page["member"].clone(), page["view"]["page"].clone(), page["view"]["pageSize"].clone())
            };
            let size: &[_] = if variable == "pageSize" { &[] } else { &[("pageSize", "3")] };
            let one = async |value| ask(&expand(&self.template, &[&[(variable, value)], size].concat())).await;
            let both = expand(&self.template, &[&[(variable, first)], size].concat());
            assert_eq!(ask(&format!("{both}&{variable}={last}")).await, one(last).await, "{both}&{variable}={last}");
            told |= one(first).await != one(last).await;
        }
        told
    }
}

each_database!(a_parameter_is_given_several_times_where_the_template_says_so, async |portico: Portico| {
    let api = crate::conformance::api();
    let scene = crowded(&portico, &api).await;
    let (mut offered, mut telling) = (BTreeSet::new(), BTreeSet::new());
    for site in searched(&api) {
        let ground = Ground::of(&scene, site).await;
        for (variable, asks) in ground.filters() {
            offered.insert((site.member.name, variable.to_owned()));
            let values = ground.values(&scene, variable, asks);
            let few: Vec<_> = values.iter().take(4).chain(values.iter().skip(4).next_back()).collect();
            for [first, last] in few.iter().flat_map(|first| few.iter().map(move |last| [*first, *last])) {
                if ground.heeds(variable, asks, [first, last]).await {
                    telling.insert((site.member.name, variable.to_owned()));
                }
            }
        }
        for variable in ground.variables.iter().filter(|variable| OF_PAGES.contains(&variable.as_str())) {
            // Not every collection has orders that differ.
            offered.insert(("", variable.clone()));
            if ground.heeds_last(variable).await {
                telling.insert(("", variable.clone()));
            }
        }
    }
    assert_eq!(telling, offered, "of each it is told how often it counts");
});

each_database!(what_is_elsewhere_is_nothing_of_ours, async |portico: Portico| {
    let api = crate::conformance::api();
    let scene = crowded(&portico, &api).await;
    let mut named = BTreeSet::new();
    for site in searched(&api) {
        let ground = Ground::of(&scene, site).await;
        for (variable, asks) in ground.filters().filter(|(_, asks)| *asks != Asks::Json) {
            let values = ground.values(&scene, variable, asks);
            for ours in values.iter().filter(|value| value.starts_with(&portico.url)) {
                let path = portico.reference(ours);
                let found = ground.found(&[(variable, ours)]).await;
                assert_eq!(ground.found(&[(variable, path)]).await, found, "{variable}={path}");
                if !found.is_empty() {
                    named.insert((site.member.name, variable.to_owned()));
                }
                let mut others = portico.elsewhere(ours).to_vec();
                if variable == "roles" {
                    let role = &ours[link(&scene.customer, "@id").len()..];
                    others.push(format!("{}{role}", link(&scene.other, "@id")));
                }
                for elsewhere in others {
                    let answer = scene.admin.get(&expand(&ground.template, &[(variable, &elsewhere)])).await;
                    match answer.status {
                        200 => assert_eq!(answer.json()["totalItems"], 0, "{variable}={elsewhere}"),
                        _ => assert_eq!(answer.expect(400).problem()["violations"][0]["propertyPath"], variable),
                    }
                }
            }
        }
    }
    let expected = [("Customer", "ancestor"), ("Customer", "parent"), ("Image", "roles")];
    assert_eq!(named, expected.map(|(class, variable)| (class, variable.to_owned())).into());
});
