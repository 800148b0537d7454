//! Aligned spans -> families of passages.
//!
//! The same text is found several times with limits that differ by a few words, once for each partner. Spans
//! of one document that overlap by [`ONE`] tenths both ways are one place, with the limits of the longest.
//! Places are then grouped into stars: each member is aligned with its keeper, and must be as alike as a reported
//! pair. Alignments are paid from a budget for the whole corpus, which real text does not use up: what it does
//! not reach is not verified, so not reported, and the caller is told.

use std::{cmp::Reverse, collections::BTreeMap};

use rayon::prelude::*;

use super::{Draft, Edge, Kind, Place, Star, stars};
use crate::{
    budget::Budget,
    error::Error,
    hash::{self, Digest},
    id::DocId,
    passage::{self, Aligned, Copies, Library},
    settings::{Level, PassagePlan},
    span::WordRange,
    verify::Overlap,
};

/// Spans that share so many tenths of both are one place.
const ONE: u32 = 8;
/// How many places before a span are looked at for one that is the same.
const LOOK_BACK: usize = 24;

type Spot = (DocId, WordRange);

/// What an alignment of two places gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Aligning {
    overlap: Overlap,
    same: bool,
}

/// Steps for all verifications of a corpus, and more of them for each of its words: a step is one cell of an
/// alignment. Spent once for the pairs that were found and once for keepers and members.
const STEPS: u64 = 200_000_000;
const STEPS_A_WORD: u64 = 256;
/// The most steps for one pair that was found, and more for each of its words: near copies use far fewer.
const PAIR_STEPS: u64 = 4_000_000;
const PAIR_STEPS_A_WORD: u64 = 64;

/// Families of passages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grouped {
    /// The families.
    pub drafts: Vec<Draft>,
    /// Whether the budget ended before the work: places of edited passages may be missing.
    pub cut: bool,
}

/// Groups aligned spans, and the `whole` documents that have [copies](Copies::whole). `rank` orders places, smaller first kept. Memory
/// goes with the spans; words are asked for of places only.
///
/// # Errors
///
/// [`Error::Temporary`] where a document cannot be opened.
pub fn passages<L: Library + ?Sized>(
    pairs: &[Aligned],
    library: &L,
    (copies, whole): (&Copies, &[(DocId, WordRange)]),
    plan: &PassagePlan,
    rank: impl Fn(DocId, WordRange) -> u64,
) -> Result<Grouped, Error> {
    let mut spots: Vec<Spot> = pairs.iter().flat_map(|pair| [pair.left, pair.right]).collect();
    spots.extend(whole);
    spots.par_sort_unstable();
    spots.dedup();
    let (places, place_of) = merge(&spots);
    let number = |spot: &Spot| {
        let at = spots.binary_search(spot).unwrap_or(0);
        place_of.get(at).copied().unwrap_or(0)
    };
    let mut edges: Vec<Edge<Option<Aligning>>> = pairs
        .iter()
        .filter_map(|pair| {
            let (left, right) = (number(&pair.left), number(&pair.right));
            let whole = |n: u32, spot: &Spot| places.get(n as usize) == Some(spot);
            // The pair's own counts hold only where its limits became the places' limits.
            let value = (whole(left, &pair.left) && whole(right, &pair.right)).then(|| {
                let overlap =
                    Overlap { shared: pair.matched(), left: pair.left.1.len(), right: pair.right.1.len() };
                Aligning {
                    overlap: if left < right { overlap } else { overlap.swapped() },
                    same: pair.is_exact(),
                }
            });
            (left != right).then_some(Edge { left: left.min(right), right: left.max(right), value })
        })
        .collect();
    edges.extend(equal_places(&places, library)?);
    edges.par_sort_by_key(|edge| (edge.left, edge.right, edge.value.is_none()));
    edges.dedup_by_key(|edge| (edge.left, edge.right));
    let steps = STEPS + STEPS_A_WORD * library.total();
    // What each alignment may cost is settled before any is made, so that threads cannot change which are.
    let mut budget = Budget::new(steps);
    let mut cut = false;
    edges.retain(|edge| {
        let is_paid = edge.value.is_some() || budget.spend(most_steps(&places, edge.left, edge.right));
        cut |= !is_paid;
        is_paid
    });
    let counted: Vec<(Option<Edge<Aligning>>, bool)> = edges
        .into_par_iter()
        .map_init(
            || (library.room(), library.room()),
            |rooms, edge| {
                let mut paid = Budget::new(most_steps(&places, edge.left, edge.right));
                let ends = (edge.left, edge.right);
                let value = match edge.value {
                    None => count(&places, library, rooms, plan, ends, &mut paid)?,
                    known => known,
                };
                let counted = value.map(|value| Edge { left: edge.left, right: edge.right, value });
                Ok((counted, paid.is_overdrawn()))
            },
        )
        .collect::<Result<_, Error>>()?;
    cut |= counted.iter().any(|(_, overdrawn)| *overdrawn);
    let known: Vec<Edge<Aligning>> = counted.into_iter().filter_map(|(edge, _)| edge).collect();
    let place_rank = |v: u32| places.get(v as usize).map_or(u64::MAX, |spot| rank(spot.0, spot.1));
    let mut budget = Budget::new(steps);
    let mut rooms = (library.room(), library.room());
    let mut failed = None;
    let grouped = stars(&known, place_rank, |keeper, other| {
        let counted = count(&places, library, &mut rooms, plan, (keeper, other), &mut budget);
        counted.unwrap_or_else(|error| {
            failed.get_or_insert(error);
            None
        })
    });
    if let Some(error) = failed {
        return Err(error);
    }
    cut |= budget.is_overdrawn();
    Ok(Grouped { drafts: drafts(&grouped, &places, copies), cut })
}

