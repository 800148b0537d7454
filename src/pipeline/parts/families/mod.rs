//! Repeats and counts -> families, by the rule of one machine.
//!
//! Nothing here knows a text. What the rule asks for beside the pairs that were counted (whether a keeper is like a thing that
//! it has no match with) is collected as [`Families::wanted`], counted elsewhere, and given back; until nothing is wanted.
//! In a round each component asks for its first open keeper, a small one for all its pairs, so there are few rounds
//! for many components and at most 32 for any.
//!
//! Memory: some 60 bytes for each unit that is repeated or in a match, 150 for each match or aligned span, and what the families take.
//! The words of passages are in a temporary file.

mod found;
mod lookup;
mod spans;

use std::collections::{BTreeMap, HashMap};

use crate::{
    error::Error,
    family::{self, Class, Draft, Family, Place},
    hash::Digest,
    id::DocId,
    passage::Aligned,
    pipeline::{finish, limits},
    settings::{Level, Plan},
    span::{Span, WordRange},
    spill::Space,
    verify::Overlap,
};

use super::{document, name};
use found::Found;
use spans::Spans;

/// A unit that is repeated or in a match.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// Its name.
    pub unit: u64,
    /// Its words.
    pub words: u32,
    /// Its bytes.
    pub span: Span,
    /// The words of its document.
    pub document_words: u32,
    /// The time of its document, where it has one.
    pub time: Option<i64>,
}

/// Two counted units, by name, the smaller left.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    /// The first.
    pub left: u64,
    /// The other.
    pub right: u64,
    /// What they share.
    pub overlap: Overlap,
}

/// Two texts of one level that must be counted, by name, the smaller left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    /// Their level.
    pub level: Level,
    /// The first.
    pub left: u64,
    /// The other.
    pub right: u64,
}

/// A document with a passage, or one that stands for others.
#[derive(Clone, Copy, Debug)]
pub struct Described {
    /// Its words.
    pub words: u32,
    /// Its time, where it has one.
    pub time: Option<i64>,
    /// Whether it is long enough to be a passage, with all its words.
    pub is_whole: bool,
}

/// A place that must be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asked {
    /// The level of its family.
    pub level: Level,
    /// The unit that is to be kept.
    pub keeper: u64,
    /// Where among all places that are asked for the keeper stands.
    pub keeper_place: usize,
    /// The unit; the keeper itself is a place too. A passage is named by its first word.
    pub unit: u64,
    /// Its words.
    pub words: u32,
    /// Whether they are said to have the same words.
    pub same: bool,
}

/// What came of looking at a place.
#[derive(Clone, Debug)]
pub struct Looked {
    /// Words it shares with the keeper; none where it has not the words it was said to have.
    pub shared_words: Option<u32>,
    /// The fingerprint of the family.
    pub fingerprint: Digest,
    /// Where a [passage](super::told::Place) begins and ends, and what stands around it.
    pub limits: Option<(Span, (String, Span))>,
}

/// Gathers what was found and makes families of it.
#[derive(Debug)]
pub struct Families {
    plan: Plan,
    levels: BTreeMap<Level, Found>,
    spans: Spans,
    drafts: Vec<Draft>,
}

impl Families {
    /// Nothing yet.
    pub fn new(plan: &Plan) -> Self {
        let spans = Spans::new(&Space::new(std::env::temp_dir()));
        Self { plan: *plan, levels: BTreeMap::new(), spans, drafts: Vec::new() }
    }

    fn level(&mut self, level: Level) -> &mut Found {
        self.levels.entry(level).or_default()
    }

    /// Adds units; every one that is named in a repeat or a pair must be there, once.
    pub fn add_units(&mut self, level: Level, units: impl Iterator<Item = Known>) {
        self.level(level).known.extend(units);
    }

    /// Adds units with the same words as one before them: the first of all, and the later one.
    pub fn add_repeats(&mut self, level: Level, repeats: impl Iterator<Item = (u64, u64)>) {
        self.level(level).repeats.extend(repeats);
    }

    /// Adds pairs that are alike.
    pub fn add_matches(&mut self, level: Level, pairs: impl Iterator<Item = Pair>) {
        self.level(level).matches.extend(pairs);
    }

    /// Adds pairs of which one contains the other.
    pub fn add_inside(&mut self, level: Level, pairs: impl Iterator<Item = Pair>) {
        self.level(level).inside.extend(pairs);
    }

    /// Adds aligned spans, each with its place among those of its two documents.
    pub fn add_spans(&mut self, spans: impl Iterator<Item = (u32, Aligned)>) {
        self.spans.add_pairs(spans);
    }

    /// Adds documents that stand for others in the search for passages, and these.
    pub fn add_copies(&mut self, copies: impl Iterator<Item = (u32, u32)>) {
        self.spans.add_copies(copies);
    }

    /// Adds documents; every one that is in a span or stands for others must be there.
    pub fn add_documents(&mut self, documents: impl Iterator<Item = (u32, Described)>) {
        self.spans.add_documents(documents);
    }

