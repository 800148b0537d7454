//! Repeats and counts -> families, by the rule of one machine.
//!
//! Nothing here knows a text. What the rule asks for beside the pairs that were counted (whether a keeper is like a thing that
//! it has no match with) is collected as [`Families::wanted`], counted elsewhere, and given back; until nothing is wanted.
//! In a round each component asks for its first open keeper, a small one for all its pairs, so there are few rounds
//! for many components and at most 32 for any.
//!
//! Memory: some 60 bytes for each unit that is repeated or in a match, 150 for each match, and what the families take.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, PoisonError},
};

use crate::{
    candidate::Identical,
    error::Error,
    family::{self, Class, Draft, Family, Occurrence, Place, State},
    hash::Digest,
    id::{DocId, UnitId},
    pipeline::{
        article::count,
        counts::Counts,
        finish,
        scan::Rank,
        units::{self, Compared},
    },
    settings::{Level, Plan, Ratio},
    span::{Span, WordRange},
    verify::{Match, Overlap},
};

use super::{document, first_word, name};

/// Of components of so many texts or fewer all pairs are asked for at once.
const SMALL: usize = 24;

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

/// What is known of one level.
#[derive(Debug, Default)]
struct Found {
    known: Vec<Known>,
    /// First copies and later ones.
    repeats: Vec<(u64, u64)>,
    matches: Vec<Pair>,
    inside: Vec<Pair>,
    /// Pairs that were asked for, and what came.
    answers: HashMap<(u64, u64), Option<Overlap>>,
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

/// A place that must be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asked {
    /// The level of its family.
    pub level: Level,
    /// The unit that is to be kept.
    pub keeper: u64,
    /// The unit; the keeper itself is a place too.
    pub unit: u64,
    /// Whether they are said to have the same words.
    pub same: bool,
}

/// What came of looking at a place.
#[derive(Clone, Copy, Debug)]
pub struct Looked {
    /// Words it shares with the keeper; none where it has not the words it was said to have.
    pub shared_words: Option<u32>,
    /// The fingerprint of the family.
    pub fingerprint: Digest,
}

/// Gathers what was found and makes families of it.
#[derive(Debug)]
pub struct Families {
    plan: Plan,
    levels: BTreeMap<Level, Found>,
    drafts: Vec<Draft>,
}

impl Families {
    /// Nothing yet.
    pub const fn new(plan: &Plan) -> Self {
        Self { plan: *plan, levels: BTreeMap::new(), drafts: Vec::new() }
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

    /// Takes what came of a pair that was [wanted](Self::wanted).
    pub fn answer(&mut self, level: Level, pair: (u64, u64), overlap: Option<Overlap>) {
        self.level(level).answers.insert(pair, overlap);
    }

    /// Makes families as far as is known; what must be counted before it is settled comes back, ascending, each pair once. Call it
    /// until nothing does.
    ///
    /// # Errors
    ///
    /// [`Error::TooMany`].
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
            self.drafts = family::fold(drafts);
        }
        Ok(wanted)
    }

    /// The places of all families, family by family: what must be [looked at](super::told) for the report.
    pub fn places(&self) -> Vec<Asked> {
        let places = |draft: &Draft| -> Vec<Asked> {
            let Some(keeper) = draft.places.get(draft.keeper).map(named) else { return Vec::new() };
            let asked =
                |place: &Place| Asked { level: draft.level, keeper, unit: named(place), same: place.same };
            draft.places.iter().map(asked).collect()
        };
        self.drafts.iter().flat_map(places).collect()
    }

    /// The families, worst first. `looked` goes with [`places`](Self::places).
    pub fn families(&self, looked: &[Looked]) -> Vec<Family> {
        let mut document_words: HashMap<u32, u32> = HashMap::new();
        for known in self.levels.values().flat_map(|found| &found.known) {
            document_words.insert(document(known.unit), known.document_words);
        }
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
        let found = self.levels.get(&draft.level)?;
        let mut occurrences = Vec::with_capacity(draft.places.len());
        let mut keeper = 0;
        for ((index, place), looked) in draft.places.iter().enumerate().zip(looked) {
            let Some(shared_words) = looked.shared_words else { continue };
            if index == draft.keeper {
                keeper = occurrences.len();
            }
            occurrences.push(Occurrence {
                document: place.document,
                span: found.unit(named(place))?.span,
                first_word: place.words.start,
                words: place.words.len(),
                score: draft.score(place),
                same: place.same,
                shared_words,
            });
        }
        (1 < occurrences.len()).then_some(Family {
            fingerprint: looked.get(draft.keeper)?.fingerprint,
            level: draft.level,
            kind: draft.kind,
            class,
            state: State::New,
            keeper,
            occurrences,
        })
    }
}

