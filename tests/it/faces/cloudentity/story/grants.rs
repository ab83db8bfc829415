//! What customers are granted.

use super::{CLERK, GUEST, ROOT};
use crate::faces::cloudentity::stage::{Stage, Who};

pub async fn entitlements(stage: &mut Stage) {
    stage.page("09-grant-entitlement");
    stage.say("The customer gets it, and so does boss, who is named among its administrators.");
    stage.ask(ROOT, "POST", "/customer/cid::ACME/entitlement/ADMIN_GET_CUSTOMER", "").await;
    stage.ask(ROOT, "POST", "/customer/cid::ACME/entitlement/ADMIN_GET_CUSTOMER", "").await;
    stage.ask(ROOT, "POST", "/customer/cid::ACME/entitlement/ADMIN_LIST_CUSTOMERS", "").await;
    stage.ask(ROOT, "POST", "/customer/cid::ACME/entitlement/ADMIN_ALL_CUSTOMERS", "").await;
    stage.ask(ROOT, "POST", "/customer/cid::ACME/entitlement/NOTHING", "").await;
    stage.ask(ROOT, "POST", "/customer/cid::NOBODY/entitlement/NOTHING", "").await;
    stage.say("Who may grant, but neither has this nor may grant any.");
    stage.ask(CLERK, "POST", "/customer/cid::ACME/entitlement/ADMIN_ALL_CUSTOMERS", "").await;
    stage.ask(CLERK, "POST", "/customer/cid::OTHER/entitlement/ADMIN_GET_CUSTOMER", "").await;
    stage.ask(GUEST, "POST", "/customer/cid::ACME/entitlement/ADMIN_GET_CUSTOMER", "").await;
    stage.ask(Who::Nobody, "POST", "/customer/cid::ACME/entitlement/ADMIN_GET_CUSTOMER", "").await;

    stage.page("11-get-entitlements");
    stage.ask(ROOT, "GET", "/customer/cid::ACME/entitlements", "").await;
    stage.ask(CLERK, "GET", "/customer/cid::OTHER/entitlements", "").await;
    stage.ask(GUEST, "GET", "/customer/cid::ACME/entitlements", "").await;
    stage.ask(Who::Nobody, "GET", "/customer/cid::ACME/entitlements", "").await;

    stage.page("10-revoke-entitlement");
    stage.ask(ROOT, "DELETE", "/customer/cid::ACME/entitlement/ADMIN_LIST_CUSTOMERS", "").await;
    stage.say("Not granted any more, and still well.");
    stage.ask(ROOT, "DELETE", "/customer/cid::ACME/entitlement/ADMIN_LIST_CUSTOMERS", "").await;
    stage.ask(ROOT, "DELETE", "/customer/cid::ACME/entitlement/CUSTOMER_GET_ITSELF", "").await;
    stage.ask(ROOT, "DELETE", "/customer/cid::ACME/entitlement/NOTHING", "").await;
    stage.ask(CLERK, "DELETE", "/customer/cid::ACME/entitlement/ADMIN_ALL_CUSTOMERS", "").await;
    stage.ask(CLERK, "DELETE", "/customer/cid::OTHER/entitlement/ADMIN_GET_CUSTOMER", "").await;
    stage.ask(GUEST, "DELETE", "/customer/cid::ACME/entitlement/ADMIN_GET_CUSTOMER", "").await;
    stage.ask(Who::Nobody, "DELETE", "/customer/cid::ACME/entitlement/ADMIN_GET_CUSTOMER", "").await;
    stage.ask(ROOT, "GET", "/customer/cid::ACME/entitlements", "").await;
}

pub async fn groups(stage: &mut Stage) {
    stage.page("12-grant-group");
    let own = r#"{"group":"SELF_USER_ENTITLEMENT_GROUP"}"#;
    stage.ask(ROOT, "POST", "/customer/cid::ACME/entitlementgroups", own).await;
    stage.say("Who has all members of a group has the group to give.");
    stage.ask(CLERK, "POST", "/customer/cid::ACME/entitlementgroups", own).await;
    stage.ask(CLERK, "POST", "/customer/cid::ACME/entitlementgroups", r#"{"group":"SUPER_ADMIN"}"#).await;
    stage.ask(ROOT, "POST", "/customer/cid::ACME/entitlementgroups", r#"{"group":"SUPER_ADMIN"}"#).await;
    stage.ask(ROOT, "POST", "/customer/cid::ACME/entitlementgroups", r#"{"group":"NOTHING"}"#).await;
    stage.ask(ROOT, "POST", "/customer/cid::NOBODY/entitlementgroups", own).await;
    stage.ask(ROOT, "POST", "/customer/cid::ACME/entitlementgroups", "{}").await;
    stage.ask(GUEST, "POST", "/customer/cid::ACME/entitlementgroups", own).await;
    stage.ask(Who::Nobody, "POST", "/customer/cid::ACME/entitlementgroups", own).await;

    stage.page("13-get-groups");
    stage.ask(ROOT, "GET", "/customer/cid::ACME/entitlementgroups", "").await;
    stage.ask(CLERK, "GET", "/customer/cid::OTHER/entitlementgroups", "").await;
    stage.ask(GUEST, "GET", "/customer/cid::ACME/entitlementgroups", "").await;
    stage.ask(Who::Nobody, "GET", "/customer/cid::ACME/entitlementgroups", "").await;

    stage.page("14-revoke-group");
    let path = "/customer/cid::ACME/entitlementgroups/SELF_USER_ENTITLEMENT_GROUP";
    stage.ask(CLERK, "DELETE", "/customer/cid::ACME/entitlementgroups/SUPER_ADMIN", "").await;
    stage.say("What cannot be granted can be revoked.");
    stage.ask(ROOT, "DELETE", "/customer/cid::ACME/entitlementgroups/SUPER_ADMIN", "").await;
    stage.ask(ROOT, "DELETE", "/customer/cid::ACME/entitlementgroups/NOTHING", "").await;
    stage.ask(ROOT, "DELETE", "/customer/cid::NOBODY/entitlementgroups/NOTHING", "").await;
    stage.ask(GUEST, "DELETE", path, "").await;
    stage.ask(Who::Nobody, "DELETE", path, "").await;
    stage.ask(ROOT, "DELETE", path, "").await;
    stage.ask(ROOT, "GET", "/customer/cid::ACME/entitlementgroups", "").await;
    // With the customer's, boss lost the group that was theirs.
    stage.change("INSERT INTO portal_user_group SELECT id, 'SELF_USER_ENTITLEMENT_GROUP', 0 FROM portal_user WHERE uid_key = 'boss'").await;
}
