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
//! # Promises
//!
//! * The same recipe gives the same bytes on every machine: only whole numbers are used.
//! * The truth says what was done, not how alike the result is: a truncated copy is listed as
//!   such whatever its similarity. Count that with an oracle.
//! * Paragraphs are parted by one empty line, sentences by `. `, and every full stop ends a sentence, so that
//!   a test can cut the text without the library.
//!
//! # Source
//!
//! The generator of random numbers is `SplitMix64`: G. Steele, D. Lea, C. Flood, *Fast splittable
//! pseudorandom number generators*, OOPSLA 2014.

/// `SplitMix64`.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// A stream of numbers that depends on the seed only.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `limit`, which must not be 0.
    pub fn below(&mut self, limit: usize) -> usize {
        let wide = u128::from(self.next()) * limit as u128;
        usize::try_from(wide >> 64).expect("less than the limit")
    }

    /// A number from `least` to `most`, both included.
    pub fn between(&mut self, (least, most): (usize, usize)) -> usize {
        least + self.below(most - least + 1)
    }

    /// True in `percent` of a hundred cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

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

/// One article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// A name of its own.
    pub name: String,
    /// Its text, ASCII.
    pub text: String,
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

type Sentence = Vec<usize>;
type Paragraph = Vec<Sentence>;
type Body = Vec<Paragraph>;

impl Corpus {
    /// Follows a recipe. Cost: a few hundred nanoseconds a word.
    pub fn generate(recipe: &Recipe) -> Self {
        let mut maker = Maker::new(recipe);
        let boilerplate = maker.paragraph();
        let mut bodies: Vec<Body> = Vec::with_capacity(recipe.documents);
        let mut originals: Vec<usize> = Vec::new();
        let mut planted = Vec::new();
        let mut with_boilerplate = Vec::new();
        for index in 0..recipe.documents {
            let kind = recipe.kinds.get(planted.len() % recipe.kinds.len().max(1)).copied();
            let derive = !originals.is_empty() && maker.random.chance(recipe.derived_percent);
            let body = match kind.filter(|_| derive) {
                Some(Kind::DoubledParagraph) => {
                    planted.push(Planted { kind: Kind::DoubledParagraph, original: index, copy: index });
                    maker.doubled()
                }
                Some(kind) => {
                    let original = originals[maker.random.below(originals.len())];
                    planted.push(Planted { kind, original, copy: index });
                    maker.derived(&bodies[original], kind)
                }
                None => {
                    originals.push(index);
                    maker.body()
                }
            };
            bodies.push(body);
        }
        for (index, body) in bodies.iter_mut().enumerate() {
            if maker.random.chance(recipe.boilerplate_percent) {
                body.push(boilerplate.clone());
                with_boilerplate.push(index);
            }
        }
        let articles = bodies
            .iter()
            .enumerate()
            .map(|(index, body)| Article { name: format!("article-{index:06}"), text: maker.text(body) })
            .collect();
        Self { articles, planted, boilerplate: maker.show(&boilerplate), with_boilerplate }
    }

    /// The corpus as JSON Lines with `id` and `text`.
    pub fn jsonl(&self) -> String {
        let line = |article: &Article| {
            let text = article.text.replace('\n', "\\n");
            format!("{{\"id\":\"{}\",\"text\":\"{text}\"}}\n", article.name)
        };
        self.articles.iter().map(line).collect()
    }
}

struct Maker<'a> {
    recipe: &'a Recipe,
    random: Random,
    vocabulary: Vec<String>,
    /// Sums of weights up to and with each word.
    sums: Vec<u64>,
}

impl<'a> Maker<'a> {
    fn new(recipe: &'a Recipe) -> Self {
        let mut sum = 0;
        let sums = (0..recipe.vocabulary as u64)
            .map(|rank| {
                sum += (1 << 40) / (rank + 3);
                sum
            })
            .collect();
        let vocabulary = (0..recipe.vocabulary).map(spell).collect();
        Self { recipe, random: Random::new(recipe.seed), vocabulary, sums }
    }

    fn word(&mut self) -> usize {
        let all = self.sums.last().copied().unwrap_or(1);
        let wide = u128::from(self.random.next()) * u128::from(all);
        let point = u64::try_from(wide >> 64).expect("less than the sum");
        self.sums.partition_point(|sum| *sum <= point)
    }

