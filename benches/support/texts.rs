//! Generated text to read words from: of invented words, in the proportions of news.
//!
//! The words follow no language but are as long as those of English news (4.8 letters on average)
//! and stand between as much punctuation.

use twicetold::hash::mix;

pub struct Numbers(u64);

impl Numbers {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0) % n
    }

    pub fn one_of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list.get(usize::try_from(self.below(list.len() as u64)).unwrap_or(0)).copied().unwrap_or_default()
    }
}

/// How apostrophes and quotation marks are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marks {
    /// In ASCII.
    Typewriter,
    /// One word in a hundred has a typographic apostrophe, so that about one chunk in a hundred is not ASCII.
    Apostrophes,
    /// The same, and one word in thirty begins or ends a quotation, as in news that quotes much.
    Quotations,
}

/// Articles of some 4,000 bytes, as `word` makes their words.
pub fn articles(marks: Marks, mut word: impl FnMut(&mut Numbers, &mut String)) -> Vec<String> {
    let mut numbers = Numbers(1);
    (0..250)
        .map(|_| {
            let mut text = String::new();
            while text.len() < 4000 {
                word(&mut numbers, &mut text);
                text.push_str(match numbers.below(100) {
                    0..5 => ", ",
                    5..10 => ". ",
                    10..12 => "\n",
                    12 => "-",
                    13 if marks == Marks::Typewriter => "'s ",
                    13 => "’s ",
                    14..16 if marks == Marks::Quotations => ",” ",
                    16 if marks == Marks::Quotations => " “",
                    _ => " ",
                });
            }
            text
        })
        .collect()
}

/// Words as long as English ones, one in seven with a capital, one in thirty a number or an abbreviation.
pub fn english(numbers: &mut Numbers, text: &mut String) {
    const PARTS: [&str; 12] = ["th", "e", "an", "in", "re", "s", "on", "t", "er", "al", "o", "d"];
    match numbers.below(100) {
        0..3 => text.push_str(numbers.one_of(&["1,000", "3.5", "1987", "26", "U.S", "don't"])),
        kind => {
            let start = text.len();
            for _ in 0..1 + numbers.below(3) + numbers.below(3) {
                text.push_str(numbers.one_of(&PARTS));
            }
            if kind < 15
                && let Some(first) = text.get_mut(start..start + 1)
            {
                first.make_ascii_uppercase();
            }
        }
    }
}

/// Words with letters of two bytes.
pub fn accents(numbers: &mut Numbers, text: &mut String) {
    const PARTS: [&str; 12] = ["sch", "e", "en", "ü", "re", "s", "ö", "t", "er", "ge", "o", "d"];
    for _ in 0..1 + numbers.below(3) + numbers.below(3) {
        text.push_str(numbers.one_of(&PARTS));
    }
}

/// Characters of a script without spaces.
pub fn letters(numbers: &mut Numbers, text: &mut String) {
    for _ in 0..1 + numbers.below(20) {
        text.push(char::from_u32(0x4E00 + u32::try_from(numbers.below(3000)).unwrap_or(0)).unwrap_or('中'));
    }
}
