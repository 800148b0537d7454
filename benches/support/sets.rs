//! Generated sets and signatures that are made like news.
//!
//! Sentences: 5 to 30 shingles, three of ten from a stock whose members are ever rarer, the rest
//! nearly unique; one unit in five is another with up to a third of its shingles changed.

use twicetold::{
    candidate::{BandKeys, Sets},
    hash::{Digest, mix},
    settings::Bands,
};

pub struct Numbers(pub u64);

impl Numbers {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    pub fn below(&mut self, n: u64) -> u64 {
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

/// The sets of sentences.
pub fn sentences(units: usize) -> Sets {
    let mut numbers = Numbers(1);
    let mut lists: Vec<Vec<u64>> = Vec::with_capacity(units);
    for n in 0..units {
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
pub fn keys(units: usize) -> BandKeys {
    let mut numbers = Numbers(2);
    let mut keys = BandKeys::with_capacity(Bands { bands: 32, rows: 4 }, units);
    let mut signatures: Vec<Vec<u32>> = Vec::with_capacity(units);
    for n in 0..units {
        let signature: Vec<u32> = if n != 0 && numbers.below(5) == 0 {
            let from = usize::try_from(numbers.below(n as u64)).unwrap_or(0);
            let old = signatures.get(from).cloned().unwrap_or_default();
            old.into_iter().map(|lane| if numbers.below(100) < 85 { lane } else { numbers.lane() }).collect()
        } else {
            (0..128).map(|_| numbers.lane()).collect()
        };
        keys.push(&signature);
        signatures.push(signature);
    }
    keys
}

/// Digests, one in five of which is one of a thousand that come back.
pub fn digests(units: usize) -> Vec<Digest> {
    let mut numbers = Numbers(3);
    (0..units as u64)
        .map(|n| {
            let kind = if n % 5 == 0 { numbers.below(1000) } else { n << 20 };
            u128::from(mix(kind)).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835).to_le_bytes()
        })
        .collect()
}

/// 64 pairs of sets that share four of five; different ones, so that no branch is learnt.
pub fn pairs(size: u64) -> Vec<(Vec<u64>, Vec<u64>)> {
    let mut numbers = Numbers(4);
    (0..64)
        .map(|_| {
            let a: Vec<u64> = (0..size).map(|_| numbers.next()).collect();
            let b = a.iter().map(|&n| if numbers.below(5) == 0 { numbers.next() } else { n }).collect();
            (sorted(a), sorted(b))
        })
        .collect()
}

fn sorted(mut list: Vec<u64>) -> Vec<u64> {
    list.sort_unstable();
    list.dedup();
    list
}
