//! A line of a ledger as a row of a table, and back: what stands in an object stands in columns of its own, and what a
//! line does not have is empty.

use serde_json::{Map, Value as Json};

use super::Line;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Text,
    Whole,
    Decimal,
    Truth,
}

/// A column: where its value stands in the JSON of a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) holds: Holds,
    object: Option<&'static str>,
    key: &'static str,
}

const fn column(name: &'static str, holds: Holds) -> Column {
    Column { name, holds, object: None, key: name }
}

const fn below(object: &'static str, key: &'static str, name: &'static str, holds: Holds) -> Column {
    Column { name, holds, object: Some(object), key }
}

/// Every column, in order.
pub(super) const COLUMNS: [Column; 33] = [
    column("line", Holds::Text),
    column("schema", Holds::Text),
    column("tool", Holds::Text),
    column("single", Holds::Truth),
    column("path", Holds::Text),
    column("packing", Holds::Text),
    column("state", Holds::Text),
    column("offset", Holds::Whole),
    column("text", Holds::Text),
    column("base64", Holds::Text),
    below("document", "name", "document_name", Holds::Text),
    below("document", "path", "document_path", Holds::Text),
    below("document", "record", "document_record", Holds::Whole),
    below("document", "start", "document_start", Holds::Whole),
    below("document", "end", "document_end", Holds::Whole),
    column("level", Holds::Text),
    column("kind", Holds::Text),
    column("similarity", Holds::Decimal),
    column("family", Holds::Text),
    below("keeper", "name", "keeper_name", Holds::Text),
    below("keeper", "path", "keeper_path", Holds::Text),
    below("keeper", "record", "keeper_record", Holds::Whole),
    below("keeper", "start", "keeper_start", Holds::Whole),
    below("keeper", "end", "keeper_end", Holds::Whole),
    below("before", "bytes", "before_bytes", Holds::Whole),
    below("before", "hash", "before_hash", Holds::Text),
    below("after", "bytes", "after_bytes", Holds::Whole),
    below("after", "hash", "after_hash", Holds::Text),
    column("files", Holds::Whole),
    column("documents", Holds::Whole),
    column("removed_documents", Holds::Whole),
    column("removed_spans", Holds::Whole),
    column("removed_bytes", Holds::Whole),
];

/// The cells of a line; those it does not have are null.
pub(super) fn cells(line: &Line<'_>) -> serde_json::Result<Vec<Json>> {
    let mut json = serde_json::to_value(line)?;
    let mut take = |column: &Column| {
        let object = match column.object {
            None => Some(&mut json),
            Some(object) => json.get_mut(object),
        };
        object.and_then(|object| object.get_mut(column.key)).map_or(Json::Null, Json::take)
    };
    Ok(COLUMNS.iter().map(&mut take).collect())
}

/// The line of cells.
pub(super) fn line(cells: impl Iterator<Item = (Column, Json)>) -> serde_json::Result<Line<'static>> {
    let mut json = Map::new();
    for (column, cell) in cells.filter(|(_, cell)| !cell.is_null()) {
        match column.object {
            None => json.insert(column.key.to_owned(), cell),
            Some(object) => match json.entry(object).or_insert_with(|| Json::Object(Map::new())) {
                Json::Object(object) => object.insert(column.key.to_owned(), cell),
                _ => None,
            },
        };
    }
    serde_json::from_value(Json::Object(json))
}

/// The columns of these names, in their order; none when one is unknown or missing.
pub(super) fn columns<'n>(names: impl Iterator<Item = &'n str>) -> Option<Vec<Column>> {
    let found: Option<Vec<Column>> =
        names.map(|name| COLUMNS.iter().find(|column| column.name == name).copied()).collect();
    found.filter(|found| COLUMNS.iter().all(|column| found.iter().any(|other| other.name == column.name)))
}
