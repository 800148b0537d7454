//! From matches to families: every unit of a wording that has copies or is in a match finds its place.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{Alike, Compared, LevelFound, Unit};
use crate::{
    candidate::{Candidate, Identical},
    family::{Draft, Edge, Kind, Place, Star, stars},
    id::{DocId, UnitId},
    pipeline::counts::Counts,
    settings::{Level, Plan, UnitPlan},
    span::WordRange,
    verify::{Match, Overlap},
};

/// From what was counted to families. `unit` looks up those that have a copy or are in a match; matches are of wordings, as
/// `identical` numbers them.
pub(in crate::pipeline) fn families(
    level: Level,
    unit: impl Fn(UnitId) -> Option<Unit>,
    identical: &Identical,
    compared: Compared<impl Counts>,
    plan: &Plan,
    rank: impl Fn(DocId, WordRange) -> u64,
) -> LevelFound {
    let Some(unit_plan) = plan.unit(level) else { return LevelFound::default() };
    let Compared { sets, matches, mut inside, cut } = compared;
    inside.retain(|found| !found.overlap.jaccard().meets(unit_plan.threshold));
    let repeats = identical.pairs();
    let matched = matches.iter().chain(&inside).flat_map(|found| [found.left.get(), found.right.get()]);
    let copies = Copies::new(&unit, &repeats, identical, matched, rank);
    let mut pairs = pairs(&unit, &repeats, identical, &matches);
    drop(repeats);
    pairs
        .par_sort_by_key(|pair| (pair.left.document, pair.left.words, pair.right.document, pair.right.words));
    let mut drafts = copies.near(level, &matches, &sets, unit_plan);
    drafts.extend(copies.contained(level, &inside, &sets));
    LevelFound { drafts, pairs, cut }
}

/// Every verified pair: identical units with their first copy, others through their first copies.
fn pairs(
    unit: &impl Fn(UnitId) -> Option<Unit>,
    repeats: &[Candidate],
    identical: &Identical,
    matches: &[Match],
) -> Vec<Alike> {
    let of = |text: UnitId| unit(identical.first(text.get()));
    let same = repeats.iter().filter_map(|pair| {
        let (left, right) = (unit(pair.left)?, unit(pair.right)?);
        let n = left.words.len();
        Some(Alike { left, right, overlap: Overlap { shared: n, left: n, right: n }, same: true })
    });
    let near = matches.iter().filter_map(|found| {
        Some(Alike { left: of(found.left)?, right: of(found.right)?, overlap: found.overlap, same: false })
    });
    same.chain(near).collect()
}

/// All copies of the distinct texts that have any or are in a match, the one to keep first. Nothing is held for the others, which are
/// nearly all.
struct Copies<'a, U> {
    unit: &'a U,
    /// These texts, ascending.
    texts: Vec<u32>,
    /// Where the units of each begin in `copies`, and the end.
    starts: Vec<usize>,
    /// Their units, in keeper order.
    copies: Vec<u32>,
    /// For each of these texts the rank of its first.
    ranks: Vec<u64>,
}

impl<'a, U: Fn(UnitId) -> Option<Unit>> Copies<'a, U> {
    /// `repeats` are later units with their firsts, ascending; `matched` are the texts that are in a match.
    fn new(
        unit: &'a U,
        repeats: &[Candidate],
        identical: &Identical,
        matched: impl Iterator<Item = u32>,
        rank: impl Fn(DocId, WordRange) -> u64,
    ) -> Self {
        let ranked = |text: u32, id: UnitId| {
            let unit = unit(id)?;
            Some((text, rank(unit.document, unit.words), id.get()))
        };
        let mut texts: Vec<u32> = matched.collect();
        let mut copies: Vec<(u32, u64, u32)> = Vec::new();
        for group in repeats.chunk_by(|x, y| x.left == y.left) {
            let Some(text) = group.first().and_then(|pair| identical.text(pair.left)) else { continue };
            texts.push(text);
            copies.extend(group.iter().filter_map(|pair| ranked(text, pair.right)));
        }
        texts.par_sort_unstable();
        texts.dedup();
        copies.extend(texts.iter().filter_map(|text| ranked(*text, identical.first(*text))));
        copies.par_sort_unstable();
        let (mut starts, mut ranks) = (vec![0], Vec::with_capacity(texts.len()));
        for group in copies.chunk_by(|x, y| x.0 == y.0) {
            starts.push(starts.last().map_or(0, |start| start + group.len()));
            ranks.extend(group.first().map(|(_, rank, _)| *rank));
        }
        Self { unit, texts, starts, copies: copies.into_iter().map(|(_, _, unit)| unit).collect(), ranks }
    }

