//! What steers a service: settings that tell where they come from, a doctor, accounts and customers by command, another server
//! key.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use crate::support::binary::{Place, json_of, program, refused, stdout};
use crate::support::{ADMIN_KEY, Client, Credentials, Database, link};

async fn place() -> Place {
    Place::new(Database::Sqlite).await.expect("there is always SQLite")
}

/// The commands below this one, as its help tells them.
fn commands(path: &[String]) -> Vec<Vec<String>> {
    let help = stdout(&program().args(path).arg("--help").output().expect("it runs"));
    let list = help.split("\nCommands:\n").nth(1).unwrap_or_default();
    let names =
        list.lines().take_while(|line| line.starts_with("  ")).filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(|name| [path, &[name.to_owned()]].concat()).collect()
}

#[test]
fn help_tells_of_what_a_command_has_a_use_for() {
    let mut all = commands(&[]);
    let nested: Vec<_> = all.iter().flat_map(|path| commands(path)).collect();
    all.extend(nested);
    assert!(all.len() > 25, "{all:?}");
    for path in all {
        let help = stdout(&program().args(&path).arg("--help").output().expect("it runs"));
        let what = path.join(" ");
        assert!(help.lines().next().is_some_and(|line| !line.trim().is_empty()), "{what} says what it does");
        let serves = ["serve", "config", "doctor", "ready"].contains(&path[0].as_str());
        assert_eq!(help.contains("--max-body"), serves, "{what}: {help}");
        let opens = !["export", "completions", "man", "ready"].contains(&path[0].as_str());
        assert_eq!(help.contains("--database-url"), opens, "{what}: {help}");
        // Settings that are of no use are taken all the same: all commands can be given the same.
        assert!(help.lines().all(|line| !line.contains("PORTICO_ADMIN_SECRET=")), "{what}");
    }
    let help = stdout(&program().args(["user", "disable", "--help"]).output().expect("it runs"));
    for setting in ["--workers", "--origin-allow", "--fetch-lock", "--s3-endpoint"] {
        assert!(!help.contains(setting), "{help}");
    }
}

#[test]
fn what_cannot_be_told_is_no_success() {
    let full = || std::fs::File::options().write(true).open("/dev/full").expect("it is there");
    for arguments in
        [&["config", "schema"][..], &["config", "check"], &["completions", "bash"], &["completions", "fish"]]
    {
        let output = program().args(arguments).stdout(full()).output().expect("it runs");
        refused(&output, "cannot write to standard output");
    }
    refused(&program().args(["serve", "--nonsense"]).output().expect("it runs"), "'--nonsense'");
    refused(&program().args(["config", "check", "--drain", "-1"]).output().expect("it runs"), "-1");
}

#[tokio::test]
async fn every_setting_tells_where_it_comes_from_and_no_secret_is_told() {
    let place = place().await;
    let file = place.data().with_extension("toml");
    let text = "drain = 7\nmax_pixels = 9\nadmin_key = \"ops\"\nadmin_secret = \"planted-secret-of-the-file\"\n";
    std::fs::write(&file, text).expect("it can be written");
    let show = |more: &[&str]| {
        let mut command = place.command();
        command.args(["config", "show", "--config"]).arg(&file).args(["--max-body", "4096"]);
        command.env("PORTICO_MAX_PIXELS", "8").env("PORTICO_S3_ACCESS_KEY", "id");
        command.env("PORTICO_S3_SECRET_KEY", "planted-secret-of-the-environment");
        command.env("PORTICO_DATABASE_URL", "postgres://portico:planted-secret-of-the-url@127.0.0.1:1/portico");
        stdout(&command.args(more).output().expect("it runs"))
    };
    let all: Value = serde_json::from_str(&show(&["--json"])).expect("it is JSON");
    let setting = |name: &str| {
        let mut all = all.as_array().expect("a list").iter();
        all.find(|setting| setting["name"] == name).unwrap_or_else(|| panic!("{name}")).clone()
    };
    let file = file.display().to_string();
    for (name, value, from) in [
        ("max_body", json!(4096), json!({"flag": "--max-body"})),
        ("max_pixels", json!(8), json!({"variable": "PORTICO_MAX_PIXELS"})),
        ("drain", json!(7), json!({"file": file})),
        ("request_timeout", json!(30), json!("default")),
        ("admin_secret", json!("(hidden)"), json!({"file": file})),
        ("s3_secret_key", json!("(hidden)"), json!({"variable": "PORTICO_S3_SECRET_KEY"})),
        ("public_url", json!(null), json!("default")),
    ] {
        assert_eq!((&setting(name)["value"], &setting(name)["from"]), (&value, &from), "{name}");
    }
    assert!(!all.to_string().contains("planted") && !show(&[]).contains("planted"));
    assert!(show(&[]).contains("postgres://portico:hidden@127.0.0.1:1/portico"));
    refused(&place.run(&["config", "check", "--workers", "0"]), "workers must be");
    let wrong = json_of(&place.run(&["config", "show", "--workers", "0", "--json"]));
    assert!(wrong.to_string().contains("--workers"), "where what is wrong comes from can be looked at");
    assert_eq!(json_of(&place.run(&["config", "check", "--json"])), json!({"right": true}));
    assert!(!place.data().exists(), "nothing was made");
}

