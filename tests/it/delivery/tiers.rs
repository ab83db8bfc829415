//! What manifests and information name and claim is there for whoever reads them, however much of an image is open.

use super::*;

/// A manifest of the images that have this `string1`.
async fn manifest(portico: &Portico, scene: &Scene, string1: &str) -> String {
    let body = json!({"name": "tiers", "template": "s1=p1"});
    let query = scene.owner.post(link(&scene.customer, "namedQueries"), &body).await.expect(201).json();
    format!("{}/{string1}", link(&query, "manifest").trim_start_matches(&portico.url))
}

struct Stranger<'a> {
    viewer: &'a Viewer,
    base: &'a str,
}

impl Stranger<'_> {
    /// What is at an address that was named, wherever it leads.
    async fn named(&self, url: &Value) -> Answer {
        let path = url.as_str().and_then(|url| url.strip_prefix(self.base)).expect("it is an address of the service");
        let mut answer = self.viewer.get(path).await;
        while (300..400).contains(&answer.status) {
            let next = answer.header("location").and_then(|next| next.strip_prefix(self.base)).expect("it leads on");
            answer = self.viewer.get(next).await;
        }
        answer
    }

    /// Whether what is at an address that was named is a picture as large as was said.
    async fn shows(&self, url: &Value, width: &Value, height: &Value) {
        let answer = self.named(url).await.expect(200);
        assert_eq!(json!([size(&answer).0, size(&answer).1]), json!([width, height]), "{url}");
    }

    /// Whether information keeps all that it says.
    async fn keeps(&self, info: &Value) {
        let base = info["id"].as_str().expect("it has one");
        let asks = async |rest: &str| self.named(&json!(format!("{base}/{rest}"))).await;
        let list = |name: &str| {
            let list = info[name].as_array().cloned().unwrap_or_default();
            list.into_iter().map(|word| word.as_str().expect("a word").to_owned()).collect::<Vec<_>>()
        };
        for listed in info["sizes"].as_array().expect("it lists them") {
            let (width, height) = (&listed["width"], &listed["height"]);
            self.shows(&json!(format!("{base}/full/{width},{height}/0/default.jpg")), width, height).await;
        }
        let whole = info["profile"] == "level2";
        let mut formats = list("extraFormats");
        formats.push("jpg".into());
        formats.extend(whole.then(|| "png".into()));
        for format in &formats {
            asks(&format!("full/max/0/default.{format}")).await.expect(200);
        }
        for quality in list("extraQualities") {
            asks(&format!("full/max/0/{quality}.jpg")).await.expect(200);
        }
        for feature in list("extraFeatures") {
            let answer = match feature.as_str() {
                "mirroring" => asks("full/max/!0/default.jpg").await,
                "rotationBy90s" => asks("full/max/270/default.jpg").await,
                "sizeUpscaling" => asks("0,0,20,20/^50,/0/default.jpg").await,
                "canonicalLinkHeader" | "profileLinkHeader" => asks("full/max/0/default.jpg").await,
                other => panic!("{other} is not tried"),
            };
            let level = format!("http://iiif.io/api/image/3/{}.json", info["profile"].as_str().expect("a level"));
            let links = answer.expect(200).header("link").unwrap_or_default().to_owned();
            assert!(links.contains(&level), "{links}");
        }
        let largest = size(&asks("full/max/0/default.jpg").await.expect(200));
        if let Some(limit) = info["maxWidth"].as_u64() {
            assert!(u64::from(largest.0.max(largest.1)) <= limit, "{info}");
        }
        if whole {
            for region in ["square/max", "0,0,20,20/20,20", "0,0,20,20/^40,", "pct:5,5,50,50/,10", "full/!70,70"] {
                asks(&format!("{region}/0/default.jpg")).await.expect(200);
            }
        } else {
            assert_eq!(info.get("tiles"), None, "{info}");
        }
        for tile in info["tiles"].as_array().into_iter().flatten() {
            let side = tile["width"].as_u64().expect("a number");
            for factor in tile["scaleFactors"].as_array().expect("a list").iter().filter_map(Value::as_u64) {
                let cut = |name: &str| info[name].as_u64().expect("a number").min(side * factor);
                let (width, height) = (cut("width"), cut("height"));
                let (w, h) = (width.div_ceil(factor), height.div_ceil(factor));
                asks(&format!("0,0,{width},{height}/{w},{h}/0/default.jpg")).await.expect(200);
            }
        }
        for service in info["service"].as_array().into_iter().flatten() {
            self.named(&service["@id"]).await.expect(200);
            let [token, leave] = [&service["service"][0]["@id"], &service["service"][1]["@id"]];
            let token = format!("{}?messageId=1&origin=https://viewer.example", token.as_str().expect("an address"));
            self.named(&json!(token)).await.expect(200);
            self.named(leave).await.expect(200);
        }
    }
}

