//! Who asks, through which face, and of what; and what was asked so far, for whoever wants to ask it again.

use std::time::Duration;

use proptest::prelude::RngExt as _;
use proptest::test_runner::{TestRng, TestRunner};
use resource::start::operator::{self, NewUser};
use serde_json::{Value, json};

use super::cast::{Customer, Face, Person, Request};
use super::view::Views;
use crate::support::{Answer, Client, Credentials, Portico, link};

pub const PASSWORD: &str = "correct horse battery";

/// How far the clock moves before each write: so little that sessions last, so much that whoever looks for what is gone is
/// not locked out, and such that every unit of an instant shows.
const PAUSE: Duration = Duration::from_micros(187_654_321);

/// What a story happens to.
pub struct Scene {
    pub portico: Portico,
    client: Client,
    token: String,
    /// The identity of root, who makes and changes everything and sees every customer in each face.
    pub root: String,
    dice: TestRng,
    /// The first is the one at the top of all.
    pub customers: Vec<Customer>,
    /// The first has a role in the third customer.
    pub people: Vec<Person>,
    /// How everything looks since the last write.
    pub views: Views,
    said: Vec<String>,
    names: usize,
}

impl Scene {
    /// A scene with nobody but root.
    pub async fn set(portico: Portico) -> Self {
        let operator = super::super::argus::operator(&portico).await;
        let new = NewUser {
            customer: None,
            email: "root@example.org".parse().expect("it is an address"),
            uid: Some("root".parse().expect("it is a name")),
            mobile: None,
            password: Some(hydra::Value::parse(&json!(PASSWORD)).expect("it is a password")),
            groups: vec!["SUPER_ADMIN".parse().expect("it is a name")],
        };
        let root = operator::create_user(&operator, new).await.expect("the user is made").to_string();
        operator.store().clone().close().await.expect("the database closes");
        let client = portico.client(Credentials::None);
        let token = client.sign_in("root", PASSWORD).await.expect(200).json();
        let token = link(&token, "access_token").to_owned();
        let dice = TestRunner::deterministic().new_rng();
        let (customers, people, views, said) = (Vec::new(), Vec::new(), Views::default(), Vec::new());
        Self { portico, client, token, root, dice, customers, people, views, said, names: 0 }
    }

    /// The greatest number of a change in the log.
    pub async fn told(&self) -> Value {
        let latest = format!("{}/changes?pageSize=1", self.portico.url);
        self.portico.admin().get(&latest).await.expect(200).json()["member"][0]["number"].clone()
    }

    /// Turns the page.
    pub async fn begin(&mut self, story: usize) {
        self.customers.clear();
        self.people.clear();
        self.views = Views::default();
        self.said = vec![format!(
            "(story {story}; root is a system user of the group SUPER_ADMIN; each write is {PAUSE:?} after the one before)"
        )];
        self.meet("admin").await;
    }

    /// A number below another.
    pub fn below(&mut self, end: usize) -> usize {
        self.dice.random_range(0..end)
    }

    /// One of several things.
    pub fn one<T: Clone>(&mut self, things: &[T]) -> T {
        things[self.below(things.len())].clone()
    }

    /// The same things in any order.
    pub fn shuffled<T>(&mut self, mut things: Vec<T>) -> Vec<T> {
        for end in (2..=things.len()).rev() {
            let at = self.below(end);
            things.swap(at, end - 1);
        }
        things
    }

    /// A text that nothing is called yet.
    pub fn name(&mut self, beginning: &str) -> String {
        self.names += 1;
        format!("{beginning}-{}", self.names)
    }

    /// Takes down what is about to happen.
    pub fn note(&mut self, what: &str) {
        self.said.push(format!("({what})"));
    }

    /// The token of root.
    pub fn token(&self) -> Option<&String> {
        Some(&self.token)
    }

    /// Asks something that changes something, or is refused.
    pub async fn send(&mut self, face: Face, request: &Request) -> Answer {
        self.portico.world.advance(chrono::Duration::from_std(PAUSE).expect("it is short"));
        let Request { method, path, body, by } = request;
        let token = by.map_or(self.token(), |person| self.people[person].token.as_ref());
        let answer = self.ask(face, token, method, path, body.as_ref()).await;
        let who = by.map_or("root", |person| &self.people[person].email);
        let body = body.as_ref().map(Value::to_string).unwrap_or_default();
        self.said.push(format!("{face:?}, {who}: {method} {path} {body} → {}", answer.status));
        answer
    }