/// The stars as families, each place also in the copies of its document. A place stands in the first of its stars with
/// its copies, in others without; one that is in none makes a family with them.
fn drafts(stars: &[Star<Aligning>], places: &[Spot], copies: &Copies) -> Vec<Draft> {
    let mut shown = vec![false; places.len()];
    let mut drafts: Vec<Draft> =
        stars.iter().filter_map(|star| draft(star, places, copies, &mut shown)).collect();
    for number in 0..places.len() {
        if !shown.get(number).copied().unwrap_or(true) {
            let alone = Star { keeper: u32::try_from(number).unwrap_or(u32::MAX), members: Vec::new() };
            drafts.extend(draft(&alone, places, copies, &mut shown));
        }
    }
    drafts
}

/// The most steps that aligning two places may take.
fn most_steps(places: &[Spot], left: u32, right: u32) -> u64 {
    let words = |n: u32| places.get(n as usize).map_or(0, |spot| u64::from(spot.1.len()));
    let (left, right) = (words(left), words(right));
    (left * right).min(PAIR_STEPS + PAIR_STEPS_A_WORD * (left + right))
}

/// Places with the same words, each linked to the first of them. Alignment does not pair them all: inside two
/// copies of an article a paragraph that each holds twice is found once in each.
fn equal_places<L: Library + ?Sized>(
    places: &[Spot],
    library: &L,
) -> Result<Vec<Edge<Option<Aligning>>>, Error> {
    let named = |room: &mut _, (number, (document, words)): (usize, &Spot)| {
        let hashes = library.words(*document, room)?.get(words.native());
        Ok(hashes.map(hash::identity).zip(u32::try_from(number).ok()))
    };
    let named: Vec<Option<(Digest, u32)>> =
        places.par_iter().enumerate().map_init(|| library.room(), named).collect::<Result<_, Error>>()?;
    let mut named: Vec<(Digest, u32)> = named.into_iter().flatten().collect();
    named.par_sort_unstable();
    let mut edges = Vec::new();
    for group in named.chunk_by(|x, y| x.0 == y.0) {
        let Some(((_, first), others)) = group.split_first() else { continue };
        let len = places.get(*first as usize).map_or(0, |(_, words)| words.len());
        let overlap = Overlap { shared: len, left: len, right: len };
        let value = Some(Aligning { overlap, same: true });
        edges.extend(others.iter().map(|(_, other)| Edge { left: *first, right: *other, value }));
    }
    Ok(edges)
}

