//! The reference: the rule of words as it is written down, for one chunk, by way of the libraries.
//!
//! Slow and plain. The fast path hands it every chunk it does not understand wholly, and the
//! tests hold the fast path to it.

use unicode_segmentation::UnicodeSegmentation;

use super::{
    address,
    chars::{is_compound, is_mark, is_spaceless, is_word},
    normal::{self, Piece},
};
use crate::span::Span;

/// Memory that is used again from chunk to chunk.
#[derive(Default)]
pub(super) struct Scratch {
    pieces: Vec<Piece>,
    string: String,
}

/// Hands every word of `chunk`, which starts at byte `base`, to `emit`: the word, its source
/// bytes, and whether it is a character of a script without spaces.
pub(super) fn chunk(chunk: &str, base: u32, scratch: &mut Scratch, emit: &mut impl FnMut(&str, Span, bool)) {
    let Scratch { pieces, string } = scratch;
    normal::normalise(chunk, base, pieces);
    let mut rest: &[Piece] = pieces;
    let mut at = 0;
    while let Some(piece) = rest.get(at) {
        if !address::is_address(piece.c) {
            at += 1;
            continue;
        }
        let tail = rest.get(at..).unwrap_or(&[]);
        let len = tail.iter().take_while(|p| address::is_address(p.c)).count();
        let run = tail.get(..len).unwrap_or(&[]);
        let core = run.get(address::core(run)).unwrap_or(&[]);
        if address::is_one_word(core) {
            prose(rest.get(..at).unwrap_or(&[]), string, emit);
            word(core, false, string, emit);
            rest = tail.get(len..).unwrap_or(&[]);
            at = 0;
        } else {
            at += len;
        }
    }
    prose(rest, string, emit);
}

/// What stands between addresses: single characters of scripts without spaces, and runs of others.
fn prose(mut pieces: &[Piece], string: &mut String, emit: &mut impl FnMut(&str, Span, bool)) {
    let is_single = |p: &Piece| (is_spaceless(p.c) && is_word(p.c)) || is_compound(p.c);
    while !pieces.is_empty() {
        let n_run = pieces.iter().position(is_single).unwrap_or(pieces.len());
        let (run, tail) = pieces.split_at(n_run);
        boundaries(run, string, emit);
        let Some((first, after)) = tail.split_first() else { return };
        let n_marks = after.iter().take_while(|p| is_mark(p.c)).count();
        let (token, tail) = tail.split_at(1 + n_marks);
        word(token, is_spaceless(first.c), string, emit);
        pieces = tail;
    }
}

/// UAX #29 between white space and single characters; pieces are trimmed to their words.
fn boundaries(run: &[Piece], string: &mut String, emit: &mut impl FnMut(&str, Span, bool)) {
    if !run.iter().any(|p| is_word(p.c)) {
        return;
    }
    let all: String = run.iter().map(|p| p.c).collect();
    let mut rest = run;
    for bound in all.split_word_bounds() {
        let (piece, tail) = rest.split_at(bound.chars().count().min(rest.len()));
        rest = tail;
        let mut from = 0;
        for at in (0..piece.len()).filter(|at| parts(piece, *at)) {
            core(piece.get(from..at), string, emit);
            from = at + 1;
        }
        core(piece.get(from..), string, emit);
    }
}

/// Whether the mark at `at`, which UAX #29 keeps inside a word, parts it after all: a colon does, and a
/// full stop beside a letter that is not alone (`interests.The`, but not `U.S`).
fn parts(piece: &[Piece], at: usize) -> bool {
    let c = |at: Option<usize>| at.and_then(|at| piece.get(at)).map(|p| p.c);
    let (before, after) = (c(at.checked_sub(1)), c(Some(at + 1)));
    let letters = [before, after].iter().all(|c| c.is_some_and(|c| !c.is_numeric()));
    let goes_on = |c: Option<char>| c.is_some_and(|c| is_word(c) || is_mark(c) || c == '_');
    match c(Some(at)) {
        Some(':') => letters,
        Some('.') => letters && (goes_on(c(at.checked_sub(2))) || goes_on(c(Some(at + 2)))),
        _ => false,
    }
}

/// A piece as a word, from its first letter or number to its last.
fn core(piece: Option<&[Piece]>, string: &mut String, emit: &mut impl FnMut(&str, Span, bool)) {
    let piece = piece.unwrap_or(&[]);
    word(piece.get(address::core(piece)).unwrap_or(&[]), false, string, emit);
}

fn word(pieces: &[Piece], spaceless: bool, string: &mut String, emit: &mut impl FnMut(&str, Span, bool)) {
    let Some(start) = pieces.iter().map(|p| p.start).min() else { return };
    let end = pieces.iter().map(|p| p.end).max().unwrap_or(start);
    string.clear();
    string.extend(pieces.iter().map(|p| p.c));
    emit(string, Span::new(start, end), spaceless);
}
