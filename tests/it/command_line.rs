//! The command line, as an operator uses it: beside a running server and by itself.

use std::io::BufRead;
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use crate::support::binary::{Place, json_of, refused, stdout};
use crate::support::{ADMIN_KEY, ADMIN_SECRET, Client, Credentials, Database, link};

async fn place() -> Place {
    Place::new(Database::Sqlite).await.expect("there is always SQLite")
}

#[tokio::test]
async fn customers_users_and_keys_are_made_beside_a_running_server() {
    let place = place().await;
    let process = place.serve();
    let made =
        json_of(&place.run(&["customer", "create", "--name", "museum", "--display-name", "The Museum", "--json"]));
    assert_eq!(made, json!({"customer": 2, "name": "museum"}));
    let pair = json_of(&place.run(&["key", "create", "--customer", "Museum", "--json"]));
    let key = |name: &str| pair[name].as_str().expect("a pair").to_owned();
    let client = Client::new(&process.url, Credentials::Basic(key("key"), key("secret")));
    assert_eq!(client.customer().await["name"], "museum");

    let arguments = [
        "user",
        "create",
        "--customer",
        "museum",
        "--email",
        "a@museum.example",
        "--uid",
        "a",
        "--group",
        "admin",
        "--json",
    ];
    let user = json_of(&place.run(&arguments));
    assert_eq!(user["email"], "a@museum.example");
    assert_eq!(user["customer"], "museum");
    let members = client.members(link(&client.customer().await, "portalUsers")).await;
    assert!(members[0]["@id"].as_str().is_some_and(|id| id.ends_with(user["uuid"].as_str().expect("a uuid"))));

    let api_key = json_of(&place.run(&["key", "create", "--user", "a@museum.example", "--json"]));
    let whole = api_key["apiKey"].as_str().expect("a key").to_owned();
    let parts: Vec<_> = whole.split('/').collect();
    assert_eq!(parts[0], user["uuid"]);
    let as_user = Client::new(&process.url, Credentials::Basic(parts[1].into(), parts[2].into()));
    assert_eq!(as_user.customer().await["name"], "museum");

    refused(&place.run(&["customer", "create", "--name", "MUSEUM", "--display-name", "x"]), "name is taken");
    refused(
        &place.run(&["user", "create", "--customer", "nobody", "--email", "b@x.example"]),
        "'nobody' does not exist",
    );
    refused(
        &place.run(&["user", "create", "--customer", "museum", "--email", "b@x.example", "--group", "nobody"]),
        "'nobody' does not exist",
    );
    json_of(&place.run(&[
        "user",
        "create",
        "--customer",
        "museum",
        "--email",
        "b@x.example",
        "--group",
        "SUPER_ADMIN",
        "--json",
    ]));
    refused(&place.run(&["user", "create", "--customer", "museum", "--email", "A@museum.example"]), "email is taken");
}

