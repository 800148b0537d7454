//! The corpus generator keeps its promises: everything measured and tested on it rests on them.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod support;

use support::corpus::{Articles, Corpus, Kind, Recipe};

fn recipe(documents: usize) -> Recipe {
    Recipe { documents, boilerplate_percent: 10, ..Recipe::default() }
}

#[test]
fn a_larger_corpus_begins_with_the_smaller() {
    let (small, large) = (Corpus::generate(&recipe(150)), Corpus::generate(&recipe(400)));
    assert_eq!(small.articles[..], large.articles[..150]);
    assert_eq!(small.planted[..], large.planted[..small.planted.len()]);
    assert_eq!(small.boilerplate, large.boilerplate);
    assert_ne!(small, Corpus::generate(&Recipe { seed: 2, ..recipe(150) }));
}

#[test]
fn copies_are_of_originals_and_each_kind_is_made() {
    let recipe = Recipe { boilerplate_percent: 0, ..recipe(400) };
    let corpus = Corpus::generate(&recipe);
    for planted in &corpus.planted {
        assert!(corpus.planted.iter().all(|p| p.copy != planted.original || p.original == p.copy));
        let same = corpus.articles[planted.copy].text == corpus.articles[planted.original].text;
        match planted.kind {
            Kind::Copy | Kind::DoubledParagraph => assert!(same),
            Kind::Words { percent: 12 } => assert!(!same),
            _ => {}
        }
    }
    for kind in Kind::ALL {
        let n = corpus.planted.iter().filter(|planted| planted.kind == kind).count();
        assert!(n.abs_diff(corpus.planted.len() / Kind::ALL.len()) <= 1, "{kind:?}: {n}");
    }
}

/// The first article's bytes, which figures in docs/performance.md were measured on.
#[test]
fn the_first_words_have_not_changed() {
    let recipe = Recipe { documents: 1, ..Recipe::default() };
    let first = Articles::new(&recipe).next().unwrap().article;
    assert_eq!(first.text.get(..60), Some("Mebush gebesh kesh pobosh babesh bikosh tevosh tifush rish k"));
}

#[test]
fn kinds_are_read_as_they_are_named() {
    for kind in Kind::ALL {
        assert_eq!(Kind::named(&kind.name()), Some(vec![kind]));
    }
    assert_eq!(Kind::named("words").map(|kinds| kinds.len()), Some(3));
    assert_eq!(Kind::named("all").map(|kinds| kinds.len()), Some(12));
    assert_eq!(Kind::named("words=101"), None);
    assert_eq!(Kind::named("word"), None);
}

#[test]
fn articles_have_about_the_words_that_were_asked_for() {
    for words in [40, 250, 700] {
        let recipe = Recipe { documents: 500, derived_percent: 0, ..Recipe::default() };
        let recipe = recipe.with_words_per_document(words);
        let made: usize =
            Articles::new(&recipe).map(|made| made.article.text.split_whitespace().count()).sum();
        assert!((made / 500).abs_diff(words) * 100 < 8 * words, "{} for {words}", made / 500);
    }
}
