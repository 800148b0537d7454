//! `scan`: one corpus, every repeat within and between its documents.

use rayon::prelude::*;

use super::{
    Article, Run,
    article::count,
    cards::{self, Cards},
    dated::Unread,
    documents::{self, Texts},
    filed::Taken,
    finish, passages, read,
    room::Room,
    units, wholes,
    work::{self, Kept, Work},
};
use crate::{
    document::Document,
    error::{Error, Problem, ProblemKind},
    family::{self, Draft},
    id::DocId,
    report::{Documents, Findings, Pair, Totals},
    settings::{Keep, Level, PerLevel, Plan},
    source::{self, Files, Input, Item, Raw},
    span::WordRange,
    words,
};

/// Documents at hand that are made articles of at a time.
const AT_A_TIME: usize = 4096;

/// Reads the inputs and finds every repeat in them.
///
/// Cost: near-linear in the bytes of the corpus, which is held in memory with about 51 bytes for each word where
/// [`Run::memory`] has room for that, and else in files; where documents are compared as wholes only, some 300 bytes a document
/// and 1.5 bytes a word are held, and what can be read again is.
///
/// # Errors
///
/// What [`source::open`] refuses, and [`Error::TooMany`]. Input that cannot be read is a problem in the
/// findings, not an error.
pub fn scan(
    inputs: Vec<Input>,
    options: &source::Options,
    plan: &Plan,
    run: &Run<'_>,
) -> Result<Findings, Error> {
    if inputs.contains(&Input::Stdin) {
        only_over_files(run)?;
    }
    read::begin("reading", &[&inputs], options, run)?;
    let read = source::open_to_read_again(inputs, options)?;
    of_raws(read, options, plan, run)
}

/// Finds every repeat in items that are at hand: the same as of files that hold them, within the same limits.
///
/// # Errors
///
/// [`Error::TooMany`], and [`Error::Setting`] where a run over items cannot go on after it was stopped.
pub fn scan_items(
    items: impl Iterator<Item = Item> + Send,
    plan: &Plan,
    run: &Run<'_>,
) -> Result<Findings, Error> {
    only_over_files(run)?;
    run.progress.stage("reading", None);
    of_raws(source::raws(items), &source::Options::default(), plan, run)
}

/// Refuses to go on from what cannot be read a second time.
fn only_over_files(run: &Run<'_>) -> Result<(), Error> {
    let message = "only a run over files can go on after it was stopped".to_owned();
    run.resume.map_or(Ok(()), |_| Err(Error::Setting { name: "resume".to_owned(), message }))
}

fn of_raws(
    (raws, files): (impl Iterator<Item = Raw> + Send, Files),
    options: &source::Options,
    plan: &Plan,
    run: &Run<'_>,
) -> Result<Findings, Error> {
    let findings = in_pool(run.threads, || {
        if plan.level == (PerLevel { document: true, ..PerLevel::default() }) {
            wholes::find(raws, files, options, plan, run)
        } else {
            let name = || work::name_of(options, plan);
            let mut taken = Taken::new(plan, run);
            taken.work = run.resume.map(|folder| Work::open(folder, &name())).transpose()?;
            let space = taken.space();
            let problems = read::read(
                raws.take_while(|_| !space.is_blamed()),
                run,
                Vec::new,
                |articles: &mut Vec<Article>, record, _| articles.push(Article::new(record.document())),
                |more, seen| {
                    taken.chain = taken.chain.with(&seen.raws);
                    taken.take(more);
                },
            );
            taken.find(problems, run)
        }
    });
    run.progress.done();
    findings
}

/// Finds every repeat in documents that are at hand.
///
/// # Errors
///
/// [`Error::TooMany`], [`Error::Temporary`] where what [`Run::memory`] has no room for cannot be put into files, and
/// [`Error::Setting`] as [`scan_items`].
pub fn scan_documents(documents: Vec<Document>, plan: &Plan, run: &Run<'_>) -> Result<Findings, Error> {
    only_over_files(run)?;
    in_pool(run.threads, || {
        let mut taken = Taken::new(plan, run);
        let mut documents = documents.into_iter();
        while !documents.as_slice().is_empty() && !taken.space().is_blamed() {
            let some: Vec<Document> = documents.by_ref().take(AT_A_TIME).collect();
            taken.take(some.into_par_iter().map(Article::new).collect());
        }
        taken.find(Vec::new(), run)
    })
}

/// Runs `work` on a pool of so many threads.
pub(super) fn in_pool<T: Send>(
    threads: usize,
    work: impl FnOnce() -> Result<T, Error> + Send,
) -> Result<T, Error> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool =
        pool.map_err(|error| Error::Setting { name: "threads".to_owned(), message: error.to_string() })?;
    pool.install(work)
}

impl Texts for [Article] {
    type Hand<'t> = ();

    fn hand(&self) {}

    fn words<'h, 't: 'h>(&'t self, id: DocId, (): &'h mut ()) -> &'h [u64] {
        self.get(id.index()).map_or(&[], |article| &article.words.hashes)
    }
}

/// The document level of articles at hand.
fn whole_articles(
    articles: &[Article],
    plan: &Plan,
    run: &Run<'_>,
    rank: &Rank,
    kept: Kept<'_>,
) -> Result<units::LevelFound, Error> {
    let written = cards::of_articles(articles, plan, &cards::signer(plan)?);
    let mut cards = Cards::new(plan);
    written.iter().for_each(|more| cards.append(more));
    let room = Room::of(run);
    documents::level(&cards, articles, plan, &room, (run.progress, kept), |document, words| {
        rank.of(document, words)
    })
}