#[tokio::test]
async fn accounts_and_keys_are_told_apart_and_ended_beside_a_running_server() {
    for database in [Database::Sqlite, Database::Postgres] {
        let Some(place) = Place::new(database).await else { continue };
        let process = place.serve();
        stdout(&place.run(&["customer", "create", "--name", "museum", "--display-name", "The Museum"]));
        stdout(&place.run(&["user", "create", "--customer", "museum", "--email", "a@museum.example", "--uid", "a"]));
        let ops = ["user", "create", "--email", "ops@example.org", "--uid", "ops", "--group", "SUPER_ADMIN"];
        stdout(&place.run(&ops));
        let customers = json_of(&place.run(&["customer", "list", "--json"]));
        let names: Vec<_> = customers.as_array().expect("a list").iter().map(|customer| &customer["name"]).collect();
        assert_eq!(names, ["admin", "museum"]);

        let api_key = json_of(&place.run(&["key", "create", "--user", "ops", "--json"]));
        let whole = api_key["apiKey"].as_str().expect("a key").to_owned();
        let parts: Vec<_> = whole.split('/').collect();
        let by_key = Client::new(&process.url, Credentials::Basic(parts[1].into(), parts[2].into()));
        let customers = format!("{}/customers", process.url);
        by_key.get(&customers).await.expect(200);
        stdout(&place.run_with_input(&["user", "set-password", "ops"], "correct horse battery\n"));
        let signed_in = async || {
            let token = Client::new(&process.url, Credentials::None).sign_in("ops", "correct horse battery").await;
            Client::new(&process.url, Credentials::Bearer(link(&token.expect(200).json(), "access_token").into()))
        };
        let by_session = signed_in().await;
        by_session.get(&customers).await.expect(200);

        let listed = |arguments: &[&str]| {
            let all = json_of(&place.run(&[arguments, &["--json"]].concat()));
            all.as_array().expect("a list").clone()
        };
        let users = listed(&["user", "list"]);
        let emails: Vec<_> = users.iter().map(|user| user["email"].as_str().expect("an address")).collect();
        assert_eq!(emails, ["a@museum.example", "ops@example.org"]);
        let [system] = &listed(&["user", "list", "--system"])[..] else { panic!("there is one") };
        assert_eq!((&system["uid"], &system["customer"]), (&json!("ops"), &json!(null)));
        assert_eq!((&system["sessions"], &system["keys"]), (&json!(1), &json!(1)));
        assert_eq!(system["groups"], json!(["SUPER_ADMIN"]));
        assert_eq!(listed(&["user", "list", "--customer", "museum"]).len(), 1);
        assert!(stdout(&place.run(&["user", "list"])).contains("ops@example.org"));
        let [key] = &listed(&["key", "list", "--user", "ops"])[..] else { panic!("there is one") };
        assert_eq!((key["key"].as_str(), &key["email"]), (Some(parts[1]), &json!("ops@example.org")));
        assert_eq!(key["createdBy"], "the command line");
        assert_eq!(listed(&["key", "list"]).len(), 2);
        assert_eq!(listed(&["key", "list", "--customer", "admin"]).len(), 1);

        let [session] = &listed(&["session", "list", "--user", "ops"])[..] else { panic!("there is one") };
        assert_eq!((&session["email"], &session["customer"]), (&json!("ops@example.org"), &json!(null)));
        assert!(session["expires"].is_string());
        assert_eq!(listed(&["session", "list"]).len(), 1);
        assert_eq!(listed(&["session", "list", "--customer", "museum"]).len(), 0);
        let session = session["session"].as_str().expect("a uuid");
        assert!(stdout(&place.run(&["session", "list"])).contains(session));
        assert_eq!(json_of(&place.run(&["session", "end", session, "--json"])), json!({"ended": 1}));
        by_session.get(&customers).await.expect(401);
        refused(&place.run(&["session", "end", session]), "does not exist, or has ended");
        let by_session = signed_in().await;
        let ended = json_of(&place.run(&["session", "end", "--all-of", "ops", "--json"]));
        assert_eq!(ended, json!({"ended": 1}));
        by_session.get(&customers).await.expect(401);
        // People who look at images are nobody's users.
        let anonymous = Client::new(&process.url, Credentials::None);
        anonymous.get(&format!("{}/auth/2/clickthrough", process.url)).await.expect(200);
        let [viewer] = &listed(&["session", "list", "--viewers", "museum"])[..] else { panic!("there is one") };
        assert_eq!((&viewer["customer"], &viewer["authService"]), (&json!("museum"), &json!("clickthrough")));
        stdout(&place.run(&["session", "end", viewer["session"].as_str().expect("a uuid")]));
        assert_eq!(json_of(&place.run(&["session", "end", "--viewers", "museum", "--json"])), json!({"ended": 0}));
        // A key that a customer signs requests with is told of beside the others.
        let administrator = Credentials::Basic(ADMIN_KEY.into(), ADMIN_SECRET.into());
        let signing = format!("{}/customers/1/apiKey", process.url);
        let administrator = Client::new(&process.url, administrator);
        administrator.put(&signing, &json!({})).await.expect(200);
        let keys = listed(&["key", "list", "--customer", "admin"]);
        assert_eq!((keys.len(), &keys[0]["kind"], &keys[1]["kind"]), (2, &json!("signIn"), &json!("signing")));
        assert_eq!((&keys[1]["key"], &keys[1]["customer"]), (&json!(null), &json!("admin")));
        assert_eq!(keys[1]["createdBy"], format!("key {ADMIN_KEY}"));
        stdout(&place.run(&["key", "delete", "--signing-of", "admin"]));
        assert_eq!(administrator.get(&signing).await.expect(200).json()["present"], false);
        refused(&place.run(&["key", "delete", "--signing-of", "admin"]), "no key that it signs requests with");
        let by_session = signed_in().await;
        stdout(&place.run(&["user", "disable", "ops@example.org"]));
        by_session.get(&customers).await.expect(401);
        by_key.get(&customers).await.expect(401);
        stdout(&place.run(&["user", "enable", system["uuid"].as_str().expect("a uuid")]));
        by_session.get(&customers).await.expect(401);
        by_key.get(&customers).await.expect(200);
        let by_session = signed_in().await;
        stdout(&place.run_with_input(&["user", "set-password", "ops"], "another horse battery\n"));
        by_session.get(&customers).await.expect(401);
        stdout(&place.run(&["key", "delete", parts[1]]));
        by_key.get(&customers).await.expect(401);
        refused(&place.run(&["key", "delete", parts[1]]), "does not exist");
        for _ in 0..2 {
            stdout(&place.run(&["key", "create", "--user", "ops"]));
        }
        assert_eq!(json_of(&place.run(&["key", "delete", "--all-of", "ops", "--json"])), json!({"deleted": 2}));
        refused(&place.run(&["key", "delete", ADMIN_KEY]), "last of an administrator");
        refused(&place.run(&["user", "disable", "nobody"]), "'nobody' does not exist");
        refused(&place.run(&["user", "list", "--customer", "nobody"]), "'nobody' does not exist");
        refused(&place.run(&["user", "create", "--email", "OPS@example.org"]), "email is taken");
    }
}