fn named(place: &Place) -> u64 {
    name(place.document.get(), place.words.start)
}

impl Found {
    /// Puts everything in order, so that it does not matter how it came.
    fn settle(&mut self) {
        self.known.sort_unstable_by_key(|known| known.unit);
        self.known.dedup_by_key(|known| known.unit);
        self.repeats.sort_unstable();
        let ends = |pair: &Pair| (pair.left, pair.right);
        for pairs in [&mut self.matches, &mut self.inside] {
            pairs.sort_unstable_by_key(ends);
            pairs.dedup_by_key(|pair| ends(pair));
        }
    }

    fn at(&self, unit: u64) -> Option<usize> {
        self.known.binary_search_by_key(&unit, |known| known.unit).ok()
    }

    fn unit(&self, unit: u64) -> Option<&Known> {
        self.at(unit).and_then(|at| self.known.get(at))
    }

    /// The drafts of families, and the pairs that are not known yet.
    fn drafts(&self, level: Level, plan: &Plan) -> Result<(Vec<Draft>, Unknown), Error> {
        UnitId::new(self.known.len())?;
        let numbered = |unit: u64| self.at(unit).map(count);
        let later =
            self.repeats.iter().filter_map(|(first, later)| Some((numbered(*later)?, numbered(*first)?)));
        let identical = Identical::of_later(count(self.known.len()), later.collect());
        let firsts: Vec<UnitId> = identical.firsts().collect();
        let text = |unit: u64| {
            let unit = UnitId::from_packed(numbered(unit)?);
            firsts.binary_search(&unit).ok().map(|at| UnitId::from_packed(count(at)))
        };
        let matches = |pairs: &[Pair]| -> Vec<Match> {
            let found = |pair: &Pair| {
                Some(Match { left: text(pair.left)?, right: text(pair.right)?, overlap: pair.overlap })
            };
            pairs.iter().filter_map(found).collect()
        };
        let names: Vec<u64> =
            firsts.iter().filter_map(|first| self.known.get(first.index()).map(|known| known.unit)).collect();
        let (matches, inside) = (matches(&self.matches), matches(&self.inside));
        let lookup = Lookup::new(&names, &matches, &inside, &self.answers);
        let of_matches: Vec<(u32, u32)> =
            matches.iter().map(|found| (found.left.get(), found.right.get())).collect();
        let compared = Compared { sets: &lookup, matches, inside, cut: 0 };
        let mut documents: Vec<(u32, Option<i64>)> =
            self.known.iter().map(|known| (document(known.unit), known.time)).collect();
        documents.dedup_by_key(|(document, _)| *document);
        let time = |n: usize| documents.get(n).and_then(|(_, time)| *time);
        let rank = Rank::new(documents.len(), time, plan.keep);
        // Documents that nothing is known of are left out of the numbers: their order is the same.
        let number = |id: DocId| documents.binary_search_by_key(&id.get(), |(document, _)| *document);
        let ranked = |id: DocId, words: WordRange| {
            rank.of(DocId::from_packed(count(number(id).unwrap_or(usize::MAX))), words)
        };
        let found = units::families(
            level,
            |id| self.known.get(id.index()).map(unit),
            &identical,
            compared,
            plan,
            ranked,
        );
        Ok((found.drafts, lookup.open(&of_matches)))
    }
}

fn unit(known: &Known) -> units::Unit {
    let start = first_word(known.unit);
    let words = WordRange { start, end: start.saturating_add(known.words) };
    units::Unit { document: DocId::from_packed(document(known.unit)), words }
}

/// Pairs of units that are to be counted.
type Unknown = Vec<(u64, u64)>;

/// For each component the keeper that is open, and its pairs.
type Open = BTreeMap<u32, (u32, Vec<(u32, u32)>)>;

