//! What requests mean for pictures: the specification's examples, its rules, and properties of all requests.

use iiif::{
    DerivativeLimits, Rectangle,
    request::{ImageRequest, RequestError},
};
use proptest::prelude::*;

/// The specification's example picture.
const WIDTH: u32 = 300;
const HEIGHT: u32 = 200;
const LIMITS: DerivativeLimits = DerivativeLimits::edge(1_000);

fn resolve(path: &str, limits: DerivativeLimits) -> Result<iiif::Plan, RequestError> {
    path.parse::<ImageRequest>().and_then(|request| request.resolve(WIDTH, HEIGHT, &limits))
}

fn region(region: &str) -> Result<(u32, u32, u32, u32), RequestError> {
    let Rectangle { x, y, width, height } = resolve(&format!("{region}/max/0/default.jpg"), LIMITS)?.region;
    Ok((x, y, width, height))
}

fn size(size: &str, limits: DerivativeLimits) -> Result<(u32, u32), RequestError> {
    resolve(&format!("full/{size}/0/default.jpg"), limits).map(|plan| (plan.width, plan.height))
}

#[test]
fn regions_are_cut_off_at_the_edges() {
    assert_eq!(region("full"), Ok((0, 0, 300, 200)));
    assert_eq!(region("square"), Ok((50, 0, 200, 200)));
    assert_eq!(region("125,15,120,140"), Ok((125, 15, 120, 140)));
    assert_eq!(region("pct:41.6,7.5,40,70"), Ok((125, 15, 120, 140)));
    assert_eq!(region("125,15,200,200"), Ok((125, 15, 175, 185)));
    assert_eq!(region("pct:41.6,7.5,66.6,100"), Ok((125, 15, 175, 185)));
    assert_eq!(region("0,0,4294967295,4294967295"), Ok((0, 0, 300, 200)));
    assert_eq!(region("299,199,1,1"), Ok((299, 199, 1, 1)));
}

#[test]
fn regions_without_a_pixel_are_refused() {
    for empty in ["0,0,0,10", "0,0,10,0", "300,0,1,1", "0,200,1,1", "pct:0,0,0,1", "pct:100,0,1,1", "pct:0,0,0.1,0.1"] {
        assert_eq!(region(empty), Err(RequestError::EmptyRegion { width: 300, height: 200 }), "{empty}");
    }
}

#[test]
fn sizes_are_those_of_the_specification() {
    for (text, expected) in [
        ("max", (300, 200)),
        ("^max", (1000, 667)),
        ("150,", (150, 100)),
        ("^360,", (360, 240)),
        (",150", (225, 150)),
        ("^,240", (360, 240)),
        ("pct:50", (150, 100)),
        ("pct:100", (300, 200)),
        ("^pct:120", (360, 240)),
        ("225,100", (225, 100)),
        ("^360,360", (360, 360)),
        ("!225,100", (150, 100)),
        ("!300,9000", (300, 200)),
        ("!301,201", (300, 200)),
        ("!9000,9000", (300, 200)),
        ("^!360,360", (360, 240)),
        ("^!9000,9000", (1000, 667)),
        ("^!150,150", (150, 100)),
        ("1,", (1, 1)),
    ] {
        assert_eq!(size(text, LIMITS), Ok(expected), "{text}");
    }
}

#[test]
fn nothing_is_enlarged_without_a_caret() {
    for text in ["301,", ",201", "301,200", "300,201", "pct:101"] {
        assert_eq!(size(text, LIMITS), Err(RequestError::Enlarges { width: 300, height: 200 }), "{text}");
    }
}

#[test]
fn nothing_is_smaller_than_a_pixel() {
    for text in ["0,", ",0", "0,0", "10,0", "pct:0", "pct:0.1", "!0,10", "^0,"] {
        assert_eq!(size(text, LIMITS), Err(RequestError::EmptySize), "{text}");
    }
    let thin: ImageRequest = "full/!100,100/0/default.jpg".parse().unwrap();
    let plan = thin.resolve(30_000, 2, &LIMITS).unwrap();
    assert_eq!((plan.width, plan.height), (100, 1));
}

