//! `scan`: one corpus, every repeat within and between its documents.

use std::sync::mpsc;

use rayon::prelude::*;

use super::{Article, Run, article::count, finish, units};
use crate::{
    document::Document,
    error::{Error, Problem, ProblemKind},
    family::{self, Draft},
    id::DocId,
    passage::{self, Text},
    report::{Findings, Pair},
    settings::{Keep, Level, PerLevel, Plan},
    source::{self, Input, Item},
    span::WordRange,
};

/// So much text is segmented at a time: enough to keep every core busy, little beside a corpus.
const BATCH_BYTES: usize = 4 << 20;
/// So many batches may wait to be segmented.
const BATCHES_AHEAD: usize = 2;

/// Reads the inputs and finds every repeat in them.
///
/// Cost: near-linear in the bytes of the corpus, which is held in memory with 16 bytes for each word.
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
    let items = source::open(inputs, options)?;
    in_pool(run.threads, || {
        run.progress.stage("reading", None);
        let corpus = read(items, plan, run);
        let findings = find("scan", corpus.articles, corpus.problems, plan, run);
        run.progress.done();
        findings
    })
}

/// Finds every repeat in documents that are at hand.
///
/// # Errors
///
/// [`Error::TooMany`].
pub fn scan_documents(documents: Vec<Document>, plan: &Plan, run: &Run<'_>) -> Result<Findings, Error> {
    in_pool(run.threads, || {
        let articles = documents.into_par_iter().map(Article::new).collect();
        find("scan", articles, Vec::new(), plan, run)
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

#[derive(Default)]
struct Corpus {
    articles: Vec<Article>,
    problems: Vec<Problem>,
}

/// Reads the items on a thread of its own, a few batches ahead, while the pool reads their words. Batches
/// come back in order, so the corpus is the same for any number of threads.
fn read(items: impl Iterator<Item = Item> + Send, plan: &Plan, run: &Run<'_>) -> Corpus {
    let mut corpus = Corpus::default();
    let whole_only = plan.level == PerLevel { document: true, ..PerLevel::default() };
    let article = if whole_only { Article::unsegmented } else { Article::new };
    std::thread::scope(|scope| {
        let (send, receive) = mpsc::sync_channel::<Vec<Item>>(BATCHES_AHEAD);
        scope.spawn(move || {
            let mut batch = Vec::new();
            let mut bytes = 0;
            for item in items {
                bytes += if let Item::Document(document) = &item { document.text.len() } else { 0 };
                batch.push(item);
                if BATCH_BYTES <= bytes {
                    bytes = 0;
                    // The other side is gone only when it panicked, and then nobody waits for more.
                    if send.send(std::mem::take(&mut batch)).is_err() {
                        return;
                    }
                }
            }
            let _nobody_waits = send.send(batch);
        });
        for batch in receive {
            let mut documents = Vec::with_capacity(batch.len());
            for item in batch {
                match item {
                    Item::Document(document) => documents.push(document),
                    Item::Problem(problem) => corpus.problems.push(problem),
                }
            }
            run.progress.advance(documents.len() as u64);
            corpus.articles.par_extend(documents.into_par_iter().map(article));
        }
    });
    corpus
}

/// Walks from articles to findings.
pub(super) fn find(
    command: &'static str,
    articles: Vec<Article>,
    mut problems: Vec<Problem>,
    plan: &Plan,
    run: &Run<'_>,
) -> Result<Findings, Error> {
    DocId::new(articles.len())?;
    let rank = Rank::new(&articles, plan.keep);
    let mut drafts: Vec<Draft> = Vec::new();
    let mut pairs: Vec<Pair> = Vec::new();
    for level in Level::UNITS.into_iter().filter(|level| *plan.level.get(*level)) {
        run.progress.stage(level.name(), None);
        let found = units::level(&articles, level, plan, |document, words| rank.of(document, words))?;
        if 0 < found.cut {
            problems.push(cut_candidates(level, found.cut));
        }
        drafts.extend(found.drafts);
        pairs.extend(found.pairs.iter().filter_map(|pair| finish::pair(&articles, level, pair)));
    }
    if plan.level.passage {
        run.progress.stage(Level::Passage.name(), None);
        let texts: Vec<Text<'_>> =
            articles.par_iter().map(|article| article.text_for(&plan.passage)).collect();
        let found = passage::find(&texts, &plan.passage)?;
        problems.extend(found.cut.iter().map(|pair| cut_alignment(&articles, *pair)));
        let grouped =
            family::passages(&found.pairs, &texts, &plan.passage, |document, words| rank.of(document, words));
        if grouped.cut {
            problems.push(cut_grouping());
        }
        drafts.extend(grouped.drafts);
    }
    run.progress.stage("families", None);
    let drafts = family::fold(drafts);
    let duplicated_words = finish::duplicated_words(&articles, &drafts);
    let families = finish::families(&articles, &drafts);
    let document_words = articles.iter().map(|article| count(article.words.hashes.len())).collect();
    let documents = articles.into_iter().map(|article| article.document).collect();
    Ok(Findings {
        command,
        plan: *plan,
        documents,
        document_words,
        families,
        pairs,
        problems,
        duplicated_words,
        words_version: crate::words::VERSION,
    })
}

fn cut_candidates(level: Level, times: u64) -> Problem {
    Problem {
        path: String::new(),
        record: None,
        line: None,
        kind: ProblemKind::Budget,
        message: format!(
            "{level}: {times} units met more partners in one place than are looked at; similar copies of very frequent texts may be missing"
        ),
    }
}

fn cut_grouping() -> Problem {
    Problem {
        path: String::new(),
        record: None,
        line: None,
        kind: ProblemKind::Budget,
        message: "passage: aligning places with their keepers took too many steps; places of edited passages may be missing"
            .to_owned(),
    }
}

fn cut_alignment(articles: &[Article], (left, right): (DocId, DocId)) -> Problem {
    let name = |id: DocId| articles.get(id.index()).map_or("", |article| article.document.name.as_str());
    let document = articles.get(left.index()).map(|article| &article.document);
    Problem {
        path: document.map_or_else(String::new, |document| document.path.clone()),
        record: document.and_then(|document| document.record),
        line: None,
        kind: ProblemKind::Budget,
        message: format!(
            "aligning {} with {} took too many steps; exact passages are complete, edited ones may be missing",
            name(left),
            name(right)
        ),
    }
}

/// The order in which places are kept.
struct Rank<'a> {
    articles: &'a [Article],
    keep: Keep,
    /// For each document its place by date; empty where dates do not matter.
    by_date: Vec<u32>,
}

impl<'a> Rank<'a> {
    fn new(articles: &'a [Article], keep: Keep) -> Self {
        let mut by_date = Vec::new();
        if matches!(keep, Keep::Oldest | Keep::Newest) {
            let mut order: Vec<usize> = (0..articles.len()).collect();
            order.sort_by_key(|i| {
                let time = articles.get(*i).and_then(|article| article.document.time);
                let key =
                    time.map(|time| if keep == Keep::Newest { -i128::from(time) } else { i128::from(time) });
                (key.is_none(), key, *i)
            });
            by_date.resize(articles.len(), 0);
            for (place, document) in (0..).zip(order) {
                if let Some(slot) = by_date.get_mut(document) {
                    *slot = place;
                }
            }
        }
        Self { articles, keep, by_date }
    }

    fn of(&self, document: DocId, words: WordRange) -> u64 {
        debug_assert!(document.index() < self.articles.len());
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
