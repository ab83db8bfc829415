//! Who somebody is, and how soon it is over: at once, in every process.

use chrono::Duration;
use serde_json::json;

use crate::support::fixtures::Scene;
use crate::support::{Answer, Client, Credentials, Database, Portico, each_database, link};

const PASSWORD: &str = "correct horse battery";

each_database!(disabling_a_user_ends_the_session_at_once_in_every_process, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let twin = portico.twin().await;
    let person = scene.portal_user(&portico, "person", Some("admin")).await;
    let me = portico_user(&scene, "person@example.org").await;
    let there = Client::new(&twin.url, person.credentials());
    // Both processes now remember who this is.
    person.get(&me).await.expect(200);
    let me_there = me.replacen(&portico.url, &twin.url, 1);
    there.get(&me_there).await.expect(200);
    scene.owner.patch(&me, &json!({"enabled": false})).await.expect(205);
    there.get(&me_there).await.expect(401);
    person.get(&me).await.expect(401);
    portico.anonymous().sign_in("person@example.org", PASSWORD).await.expect(400);
    scene.owner.patch(&me, &json!({"enabled": true})).await.expect(205);
    // The session is gone for good; a new one can begin.
    person.get(&me).await.expect(401);
    portico.anonymous().sign_in("person@example.org", PASSWORD).await.expect(200);
    twin.stop().await;
});

each_database!(a_new_password_ends_the_sessions_of_the_old, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let person = scene.portal_user(&portico, "person", Some("readonly")).await;
    let me = portico_user(&scene, "person@example.org").await;
    person.get(&me).await.expect(200);
    scene.owner.patch(&me, &json!({"password": "another secret phrase"})).await.expect(205);
    person.get(&me).await.expect(401);
    portico.anonymous().sign_in("person@example.org", PASSWORD).await.expect(400);
    portico.anonymous().sign_in("PERSON@example.org", "another secret phrase").await.expect(200);
});

each_database!(a_deleted_key_ends_at_once_in_every_process, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let twin = portico.twin().await;
    let (key, secret) = (link(&scene.key, "key").to_owned(), link(&scene.key, "secret").to_owned());
    let here = portico.client(Credentials::Basic(key.clone(), secret.clone()));
    let there = Client::new(&twin.url, Credentials::Basic(key, secret));
    let customer = link(&scene.customer, "@id");
    let customer_there = customer.replacen(&portico.url, &twin.url, 1);
    here.get(customer).await.expect(200);
    there.get(&customer_there).await.expect(200);
    scene.owner.delete(link(&scene.key, "@id")).await.expect(204);
    there.get(&customer_there).await.expect(401);
    here.get(customer).await.expect(401);
    twin.stop().await;
});

each_database!(a_role_is_effective_at_once_and_gone_at_once, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let person = scene.portal_user(&portico, "person", None).await;
    let me = portico_user(&scene, "person@example.org").await;
    person.get(&me).await.expect(403);
    let user = scene.owner.get(&me).await.json();
    let role = scene.owner.post(link(&user, "roles"), &json!({"name": "readonly"})).await.expect(201).json();
    person.get(&me).await.expect(200);
    person.patch(&me, &json!({})).await.expect(403);
    scene.owner.delete(link(&role, "grant")).await.expect(205);
    person.get(&me).await.expect(403);
});

each_database!(a_session_ends_by_the_clock, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let person = scene.portal_user(&portico, "person", Some("readonly")).await;
    let me = portico_user(&scene, "person@example.org").await;
    portico.world.advance(Duration::hours(8) - Duration::seconds(1));
    person.get(&me).await.expect(200);
    portico.world.advance(Duration::seconds(1));
    person.get(&me).await.expect(401);
});

