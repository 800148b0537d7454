//! English stems: words that differ by an ending become the same.
//!
//! For looking at heavily edited text only; equality of words is never decided on stems. A word that is not
//! plain ASCII letters, or shorter than four, stays what it is, and so, nearly always, does a word of another language.
//!
//! # Source
//!
//! M. Porter, *An algorithm for suffix stripping*, Program 14(3), 1980, written from the paper's rules.

/// The stem of a word in lower-case ASCII letters, cut in place.
pub(super) fn stem(word: &mut Vec<u8>) {
    if word.len() < 4 {
        return;
    }
    plural(word);
    past(word);
    if word.last() == Some(&b'y') && has_vowel(word, word.len() - 1) {
        replace(word, 1, b"i");
    }
    replace_by(word, DOUBLE, 1);
    replace_by(word, LONG, 1);
    if let Some(n) = LAST.iter().find(|suffix| word.ends_with(suffix)).map(|suffix| suffix.len()) {
        let kept = word.len() - n;
        let ion = word.ends_with(b"ion");
        let fits =
            !ion || kept.checked_sub(1).and_then(|at| word.get(at)).is_some_and(|c| matches!(c, b's' | b't'));
        if fits && 1 < measure(word, kept) {
            word.truncate(kept);
        }
    }
    if word.last() == Some(&b'e') {
        let kept = word.len() - 1;
        let m = measure(word, kept);
        if 1 < m || m == 1 && !short_end(word, kept) {
            word.truncate(kept);
        }
    }
    if word.ends_with(b"ll") && 1 < measure(word, word.len() - 1) {
        word.truncate(word.len() - 1);
    }
}

type Rules = &'static [(&'static [u8], &'static [u8])];

const DOUBLE: Rules = &[
    (b"ational", b"ate"),
    (b"tional", b"tion"),
    (b"enci", b"ence"),
    (b"anci", b"ance"),
    (b"izer", b"ize"),
    (b"abli", b"able"),
    (b"alli", b"al"),
    (b"entli", b"ent"),
    (b"eli", b"e"),
    (b"ousli", b"ous"),
    (b"ization", b"ize"),
    (b"ation", b"ate"),
    (b"ator", b"ate"),
    (b"alism", b"al"),
    (b"iveness", b"ive"),
    (b"fulness", b"ful"),
    (b"ousness", b"ous"),
    (b"aliti", b"al"),
    (b"iviti", b"ive"),
    (b"biliti", b"ble"),
];
const LONG: Rules = &[
    (b"icate", b"ic"),
    (b"ative", b""),
    (b"alize", b"al"),
    (b"iciti", b"ic"),
    (b"ical", b"ic"),
    (b"ful", b""),
    (b"ness", b""),
];
/// Longer ones before those they end with.
const LAST: &[&[u8]] = &[
    b"ement", b"ance", b"ence", b"able", b"ible", b"ment", b"ant", b"ent", b"ion", b"ism", b"ate", b"iti",
    b"ous", b"ive", b"ize", b"al", b"er", b"ic", b"ou",
];

fn plural(word: &mut Vec<u8>) {
    if word.ends_with(b"sses") || word.ends_with(b"ies") {
        word.truncate(word.len() - 2);
    } else if word.ends_with(b"s") && !word.ends_with(b"ss") {
        word.truncate(word.len() - 1);
    }
}

fn past(word: &mut Vec<u8>) {
    if word.ends_with(b"eed") {
        if 0 < measure(word, word.len() - 3) {
            word.truncate(word.len() - 1);
        }
        return;
    }
    let cut = if word.ends_with(b"ed") {
        2
    } else if word.ends_with(b"ing") {
        3
    } else {
        return;
    };
    let kept = word.len() - cut;
    if !has_vowel(word, kept) {
        return;
    }
    word.truncate(kept);
    if word.ends_with(b"at") || word.ends_with(b"bl") || word.ends_with(b"iz") {
        word.push(b'e');
    } else if let [.., x, y] = word.as_slice()
        && x == y
        && is_consonant(word, kept - 1)
        && !matches!(y, b'l' | b's' | b'z')
    {
        word.truncate(kept - 1);
    } else if measure(word, kept) == 1 && short_end(word, kept) {
        word.push(b'e');
    }
}

