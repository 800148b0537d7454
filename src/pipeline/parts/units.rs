//! A document's text -> its units.

use super::spelled;
use crate::{
    document::Document,
    hash::{self, Digest},
    pipeline::{Article, article::count},
    settings::{Level, Plan},
    shingle,
    span::{Span, WordRange},
};

/// A unit that has enough words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its level.
    pub level: Level,
    /// Its words in its document.
    pub words: WordRange,
    /// Its bytes in its document's text.
    pub span: Span,
    /// Its shingles: of a document repeats count too, of others not.
    pub shingles: u32,
    /// What names its words.
    pub digest: Digest,
    /// Its words, [spelled](spelled).
    pub spelled: String,
}

/// The units of a text at the levels of a plan, level by level, and how many words it has.
///
/// Cost: a few passes over the text for each level.
pub fn units(text: &str, plan: &Plan) -> (u32, Vec<Unit>) {
    let document = Document { text: text.to_owned(), ..Document::default() };
    let cut = plan.level.paragraph || plan.level.sentence;
    let article = if cut { Article::new(document) } else { Article::unsegmented(document) };
    let all = spelled::Spelled::of(&article);
    let mut units = Vec::new();
    let mut shingles = Vec::new();
    for level in Level::UNITS.into_iter().filter(|level| *plan.level.get(*level)) {
        let Some(unit_plan) = plan.unit(level) else { continue };
        for words in article.long_units(level, unit_plan.min_words) {
            let hashes = article.hashes(words);
            match level {
                Level::Document => shingle::list_into(hashes, unit_plan.shingle, &mut shingles),
                _ => shingle::collect_into(hashes, unit_plan.shingle, &mut shingles),
            }
            units.push(Unit {
                level,
                words,
                span: article.unit_span(level, words).unwrap_or_default(),
                shingles: count(shingles.len()),
                digest: hash::identity(hashes),
                spelled: all.get(words).to_owned(),
            });
        }
    }
    (article.all().len(), units)
}
