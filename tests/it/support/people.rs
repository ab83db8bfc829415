//! People with entitlements of their own.

use serde_json::{Value, json};

use super::{Client, Credentials, Portico, link, sql};

/// Their password.
pub const PASSWORD: &str = "correct horse battery";

/// Gives a portal user an entitlement of their own, as only the recursion of a grant does it.
pub async fn entitle(portico: &Portico, email: &str, entitlement: &str) {
    let statement = format!(
        "INSERT INTO portal_user_entitlement (user_id, entitlement_name) \
         SELECT id, '{entitlement}' FROM portal_user WHERE email_key = '{email}'"
    );
    sql::execute(&portico.database(), &statement).await;
}

/// A portal user with entitlements of their own, signed in.
pub async fn person(
    portico: &Portico,
    admin: &Client,
    home: &Value,
    name: &str,
    entitlements: &[&str],
) -> (Client, Value) {
    let email = format!("{name}@example.org");
    let body = json!({"email": email, "password": PASSWORD});
    let user = admin.post(link(home, "portalUsers"), &body).await.expect(201).json();
    for entitlement in entitlements {
        entitle(portico, &email, entitlement).await;
    }
    let token = portico.anonymous().sign_in(&email, PASSWORD).await.expect(200).json();
    (portico.client(Credentials::Bearer(link(&token, "access_token").into())), user)
}
