//! The document level, from cards to verified families. Only documents that may match have their words looked at
//! again: to count, and to spell.

use rayon::prelude::*;

use super::{
    Progress,
    article::count,
    cards::Cards,
    counting::{self, counted},
    units::{Compared, LevelFound, Unit, families},
};
use crate::{
    candidate::{
        self, Candidate, Found, Picked, Sets, lsh,
        sampled::{self, Asked, Units},
    },
    error::Error,
    id::{DocId, UnitId},
    settings::{Level, Plan},
    shingle,
    span::WordRange,
    verify,
};

/// How many documents a thread takes at a time.
pub(super) const PIECE: usize = 256;

/// The words of documents, whether they are held or read again.
pub(super) trait Texts: Sync {
    /// Gives the word hashes of some documents, each with its place among `documents`, to `take`. What it makes of
    /// each piece of [`PIECE`] documents comes back in order. A document that cannot be had again has no words.
    fn map<T: Send>(
        &self,
        documents: &[DocId],
        make: impl Fn() -> T + Sync,
        take: impl Fn(&mut T, usize, &[u64]) + Sync,
    ) -> Vec<T>;
}

/// Finds the families of documents. `rank` orders places, smaller first kept.
pub(super) fn level(
    cards: &Cards,
    texts: &(impl Texts + ?Sized),
    plan: &Plan,
    progress: &dyn Progress,
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
    let distinct =
        Units { units: &firsts, shingles: &shingles, eligible: &eligible, containment: plan.containment };
    let documents: Vec<DocId> = (0..firsts.len()).filter_map(of).map(|unit| unit.document).collect();
    let inside = contained(cards, texts, plan, &documents, &distinct);
    let sets = sets(texts, plan, &documents, &[&near.pairs, &inside.pairs]);
    counting::begin(Level::Document, near.pairs.len() + inside.pairs.len(), progress);
    let compared = Compared {
        matches: counted(&near.pairs, progress, |pairs| {
            verify::verify(pairs, &sets, plan.document.threshold)
        }),
        inside: counted(&inside.pairs, progress, |pairs| {
            verify::verify_contained(pairs, &sets, plan.containment)
        }),
        sets,
        cut: near.cut + inside.cut,
    };
    Ok(families(Level::Document, &units, &identical, &firsts, compared, plan, rank))
}

/// Candidates for containment; where samples are too small to tell and no more than those are held, all texts are
/// walked once more.
fn contained(
    cards: &Cards,
    texts: &(impl Texts + ?Sized),
    plan: &Plan,
    documents: &[DocId],
    units: &Units<'_>,
) -> Found {
    let samples = &cards.samples;
    let (by_sample, short) = sampled::candidates(samples, units);
    if short.is_empty() {
        return by_sample;
    }
    let (asked, answers) = if short.iter().all(|n| units.is_answered(samples, *n)) {
        let keys = |n: &u32| Some((*n, samples.keys(*units.units.get(*n as usize)?)));
        let asked = Asked::new(short.iter().filter_map(keys));
        let mut answers = Vec::new();
        for (n, unit) in (0..).zip(units.units) {
            asked.answers(n, samples.keys(*unit), &mut answers);
        }
        (asked, answers)
    } else {
        let asking: Vec<DocId> = short.iter().filter_map(|n| documents.get(*n as usize).copied()).collect();
        let size = plan.document.shingle;
        let keys = texts.map(&asking, Vec::new, |keys: &mut Vec<Vec<u64>>, _, words| {
            let mut shingles = Vec::new();
            shingle::list_into(words, size, &mut shingles);
            keys.push(shingles);
        });
        let keys = keys.iter().flatten().map(|shingles| shingles.iter().copied().map(sampled::key));
        let asked = Asked::new(short.iter().copied().zip(keys));
        let answers = texts.map(documents, <(Vec<u64>, Vec<u64>)>::default, |room, at, words| {
            let (answers, shingles) = room;
            shingle::list_into(words, size, shingles);
            asked.answers(count(at), shingles.iter().copied().map(sampled::key), answers);
        });
        let answers: Vec<Vec<u64>> = answers.into_iter().map(|(answers, _)| answers).collect();
        (asked, answers.concat())
    };
    let by_walk = asked.candidates(answers, samples, units);
    let mut pairs = by_sample.pairs;
    pairs.extend(by_walk.pairs);
    pairs.par_sort_unstable();
    pairs.dedup();
    Found { pairs, cut: by_sample.cut + by_walk.cut }
}

/// The shingles of the documents that are in a candidate.
fn sets(
    texts: &(impl Texts + ?Sized),
    plan: &Plan,
    documents: &[DocId],
    candidates: &[&[Candidate]],
) -> Picked {
    let mut is_wanted = vec![false; documents.len()];
    for pair in candidates.iter().copied().flatten() {
        for unit in [pair.left, pair.right] {
            if let Some(wanted) = is_wanted.get_mut(unit.index()) {
                *wanted = true;
            }
        }
    }
    let units = (0..count(documents.len())).map(UnitId::from_packed).zip(&is_wanted);
    let units: Vec<UnitId> = units.filter(|(_, wanted)| **wanted).map(|(unit, _)| unit).collect();
    let wanted: Vec<DocId> = units.iter().filter_map(|unit| documents.get(unit.index()).copied()).collect();
    let parts = texts.map(&wanted, <(Sets, Vec<u64>)>::default, |(sets, set), _, words| {
        shingle::collect_into(words, plan.document.shingle, set);
        sets.push(set);
    });
    Picked::new(units, parts.into_iter().map(|(part, _)| part).collect(), PIECE)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{
        document::Document,
        hash,
        pipeline::{Article, Silent, cards},
        settings::Settings,
    };

    /// Articles of 15 to 400 words, of which every third is a part of one before it.
    fn articles() -> Vec<Article> {
        let mut state = 7_u64;
        let mut below = |n: usize| {
            state += 1;
            usize::try_from(hash::mix(state)).unwrap() % n
        };
        let mut texts: Vec<Vec<String>> = Vec::new();
        for n in 0..150 {
            let length = 15 + below(12) * below(36);
            let words = match texts.get(below(n.max(1))) {
                Some(whole) if n % 3 == 0 => {
                    let start = below(whole.len() - 14);
                    whole.iter().skip(start).take(length).cloned().collect()
                }
                _ => (0..length).map(|_| format!("w{}", below(3000))).collect(),
            };
            texts.push(words);
        }
        let document = |words: Vec<String>| Document { text: words.join(" "), ..Document::default() };
        texts.into_iter().map(|words| Article::unsegmented(document(words))).collect()
    }

    #[test]
    fn a_second_walk_finds_what_held_keys_find() {
        let plan = Settings::default().plan().unwrap();
        let signer = cards::signer(&plan).unwrap();
        let (mut writer, mut cards) = (cards::Writer::new(&plan, &signer), Cards::new(&plan));
        let articles = articles();
        for article in &articles {
            writer.write(article.document.text.len(), &article.words.hashes, &mut cards);
        }
        let rank = |document: DocId, _: WordRange| u64::from(document.get());
        let held = level(&cards, &articles[..], &plan, &Silent, rank).unwrap();
        cards.samples.drop_others();
        let walked = level(&cards, &articles[..], &plan, &Silent, rank).unwrap();
        assert_eq!(walked.drafts, held.drafts);
        let contained = held.drafts.iter().filter(|draft| draft.kind == crate::family::Kind::Contained);
        let places: usize = contained.map(|draft| draft.places.len()).sum();
        assert!(30 < places, "{places}");
    }
}