    /// Looks at something, as root.
    pub async fn look(&self, face: Face, path: &str) -> Answer {
        self.ask(face, self.token(), "GET", path, None).await
    }

    /// Asks with a token.
    pub async fn ask(
        &self,
        face: Face,
        token: Option<&String>,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Answer {
        let mut request = self.client.request(method, &format!("{}{path}", self.portico.url));
        if let Some(token) = token {
            request = match face {
                Face::Cloudentity => request.header("token", token),
                _ => request.bearer_auth(token),
            };
        }
        if face == Face::Cloudentity {
            // The one way in which this face shows a portal user.
            request = request.header("prefer", "return=representation");
        }
        if let Some(body) = body {
            let kind = if face == Face::Hydra { "application/ld+json" } else { "application/json" };
            request = request.header("content-type", kind).body(body.to_string());
        }
        self.client.send(request).await
    }

    /// A portal user signs in, where they can.
    pub async fn sign_in(&mut self, person: usize) {
        let answer = self.client.sign_in(&self.people[person].email, PASSWORD).await;
        self.said.push(format!("{} signs in → {}", self.people[person].email, answer.status));
        let token = (answer.status == 200).then(|| link(&answer.json(), "access_token").to_owned());
        self.people[person].token = token;
    }

    /// Learns of the customer of a name, by following links.
    pub async fn meet(&mut self, name: &str) {
        let entry = self.look(Face::Hydra, "/").await.expect(200).json();
        let mut next = Some(format!("{}?pageSize=500", link(&entry, "customers")));
        while let Some(page) = next {
            let page = self.look(Face::Hydra, self.path(&page)).await.expect(200).json();
            let members = page["member"].as_array().expect("members");
            if let Some(found) = members.iter().find(|member| member["name"] == name) {
                let path = self.path(link(found, "@id")).to_owned();
                let administration = self.look(Face::Hydra, self.path(link(found, "administration"))).await;
                let uuid = link(&administration.expect(200).json(), "uuid").to_owned();
                let id = path.rsplit('/').next().and_then(|id| id.parse().ok()).expect("an address ends in a number");
                self.customers.push(Customer { id, path, uuid, name: name.to_owned(), is_there: true });
                return;
            }
            next = page["view"]["next"].as_str().map(String::from);
        }
        panic!("{name} is in no list");
    }

    /// An address without that of the service.
    pub fn path<'a>(&self, url: &'a str) -> &'a str {
        url.strip_prefix(&self.portico.url).unwrap_or(url)
    }

    /// The IRI of what is at a path.
    pub fn iri(&self, path: &str) -> String {
        format!("{}{path}", self.portico.url)
    }

    /// The end of a link of a customer: where it leads or, where it is not shown, would lead.
    pub fn at(&self, customer: usize, name: &str) -> String {
        match self.shown(customer)["customer"][name].as_str() {
            Some(url) => self.path(url).to_owned(),
            None => format!("{}/{name}", self.customers[customer].path),
        }
    }

    /// What hypermedia shows of a customer.
    pub fn shown(&self, customer: usize) -> &Value {
        self.views.customers.get(customer).and_then(|faces| faces[0].as_ref()).unwrap_or(&Value::Null)
    }

    /// One of the customers that are there, other than the first, of which something holds; any, where it holds of none.
    pub fn customer(&mut self, holds: impl Fn(&Self, usize) -> bool) -> usize {
        let there: Vec<_> = (1..self.customers.len()).filter(|at| self.customers[*at].is_there).collect();
        let fit: Vec<_> = there.iter().copied().filter(|at| holds(self, *at)).collect();
        self.one(if fit.is_empty() { &there } else { &fit })
    }

    /// One of the portal users that are there, other than the first; the first, where there is no other.
    pub fn person(&mut self) -> usize {
        let there: Vec<_> = (1..self.people.len()).filter(|at| self.people[*at].is_there).collect();
        if there.is_empty() { 0 } else { self.one(&there) }
    }
}

/// Whoever sees it fail can ask the same again: all of it is in order, and nothing else changes anything.
impl Drop for Scene {
    fn drop(&mut self) {
        if std::thread::panicking() {
            #[expect(clippy::print_stderr, reason = "it is for whoever reads the failure")]
            {
                eprintln!("What was asked:\n  {}", self.said.join("\n  "));
            }
        }
    }
}
