//! Long lists: how many there are is right and every page is where it belongs, though nobody counts, whatever comes and goes.

use serde_json::{Value, json};

use crate::support::fixtures::Scene;
use crate::support::{Client, Portico, each_database, extents, link, sql};

/// So many as fill several extents.
const MANY: u64 = 13_000;

/// The number that the rows of a customer have of it.
fn number(customer: &Value) -> &str {
    link(customer, "@id").rsplit_once('/').expect("an address has parts").1
}

/// Makes portal users of a customer, as somebody imports them.
async fn import(portico: &Portico, customer: &Value, prefix: &str) {
    import_some(&portico.database(), customer, prefix, MANY).await;
}

async fn import_some(database: &str, customer: &Value, prefix: &str, many: u64) {
    let number = number(customer);
    let uuid = if database.starts_with("postgres:") { "gen_random_uuid()" } else { "randomblob(16)" };
    let statement = format!(
        "WITH RECURSIVE numbered(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbered WHERE number < {many}) \
         INSERT INTO portal_user (uuid, customer_id, email, email_key, created_at) SELECT {uuid}, {number}, \
         '{prefix}' || number || '@example.org', '{prefix}' || number || '@example.org', number * 7919 % 10007 FROM numbered"
    );
    sql::execute(database, &statement).await;
}

/// The addresses of the portal users of a customer, in an order.
async fn emails(portico: &Portico, customer: &Value, order: &str) -> Vec<String> {
    let number = number(customer);
    let query = format!("SELECT email FROM portal_user WHERE customer_id = {number} ORDER BY {order}");
    sql::texts(&portico.database(), &query).await
}

fn shown(page: &Value) -> Vec<&str> {
    page["member"].as_array().expect("members").iter().map(|member| link(member, "email")).collect()
}

/// Looks at pages all over a list, by their numbers, and at the page after each.
async fn compare(portico: &Portico, client: &Client, customer: &Value) {
    let users = link(customer, "portalUsers");
    let orders =
        [("", "id"), ("&orderBy=email", "email_key, id"), ("&orderByDescending=created", "created_at DESC, id DESC")];
    for (order, columns) in orders {
        let all = emails(portico, customer, columns).await;
        let pages = (all.len() as u64).div_ceil(100).max(1);
        for page in [1, 2, pages / 4, pages / 3, pages / 2, pages / 2 + 1, pages * 3 / 4, pages - 1, pages] {
            let page = page.max(1);
            let found = client.get(&format!("{users}?page={page}{order}")).await.expect(200).json();
            assert_eq!(found["totalItems"], all.len(), "{order}");
            assert_eq!(found["view"]["totalPages"], pages, "{order}");
            let from = (page as usize - 1) * 100;
            let expected = all.iter().skip(from).take(100).map(String::as_str);
            assert_eq!(shown(&found), expected.collect::<Vec<_>>(), "page {page} {order}");
            let Some(next) = found["view"]["next"].as_str() else {
                assert_eq!(page, pages, "another page follows");
                continue;
            };
            let next = client.get(next).await.expect(200).json();
            let expected = all.iter().skip(from + 100).take(100).map(String::as_str);
            assert_eq!(shown(&next), expected.collect::<Vec<_>>(), "after page {page} {order}");
        }
        let beyond = client.get(&format!("{users}?page={}{order}", pages + 1)).await.expect(200).json();
        assert_eq!((shown(&beyond).len(), &beyond["view"]["next"]), (0, &Value::Null));
    }
    extents::check(&portico.database()).await;
}

each_database!(pages_are_where_they_belong_whatever_comes_and_goes, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let database = portico.database();
    import(&portico, &scene.customer, "u").await;
    compare(&portico, &scene.owner, &scene.customer).await;
    for statement in [
        // Here and there, a whole extent, and all of the last ones.
        "DELETE FROM portal_user WHERE email LIKE 'u%' AND id % 7 = 3".to_owned(),
        "DELETE FROM portal_user WHERE email LIKE 'u%' AND created_at % 11 = 5".to_owned(),
        "DELETE FROM portal_user WHERE email LIKE 'u%' AND id BETWEEN 5000 AND 9500".to_owned(),
        format!("UPDATE portal_user SET customer_id = {} WHERE email LIKE 'u%' AND id % 5 = 1", number(&scene.other)),
        "DELETE FROM portal_user WHERE email LIKE 'u%' AND id > 12000".to_owned(),
    ] {
        sql::execute(&database, &statement).await;
        compare(&portico, &scene.owner, &scene.customer).await;
    }
    compare(&portico, &scene.stranger, &scene.other).await;
    let users = link(&scene.customer, "portalUsers");
    scene.owner.post(users, &json!({"email": "late@example.org"})).await.expect(201);
    import(&portico, &scene.other, "v").await;
    compare(&portico, &scene.owner, &scene.customer).await;
});

each_database!(rows_that_come_together_are_counted_where_they_are, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let importing = (0..6).map(|importer| {
        let (database, customer) = (portico.database(), scene.customer.clone());
        tokio::spawn(async move {
            for lot in 0..12 {
                import_some(&database, &customer, &format!("u{importer}-{lot}-"), 150).await;
            }
        })
    });
    for importer in importing.collect::<Vec<_>>() {
        importer.await.expect("it is done");
    }
    let extents = "SELECT CAST(count(*) AS BIGINT) FROM extent WHERE listed = 'portal_user' AND members > 4000";
    assert!(sql::count(&portico.database(), extents).await >= 2, "more than one was filled");
    compare(&portico, &scene.owner, &scene.customer).await;
});

each_database!(what_would_take_long_to_count_has_no_total, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    import(&portico, &scene.customer, "u").await;
    let users = link(&scene.customer, "portalUsers");
    let few = scene.owner.get(&format!("{users}?email=u77@example.org")).await.expect(200).json();
    assert_eq!(few["totalItems"], 1);
    let many = scene.owner.get(&format!("{users}?enabled=true&page=3")).await.expect(200).json();
    for absent in [&many["totalItems"], &many["view"]["totalPages"], &many["view"]["last"]] {
        assert_eq!(*absent, Value::Null, "it is not known, and so not said");
    }
    assert_eq!(many["view"]["previous"], format!("{users}?enabled=true&page=2"));
    assert_eq!(shown(&many).len(), 100);
    assert_eq!(scene.owner.members(&format!("{users}?enabled=true&pageSize=500")).await.len() as u64, MANY + 2);
    let beyond = scene.owner.get(&format!("{users}?enabled=true&page=999")).await.expect(200).json();
    assert_eq!(shown(&beyond).len(), 0);
    let page = scene.owner.get_as(&format!("{users}?enabled=true"), "text/html").await.expect(200);
    assert!(String::from_utf8_lossy(&page.body).contains("More members than are counted found"), "{page}");
});
