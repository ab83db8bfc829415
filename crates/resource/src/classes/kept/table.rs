//! The table of a class: which property is which column, and what follows from that for searching and ordering.

use hydra::{Cell, CellKind, ColumnDef, PathKey as _};
use store::OrderBy;
use store::kept::{self as rows, Shape, WrittenAs};

use super::beside::Beside as _;
use super::class::Kept;
use super::names::Names;
use super::row::cell;

/// The table of a class.
pub(crate) fn table<C: Kept>() -> rows::KeptTable {
    let Names { identity, seen, listed, read, written, .. } = C::NAMES;
    let plain = |name, kind| rows::KeptColumn { name, read: name, written: None, kind, nullable: false, unique: false };
    let identity_kind = cell(Cell::null(C::Key::LAST)).kind();
    let mut columns = vec![plain("customer_id", rows::CellType::Whole), plain(identity, identity_kind)];
    let (mut text, mut filters, mut orders) = (Vec::new(), Vec::new(), Vec::new());
    for column in C::COLUMNS {
        let (property, name) = (column.property, name(&C::NAMES, column));
        let twin = twin(name, column);
        let compared = twin.unwrap_or(name);
        if property.search {
            text.push(compared);
        }
        if property.filter {
            filters.push((property.name, compared, twin.is_some()));
        }
        if property.sort {
            let by = match column.kind {
                CellKind::Text => OrderBy::Text(compared),
                CellKind::Whole | CellKind::Flag | CellKind::Uuid => OrderBy::Whole(compared),
            };
            orders.push((property.name, by));
        }
        let written = match (named(written, column.field), twin) {
            _ if !property.writable => None,
            (Some(expression), _) => Some(WrittenAs::Through(expression)),
            (None, Some(twin)) => Some(WrittenAs::Folded(twin)),
            (None, None) => Some(WrittenAs::Plain),
        };
        columns.push(rows::KeptColumn {
            name,
            read: named(read, column.field).unwrap_or(name),
            written,
            kind: cell(Cell::null(column.kind)).kind(),
            nullable: column.nullable,
            unique: property.unique,
        });
    }
    let beside = C::Beside::COLUMNS.iter().zip(C::Beside::default().cells());
    columns.extend(beside.map(|(name, cell)| rows::KeptColumn {
        written: Some(WrittenAs::Plain),
        nullable: true,
        ..plain(name, cell.kind())
    }));

    rows::KeptTable::new(Shape {
        name: snake_case(C::NAME).leak(),
        identity,
        seen,
        listed,
        columns,
        text,
        filters,
        orders,
    })
}

fn named(names: &'static [(&'static str, &'static str)], field: &str) -> Option<&'static str> {
    names.iter().find(|(name, _)| *name == field).map(|(_, column)| *column)
}

/// The name of a column: that of its field; instants end in `_at`.
fn name(names: &Names, column: &ColumnDef) -> &'static str {
    named(names.columns, column.field).unwrap_or(match column.field {
        "created" => "created_at",
        field => field,
    })
}

/// The column that has a text in the form in which it is compared. Asked once for each column: its name lives as long as the
/// process.
fn twin(name: &'static str, column: &ColumnDef) -> Option<&'static str> {
    let property = column.property;
    let is_compared = property.unique || property.search || property.filter || property.sort;
    let is_folded = column.kind == CellKind::Text && is_compared && !property.exact;
    is_folded.then(|| &*format!("{name}_key").leak())
}

/// The name of a table: that of its class.
fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
