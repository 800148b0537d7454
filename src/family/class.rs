//! What a repeated text is besides being repeated: a stock phrase, or boilerplate that many documents carry.
//!
//! Nothing is left out for it: a report shows such families as what they are, last and in brief.
//!
//! # The rule
//!
//! Only *parts* count: a place that holds more than half of its document's words is a copy of the document.
//! Documents of one document family count once, since a phrase in ten copies of an article is one use of it.
//! Of the documents counted so,
//!
//! * a text of fewer than [`stock_words`](ClassPlan::stock_words) words in at least
//!   [`stock_documents`](ClassPlan::stock_documents) is a stock phrase;
//! * a longer one in at least [`common_documents`](ClassPlan::common_documents) is boilerplate;
//! * so is one of at most [`edge_words`](ClassPlan::edge_words) that opens, or closes, four in five of at least
//!   [`edge_documents`](ClassPlan::edge_documents).

use super::Draft;
use crate::{
    id::DocId,
    settings::{ClassPlan, Level},
};

/// What sort of text is repeated, where it is of a sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A short turn of phrase in several documents.
    StockPhrase,
    /// A text that many otherwise different documents carry.
    Boilerplate,
}

impl Class {
    /// The name reports print.
    pub const fn name(self) -> &'static str {
        match self {
            Self::StockPhrase => "stock-phrase",
            Self::Boilerplate => "boilerplate",
        }
    }
}

/// How far from a document's first or last word a text may begin or end and still open or close it: room for a
/// dateline, a byline or a date.
const EDGE_SLACK_WORDS: u32 = 8;

/// The class of each draft, in order. `words` gives a document's number of words.
///
/// Cost: near-linear in the number of places.
pub fn classes(drafts: &[Draft], plan: &ClassPlan, words: impl Fn(DocId) -> u32) -> Vec<Option<Class>> {
    let mut groups = Groups::default();
    for draft in drafts.iter().filter(|draft| draft.level == Level::Document) {
        if let Some((first, rest)) = draft.places.split_first() {
            rest.iter().for_each(|place| groups.join(first.document, place.document));
        }
    }
    drafts.iter().map(|draft| class(draft, plan, &mut groups, &words)).collect()
}

fn class(
    draft: &Draft,
    plan: &ClassPlan,
    groups: &mut Groups,
    words: &impl Fn(DocId) -> u32,
) -> Option<Class> {
    let fewest = [plan.stock_documents, plan.common_documents, plan.edge_documents].into_iter().min()?;
    if draft.level == Level::Document || draft.places.len() < fewest as usize {
        return None;
    }
    let length = draft.places.get(draft.keeper)?.words.len();
    let (mut all, mut heads, mut tails) = (Vec::new(), Vec::new(), Vec::new());
    for place in &draft.places {
        let n_words = words(place.document);
        if n_words < 2 * place.words.len() {
            continue;
        }
        let group = groups.of(place.document);
        all.push(group);
        if place.words.start <= EDGE_SLACK_WORDS {
            heads.push(group);
        }
        if n_words <= place.words.end + EDGE_SLACK_WORDS {
            tails.push(group);
        }
    }
    let [all, heads, tails] = [all, heads, tails].map(distinct);
    if length < plan.stock_words && plan.stock_documents as usize <= all {
        return Some(Class::StockPhrase);
    }
    let at_edge =
        length <= plan.edge_words && plan.edge_documents as usize <= all && 4 * all <= 5 * heads.max(tails);
    (plan.common_documents as usize <= all || at_edge).then_some(Class::Boilerplate)
}

fn distinct(mut groups: Vec<u32>) -> usize {
    groups.sort_unstable();
    groups.dedup();
    groups.len()
}

/// Documents that are copies of each other, as a forest (Tarjan 1975); those that are of none are not in it.
#[derive(Debug, Default)]
struct Groups(std::collections::HashMap<u32, u32>);

impl Groups {
    /// The one that stands for a document's group; halves the way for those who come later.
    fn of(&mut self, document: DocId) -> u32 {
        let mut at = document.get();
        while let Some(&above) = self.0.get(&at) {
            if let Some(&top) = self.0.get(&above) {
                self.0.insert(at, top);
            }
            at = above;
        }
        at
    }

