use ingest::origin::{FetchError, OriginAccess};

use crate::support::{Server, fetch_with, fetcher, ok, redirect};

#[tokio::test]
async fn no_spelling_of_a_private_address_is_connected_to() {
    let canary = Server::canary().await;
    let fetcher = fetcher(&[]);
    for host in [
        "127.0.0.1",
        "127.1",
        "0x7f000001",
        "2130706433",
        "017700000001",
        "127.0.0.1.",
        "%31%32%37.0.0.1",
        "0",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "localhost",
        "LOCALHOST",
        "localhost.",
    ] {
        let url = format!("http://{host}:{}/", canary.port());
        let error = fetch_with(&fetcher, &url, &OriginAccess::Default).await.unwrap_err();
        // Where a system does not resolve localhost with its dot, that is as good.
        let dotted = host.ends_with("t.") && matches!(error, FetchError::Unresolved { .. });
        assert!(matches!(error, FetchError::Private { .. }) || dotted, "{host}: {error:?}");
        assert!(error.is_permanent() || dotted);
    }
    assert!(canary.asked().is_empty(), "{:?}", canary.asked());
}

#[tokio::test]
async fn a_refusal_names_the_host_and_its_address() {
    let error = fetch_with(&fetcher(&["::/0"]), "http://127.0.0.1/", &OriginAccess::Default).await.unwrap_err();
    assert_eq!(error.to_string(), "the address of 127.0.0.1 (127.0.0.1) is private; origins may not lie there");
    let error = fetch_with(&fetcher(&[]), "http://localhost/", &OriginAccess::Default).await.unwrap_err();
    assert!(error.to_string().starts_with("the address of localhost ("), "{error}");
}

#[tokio::test]
async fn a_name_that_resolves_into_an_allowed_network_is_fetched() {
    let server = Server::canary().await;
    let url = format!("http://localhost:{}/", server.port());
    assert!(fetch_with(&fetcher(&["127.0.0.0/8"]), &url, &OriginAccess::Default).await.is_ok());
    assert!(fetch_with(&fetcher(&["127.0.0.2/32"]), &url, &OriginAccess::Default).await.is_err());
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn a_redirect_to_a_private_address_is_refused() {
    let canary = Server::canary().await;
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0x7f.1"] {
        let to = format!("http://{host}:{}/", canary.port());
        let server = Server::start_at("127.0.0.2", move |_| redirect(&to)).await;
        let error =
            fetch_with(&fetcher(&["127.0.0.2/32"]), &server.url("/"), &OriginAccess::Default).await.unwrap_err();
        assert!(matches!(error, FetchError::Private { .. }), "{host}: {error:?}");
        assert_eq!(server.asked().len(), 1);
    }
    assert!(canary.asked().is_empty());
}

#[tokio::test]
async fn proxies_of_the_surroundings_are_not_used() {
    // The variables are read by a process when it makes its client, so another process must have them.
    let proxy = Server::canary().await;
    let server = Server::start(|_| ok(b"direct")).await;
    let test = std::env::current_exe().expect("a test has a file");
    let name = "private::asks_the_origin_of_the_variable";
    let mut child = std::process::Command::new(test);
    child
        .args(["--exact", name, "--ignored"])
        .env("HTTP_PROXY", proxy.url("/"))
        .env("http_proxy", proxy.url("/"))
        .env("ALL_PROXY", proxy.url("/"))
        .env("TEST_ORIGIN", server.url("/"))
        .stdout(std::process::Stdio::null());
    let status = tokio::task::spawn_blocking(move || child.status()).await.expect("no panic");
    assert!(status.expect("a test can be run").success());
    assert_eq!((proxy.asked().len(), server.asked().len()), (0, 1));
}

#[tokio::test]
#[ignore = "another test runs it, with variables of its own"]
async fn asks_the_origin_of_the_variable() {
    let Ok(url) = std::env::var("TEST_ORIGIN") else { return };
    let fetched = fetch_with(&fetcher(&["127.0.0.0/8"]), &url, &OriginAccess::Default).await.unwrap();
    assert_eq!(fetched.bytes, "direct");
}
