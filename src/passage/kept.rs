//! What a search has done, part by part, where somebody keeps it: one that was stopped goes on from there.

use std::{mem, ops::Range};

use super::{Found, seed::Link};
use crate::error::Error;

/// A part ends behind so many pairs of documents, or so many links: some seconds of work.
const PAIRS: usize = if cfg!(test) { 4 } else { 1 << 13 };
const LINKS: u64 = if cfg!(test) { 64 } else { 1 << 18 };

/// Two places with the same words: the documents of both, how far the places are from each other, and where the left one is.
pub type Linked = ((u32, u32), (u32, u32));

/// What was found of some pairs of documents that follow each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Their links, counted from the first of all.
    pub links: Range<u64>,
    /// Of those where there is something, what it is, and their links.
    pub found: Vec<(Range<u64>, Found)>,
    /// In the last part, [`Found::plain`].
    pub last: Option<u64>,
}

/// Keeps what a search has done. It is asked for links and parts before anything is put there.
pub trait Shelf {
    /// Gives all links to `take`, in order, where they are known, and comes back with [`Found::plain`].
    ///
    /// # Errors
    ///
    /// What `take` says, and where they cannot be had: what was taken must not be used then.
    fn links(&mut self, take: &mut dyn FnMut(Linked) -> Result<(), Error>) -> Result<Option<u64>, Error>;

    /// Keeps all links.
    ///
    /// # Errors
    ///
    /// What they say, and where they cannot be kept.
    fn keep_links(
        &mut self,
        links: &mut dyn Iterator<Item = Result<Linked, Error>>,
        plain: u64,
    ) -> Result<(), Error>;

    /// The next part that is known, in order.
    ///
    /// # Errors
    ///
    /// Where it cannot be had.
    fn part(&mut self) -> Result<Option<Part>, Error>;

    /// Keeps a part behind those before it.
    ///
    /// # Errors
    ///
    /// Where it cannot be kept.
    fn keep_part(&mut self, part: &Part) -> Result<(), Error>;
}

/// A search on its way.
pub(super) struct Search<'s> {
    shelf: Option<&'s mut dyn Shelf>,
    /// What was found, and the links that it was found with.
    pub(super) results: Vec<Found>,
    pub(super) ranges: Vec<Range<u64>>,
    /// The part that is being filled, and how many pairs of documents it looked at.
    part: Part,
    pairs: usize,
}

impl<'s> Search<'s> {
    /// Takes over what is known.
    pub(super) fn begin(shelf: Option<&'s mut dyn Shelf>) -> Result<Self, Error> {
        let (results, ranges) = (Vec::new(), Vec::new());
        let mut search = Self { shelf, results, ranges, part: Part::default(), pairs: 0 };
        while let Some(shelf) = &mut search.shelf
            && let Some(part) = shelf.part()?
        {
            search.part = part;
            search.take_part();
        }
        Ok(search)
    }

    /// Whether somebody keeps what is done.
    pub(super) const fn is_kept(&self) -> bool {
        self.shelf.is_some()
    }

    /// [`Found::plain`], once nothing is left to be looked at.
    pub(super) const fn is_over(&self) -> Option<u64> {
        self.part.last
    }

    /// So many links were looked at.
    pub(super) const fn done(&self) -> u64 {
        self.part.links.end
    }

    /// Gives all links where they are known.
    pub(super) fn links(
        &mut self,
        mut take: impl FnMut(Link) -> Result<(), Error>,
    ) -> Result<Option<u64>, Error> {
        self.shelf.as_mut().map_or(Ok(None), |shelf| shelf.links(&mut |link| take(Link::of(link))))
    }

    /// Keeps all links, where somebody does.
    pub(super) fn keep_links(
        &mut self,
        links: impl Iterator<Item = Result<Link, Error>>,
        plain: u64,
    ) -> Result<(), Error> {
        let mut links = links.map(|link| Ok(link?.parts()));
        self.shelf.as_mut().map_or(Ok(()), |shelf| shelf.keep_links(&mut links, plain))
    }

    /// How many of these groups, each with as many links, are to be looked at before [`add`](Self::add) is told.
    pub(super) fn some(&self, groups: &[Range<usize>]) -> usize {
        if !self.is_kept() {
            return groups.len();
        }
        let start = groups.first().map_or(0, |group| group.start);
        let is_in = |group: &&Range<usize>| ((group.end - start) as u64) < LINKS;
        groups.iter().take(PAIRS).take_while(is_in).count().max(1).min(groups.len())
    }

    /// Adds what was found of so many pairs of documents that follow, up to some link.
    pub(super) fn add(
        &mut self,
        found: impl Iterator<Item = (Range<u64>, Found)>,
        end: u64,
        pairs: usize,
    ) -> Result<(), Error> {
        self.part.found.extend(found.filter(|(_, found)| *found != Found::default()));
        self.part.links.end = end;
        self.pairs += pairs;
        let is_full = PAIRS <= self.pairs || LINKS <= end - self.part.links.start;
        if is_full { self.end_part() } else { Ok(()) }
    }

    /// Must be called when all were looked at.
    pub(super) fn end(&mut self, plain: u64) -> Result<(), Error> {
        if self.part.last.is_none() {
            self.part.last = Some(plain);
            self.end_part()?;
        }
        Ok(())
    }

    fn end_part(&mut self) -> Result<(), Error> {
        if let Some(shelf) = &mut self.shelf {
            shelf.keep_part(&self.part)?;
        }
        self.take_part();
        Ok(())
    }

    fn take_part(&mut self) {
        for (range, found) in mem::take(&mut self.part.found) {
            self.ranges.push(range);
            self.results.push(found);
        }
        self.part.links.start = self.part.links.end;
        self.pairs = 0;
    }
}

impl Link {
    const fn parts(self) -> Linked {
        ((self.left_document, self.right_document), (self.diagonal, self.left))
    }

    const fn of(((left_document, right_document), (diagonal, left)): Linked) -> Self {
        Self { left_document, right_document, diagonal, left }
    }
}
