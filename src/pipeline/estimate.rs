//! What a threshold would give: some documents of a corpus, all pairs of their units counted, beside what candidates find of them.
//!
//! Beside the stair: [`subset`] reads a corpus and keeps some documents, [`estimate`] counts. Nothing of it reaches a report.
//!
//! # The idea
//!
//! The exact join ([`prefix`]) at a low floor gives every pair of units at least as alike as the floor, counting says how alike. Beside each
//! stands the chance that bands find such a pair (the S-curve), and whether the candidates of a scan with these settings hold it. So recall is
//! seen before a corpus is scanned, and how many candidates are counted for nothing. What is *reported* is counted, so none of it lies below
//! its threshold: whether it was told twice, [`sample`](crate::sample) asks a reader.
//!
//! # Limits
//!
//! Of a corpus, a part of `s` of the documents holds about `s * s` of the pairs between documents. Counts are those of the part, never
//! blown up. Where the exact join had to stop early ([`LevelEstimate::cut`]), there are at least so many pairs. Containment and passages are
//! not looked at.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicU64, Ordering},
};

use rayon::prelude::*;

use super::{Article, Run, read, scan::in_pool};
use crate::{
    candidate::{self, BandKeys, Candidate, Found, Method, Rarity, Sets, lsh, prefix},
    document::Document,
    error::{Error, Problem},
    hash,
    id::UnitId,
    report::Totals,
    settings::{Bands, Level, Plan, Ratio, UnitPlan},
    shingle,
    sketch::{Params, Signer},
    source::{self, Input},
    span::WordRange,
    verify::{self, Match},
};

/// Pairs less alike than this are not counted, unless a threshold is lower.
const FLOOR: u32 = 50;
/// How wide bins of similarity are, in hundredths.
const STEP: u32 = 5;
/// Thresholds that are tried, in hundredths.
const TRIED: [u32; 5] = [50, 60, 70, 80, 90];
/// Units are signed in batches of so many.
const BATCH: usize = 4096;

/// Some documents of a corpus.
#[derive(Debug, Default)]
pub struct Subset {
    /// The documents, in input order.
    pub documents: Vec<Document>,
    /// How many documents and bytes of text the corpus has; its words are not read.
    pub totals: Totals,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// Reads the inputs and keeps at most so many documents: those whose path and record have the smallest hashes, so that the same corpus gives
/// the same documents wherever it lies, and more of them hold fewer.
///
/// Cost: reads everything; memory for twice as many documents as are kept.
///
/// # Errors
///
/// What [`source::open`] refuses.
pub fn subset(
    inputs: Vec<Input>,
    options: &source::Options,
    most: usize,
    run: &Run<'_>,
) -> Result<Subset, Error> {
    type Kept = Vec<(u64, u64, Document)>;
    read::begin("reading", &[&inputs], options, run)?;
    let (raws, _) = source::open_to_read_again(inputs, options)?;
    // Nothing above it can be among the smallest any more. It only ever falls, so how far it fell when a document is met does not matter.
    let bound = AtomicU64::new(u64::MAX);
    in_pool(run.threads, || {
        let (mut kept, mut totals): (Kept, Totals) = (Vec::new(), Totals::default());
        let shrink = |kept: &mut Kept| {
            kept.sort_unstable_by_key(|(key, order, _)| (*key, *order));
            kept.truncate(most);
            if let Some((key, ..)) = kept.last().filter(|_| kept.len() == most) {
                bound.store(*key, Ordering::Relaxed);
            }
        };
        let problems = read::read(
            raws,
            run,
            <(Kept, Totals)>::default,
            |(kept, totals), record, _| {
                let (path, number, _) = record.dated();
                let key = hash::mix(hash::push(hash::word(path.as_bytes()), number.unwrap_or(0)));
                if key <= bound.load(Ordering::Relaxed) {
                    kept.push((key, totals.documents, record.document()));
                }
                totals.documents += 1;
                totals.bytes += record.text().len() as u64;
            },
            |(more, of_piece), _| {
                let before = totals.documents;
                kept.extend(more.into_iter().map(|(key, order, document)| (key, before + order, document)));
                totals.documents += of_piece.documents;
                totals.bytes += of_piece.bytes;
                if 2 * most < kept.len() {
                    shrink(&mut kept);
                }
            },
        );
        shrink(&mut kept);
        kept.sort_unstable_by_key(|(_, order, _)| *order);
        run.progress.done();
        Ok(Subset { documents: kept.into_iter().map(|(.., document)| document).collect(), totals, problems })
    })
}

/// What was counted of some documents.
#[derive(Clone, Debug, Default)]
pub struct Estimate {
    /// How much was looked at.
    pub totals: Totals,
    /// One entry for each level cut by segmentation that the plan asks for.
    pub levels: Vec<LevelEstimate>,
}

/// What was counted of one level.
#[derive(Clone, Debug)]
pub struct LevelEstimate {
    /// The level.
    pub level: Level,
    /// Units with enough words.
    pub units: u64,
    /// Different texts among them; the others are found without candidates.
    pub distinct: u64,
    /// The threshold of the plan.
    pub planned: Tried,
    /// Pairs of different texts that a scan would count.
    pub candidates: u64,
    /// Of these, pairs that meet the threshold.
    pub found: u64,
    /// All pairs of different texts at or above the floor by similarity, ascending; bins without pairs too.
    pub bins: Vec<Alike>,
    /// What other thresholds would give.
    pub tried: Vec<Tried>,
    /// How many units the exact join did not compare with all they might be like: where it is not 0, there are at least so many pairs.
    pub cut: u64,
}

/// Pairs of about the same similarity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Alike {
    /// The lowest similarity.
    pub from: Ratio,
    /// Where the next bin begins; 1 belongs to the last.
    pub to: Ratio,
    /// How many pairs.
    pub pairs: u64,
    /// How many of them the candidates of a scan are expected to hold; none where nothing is promised: below the threshold of an exact join.
    pub expected: Option<f64>,
    /// How many they do hold.
    pub found: u64,
}

