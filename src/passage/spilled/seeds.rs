//! [`seed`](crate::passage::seed) with what does not fit in memory in files: the same links.
//!
//! A position goes to a sorter with its key, and with the name of the window one word before, so that no word has to be looked at
//! again to see which links add nothing.

use super::{Budgeted, crowd};
use crate::{
    error::Error,
    hash::{self, Digest},
    id::DocId,
    passage::{
        library::Library,
        seed::{self, Bits, Corpus, Link, SMALL, width},
    },
    spill::{Log, Record, Sorter},
};

impl Record for Link {
    const BYTES: usize = <((u32, u32), (u32, u32))>::BYTES;

    fn put(&self, bytes: &mut [u8]) {
        ((self.left_document, self.right_document), (self.diagonal, self.left)).put(bytes);
    }

    fn take(bytes: &[u8]) -> Self {
        let ((left_document, right_document), (diagonal, left)) = Record::take(bytes);
        Self { left_document, right_document, diagonal, left }
    }
}

/// A key, where it stands, and the name of the window that begins one word before; zeros where there is none.
type Keyed = (u64, u32, Digest);

/// All links of seeds of `size` words, and the places of frequent plain text that none follows.
pub(super) fn links<L: Library + ?Sized>(
    library: &L,
    corpus: &Corpus<'_>,
    size: u32,
    at_hand: &Budgeted<'_>,
) -> Result<(Sorter<Link>, u64), Error> {
    let keyed = repeated(library, corpus, size, at_hand)?;
    let mut links = Sorter::new(at_hand.space, at_hand.share(4));
    let mut is_hot = Bits::new(corpus.end() as usize);
    // Links that add nothing, unless the places before are in a large group: that is known when all groups are.
    let mut later = Log::<(u32, u32)>::new(at_hand.space);
    let mut large = crowd::Members::new(at_hand.space);
    let mut group: Vec<Keyed> = Vec::with_capacity(SMALL + 1);
    let mut is_large = false;
    let mut pair_all = |group: &[Keyed]| {
        for (n, left) in group.iter().enumerate() {
            for right in group.iter().skip(n + 1) {
                if left.2 == right.2 && left.2 != Digest::default() {
                    later.push((left.1, right.1))?;
                } else {
                    links.push(link(corpus, left.1, right.1))?;
                }
            }
        }
        Ok::<(), Error>(())
    };
    for keyed in keyed.sorted()? {
        let keyed = keyed?;
        if group.first().is_some_and(|first| first.0 != keyed.0) {
            if !is_large {
                pair_all(&group)?;
            }
            group.clear();
            is_large = false;
        }
        if is_large {
            is_hot.set(keyed.1 as usize);
            large.push(keyed.1)?;
            continue;
        }
        group.push(keyed);
        if SMALL < group.len() {
            is_large = true;
            large.begin();
            for (_, position, _) in &group {
                is_hot.set(*position as usize);
                large.push(*position)?;
            }
            group.truncate(1);
        }
    }
    if !is_large {
        pair_all(&group)?;
    }
    later.flush()?;
    for pair in later.iter() {
        let (left, right) = pair?;
        if is_hot.get(left as usize - 1) || is_hot.get(right as usize - 1) {
            links.push(link(corpus, left, right))?;
        }
    }
    drop((later, is_hot));
    let plain = crowd::links(library, corpus, large, size, at_hand, &mut links)?;
    Ok((links, plain))
}

pub(super) fn link(corpus: &Corpus<'_>, left: u32, right: u32) -> Link {
    seed::link((corpus.place(left), corpus.place(right)))
}

/// Visits the words of all documents in their order.
pub(super) fn walk<L: Library + ?Sized>(
    library: &L,
    mut visit: impl FnMut(usize, &[u64]) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut room = library.room();
    for document in 0..library.len() {
        visit(document, library.words(DocId::new(document)?, &mut room)?)?;
    }
    Ok(())
}

/// The positions whose key stands, as far as the filter can tell, at least twice. The filter is as large as is of use, or as there is
/// memory for.
fn repeated<L: Library + ?Sized>(
    library: &L,
    corpus: &Corpus<'_>,
    size: u32,
    at_hand: &Budgeted<'_>,
) -> Result<Sorter<Keyed>, Error> {
    let wanted = (corpus.end() as usize * seed::FILTER_BITS).next_power_of_two();
    let most = (at_hand.share(4) * 8).max(64);
    let slots = wanted.min(1 << most.ilog2()).max(64);
    let slot = |key: u64| usize::try_from(key & (slots as u64 - 1)).unwrap_or(0);
    let (mut once, mut twice) = (Bits::new(slots), Bits::new(slots));
    walk(library, |_, words| {
        seed::batches(words, size, 0, |row| {
            for keyed in row {
                if once.set(slot(keyed.key)) {
                    twice.set(slot(keyed.key));
                }
            }
        });
        Ok(())
    })?;
    drop(once);
    let mut sorter = Sorter::new(at_hand.space, at_hand.share(2));
    walk(library, |document, words| {
        let base = corpus.base(document);
        let mut put = Ok(());
        seed::batches(words, size, base, |row| {
            for keyed in row.iter().filter(|keyed| twice.get(slot(keyed.key))) {
                if put.is_ok() {
                    let before = before(words, (keyed.position - base) as usize, size);
                    put = sorter.push((keyed.key, keyed.position, before));
                }
            }
        });
        put
    })?;
    Ok(sorter)
}

/// The name of the window that begins one word before.
fn before(words: &[u64], at: usize, size: u32) -> Digest {
    let window = at.checked_sub(1).and_then(|at| words.get(at..at + width(*words.get(at)?, size)));
    window.map_or_else(Digest::default, hash::identity)
}
