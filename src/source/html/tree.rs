//! Tags go in; a tree in the order of the page comes out.
//!
//! The tokenizer is `html5gum`'s, which follows the standard. The tree is not quite the standard's: elements are
//! never moved (no adoption agency, no foster parents), so that a subtree is a run of nodes, walked and dropped
//! without recursion, and an end tag looks at most [`REACH`] open elements up, so that time is linear in the
//! bytes whatever is nested in what. Text comes in the order of the page either way.
//!
//! A node takes 28 bytes, an attribute that is kept 12 and its value; there are at most [`MOST_NODES`] nodes.

use std::ops::Range;

use html5gum::{Emitter, State, Tokenizer};

use super::tags::Tag;

/// The most elements and pieces of text of a page that is read.
pub(in crate::source) const MOST_NODES: usize = 1 << 20;

/// How many open elements an end tag looks at for the one it ends.
const REACH: usize = 128;

/// An element or a piece of text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) tag: Tag,
    /// Whether it and all in it are not shown.
    pub(super) hidden: bool,
    /// The element it stands in; its own number for the root.
    pub(super) parent: u32,
    /// One past the last node in it.
    pub(super) end: u32,
    /// Text: where it lies in the tree's text.
    start: u32,
    stop: u32,
    /// Where its attributes begin, and how many they are.
    attributes: u32,
    n_attributes: u8,
}

/// An attribute that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Key {
    AriaHidden,
    Class,
    Content,
    Datetime,
    Hidden,
    Href,
    Id,
    Itemprop,
    Name,
    Open,
    Property,
    Rel,
    Role,
    Style,
    Type,
}

impl Key {
    fn of(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"aria-hidden" => Self::AriaHidden,
            b"class" => Self::Class,
            b"content" => Self::Content,
            b"datetime" => Self::Datetime,
            b"hidden" => Self::Hidden,
            b"href" => Self::Href,
            b"id" => Self::Id,
            b"itemprop" => Self::Itemprop,
            b"name" => Self::Name,
            b"open" => Self::Open,
            b"property" => Self::Property,
            b"rel" => Self::Rel,
            b"role" => Self::Role,
            b"style" => Self::Style,
            b"type" => Self::Type,
            _ => return None,
        })
    }
}

#[derive(Clone, Copy, Debug)]
struct Attribute {
    key: Key,
    start: u32,
    stop: u32,
}

/// A page: its elements and text in the order of the page, so that what stands in node `n` are the nodes from
/// `n + 1` to its end.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    attributes: Vec<Attribute>,
    /// The text of the page and the values of attributes, decoded.
    text: String,
}

impl Tree {
    /// Reads a page or a piece of one; none when it has more than [`MOST_NODES`] elements and pieces of text.
    /// Time is linear in its length.
    pub(super) fn read(html: &str) -> Option<Self> {
        // Written as XML, `<a/>` has no content.
        let xml = html.trim_start().starts_with("<?xml");
        let mut tokens = Tokenizer::new_with_emitter(html, Builder::new(html.len(), xml));
        // Its tokens are written down as they are met; it comes back once, at the end.
        tokens.next()?.ok()?
    }

    pub(super) fn node(&self, number: usize) -> Option<&Node> {
        self.nodes.get(number)
    }

    pub(super) fn tag(&self, number: usize) -> Tag {
        self.nodes.get(number).map_or(Tag::Unknown, |node| node.tag)
    }

    /// The number of the element a node stands in.
    pub(super) fn parent(&self, number: usize) -> usize {
        self.nodes.get(number).map_or(0, |node| node.parent as usize)
    }

    /// The text of a piece of text.
    pub(super) fn text(&self, node: &Node) -> &str {
        self.text.get(node.start as usize..node.stop as usize).unwrap_or_default()
    }

    /// An attribute's value.
    pub(super) fn attribute(&self, node: &Node, key: Key) -> Option<&str> {
        let own = node.attributes as usize..node.attributes as usize + usize::from(node.n_attributes);
        let found = self.attributes.get(own)?.iter().find(|attribute| attribute.key == key)?;
        self.text.get(found.start as usize..found.stop as usize)
    }

    /// The numbers of the nodes in an element.
    pub(super) fn inside(&self, number: usize) -> Range<usize> {
        let end = self.nodes.get(number).map_or(0, |node| node.end as usize);
        (number + 1).min(end)..end
    }
}