delivered!(
    what_is_named_is_there_for_a_stranger,
    async |portico: &Portico, scene: &Scene, folder: &tempfile::TempDir, viewer: &Viewer| {
        let role = clickthrough(scene).await;
        let small = RgbImage::from_fn(450, 270, |x, y| image::Rgb([(x / 2) as u8, (y / 2) as u8, 90]));
        small.save(folder.path().join("small.png")).expect("it can be written");
        let origin = format!("file://{}", folder.path().join("small.png").display());
        let image = register(scene, folder, "tier", json!({"string1": "tier", "origin": origin})).await;
        let resource = format!("{}/tier", link(&space(scene).await, "images"));
        let manifest = manifest(portico, scene, "tier").await;
        let stranger = Stranger { viewer, base: &portico.url };
        for roles in [json!([]), json!([role])] {
            for edge in [-1, 0, 1, 60, 100, 150, 200, 250, 400, 449, 450, 1024, 6000] {
                let state = json!({"maxUnauthorised": edge, "roles": roles});
                scene.owner.patch(&resource, &state).await.expect(205);
                let nothing = edge == 0 || (edge == -1 && roles != json!([]));
                let shown = viewer.get(&manifest).await.expect(200).json();
                let canvas = &shown["items"][0];
                assert_eq!((&canvas["width"], &canvas["height"]), (&json!(450), &json!(270)), "{state}");
                let thumbnails = canvas["thumbnail"].as_array().cloned().unwrap_or_default();
                assert_eq!(thumbnails.is_empty(), nothing || (0..100).contains(&edge), "{state}: {canvas}");
                assert_eq!(shown.get("thumbnail"), canvas.get("thumbnail"), "{state}");
                for thumbnail in &thumbnails {
                    stranger.shows(&thumbnail["id"], &thumbnail["width"], &thumbnail["height"]).await;
                    let service = thumbnail["service"][0]["id"].as_str().expect("it has one");
                    let info = stranger.named(&json!(format!("{service}/info.json"))).await.expect(200).json();
                    assert_eq!(info["profile"], thumbnail["service"][0]["profile"], "{state}");
                    stranger.keeps(&info).await;
                }
                let body = &canvas["items"][0]["items"][0]["body"];
                let service = body["service"][0]["id"].as_str().expect("it has one");
                let info = stranger.named(&json!(format!("{service}/info.json"))).await;
                let api = scene.owner.get(&resource).await.expect(200).json();
                if nothing {
                    info.expect(401);
                    viewer.get(&format!("/iiif-open/{image}/info.json")).await.expect(404);
                    viewer.get(&format!("/thumbs/{image}/info.json")).await.expect(401);
                    assert_eq!(api.get("degradedInfoJson"), None, "{state}");
                    continue;
                }
                let info = info.expect(200).json();
                stranger.shows(&body["id"], &body["width"], &body["height"]).await;
                assert_eq!(info["profile"], body["service"][0]["profile"], "{state}");
                stranger.keeps(&info).await;
                stranger.keeps(&stranger.named(&api["degradedInfoJson"]).await.expect(200).json()).await;

                // The open address is a service of its own, at which nobody can sign in.
                let detail = format!("/iiif-open/{image}/0,0,200,200/200,200/0/default.jpg");
                assert_eq!(viewer.get(&detail).await.status == 200, info["profile"] == "level2", "{state}");
                for request in
                    ["full/max", "full/440,", "full/^6000,", "0,0,1,1/max", "0,0,200,200/150,", "square/!999,999"]
                {
                    let path = format!("/iiif-open/{image}/{request}/0/default.jpg");
                    let answer = viewer.get(&path).await;
                    assert!([200, 400].contains(&answer.status), "{state}: {answer}");
                    assert_eq!(answer.header("www-authenticate"), None, "{state}: {answer}");
                }
            }
        }
    }
);

