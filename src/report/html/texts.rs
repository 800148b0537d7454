//! Which texts go into a page: the places of a report in, excerpts of its documents out.
//!
//! # The idea
//!
//! A document's places, each with some text around it, are put together where they touch, so that no byte is in a page twice for
//! one document. How much is kept of each place and around it is a [`Rung`] of a short ladder; the page takes the
//! highest one that fits. When even all places are too much, the worst findings, which are read first, are kept as on the
//! first rung, for half of the room, and the others share the rest.

use std::{borrow::Cow, collections::BTreeMap};

use super::{Order, columns::Kept};
use crate::{
    error::Error,
    id::DocId,
    report::{Findings, view::Report},
    span::Span,
};

/// Bytes of text in a block, about: small enough to be read while somebody waits, large enough to pack well.
const BLOCK: usize = 256 << 10;
/// Excerpts with so few bytes between them are one.
const JOIN: u32 = 48;
/// Of a place that is cut, this share of what is kept is its beginning.
const HEAD: u32 = 3;
const HEAD_OF: u32 = 4;

/// How much text is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rung {
    /// Bytes around a place, on each side.
    context: u32,
    /// Bytes of a place.
    cap: u32,
    /// Of so many families, the worst, places are kept as on the first rung.
    first: u32,
}

impl Rung {
    /// From the most to the least.
    const ALL: [(u32, u32); 9] = [
        (400, u32::MAX),
        (240, u32::MAX),
        (120, u32::MAX),
        (100, 4_000),
        (80, 1_600),
        (60, 800),
        (40, 400),
        (20, 240),
        (0, 120),
    ];
    const HIGHEST: Self = Self { context: 400, cap: u32::MAX, first: 0 };

    /// From the most to the least, of which those that cut places leave the `first` families whole.
    pub(super) fn ladder(first: u32) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().map(move |(context, cap)| Self {
            context,
            cap,
            first: if cap == u32::MAX { 0 } else { first },
        })
    }
}

impl Rung {
    /// What is kept of a family.
    const fn of(self, family: u32) -> Self {
        if family < self.first { Self::HIGHEST } else { self }
    }
}

/// What is at hand of the documents' texts.
pub(super) struct Texts<'r> {
    /// For each document in order.
    documents: Vec<Known<'r>>,
    /// The report itself has the documents.
    whole: bool,
}

/// What is at hand of one document.
struct Known<'r> {
    /// Pieces of its text by their first byte, ascending, apart.
    pieces: Vec<(u32, Cow<'r, str>)>,
    /// Its places, ascending, each with the row of its family.
    places: Vec<(Span, u32)>,
}

impl<'r> Texts<'r> {
    /// Of findings the documents are at hand, of a report that was read back the places.
    pub(super) fn new(report: &'r Report<'r>, findings: Option<&'r Findings>, order: &Order<'_>) -> Self {
        let mut of_places: Vec<Vec<(Span, u32, Option<&str>)>> = vec![Vec::new(); order.documents.len()];
        for (family, row) in report.families.iter().zip(0_u32..) {
            for place in &family.occurrences {
                if let Some(list) = order.row(place.document).and_then(|row| of_places.get_mut(row as usize))
                {
                    list.push((Span::new(place.start, place.end), row, place.text.as_deref()));
                }
            }
        }
        let known = of_places.into_iter().zip(&order.documents).map(|(mut list, document)| {
            list.sort_unstable_by_key(|(span, row, _)| (span.start, span.end, *row));
            // A place without its text has it withheld: then the document's is not for showing either.
            let shown = list.iter().all(|(_, _, text)| text.is_some());
            let whole = findings
                .filter(|_| shown)
                .and_then(|findings| findings.documents.get(DocId::from_packed(document.id)));
            let pieces = match whole {
                Some(Cow::Borrowed(document)) => vec![(0, Cow::Borrowed(document.text.as_str()))],
                Some(Cow::Owned(document)) => vec![(0, Cow::Owned(document.text))],
                None => together(&list),
            };
            Known { pieces, places: list.into_iter().map(|(span, row, _)| (span, row)).collect() }
        });
        Self { documents: known.collect(), whole: findings.is_some() }
    }

