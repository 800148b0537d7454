//! The units of one level, from words to verified families: stages 3 to 7 for paragraphs and sentences; and
//! the last step, from matches to families, for documents too.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{
    Progress,
    article::{Article, count},
    counting::{self, counted},
    counts::Counts,
};
use crate::{
    candidate::{self, BandKeys, Candidate, Identical, Method, Rarity, Sets, contained, lsh, prefix},
    error::Error,
    family::{Draft, Edge, Kind, Place, Star, stars},
    hash,
    id::{DocId, UnitId},
    settings::{Level, Plan, UnitPlan},
    shingle,
    sketch::{Params, Signer},
    span::WordRange,
    verify::{self, Match, Overlap},
};

/// Units are shingled and signed in batches of so many.
const BATCH: usize = 4096;

/// One unit of a level.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unit {
    pub(super) document: DocId,
    pub(super) words: WordRange,
}

/// Two verified units, and whether their words are the same.
#[derive(Clone, Copy, Debug)]
pub(super) struct Alike {
    pub(super) left: Unit,
    pub(super) right: Unit,
    pub(super) overlap: Overlap,
    pub(super) same: bool,
}

/// What one level gave.
#[derive(Debug, Default)]
pub(super) struct LevelFound {
    pub(super) drafts: Vec<Draft>,
    pub(super) pairs: Vec<Alike>,
    /// How often candidates of very frequent texts were cut short.
    pub(super) cut: u64,
}

/// What was counted of the distinct texts of a level.
#[derive(Debug)]
pub(super) struct Compared<S> {
    /// The shingles of those that are in a match.
    pub(super) sets: S,
    /// Those that are alike.
    pub(super) matches: Vec<Match>,
    /// Those of which one contains the other.
    pub(super) inside: Vec<Match>,
    /// How often candidates of very frequent texts were cut short.
    pub(super) cut: u64,
}

/// Finds the families of paragraphs or sentences. `rank` orders places, smaller first kept.
pub(super) fn level(
    articles: &[Article],
    level: Level,
    plan: &Plan,
    progress: &dyn Progress,
    rank: impl Fn(DocId, WordRange) -> u64,
) -> Result<LevelFound, Error> {
    let Some(unit_plan) = plan.unit(level) else { return Ok(LevelFound::default()) };
    let units = list(articles, level, unit_plan.min_words)?;
    let digests: Vec<hash::Digest> =
        units.par_iter().map(|unit| hash::identity(hashes(articles, unit))).collect();
    let identical = candidate::identical(&digests);
    drop(digests);
    let firsts: Vec<UnitId> = identical.firsts().collect();
    let sets = sets(articles, &units, &firsts, unit_plan.shingle);
    let rarity = Rarity::of(&sets);
    let near = near(&sets, &rarity, plan, unit_plan)?;
    let eligible: Vec<bool> = firsts
        .iter()
        .map(|id| units.get(id.index()).is_some_and(|unit| plan.containment_words <= unit.words.len()))
        .collect();
    let inside = contained::candidates(&sets, &rarity, &eligible, plan.containment);
    counting::begin(level, near.pairs.len() + inside.pairs.len(), progress);
    let compared = Compared {
        matches: counted(&near.pairs, progress, |pairs| verify::verify(pairs, &sets, unit_plan.threshold)),
        inside: counted(&inside.pairs, progress, |pairs| {
            verify::verify_contained(pairs, &sets, plan.containment)
        }),
        sets,
        cut: near.cut + inside.cut,
    };
    Ok(families(level, &units, &identical, &firsts, compared, plan, rank))
}

/// From what was counted to families. `firsts` are the distinct texts, by whose order all matches go.
pub(super) fn families(
    level: Level,
    units: &[Unit],
    identical: &Identical,
    firsts: &[UnitId],
    compared: Compared<impl Counts>,
    plan: &Plan,
    rank: impl Fn(DocId, WordRange) -> u64,
) -> LevelFound {
    let Some(unit_plan) = plan.unit(level) else { return LevelFound::default() };
    let Compared { sets, matches, mut inside, cut } = compared;
    inside.retain(|found| !found.overlap.jaccard().meets(unit_plan.threshold));
    let repeats = identical.pairs();
    let matched = matches.iter().chain(&inside).flat_map(|found| [found.left.get(), found.right.get()]);
    let copies = Copies::new(units, &repeats, firsts, matched, rank);
    let mut pairs = pairs(units, &repeats, firsts, &matches);
    drop(repeats);
    pairs
        .par_sort_by_key(|pair| (pair.left.document, pair.left.words, pair.right.document, pair.right.words));
    let mut drafts = copies.near(level, &matches, &sets, unit_plan);
    drafts.extend(copies.contained(level, &inside, &sets));
    LevelFound { drafts, pairs, cut }
}

fn list(articles: &[Article], level: Level, min_words: u32) -> Result<Vec<Unit>, Error> {
    let ranges: Vec<Vec<WordRange>> =
        articles.par_iter().map(|article| article.long_units(level, min_words)).collect();
    let mut units = Vec::with_capacity(ranges.iter().map(Vec::len).sum());
    for (index, ranges) in ranges.into_iter().enumerate() {
        let document = DocId::new(index)?;
        units.extend(ranges.into_iter().map(|words| Unit { document, words }));
    }
    UnitId::new(units.len())?;
    Ok(units)
}

