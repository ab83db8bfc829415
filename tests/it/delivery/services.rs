//! The services by which people get to see more, step by step, for each profile.

use super::*;

const AUTH: &str = "http://iiif.io/api/auth/1/";

/// A service with a profile, and an image that it opens: the address of its page, and the information on the image.
async fn opened(scene: &Scene, folder: &tempfile::TempDir, service: Value) -> (String, String) {
    let services = link(&scene.customer, "authServices");
    let made = scene.owner.post(services, &service).await.expect(201).json();
    let role = json!({"name": service["name"], "authService": made["@id"]});
    let role = scene.owner.post(link(&scene.customer, "roles"), &role).await.expect(201).json();
    let name = service["name"].as_str().expect("it has one");
    let image = register(scene, folder, name, json!({"roles": [role["@id"]]})).await;
    let customer = image.split('/').next().expect("it has parts");
    (format!("/auth/{customer}/{name}"), format!("/iiif-img/{image}/info.json"))
}

delivered!(each_profile_has_its_steps, async |_: &Portico,
                                              scene: &Scene,
                                              folder: &tempfile::TempDir,
                                              viewer: &Viewer| {
    // Whether the cookie comes with the page, whether the page closes by itself, whether there is a button.
    for (profile, cookie, closes, button) in [
        ("login", false, false, true),
        ("clickthrough", true, true, true),
        ("kiosk", true, true, false),
        ("external", false, false, false),
    ] {
        let service = json!({"name": format!("by-{profile}"), "profile": format!("{AUTH}{profile}")});
        let (page, info) = opened(scene, folder, service).await;
        let stated = viewer.get(&info).await.expect(401).json()["service"][0].clone();
        assert_eq!(stated["profile"], format!("{AUTH}{profile}"));
        for path in [page.clone(), format!("{page}?origin=https://viewer.example/")] {
            let answer = viewer.get(&path).await.expect(200);
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            assert_eq!(answer.header("set-cookie").is_some(), cookie, "{profile}: {answer}");
            assert_eq!(text.contains("window.close()"), closes || profile == "external", "{profile}: {text}");
            assert_eq!(text.contains("<form method=\"post\""), button, "{profile}: {text}");
            if let Some(set) = answer.header("set-cookie") {
                let cookie = set.split(';').next().expect("it has parts");
                viewer.ask("GET", &info, &[("cookie", cookie)]).await.expect(200);
            }
        }
        let pressed = viewer.ask("POST", &page, &[]).await;
        if profile == "external" {
            pressed.expect(404);
        } else {
            let cookie = pressed.expect(200).header("set-cookie").expect("it sets one").to_owned();
            let cookie = cookie.split(';').next().expect("it has parts").to_owned();
            viewer.ask("GET", &info, &[("cookie", &cookie)]).await.expect(200);
            let left = viewer.ask("GET", &format!("{page}/logout"), &[("cookie", &cookie)]).await.expect(200);
            assert!(left.header("set-cookie").is_some_and(|set| set.contains("Max-Age=0")), "{left:?}");
            viewer.ask("GET", &info, &[("cookie", &cookie)]).await.expect(401);
        }
        viewer.get(&format!("{page}/logout")).await.expect(200);
    }
});