#[tokio::test]
async fn the_first_start_makes_an_administrator_and_keeps_the_key_for_the_operator_alone() {
    let place = place().await;
    let mut command = place.command();
    command
        .args(["serve", "--demo", "--bind", "127.0.0.1:0"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null());
    let mut child = command.spawn().expect("it starts");
    let out = std::io::BufReader::new(child.stdout.take().expect("its output is piped"));
    let mut said = String::new();
    for line in out.lines().map_while(Result::ok) {
        said += &line;
        if line.starts_with("Portico is at") {
            break;
        }
    }
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
    let file = place.data().join("admin-credentials.json");
    let kept: Value = serde_json::from_str(&std::fs::read_to_string(&file).expect("it is kept")).expect("it is JSON");
    assert_eq!(kept["customer"], 1);
    assert_eq!(std::fs::metadata(&file).expect("it is there").permissions().mode() & 0o777, 0o600);
    // What is no terminal may be kept, by whom is not known.
    assert!(said.contains(file.to_str().expect("it is text")), "{said}");
    assert!(!said.contains(kept["secret"].as_str().expect("a secret")), "{said}");
    assert!(place.data().join("demo-credentials.json").exists());
    let database = std::fs::read(place.data().join("portico.db")).expect("it is there");
    let secret = kept["secret"].as_str().expect("a secret").as_bytes();
    assert!(!database.windows(secret.len()).any(|window| window == secret), "the secret is not kept plainly");
}

#[tokio::test]
async fn what_is_unknown_or_wrong_stops_the_start_with_one_line() {
    let place = place().await;
    let serve = |arguments: &[&str], variables: &[(&str, &str)]| {
        place
            .command()
            .args(["serve", "--bind", "127.0.0.1:0"])
            .args(arguments)
            .envs(variables.iter().copied())
            .output()
            .expect("it runs")
    };
    refused(&serve(&[], &[("PORTICO_PORT", "80")]), "PORTICO_PORT is not a setting");
    refused(&serve(&["--public-url", "ftp://x"], &[]), "public_url must be");
    refused(&serve(&["--sqlite-synchronous", "off"], &[]), "must be full or normal");
    refused(&serve(&["--database-url", "mysql://x"], &[]), "database_url must begin");
    refused(&place.run(&["serve", "--bind", "nowhere:1:2"]), "bind must be");
    refused(&serve(&[], &[("PORTICO_SERVER_KEY", "short")]), "server_key must be");
    refused(&serve(&[], &[("PORTICO_ADMIN_KEY", "00000000-0000-4000-8000-000000000001")]), "go together");
    refused(&serve(&["--log", "a=b=c"], &[]), "neither a level");
    refused(&serve(&["--config", "/nonexistent.toml"], &[]), "cannot read");
    let file = place.data().with_extension("toml");
    std::fs::write(&file, "bnid = \"127.0.0.1:0\"\n").expect("it can be written");
    refused(&serve(&["--config", file.to_str().expect("it is text")], &[]), "bnid");
}

#[tokio::test]
async fn nothing_is_made_before_there_is_an_administrator() {
    let place = place().await;
    let early = ["customer", "create", "--name", "early", "--display-name", "Early"];
    // Who names the wrong folder is not told that there are no keys, and has none made there.
    let commands = [
        &early[..],
        &["key", "list"],
        &["session", "list"],
        &["user", "list"],
        &["image", "retry", "--all"],
        &["objects", "sweep"],
    ];
    for command in commands {
        refused(&place.run(command), "there is no database at");
    }
    assert!(!place.data().join("portico.db").exists());
    stdout(&place.run(&["migrate"]));
    for command in commands {
        refused(&place.run(command), "no administrator yet");
    }
    let process = place.serve();
    assert_eq!(process.admin().customer().await["name"], "admin");
    stdout(&place.run(&early));
    // What lies in the store of objects is rather another service's.
    refused(&place.run(&["objects", "sweep"]), "no image of this database has files");
    stdout(&place.run(&["objects", "sweep", "--force"]));
    let mode = std::fs::metadata(place.data().join("portico.db-wal")).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o077, 0, "the data is for the operator alone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_start_together_make_one_administrator() {
    for database in [Database::Sqlite, Database::Postgres] {
        let Some(place) = Place::new(database).await else { continue };
        let place = std::sync::Arc::new(place);
        let starts: Vec<_> = (0..3)
            .map(|_| {
                let place = std::sync::Arc::clone(&place);
                tokio::task::spawn_blocking(move || place.serve())
            })
            .collect();
        for start in starts {
            let process = start.await.expect("it starts");
            assert_eq!(
                process.admin().members(link(&process.admin().walk(&[]).await.json(), "customers")).await.len(),
                1
            );
        }
    }
}

#[tokio::test]
async fn the_published_files_are_what_the_classes_say() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests are in a workspace");
    let mut published = 0;
    for (path, text) in server::exported_files() {
        let kept = std::fs::read_to_string(root.join(&path)).unwrap_or_default();
        assert!(kept == text, "{} is not what the classes say; run `cargo run -- export`", path.display());
        published += 1;
    }
    for folder in ["vocab/published/contexts", "docs/reference"] {
        let known: Vec<_> = server::exported_files().into_iter().map(|(path, _)| root.join(path)).collect();
        for file in std::fs::read_dir(root.join(folder)).expect("it is there") {
            let path = file.expect("it can be read").path();
            assert!(known.contains(&path), "{} follows from no class", path.display());
        }
    }
    assert!(published > 30);
}