/// A threshold, how pairs would be looked for, and what there is to be found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tried {
    /// The threshold.
    pub threshold: Ratio,
    /// How pairs of the level would be looked for.
    pub method: Method,
    /// How signatures would be cut.
    pub cut: Bands,
    /// Pairs that meet it.
    pub pairs: u64,
    /// How many of them are expected to be found.
    pub expected: f64,
}

impl Tried {
    /// The share of pairs that is expected to be found; none of none.
    pub fn recall(&self) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "a share for printing")]
        (0 < self.pairs).then(|| self.expected / self.pairs as f64)
    }

    /// The chance to be found of a pair that lies right at the threshold.
    pub fn chance(&self) -> f64 {
        match self.method {
            Method::Prefix => 1.0,
            Method::Signatures => self.cut.chance(self.threshold.as_f64()),
        }
    }
}

/// Counts all pairs of units of some documents.
///
/// Cost: the exact join at the floor, of 0.5 or the threshold where that is lower: near-linear on news.
///
/// # Errors
///
/// What the plan's sketch refuses, and [`Error::TooMany`].
pub fn estimate(documents: &[Document], plan: &Plan, run: &Run<'_>) -> Result<Estimate, Error> {
    in_pool(run.threads, || {
        let articles: Vec<Article> = documents.par_iter().cloned().map(Article::new).collect();
        let totals = Totals {
            documents: articles.len() as u64,
            bytes: articles.iter().map(|article| article.document.text.len() as u64).sum(),
            words: articles.iter().map(|article| article.words.hashes.len() as u64).sum(),
        };
        let mut levels = Vec::new();
        for level in Level::UNITS.into_iter().filter(|level| *plan.level.get(*level)) {
            if let Some(unit_plan) = plan.unit(level) {
                levels.push(one_level(&articles, level, plan, unit_plan)?);
            }
        }
        run.progress.done();
        Ok(Estimate { totals, levels })
    })
}

fn one_level(
    articles: &[Article],
    level: Level,
    plan: &Plan,
    unit_plan: &UnitPlan,
) -> Result<LevelEstimate, Error> {
    let long = |article| -> Vec<(&Article, WordRange)> {
        let units = Article::long_units(article, level, unit_plan.min_words).into_iter();
        units.map(|words| (article, words)).collect()
    };
    let units: Vec<(&Article, WordRange)> = articles.par_iter().flat_map_iter(long).collect();
    UnitId::new(units.len())?;
    let digests: Vec<hash::Digest> =
        units.par_iter().map(|(article, words)| hash::identity(article.hashes(*words))).collect();
    let firsts: Vec<UnitId> = candidate::identical(&digests).firsts().collect();
    let mut sets = Sets::default();
    let mut shingles = Vec::new();
    for (article, words) in firsts.iter().filter_map(|id| units.get(id.index())) {
        shingle::collect_into(article.hashes(*words), unit_plan.shingle, &mut shingles);
        sets.push(&shingles);
    }
    let (distinct, n_shingles) = (sets.len() as u64, sets.shingles.len() as u64);
    let method = |threshold| match level {
        Level::Document => Method::Signatures,
        _ => candidate::method(distinct, n_shingles, threshold),
    };
    let rarity = Rarity::of(&sets);
    let threshold = unit_plan.threshold;
    let of_scan = match method(threshold) {
        Method::Prefix => prefix::candidates(&sets, &rarity, threshold),
        Method::Signatures => by_signatures(&sets, plan, unit_plan.cut)?,
    };
    let lowest = lowest(threshold);
    let floor = Ratio::hundredths(lowest);
    let joined = prefix::candidates(&sets, &rarity, floor);
    let matches = all(&of_scan, &joined, &sets, floor);
    let is_found = |found: &Match| {
        let pair = Candidate { left: found.left, right: found.right };
        of_scan.pairs.binary_search(&pair).is_ok()
    };
    let planned = tried(&matches, threshold, method(threshold), unit_plan.cut);
    let others = TRIED.into_iter().filter(|hundredths| lowest <= *hundredths).map(Ratio::hundredths);
    let others = others.filter(|other| *other != threshold);
    Ok(LevelEstimate {
        level,
        units: units.len() as u64,
        distinct,
        candidates: of_scan.pairs.len() as u64,
        found: matches
            .iter()
            .filter(|found| found.overlap.jaccard().meets(threshold) && is_found(found))
            .count() as u64,
        bins: bins(&matches, lowest, &planned, is_found),
        tried: others
            .map(|other| tried(&matches, other, method(other), Bands::choose(plan.lanes, other)))
            .collect(),
        planned,
        cut: joined.cut,
    })
}

