//! A password can be tried a few times a minute, wherever it is tried.

use resource::start::operator;
use serde_json::json;

use crate::support::people::{PASSWORD, person};
use crate::support::{Answer, Portico, each_database, link};

/// How often it may be tried.
const OFTEN: usize = 10;

each_database!(guesses_are_counted_together_wherever_they_are_made, async |portico: Portico| {
    let admin = portico.admin();
    let customer = admin.customer().await;
    let number = link(&customer, "@id").rsplit('/').next().expect("an address has parts").to_owned();
    let (client, user) =
        person(&portico, &admin, &customer, "pruner", &["CUSTOMER_READ", "ADMIN_PRUNE_CUSTOMER_DATA"]).await;
    admin.patch(link(&user, "@id"), &json!({"uid": "pruner"})).await.expect(205);
    let identities = portico.identities().await;
    let (uuid, pair) = operator::create_user_key(&identities, "pruner").await.expect("the key is made");
    let key = format!("{uuid}/{}/{}", pair.key, pair.secret);
    let anonymous = portico.anonymous();
    let url = &portico.url;
    let body = json!({
        "operation": "pruneCustomerData", "password": "a guess of mine", "context": {"customerID": number},
    })
    .to_string();
    let authorise = format!("{url}/authentication/v1/authorization");
    let json = |request: reqwest::RequestBuilder| request.header("content-type", "application/json").body(body.clone());
    let try_at = async |place: usize| -> Answer {
        match place % 6 {
            0 => anonymous.sign_in("pruner@example.org", "a guess of mine").await,
            1 => anonymous.sign_in("Pruner", "a guess of mine").await,
            2 => {
                let authorise = format!("{}/data/pruneAuthorization", link(&customer, "@id"));
                client.post(&authorise, &json!({"password": "a guess of mine"})).await
            }
            3 => client.send(json(client.request("POST", &authorise))).await,
            4 => {
                let request = anonymous.request("POST", &authorise).header("argus-api-key", &key);
                anonymous.send(json(request)).await
            }
            _ => anonymous.sign_in("PRUNER@example.org", "a guess of mine").await,
        }
    };
    // Signing in was the first attempt.
    for place in 1..OFTEN {
        let answer = try_at(place).await;
        assert!([400, 412].contains(&answer.status), "{answer}");
    }
    for place in 0..6 {
        let answer = try_at(place).await.expect(429);
        assert!(answer.header("retry-after").is_some_and(|seconds| seconds.parse::<u64>().is_ok()), "{answer}");
    }
    // The right one is not taken now, either; others are not concerned.
    anonymous.sign_in("pruner", PASSWORD).await.expect(429);
    anonymous.sign_in("somebody else", "a guess of mine").await.expect(400);
    for _ in 1..OFTEN {
        anonymous.sign_in("Somebody ELSE", "a guess of mine").await.expect(400);
    }
    anonymous.sign_in("somebody else", "a guess of mine").await.expect(429);
});
