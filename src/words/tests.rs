//! The rule by example and by property; the fast path held to the reference.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;

use super::*;

/// Bytes that the block path looks at together.
const BLOCK: usize = 64;

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
    for path in Path::ALL.into_iter().filter(|path| path.is_available()) {
        let mut fast = Words::default();
        words_by(path, text, gaps, &mut fast);
        assert_eq!(fast, slow, "{path:?}: {text:?}");
    }
}

#[test]
fn a_character_of_several_words_is_kept_and_no_other() {
    let mut ranges: Vec<(u32, u32)> = vec![];
    for c in '\u{80}'..=char::MAX {
        use unicode_normalization::UnicodeNormalization;
        let flat: String = c.to_string().nfkd().collect();
        let is_torn = flat.starts_with(chars::is_mark) && flat.contains(chars::is_word);
        // `㏂` is one word alone, and two beside letters.
        let parts = flat.split('.').filter(|part| part.chars().any(char::is_alphabetic)).count();
        if is_torn || parts > 1 || strings(&flat).len() > 1 {
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
        ("_so_ __be.it__ a_b", "so be it a_b"),
        ("interests.The U.S.The said:The Node.js", "interests the u.s the said the node js"),
        ("é.à J.K.Rowling don’t.x Ph.D.", "é.à j.k rowling don't.x ph d"),
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

#[test]
fn zalgo_reads_as_its_clean_copy() {
    let clean = "The harbour master said on Monday that two ferries had drifted from the pier after a rope gave way, \
                 and nobody was hurt before the crew brought them back to the quay";
    let mut zalgo = String::new();
    let mut state = 1;
    let mut next = |limit: u32| {
        state = hash::mix(state + 1);
        u32::try_from(state % u64::from(limit)).unwrap()
    };
    for c in clean.chars() {
        zalgo.push(c);
        // Up to eight above, one through, up to eight below, as the generators do.
        let n_marks = if c.is_alphabetic() { next(9) + next(2) + next(9) } else { 0 };
        for _ in 0..n_marks {
            zalgo.push(char::from_u32(0x300 + next(0x70)).unwrap_or('\u{300}'));
        }
    }
    let (read, clean) = (words(&zalgo, &[]), words(clean, &[]));
    assert_eq!(read.len(), clean.len());
    let n_equal = read.hashes.iter().zip(&clean.hashes).filter(|(a, b)| a == b).count();
    assert!(95 * clean.len() <= 100 * n_equal, "{n_equal} of {}", clean.len());
}

#[test]
fn the_guard_leaves_writing_alone() {
    use unicode_normalization::UnicodeNormalization;
    for text in [
        "nguyễn thị ngữ được tiếng việt ở đường phố",
        "ᾅδειν ᾧ ἄνθρωποσ τῷ ᾖσαν ὦ",
        "ẹ̀kọ́ ọ̀rọ̀ ṣé ẹ́ gbọ́",
        "ė́ ą́ ų̃ j̃",
        "كَتَبَ الوَلَدُ الدَّرْسَ مُحَمَّدٌ",
        "בְּרֵאשִׁית בָּרָא אֱלֹהִים",
        "हिन्दी क्षेत्र की ज़िंदगी",
    ] {
        let nfc: String = text.nfc().collect();
        let nfd: String = text.nfd().collect();
        assert_eq!(read(&nfd), nfc.nfkc().collect::<String>());
        assert_eq!(words(&nfd, &[]).hashes, words(&nfc, &[]).hashes);
    }
}

#[track_caller]
fn check_spans(text: &str) {
    let mut end = 0;
    for span in words(text, &[]).spans {
        assert!(end <= span.start && span.start < span.end, "{text:?}");
        assert!(!span.of(text).is_empty(), "{text:?}");
        end = span.end;
    }
}

#[test]
fn no_decomposed_character_falls_into_two_words() {
    use unicode_normalization::UnicodeNormalization;
    for c in ('\u{80}'..=char::MAX).filter(|c| !('가'..='힣').contains(c)) {
        if c.nfkd().ne([c]) {
            for text in
                [format!("a-b-c-d{c}a-b-c-d"), format!("1{c}1"), format!("中{c}中"), format!("a.{c}.a")]
            {
                check_spans(&text);
                agree(&text, &[]);
            }
        }
    }
}

#[test]
fn every_common_character_is_what_the_reference_says() {
    for c in '\u{80}'..=char::MAX {
        if common::kind(c) == common::Kind::Unknown {
            continue;
        }
        for text in [
            format!("{c}"),
            format!("a{c}b"),
            format!("a{c}1"),
            format!("1{c}1"),
            format!("_{c}_"),
            format!("中{c}中"),
            format!("ก{c}{c}"),
            format!("a.{c}.a"),
            format!("1.{c}.1"),
            format!("{c}{c}"),
            format!("a-{c}-c-d"),
            format!("x@y.{c}"),
            format!("www.{c}"),
            format!("a'{c}"),
            format!("é{c}'é"),
        ] {
            agree(&text, &[]);
        }
    }
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
    prop_oneof![
        nasty(),
        "[ -~]{0,40}",
        "[a-zA-Z0-9._:,;'@/ -]{0,40}",
        "[a-zA1.':,é’“”—…·،ÀŁжΣςأب中カกำุ้，．a한\u{AD}ـ-]{0,30}",
        "\\PC{0,20}",
        any::<String>()
    ]
}

/// Text of several blocks of 64 bytes: mostly plain words, now and then what [`any_text`] makes.
fn long_text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        6 => "[a-zA-Z]{1,12}[ ,.]? ",
        2 => "[a-zA-Z0-9.',;:/w-]{1,24}[ \n]",
        1 => "[a-zA-Z-]{17,150}",
        1 => any_text(),
    ];
    proptest::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
}

#[test]
fn the_edges_of_blocks_change_nothing() {
    let pieces = [
        "a.b", "it's", "1,000;5", "a.b.c.", "x", "www.x", "http://x", "a-b-c-d", "x@y.z", "é", "中", "_a",
        "a", "\0",
    ];
    for piece in pieces {
        for before in (0..=3_usize).chain(52..=66).chain(122..=130) {
            for (fill, after) in [("a", ""), (" ", " "), ("a ", " b.c 1.2 d"), ("a.", "'z"), ("-b", ".")] {
                let mut text = fill.repeat(before.div_ceil(fill.len()));
                text.truncate(before);
                text += piece;
                text += after;
                agree(&text, &[]);
            }
        }
    }
}

/// Bytes that begin at every place of a block and end at every other, for text of every width of character.
#[test]
fn where_a_text_begins_and_ends_changes_nothing() {
    // Each has characters of several widths, so that a block's last byte cuts each kind somewhere.
    let texts = [
        "“Korea’s” U.S. 3.5 a-b-c-d ",
        "żółw Ärger l’été ΛΌΓΟΣ ",
        "東京タワー2024年 ok ",
        "𝐀b 👍🏽 e\u{301}x ﬁ ",
        "plain words, 1,000 of them ",
    ];
    for text in texts {
        let text = text.repeat(320 / text.len() + 1);
        let cuts: Vec<usize> = (0..=260).filter(|&at| text.is_char_boundary(at)).collect();
        for &start in cuts.iter().filter(|&&start| start <= BLOCK) {
            // Every end within a character's reach of a block's limits, counted from the start.
            let near = |end: &&usize| (**end - start) % BLOCK <= 5 || 59 <= (**end - start) % BLOCK;
            for &end in cuts.iter().filter(|&&end| start <= end).filter(near) {
                agree(&text[start..end], &[]);
            }
        }
    }
}

/// Plain words of any length, with characters of every width between them.
fn mixed_widths() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => "[a-z]{0,9}[ .,]",
        1 => "[\u{80}-\u{7FF}]{1,3}",
        1 => "[\u{800}-\u{FFFF}]{1,3}",
        1 => "[\u{10000}-\u{10FFFF}]{1,2}",
        1 => "[‘’“”–—…·éöñа-яぁ-ん一-龥가-힣]{1,4}",
    ];
    proptest::collection::vec(part, 0..30).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// The same text at every place of memory and of a longer text.
    #[test]
    fn fast_equals_reference_at_every_alignment(text in mixed_widths(), from in 0..BLOCK, to in 0..BLOCK) {
        let start = text.ceil_char_boundary(from.min(text.len()));
        let end = text.floor_char_boundary(text.len().saturating_sub(to)).max(start);
        agree(&text[start..end], &[]);
        let mut gaps = vec![Span::from_range(start, end)];
        agree(&text, &gaps);
        gaps = vec![Span::from_range(0, start), Span::from_range(end, text.len())];
        agree(&text, &gaps);
    }

    #[test]
    fn fast_equals_reference_over_many_blocks(text in long_text(), gap in (0_u32..400, 0_u32..9)) {
        agree(&text, &[]);
        agree(&text, &[Span::new(gap.0, gap.0 + gap.1)]);
    }
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
        check_spans(&text);
    }

    #[test]
    fn words_are_their_own_words(text in any_text()) {
        let once = read(&text);
        prop_assert_eq!(read(&once), once);
    }
}
