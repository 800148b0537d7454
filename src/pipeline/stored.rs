//! Documents into an archive, and incoming ones against it.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::{
    Article, Run, read,
    scan::{self, Corpus, in_pool},
    withheld,
};
use crate::{
    archive::{Added, Archive, Near, Prepared, Preparer, Stored, StoredId},
    document::Document,
    error::{Error, Problem, ProblemKind},
    report::Findings,
    settings::Plan,
    source::{self, Input, Item, Raw},
    words,
};

/// The setting that asks for stems.
const STEMS: &str = "passage.stems";

/// Reads the inputs and adds their documents to an archive, in one change.
///
/// Cost: near-linear; memory 128 MiB and the documents under way.
///
/// # Errors
///
/// What [`source::open`] refuses, and [`Error::Archive`]; nothing is added then. What could not be read is a problem.
pub fn add(
    archive: &mut Archive,
    inputs: Vec<Input>,
    options: &source::Options,
    run: &Run<'_>,
) -> Result<(Added, Vec<Problem>), Error> {
    read::begin("adding", &[&inputs], options, run)?;
    let (raws, _) = source::open_to_read_again(inputs, options)?;
    add_raws(archive, raws, run)
}

/// Adds items that are at hand, in one change.
///
/// # Errors
///
/// [`Error::Archive`]; nothing is added then.
pub fn add_items(
    archive: &mut Archive,
    items: impl Iterator<Item = Item> + Send,
    run: &Run<'_>,
) -> Result<(Added, Vec<Problem>), Error> {
    run.progress.stage("adding", None);
    add_raws(archive, source::raws(items).0, run)
}

fn add_raws(
    archive: &mut Archive,
    raws: impl Iterator<Item = Raw> + Send,
    run: &Run<'_>,
) -> Result<(Added, Vec<Problem>), Error> {
    let kept = Kept::by(archive);
    in_pool(run.threads, || {
        let mut problems = Vec::new();
        let added = archive.add(|adder| {
            let mut failed = None;
            problems = read::read(
                raws,
                run,
                || (Preparer::new(), Vec::new()),
                |(preparer, made): &mut (Result<Preparer, Error>, Vec<Result<Prepared, Error>>),
                 record,
                 _| {
                    if let Ok(preparer) = preparer {
                        made.push(kept.prepare(preparer, record.document()));
                    }
                },
                |(preparer, made), _| {
                    let put = || {
                        preparer?;
                        made.into_iter().try_for_each(|prepared| adder.put(&prepared?))
                    };
                    if failed.is_none() {
                        failed = put().err();
                    }
                },
            );
            failed.map_or(Ok(()), Err)
        });
        run.progress.done();
        Ok((added?, problems))
    })
}

/// Adds documents that are at hand, in one change.
///
/// # Errors
///
/// [`Error::Archive`]; nothing is added then.
pub fn add_documents<'d>(
    archive: &mut Archive,
    documents: impl Iterator<Item = &'d Document>,
) -> Result<Added, Error> {
    let (mut preparer, kept) = (Preparer::new()?, Kept::by(archive));
    archive.add(|adder| {
        for document in documents {
            adder.put(&kept.prepare(&mut preparer, document.clone())?)?;
        }
        Ok(())
    })
}

/// What an archive keeps of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kept {
    Text,
    /// What was read of it; its stems too, where the archive's settings look at stems, which cannot be made without the text.
    Reading {
        stems: bool,
    },
}

impl Kept {
    fn by(archive: &Archive) -> Self {
        let stems = || archive.settings().iter().any(|(name, value)| name == STEMS && value == "true");
        if archive.keeps_texts() { Self::Text } else { Self::Reading { stems: stems() } }
    }

    fn prepare(self, preparer: &mut Preparer, document: Document) -> Result<Prepared, Error> {
        match self {
            Self::Text => {
                let words = words::words(&document.text, document.layout.gaps());
                preparer.prepare(document, &words.hashes)
            }
            Self::Reading { stems } => {
                let reading = withheld::reading(&document, stems);
                preparer.prepare_without_text(document, &reading)
            }
        }
    }
}

/// Reads all of an archive and compares it with its checksums, and with the words of its documents, where it keeps their texts.
///
/// # Errors
///
/// [`Error::Archive`] with the first thing that is not sound.
pub fn verify(archive: &Archive) -> Result<(), Error> {
    archive.verify(|document| words::words(&document.text, document.layout.gaps()).hashes)
}