#[test]
fn limits_shrink_what_is_open_ended_and_refuse_what_is_exact() {
    let narrow = DerivativeLimits { max_width: 150, max_height: 150, ..LIMITS };
    assert_eq!(size("max", narrow), Ok((150, 100)));
    assert_eq!(size("^max", narrow), Ok((150, 100)));
    assert_eq!(size("!200,200", narrow), Ok((150, 100)));
    for text in ["151,", ",101", "pct:51", "200,10", "^200,", "^4294967295,4294967295"] {
        assert_eq!(size(text, narrow), Err(RequestError::TooLarge { width: 150, height: 100 }), "{text}");
    }
    let small = LIMITS.area(15_000);
    assert_eq!(size("max", small), Ok((150, 100)));
    assert_eq!(size("151,101", small), Err(RequestError::TooLarge { width: 150, height: 100 }));
    assert_eq!(size("^4294967295,", LIMITS), Err(RequestError::TooLarge { width: 1000, height: 667 }));
}

#[test]
fn what_is_open_only_in_small_is_not_put_together_from_parts() {
    let open = LIMITS.open_up_to(30);
    assert_eq!(size("max", open), Ok((30, 20)));
    assert_eq!(size("^max", open), Ok((30, 20)));
    assert_eq!(size("30,20", open), Ok((30, 20)));
    assert_eq!(size("31,", open), Err(RequestError::NotOpen { width: 30, height: 20 }));
    let part = |path: &str| resolve(path, open).map(|plan| (plan.width, plan.height));
    assert_eq!(part("0,0,100,100/max/0/default.jpg"), Ok((10, 10)));
    assert_eq!(part("0,0,100,100/100,100/0/default.jpg"), Err(RequestError::NotOpen { width: 10, height: 10 }));
    assert_eq!(part("0,0,1,200/max/0/default.jpg"), Err(RequestError::NotOpen { width: 0, height: 20 }));
    assert_eq!(size("max", LIMITS.open_up_to(300)), Ok((300, 200)));
}

#[test]
fn what_is_made_is_called_the_same_only_where_it_is_the_same() {
    let recipe = |path: &str, limits| resolve(path, limits).unwrap().recipe();
    let (all, open) = (LIMITS, LIMITS.open_up_to(30));
    assert_ne!(recipe("full/max/0/default.jpg", all), recipe("full/max/0/default.jpg", open));
    assert_ne!(recipe("0,0,100,100/max/0/default.jpg", all), recipe("0,0,100,100/max/0/default.jpg", open));
    assert_eq!(recipe("full/30,20/0/default.jpg", all), recipe("full/max/0/default.jpg", open));
    assert_eq!(recipe("full/^400,/0/default.jpg", all), recipe("0,0,300,200/^400,267/360/color.jpg", all));
}

#[test]
fn the_largest_is_the_size_of_max() {
    for limits in [LIMITS, LIMITS.area(15_000), LIMITS.open_up_to(30), LIMITS.open_up_to(1), DerivativeLimits::edge(7)]
    {
        assert_eq!(limits.largest(WIDTH, HEIGHT), size("max", limits).ok(), "{limits:?}");
    }
    assert_eq!(LIMITS.open_up_to(0).largest(WIDTH, HEIGHT), None);
}

#[test]
fn a_format_has_limits_of_its_own() {
    let request: ImageRequest = "full/max/0/default.webp".parse().unwrap();
    assert_eq!(request.resolve(20_000, 10, &DerivativeLimits::edge(30_000)).unwrap().width, 16_384);
}

#[test]
fn requests_for_the_same_image_have_one_canonical_form() {
    for (path, canonical) in [
        ("0,0,300,200/300,200/0/color.jpg", "full/max/0/default.jpg"),
        ("0,0,900,900/pct:100/360/default.jpg", "full/max/0/default.jpg"),
        ("pct:41.6,7.5,40,70/60,/!0/gray.png", "125,15,120,140/60,70/!0/gray.png"),
        ("full/^150,/90/default.jpg", "full/150,100/90/default.jpg"),
        ("full/^360,/0/default.jpg", "full/^360,240/0/default.jpg"),
        ("full/^1000,667/0/default.jpg", "full/^max/0/default.jpg"),
        ("square/,100/0/bitonal.webp", "50,0,200,200/100,100/0/bitonal.webp"),
    ] {
        assert_eq!(resolve(path, LIMITS).unwrap().canonical(), canonical);
    }
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![(0u32..2_000).prop_map(|n| n.to_string()), any::<u32>().prop_map(|n| n.to_string())]
}