#[test]
fn the_schema_of_the_file_knows_every_setting_that_the_documentation_knows() {
    let schema = json_of(&program().args(["config", "schema"]).output().expect("it runs"));
    let known: Vec<_> = schema["properties"].as_object().expect("an object").keys().map(String::as_str).collect();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests are in a workspace");
    let text = std::fs::read_to_string(root.join("docs/operations.md")).expect("it is there");
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `--")?.split(" | ").nth(2));
    let mut documented: Vec<_> = rows.map(|key| key.trim_matches('`')).filter(|key| !key.contains('|')).collect();
    documented.push("issuer");
    for name in &known {
        assert!(documented.contains(name), "docs/operations.md does not tell of {name}");
    }
    for name in &documented {
        assert!(known.contains(name), "there is no setting {name}");
    }
    assert!(known.iter().all(|name| schema["properties"][name]["description"].is_string()));
}

/// What the doctor found of a thing.
#[track_caller]
fn finding(output: &std::process::Output, what: &str) -> Value {
    let all: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    let mut all = all.as_array().expect("a list").iter();
    all.find(|finding| finding["what"] == what).unwrap_or_else(|| panic!("{what}: {output:?}")).clone()
}

#[tokio::test]
async fn the_doctor_finds_what_is_wrong_and_says_what_to_do() {
    for database in [Database::Sqlite, Database::Postgres] {
        let Some(place) = Place::new(database).await else { continue };
        let doctor = || place.run(&["doctor", "--json"]);
        let early = doctor();
        assert!(!early.status.success(), "{early:?}");
        match database {
            Database::Sqlite => assert_eq!(finding(&early, "database")["state"], "wrong"),
            // Databases of tests have all tables already.
            Database::Postgres => assert_eq!(finding(&early, "server key")["state"], "wrong"),
        }
        let mut process = place.serve();
        process.admin().put(&format!("{}/customers/1/apiKey", process.url), &json!({})).await.expect(200);
        let well = doctor();
        assert!(well.status.success(), "{well:?}");
        for what in ["permissions", "database", "clock", "schema", "writing", "administrator", "server key", "objects"]
        {
            assert_eq!(finding(&well, what)["state"], "well", "{what}");
        }
        assert!(stdout(&place.run(&["doctor"])).contains("administrator"));
        process.kill();

        let key = place.data().join("server.key");
        let kept = std::fs::read_to_string(&key).expect("it is there");
        std::fs::write(&key, kept.chars().rev().collect::<String>().replace('=', "") + "=").expect("it can be written");
        let other = doctor();
        std::fs::write(&key, "A".repeat(43) + "=").expect("it can be written");
        assert!(!other.status.success());
        let other = doctor();
        assert_eq!(finding(&other, "server key")["state"], "wrong");
        std::fs::write(&key, &kept).expect("it can be written");

        let wrong = place.run(&["doctor", "--json", "--workers", "0"]);
        assert!(!wrong.status.success() && finding(&wrong, "database")["state"] == "well", "{wrong:?}");
        assert!(finding(&wrong, "settings")["found"].as_str().is_some_and(|found| found.contains("workers must be")));

        // In a folder that others may look into.
        let mode = |path: &std::path::Path, mode: u32| {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("it is ours");
        };
        mode(&place.data(), 0o755);
        mode(&key, 0o644);
        let open = finding(&doctor(), "permissions");
        assert_eq!(open["state"], "warning");
        assert!(open["todo"].as_str().is_some_and(|todo| todo.starts_with("chmod go= ")), "{open}");
        mode(&key, 0o600);
        let objects = place.data().join("objects");
        std::fs::remove_dir_all(&objects).expect("it was there");
        std::fs::write(&objects, "no folder").expect("it can be written");
        let away = doctor();
        assert_eq!(finding(&away, "objects")["state"], "wrong");
        assert!(String::from_utf8_lossy(&away.stderr).contains("one thing is wrong"), "{away:?}");
    }
    let place = place().await;
    let mut command = place.command();
    command.env("PORTICO_DATABASE_URL", "postgres://portico:planted@127.0.0.1:1/portico").args(["doctor", "--json"]);
    let away = command.output().expect("it runs");
    let found = finding(&away, "database");
    assert_eq!(found["state"], "wrong");
    assert!(!found.to_string().contains("planted") && found["todo"].is_string(), "{found}");
}

