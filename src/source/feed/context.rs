//! What a feed says of itself before its entries: its title, its address, what its prefixes mean.

use quick_xml::events::BytesStart;

use super::{elements::attributes, entry, found::Found, link};

/// What the elements of a namespace are to a feed, whatever version of it was meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// RSS and Atom themselves.
    Core,
    /// RSS 1.0's module of contents.
    Content,
    /// Dublin Core.
    Dublin,
    Media,
    Itunes,
    Yandex,
    Xhtml,
    Rdf,
    Xml,
    Other,
}

/// What is known of a feed around its entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Context {
    /// Prefixes that mean something, and those that do not mean what they usually do.
    pub(super) prefixes: Vec<(String, Kind)>,
    /// A feed, or an entry, has begun.
    pub(super) is_feed: bool,
    /// It is Atom: text is plain unless it says otherwise.
    pub(super) is_atom: bool,
    pub(super) title: Option<String>,
    /// Where its links are relative to, if it said so.
    pub(super) base: Option<String>,
    /// Its own address.
    pub(super) link: Option<String>,
}

/// More prefixes are not remembered: a feed declares a dozen.
const MOST_PREFIXES: usize = 64;

impl Context {
    /// What is known after `between` was read; nothing when it is no more than before.
    pub(super) fn learn(&self, between: &str) -> Option<Self> {
        let mut context = self.clone();
        let Found { title, link, .. } = entry::around(between, &mut context);
        context.title = context.title.or(title);
        let link = link.and_then(|link| link::resolve(&link, context.base.as_deref()));
        context.link = context.link.or(link);
        (context != *self).then_some(context)
    }

    /// Takes over what a tag says of prefixes and of what links are relative to.
    pub(super) fn open(&mut self, tag: &BytesStart<'_>) {
        for (key, value) in attributes(tag) {
            if let Some(prefix) = key.strip_prefix("xmlns:") {
                self.declare(prefix, Kind::of(&value));
            } else if key == "xml:base" {
                self.base = link::resolve(&value, self.base.as_deref()).or(self.base.take());
            }
        }
    }

    fn declare(&mut self, prefix: &str, kind: Kind) {
        if let Some(known) = self.prefixes.iter_mut().find(|(known, _)| known == prefix) {
            known.1 = kind;
        } else if self.prefixes.len() < MOST_PREFIXES && kind != usual(prefix) {
            self.prefixes.push((prefix.to_owned(), kind));
        }
    }

    /// What a prefix means here.
    pub(super) fn prefix(&self, prefix: &str) -> Kind {
        let known = self.prefixes.iter().find(|(known, _)| known == prefix);
        known.map_or_else(|| usual(prefix), |(_, kind)| *kind)
    }

    /// What the element of a tag is, by its prefix, wherever that is declared.
    pub(super) fn kind_of(&self, tag: &[u8]) -> Kind {
        let tag = String::from_utf8_lossy(tag);
        let inner = tag.trim_start_matches('<').trim_end_matches('>').trim_end_matches('/');
        let length = inner.find(|c: char| c.is_ascii_whitespace()).unwrap_or(inner.len());
        self.kind(&BytesStart::from_content(inner, length))
    }

    /// The same of a tag that was parsed.
    pub(super) fn kind(&self, tag: &BytesStart<'_>) -> Kind {
        let name = tag.name();
        let name = name.as_ref();
        let Some((prefix, _)) = name.split_once(':') else { return Kind::Core };
        let own = attributes(tag)
            .find(|(key, _)| key.strip_prefix("xmlns:").is_some_and(|declared| declared == prefix));
        own.map_or_else(|| self.prefix(prefix), |(_, value)| Kind::of(&value))
    }
}

impl Kind {
    /// What a namespace is, of whatever version and however misspelled its end is.
    fn of(uri: &str) -> Self {
        let uri = uri.trim().to_ascii_lowercase();
        let is = |part: &str| uri.contains(part);
        if is("purl.org/rss/1.0/modules/content") {
            Self::Content
        } else if is("purl.org/dc/") {
            Self::Dublin
        } else if is("search.yahoo.com/mrss") {
            Self::Media
        } else if is("www.itunes.com/dtds/podcast") {
            Self::Itunes
        } else if is("news.yandex.ru") {
            Self::Yandex
        } else if is("w3.org/1999/xhtml") {
            Self::Xhtml
        } else if is("1999/02/22-rdf-syntax-ns") {
            Self::Rdf
        } else if is("w3.org/xml/1998/namespace") {
            Self::Xml
        } else if is("rss/1.0/modules") {
            Self::Other
        } else if is("w3.org/2005/atom")
            || is("purl.org/atom/")
            || is("purl.org/rss/")
            || is("netscape.com/")
            || is("backend.userland.com")
            || is("harvard.edu/tech/rss")
        {
            Self::Core
        } else {
            Self::Other
        }
    }
}

/// What a prefix means that nobody declared.
fn usual(prefix: &str) -> Kind {
    match prefix {
        "atom" | "atom10" | "a10" | "rss" => Kind::Core,
        "content" => Kind::Content,
        "dc" | "dcterms" => Kind::Dublin,
        "media" => Kind::Media,
        "itunes" => Kind::Itunes,
        "yandex" => Kind::Yandex,
        "xhtml" => Kind::Xhtml,
        "rdf" => Kind::Rdf,
        "xml" => Kind::Xml,
        _ => Kind::Other,
    }
}
