//! Logos: taken in, scaled, sent out; or refused.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::ImageFormat;
use serde_json::{Value, json};

use super::{Argus, EVERYTHING, check_envelope, fields, root, user};
use crate::support::origin::picture;
use crate::support::{Answer, Portico, each_database, heeds_what_is_asked_for};

fn body(bytes: &[u8], media_type: &str) -> Value {
    json!({"image": STANDARD.encode(bytes), "mimeType": media_type})
}

async fn logo(argus: &Argus, query: &str) -> Answer {
    argus.raw(argus.request("GET", &format!("/customeradmin/v2/customer/museum/logo{query}"))).await
}

fn size(answer: &Answer) -> (u32, u32) {
    let picture = image::load_from_memory(&answer.body).expect("it is a picture");
    (picture.width(), picture.height())
}

each_database!(a_logo_is_scaled_in_its_ratio, async |portico: Portico| {
    let root = root(&portico).await;
    root.make("museum", "1", "leaf").await;
    let default = logo(&root, "").await.expect(200);
    assert_eq!(default.header("content-type"), Some("image/png"));
    assert_eq!(size(&logo(&root, "?size=small&includeDefault=True").await.expect(200)), (64, 64));
    let none = logo(&root, "?includeDefault=False").await.expect(404);
    check_envelope(&none);
    for (format, name) in
        [(ImageFormat::Png, "image/png"), (ImageFormat::Jpeg, "image/jpeg"), (ImageFormat::Jpeg, "image/jpg")]
    {
        portico.world.advance(chrono::Duration::seconds(1));
        let put = root.with("PUT", "/customer/museum/logo", &body(&picture(1000, 500, format), name)).await;
        let customer = put.expect(200).json()["data"][0].clone();
        assert!(customer.get("logo").is_none() && customer.get("image").is_none());
        assert!(customer["lastUpdatedTimestamp"].as_i64() > customer["createdTimestamp"].as_i64());
        assert_eq!(customer["lastUpdatedByUser"]["shortName"], "root");
        let whole = logo(&root, "?includeDefault=false").await.expect(200);
        assert_eq!(whole.header("content-type"), Some(name.replace("jpg", "jpeg").as_str()));
        assert_eq!(whole.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(size(&whole), (512, 256));
        for (name, width, height) in [("small", 64, 32), ("MEDIUM", 128, 64), ("large", 256, 128), ("xlarge", 512, 256)]
        {
            assert_eq!(size(&logo(&root, &format!("?size={name}")).await.expect(200)), (width, height));
        }
        let tag = whole.header("etag").expect("it has a tag");
        let request = root.request("GET", "/customers/v2/customer/museum/logo").header("if-none-match", tag);
        assert!(root.raw(request).await.expect(304).body.is_empty());
        let wanted = async |wanted: &str| {
            root.raw(root.request("GET", "/customers/v2/customer/museum/logo").header("if-match", wanted)).await
        };
        heeds_what_is_asked_for(tag, wanted).await;
    }
    let data = json!({"data": STANDARD.encode(picture(100, 80, ImageFormat::Png)), "mimeType": "image/png"});
    root.with("PUT", "/customer/museum/logo", &data).await.expect(200);
    assert_eq!(size(&logo(&root, "?size=xlarge").await.expect(200)), (100, 80), "nothing is enlarged");
    check_envelope(&logo(&root, "?size=huge").await.expect(412));
    assert_eq!(fields(&logo(&root, "?includeDefault=yes").await), ["includeDefault"]);
});

each_database!(what_is_no_logo_is_refused, async |portico: Portico| {
    let root = root(&portico).await;
    root.make("museum", "1", "leaf").await;
    let png = picture(10, 10, ImageFormat::Png);
    let encoded = STANDARD.encode(&png);
    let mut bomb = png.clone();
    bomb[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
    for (body, field) in [
        (json!({"image": encoded}), "mimeType"),
        (json!({"mimeType": "image/png"}), "image"),
        (json!({"image": encoded, "data": encoded, "mimeType": "image/png"}), "image"),
        (json!({"image": encoded, "mimeType": "image/gif"}), "mimeType"),
        (json!({"image": encoded, "mimeType": "image/jpeg"}), "image"),
        (json!({"image": format!("data:image/png;base64, {encoded}"), "mimeType": "image/png"}), "image"),
        (json!({"image": "%%%", "mimeType": "image/png"}), "image"),
        (json!({"image": "", "mimeType": "image/png"}), "image"),
        (body(b"GIF89a", "image/png"), "image"),
        (body(&png[..50], "image/png"), "image"),
        (body(&bomb, "image/png"), "image"),
        (body(&picture(10_001, 1, ImageFormat::Png), "image/png"), "image"),
        (body(&[&png[..], &vec![0; 5 << 20]].concat(), "image/png"), "image"),
        (json!({"image": encoded, "mimeType": "image/png", "size": 1}), "size"),
    ] {
        assert_eq!(fields(&root.with("PUT", "/customer/museum/logo", &body).await), [field], "{body:.200}");
    }
    let broken: String =
        encoded.as_bytes().chunks(40).map(|line| format!("{}\r\n", String::from_utf8_lossy(line))).collect();
    root.with("PUT", "/customer/museum/logo", &json!({"image": broken, "mimeType": "image/png"})).await.expect(200);
    let huge = root.request("PUT", "/customeradmin/v2/customer/museum/logo").body(" ".repeat(9 << 20));
    root.send(huge).await.expect(413);
    let reader = user(&portico, Some("museum"), "reader", &EVERYTHING[..2]).await;
    logo(&reader, "").await.expect(200);
    reader.with("PUT", "/customer/museum/logo", &body(&png, "image/png")).await.expect(403);
});
