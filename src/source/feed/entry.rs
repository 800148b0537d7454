//! One entry's XML goes in; what it says of its article comes out.
//!
//! An element ends where a tag closes its name, whatever was left open inside: what feeds in the wild get wrong is
//! mostly inside. No stack of all open elements is kept, so depth costs nothing. Where the parser gives up, the `<` it
//! gave up at is taken for text and it begins again behind it, a limited number of times.

use std::borrow::Cow;

use quick_xml::{
    Reader,
    errors::{Error, SyntaxError},
    events::{BytesStart, Event},
};

use super::{
    context::{Context, Kind},
    link,
    refs::{self, push_escaped},
};

/// So many bytes of an entry may be looked at again because of its faults, and besides so many times its length.
const AGAIN_BYTES: usize = 256 << 10;
const AGAIN_TIMES: usize = 4;

/// Containers are not entered deeper than this.
const MOST_LEVELS: usize = 8;

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
enum Field {
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
enum Level {
    /// In the feed, the channel or the entry.
    Top,
    /// In the element that names where an entry is from.
    Source,
    Author,
    Media,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Do {
    Enter(Level),
    Take(Field, u8, Form),
    Skip,
}

/// An element whose content is being taken.
struct Taking<'s> {
    name: &'s str,
    field: Field,
    rank: u8,
    form: Form,
    text: String,
    /// Open elements of the same name inside.
    nested: u32,
    /// Where its first element begins, and how long the text was there.
    first: Option<(usize, usize)>,
    base: Option<String>,
}

/// An element that is passed over.
struct Skipping<'s> {
    name: &'s str,
    nested: u32,
    behind: usize,
}

struct Walk<'s, 'c> {
    slice: &'s str,
    context: &'c mut Context,
    /// Only what stands around entries: the root is entered too.
    around: bool,
    levels: Vec<(Level, &'s str)>,
    taking: Option<Taking<'s>>,
    skipping: Option<Skipping<'s>>,
    values: Vec<(Field, u8, Form, String)>,
    /// Bytes that may still be looked at again.
    again: usize,
    fault: Option<&'static str>,
}

/// Reads an entry. What it declares holds for it alone.
pub(super) fn read(entry: &str, context: &Context) -> Found {
    let mut context = context.clone();
    Walk::new(entry, &mut context, false).run()
}

/// Reads what stands around entries; what is declared there holds for them.
pub(super) fn around(between: &str, context: &mut Context) -> Found {
    Walk::new(between, context, true).run()
}

/// The attributes of a tag, as they stand there; what is none is left out.
pub(super) fn attributes<'t>(tag: &'t BytesStart<'_>) -> impl Iterator<Item = (&'t str, Cow<'t, str>)> {
    let mut attributes = tag.html_attributes();
    attributes.with_checks(false);
    attributes.flatten().map(|attribute| (attribute.key.into_inner(), attribute.value))
}

/// An attribute's value without references.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let (_, value) = attributes(tag).find(|(key, _)| *key == name)?;
    Some(refs::decoded(&value).trim().to_owned())
}

impl<'s, 'c> Walk<'s, 'c> {
    fn new(slice: &'s str, context: &'c mut Context, around: bool) -> Self {
        Self {
            slice,
            context,
            around,
            levels: Vec::new(),
            taking: None,
            skipping: None,
            values: Vec::new(),
            again: AGAIN_BYTES + AGAIN_TIMES * slice.len(),
            fault: None,
        }
    }

    fn run(mut self) -> Found {
        let mut from = Some(0);
        while let Some(at) = from {
            let next = self.pass(at).or_else(|| self.mend());
            from = next.map(|(at, _)| at);
            let Some(again) = next.map(|(at, reached)| reached.saturating_sub(at) + 1) else { break };
            let Some(left) = self.again.checked_sub(again) else {
                self.fault = Some("there are too many faults in its XML; a part of it was not read");
                break;
            };
            self.again = left;
        }
        if let Some(taking) = self.taking.take() {
            self.keep(taking);
        }
        self.found()
    }