    /// Whether there are no texts at all.
    pub(super) fn is_empty(&self) -> bool {
        self.documents.iter().all(|document| document.pieces.is_empty())
    }

    /// Whether the documents are at hand, not their places only.
    pub(super) const fn are_whole(&self) -> bool {
        self.whole
    }

    /// The bytes of text that a rung keeps.
    pub(super) fn bytes(&self, rung: Rung) -> usize {
        let of = |document: &Known<'_>| document.spans(rung).iter().map(|span| span.len()).sum::<usize>();
        self.documents.iter().map(of).sum()
    }

    /// How many families, the worst, have so many bytes in their places and around them.
    pub(super) fn families_within(&self, bytes: usize) -> u32 {
        let mut of_family: BTreeMap<u32, usize> = BTreeMap::new();
        for (span, family) in self.documents.iter().flat_map(|document| &document.places) {
            *of_family.entry(*family).or_default() += span.len() + 2 * Rung::HIGHEST.context as usize;
        }
        let sums = of_family.values().scan(0_usize, |sum, bytes| {
            *sum = sum.saturating_add(*bytes);
            Some(*sum)
        });
        u32::try_from(sums.take_while(|sum| *sum <= bytes).count()).unwrap_or(u32::MAX)
    }

    /// What a page says of what it keeps; without a rung, that it keeps all.
    pub(super) fn kept(&self, rung: Option<Rung>) -> Kept {
        let Some(rung) = rung else { return Kept { whole: true, ..Kept::default() } };
        let places = self.documents.iter().flat_map(|document| &document.places);
        let cap = |family: u32| rung.of(family).cap;
        Kept {
            context: if self.whole { rung.context } else { 0 },
            cap: (rung.cap != u32::MAX).then_some(rung.cap),
            first: rung.first,
            places: places.filter(|(span, family)| cap(*family) < length_of(span)).count(),
            ..Kept::default()
        }
    }

    /// Gives blocks of excerpts to `take`, each with the row of its first document; without a rung, of everything.
    pub(super) fn blocks(
        &self,
        rung: Option<Rung>,
        mut take: impl FnMut(u32, Vec<Excerpts<'_>>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let (mut first, mut bytes, mut rows) = (0, 0, Vec::new());
        for (row, document) in (0_u32..).zip(&self.documents) {
            let excerpts = document.excerpts(rung);
            bytes += excerpts.0.iter().map(|(_, text)| text.len()).sum::<usize>();
            rows.push(excerpts);
            if BLOCK <= bytes {
                take(first, std::mem::take(&mut rows))?;
                (first, bytes) = (row + 1, 0);
            }
        }
        if rows.is_empty() { Ok(()) } else { take(first, rows) }
    }
}

/// Excerpts of one document by their first byte.
pub(super) struct Excerpts<'r>(Vec<(u32, &'r str)>);

impl serde::Serialize for Excerpts<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeSeq as _;
        let mut list = serializer.serialize_seq(Some(2 * self.0.len()))?;
        for (start, text) in &self.0 {
            list.serialize_element(start)?;
            list.serialize_element(text)?;
        }
        list.end()
    }
}