    fn join(&mut self, left: DocId, right: DocId) {
        let (left, right) = (self.of(left), self.of(right));
        // The smaller number stands for both, whatever the order of joins.
        if left != right {
            self.0.insert(left.max(right), left.min(right));
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use crate::{
        family::{Kind, Place},
        settings::Settings,
        span::WordRange,
        verify::Overlap,
    };

    const DOCUMENT_WORDS: u32 = 300;

    fn plan() -> ClassPlan {
        Settings::default().plan().unwrap().class
    }

    /// A family of `length` words with a place in each document, `start` words from its beginning.
    fn draft(level: Level, documents: impl Iterator<Item = u32>, start: u32, length: u32) -> Draft {
        let places = documents.map(|document| Place {
            document: DocId::from_packed(document),
            words: WordRange { start, end: start + length },
            overlap: Overlap { shared: length, left: length, right: length },
            same: true,
        });
        Draft { level, kind: Kind::Exact, keeper: 0, places: places.collect() }
    }

    fn one(drafts: &[Draft]) -> Option<Class> {
        classes(drafts, &plan(), |_| DOCUMENT_WORDS).pop().unwrap()
    }

    #[test]
    fn short_texts_in_several_documents_are_stock_phrases() {
        let of = |documents, length| one(&[draft(Level::Passage, 0..documents, 100, length)]);
        let ClassPlan { stock_words, stock_documents, .. } = plan();
        assert_eq!(of(stock_documents, stock_words - 1), Some(Class::StockPhrase));
        assert_eq!(of(stock_documents - 1, stock_words - 1), None);
        assert_eq!(of(stock_documents, stock_words), None);
    }

    #[test]
    fn what_many_documents_carry_is_boilerplate() {
        let of = |documents| one(&[draft(Level::Paragraph, 0..documents, 100, 90)]);
        let ClassPlan { common_documents, .. } = plan();
        assert_eq!(of(common_documents), Some(Class::Boilerplate));
        assert_eq!(of(common_documents - 1), None);
    }

    #[test]
    fn what_opens_or_closes_documents_is_boilerplate_sooner() {
        let ClassPlan { edge_documents: n, edge_words, .. } = plan();
        let of = |documents, start, length| one(&[draft(Level::Passage, 0..documents, start, length)]);
        let at_end = DOCUMENT_WORDS - edge_words;
        for start in [0, EDGE_SLACK_WORDS, at_end - EDGE_SLACK_WORDS, at_end] {
            assert_eq!(of(n, start, edge_words), Some(Class::Boilerplate), "{start}");
        }
        assert_eq!(of(n, EDGE_SLACK_WORDS + 1, edge_words), None);
        assert_eq!(of(n, at_end - EDGE_SLACK_WORDS - 1, edge_words), None);
        assert_eq!(of(n - 1, 0, edge_words), None);
        assert_eq!(of(n, 0, edge_words + 1), None);
    }

    #[test]
    fn copies_of_documents_count_once() {
        let n = plan().common_documents;
        // Two chains of document families make all but two documents one group.
        let copies = [(0..n - 1), (n - 2..2 * n - 4)].map(|of| draft(Level::Document, of, 0, DOCUMENT_WORDS));
        let shared = draft(Level::Passage, 0..2 * n - 2, 100, 90);
        assert_eq!(one(&[copies[0].clone(), copies[1].clone(), shared.clone()]), None);
        assert_eq!(one(&[copies[0].clone(), shared]), Some(Class::Boilerplate));
    }

    #[test]
    fn whole_documents_and_most_of_them_have_no_class() {
        assert_eq!(one(&[draft(Level::Document, 0..100, 0, 10)]), None);
        assert_eq!(one(&[draft(Level::Passage, 0..100, 0, DOCUMENT_WORDS / 2 + 1)]), None);
        assert_eq!(one(&[draft(Level::Passage, 0..100, 0, DOCUMENT_WORDS / 2)]), Some(Class::Boilerplate));
    }
}
