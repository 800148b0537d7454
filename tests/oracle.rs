//! The fast paths against counting everything: no finding that is not there, none missed that is.
//!
//! What counts, and what it does not model, stands in `support/oracle.rs`.
//!
//! Real text can be checked by hand: `TWICETOLD_ORACLE_INPUT=articles.jsonl cargo test --release --test oracle
//! real_text -- --ignored --nocapture` (and `TWICETOLD_ORACLE_LIMIT=300`, the number of articles that are read).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod support;

use std::{collections::BTreeMap, ops::Range};
use support::{
    corpus::{Corpus, Kind, Recipe},
    door,
    oracle::{Text, Vocabulary, assert_sound, check, common, count, is_long_enough, own_cut, runs},
    scratch,
};
use twicetold::{Level, Span, family, report::Findings};

fn scanned(recipe: &Recipe, settings: &[(&str, &str)]) -> (Vec<Text>, Findings) {
    let corpus = Corpus::generate(recipe);
    let mut vocabulary = Vocabulary::default();
    let texts = corpus.articles.iter().map(|article| own_cut(&article.text, &mut vocabulary)).collect();
    (texts, door::scan_articles(&corpus.articles, settings))
}

fn generated(name: &str, recipe: &Recipe, settings: &[(&str, &str)]) {
    let (texts, findings) = scanned(recipe, settings);
    assert_sound(name, &texts, &findings, true);
}

#[test]
fn default_thresholds() {
    for seed in [1, 2, 3] {
        generated(&format!("default-{seed}"), &Recipe { seed, ..Recipe::default() }, &[]);
    }
}

#[test]
fn low_document_thresholds() {
    for (seed, threshold) in [(4, "document=0.45"), (5, "document=0.5")] {
        let recipe = Recipe { seed, derived_percent: 50, ..Recipe::default() };
        generated(&format!("low-{seed}"), &recipe, &[("threshold", threshold)]);
    }
}

#[test]
fn low_thresholds_for_every_unit() {
    let recipe = Recipe { seed: 6, derived_percent: 50, ..Recipe::default() };
    generated("units", &recipe, &[("threshold", "document=0.5,paragraph=0.5,sentence=0.5")]);
}

#[test]
fn a_paragraph_of_boilerplate_in_most_articles() {
    let recipe = Recipe { seed: 7, documents: 120, boilerplate_percent: 70, ..Recipe::default() };
    generated("boilerplate", &recipe, &[]);
}

#[test]
fn many_light_edits_of_few_originals() {
    let kinds = vec![Kind::Words { percent: 1 }, Kind::Words { percent: 3 }, Kind::Words { percent: 6 }];
    let recipe = Recipe { seed: 8, documents: 120, derived_percent: 90, kinds, ..Recipe::default() };
    generated("versions", &recipe, &[]);
}

#[test]
fn few_words_that_come_back_often() {
    let recipe = Recipe { seed: 9, documents: 120, vocabulary: 400, ..Recipe::default() };
    generated("small-vocabulary", &recipe, &[]);
}

#[test]
#[ignore = "reads articles of the user's, named by TWICETOLD_ORACLE_INPUT"]
fn real_text() {
    let path = std::env::var("TWICETOLD_ORACLE_INPUT").expect("TWICETOLD_ORACLE_INPUT names the articles");
    let limit = std::env::var("TWICETOLD_ORACLE_LIMIT").map_or(300, |n| n.parse().expect("a number"));
    let text = std::fs::read_to_string(&path).expect("a file of JSON Lines");
    let lines: Vec<&str> = text.lines().take(limit).collect();
    let file = scratch("oracle-real").join("articles.jsonl");
    std::fs::write(&file, lines.join("\n") + "\n").unwrap();
    let findings = door::scan(&file, &[]);
    let mut vocabulary = Vocabulary::default();
    let texts: Vec<Text> = door::documents(&file, &[])
        .iter()
        .map(|document| {
            let cut = door::cut(document);
            let (names, bytes): (Vec<String>, Vec<Range<usize>>) = cut.words.into_iter().unzip();
            let words = names.into_iter().map(|name| vocabulary.number(name)).collect();
            let mut text = Text { words, bytes, units: BTreeMap::new() };
            for (level, spans) in cut.units {
                let ranges = spans.into_iter().map(|span| text.range(span)).collect();
                text.units.insert(level, ranges);
            }
            text
        })
        .collect();
    assert_sound(&path, &texts, &findings, false);
}

/// An oracle that never objects proves nothing: findings that were tampered with must be noticed.
#[test]
fn tampered_findings_are_noticed() {
    let recipe = Recipe { seed: 10, documents: 60, derived_percent: 60, ..Recipe::default() };
    let (texts, sound) = scanned(&recipe, &[]);
    assert_sound("untampered", &texts, &sound, true);
    let tampered = |name: &str, tamper: &dyn Fn(&mut Findings)| {
        let mut findings = sound.clone();
        tamper(&mut findings);
        assert!(!check(name, &texts, &findings, true).is_empty(), "not noticed: {name}");
    };
    for level in Level::UNITS {
        let at = sound.pairs.iter().position(|pair| pair.level == level).unwrap();
        let near = sound.pairs.iter().position(|pair| pair.level == level && !pair.same).unwrap();
        tampered(&format!("a pair of {level}s left out"), &|findings| {
            let _ = findings.pairs.remove(at);
        });
        tampered(&format!("a score of {level}s one higher"), &|findings| {
            findings.pairs[near].score.part += 1;
        });
        tampered(&format!("near {level}s called the same"), &|findings| findings.pairs[near].same = true);
        tampered(&format!("a {level} of another place"), &|findings| {
            findings.pairs[at].right.1.start += 40;
        });
    }
    let passage = sound.families.iter().position(|family| family.level == Level::Passage).unwrap();
    tampered("a family left out", &|findings| drop(findings.families.remove(passage)));
    let near = sound.families.iter().position(|family| family.kind == family::Kind::Near).unwrap();
    tampered("a near family called exact", &|findings| findings.families[near].kind = family::Kind::Exact);
    tampered("a member with too many words", &|findings| findings.families[near].occurrences[0].words += 1);
    tampered("a member of another place", &|findings| {
        let span = &mut findings.families[near].occurrences[0].span;
        *span = Span::new(span.start, span.start + 60);
    });
}

#[test]
fn the_oracle_counts_by_hand() {
    let mut vocabulary = Vocabulary::default();
    let text = "One two three four five six seven eight nine. Ten eleven twelve.\n\nOther words here.\n";
    let copy = "Something else. One two three four five six seven eight nine. The end.\n";
    let texts = [own_cut(text, &mut vocabulary), own_cut(copy, &mut vocabulary)];
    assert_eq!(texts[0].units[&Level::Paragraph], [0..12, 12..15]);
    assert_eq!(texts[0].units[&Level::Sentence], [0..9, 9..12, 12..15, 15..15]);
    let all = runs(&texts);
    assert_eq!(all.len(), 1);
    assert_eq!((all[0].left, all[0].right, all[0].len), ((0, 0), (1, 2), 9));
    assert!(is_long_enough(&texts, &all[0]), "a whole sentence on both sides");
    assert_eq!(count(&[1, 2, 3], &[2, 3, 4, 5]), (2, 5));
    assert_eq!(common(&[1, 2, 3, 4], &[2, 9, 3, 1]), 2);
}
