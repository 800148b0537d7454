//! Reading words by every path of this machine, and by the reference, on generated text.
#![allow(missing_docs)]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use twicetold::words::{Path, Words, normalised, words_by};

#[allow(dead_code, unreachable_pub)]
#[path = "support/texts.rs"]
mod texts;

use texts::{Marks, accents, articles, english, letters};

fn words(c: &mut Criterion) {
    for (name, articles) in [
        ("english", articles(Marks::Apostrophes, english)),
        ("accents", articles(Marks::Apostrophes, accents)),
        ("chinese", articles(Marks::Apostrophes, letters)),
    ] {
        let mut group = c.benchmark_group(format!("words/{name}"));
        group.sample_size(20).throughput(Throughput::Bytes(articles.iter().map(|a| a.len() as u64).sum()));
        for path in Path::ALL.into_iter().filter(|path| path.is_available()) {
            let mut out = Words::default();
            group.bench_with_input(BenchmarkId::from_parameter(format!("{path:?}")), &path, |b, &path| {
                b.iter(|| {
                    for article in &articles {
                        words_by(path, black_box(article), &[], &mut out);
                        black_box(&mut out);
                    }
                });
            });
        }
        group.bench_function("reference", |b| {
            b.iter(|| {
                articles.iter().map(|article| normalised(black_box(article), &[]).len()).sum::<usize>()
            });
        });
        group.finish();
    }
}

criterion_group!(benches, words);
criterion_main!(benches);
