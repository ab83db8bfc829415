//! What every answer stands in. The client's paginator reads the counts, whatever the answer.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header;
use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::Single;
use crate::fault::Fault;
use crate::message::Message;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'a, T> {
    response_code: u16,
    limit: u64,
    offset: u64,
    count: u64,
    size: u64,
    meta_data: Map<String, Json>,
    messages: &'a [Message],
    data: T,
}

/// Which of how many.
#[derive(Debug, Clone, Copy, Default)]
pub struct Page {
    /// How many at the most; 0 for all.
    pub limit: u64,
    /// How many were left out at the front.
    pub offset: u64,
    /// How many there are in all.
    pub count: u64,
}

/// An answer.
pub enum Reply {
    /// In the envelope, written.
    Json(StatusCode, Vec<u8>),
    /// Without it.
    Raw(HttpResponse),
}

impl Reply {
    /// Several things.
    pub fn many<T: Serialize>(things: &[T], page: Page) -> Result<Self, Fault> {
        let Page { limit, offset, count } = page;
        Self::of(StatusCode::OK, limit, offset, count, things.len() as u64, things)
    }

    /// All things that there are.
    pub fn all<T: Serialize>(things: &[T]) -> Result<Self, Fault> {
        Self::many(things, Page { limit: 0, offset: 0, count: things.len() as u64 })
    }

    /// One thing.
    pub fn one<T: Serialize>(status: StatusCode, single: Single, thing: &T) -> Result<Self, Fault> {
        match single {
            Single::List => Self::of(status, 0, 0, 1, 1, [thing]),
            Single::Object => Self::of(status, 0, 0, 0, 0, thing),
        }
    }

    fn of(
        status: StatusCode,
        limit: u64,
        offset: u64,
        count: u64,
        size: u64,
        data: impl Serialize,
    ) -> Result<Self, Fault> {
        let (response_code, meta_data) = (status.as_u16(), Map::new());
        let envelope = Envelope { response_code, limit, offset, count, size, meta_data, messages: &[], data };
        let bytes = serde_json::to_vec(&envelope).map_err(|error| resource::Error::Internal(error.to_string()))?;
        Ok(Self::Json(status, bytes))
    }

    /// The answer as it goes out.
    pub fn respond(self) -> HttpResponse {
        match self {
            Self::Json(status, bytes) => HttpResponse::build(status)
                .insert_header((header::CACHE_CONTROL, "no-store"))
                .content_type("application/json")
                .body(bytes),
            Self::Raw(response) => response,
        }
    }
}

/// The envelope of a failure.
pub fn failure(status: StatusCode, messages: &[Message]) -> Vec<u8> {
    let response_code = status.as_u16();
    let data: [(); 0] = [];
    let envelope =
        Envelope { response_code, limit: 0, offset: 0, count: 0, size: 0, meta_data: Map::new(), messages, data };
    serde_json::to_vec(&envelope).unwrap_or_default()
}
