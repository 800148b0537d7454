//! A place and the keeper of its family, spelled -> what a report says of the place.

use super::spelled::{self, Spelled};
use crate::{
    document::Document,
    pipeline::{Article, finish, limits},
    span::{Span, WordRange},
};

/// A document whose passages are to be told.
#[derive(Clone, Debug)]
pub struct Read {
    article: Article,
    spelled: Spelled,
}

/// A passage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// From its first word to its last.
    pub span: Span,
    /// What stands around it, as far as its limits may grow, and where in this it is.
    pub around: (String, Span),
    /// Its words, [spelled].
    pub spelled: String,
}

impl Read {
    /// Cost: a pass over the text.
    pub fn new(text: &str) -> Self {
        let article = Article::unsegmented(Document { text: text.to_owned(), ..Document::default() });
        let spelled = Spelled::of(&article);
        Self { article, spelled }
    }

    /// What some of its words are.
    pub fn place(&self, words: WordRange) -> Place {
        let span = self.article.word_span(words);
        let around = limits::around(&self.article.document.text, span);
        Place { span, around, spelled: self.spelled.get(words).to_owned() }
    }
}

/// How many words a place shares with its keeper, each as often as both have it; none where it is said to have the same words
/// and has not: no hash decides alone.
pub fn shared_words(keeper: &str, place: &str, same: bool) -> Option<u32> {
    let mut hashes = Vec::new();
    spelled::hashes_into(place, &mut hashes);
    if same {
        return (keeper == place).then(|| crate::pipeline::article::count(hashes.len()));
    }
    let of_place = finish::sorted(&hashes);
    spelled::hashes_into(keeper, &mut hashes);
    Some(finish::shared(&finish::sorted(&hashes), &of_place))
}
