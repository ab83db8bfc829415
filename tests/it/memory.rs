//! What the service keeps in memory is as much as it is told to keep.

use image::{ImageFormat, RgbImage};
use serde_json::json;

use crate::support::binary::Place;
use crate::support::origin::{Origin, Reply};
use crate::support::{Database, link, until};

/// What is set, in bytes.
const CACHE: u64 = 16 << 20;
/// The edge of a derivative, in pixels. It is noise, so that its file is as large as its pixels.
const EDGE: u32 = 150;
/// How many different ones are asked for: four times what can be kept.
const DERIVATIVES: u32 = 1000;

/// A picture that nothing makes smaller.
fn noise(edge: u32) -> Vec<u8> {
    let mut state = 1_u32;
    let picture = RgbImage::from_fn(edge, edge, |_, _| {
        image::Rgb([0; 3].map(|_: u8| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        }))
    });
    let mut file = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut file, ImageFormat::Png).expect("it can be written");
    file.into_inner()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg_attr(not(target_os = "linux"), ignore = "memory is read from /proc")]
async fn derivatives_are_kept_in_as_much_memory_as_is_set() {
    let content = noise(EDGE + 64);
    let origin = Origin::serve(move |_| Reply::content(content.clone()));
    let place = Place::new(Database::Sqlite).await.expect("there is always SQLite");
    let service = place.serve_with(&[("PORTICO_DERIVATIVES_CACHE", &CACHE.to_string())]);
    let admin = service.admin();
    let customer = admin.customer().await;
    let space = admin.post(link(&customer, "spaces"), &json!({"name": "noise"})).await.expect(201).json();
    let body = json!({"id": "noise", "origin": format!("{}/noise.png", origin.url), "maxUnauthorised": -1});
    let image = admin.post(link(&space, "images"), &body).await.expect(201).id();
    let _worker = place.worker("worker.log", 1);
    until("it is fetched", async || admin.get(&image).await.expect(200).json()["ingesting"] == false).await;
    let there = admin.get(&image).await.expect(200).json();
    let base = link(&there, "infoJson").trim_end_matches("/info.json").to_owned();
    let derivative = async |number: u32| {
        let (x, y) = (number % 64, number / 64);
        let answer = admin.get_as(&format!("{base}/{x},{y},{EDGE},{EDGE}/max/0/default.png"), "*/*").await.expect(200);
        assert!(answer.body.len() > 60_000, "{}", answer.body.len());
    };
    for number in 0..20 {
        derivative(number).await;
    }
    let before = service.resident();
    for number in 20..DERIVATIVES {
        derivative(number).await;
    }
    let grown = service.resident().saturating_sub(before);
    println!("{grown} bytes more for a cache of {CACHE}");
    // As set, half as much again, and what an allocator keeps of work that is done.
    assert!(grown < CACHE * 3 / 2 + (8 << 20), "{grown} bytes more for a cache of {CACHE}");
}
