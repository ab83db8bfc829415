//! Somebody at a browser without a script: pages, and what their forms send.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::html::{BROWSER, Html};
use super::{Answer, Client};

const FORM: &str = "application/x-www-form-urlencoded";

/// The page at an address, as somebody sees it.
pub async fn page(client: &Client, url: &str) -> Html {
    let answer = client.get_as(url, BROWSER).await.expect(200);
    Html(String::from_utf8(answer.body).expect("a page is UTF-8"))
}

/// A page that something was answered with.
pub fn shown(answer: &Answer) -> Html {
    Html(String::from_utf8(answer.body.clone()).expect("a page is UTF-8"))
}

/// What somebody types for a value.
pub fn typed(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(texts) if texts.iter().all(Value::is_string) => {
            texts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\r\n")
        }
        other => other.to_string(),
    }
}

/// A form of a page, with some of it filled in; none where the page has no such form.
pub fn filled(page: &Html, method: &str, body: &Value) -> Option<Vec<(String, String)>> {
    let mut fields = page.form(&format!("data-method=\"{method}\""))?;
    for (name, value) in body.as_object().into_iter().flatten() {
        if let Some(field) = fields.iter_mut().find(|(field, _)| field == name) {
            field.1 = typed(value);
        }
    }
    Some(fields)
}

/// Sends what a form has to where it is sent, from a page of the service.
pub async fn send(client: &Client, url: &str, fields: &[(String, String)]) -> Answer {
    let encoded = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
    let body: Vec<_> = fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    let request = client.request("POST", url).header("accept", BROWSER).header("sec-fetch-site", "same-origin");
    client.clone().following_nothing().send(request_body(request, body.join("&"))).await
}

/// A request with what a form has.
pub fn request_body(request: reqwest::RequestBuilder, body: String) -> reqwest::RequestBuilder {
    request.header("content-type", FORM).body(body)
}

/// Sends the form for a method that the page of an address has.
pub async fn submit(client: &Client, url: &str, method: &str, body: &Value) -> Answer {
    let page = page(client, url).await;
    let fields = filled(&page, method, body).unwrap_or_else(|| panic!("no form for {method} on {url}"));
    send(client, url, &fields).await
}
