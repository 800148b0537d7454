//! Repeated spans in generated articles: seeds, chains and alignment.
//!
//! One article in five is made of an earlier one; another corpus adds a paragraph of boilerplate to nine of ten, whose
//! cost must stay near that of its length.
#![allow(missing_docs)]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use twicetold::{
    Document, Plan, Settings,
    passage::{self, Text},
    pipeline::{self, Article},
};

#[allow(dead_code, unreachable_pub, clippy::expect_used)]
#[path = "../tests/support/corpus.rs"]
mod corpus;

use corpus::{Articles, Recipe};

fn articles(recipe: Recipe) -> Vec<Article> {
    let recipe = Recipe { derived_percent: 20, ..recipe }.with_words_per_document(250);
    Articles::new(&recipe)
        .map(|made| Article::new(Document { text: made.article.text, ..Document::default() }))
        .collect()
}

fn words(articles: &[Article]) -> u64 {
    articles.iter().map(|article| article.words.hashes.len() as u64).sum()
}

fn plan() -> Option<Plan> {
    Settings::default().plan().ok()
}

fn find(c: &mut Criterion) {
    let Some(plan) = plan() else { return };
    let mut group = c.benchmark_group("passage/find");
    group.sample_size(10);
    for (documents, boilerplate_percent) in [(1_000, 0), (10_000, 0), (10_000, 90)] {
        let articles = articles(Recipe { documents, boilerplate_percent, ..Recipe::default() });
        let texts: Vec<Text<'_>> = articles.iter().map(Article::text).collect();
        group.throughput(Throughput::Elements(words(&articles)));
        let name = if boilerplate_percent == 0 { "articles" } else { "with boilerplate" };
        group.bench_function(BenchmarkId::new(name, documents), |b| {
            b.iter(|| passage::find(black_box(&texts), &plan.passage).map(|found| found.pairs.len()));
        });
    }
    group.finish();
}

/// Two articles: what `compare` does for each line of a list of pairs.
fn compare(c: &mut Criterion) {
    let Some(plan) = plan() else { return };
    let mut group = c.benchmark_group("passage/compare");
    for (name, kind) in [("2 of 100 words", "words=2"), ("12 of 100 words", "words=12"), ("moved", "moved")] {
        let kinds = corpus::Kind::named(kind).unwrap_or_default();
        let recipe = Recipe { documents: 200, kinds, ..Recipe::default() };
        let made: Vec<_> = Articles::new(&recipe).collect();
        let Some(planted) = made.iter().find_map(|made| made.planted) else { continue };
        let pair = [planted.original, planted.copy]
            .map(|n| Article::new(Document { text: made[n].article.text.clone(), ..Document::default() }));
        group.throughput(Throughput::Elements(words(&pair)));
        group.bench_function(name, |b| {
            b.iter(|| pipeline::shared_passages(black_box(&pair[0]), black_box(&pair[1]), &plan.passage));
        });
    }
    group.finish();
}

criterion_group!(benches, find, compare);
criterion_main!(benches);
