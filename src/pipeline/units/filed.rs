//! Paragraphs or sentences whose words lie in files: the families that [`level`](super::level) finds, in bounded memory.
//!
//! No set of shingles is kept. Each walk over the wordings reads their words again, one behind the other, and makes the sets anew:
//! one walk to count how often shingles stand, one to list what each wording is looked for by, one to see who holds that. Candidates
//! are counted some at a time, with the sets of these only.
//!
//! In memory stay: 2 to 4 bytes a shingle of counts, at most 64 MiB; with bands 12 bytes a wording of the band that is looked at and
//! 8 a pair that agrees in one; 8 bytes a unit that is a copy, 20 a match, and about 150 a unit that is in a finding.

mod candidates;

use rayon::prelude::*;

use super::{Counted, LevelFound, Unit, families, placed::Placed};
use crate::{
    candidate::{self, Candidate, Identical, Picked, Sets},
    error::Error,
    hash::{self, Digest},
    id::{DocId, UnitId},
    passage::{Library as _, Stored},
    pipeline::{Article, Progress, counting, room::Room, work::Kept},
    settings::{Level, Plan, UnitPlan},
    shingle,
    span::{Span, WordRange},
    spill::{Column, Space},
    verify::{self, Match},
};

/// So many wordings are walked by one thread at a time.
const PIECE: usize = 256;
/// So many are in memory at a time, at most.
const GROUP: usize = 1 << 14;
/// Bytes of memory for a word of these: what is listed of it.
const WORD_BYTES: usize = 64;
/// What the sets of a pair of candidates may take, about; and how many pairs are counted at a time, whatever there is.
const PAIR_BYTES: usize = 512;
const FEWEST_PAIRS: usize = 1 << 12;
const MOST_PAIRS: usize = 1 << 20;
/// Less memory than this is not asked for at a time.
const LEAST_PART: usize = 1 << 16;

/// A unit: its document, its words, and its bytes.
pub(super) type Row = ((u32, u32, u32), (u32, u32));

/// The units of one level in files, as documents follow each other.
#[derive(Debug)]
pub(in crate::pipeline) struct Filed {
    level: Level,
    rows: Column<Row>,
    /// The names of their words.
    digests: Column<Digest>,
    /// Words of all.
    words: usize,
}

/// The units of one document, listed.
pub(in crate::pipeline) type Listed = Vec<(WordRange, Span, Digest)>;

impl Filed {
    pub(in crate::pipeline) fn new(level: Level, space: &Space) -> Result<Self, Error> {
        let mut filed = Self { level, rows: Column::default(), digests: Column::default(), words: 0 };
        filed.rows.spill(space)?;
        filed.digests.spill(space)?;
        Ok(filed)
    }

    /// The units of an article that are long enough.
    pub(in crate::pipeline) fn list(&self, article: &Article, plan: &Plan) -> Listed {
        let units = plan.unit(self.level).map(|plan| article.long_units(self.level, plan.min_words));
        let listed = |words: WordRange| {
            let span = article.unit_span(self.level, words).unwrap_or_default();
            (words, span, hash::identity(article.hashes(words)))
        };
        units.unwrap_or_default().into_iter().map(listed).collect()
    }

    /// Puts the units of the document that follows behind the others. What goes wrong is blamed on the space.
    pub(in crate::pipeline) fn put(&mut self, document: DocId, units: &Listed) {
        for (words, span, digest) in units {
            self.rows.push(((document.get(), words.start, words.end), (span.start, span.end)));
            self.digests.push(*digest);
            self.words += words.len() as usize;
        }
    }

    /// Must be called when all are there.
    pub(in crate::pipeline) fn finish(&mut self) -> Result<(), Error> {
        self.rows.finish()?;
        self.digests.finish()
    }

