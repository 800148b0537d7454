//! Byte limits of passages: a repeat ends with the full stop that both copies have.
//!
//! Alignment sees words; between them stands punctuation. Limits grow over the closing marks that follow, and
//! the opening marks that precede, in *every* occurrence alike (typographic and straight marks are alike),
//! never over white space.

use crate::span::Span;

/// How many marks limits may grow over, at each end.
const MOST: usize = 8;

/// Grows all spans by the marks they have in common. `texts` yields each span's text.
pub(super) fn grow(places: &mut [(&str, Span)]) {
    let after = common(
        places.iter().map(|(text, span)| text.get(span.end as usize..).unwrap_or("").chars()),
        closing,
    );
    let before = common(
        places.iter().map(|(text, span)| text.get(..span.start as usize).unwrap_or("").chars().rev()),
        opening,
    );
    for (text, span) in places {
        let tail = text.get(span.end as usize..).unwrap_or("").chars().take(after);
        let head = text.get(..span.start as usize).unwrap_or("").chars().rev().take(before);
        let end = span.range().end + tail.map(char::len_utf8).sum::<usize>();
        let start = span.range().start - head.map(char::len_utf8).sum::<usize>();
        *span = Span::from_range(start, end);
    }
}

/// What stands around a span, as far as its limits may grow, as a text of its own, and where in it the span is, with nothing in it.
pub(super) fn around(text: &str, span: Span) -> (String, Span) {
    let head: String = text.get(..span.start as usize).unwrap_or("").chars().rev().take(MOST).collect();
    let mut around: String = head.chars().rev().collect();
    let at = around.len();
    around.extend(text.get(span.end as usize..).unwrap_or("").chars().take(MOST));
    (around, Span::from_range(at, at))
}

/// The spans of all places of a passage, grown, where what is [around] each is known; a place that is not there any more has neither.
pub(super) fn grown(spans: &[Option<Span>], around: &[Option<(String, Span)>]) -> Vec<Option<Span>> {
    let mut grown: Vec<(&str, Span)> =
        around.iter().flatten().map(|(text, span)| (text.as_str(), *span)).collect();
    grow(&mut grown);
    let mut grown = grown.into_iter();
    let mut grow = |(span, around): (&Option<Span>, &Option<(String, Span)>)| {
        let (span, (_, before), (_, after)) = ((*span)?, around.as_ref()?, grown.next()?);
        Some(Span::new(span.start - (before.start - after.start), span.end + (after.end - before.end)))
    };
    spans.iter().zip(around).map(&mut grow).collect()
}

/// Which bytes of what stands between two words limits may grow over: so many at its start, after a word, and so many at
/// its end, before one.
#[cfg(feature = "archive")]
pub(super) fn reach(between: &str) -> (usize, usize) {
    let bytes = |marks: &mut dyn Iterator<Item = char>, class: fn(char) -> Option<char>| {
        marks.take_while(|mark| class(*mark).is_some()).take(MOST).map(char::len_utf8).sum()
    };
    (bytes(&mut between.chars(), closing), bytes(&mut between.chars().rev(), opening))
}

/// How many marks all have in common.
fn common<I: Iterator<Item = char>>(
    sides: impl Iterator<Item = I>,
    class: fn(char) -> Option<char>,
) -> usize {
    let mut shared: Option<Vec<char>> = None;
    for side in sides {
        let marks: Vec<char> = side.map_while(class).take(MOST).collect();
        shared = Some(match shared {
            None => marks,
            Some(before) => {
                before.into_iter().zip(marks).take_while(|(x, y)| x == y).map(|(x, _)| x).collect()
            }
        });
        if shared.as_ref().is_some_and(Vec::is_empty) {
            return 0;
        }
    }
    shared.map_or(0, |marks| marks.len())
}

/// A mark that ends a text, folded to one form.
fn closing(mark: char) -> Option<char> {
    match mark {
        '.' | '!' | '?' | ',' | ';' | ':' | ')' | ']' | '}' | '%' | '。' | '！' | '？' | '，' | '；'
        | '：' | '、' | '؟' | '۔' | '؛' | '،' | '।' | '॥' | '）' | '」' | '』' | '】' | '》' | '〉' => {
            Some(mark)
        }
        '…' | '‥' => Some('…'),
        '"' | '”' | '“' | '„' | '‟' | '«' | '»' | '″' => Some('"'),
        '\'' | '’' | '‘' | '‚' | '‛' | '‹' | '›' | '′' => Some('\''),
        _ => None,
    }
}

/// A mark that begins a text, folded to one form.
fn opening(mark: char) -> Option<char> {
    match mark {
        '(' | '[' | '{' | '¿' | '¡' | '（' | '「' | '『' | '【' | '《' | '〈' => Some(mark),
        '$' | '€' | '£' | '¥' | '₹' | '#' | '@' | '§' => Some(mark),
        '"' | '”' | '“' | '„' | '‟' | '«' | '»' => Some('"'),
        '\'' | '’' | '‘' | '‚' | '‛' | '‹' | '›' => Some('\''),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_grow_over_what_all_have() {
        let a = "He said: “It is over.” Then he left.";
        let b = "\"It is over.\", they wrote.";
        let find = |text: &str| {
            let at = text.find("It").unwrap_or(0);
            Span::from_range(at, at + "It is over".len())
        };
        let mut places = [(a, find(a)), (b, find(b))];
        grow(&mut places);
        assert_eq!(places[0].1.of(a), "“It is over.”");
        assert_eq!(places[1].1.of(b), "\"It is over.\"");
        let (around_a, at_a) = around(a, find(a));
        let (around_b, at_b) = around(b, find(b));
        let mut places = [(around_a.as_str(), at_a), (around_b.as_str(), at_b)];
        grow(&mut places);
        let grown = |before: Span, after: Span| (before.start - after.start, after.end - before.end);
        assert_eq!((grown(at_a, places[0].1), grown(at_b, places[1].1)), ((3, 4), (1, 2)));
        let c = "It is over, it is";
        let mut places = [(a, find(a)), (c, find(c))];
        grow(&mut places);
        assert_eq!(places[0].1.of(a), "It is over");
    }
}
