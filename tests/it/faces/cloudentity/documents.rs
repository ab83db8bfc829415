//! The page that names every operation, held against the table. With `PORTICO_TRANSCRIPTS=write` it is written anew.

use std::fmt::Write;
use std::path::PathBuf;

use cloudentity::{Callers, ServiceScope, paths};

use super::transcripts::folder;

const BEGIN: &str = "<!-- cloudentity operations -->\n";
const END: &str = "<!-- end of cloudentity operations -->\n";

fn callers(callers: Callers) -> &'static str {
    match (callers.user, callers.customer, callers.service) {
        (false, ..) => "signature",
        (true, true, ServiceScope::Trusted) => "session, signature, service",
        (true, true, _) => "session, signature",
        (true, false, ServiceScope::Trusted) => "session, service",
        (true, false, _) => "session",
    }
}

fn table() -> String {
    let mut rows: Vec<_> = paths().collect();
    rows.sort_by_key(|(number, ..)| *number);
    let mut text =
        "| # | operation | who | entitlement | in hypermedia | transcript |\n| --- | --- | --- | --- | --- | --- |\n"
            .to_owned();
    for (number, path, operation) in rows {
        let needs = match operation.needs {
            [] => "–".to_owned(),
            needs => needs.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and "),
        };
        let start = format!("{:02}-", operation.number);
        let files = std::fs::read_dir(folder()).expect("the folder is there").flatten();
        let mut names = files.map(|file| file.file_name().to_string_lossy().replace(".txt", ""));
        let transcript = names.find(|name| name.starts_with(&start)).expect("every operation has one");
        let _ = writeln!(
            text,
            "| {number} | `{} {path}` | {} | {needs} | `{}` | {transcript} |",
            operation.method.name(),
            callers(operation.callers),
            operation.hydra
        );
    }
    text
}

#[test]
fn the_page_names_every_operation() {
    let file: PathBuf = [env!("CARGO_MANIFEST_DIR"), "..", "docs", "faces.md"].iter().collect();
    let page = std::fs::read_to_string(&file).expect("the page is there");
    let (before, rest) = page.split_once(BEGIN).expect("the table has a beginning");
    let (kept, after) = rest.split_once(END).expect("the table has an end");
    if std::env::var("PORTICO_TRANSCRIPTS").is_ok_and(|what| what == "write") {
        std::fs::write(&file, format!("{before}{BEGIN}{}{END}{after}", table())).expect("it can be written");
        return;
    }
    assert_eq!(kept, table(), "set PORTICO_TRANSCRIPTS=write if the table is right");
}
