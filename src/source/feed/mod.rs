//! Feeds go in, RSS 0.9 to 2.0, Atom 0.3 and 1.0, JSON Feed 1; one article an entry comes out.
//!
//! XML is cut into entries (`cut`), each is read by itself (`entry`) with what the feed says of itself (`context`);
//! its HTML is decoded to text with paragraphs (`text`). JSON Feed is cut as any array in JSON is (`json_feed`).
//!
//! # What becomes what
//!
//! | of the article | is, the first that is there |
//! |---|---|
//! | text | the content (`content:encoded`, Atom's `content`, `xhtml:body`), the summary (`description`, `summary`), the descriptions of Dublin Core, iTunes, Media RSS |
//! | title | `title`, `dc:title`, `media:title`, without markup, on one line |
//! | id | `guid`, Atom's `id`, `rdf:about`, `dc:identifier`, the link |
//! | link | RSS' `link`, Atom's link to an alternate, `guid` and `id` where they are addresses; made whole by `xml:base`, else by the feed's own |
//! | date | published, else created, else updated |
//! | source | the entry's `source`, `dc:publisher`, the feed's title, the author |
//!
//! # What is forgiven and what is told
//!
//! Undeclared references (`&nbsp;`), bare `&` and `<`, tags that don't match, blank lines before the declaration,
//! prefixes nobody declared: read as they were meant, and no word said. An entry that is never closed is read as far as it
//! goes, and told; one without text is told, whatever its title. What a document type declares is passed over: no
//! entity is expanded but HTML's own.
//!
//! # Limits
//!
//! A feed's title counts for the entries behind it. Text that an entry only links to is not fetched.

mod context;
mod cut;
mod elements;
mod entry;
mod found;
mod json_feed;
mod link;
mod refs;
mod text;

use std::{io::Read, sync::Arc};

use self::{context::Context, cut::Cutter, found::Found};
use super::{
    Record,
    batch::{Batch, Cut, Parse, Take},
    fields::quoted,
    json::Wanted,
    naming::FileName,
    sniff,
    window::Window,
};
use crate::{
    date,
    document::{Document, Layout},
    error::ProblemKind,
};

/// The entries of a feed, in batches. `reader` stands `offset` bytes into `file`.
pub(super) fn entries<R: Read + Send + 'static>(
    reader: R,
    is_json: bool,
    offset: u64,
    file: Arc<FileName>,
    wanted: Arc<Wanted>,
    cap: usize,
) -> Box<dyn Iterator<Item = Batch> + Send> {
    if is_json {
        return Box::new(json_feed::entries(reader, offset, file, wanted, cap));
    }
    Box::new(Cutter::new(Window::new(reader, offset), offset, file, cap))
}

/// How much of a file's beginning is looked at.
const SIGN_BYTES: usize = 4 << 10;

/// Whether a file begins as a feed does.
pub(super) fn begins(head: &[u8]) -> bool {
    begins_in_xml(head) || begins_in_json(head)
}

/// Whether an object says at its beginning that it is a JSON Feed.
fn begins_in_json(head: &[u8]) -> bool {
    let head = head.get(..SIGN_BYTES).unwrap_or(head).trim_ascii_start();
    // What stands behind a key; within a string the quotes around it would have a stroke before them.
    let value = |key: &[u8]| {
        memchr::memmem::find_iter(head, key).find_map(|at| {
            let behind = head.get(at + key.len()..)?.trim_ascii_start();
            Some(behind.strip_prefix(b":")?.trim_ascii_start())
        })
    };
    let address = |key| value(key).filter(|value| value.starts_with(b"\"http"));
    let version = address(b"\"version\"").map(|value| value.get(..40).unwrap_or(value));
    let says_so = version.is_some_and(|value| memchr::memmem::find(value, b"jsonfeed.org").is_some());
    // The version may stand behind the items.
    let own = address(b"\"feed_url\"").or_else(|| address(b"\"home_page_url\"")).is_some();
    let looks_so = own && value(b"\"items\"").is_some_and(|value| value.starts_with(b"["));
    head.starts_with(b"{") && (says_so || looks_so)
}

