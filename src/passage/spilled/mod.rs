//! [`find`](super::find) with bounded memory: seeds and links go through sorters, documents are opened when they are compared.
//!
//! In memory stay: what the sorters and a filter were allowed, a bit for each word, a few numbers for each group of frequent seeds,
//! 8 bytes for each document, the links of the pairs that are compared at the time, and what is found.

mod crowd;
mod seeds;
#[cfg(test)]
mod tests;

use std::ops::Range;

use rayon::prelude::*;

use super::{
    Found, Library, Shelf, Task, groups, judge, kept::Search, pair, rarity, seed::Corpus, seed::Link,
};
use crate::{
    error::Error,
    id::DocId,
    settings::PassagePlan,
    span::WordRange,
    spill::{Log, Space},
};

/// What may be used.
pub(super) struct Budgeted<'a> {
    pub(super) space: &'a Space,
    pub(super) memory: usize,
}

impl Budgeted<'_> {
    /// One of so many parts of the memory.
    const fn share(&self, parts: usize) -> usize {
        self.memory / parts
    }
}

/// Pairs of documents are compared so many links at a time, at least.
const FEWEST: usize = if cfg!(test) { 16 } else { 256 };

/// Finds what [`find`](super::find) finds, in about `memory` bytes and as much of `space` as it takes: up to 50 bytes a word. What is
/// done is kept on `shelf`, and not done again where it is known there.
///
/// # Errors
///
/// [`Error::TooMany`] past 2^32 - 2 words, [`Error::Temporary`] where files cannot be written or read, and what the shelf says.
pub fn find_in<L: Library + ?Sized>(
    library: &L,
    plan: &PassagePlan,
    space: &Space,
    memory: usize,
    shelf: Option<&mut dyn Shelf>,
) -> Result<Found, Error> {
    let mut search = Search::begin(shelf)?;
    let is_asked_again = 0 < plan.rare_documents && plan.rare_documents as usize <= library.len();
    if let (Some(plain), false) = (search.is_over(), is_asked_again) {
        return Ok(Found::joined(search.results, plain));
    }
    let at_hand = Budgeted { space, memory };
    let lengths = (0..library.len()).map(|n| DocId::new(n).map_or(0, |document| library.n_words(document)));
    let corpus = Corpus::laid(&[], lengths)?;
    let most = (at_hand.share(4) / size_of::<Link>()).max(FEWEST);
    // Links that are looked at more than once.
    let mut kept = Log::<Link>::new(space);
    let mut once = None;
    let plain = match search.links(|link| kept.push(link))? {
        Some(plain) => plain,
        None => {
            let (links, plain) = seeds::links(library, &corpus, plan.seed, &at_hand)?;
            let mut sorted = links.sorted()?;
            if search.is_kept() || is_asked_again {
                sorted.try_for_each(|link| kept.push(link?))?;
                kept.flush()?;
                search.keep_links(kept.iter(), plain)?;
            } else {
                once = Some(sorted);
            }
            plain
        }
    };
    kept.flush()?;
    let links: Box<dyn Iterator<Item = Result<Link, Error>> + '_> = match once {
        Some(sorted) => Box::new(sorted),
        None => Box::new(kept.iter().skip(usize::try_from(search.done()).unwrap_or(usize::MAX))),
    };
    let mut links = links.peekable();
    let mut batch: Vec<Link> = Vec::new();
    while links.peek().is_some() {
        batch.clear();
        while let Some(link) = links.next() {
            let link = link?;
            batch.push(link);
            let is_end = |next: &Result<Link, Error>| {
                next.as_ref().map_or(true, |next| next.documents() != link.documents())
            };
            if most <= batch.len() && links.peek().is_none_or(is_end) {
                break;
            }
        }
        let groups = groups(&batch);
        let found: Vec<Found> = groups
            .par_iter()
            .map_init(
                || (library.room(), library.room()),
                |rooms, group| {
                    let links = batch.get(group.clone()).unwrap_or_default();
                    compare(library, &corpus, rooms, links, &[], plan)
                },
            )
            .collect::<Result<_, Error>>()?;
        let start = search.done();
        let ranged = |(group, found): (&Range<usize>, Found)| {
            (start + group.start as u64..start + group.end as u64, found)
        };
        search.add(groups.iter().zip(found).map(ranged), start + batch.len() as u64, groups.len())?;
    }
    drop((links, batch));
    search.end(plain)?;
    let Search { mut results, ranges, .. } = search;
    if is_asked_again {
        let formulas = rarity::formulas(library, &results, plan)?;
        let again = results.par_iter_mut().zip(&ranges).zip(&formulas).filter(|(_, not)| !not.is_empty());
        again.try_for_each_init(
            || (kept.reader(), Vec::new(), (library.room(), library.room())),
            |(reader, links, rooms), ((result, range), not)| {
                links.clear();
                reader.read(range.clone(), links)?;
                *result = compare(library, &corpus, rooms, links, not, plan)?;
                Ok::<(), Error>(())
            },
        )?;
    }
    Ok(Found::joined(results, plain))
}

/// Opens and compares the two documents of some links.
fn compare<'l, L: Library + ?Sized>(
    library: &'l L,
    corpus: &Corpus<'_>,
    (left_room, right_room): &mut (L::Room<'l>, L::Room<'l>),
    links: &[Link],
    not: &[(WordRange, WordRange)],
    plan: &PassagePlan,
) -> Result<Found, Error> {
    let Some((left, right)) = links.first().map(Link::documents) else { return Ok(Found::default()) };
    let a = library.open(left, left_room)?;
    let b = if left == right { a } else { library.open(right, right_room)? };
    let sides = judge::Sides { left: a, right: b, same: left == right };
    let task = Task { documents: (left, right), links, whole: false, not };
    Ok(pair(&sides, corpus, &task, plan))
}