/// Where bins begin, in hundredths: at the floor, or at the last step below a threshold that is lower.
fn lowest(threshold: Ratio) -> u32 {
    let steps = (0..=FLOOR / STEP).map(|step| step * STEP).rev();
    // What the threshold makes of a million is no less than what the step does.
    let is_below = |step: &u32| Ratio::hundredths(*step).ceil_of(1_000_000) <= threshold.ceil_of(1_000_000);
    // Sets that share nothing are never found.
    steps.filter(|step| 0 < *step).find(is_below).unwrap_or(STEP)
}

/// The candidates that signatures give.
fn by_signatures(sets: &Sets, plan: &Plan, cut: Bands) -> Result<Found, Error> {
    let signer = Signer::new(&Params { lanes: plan.lanes, seed: plan.seed })?;
    let units: Vec<UnitId> = (0..sets.len()).map(UnitId::new).collect::<Result<_, _>>()?;
    let signed = |batch: &[UnitId]| {
        let (mut keys, mut signature) = (BandKeys::with_capacity(cut, batch.len()), Vec::new());
        for unit in batch {
            // There is a word, so there is a shingle.
            let _never_empty = signer.sign_into(sets.get(*unit), &mut signature);
            keys.push(&signature);
        }
        keys
    };
    let batches: Vec<BandKeys> = units.par_chunks(BATCH).map(signed).collect();
    let mut keys = BandKeys::with_capacity(cut, units.len());
    batches.iter().for_each(|batch| keys.append(batch));
    Ok(lsh::pairs(&keys, usize::MAX))
}

/// Every pair at or above the floor, counted: what the join holds, and where it stopped early what the scan's candidates hold besides.
fn all(of_scan: &Found, joined: &Found, sets: &Sets, floor: Ratio) -> Vec<Match> {
    let mut pairs: Vec<Candidate> = joined.pairs.clone();
    if 0 < joined.cut {
        let known: BTreeSet<&Candidate> = joined.pairs.iter().collect();
        pairs.extend(of_scan.pairs.iter().filter(|pair| !known.contains(pair)));
        pairs.par_sort_unstable();
    }
    verify::verify(&pairs, sets, floor)
}

fn tried(matches: &[Match], threshold: Ratio, method: Method, cut: Bands) -> Tried {
    let meets = |found: &&Match| found.overlap.jaccard().meets(threshold);
    let pairs = matches.iter().filter(meets).count() as u64;
    #[expect(clippy::cast_precision_loss, reason = "a count for printing")]
    let expected = match method {
        Method::Prefix => pairs as f64,
        Method::Signatures => matches.iter().filter(meets).map(|found| chance(found, cut)).sum(),
    };
    Tried { threshold, method, cut, pairs, expected }
}

fn chance(found: &Match, cut: Bands) -> f64 {
    let score = found.overlap.jaccard();
    #[expect(clippy::cast_precision_loss, reason = "for the curve")]
    cut.chance(score.part as f64 / score.whole.max(1) as f64)
}

fn bins(matches: &[Match], lowest: u32, planned: &Tried, is_found: impl Fn(&Match) -> bool) -> Vec<Alike> {
    let starts = (lowest..100).step_by(STEP as usize);
    let empty = |from: u32| Alike {
        from: Ratio::hundredths(from),
        to: Ratio::hundredths(from + STEP),
        pairs: 0,
        expected: match planned.method {
            // Of a bin that the threshold divides nothing is promised either.
            Method::Prefix => Some(0.0).filter(|_| planned.threshold.met_by(from.into(), 100)),
            Method::Signatures => Some(0.0),
        },
        found: 0,
    };
    let mut bins: Vec<Alike> = starts.map(empty).collect();
    for found in matches {
        let score = found.overlap.jaccard();
        let at = bins.partition_point(|bin| bin.from.met_by(score.part, score.whole)).saturating_sub(1);
        let Some(bin) = bins.get_mut(at) else { continue };
        bin.pairs += 1;
        bin.found += u64::from(is_found(found));
        if let Some(expected) = &mut bin.expected {
            *expected += if planned.method == Method::Prefix { 1.0 } else { chance(found, planned.cut) };
        }
    }
    bins
}
