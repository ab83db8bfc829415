//! Bytes in a coding: quickly for one answer, thoroughly for many. Each level is where more time brought hardly a byte for our documents.

use std::io::Write;

use brotli::enc::BrotliEncoderParams;
use face::Coding;
use flate2::Compression;
use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

/// For one answer. A page of 60 kB takes some 250 microseconds, and has a tenth of its bytes then.
pub fn quickly(coding: Coding, bytes: &[u8]) -> Vec<u8> {
    compressed(coding, bytes, 1, 2)
}

/// For many answers. The next level of Brotli takes 8 MiB of memory meanwhile, and the ninth 33, for a tenth less.
pub fn thoroughly(coding: Coding, bytes: &[u8]) -> Vec<u8> {
    compressed(coding, bytes, 9, 6)
}

fn compressed(coding: Coding, bytes: &[u8], gzip: u32, brotli: i32) -> Vec<u8> {
    let room = bytes.len() / 4;
    match coding {
        Coding::Gzip => {
            let mut into = GzEncoder::new(Vec::with_capacity(room), Compression::new(gzip));
            let done = into.write_all(bytes).and_then(|()| into.finish());
            done.expect("memory is written to")
        }
        Coding::Brotli => {
            let settings = BrotliEncoderParams {
                quality: brotli,
                size_hint: bytes.len(),
                lgwin: window(bytes.len()),
                ..Default::default()
            };
            let mut into = Vec::with_capacity(room);
            brotli::BrotliCompress(&mut &*bytes, &mut into, &settings).expect("memory is written to");
            into
        }
        // Which has no more levels yet.
        Coding::Zstandard => compress_to_vec(bytes, CompressionLevel::Fastest),
    }
}

/// Room for so many bytes to refer to each other, as the power of two that Brotli has for it (RFC 7932 §9.1): what it takes is held in
/// memory meanwhile.
fn window(bytes: usize) -> i32 {
    bytes.next_power_of_two().ilog2().clamp(10, 22).cast_signed()
}
