//! Several resources as somebody types or pastes them who writes no JSON: one a line, or a table.

use csv::{ReaderBuilder, StringRecord};
use hydra::{ClassDef, Datatype, PropertyDef, PropertyKind};
use serde_json::{Map, Value as Json};

/// What a line is where nothing is said of columns: the first of the properties that one has to have.
pub fn first(member: &ClassDef) -> Option<&'static str> {
    let needed = member.properties.iter().find(|property| property.writable && property.required);
    needed.map(|property| property.name)
}

/// The resources that lines stand for, as an array. Columns are parted by commas, semicolons or tabs, and called in the first line; without
/// that a line is one value.
///
/// # Errors
/// What is wrong with the lines, for whoever typed them.
pub fn members(member: &ClassDef, text: &str) -> Result<Json, String> {
    let head = text.lines().next().unwrap_or_default();
    let delimiter = [b'\t', b';'].into_iter().find(|one| head.as_bytes().contains(one)).unwrap_or(b',');
    let mut reader = ReaderBuilder::new();
    reader.has_headers(false).flexible(true).trim(csv::Trim::All).delimiter(delimiter);
    let records: Result<Vec<StringRecord>, _> = reader.from_reader(text.as_bytes()).into_records().collect();
    let mut records = records.map_err(|error| format!("These are no lines of a table: {error}."))?;
    let column = |name: &str| member.property(name).filter(|property| property.writable);
    let columns: Option<Vec<_>> = records.first().and_then(|head| head.iter().map(column).collect());
    let columns = match (columns, first(member).and_then(column)) {
        (Some(columns), _) => {
            records.remove(0);
            columns
        }
        (None, Some(needed)) if records.iter().all(|record| record.len() == 1) => vec![needed],
        (None, _) => {
            let known: Vec<_> = member.properties.iter().filter(|one| one.writable).map(|one| one.name).collect();
            return Err(format!("Say in the first line what each column is. There are: {}.", known.join(", ")));
        }
    };
    let one = |(at, record): (usize, &StringRecord)| {
        if record.len() > columns.len() {
            return Err(format!("Line {} has more than its {} columns.", at + 1, columns.len()));
        }
        let given = columns.iter().zip(record).filter(|(_, cell)| !cell.is_empty());
        Ok(Json::Object(
            given.map(|(column, cell)| (column.name.to_owned(), value(column, cell))).collect::<Map<_, _>>(),
        ))
    };
    records.iter().enumerate().map(one).collect::<Result<Vec<_>, _>>().map(Json::Array)
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
        _ => cell.into(),
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
    fn lines_and_tables_are_what_they_say() {
        let image = Image::CLASS;
        for (text, read) in [
            (
                "https://a.example/1.jpg\n\nhttps://a.example/2.jpg\n",
                json!([{"origin": "https://a.example/1.jpg"}, {"origin": "https://a.example/2.jpg"}]),
            ),
            (
                "id,space,origin\na,1,https://a.example/1.jpg",
                json!([{"id": "a", "space": 1, "origin": "https://a.example/1.jpg"}]),
            ),
            (
                "origin\tstring1\ttags\nhttps://a.example/1.jpg\t\"a\tb\"\tred| blue",
                json!([{"origin": "https://a.example/1.jpg", "string1": "a\tb", "tags": ["red", "blue"]}]),
            ),
            (
                "origin;number1\nx;12\ny;\nz;many",
                json!([{"origin": "x", "number1": 12}, {"origin": "y"}, {"origin": "z", "number1": "many"}]),
            ),
            ("origin\nx", json!([{"origin": "x"}])),
        ] {
            assert_eq!(members(image, text).expect(text), read);
        }
        for text in ["a,b\nc,d", "origin,nonsense\na,b", "origin\na,b,c", "width,height\n1,2"] {
            members(image, text).expect_err(text);
        }
    }
}
