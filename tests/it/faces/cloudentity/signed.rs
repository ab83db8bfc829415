//! Requests that customers sign.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::support::{Credentials, link};

use super::stage::{HOST, Stage, Who, code, message, on_stage, sign};

/// A request that is signed by hand.
struct Hand<'a> {
    stage: &'a Stage,
    uuid: String,
    key: String,
}

impl<'a> Hand<'a> {
    async fn of(stage: &'a mut Stage) -> Hand<'a> {
        stage.key("ACME", "boss").await;
        let (uuid, key) = stage.signer("ACME");
        Self { uuid: uuid.into(), key: key.into(), stage }
    }

    fn date(&self, ahead: i64) -> String {
        // Whatever is asked takes a second.
        let sent = self.stage.now() + chrono::Duration::seconds(1 + ahead);
        sent.format("%a, %-d %b %Y %H:%M:%S +0000").to_string()
    }

    async fn send(&self, method: &str, path: &str, headers: &[(String, String)]) -> crate::support::Answer {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.stage.quietly(Who::With(&headers), method, path, "").await
    }

    /// The answer to GET /customer where this was signed.
    async fn signing(&self, message: &str, date: &str) -> crate::support::Answer {
        self.send("GET", "/customer", &sign(&self.uuid, &self.key, message, date)).await
    }
}

on_stage!(what_is_signed_is_the_request_itself, async |mut stage: Stage| {
    let hand = Hand::of(&mut stage).await;
    let date = hand.date(0);
    let right = message("GET", "", &date, &format!("{HOST}/api/customer"));
    hand.signing(&right, &date).await.expect(200);
    let local = hand.stage.portico.url.trim_start_matches("http://").to_owned();
    let date = hand.date(0);
    let here = message("GET", "", &date, &format!("{local}/api/customer"));
    hand.signing(&here, &date).await.expect(200);
    let date = hand.date(0);
    let others = [
        message("POST", "", &date, &format!("{HOST}/api/customer")),
        message("GET", "{}", &date, &format!("{HOST}/api/customer")),
        message("GET", "", "Thu, 1 Jan 2026 00:00:00 +0000", &format!("{HOST}/api/customer")),
        message("GET", "", &date, "elsewhere.example/api/customer"),
        message("GET", "", &date, &format!("{HOST}/api/sla/customer")),
        message("GET", "", &date, &format!("{HOST}/api/customer?a=b")),
        format!("{}\n", message("GET", "", &date, &format!("{HOST}/api/customer"))),
        String::new(),
    ];
    for other in others {
        assert_eq!(code(&hand.signing(&other, &date).await, 401), "Authentication.Mismatch", "{other:?}");
    }
    // Signed with another key, or not at all.
    let right = message("GET", "", &date, &format!("{HOST}/api/customer"));
    let mut headers = sign(&hand.uuid, "another key", &right, &date);
    assert_eq!(code(&hand.send("GET", "/customer", &headers).await, 401), "Authentication.Mismatch");
    headers[2].1 = "not base64".into();
    assert_eq!(code(&hand.send("GET", "/customer", &headers).await, 401), "Authentication.Mismatch");
    headers[2].1 = STANDARD.encode(b"\xff\xfe\n\n\n\n");
    assert_eq!(code(&hand.send("GET", "/customer", &headers).await, 401), "Authentication.Mismatch");
});

on_stage!(a_request_is_on_its_way_for_a_quarter_of_an_hour_at_the_most, async |mut stage: Stage| {
    let hand = Hand::of(&mut stage).await;
    for (ahead, good) in [(-900, true), (-901, false), (900, true), (901, false)] {
        let date = hand.date(ahead);
        let answer = hand.signing(&message("GET", "", &date, &format!("{HOST}/api/customer")), &date).await;
        match good {
            true => drop(answer.expect(200)),
            false => assert_eq!(code(&answer, 401), "Authentication.RequestOutdated"),
        }
    }
});

on_stage!(a_new_key_ends_the_old_and_no_key_ends_both, async |mut stage: Stage| {
    stage.key("ACME", "boss").await;
    let old = stage.signer("ACME").1.to_owned();
    // Who made it and when it was used last is told, as of other keys.
    stage.grant("boss", "name = 'CUSTOMER_READ'").await;
    let boss = stage.portico.client(Credentials::Bearer(stage.token("boss").into()));
    let admin = stage.portico.admin();
    let all = admin.members(link(&admin.walk(&[]).await.json(), "customers")).await;
    let acme = all.iter().find(|customer| customer["name"] == "ACME").expect("it is there");
    let told = async || boss.get(&format!("{}/apiKey", link(acme, "@id"))).await.expect(200).json();
    let unused = told().await;
    assert!(unused["createdBy"].as_str().is_some_and(|by| by.starts_with("user ")), "{unused}");
    assert!(unused["lastUsed"].is_null(), "{unused}");
    stage.quietly(Who::Customer("ACME"), "GET", "/customer", "").await.expect(200);
    let used = told().await;
    assert!(used["lastUsed"].is_string(), "{used}");
    stage.key("ACME", "boss").await;
    assert!(told().await["lastUsed"].is_null(), "it is another");
    let (uuid, new) = stage.signer("ACME");
    assert_ne!(old, new);
    let date = (stage.now() + chrono::Duration::seconds(1)).format("%a, %-d %b %Y %H:%M:%S +0000").to_string();
    let headers = sign(uuid, &old, &message("GET", "", &date, &format!("{HOST}/api/customer")), &date);
    let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = stage.quietly(Who::With(&headers), "GET", "/customer", "").await;
    assert_eq!(code(&answer, 401), "Authentication.Mismatch");
    stage.quietly(Who::Customer("ACME"), "GET", "/customer", "").await.expect(200);
    stage.quietly(Who::User("boss"), "DELETE", "/user/customer/apiKey", "").await.expect(204);
    let answer = stage.quietly(Who::Customer("ACME"), "GET", "/customer", "").await;
    assert_eq!(code(&answer, 401), "Authentication.Mismatch");
});

on_stage!(what_fails_is_not_tried_another_way, async |mut stage: Stage| {
    let hand = Hand::of(&mut stage).await;
    let date = hand.date(0);
    let mut headers =
        sign(&hand.uuid, "another key", &message("GET", "", &date, &format!("{HOST}/api/customers")), &date);
    headers.push(("token".into(), hand.stage.token("root").into()));
    assert_eq!(code(&hand.send("GET", "/customers", &headers).await, 401), "Authentication.Mismatch");
    let bearer = ("authorization".to_owned(), format!("Bearer {}", hand.stage.token("root")));
    let both = [("token".to_owned(), "nonsense".to_owned()), bearer];
    assert_eq!(code(&hand.send("GET", "/customers", &both).await, 401), "Authentication.Unauthenticated");
    // A customer that is not there is said to be so only where nobody else is served.
    let stranger = sign("ffffffff-ffff-4fff-8fff-ffffffffffff", "k", "", &date);
    assert_eq!(code(&hand.send("GET", "/customer", &stranger).await, 404), "Customer.NotFound");
    assert_eq!(code(&hand.send("GET", "/customers", &stranger).await, 401), "Authentication.Unauthenticated");
});
