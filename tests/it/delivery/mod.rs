//! Images as viewers see them, and who sees what of them.

use std::time::Duration;

use image::RgbImage;
use serde_json::{Value, json};

use crate::support::fixtures::Scene;
use crate::support::{Answer, Client, Database, Portico, heeds_what_is_asked_for, link};

/// A viewer: it follows nothing by itself, and sends what it is told to.
struct Viewer {
    client: Client,
    base: String,
}

impl Viewer {
    fn of(portico: &Portico) -> Self {
        Self { client: portico.anonymous().following_nothing(), base: portico.url.clone() }
    }

    async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.client.request(method, &format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.client.send(request).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[]).await
    }
}

/// The service, which may read a folder.
async fn start(database: Database) -> Option<(Portico, tempfile::TempDir)> {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let picture = RgbImage::from_fn(1000, 600, |x, y| {
        let part = |length: u32| u8::try_from(length / 4 % 256).unwrap_or_default();
        image::Rgb([part(x), part(y), 128])
    });
    picture.save(folder.path().join("picture.png")).expect("it can be written");
    let path = folder.path().to_path_buf();
    let change = |settings: &mut server::Settings| {
        settings.origin_folder = Some(path);
        settings.no_worker = false;
    };
    let portico = Portico::start_with(database, change, |_| {}).await?;
    Some((portico, folder))
}

/// Registers an image of the picture, and waits until it is there.
async fn register(scene: &Scene, folder: &tempfile::TempDir, id: &str, more: Value) -> String {
    let mut body = json!({"id": id, "origin": format!("file://{}", folder.path().join("picture.png").display())});
    body.as_object_mut().expect("it is one").extend(more.as_object().expect("it is one").clone());
    let space = space(scene).await;
    let image = scene.owner.post(link(&space, "images"), &body).await.expect(201).id();
    for _ in 0..500 {
        let there = scene.owner.get(&image).await.expect(200).json();
        if there["ingesting"] == false {
            assert!(there.get("error").is_none(), "{there}");
            let info = link(&there, "infoJson").to_owned();
            let start = info.find("/iiif-img/").expect("it is an address of delivery") + "/iiif-img/".len();
            return info[start..].trim_end_matches("/info.json").to_owned();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{image} is still waited for");
}

/// A space that gives its images nothing.
async fn space(scene: &Scene) -> Value {
    let spaces = scene.owner.members(link(&scene.customer, "spaces")).await;
    spaces.into_iter().find(|space| space["name"] == "Maps").expect("the scene has it")
}

/// What the customer began with: a role that is acquired by a click.
async fn clickthrough(scene: &Scene) -> String {
    let roles = scene.owner.members(link(&scene.customer, "roles")).await;
    let role = roles.into_iter().find(|role| role["name"] == "clickthrough").expect("every customer has it");
    link(&role, "@id").to_owned()
}

fn size(answer: &Answer) -> (u32, u32) {
    let image = image::load_from_memory(&answer.body).unwrap_or_else(|error| panic!("{error}: {answer}"));
    (image.width(), image.height())
}

async fn with(database: Database, test: impl AsyncFn(&Portico, &Scene, &tempfile::TempDir, &Viewer)) {
    let Some((portico, folder)) = start(database).await else { return };
    let scene = Scene::set(&portico).await;
    let viewer = Viewer::of(&portico);
    test(&portico, &scene, &folder, &viewer).await;
}

/// A test on both databases, with a scene, a folder of origins and a viewer.
macro_rules! delivered {
    ($name:ident, $body:expr) => {
        mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                with(Database::Sqlite, $body).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                with(Database::Postgres, $body).await;
            }
        }
    };
}

mod services;
mod sessions;
mod tiers;

