//! Settings that are wrong: each is refused in one line, by every command, however it was given, before anything is made.

use std::os::unix::fs::PermissionsExt;
use std::process::Output;

use crate::support::Database;
use crate::support::binary::Place;

/// Every command that reads settings.
const COMMANDS: &[&[&str]] = &[
    &["serve"],
    &["worker"],
    &["migrate"],
    &["export", "--check"],
    &["customer", "create", "--name", "x", "--display-name", "X"],
    &["user", "create", "--email", "x@x.example"],
    &["key", "create", "--customer", "x"],
];

/// A setting, a value that it cannot have, and what is said of it.
const WRONG: &[(&str, &str, &str)] = &[
    ("bind", "rubbish", "bind must be"),
    ("bind", "127.0.0.1:99999", "bind must be"),
    ("bind", "", "bind must be"),
    ("admin_bind", "127.0.0.1:8080", "another address than bind"),
    ("public_url", "http://a\\b", "public_url must be"),
    ("public_url", "http://user:pw@host", "public_url must be"),
    ("public_url", "http://host:99999", "public_url must be"),
    ("public_url", "http://host:", "public_url must be"),
    ("public_url", "ftp://host", "public_url must be"),
    ("public_url", "", "public_url must be"),
    ("database_url", "mysql://x", "database_url must begin"),
    ("database_url", "sqlite::memory:", "database_url must name a file"),
    ("database_url", "sqlite:///nowhere/at/all/p.db?mode=rwc", "/nowhere/at/all"),
    ("database_url", "sqlite:///usr?mode=rwc", "names a folder"),
    ("database_url", "sqlite:///usr/portico.db", "not there"),
    ("database_url", "postgres://portico:hunter#2@127.0.0.1:1/portico", "percent-encoded"),
    ("database_url", "postgres://portico:hunter/2@127.0.0.1:1/portico", "percent-encoded"),
    ("database_url", "postgres://portico:12?hunter@127.0.0.1:1/portico", "percent-encoded"),
    ("database_url", "postgres://portico:hunter2@127.0.0.1:notaport/portico", "port that is no number"),
    ("database_url", "postgres://portico:hunter2@127.0.0.1/portico?sslmode=some", "a parameter"),
    ("database_connections", "0", "from 1 to 250"),
    ("database_connections", "-1", "database"),
    ("database_connections", "4294967296", "database"),
    ("sqlite_synchronous", "off", "full or normal"),
    ("data_dir", "/etc/passwd/data", "data_dir must be a folder"),
    ("server_key", "short", "server_key must be"),
    ("log", "verbose", "neither a level"),
    ("log", "", "log must be a level"),
    ("log", "info,portico=debug", "neither a level"),
    ("log", "a=b=c", "neither a level"),
    ("workers", "0", "workers must be"),
    ("workers", "1000000", "workers must be"),
    ("workers", "many", "workers"),
    ("max_body", "0", "max_body must be"),
    ("request_timeout", "0", "request_timeout must be"),
    ("request_timeout", "18446744073709551615", "request_timeout"),
    ("derivatives_cache", "18446744073709551615", "derivatives_cache"),
    ("viewer_session", "31536001", "viewer_session"),
    ("argus_single", "both", "list or object"),
    ("drain", "100000", "drain must be"),
    ("shutdown_timeout", "100000", "shutdown_timeout must be"),
    ("admin_key", "00000000-0000-4000-8000-000000000001", "go together"),
    ("admin_secret", "a secret that is long enough", "go together"),
    ("worker_parallel", "0", "worker_parallel must be"),
    ("worker_parallel", "1000000", "worker_parallel must be"),
    ("max_pixels", "0", "max_pixels must be"),
    ("origin_allow", "localhost", "origin_allow must be"),
    ("origin_folder", "/nowhere/at/all", "origin_folder must be"),
    ("origin_buckets", "Not Fine", "origin_buckets must be"),
    ("origin_max_bytes", "0", "origin_max_bytes must be"),
    ("origin_timeout", "0", "origin_timeout must be"),
    ("origin_redirects", "1000", "origin_redirects must be"),
    ("objects", "", "objects must be"),
    ("objects", "s3://x/y", "objects must be"),
    ("s3_endpoint", "rubbish", "s3_endpoint must be"),
    ("s3_endpoint", "http://127.0.0.1:1", "s3_allow_http"),
    ("s3_region", "", "s3_region must be"),
    ("s3_access_key", "half", "go together"),
    ("fetch_lock_window", "0", "fetch_lock_window must be"),
    ("public_hosts", "https://host", "public_hosts must be"),
    ("public_hosts", "host:99999", "public_hosts must be"),
    ("default_eula_revision", " ", "default_eula_revision"),
];