    /// The place of a text among those that are held.
    fn at(&self, text: u32) -> Option<usize> {
        self.texts.binary_search(&text).ok()
    }

    /// The units of a text, the one to keep first.
    fn of(&self, text: u32) -> &[u32] {
        let range = self.at(text).and_then(|at| Some(*self.starts.get(at)?..*self.starts.get(at + 1)?));
        range.and_then(|range| self.copies.get(range)).unwrap_or_default()
    }

    fn rank(&self, text: u32) -> u64 {
        self.at(text).and_then(|at| self.ranks.get(at)).copied().unwrap_or(u64::MAX)
    }

    /// Families of equal and of similar units.
    fn near(&self, level: Level, matches: &[Match], sets: &impl Counts, plan: &UnitPlan) -> Vec<Draft> {
        let edges: Vec<Edge<Overlap>> = matches
            .iter()
            .map(|found| Edge { left: found.left.get(), right: found.right.get(), value: found.overlap })
            .collect();
        let verified = |keeper: u32, other: u32| {
            sets.resemblance(UnitId::from_packed(keeper), UnitId::from_packed(other), plan.threshold)
        };
        let grouped = stars(&edges, |text| self.rank(text), verified);
        let mut shown = vec![false; self.texts.len()];
        let mut drafts = Vec::new();
        for star in &grouped {
            drafts.extend(self.draft(level, star, sets, &mut shown));
        }
        let texts = self.texts.iter().zip(&shown).filter(|(_, shown)| !**shown).map(|(text, _)| *text);
        for keeper in texts {
            let alone = Star { keeper, members: Vec::new() };
            drafts.extend(self.draft(level, &alone, sets, &mut []));
        }
        drafts
    }

    /// A star of texts as a family of units; copies of a text stand in its first star only.
    fn draft(
        &self,
        level: Level,
        star: &Star<Overlap>,
        sets: &impl Counts,
        shown: &mut [bool],
    ) -> Option<Draft> {
        let mut copies = |text: u32| {
            let group = self.of(text);
            match self.at(text).and_then(|at| shown.get_mut(at)) {
                Some(true) => group.get(..1).unwrap_or_default(),
                Some(flag) => {
                    *flag = true;
                    group
                }
                None => group,
            }
        };
        let size = sets.size(UnitId::from_packed(star.keeper));
        let whole = Overlap { shared: size, left: size, right: size };
        let (keeper, equal) = copies(star.keeper).split_first()?;
        let mut members: Vec<Place> =
            equal.iter().filter_map(|unit| self.place(*unit, whole, true)).collect();
        for (text, overlap) in &star.members {
            let overlap = if star.keeper < *text { *overlap } else { overlap.swapped() };
            members.extend(copies(*text).iter().filter_map(|unit| self.place(*unit, overlap, false)));
        }
        let kind = if star.members.is_empty() { Kind::Exact } else { Kind::Near };
        Draft::new(level, kind, self.place(*keeper, whole, true)?, members)
    }

    /// Families of units that stand, nearly whole, inside a larger one. The largest is the keeper: to keep a
    /// part would lose text.
    fn contained(&self, level: Level, matches: &[Match], sets: &impl Counts) -> Vec<Draft> {
        let mut holder: BTreeMap<u32, (u64, u32, Overlap)> = BTreeMap::new();
        for found in matches {
            let (left, right) = (found.left.get(), found.right.get());
            let (small, large, overlap) = if found.overlap.left <= found.overlap.right {
                (left, right, found.overlap.swapped())
            } else {
                (right, left, found.overlap)
            };
            let rank = self.rank(large);
            let entry = holder.entry(small).or_insert((rank, large, overlap));
            if (rank, large) < (entry.0, entry.1) {
                *entry = (rank, large, overlap);
            }
        }
        let mut families: BTreeMap<u32, Vec<(u32, Overlap)>> = BTreeMap::new();
        for (small, (_, large, overlap)) in holder {
            families.entry(large).or_default().push((small, overlap));
        }
        families
            .into_iter()
            .filter_map(|(large, parts)| {
                let size = sets.size(UnitId::from_packed(large));
                let whole = Overlap { shared: size, left: size, right: size };
                let keeper = self.place(*self.of(large).first()?, whole, true)?;
                let places = parts.iter().flat_map(|(small, overlap)| {
                    self.of(*small).iter().filter_map(|part| self.place(*part, *overlap, false))
                });
                Draft::new(level, Kind::Contained, keeper, places.collect())
            })
            .collect()
    }

    fn place(&self, unit: u32, overlap: Overlap, same: bool) -> Option<Place> {
        let unit = (self.unit)(UnitId::from_packed(unit))?;
        Some(Place { document: unit.document, words: unit.words, overlap, same })
    }
}
