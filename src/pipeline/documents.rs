//! The document level, from cards to verified families. Only documents that may match have their words looked at
//! again: to count, and to spell.

use rayon::prelude::*;

use super::{
    article::count,
    cards::Cards,
    units::{Compared, LevelFound, Unit, families},
};
use crate::{
    candidate::{
        self, Candidate, Found, Sets, lsh,
        sampled::{self, Asked, Sizes},
    },
    error::Error,
    id::{DocId, UnitId},
    settings::{Level, Plan},
    shingle,
    span::WordRange,
    verify,
};

/// The words of documents, whether they are held or read again.
pub(super) trait Texts: Sync {
    /// Gives the word hashes of some documents to `take`, piece by piece in the order given; what it makes
    /// of each piece comes back in order. A piece is a range of `documents`; a document that cannot be had
    /// again has no words.
    fn map<T: Send>(
        &self,
        documents: &[DocId],
        keep: bool,
        make: impl Fn() -> T + Sync,
        take: impl Fn(&mut T, usize, &[u64]) + Sync,
    ) -> Vec<T>;
}

/// Finds the families of documents. `rank` orders places, smaller first kept.
pub(super) fn level(
    cards: &Cards,
    texts: &(impl Texts + ?Sized),
    plan: &Plan,
    rank: impl Fn(DocId, WordRange) -> u64,
) -> Result<LevelFound, Error> {
    let document = |unit: &u32| DocId::from_packed(*unit);
    let units: Vec<Unit> = cards
        .units
        .iter()
        .map(|unit| Unit { document: document(unit), words: cards.range(document(unit)) })
        .collect();
    let identical = candidate::identical(&cards.digests);
    let firsts: Vec<UnitId> = identical.firsts().collect();
    let near = lsh::pairs(&cards.keys.only(&firsts));
    let of = |n: usize| firsts.get(n).and_then(|unit| units.get(unit.index()));
    let shingles: Vec<u32> =
        firsts.iter().map(|unit| cards.shingles.get(unit.index()).copied().unwrap_or(0)).collect();
    let eligible: Vec<bool> = (0..firsts.len())
        .map(|n| of(n).is_some_and(|unit| plan.containment_words <= unit.words.len()))
        .collect();
    let sizes = Sizes { shingles: &shingles, eligible: &eligible, containment: plan.containment };
    let documents: Vec<DocId> = (0..firsts.len()).filter_map(of).map(|unit| unit.document).collect();
    let inside = contained(cards, texts, plan, &firsts, &documents, &sizes);
    let sets = sets(texts, plan, &documents, &[&near.pairs, &inside.pairs]);
    let compared = Compared {
        matches: verify::verify(&near.pairs, &sets, plan.document.threshold),
        inside: verify::verify_contained(&inside.pairs, &sets, plan.containment),
        sets,
        cut: near.cut + inside.cut,
    };
    Ok(families(Level::Document, &units, &identical, &firsts, compared, plan, rank))
}

/// Candidates for containment; where samples are too small to tell, all texts are walked once more.
fn contained(
    cards: &Cards,
    texts: &(impl Texts + ?Sized),
    plan: &Plan,
    firsts: &[UnitId],
    documents: &[DocId],
    sizes: &Sizes<'_>,
) -> Found {
    let (by_sample, short) = sampled::candidates(&cards.samples.only(firsts), sizes);
    if short.is_empty() {
        return by_sample;
    }
    let asking: Vec<DocId> = short.iter().filter_map(|n| documents.get(*n as usize).copied()).collect();
    let size = plan.document.shingle;
    let sets = texts.map(&asking, false, <(Sets, Vec<u64>)>::default, |(sets, set), _, words| {
        shingle::collect_into(words, size, set);
        sets.push(set);
    });
    let sets =
        sets.iter().flat_map(|(sets, _)| (0..count(sets.len())).map(|n| sets.get(UnitId::from_packed(n))));
    let asked = Asked::new(short.iter().copied().zip(sets), plan.containment);
    let answers =
        texts.map(documents, false, <(Vec<u64>, Vec<u64>)>::default, |(answers, list), at, words| {
            shingle::list_into(words, size, list);
            asked.answers(count(at), list, answers);
        });
    let answers: Vec<Vec<u64>> = answers.into_iter().map(|(answers, _)| answers).collect();
    let by_walk = asked.candidates(answers.concat(), sizes);
    let mut pairs = by_sample.pairs;
    pairs.extend(by_walk.pairs);
    pairs.par_sort_unstable();
    pairs.dedup();
    Found { pairs, cut: by_sample.cut + by_walk.cut }
}

/// The shingles of the documents that are in a candidate; the others' sets stay empty.
fn sets(
    texts: &(impl Texts + ?Sized),
    plan: &Plan,
    documents: &[DocId],
    candidates: &[&[Candidate]],
) -> Sets {
    let mut is_wanted = vec![false; documents.len()];
    for pair in candidates.iter().copied().flatten() {
        for unit in [pair.left, pair.right] {
            if let Some(wanted) = is_wanted.get_mut(unit.index()) {
                *wanted = true;
            }
        }
    }
    let wanted: Vec<DocId> =
        documents.iter().zip(&is_wanted).filter(|(_, wanted)| **wanted).map(|(id, _)| *id).collect();
    let parts = texts.map(&wanted, true, <(Sets, Vec<u64>)>::default, |(sets, set), _, words| {
        shingle::collect_into(words, plan.document.shingle, set);
        sets.push(set);
    });
    let total = parts.iter().map(|(part, _)| part.shingles.len()).sum();
    let mut sets = Sets::with_capacity(documents.len(), total);
    let mut counted =
        parts.iter().flat_map(|(part, _)| (0..count(part.len())).map(|n| part.get(UnitId::from_packed(n))));
    for wanted in is_wanted {
        sets.push(if wanted { counted.next().unwrap_or_default() } else { &[] });
    }
    sets
}
