//! What single characters mean to the words rule: which are dropped, folded, kept whole or words
//! of their own.
//!
//! A leaf: knows no text and no positions. Every table here is part of the rule and its version.

use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

/// Whether the character is dropped before anything is looked at: Unicode's default-ignorable
/// code points (soft hyphen, zero-width, bidi controls, variation selectors, byte order mark) and
/// the Arabic tatweel, which only stretches a word on the page.
pub(super) const fn is_dropped(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{640}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFF8}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}')
}

/// Folds what typography varies: apostrophes to `'`, double quotes to `"`, hyphens, minus and the
/// en dash to `-`, final sigma to sigma. The em dash stays: it parts thoughts and joins nothing.
pub(super) const fn fold(c: char) -> char {
    match c {
        '\u{B4}'
        | '\u{2B9}'
        | '\u{2BB}'..='\u{2BD}'
        | '\u{55A}'
        | '\u{5F3}'
        | '\u{1FBD}'
        | '\u{1FBF}'
        | '\u{1FFD}'
        | '\u{2018}'..='\u{201B}'
        | '\u{2032}'
        | '\u{A78B}'
        | '\u{A78C}' => '\'',
        '\u{5F4}' | '\u{201C}'..='\u{201F}' | '\u{2033}' => '"',
        '\u{58A}' | '\u{5BE}' | '\u{2010}'..='\u{2013}' | '\u{2212}' => '-',
        'ς' => 'σ',
        _ => c,
    }
}

/// Whether the character can make a word: a letter or a number, but no combining mark.
pub(super) fn is_word(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphanumeric() } else { c.is_alphanumeric() && !is_mark(c) }
}

/// Whether the character is a combining mark, which always stays with what it follows.
pub(super) fn is_mark(c: char) -> bool {
    c >= '\u{300}' && (is_combining_mark(c) || canonical_combining_class(c) != 0)
}

/// Whether the character belongs to the blocks of marks that Zalgo text is made of.
pub(super) const fn is_stackable(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
}

/// Whether the character is in a block of a script written without spaces: Thai, Lao, Myanmar,
/// Khmer, Hiragana, Katakana, Han. Only those that [`is_word`] become tokens.
pub(super) const fn is_spaceless(c: char) -> bool {
    matches!(c,
        '\u{E01}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
        | '\u{2E80}'..='\u{2FDF}' | '\u{3005}' | '\u{3007}' | '\u{3021}'..='\u{3029}'
        | '\u{3031}'..='\u{303C}' | '\u{3041}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{A9E0}'..='\u{A9FF}'
        | '\u{AA60}'..='\u{AA7F}' | '\u{F900}'..='\u{FAFF}' | '\u{116D0}'..='\u{116FF}'
        | '\u{1AFF0}'..='\u{1B16F}' | '\u{20000}'..='\u{3FFFF}')
}

/// Whether the character's compatibility decomposition holds more than one word (`㍿`, `℅`, `ﷺ`).
/// One character can carry one span only, so it is kept as it is and is one word. The same goes
/// for Thai and Lao sara am, whose two parts would belong to two tokens.
pub(super) const fn is_compound(c: char) -> bool {
    matches!(c,
        '\u{E33}' | '\u{EB3}' | '\u{EDC}'..='\u{EDD}' | '\u{2100}'..='\u{2101}' | '\u{2105}'..='\u{2106}'
        | '\u{309F}' | '\u{30FF}' | '\u{32C0}'..='\u{32CB}' | '\u{32FF}'..='\u{3370}'
        | '\u{337B}'..='\u{337F}' | '\u{33C2}' | '\u{33D8}' | '\u{33A7}'..='\u{33A8}' | '\u{33AE}'..='\u{33AF}' | '\u{33C6}'
        | '\u{33DE}'..='\u{33FE}' | '\u{FDFA}'..='\u{FDFB}' | '\u{1B123}'..='\u{1B126}'
        | '\u{1F200}'..='\u{1F201}')
}