each_database!(wrong_credentials_are_401_whatever_is_wrong_with_them, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let url = link(&scene.customer, "@id");
    let key = link(&scene.key, "key").to_owned();
    let wrong = [
        Credentials::Basic(key.clone(), "wrong".into()),
        Credentials::Basic(key, String::new()),
        Credentials::Basic("not-a-key".into(), link(&scene.key, "secret").into()),
        Credentials::Basic("ffffffff-ffff-4fff-bfff-ffffffffffff".into(), link(&scene.key, "secret").into()),
        Credentials::Bearer("nonsense".into()),
        Credentials::Bearer("a.b.c".into()),
        // {"alg":"none"}.{"sub":"x","exp":9999999999}
        Credentials::Bearer("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4IiwiZXhwIjo5OTk5OTk5OTk5fQ.".into()),
    ];
    for credentials in wrong {
        portico.client(credentials).get(url).await.expect(401).problem();
    }
    for header in ["", "Basic", "Basic !!!", "Digest x", "Bearer"] {
        let request = scene.anonymous.request("GET", url).header("authorization", header);
        scene.anonymous.send(request).await.expect(401);
    }
});

each_database!(the_token_endpoint_answers_as_rfc_6749_says, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    scene.portal_user(&portico, "person", None).await;
    let good = portico.anonymous().sign_in("person@example.org", PASSWORD).await.expect(200);
    assert_eq!(good.json()["token_type"], "Bearer");
    assert_eq!(good.json()["expires_in"], 8 * 60 * 60);
    for (name, value) in [("cache-control", "no-store"), ("pragma", "no-cache"), ("content-type", "application/json")] {
        assert_eq!(good.header(name), Some(value));
    }
    let post = |body: &'static str| {
        let request = scene.anonymous.request("POST", &format!("{}/oauth/token", portico.url));
        scene.anonymous.send(request.header("content-type", "application/x-www-form-urlencoded").body(body))
    };
    let table = [
        ("", "invalid_request"),
        ("grant_type=password", "invalid_request"),
        ("grant_type=client_credentials", "unsupported_grant_type"),
        ("grant_type=password&username=a&username=b&password=c", "invalid_request"),
        ("grant_type=password&username=nobody&password=wrong-password", "invalid_grant"),
        ("grant_type=password&username=person@example.org&password=wrong-password", "invalid_grant"),
        // An account without a password does not sign in with one.
        ("grant_type=password&username=user@example.org&password=any-password", "invalid_grant"),
        ("grant_type=password&username=%00&password=%00", "invalid_grant"),
        // What has no value is as if it were left out, and not there twice.
        ("grant_type=", "invalid_request"),
        ("grant_type=&grant_type=password&username=nobody&password=wrong-password", "invalid_grant"),
        ("grant_type=password&username=&password=x", "invalid_request"),
        ("grant_type=password&username=nobody&password=wrong&x=1&x=2", "invalid_request"),
        (
            "grant_type=password&username=nobody&password=wrong-password&scope=a%20b&unknown=1&client_id=c",
            "invalid_grant",
        ),
        ("grant_type=password&username=nobody&password=wrong-password&scope=%22", "invalid_scope"),
        ("grant_type=password&username=nobody&password=wrong-password&scope=a%20%20b", "invalid_scope"),
        ("grant_type=%22quoted%5C%C3%A9", "unsupported_grant_type"),
    ];
    for (body, error) in table {
        let answer = post(body).await.expect(400);
        assert_eq!(refusal(&answer), error, "{body}");
    }
    let nobody = post("grant_type=password&username=nobody&password=wrong-password").await.json();
    let somebody = post("grant_type=password&username=person@example.org&password=wrong-password").await.json();
    assert_eq!(nobody, somebody, "whether an account exists is not told");
});

/// What a failure of the two addresses for OAuth says, which is always in one form (RFC 6749 §5.2).
#[track_caller]
fn refusal(answer: &Answer) -> String {
    for (name, value) in [("cache-control", "no-store"), ("pragma", "no-cache"), ("content-type", "application/json")] {
        assert_eq!(answer.header(name), Some(value), "{answer}");
    }
    let said = answer.json();
    let description = said["error_description"].as_str().expect("it is described");
    let is_allowed = |byte: u8| (0x20..=0x7e).contains(&byte) && !b"\"\\".contains(&byte);
    assert!(!description.is_empty() && description.bytes().all(is_allowed), "{answer}");
    said["error"].as_str().expect("there is a code").to_owned()
}

