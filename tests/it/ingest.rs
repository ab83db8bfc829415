//! Images on their way from an origin to what is kept of them.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use server::Counts;

use crate::support::{each_database, link};

/// A picture of one pixel.
const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// Where origins may lie in tests.
const LOOPBACK: &[&str] = &["127.0.0.0/8"];

/// An origin that has the picture at `/pixel.png` and nothing elsewhere; its address.
fn origin() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
    let address = listener.local_addr().expect("it is bound");
    // It ends with the process.
    std::thread::spawn(move || {
        let pixel = STANDARD.decode(PIXEL).expect("it is base64");
        for mut stream in listener.incoming().flatten() {
            let mut request = [0; 4096];
            let read = stream.read(&mut request).unwrap_or_default();
            let (status, content): (_, &[u8]) = match request[..read].starts_with(b"GET /pixel.png") {
                true => ("200 OK", &pixel),
                false => ("404 Not Found", b""),
            };
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", content.len());
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(content));
        }
    });
    format!("http://{address}")
}

fn files(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let count = |path: &Path| if path.is_dir() { files(path) } else { 1 };
    entries.flatten().map(|entry| count(&entry.path())).sum()
}

each_database!(an_image_is_fetched_measured_kept_and_discarded, async |portico| {
    let (client, origin) = (portico.admin(), origin());
    let customer = client.customer().await;
    let space = client.post(link(&customer, "spaces"), &json!({"name": "Scans"})).await.expect(201).json();
    let put = async |id: &str, path: &str| {
        let (url, body) = (format!("{}/{id}", link(&space, "images")), json!({"origin": format!("{origin}{path}")}));
        client.put(&url, &body).await.expect(201).id()
    };
    let (good, bad) = (put("good", "/pixel.png?signature=hush").await, put("bad", "/nothing?signature=hush").await);
    assert_eq!(client.get(&good).await.expect(200).json()["ingesting"], true);

    let counts = portico.worker(LOOPBACK).await;
    let bytes = STANDARD.decode(PIXEL).expect("it is base64").len() as u64;
    assert_eq!(counts, Counts { done: 1, failed: 1, bytes, ..Counts::default() });
    let image = client.get(&good).await.expect(200).json();
    assert_eq!((&image["width"], &image["height"], &image["mediaType"]), (&json!(1), &json!(1), &json!("image/png")));
    assert_eq!((&image["ingesting"], image.get("error")), (&json!(false), None));
    let image = client.get(&bad).await.expect(200).json();
    assert_eq!(image["error"], "The origin answered 404 Not Found.");
    assert_eq!(client.get(link(&customer, "queue")).await.expect(200).json()["size"], 0);
    let objects = portico.settings.data_dir.join("objects");
    assert_eq!(files(&objects), 2, "an original and a thumbnail");

    client.delete(&good).await.expect(205);
    assert_eq!(portico.worker(LOOPBACK).await, Counts { discarded: 1, ..Counts::default() });
    assert_eq!(files(&objects), 0);
});

each_database!(an_origin_in_a_private_network_is_not_asked, async |portico| {
    let client = portico.admin();
    let customer = client.customer().await;
    let space = client.post(link(&customer, "spaces"), &json!({"name": "Scans"})).await.expect(201).json();
    let body = json!({"origin": format!("{}/pixel.png", origin())});
    let image = client.put(&format!("{}/page", link(&space, "images")), &body).await.expect(201).id();
    assert_eq!(portico.worker(&[]).await, Counts { failed: 1, ..Counts::default() });
    let error = client.get(&image).await.expect(200).json()["error"].to_string();
    assert!(error.contains("is private"), "{error}");
});

each_database!(what_may_be_different_later_is_tried_again_and_given_up_in_the_end, async |portico| {
    let client = portico.admin();
    let customer = client.customer().await;
    let space = client.post(link(&customer, "spaces"), &json!({"name": "Scans"})).await.expect(201).json();
    // A port that nobody listens at.
    let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("there is one").port();
    let body = json!({"origin": format!("http://127.0.0.1:{port}/page.jpg")});
    let image = client.put(&format!("{}/page", link(&space, "images")), &body).await.expect(201).id();
    for _ in 1..5 {
        assert_eq!(portico.worker(LOOPBACK).await, Counts { retried: 1, ..Counts::default() });
        assert_eq!(portico.worker(LOOPBACK).await, Counts::default(), "it is not due yet");
        portico.world.advance(chrono::Duration::minutes(5));
    }
    assert_eq!(client.get(&image).await.expect(200).json()["ingesting"], true);
    assert_eq!(portico.worker(LOOPBACK).await, Counts { failed: 1, ..Counts::default() });
    let error = client.get(&image).await.expect(200).json()["error"].to_string();
    assert!(error.contains(", after 5 attempts."), "{error}");
});
