//! Pictures of all kinds, and what is none, from origins of all kinds.

use std::collections::BTreeMap;

use image::ImageFormat;
use serde_json::{Value, json};
use server::{Counts, Settings};

use crate::support::origin::{Asked, Origin, Reply, boast, picture};
use crate::support::{Client, Portico, each_database, link};

/// The longest origin here, in bytes.
const LONGEST: usize = 2_000_000;

/// Does what is due. Origins may lie at 127.0.0.1, and nowhere else in this machine.
async fn work(portico: &Portico) -> Counts {
    let settings = Settings {
        origin_allow: Some("127.0.0.1/32".into()),
        origin_max_bytes: LONGEST as u64,
        ..portico.settings.clone()
    };
    server::drain(&settings, &portico.world.handle()).await.expect("the worker works")
}

async fn space(client: &Client, name: &str) -> Value {
    let customer = client.customer().await;
    client.post(link(&customer, "spaces"), &json!({"name": name})).await.expect(201).json()
}

/// Pictures by their path, with what is to be found out about them.
fn pictures() -> BTreeMap<String, (Vec<u8>, u32, u32, &'static str)> {
    [
        ("/photo.jpg", 1200, 800, ImageFormat::Jpeg, "image/jpeg"),
        ("/plan.png", 640, 480, ImageFormat::Png, "image/png"),
        ("/web.webp", 300, 200, ImageFormat::WebP, "image/webp"),
        ("/scan.tif", 500, 700, ImageFormat::Tiff, "image/tiff"),
        ("/small.png", 60, 40, ImageFormat::Png, "image/png"),
        ("/moved", 420, 410, ImageFormat::Png, "image/png"),
        ("/busy", 101, 99, ImageFormat::Jpeg, "image/jpeg"),
        ("/no-end.jpg", 320, 200, ImageFormat::Jpeg, "image/jpeg"),
    ]
    .into_iter()
    .map(|(path, width, height, format, media)| {
        let mut content = picture(width, height, format);
        if path == "/no-end.jpg" {
            // Each pixel is there.
            content.truncate(content.len() - 2);
        }
        (path.to_owned(), (content, width, height, media))
    })
    .collect()
}

/// What is no picture, or is nowhere, by its path, with words that say so.
const FAULTS: &[(&str, &str)] = &[
    ("/cut.jpg", "The image is cut short"),
    ("/cut-with-an-end.jpg", "The image is cut short"),
    ("/arithmetic.jpg", "a variant that is not understood: it is a JPEG with arithmetic coding"),
    ("/page.html", "not a picture that is understood"),
    ("/nothing", "answered 404 Not Found"),
    ("/announced", "longer than 2 MB"),
    ("/endless", "longer than 2 MB"),
    ("/boast.png", "3600 megapixels; at most 200"),
    ("/astray", "(127.0.0.2) is private"),
    ("/circle", "redirected more than 5 times"),
    ("/gopher", "redirected to where it may not"),
];

/// A server that has all of them; it is led astray to this address.
fn origin(astray: &str) -> Origin {
    let (pictures, astray) = (pictures(), astray.to_owned());
    Origin::serve(move |asked| match asked.path.as_str() {
        "/cut.jpg" => {
            let whole = &pictures["/photo.jpg"].0;
            Reply::content(whole[..whole.len() / 2].to_vec())
        }
        "/cut-with-an-end.jpg" => {
            let whole = &pictures["/photo.jpg"].0;
            Reply::content([&whole[..whole.len() / 2], &[0xFF, 0xD9]].concat())
        }
        "/arithmetic.jpg" => {
            let mut content = pictures["/photo.jpg"].0.clone();
            let frame = content.windows(2).position(|pair| pair == [0xFF, 0xC0]).expect("it is baseline");
            content[frame + 1] = 0xC9;
            Reply::content(content)
        }
        "/page.html" => Reply::content(b"<!doctype html><title>Not what you came for</title>".to_vec()),
        "/announced" => Reply::content(vec![0; 1000]).announced(Some(LONGEST + 1)),
        "/endless" => Reply::content(vec![0; LONGEST + 100_000]).announced(None),
        "/boast.png" => Reply::content(boast(60_000, 60_000)),
        "/astray" => Reply::redirect(format!("{astray}/photo.jpg?signature=hush")),
        "/circle" => Reply::redirect("/circle?signature=hush".into()),
        "/gopher" => Reply::redirect("gopher://example.org/?signature=hush".into()),
        "/moved" if asked.before == 0 => Reply::redirect("/moved?signature=hush".into()),
        "/busy" if asked.before < 2 => Reply::status(503),
        path => match pictures.get(path) {
            Some((content, ..)) => Reply::content(content.clone()),
            None => Reply::status(404),
        },
    })
}

