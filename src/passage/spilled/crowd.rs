//! [`hot`](crate::passage::hot) with its places in files: the same links.
//!
//! A place is followed by two sorts each time the groups are told apart by more words: by position, to read the words that follow
//! it in the order of the corpus, and by group and key, to split. In memory are a few numbers for each group.

use super::{Budgeted, seeds::link};
use crate::{
    error::Error,
    hash,
    id::DocId,
    passage::{
        hot::{LONGER, MANY, NONE},
        library::Library,
        plain::is_plain,
        seed::{Corpus, Link, SMALL, width},
    },
    spill::{Log, Sorter, Space},
};

/// Places with the same words.
#[derive(Clone, Copy, Default)]
struct Group {
    len: u32,
    /// Whether these places were linked with fewer words.
    linked: bool,
    /// Whether these are too many places of plain text to be linked with so few words.
    waits: bool,
}

impl Group {
    const fn is_large(self) -> bool {
        SMALL < self.len as usize
    }
}

/// Groups and their places: those of each together, ascending in each.
pub(super) struct Members {
    places: Log<(u32, u32)>,
    groups: Vec<Group>,
}

impl Members {
    pub(super) fn new(space: &Space) -> Self {
        Self { places: Log::new(space), groups: Vec::new() }
    }

    /// Begins a new group.
    pub(super) fn begin(&mut self) {
        self.groups.push(Group::default());
    }

    /// Puts a place into the group that was begun last.
    pub(super) fn push(&mut self, position: u32) -> Result<(), Error> {
        if let Some(group) = self.groups.last_mut() {
            group.len += 1;
        }
        let number = u32::try_from(self.groups.len() - 1).unwrap_or(NONE);
        self.places.push((number, position))
    }

    fn group(&self, number: u32) -> Group {
        self.groups.get(number as usize).copied().unwrap_or_default()
    }

    /// Places with their groups, by position.
    fn by_position(
        &self,
        at_hand: &Budgeted<'_>,
        is_wanted: impl Fn(Group) -> bool,
    ) -> Result<Sorter<(u32, u32)>, Error> {
        let mut sorter = Sorter::new(at_hand.space, at_hand.share(4));
        for place in self.places.iter() {
            let (number, position) = place?;
            if is_wanted(self.group(number)) {
                sorter.push((position, number))?;
            }
        }
        Ok(sorter)
    }
}

/// Makes the links of large groups, which agree in `size` words; gives the number of places of plain text that have none.
pub(super) fn links<L: Library + ?Sized>(
    library: &L,
    corpus: &Corpus<'_>,
    mut crowd: Members,
    size: u32,
    at_hand: &Budgeted<'_>,
    links: &mut Sorter<Link>,
) -> Result<u64, Error> {
    let (mut before, mut plain) = (size, 0);
    for longer in LONGER.into_iter().filter(|longer| size < *longer) {
        crowd.places.flush()?;
        let is_last = LONGER.last() == Some(&longer);
        let alone;
        (crowd, alone) = split(library, corpus, &crowd, (before, longer), is_last, at_hand)?;
        plain += alone;
        crowd.places.flush()?;
        link_groups(corpus, &crowd, at_hand, links)?;
        crowd.groups.iter_mut().for_each(|group| group.linked |= !group.waits);
        before = longer;
    }
    Ok(plain)
}

/// A place: its group, the key of the words that tell it apart, its position, and whether its words are plain.
type Keyed = (u32, u64, u32, u8);

