//! The logo of those who have none.

use std::sync::LazyLock;

use image::{Rgba, RgbaImage};

use crate::{KEPT_SIDE, Logo, LogoKind, write};

/// A plain portico: a roof on four columns, gray on nothing.
pub fn default_logo() -> Logo {
    static DEFAULT: LazyLock<Logo> = LazyLock::new(|| {
        let gray = |x: u32, y: u32| if is_built(x, y) { Rgba([0x70, 0x78, 0x80, 0xFF]) } else { Rgba([0; 4]) };
        let pixels = RgbaImage::from_fn(KEPT_SIDE, KEPT_SIDE, gray);
        write(&pixels.into(), LogoKind::Png).expect("a picture that was drawn can be written")
    });
    DEFAULT.clone()
}

/// Whether the building is at this place, of 512 by 512.
fn is_built(x: u32, y: u32) -> bool {
    let from_middle = x.abs_diff(KEPT_SIDE / 2);
    match y {
        64..176 => from_middle < (y - 64) * 2,
        192..216 => from_middle < 208,
        232..416 => from_middle < 200 && (x + 4) % 104 < 40,
        432..456 => from_middle < 232,
        _ => false,
    }
}
