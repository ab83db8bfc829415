//! What a service says to people: in the words of the customer, and where it has none in ours.

use iiif::auth::InteractionPattern;
use resource::images::ViewerService;

use super::interaction::pattern;

/// The words of a service. None is missing, as a viewer would show an empty box or an empty button.
#[derive(Debug, PartialEq, Eq)]
pub struct Words {
    /// What a viewer calls the service. It has to name the institution (Authentication API 1.0, §2.1.1).
    pub label: String,
    /// The heading of the text, in a viewer and on the page.
    pub header: String,
    /// The text before the button, in a viewer.
    pub description: String,
    /// The text before the button, on the page.
    pub page_description: String,
    /// The words on the button.
    pub button: String,
    /// The heading of the text that is shown when that did not help.
    pub failure_header: String,
    /// The text that is shown when that did not help.
    pub failure_description: String,
    /// The words on the button to log out.
    pub sign_out: String,
}

impl Words {
    /// The words of a service.
    pub fn of(service: &ViewerService) -> Self {
        let institution = &service.institution;
        let (label, description, button) = match pattern(service) {
            InteractionPattern::Login => (
                format!("Log in to {institution}"),
                format!("{institution} asks you to log in to see these images."),
                "Log in",
            ),
            InteractionPattern::Clickthrough => (
                institution.clone(),
                format!("{institution} does not show these images to everybody. Continue to see them."),
                "Continue",
            ),
            InteractionPattern::Kiosk => {
                (institution.clone(), format!("{institution} shows these images at certain places alone."), "Continue")
            }
            InteractionPattern::External => {
                (institution.clone(), format!("{institution} gives access to these images elsewhere."), "Continue")
            }
        };
        let (on_page, in_viewer) = (service.page_description.clone(), service.description.clone());
        Self {
            header: (service.page_label.clone().or_else(|| service.label.clone()))
                .unwrap_or_else(|| "Images that are not open to all".into()),
            label: service.label.clone().unwrap_or(label),
            description: in_viewer.clone().or_else(|| on_page.clone()).unwrap_or_else(|| description.clone()),
            page_description: on_page.or(in_viewer).unwrap_or(description),
            button: service.call_to_action.clone().unwrap_or_else(|| button.into()),
            failure_header: "Not to be seen".into(),
            failure_description: format!("What was done does not let you see more of this image of {institution}."),
            sign_out: service.sign_out.clone().unwrap_or_else(|| "Log out".into()),
        }
    }
}
