//! Texts whose repeats do not count: the words of files go in, and whether they hold some words in a row comes out.

use super::spelled;

/// The texts of boilerplate files, ready to be looked up in.
#[derive(Clone, Debug, Default)]
pub struct Boilerplate {
    texts: Vec<Text>,
    /// Every place in every text, sorted by the words from there on (a suffix array, Manber and Myers 1990).
    places: Vec<(usize, usize)>,
}

#[derive(Clone, Debug)]
struct Text {
    /// Its file and line.
    place: String,
    words: Vec<String>,
}

impl Boilerplate {
    /// Reads files, each with its name; texts are what stands between blank lines.
    ///
    /// Cost: a sort of the words, by what follows them; for texts that repeat themselves at length, as long as that.
    pub fn new<'f>(files: impl IntoIterator<Item = (&'f str, &'f str)>) -> Self {
        let mut texts = Vec::new();
        for (name, content) in files {
            let lines: Vec<(usize, &str)> = (1..).zip(content.lines()).collect();
            for block in lines.split(|(_, line)| line.trim().is_empty()) {
                let Some((first, _)) = block.first() else { continue };
                let text: Vec<&str> = block.iter().map(|(_, line)| *line).collect();
                let words = spelled(&text.join("\n"), &[]);
                texts.push(Text { place: format!("{name}:{first}"), words });
            }
        }
        let words = |text: &Text| text.words.len();
        let mut places: Vec<(usize, usize)> =
            texts.iter().enumerate().flat_map(|(i, text)| (0..words(text)).map(move |at| (i, at))).collect();
        places.sort_unstable_by(|left, right| {
            from(&texts, *left).cmp(from(&texts, *right)).then(left.cmp(right))
        });
        Self { texts, places }
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// File and line of a text that holds these words in a row.
    ///
    /// Cost: a binary search.
    pub fn holds(&self, words: &[String]) -> Option<&str> {
        if words.is_empty() {
            return None;
        }
        let at = self.places.partition_point(|place| from(&self.texts, *place) < words);
        let place = *self.places.get(at)?;
        let text = self.texts.get(place.0)?;
        from(&self.texts, place).starts_with(words).then_some(text.place.as_str())
    }
}

/// The words of a text from a place on.
fn from(texts: &[Text], (text, at): (usize, usize)) -> &[String] {
    texts.get(text).and_then(|text| text.words.get(at..)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_is_a_block_and_has_a_place() {
        let files = [("a.txt", "\n\nSign up\nfor our letter!\n \nFollow us.\n"), ("b.txt", "Sign off")];
        let texts = Boilerplate::new(files);
        let place = |words: &str| texts.holds(&spelled(words, &[])).map(str::to_owned);
        assert_eq!(place("for OUR letter").as_deref(), Some("a.txt:3"));
        assert_eq!(place("follow us").as_deref(), Some("a.txt:6"));
        assert_eq!(place("sign off").as_deref(), Some("b.txt:1"));
        for other in ["letter follow", "sign", ""].iter().skip(2).chain(&["letter follow", "sign up for us"])
        {
            assert_eq!(place(other), None, "{other}");
        }
        assert_eq!(Boilerplate::new([("a", " \n\n…\n")]).holds(&[]), None);
    }

    proptest! {
        #[test]
        fn what_is_held_is_what_stands_in_a_row(blocks in prop::collection::vec("[abc ]{0,12}", 0..5), run in "[abc]( [abc]){0,4}") {
            let run = spelled(&run, &[]);
            let texts = Boilerplate::new([("f", blocks.join("\n\n").as_str())]);
            let stands = blocks.iter().any(|block| spelled(block, &[]).windows(run.len()).any(|window| window == run));
            prop_assert_eq!(texts.holds(&run).is_some(), stands);
        }
    }
}
