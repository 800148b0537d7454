//! Reading a corpus: one thread reads, a few batches ahead, while the pool parses and does what is done with
//! each document.

use std::sync::mpsc;

use rayon::prelude::*;

use super::Run;
use crate::{
    error::{Error, Problem},
    source::{self, Input, Place, Raw, Record},
};

/// So much is parsed by one thread at a time.
const PIECE_BYTES: usize = 512 << 10;
/// So many pieces are shared out at a time: enough to keep every core busy, little beside a corpus.
const BATCH_PIECES: usize = 16;
/// So many batches may wait.
const BATCHES_AHEAD: usize = 2;

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
    mut done: impl FnMut(T),
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let parse = |raws: Vec<Raw>| {
        let (mut made, mut problems, mut disk_bytes) = (new(), Vec::new(), 0);
        for raw in raws {
            disk_bytes += raw.disk_bytes();
            raw.each(|record, place| match record {
                Ok(record) => take(&mut made, &record, place),
                Err(problem) => problems.push(problem),
            });
        }
        run.progress.advance(disk_bytes);
        (made, problems)
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
            let parsed: Vec<(T, Vec<Problem>)> = batch.into_par_iter().map(parse).collect();
            for (made, more) in parsed {
                problems.extend(more);
                done(made);
            }
        }
    });
    problems
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
