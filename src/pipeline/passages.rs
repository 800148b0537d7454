//! The level of passages: from articles to families in words; and a scan for passages alone, whose articles leave memory where they
//! are more than it holds.

use std::mem;

use rayon::prelude::*;

use super::{
    Article, Run,
    article::count,
    dated::Unread,
    finish::{self, Library},
    read,
    room::Room,
    scan::{self, Corpus, Rank, over_budget},
};
use crate::{
    error::{Error, Problem, ProblemKind},
    family::{self, Draft},
    id::DocId,
    passage::{self, Copies, Library as Texts, Searched, Stored, Text},
    report::{Documents, Findings, Totals},
    settings::{Keep, Level, Plan},
    source::Raw,
    span::WordRange,
    words,
};

/// What an article takes beside its text and its words, about.
const BESIDE: usize = 640;
/// What a word takes in an article: its hash and its bytes.
const WORD: usize = 16;

/// The families of passages of articles at hand. What is to be told of the work goes to `problems`.
pub(super) fn level(
    articles: &[Article],
    plan: &Plan,
    run: &Run<'_>,
    rank: &Rank,
    problems: &mut Vec<Problem>,
) -> Result<Vec<Draft>, Error> {
    let texts: Vec<Text<'_>> = articles.par_iter().map(|article| article.text_for(&plan.passage)).collect();
    let copies = Copies::find(texts.as_slice(), |id| whole_rank(texts.as_slice(), rank, id))?;
    let texts = copies.searched(&texts);
    let room = Room::of(run);
    let words: usize = texts.iter().map(|text| text.words.len()).sum();
    let found = if room.has(words.saturating_mul(passage::BYTES_A_WORD)) {
        let begin = |pairs| run.progress.stage("passage pairs", Some(pairs));
        passage::find_telling(&texts, &plan.passage, begin, |n| run.progress.advance(n))?
    } else {
        passage::find_in(texts.as_slice(), &plan.passage, &room.space, room.part())?
    };
    group(&found, texts.as_slice(), &copies, articles, plan, rank, problems)
}

/// Of equal documents the one whose words come first stands for the others.
fn whole_rank<L: Texts + ?Sized>(texts: &L, rank: &Rank, id: DocId) -> u64 {
    rank.of(id, WordRange { start: 0, end: count(texts.n_words(id)) })
}

fn group<L: Texts + ?Sized>(
    found: &passage::Found,
    texts: &L,
    copies: &Copies,
    documents: &(impl Library + ?Sized),
    plan: &Plan,
    rank: &Rank,
    problems: &mut Vec<Problem>,
) -> Result<Vec<Draft>, Error> {
    problems.extend(found.cut.iter().map(|pair| cut_alignment(documents, *pair)));
    problems.extend(found.crowded.iter().map(|pair| cut_runs(documents, *pair)));
    if 0 < found.plain {
        problems.push(cut_plain(found.plain));
    }
    let rank_of = |document, words| rank.of(document, words);
    let grouped = family::passages(&found.pairs, texts, copies, &plan.passage, rank_of)?;
    if grouped.cut {
        problems.push(cut_grouping());
    }
    Ok(grouped.drafts)
}

/// Scans for passages alone. Articles are held as long as there is room for them, then go to files.
pub(super) fn alone(
    raws: impl Iterator<Item = Raw> + Send,
    plan: &Plan,
    run: &Run<'_>,
) -> Result<Findings, Error> {
    let room = Room::of(run);
    let mut articles: Vec<Article> = Vec::new();
    let mut bytes = 0;
    let mut filed: Option<Filed> = None;
    let problems = read::read(
        raws,
        run,
        Vec::new,
        |articles: &mut Vec<Article>, record, _| articles.push(Article::new(record.document())),
        |more, _| {
            if let Some(filed) = &mut filed {
                filed.put(more, plan, &room);
                return;
            }
            bytes += more.iter().map(size).sum::<usize>();
            articles.extend(more);
            if !room.has(bytes) {
                filed.insert(Filed::new(&room)).put(mem::take(&mut articles), plan, &room);
            }
        },
    );
    match filed {
        None => scan::find("scan", Corpus { articles, problems, ..Corpus::default() }, plan, run),
        Some(filed) => filed.find(problems, plan, run, &room),
    }
}

/// Bytes of memory that an article takes, about.
fn size(article: &Article) -> usize {
    BESIDE + article.document.text.len() + WORD * article.words.hashes.len()
}

/// Articles in files: their words by themselves, and the documents, whose words are read again for those in a finding.
struct Filed {
    texts: Stored,
    documents: Documents,
    times: Vec<Option<i64>>,
    unread: Unread,
    bytes: u64,
    words: u64,
}