    /// Reads from a byte on; gives where to begin again, if the parser gave up, and how far it had looked.
    fn pass(&mut self, from: usize) -> Option<(usize, usize)> {
        let slice: &'s str = self.slice.get(from..)?;
        let mut reader = Reader::from_str(slice);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        loop {
            let at = from + usize::try_from(reader.buffer_position()).unwrap_or(slice.len());
            let event = reader.read_event();
            let behind = from + usize::try_from(reader.buffer_position()).unwrap_or(slice.len());
            match event {
                Ok(Event::Eof) => return None,
                Ok(Event::Start(tag)) => {
                    if !is_tag(self.raw(at, behind)) {
                        self.lone();
                        return Some((at + 1, behind));
                    }
                    self.start(&tag, at, behind, false);
                }
                Ok(Event::Empty(tag)) => self.start(&tag, at, behind, true),
                Ok(Event::End(_)) => self.end(self.raw(at, behind)),
                Ok(Event::Text(text)) => self.text(&text),
                Ok(Event::CData(text)) => self.cdata(&text),
                Ok(Event::GeneralRef(name)) => self.reference(&name),
                Ok(Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_)) => {}
                Err(Error::Syntax(SyntaxError::UnclosedCData)) => {
                    let at = from + usize::try_from(reader.error_position()).unwrap_or(slice.len());
                    self.cdata(self.raw(at, self.slice.len()).trim_start_matches("<![CDATA["));
                    return None;
                }
                Err(_) => {
                    let at = from + usize::try_from(reader.error_position()).unwrap_or(slice.len());
                    self.lone();
                    return Some((at + 1, self.slice.len()));
                }
            }
        }
    }

    fn raw(&self, from: usize, to: usize) -> &'s str {
        self.slice.get(from..to).unwrap_or_default()
    }

    /// At the end, an element passed over or taken may turn out never to have been closed: where to go on instead.
    fn mend(&mut self) -> Option<(usize, usize)> {
        let end = self.slice.len();
        if let Some(skipping) = self.skipping.take() {
            return (skipping.behind < end).then_some((skipping.behind, end));
        }
        let mut taking = self.taking.take()?;
        // A text may hold elements of its own; nothing else does.
        let again = taking.first.filter(|_| taking.field != Field::Text);
        if let Some((_, length)) = again {
            taking.text.truncate(length);
        }
        self.keep(taking);
        again.map(|(at, _)| (at, end))
    }

    fn start(&mut self, tag: &BytesStart<'_>, at: usize, behind: usize, empty: bool) {
        let name = name(self.raw(at, behind));
        if let Some(skipping) = &mut self.skipping {
            skipping.nested += u32::from(!empty && skipping.name == name);
            return;
        }
        if let Some(taking) = &mut self.taking {
            taking.nested += u32::from(!empty && taking.name == name);
            taking.element(tag, at, empty);
            return;
        }
        match self.decide(tag, name) {
            Do::Enter(level) if !empty && self.levels.len() < MOST_LEVELS => {
                if level == Level::Top {
                    self.context.open(tag);
                    if let Some(about) = attribute(tag, "rdf:about").filter(|_| !self.around) {
                        self.values.push((Field::Id, 1, Form::Plain, about.clone()));
                        self.values.push((Field::Link, 4, Form::Plain, about));
                    }
                }
                self.levels.push((level, name));
            }
            Do::Take(field, rank, form) => {
                let base = attribute(tag, "xml:base");
                let base = base.and_then(|base| link::resolve(&base, self.context.base.as_deref()));
                if field == Field::Link
                    && let Some(href) = attribute(tag, "href")
                {
                    let base = base.as_deref().or(self.context.base.as_deref());
                    if let Some(link) = link::resolve(&href, base).or(Some(href)) {
                        self.values.push((field, rank, Form::Plain, link));
                    }
                }
                if !empty {
                    let text = String::new();
                    self.taking =
                        Some(Taking { name, field, rank, form, text, nested: 0, first: None, base });
                }
            }
            Do::Skip if !empty => self.skipping = Some(Skipping { name, nested: 0, behind }),
            Do::Enter(_) | Do::Skip => {}
        }
    }

    fn end(&mut self, tag: &'s str) {
        let name = name(tag);
        if let Some(skipping) = &mut self.skipping {
            if skipping.name == name {
                match skipping.nested.checked_sub(1) {
                    Some(nested) => skipping.nested = nested,
                    None => self.skipping = None,
                }
            }
            return;
        }
        if let Some(taking) = &mut self.taking {
            if taking.name == name {
                match taking.nested.checked_sub(1) {
                    Some(nested) => taking.nested = nested,
                    None => {
                        if let Some(taking) = self.taking.take() {
                            self.keep(taking);
                        }
                        return;
                    }
                }
            }
            taking.close(local(name));
            return;
        }
        if self.levels.last().is_some_and(|(_, open)| *open == name) {
            self.levels.pop();
        }
    }

    fn text(&mut self, text: &str) {
        self.push(text, text);
    }

    fn cdata(&mut self, text: &str) {
        match &mut self.taking {
            Some(taking) if taking.form == Form::Markup => push_escaped(&mut taking.text, text),
            _ => self.push(text, text),
        }
    }

    fn reference(&mut self, name: &str) {
        let form = self.taking.as_ref().map(|taking| taking.form);
        let known = if form == Some(Form::Markup) { None } else { refs::one(name, form == Some(Form::Html)) };
        match known {
            Some(known) => self.push(&known, ""),
            None => {
                let raw = format!("&{name};");
                self.push(&raw, &raw);
            }
        }
    }

    /// Takes over a `<` that begins nothing.
    fn lone(&mut self) {
        let html = self.taking.as_ref().is_some_and(|taking| taking.form == Form::Html);
        self.push(if html { "&lt;" } else { "<" }, "&lt;");
    }

    /// Takes text over, decoded, or raw where elements are kept.
    fn push(&mut self, decoded: &str, raw: &str) {
        if let Some(taking) = &mut self.taking {
            taking.text.push_str(if taking.form == Form::Markup { raw } else { decoded });
            return;
        }
        if self.skipping.is_some() {
            return;
        }
        let field = match self.levels.last() {
            Some((Level::Source, _)) => Field::Source,
            Some((Level::Author, _)) => Field::Author,
            _ => return,
        };
        // Text that stands in a container itself; behind its parts, if it has any.
        match self.values.last_mut() {
            Some((last, LOOSE, _, text)) if *last == field => text.push_str(decoded),
            _ => self.values.push((field, LOOSE, Form::Plain, decoded.to_owned())),
        }
    }

    fn keep(&mut self, taking: Taking<'s>) {
        let Taking { field, rank, form, mut text, base, .. } = taking;
        if field == Field::Link && !text.trim().is_empty() {
            let base = base.as_deref().or(self.context.base.as_deref());
            if let Some(link) = link::resolve(text.trim(), base) {
                text = link;
            }
        }
        self.values.push((field, rank, form, text));
    }

    /// What to do with an element, by where it stands and what it is called.
    fn decide(&mut self, tag: &BytesStart<'_>, name: &str) -> Do {
        let local = local(name);
        let Some(&(level, _)) = self.levels.last() else {
            return self.root(local);
        };
        let kind = self.context.kind(tag);
        let date = |rank| Do::Take(Field::Date, rank, Form::Plain);
        let plain = |field, rank| Do::Take(field, rank, Form::Plain);
        let text = |rank| Do::Take(Field::Text, rank, Form::Html);
        match (level, kind, local) {
            (Level::Source, _, "title") => self.typed(tag, Field::Source, 0),
            (Level::Author, _, "name") => plain(Field::Author, 0),
            (Level::Source | Level::Author, ..) => Do::Skip,
            (Level::Media, Kind::Media, "description") => self.typed(tag, Field::Text, 5),
            (Level::Media, Kind::Media, "group" | "content") => Do::Enter(Level::Media),
            (Level::Media, ..) => Do::Skip,
            (_, Kind::Core, "channel") if self.around => {
                self.context.is_feed = true;
                Do::Enter(Level::Top)
            }
            (_, Kind::Core, "title") => self.typed(tag, Field::Title, 0),
            (_, Kind::Core, "link") => self.link(tag),
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
            (_, Kind::Core, "content") => self.typed(tag, Field::Text, 0),
            (_, Kind::Core | Kind::Xhtml, "body") => Do::Take(Field::Text, 1, Form::Markup),
            (_, Kind::Core, "description" | "summary") => self.typed(tag, Field::Text, 2),
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
            (_, Kind::Media, "title") => self.typed(tag, Field::Title, 2),
            (_, Kind::Media, "description") => self.typed(tag, Field::Text, 5),
            (_, Kind::Media, "group" | "content") => Do::Enter(Level::Media),
            _ => Do::Skip,
        }
    }

    fn root(&mut self, local: &str) -> Do {
        match local {
            "item" | "entry" if !self.around => Do::Enter(Level::Top),
            "rss" | "RDF" | "channel" if self.around => {
                self.context.is_feed = true;
                Do::Enter(Level::Top)
            }
            "feed" if self.around => {
                self.context.is_feed = true;
                self.context.is_atom = true;
                Do::Enter(Level::Top)
            }
            // A stream may go on within the feed: what stands there is the feed's.
            _ if self.around && self.context.is_feed => {
                self.levels.push((Level::Top, ""));
                Do::Skip
            }
            _ if self.around => Do::Enter(Level::Top),
            _ => Do::Skip,
        }
    }

    /// An element that may say how it is written.
    fn typed(&self, tag: &BytesStart<'_>, field: Field, rank: u8) -> Do {
        let kind = attribute(tag, "type").unwrap_or_default().to_ascii_lowercase();
        let mode = attribute(tag, "mode").unwrap_or_default();
        let escaped = mode == "escaped";
        let form = match kind.as_str() {
            _ if mode == "base64" => return Do::Skip,
            "html" | "text/html" => Form::Html,
            "xhtml" | "application/xhtml+xml" if escaped => Form::Html,
            "xhtml" | "application/xhtml+xml" => Form::Markup,
            "text" | "plain" | "text/plain" => Form::Plain,
            "" if self.context.is_atom => Form::Plain,
            "" => Form::Html,
            kind if kind.ends_with("/xml") || kind.ends_with("+xml") => Form::Markup,
            kind if kind.starts_with("text/") => Form::Plain,
            // A picture or a sound in base64.
            _ => return Do::Skip,
        };
        Do::Take(field, rank, form)
    }

    /// The address of the article, and nothing else that is linked to.
    fn link(&self, tag: &BytesStart<'_>) -> Do {
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

    /// Picks the best of each field.
    fn found(mut self) -> Found {
        // A stable sort: of equals, the first stays first.
        self.values.sort_by_key(|(_, rank, ..)| *rank);
        let mut found = Found { fault: self.fault, ..Found::default() };
        let mut permanent = None;
        for (field, rank, form, text) in self.values {
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
                        let title = super::text::inline(form, &text);
                        (!title.is_empty()).then_some(title)
                    });
                    continue;
                }
                Field::Source if form != Form::Plain => {
                    found.source = found.source.take().or_else(|| Some(super::text::inline(form, &text)));
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
}

