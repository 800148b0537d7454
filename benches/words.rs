//! Reading words by every path of this machine, and by the reference, on generated text.
//!
//! The words follow no language but are as long as those of English news (4.8 letters on average)
//! and stand between as much punctuation; one word in a hundred has a
//! typographic apostrophe, so that about one chunk in a hundred is not ASCII.
#![allow(missing_docs)]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use twicetold::{
    hash::mix,
    words::{Path, Words, normalised, words_by},
};

struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0) % n
    }

    fn one_of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list.get(usize::try_from(self.below(list.len() as u64)).unwrap_or(0)).copied().unwrap_or_default()
    }
}

/// Articles of some 4,000 bytes, as `word` makes their words.
fn articles(mut word: impl FnMut(&mut Numbers, &mut String)) -> Vec<String> {
    let mut numbers = Numbers(1);
    (0..250)
        .map(|_| {
            let mut text = String::new();
            while text.len() < 4000 {
                word(&mut numbers, &mut text);
                text.push_str(match numbers.below(100) {
                    0..5 => ", ",
                    5..10 => ". ",
                    10..12 => "\n",
                    12 => "-",
                    13 => "’s ",
                    _ => " ",
                });
            }
            text
        })
        .collect()
}

fn english(numbers: &mut Numbers, text: &mut String) {
    const PARTS: [&str; 12] = ["th", "e", "an", "in", "re", "s", "on", "t", "er", "al", "o", "d"];
    match numbers.below(100) {
        0..3 => text.push_str(numbers.one_of(&["1,000", "3.5", "1987", "26", "U.S", "don't"])),
        kind => {
            let start = text.len();
            for _ in 0..1 + numbers.below(3) + numbers.below(3) {
                text.push_str(numbers.one_of(&PARTS));
            }
            if kind < 15
                && let Some(first) = text.get_mut(start..start + 1)
            {
                first.make_ascii_uppercase();
            }
        }
    }
}

fn accents(numbers: &mut Numbers, text: &mut String) {
    const PARTS: [&str; 12] = ["sch", "e", "en", "ü", "re", "s", "ö", "t", "er", "ge", "o", "d"];
    for _ in 0..1 + numbers.below(3) + numbers.below(3) {
        text.push_str(numbers.one_of(&PARTS));
    }
}

fn letters(numbers: &mut Numbers, text: &mut String) {
    for _ in 0..1 + numbers.below(20) {
        text.push(char::from_u32(0x4E00 + u32::try_from(numbers.below(3000)).unwrap_or(0)).unwrap_or('中'));
    }
}

fn words(c: &mut Criterion) {
    for (name, articles) in
        [("english", articles(english)), ("accents", articles(accents)), ("chinese", articles(letters))]
    {
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