async fn place() -> Place {
    Place::new(Database::Sqlite).await.expect("there is always SQLite")
}

/// It ended with 1 and said one line, nothing was made, and no secret was told.
#[track_caller]
fn refused(place: &Place, output: &Output, what: &str, why: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{what}: {output:?}");
    assert_eq!(said.trim_end().lines().count(), 1, "{what}: {said}");
    assert!(said.starts_with("portico: ") && said.contains(why), "{what}: {said}");
    // What a folder is called is chance, and may be part of a secret.
    let folder = place.data().parent().expect("it lies in a folder").display().to_string();
    let told = said.replace(&folder, "");
    assert!(!told.contains("hunter") && !told.contains("pw"), "{what}: {said}");
    assert!(output.stdout.is_empty(), "{what}: {output:?}");
    assert!(!place.data().exists(), "{what} made something");
}

#[tokio::test]
async fn a_wrong_value_stops_every_command_before_anything_is_made() {
    let place = place().await;
    let file = place.data().with_extension("toml");
    for (index, (setting, value, why)) in WRONG.iter().enumerate() {
        let command = COMMANDS[index % COMMANDS.len()];
        let what = format!("{setting} = {value:?}");
        let given = place.command().args(command).env(format!("PORTICO_{}", setting.to_uppercase()), value).output();
        refused(&place, &given.expect("it runs"), &what, why);
        let flag = format!("--{}={value}", setting.replace('_', "-"));
        let by_flag = place.command().args(command).arg(flag).env_remove("PORTICO_DATA_DIR").output().expect("it runs");
        let said = String::from_utf8_lossy(&by_flag.stderr);
        assert!(by_flag.status.code() == Some(1) && said.trim_end().lines().count() == 1, "{what} by flag: {said}");
        let value = if value.parse::<i128>().is_ok() { (*value).to_owned() } else { format!("{value:?}") };
        std::fs::write(&file, format!("{setting} = {value}\n")).expect("it can be written");
        let mut by_file = place.command();
        if *setting == "data_dir" {
            by_file.env_remove("PORTICO_DATA_DIR");
        }
        let by_file = by_file.args(command).arg("--config").arg(&file).output().expect("it runs");
        refused(&place, &by_file, &what, if why.contains(' ') && !value.starts_with('-') { why } else { "" });
    }
}

#[tokio::test]
async fn each_command_refuses_what_another_would() {
    let place = place().await;
    for command in COMMANDS {
        let output = place.command().args(*command).env("PORTICO_WORKERS", "0").output().expect("it runs");
        refused(&place, &output, &command.join(" "), "workers must be");
    }
}

#[tokio::test]
async fn an_issuers_key_is_long_enough_for_its_algorithm() {
    let place = place().await;
    let (config, key) = (place.data().with_extension("toml"), place.data().with_extension("key"));
    for (algorithm, length) in [("HS256", 0), ("HS256", 31), ("HS384", 47), ("HS512", 63)] {
        std::fs::write(&key, "k".repeat(length) + "\n").expect("it can be written");
        let text = format!(
            "[[issuer]]\nname = \"https://issuer.example/\"\naudience = \"portico\"\nalgorithm = \"{algorithm}\"\nkey_file = {key:?}\n"
        );
        std::fs::write(&config, text).expect("it can be written");
        for command in COMMANDS {
            let output = place.command().args(*command).arg("--config").arg(&config).output().expect("it runs");
            refused(&place, &output, algorithm, &key.display().to_string());
        }
    }
}