each_database!(every_picture_is_measured_and_every_fault_is_told, async |portico: Portico| {
    let astray = Origin::serve_at([127, 0, 0, 2].into(), |_| Reply::content(picture(10, 10, ImageFormat::Png)));
    let (origin, client, pictures) = (origin(&astray.url), portico.admin(), pictures());
    let (customer, space) = (client.customer().await, space(&client, "Pictures").await);
    let paths: Vec<_> = pictures.keys().map(String::as_str).chain(FAULTS.iter().map(|(path, _)| *path)).collect();
    let member = |path: &&str| json!({"id": &path[1..], "space": space["id"], "origin": format!("{}{path}?signature=hush", origin.url)});
    let members: Vec<_> = paths.iter().map(member).collect();
    let batch = client.post(link(&customer, "queue"), &json!({"member": members})).await.expect(201).json();
    assert_eq!((&batch["count"], &batch["completed"], &batch["errors"]), (&json!(paths.len()), &json!(0), &json!(0)));

    let (good, bad) = (pictures.len() as u64, FAULTS.len() as u64);
    let counts = work(&portico).await;
    assert_eq!((counts.done, counts.failed, counts.retried), (good - 1, bad, 1));
    let read = async || client.get(link(&batch, "@id")).await.expect(200).json();
    // One origin was busy, and is so once more.
    for attempt in [1, 0] {
        let now = read().await;
        assert_eq!((&now["completed"], &now["errors"]), (&json!(good - 1), &json!(bad)));
        assert!(now.get("finished").is_none() && now["estCompletion"].is_string(), "{now}");
        assert_eq!(client.get(link(&customer, "queue")).await.expect(200).json()["imagesWaiting"], 1);
        portico.world.advance(chrono::Duration::minutes(5));
        let counts = work(&portico).await;
        assert_eq!((counts.done, counts.failed, counts.retried), (1 - attempt, 0, attempt));
    }
    let batch = read().await;
    assert_eq!((&batch["completed"], &batch["errors"]), (&json!(good), &json!(bad)));
    assert!(batch["finished"].is_string() && batch.get("estCompletion").is_none(), "{batch}");
    assert!(astray.asked().is_empty(), "nobody went astray");

    let completed = client.members(link(&batch, "completedImages")).await;
    assert_eq!(completed.len(), pictures.len());
    let (mut size, mut thumbnails) = (0, 0);
    for image in &completed {
        let (content, width, height, media) = &pictures[&format!("/{}", link(image, "id"))];
        assert_eq!((&image["width"], &image["height"]), (&json!(width), &json!(height)), "{image}");
        assert_eq!((link(image, "mediaType"), &image["ingesting"]), (*media, &json!(false)));
        assert!(image["finished"].is_string() && image["dequeued"].is_string() && image.get("error").is_none());
        let storage = client.get(link(image, "storage")).await.expect(200).json();
        assert_eq!((&storage["size"], &storage["checkingInProgress"]), (&json!(content.len()), &json!(false)));
        size += content.len() as u64;
        thumbnails += storage["thumbnailSize"].as_u64().expect("a number");
        shown(&portico.anonymous(), image, (*width, *height)).await;
    }
    let errors = client.members(link(&batch, "errorImages")).await;
    assert_eq!(errors.len(), FAULTS.len());
    for (path, words) in FAULTS {
        let image = errors.iter().find(|image| image["id"] == path[1..]).expect("it is among the errors");
        let error = link(image, "error");
        assert!(error.contains(words), "{path}: {error}");
        assert!(error.starts_with(|first: char| first.is_uppercase()) && error.ends_with('.'), "{error}");
        assert!(!error.contains('?') && !error.contains("hush"), "{error}");
        assert!(image["finished"].is_string() && image["ingesting"] == false, "{image}");
        assert!(image.get("infoJson").is_none() && image.get("width").is_none(), "{image}");
    }
    for whole in [&space, &customer] {
        let storage = client.get(link(whole, "storage")).await.expect(200).json();
        assert_eq!(storage["numberOfStoredImages"], good);
        assert_eq!(storage["totalSizeOfStoredImages"], size);
        assert_eq!(storage["totalSizeOfThumbnails"], thumbnails);
    }
});