/// Spans (ascending) -> places, and the place of each span.
fn merge(spots: &[Spot]) -> (Vec<Spot>, Vec<u32>) {
    let mut places: Vec<Spot> = Vec::new();
    let mut place_of = Vec::with_capacity(spots.len());
    // Longest first, so that the limits of a place are those of its longest span.
    let mut order: Vec<usize> = (0..spots.len()).collect();
    order.sort_by_key(|i| {
        spots.get(*i).map(|(document, words)| (*document, Reverse(words.len()), words.start))
    });
    place_of.resize(spots.len(), u32::MAX);
    // Places of the current document by start, of equal starts the last one first.
    let mut in_document: BTreeMap<(u32, Reverse<u32>), WordRange> = BTreeMap::new();
    let mut current = None;
    for i in order {
        let Some((document, words)) = spots.get(i).copied() else { continue };
        if current != Some(document) {
            current = Some(document);
            in_document.clear();
        }
        // Only places that begin close by can overlap that much.
        let here = (words.start, Reverse(u32::MAX));
        let before = in_document.range(..here).rev().take(LOOK_BACK);
        let mut near: Vec<_> = before.collect();
        near.reverse();
        near.extend(in_document.range(here..).take(LOOK_BACK));
        let same = near.into_iter().find(|(_, place)| {
            let shared = place.overlap(words) * 10;
            place.len() * ONE <= shared && words.len() * ONE <= shared
        });
        let number = match same {
            Some(((_, Reverse(number)), _)) => *number,
            None => {
                let number = u32::try_from(places.len()).unwrap_or(u32::MAX);
                places.push((document, words));
                in_document.insert((words.start, Reverse(number)), words);
                number
            }
        };
        if let Some(slot) = place_of.get_mut(i) {
            *slot = number;
        }
    }
    (places, place_of)
}

/// Aligns two places from end to end; none when they are not alike enough, or overlap.
fn count<'l, L: Library + ?Sized>(
    places: &[Spot],
    library: &'l L,
    (left_room, right_room): &mut (L::Room<'l>, L::Room<'l>),
    plan: &PassagePlan,
    (left, right): (u32, u32),
    budget: &mut Budget,
) -> Result<Option<Aligning>, Error> {
    let (Some(a), Some(b)) = (places.get(left as usize), places.get(right as usize)) else { return Ok(None) };
    if a.0 == b.0 && 0 < a.1.overlap(b.1) {
        return Ok(None);
    }
    let x = library.words(a.0, left_room)?.get(a.1.native());
    let y = library.words(b.0, right_room)?.get(b.1.native());
    Ok(x.zip(y).and_then(|(x, y)| aligned((a, x), (b, y), plan, budget)))
}

fn aligned(
    (a, x): (&Spot, &[u64]),
    (b, y): (&Spot, &[u64]),
    plan: &PassagePlan,
    budget: &mut Budget,
) -> Option<Aligning> {
    let overlap = |shared: u32| Overlap { shared, left: a.1.len(), right: b.1.len() };
    if x == y {
        return Some(Aligning { overlap: overlap(a.1.len()), same: true });
    }
    let longer = passage::weight(x).max(passage::weight(y));
    let threshold = if longer < PassagePlan::LONG { plan.short_threshold } else { plan.threshold };
    if !overlap(a.1.len().min(b.1.len())).of_longer().meets(threshold) {
        return None;
    }
    let matched = passage::align(x, y, budget).iter().map(|block| block.len).sum();
    let aligning = Aligning { overlap: overlap(matched), same: false };
    aligning.overlap.of_longer().meets(threshold).then_some(aligning)
}

fn draft(star: &Star<Aligning>, places: &[Spot], copies: &Copies, shown: &mut [bool]) -> Option<Draft> {
    let spot = |n: u32| places.get(n as usize).copied();
    let mut copies_of = |n: u32, document: DocId| {
        let is_shown = shown.get_mut(n as usize).is_none_or(|flag| std::mem::replace(flag, true));
        copies.of(document).take(if is_shown { 0 } else { usize::MAX })
    };
    let (document, words) = spot(star.keeper)?;
    let overlap = Overlap { shared: words.len(), left: words.len(), right: words.len() };
    let keeper = Place { document, words, overlap, same: true };
    let mut members: Vec<Place> = Vec::with_capacity(star.members.len());
    members.extend(copies_of(star.keeper, document).map(|document| Place { document, ..keeper }));
    for (member, value) in &star.members {
        let Some((document, words)) = spot(*member) else { continue };
        let overlap = if star.keeper < *member { value.overlap } else { value.overlap.swapped() };
        let place = Place { document, words, overlap, same: value.same };
        members.push(place);
        members.extend(copies_of(*member, document).map(|document| Place { document, ..place }));
    }
    let kind = if members.iter().all(|member| member.same) { Kind::Exact } else { Kind::Near };
    Draft::new(Level::Passage, kind, keeper, members)
}
