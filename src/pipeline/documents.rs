//! The document level, from cards to verified families. Only documents that may match have their words looked at
//! again: to count, and to spell.

use rayon::prelude::*;

use super::{
    Progress,
    article::count,
    cards::Cards,
    counting::{self, counted},
    room::Room,
    units::{Compared, Counted, LevelFound, Unit, families},
    work::{Kept, Which},
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
/// So many pieces are in memory before what was made of them is put together.
const AT_A_TIME: usize = 64;
/// Bytes of memory that a word takes, about, in a document that is at hand or in the set that is made of it.
pub(super) const WORD_BYTES: usize = 16;
/// So many units are asked by one thread at a time.
const UNITS: usize = 1 << 14;
/// Bytes of memory for one shingle that is asked for: the question, twice, its bits, and the answers of all that hold it.
const QUESTION_BYTES: usize = 64;

/// The words of documents, whether they are held or read again.
pub(super) trait Texts: Sync {
    /// What a thread reads with.
    type Hand<'t>
    where
        Self: 't;

    /// A hand for one thread.
    fn hand(&self) -> Self::Hand<'_>;

    /// The hashes of a document's words. One that cannot be had again has no words.
    fn words<'h, 't: 'h>(&'t self, id: DocId, hand: &'h mut Self::Hand<'t>) -> &'h [u64];

    /// Whether every document could be had again so far.
    fn is_whole(&self) -> bool {
        true
    }

    /// Gives the word hashes of some documents, each with its place among `documents`, to `take`. What it makes of
    /// each piece of [`PIECE`] documents comes back in order.
    fn map<T: Send>(
        &self,
        documents: &[DocId],
        make: impl Fn() -> T + Sync,
        take: impl Fn(&mut T, usize, &[u64]) + Sync,
    ) -> Vec<T> {
        let piece = |(piece, ids): (usize, &[DocId])| {
            let (mut hand, mut made) = (self.hand(), make());
            for (at, id) in ids.iter().enumerate() {
                take(&mut made, piece * PIECE + at, self.words(*id, &mut hand));
            }
            made
        };
        documents.par_chunks(PIECE).enumerate().map(piece).collect()
    }
}

