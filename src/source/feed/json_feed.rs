//! JSON Feed: the elements of its `items`, each read by itself.

use std::{borrow::Cow, io::Read, sync::Arc};

use serde::Deserialize;

use super::{
    super::{
        array::Elements,
        batch::{Batch, Cut, Parse, Take},
        json::Wanted,
        naming::FileName,
    },
    context::Context,
    elements::Form,
    found::Found,
};
use crate::error::ProblemKind;

/// An item, as the standard has it.
#[derive(Deserialize)]
struct Item<'i> {
    #[serde(default, borrow)]
    id: Option<Id<'i>>,
    #[serde(default, borrow)]
    url: Option<Cow<'i, str>>,
    #[serde(default, borrow)]
    external_url: Option<Cow<'i, str>>,
    #[serde(default, borrow)]
    title: Option<Cow<'i, str>>,
    #[serde(default, borrow)]
    content_html: Option<Cow<'i, str>>,
    #[serde(default, borrow)]
    content_text: Option<Cow<'i, str>>,
    #[serde(default, borrow)]
    summary: Option<Cow<'i, str>>,
    #[serde(default, borrow)]
    date_published: Option<Cow<'i, str>>,
    #[serde(default, borrow)]
    date_modified: Option<Cow<'i, str>>,
    #[serde(default, borrow)]
    author: Option<Author<'i>>,
    #[serde(default, borrow)]
    authors: Option<Vec<Author<'i>>>,
}

/// Numbers are no ids by the standard, but are met.
#[derive(Deserialize)]
#[serde(untagged)]
enum Id<'i> {
    Text(#[serde(borrow)] Cow<'i, str>),
    Number(serde_json::Number),
}

#[derive(Deserialize)]
struct Author<'i> {
    #[serde(default, borrow)]
    name: Option<Cow<'i, str>>,
}

/// The entries of a JSON Feed, in batches.
pub(super) fn entries<R: Read>(
    reader: R,
    offset: u64,
    file: Arc<FileName>,
    wanted: Arc<Wanted>,
    cap: usize,
) -> impl Iterator<Item = Batch> {
    let mut context = Context { is_feed: true, ..Context::default() };
    let none: Arc<dyn Parse> = Arc::new(Items(Context::default()));
    let elements =
        Elements::new(reader, offset, file, none, wanted, cap).below("items", |key, value| match key {
            "title" => context.title = Some(value.to_owned()),
            "home_page_url" => context.link = Some(value.to_owned()),
            _ => {}
        });
    elements.with_parser(Arc::new(Items(context)))
}

/// Makes articles of items.
#[derive(Debug)]
struct Items(Context);

impl Parse for Items {
    fn parse(&self, bytes: &[u8], cut: &Cut, file: &FileName, take: &mut Take<'_>) {
        let at = |kind, message| Err(file.problem_at(kind, Some(cut.record), Some(cut.line), message));
        let item: Item<'_> = match serde_json::from_slice(bytes) {
            Ok(item) => item,
            Err(error) => {
                let what = error.to_string();
                let what = what.rsplit_once(" at line ").map_or(what.as_str(), |(what, _)| what);
                return take(at(ProblemKind::Malformed, format!("not an item of a feed: {what}")), None);
            }
        };
        match self.0.document(item.found(), file, cut.record) {
            Ok(document) => take(Ok(super::Record::whole(&document)), None),
            Err((kind, message)) => take(at(kind, message), None),
        }
    }
}

impl Item<'_> {
    fn found(self) -> Found {
        let some = |value: Option<Cow<'_, str>>| {
            value.filter(|value| !value.trim().is_empty()).map(|value| value.trim().to_owned())
        };
        let text = |form: Form, value: Option<Cow<'_, str>>| Some((form, value?.into_owned()));
        let author =
            self.author.into_iter().chain(self.authors.unwrap_or_default()).find_map(|a| some(a.name));
        Found {
            title: some(self.title).map(|title| title.split_whitespace().collect::<Vec<_>>().join(" ")),
            id: some(self.id.map(|id| match id {
                Id::Text(text) => text,
                Id::Number(number) => number.to_string().into(),
            })),
            link: some(self.url).or_else(|| some(self.external_url)),
            dates: [self.date_published, self.date_modified].into_iter().filter_map(some).collect(),
            author,
            texts: [
                text(Form::Html, self.content_html),
                text(Form::Plain, self.content_text),
                text(Form::Plain, self.summary),
            ]
            .into_iter()
            .flatten()
            .collect(),
            ..Found::default()
        }
    }
}