impl Filed {
    fn new(room: &Room) -> Self {
        Self {
            texts: Stored::new(&room.space),
            documents: Documents::default(),
            times: Vec::new(),
            unread: Unread::default(),
            bytes: 0,
            words: 0,
        }
    }

    /// Puts articles behind the others. What goes wrong is blamed on the space.
    fn put(&mut self, articles: Vec<Article>, plan: &Plan, room: &Room) {
        // Stems are made on all threads, where they are asked for.
        articles.par_iter().for_each(|article| _ = article.text_for(&plan.passage));
        for article in articles {
            let id = match DocId::new(self.times.len()) {
                Ok(id) => id,
                Err(error) => return room.space.blame(error),
            };
            if let Err(error) = self.texts.push(&article.text_for(&plan.passage)) {
                return room.space.blame(error);
            }
            let Article { document, words, .. } = article;
            self.unread.see(&document.path, document.record, document.date.as_deref(), document.time);
            self.times.push(document.time);
            self.bytes += document.text.len() as u64;
            self.words += words.hashes.len() as u64;
            self.documents.push(id, document, count(words.hashes.len()));
        }
        self.documents.bound(room.part(), &room.space);
    }

    /// Walks from articles to findings, as [`scan::find`] does.
    fn find(
        mut self,
        mut problems: Vec<Problem>,
        plan: &Plan,
        run: &Run<'_>,
        room: &Room,
    ) -> Result<Findings, Error> {
        self.texts.flush()?;
        self.documents.finish()?;
        room.space.check()?;
        let Self { texts, documents: all, times, unread, bytes, words } = self;
        let rank = Rank::new(times.len(), |document| times.get(document).copied().flatten(), plan.keep);
        let totals = Totals { documents: times.len() as u64, bytes, words };
        drop(times);
        if matches!(plan.keep, Keep::Oldest | Keep::Newest) {
            problems.extend(unread.problems());
        }
        run.progress.stage(Level::Passage.name(), None);
        let copies = Copies::find(&texts, |id| whole_rank(&texts, &rank, id))?;
        let searched = Searched { library: &texts, copies: &copies };
        let found = passage::find_in(&searched, &plan.passage, &room.space, room.part())?;
        let drafts = group(&found, &searched, &copies, &all, plan, &rank, &mut problems)?;
        drop(found);
        run.progress.stage("families", None);
        let drafts = family::fold(drafts);
        let families = finish::families(&all, &drafts, &plan.class, |id| count(texts.n_words(id)));
        let mut documents = Documents::default();
        for id in finish::occurring(&families, &[]) {
            if let Some(document) = all.get(id) {
                documents.push(id, document.into_owned(), count(texts.n_words(id)));
                documents.bound(room.part(), &room.space);
            }
        }
        documents.finish()?;
        room.space.check()?;
        Ok(Findings {
            command: "scan",
            plan: *plan,
            totals,
            documents,
            families,
            pairs: Vec::new(),
            problems,
            n_known: 0,
            n_stored: 0,
            words_version: words::VERSION,
        })
    }
}

fn cut_grouping() -> Problem {
    over_budget("passage: aligning places with their keepers took too many steps; places of edited passages may be missing"
            .to_owned())
}

fn cut_plain(places: u64) -> Problem {
    over_budget(format!(
        "passage: text over a handful of words stands in too many places to be followed ({places}); repeats of it of less than 32 words may be missing"
    ))
}

fn cut_alignment(documents: &(impl Library + ?Sized), pair: (DocId, DocId)) -> Problem {
    cut_pair(documents, pair, |left, right| {
        format!(
            "aligning {left} with {right} took too many steps; exact passages are complete, edited ones may be missing"
        )
    })
}

fn cut_runs(documents: &(impl Library + ?Sized), pair: (DocId, DocId)) -> Problem {
    cut_pair(documents, pair, |left, right| {
        format!("{left} and {right} share more passages than are followed; the shortest are missing")
    })
}

fn cut_pair(
    documents: &(impl Library + ?Sized),
    (left, right): (DocId, DocId),
    message: impl Fn(&str, &str) -> String,
) -> Problem {
    let (left, right) = (documents.document(left), documents.document(right));
    let name = |document: &Option<_>| {
        document.as_deref().map_or_else(String::new, |document: &crate::Document| document.name.clone())
    };
    Problem {
        path: left.as_ref().map_or_else(String::new, |document| document.path.clone()),
        record: left.as_ref().and_then(|document| document.record),
        line: None,
        kind: ProblemKind::Budget,
        message: message(&name(&left), &name(&right)),
    }
}
