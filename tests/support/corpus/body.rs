//! The body of an article: drawn, derived from another one, and written out.

use super::{
    Kind, Recipe,
    words::{Random, Vocabulary},
};

type Sentence = Vec<usize>;
pub type Paragraph = Vec<Sentence>;
pub type Body = Vec<Paragraph>;

/// Draws by a recipe from one stream of numbers.
pub struct Maker<'a> {
    pub recipe: &'a Recipe,
    pub vocabulary: &'a Vocabulary,
    pub random: Random,
}

impl Maker<'_> {
    fn word(&mut self) -> usize {
        self.vocabulary.draw(&mut self.random)
    }

    fn sentence(&mut self) -> Sentence {
        let words = self.random.between(self.recipe.words);
        (0..words).map(|_| self.word()).collect()
    }

    /// A new paragraph.
    pub fn paragraph(&mut self) -> Paragraph {
        let sentences = self.random.between(self.recipe.sentences);
        (0..sentences).map(|_| self.sentence()).collect()
    }

    /// A new article.
    pub fn body(&mut self) -> Body {
        let paragraphs = self.random.between(self.recipe.paragraphs);
        (0..paragraphs).map(|_| self.paragraph()).collect()
    }

    /// A new article that holds one of its paragraphs twice.
    pub fn doubled(&mut self) -> Body {
        let mut body = self.body();
        let which = self.random.below(body.len());
        let copy = body[which].clone();
        let place = self.random.between((which + 1, body.len()));
        body.insert(place, copy);
        body
    }

    /// An article made of another one.
    pub fn derived(&mut self, original: &Body, kind: Kind) -> Body {
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
}

/// Writes an article out.
pub fn text(body: &Body, vocabulary: &Vocabulary) -> String {
    let words: usize = body.iter().flatten().map(Vec::len).sum();
    let mut text = String::with_capacity(words * 8 + 16);
    for (place, paragraph) in body.iter().enumerate() {
        if 0 < place {
            text.push_str("\n\n");
        }
        show(paragraph, vocabulary, &mut text);
    }
    text.push('\n');
    text
}

/// Writes a paragraph out. Commas depend on the words, so that equal sentences look equal.
pub fn show(paragraph: &Paragraph, vocabulary: &Vocabulary, text: &mut String) {
    for (place, sentence) in paragraph.iter().enumerate() {
        if 0 < place {
            text.push(' ');
        }
        let start = text.len();
        for (place, word) in sentence.iter().enumerate() {
            if 0 < place {
                text.push_str(if sentence[place - 1] % 11 == 5 { ", " } else { " " });
            }
            text.push_str(vocabulary.spelled(*word));
        }
        text[start..=start].make_ascii_uppercase();
        text.push('.');
    }
}