fn percent() -> impl Strategy<Value = String> {
    prop_oneof![(0u32..200).prop_map(|n| n.to_string()), (0.0..150.0f64).prop_map(|n| n.to_string())]
}

fn valid() -> impl Strategy<Value = String> {
    let region = prop_oneof![
        Just("full".to_owned()),
        Just("square".to_owned()),
        [number(), number(), number(), number()].prop_map(|four| four.join(",")),
        [percent(), percent(), percent(), percent()].prop_map(|four| format!("pct:{}", four.join(","))),
    ];
    let form = prop_oneof![
        Just("max".to_owned()),
        number().prop_map(|n| format!("{n},")),
        number().prop_map(|n| format!(",{n}")),
        percent().prop_map(|n| format!("pct:{n}")),
        (number(), number()).prop_map(|(w, h)| format!("{w},{h}")),
        (number(), number()).prop_map(|(w, h)| format!("!{w},{h}")),
    ];
    let rotation = prop::sample::select(vec!["0", "90", "180", "270", "360", "!0", "!90", "90.0"]);
    let last = prop::sample::select(vec!["default.jpg", "color.png", "gray.webp", "bitonal.jpg"]);
    (region, any::<bool>(), form, rotation, last).prop_map(|(region, enlarge, form, rotation, last)| {
        format!("{region}/{}{form}/{rotation}/{last}", if enlarge { "^" } else { "" })
    })
}

fn limits() -> impl Strategy<Value = DerivativeLimits> {
    (1u32..5_000, 1u32..5_000, 1u64..10_000_000, prop::option::of(1u32..3_000)).prop_map(
        |(max_width, max_height, max_area, open_edge)| DerivativeLimits { max_width, max_height, max_area, open_edge },
    )
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(path in "[ -~]{0,60}", width in 1u32.., height in 1u32..) {
        if let Ok(request) = path.parse::<ImageRequest>() {
            let _ = request.resolve(width, height, &LIMITS);
        }
    }

    #[test]
    fn almost_valid_text_does_not_either(
        path in "(full|square|pct:|[0-9,.]{1,12})/[!^]{0,2}(max|pct:|[0-9,.]{1,12})/!?[0-9.]{1,4}/(default|gray).(jpg|png)",
        width in 1u32..,
        height in 1u32..,
    ) {
        if let Ok(request) = path.parse::<ImageRequest>() {
            prop_assert_eq!(request.to_string().parse(), Ok(request));
            let _ = request.resolve(width, height, &LIMITS);
        }
    }

    #[test]
    fn plans_keep_to_picture_and_limits(
        path in valid(),
        width in prop_oneof![1u32..2_000, 1u32..],
        height in prop_oneof![1u32..2_000, 1u32..],
        limits in limits(),
    ) {
        let request: ImageRequest = path.parse().unwrap();
        if let Ok(plan) = request.resolve(width, height, &limits) {
            let region = plan.region;
            prop_assert!(region.width > 0 && region.height > 0 && plan.width > 0 && plan.height > 0);
            prop_assert!(region.width <= width - region.x && region.height <= height - region.y);
            prop_assert!(plan.width <= limits.max_width && plan.height <= limits.max_height);
            prop_assert!(u64::from(plan.width) * u64::from(plan.height) <= limits.max_area);
            if !request.size.enlarge {
                prop_assert!(plan.width <= region.width && plan.height <= region.height);
            }
        }
    }

    #[test]
    fn the_canonical_form_is_its_own_and_means_the_same(
        path in valid(),
        width in 1u32..3_000,
        height in 1u32..3_000,
        limits in limits(),
    ) {
        let request: ImageRequest = path.parse().unwrap();
        if let Ok(plan) = request.resolve(width, height, &limits) {
            let canonical = plan.canonical();
            let again: ImageRequest = canonical.parse().unwrap();
            prop_assert_eq!(again.to_string(), canonical.clone());
            prop_assert_eq!(again.resolve(width, height, &limits), Ok(plan), "{} as {}", path, canonical);
        }
    }
}