delivered!(what_is_open, async |portico: &Portico, scene: &Scene, folder: &tempfile::TempDir, viewer: &Viewer| {
    for id in ["page-1", "a b", "100%", "ä", "x+y"] {
        let image = register(scene, folder, id, json!({})).await;
        let base = format!("/iiif-img/{image}");
        let lead = viewer.get(&base).await.expect(303);
        assert_eq!(lead.header("location"), Some(format!("{}{base}/info.json", portico.url).as_str()));
        let info = viewer.get(&format!("{base}/info.json")).await.expect(200);
        assert_eq!(info.json()["id"], format!("{}{base}", portico.url));
        assert_eq!((&info.json()["width"], &info.json()["height"]), (&json!(1000), &json!(600)));
        assert!(info.json().get("service").is_none(), "{info}");
        let answer = viewer.get(&format!("{base}/0,0,500,500/250,/0/default.jpg")).await.expect(200);
        assert_eq!(size(&answer), (250, 250));
    }
    let base = format!("/iiif-img/{}", register(scene, folder, "image", json!({})).await);
    let info = viewer.get(&format!("{base}/info.json")).await.expect(200);
    assert_eq!(
        info.header("content-type"),
        Some("application/ld+json;profile=\"http://iiif.io/api/image/3/context.json\"")
    );
    assert_eq!(info.header("access-control-allow-origin"), Some("*"));
    let plain = viewer.ask("GET", &format!("{base}/info.json"), &[("accept", "application/json")]).await.expect(200);
    assert_eq!(plain.header("content-type"), Some("application/json"));
    assert_ne!(plain.header("etag"), info.header("etag"));
    let tag = info.header("etag").expect("it has one").to_owned();
    viewer.ask("GET", &format!("{base}/info.json"), &[("if-none-match", &tag)]).await.expect(304);
    let wanted = async |wanted: &str| viewer.ask("GET", &format!("{base}/info.json"), &[("if-match", wanted)]).await;
    heeds_what_is_asked_for(&tag, wanted).await;

    let path = format!("{base}/full/max/0/default.jpg");
    let whole = viewer.get(&path).await.expect(200);
    assert_eq!((whole.header("content-type"), size(&whole)), (Some("image/jpeg"), (1000, 600)));
    assert_eq!(whole.header("vary"), None, "all of it is in the address");
    assert!(whole.header("cache-control").is_some_and(|value| value.starts_with("public")), "{whole:?}");
    let links = whole.header("link").expect("it has one");
    assert!(links.contains(&format!("<{}{path}>;rel=\"canonical\"", portico.url)), "{links}");
    assert!(links.contains("<http://iiif.io/api/image/3/level2.json>;rel=\"profile\""), "{links}");
    let tag = whole.header("etag").expect("it has one").to_owned();
    let again = viewer.ask("GET", &path, &[("if-none-match", &tag)]).await.expect(304);
    heeds_what_is_asked_for(&tag, async |wanted| viewer.ask("GET", &path, &[("if-match", wanted)]).await).await;
    assert_eq!(again.header("vary"), None);
    assert_eq!(viewer.ask("HEAD", &path, &[]).await.expect(200).header("etag"), Some(tag.as_str()));
    viewer.ask("OPTIONS", &path, &[]).await.expect(204);
    viewer.ask("POST", &path, &[]).await.expect(405);
    let same = viewer.get(&format!("{base}/0,0,1000,600/1000,600/0/color.jpg")).await.expect(200);
    assert_eq!((same.header("etag"), &same.body), (Some(tag.as_str()), &whole.body), "it is the same image");

    for (request, status) in [
        ("full/max/0/default.tif", 400),
        ("full/max/0/default.gif", 400),
        ("full/max/0/default.jp2", 400),
        ("full/max/0/default.pdf", 400),
        ("full/max/45/default.jpg", 400),
        ("full/max/!22.5/default.png", 400),
        ("full/max/0/native.jpg", 400),
        ("full/max/0/default.bmp", 400),
        ("full/full/0/default.jpg", 400),
        ("full/1001,/0/default.jpg", 400),
        ("1000,0,10,10/max/0/default.jpg", 400),
        ("full/max/0", 404),
    ] {
        let answer = viewer.get(&format!("{base}/{request}")).await.expect(status);
        answer.problem();
        let path = format!("{base}/{request}");
        for face in ["/iiif-open/", "/thumbs/"] {
            viewer.get(&path.replace("/iiif-img/", face)).await.expect(status).problem();
        }
    }
    // More room than there is picture is no error.
    for (request, expected) in [
        ("full/!2000,2000", (1000, 600)),
        ("full/!2000,60", (100, 60)),
        ("square/!900,900", (600, 600)),
        ("0,0,50,40/!400,400", (50, 40)),
        ("pct:0,0,10,10/!5000,9000", (100, 60)),
        ("full/^!2000,2000", (2000, 1200)),
    ] {
        for face in [base.clone(), base.replace("/iiif-img/", "/iiif-open/")] {
            let answer = viewer.get(&format!("{face}/{request}/0/default.jpg")).await.expect(200);
            assert_eq!(size(&answer), expected, "{face}/{request}");
        }
    }
    // Of the stored sizes none is rendered again, and neither is it enlarged.
    let small = viewer.get(&format!("{base}/full/400,240/0/default.jpg")).await.expect(200);
    let thumb = viewer.get(&base.replace("/iiif-img/", "/thumbs/")).await.expect(303);
    let thumbs = thumb.header("location").expect("it leads on").trim_end_matches("/info.json").to_owned();
    let thumbs = thumbs.trim_start_matches(&portico.url);
    let info = viewer.get(&format!("{thumbs}/info.json")).await.expect(200).json();
    assert_eq!(info["profile"], "level0");
    for listed in info["sizes"].as_array().expect("it lists them") {
        let (width, height) = (&listed["width"], &listed["height"]);
        let answer = viewer.get(&format!("{thumbs}/full/{width},{height}/0/default.jpg")).await.expect(200);
        assert_eq!(json!([size(&answer).0, size(&answer).1]), json!([width, height]));
    }
    let fitting = viewer.get(&format!("{thumbs}/full/!400,400/0/default.jpg")).await.expect(200);
    assert_eq!((size(&fitting), &fitting.body), ((400, 240), &small.body));
    let largest = viewer.get(&format!("{thumbs}/full/max/0/default.jpg")).await.expect(200);
    assert_eq!(size(&largest), (1000, 600), "a size beyond the picture is that of the picture");
    let at = format!("{thumbs}/full/max/0/default.jpg");
    let wanted = async |wanted: &str| viewer.ask("GET", &at, &[("if-match", wanted)]).await;
    heeds_what_is_asked_for(largest.header("etag").expect("a tag"), wanted).await;
    viewer.get(&format!("{thumbs}/full/401,241/0/default.jpg")).await.expect(404);
    viewer.get(&format!("{thumbs}/square/max/0/default.jpg")).await.expect(400);
    let open = base.replace("/iiif-img/", "/iiif-open/");
    assert_eq!(viewer.get(&format!("{open}/full/max/0/default.jpg")).await.expect(200).body, whole.body);
});