/// What incoming documents are compared with, beside each other.
#[derive(Debug, Default)]
pub struct Against<'a> {
    /// An archive.
    pub archive: Option<&'a Archive>,
    /// More inputs, read anew.
    pub inputs: Vec<Input>,
}

/// What came of a check.
#[derive(Debug)]
pub struct Checked {
    /// The findings in which an incoming document occurs.
    pub findings: Findings,
    /// The incoming documents, in input order; in the findings they follow those that were known.
    pub incoming: Vec<Document>,
}

/// Reads incoming documents and finds what they repeat: of each other, and of what they are checked against.
///
/// Of an archive, the documents that share a window of words with an incoming one are compared as a scan would compare them
/// ([`Archive::near`] says which). Time and memory grow with the incoming documents and with what is near them,
/// not with the archive.
///
/// # Errors
///
/// What [`source::open`] refuses, [`Error::Archive`], and [`Error::TooMany`].
pub fn check(
    inputs: Vec<Input>,
    against: Against<'_>,
    options: &source::Options,
    plan: &Plan,
    run: &Run<'_>,
) -> Result<Checked, Error> {
    // What comes in is not compared with itself, though it may lie where the others do.
    let mut beside = options.clone();
    beside.exclude.extend(inputs.iter().filter_map(|input| match input {
        Input::Path(path) => Some(path.clone()),
        Input::Stdin => None,
    }));
    read::begin("reading", &[&inputs, &against.inputs], options, run)?;
    let incoming = source::open_to_read_again(inputs, options)?.0;
    let others = source::open_to_read_again(against.inputs, &beside)?.0;
    check_raws(incoming, others, against.archive, plan, run)
}

/// The same of incoming items that are at hand.
///
/// # Errors
///
/// As [`check`].
pub fn check_items(
    items: impl Iterator<Item = Item> + Send,
    against: Against<'_>,
    options: &source::Options,
    plan: &Plan,
    run: &Run<'_>,
) -> Result<Checked, Error> {
    run.progress.stage("reading", None);
    let others = source::open_to_read_again(against.inputs, options)?.0;
    check_raws(source::raws(items).0, others, against.archive, plan, run)
}

fn check_raws(
    incoming: impl Iterator<Item = Raw> + Send,
    others: impl Iterator<Item = Raw> + Send,
    archive: Option<&Archive>,
    plan: &Plan,
    run: &Run<'_>,
) -> Result<Checked, Error> {
    let (newcomers, mut problems) = in_pool(run.threads, || read::held(incoming, run))?;
    let (known, more) = in_pool(run.threads, || read::held(others, run))?;
    problems.extend(more);
    run.progress.stage("looking up", None);
    let mut look_up = |archive: &Archive| stored_near(archive, &newcomers, &mut problems);
    let stored = archive.map(|archive| archive.at_one_state(&mut look_up)).transpose()?;
    let stored = stored.unwrap_or_default();
    let documents: Vec<Document> = newcomers.iter().map(|article| article.document.clone()).collect();
    let findings = in_pool(run.threads, || {
        let n_stored = stored.len();
        let mut articles: Vec<Article> = stored.into_par_iter().map(withheld::article).collect();
        articles.extend(known);
        let n_known = articles.len();
        articles.extend(newcomers);
        let corpus = Corpus { articles, problems, n_known, n_stored, work: None };
        let findings = scan::find("check", corpus, plan, run);
        run.progress.done();
        findings
    })?;
    Ok(Checked { findings, incoming: documents })
}

/// The documents of an archive that are worth comparing with any of these, in the order they were added.
fn stored_near(
    archive: &Archive,
    newcomers: &[Article],
    problems: &mut Vec<Problem>,
) -> Result<Vec<Stored>, Error> {
    let texts: Vec<&[u64]> = newcomers.iter().map(|article| article.words.hashes.as_slice()).collect();
    let near: Vec<Near> = archive.near(&texts)?;
    for (near, article) in near.iter().zip(newcomers) {
        if near.cut {
            problems.push(Problem {
                path: article.document.path.clone(),
                record: article.document.record,
                line: None,
                kind: ProblemKind::Frequent,
                message: "it shares text with more documents of the archive than are compared; those that share the most are"
                    .to_owned(),
            });
        }
    }
    let ids: BTreeSet<StoredId> = near.iter().flat_map(|near| near.documents.iter().copied()).collect();
    let mut documents = Vec::with_capacity(ids.len());
    for id in ids {
        documents.extend(archive.document(id)?);
    }
    Ok(documents)
}
