//! What cannot be committed is not answered as done; and what is answered as done afterwards is there.

use hydra::{Method, Payload};
use serde_json::Value;

use crate::conformance::{api, served};
use crate::support::fixtures::Scene;
use crate::support::{Answer, Client, Portico, each_database, link, sql};

/// Something that is written.
struct Writing {
    name: String,
    client: Client,
    method: Method,
    url: String,
    body: Value,
    token: Option<String>,
}

impl Writing {
    async fn ask(&self) -> Answer {
        let request = self.client.request(self.method.name(), &self.url);
        let request = match self.method {
            Method::Delete => request,
            _ => request.body(self.body.to_string()),
        };
        let request = self.token.iter().fold(request, |request, token| request.header("prune-authorization", token));
        self.client.send(request).await
    }
}

/// One of each operation that writes, of each class and each collection.
async fn writings(scene: &Scene) -> Vec<Writing> {
    let mut all = Vec::new();
    for class in served() {
        let item = scene.of(class.name).await.expect("the fixtures have it");
        for operation in class.operations.iter().filter(|operation| operation.method != Method::Get) {
            let (method, own) = (operation.method, item.url.starts_with(link(&scene.customer, "@id")));
            let client = if operation.own && own { scene.owner.clone() } else { scene.admin.clone() };
            let name = format!("{}/{}", class.name, operation.name);
            let mut add = |url: &str, body: &Value| {
                all.push(Writing {
                    name: name.clone(),
                    client: client.clone(),
                    method,
                    url: url.to_owned(),
                    body: body.clone(),
                    token: item.token.clone(),
                });
            };
            match method {
                Method::Delete => drop(item.removable.as_ref().map(|url| add(url, &Value::Null))),
                Method::Post => add(&item.url, &item.submitted),
                _ if matches!(operation.expects, Payload::Media(_)) => {}
                _ => {
                    add(&item.url, &item.right);
                    if let (Method::Put, Some((url, body))) = (method, &item.unused) {
                        add(url, body);
                    }
                }
            }
        }
    }
    for site in api().collections() {
        let at = scene.collection(site.owner.name, site.property).await;
        for operation in site.operations.iter().filter(|operation| operation.method == Method::Post) {
            all.push(Writing {
                name: format!("{}.{} {}", site.owner.name, site.property, operation.name),
                client: scene.whoever_may(operation).clone(),
                method: operation.method,
                url: at.url.clone(),
                body: at.right.clone(),
                token: None,
            });
        }
    }
    all
}

/// Has the database refuse every transaction that writes, when it is committed.
async fn refuse(database: &str, refuses: bool) {
    let is_postgres = database.starts_with("postgres:");
    let tables = match is_postgres {
        true => "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
        // An index of texts can have no trigger, and is written with a table that has.
        false => sql::TABLES,
    };
    let tables = sql::texts(database, tables).await;
    let mut script = Vec::new();
    if refuses {
        let number = if is_postgres { "SERIAL" } else { "INTEGER" };
        script.push(format!(
            "CREATE TABLE refused (id {number} PRIMARY KEY, whole INTEGER REFERENCES refused DEFERRABLE INITIALLY DEFERRED)"
        ));
    }
    if refuses && is_postgres {
        script.push(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \
             'BEGIN INSERT INTO refused (whole) VALUES (-1); RETURN NULL; END'"
                .to_owned(),
        );
    }
    for table in tables.iter().filter(|table| !["refused", "seaql_migrations"].contains(&table.as_str())) {
        for event in ["INSERT", "UPDATE", "DELETE"] {
            let name = format!("refuse_{table}_{event}").to_lowercase();
            script.push(match (refuses, is_postgres) {
                (true, true) => {
                    format!("CREATE TRIGGER {name} AFTER {event} ON \"{table}\" FOR EACH ROW EXECUTE FUNCTION refuse()")
                }
                (true, false) => format!(
                    "CREATE TRIGGER {name} AFTER {event} ON \"{table}\" \
                     BEGIN INSERT INTO refused (whole) VALUES (-1); END"
                ),
                (false, true) => format!("DROP TRIGGER {name} ON \"{table}\""),
                (false, false) => format!("DROP TRIGGER {name}"),
            });
        }
    }
    sql::execute(database, &script.join(";\n")).await;
}

each_database!(what_cannot_be_committed_is_never_answered_as_done, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let writings = writings(&scene).await;
    refuse(&portico.database(), true).await;
    let (mut refused, mut idle) = (0, Vec::new());
    for writing in &writings {
        let answer = writing.ask().await;
        match answer.status {
            500.. => refused += 1,
            // What asks for what is so already writes nothing.
            200 | 204 | 205 => idle.push(writing),
            // A search is its address: it is there without a row.
            201 => drop(scene.admin.get(answer.header("location").expect("it says where")).await.expect(200)),
            _ => assert!(answer.status >= 400, "{}: {answer}", writing.name),
        }
    }
    println!("refused {refused} of {}", writings.len());
    assert!(refused > 60, "only {refused} came as far as a commit");
    assert_eq!(sql::count(&portico.database(), "SELECT count(*) FROM refused").await, 0);
    refuse(&portico.database(), false).await;
    for writing in idle {
        let before = scene.admin.get(&writing.url).await.body;
        assert!(writing.ask().await.status < 300, "{}", writing.name);
        let after = scene.admin.get(&writing.url).await.body;
        assert_eq!(before, after, "{} was answered as done, and was not", writing.name);
    }
    let twin = portico.twin().await;
    let (mut made, mut gone) = (0, Vec::new());
    for writing in &writings {
        let answer = writing.ask().await;
        assert!(answer.status < 500, "{}: {answer}", writing.name);
        let Some(at) = answer.header("location").filter(|_| answer.status == 201) else { continue };
        made += 1;
        let seen = scene.admin.get(&at.replacen(&portico.url, &twin.url, 1)).await;
        if seen.status != 200 {
            gone.push(format!("{}: {seen}", writing.name));
        }
    }
    twin.stop().await;
    assert!(made > 20, "only {made} were made");
    assert!(gone.is_empty(), "answered as made, and not there: {gone:#?}");
});