fn hashes<'a>(articles: &'a [Article], unit: &Unit) -> &'a [u64] {
    articles.get(unit.document.index()).map_or(&[], |article| article.hashes(unit.words))
}

/// The shingles of the first copy of each text, numbered as in `firsts`.
fn sets(articles: &[Article], units: &[Unit], firsts: &[UnitId], size: u32) -> Sets {
    let batches: Vec<Sets> = firsts
        .par_chunks(BATCH)
        .map(|ids| {
            let mut sets = Sets::default();
            let mut shingles = Vec::new();
            for unit in ids.iter().filter_map(|id| units.get(id.index())) {
                shingle::collect_into(hashes(articles, unit), size, &mut shingles);
                sets.push(&shingles);
            }
            sets
        })
        .collect();
    let mut all = Sets::default();
    for batch in &batches {
        all.append(batch);
    }
    all
}

/// Pairs worth counting, by signatures or by the exact join, whichever suits the level.
fn near(sets: &Sets, rarity: &Rarity, plan: &Plan, unit_plan: &UnitPlan) -> Result<candidate::Found, Error> {
    let shingles = sets.shingles.len() as u64;
    if candidate::method(sets.len() as u64, shingles, unit_plan.threshold) == Method::Prefix {
        return Ok(prefix::candidates(sets, rarity, unit_plan.threshold));
    }
    let signer = Signer::new(&Params { lanes: plan.lanes, seed: plan.seed })?;
    let starts: Vec<usize> = (0..sets.len()).step_by(BATCH).collect();
    let batches: Vec<BandKeys> = starts
        .into_par_iter()
        .map(|start| {
            let end = (start + BATCH).min(sets.len());
            let mut keys = BandKeys::with_capacity(unit_plan.cut, end - start);
            let mut signature = Vec::new();
            for index in start..end {
                let unit = UnitId::from_packed(count(index));
                // A unit without shingles keeps an empty signature, which no band takes in.
                signature.clear();
                let _no_shingles = signer.sign_into(sets.get(unit), &mut signature);
                keys.push(&signature);
            }
            keys
        })
        .collect();
    let mut keys = BandKeys::with_capacity(unit_plan.cut, sets.len());
    for batch in &batches {
        keys.append(batch);
    }
    Ok(lsh::pairs(&keys, usize::MAX))
}

/// Every verified pair: identical units with their first copy, others through their first copies.
fn pairs(units: &[Unit], repeats: &[Candidate], firsts: &[UnitId], matches: &[Match]) -> Vec<Alike> {
    let unit = |id: UnitId| units.get(id.index()).copied();
    let of = |n: UnitId| firsts.get(n.index()).copied().and_then(unit);
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
struct Copies<'a> {
    units: &'a [Unit],
    /// These texts, ascending.
    texts: Vec<u32>,
    /// Where the units of each begin in `copies`, and the end.
    starts: Vec<usize>,
    /// Their units, in keeper order.
    copies: Vec<u32>,
    /// For each of these texts the rank of its first.
    ranks: Vec<u64>,
}

impl<'a> Copies<'a> {
    /// `repeats` are later units with their firsts, ascending; `matched` are the texts that are in a match.
    fn new(
        units: &'a [Unit],
        repeats: &[Candidate],
        firsts: &[UnitId],
        matched: impl Iterator<Item = u32>,
        rank: impl Fn(DocId, WordRange) -> u64,
    ) -> Self {
        let ranked = |text: u32, id: UnitId| {
            let unit = units.get(id.index())?;
            Some((text, rank(unit.document, unit.words), id.get()))
        };
        let text_of = |first: UnitId| firsts.binary_search(&first).map(count).ok();
        let mut texts: Vec<u32> = matched.collect();
        let mut copies: Vec<(u32, u64, u32)> = Vec::new();
        for group in repeats.chunk_by(|x, y| x.left == y.left) {
            let Some(text) = group.first().and_then(|pair| text_of(pair.left)) else { continue };
            texts.push(text);
            copies.extend(group.iter().filter_map(|pair| ranked(text, pair.right)));
        }
        texts.par_sort_unstable();
        texts.dedup();
        copies.extend(texts.iter().filter_map(|text| ranked(*text, firsts.get(*text as usize).copied()?)));
        copies.par_sort_unstable();
        let (mut starts, mut ranks) = (vec![0], Vec::with_capacity(texts.len()));
        for group in copies.chunk_by(|x, y| x.0 == y.0) {
            starts.push(starts.last().map_or(0, |start| start + group.len()));
            ranks.extend(group.first().map(|(_, rank, _)| *rank));
        }
        Self { units, texts, starts, copies: copies.into_iter().map(|(_, _, unit)| unit).collect(), ranks }
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
        let unit = self.units.get(unit as usize)?;
        Some(Place { document: unit.document, words: unit.words, overlap, same })
    }
}
