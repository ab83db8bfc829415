use actix_web::http::StatusCode;

/// What became of a request that its handler did not answer, or answered with less than is known. Each face says it in its
/// own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// The framework refused it.
    Refused(StatusCode),
    /// It is no request that HTTP allows, or its head did not come to an end.
    Unread(StatusCode),
    /// It took too long. Nothing was done.
    Late,
    /// A fault. Nothing was done.
    Broken,
    /// Something was done, and cannot be answered for as a whole.
    Done,
    /// Something may have been done. Nobody can say.
    Unknown,
}

impl Lost {
    /// Its status. What may have been done must not be sent again by a program that tries again by itself, and such programs
    /// take 500, 503 and 504 for leave to (RFC 9110 §9.2.2).
    pub fn status(self) -> StatusCode {
        match self {
            Self::Refused(status) | Self::Unread(status) => status,
            Self::Late => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Done | Self::Unknown => StatusCode::BAD_GATEWAY,
        }
    }

    /// What it means, in a sentence.
    pub fn sentence(self) -> String {
        match self {
            Self::Refused(status) => {
                format!("{}.", status.canonical_reason().unwrap_or("The request cannot be understood"))
            }
            Self::Unread(StatusCode::REQUEST_TIMEOUT) => "The head of the request did not come in time. Send it again.".to_owned(),
            Self::Unread(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE) => {
                "The head of the request is larger, or has more fields, than is taken here. Send fewer and shorter ones.".to_owned()
            }
            Self::Unread(StatusCode::URI_TOO_LONG) => "The address is longer than is taken here. Ask for less at once.".to_owned(),
            Self::Unread(_) => {
                "This is no request that HTTP allows. In an address, all but letters, digits and signs of ASCII is to be \
                 percent-encoded, and of these blanks, quotation marks, < and >: ä is %C3%A4, \" is %22, a blank is %20."
                    .to_owned()
            }
            Self::Late => "The request took too long and was given up. Nothing was changed; send it again.".to_owned(),
            Self::Broken => "A fault of this server. Nothing was changed.".to_owned(),
            Self::Done => {
                "The change was made, or some of it, but the answer to it was lost. Look at what there is before you \
                           send the request once more."
                    .to_owned()
            }
            Self::Unknown => {
                "It is not known whether the change was made: the answer of the database was lost. Look at what \
                              there is before you send the request once more."
                    .to_owned()
            }
        }
    }
}
