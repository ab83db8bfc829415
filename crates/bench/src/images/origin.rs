//! A picture, and a server that has nothing else.

use std::io::Cursor;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use anyhow::Result;
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Draws a picture of this size and quality: slopes, and grain as a camera has it, the same in every run.
///
/// # Errors
/// It cannot be encoded.
pub fn picture((width, height): (u32, u32), quality: u8) -> Result<Vec<u8>> {
    let mut grain = 2026_u32;
    let drawn = RgbImage::from_fn(width, height, |x, y| {
        grain = grain.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = (grain >> 28).to_le_bytes()[0];
        let shade = |value: u32| (value % 240).to_le_bytes()[0].saturating_add(noise);
        Rgb([shade(x / 7 + y / 11), shade(x / 13), shade(y / 5 + (x / 64) * 9)])
    });
    let mut bytes = Cursor::new(Vec::new());
    JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(&drawn)?;
    Ok(bytes.into_inner())
}

/// Serves the picture, whatever is asked for, from the load's core.
///
/// # Errors
/// The file cannot be read, or nothing can be listened at.
pub async fn serve(file: &Path) -> Result<SocketAddr> {
    let picture = std::fs::read(file)?;
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: {}\r\n\r\n", picture.len());
    let answer: std::sync::Arc<[u8]> = [head.into_bytes(), picture].concat().into();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = std::sync::Arc::clone(&answer);
            tokio::spawn(async move {
                let mut request = Vec::new();
                let mut buffer = [0; 4096];
                while let Ok(read @ 1..) = stream.read(&mut buffer).await {
                    request.extend_from_slice(&buffer[..read]);
                    if request.ends_with(b"\r\n\r\n") {
                        request.clear();
                        if stream.write_all(&answer).await.is_err() {
                            break;
                        }
                    }
                }
            });
        }
    });
    Ok(address)
}
