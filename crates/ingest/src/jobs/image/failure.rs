//! Why an image was not ingested, and what whoever submitted it is told.

use iiif::picture::PictureError;
use iiif::render::RenderError;
use pattern::{PatternError, TooCostly};
use tokio::task::JoinError;
use vocab::value::ErrorKind;

use crate::origin::{FetchError, OriginError, Patience};

/// The longest text, in characters.
const LONGEST: usize = 1000;

/// Why an image was not ingested. No secret and no query of an address is in the text.
#[derive(Debug, thiserror::Error)]
pub enum IngestFailure {
    /// It could not be fetched.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// Which strategy applies could not be found out.
    #[error("which origin strategy applies could not be found out: {0}")]
    Undecided(#[from] TooCostly),
    /// A strategy has a pattern that is none.
    #[error("the pattern of an origin strategy cannot be used: {0}")]
    Pattern(#[from] PatternError),
    /// The strategy that applies has credentials that cannot be read.
    #[error("the credentials of the origin strategy could not be read; they have to be entered again")]
    Credentials,
    /// The customer may not store that much.
    #[error("the image has {size} bytes; there is room for {room} more within the storage policy")]
    NoRoom {
        /// Bytes of the image.
        size: u64,
        /// Bytes that are left.
        room: u64,
    },
    /// It is no picture that is taken.
    #[error("the image {0}")]
    Picture(#[from] PictureError),
    /// No thumbnails could be made of it.
    #[error("no thumbnails could be made of the image: {0}")]
    Render(#[from] RenderError),
    /// The decoder broke.
    #[error("the image could not be decoded: the decoder failed on it in an unexpected way")]
    Crashed,
    /// The processes that worked on it did not live to tell.
    #[error("the image could not be ingested: the process that worked on it ended {0} times")]
    Deadly(u64),
    /// The process ends.
    #[error("the process ended while it worked on the image")]
    Interrupted,
    /// What was made could not be kept. Why is for the log.
    #[error("the image could not be stored")]
    Store(#[source] objects::Error),
}

impl IngestFailure {
    /// Whether to try again is of no use.
    pub fn is_permanent(&self) -> bool {
        match self {
            Self::Fetch(error) => error.is_permanent(),
            Self::Undecided(_)
            | Self::Pattern(_)
            | Self::Credentials
            | Self::NoRoom { .. }
            | Self::Picture(_)
            | Self::Render(_)
            | Self::Crashed
            | Self::Deadly(_) => true,
            Self::Interrupted | Self::Store(_) => false,
        }
    }

    /// For how long to leave the origin alone, where that is all that is the matter.
    pub fn patience(&self) -> Option<Patience> {
        match self {
            Self::Fetch(error) => error.patience(),
            _ => None,
        }
    }

    /// Of what kind it is, for whoever looks for all of that kind.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Fetch(error) => error.kind(),
            Self::Undecided(_) | Self::Pattern(_) | Self::Credentials => ErrorKind::Strategy,
            Self::NoRoom { .. } => ErrorKind::Storage,
            Self::Picture(_) | Self::Render(_) => ErrorKind::Picture,
            Self::Crashed | Self::Deadly(_) | Self::Interrupted | Self::Store(_) => ErrorKind::Service,
        }
    }

    /// Whether it is for an operator to look into, and not for whoever submitted the image.
    pub fn is_ours(&self) -> bool {
        matches!(self, Self::Store(_) | Self::Crashed | Self::Deadly(_))
    }

    /// What happened, as a sentence.
    pub fn told(&self) -> String {
        sentence(&self.to_string(), "")
    }

    /// What happened, as a sentence that says that it lasts for too long.
    pub fn told_in_vain(&self) -> String {
        sentence(&self.to_string(), "; no origin is waited for longer than a day in all")
    }

    /// What happened the last time, as a sentence that says how often it was tried.
    pub fn told_after(&self, attempts: u64) -> String {
        let times = if attempts == 1 { "attempt" } else { "attempts" };
        sentence(&self.to_string(), &format!(", after {attempts} {times}"))
    }
}

impl From<OriginError> for IngestFailure {
    fn from(error: OriginError) -> Self {
        Self::Fetch(error.into())
    }
}

impl From<JoinError> for IngestFailure {
    fn from(error: JoinError) -> Self {
        if error.is_panic() { Self::Crashed } else { Self::Interrupted }
    }
}

/// A capital at the beginning, a full stop at the end, and no more than what is kept.
fn sentence(text: &str, end: &str) -> String {
    let text = text.trim_end_matches('.');
    let room = LONGEST - end.chars().count() - 1;
    let mut characters = text.chars();
    let mut sentence: String = characters.next().into_iter().flat_map(char::to_uppercase).collect();
    sentence.extend(characters.map(|character| if character.is_control() { ' ' } else { character }));
    if sentence.chars().count() > room {
        sentence = sentence.chars().take(room - 1).chain(['…']).collect();
    }
    sentence + end + "."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_reads_sentences() {
        let size = PictureError::TooManyPixels { pixels: 250_000_000, max: 200_000_000 };
        for (failure, said) in [
            (IngestFailure::from(FetchError::NoFile), "There is no such file."),
            (IngestFailure::from(size), "The image has 250 megapixels; at most 200 are taken."),
            (
                IngestFailure::NoRoom { size: 10, room: 3 },
                "The image has 10 bytes; there is room for 3 more within the storage policy.",
            ),
            (IngestFailure::Deadly(5), "The image could not be ingested: the process that worked on it ended 5 times."),
        ] {
            assert_eq!(failure.told(), said);
            assert!(failure.is_permanent());
        }
        let failed = IngestFailure::Store(objects::Error::Failed("the secret is hush".into()));
        assert!(!failed.is_permanent());
        assert_eq!(failed.told_after(5), "The image could not be stored, after 5 attempts.");
        assert_eq!(failed.told_after(1), "The image could not be stored, after 1 attempt.");
    }

    #[test]
    fn a_sentence_is_bounded_and_ends_once() {
        assert_eq!(sentence("one.", ""), "One.");
        assert_eq!(sentence("a\nb", ""), "A b.");
        for end in ["", ", after 5 attempts"] {
            let long = sentence(&"ß".repeat(3000), end);
            assert_eq!(long.chars().count(), LONGEST);
            assert!(long.ends_with(&format!("…{end}.")), "{long}");
        }
    }
}