/// Half of the light, as numbers that are light: PNG says so in `gAMA`.
fn half_light() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let half = image::RgbImage::from_pixel(50, 40, image::Rgb([128; 3]));
    image::DynamicImage::from(half).write_to(&mut bytes, ImageFormat::Png).expect("it can be written");
    let mut bytes = bytes.into_inner();
    // Of one, with the sum of the chunk.
    bytes.splice(33..33, *b"\0\0\0\x04gAMA\0\x01\x86\xA0\x31\xE8\x96\x5F");
    bytes
}

each_database!(what_is_delivered_and_its_thumbnails_have_the_colours_that_the_file_says, async |portico: Portico| {
    let origin = Origin::serve(|_| Reply::content(half_light()));
    let client = portico.admin();
    let space = space(&client, "Colours").await;
    let body = json!({"id": "half", "origin": format!("{}/half.png", origin.url)});
    let image = client.post(link(&space, "images"), &body).await.expect(201).id();
    assert_eq!(work(&portico).await.done, 1);
    let image = client.get(&image).await.expect(200).json();
    let full = link(&image, "infoJson").replace("/info.json", "/full/max/0/default.png");
    for address in [full.as_str(), link(&image, "thumbnail400")] {
        let seen = portico.anonymous().get(address).await.expect(200);
        let seen = image::load_from_memory(&seen.body).expect("it is a picture").to_rgb8();
        // IEC 61966-2-1 of a half.
        assert!(
            seen.get_pixel(20, 20).0.iter().all(|value| value.abs_diff(188) < 3),
            "{address}: {:?}",
            seen.get_pixel(20, 20)
        );
    }
});

/// An image can be seen by everybody, and is not made larger than it is.
async fn shown(viewer: &Client, image: &Value, (width, height): (u32, u32)) {
    let info = viewer.get(link(image, "infoJson")).await.expect(200).json();
    assert_eq!((&info["width"], &info["height"]), (&json!(width), &json!(height)));
    let thumbnail = viewer.get(link(image, "thumbnail400")).await.expect(200);
    let thumbnail = image::load_from_memory(&thumbnail.body).expect("it is a picture");
    let longest = thumbnail.width().max(thumbnail.height());
    assert_eq!(longest, width.max(height).min(400), "{image}");
}

/// The user that is let in.
const USER: &str = "reader";
/// Its password.
const PASSWORD: &str = "correct-horse-battery";

/// What a guarded server answers.
fn guarded(asked: &Asked, elsewhere: &str) -> Reply {
    use base64::Engine;
    let right = base64::engine::general_purpose::STANDARD.encode(format!("{USER}:{PASSWORD}"));
    match (asked.path.as_str(), &asked.authorization) {
        (path, Some(sent)) if *sent == format!("Basic {right}") => match path {
            "/lead-on" => Reply::redirect(format!("{elsewhere}/open.png")),
            _ => Reply::content(picture(120, 80, ImageFormat::Png)),
        },
        _ => Reply::status(401),
    }
}

each_database!(a_strategy_opens_what_is_guarded_and_its_password_stays_hidden, async |portico: Portico| {
    let elsewhere = Origin::serve(|_| Reply::content(picture(30, 20, ImageFormat::Png)));
    let url = elsewhere.url.clone();
    let origin = Origin::serve(move |asked| guarded(asked, &url));
    let client = portico.admin();
    let (customer, space) = (client.customer().await, space(&client, "Guarded").await);
    let member =
        |id: &str| json!({"id": id, "space": space["id"], "origin": format!("{}/{id}?signature=hush", origin.url)});
    let members = json!([member("guarded.png"), member("lead-on")]);
    let submit = async || client.post(link(&customer, "queue"), &members).await.expect(201).json();
    let closed = submit().await;
    assert_eq!(work(&portico).await, Counts { failed: 2, ..Counts::default() });
    for image in client.members(link(&closed, "errorImages")).await {
        assert_eq!(image["error"], "The origin answered 401 Unauthorized.");
    }
    let strategies = link(&customer, "originStrategies");
    let strategy = |password: &str| {
        json!({
            "regex": format!("^{}/", origin.url.replace('.', "\\.")),
            "originStrategy": format!("{}/originStrategies/basic-http-authentication", portico.url),
            "credentials": json!({"user": USER, "password": password}).to_string(),
        })
    };
    // A wrong one is told of without being told.
    let made = client.post(strategies, &strategy("wrong-horse")).await.expect(201).json();
    let wrong = submit().await;
    assert_eq!(work(&portico).await.failed, 2);
    client.put(link(&made, "@id"), &strategy(PASSWORD)).await.expect(200);
    let open = submit().await;
    let counts = work(&portico).await;
    assert_eq!((counts.done, counts.failed), (2, 0));
    let open = client.get(link(&open, "@id")).await.expect(200).json();
    assert_eq!((&open["completed"], &open["errors"]), (&json!(2), &json!(0)));
    let sent: Vec<_> = elsewhere.asked().into_iter().map(|asked| asked.authorization).collect();
    assert_eq!(sent, [None], "the password is for the server it was given for");

    let mut addresses = vec![link(&made, "@id"), strategies, link(&customer, "queue"), link(&customer, "allImages")];
    for batch in [&closed, &wrong, &open] {
        addresses.extend(["@id", "images", "completedImages", "errorImages"].map(|name| link(batch, name)));
    }
    for address in addresses {
        for accept in ["application/ld+json", "text/turtle", "text/html"] {
            let answer = client.get_as(address, accept).await.expect(200);
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            assert!(!text.contains(PASSWORD) && !text.contains("wrong-horse"), "{answer}");
        }
    }
});

