//! Unicode's own test file for word boundaries, against the library that the words rule stands on.
//!
//! `fixtures/unicode/WordBreakTest.txt` is Unicode's, unchanged (see LICENSE beside it).
#![allow(clippy::unwrap_used, clippy::expect_used)]

use unicode_segmentation::UnicodeSegmentation;

#[test]
fn boundaries_are_those_of_the_standard() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/unicode/WordBreakTest.txt");
    let file = std::fs::read_to_string(path).unwrap();
    let mut n_cases = 0;
    let mut different = Vec::new();
    for line in file.lines() {
        let case = line.split('#').next().unwrap_or("").trim();
        if case.is_empty() {
            continue;
        }
        // "÷ 0061 × 0027 ÷": pieces between ÷, characters between ×.
        let expected: Vec<String> = case
            .split('÷')
            .map(|piece| {
                let digits = piece.split('×').map(str::trim).filter(|hex| !hex.is_empty());
                digits.map(|hex| char::from_u32(u32::from_str_radix(hex, 16).unwrap()).unwrap()).collect()
            })
            .filter(|piece: &String| !piece.is_empty())
            .collect();
        let text = expected.concat();
        let found: Vec<&str> = text.split_word_bounds().collect();
        if found != expected {
            different.push(case);
        }
        n_cases += 1;
    }
    // The file is of Unicode 15, the library of 17, where U+2701 is no longer a pictograph that a
    // zero-width joiner binds. Words never see a joiner: it is dropped before.
    assert!(different.iter().all(|case| case.contains("200D × 2701")), "{different:#?}");
    assert_eq!(n_cases, 1823);
}
