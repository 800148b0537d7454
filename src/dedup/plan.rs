//! What goes, and for what: findings come in, removals come out.
//!
//! Knows families and sentences; does not know white space ([`cut`](super::cut)) or files.

use std::collections::{BTreeMap, BTreeSet};

use super::{cut::Sheet, desk::Desk, told::Told};
use crate::{
    family::{Class, Family, Kind, Occurrence},
    id::DocId,
    report::Findings,
    settings::Level,
    span::Span,
};

/// Which finding says so, by positions in [`Findings::families`] and in its occurrences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reason {
    /// The family.
    pub family: usize,
    /// The occurrence that goes.
    pub place: usize,
    /// The occurrence that stays for it: the family's keeper, or one of the same words where that went.
    pub keeper: usize,
}

/// What is taken out of one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Removal {
    /// All of it.
    Whole(Reason),
    /// Whole sentences of it, ascending, apart or touching, none over the limits of a paragraph; not yet the white space around them.
    Spans(Vec<(Span, Reason)>),
}

/// Places beside their families' keepers that stay, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Left {
    /// Because what they repeat goes itself, for a worse finding.
    pub keeper_gone: u64,
    /// Because, at least in part, they are what other removals are kept by.
    pub keeps_others: u64,
    /// Because no more than a part of them is in the keeper.
    pub larger: u64,
    /// Because the finding is suppressed or a stock phrase.
    pub excused: u64,
    /// Because no whole sentence lies in them.
    pub no_sentence: u64,
    /// Sentences, not places: because they share marks of markup with what stays.
    pub marked_sentences: u64,
    /// Sentences, not places: because they are new in an edited copy.
    pub new_sentences: u64,
}

/// What to take out of the documents that came in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// For each document of which something goes, what.
    pub removals: BTreeMap<DocId, Removal>,
    /// What does not go.
    pub left: Left,
}

/// Decides what goes. The findings are to be judged before.
///
/// Cost: one segmentation of each document that parts are cut of, and the sentences of all places.
pub fn plan(findings: &Findings) -> Plan {
    let mut decision = Decision {
        findings,
        whole: BTreeMap::new(),
        kept: BTreeSet::new(),
        desks: BTreeMap::new(),
        left: Left::default(),
    };
    let larger = Larger::of(findings);
    for level in Level::ALL.into_iter().filter(|level| *findings.plan.level.get(*level)) {
        let of_level = || findings.families.iter().enumerate().filter(|(_, family)| family.level == level);
        for (index, family) in of_level().filter(|(_, family)| larger.get(family).is_none()) {
            decision.decide(index, family);
        }
        for (index, family) in of_level() {
            let Some(larger) = larger.get(family) else { continue };
            if !decision.drop_for_larger(family, larger) {
                decision.decide(index, family);
            }
        }
    }
    decision.into_plan()
}

struct Decision<'a> {
    findings: &'a Findings,
    /// Documents that go.
    whole: BTreeMap<DocId, Reason>,
    /// Documents that others go for.
    kept: BTreeSet<DocId>,
    /// Documents that are cut, or kept in part.
    desks: BTreeMap<DocId, Desk<'a>>,
    left: Left,
}