each_database!(whatever_fails_where_sessions_begin_and_end_fails_in_one_form, async |portico: Portico| {
    let anonymous = portico.anonymous();
    let form = ("content-type", "application/x-www-form-urlencoded");
    for path in ["oauth/token", "oauth/revoke"] {
        let url = format!("{}/{path}", portico.url);
        let request = |method: &str, header: (&str, &str), body: &str| {
            anonymous.request(method, &url).header(header.0, header.1).body(body.to_owned())
        };
        for (status, error, request) in [
            (405, "invalid_request", request("GET", ("accept", "application/json"), "")),
            (405, "invalid_request", request("DELETE", ("accept", "text/html"), "")),
            (415, "invalid_request", request("POST", ("content-type", "application/json"), "{}")),
            (400, "invalid_request", request("POST", form, "")),
            (413, "invalid_request", request("POST", form, &format!("token={}", "x".repeat(2 << 20)))),
            (401, "invalid_client", request("POST", form, "token=x&client_id=c&client_secret=s")),
            (401, "invalid_client", request("POST", form, "token=x&client_assertion=s")),
            (414, "invalid_request", anonymous.request("POST", &format!("{url}?{}", "x".repeat(5000)))),
        ] {
            let answer = anonymous.send(request).await.expect(status);
            assert_eq!(refusal(&answer), error, "{answer}");
        }
        let basic = anonymous.request("POST", &url).header(form.0, form.1).basic_auth("client", Some("secret"));
        let answer = anonymous.send(basic.body("token=x")).await.expect(401);
        assert_eq!(refusal(&answer), "invalid_client");
        assert!(answer.header("www-authenticate").is_some_and(|challenge| challenge.starts_with("Basic ")), "{answer}");
    }
});

each_database!(an_answer_that_refuses_a_token_says_so_on_every_face, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let person = scene.portal_user(&portico, "person", None).await;
    let Credentials::Bearer(good) = person.credentials() else { panic!("it signs in with a token") };
    let number = link(&scene.customer, "@id").rsplit('/').next().expect("an address has parts");
    let paths = [
        format!("/customers/{number}"),
        format!("/customeradmin/v2/customer/{number}"),
        "/api/user/customer".to_owned(),
    ];
    for path in &paths {
        let url = format!("{}{path}", portico.url);
        let challenge = async |token: Option<&str>, status: u16| -> String {
            let client =
                token.map_or_else(|| portico.anonymous(), |token| portico.client(Credentials::Bearer(token.into())));
            let answer = client.get(&url).await.expect(status);
            let all = answer.headers.get_all("www-authenticate").iter().filter_map(|value| value.to_str().ok());
            let bearer: Vec<_> = all.filter(|challenge| challenge.starts_with("Bearer ")).collect();
            assert_eq!(bearer.len(), 1, "{answer}");
            bearer[0].to_owned()
        };
        // Without a token nothing is said of errors (RFC 6750 §3.1).
        assert_eq!(challenge(None, 401).await, "Bearer realm=\"portico\"", "{path}");
        for bad in ["nonsense", "a.b.c"] {
            assert!(challenge(Some(bad), 401).await.contains("error=\"invalid_token\""), "{path}");
        }
        assert!(challenge(Some(&good), 403).await.contains("error=\"insufficient_scope\""), "{path}");
    }
});