impl Known<'_> {
    fn excerpts(&self, rung: Option<Rung>) -> Excerpts<'_> {
        let whole = || self.pieces.iter().map(|(start, text)| (*start, text.as_ref())).collect();
        let Some(rung) = rung else { return Excerpts(whole()) };
        let cut = |span: &Span| {
            self.piece(span.start).and_then(|(start, text)| {
                Some((
                    span.start,
                    text.get(span.start.checked_sub(start)? as usize..span.end.checked_sub(start)? as usize)?,
                ))
            })
        };
        Excerpts(self.spans(rung).iter().filter_map(cut).collect())
    }

    /// The spans that a rung keeps, ascending, apart, each in one piece and at characters.
    fn spans(&self, rung: Rung) -> Vec<Span> {
        let mut wanted: Vec<Span> = Vec::with_capacity(self.places.len());
        for (place, family) in &self.places {
            let rung = rung.of(*family);
            if length_of(place) <= rung.cap {
                wanted.extend(self.around(*place, rung.context, rung.context));
            } else {
                let head = rung.cap / HEAD_OF * HEAD;
                wanted.extend(self.around(Span::new(place.start, place.start + head), rung.context, 0));
                wanted.extend(self.around(
                    Span::new(place.end - (rung.cap - head), place.end),
                    0,
                    rung.context,
                ));
            }
        }
        wanted.sort_unstable();
        let mut spans: Vec<Span> = Vec::with_capacity(wanted.len());
        for span in wanted {
            match spans.last_mut() {
                Some(last)
                    if span.start <= last.end.saturating_add(JOIN)
                        && self.one_piece(last.end, span.start) =>
                {
                    last.end = last.end.max(span.end);
                }
                _ => spans.push(span),
            }
        }
        spans
    }

    /// The piece that has a byte.
    fn piece(&self, at: u32) -> Option<(u32, &str)> {
        let next = self.pieces.partition_point(|(start, _)| *start <= at);
        self.pieces.get(next.checked_sub(1)?).map(|(start, text)| (*start, text.as_ref()))
    }

    fn one_piece(&self, left: u32, right: u32) -> bool {
        let start = |at: u32| self.piece(at).map(|(start, _)| start);
        right <= left || start(left.saturating_sub(1)) == start(right)
    }

    /// A span with what stands before and after it, so many bytes or less: as far as its piece goes, at characters, and at
    /// words where there are blanks. None when it is not at hand.
    fn around(&self, span: Span, before: u32, after: u32) -> Option<Span> {
        let (from, text) = self.piece(span.start)?;
        let local = |at: u32| at.saturating_sub(from).min(length(text)) as usize;
        let (first, last) =
            (text.ceil_char_boundary(local(span.start)), text.floor_char_boundary(local(span.end)));
        let outer = (local(span.start.saturating_sub(before)), local(span.end.saturating_add(after)));
        let (mut start, mut end) = (text.ceil_char_boundary(outer.0), text.floor_char_boundary(outer.1));
        // Half a word, and the blanks beside it, say nothing.
        if 0 < start
            && let Some(head) = text.get(start..first)
            && let Some(blank) = head.find(char::is_whitespace)
        {
            start = first - head.get(blank..).map_or(0, |rest| rest.trim_start().len());
        }
        if end < text.len()
            && let Some(tail) = text.get(last..end)
            && let Some(blank) = tail.rfind(char::is_whitespace)
        {
            end = last + tail.get(..blank).map_or(0, |rest| rest.trim_end().len());
        }
        let at = |local: usize| from.saturating_add(u32::try_from(local).unwrap_or(u32::MAX));
        (start < end).then(|| Span::new(at(start), at(end)))
    }
}

/// Texts of places put together where they touch.
fn together<'r>(list: &[(Span, u32, Option<&'r str>)]) -> Vec<(u32, Cow<'r, str>)> {
    let mut pieces: Vec<(u32, Cow<'r, str>)> = Vec::new();
    for (span, _, text) in list {
        let Some(text) = text else { continue };
        match pieces.last_mut() {
            Some((start, piece)) if span.start <= start.saturating_add(length(piece)) => {
                // What the last piece has already.
                let known = (start.saturating_add(length(piece)) - span.start) as usize;
                if let Some(more) = text.get(known..).filter(|more| !more.is_empty()) {
                    piece.to_mut().push_str(more);
                }
            }
            _ => pieces.push((span.start, Cow::Borrowed(text))),
        }
    }
    pieces
}

fn length_of(span: &Span) -> u32 {
    span.end - span.start
}

/// Texts of documents are shorter than 2^32 bytes.
fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}