/// Articles at hand, and what is known of them.
#[derive(Debug, Default)]
pub(super) struct Corpus {
    pub(super) articles: Vec<Article>,
    /// What could not be read.
    pub(super) problems: Vec<Problem>,
    /// So many of the first were there before: what is found among them alone is not told.
    pub(super) n_known: usize,
    /// Of these, so many of the first are an archive's.
    pub(super) n_stored: usize,
    /// What keeps what is done, where a run may be stopped.
    pub(super) work: Option<Work>,
}

/// Walks from articles to findings.
pub(super) fn find(
    command: &'static str,
    corpus: Corpus,
    plan: &Plan,
    run: &Run<'_>,
) -> Result<Findings, Error> {
    let Corpus { articles, mut problems, n_known, n_stored, work } = corpus;
    let is_new = |document: DocId| n_known <= document.index();
    DocId::new(articles.len())?;
    let time = |document: usize| articles.get(document).and_then(|article| article.document.time);
    let rank = Rank::new(articles.len(), time, plan.keep);
    if matches!(plan.keep, Keep::Oldest | Keep::Newest) {
        let mut unread = Unread::default();
        for Article { document, .. } in &articles {
            unread.see(&document.path, document.record, document.date.as_deref(), document.time);
        }
        problems.extend(unread.problems());
    }
    let mut drafts: Vec<Draft> = Vec::new();
    let mut pairs: Vec<Pair> = Vec::new();
    for level in Level::UNITS.into_iter().filter(|level| *plan.level.get(*level)) {
        run.progress.stage(level.name(), None);
        let kept = Kept::of(work.as_ref(), level);
        let found = if level == Level::Document {
            whole_articles(&articles, plan, run, &rank, kept)?
        } else {
            let rank_of = |document, words| rank.of(document, words);
            units::level(&articles, level, plan, (run.progress, kept), rank_of)?
        };
        if 0 < found.cut {
            problems.push(cut_candidates(level, found.cut));
        }
        drafts.extend(found.drafts);
        pairs.extend(found.pairs.iter().filter_map(|pair| finish::pair(&articles[..], level, pair)));
    }
    if plan.level.passage {
        run.progress.stage(Level::Passage.name(), None);
        drafts.extend(passages::level(&articles, plan, (run, work.as_ref()), &rank, &mut problems)?);
    }
    run.progress.stage("families", None);
    let mut drafts = family::fold(drafts);
    drafts.retain(|draft| draft.places.iter().any(|place| is_new(place.document)));
    pairs.retain(|pair| is_new(pair.left.0) || is_new(pair.right.0));
    let families = finish::families(&articles[..], &drafts, &plan.class, |id| {
        articles.get(id.index()).map_or(0, |article| article.all().len())
    });
    let newcomers = articles.get(n_known..).unwrap_or_default();
    let totals = Totals {
        documents: newcomers.len() as u64,
        bytes: newcomers.iter().map(|article| article.document.text.len() as u64).sum(),
        words: newcomers.iter().map(|article| article.words.hashes.len() as u64).sum(),
    };
    let mut wanted = finish::occurring(&families, &pairs).into_iter().peekable();
    let mut documents = Documents::default();
    for (index, article) in articles.into_iter().enumerate() {
        if let Some(id) = wanted.next_if(|id| id.index() == index) {
            documents.push(id, article.document, count(article.words.hashes.len()));
        }
    }
    Ok(Findings {
        command,
        plan: *plan,
        totals,
        documents,
        families,
        pairs,
        problems,
        n_known: count(n_known),
        n_stored: count(n_stored),
        words_version: words::VERSION,
    })
}

/// A budget that ended before the work of a whole run did.
pub(super) fn over_budget(message: String) -> Problem {
    Problem { path: String::new(), record: None, line: None, kind: ProblemKind::Budget, message }
}

pub(super) fn cut_candidates(level: Level, times: u64) -> Problem {
    over_budget(format!(
        "{level}: {times} units met more partners in one place than are looked at; similar copies of very frequent texts may be missing"
    ))
}

/// The order in which places are kept.
pub(super) struct Rank {
    keep: Keep,
    /// For each document its place by date; empty where dates do not matter.
    by_date: Vec<u32>,
}

impl Rank {
    pub(super) fn new(documents: usize, time: impl Fn(usize) -> Option<i64>, keep: Keep) -> Self {
        let mut by_date = Vec::new();
        if matches!(keep, Keep::Oldest | Keep::Newest) {
            let mut order: Vec<usize> = (0..documents).collect();
            order.sort_by_key(|i| {
                let key = time(*i)
                    .map(|time| if keep == Keep::Newest { -i128::from(time) } else { i128::from(time) });
                (key.is_none(), key, *i)
            });
            by_date.resize(documents, 0);
            for (place, document) in (0..).zip(order) {
                if let Some(slot) = by_date.get_mut(document) {
                    *slot = place;
                }
            }
        }
        Self { keep, by_date }
    }

    pub(super) fn of(&self, document: DocId, words: WordRange) -> u64 {
        let (high, low) = match self.keep {
            Keep::First => (document.get(), words.start),
            Keep::Oldest | Keep::Newest => {
                (self.by_date.get(document.index()).copied().unwrap_or(u32::MAX), words.start)
            }
            Keep::Longest => (u32::MAX - words.len(), document.get()),
        };
        u64::from(high) << 32 | u64::from(low)
    }
}
