//! Answers: things in the envelope, or what needs none.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header;
use serde::Serialize;
use serde_json::Map;

use crate::Single;
use crate::envelope::Envelope;
use crate::fault::Fault;

/// Which of how many.
#[derive(Debug, Clone, Copy, Default)]
pub struct Portion {
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
    pub fn many<T: Serialize>(things: &[T], page: Portion) -> Result<Self, Fault> {
        let Portion { limit, offset, count } = page;
        Self::of(StatusCode::OK, limit, offset, count, things.len() as u64, things)
    }

    /// All things that there are.
    pub fn all<T: Serialize>(things: &[T]) -> Result<Self, Fault> {
        Self::many(things, Portion { limit: 0, offset: 0, count: things.len() as u64 })
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