delivered!(
    a_token_is_told_as_it_was_asked_for,
    async |_: &Portico, scene: &Scene, folder: &tempfile::TempDir, viewer: &Viewer| {
        let (page, _) = opened(scene, folder, json!({"name": "terms"})).await;
        let token = format!("{}/token", page.trim_end_matches("/terms"));
        let cookie = viewer.get(&page).await.expect(200).header("set-cookie").expect("it sets one").to_owned();
        let cookie = cookie.split(';').next().expect("it has parts").to_owned();
        let name = cookie.split('=').next().expect("it has a name");
        let (none, wrong) = (String::new(), format!("{name}=nonsense"));
        // To programs the status says it, and the origin does not matter.
        for (cookie, status, error) in
            [(&cookie, 200, None), (&none, 401, Some("missingCredentials")), (&wrong, 403, Some("invalidCredentials"))]
        {
            for query in ["", "?origin=nonsense"] {
                let told = viewer.ask("GET", &format!("{token}{query}"), &[("cookie", cookie)]).await.expect(status);
                assert_eq!(told.header("content-type"), Some("application/json"));
                let told = told.json();
                assert_eq!(told.get("error").and_then(Value::as_str), error, "{told}");
                assert_eq!(told["accessToken"].is_string(), error.is_none(), "{told}");
            }
        }
        let repeated =
            viewer.get(&format!("{token}?origin=https://a.example&origin=https://b.example")).await.expect(400);
        assert_eq!(repeated.json()["error"], "invalidRequest");
        // To a window all is told by a page, which is 200 so that it is shown.
        let viewer_origin = "https://viewer.example";
        for (query, cookie, origin, error) in [
            ("messageId=7&origin=https://viewer.example", &cookie, viewer_origin, None),
            ("messageId=7&origin=https://viewer.example/", &cookie, "https://viewer.example/", None),
            ("messageId=7&origin=https%3A%2F%2Fviewer.example", &none, viewer_origin, Some("missingCredentials")),
            ("messageId=7&origin=https://viewer.example", &wrong, viewer_origin, Some("invalidCredentials")),
            ("messageId=7&origin=*", &cookie, "*", Some("invalidOrigin")),
            ("messageId=7&origin=https://viewer.example/page", &cookie, "*", Some("invalidOrigin")),
            ("messageId=7", &cookie, "*", Some("invalidRequest")),
            ("messageId=7&messageId=8&origin=https://viewer.example", &cookie, viewer_origin, Some("invalidRequest")),
        ] {
            let answer = viewer.ask("GET", &format!("{token}?{query}"), &[("cookie", cookie)]).await.expect(200);
            assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{query}");
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            let call =
                text.split_once("postMessage(").and_then(|(_, rest)| rest.split_once(")</script>")).expect("it calls");
            let (told, target) = call.0.rsplit_once(", ").expect("it has two arguments");
            let told: Value = serde_json::from_str(told).expect("it is JSON");
            assert_eq!((&told["messageId"], target), (&json!("7"), format!("\"{origin}\"").as_str()), "{query}");
            assert_eq!(told.get("error").and_then(Value::as_str), error, "{query}");
            assert_eq!(told["accessToken"].is_string(), error.is_none(), "{query}");
        }
    }
);

delivered!(every_service_has_words, async |_: &Portico, scene: &Scene, folder: &tempfile::TempDir, viewer: &Viewer| {
    let words = ["label", "header", "description", "confirmLabel", "failureHeader", "failureDescription"];
    for profile in ["login", "clickthrough", "kiosk", "external"] {
        let bare = json!({"name": format!("bare-{profile}"), "profile": format!("{AUTH}{profile}")});
        let (_, info) = opened(scene, folder, bare).await;
        let stated = viewer.get(&info).await.expect(401).json()["service"][0].clone();
        for word in words {
            assert!(stated[word].as_str().is_some_and(|text| !text.trim().is_empty()), "{profile} {word}: {stated}");
        }
        assert!(stated["label"].as_str().is_some_and(|label| label.contains("First Customer")), "{stated}");
        assert_eq!(stated["service"][1]["label"], "Log out");

        let own = json!({
            "name": format!("own-{profile}"),
            "profile": format!("{AUTH}{profile}"),
            "label": "The label",
            "pageLabel": "The heading",
            "description": "The description",
            "pageDescription": "The text",
            "callToAction": "The button",
        });
        let (page, info) = opened(scene, folder, own).await;
        let stated = viewer.get(&info).await.expect(401).json()["service"][0].clone();
        let said = words.map(|word| stated[word].as_str().unwrap_or_default());
        assert_eq!(said[..4], ["The label", "The heading", "The description", "The button"]);
        let text = String::from_utf8_lossy(&viewer.get(&page).await.expect(200).body).into_owned();
        for word in ["The heading", "The text", "The button"] {
            assert_eq!(text.contains(word), ["login", "clickthrough"].contains(&profile), "{profile} {word}: {text}");
        }
    }
    // What every customer begins with.
    let role = clickthrough(scene).await;
    let image = register(scene, folder, "closed", json!({"roles": [role]})).await;
    let stated = viewer.get(&format!("/iiif-img/{image}/info.json")).await.expect(401).json()["service"][0].clone();
    assert_eq!(stated["label"], "First Customer");
    assert_eq!(stated["confirmLabel"], "Continue");
});

delivered!(
    a_service_that_lets_nobody_in_is_not_offered,
    async |_: &Portico, scene: &Scene, folder: &tempfile::TempDir, viewer: &Viewer| {
        let (page, info) = opened(scene, folder, json!({"name": "elsewhere"})).await;
        let services = scene.owner.members(link(&scene.customer, "authServices")).await;
        let service = services.into_iter().find(|service| service["name"] == "elsewhere").expect("it was made");
        scene.owner.put(link(&service, "roleProvider"), &json!({"configuration": "{}"})).await.expect(201);
        viewer.get(&page).await.expect(501);
        let stated = viewer.get(&info).await.expect(401).json();
        assert_eq!(stated.get("service"), None, "{stated}");
        viewer.get(&format!("{page}/logout")).await.expect(200);
    }
);