/// The rank of text that stands in a container itself.
const LOOSE: u8 = 9;

/// From this rank on an id is not an address.
const NOT_A_LINK: u8 = 2;

impl Taking<'_> {
    /// An element begins inside.
    fn element(&mut self, tag: &BytesStart<'_>, at: usize, empty: bool) {
        let length = self.text.len();
        self.first.get_or_insert((at, length));
        if !matches!(self.field, Field::Text | Field::Title | Field::Source) {
            return;
        }
        if self.form == Form::Plain {
            // It said text, but there are elements.
            let text = std::mem::take(&mut self.text);
            push_escaped(&mut self.text, &text);
            self.form = Form::Markup;
        }
        let name = local(tag.name().into_inner()).to_ascii_lowercase();
        self.text.push('<');
        self.text.push_str(&name);
        self.text.push_str(tag.attributes_raw().trim_end_matches('/'));
        self.text.push('>');
        if empty && !VOID.contains(&name.as_str()) {
            self.close(&name);
        }
    }

    /// An element ends inside.
    fn close(&mut self, name: &str) {
        if matches!(self.field, Field::Text | Field::Title | Field::Source) && self.form != Form::Plain {
            self.text.push_str("</");
            self.text.push_str(&name.to_ascii_lowercase());
            self.text.push('>');
        }
    }
}

/// Elements of HTML that never have an end tag.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
];

/// Whether what the parser takes for a tag is one: its name begins with a letter, and no other tag begins in it.
fn is_tag(raw: &str) -> bool {
    let inner = raw.get(1..).unwrap_or_default();
    let named = inner.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == ':');
    named && (!inner.contains('<') || attribute_holds(inner))
}

/// Whether each `<` in a tag stands in quotes.
fn attribute_holds(inner: &str) -> bool {
    let mut quote = None;
    inner.bytes().all(|byte| {
        match (byte, quote) {
            (b'"' | b'\'', None) => quote = Some(byte),
            (_, Some(open)) if open == byte => quote = None,
            (b'<', None) => return false,
            _ => {}
        }
        true
    })
}

/// The name in a tag, with its prefix.
fn name(tag: &str) -> &str {
    let inner = tag.trim_start_matches(['<', '/']);
    let end = inner.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>'));
    inner.get(..end.unwrap_or(inner.len())).unwrap_or_default()
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or_default()
}
