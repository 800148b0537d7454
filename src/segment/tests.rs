//! Tests that need more than one file of the stage: the cases of `fixtures/segment`, Unicode's own
//! file, and what must hold for every text.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use super::{line::is_blank, paragraph, rule::Rule, sentence::cuts, *};

const SENTENCES: &str = include_str!("../../fixtures/segment/sentences.txt");
const PARAGRAPHS: &str = include_str!("../../fixtures/segment/paragraphs.txt");
const UNICODE: &str = include_str!("../../fixtures/unicode/SentenceBreakTest.txt");

fn plain(text: &str) -> Units {
    segment(&Document { text: text.to_owned(), ..Document::default() })
}

fn whole(text: &str) -> Span {
    Span::from_range(0, text.len())
}

#[test]
fn the_cases_of_sentences() {
    let mut wrong = Vec::new();
    for case in SENTENCES.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
        let wanted: Vec<&str> = case.split('‖').map(str::trim).collect();
        let text = case.replace('‖', "");
        let found: Vec<&str> = sentences(&text, whole(&text), false).iter().map(|s| s.of(&text)).collect();
        if found != wanted {
            wrong.push(format!("wanted {wanted:?}\n found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_cases_of_paragraphs() {
    #[rustfmt::skip]
    let signs = [
        ("{NBSP}", "\u{a0}"), ("{IDSP}", "\u{3000}"), ("{ZWSP}", "\u{200b}"), ("{FF}", "\u{c}"),
        ("{LS}", "\u{2028}"), ("{PS}", "\u{2029}"), ("{CR}", "\r"), ("{TAB}", "\t"),
    ];
    for case in PARAGRAPHS.split("\n=== ").skip(1) {
        let (name, body) = case.split_once('\n').unwrap();
        let body = signs.iter().fold(body.to_owned(), |body, (sign, c)| body.replace(sign, c));
        // What stands between two signs is one paragraph, but for the blanks at its ends.
        let mut wanted = Vec::new();
        for (i, _) in body.match_indices(['¶', '§']) {
            let rest = body[i..].trim_start_matches(['¶', '§']);
            let end = rest.find(['¶', '§']).unwrap_or(rest.len());
            wanted.push((rest[..end].trim_matches(is_blank), body[i..].starts_with('§')));
        }
        let text = body.replace(['¶', '§'], "");
        let found: Vec<(&str, bool)> =
            paragraph::split(&text).iter().map(|p| (p.span.of(&text), p.hard_wrapped)).collect();
        assert_eq!(found, wanted, "{name}");
    }
}

/// Unicode's cases: the text, and the bytes where it is cut.
fn unicode_cases() -> Vec<(String, Vec<usize>)> {
    let rows = UNICODE.lines().filter_map(|l| l.split('#').next()).filter(|l| !l.trim().is_empty());
    rows.map(|row| {
        let (mut text, mut at) = (String::new(), Vec::new());
        for sign in row.split_whitespace() {
            match sign {
                "÷" => at.push(text.len()),
                "×" => {}
                hex => text.push(char::from_u32(u32::from_str_radix(hex, 16).unwrap()).unwrap()),
            }
        }
        at.retain(|&i| 0 < i && i < text.len());
        (text, at)
    })
    .collect()
}

#[test]
fn unicodes_file_passes_by_the_letter() {
    let cases = unicode_cases();
    assert!(500 < cases.len());
    for (text, wanted) in cases {
        let mut found = Vec::new();
        uax29::boundaries(&text, &mut found);
        assert_eq!(found, wanted, "{text:?}");
    }
}

#[test]
fn unicodes_file_differs_only_where_a_rule_says_so() {
    let mut rules = Vec::new();
    for (text, wanted) in unicode_cases() {
        let cuts = cuts(&text);
        let unruled: Vec<usize> = cuts.iter().filter(|c| c.by.is_none()).map(|c| c.at).collect();
        let joined: Vec<usize> = cuts.iter().filter(|c| !c.stands).map(|c| c.at).collect();
        // Every cut of the file is made, or a named rule took it back; no cut is made without a name.
        for at in &wanted {
            assert!(unruled.contains(at) || joined.contains(at), "{text:?} at {at}");
        }
        for at in &unruled {
            assert!(wanted.contains(at), "{text:?} at {at}");
        }
        rules.extend(cuts.iter().filter_map(|c| c.by));
    }
    rules.sort_unstable();
    rules.dedup();
    assert_eq!(rules, SPEAK_IN_UNICODES_FILE);
}

/// The rules that change a case of Unicode's file; all others leave it as it is.
const SPEAK_IN_UNICODES_FILE: &[Rule] = &[Rule::Acronym, Rule::Enumerator, Rule::Inside];

#[test]
fn blocks_are_taken_as_they_come_and_gaps_are_no_prose() {
    let text = "# Head\n\n**They left.** Then [she](http://a.b/?Q=1. X) came\nback. **No.**\n".to_owned();
    let span = |part: &str| Span::from_range(text.find(part).unwrap(), text.find(part).unwrap() + part.len());
    let bold: Vec<Span> = text.match_indices("**").map(|(i, _)| Span::from_range(i, i + 2)).collect();
    let gaps = vec![span("# "), bold[0], bold[1], span("["), span("](http://a.b/?Q=1. X)"), bold[2], bold[3]];
    let paragraphs = vec![span("# Head"), Span::from_range(8, text.len())];
    let document =
        Document { layout: Layout::Blocks { paragraphs, gaps }, text: text.clone(), ..Document::default() };
    let units = segment(&document);
    let found: Vec<&str> = units.sentences.iter().map(|s| s.of(&text)).collect();
    assert_eq!(found, ["Head", "They left.", "Then [she](http://a.b/?Q=1. X) came\nback.", "No."]);
    assert_eq!(units.paragraphs.len(), 2);
}

/// Text thick with marks, blanks, line ends and the words of the tables.
fn tricky() -> impl Strategy<Value = String> {
    #[rustfmt::skip]
    let piece = prop::sample::select(vec![
        ".", ".", "!", "?", "…", "。", "؟", "।", "\n", "\n\n", "\r\n", "\r", "\u{2028}", "\u{2029}",
        "\u{c}", " ", " ", "\u{a0}", "\u{200b}", "\u{301}", "\u{200d}", "(", ")", "[", "]", "\"", "”",
        "“", "«", "»", "-", "– ", ",", "1", "25", "The ", "they ", "left", "U.S", "Dr", "Jan", "p.m",
        "J", "z", "字", "か", "《", "ก", "นายกรัฐมนตรีเดินทางไป", "हम", "ए", "ع", "\u{1f600}", "http://",
        "[3]", "    ", "Wednesday", "iPhone",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|v| v.concat())
}

fn check(text: &str, units: &Units) {
    let ascending = |spans: &[Span]| spans.windows(2).all(|w| w[0].end <= w[1].start);
    assert!(ascending(&units.paragraphs) && ascending(&units.sentences));
    for span in units.paragraphs.iter().chain(&units.sentences) {
        let inside = text.get(span.range()).expect("on character boundaries");
        assert!(!inside.is_empty() && inside.trim_matches(is_blank) == inside);
    }
    for sentence in &units.sentences {
        assert_eq!(units.paragraphs.iter().filter(|p| p.contains(*sentence)).count(), 1);
    }
    // Nothing shown lies outside the paragraphs, nor outside the sentences.
    for spans in [&units.paragraphs, &units.sentences] {
        let shown: usize = spans.iter().map(|s| s.of(text).chars().filter(|&c| !is_blank(c)).count()).sum();
        assert_eq!(shown, text.chars().filter(|&c| !is_blank(c)).count());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn units_hold_all_that_shows(text in prop_oneof![tricky(), any::<String>()]) {
        check(&text, &plain(&text));
    }

    #[test]
    fn every_cut_has_an_owner(text in tricky()) {
        let line = text.replace(['\n', '\r', '\u{2028}', '\u{2029}', '\u{85}'], " ");
        let base: Vec<usize> = line.split_sentence_bound_indices().map(|(i, _)| i).filter(|&i| 0 < i).collect();
        let cuts = cuts(&line);
        prop_assert!(cuts.windows(2).all(|w| w[0].at <= w[1].at), "{:?} {:?}", line, cuts);
        let unruled: Vec<usize> = cuts.iter().filter(|c| c.by.is_none()).map(|c| c.at).collect();
        let joined: Vec<usize> = cuts.iter().filter(|c| !c.stands).map(|c| c.at).collect();
        for at in &base {
            prop_assert!(unruled.contains(at) || joined.contains(at), "{:?} at {}", line, at);
        }
        for at in &unruled {
            prop_assert!(base.contains(at), "{:?} at {}", line, at);
        }
    }

    #[test]
    fn a_paragraph_splits_equally_wherever_it_stands(before in tricky(), text in tricky(), after in tricky(), wrapped: bool) {
        let alone = sentences(&text, whole(&text), wrapped);
        let joined = format!("{before}\n\n{text}\n\n{after}");
        let from = before.len() + 2;
        let there = sentences(&joined, Span::from_range(from, from + text.len()), wrapped);
        let offset = u32::try_from(from).unwrap();
        let moved: Vec<Span> = alone.iter().map(|s| Span::new(s.start + offset, s.end + offset)).collect();
        prop_assert_eq!(moved, there);
    }

    #[test]
    fn any_blocks_and_gaps_are_survived(text in tricky(), marks in prop::collection::vec(0usize..200, 0..16)) {
        let mut marks: Vec<usize> = marks.into_iter().filter(|&i| text.is_char_boundary(i)).collect();
        marks.sort_unstable();
        let spans: Vec<Span> = marks.chunks_exact(2).map(|w| Span::from_range(w[0], w[1])).collect();
        let (gaps, paragraphs) = spans.split_at(spans.len() / 2);
        for paragraphs in [paragraphs.to_vec(), vec![whole(&text)], vec![whole(&text), whole(&text)]] {
            let layout = Layout::Blocks { paragraphs, gaps: gaps.to_vec() };
            let units = segment(&Document { text: text.clone(), layout, ..Document::default() });
            for spans in [&units.paragraphs, &units.sentences] {
                prop_assert!(spans.windows(2).all(|w| w[0].end <= w[1].start));
            }
            for sentence in &units.sentences {
                prop_assert!(text.get(sentence.range()).is_some_and(|s| !s.is_empty()));
                prop_assert_eq!(units.paragraphs.iter().filter(|p| p.contains(*sentence)).count(), 1);
            }
        }
    }
}