/// Splits the groups that are still large by the words that follow the first `from` up to `to`. Gives the number of places that
/// waited for this in vain.
fn split<L: Library + ?Sized>(
    library: &L,
    corpus: &Corpus<'_>,
    crowd: &Members,
    (from, to): (u32, u32),
    is_last: bool,
    at_hand: &Budgeted<'_>,
) -> Result<(Members, u64), Error> {
    let mut keyed = Sorter::<Keyed>::new(at_hand.space, at_hand.share(4));
    let mut places = crowd.by_position(at_hand, Group::is_large)?.sorted()?.peekable();
    let mut room = library.room();
    while let Some(place) = places.peek() {
        let Ok((first, _)) = place else { break };
        let document = corpus.document(*first);
        let (base, end) = (corpus.base(document), corpus.base(document + 1));
        let words = library.words(DocId::new(document)?, &mut room)?;
        while let Some(place) = places.next_if(|place| place.as_ref().is_ok_and(|(at, _)| *at < end)) {
            let (position, number) = place?;
            let at = (position - base) as usize;
            let first = words.get(at).copied().unwrap_or_default();
            let Some(window) = words.get(at + width(first, from)..at + width(first, to)) else { continue };
            let key = hash::mix(window.iter().fold(0, |state, word| hash::push(state, *word))) | 1;
            // As far as it is asked about.
            let is_plain = !is_last && words.get(at..at + width(first, to)).is_some_and(is_plain);
            keyed.push((number, key, position, u8::from(is_plain)))?;
        }
    }
    places.find_map(Result::err).map_or(Ok(()), Err)?;

    let mut parts = Members::new(at_hand.space);
    let mut kept = vec![0_u32; crowd.groups.len()];
    // The first place of a part, until a second one makes it a group.
    let mut alone: Option<Keyed> = None;
    // The part that is being filled: the group it is of, and its key.
    let mut part = None;
    for place in keyed.sorted()? {
        let place = place?;
        let (number, key, position, _) = place;
        if part != Some((number, key)) {
            part = Some((number, key));
            alone = Some(place);
            continue;
        }
        if let Some((_, _, first, is_plain)) = alone.take() {
            parts.begin();
            parts.push(first)?;
            if let Some(group) = parts.groups.last_mut() {
                // Until it is known whether it is linked.
                group.waits = is_plain == 1;
            }
            if let Some(kept) = kept.get_mut(number as usize) {
                *kept += 1;
            }
        }
        parts.push(position)?;
        if let Some(kept) = kept.get_mut(number as usize) {
            *kept += 1;
        }
        if let Some(group) = parts.groups.last_mut() {
            // A group that was not split is what it was.
            let whole = crowd.group(number);
            group.linked = whole.linked && group.len == whole.len;
        }
    }
    let vain = crowd.groups.iter().zip(&kept).filter(|(group, kept)| group.waits && **kept < group.len / 2);
    let vain = vain.map(|(group, kept)| u64::from(group.len - kept)).sum();
    parts.groups.iter_mut().for_each(|group| group.waits &= group.is_large() && !group.linked);
    let waiting: u64 =
        parts.groups.iter().filter(|group| group.waits).map(|group| u64::from(group.len)).sum();
    if waiting <= MANY as u64 {
        parts.groups.iter_mut().for_each(|group| group.waits = false);
    }
    Ok((parts, vain))
}

/// What is known of the places before those of a group.
#[derive(Clone, Copy)]
struct Before {
    /// The group of the place one word before the first.
    number: u32,
    /// How many places have one of the same group before them.
    agree: u32,
    /// How many places were seen.
    seen: u32,
}

/// Links of the groups that other groups do not link already.
fn link_groups(
    corpus: &Corpus<'_>,
    crowd: &Members,
    at_hand: &Budgeted<'_>,
    links: &mut Sorter<Link>,
) -> Result<(), Error> {
    let mut befores = vec![Before { number: NONE, agree: 0, seen: 0 }; crowd.groups.len()];
    let mut last: Option<(u32, u32)> = None;
    for place in crowd.by_position(at_hand, |_| true)?.sorted()? {
        let (position, number) = place?;
        let adjoins = |(before, _): &(u32, u32)| {
            before + 1 == position && corpus.base(corpus.document(position)) != position
        };
        let before = last.filter(adjoins).map(|(_, number)| number);
        last = Some((position, number));
        if let Some(known) = befores.get_mut(number as usize) {
            if known.seen == 0 {
                known.number = before.unwrap_or(NONE);
            }
            known.agree += u32::from(before == Some(known.number));
            known.seen += 1;
        }
    }
    let is_linked = |(group, before): (&Group, &Before)| {
        let other = crowd.groups.get(before.number as usize);
        let is_as_large = other.is_some_and(|other| other.len == group.len && !other.waits);
        !(group.linked || group.waits || is_as_large && before.agree == group.len)
    };
    let wanted: Vec<bool> = crowd.groups.iter().zip(&befores).map(is_linked).collect();
    drop(befores);
    let mut few: Vec<u32> = Vec::with_capacity(SMALL);
    // The group that is read, the first of its places, and the one before.
    let mut star: Option<(u32, u32, u32)> = None;
    for place in crowd.places.iter() {
        let (number, position) = place?;
        if !wanted.get(number as usize).copied().unwrap_or(false) {
            continue;
        }
        if !crowd.group(number).is_large() {
            few.push(position);
            if few.len() == crowd.group(number).len as usize {
                for (n, left) in few.iter().enumerate() {
                    links.extend(few.iter().skip(n + 1).map(|right| link(corpus, *left, *right)))?;
                }
                few.clear();
            }
            continue;
        }
        // The first place in each document is linked to the first of all, the others to the one before them.
        let Some((_, leader, before)) = star.filter(|(of, ..)| *of == number) else {
            star = Some((number, position, position));
            continue;
        };
        let is_within = corpus.document(before) == corpus.document(position);
        links.push(link(corpus, if is_within { before } else { leader }, position))?;
        star = Some((number, leader, position));
    }
    Ok(())
}