each_database!(signing_out_ends_one_session_and_tells_nothing, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    scene.portal_user(&portico, "person", Some("readonly")).await;
    let url = link(&scene.customer, "@id");
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let answer = portico.anonymous().sign_in("person@example.org", PASSWORD).await.expect(200).json();
        tokens.push(answer["access_token"].as_str().expect("a token").to_owned());
    }
    let metadata = format!("{}/.well-known/oauth-authorization-server", portico.url);
    let metadata = scene.anonymous.get(&metadata).await.expect(200).json();
    assert_eq!(metadata["issuer"], portico.url.as_str());
    assert_eq!(metadata["token_endpoint"], format!("{}/oauth/token", portico.url));
    let revoke = |body: String| {
        let request = scene.anonymous.request("POST", metadata["revocation_endpoint"].as_str().expect("an address"));
        scene.anonymous.send(request.header("content-type", "application/x-www-form-urlencoded").body(body))
    };
    let get = async |token: &str| portico.client(Credentials::Bearer(token.to_owned())).get(url).await;
    get(&tokens[0]).await.expect(200);
    let first = revoke(format!("token={}&token_type_hint=access_token", tokens[0])).await.expect(200);
    get(&tokens[0]).await.expect(401);
    get(&tokens[1]).await.expect(200);
    // What has ended, and what never was a token, get the same answer.
    for token in [tokens[0].as_str(), "nonsense", "a.b.c"] {
        assert_eq!(revoke(format!("token={token}")).await.expect(200).body, first.body);
    }
    for body in ["", "token=", "token=a&token=b"] {
        assert_eq!(refusal(&revoke(body.to_owned()).await.expect(400)), "invalid_request");
    }
});

each_database!(guessing_a_password_is_slowed_down, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    scene.portal_user(&portico, "person", None).await;
    scene.portal_user(&portico, "colleague", None).await;
    let mut refused = None;
    for _ in 0..20 {
        let answer = portico.anonymous().sign_in("person@example.org", "wrong password").await;
        if answer.status == 429 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("there is an end to it");
    assert_eq!(refusal(&refused), "temporarily_unavailable");
    assert!(
        refused.header("retry-after").is_some_and(|seconds| seconds.parse::<u64>().is_ok_and(|seconds| seconds > 0))
    );
    portico.anonymous().sign_in("colleague@example.org", PASSWORD).await.expect(200);
});