fn begins_in_xml(head: &[u8]) -> bool {
    let mut rest = head.get(..SIGN_BYTES).unwrap_or(head).trim_ascii_start();
    loop {
        let end: &[u8] = if rest.starts_with(b"<?") {
            b"?>"
        } else if rest.starts_with(b"<!--") {
            b"-->"
        } else {
            break;
        };
        let Some(at) = memchr::memmem::find(rest, end) else { return false };
        rest = rest.get(at + end.len()..).unwrap_or_default().trim_ascii_start();
    }
    // A document type names the root, and may declare more than is looked at here.
    let tag =
        rest.strip_prefix(b"<!DOCTYPE").map(<[u8]>::trim_ascii_start).or_else(|| rest.strip_prefix(b"<"));
    let Some(tag) = tag else { return false };
    let length = tag.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'));
    let name = tag.get(..length.unwrap_or(tag.len())).unwrap_or_default();
    match name {
        b"rss" | b"feed" => true,
        // Not all that RDF describes is a feed.
        b"rdf:RDF" => is_declared(rest) || memchr::memmem::find(rest, b"<item").is_some(),
        // Other names are given away by what they declare.
        b"entry" | b"RDF" | b"channel" => is_declared(tag),
        name => {
            (name.ends_with(b":feed") || name.ends_with(b":RDF") || name.ends_with(b":entry"))
                && is_declared(tag)
        }
    }
}

fn is_declared(tag: &[u8]) -> bool {
    let names: [&[u8]; 4] = [b"w3.org/2005/Atom", b"purl.org/atom/", b"purl.org/rss/", b"netscape.com/rdf"];
    names.into_iter().any(|name| memchr::memmem::find(tag, name).is_some())
}

impl Parse for Context {
    fn parse(&self, bytes: &[u8], cut: &Cut, file: &FileName, take: &mut Take<'_>) {
        let (record, line) = (Some(cut.record), Some(cut.line));
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let message = sniff::not_utf8(cut.offset + error.valid_up_to() as u64);
                return take(Err(file.problem_at(ProblemKind::Encoding, record, line, message)), None);
            }
        };
        let found = entry::read(text, self);
        let fault = found.fault;
        match self.document(found, file, cut.record) {
            Ok(document) => take(Ok(Record::whole(&document)), None),
            Err((kind, message)) => take(Err(file.problem_at(kind, record, line, message)), None),
        }
        let unclosed = (!cut.whole).then_some("the entry is never closed; it was read as far as it goes");
        if let Some(fault) = unclosed.or(fault) {
            take(Err(file.problem_at(ProblemKind::Malformed, record, line, fault)), None);
        }
    }
}

impl Context {
    /// The article of an entry.
    fn document(
        &self,
        found: Found,
        file: &FileName,
        record: u64,
    ) -> Result<Document, (ProblemKind, String)> {
        let Found { title, id, link, dates, source, author, texts, .. } = found;
        let mut best: Option<(String, Layout)> = None;
        for (form, text) in &texts {
            let Some((text, layout)) = text::plain(*form, text) else {
                let message = "its HTML has more elements than are read; the entry was left out".to_owned();
                return Err((ProblemKind::TooLarge, message));
            };
            if !text.trim().is_empty() {
                best = Some((text.into_owned(), layout));
                break;
            }
        }
        let Some((text, layout)) = best else {
            let message = match &title {
                Some(title) => {
                    format!("no text: the entry {} has a title and nothing below it", quoted(title))
                }
                None => "no text: the entry is empty".to_owned(),
            };
            return Err((ProblemKind::NoText, message));
        };
        let base = self.base.as_deref().or(self.link.as_deref());
        let link = link.map(|link| link::resolve(&link, base).unwrap_or(link));
        let time = dates.iter().find_map(|date| date::seconds(date));
        let date = dates.iter().find(|date| date::seconds(date).is_some()).or(dates.first()).cloned();
        let name = id.or_else(|| link.clone());
        Ok(Document {
            title,
            date,
            time,
            source: source.or_else(|| self.title.clone()).or(author),
            url: link,
            text,
            layout,
            ..file.document(Some(record), name)
        })
    }
}
