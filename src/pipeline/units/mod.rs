//! The units of one level, from words to verified families: stages 3 to 7 for paragraphs and sentences; and
//! the last step, from matches to families, for documents too.

mod copies;
mod filed;
mod placed;

use std::cell::LazyCell;

use rayon::prelude::*;

use super::{
    Progress,
    article::{Article, count},
    cards,
    counting::{self, counted},
    work::{Kept, Which},
};
use crate::{
    candidate::{self, BandKeys, Identical, Method, Picked, Rarity, Sets, contained, lsh, prefix},
    error::Error,
    family::Draft,
    hash,
    id::{DocId, UnitId},
    settings::{Level, Plan, UnitPlan},
    shingle,
    span::WordRange,
    verify::{self, Match, Overlap},
};

pub(super) use copies::families;
pub(super) use filed::{Filed, Listed};
pub(super) use placed::Placed;

/// Units are shingled and signed in batches of so many.
const BATCH: usize = 4096;

/// One unit of a level.
#[derive(Clone, Copy, Debug)]
pub(in crate::pipeline) struct Unit {
    pub(in crate::pipeline) document: DocId,
    pub(in crate::pipeline) words: WordRange,
}

/// Two verified units, and whether their words are the same.
#[derive(Clone, Copy, Debug)]
pub(in crate::pipeline) struct Alike {
    pub(in crate::pipeline) left: Unit,
    pub(in crate::pipeline) right: Unit,
    pub(in crate::pipeline) overlap: Overlap,
    pub(in crate::pipeline) same: bool,
}

/// What one level gave.
#[derive(Debug, Default)]
pub(in crate::pipeline) struct LevelFound {
    pub(in crate::pipeline) drafts: Vec<Draft>,
    pub(in crate::pipeline) pairs: Vec<Alike>,
    /// How often candidates of very frequent texts were cut short.
    pub(in crate::pipeline) cut: u64,
}

/// What was counted of the distinct texts of a level.
#[derive(Debug)]
pub(in crate::pipeline) struct Compared<S> {
    /// The shingles of those that are in a match.
    pub(in crate::pipeline) sets: S,
    /// Those that are alike.
    pub(in crate::pipeline) matches: Vec<Match>,
    /// Those of which one contains the other.
    pub(in crate::pipeline) inside: Vec<Match>,
    /// How often candidates of very frequent texts were cut short.
    pub(in crate::pipeline) cut: u64,
}

/// The same without the shingles.
#[derive(Debug)]
pub(in crate::pipeline) struct Counted {
    pub(in crate::pipeline) matches: Vec<Match>,
    pub(in crate::pipeline) inside: Vec<Match>,
    pub(in crate::pipeline) cut: u64,
}

impl Counted {
    pub(in crate::pipeline) fn with<S>(self, sets: S) -> Compared<S> {
        let Self { matches, inside, cut } = self;
        Compared { sets, matches, inside, cut }
    }

    /// The texts that are in a match, each once.
    pub(in crate::pipeline) fn texts(&self) -> Vec<u32> {
        let sides = |found: &Match| [found.left.get(), found.right.get()];
        let mut texts: Vec<u32> = self.matches.iter().chain(&self.inside).flat_map(sides).collect();
        texts.par_sort_unstable();
        texts.dedup();
        texts
    }
}

/// Finds the families of paragraphs or sentences. `rank` orders places, smaller first kept.
pub(in crate::pipeline) fn level(
    articles: &[Article],
    level: Level,
    plan: &Plan,
    (progress, kept): (&dyn Progress, Kept<'_>),
    rank: impl Fn(DocId, WordRange) -> u64,
) -> Result<LevelFound, Error> {
    let Some(unit_plan) = plan.unit(level) else { return Ok(LevelFound::default()) };
    let units = list(articles, level, unit_plan.min_words)?;
    let unit = |id: UnitId| units.get(id.index()).copied();
    let digests: Vec<hash::Digest> =
        units.par_iter().map(|unit| hash::identity(hashes(articles, unit))).collect();
    let identical = candidate::identical(&digests);
    drop(digests);
    if let Some(counted) = kept.counted()? {
        let sets = matched(articles, &units, &identical, &counted.texts(), unit_plan.shingle);
        return Ok(families(level, unit, &identical, counted.with(sets), plan, rank));
    }
    let firsts: Vec<UnitId> = identical.firsts().collect();
    let sets = sets(articles, &units, &firsts, unit_plan.shingle);
    let rarity = LazyCell::new(|| Rarity::of(&sets));
    let near =
        kept.candidates(Which::Near, None, || Ok((near(&sets, &rarity, plan, unit_plan)?.into(), true)))?;
    let inside = kept.candidates(Which::Inside, None, || {
        let is_long = |unit: Unit| plan.containment_words <= unit.words.len();
        let eligible: Vec<bool> = firsts.iter().map(|id| unit(*id).is_some_and(is_long)).collect();
        Ok((contained::candidates(&sets, &rarity, &eligible, plan.containment).into(), true))
    })?;
    counting::begin(level, near.pairs.len() + inside.pairs.len(), progress);
    let found = Counted {
        matches: counted(&near.pairs.load(), progress, |pairs| {
            verify::verify(pairs, &sets, unit_plan.threshold)
        }),
        inside: counted(&inside.pairs.load(), progress, |pairs| {
            verify::verify_contained(pairs, &sets, plan.containment)
        }),
        cut: near.cut + inside.cut,
    };
    kept.keep_counted(&found)?;
    drop(rarity);
    Ok(families(level, unit, &identical, found.with(sets), plan, rank))
}

/// The shingles of some wordings, by their numbers, which ascend.
fn matched(
    articles: &[Article],
    units: &[Unit],
    identical: &Identical,
    numbers: &[u32],
    size: u32,
) -> Picked {
    let firsts: Vec<UnitId> = numbers.iter().map(|number| identical.first(*number)).collect();
    let numbers: Vec<UnitId> = numbers.iter().copied().map(UnitId::from_packed).collect();
    let mut picked = Picked::default();
    picked.extend(&numbers, &sets(articles, units, &firsts, size));
    picked
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
    let signer = cards::signer(plan)?;
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