#[tokio::test]
async fn no_secret_is_in_what_any_command_says_nor_in_logs_and_metrics() {
    for database in [Database::Sqlite, Database::Postgres] {
        let Some(place) = Place::new(database).await else { continue };
        // The first is 32 bytes in base64, as a server key has to be.
        let secrets = [
            ("PORTICO_SERVER_KEY", "cGxhbnRlZC1zZXJ2ZXIta2V5LXBsYW50ZWQtc2VydmU="),
            ("PORTICO_SERVER_KEY_ALSO", "cGxhbnRlZC1vdGhlci1rZXktcGxhbnRlZC1vdGhlci0="),
            ("PORTICO_ADMIN_SECRET", "planted-secret-of-the-administrator"),
            ("PORTICO_S3_SECRET_KEY", "planted-secret-of-the-bucket"),
        ];
        let free = TcpListener::bind("127.0.0.1:0").expect("there is a port");
        let watched = free.local_addr().expect("it has an address").to_string();
        drop(free);
        let more = [
            ("PORTICO_ADMIN_KEY", ADMIN_KEY),
            ("PORTICO_S3_ACCESS_KEY", "id"),
            ("PORTICO_ADMIN_BIND", &watched),
            ("PORTICO_LOG", "trace,hyper=info"),
        ];
        let process = place.serve_logging("log", &[&secrets[..], &more[..]].concat());
        let password = "planted-password-of-ann";
        let run = |arguments: &[&str], input: &str| {
            let mut command = place.command();
            command.args(arguments).envs(secrets).envs(more);
            place.read_from(&mut command, input).output().expect("it runs")
        };
        let mut said = Vec::new();
        let mut tell = |arguments: &[&str], input: &str| {
            let output = run(arguments, input);
            said.extend([output.stdout.clone(), output.stderr.clone()].concat());
            output
        };
        let create = ["user", "create", "--email", "ann@planted.example", "--group", "SUPER_ADMIN", "--password-stdin"];
        stdout(&tell(&create, password));
        let admin = Client::new(&process.url, Credentials::Basic(ADMIN_KEY.into(), secrets[2].1.into()));
        admin.put(&format!("{}/customers/1/apiKey", process.url), &json!({})).await.expect(200);
        let anonymous = Client::new(&process.url, Credentials::None);
        let token = anonymous.sign_in("ann@planted.example", password).await.expect(200).json();
        for command in [
            &["config", "show"][..],
            &["config", "check"],
            &["doctor"],
            &["customer", "list"],
            &["customer", "show", "admin"],
            &["user", "list"],
            &["user", "show", "ann@planted.example"],
            &["user", "set-password", "ann@planted.example"],
            &["key", "list"],
            &["session", "list"],
            &["policy", "list"],
            &["changes", "check"],
            &["image", "retry", "--all"],
            &["key", "rotate"],
            &["key", "rotate", "--finish"],
            &["user", "create", "--email", "none", "--password-stdin"],
        ] {
            tell(command, password);
            tell(&[command, &["--json"]].concat(), password);
        }
        let metrics = Client::new(&format!("http://{watched}"), Credentials::None);
        said.extend(metrics.get(&format!("http://{watched}/metrics")).await.expect(200).body);
        process.terminate();
        assert!(process.ended());
        let all = String::from_utf8_lossy(&said).into_owned() + &place.log("log");
        assert!(all.contains("portico_http_requests_total") && all.contains("ann@planted.example"));
        let token = link(&token, "access_token");
        for secret in secrets.iter().map(|(_, secret)| *secret).chain([password, token]) {
            let at = all.find(secret).map(|at| all[..at].lines().last().unwrap_or_default().to_owned());
            assert_eq!(at, None, "{secret} is told");
        }
    }
}