delivered!(
    what_is_made_for_some_is_not_sent_to_others,
    async |portico: &Portico, scene: &Scene, folder: &tempfile::TempDir, viewer: &Viewer| {
        let role = clickthrough(scene).await;
        let more = json!({"roles": [role], "maxUnauthorised": 300});
        let image = register(scene, folder, "partly", more).await;
        for (request, whole, open) in [
            ("full/max/0/default.png", (1000, 600), (300, 180)),
            ("0,0,500,500/max/0/default.png", (500, 500), (150, 150)),
        ] {
            let all = format!("{}/iiif-img/{image}/{request}", portico.url);
            let small = format!("/iiif-open/{image}/{request}");
            let seen = scene.owner.get(&all).await.expect(200);
            let told = viewer.get(&small).await.expect(200);
            assert_eq!((size(&seen), size(&told)), (whole, open), "{request}");
            assert_ne!(seen.header("etag"), told.header("etag"), "{request}");
            assert_eq!(scene.owner.get(&all).await.expect(200).body, seen.body, "{request}");
        }
        // Of the thumbnails, those that are stored and not open ask to sign in; the others are not there.
        for (request, status) in
            [("full/200,120", 200), ("full/400,240", 401), ("full/300,180", 404), ("full/^max", 400)]
        {
            viewer.get(&format!("/thumbs/{image}/{request}/0/default.jpg")).await.expect(status);
        }
    }
);

delivered!(
    what_a_manifest_says_of_a_size_is_so,
    async |portico: &Portico, scene: &Scene, folder: &tempfile::TempDir, viewer: &Viewer| {
        RgbImage::new(6000, 30).save(folder.path().join("long.png")).expect("it can be written");
        let origin = format!("file://{}", folder.path().join("long.png").display());
        register(scene, folder, "long", json!({"string1": "long", "origin": origin})).await;
        let resource = format!("{}/long", link(&space(scene).await, "images"));
        let manifest = manifest(portico, scene, "long").await;
        let stranger = Stranger { viewer, base: &portico.url };
        for edge in [-1, 300, 5500, 6000] {
            scene.owner.patch(&resource, &json!({"maxUnauthorised": edge})).await.expect(205);
            let shown = viewer.get(&manifest).await.expect(200).json();
            let canvas = &shown["items"][0];
            assert_eq!((&canvas["width"], &canvas["height"]), (&json!(6000), &json!(30)));
            for named in [&canvas["items"][0]["items"][0]["body"], &canvas["thumbnail"][0], &shown["thumbnail"][0]] {
                stranger.shows(&named["id"], &named["width"], &named["height"]).await;
            }
        }
        // What is delivered to nobody is not shown.
        scene.admin.post(link(&scene.customer, "disable"), &json!({})).await.expect(200);
        viewer.get(&manifest).await.expect(404);
    }
);

delivered!(
    color_is_claimed_where_there_are_colours,
    async |_: &Portico, scene: &Scene, folder: &tempfile::TempDir, viewer: &Viewer| {
        let luma = image::GrayImage::from_fn(60, 40, |x, y| image::Luma([(x + y) as u8]));
        let all = image::DynamicImage::ImageLuma8(luma);
        all.save(folder.path().join("luma.png")).expect("it can be written");
        all.to_rgb8().save(folder.path().join("rgb.png")).expect("it can be written");
        all.to_rgb8().save(folder.path().join("rgb.jpg")).expect("it can be written");
        all.to_luma_alpha8().save(folder.path().join("alpha.png")).expect("it can be written");
        for (name, gray) in
            [("luma.png", true), ("rgb.png", true), ("rgb.jpg", true), ("alpha.png", true), ("picture.png", false)]
        {
            let origin = format!("file://{}", folder.path().join(name).display());
            let image = register(scene, folder, &name.replace('.', "-"), json!({"origin": origin})).await;
            let info = viewer.get(&format!("/iiif-img/{image}/info.json")).await.expect(200).json();
            let expected = if gray { json!(["gray", "bitonal"]) } else { json!(["color", "gray", "bitonal"]) };
            assert_eq!(info["extraQualities"], expected, "{name}");
            // It is no error to ask for it.
            viewer.get(&format!("/iiif-img/{image}/full/max/0/color.jpg")).await.expect(200);
        }
    }
);
