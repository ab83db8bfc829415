//! Content codings: what is compressed for whoever asks for it, says the same, and is known again by its own tag.

use std::io::Read;

use hydra::{Class, Method};
use serde_json::json;
use vocab::PortalUser;

use crate::conformance::{api, served};
use crate::http::FORMATS;
use crate::support::fixtures::Scene;
use crate::support::{Answer, Client, Portico, each_database, heeds_what_is_asked_for, link, whatever_database};

/// All that there are.
pub(crate) const CODINGS: [&str; 3] = ["br", "zstd", "gzip"];

/// What was compressed.
pub(crate) fn plain(coding: &str, bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match coding {
        "br" => brotli_decompressor::Decompressor::new(bytes, 4096).read_to_end(&mut plain),
        "zstd" => ruzstd::decoding::StreamingDecoder::new(bytes).expect("it is Zstandard").read_to_end(&mut plain),
        _ => flate2::read::GzDecoder::new(bytes).read_to_end(&mut plain),
    }
    .unwrap_or_else(|error| panic!("{error} in {coding}"));
    plain
}

/// Asks for something with these headers.
async fn ask(client: &Client, method: &str, url: &str, headers: &[(&str, &str)]) -> Answer {
    let request =
        headers.iter().fold(client.request(method, url), |request, (name, value)| request.header(*name, *value));
    client.send(request).await
}

/// Asks for something in every coding; whether it was compressed.
async fn is_compressed(client: &Client, url: &str, accept: &str) -> bool {
    let whole = ask(client, "GET", url, &[("accept", accept)]).await.expect(200);
    assert_eq!(whole.header("content-encoding"), None, "nobody asked: {whole}");
    assert!(whole.header("vary").is_some_and(|vary| vary.contains("Accept-Encoding")), "{whole}");
    let tag = whole.header("etag").expect("it has a tag").to_owned();
    heeds_what_is_asked_for(&tag, async |wanted| {
        ask(client, "GET", url, &[("accept", accept), ("if-match", wanted)]).await
    })
    .await;
    for coding in CODINGS {
        let asked = [("accept", accept), ("accept-encoding", coding)];
        let got = ask(client, "GET", url, &asked).await.expect(200);
        if whole.body.len() < 1024 {
            assert_eq!((got.header("content-encoding"), got.header("etag")), (None, Some(tag.as_str())), "{got}");
            continue;
        }
        assert_eq!(got.header("content-encoding"), Some(coding), "{whole}");
        assert!(got.body.len() < whole.body.len(), "{url} {coding}");
        assert!(plain(coding, &got.body) == whole.body, "{url} {coding}");
        for name in ["content-type", "vary", "cache-control", "link"] {
            assert_eq!(got.header(name), whole.header(name), "{name} of {got}");
        }
        let coded = got.header("etag").expect("it has a tag").to_owned();
        assert!(coded.starts_with('"') && coded != tag, "{coded} is strong, and of these bytes alone");
        let head = ask(client, "HEAD", url, &asked).await.expect(200);
        for name in ["content-encoding", "content-length", "etag"] {
            assert_eq!(head.header(name), got.header(name), "{name} of {head}");
        }
        for (taken, sent, known) in [
            (coding, coded.clone(), Some(&coded)),
            (coding, format!("\"other\", W/{coded}"), Some(&coded)),
            ("*", coded.clone(), Some(&coded)),
            // What is not compressed is taken by everybody; what a proxy compressed has our tag, and its own end to it.
            (coding, tag.clone(), Some(&tag)),
            (coding, format!("W/{tag}"), Some(&tag)),
            (coding, format!("{}-{coding}\"", tag.trim_end_matches('"')), Some(&tag)),
            ("identity", coded.clone(), None),
            ("deflate", coded.clone(), None),
            ("", coded.clone(), None),
        ] {
            let asked = [("accept", accept), ("accept-encoding", taken), ("if-none-match", &sent)];
            let again = ask(client, "GET", url, &asked).await.expect(if known.is_some() { 304 } else { 200 });
            assert_eq!(again.header("etag"), Some(known.unwrap_or(&tag).as_str()), "{taken} {sent}: {again}");
            assert_eq!(again.header("content-encoding"), None, "{again}");
            assert_eq!(again.header("vary"), whole.header("vary"), "{again}");
        }
    }
    whole.body.len() >= 1024
}