#[tokio::test]
async fn customers_and_users_are_shown_put_away_and_taken_out_beside_a_running_server() {
    for database in [Database::Sqlite, Database::Postgres] {
        let Some(place) = Place::new(database).await else { continue };
        let process = place.serve();
        stdout(&place.run(&["customer", "create", "--name", "museum", "--display-name", "The Museum"]));
        let create = ["user", "create", "--customer", "museum", "--email", "a@museum.example", "--uid", "a"];
        stdout(&place.run_with_input(&[&create[..], &["--password-stdin"]].concat(), "correct horse battery\n"));
        let sign_in = async || Client::new(&process.url, Credentials::None).sign_in("a", "correct horse battery").await;
        let session = link(&sign_in().await.expect(200).json(), "access_token").to_owned();
        let session = Client::new(&process.url, Credentials::Bearer(session));
        let groups = |arguments: &[&str]| {
            json_of(&place.run(&[&["user", "groups", "a", "--json"], arguments].concat()))["groups"].clone()
        };
        assert_eq!(groups(&[]), json!([]));
        assert_eq!(groups(&["--add", "admin", "--add", "readonly"]), json!(["admin", "readonly"]));
        let home = session.customer().await;
        assert_eq!(home["name"], "museum");
        session.get(link(&home, "portalUsers")).await.expect(200);
        assert_eq!(groups(&["--remove", "admin"]), json!(["readonly"]));
        refused(&place.run(&["user", "groups", "a", "--remove", "admin"]), "none that a is in");
        refused(&place.run(&["user", "groups", "a", "--add", "nonsense"]), "'nonsense' does not exist");

        stdout(&place.run(&["key", "create", "--user", "a"]));
        let shown = json_of(&place.run(&["user", "show", "a", "--json"]));
        assert_eq!((&shown["email"], &shown["customer"]), (&json!("a@museum.example"), &json!("museum")));
        let count = |name: &str| shown[name].as_array().map(Vec::len);
        assert_eq!((count("sessionList"), count("keyList")), (Some(1), Some(1)));
        assert!(stdout(&place.run(&["user", "show", "a"])).contains("a@museum.example"));

        let shown = json_of(&place.run(&["customer", "show", "Museum", "--json"]));
        assert_eq!((&shown["displayName"], &shown["storagePolicy"]), (&json!("The Museum"), &json!("default")));
        assert_eq!((&shown["images"], &shown["disabled"]), (&json!(0), &json!(false)));
        assert_eq!(json_of(&place.run(&["customer", "disable", "museum", "--json"]))["disabled"], true);
        session.get(&format!("{}/customers", process.url)).await.expect(401);
        sign_in().await.expect(400);
        refused(&place.run(&["customer", "disable", "admin"]), "administers the service");
        refused(&place.run(&["customer", "disable", "nobody"]), "'nobody' does not exist");
        assert_eq!(json_of(&place.run(&["customer", "enable", "museum", "--json"]))["disabled"], false);
        let session = link(&sign_in().await.expect(200).json(), "access_token").to_owned();
        let session = Client::new(&process.url, Credentials::Bearer(session));
        assert_eq!(session.customer().await["name"], "museum");
        stdout(&place.run_with_input(&["user", "password", "a"], "another horse battery\n"));
        stdout(&place.run(&["user", "delete", "a"]));
        session.get(&format!("{}/customers", process.url)).await.expect(401);
        refused(&place.run(&["user", "show", "a"]), "'a' does not exist");
    }
}

#[tokio::test]
async fn how_much_a_customer_may_store_is_said_by_command_and_holds_at_once() {
    for database in [Database::Sqlite, Database::Postgres] {
        let Some(place) = Place::new(database).await else { continue };
        let process = place.serve();
        let admin = process.admin();
        let customer = admin.customer().await;
        let space = admin.post(link(&customer, "spaces"), &json!({"name": "Scans"})).await.expect(201).json();
        let submit = async |id: &str| {
            let image = json!({"id": id, "space": space["id"], "origin": "https://images.example/1.jpg"});
            admin.post(link(&customer, "queue"), &json!([image])).await
        };
        submit("one").await.expect(201);
        refused(&place.run(&["policy", "set", "small", "--images", "1"]), "--bytes is required");
        refused(
            &place.run(&["policy", "set", "small", "--images", "1", "--bytes", "18446744073709551615"]),
            "must be at most",
        );
        let all = json_of(&place.run(&["policy", "set", "small", "--images", "1", "--bytes", "1000", "--json"]));
        assert_eq!(all[1], json!({"name": "small", "maximumImages": 1, "maximumBytes": 1000, "customers": 0}));
        refused(&place.run(&["policy", "assign", "large", "--customer", "admin"]), "'large' does not exist");
        refused(&place.run(&["policy", "assign", "small", "--customer", "nobody"]), "'nobody' does not exist");
        let shown = json_of(&place.run(&["policy", "assign", "small", "--customer", "admin", "--json"]));
        assert_eq!(shown["storagePolicy"], "small");
        submit("two").await.expect(507);
        let storage = admin.get(link(&customer, "storage")).await.expect(200).json();
        assert!(link(&storage, "storagePolicy").ends_with("/storagePolicies/small"), "{storage}");
        let policy = admin.get(link(&storage, "storagePolicy")).await.expect(200).json();
        assert_eq!(policy["maximumNumberOfStoredImages"], 1);
        refused(&place.run(&["policy", "delete", "small"]), "that of the policy of a customer");
        refused(&place.run(&["policy", "delete", "default"]), "that of the policy of new customers");
        stdout(&place.run(&["policy", "set", "small", "--images", "2"]));
        submit("two").await.expect(201);
        stdout(&place.run(&["policy", "assign", "default", "--customer", "admin"]));
        stdout(&place.run(&["policy", "delete", "small"]));
        assert!(!stdout(&place.run(&["policy", "list"])).contains("small"));
    }
}

