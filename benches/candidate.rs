//! Finding pairs and counting them, on generated sets that are made like news.
//!
//! Sentences: 5 to 30 shingles, three of ten from a stock whose members are ever rarer, the rest
//! nearly unique; one unit in five is another with up to a third of its shingles changed.
#![allow(missing_docs)]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use twicetold::{
    candidate::{BandKeys, Rarity, Sets, contained, identical, lsh, prefix},
    hash::{Digest, mix},
    id::UnitId,
    settings::{Bands, Ratio},
    verify::{shared, verify},
};

const UNITS: usize = 100_000;

struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    fn lane(&mut self) -> u32 {
        u32::try_from(self.next() >> 32).unwrap_or(0)
    }

    fn shingle(&mut self) -> u64 {
        if self.below(10) < 3 {
            // Squaring a share of the range makes small numbers frequent.
            let share = self.below(1 << 20);
            mix((share * share) >> 24)
        } else {
            mix(self.below(1 << 40))
        }
    }
}

fn sentences() -> Sets {
    let mut numbers = Numbers(1);
    let mut lists: Vec<Vec<u64>> = Vec::with_capacity(UNITS);
    for n in 0..UNITS {
        let copied = n != 0 && numbers.below(5) == 0;
        let mut list: Vec<u64> = if copied {
            let from = usize::try_from(numbers.below(n as u64)).unwrap_or(0);
            let changed = numbers.below(34);
            let old = lists.get(from).cloned().unwrap_or_default();
            old.into_iter()
                .map(|shingle| if numbers.below(100) < changed { numbers.shingle() } else { shingle })
                .collect()
        } else {
            (0..5 + numbers.below(26)).map(|_| numbers.shingle()).collect()
        };
        list.sort_unstable();
        list.dedup();
        lists.push(list);
    }
    let mut sets = Sets::default();
    for list in lists {
        sets.push(&list);
    }
    sets
}

/// Keys of documents one in five of which shares 85 of 100 lanes with an earlier one.
fn keys() -> BandKeys {
    let mut numbers = Numbers(2);
    let mut keys = BandKeys::with_capacity(Bands { bands: 32, rows: 4 }, UNITS);
    let mut signatures: Vec<Vec<u32>> = Vec::with_capacity(UNITS);
    for n in 0..UNITS {
        let signature: Vec<u32> = if n != 0 && numbers.below(5) == 0 {
            let from = usize::try_from(numbers.below(n as u64)).unwrap_or(0);
            let old = signatures.get(from).cloned().unwrap_or_default();
            old.into_iter().map(|lane| if numbers.below(100) < 85 { lane } else { numbers.lane() }).collect()
        } else {
            (0..128).map(|_| numbers.lane()).collect()
        };
        if let Ok(unit) = UnitId::new(n) {
            keys.push(unit, &signature);
        }
        signatures.push(signature);
    }
    keys
}

fn threshold(text: &str) -> Ratio {
    Ratio::parse(text).unwrap_or(Ratio::ONE)
}

fn candidates(c: &mut Criterion) {
    let mut group = c.benchmark_group("candidate/100000");
    group.sample_size(20).throughput(Throughput::Elements(UNITS as u64));

    let mut numbers = Numbers(3);
    let digests: Vec<Digest> = (0..UNITS as u64)
        .map(|n| {
            let kind = if n % 5 == 0 { numbers.below(1000) } else { n << 20 };
            u128::from(mix(kind)).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835).to_le_bytes()
        })
        .collect();
    group.bench_function("identical", |b| b.iter(|| identical(black_box(&digests))));

    let keys = keys();
    group.bench_function("lsh 32x4", |b| b.iter(|| lsh::pairs(black_box(&keys))));

    let sets = sentences();
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
        // Pairs that share four of five; different ones in turn, so that no branch is learnt.
        let mut numbers = Numbers(4);
        let pairs: Vec<(Vec<u64>, Vec<u64>)> = (0..64)
            .map(|_| {
                let a: Vec<u64> = (0..size).map(|_| numbers.next()).collect();
                let b = a.iter().map(|&n| if numbers.below(5) == 0 { numbers.next() } else { n }).collect();
                (sorted(a), sorted(b))
            })
            .collect();
        group.throughput(Throughput::Elements(64));
        group.bench_with_input(BenchmarkId::new("64 pairs", size), &pairs, |b, pairs| {
            b.iter(|| pairs.iter().map(|(x, y)| shared(black_box(x), black_box(y))).sum::<u32>());
        });
    }
    group.finish();
}

fn sorted(mut list: Vec<u64>) -> Vec<u64> {
    list.sort_unstable();
    list.dedup();
    list
}

criterion_group!(benches, candidates, counts);
criterion_main!(benches);
