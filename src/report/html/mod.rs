//! One HTML file that opens from disk and shows where the same text stands twice.
//!
//! Part of stage 8. The page itself is made in `viewer/` and embedded as it was built; here the data goes into it, as
//! `docs/html-report.md` lays down, and a list for readers without JavaScript.
//!
//! # Promises
//!
//! * **What others wrote is never markup**: data is base64, the list is escaped, and the page's security policy
//!   lets nothing run or load but its own script and style.
//! * **A page stays openable.** Texts are cut, all by the same rule, when a page would grow beyond 2.9 MB or 240
//!   bytes a finding; the page says so, and [`Style::html_full_text`] keeps all.
//! * **Same findings, same bytes.**
//!
//! # Limits
//!
//! A report that was read back has the passages without the text around them.

mod columns;
mod pack;
mod plain;
mod texts;

use std::{
    collections::{HashMap, hash_map::Entry},
    io,
};

use self::{
    columns::{Kept, PLACES_STEP},
    texts::{Rung, Texts},
};
use super::{
    Findings, Style,
    view::{Document, Report},
};
use crate::error::Error;

/// The page without data, as `viewer/` builds it.
const PAGE: &str = include_str!("viewer.html");
/// Where the list for readers without JavaScript goes.
const NOSCRIPT: &str = "<!--twicetold:noscript-->";
/// Where the index goes: before the script, which begins as soon as it has it.
const INDEX: &str = "<!--twicetold:index-->";
/// Where places and texts go.
const DATA: &str = "<!--twicetold:data-->";

/// A page is cut to this many bytes, or to so many a finding, whichever is more.
const BYTES: usize = 2_900_000;
const BYTES_A_FINDING: usize = 240;

/// Text packs to a third or a quarter in base64, and with many copies to a tenth.
const PACKED: usize = 3;
const MOST_PACKED: usize = 10;

/// Writes the page.
pub(super) fn write(
    report: &Report<'_>,
    findings: Option<&Findings>,
    style: &Style,
    out: &mut dyn io::Write,
) -> Result<(), Error> {
    let damaged =
        || Error::Render { format: "html", message: "the page it was built with is damaged".into() };
    let (head, rest) = PAGE.split_once(NOSCRIPT).ok_or_else(damaged)?;
    let (before, rest) = rest.split_once(INDEX).ok_or_else(damaged)?;
    let (script, tail) = rest.split_once(DATA).ok_or_else(damaged)?;

    let order = Order::of(report)?;
    let places = places(report)?;
    let texts = Texts::new(report, findings, &order);
    let mut packed = Packed::default();
    if texts.is_empty() {
        packed.kept.none = true;
    } else if style.html_full_text && texts.are_whole() {
        packed = Packed::new(&texts, None)?;
    } else {
        let fixed = PAGE.len() + places.iter().map(String::len).sum::<usize>();
        let fixed =
            fixed + pack::block("index", &columns::index(report, &order, &Kept::default(), &[]))?.len();
        let most = BYTES.max(BYTES_A_FINDING * report.families.len()).saturating_sub(fixed);
        packed = fitting(&texts, if style.html_full_text { usize::MAX } else { most })?;
    }

    let index = columns::index(report, &order, &packed.kept, &packed.firsts);
    out.write_all(head.as_bytes())?;
    plain::write(report, out)?;
    out.write_all(before.as_bytes())?;
    out.write_all(pack::block("index", &index)?.as_bytes())?;
    out.write_all(script.as_bytes())?;
    for block in places.iter().chain(&packed.blocks) {
        out.write_all(block.as_bytes())?;
    }
    out.write_all(tail.as_bytes())?;
    Ok(())
}

/// The documents in the order in which families name them, so that what is shown first is read first, and copies lie
/// beside what they copy, which packs well.
struct Order<'r> {
    documents: Vec<&'r Document<'r>>,
    /// The row of each document, by its id.
    rows: HashMap<u32, u32>,
}

impl<'r> Order<'r> {
    fn of(report: &'r Report<'r>) -> Result<Self, Error> {
        let by_id: HashMap<u32, &Document<'_>> =
            report.documents.iter().map(|document| (document.id, document)).collect();
        let mut order = Self { documents: Vec::new(), rows: HashMap::new() };
        for family in &report.families {
            // Only a report that was changed by hand is wrong here.
            let wrong = |what| Error::Render {
                format: "html",
                message: format!("the report is damaged: finding {} {what}", family.fingerprint),
            };
            if family.occurrences.len() <= family.keeper as usize {
                return Err(wrong("has no keeper"));
            }
            for place in &family.occurrences {
                if let Entry::Vacant(entry) = order.rows.entry(place.document) {
                    entry.insert(u32::try_from(order.documents.len()).unwrap_or(u32::MAX));
                    let document = by_id.get(&place.document);
                    order
                        .documents
                        .push(document.ok_or_else(|| wrong("names a document that is not listed"))?);
                }
            }
        }
        Ok(order)
    }

    fn row(&self, id: u32) -> Option<u32> {
        self.rows.get(&id).copied()
    }
}

fn places(report: &Report<'_>) -> Result<Vec<String>, Error> {
    let steps = report.families.chunks(PLACES_STEP);
    (0..)
        .zip(steps)
        .map(|(n, families): (usize, _)| pack::block(&format!("places-{n}"), &columns::places(families)))
        .collect()
}

/// Texts in blocks.
#[derive(Default)]
struct Packed {
    blocks: Vec<String>,
    /// The first document of each.
    firsts: Vec<u32>,
    kept: Kept,
}

impl Packed {
    /// Packs what a rung keeps; without one, everything.
    fn new(texts: &Texts<'_>, rung: Option<Rung>) -> Result<Self, Error> {
        let mut packed = Self { kept: texts.kept(rung), ..Self::default() };
        texts.blocks(rung, |first, rows| {
            packed.blocks.push(pack::block(&format!("text-{}", packed.blocks.len()), &rows)?);
            packed.firsts.push(first);
            Ok(())
        })?;
        Ok(packed)
    }

    fn len(&self) -> usize {
        self.blocks.iter().map(String::len).sum()
    }
}

/// The most text that packs into `most` bytes; of what is too much even at the lowest rung, that rung.
fn fitting(texts: &Texts<'_>, most: usize) -> Result<Packed, Error> {
    // Half of the room, as it comes out of packing.
    let first = texts.families_within(most.saturating_mul(PACKED) / 2);
    let mut ratio = MOST_PACKED;
    for rung in Rung::ladder(first) {
        // What packs at best, and of what was tried: more need not be tried, since trying costs time.
        if most < texts.bytes(rung) / ratio {
            continue;
        }
        let tried = Packed::new(texts, Some(rung))?;
        if tried.len() <= most {
            return Ok(tried);
        }
        ratio = texts.bytes(rung).div_ceil(tried.len().max(1));
    }
    Packed::new(texts, Rung::ladder(0).last())
}
