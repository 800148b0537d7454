//! The rule by example and by property; the fast path held to the reference.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;

use super::*;

fn strings(text: &str) -> Vec<String> {
    normalised(text, &[]).into_iter().map(|(word, _)| word).collect()
}

fn read(text: &str) -> String {
    strings(text).join(" ")
}

#[track_caller]
fn agree(text: &str, gaps: &[Span]) {
    let mut slow = Words::default();
    each_reference(text, gaps, |word, span, spaceless| slow.push(hash_of(word, spaceless), span));
    assert_eq!(words(text, gaps), slow, "{text:?}");
}

#[test]
fn a_character_of_several_words_is_kept_and_no_other() {
    let mut ranges: Vec<(u32, u32)> = vec![];
    for c in '\u{80}'..=char::MAX {
        use unicode_normalization::UnicodeNormalization;
        let flat: String = c.to_string().nfkd().collect();
        let is_torn = flat.starts_with(chars::is_mark) && flat.contains(chars::is_word);
        if is_torn || strings(&flat).len() > 1 {
            match ranges.last_mut() {
                Some(last) if last.1 + 1 == c as u32 => last.1 = c as u32,
                _ => ranges.push((c as u32, c as u32)),
            }
        }
    }
    let wrong: Vec<_> = ('\u{80}'..=char::MAX)
        .filter(|&c| chars::is_compound(c) != ranges.iter().any(|r| r.0 <= c as u32 && c as u32 <= r.1))
        .collect();
    let source: Vec<_> = ranges.iter().map(|r| format!("'\\u{{{:X}}}'..='\\u{{{:X}}}'", r.0, r.1)).collect();
    assert!(wrong.is_empty(), "the table should be\n{}", source.join(" | "));
}

#[test]
fn the_rule_by_example() {
    for (text, expected) in [
        ("Korea’s KOREA'S ‘Korea＇s’ Koreaʼs", "korea's korea's korea's korea's"),
        ("U.S. troops, e.g. 3.5 or 1,000;", "u.s troops e.g 3.5 or 1,000"),
        ("computer-simulated computer‐simulated", "computer simulated computer simulated"),
        ("_so_ __be.it__ a_b", "so be.it a_b"),
        ("(https://Example.org/a-b_c?d=e). <www.x.org>", "https://example.org/a-b_c?d=e www.x.org"),
        ("write to <Jim.Beam@news.example.org>!", "write to jim.beam@news.example.org"),
        ("North-Korea-fires-missile-again mother-in-law", "north-korea-fires-missile-again mother in law"),
        ("élection-présidentielle-2024-résultats", "élection-présidentielle-2024-résultats"),
        ("one—two—three—four—five", "one two three four five"),
        ("见http://a.example/b-c。更多", "见 http://a.example/b-c 更 多"),
        ("東京タワー2024年", "東 京 タ ワ ー 2024 年"),
        ("ｶﾞｷﾞ ガ", "ガ ギ ガ"),
        ("ก่ำ น้ำ", "ก่ ำ น้ ำ"),
        ("soft\u{AD}ly zero\u{200B}width \u{FEFF}bom", "softly zerowidth bom"),
        ("ﬁnal ΛΌΓΟΣ λόγος Straße", "final λόγοσ λόγοσ straße"),
        ("צה״ל צה\"ל צה”ל", "צה\"ל צה\"ל צה\"ל"),
        ("㍿ ℅ ﷺ", "㍿ ℅ ﷺ"),
        ("… — ‘ ’ -- ''", ""),
    ] {
        assert_eq!(read(text), expected, "{text}");
        agree(text, &[]);
    }
}

#[test]
fn gaps_part_words_and_give_none() {
    let text = "one<b>two</b>three é";
    let gaps = [Span::new(3, 6), Span::new(9, 13)];
    let read: Vec<_> = words(text, &gaps).spans.iter().map(|s| s.of(text)).collect();
    assert_eq!(read, ["one", "two", "three", "é"]);
    // Gaps that are out of order, overlap, cut a character or end past the text do no harm.
    for gaps in [
        vec![Span::new(0, 99)],
        vec![Span::new(20, 21)],
        vec![Span::new(9, 13), Span::new(3, 11), Span::new(40, 50)],
    ] {
        agree(text, &gaps);
    }
    assert!(words(text, &[Span::new(0, 99)]).is_empty());
    assert_eq!(words(text, &[Span::new(20, 21)]).len(), 5);
}

/// Text of pieces that were chosen to meet badly.
fn nasty() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "a",
        "B",
        "é",
        "e\u{301}",
        "İ",
        "ς",
        "Σ",
        "ß",
        "ﬁ",
        "1",
        "٣",
        "½",
        "²",
        "_",
        ".",
        "'",
        "’",
        ":",
        ",",
        ";",
        "-",
        "–",
        "—",
        "/",
        "@",
        "://",
        "www.",
        "a-b-c-d",
        "x@y.z",
        "(",
        ")",
        "\"",
        "“",
        " ",
        "\n",
        "\0",
        "\u{A0}",
        "\u{3000}",
        "\u{85}",
        "\u{AD}",
        "\u{200B}",
        "\u{200D}",
        "\u{FEFF}",
        "\u{FE0F}",
        "\u{301}",
        "\u{302}",
        "\u{323}",
        "\u{30A}",
        "\u{345}",
        "\u{20E3}",
        "\u{1100}",
        "\u{1161}",
        "\u{11A8}",
        "ㅋ",
        "ㅏ",
        "한",
        "ｶ",
        "ﾞ",
        "ﾟ",
        "カ",
        "゛",
        "ー",
        "ひ",
        "\u{3099}",
        "中",
        "々",
        "㍿",
        "℅",
        "ﷺ",
        "ก",
        "ำ",
        "่",
        "ກ",
        "ຳ",
        "က",
        "ា",
        "ក",
        "្",
        "क",
        "्",
        "ि",
        "ا",
        "َ",
        "ـ",
        "،",
        "א",
        "ָ",
        "״",
        "׳",
        "´",
        "῾",
        "🇩",
        "👍🏽",
        "𝐀",
        "🅰",
        "\u{1E94A}",
    ];
    proptest::collection::vec(proptest::sample::select(PIECES), 0..14).prop_map(|pieces| pieces.concat())
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![nasty(), "[ -~]{0,40}", "[a-zA-Z0-9._:,;'@/ -]{0,40}", "\\PC{0,20}", any::<String>()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn fast_equals_reference(text in any_text(), gaps in proptest::collection::vec((0_u32..40, 0_u32..9), 0..3)) {
        let mut gaps: Vec<_> = gaps.into_iter().map(|(start, len)| Span::new(start, start + len)).collect();
        gaps.sort_unstable();
        agree(&text, &gaps);
    }

    #[test]
    fn spans_are_in_order_and_in_the_text(text in any_text()) {
        let mut end = 0;
        for span in words(&text, &[]).spans {
            prop_assert!(end <= span.start && span.start < span.end);
            prop_assert!(!span.of(&text).is_empty());
            end = span.end;
        }
    }

    #[test]
    fn words_are_their_own_words(text in any_text()) {
        let once = read(&text);
        prop_assert_eq!(read(&once), once);
    }
}