#[tokio::test]
async fn the_server_key_is_exchanged_and_nothing_is_lost() {
    for database in [Database::Sqlite, Database::Postgres] {
        let Some(place) = Place::new(database).await else { continue };
        let free = TcpListener::bind("127.0.0.1:0").expect("there is a port");
        let address = free.local_addr().expect("it has an address").to_string();
        drop(free);
        let mut process = place.serve_at(&address);
        let admin = process.admin();
        stdout(&place.run(&["customer", "create", "--name", "museum", "--display-name", "The Museum"]));
        let create = ["user", "create", "--customer", "museum", "--email", "a@museum.example", "--group", "admin"];
        stdout(&place.run_with_input(&[&create[..], &["--password-stdin"]].concat(), "correct horse battery\n"));
        let url = process.url.clone();
        let sign_in = async || {
            let anonymous = Client::new(&url, Credentials::None);
            anonymous.sign_in("a@museum.example", "correct horse battery").await.expect(200).json()
        };
        let token = sign_in().await;
        // Of a service that was started again, the connections of a client before it are of no use.
        let bearing = |token: &Value| Client::new(&url, Credentials::Bearer(link(token, "access_token").to_owned()));
        let session = bearing(&token);
        // One of each that is kept encrypted.
        admin.put(&format!("{}/customers/1/apiKey", process.url), &json!({})).await.expect(200);
        let museum = session.customer().await;
        let strategy = json!({"regex": "https://a.example/.*", "originStrategy": format!("{}/originStrategies/basic-http-authentication", process.url),
            "credentials": "{\"user\": \"u\", \"password\": \"p\"}"});
        session.post(link(&museum, "originStrategies"), &strategy).await.expect(201);
        refused(&place.run(&["key", "rotate", "--finish"]), "nothing was begun");

        let key = place.data().join("server.key");
        let before = std::fs::read(&key).expect("it is there");
        stdout(&place.run(&["key", "rotate"]));
        assert_ne!(std::fs::read(&key).expect("it is there"), before);
        assert_eq!(std::fs::read(place.data().join("server.key.also")).expect("it is there"), before);
        refused(&place.run(&["key", "rotate"]), "two server keys already");
        process.kill();
        process = place.serve_at(&address);
        assert_eq!(bearing(&token).customer().await["name"], "museum", "a session from before goes on");
        let again = sign_in().await;
        let finished = json_of(&place.run(&["key", "rotate", "--finish", "--json"]));
        assert_eq!(finished, json!({"encrypted": 2, "retired": true}));
        assert!(!place.data().join("server.key.also").exists());
        // A process that is not started again encrypts under the key that it knows, which goes on reading that.
        let old = place.with_key(&before).serve();
        old.admin().put(&format!("{}/customers/1/apiKey", old.url), &json!({})).await.expect(200);
        drop(old);
        process.kill();
        process = place.serve_at(&address);
        bearing(&token).get(&format!("{}/customers", process.url)).await.expect(401);
        assert_eq!(bearing(&again).customer().await["name"], "museum");
        // All of it opens under the new key: else it could not be encrypted under the next.
        stdout(&place.run(&["key", "rotate"]));
        assert_eq!(json_of(&place.run(&["key", "rotate", "--finish", "--json"]))["encrypted"], 2);
        let doctor = place.with_key(&b"R0lWRU4gQSBLRVkgVEhBVCBXQVMgTkVWRVIgVEhFUkU="[..]).run(&["doctor", "--json"]);
        assert_eq!(
            finding(&doctor, "server key")["found"],
            "of 2 credentials for elsewhere, 2 are encrypted under another"
        );
        let text = stdout(&place.run(&["doctor"]));
        assert!(text.contains("opens what is encrypted"), "{text}");
    }
}
