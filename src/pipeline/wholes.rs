//! Documents compared as wholes: they are let go once their cards are written.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::{
    Run,
    cards::{self, Cards},
    dated::Unread,
    documents, finish, read,
    room::Room,
    scan::{Rank, cut_candidates},
    shelf::{Held, Shelf},
    work::{self, Chain, Kept, Taken, Work},
};
use crate::{
    error::{Error, Problem},
    family,
    id::DocId,
    report::{Findings, Pair, Totals},
    settings::{Keep, Level, Plan},
    source::{self, Files, Raw},
    words::{self, Words},
};

/// Everything that is known of the documents once they are read.
struct All {
    cards: Cards,
    held: Held,
    times: Vec<Option<i64>>,
    unread: Unread,
    problems: Vec<Problem>,
}

impl All {
    fn new(plan: &Plan) -> Self {
        Self {
            cards: Cards::new(plan),
            held: Held::default(),
            times: Vec::new(),
            unread: Unread::default(),
            problems: Vec::new(),
        }
    }

    /// Adds the documents that follow.
    fn take(&mut self, later: Self, room: &Room) {
        self.cards.append(&later.cards);
        self.held.append(later.held);
        self.times.extend(later.times);
        self.unread.append(later.unread);
        self.problems.extend(later.problems);
        if let Err(error) = self.bound(room) {
            room.space.blame(error);
        }
    }

    fn bound(&mut self, room: &Room) -> Result<(), Error> {
        // All later stages read them, those of samples in no order.
        if 2 * room.part() < self.cards.memory() {
            self.cards.spill(&room.space)?;
        }
        self.held.bound(room.part(), &room.space)
    }

    /// What a run that was stopped had kept of some documents.
    fn of(taken: Taken, plan: &Plan) -> Self {
        Self {
            cards: Cards::of_parts(taken.cards, plan),
            held: Held::of_parts(taken.places, taken.kept),
            times: taken.times,
            unread: Unread::of_parts(taken.unread),
            problems: taken.problems,
        }
    }
}

/// What one piece of the input makes, and room that is used again for each of its documents.
struct Piece<'p> {
    writer: cards::Writer<'p>,
    words: Words,
    all: All,
}

/// Finds the repeats among documents as wholes.
pub(super) fn find(
    raws: impl Iterator<Item = Raw> + Send,
    files: Files,
    options: &source::Options,
    plan: &Plan,
    run: &Run<'_>,
) -> Result<Findings, Error> {
    let room = Room::of(run);
    let mut all = All::new(plan);
    let mut work = run.resume.map(|folder| Work::open(folder, &work::name_of(options, plan))).transpose()?;
    let before = match &mut work {
        Some(work) => work.replay(|taken| all.take(All::of(taken, plan), &room))?,
        None => Chain::default(),
    };
    let (is_other, is_over) = (AtomicBool::new(false), AtomicBool::new(false));
    let raws = work::checked(raws, before, &is_other, |bytes| run.progress.advance(bytes))
        .take_while(|_| !is_over.load(Ordering::Relaxed));
    let mut failed = None;
    let read = read_all(raws, plan, run, |piece, seen| {
        if let Some(work) = &mut work {
            let All { cards, held, times, unread, .. } = &piece;
            let kept = work::Piece { cards, held, times, unread, problems: &seen.problems, raws: &seen.raws };
            if let Err(error) = work.add(&kept) {
                failed.get_or_insert(error);
            }
        }
        all.take(piece, &room);
        is_over.fetch_or(failed.is_some() || room.space.is_blamed(), Ordering::Relaxed);
    })?;
    failed.map_or(Ok(()), Err)?;
    room.space.check()?;
    if let Some(work) = &mut work {
        if is_other.load(Ordering::Relaxed) {
            return Err(work.other_input());
        }
        work.end()?;
    }
    let All { mut cards, mut held, times, unread, mut problems } = all;
    cards.finish()?;
    held.finish()?;
    room.space.check()?;
    problems.extend(read);
    problems.extend(unread.problems());
    DocId::new(cards.words.len())?;
    let rank = Rank::new(cards.words.len(), |document| times.get(document).copied().flatten(), plan.keep);
    drop(times);
    compare(&cards, &Shelf::new(held, files, &cards), problems, (&rank, work.as_ref()), plan, &room, run)
}

/// Reads everything, a piece at a time; the problems come back.
fn read_all(
    raws: impl Iterator<Item = Raw> + Send,
    plan: &Plan,
    run: &Run<'_>,
    mut done: impl FnMut(All, &read::Seen),
) -> Result<Vec<Problem>, Error> {
    let signer = cards::signer(plan)?;
    let dated = matches!(plan.keep, Keep::Oldest | Keep::Newest);
    Ok(read::read(
        raws,
        run,
        || Piece { writer: cards::Writer::new(plan, &signer), words: Words::default(), all: All::new(plan) },
        |piece, record, place| {
            words::words_into(record.text(), record.gaps(), &mut piece.words);
            piece.writer.write(record.text().len(), &piece.words.hashes, &mut piece.all.cards);
            if dated {
                let (time, (path, record, date)) = (record.time(), record.dated());
                piece.all.unread.see(path, record, date, time);
                piece.all.times.push(time);
            }
            match place {
                Some(place) => piece.all.held.there(place),
                None => piece.all.held.here(record.document()),
            }
        },
        |piece, seen| done(piece.all, seen),
    ))
}

/// Walks from cards to findings.
fn compare(
    cards: &Cards,
    shelf: &Shelf<'_>,
    mut problems: Vec<Problem>,
    (rank, work): (&Rank, Option<&Work>),
    plan: &Plan,
    room: &Room,
    run: &Run<'_>,
) -> Result<Findings, Error> {
    run.progress.stage(Level::Document.name(), None);
    let kept = Kept::of(work, Level::Document);
    let found = documents::level(cards, shelf, plan, room, (run.progress, kept), |document, words| {
        rank.of(document, words)
    })?;
    if 0 < found.cut {
        problems.push(cut_candidates(Level::Document, found.cut));
    }
    run.progress.stage("families", None);
    let drafts = family::fold(found.drafts);
    let placed = drafts.iter().flat_map(|draft| &draft.places).map(|place| place.document);
    let paired = found.pairs.iter().flat_map(|pair| [pair.left.document, pair.right.document]);
    let mut wanted: Vec<DocId> = placed.chain(paired).collect();
    wanted.par_sort_unstable();
    wanted.dedup();
    let down = shelf.take_down(&wanted, room)?;
    drop(wanted);
    problems.extend(shelf.problems());
    let pairs: Vec<Pair> =
        found.pairs.par_iter().filter_map(|pair| finish::pair(&down, Level::Document, pair)).collect();
    drop(found.pairs);
    let families = finish::families(&down, &drafts, &plan.class, |id| cards.range(id).len());
    room.space.check()?;
    let totals = Totals { documents: cards.words.len() as u64, bytes: cards.bytes, words: cards.all_words() };
    Ok(Findings {
        command: "scan",
        plan: *plan,
        totals,
        documents: down,
        families,
        pairs,
        problems,
        n_known: 0,
        n_stored: 0,
        words_version: words::VERSION,
    })
}
