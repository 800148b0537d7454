//! Reading a corpus: one thread reads, a few batches ahead, while the pool parses and does what is done with
//! each document.

use std::sync::{
    atomic::{AtomicBool, Ordering},
    mpsc,
};

use rayon::prelude::*;

use super::{Article, Run};
use crate::{
    error::{Error, Problem},
    source::{self, Input, Place, Raw, Record},
};

/// So much is parsed by one thread at a time.
const PIECE_BYTES: usize = if cfg!(test) { 16 << 10 } else { 512 << 10 };
/// So many pieces are shared out at a time: enough to keep every core busy, little beside a corpus.
const BATCH_PIECES: usize = 16;
/// So many batches may wait.
const BATCHES_AHEAD: usize = 2;

/// What a piece of the input was, beside what was made of it.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) problems: Vec<Problem>,
    /// The digests of its blocks, where a run may have to go on.
    pub(super) raws: Vec<u64>,
}

/// Begins a stage of reading these inputs, told in bytes of files as they lie there.
pub(super) fn begin(
    stage: &'static str,
    inputs: &[&[Input]],
    options: &source::Options,
    run: &Run<'_>,
) -> Result<(), Error> {
    let mut total = Some(0);
    for inputs in inputs {
        let bytes = if run.progress.is_heard() { source::disk_bytes(inputs, options)? } else { None };
        total = total.zip(bytes).map(|(total, bytes)| total + bytes);
    }
    run.progress.stage(stage, total);
    Ok(())
}

/// Reads everything. Each piece of the input, in order, makes a `T` out of its documents; `done` gets these
/// in input order, whatever the number of threads. The problems come back.
pub(super) fn read<T: Send>(
    raws: impl Iterator<Item = Raw> + Send,
    run: &Run<'_>,
    new: impl Fn() -> T + Sync,
    take: impl Fn(&mut T, &Record<'_>, Option<Place>) + Sync,
    mut done: impl FnMut(T, &Seen),
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let parse = |raws: Vec<Raw>| {
        let (mut made, mut disk_bytes) = (new(), 0);
        let mut seen = Seen::default();
        for raw in raws {
            if run.resume.is_some() {
                seen.raws.push(raw.digest());
            }
            disk_bytes += raw.disk_bytes();
            raw.each(|record, place| match record {
                Ok(record) => take(&mut made, &record, place),
                Err(problem) => seen.problems.push(problem),
            });
        }
        run.progress.advance(disk_bytes);
        (made, seen)
    };
    std::thread::scope(|scope| {
        let (send, receive) = mpsc::sync_channel::<Vec<Vec<Raw>>>(BATCHES_AHEAD);
        scope.spawn(move || {
            let mut batch = Vec::new();
            for piece in pieces(raws) {
                batch.push(piece);
                // The other side is gone only when it panicked, and then nobody waits for more.
                if batch.len() == BATCH_PIECES && send.send(std::mem::take(&mut batch)).is_err() {
                    return;
                }
            }
            let _nobody_waits = send.send(batch);
        });
        for batch in receive {
            let parsed: Vec<(T, Seen)> = batch.into_par_iter().map(parse).collect();
            for (made, seen) in parsed {
                done(made, &seen);
                problems.extend(seen.problems);
            }
        }
    });
    problems
}

/// What articles take that a check compares, about: each, and each of its words. By far the most of it is taken while
/// paragraphs and sentences are compared.
const ARTICLE_BYTES: u64 = 640;
const WORD_BYTES: u64 = 51;

/// Reads everything into memory, for a check.
///
/// # Errors
///
/// [`Error::Setting`] where it will take more of it than the run may: nothing is begun that would not come to its end.
pub(super) fn held(
    raws: impl Iterator<Item = Raw> + Send,
    run: &Run<'_>,
) -> Result<(Vec<Article>, Vec<Problem>), Error> {
    let (mut articles, mut bytes) = (Vec::new(), 0);
    let is_full = AtomicBool::new(false);
    let problems = read(
        raws.take_while(|_| !is_full.load(Ordering::Relaxed)),
        run,
        Vec::new,
        |articles: &mut Vec<Article>, record, _| articles.push(Article::new(record.document())),
        |more, _| {
            let size = |Article { document, words, .. }: &Article| {
                ARTICLE_BYTES + document.text.len() as u64 + WORD_BYTES * words.hashes.len() as u64
            };
            bytes += more.iter().map(size).sum::<u64>();
            if 0 < run.memory && run.memory < bytes {
                is_full.store(true, Ordering::Relaxed);
                articles.clear();
            } else {
                articles.extend(more);
            }
        },
    );
    if !is_full.load(Ordering::Relaxed) {
        return Ok((articles, problems));
    }
    let message = format!(
        "a check holds what it compares, about {} MiB for what was read until now, and {} MiB are allowed: allow more, check \
         less at a time, keep the others in an archive (`twicetold index`), or scan, which keeps to any limit",
        bytes >> 20,
        run.memory >> 20
    );
    Err(Error::Setting { name: "memory-limit".to_owned(), message })
}

/// Puts small raws together.
fn pieces(mut raws: impl Iterator<Item = Raw>) -> impl Iterator<Item = Vec<Raw>> {
    std::iter::from_fn(move || {
        let mut piece = Vec::new();
        let mut bytes = 0;
        while bytes < PIECE_BYTES {
            let Some(raw) = raws.next() else { break };
            bytes += raw.bytes().max(1);
            piece.push(raw);
        }
        (!piece.is_empty()).then_some(piece)
    })
}