    fn sentence(&mut self) -> Sentence {
        let words = self.random.between(self.recipe.words);
        (0..words).map(|_| self.word()).collect()
    }

    fn paragraph(&mut self) -> Paragraph {
        let sentences = self.random.between(self.recipe.sentences);
        (0..sentences).map(|_| self.sentence()).collect()
    }

    fn body(&mut self) -> Body {
        let paragraphs = self.random.between(self.recipe.paragraphs);
        (0..paragraphs).map(|_| self.paragraph()).collect()
    }

    fn doubled(&mut self) -> Body {
        let mut body = self.body();
        let which = self.random.below(body.len());
        let copy = body[which].clone();
        let place = self.random.between((which + 1, body.len()));
        body.insert(place, copy);
        body
    }

    fn derived(&mut self, original: &Body, kind: Kind) -> Body {
        let mut body = original.clone();
        match kind {
            Kind::Copy | Kind::DoubledParagraph => {}
            Kind::Words { percent } => {
                for word in body.iter_mut().flatten().flatten() {
                    if self.random.chance(percent) {
                        *word = self.word();
                    }
                }
            }
            Kind::DroppedSentences => {
                for paragraph in body.iter_mut().skip(1).filter(|paragraph| 1 < paragraph.len()) {
                    let which = self.random.below(paragraph.len());
                    paragraph.remove(which);
                }
            }
            Kind::MovedParagraph => {
                let from = self.random.below(body.len());
                let paragraph = body.remove(from);
                let to = self.random.below(body.len() + 1);
                body.insert(to, paragraph);
            }
            Kind::Truncated => {
                let mut left = (body.iter().map(Vec::len).sum::<usize>() * 2).div_ceil(5);
                for paragraph in &mut body {
                    paragraph.truncate(left);
                    left -= paragraph.len();
                }
                body.retain(|paragraph| !paragraph.is_empty());
            }
            Kind::NewLead => body[0] = self.paragraph(),
            Kind::LocalAdditions => {
                let half = body.len().div_ceil(2);
                body.truncate(half);
                body.insert(0, self.paragraph());
                body.push(self.paragraph());
            }
            Kind::LiftedParagraph => {
                let paragraph = original[self.random.below(original.len())].clone();
                body = self.body();
                let place = self.random.below(body.len() + 1);
                body.insert(place, paragraph);
            }
            Kind::LiftedSentence => {
                let paragraph = &original[self.random.below(original.len())];
                let sentence = paragraph[self.random.below(paragraph.len())].clone();
                body = self.body();
                let which = self.random.below(body.len());
                let place = self.random.below(body[which].len() + 1);
                body[which].insert(place, sentence);
            }
        }
        body
    }

    fn text(&self, body: &Body) -> String {
        let shown: Vec<String> = body.iter().map(|paragraph| self.show(paragraph)).collect();
        shown.join("\n\n") + "\n"
    }

    fn show(&self, paragraph: &Paragraph) -> String {
        let shown: Vec<String> = paragraph.iter().map(|sentence| self.show_sentence(sentence)).collect();
        shown.join(" ")
    }

    /// Commas depend on the words, so that equal sentences look equal.
    fn show_sentence(&self, sentence: &Sentence) -> String {
        let mut text = String::new();
        for (place, word) in sentence.iter().enumerate() {
            if 0 < place {
                text.push_str(if sentence[place - 1] % 11 == 5 { ", " } else { " " });
            }
            text.push_str(&self.vocabulary[*word]);
        }
        text[..1].make_ascii_uppercase();
        text.push('.');
        text
    }
}

/// Spells the word of a rank: syllables as digits, so that no two are the same, frequent
/// ones are short, and none looks like an abbreviation.
fn spell(rank: usize) -> String {
    const HEADS: &[&str] =
        &["b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "st", "tr"];
    const CORES: &[&str] = &["a", "e", "i", "o", "u", "ai"];
    let mut word = String::new();
    let mut rest = rank + 1;
    while 0 < rest {
        let digit = rest % (HEADS.len() * CORES.len());
        rest /= HEADS.len() * CORES.len();
        word.push_str(HEADS[digit / CORES.len()]);
        word.push_str(CORES[digit % CORES.len()]);
    }
    word + "sh"
}
