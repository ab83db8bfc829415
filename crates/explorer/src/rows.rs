//! Several resources as somebody types or pastes them who writes no JSON: a table.

use csv::{ReaderBuilder, StringRecord};
use hydra::{ClassDef, Datatype, PropertyDef, PropertyKind};
use serde_json::{Map, Value as Json};

/// The resources that a table stands for, as an array. Columns are parted by commas, semicolons or tabs, and called in the first line.
///
/// # Errors
/// What is wrong with the table, for whoever typed it.
pub fn members(member: &ClassDef, text: &str) -> Result<Json, String> {
    // Spreadsheets begin with a mark, or say what parts the columns.
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let (named, text) = match text.strip_prefix("sep=").and_then(|rest| rest.split_once('\n')) {
        Some((delimiter, rest)) => (delimiter.bytes().next(), rest),
        None => (None, text),
    };
    if text.matches('"').count() % 2 == 1 {
        return Err("A quotation mark is not closed.".to_owned());
    }
    let head = text.lines().next().unwrap_or_default();
    let found = [b'\t', b';'].into_iter().find(|one| head.as_bytes().contains(one));
    let mut reader = ReaderBuilder::new();
    reader.has_headers(false).flexible(true).trim(csv::Trim::All).delimiter(named.or(found).unwrap_or(b','));
    let records: Result<Vec<StringRecord>, _> = reader.from_reader(text.as_bytes()).into_records().collect();
    let mut records = records.map_err(|error| format!("This is no table: {error}."))?.into_iter();
    let columns = columns(member, &records.next().unwrap_or_default())?;
    let one = |(row, record): (usize, StringRecord)| {
        if record.len() > columns.len() {
            let (row, most) = (row + 1, columns.len());
            return Err(format!(
                "Row {row} below the first line has more than the {most} columns that are named there."
            ));
        }
        let given = columns.iter().zip(&record).filter(|(_, cell)| !cell.is_empty());
        Ok(Json::Object(
            given.map(|(column, cell)| (column.name.to_owned(), value(column, cell))).collect::<Map<_, _>>(),
        ))
    };
    let filled = records.filter(|record| record.iter().any(|cell| !cell.is_empty()));
    filled.enumerate().map(one).collect::<Result<Vec<_>, _>>().map(Json::Array)
}

/// What the first line says that the columns are.
fn columns(member: &ClassDef, head: &StringRecord) -> Result<Vec<&'static PropertyDef>, String> {
    let mut columns: Vec<&'static PropertyDef> = Vec::new();
    for name in head {
        let column = member.properties.iter().find(|property| property.name.eq_ignore_ascii_case(name));
        let wrong = match column {
            Some(column) if columns.iter().any(|known| known.name == column.name) => "stands there twice",
            Some(column) if column.writable => {
                columns.push(column);
                continue;
            }
            Some(_) => "cannot be written; leave that column out",
            None => "is no column",
        };
        let known: Vec<_> = member.properties.iter().filter(|one| one.writable).map(|one| one.name).collect();
        return Err(format!(
            "The first line says what the columns are. There, '{name}' {wrong}. There are: {}.",
            known.join(", ")
        ));
    }
    Ok(columns)
}

/// What a cell says. What is no number is a text, for the service to say what is wrong with it.
fn value(column: &PropertyDef, cell: &str) -> Json {
    match &column.kind {
        PropertyKind::Value(_, limits) if limits.max_items.is_some() => several(cell),
        PropertyKind::One(link) if link.many => several(cell),
        PropertyKind::Value(Datatype::Integer | Datatype::NonNegativeInteger | Datatype::Json, _) => {
            serde_json::from_str(cell).unwrap_or_else(|_| cell.into())
        }
        PropertyKind::Value(Datatype::Boolean, _) if ["true", "false"].contains(&cell) => Json::Bool(cell == "true"),
        // What is written so that a spreadsheet takes it for no formula.
        _ => cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])).unwrap_or(cell).into(),
    }
}

/// Several in one cell, parted by bars.
fn several(cell: &str) -> Json {
    cell.split('|').map(str::trim).filter(|one| !one.is_empty()).collect::<Vec<_>>().into()
}

#[cfg(test)]
mod tests {
    use hydra::Class as _;
    use serde_json::json;
    use vocab::Image;

    use super::*;

    #[test]
    fn tables_are_what_they_say() {
        let image = Image::CLASS;
        for (text, read) in [
            ("origin\nx\n \n\ny\n", json!([{"origin": "x"}, {"origin": "y"}])),
            ("\u{feff}sep=;\r\nID;Origin\r\na;x\r\n", json!([{"id": "a", "origin": "x"}])),
            ("string1\n'=1+1\n'quoted'", json!([{"string1": "=1+1"}, {"string1": "'quoted'"}])),
            ("id,space,origin\na,1,x", json!([{"id": "a", "space": 1, "origin": "x"}])),
            (
                "origin\tstring1\ttags\nx\t\"a\tb\"\tred| blue",
                json!([{"origin": "x", "string1": "a\tb", "tags": ["red", "blue"]}]),
            ),
            (
                "origin;number1\nx;12\ny;\nz;many",
                json!([{"origin": "x", "number1": 12}, {"origin": "y"}, {"origin": "z", "number1": "many"}]),
            ),
        ] {
            assert_eq!(members(image, text).expect(text), read);
        }
        for (text, said) in [
            ("https://a.example/1.jpg", "is no column"),
            ("origin,nonsense\na,b", "'nonsense' is no column"),
            ("origin\n\nx\na,b,c", "Row 2"),
            ("width,height\n1,2", "cannot be written"),
            ("origin,Origin\n1,2", "twice"),
            ("origin,string1\nx,\"abc", "not closed"),
        ] {
            let told = members(image, text).expect_err(text);
            assert!(told.contains(said), "{text}: {told}");
        }
    }
}