/// Finds the families of documents. `rank` orders places, smaller first kept.
pub(super) fn level(
    cards: &Cards,
    texts: &(impl Texts + ?Sized),
    plan: &Plan,
    room: &Room,
    (progress, kept): (&dyn Progress, Kept<'_>),
    rank: impl Fn(DocId, WordRange) -> u64,
) -> Result<LevelFound, Error> {
    let identical = if cards.digests.is_filed() {
        let digests = cards.digests.iter().map(Ok);
        candidate::identical_in(digests, &room.space, room.part())?
    } else {
        candidate::identical(&cards.digests.load())
    };
    room.space.check()?;
    let firsts: Vec<UnitId> = identical.firsts().collect();
    let document = |unit: u32| DocId::from_packed(unit);
    let documents: Vec<DocId> =
        firsts.iter().filter_map(|unit| cards.units.get(unit.index()).copied().map(document)).collect();
    let compared = match kept.counted()? {
        Some(counted) => {
            let sets = sets(cards, texts, plan, room, &documents, &counted.texts())?;
            counted.with(sets)
        }
        None => compare(cards, texts, plan, room, (&firsts, &documents), (progress, kept))?,
    };
    drop((firsts, documents));
    let unit = |unit: UnitId| {
        let document = document(*cards.units.get(unit.index())?);
        Some(Unit { document, words: cards.range(document) })
    };
    let found = families(Level::Document, unit, &identical, compared, plan, rank);
    room.space.check()?;
    Ok(found)
}

/// Finds the candidates among documents of which none has the words of another, `firsts` as units, and counts them.
fn compare(
    cards: &Cards,
    texts: &(impl Texts + ?Sized),
    plan: &Plan,
    room: &Room,
    (firsts, documents): (&[UnitId], &[DocId]),
    (progress, kept): (&dyn Progress, Kept<'_>),
) -> Result<Compared<Picked>, Error> {
    let near = kept.candidates(Which::Near, None, || {
        let found = lsh::pairs_among(&cards.keys, firsts, room.part());
        room.space.check().map(|()| (found.into(), true))
    })?;
    let mut sizes = cards.shingles.cursor();
    let shingles: Vec<u32> = firsts.iter().map(|unit| sizes.get(unit.index()).unwrap_or(0)).collect();
    let eligible: Vec<bool> =
        documents.iter().map(|document| plan.containment_words <= cards.range(*document).len()).collect();
    let distinct =
        Units { units: firsts, shingles: &shingles, eligible: &eligible, containment: plan.containment };
    let search = Containment { cards, texts, plan, documents, units: &distinct, room };
    let inside = kept.candidates(Which::Inside, None, || {
        let found = search.candidates(|reader, n| distinct.is_answered(reader, n));
        // Nothing that came of a fault is kept, nor what a document could not be asked for.
        room.space.check().map(|()| (found.into(), texts.is_whole()))
    })?;
    drop((shingles, eligible));
    room.space.check()?;
    let (near_pairs, inside_pairs) = (near.pairs.load(), inside.pairs.load());
    let wanted = wanted(documents.len(), &[&near_pairs, &inside_pairs]);
    let sets = sets(cards, texts, plan, room, documents, &wanted)?;
    counting::begin(Level::Document, near.pairs.len() + inside.pairs.len(), progress);
    let found = Counted {
        matches: counted(&near_pairs, progress, |pairs| {
            verify::verify(pairs, &sets, plan.document.threshold)
        }),
        inside: counted(&inside_pairs, progress, |pairs| {
            verify::verify_contained(pairs, &sets, plan.containment)
        }),
        cut: near.cut + inside.cut,
    };
    room.space.check()?;
    if texts.is_whole() {
        kept.keep_counted(&found)?;
    }
    Ok(found.with(sets))
}

/// The search for documents that stand in others.
struct Containment<'a, T: ?Sized> {
    cards: &'a Cards,
    texts: &'a T,
    plan: &'a Plan,
    /// The document of each unit.
    documents: &'a [DocId],
    units: &'a Units<'a>,
    room: &'a Room,
}

impl<T: Texts + ?Sized> Containment<'_, T> {
    /// Candidates by samples, and for units whose samples are too small to tell by all keys that are held; for those
    /// that have too few of these as well all texts are walked once more.
    fn candidates(&self, is_answered: impl Fn(&mut sampled::Reader<'_>, u32) -> bool) -> Found {
        let samples = &self.cards.samples;
        let (by_sample, short) = sampled::candidates(samples, self.units, &self.room.space, self.room.part());
        let mut reader = samples.reader();
        let (held, walked): (Vec<u32>, Vec<u32>) =
            short.into_iter().partition(|n| is_answered(&mut reader, *n));
        let Found { mut pairs, mut cut } = by_sample;
        // Half of all keys are held.
        for asking in self.pieces(&held, 2 * (self.room.part() / QUESTION_BYTES)) {
            self.ask_held(asking).add_to(&mut pairs, &mut cut);
        }
        for asking in self.pieces(&walked, self.room.part() / QUESTION_BYTES) {
            self.ask_all(asking).add_to(&mut pairs, &mut cut);
        }
        pairs.par_sort_unstable();
        pairs.dedup();
        Found { pairs, cut }
    }

    /// As many units at a time as have no more shingles than `most`, or one.
    fn pieces<'n>(&self, mut asking: &'n [u32], most: usize) -> impl Iterator<Item = &'n [u32]> {
        let most = most as u64;
        std::iter::from_fn(move || {
            let mut keys = 0;
            let fits = |n: &&u32| {
                keys += self.units.shingles.get(**n as usize).map_or(0, |n| u64::from(*n));
                keys <= most
            };
            let n = asking.iter().take_while(fits).count().max(1).min(asking.len());
            let (now, later) = asking.split_at(n);
            asking = later;
            (!now.is_empty()).then_some(now)
        })
    }

    fn ask_held(&self, asking: &[u32]) -> Found {
        let (samples, units) = (&self.cards.samples, self.units);
        let mut reader = samples.reader();
        let mut keys = |n: &u32| -> Option<(u32, Vec<u32>)> {
            Some((*n, reader.keys(*units.units.get(*n as usize)?).collect()))
        };
        let asked = Asked::new(asking.iter().filter_map(&mut keys).map(|(n, keys)| (n, keys.into_iter())));
        let answer = |(part, some): (usize, &[UnitId])| {
            let (mut reader, mut answers) = (samples.reader(), Vec::new());
            for (n, unit) in (count(part * UNITS)..).zip(some) {
                asked.answers(n, reader.keys(*unit), &mut answers);
            }
            answers
        };
        let answers: Vec<Vec<u64>> = units.units.par_chunks(UNITS).enumerate().map(answer).collect();
        asked.candidates(answers.concat(), samples, units, (&self.room.space, self.room.part()))
    }

    fn ask_all(&self, asking: &[u32]) -> Found {
        let (texts, size) = (self.texts, self.plan.document.shingle);
        let documents: Vec<DocId> =
            asking.iter().filter_map(|n| self.documents.get(*n as usize).copied()).collect();
        let keys = texts.map(&documents, Vec::new, |keys: &mut Vec<Vec<u64>>, _, words| {
            let mut shingles = Vec::new();
            shingle::list_into(words, size, &mut shingles);
            keys.push(shingles);
        });
        let keys = keys.iter().flatten().map(|shingles| shingles.iter().copied().map(sampled::key));
        let asked = Asked::new(asking.iter().copied().zip(keys));
        let answers = texts.map(self.documents, <(Vec<u64>, Vec<u64>)>::default, |room, at, words| {
            let (answers, shingles) = room;
            shingle::list_into(words, size, shingles);
            asked.answers(count(at), shingles.iter().copied().map(sampled::key), answers);
        });
        let answers: Vec<Vec<u64>> = answers.into_iter().map(|(answers, _)| answers).collect();
        let room = (&self.room.space, self.room.part());
        asked.candidates(answers.concat(), &self.cards.samples, self.units, room)
    }
}

