//! Words as a string, from which their hashes can be made again: what stands for a unit between the steps.
//!
//! Every word, normalised, after a mark that no word holds: a tab where it is a character of a script without spaces (its
//! hash says so), else a line end. Two units have the same words exactly where these strings are equal.

use crate::{
    hash::{self, Digest},
    pipeline::Article,
    settings::Level,
    span::{Span, WordRange},
    words,
};

/// Before a word.
const PLAIN: char = '\n';
/// Before a character of a script without spaces.
const SPACELESS: char = '\t';

/// All words of an article.
#[derive(Clone, Debug, Default)]
pub(super) struct Spelled {
    text: String,
    /// Where each word ends.
    ends: Vec<usize>,
}

impl Spelled {
    /// Cost: a pass over the text; the rule is asked once for each chunk that is not plain.
    pub(super) fn of(article: &Article) -> Self {
        let (text, gaps) = (article.document.text.as_str(), article.document.layout.gaps());
        let mut out = Self::default();
        let mut chunk: (Span, Vec<(String, Span)>) = (Span::default(), Vec::new());
        for (hash, span) in article.words.hashes.iter().zip(&article.words.spans) {
            out.text.push(if words::is_spaceless(*hash) { SPACELESS } else { PLAIN });
            let bytes = span.of(text);
            if bytes.is_ascii() {
                out.text.extend(bytes.chars().map(|c| c.to_ascii_lowercase()));
            } else {
                if !chunk.0.contains(*span) {
                    let around = words::chunk_around(text, *span, gaps);
                    chunk = (around, words::normalised(around.of(text), &[]));
                }
                let start = span.start - chunk.0.start;
                let found = chunk.1.binary_search_by_key(&start, |(_, at)| at.start).ok();
                out.text.push_str(found.and_then(|at| chunk.1.get(at)).map_or("", |(word, _)| word));
            }
            out.ends.push(out.text.len());
        }
        out
    }

    /// Some of the words.
    pub(super) fn get(&self, words: WordRange) -> &str {
        let end = |words: u32| {
            let before = (words as usize).checked_sub(1).and_then(|at| self.ends.get(at));
            before.copied().unwrap_or(0)
        };
        self.text.get(end(words.start)..end(words.end)).unwrap_or_default()
    }
}

/// The words of a spelled unit.
fn each(spelled: &str) -> impl Iterator<Item = (bool, &str)> {
    let mut rest = spelled;
    std::iter::from_fn(move || {
        let is_spaceless = match rest.chars().next()? {
            SPACELESS => true,
            PLAIN => false,
            _ => return None,
        };
        let word = rest.get(1..)?;
        let end = word.bytes().position(|byte| byte == b'\n' || byte == b'\t').unwrap_or(word.len());
        let (word, more) = word.split_at(end);
        rest = more;
        Some((is_spaceless, word))
    })
}

/// The hashes of a spelled unit's words; what `out` held is forgotten.
///
/// ```
/// use twicetold::{pipeline::parts::spelled, words};
///
/// let mut hashes = Vec::new();
/// spelled::hashes_into("\nthe\nharbour", &mut hashes);
/// assert_eq!(hashes, words::words("The harbour!", &[]).hashes);
/// ```
pub fn hashes_into(spelled: &str, out: &mut Vec<u64>) {
    out.clear();
    out.extend(each(spelled).map(|(is_spaceless, word)| words::hash_of(word, is_spaceless)));
}

/// The fingerprint of a family whose keeper is spelled so.
pub fn fingerprint(level: Level, spelled: &str) -> Digest {
    let mut text = String::with_capacity(spelled.len());
    for (n, (_, word)) in each(spelled).enumerate() {
        if 0 < n {
            text.push(' ');
        }
        text.push_str(word);
    }
    hash::fingerprint(level.name(), &text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn hashes_are_made_again_from_what_is_spelled(
            text in "[ a-cA-C.'’\\-_éÉﬁ\u{301}\u{ad}\u{fdfa}中สั/:@\n\t]{0,60}", from in 0_u32..20, length in 0_u32..20,
        ) {
            let article = Article::new(Document { text, ..Document::default() });
            let spelled = Spelled::of(&article);
            let n = u32::try_from(article.words.len()).unwrap_or(u32::MAX);
            let words = WordRange { start: from.min(n), end: (from + length).min(n) };
            let mut hashes = Vec::new();
            hashes_into(spelled.get(words), &mut hashes);
            prop_assert_eq!(&hashes[..], article.hashes(words));
            let normal = words::normalised(&article.document.text, &[]);
            let known: Vec<&str> = normal.iter().map(|(word, _)| word.as_str()).collect();
            let got: Vec<&str> = each(spelled.get(article.all())).map(|(_, word)| word).collect();
            prop_assert_eq!(got, known);
        }
    }
}