/// What the tokenizer writes to.
struct Builder {
    xml: bool,
    nodes: Vec<Node>,
    attributes: Vec<Attribute>,
    text: Vec<u8>,
    /// The elements that are open, the root first, with what tells apart those of unknown name.
    open: Vec<(u32, Tag, u32)>,
    /// How many drawings and formulas are open: in them `<a/>` has no content.
    foreign: usize,
    /// Whether text is passed over.
    muted: bool,
    /// Whether the last node is a piece of text that goes on.
    in_text: bool,
    full: bool,
    name: Vec<u8>,
    last_start: Vec<u8>,
    is_end: bool,
    self_closing: bool,
    key: Vec<u8>,
    /// The attribute that is being read, with the start of its value.
    value: Option<(Key, u32)>,
    /// The first attribute of the tag, and a bit for each that it has.
    own: u32,
    seen: u32,
    done: Option<Option<Tree>>,
}

impl Builder {
    fn new(bytes: usize, xml: bool) -> Self {
        let root = Node {
            tag: Tag::Html,
            hidden: false,
            parent: 0,
            end: 0,
            start: 0,
            stop: 0,
            attributes: 0,
            n_attributes: 0,
        };
        Self {
            xml,
            nodes: vec![root],
            attributes: Vec::new(),
            text: Vec::with_capacity(bytes / 4),
            open: vec![(0, Tag::Html, 0)],
            foreign: 0,
            muted: false,
            in_text: false,
            full: false,
            name: Vec::new(),
            last_start: Vec::new(),
            is_end: false,
            self_closing: false,
            key: Vec::new(),
            value: None,
            own: 0,
            seen: 0,
            done: None,
        }
    }

    fn at(&self) -> u32 {
        u32::try_from(self.text.len()).unwrap_or(u32::MAX)
    }

    /// Puts a node into the innermost open element.
    fn push(&mut self, tag: Tag) -> u32 {
        let number = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        if self.nodes.len() == MOST_NODES {
            self.full = true;
            return number;
        }
        let (start, attributes) = (self.at(), u32::try_from(self.attributes.len()).unwrap_or(u32::MAX));
        let parent = self.open.last().map_or(0, |open| open.0);
        self.nodes.push(Node {
            tag,
            hidden: false,
            parent,
            end: number + 1,
            start,
            stop: start,
            attributes,
            n_attributes: 0,
        });
        number
    }

    /// Ends the innermost open elements until so many are left.
    fn close_to(&mut self, left: usize) {
        let end = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        while left.max(1) < self.open.len() {
            let Some((number, tag, _)) = self.open.pop() else { return };
            self.foreign -= usize::from(matches!(tag, Tag::Svg | Tag::Math));
            if let Some(node) = self.nodes.get_mut(number as usize) {
                node.end = end;
            }
        }
    }

    /// Ends the innermost open element that `ends` says, unless one that `stops` says lies within.
    fn close_within(&mut self, ends: impl Fn(Tag) -> bool, stops: impl Fn(Tag) -> bool) {
        for (depth, (_, tag, _)) in self.open.iter().enumerate().rev().take(REACH) {
            if ends(*tag) {
                return self.close_to(depth);
            }
            if stops(*tag) {
                return;
            }
        }
    }

    /// Ends what the start of an element ends, though it has no end tag.
    fn imply(&mut self, tag: Tag) {
        if tag.ends_paragraph() {
            // A block within a paragraph would have ended it, so that only what stands in lines is passed.
            self.close_within(|t| t == Tag::P, |t| !t.is_inline() || t.is_boundary());
        }
        match tag {
            Tag::Li => {
                self.close_within(
                    |t| t == Tag::Li,
                    |t| matches!(t, Tag::Ul | Tag::Ol | Tag::Table | Tag::Td),
                );
            }
            Tag::Dd | Tag::Dt => {
                self.close_within(
                    |t| matches!(t, Tag::Dd | Tag::Dt),
                    |t| matches!(t, Tag::Dl | Tag::Table | Tag::Td),
                );
            }
            Tag::Td => self.close_within(|t| t == Tag::Td, |t| matches!(t, Tag::Tr | Tag::Table)),
            Tag::Tr => self.close_within(|t| t == Tag::Tr, |t| t == Tag::Table),
            Tag::Tbody => self.close_within(|t| t == Tag::Tbody, |t| t == Tag::Table),
            Tag::A => self.close_within(|t| t == Tag::A, |t| !t.is_inline() || t.is_boundary()),
            tag if tag.is_heading() => self.close_within(Tag::is_heading, |_| true),
            _ => {}
        }
    }

