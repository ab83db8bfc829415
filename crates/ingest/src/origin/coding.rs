//! `Content-Encoding`: what an origin says its content was compressed with, and the content without that.
//!
//! Origins are asked not to compress (RFC 9110 §12.5.3). Some do, and some name what is no compression, or name one where
//! there is none: so the bytes are looked at.

use std::io::{self, Read};

use bytes::Bytes;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use ruzstd::decoding::StreamingDecoder;
use tokio::task::spawn_blocking;

use super::FetchError;

/// How many compressions one above the other are undone.
const DEEPEST: usize = 5;

/// A compression that HTTP has (<https://www.iana.org/assignments/http-parameters/>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coding {
    Gzip,
    Deflate,
    Brotli,
    Zstandard,
}

/// What is undone, the last first. A name that is none of a compression says nothing about the bytes.
fn codings(said: &str) -> Result<Vec<Coding>, FetchError> {
    let mut codings = Vec::new();
    for name in said.split(',').map(|name| name.trim().to_ascii_lowercase()) {
        codings.push(match name.as_str() {
            "gzip" | "x-gzip" => Coding::Gzip,
            "deflate" => Coding::Deflate,
            "br" => Coding::Brotli,
            "zstd" => Coding::Zstandard,
            "compress" | "x-compress" | "exi" | "pack200-gzip" | "aes128gcm" | "dcb" | "dcz" => {
                return Err(FetchError::Encoded { encoding: name });
            }
            _ => continue,
        });
    }
    if codings.len() > DEEPEST {
        return Err(FetchError::Encoded { encoding: said.chars().take(50).collect() });
    }
    codings.reverse();
    Ok(codings)
}

/// Content as it was before it was compressed, where something is said of that; on a thread that may be kept busy.
///
/// # Errors
/// As [`undo`].
pub(super) async fn decoded(said: Option<String>, content: Bytes, longest: u64) -> Result<Bytes, FetchError> {
    match said {
        None => Ok(content),
        Some(said) => spawn_blocking(move || undo(&said, content, longest))
            .await
            .map_err(|error| FetchError::Garbled { reason: error.to_string() })?,
    }
}

/// Content as it was before it was compressed as the text says, of no more than so many bytes. Blocks.
///
/// # Errors
/// It is longer, it is broken, or its compression is one that is not undone here.
fn undo(said: &str, mut content: Bytes, longest: u64) -> Result<Bytes, FetchError> {
    for coding in codings(said)? {
        content = without(coding, content, longest)?;
    }
    Ok(content)
}

