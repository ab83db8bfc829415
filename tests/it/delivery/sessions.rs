//! How long those who look at images stay let in.

use super::*;
use crate::support::sql;

/// The seconds that a cookie lasts.
fn lasts(answer: &Answer) -> u64 {
    let cookie = answer.header("set-cookie").unwrap_or_else(|| panic!("no cookie in {answer}"));
    let age = cookie.split("; ").find_map(|part| part.strip_prefix("Max-Age=")).expect("it ends");
    age.parse().expect("a number")
}

/// Somebody who was let in by the service that every customer begins with: their cookie and their token, as headers.
async fn let_in(viewer: &Viewer, image: &str) -> (String, String) {
    let customer = image.split('/').next().expect("it has parts");
    let page = viewer.get(&format!("/auth/{customer}/clickthrough")).await.expect(200);
    let cookie = page.header("set-cookie").and_then(|cookie| cookie.split(';').next()).expect("it sets one").to_owned();
    let told = viewer.ask("GET", &format!("/auth/{customer}/token"), &[("cookie", &cookie)]).await.expect(200).json();
    (cookie, format!("Bearer {}", told["accessToken"].as_str().expect("a text")))
}

delivered!(who_goes_on_looking_stays_in, async |portico: &Portico,
                                                scene: &Scene,
                                                folder: &tempfile::TempDir,
                                                viewer: &Viewer| {
    let role = clickthrough(scene).await;
    let image = register(scene, folder, "closed", json!({"roles": [role]})).await;
    let (info, picture) =
        (format!("/iiif-img/{image}/info.json"), format!("/iiif-img/{image}/full/100,/0/default.jpg"));
    let wait = |seconds| portico.world.advance(chrono::Duration::seconds(seconds));
    let ends = async || sql::count(&portico.database(), "SELECT max(expires_at) FROM viewer_session").await;

    // By pictures, each of which gives the browser its cookie again; the token lasts with it.
    let (cookie, bearer) = let_in(viewer, &image).await;
    for round in 0..20 {
        wait(599);
        let seen = viewer.ask("GET", &picture, &[("cookie", &cookie)]).await.expect(200);
        assert!((600..=660).contains(&lasts(&seen)), "{round}: {seen}");
        assert!(seen.header("set-cookie").is_some_and(|set| set.starts_with(&cookie)), "{seen}");
        viewer.ask("GET", &info, &[("authorization", &bearer)]).await.expect(200);
        // Not each of them is written down.
        let before = ends().await;
        wait(1);
        viewer.ask("GET", &picture, &[("cookie", &cookie)]).await.expect(200);
        let tag = seen.header("etag").expect("it has one").to_owned();
        let known = [("cookie", cookie.as_str()), ("if-none-match", &tag)];
        assert!(lasts(&viewer.ask("GET", &picture, &known).await.expect(304)) > 600 - 2);
        assert_eq!(ends().await, before);
    }
    wait(661);
    viewer.ask("GET", &picture, &[("cookie", &cookie)]).await.expect(401);
    viewer.ask("GET", &info, &[("authorization", &bearer)]).await.expect(401);

    // By the token alone.
    let (cookie, bearer) = let_in(viewer, &image).await;
    for _ in 0..3 {
        wait(599);
        viewer.ask("GET", &info, &[("authorization", &bearer)]).await.expect(200);
    }
    viewer.ask("GET", &picture, &[("cookie", &cookie)]).await.expect(200);

    // What is open to everybody, or was refused, is no use of it.
    let open = register(scene, folder, "open", json!({})).await;
    let (cookie, _) = let_in(viewer, &image).await;
    wait(599);
    let seen = viewer.ask("GET", &format!("/iiif-img/{open}/info.json"), &[("cookie", &cookie)]).await.expect(200);
    assert_eq!(seen.header("set-cookie"), None);
    wait(2);
    viewer.ask("GET", &picture, &[("cookie", &cookie)]).await.expect(401);

    // Up to an end.
    let (cookie, bearer) = let_in(viewer, &image).await;
    let mut looked = 0;
    while viewer.ask("GET", &picture, &[("cookie", &cookie)]).await.status == 200 {
        viewer.ask("GET", &info, &[("authorization", &bearer)]).await.expect(200);
        wait(300);
        looked += 300;
    }
    assert_eq!(looked, 28_800);
    viewer.ask("GET", &info, &[("authorization", &bearer)]).await.expect(401);
});

delivered!(
    a_cookie_lasts_as_long_as_the_last_of_its_sessions,
    async |portico: &Portico, scene: &Scene, folder: &tempfile::TempDir, viewer: &Viewer| {
        let role = clickthrough(scene).await;
        let image = register(scene, folder, "closed", json!({"roles": [role]})).await;
        let customer = image.split('/').next().expect("it has parts");
        let long = json!({"name": "long", "timeToLive": 100_000});
        let long = scene.owner.post(link(&scene.customer, "authServices"), &long).await.expect(201).json();
        assert_eq!(long["timeToLive"], 100_000);
        let (cookie, _) = let_in(viewer, &image).await;
        let both = viewer.ask("GET", &format!("/auth/{customer}/long"), &[("cookie", &cookie)]).await.expect(200);
        assert_eq!(lasts(&both), 100_000, "a service may say more than is let in otherwise");
        let picture = format!("/iiif-img/{image}/full/100,/0/default.jpg");
        let seen = viewer.ask("GET", &picture, &[("cookie", &cookie)]).await.expect(200);
        assert_eq!(lasts(&seen), 100_000);

        // Whoever logs out of one of them has the other still, and the cookie goes with the last.
        let leave = async |service: &str| {
            let path = format!("/auth/{customer}/{service}/logout");
            viewer.ask("GET", &path, &[("cookie", &cookie)]).await.expect(200)
        };
        assert_eq!(leave("clickthrough").await.header("set-cookie"), None);
        viewer.ask("GET", &picture, &[("cookie", &cookie)]).await.expect(401);
        let gone = leave("long").await;
        assert_eq!(lasts(&gone), 0);
        assert!(gone.header("set-cookie").is_some_and(|set| set.starts_with(&format!("portico-token-{customer}=;"))));
        assert_eq!(viewer.get(&format!("/auth/{customer}/long/logout")).await.expect(200).header("set-cookie"), None);
        let _ = portico;
    }
);
