//! Lookup: the words of incoming documents go in, the stored documents worth comparing with come out.
//!
//! # The idea
//!
//! A document stands in the runs under the hash of every window of [`WINDOW`] words. Two texts that share a passage share such
//! a window, but for heavily edited ones, and rarely share a rare window by chance. The windows
//! of all incoming documents are sorted and each run is walked once. A stored document is worth comparing when it shares two
//! windows with an incoming one, or one that stands in at most [`RARE`] documents; of
//! these the [`MOST`] that share the most. The engine then decides, as it does in a scan.
//!
//! # Limits
//!
//! Of the documents that have a window, the first [`FOLLOWED`] of each run are followed: boilerplate stands in all of
//! an archive, and is found with so many of its places. [`Near::cut`] says where that or [`MOST`] cut something off.

use std::collections::HashMap;

use super::{block::Finder, documents::StoredId, runs, store::Store};
use crate::{error::Error, shingle};

/// Words in a window: the shortest at which nearly all windows of news are rare.
pub const WINDOW: u32 = 5;
/// A window that stands in so many documents is rare.
pub const RARE: u64 = 64;
/// Documents of one window that are followed, in each run.
pub const FOLLOWED: usize = 256;
/// Stored documents that an incoming one is compared with.
pub const MOST: usize = 512;

/// So many windows that were not followed to the end may be a passage that stands in more places; fewer are a turn of phrase.
const A_PASSAGE: u32 = 4;

/// Bits of a key: at a billion windows one in a thousand meets another by chance.
const KEY_BITS: u32 = 40;

/// The stored documents near one incoming document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Near {
    /// Ascending.
    pub documents: Vec<StoredId>,
    /// Whether there may be more.
    pub cut: bool,
}

/// The distinct keys of a text, ascending. Cost: one pass and a sort.
pub(super) fn keys(words: &[u64], out: &mut Vec<u64>) {
    shingle::list_into(words, WINDOW, out);
    out.iter_mut().for_each(|key| *key >>= u64::BITS - KEY_BITS);
    out.sort_unstable();
    out.dedup();
}

/// What is known of a stored document beside one incoming one.
#[derive(Clone, Copy, Debug, Default)]
struct Shared {
    windows: u32,
    is_rare: bool,
}

/// Finds the stored documents near each of some texts, given as hashes of words.
pub(super) fn near(store: &Store, texts: &[&[u64]], gone: &[u32]) -> Result<Vec<Near>, Error> {
    let runs = runs::all(store, &store.state()?)?;
    let mut asked: Vec<(u64, u32)> = Vec::new();
    let mut own = Vec::new();
    for (text, words) in (0..).zip(texts) {
        keys(words, &mut own);
        asked.extend(own.iter().map(|key| (*key, text)));
    }
    asked.sort_unstable();
    // Each run is walked by itself, so that its blocks are read in order; how many documents a window has is known at the end.
    let questions: Vec<&[(u64, u32)]> = asked.chunk_by(|x, y| x.0 == y.0).collect();
    let mut answers: Vec<(u64, Vec<u32>)> = vec![(0, Vec::new()); questions.len()];
    for run in &runs {
        let mut at = None;
        let mut block = Finder::default();
        let mut found = Vec::new();
        for (question, answer) in questions.iter().zip(&mut answers) {
            let Some((key, _)) = question.first() else { continue };
            found.clear();
            for place in run.places(*key) {
                if at != Some(place) {
                    block = runs::open_block(store, run, place)?;
                    at = Some(place);
                }
                answer.0 += block
                    .find(*key, FOLLOWED, &mut found)
                    .ok_or_else(|| runs::damaged_block(store, run, place))?;
            }
            answer.1.extend(found.iter().filter(|document| gone.binary_search(document).is_err()));
        }
    }
    let mut shared: Vec<HashMap<u32, Shared>> = vec![HashMap::new(); texts.len()];
    let mut cut = vec![0_u32; texts.len()];
    for (question, (n_documents, documents)) in questions.iter().zip(&answers) {
        let is_rare = *n_documents <= RARE;
        let is_cut = documents.len() as u64 != *n_documents;
        for (_, text) in *question {
            if let Some(cut) = cut.get_mut(*text as usize) {
                *cut += u32::from(is_cut);
            }
            let Some(shared) = shared.get_mut(*text as usize) else { continue };
            for document in documents {
                let entry = shared.entry(*document).or_default();
                entry.windows += 1;
                entry.is_rare |= is_rare;
            }
        }
    }
    Ok(shared.into_iter().zip(cut).map(|(shared, cut)| choose(shared, A_PASSAGE <= cut)).collect())
}

/// Those worth comparing.
fn choose(shared: HashMap<u32, Shared>, cut: bool) -> Near {
    let mut worth: Vec<(u32, u32)> = shared
        .into_iter()
        .filter(|(_, shared)| shared.is_rare || 2 <= shared.windows)
        .map(|(document, shared)| (document, shared.windows))
        .collect();
    worth.sort_unstable_by_key(|(document, windows)| (std::cmp::Reverse(*windows), *document));
    let cut = cut || MOST < worth.len();
    worth.truncate(MOST);
    let mut documents: Vec<StoredId> = worth.into_iter().map(|(document, _)| StoredId(document)).collect();
    documents.sort_unstable();
    Near { documents, cut }
}