fn without(coding: Coding, content: Bytes, longest: u64) -> Result<Bytes, FetchError> {
    let read = |from: &mut dyn Read| {
        let mut bytes = Vec::new();
        from.take(longest.saturating_add(1)).read_to_end(&mut bytes).map(|_| bytes)
    };
    let read: io::Result<Vec<u8>> = match coding {
        Coding::Gzip if content.starts_with(&[0x1f, 0x8b]) => read(&mut MultiGzDecoder::new(&content[..])),
        Coding::Zstandard if content.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) => {
            StreamingDecoder::new(&content[..]).map_err(io::Error::other).and_then(|mut from| read(&mut from))
        }
        // What does not say what it is, is tried. RFC 9110 §8.4.1.2: some send the data without what zlib puts around them.
        Coding::Deflate => match read(&mut ZlibDecoder::new(&content[..])) {
            Ok(bytes) => Ok(bytes),
            Err(_) => match read(&mut DeflateDecoder::new(&content[..])) {
                Ok(bytes) => Ok(bytes),
                Err(_) => return Ok(content),
            },
        },
        Coding::Brotli => match read(&mut brotli_decompressor::Decompressor::new(&content[..], 4096)) {
            Ok(bytes) => Ok(bytes),
            Err(_) => return Ok(content),
        },
        Coding::Gzip | Coding::Zstandard => return Ok(content),
    };
    match read {
        Ok(bytes) if bytes.len() as u64 > longest => Err(FetchError::TooLong { limit: longest }),
        Ok(bytes) => Ok(bytes.into()),
        Err(error) => Err(FetchError::Garbled { reason: error.to_string() }),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    const CONTENT: &[u8] = b"\xff\xd8\xff\xe0 picture picture picture picture";
    /// `CONTENT`, as the reference encoder of Brotli writes it, and as that of Zstandard does.
    const BROTLI: &[u8] = b"\x1b\x23\x00\xf8\xa5\x41\xb0\xc1\xff\x55\x2b\xc4\x94\x03\x89\xd8\xe3\x02";
    const ZSTANDARD: &[u8] = b"\x28\xb5\x2f\xfd\x24\x24\x95\x00\x00\x60\xff\xd8\xff\xe0\x20\x70\x69\x63\x74\x75\x72\x65\x01\x00\x03\x4b\x12\xe3\x72\xe7\x9f";

    fn gzip(content: &[u8]) -> Vec<u8> {
        let mut to = GzEncoder::new(Vec::new(), Compression::default());
        to.write_all(content).unwrap();
        to.finish().unwrap()
    }

    fn deflate(content: &[u8]) -> [Vec<u8>; 2] {
        let mut whole = ZlibEncoder::new(Vec::new(), Compression::default());
        whole.write_all(content).unwrap();
        let mut bare = DeflateEncoder::new(Vec::new(), Compression::default());
        bare.write_all(content).unwrap();
        [whole.finish().unwrap(), bare.finish().unwrap()]
    }

    #[test]
    fn what_was_compressed_is_not_any_more() {
        let [zlib, bare] = deflate(CONTENT);
        for (said, content) in [
            ("gzip", gzip(CONTENT)),
            ("X-GZip", gzip(CONTENT)),
            (" , identity,GZIP ,", gzip(CONTENT)),
            ("gzip, gzip", gzip(&gzip(CONTENT))),
            ("deflate, gzip", gzip(&zlib)),
            ("deflate", zlib),
            ("deflate", bare),
            ("br", BROTLI.to_vec()),
            ("zstd", ZSTANDARD.to_vec()),
        ] {
            assert_eq!(undo(said, content.into(), 1000).unwrap(), CONTENT, "{said}");
        }
    }

    #[test]
    fn what_says_nothing_changes_nothing() {
        for said in ["", ",", "identity", "Identity", "aws-chunked", "none", "binary", "utf-8", "image/jpeg", "8bit"] {
            assert_eq!(undo(said, gzip(CONTENT).into(), 1000).unwrap(), gzip(CONTENT), "{said}");
        }
        for said in ["gzip", "deflate", "br", "zstd", "gzip, br"] {
            assert_eq!(undo(said, Bytes::from_static(CONTENT), 1000).unwrap(), CONTENT, "{said}");
        }
    }

    #[test]
    fn what_is_compressed_is_no_way_around_the_limits() {
        let large = vec![0; 100_000];
        for (said, content) in [("gzip", gzip(&large)), ("gzip, gzip", gzip(&gzip(&large)))] {
            let error = undo(said, content.into(), 99_999).unwrap_err();
            assert!(matches!(error, FetchError::TooLong { limit: 99_999 }), "{error:?}");
        }
        assert_eq!(undo("gzip", gzip(&large).into(), 100_000).unwrap().len(), 100_000);
        let broken = undo("gzip", gzip(CONTENT)[..20].to_vec().into(), 1000).unwrap_err();
        assert!(matches!(broken, FetchError::Garbled { .. }) && !broken.is_permanent(), "{broken:?}");
        for said in ["compress", "gzip, dcz", "gzip,gzip,gzip,gzip,gzip,gzip"] {
            let error = undo(said, Bytes::from_static(CONTENT), 1000).unwrap_err();
            assert!(matches!(error, FetchError::Encoded { .. }), "{said}: {error:?}");
        }
    }
}
