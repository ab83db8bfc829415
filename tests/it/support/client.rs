use reqwest::Method;
use serde_json::Value;

use super::Answer;

/// How a client signs in.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// Not at all.
    None,
    /// With a key and its secret.
    Basic(String, String),
    /// With a token.
    Bearer(String),
}

/// A client that follows links. The only address it knows is that of the entry point.
#[derive(Debug, Clone)]
pub struct Client {
    entry: String,
    credentials: Credentials,
    http: reqwest::Client,
}

impl Client {
    /// A client of the service whose entry point is at this address.
    pub fn new(url: &str, credentials: Credentials) -> Self {
        // The service is reached without TLS. But a client is made with it wherever some room of the workspace has it, so a
        // provider must be there, and the machine's certificates need not be read.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().tls_certs_only([]).build().expect("nothing of it can be wrong");
        Self { entry: format!("{url}/"), credentials, http }
    }

    /// The same client, which looks at where it is led in place of going there.
    pub fn following_nothing(self) -> Self {
        let http = reqwest::Client::builder().tls_certs_only([]).redirect(reqwest::redirect::Policy::none());
        Self { http: http.build().expect("nothing of it can be wrong"), ..self }
    }

    /// How it signs in.
    pub fn credentials(&self) -> Credentials {
        self.credentials.clone()
    }

    /// A request that is not sent yet.
    pub fn request(&self, method: &str, url: &str) -> reqwest::RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).expect("it is a method");
        let request = self.http.request(method, url);
        match &self.credentials {
            Credentials::None => request,
            Credentials::Basic(key, secret) => request.basic_auth(key, Some(secret)),
            Credentials::Bearer(token) => request.bearer_auth(token),
        }
    }

    /// Sends a request.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let request = request.build().expect("the request is sound");
        let description = format!("{} {}", request.method(), request.url());
        let response = self.http.execute(request).await.unwrap_or_else(|error| panic!("{description}: {error:?}"));
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.unwrap_or_else(|error| panic!("{description}: {error:?}")).to_vec();
        Answer { status, headers, body, request: description }
    }

    /// GET
    pub async fn get(&self, url: &str) -> Answer {
        self.send(self.request("GET", url)).await
    }

    /// GET in a media type
    pub async fn get_as(&self, url: &str, accept: &str) -> Answer {
        self.send(self.request("GET", url).header("accept", accept)).await
    }

    /// A method with a body of JSON-LD
    pub async fn with(&self, method: &str, url: &str, body: &Value) -> Answer {
        let request = self.request(method, url).header("content-type", "application/ld+json").body(body.to_string());
        self.send(request).await
    }

    /// POST
    pub async fn post(&self, url: &str, body: &Value) -> Answer {
        self.with("POST", url, body).await
    }

    /// PUT
    pub async fn put(&self, url: &str, body: &Value) -> Answer {
        self.with("PUT", url, body).await
    }

    /// PATCH
    pub async fn patch(&self, url: &str, body: &Value) -> Answer {
        self.with("PATCH", url, body).await
    }

    /// DELETE
    pub async fn delete(&self, url: &str) -> Answer {
        self.send(self.request("DELETE", url)).await
    }

    /// The resource at the end of a path of links from the entry point.
    pub async fn walk(&self, links: &[&str]) -> Answer {
        let mut here = self.get(&self.entry).await.expect(200);
        for link in links {
            let json = here.json();
            let next = json[link].as_str().unwrap_or_else(|| panic!("no link {link} in {here}"));
            here = self.get(next).await.expect(200);
        }
        here
    }

    /// The one customer that this client sees, or the first.
    pub async fn customer(&self) -> Value {
        let customers = self.walk(&["customers"]).await.json();
        let first = customers["member"][0]["@id"].as_str().expect("somebody is there").to_owned();
        self.get(&first).await.expect(200).json()
    }

    /// Every member of a collection, page after page.
    pub async fn members(&self, collection: &str) -> Vec<Value> {
        let mut members = Vec::new();
        let mut next = Some(collection.to_owned());
        while let Some(url) = next {
            let page = self.get(&url).await.expect(200).json();
            members.extend(page["member"].as_array().expect("members are an array").clone());
            next = page["view"]["next"].as_str().map(String::from);
        }
        members
    }

    /// Signs in with a password; the token of the session.
    pub async fn sign_in(&self, username: &str, password: &str) -> Answer {
        let url = format!("{}oauth/token", self.entry);
        let form = reqwest::Url::parse_with_params(
            "http://form/",
            [("grant_type", "password"), ("username", username), ("password", password)],
        )
        .expect("pairs of texts are a query");
        let request = self.request("POST", &url).header("content-type", "application/x-www-form-urlencoded");
        self.send(request.body(form.query().unwrap_or_default().to_owned())).await
    }
}

/// The text of a link.
#[track_caller]
pub fn link<'a>(resource: &'a Value, name: &str) -> &'a str {
    resource[name].as_str().unwrap_or_else(|| panic!("no link {name} in {resource}"))
}
