//! Templates as clients expand them (RFC 6570).

use iri_string::spec::IriSpec;
use iri_string::template::UriTemplateStr;
use iri_string::template::simple_context::{SimpleContext, Value};

/// The address that a template leads to with these values of its variables; a variable that has several has a list of them.
pub fn expand(template: &str, values: &[(&str, &str)]) -> String {
    let mut context = SimpleContext::new();
    for (name, _) in values {
        let all: Vec<_> =
            values.iter().filter(|(other, _)| other == name).map(|(_, value)| (*value).to_owned()).collect();
        match all.as_slice() {
            [one] => context.insert(*name, one.as_str()),
            _ => context.insert(*name, Value::List(all)),
        };
    }
    let template = UriTemplateStr::new(template).expect("it is an RFC 6570 template");
    // What IRIs may have and URIs may not is encoded by the client.
    template.expand::<IriSpec, _>(&context).expect("it expands").to_string()
}