delivered!(what_is_not_there, async |_: &Portico, scene: &Scene, folder: &tempfile::TempDir, viewer: &Viewer| {
    let image = register(scene, folder, "image", json!({})).await;
    let (customer, name) = image.split_once('/').expect("it has parts");
    for face in ["iiif-img", "iiif-open", "thumbs"] {
        for gone in [format!("{image}2"), format!("{customer}9/{name}"), format!("x/{name}"), "2/1/%ff".to_owned()] {
            for rest in ["info.json", "full/max/0/default.jpg"] {
                viewer.get(&format!("/{face}/{gone}/{rest}")).await.expect(404).problem();
            }
        }
    }
    // Registered, and not ingested yet, is not there.
    let body = json!({"id": "broken", "origin": format!("file://{}", folder.path().join("none.png").display())});
    scene.owner.post(link(&space(scene).await, "images"), &body).await.expect(201);
    let (rest, _) = image.rsplit_once('/').expect("it has parts");
    viewer.get(&format!("/iiif-img/{rest}/broken/info.json")).await.expect(404);
});

delivered!(what_is_closed, async |portico: &Portico, scene: &Scene, folder: &tempfile::TempDir, viewer: &Viewer| {
    let role = clickthrough(scene).await;
    let image = register(scene, folder, "closed", json!({"roles": [role]})).await;
    let customer = image.split('/').next().expect("it has parts");
    let (info, picture) = (format!("/iiif-img/{image}/info.json"), format!("/iiif-img/{image}/full/max/0/default.jpg"));
    let refused = viewer.get(&info).await.expect(401);
    assert_eq!(refused.json()["width"], 1000);
    let service = refused.json()["service"][0].clone();
    assert_eq!(service["profile"], "http://iiif.io/api/auth/1/clickthrough");
    assert_eq!(service["service"][0]["profile"], "http://iiif.io/api/auth/1/token");
    assert_eq!(service["service"][1]["profile"], "http://iiif.io/api/auth/1/logout");
    for path in [&picture, &info, &format!("/thumbs/{image}/info.json")] {
        let answer = viewer.get(path).await.expect(401);
        let challenge = answer.header("www-authenticate").unwrap_or_default();
        assert!(!challenge.to_lowercase().contains("basic"), "no browser asks for a password: {answer}");
    }
    viewer.get(&format!("/thumbs/{image}/full/!400,400/0/default.jpg")).await.expect(401);
    // Where nothing is open there is nothing, whoever asks: nobody can sign in there.
    for path in ["info.json", "full/max/0/default.jpg"] {
        viewer.get(&format!("/iiif-open/{image}/{path}")).await.expect(404);
    }

    // Whoever reads the image by the API sees it, and nobody of another customer.
    for (client, status) in [(&scene.owner, 200), (&scene.admin, 200), (&scene.stranger, 401)] {
        let seen = client.get(&format!("{}{picture}", portico.url)).await.expect(status);
        assert!(seen.header("cache-control").is_some_and(|value| !value.contains("public")), "{seen}");
        client.get(&format!("{}{info}", portico.url)).await.expect(status);
    }

    // The way of a viewer: the window, the cookie, the token, the information.
    let path = |iri: &Value| iri.as_str().expect("it is an address").trim_start_matches(&portico.url).to_owned();
    let (window, token) = (path(&service["@id"]), path(&service["service"][0]["@id"]));
    let leave = path(&service["service"][1]["@id"]);
    viewer.get(&token).await.expect(401);
    let page = viewer.get(&window).await.expect(200);
    assert!(String::from_utf8_lossy(&page.body).contains("<form method=\"post\""), "{page}");
    viewer.ask("POST", &window, &[("sec-fetch-site", "cross-site")]).await.expect(403);
    let done = viewer.ask("POST", &window, &[("sec-fetch-site", "same-origin")]).await.expect(200);
    let cookie = done.header("set-cookie").expect("it sets one").to_owned();
    assert!(cookie.starts_with(&format!("portico-token-{customer}=")), "{cookie}");
    for part in ["HttpOnly", "SameSite=Lax", "Max-Age=600", "Path=/"] {
        assert!(cookie.contains(part), "{part} is not in {cookie}");
    }
    let cookie = cookie.split(';').next().expect("it has parts").to_owned();
    let seen = viewer.ask("GET", &picture, &[("cookie", &cookie)]).await.expect(200);
    assert_eq!((size(&seen), seen.header("cache-control")), ((1000, 600), Some("private, no-cache")));
    assert!(seen.header("vary").is_some_and(|vary| vary.contains("Cookie")), "{:?}", seen.headers);
    let told = viewer.ask("GET", &token, &[("cookie", &cookie)]).await.expect(200).json();
    assert_eq!(told["expiresIn"], 600);
    let bearer = format!("Bearer {}", told["accessToken"].as_str().expect("it is a text"));
    let seen = viewer.ask("GET", &info, &[("authorization", &bearer)]).await.expect(200).json();
    assert_eq!(seen["service"][0], service);
    let far = [("cookie", cookie.as_str()), ("sec-fetch-site", "cross-site")];
    viewer.ask("GET", &info, &far).await.expect(401);
    let framed = format!("{token}?messageId=1&origin=https://viewer.example");
    let framed = viewer.ask("GET", &framed, &[("cookie", &cookie)]).await.expect(200);
    let text = String::from_utf8_lossy(&framed.body).into_owned();
    assert!(text.contains("postMessage({\"accessToken\":") && text.contains("\"https://viewer.example\")"), "{text}");

    // The cookie of one customer is nothing to another, and neither is one that was made up.
    let named = |name: &str, value: &str| format!("{name}={value}");
    let value = cookie.split_once('=').expect("it has a value").1;
    viewer.ask("GET", &picture, &[("cookie", &named("portico-token-1", value))]).await.expect(401);
    viewer.ask("GET", &picture, &[("cookie", &named(&format!("portico-token-{customer}"), "x"))]).await.expect(401);

    // A role provider that comes later takes the roles away from those who were given them without.
    let provider = link(&services(scene).await, "roleProvider").to_owned();
    scene.owner.put(&provider, &json!({"configuration": "{}"})).await.expect(201);
    viewer.ask("GET", &picture, &[("cookie", &cookie)]).await.expect(401);
    viewer.get(&window).await.expect(501);
    viewer.ask("POST", &window, &[]).await.expect(501);
    scene.owner.delete(&provider).await;
    viewer.ask("GET", &picture, &[("cookie", &cookie)]).await.expect(200);

    viewer.ask("GET", &leave, &[("cookie", &cookie)]).await.expect(200);
    viewer.ask("GET", &picture, &[("cookie", &cookie)]).await.expect(401);
    viewer.ask("GET", &info, &[("authorization", &bearer)]).await.expect(401);

    // Sessions end by themselves.
    let done = viewer.ask("POST", &window, &[]).await.expect(200);
    let cookie = done.header("set-cookie").and_then(|cookie| cookie.split(';').next()).expect("it sets one").to_owned();
    viewer.ask("GET", &picture, &[("cookie", &cookie)]).await.expect(200);
    portico.world.advance(chrono::Duration::seconds(601));
    viewer.ask("GET", &picture, &[("cookie", &cookie)]).await.expect(401);
    viewer.ask("GET", &token, &[("cookie", &cookie)]).await.expect(403);
});