each_database!(an_address_known_to_two_customers_signs_in_by_its_password, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    scene.portal_user(&portico, "shared", Some("readonly")).await;
    let theirs = json!({"email": "shared@example.org", "password": "a different phrase"});
    scene.stranger.post(link(&scene.other, "portalUsers"), &theirs).await.expect(201);
    let token = portico.anonymous().sign_in("shared@example.org", PASSWORD).await.expect(200).json();
    let person = portico.client(Credentials::Bearer(link(&token, "access_token").into()));
    assert_eq!(person.customer().await["@id"], scene.customer["@id"]);
    let same = json!({"email": "twice@example.org", "password": PASSWORD});
    scene.owner.post(link(&scene.customer, "portalUsers"), &same).await.expect(201);
    scene.stranger.post(link(&scene.other, "portalUsers"), &same).await.expect(201);
    let answer = portico.anonymous().sign_in("twice@example.org", PASSWORD).await.expect(400);
    assert_eq!(refusal(&answer), "invalid_grant");
    assert!(answer.json()["error_description"].as_str().is_some_and(|said| said.contains("uid")), "{answer}");
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trusted_issuer_is_believed_within_its_algorithm_audience_and_time() {
    let secret = tempfile::NamedTempFile::new().expect("a file can be made");
    std::fs::write(secret.path(), "the secret of the issuer, long enough").expect("it can be written");
    let other = tempfile::NamedTempFile::new().expect("a file can be made");
    std::fs::write(other.path(), include_bytes!("keys/ed25519.pub.pem")).expect("it can be written");
    let portico = Portico::start_with_issuers(
        Database::Sqlite,
        vec![
            server::config::IssuerSettings {
                name: "https://sso.example".into(),
                audience: Some("portico".into()),
                algorithm: "HS256".into(),
                key_file: Some(secret.path().into()),
                keys_url: None,
                discover: false,
                ..Default::default()
            },
            server::config::IssuerSettings {
                name: "https://ed.example".into(),
                audience: None,
                algorithm: "EdDSA".into(),
                key_file: Some(other.path().into()),
                keys_url: None,
                discover: false,
                ..Default::default()
            },
        ],
    )
    .await;
    let scene = Scene::set(&portico).await;
    let neighbour = link(&scene.neighbour, "@id").to_owned();
    let uuid = neighbour.rsplit('/').next().expect("an address has parts").to_owned();
    scene.owner.post(link(&scene.neighbour, "roles"), &json!({"name": "readonly"})).await.expect(201);
    let now = chrono::DateTime::parse_from_rfc3339("2026-01-01T00:00:00Z").expect("a date").timestamp();
    let sign = |algorithm, key: &jsonwebtoken::EncodingKey, claims: serde_json::Value| {
        jsonwebtoken::encode(&jsonwebtoken::Header::new(algorithm), &claims, key).expect("it can be signed")
    };
    let hmac = jsonwebtoken::EncodingKey::from_secret(b"the secret of the issuer, long enough");
    let ed = jsonwebtoken::EncodingKey::from_ed_pem(include_bytes!("keys/ed25519.pem")).expect("it is a key");
    let hs = jsonwebtoken::Algorithm::HS256;
    let claims =
        |sub: &str, exp: i64, aud: &str| json!({"iss": "https://sso.example", "sub": sub, "exp": exp, "aud": aud});
    let cases = [
        (200, sign(hs, &hmac, claims(&uuid, now + 60, "portico"))),
        (200, sign(hs, &hmac, claims("Neighbour", now + 60, "portico"))),
        (
            200,
            sign(
                jsonwebtoken::Algorithm::EdDSA,
                &ed,
                json!({"iss": "https://ed.example", "sub": uuid, "exp": now + 60}),
            ),
        ),
        (401, sign(hs, &hmac, claims(&uuid, now, "portico"))),
        (401, sign(hs, &hmac, claims(&uuid, now + 60, "somebody else"))),
        (401, sign(hs, &hmac, claims("nobody", now + 60, "portico"))),
        (401, sign(jsonwebtoken::Algorithm::HS384, &hmac, claims(&uuid, now + 60, "portico"))),
        (401, sign(hs, &jsonwebtoken::EncodingKey::from_secret(b"another secret"), claims(&uuid, now + 60, "portico"))),
        (401, sign(hs, &hmac, json!({"iss": "https://other.example", "sub": uuid, "exp": now + 60, "aud": "portico"}))),
        (401, sign(hs, &hmac, json!({"iss": "https://sso.example", "sub": uuid, "aud": "portico"}))),
        // The public key of one issuer, used as the secret of an HMAC.
        (
            401,
            sign(
                hs,
                &jsonwebtoken::EncodingKey::from_secret(include_bytes!("keys/ed25519.pub.pem")),
                json!({"iss": "https://ed.example", "sub": uuid, "exp": now + 60}),
            ),
        ),
    ];
    for (index, (status, token)) in cases.into_iter().enumerate() {
        let answer = portico.client(Credentials::Bearer(token)).get(&neighbour).await;
        assert_eq!(answer.status, status, "case {index}: {answer}");
    }
}

each_database!(the_secrets_are_shown_once, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let secret = link(&scene.key, "secret");
    assert_eq!(secret.len(), 43, "256 bits");
    let again = scene.owner.get(link(&scene.key, "@id")).await.expect(200);
    assert!(again.json()["secret"].is_null());
    let all = scene.owner.members(link(&scene.customer, "keys")).await;
    assert_eq!(all.len(), 2);
    assert!(!serde_json::to_string(&all).expect("it is JSON").contains(secret));
});

async fn portico_user(scene: &Scene, email: &str) -> String {
    let members = scene.owner.members(link(&scene.customer, "portalUsers")).await;
    let user = members.iter().find(|member| member["email"] == email).expect("it is there");
    link(user, "@id").to_owned()
}