impl Decision<'_> {
    fn decide(&mut self, index: usize, family: &Family) {
        let candidates: Vec<usize> = (0..family.occurrences.len())
            .filter(|at| *at != family.keeper)
            .filter(|at| {
                family.occurrences.get(*at).is_some_and(|place| self.findings.is_incoming(place.document))
            })
            .collect();
        let n_candidates = candidates.len() as u64;
        if self.is_excused(family) {
            self.left.excused += n_candidates;
            return;
        }
        let Some(keeper) = self.serving(family) else {
            let gone = |at: &&usize| !self.is_gone(family.level, family.occurrences.get(**at));
            self.left.keeper_gone += candidates.iter().filter(gone).count() as u64;
            return;
        };
        let (Some(kept), Some(named)) = (family.occurrences.get(keeper), family.kept()) else { return };
        let (mut is_used, mut told) = (false, None);
        // A place that was to be kept and went is not among the candidates.
        for at in candidates.into_iter().filter(|at| *at != keeper) {
            let Some(place) = family.occurrences.get(at) else { continue };
            if !is_part(family, place, named) {
                self.left.larger += 1;
                continue;
            }
            let reason = Reason { family: index, place: at, keeper };
            is_used |= match family.level {
                Level::Document => place.document != kept.document && self.drop_whole(place, reason),
                _ => {
                    let is_edited = !place.same && family.level != Level::Sentence;
                    let there = is_edited.then(|| {
                        told.get_or_insert_with(|| self.desk(kept.document).map(|desk| desk.told(kept)))
                    });
                    self.take(place, kept, reason, there.and_then(|told| told.as_ref()))
                }
            };
        }
        if is_used {
            self.protect(family.level, kept);
        }
    }

    /// The place that stays for the others: the keeper, or where that went the first of the same words that is whole.
    fn serving(&mut self, family: &Family) -> Option<usize> {
        let others = (0..family.occurrences.len()).filter(|at| *at != family.keeper);
        std::iter::once(family.keeper).chain(others).find(|at| {
            let place = family.occurrences.get(*at).filter(|place| place.same || *at == family.keeper);
            place.is_some_and(|place| self.is_untouched(family.level, place))
        })
    }

    fn is_untouched(&mut self, level: Level, place: &Occurrence) -> bool {
        if !self.findings.is_incoming(place.document) {
            return true;
        }
        if self.whole.contains_key(&place.document) {
            return false;
        }
        level == Level::Document
            || self.desk(place.document).is_some_and(|desk| {
                let mut touching = desk.touching(place.span).peekable();
                touching.peek().is_some()
                    && touching.all(|at| desk.taken.get(at).is_some_and(Option::is_none))
            })
    }

    /// Whether all that could go of a place went.
    fn is_gone(&self, level: Level, place: Option<&Occurrence>) -> bool {
        let Some(place) = place else { return true };
        self.whole.contains_key(&place.document)
            || level != Level::Document
                && self.desks.get(&place.document).is_some_and(|desk| {
                    let mut inside = desk.inside(place).peekable();
                    inside.peek().is_some()
                        && inside.all(|at| desk.taken.get(at).is_some_and(Option::is_some))
                })
    }

    /// Drops the copies of a document that stands in a larger one, for that.
    fn drop_for_larger(&mut self, copies: &Family, index: usize) -> bool {
        let Some(family) = self.findings.families.get(index) else { return false };
        if self.is_excused(family) || copies.occurrences.iter().any(|copy| self.is_kept(copy.document)) {
            return false;
        }
        let Some(keeper) = self.serving(family) else { return false };
        let (Some(kept), Some(named)) = (family.occurrences.get(keeper), family.kept()) else { return false };
        let Some(told) = self.desk(kept.document).map(|desk| desk.told(kept)) else { return false };
        let mut drops = Vec::new();
        for copy in &copies.occurrences {
            let place = family
                .occurrences
                .iter()
                .position(|place| covers(place, copy) && place.document != kept.document);
            let Some((at, place)) = place.and_then(|at| Some((at, family.occurrences.get(at)?))) else {
                return false;
            };
            let is_told = |desk: &mut Desk<'_>| desk.inside(place).all(|at| desk.is_told(at, &told));
            let is_told = place.same || self.desk(copy.document).is_some_and(is_told);
            if !is_part(family, place, named) || !is_told {
                return false;
            }
            drops.push((place, Reason { family: index, place: at, keeper }));
        }
        let n_dropped = drops.into_iter().filter(|(place, reason)| self.drop_whole(place, *reason)).count();
        if 0 < n_dropped {
            self.protect(family.level, kept);
        }
        true
    }

    const fn is_excused(&self, family: &Family) -> bool {
        family.is_suppressed() || matches!(family.class, Some(Class::StockPhrase))
    }

    /// Whether others went for a document or for a part of it.
    fn is_kept(&self, document: DocId) -> bool {
        self.kept.contains(&document)
            || self.desks.get(&document).is_some_and(|desk| desk.kept.contains(&true))
    }

    fn drop_whole(&mut self, place: &Occurrence, reason: Reason) -> bool {
        if self.whole.contains_key(&place.document) {
            return false;
        }
        if self.is_kept(place.document) {
            self.left.keeps_others += 1;
            return false;
        }
        self.whole.insert(place.document, reason);
        true
    }

    /// Takes the whole sentences of a place that are not kept for others, and of an edited one those that are `told` in the keeper; says
    /// whether there were any.
    fn take(&mut self, place: &Occurrence, keeper: &Occurrence, reason: Reason, told: Option<&Told>) -> bool {
        if self.whole.contains_key(&place.document) {
            return false;
        }
        let Some(desk) = self.desk(place.document) else { return false };
        let own = (keeper.document == place.document).then_some(keeper.span);
        let inside: Vec<usize> = desk.inside(place).collect();
        let (mut is_kept, mut is_used) = (false, false);
        for at in &inside {
            let overlaps = |span: Span| desk.sheet.sentences.get(*at).is_some_and(|s| 0 < s.overlap(span));
            let protects = desk.kept.get(*at).copied().unwrap_or(true) || own.is_some_and(overlaps);
            is_kept |= protects;
            if told.is_some_and(|told| !desk.is_told(*at, told)) {
                desk.spare(*at);
                continue;
            }
            if let Some(slot) = desk.taken.get_mut(*at).filter(|slot| slot.is_none() && !protects) {
                *slot = Some(reason);
                is_used = true;
            }
        }
        self.left.no_sentence += u64::from(inside.is_empty());
        self.left.keeps_others += u64::from(is_kept && !is_used);
        is_used
    }

    fn protect(&mut self, level: Level, keeper: &Occurrence) {
        if !self.findings.is_incoming(keeper.document) {
            return;
        }
        if level == Level::Document {
            self.kept.insert(keeper.document);
            return;
        }
        if let Some(desk) = self.desk(keeper.document) {
            for at in desk.touching(keeper.span).collect::<Vec<_>>() {
                if let Some(kept) = desk.kept.get_mut(at) {
                    *kept = true;
                }
            }
        }
    }

    fn into_plan(self) -> Plan {
        let Self { whole, desks, mut left, .. } = self;
        let mut removals: BTreeMap<DocId, Removal> =
            whole.into_iter().map(|(document, reason)| (document, Removal::Whole(reason))).collect();
        for (document, desk) in desks {
            if removals.contains_key(&document) {
                continue;
            }
            left.new_sentences += desk.n_spared();
            let mut flags: Vec<bool> = desk.taken.iter().map(Option::is_some).collect();
            left.marked_sentences += desk.sheet.spare(&mut flags);
            let first = flags.iter().position(|taken| *taken);
            let Some(first) = first.and_then(|at| desk.taken.get(at).copied().flatten()) else { continue };
            let is_whole = !desk.kept.contains(&true) && !desk.sheet.keeps_prose(&flags);
            let removal = if is_whole { Removal::Whole(first) } else { Removal::Spans(desk.spans(&flags)) };
            removals.insert(document, removal);
        }
        Plan { removals, left }
    }
}

