//! The elements of feeds: where they stand and what they are called goes in, what they are to an article comes out.

use std::borrow::Cow;

use quick_xml::events::BytesStart;

use super::{
    context::{Context, Kind},
    refs,
};

/// Elements that feeds begin with.
const ROOTS: [&str; 4] = ["rss", "RDF", "feed", "channel"];

/// How a text is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Plain,
    /// HTML, escaped or in CDATA.
    Html,
    /// Elements standing there as such.
    Markup,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Title,
    Id,
    Link,
    Date,
    Source,
    Author,
    Text,
}

/// Where the reader stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// In the feed, the channel or the entry.
    Top,
    /// In the element that names where an entry is from.
    Source,
    Author,
    Media,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Do {
    Enter(Level),
    Take(Field, u8, Form),
    Skip,
}

/// The rank of text that stands in a container itself.
pub(super) const LOOSE: u8 = 9;

/// From this rank on an id is not an address.
pub(super) const NOT_A_LINK: u8 = 2;

/// The attributes of a tag, as they stand there; what is none is left out.
pub(super) fn attributes<'t>(tag: &'t BytesStart<'_>) -> impl Iterator<Item = (&'t str, Cow<'t, str>)> {
    let mut attributes = tag.html_attributes();
    attributes.with_checks(false);
    attributes.flatten().map(|attribute| (attribute.key.into_inner(), attribute.value))
}

/// An attribute's value without references.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let (_, value) = attributes(tag).find(|(key, _)| *key == name)?;
    Some(refs::decoded(&value).trim().to_owned())
}

/// What to do with an element, by where it stands and what it is called.
pub(super) fn decide(context: &mut Context, around: bool, level: Option<Level>, tag: &BytesStart<'_>) -> Do {
    let local = local(tag.name().into_inner());
    let level = match level {
        Some(level) => level,
        // What stands behind entries is the feed's, unless another one begins.
        None if around && context.is_feed && (local == "channel" || !ROOTS.contains(&local)) => Level::Top,
        None => return root(context, around, local),
    };
    let kind = context.kind(tag);
    let date = |rank| Do::Take(Field::Date, rank, Form::Plain);
    let plain = |field, rank| Do::Take(field, rank, Form::Plain);
    let text = |rank| Do::Take(Field::Text, rank, Form::Html);
    match (level, kind, local) {
        (Level::Source, _, "title") => typed(context, tag, Field::Source, 0),
        (Level::Author, _, "name") => plain(Field::Author, 0),
        (Level::Source | Level::Author, ..) => Do::Skip,
        (Level::Media, Kind::Media, "description") => typed(context, tag, Field::Text, 5),
        (Level::Media, Kind::Media, "group" | "content") => Do::Enter(Level::Media),
        (Level::Media, ..) => Do::Skip,
        (_, Kind::Core, "channel") if around => Do::Enter(Level::Top),
        (_, Kind::Core, "title") => typed(context, tag, Field::Title, 0),
        (_, Kind::Core, "link") => link(tag),
        (_, Kind::Core, "guid") => {
            let id = attribute(tag, "isPermaLink");
            let permanent = id.is_none_or(|is| !is.eq_ignore_ascii_case("false"));
            plain(Field::Id, if permanent { 0 } else { NOT_A_LINK })
        }
        (_, Kind::Core, "id") => plain(Field::Id, 0),
        (_, Kind::Core, "pubDate" | "pubdate" | "published" | "issued") => date(0),
        (_, Kind::Core, "date" | "created") => date(1),
        (_, Kind::Core, "updated" | "modified") => date(3),
        (_, Kind::Core, "source") => Do::Enter(Level::Source),
        (_, Kind::Core, "author") => Do::Enter(Level::Author),
        (_, Kind::Core, "content") => typed(context, tag, Field::Text, 0),
        (_, Kind::Core | Kind::Xhtml, "body") => Do::Take(Field::Text, 1, Form::Markup),
        (_, Kind::Core, "description" | "summary") => typed(context, tag, Field::Text, 2),
        (_, Kind::Content, "encoded") | (_, Kind::Yandex, "full-text") => text(0),
        (_, Kind::Dublin, "title") => plain(Field::Title, 1),
        (_, Kind::Dublin, "identifier") => plain(Field::Id, NOT_A_LINK + 1),
        (_, Kind::Dublin, "date" | "issued" | "created") => date(1),
        (_, Kind::Dublin, "modified") => date(3),
        (_, Kind::Dublin, "publisher") => plain(Field::Source, 1),
        (_, Kind::Dublin, "creator") => plain(Field::Author, 1),
        (_, Kind::Dublin, "description") => text(3),
        (_, Kind::Itunes, "summary") => text(4),
        (_, Kind::Itunes, "author") => plain(Field::Author, 2),
        (_, Kind::Media, "title") => typed(context, tag, Field::Title, 2),
        (_, Kind::Media, "description") => typed(context, tag, Field::Text, 5),
        (_, Kind::Media, "group" | "content") => Do::Enter(Level::Media),
        _ => Do::Skip,
    }
}

fn root(context: &mut Context, around: bool, local: &str) -> Do {
    match local {
        "item" | "entry" if !around => Do::Enter(Level::Top),
        local if around && ROOTS.contains(&local) => {
            // One feed may stand behind another, which has nothing to say of it.
            *context = Context { is_feed: true, is_atom: local == "feed", ..Context::default() };
            Do::Enter(Level::Top)
        }
        _ if around => Do::Enter(Level::Top),
        _ => Do::Skip,
    }
}

/// An element that may say how it is written.
fn typed(context: &Context, tag: &BytesStart<'_>, field: Field, rank: u8) -> Do {
    let kind = attribute(tag, "type").unwrap_or_default().to_ascii_lowercase();
    let mode = attribute(tag, "mode").unwrap_or_default();
    let escaped = mode == "escaped";
    let form = match kind.as_str() {
        _ if mode == "base64" => return Do::Skip,
        "html" | "text/html" => Form::Html,
        "xhtml" | "application/xhtml+xml" if escaped => Form::Html,
        "xhtml" | "application/xhtml+xml" => Form::Markup,
        "text" | "plain" | "text/plain" => Form::Plain,
        "" if context.is_atom => Form::Plain,
        "" => Form::Html,
        kind if kind.ends_with("/xml") || kind.ends_with("+xml") => Form::Markup,
        kind if kind.starts_with("text/") => Form::Plain,
        // A picture or a sound in base64.
        _ => return Do::Skip,
    };
    Do::Take(field, rank, form)
}

/// The address of the article, and nothing else that is linked to.
fn link(tag: &BytesStart<'_>) -> Do {
    let relation = attribute(tag, "rel").unwrap_or_default();
    let kind = attribute(tag, "type").unwrap_or_default().to_ascii_lowercase();
    match relation.as_str() {
        "" | "alternate" | "http://www.iana.org/assignments/relation/alternate" => {
            let page = kind.is_empty() || kind.contains("html");
            Do::Take(Field::Link, if page { 0 } else { 1 }, Form::Plain)
        }
        _ => Do::Skip,
    }
}

/// A name without its prefix.
pub(super) fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or_default()
}
