//! Whole runs over generated articles, level by level, and the first stages by themselves.
#![allow(missing_docs)]

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::{hint::black_box, io};
use twicetold::{
    Document, Settings, hash,
    pipeline::{self, Article, Run},
    report::{self, Format, Style},
    segment, words,
};

#[allow(dead_code, unreachable_pub, clippy::expect_used)]
#[path = "../tests/support/corpus.rs"]
mod corpus;

use corpus::{Articles, Recipe};

fn documents(documents: usize) -> Vec<Document> {
    let recipe = Recipe { documents, derived_percent: 20, ..Recipe::default() }.with_words_per_document(250);
    Articles::new(&recipe)
        .map(|made| Document {
            name: made.article.name.clone(),
            path: made.article.name,
            text: made.article.text,
            ..Document::default()
        })
        .collect()
}

fn bytes(documents: &[Document]) -> u64 {
    documents.iter().map(|document| document.text.len() as u64).sum()
}

/// What every document passes, on one thread.
fn article(c: &mut Criterion) {
    let documents = documents(1_000);
    let mut group = c.benchmark_group("pipeline/article");
    group.throughput(Throughput::Bytes(bytes(&documents)));
    group.bench_function("segment", |b| {
        b.iter(|| documents.iter().map(|d| segment::segment(black_box(d)).sentences.len()).sum::<usize>());
    });
    group.bench_function("words", |b| {
        let words = |d: &Document| words::words(black_box(&d.text), d.layout.gaps()).hashes.len();
        b.iter(|| documents.iter().map(words).sum::<usize>());
    });
    group.bench_function("both", |b| {
        b.iter_batched(
            || documents.clone(),
            |documents| documents.into_iter().map(Article::new).collect::<Vec<_>>(),
            BatchSize::LargeInput,
        );
    });
    let articles: Vec<Article> = documents.into_iter().map(Article::new).collect();
    group.bench_function("identity", |b| {
        b.iter(|| articles.iter().map(|a| hash::identity(black_box(&a.words.hashes))[0]).max());
    });
    group.finish();
}

/// From documents at hand to findings, and from findings to a report.
fn scan(c: &mut Criterion) {
    let run = Run { threads: 1, ..Run::default() };
    let mut group = c.benchmark_group("pipeline/scan");
    group.sample_size(10);
    for n in [1_000, 10_000] {
        let documents = documents(n);
        group.throughput(Throughput::Bytes(bytes(&documents)));
        for level in ["document", "paragraph", "sentence", "passage", "document,paragraph,sentence,passage"] {
            let Ok(plan) = Settings::from_layers([("level", level)]).and_then(|s| s.plan()) else { continue };
            let name = if level.contains(',') { "all" } else { level };
            group.bench_function(BenchmarkId::new(name, n), |b| {
                b.iter_batched(
                    || documents.clone(),
                    |documents| pipeline::scan_documents(documents, &plan, &run).map(|f| f.families.len()),
                    BatchSize::LargeInput,
                );
            });
        }
    }
    group.finish();

    let Ok(plan) = Settings::default().plan() else { return };
    let Ok(findings) = pipeline::scan_documents(documents(10_000), &plan, &run) else { return };
    let mut group = c.benchmark_group("pipeline/report/10000");
    group.sample_size(10);
    for format in [Format::Json, Format::Csv, Format::Pairs] {
        group.bench_function(format.name(), |b| {
            b.iter(|| report::render(black_box(&findings), format, &Style::default(), &mut io::sink()));
        });
    }
    group.finish();
}

criterion_group!(benches, article, scan);
criterion_main!(benches);
