//! What every customer and portal user of a story looks like in each face, and whether the faces agree.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::cast::Face;
use super::fields::{Field, OF_CUSTOMER, OF_PERSON, last};
use super::reading::{Found, is_deleted, is_disabled, item};
use super::scene::Scene;

/// A thing in each face; none where the face says that there is no such thing.
pub type Faces = [Option<Value>; 3];

/// The whole story, seen through each face.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Views {
    pub customers: Vec<Faces>,
    pub people: Vec<Faces>,
    /// Of each customer, what changes with nearly everything that is changed of it.
    signs: Vec<Value>,
    /// The numbers of the customers that each face lists.
    listed: [BTreeSet<i64>; 3],
    /// What a search of Argus finds that looks for deleted customers, too.
    pub found: Found,
}

/// Who is called what, where they are not called by their identity.
pub type Called = BTreeMap<String, String>;

impl Views {
    /// What each face tells of each field of each customer.
    pub fn told(&self) -> Vec<Vec<(usize, Value)>> {
        self.customers.iter().map(|faces| OF_CUSTOMER.iter().flat_map(|field| field.read(faces)).collect()).collect()
    }
}

impl Scene {
    /// Looks at everything; where nothing is known yet, at all of it.
    pub async fn survey(&self, known: Option<&Views>) -> Views {
        let people = join_all(self.people.iter().map(|person| self.person_in_each(person))).await;
        let called = people.iter().filter_map(|faces| {
            let user = faces[0].as_ref()?;
            Some((user["shortName"].as_str()?.to_owned(), last(&user["user"]["@id"]).as_str()?.to_owned()))
        });
        let called: Called = called.chain([("root".to_owned(), self.root.clone())]).collect();
        let found = self.search(json!({"includeDeleted": true, "limit": 0})).await;
        let items = self.look(Face::Cloudentity, "/api/customers?limit=1000").await.expect(200).json();
        let users: Vec<_> = people.iter().map(|faces| faces[0].as_ref().map(|shown| shown["user"].clone())).collect();
        let customers = self.customers.iter().enumerate().map(async |(at, customer)| {
            let children = found.values().filter(|one| one["parent"]["id"] == customer.id);
            let sign = json!([
                self.glance(customer).await,
                found.get(&customer.id),
                item(&items, customer),
                children.map(|one| one["id"].clone()).collect::<Vec<_>>(),
                users,
            ]);
            if let Some(known) = known
                && known.signs.get(at) == Some(&sign)
            {
                return (known.customers[at].clone(), sign);
            }
            let faces = [
                self.in_hydra(customer, &called).await,
                self.in_argus(customer, &found, &called).await,
                self.in_cloudentity(customer, &items).await,
            ];
            (faces, sign)
        });
        let (customers, signs) = join_all(customers).await.into_iter().unzip();
        let listed = [
            self.listed_in_hydra().await,
            self.search(json!({"limit": 0})).await.into_keys().collect(),
            self.listed_in_cloudentity(&items),
        ];
        let ours = |id: &i64| self.customers.iter().any(|customer| customer.id == *id);
        let listed = listed.map(|ids| ids.into_iter().filter(ours).collect());
        let found = found.into_iter().filter(|(id, _)| ours(id)).collect();
        Views { customers, people, signs, listed, found }
    }

    /// What the faces say about each other that cannot all be true.
    pub fn disagreements(&self, views: &Views) -> Vec<String> {
        let mut wrong = Vec::new();
        for (customer, faces) in self.customers.iter().zip(&views.customers) {
            wrong.extend(differences(&customer.name, OF_CUSTOMER, faces, customer.is_there));
            let Some(found) = views.found.get(&customer.id) else {
                wrong.push(format!("{}: no search of Argus finds it, deleted ones among them", customer.name));
                continue;
            };
            if is_deleted(found) == customer.is_there {
                wrong.push(format!(
                    "{}: a search of Argus is wrong about whether it is deleted: {found}",
                    customer.name
                ));
            }
            // Disabled customers are in no list but that of their parent (contract of Argus, §4.5). Cloudentity knows no
            // such state: there they are inactive, as others are (its contract, §6.1).
            let is_listed =
                [customer.is_there && !is_disabled(found), customer.is_there && !is_disabled(found), customer.is_there];
            let lists = [0, 1, 2].map(|face| views.listed[face].contains(&customer.id));
            if lists != is_listed {
                wrong.push(format!("{}: is listed {lists:?} and has to be {is_listed:?}", customer.name));
            }
        }
        for (person, faces) in self.people.iter().zip(&views.people) {
            wrong.extend(differences(&person.email, OF_PERSON, faces, person.is_there));
        }
        wrong
    }
}

/// Where the faces part over one thing.
fn differences(name: &str, fields: &[Field], faces: &Faces, is_there: bool) -> Vec<String> {
    // Argus shows no portal users but those who are signed in.
    let exists = |face: Face| faces[face as usize].is_some();
    let is_customer = std::ptr::eq(fields, OF_CUSTOMER);
    let mut wrong = Vec::new();
    for face in Face::ALL {
        let shows = exists(face);
        if shows != is_there && (is_customer || face != Face::Argus || shows) {
            wrong.push(format!("{name}: {face:?} says that it {}", if shows { "is there" } else { "is not there" }));
        }
    }
    for field in fields {
        let told = field.read(faces);
        if told.windows(2).any(|pair| pair[0].1 != pair[1].1) {
            let told: Vec<_> = told.iter().map(|(face, value)| format!("{:?}: {value}", Face::ALL[*face])).collect();
            wrong.push(format!("{name}: {} is\n    {}", field.name, told.join("\n    ")));
        }
    }
    wrong
}