#[tokio::test]
async fn what_kubernetes_says_of_services_is_no_setting() {
    let place = place().await;
    let kubernetes = [
        ("PORTICO_PORT", "tcp://10.0.0.1:8080"),
        ("PORTICO_SERVICE_HOST", "10.0.0.1"),
        ("PORTICO_SERVICE_PORT", "8080"),
        ("PORTICO_SERVICE_PORT_HTTP", "8080"),
        ("PORTICO_PORT_8080_TCP", "tcp://10.0.0.1:8080"),
        ("PORTICO_PORT_8080_TCP_PROTO", "tcp"),
        ("PORTICO_WORKER_PORT_8080_TCP_ADDR", "10.0.0.1"),
    ];
    let output = place.command().arg("migrate").envs(kubernetes).output().expect("it runs");
    assert!(output.status.success(), "{output:?}");
    let place = self::place().await;
    for name in ["PORTICO_PORT", "PORTICO_BNID", "PORTICO_SERVICE_KEY"] {
        let output = place.command().arg("migrate").envs(kubernetes).env(name, "80").output().expect("it runs");
        refused(&place, &output, name, &format!("{name} is not a setting"));
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_database_is_said_once() {
    let place = place().await;
    for command in [&["migrate"][..], &["key", "create", "--customer", "x"]] {
        let nobody = "postgres://portico:hunter2@127.0.0.1:1/portico";
        let output = place.command().args(command).env("PORTICO_DATABASE_URL", nobody).output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(said.matches("refused").count(), 1, "{said}");
        assert!(output.status.code() == Some(1) && said.lines().count() == 1 && !said.contains("hunter"), "{said}");
    }
    let file = place.data().with_extension("db");
    std::fs::write(&file, "this is no database, whatever its name says; it is longer than a header")
        .expect("it is written");
    let url = format!("sqlite://{}?mode=rwc", file.display());
    let output = place.command().arg("migrate").env("PORTICO_DATABASE_URL", &url).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains(&file.display().to_string()) && said.lines().count() == 1, "{said}");
    assert_eq!(said.matches("not a database").count(), 1, "{said}");
}

#[tokio::test]
async fn a_database_of_another_program_is_left_alone() {
    for database in [Database::Sqlite, Database::Postgres] {
        let Some(place) = Place::new(database).await else { continue };
        let url = match database {
            Database::Sqlite => format!("sqlite://{}?mode=rwc", place.data().with_extension("db").display()),
            Database::Postgres => place.database(),
        };
        // Where the database comes with our tables, they are another's without the one that says which changes were made.
        let statement = match database {
            Database::Sqlite => "CREATE TABLE customer (name TEXT)",
            Database::Postgres => "DROP TABLE seaql_migrations",
        };
        crate::support::sql::execute(&url, statement).await;
        let output = place.command().arg("migrate").env("PORTICO_DATABASE_URL", &url).output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(1) && said.contains("another program's"), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[tokio::test]
async fn the_files_of_a_database_are_for_their_user_alone_in_each_spelling() {
    let place = place().await;
    std::fs::create_dir(place.data()).expect("it can be made");
    let folder = place.data().display().to_string();
    for (name, url) in [
        ("a.db", format!("sqlite://{folder}/a.db?mode=rwc")),
        ("b.db", format!("sqlite:{folder}/b.db?mode=rwc&cache=private")),
        ("c d.db", format!("sqlite://{folder}/c%20d.db?mode=rwc")),
        ("portico.db", format!("sqlite://{folder}/../data/portico.db?mode=rwc")),
    ] {
        for command in [&["migrate"][..], &["key", "create", "--customer", "x"]] {
            place.command().args(command).env("PORTICO_DATABASE_URL", &url).output().expect("it runs");
        }
        let mode = std::fs::metadata(place.data().join(name)).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{url}");
    }
}
