//! `explain`: why two documents do, or do not, match, with every number that decided it.

use super::{Article, article::count, shared_passages};
use crate::{
    candidate::{self, Method, lsh::band_keys},
    document::Document,
    error::Error,
    hash,
    passage::{self, weight},
    report::Shared,
    settings::{Bands, Level, Plan, Ratio, UnitPlan},
    shingle::ShingleSet,
    sketch::{Params, Signer},
    span::{Span, WordRange},
    verify::Overlap,
};

/// At most so many pairs of units are counted for one level.
const PAIRS: usize = 250_000;
/// So many of the longest runs that were too short to report are shown.
const SHORT_RUNS: usize = 5;

/// Why two documents match or do not.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// One entry for each level cut by segmentation that the plan asks for.
    pub levels: Vec<LevelExplanation>,
    /// The passages they share.
    pub passages: Vec<Shared>,
    /// The longest equal runs that lie in no passage, longest first.
    pub short: Vec<ShortRun>,
}

/// The most similar two units of one level, one from each document.
#[derive(Clone, Debug)]
pub struct LevelExplanation {
    /// The level.
    pub level: Level,
    /// Words in a shingle.
    pub shingle: u32,
    /// Lowest Jaccard similarity.
    pub threshold: Ratio,
    /// Fewest words of a unit.
    pub min_words: u32,
    /// The bytes of both units; none when a document has no unit with enough words.
    pub units: Option<(Span, Span)>,
    /// Their words.
    pub words: (u32, u32),
    /// Whether their words are the same.
    pub same: bool,
    /// Their shingles.
    pub overlap: Overlap,
    /// Whether the similarity meets the threshold.
    pub meets: bool,
    /// Whether one is contained in the other.
    pub contained: bool,
    /// Whether a corpus of such units is joined exactly, without bands.
    pub exact_join: bool,
    /// How signatures are cut.
    pub cut: Bands,
    /// In how many bands their signatures agree.
    pub shared_bands: u32,
    /// The chance that bands find two units as similar as these.
    pub chance: f64,
}

/// Equal words that are too few to be reported.
#[derive(Clone, Debug)]
pub struct ShortRun {
    /// Their bytes on the left.
    pub left: Span,
    /// Their bytes on the right.
    pub right: Span,
    /// How many words.
    pub words: u32,
    /// How many it would take.
    pub floor: u32,
}

/// Explains two documents. Cost: the pairs of their units, bounded.
///
/// # Errors
///
/// What the plan's sketch refuses, and [`Error::TooMany`].
pub fn explain(left: Document, right: Document, plan: &Plan) -> Result<Explanation, Error> {
    let (left, right) = (Article::new(left), Article::new(right));
    let mut levels = Vec::new();
    for level in Level::UNITS.into_iter().filter(|level| *plan.level.get(*level)) {
        if let Some(unit_plan) = plan.unit(level) {
            levels.push(one_level(&left, &right, level, plan, unit_plan)?);
        }
    }
    let passages = shared_passages(&left, &right, &plan.passage)?;
    let short = short_runs(&left, &right, plan, &passages)?;
    Ok(Explanation { levels, passages, short })
}