/// How many of the first have no more words than `most`, of no more than [`AT_A_TIME`] pieces; at least one, and whole pieces where
/// there are more.
pub(super) fn some<T>(of: &[T], most: usize, words: impl Fn(&T) -> usize) -> usize {
    let mut sum = 0;
    let fits = |one: &&T| {
        sum += words(one);
        sum <= most
    };
    let n = of.iter().take(PIECE * AT_A_TIME).take_while(fits).count();
    let whole = if PIECE < n && n < of.len() { n / PIECE * PIECE } else { n };
    whole.max(1).min(of.len())
}

/// Which of so many documents are in a candidate, ascending.
fn wanted(documents: usize, candidates: &[&[Candidate]]) -> Vec<u32> {
    let mut is_wanted = vec![false; documents];
    for pair in candidates.iter().copied().flatten() {
        for unit in [pair.left, pair.right] {
            if let Some(wanted) = is_wanted.get_mut(unit.index()) {
                *wanted = true;
            }
        }
    }
    (0_u32..).zip(is_wanted).filter(|(_, is_wanted)| *is_wanted).map(|(unit, _)| unit).collect()
}

/// The shingles of some of the documents.
fn sets(
    cards: &Cards,
    texts: &(impl Texts + ?Sized),
    plan: &Plan,
    room: &Room,
    documents: &[DocId],
    wanted: &[u32],
) -> Result<Picked, Error> {
    let units: Vec<UnitId> = wanted.iter().copied().map(UnitId::from_packed).collect();
    let mut picked = Picked::default();
    let mut left = &units[..];
    while !left.is_empty() {
        let words = |unit: &UnitId| {
            documents.get(unit.index()).map_or(0, |document| cards.range(*document).len() as usize)
        };
        let (units, later) = left.split_at(some(left, room.part() / WORD_BYTES, words));
        left = later;
        let wanted: Vec<DocId> =
            units.iter().filter_map(|unit| documents.get(unit.index()).copied()).collect();
        let parts = texts.map(&wanted, <(Sets, Vec<u64>)>::default, |(sets, set), _, words| {
            shingle::collect_into(words, plan.document.shingle, set);
            sets.push(set);
        });
        for (units, (sets, _)) in units.chunks(PIECE).zip(&parts) {
            picked.extend(units, sets);
        }
        if room.part() < picked.bytes() {
            picked.spill(&room.space)?;
        }
    }
    picked.finish()?;
    Ok(picked)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{
        document::Document,
        hash,
        pipeline::{Article, Run, cards},
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
    fn a_second_walk_finds_what_held_keys_find_in_whatever_room() {
        let plan = Settings::default().plan().unwrap();
        let signer = cards::signer(&plan).unwrap();
        let (mut writer, mut cards) = (cards::Writer::new(&plan, &signer), Cards::new(&plan));
        let articles = articles();
        for article in &articles {
            writer.write(article.document.text.len(), &article.words.hashes, &mut cards);
        }
        let ids: Vec<UnitId> = (0..count(cards.units.len())).map(UnitId::from_packed).collect();
        let documents: Vec<DocId> = cards.units.iter().copied().map(DocId::from_packed).collect();
        let (shingles, eligible) = (cards.shingles.load(), vec![true; ids.len()]);
        let units =
            Units { units: &ids, shingles: &shingles, eligible: &eligible, containment: plan.containment };
        let (all, little) = (Run::default(), Run { memory: 1, ..Run::default() });
        let [all, little] = [&all, &little].map(Room::of);
        let found = |room: &Room, walk: bool| {
            let (texts, documents) = (&articles[..], &documents[..]);
            let search = Containment { cards: &cards, texts, plan: &plan, documents, units: &units, room };
            let found = search.candidates(|reader, n| !walk && units.is_answered(reader, n));
            let wanted = wanted(documents.len(), &[&found.pairs]);
            let sets = sets(&cards, texts, &plan, room, documents, &wanted).unwrap();
            verify::verify_contained(&found.pairs, &sets, plan.containment)
        };
        let held = found(&all, false);
        assert!(30 < held.len(), "{}", held.len());
        assert_eq!(found(&all, true), held);
        assert_eq!(found(&little, false), held);
        assert_eq!(found(&little, true), held);
    }
}