    /// Finds the families of these units, and where those stand that are in one. `words` has the documents' words.
    pub(in crate::pipeline) fn find(
        &self,
        words: &Stored,
        plan: &Plan,
        room: &Room,
        (progress, kept): (&dyn Progress, Kept<'_>),
        rank: impl Fn(DocId, WordRange) -> u64,
    ) -> Result<(LevelFound, Placed), Error> {
        let Some(unit_plan) = plan.unit(self.level) else { return Ok(Default::default()) };
        UnitId::new(self.rows.len())?;
        let identical = candidate::identical_in(self.digests.iter().map(Ok), &room.space, room.part())?;
        room.space.check()?;
        let texts = Texts { units: self, words, identical: &identical, size: unit_plan.shingle, room };
        let counted = match kept.counted()? {
            Some(counted) => counted,
            None => texts.compare(plan, unit_plan, (progress, kept))?,
        };
        let matched = counted.texts();
        let placed = Placed::of(&self.rows, &identical, &matched);
        let compared = counted.with(texts.kept(&matched)?);
        drop(matched);
        let found = families(self.level, |id| placed.unit(id), &identical, compared, plan, rank);
        room.space.check()?;
        Ok((found, placed))
    }
}

pub(super) const fn unit(((document, start, end), _): Row) -> Unit {
    Unit { document: DocId::from_packed(document), words: WordRange { start, end } }
}

/// Numbers in order, each once.
fn distinct(numbers: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut numbers: Vec<u32> = numbers.collect();
    numbers.par_sort_unstable();
    numbers.dedup();
    numbers
}

/// The distinct wordings of a level.
struct Texts<'f> {
    units: &'f Filed,
    words: &'f Stored,
    identical: &'f Identical,
    /// Words in a shingle.
    size: u32,
    room: &'f Room,
}

/// One of them: its number, and its first unit.
#[derive(Clone, Copy)]
struct Text {
    number: UnitId,
    unit: Unit,
}