fn one_level(
    left: &Article,
    right: &Article,
    level: Level,
    plan: &Plan,
    unit_plan: &UnitPlan,
) -> Result<LevelExplanation, Error> {
    let sets = |article: &Article| -> Vec<(WordRange, ShingleSet)> {
        let units = article.long_units(level, unit_plan.min_words).into_iter();
        units.map(|words| (words, ShingleSet::of(article.hashes(words), unit_plan.shingle))).collect()
    };
    let (a, b) = (sets(left), sets(right));
    let shingles = a.iter().chain(&b).map(|(_, set)| set.len() as u64).sum();
    let method = candidate::method((a.len() + b.len()) as u64, shingles, unit_plan.threshold);
    let overlap = |x: &ShingleSet, y: &ShingleSet| Overlap {
        shared: x.shared(y),
        left: count(x.len()),
        right: count(y.len()),
    };
    let pairs = a.iter().flat_map(|x| b.iter().map(move |y| (x, y))).take(PAIRS);
    let contains = |overlap: &Overlap, words: (u32, u32)| {
        plan.containment_words <= words.0.min(words.1) && overlap.containment().meets(plan.containment)
    };
    let best = pairs
        .map(|(x, y)| (overlap(&x.1, &y.1), x, y))
        .max_by(|x, y| x.0.jaccard().cmp(&y.0.jaccard()).then_with(|| (y.1.0, y.2.0).cmp(&(x.1.0, x.2.0))));
    let mut explained = LevelExplanation {
        level,
        shingle: unit_plan.shingle,
        threshold: unit_plan.threshold,
        min_words: unit_plan.min_words,
        units: None,
        words: (0, 0),
        same: false,
        overlap: Overlap::default(),
        meets: false,
        contained: false,
        exact_join: false,
        cut: unit_plan.cut,
        shared_bands: 0,
        chance: 0.0,
    };
    let Some((overlap, x, y)) = best else { return Ok(explained) };
    let same = left.hashes(x.0) == right.hashes(y.0);
    let span = |article: &Article, words: WordRange| article.unit_span(level, words).unwrap_or_default();
    explained.units = Some((span(left, x.0), span(right, y.0)));
    explained.words = (x.0.len(), y.0.len());
    explained.overlap = overlap;
    explained.same = same;
    explained.exact_join = level != Level::Document && method == Method::Prefix;
    explained.meets = same || overlap.jaccard().meets(unit_plan.threshold);
    explained.contained = contains(&overlap, explained.words);
    explained.shared_bands = shared_bands(&x.1, &y.1, plan, unit_plan.cut)?;
    let score = overlap.jaccard();
    explained.chance = if same { 1.0 } else { unit_plan.cut.chance(score.printed(false)) };
    Ok(explained)
}

fn shared_bands(left: &ShingleSet, right: &ShingleSet, plan: &Plan, cut: Bands) -> Result<u32, Error> {
    let signer = Signer::new(&Params { lanes: plan.lanes, seed: plan.seed })?;
    let keys = |set: &ShingleSet| -> Result<Vec<u32>, Error> {
        let (mut signature, mut keys) = (Vec::new(), Vec::new());
        signer.sign_into(set.as_slice(), &mut signature)?;
        band_keys(&signature, cut, &mut keys);
        Ok(keys)
    };
    Ok(count(keys(left)?.iter().zip(keys(right)?).filter(|(x, y)| *x == y).count()))
}

/// The longest equal runs outside the passages.
fn short_runs(
    left: &Article,
    right: &Article,
    plan: &Plan,
    passages: &[Shared],
) -> Result<Vec<ShortRun>, Error> {
    let seed = plan.passage.seed;
    let mut open = plan.passage;
    (open.exact_across, open.exact_within, open.exact_unit, open.edited) = (seed, seed, seed, u32::MAX);
    let found = passage::between(left.text(), right.text(), &open)?;
    let mut runs: Vec<ShortRun> = found
        .pairs
        .iter()
        .filter(|pair| pair.is_exact())
        .map(|pair| ShortRun {
            left: left.word_span(pair.left.1),
            right: right.word_span(pair.right.1),
            words: weight(left.hashes(pair.left.1)),
            floor: plan.passage.exact_across,
        })
        .filter(|run| !passages.iter().any(|p| p.left.contains(run.left) && p.right.contains(run.right)))
        .collect();
    runs.sort_by_key(|run| (std::cmp::Reverse(run.words), run.left, run.right));
    runs.dedup_by_key(|run| hash::fingerprint("", run.left.of(&left.document.text)));
    runs.truncate(SHORT_RUNS);
    Ok(runs)
}