    /// A block ends a drawing that was never ended: else all that follows would be part of it.
    fn leave_foreign(&mut self) {
        let first = self.open.iter().position(|open| matches!(open.1, Tag::Svg | Tag::Math));
        self.close_to(first.unwrap_or(self.open.len()));
    }

    fn start_tag(&mut self) -> Option<State> {
        let tag = Tag::of(&self.name);
        let own = self.attributes.get(self.own as usize..).unwrap_or_default();
        let hidden = own.iter().any(|attribute| hides(tag, *attribute, &self.text));
        let n_attributes = u8::try_from(own.len()).unwrap_or(u8::MAX);
        let keep_text =
            tag == Tag::Title || tag == Tag::Script && own.iter().any(|a| is_json(*a, &self.text));
        if 0 < self.foreign && !tag.is_inline() {
            self.leave_foreign();
        }
        if self.foreign == 0 {
            self.imply(tag);
        }
        let number = self.push(tag);
        let closed_dialog = tag == Tag::Dialog && self.seen & (1 << Key::Open as u32) == 0;
        if let Some(node) = self.nodes.get_mut(number as usize) {
            node.hidden = hidden || closed_dialog;
            (node.attributes, node.n_attributes) = (self.own, n_attributes);
        }
        if tag.is_void()
            || matches!(tag, Tag::Html | Tag::Head)
            || self.self_closing && (self.xml || 0 < self.foreign || tag == Tag::Svg)
        {
            return None;
        }
        let (foreign, hash) = (0 < self.foreign, spell(tag, &self.name));
        self.open.push((number, tag, hash));
        self.foreign += usize::from(matches!(tag, Tag::Svg | Tag::Math));
        self.muted = !keep_text && matches!(tag, Tag::Script | Tag::SilentRaw);
        if foreign {
            self.muted = false;
            return None;
        }
        match tag {
            Tag::Script => Some(State::ScriptData),
            Tag::Title => Some(State::RcData),
            Tag::SilentRaw if self.name == b"textarea" => Some(State::RcData),
            Tag::SilentRaw => Some(State::RawText),
            _ => None,
        }
    }

    fn end_tag(&mut self) {
        let tag = Tag::of(&self.name);
        self.muted = false;
        if matches!(tag, Tag::Html | Tag::Body | Tag::Head) {
            return;
        }
        let hash = spell(tag, &self.name);
        let inline = tag.is_inline() && !tag.is_boundary() && !tag.is_silent() && tag != Tag::Button;
        let table = matches!(tag, Tag::Td | Tag::Tr | Tag::Tbody | Tag::Table | Tag::Caption);
        for (depth, (_, other, own)) in self.open.iter().enumerate().rev().take(REACH) {
            let alike = *other == tag && *own == hash || tag.is_heading() && other.is_heading();
            if alike {
                return self.close_to(depth);
            }
            // The end of a cell's `<b>` is in the cell; a `<b>` around blocks ends with what it stands in.
            if *other == Tag::Table && tag != Tag::Table
                || !table && other.is_boundary()
                || inline && !other.is_inline()
            {
                break;
            }
        }
        if matches!(tag, Tag::P | Tag::Br) {
            self.push(tag);
        }
    }

    fn finish_value(&mut self) {
        if let Some((key, start)) = self.value.take() {
            let stop = self.at();
            self.attributes.push(Attribute { key, start, stop });
        }
    }

    /// Settles which attribute it is once its name has ended.
    fn finish_key(&mut self) {
        if self.key.is_empty() {
            return;
        }
        let key = if self.is_end { None } else { Key::of(&self.key) };
        self.key.clear();
        if let Some(key) = key.filter(|key| self.seen & (1 << *key as u32) == 0) {
            self.seen |= 1 << key as u32;
            self.value = Some((key, self.at()));
        }
    }

    fn begin_tag(&mut self, is_end: bool) {
        self.name.clear();
        self.key.clear();
        self.value = None;
        (self.is_end, self.self_closing) = (is_end, false);
        self.own = u32::try_from(self.attributes.len()).unwrap_or(u32::MAX);
        self.seen = 0;
    }
}

impl Emitter for Builder {
    type Token = Option<Tree>;

    fn set_last_start_tag(&mut self, last_start_tag: Option<&[u8]>) {
        self.last_start.clear();
        self.last_start.extend_from_slice(last_start_tag.unwrap_or_default());
    }

