//! A seeded corpus generator: a [`Recipe`] goes in, articles of invented words and the truth about
//! which repeat which come out.
//!
//! # The idea
//!
//! Words are drawn from an invented vocabulary by Zipf's law (the word of rank `r` has a weight of
//! `1 / (r + 3)`), which gives chance repeats of four and five words like those of real text, and none of
//! eight. Sentences, paragraphs and articles have the lengths of news. A part of the articles are
//! *derived*: each copies an earlier original and changes it in one way ([`Kind`]).
//!
//! Every article is drawn from a stream of numbers of its own, made of the seed and its place. So
//! a derived article draws its original anew instead of looking it up, and [`Articles`] passes a million articles by
//! with a few bytes kept for each. [`Corpus`] holds them all.
//!
//! # Promises
//!
//! * The same recipe gives the same bytes on every machine: only whole numbers are used.
//! * A corpus of more documents begins with the one of fewer.
//! * The truth says what was done, not how alike the result is: a truncated copy is listed as
//!   such whatever its similarity. Count that with an oracle.
//! * Paragraphs are parted by one empty line, sentences by `. `, and every full stop ends a sentence, so that
//!   a test can cut the text without the library.

// Named from here, because an example and the benches take this file in by its path.
#[path = "corpus/body.rs"]
mod body;
#[path = "corpus/words.rs"]
mod words;

use body::{Body, Maker, Paragraph};
use words::Vocabulary;

pub use words::Random;

/// How a derived article differs from its original.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Not at all.
    Copy,
    /// So many words of a hundred are replaced by others.
    Words {
        /// How many of a hundred.
        percent: usize,
    },
    /// One sentence of every paragraph but the first is left out, where it has several.
    DroppedSentences,
    /// One paragraph stands elsewhere.
    MovedParagraph,
    /// Only the first two fifths of the sentences are left.
    Truncated,
    /// The first paragraph is another one.
    NewLead,
    /// A paragraph of its own before and one after, and half of the others replaced.
    LocalAdditions,
    /// A new article that holds one paragraph of the original.
    LiftedParagraph,
    /// A new article that holds one sentence of the original.
    LiftedSentence,
    /// A new article that holds one paragraph twice; original and copy are the same article.
    DoubledParagraph,
}

impl Kind {
    /// One of each, with light and heavy substitution.
    pub const ALL: [Self; 12] = [
        Self::Copy,
        Self::Words { percent: 2 },
        Self::Words { percent: 5 },
        Self::Words { percent: 12 },
        Self::DroppedSentences,
        Self::MovedParagraph,
        Self::Truncated,
        Self::NewLead,
        Self::LocalAdditions,
        Self::LiftedParagraph,
        Self::LiftedSentence,
        Self::DoubledParagraph,
    ];

    /// The kinds of a name: `copy`, `words=5` (of a hundred; `words` alone: 2, 5 and 12), `dropped`, `moved`, `truncated`,
    /// `lead`, `additions`, `paragraph`, `sentence`, `doubled`, or `all`.
    pub fn named(name: &str) -> Option<Vec<Self>> {
        if let Some(percent) = name.strip_prefix("words=") {
            return percent.parse().ok().filter(|n| *n <= 100).map(|percent| vec![Self::Words { percent }]);
        }
        let of = |kind: &&Self| name == "all" || kind.name().split('=').next() == Some(name);
        Some(Self::ALL.iter().filter(of).copied().collect()).filter(|kinds: &Vec<Self>| !kinds.is_empty())
    }

    /// Its name, as [`Kind::named`] reads it.
    pub fn name(self) -> String {
        match self {
            Self::Copy => "copy",
            Self::Words { percent } => return format!("words={percent}"),
            Self::DroppedSentences => "dropped",
            Self::MovedParagraph => "moved",
            Self::Truncated => "truncated",
            Self::NewLead => "lead",
            Self::LocalAdditions => "additions",
            Self::LiftedParagraph => "paragraph",
            Self::LiftedSentence => "sentence",
            Self::DoubledParagraph => "doubled",
        }
        .to_owned()
    }
}

/// What to generate.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// Another seed gives another corpus.
    pub seed: u64,
    /// How many articles.
    pub documents: usize,
    /// How many different words there are.
    pub vocabulary: usize,
    /// How many articles of a hundred are derived.
    pub derived_percent: usize,
    /// The ways in which they are, taken in turn.
    pub kinds: Vec<Kind>,
    /// How many articles of a hundred end with the same paragraph of boilerplate.
    pub boilerplate_percent: usize,
    /// Fewest and most paragraphs of an article.
    pub paragraphs: (usize, usize),
    /// Fewest and most sentences of a paragraph.
    pub sentences: (usize, usize),
    /// Fewest and most words of a sentence.
    pub words: (usize, usize),
}

impl Default for Recipe {
    fn default() -> Self {
        Self {
            seed: 1,
            documents: 200,
            vocabulary: 20_000,
            derived_percent: 30,
            kinds: Kind::ALL.to_vec(),
            boilerplate_percent: 0,
            paragraphs: (3, 6),
            sentences: (1, 5),
            words: (6, 26),
        }
    }
}