each_database!(what_does_not_fit_any_more_is_not_kept, async |portico: Portico| {
    let content = picture(120, 80, ImageFormat::Png);
    let size = content.len() as u64;
    let origin = Origin::serve(move |_| Reply::content(content.clone()));
    let client = portico.admin();
    let (customer, space) = (client.customer().await, space(&client, "Small").await);
    portico.leave_room(&customer, "small", 3, size + 10).await;
    let put = async |id: &str, status: u16| {
        let url = format!("{}/{id}", link(&space, "images"));
        let body = json!({"origin": format!("{}/{id}", origin.url)});
        client.put(&url, &body).await.expect(status);
        work(&portico).await;
        client.get(&url).await
    };
    let first = put("first", 201).await.expect(200).json();
    assert_eq!((&first["width"], first.get("error")), (&json!(120), None));
    let second = put("second", 201).await.expect(200).json();
    let said = format!("The image has {size} bytes; there is room for 10 more within the storage policy.");
    assert_eq!((link(&second, "error"), second.get("width")), (said.as_str(), None));
    put("third", 201).await.expect(200);
    put("fourth", 507).await.expect(404);
    let storage = client.get(link(&customer, "storage")).await.expect(200).json();
    assert_eq!((&storage["numberOfStoredImages"], &storage["totalSizeOfStoredImages"]), (&json!(1), &json!(size)));
    assert_eq!(portico.objects().iter().filter(|file| file.ends_with("original")).count(), 1);
    // One that is fetched again takes its own place.
    client.put(link(&first, "@id"), &json!({"origin": format!("{}/other", origin.url)})).await.expect(200);
    assert_eq!(work(&portico).await.done, 1);
    assert!(client.get(link(&first, "@id")).await.expect(200).json().get("error").is_none());
    // Where one goes there is room for another.
    client.delete(link(&first, "@id")).await.expect(205);
    let second = put("second", 200).await.expect(200).json();
    assert_eq!((&second["width"], second.get("error")), (&json!(120), None));
});

each_database!(what_is_fetched_together_has_to_fit_together, async |portico: Portico| {
    let content = picture(120, 80, ImageFormat::Png);
    let size = content.len() as u64;
    let origin = Origin::serve(move |_| Reply::content(content.clone()));
    let client = portico.admin();
    let (customer, space) = (client.customer().await, space(&client, "Small").await);
    portico.leave_room(&customer, "small", 10, size * 2 + 10).await;
    let member = |id| json!({"id": id, "space": space["id"], "origin": format!("{}/{id}", origin.url)});
    let members: Vec<_> = ["a", "b", "c", "d", "e"].into_iter().map(member).collect();
    let batch = client.post(link(&customer, "queue"), &json!(members)).await.expect(201).json();
    let counts = work(&portico).await;
    assert_eq!((counts.done, counts.failed), (2, 3));
    let errors = client.members(link(&batch, "errorImages")).await;
    assert_eq!(errors.len(), 3);
    assert!(errors.iter().all(|image| link(image, "error").contains("the storage policy")), "{errors:?}");
    let storage = client.get(link(&customer, "storage")).await.expect(200).json();
    assert_eq!((&storage["numberOfStoredImages"], &storage["totalSizeOfStoredImages"]), (&json!(2), &json!(2 * size)));
    assert_eq!(portico.objects().iter().filter(|file| file.ends_with("original")).count(), 2);
});