impl<'a> Decision<'a> {
    fn desk(&mut self, id: DocId) -> Option<&mut Desk<'a>> {
        let (findings, is_kept) = (self.findings, self.kept.contains(&id));
        match self.desks.entry(id) {
            std::collections::btree_map::Entry::Occupied(desk) => Some(desk.into_mut()),
            std::collections::btree_map::Entry::Vacant(room) => {
                let sheet = Sheet::new(findings.documents.get(id)?);
                Some(room.insert(Desk::new(sheet, findings, id, is_kept)))
            }
        }
    }
}

/// For families of documents a finding of parts in which all of them stand inside a larger document: for that they go, not for one of
/// themselves, which would stay in it.
struct Larger(BTreeMap<DocId, usize>);

impl Larger {
    fn of(findings: &Findings) -> Self {
        let is_incoming = |place: &&Occurrence| findings.is_incoming(place.document);
        let wholes = findings.families.iter().filter(|family| family.level == Level::Document);
        let wholes: BTreeMap<DocId, &Occurrence> = wholes
            .flat_map(|family| family.occurrences.iter().filter(is_incoming))
            .map(|place| (place.document, place))
            .collect();
        let mut larger = BTreeMap::new();
        for (index, family) in findings.families.iter().enumerate() {
            if family.level == Level::Document {
                continue;
            }
            for place in &family.occurrences {
                if wholes.get(&place.document).is_some_and(|whole| covers(place, whole)) {
                    larger.entry(place.document).or_insert(index);
                }
            }
        }
        Self(larger)
    }

    /// The first such finding, which is the worst one.
    fn get(&self, family: &Family) -> Option<usize> {
        let mut found = family.occurrences.iter().map(|place| self.0.get(&place.document).copied());
        let first = found.next()??;
        (family.level == Level::Document && found.all(|other| other == Some(first))).then_some(first)
    }
}

/// Whether a place has all the words of a whole document.
fn covers(place: &Occurrence, whole: &Occurrence) -> bool {
    place.document == whole.document && place.words == whole.words
}

/// Whether a place holds no more than the keeper does. Of a contained family the keeper has the most shingles; a place that repeats itself
/// may still be longer than it. Of an edited passage in another order, or one that sums up another text, one side may be a multiple of the other.
fn is_part(family: &Family, place: &Occurrence, keeper: &Occurrence) -> bool {
    match (family.kind, family.level) {
        (Kind::Contained, _) => place.words < keeper.words,
        (Kind::Near, Level::Passage) => {
            place.same || u64::from(place.words) <= 2 * u64::from(place.shared_words)
        }
        _ => true,
    }
}
