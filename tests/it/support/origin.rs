//! A server for images to come from, and pictures for it to have.

use std::io::{BufRead, BufReader, Cursor, Write};
use std::net::{IpAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use image::{DynamicImage, ImageFormat, RgbImage};

/// What the server is asked.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The path, without the query.
    pub path: String,
    /// The header `Authorization`.
    pub authorization: Option<String>,
    /// The header `traceparent`.
    pub traceparent: Option<String>,
    /// How often this path was asked for before.
    pub before: usize,
}

/// What the server answers.
#[derive(Debug, Clone)]
pub struct Reply {
    status: u16,
    headers: Vec<(&'static str, Vec<u8>)>,
    content: Vec<u8>,
    /// The length that is announced; none is not told, and then the connection's end is that of the content.
    length: Option<usize>,
}

impl Reply {
    /// A status alone.
    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), content: Vec::new(), length: Some(0) }
    }

    /// Content that is there.
    pub fn content(content: Vec<u8>) -> Self {
        Self { length: Some(content.len()), content, ..Self::status(200) }
    }

    /// The same with another status.
    pub fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// The same with one more header.
    pub fn with(mut self, name: &'static str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The way to another address.
    pub fn redirect(to: String) -> Self {
        Self { headers: vec![("Location", to.into())], ..Self::status(302) }
    }

    /// The same content with another announced length.
    pub fn announced(self, length: Option<usize>) -> Self {
        Self { length, ..self }
    }
}

/// A server of the test's own. It ends with the process.
#[derive(Debug, Clone)]
pub struct Origin {
    /// Its address.
    pub url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Origin {
    /// A server at 127.0.0.1.
    pub fn serve(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        Self::serve_at([127, 0, 0, 1].into(), answer)
    }

    /// A server at an address of this machine. What answers may take its time: each connection has a thread.
    pub fn serve_at(address: IpAddr, answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((address, 0)).expect("loopback has free ports");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let (asked, answer) = (Arc::new(Mutex::new(Vec::new())), Arc::new(answer));
        let server = Self { url, asked };
        let accepts = server.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (server, answer) = (accepts.clone(), Arc::clone(&answer));
                std::thread::spawn(move || server.converse(stream, &*answer));
            }
        });
        server
    }

    /// All that it was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("nobody panics here").clone()
    }

    fn converse(&self, mut stream: TcpStream, answer: &(impl Fn(&Asked) -> Reply + ?Sized)) {
        let Ok(reader) = stream.try_clone() else { return };
        let lines: Vec<_> =
            BufReader::new(reader).lines().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
        let Some(target) = lines.first().and_then(|line| line.split(' ').nth(1)) else { return };
        let path = target.split('?').next().unwrap_or_default().to_owned();
        let header = |wanted: &str| {
            let mut all = lines.iter().filter_map(|line| line.split_once(": "));
            all.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.to_owned())
        };
        let (authorization, traceparent) = (header("authorization"), header("traceparent"));
        let asked = {
            let mut all = self.asked.lock().expect("nobody panics here");
            let before = all.iter().filter(|asked| asked.path == path).count();
            let asked = Asked { path, authorization, traceparent, before };
            all.push(asked.clone());
            asked
        };
        let Reply { status, headers, content, length } = answer(&asked);
        let mut head = format!("HTTP/1.1 {status} \r\nConnection: close\r\n").into_bytes();
        let length = length.map(|length| ("Content-Length", length.to_string().into()));
        for (name, value) in headers.into_iter().chain(length) {
            head.extend([name.as_bytes(), b": ", &value, b"\r\n"].concat());
        }
        // Who asked may have heard enough.
        let _ = stream.write_all(&head).and_then(|()| stream.write_all(b"\r\n"));
        let _ = stream.write_all(&content);
    }
}

/// A picture of this size.
pub fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let shade = |at: u32| u8::try_from(at % 256).unwrap_or_default();
    let pixels = RgbImage::from_fn(width, height, |x, y| image::Rgb([shade(x), shade(y), shade(x / 2 + y / 3)]));
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(pixels).write_to(&mut bytes, format).expect("it can be written");
    bytes.into_inner()
}

/// A PNG that says that it has this size, and has next to nothing.
pub fn boast(width: u32, height: u32) -> Vec<u8> {
    let mut png = picture(1, 1, ImageFormat::Png);
    // Behind the signature: length, "IHDR", width, height, five bytes more, the sum of all but the length.
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = !png[12..29].iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
    });
    png[29..33].copy_from_slice(&sum.to_be_bytes());
    png
}