whatever_database!(every_representation_is_compressed_for_who_asks, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let mut urls = vec![
        format!("{}/vocab", portico.url),
        format!("{}/contexts/error.jsonld", portico.url),
        format!("{}/explorer/explorer.js", portico.url),
        format!("{}/explorer/explorer.css", portico.url),
    ];
    for class in served() {
        if class.operation(Method::Get).is_some() {
            urls.push(scene.of(class.name).await.expect("the fixtures have it").url);
        }
    }
    for site in api().collections() {
        if site.operation(Method::Get).is_some() {
            urls.push(scene.collection(site.owner.name, site.property).await.url);
        }
    }
    let (mut compressed, mut all) = (0, 0);
    for url in &urls {
        compressed += usize::from(is_compressed(&scene.admin, url, "application/ld+json").await);
        all += 1;
    }
    assert!(compressed > all / 2, "{compressed} of {all} are long enough");
    for format in FORMATS {
        for url in [&urls[0], &link(&scene.customer, "portalUsers").to_owned()] {
            assert!(is_compressed(&scene.owner, url, format).await, "{url} as {format}");
        }
    }
});

each_database!(a_write_is_conditional_on_the_state_whatever_the_coding_it_was_read_in, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let url = link(&scene.user, "@id");
    let patch = |tag: &str| {
        let body = json!({"mobile": "+44207946"}).to_string();
        scene.owner.send(scene.owner.request("PATCH", url).header("if-match", tag).body(body))
    };
    for coding in CODINGS {
        let got = ask(&scene.owner, "GET", url, &[("accept-encoding", coding)]).await.expect(200);
        assert_eq!(got.header("content-encoding"), Some(coding), "{got}");
        let tag = got.header("etag").expect("a tag").to_owned();
        patch(&format!("{}x\"", tag.trim_end_matches('"'))).await.expect(412);
        patch(&tag).await.expect(205);
        patch(&tag).await.expect(412).problem();
    }
    let got = ask(&scene.owner, "GET", url, &[("accept-encoding", "gzip")]).await.expect(200);
    let tag = got.header("etag").expect("a tag").to_owned();
    ask(&scene.owner, "DELETE", url, &[("if-none-match", &tag)]).await.expect(412).problem();
    ask(&scene.owner, "GET", url, &[("if-match", &tag)]).await.expect(200);
    ask(&scene.owner, "DELETE", url, &[("if-match", &format!("W/{tag}"))])
        .await
        .expect(PortalUser::CLASS.operation(Method::Delete).expect("it goes").statuses[0].0);
});

each_database!(the_coding_is_the_one_that_is_wanted_most, async |portico: Portico| {
    let client = Client::new(&portico.url, crate::support::Credentials::None);
    let url = format!("{}/vocab", portico.url);
    for (sent, coding) in [
        ("gzip, deflate, br, zstd", Some("br")),
        ("gzip, deflate", Some("gzip")),
        ("GZIP;q=1.0, br;q=0.9", Some("gzip")),
        ("x-gzip", Some("gzip")),
        ("br;q=0, *", Some("gzip")),
        ("deflate, zstd", Some("zstd")),
        ("gzip;q=0.5, identity", None),
        ("gzip;q=0", None),
        ("identity;q=0", None),
        ("*;q=0", None),
        ("nonsense;;;,,", None),
    ] {
        let got = ask(&client, "GET", &url, &[("accept-encoding", sent)]).await.expect(200);
        assert_eq!(got.header("content-encoding"), coding, "{sent}");
        let bytes = coding.map_or_else(|| got.body.clone(), |coding| plain(coding, &got.body));
        assert!(serde_json::from_slice::<serde_json::Value>(&bytes).is_ok_and(|it| it["@type"] == "ApiDocumentation"));
    }
});

each_database!(what_answers_a_write_is_not_compressed_as_there_are_secrets_in_it, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    for class in served().filter(|class| class.operation(Method::Patch).is_some()) {
        let item = scene.of(class.name).await.expect("the fixtures have it");
        let request = scene.admin.request("PATCH", &item.url).header("prefer", "return=representation").body("{}");
        let got = scene.admin.send(request.header("accept-encoding", "gzip, br, zstd")).await;
        assert_eq!(got.header("content-encoding"), None, "{got}");
    }
    let created = scene.owner.request("POST", link(&scene.customer, "portalUsers")).header("accept-encoding", "gzip");
    let created =
        scene.owner.send(created.body(json!({"email": "compressed@example.org"}).to_string())).await.expect(201);
    assert!(created.body.len() > 1024, "{created}");
    assert_eq!(created.header("content-encoding"), None, "{created}");
});