    /// Takes how many words the documents have that were searched for passages: the budget of grouping goes with them.
    pub const fn set_words(&mut self, words: u64) {
        self.spans.set_total(words);
    }

    /// The words of documents that must be [added](Self::add_words) before families are made, ascending.
    pub fn needed(&mut self) -> Vec<(u32, WordRange)> {
        self.spans.needed()
    }

    /// Adds words of a document, the first of which is such a one.
    ///
    /// # Errors
    ///
    /// [`Error::Temporary`] where they cannot be written to a temporary file.
    pub fn add_words(&mut self, document: u32, first: u32, words: &[u64]) -> Result<(), Error> {
        self.spans.add_words(document, first, words)
    }

    /// Whether aligning places of passages with their keepers took too many steps: some may be missing.
    pub const fn is_cut(&self) -> bool {
        self.spans.is_cut
    }

    /// Takes what came of a pair that was [wanted](Self::wanted).
    pub fn answer(&mut self, level: Level, pair: (u64, u64), overlap: Option<Overlap>) {
        self.level(level).answers.insert(pair, overlap);
    }

    /// Makes families as far as is known; what must be counted before it is settled comes back, ascending, each pair once. Call it
    /// until nothing does.
    ///
    /// # Errors
    ///
    /// [`Error::TooMany`], and [`Error::Temporary`] where words cannot be read again.
    pub fn wanted(&mut self) -> Result<Vec<Wanted>, Error> {
        let mut wanted = Vec::new();
        let mut drafts = Vec::new();
        for level in Level::UNITS {
            let Some(found) = self.levels.get_mut(&level) else { continue };
            found.settle();
            let (made, open) = found.drafts(level, &self.plan)?;
            drafts.extend(made);
            wanted.extend(open.into_iter().map(|(left, right)| Wanted { level, left, right }));
        }
        if wanted.is_empty() {
            if self.plan.level.passage {
                drafts.extend(self.spans.drafts(&self.plan)?);
            }
            self.drafts = family::fold(drafts);
        }
        Ok(wanted)
    }

    /// The places of all families, family by family: what must be [looked at](super::told) for the report.
    pub fn places(&self) -> Vec<Asked> {
        let mut places = Vec::new();
        for draft in &self.drafts {
            let Some(keeper) = draft.places.get(draft.keeper).map(named) else { continue };
            let keeper_place = places.len() + draft.keeper;
            places.extend(draft.places.iter().map(|place| Asked {
                level: draft.level,
                keeper,
                keeper_place,
                unit: named(place),
                words: place.words.len(),
                same: place.same,
            }));
        }
        places
    }

    /// The families, worst first. `looked` goes with [`places`](Self::places).
    pub fn families(&self, looked: &[Looked]) -> Vec<Family> {
        let mut document_words: HashMap<u32, u32> = HashMap::new();
        for known in self.levels.values().flat_map(|found| &found.known) {
            document_words.insert(document(known.unit), known.document_words);
        }
        document_words.extend(self.spans.document_words());
        let words = |id: DocId| document_words.get(&id.get()).copied().unwrap_or(0);
        let classes = family::classes(&self.drafts, &self.plan.class, words);
        let mut rest = looked;
        let mut families = Vec::new();
        for (draft, class) in self.drafts.iter().zip(classes) {
            let (of_draft, later) = rest.split_at(draft.places.len().min(rest.len()));
            rest = later;
            families.extend(self.family(draft, class, of_draft));
        }
        finish::sort(&mut families);
        families
    }

    fn family(&self, draft: &Draft, class: Option<Class>, looked: &[Looked]) -> Option<Family> {
        let spans = self.limits(draft, looked);
        let mut occurrences = Vec::with_capacity(draft.places.len());
        let mut keeper = 0;
        for (((index, place), looked), span) in draft.places.iter().enumerate().zip(looked).zip(spans) {
            let Some(shared_words) = looked.shared_words else { continue };
            if index == draft.keeper {
                keeper = occurrences.len();
            }
            // Of a passage the aligned words are counted.
            let is_aligned = draft.level == Level::Passage && !place.same;
            let shared_words = if is_aligned { place.overlap.shared } else { shared_words };
            occurrences.push(draft.occurrence(place, span?, shared_words));
        }
        draft.family(looked.get(draft.keeper)?.fingerprint, class, keeper, occurrences)
    }

    /// The bytes of the places of a family.
    fn limits(&self, draft: &Draft, looked: &[Looked]) -> Vec<Option<Span>> {
        if draft.level == Level::Passage {
            let (spans, around): (Vec<_>, Vec<_>) =
                looked.iter().map(|looked| looked.limits.clone().unzip()).unzip();
            return limits::grown(&spans, &around);
        }
        let found = self.levels.get(&draft.level);
        let span = |place: &Place| Some(found?.unit(named(place))?.span);
        draft.places.iter().map(span).collect()
    }
}

fn named(place: &Place) -> u64 {
    name(place.document.get(), place.words.start)
}