/// The service that the customer began with.
async fn services(scene: &Scene) -> Value {
    let services = scene.owner.members(link(&scene.customer, "authServices")).await;
    services.into_iter().find(|service| service["name"] == "clickthrough").expect("every customer has it")
}

delivered!(what_is_open_in_small, async |portico: &Portico,
                                         scene: &Scene,
                                         folder: &tempfile::TempDir,
                                         viewer: &Viewer| {
    let role = clickthrough(scene).await;
    let more = json!({"roles": [role], "maxUnauthorised": 300});
    let image = register(scene, folder, "partly", more).await;
    let (whole, open) = (format!("/iiif-img/{image}"), format!("/iiif-open/{image}"));
    let leads = viewer.get(&format!("{whole}/info.json")).await.expect(302);
    assert_eq!(leads.header("location"), Some(format!("{}{open}/info.json", portico.url).as_str()));
    let info = viewer.get(&format!("{open}/info.json")).await.expect(200).json();
    assert_eq!((&info["id"], &info["maxWidth"]), (&json!(format!("{}{open}", portico.url)), &json!(300)));
    assert_eq!(info["service"][0]["@type"], "AuthCookieService1");
    assert_eq!(info["profile"], "level0");
    for (path, status) in [
        (format!("{whole}/full/200,/0/default.jpg"), 200),
        (format!("{whole}/full/300,180/0/default.png"), 200),
        (format!("{whole}/full/301,/0/default.jpg"), 401),
        (format!("{whole}/full/max/0/default.jpg"), 401),
        (format!("{whole}/0,0,500,300/150,/0/default.jpg"), 200),
        (format!("{whole}/0,0,500,300/151,/0/default.jpg"), 401),
        (format!("{open}/full/max/0/default.jpg"), 200),
        (format!("{open}/full/301,/0/default.jpg"), 400),
    ] {
        let answer = viewer.get(&path).await.expect(status);
        let public = answer.header("cache-control").is_some_and(|value| value.starts_with("public"));
        assert_eq!(public, status == 200, "what everybody may see may be kept: {path}");
    }
    assert_eq!(size(&viewer.get(&format!("{open}/full/max/0/default.jpg")).await), (300, 180));
    assert_eq!(
        size(&viewer.get(&format!("/thumbs/{image}/full/!400,400/0/default.jpg")).await.expect(200)),
        (200, 120)
    );
    let thumb = format!("{}/thumbs/{image}/full/!400,400/0/default.jpg", portico.url);
    assert_eq!(size(&scene.owner.get(&thumb).await.expect(200)), (400, 240));
    let all = scene.owner.get(&format!("{}{whole}/full/max/0/default.jpg", portico.url)).await.expect(200);
    assert_eq!(size(&all), (1000, 600));
    // 0 is nothing, whatever else is said.
    let nothing = register(scene, folder, "nothing", json!({"maxUnauthorised": 0})).await;
    viewer.get(&format!("/iiif-img/{nothing}/info.json")).await.expect(401);
    viewer.get(&format!("/iiif-img/{nothing}/full/10,/0/default.jpg")).await.expect(401);
});

