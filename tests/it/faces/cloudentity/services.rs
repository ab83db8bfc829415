//! Tokens of an issuer that is trusted.

use super::stage::{ISSUER, Stage, Who, code, on_stage};
use crate::support::sql;

on_stage!(a_token_about_a_user_acts_as_the_user, async |stage: Stage| {
    stage.quietly(Who::Service("boss"), "GET", "/user/customer", "").await.expect(200);
    let refused = stage.quietly(Who::Service("guest"), "GET", "/user/customer", "").await;
    assert_eq!(code(&refused, 403), "Authorization.Unauthorized");
    // Also where services are served, it is the user who asks.
    let refused = stage.quietly(Who::Service("guest"), "GET", "/customer/cid::OTHER", "").await;
    assert_eq!(code(&refused, 403), "Authorization.Unauthorized");
    let stranger = stage.quietly(Who::Service("a stranger"), "GET", "/customer/cid::OTHER", "").await;
    assert_eq!(code(&stranger, 401), "Authentication.Unauthenticated");
});

on_stage!(a_token_is_good_until_it_ends, async |stage: Stage| {
    let token = format!("Bearer {}", stage.service_token("a program"));
    let who = Who::With(&[("authorization", &token)]);
    stage.quietly(who, "GET", "/customer/cid::OTHER", "").await.expect(200);
    stage.portico.world.advance(chrono::Duration::seconds(60));
    let ended = stage.quietly(who, "GET", "/customer/cid::OTHER", "").await;
    assert_eq!(code(&ended, 401), "Authentication.Unauthenticated");
    let session = format!("Bearer {}x", stage.token("root"));
    let broken = stage.quietly(Who::With(&[("authorization", &session)]), "GET", "/customer/cid::OTHER", "").await;
    assert_eq!(code(&broken, 401), "Authentication.Unauthenticated");
    // A session's header takes sessions alone.
    let token = stage.service_token("root");
    let wrong = stage.quietly(Who::With(&[("token", &token)]), "GET", "/customer/cid::OTHER", "").await;
    assert_eq!(code(&wrong, 401), "Authentication.Unauthenticated");
});

on_stage!(who_required_an_agreement_is_kept, async |stage: Stage| {
    let kept = async |by: &str| {
        let query = format!("SELECT CAST(count(*) AS BIGINT) FROM global_eula WHERE updated_by = '{by}'");
        sql::count(&stage.portico.database(), &query).await
    };
    let body = r#"{"revision":"3"}"#;
    stage.quietly(Who::Service("a program"), "PUT", "/sla/eula/global/revision", body).await.expect(204);
    assert_eq!(kept(ISSUER).await, 1);
    stage.quietly(Who::Service("root"), "PUT", "/sla/eula/global/revision", body).await.expect(204);
    assert_eq!(kept(ISSUER).await, 0, "where the token is about a user, the user did it");
});