    fn emit_eof(&mut self) {
        self.close_to(1);
        let whole = !self.full && self.text.len() < u32::MAX as usize;
        let n_nodes = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        if let Some(root) = self.nodes.first_mut() {
            root.end = n_nodes;
        }
        let text = String::from_utf8(std::mem::take(&mut self.text));
        let text = text.unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        let tree = Tree {
            nodes: std::mem::take(&mut self.nodes),
            attributes: std::mem::take(&mut self.attributes),
            text,
        };
        self.done = Some(whole.then_some(tree));
    }

    fn emit_error(&mut self, _: html5gum::Error) {}

    fn should_emit_errors(&mut self) -> bool {
        false
    }

    fn pop_token(&mut self) -> Option<Self::Token> {
        self.done.take()
    }

    fn emit_string(&mut self, piece: &[u8]) {
        if self.muted || self.full {
            return;
        }
        if !self.in_text {
            self.push(Tag::Text);
            self.in_text = true;
        }
        self.text.extend_from_slice(piece);
        let stop = self.at();
        if let Some(node) = self.nodes.last_mut() {
            node.stop = stop;
        }
    }

    fn init_start_tag(&mut self) {
        self.begin_tag(false);
    }

    fn init_end_tag(&mut self) {
        self.begin_tag(true);
    }

    fn init_comment(&mut self) {}

    fn emit_current_tag(&mut self) -> Option<State> {
        self.finish_key();
        self.finish_value();
        self.in_text = false;
        if self.full {
            return None;
        }
        if self.is_end {
            self.last_start.clear();
            self.end_tag();
            return None;
        }
        self.last_start.clear();
        self.last_start.extend_from_slice(&self.name);
        self.start_tag()
    }

    fn emit_current_comment(&mut self) {
        self.in_text = false;
    }

    fn emit_current_doctype(&mut self) {}

    fn set_self_closing(&mut self) {
        self.self_closing = true;
    }

    fn set_force_quirks(&mut self) {}

    fn push_tag_name(&mut self, piece: &[u8]) {
        self.name.extend_from_slice(piece);
    }

    fn push_comment(&mut self, _: &[u8]) {}

    fn push_doctype_name(&mut self, _: &[u8]) {}

    fn init_doctype(&mut self) {}

    fn init_attribute(&mut self) {
        self.finish_key();
        self.finish_value();
    }

    fn push_attribute_name(&mut self, piece: &[u8]) {
        self.key.extend_from_slice(piece);
    }

    fn push_attribute_value(&mut self, piece: &[u8]) {
        self.finish_key();
        if self.value.is_some() && !self.full {
            self.text.extend_from_slice(piece);
        }
    }

    fn set_doctype_public_identifier(&mut self, _: &[u8]) {}

    fn set_doctype_system_identifier(&mut self, _: &[u8]) {}

    fn push_doctype_public_identifier(&mut self, _: &[u8]) {}

    fn push_doctype_system_identifier(&mut self, _: &[u8]) {}

    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        self.is_end && !self.last_start.is_empty() && self.last_start == self.name
    }
}

/// What tells elements apart whose names share a tag.
fn spell(tag: Tag, name: &[u8]) -> u32 {
    if !matches!(tag, Tag::Unknown | Tag::Inline | Tag::Block | Tag::Silent | Tag::SilentRaw) {
        return 0;
    }
    name.iter().fold(0x811C_9DC5, |hash: u32, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

fn value(attribute: Attribute, text: &[u8]) -> &[u8] {
    text.get(attribute.start as usize..attribute.stop as usize).unwrap_or_default()
}

fn is_json(attribute: Attribute, text: &[u8]) -> bool {
    attribute.key == Key::Type
        && value(attribute, text)
            .trim_ascii()
            .get(..19)
            .is_some_and(|start| start.eq_ignore_ascii_case(b"application/ld+json"))
}

/// Whether an attribute keeps an element from being shown.
fn hides(tag: Tag, attribute: Attribute, text: &[u8]) -> bool {
    let value = value(attribute, text);
    match attribute.key {
        Key::Hidden => tag != Tag::Meta && !value.eq_ignore_ascii_case(b"until-found"),
        Key::Style => {
            // Declarations are short; what lies past the first ones of an endless list is not looked at.
            let mut short = value.get(..512).unwrap_or(value).to_ascii_lowercase();
            short.retain(|byte| !byte.is_ascii_whitespace());
            let says = |words: &[u8]| short.windows(words.len()).any(|window| window == words);
            says(b"display:none") || says(b"visibility:hidden")
        }
        _ => false,
    }
}