delivered!(
    whoever_sees_a_customer_sees_its_images_whichever_process_they_ask_first,
    async |portico: &Portico, scene: &Scene, folder: &tempfile::TempDir, _: &Viewer| {
        let closed = register(scene, folder, "closed", json!({"roles": [clickthrough(scene).await]})).await;
        // Somebody of another customer, who may switch to this one.
        let body = json!({"email": "from@elsewhere.example", "password": "correct horse battery"});
        let guest = scene.stranger.post(link(&scene.other, "portalUsers"), &body).await.expect(201).json();
        scene.stranger.post(link(&guest, "roles"), &json!({"name": "readonly"})).await.expect(201);
        let token = portico.anonymous().sign_in("from@elsewhere.example", "correct horse battery").await.expect(200);
        let bearer = format!("Bearer {}", link(&token.json(), "access_token"));
        let ask = async || {
            // A process that has never heard of them.
            let twin = portico.twin().await;
            let viewer = Viewer { client: portico.anonymous().following_nothing(), base: twin.url.clone() };
            let path = format!("/iiif-img/{closed}/full/100,/0/default.jpg");
            let status = viewer.ask("GET", &path, &[("authorization", &bearer)]).await.status;
            twin.stop().await;
            status
        };
        assert_eq!(ask().await, 401, "it is not theirs to see");
        let switchable = format!("{}/customers", link(&guest, "@id"));
        let listed = scene.admin.post(&switchable, &json!({"switchable": scene.customer["@id"]})).await.expect(201);
        assert_eq!(ask().await, 200);
        scene.admin.delete(&listed.id()).await.expect(204);
        assert_eq!(ask().await, 401);
    }
);