/// Answers what was counted before, and writes down what was not.
struct Lookup<'a> {
    /// The name of each text.
    names: &'a [u64],
    sizes: HashMap<u32, u32>,
    /// For each text in a match, what stands for its component, and how many texts that has.
    components: HashMap<u32, u32>,
    members: HashMap<u32, Vec<u32>>,
    answers: &'a HashMap<(u64, u64), Option<Overlap>>,
    open: Mutex<Open>,
}

impl<'a> Lookup<'a> {
    fn new(
        names: &'a [u64],
        matches: &[Match],
        inside: &[Match],
        answers: &'a HashMap<(u64, u64), Option<Overlap>>,
    ) -> Self {
        let mut sizes = HashMap::new();
        for Match { left, right, overlap } in matches.iter().chain(inside) {
            sizes.insert(left.get(), overlap.left);
            sizes.insert(right.get(), overlap.right);
        }
        let components = components(matches);
        let mut members: HashMap<u32, Vec<u32>> = HashMap::new();
        for (text, root) in &components {
            members.entry(*root).or_default().push(*text);
        }
        members.retain(|_, texts| texts.len() <= SMALL);
        Self { names, sizes, components, members, answers, open: Mutex::default() }
    }

    fn name(&self, text: u32) -> u64 {
        self.names.get(text as usize).copied().unwrap_or(u64::MAX)
    }

    /// The pairs that have to be counted, by name, ascending; `matches` were, by text, ascending.
    fn open(self, matches: &[(u32, u32)]) -> Vec<(u64, u64)> {
        let open = std::mem::take(&mut *self.open.lock().unwrap_or_else(PoisonError::into_inner));
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        for (root, (_, asked)) in open {
            pairs.extend(asked);
            // All others of a small component may be asked for later: that is cheaper than another round.
            let texts = self.members.get(&root).map(Vec::as_slice).unwrap_or_default();
            pairs.extend(texts.iter().flat_map(|x| texts.iter().map(move |y| (*x, *y))));
        }
        pairs.retain(|(x, y)| x < y && matches.binary_search(&(*x, *y)).is_err());
        pairs.sort_unstable();
        pairs.dedup();
        let named = pairs.iter().map(|(x, y)| (self.name(*x), self.name(*y)));
        named.filter(|pair| !self.answers.contains_key(pair)).collect()
    }
}

impl Counts for &Lookup<'_> {
    fn size(&self, text: UnitId) -> u32 {
        self.sizes.get(&text.get()).copied().unwrap_or(0)
    }

    fn resemblance(&self, left: UnitId, right: UnitId, threshold: Ratio) -> Option<Overlap> {
        let (keeper, other) = (left.get(), right.get());
        let pair = (keeper.min(other), keeper.max(other));
        if let Some(known) = self.answers.get(&(self.name(pair.0), self.name(pair.1))) {
            return if keeper < other { *known } else { known.map(Overlap::swapped) };
        }
        let (a, b) = (u64::from(self.size(left)), u64::from(self.size(right)));
        if !threshold.met_by(a.min(b), a.max(b)) {
            return None;
        }
        let root = self.components.get(&keeper).copied().unwrap_or(keeper);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let (first, pairs) = open.entry(root).or_insert((keeper, Vec::new()));
        // What a later keeper asks depends on what this one is told.
        if *first == keeper {
            pairs.push(pair);
        }
        None
    }
}

/// What stands for the component of each text: its smallest. Tarjan 1975, halving the way.
fn components(matches: &[Match]) -> HashMap<u32, u32> {
    fn root(above: &mut HashMap<u32, u32>, text: u32) -> u32 {
        let mut at = text;
        while let Some(next) = above.get(&at).copied().filter(|next| *next != at) {
            let top = above.get(&next).copied().unwrap_or(next);
            above.insert(at, top);
            at = next;
        }
        above.entry(at).or_insert(at);
        at
    }
    let mut above = HashMap::new();
    for found in matches {
        let (x, y) = (root(&mut above, found.left.get()), root(&mut above, found.right.get()));
        above.insert(x.max(y), x.min(y));
    }
    let texts: Vec<u32> = above.keys().copied().collect();
    texts.into_iter().map(|text| (text, root(&mut above, text))).collect()
}
