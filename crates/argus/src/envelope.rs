//! What every answer stands in. The client's paginator reads the counts, whatever the answer.

use actix_web::http::StatusCode;
use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::message::Message;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Envelope<'a, T> {
    pub response_code: u16,
    pub limit: u64,
    pub offset: u64,
    pub count: u64,
    pub size: u64,
    pub meta_data: Map<String, Json>,
    pub messages: &'a [Message],
    pub data: T,
}

/// The envelope of a failure.
pub fn failure(status: StatusCode, messages: &[Message]) -> Vec<u8> {
    let response_code = status.as_u16();
    let data: [(); 0] = [];
    let envelope =
        Envelope { response_code, limit: 0, offset: 0, count: 0, size: 0, meta_data: Map::new(), messages, data };
    serde_json::to_vec(&envelope).unwrap_or_default()
}