/// Replaces the longest ending of the rules when enough stands before it.
fn replace_by(word: &mut Vec<u8>, rules: Rules, least: usize) {
    let rule =
        rules.iter().filter(|(suffix, _)| word.ends_with(suffix)).max_by_key(|(suffix, _)| suffix.len());
    if let Some((suffix, other)) = rule
        && least <= measure(word, word.len() - suffix.len())
    {
        replace(word, suffix.len(), other);
    }
}

fn replace(word: &mut Vec<u8>, n: usize, other: &[u8]) {
    word.truncate(word.len() - n);
    word.extend_from_slice(other);
}

fn is_consonant(word: &[u8], at: usize) -> bool {
    match word.get(at) {
        Some(b'a' | b'e' | b'i' | b'o' | b'u') => false,
        Some(b'y') => at.checked_sub(1).is_none_or(|before| !is_consonant(word, before)),
        _ => true,
    }
}

fn has_vowel(word: &[u8], end: usize) -> bool {
    (0..end).any(|at| !is_consonant(word, at))
}

/// How many times a vowel is followed by a consonant in the first `end` letters.
fn measure(word: &[u8], end: usize) -> usize {
    (1..end).filter(|at| is_consonant(word, *at) && !is_consonant(word, *at - 1)).count()
}

/// Consonant, vowel, consonant, the last none of w, x, y.
fn short_end(word: &[u8], end: usize) -> bool {
    3 <= end
        && is_consonant(word, end - 3)
        && !is_consonant(word, end - 2)
        && is_consonant(word, end - 1)
        && !matches!(word.get(end - 1), Some(b'w' | b'x' | b'y'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stemmed(word: &str) -> String {
        let mut bytes = word.as_bytes().to_vec();
        stem(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    #[test]
    fn the_examples_of_the_paper() {
        for (word, expected) in [
            ("caresses", "caress"),
            ("ponies", "poni"),
            ("caress", "caress"),
            ("cats", "cat"),
            ("feed", "feed"),
            ("agreed", "agre"),
            ("plastered", "plaster"),
            ("bled", "bled"),
            ("motoring", "motor"),
            ("sing", "sing"),
            ("conflated", "conflat"),
            ("troubled", "troubl"),
            ("sized", "size"),
            ("hopping", "hop"),
            ("tanned", "tan"),
            ("falling", "fall"),
            ("hissing", "hiss"),
            ("fizzed", "fizz"),
            ("failing", "fail"),
            ("filing", "file"),
            ("happy", "happi"),
            ("relational", "relat"),
            ("conditional", "condit"),
            ("rational", "ration"),
            ("digitizer", "digit"),
            ("radically", "radic"),
            ("differently", "differ"),
            ("vileness", "vile"),
            ("analogously", "analog"),
            ("vietnamization", "vietnam"),
            ("operator", "oper"),
            ("feudalism", "feudal"),
            ("decisiveness", "decis"),
            ("hopefulness", "hope"),
            ("formality", "formal"),
            ("sensitivity", "sensit"),
            ("sensibility", "sensibl"),
            ("triplicate", "triplic"),
            ("electrical", "electr"),
            ("revival", "reviv"),
            ("allowance", "allow"),
            ("inference", "infer"),
            ("airliner", "airlin"),
            ("adjustable", "adjust"),
            ("irritant", "irrit"),
            ("replacement", "replac"),
            ("adoption", "adopt"),
            ("communism", "commun"),
            ("activate", "activ"),
            ("effective", "effect"),
            ("probate", "probat"),
            ("rate", "rate"),
            ("cease", "ceas"),
            ("controlling", "control"),
            ("rolling", "roll"),
            ("sky", "sky"),
            ("the", "the"),
            ("a", "a"),
        ] {
            assert_eq!(stemmed(word), expected, "{word}");
        }
    }
}
