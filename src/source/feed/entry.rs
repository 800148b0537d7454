//! One entry's XML goes in; what it says of its article comes out.
//!
//! An element ends where a tag closes its name, whatever was left open inside: what feeds in the wild get wrong is
//! mostly inside. No stack of all open elements is kept, so depth costs nothing. Where the parser gives up, the `<` it
//! gave up at is taken for text and it begins again behind it, a limited number of times.

use quick_xml::{
    Reader,
    errors::{Error, SyntaxError},
    events::{BytesStart, Event},
};

use super::{
    context::Context,
    elements::{self, Do, Field, Form, LOOSE, Level, attribute, local},
    found::{Found, Value, pick},
    link,
    refs::{self, push_escaped},
};

/// So many bytes of an entry may be looked at again because of its faults, and besides so many times its length.
const AGAIN_BYTES: usize = 256 << 10;
const AGAIN_TIMES: usize = 4;

/// Containers are not entered deeper than this.
const MOST_LEVELS: usize = 8;

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
    values: Vec<Value>,
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
        pick(self.values, self.fault)
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
        let level = self.levels.last().map(|(level, _)| *level);
        match elements::decide(self.context, self.around, level, tag) {
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
}

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
