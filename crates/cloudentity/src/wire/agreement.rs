//! How an organisation stands to the agreement.

use resource::customers::eula::AgreementStatus;
use serde::Serialize;

/// Whether an organisation has to approve the agreement. Both names of the one truth are in use.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Agreement<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    approved_revision: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    required_revision: Option<&'a str>,
    eula_required: bool,
    update_required: bool,
}

impl<'a> From<&'a AgreementStatus> for Agreement<'a> {
    fn from(status: &'a AgreementStatus) -> Self {
        Self {
            approved_revision: status.approved.as_deref(),
            required_revision: status.required.as_deref(),
            eula_required: status.is_required,
            update_required: status.is_required,
        }
    }
}