impl Recipe {
    /// The same with articles of about so many words: as many paragraphs of three sentences of 16 words as come
    /// nearest, and sentences stretched to fit.
    pub fn with_words_per_document(self, words: usize) -> Self {
        let mean = ((words + 24) / 48).max(1);
        let sentence = (words + mean * 3 / 2) / (mean * 3);
        let words = ((sentence * 3 / 8).max(1), (sentence * 13 / 8).max(1));
        Self { paragraphs: (mean - mean / 2, mean + mean / 2), sentences: (1, 5), words, ..self }
    }
}

/// One article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// A name of its own.
    pub name: String,
    /// Its text, ASCII.
    pub text: String,
}

impl Article {
    /// The article as a line of JSON with `id` and `text`.
    pub fn json_line(&self) -> String {
        let text = self.text.replace('\n', "\\n");
        format!("{{\"id\":\"{}\",\"text\":\"{text}\"}}\n", self.name)
    }
}

/// The name of the article at a place.
pub fn name(index: usize) -> String {
    format!("article-{index:06}")
}

/// One derived article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planted {
    /// What was done.
    pub kind: Kind,
    /// Index of the original.
    pub original: usize,
    /// Index of the derived article.
    pub copy: usize,
}

/// One article and the truth about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The article.
    pub article: Article,
    /// What it was derived from.
    pub planted: Option<Planted>,
    /// Whether it ends with the boilerplate.
    pub with_boilerplate: bool,
}

/// The articles of a recipe one after the other. Memory: the vocabulary, and 8 bytes for each original.
#[derive(Clone, Debug)]
pub struct Articles<'a> {
    recipe: &'a Recipe,
    vocabulary: Vocabulary,
    boilerplate: Paragraph,
    originals: Vec<usize>,
    n_made: usize,
    n_planted: usize,
}

impl<'a> Articles<'a> {
    /// Begins a corpus.
    pub fn new(recipe: &'a Recipe) -> Self {
        let vocabulary = Vocabulary::new(recipe.vocabulary);
        let random = Random::new(recipe.seed);
        let boilerplate = Maker { recipe, vocabulary: &vocabulary, random }.paragraph();
        Self { recipe, vocabulary, boilerplate, originals: Vec::new(), n_made: 0, n_planted: 0 }
    }

    /// The paragraph of boilerplate.
    pub fn boilerplate(&self) -> String {
        let mut text = String::new();
        body::show(&self.boilerplate, &self.vocabulary, &mut text);
        text
    }

    /// Draws from one of the two streams of an article: 0 for what it is and how it differs, 1 for its own words.
    fn maker(&self, index: usize, stream: u64) -> Maker<'_> {
        let random = Random::apart(self.recipe.seed, index as u64 * 2 + stream);
        Maker { recipe: self.recipe, vocabulary: &self.vocabulary, random }
    }

    fn original(&self, index: usize) -> Body {
        self.maker(index, 1).body()
    }
}

impl Iterator for Articles<'_> {
    type Item = Made;

    fn next(&mut self) -> Option<Made> {
        let index = self.n_made;
        if self.recipe.documents <= index {
            return None;
        }
        let kinds = &self.recipe.kinds;
        let mut maker = self.maker(index, 0);
        let with_boilerplate = maker.random.chance(self.recipe.boilerplate_percent);
        let derive = maker.random.chance(self.recipe.derived_percent) && !self.originals.is_empty();
        let kind = kinds.get(self.n_planted % kinds.len().max(1)).copied().filter(|_| derive);
        let (mut body, original) = match kind {
            Some(Kind::DoubledParagraph) => (maker.doubled(), index),
            Some(kind) => {
                let original = self.originals[maker.random.below(self.originals.len())];
                (maker.derived(&self.original(original), kind), original)
            }
            None => (self.original(index), index),
        };
        if with_boilerplate {
            body.push(self.boilerplate.clone());
        }
        let article = Article { name: name(index), text: body::text(&body, &self.vocabulary) };
        self.n_made += 1;
        match kind {
            Some(_) => self.n_planted += 1,
            None => self.originals.push(index),
        }
        let planted = kind.map(|kind| Planted { kind, original, copy: index });
        Some(Made { article, planted, with_boilerplate })
    }
}

/// The articles and the truth about them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Corpus {
    /// In order.
    pub articles: Vec<Article>,
    /// What was derived from what.
    pub planted: Vec<Planted>,
    /// The paragraph of boilerplate.
    pub boilerplate: String,
    /// Indices of the articles that end with it.
    pub with_boilerplate: Vec<usize>,
}

impl Corpus {
    /// Follows a recipe to its end.
    pub fn generate(recipe: &Recipe) -> Self {
        let articles = Articles::new(recipe);
        let mut corpus = Self {
            articles: Vec::with_capacity(recipe.documents),
            planted: Vec::new(),
            boilerplate: articles.boilerplate(),
            with_boilerplate: Vec::new(),
        };
        for (index, made) in articles.enumerate() {
            corpus.planted.extend(made.planted);
            corpus.with_boilerplate.extend(made.with_boilerplate.then_some(index));
            corpus.articles.push(made.article);
        }
        corpus
    }

    /// The corpus as JSON Lines with `id` and `text`.
    pub fn jsonl(&self) -> String {
        self.articles.iter().map(Article::json_line).collect()
    }
}
