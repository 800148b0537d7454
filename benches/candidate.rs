//! Finding pairs and counting them, on generated sets that are made like news.
#![allow(missing_docs)]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use twicetold::{
    candidate::{Rarity, contained, identical, lsh, prefix},
    settings::Ratio,
    verify::{shared, verify},
};

#[allow(dead_code, unreachable_pub)]
#[path = "support/sets.rs"]
mod sets;

const UNITS: usize = 100_000;

fn threshold(text: &str) -> Ratio {
    Ratio::parse(text).unwrap_or(Ratio::ONE)
}

fn candidates(c: &mut Criterion) {
    let mut group = c.benchmark_group("candidate/100000");
    group.sample_size(20).throughput(Throughput::Elements(UNITS as u64));

    let digests = sets::digests(UNITS);
    group.bench_function("identical", |b| b.iter(|| identical(black_box(&digests))));

    let keys = sets::keys(UNITS);
    group.bench_function("lsh 32x4", |b| b.iter(|| lsh::pairs(black_box(&keys), usize::MAX)));

    let sets = sets::sentences(UNITS);
    group.bench_function("rarity", |b| b.iter(|| Rarity::of(black_box(&sets))));
    let rarity = Rarity::of(&sets);
    for text in ["0.7", "0.8", "0.9"] {
        let t = threshold(text);
        group.bench_with_input(BenchmarkId::new("prefix", text), &t, |b, &t| {
            b.iter(|| prefix::candidates(black_box(&sets), &rarity, t));
        });
    }
    let found = prefix::candidates(&sets, &rarity, threshold("0.8"));
    group.bench_function("verify 0.8", |b| b.iter(|| verify(&found.pairs, &sets, threshold("0.8"))));
    let eligible = vec![true; UNITS];
    group.bench_function("contained 0.9", |b| {
        b.iter(|| contained::candidates(black_box(&sets), &rarity, &eligible, threshold("0.9")));
    });
    group.finish();
}

fn counts(c: &mut Criterion) {
    let mut group = c.benchmark_group("count");
    for size in [15_u64, 255, 3000] {
        let pairs = sets::pairs(size);
        group.throughput(Throughput::Elements(64));
        group.bench_with_input(BenchmarkId::new("64 pairs", size), &pairs, |b, pairs| {
            b.iter(|| pairs.iter().map(|(x, y)| shared(black_box(x), black_box(y))).sum::<u32>());
        });
    }
    group.finish();
}

criterion_group!(benches, candidates, counts);
criterion_main!(benches);
