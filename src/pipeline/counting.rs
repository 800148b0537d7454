//! Counting candidates in pieces, so that whoever waits is told how many are done.

use super::Progress;
use crate::{candidate::Candidate, settings::Level, verify::Match};

/// So many pairs are shared out among the threads at a time: some milliseconds of work, beside which telling of it is nothing.
const PIECE: usize = 1 << 16;

/// Begins the stage that counts so many candidates of a level.
pub(super) fn begin(level: Level, candidates: usize, progress: &dyn Progress) {
    let stage = match level {
        Level::Document => "document pairs",
        Level::Paragraph => "paragraph pairs",
        Level::Sentence => "sentence pairs",
        Level::Passage => "passage pairs",
    };
    progress.stage(stage, Some(candidates as u64));
}

/// Counts candidates; the matches come in their order.
pub(super) fn counted(
    candidates: &[Candidate],
    progress: &dyn Progress,
    count: impl Fn(&[Candidate]) -> Vec<Match>,
) -> Vec<Match> {
    let mut matches = Vec::new();
    for piece in candidates.chunks(PIECE) {
        let more = count(piece);
        // The first piece is all there is, but for large corpora: it need not be copied.
        match matches.as_slice() {
            [] => matches = more,
            _ => matches.extend(more),
        }
        progress.advance(piece.len() as u64);
    }
    matches
}
