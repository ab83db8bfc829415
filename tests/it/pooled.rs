//! A pooler that hands out connections for one transaction at a time stands between the service and PostgreSQL.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use tempfile::TempDir;

use crate::support::binary::{Place, program, refused, stdout};
use crate::support::{Client, Credentials, Database, link, postgres};

/// PgBouncer with two connections, before one database.
struct Pooler {
    folder: TempDir,
    child: Child,
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Pooler {
    /// Starts it; none on a machine that has none.
    async fn before(database: &str) -> Option<Self> {
        let program = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].into_iter().find(|path| Path::new(path).exists());
        let Some(program) = program else {
            assert!(std::env::var_os("PORTICO_TEST_REQUIRE_POSTGRES").is_none(), "there is no PgBouncer");
            println!("PgBouncer is not on this machine: its test is left out");
            return None;
        };
        let (server, name) = database.rsplit_once('/').expect("it has a name");
        let host = server.rsplit('@').next().expect("it has a folder").replace("%2F", "/");
        let folder = tempfile::tempdir().expect("a folder can be made");
        let at = folder.path().display();
        let users = folder.path().join("users");
        fs::write(&users, "\"postgres\" \"\"\n").expect("it can be written");
        let settings = format!(
            "[databases]\n{name} = host={host} dbname={name}\n[pgbouncer]\nlisten_addr =\nunix_socket_dir = {at}\n\
             auth_type = trust\nauth_file = {}\npool_mode = transaction\ndefault_pool_size = 2\nmax_client_conn = 100\n\
             ignore_startup_parameters = extra_float_digits\nlogfile = {at}/log\n",
            users.display()
        );
        fs::write(folder.path().join("ini"), settings).expect("it can be written");
        // It refuses to run as root.
        let is_root = fs::metadata("/proc/self").is_ok_and(|meta| std::os::unix::fs::MetadataExt::uid(&meta) == 0);
        let mut command = match is_root {
            true => {
                assert!(Command::new("chown").args(["-R", "postgres"]).arg(folder.path()).status().is_ok());
                let mut command = Command::new("setpriv");
                command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", program]);
                command
            }
            false => Command::new(program),
        };
        let child = command.arg("-q").arg(folder.path().join("ini")).stdout(Stdio::null()).spawn().expect("it starts");
        for _ in 0..200 {
            if folder.path().join(".s.PGSQL.6432").exists() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        Some(Self { folder, child })
    }

    fn url(&self, database: &str) -> String {
        let (_, name) = database.rsplit_once('/').expect("it has a name");
        let at = self.folder.path().display().to_string().replace('/', "%2F");
        format!("postgres://postgres@{at}:6432/{name}")
    }
}

#[tokio::test]
async fn processes_share_connections_from_transaction_to_transaction() {
    let Some(place) = Place::new(Database::Postgres).await else { return };
    let Some(pooler) = Pooler::before(&place.database()).await else { return };
    let url = pooler.url(&place.database());
    let pooled = [("PORTICO_DATABASE_URL", url.as_str()), ("PORTICO_DATABASE_POOLED", "true")];
    stdout(&place.run(&["migrate"]));
    let processes = [place.serve_with(&pooled), place.serve_with(&pooled)];
    let customer = processes[0].admin().customer().await;
    let users = link(&customer, "portalUsers").replace(&processes[0].url, "");
    // More at once than there are connections, from both, of all that is done in one statement and in several.
    let acts = (0..40).map(|number| {
        let process = &processes[number % 2];
        let anonymous = Client::new(&process.url, Credentials::None);
        let (client, users) = (process.admin(), format!("{}{users}", process.url));
        async move { change((&client, &anonymous), &users, number).await }
    });
    join_all(acts).await;
    let left = processes[1].admin().members(&format!("{}{users}", processes[1].url)).await;
    assert_eq!(left.iter().filter(|user| link(user, "email").starts_with("pooled")).count(), 20);
    // What is asked takes no longer than a statement may, also on a connection that nobody has spoken on before.
    processes[0].admin().get(&format!("{}/health/ready", processes[0].url)).await.expect(200);
}

/// Makes an account, looks at it, changes it and signs it in; every other one is deleted.
async fn change((client, anonymous): (&Client, &Client), users: &str, number: usize) {
    let email = format!("pooled-{number}@example.org");
    let body = json!({"email": email, "password": "correct horse battery"});
    let user = client.post(users, &body).await.expect(201).id();
    client.patch(&user, &json!({"mobile": "+442079460000"})).await.expect(205);
    assert_eq!(client.get(&user).await.expect(200).json()["mobile"], "+442079460000");
    client.post(&format!("{user}/roles"), &json!({"name": "readonly"})).await.expect(201);
    client.post(users, &body).await.expect(409);
    client.get(users).await.expect(200);
    anonymous.sign_in(&email, "correct horse battery").await.expect(200);
    if number.is_multiple_of(2) {
        client.delete(&user).await.expect(205);
        client.get(&user).await.expect(404);
    }
}

#[tokio::test]
async fn what_needs_a_connection_of_its_own_says_so() {
    let Some(empty) = postgres::empty().await else { return };
    let mut command = program();
    command.env("PORTICO_DATABASE_URL", empty);
    refused(&command.args(["migrate", "--database-pooled"]).output().expect("it runs"), "the server itself");
}
