//! What an entry says: of each thing the best that was found.

use super::{
    elements::{Field, Form, NOT_A_LINK},
    link, text,
};

/// What an element said: what it is to the article, how good a source for that (0 is the best), how it is written.
pub(super) type Value = (Field, u8, Form, String);

/// What an entry, or a feed, says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) title: Option<String>,
    pub(super) id: Option<String>,
    pub(super) link: Option<String>,
    /// The best first: published before updated.
    pub(super) dates: Vec<String>,
    pub(super) source: Option<String>,
    pub(super) author: Option<String>,
    /// What can be its text, the best first.
    pub(super) texts: Vec<(Form, String)>,
    /// What stood in the way of reading all of it.
    pub(super) fault: Option<&'static str>,
}

/// Picks the best of each field.
pub(super) fn pick(mut values: Vec<Value>, fault: Option<&'static str>) -> Found {
    // A stable sort: of equals, the first stays first.
    values.sort_by_key(|(_, rank, ..)| *rank);
    let mut found = Found { fault, ..Found::default() };
    let mut permanent = None;
    for (field, rank, form, text) in values {
        if text.trim().is_empty() {
            continue;
        }
        let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let place = match field {
            Field::Text => {
                found.texts.push((form, text));
                continue;
            }
            Field::Date => {
                found.dates.push(one_line(&text));
                continue;
            }
            Field::Title => {
                found.title = found.title.take().or_else(|| {
                    let title = text::inline(form, &text);
                    (!title.is_empty()).then_some(title)
                });
                continue;
            }
            Field::Source if form != Form::Plain => {
                found.source = found.source.take().or_else(|| Some(text::inline(form, &text)));
                continue;
            }
            Field::Id => {
                let is_link = rank < NOT_A_LINK && link::is_absolute(text.trim());
                if is_link && permanent.is_none() {
                    permanent = Some(one_line(&text));
                }
                &mut found.id
            }
            Field::Link => &mut found.link,
            Field::Source => &mut found.source,
            Field::Author => &mut found.author,
        };
        if place.is_none() {
            *place = Some(one_line(&text));
        }
    }
    found.link = found.link.or(permanent);
    found
}
