//! Signing sets of the sizes of sentences, paragraphs, articles and books: time per shingle, 128 lanes.
#![allow(missing_docs)]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use twicetold::{
    hash::mix,
    sketch::{Params, Signer},
};

fn sketch(c: &mut Criterion) {
    let Ok(signer) = Signer::new(&Params { lanes: 128, seed: 1 }) else { return };
    let mut group = c.benchmark_group("sketch/128 lanes");
    for size in [15_u64, 60, 300, 3000] {
        // 60,000 shingles at a time, whatever the size of the sets.
        let sets: Vec<Vec<u64>> =
            (0..60_000 / size).map(|set| (0..size).map(|n| mix(set << 32 | n)).collect()).collect();
        let mut lanes = Vec::new();
        group.throughput(Throughput::Elements(60_000));
        group.bench_with_input(BenchmarkId::from_parameter(size), &sets, |b, sets| {
            b.iter(|| {
                for set in sets {
                    black_box(signer.sign_into(black_box(set), &mut lanes).is_ok());
                    black_box(&mut lanes);
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, sketch);
criterion_main!(benches);
