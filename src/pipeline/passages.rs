//! The level of passages: from articles to families in words.

use rayon::prelude::*;

use super::{
    Article, Run,
    article::count,
    finish::Library,
    room::Room,
    scan::{Rank, over_budget},
    work::{Searching, Work},
};
use crate::{
    error::{Error, Problem, ProblemKind},
    family::{self, Draft},
    id::DocId,
    passage::{self, Copies, Library as Texts, Searched, Shelf, Stored, Text},
    settings::Plan,
    span::WordRange,
};

/// The families of passages of articles at hand. What is to be told of the work goes to `problems`.
pub(super) fn level(
    articles: &[Article],
    plan: &Plan,
    (run, work): (&Run<'_>, Option<&Work>),
    rank: &Rank,
    problems: &mut Vec<Problem>,
) -> Result<Vec<Draft>, Error> {
    let texts: Vec<Text<'_>> = articles.par_iter().map(|article| article.text_for(&plan.passage)).collect();
    let copies = Copies::find(texts.as_slice(), |id| whole_rank(texts.as_slice(), rank, id))?;
    let texts = copies.searched(&texts);
    let room = Room::of(run);
    let words: usize = texts.iter().map(|text| text.words.len()).sum();
    let mut searching = work.map(Searching::of);
    let shelf = searching.as_mut().map(|shelf| shelf as &mut dyn Shelf);
    let found = if room.has(words.saturating_mul(passage::BYTES_A_WORD)) {
        let begin = |pairs| run.progress.stage("passage pairs", Some(pairs));
        passage::find_telling(&texts, &plan.passage, begin, |n| run.progress.advance(n), shelf)?
    } else {
        passage::find_in(texts.as_slice(), &plan.passage, &room.space, room.part(), shelf)?
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
    let whole = copies.whole(texts, &plan.passage)?;
    let grouped = family::passages(&found.pairs, texts, (copies, &whole), &plan.passage, rank_of)?;
    if grouped.cut {
        problems.push(cut_grouping());
    }
    Ok(grouped.drafts)
}

/// The families of passages of articles in files.
pub(super) fn filed(
    texts: &Stored,
    documents: &(impl Library + ?Sized),
    plan: &Plan,
    (room, work): (&Room, Option<&Work>),
    rank: &Rank,
    problems: &mut Vec<Problem>,
) -> Result<Vec<Draft>, Error> {
    let copies = Copies::find(texts, |id| whole_rank(texts, rank, id))?;
    let searched = Searched { library: texts, copies: &copies };
    let mut searching = work.map(Searching::of);
    let shelf = searching.as_mut().map(|shelf| shelf as &mut dyn Shelf);
    let found = passage::find_in(&searched, &plan.passage, &room.space, room.part(), shelf)?;
    group(&found, &searched, &copies, documents, plan, rank, problems)
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