impl Texts<'_> {
    /// Finds candidates and counts them.
    fn compare(
        &self,
        plan: &Plan,
        unit_plan: &UnitPlan,
        (progress, kept): (&dyn Progress, Kept<'_>),
    ) -> Result<Counted, Error> {
        let [near, inside] = self.candidates(plan, unit_plan, kept)?;
        counting::begin(self.units.level, near.pairs.len() + inside.pairs.len(), progress);
        let matches = self
            .counted(&near.pairs, progress, |pairs, sets| verify::verify(pairs, sets, unit_plan.threshold))?;
        let contained = self.counted(&inside.pairs, progress, |pairs, sets| {
            verify::verify_contained(pairs, sets, plan.containment)
        })?;
        let counted = Counted { matches, inside: contained, cut: near.cut + inside.cut };
        kept.keep_counted(&counted)?;
        Ok(counted)
    }

    /// Gives the set of each wording to `take`, in order; what it makes of some goes to `done`, in order.
    fn walk<T: Send>(
        &self,
        make: impl Fn() -> T + Sync,
        take: impl Fn(&mut T, &Text, &[u64]) + Sync,
        mut done: impl FnMut(T) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let most = self.part() / WORD_BYTES;
        let mut rows = self.units.rows.cursor();
        let mut firsts = (0..).map(UnitId::from_packed).zip(self.identical.firsts()).peekable();
        let mut group: Vec<Text> = Vec::new();
        while firsts.peek().is_some() {
            group.clear();
            let mut words = 0;
            while let Some((number, id)) =
                firsts.next_if(|_| group.is_empty() || group.len() < GROUP && words < most)
            {
                let unit = unit(rows.get(id.index()).unwrap_or_default());
                words += unit.words.len() as usize;
                group.push(Text { number, unit });
            }
            self.each(&group, &make, &take).into_iter().try_for_each(&mut done)?;
            self.room.space.check()?;
        }
        Ok(())
    }

    /// The same for some wordings, [`PIECE`] of them at a time.
    fn each<T: Send>(
        &self,
        texts: &[Text],
        make: impl Fn() -> T + Sync,
        take: impl Fn(&mut T, &Text, &[u64]) + Sync,
    ) -> Vec<T> {
        let piece = |texts: &[Text]| {
            let (mut desk, mut made, mut set) = (self.words.room(), make(), Vec::new());
            for text in texts {
                let words = self.words.some(text.unit.document, text.unit.words, &mut desk);
                let words = words.unwrap_or_else(|error| {
                    self.room.space.blame(error);
                    &[]
                });
                shingle::collect_into(words, self.size, &mut set);
                take(&mut made, text, &set);
            }
            made
        };
        texts.par_chunks(PIECE).map(piece).collect()
    }

    /// Counts candidates, some at a time; the matches come in their order.
    fn counted(
        &self,
        pairs: &Column<Candidate>,
        progress: &dyn Progress,
        count: impl Fn(&[Candidate], &Picked) -> Vec<Match>,
    ) -> Result<Vec<Match>, Error> {
        let most = (self.part() / PAIR_BYTES).clamp(FEWEST_PAIRS, MOST_PAIRS);
        let (mut matches, mut cursor) = (Vec::new(), pairs.cursor());
        for start in (0..pairs.len()).step_by(most) {
            let some = cursor.slice(start..pairs.len().min(start + most));
            self.count_some(some, &count, &mut matches);
            self.room.space.check()?;
            progress.advance(some.len() as u64);
        }
        Ok(matches)
    }

    fn count_some(
        &self,
        pairs: &[Candidate],
        count: &impl Fn(&[Candidate], &Picked) -> Vec<Match>,
        matches: &mut Vec<Match>,
    ) {
        let texts = self.texts(&distinct(pairs.iter().flat_map(|pair| [pair.left.get(), pair.right.get()])));
        if self.part() < words(&texts) * size_of::<u64>() && 1 < pairs.len() {
            drop(texts);
            let (first, second) = pairs.split_at(pairs.len() / 2);
            self.count_some(first, count, matches);
            return self.count_some(second, count, matches);
        }
        let mut sets = Picked::default();
        self.pick(&texts, &mut sets);
        matches.extend(count(pairs, &sets));
    }

    /// The sets of some wordings for good, in a file where they take too much.
    fn kept(&self, numbers: &[u32]) -> Result<Picked, Error> {
        let mut sets = Picked::default();
        let mut left = &self.texts(numbers)[..];
        while !left.is_empty() {
            let mut sum = 0;
            let fits = |text: &&Text| {
                sum += text.unit.words.len() as usize;
                sum * size_of::<u64>() <= self.part()
            };
            let n = left.iter().take_while(fits).count().max(1);
            let (now, later) = left.split_at(n);
            self.pick(now, &mut sets);
            left = later;
            if self.part() < sets.bytes() {
                sets.spill(&self.room.space)?;
            }
        }
        sets.finish()?;
        self.room.space.check()?;
        Ok(sets)
    }

    fn pick(&self, texts: &[Text], sets: &mut Picked) {
        let parts = self.each(texts, Sets::default, |sets, _, set| sets.push(set));
        for (texts, part) in texts.chunks(PIECE).zip(&parts) {
            let numbers: Vec<UnitId> = texts.iter().map(|text| text.number).collect();
            sets.extend(&numbers, part);
        }
    }

    /// Some wordings by their numbers, which ascend.
    fn texts(&self, numbers: &[u32]) -> Vec<Text> {
        let mut rows = self.units.rows.cursor();
        let text = |number: &u32| {
            let row = rows.get(self.identical.first(*number).index()).unwrap_or_default();
            Text { number: UnitId::from_packed(*number), unit: unit(row) }
        };
        numbers.iter().map(text).collect()
    }

    /// Bytes that may be used for one thing.
    fn part(&self) -> usize {
        self.room.part().max(LEAST_PART)
    }
}

fn words(texts: &[Text]) -> usize {
    texts.iter().map(|text| text.unit.words.len() as usize).sum()
}
