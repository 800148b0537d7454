//! What is kept of the search for passages: its links, and what was found with them, part by part.

use super::{
    Chain, Work,
    bytes::{In, Out},
    is_numbered, names, numbered,
};
use crate::{
    error::Error,
    id::DocId,
    passage::{Aligned, Block, Found, Linked, Part, Shelf},
    span::WordRange,
};

const LINKS: &str = "links";
const PARTS: &str = "part-";

pub(super) fn is_ours(name: &str) -> bool {
    name == LINKS || is_numbered(name, PARTS)
}

/// The search of a run.
#[derive(Debug)]
pub(in crate::pipeline) struct Searching<'w> {
    work: &'w Work,
    /// Parts that were taken or kept, and how many links they are of.
    parts: u32,
    links: u64,
    is_over: bool,
}

impl<'w> Searching<'w> {
    pub(in crate::pipeline) const fn of(work: &'w Work) -> Self {
        Self { work, parts: 0, links: 0, is_over: false }
    }

    fn took(&mut self, part: &Part) {
        self.parts += 1;
        self.links = part.links.end;
        self.is_over = part.last.is_some();
    }
}

impl Shelf for Searching<'_> {
    fn links(&mut self, take: &mut dyn FnMut(Linked) -> Result<(), Error>) -> Result<Option<u64>, Error> {
        Ok(self.work.list(LINKS, take)?.map(|(plain, _)| plain))
    }

    fn keep_links(
        &mut self,
        links: &mut dyn Iterator<Item = Result<Linked, Error>>,
        plain: u64,
    ) -> Result<(), Error> {
        self.work.keep_list(LINKS, (plain, 0), links)
    }

    fn part(&mut self) -> Result<Option<Part>, Error> {
        let name = numbered(PARTS, self.parts);
        let Some(bytes) = self.work.read_file(&name)? else {
            let names = names(&self.work.folder).unwrap_or_default();
            let later = names.iter().any(|other| is_numbered(other, PARTS) && *other > name);
            return if later { Err(self.work.damaged(&name)) } else { Ok(None) };
        };
        let part = part(&mut In(&bytes), self.work.chain);
        let part = part.filter(|part| part.links.start == self.links && !self.is_over);
        let part = part.ok_or_else(|| self.work.damaged(&name))?;
        self.took(&part);
        Ok(Some(part))
    }

    fn keep_part(&mut self, part: &Part) -> Result<(), Error> {
        let mut bytes = Vec::new();
        put(part, self.work.chain, &mut Out(&mut bytes));
        self.work.write_file(&numbered(PARTS, self.parts), &bytes)?;
        self.took(part);
        Ok(())
    }
}

fn put(part: &Part, chain: Chain, to: &mut Out<'_>) {
    to.number(chain.raws);
    to.number(chain.state());
    to.number(part.links.start);
    to.number(part.links.end);
    to.told(part.last);
    to.number(part.found.len() as u64);
    for (links, Found { pairs, cut, crowded, plain }) in &part.found {
        to.number(links.start);
        to.number(links.end);
        to.number(pairs.len() as u64);
        for Aligned { left, right, blocks, any_order } in pairs {
            for (document, words) in [left, right] {
                [document.get(), words.start, words.end].into_iter().for_each(|n| to.short(n));
            }
            to.short(*any_order);
            to.number(blocks.len() as u64);
            for Block { left, right, len } in blocks {
                [*left, *right, *len].into_iter().for_each(|n| to.short(n));
            }
        }
        for list in [cut, crowded] {
            to.number(list.len() as u64);
            list.iter().flat_map(|(left, right)| [left, right]).for_each(|id| to.short(id.get()));
        }
        to.number(*plain);
    }
}

/// A part of this input; nothing where it is of another, or cut short.
fn part(rest: &mut In<'_>, chain: Chain) -> Option<Part> {
    if Chain::of(rest.number()?, rest.number()?) != chain {
        return None;
    }
    let links = rest.number()?..rest.number()?;
    let last = rest.told()?;
    let id = |rest: &mut In<'_>| Some(DocId::from_packed(rest.short()?));
    let place = |rest: &mut In<'_>| Some((id(rest)?, WordRange { start: rest.short()?, end: rest.short()? }));
    let block =
        |rest: &mut In<'_>| Some(Block { left: rest.short()?, right: rest.short()?, len: rest.short()? });
    let aligned = |rest: &mut In<'_>| {
        let (left, right, any_order) = (place(rest)?, place(rest)?, rest.short()?);
        Some(Aligned { left, right, any_order, blocks: rest.list(block)? })
    };
    let both = |rest: &mut In<'_>| Some((id(rest)?, id(rest)?));
    let found = rest.list(|rest| {
        let links = rest.number()?..rest.number()?;
        let (pairs, cut, crowded) = (rest.list(aligned)?, rest.list(both)?, rest.list(both)?);
        Some((links, Found { pairs, cut, crowded, plain: rest.number()? }))
    })?;
    rest.0.is_empty().then_some(Part { links, found, last })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn place() -> impl Strategy<Value = (DocId, WordRange)> {
        (any::<u32>(), any::<u32>(), any::<u32>())
            .prop_map(|(id, start, end)| (DocId::from_packed(id), WordRange { start, end }))
    }

    fn aligned() -> impl Strategy<Value = Aligned> {
        let block = any::<[u32; 3]>().prop_map(|[left, right, len]| Block { left, right, len });
        (place(), place(), prop::collection::vec(block, 0..4), any::<u32>())
            .prop_map(|(left, right, blocks, any_order)| Aligned { left, right, blocks, any_order })
    }

    fn found() -> impl Strategy<Value = Found> {
        let both = || {
            let pair =
                any::<[u32; 2]>().prop_map(|pair| (DocId::from_packed(pair[0]), DocId::from_packed(pair[1])));
            prop::collection::vec(pair, 0..3)
        };
        (prop::collection::vec(aligned(), 0..4), both(), both(), any::<u64>())
            .prop_map(|(pairs, cut, crowded, plain)| Found { pairs, cut, crowded, plain })
    }

    proptest! {
        #[test]
        fn a_part_comes_back_whole_or_not_at_all(
            links: std::ops::Range<u64>, last: Option<u64>, found in prop::collection::vec((any::<std::ops::Range<u64>>(), found()), 0..4),
            share in 0.0..1.0,
        ) {
            let written = Part { links, found, last };
            let chain = Chain::default().with(&[1, 2, 3]);
            let mut bytes = Vec::new();
            put(&written, chain, &mut Out(&mut bytes));
            let read = part(&mut In(&bytes), chain);
            prop_assert_eq!(read.as_ref(), Some(&written));
            prop_assert_eq!(part(&mut In(&bytes), Chain::default()), None);
            prop_assert_eq!(part(&mut In(&[&bytes[..], &[0]].concat()), chain), None);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in it")]
            let cut = (share * bytes.len() as f64) as usize;
            prop_assert_eq!(part(&mut In(&bytes[..cut]), chain), None);
        }
    }
}
