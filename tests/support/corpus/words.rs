//! Random numbers, and invented words drawn by Zipf's law.
//!
//! The generator is `SplitMix64`: G. Steele, D. Lea, C. Flood, *Fast splittable pseudorandom number generators*,
//! OOPSLA 2014. Whole numbers only, so that every machine draws the same words.

/// `SplitMix64`.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// A stream of numbers that depends on the seed only.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A stream that depends on the seed and on a number, such as that of an article: any one can be drawn again without
    /// those before it.
    pub const fn apart(seed: u64, number: u64) -> Self {
        let mut mixed = Self(seed).next();
        mixed ^= Self(number.wrapping_mul(0xD6E8_FEB8_6659_FD93)).next();
        Self(mixed)
    }

    /// The next number.
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `limit`, which must not be 0.
    pub fn below(&mut self, limit: usize) -> usize {
        let wide = u128::from(self.next()) * limit as u128;
        usize::try_from(wide >> 64).expect("less than the limit")
    }

    /// A number from `least` to `most`, both included.
    pub fn between(&mut self, (least, most): (usize, usize)) -> usize {
        least + self.below(most - least + 1)
    }

    /// True in `percent` of a hundred cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// Words of ranks from 0, the frequent ones first: the word of rank `r` has a weight of `1 / (r + 3)`.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    spelled: Vec<String>,
    /// Sums of weights up to and with each word.
    sums: Vec<u64>,
    /// For each slice of the whole sum the first word that reaches into it, so that a draw looks at a few sums only.
    guide: Vec<usize>,
}

/// Slices of the guide.
const SLICES: u64 = 1 << 14;

impl Vocabulary {
    /// So many different words; one at the least.
    pub fn new(words: usize) -> Self {
        let mut sum = 0;
        let sums: Vec<u64> = (0..words.max(1) as u64)
            .map(|rank| {
                sum += (1 << 40) / (rank + 3);
                sum
            })
            .collect();
        let width = sum / SLICES + 1;
        let guide = (0..=SLICES).map(|slice| sums.partition_point(|sum| *sum <= slice * width)).collect();
        Self { spelled: (0..words.max(1)).map(spell).collect(), sums, guide }
    }

    /// Draws the rank of a word.
    pub fn draw(&self, random: &mut Random) -> usize {
        let all = self.sums[self.sums.len() - 1];
        let wide = u128::from(random.next()) * u128::from(all);
        let point = u64::try_from(wide >> 64).expect("less than the sum");
        let slice = usize::try_from(point / (all / SLICES + 1)).expect("one of the slices");
        let (first, last) = (self.guide[slice], self.guide[slice + 1]);
        first + self.sums[first..last].partition_point(|sum| *sum <= point)
    }

    /// The word of a rank.
    pub fn spelled(&self, rank: usize) -> &str {
        &self.spelled[rank]
    }
}

/// Spells the word of a rank: syllables as digits, so that no two are the same, frequent
/// ones are short, and none looks like an abbreviation.
fn spell(rank: usize) -> String {
    const HEADS: &[&str] =
        &["b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "st", "tr"];
    const CORES: &[&str] = &["a", "e", "i", "o", "u", "ai"];
    let mut word = String::new();
    let mut rest = rank + 1;
    while 0 < rest {
        let digit = rest % (HEADS.len() * CORES.len());
        rest /= HEADS.len() * CORES.len();
        word.push_str(HEADS[digit / CORES.len()]);
        word.push_str(CORES[digit % CORES.len()]);
    }
    word + "sh"
}

#[test]
fn a_draw_follows_the_weights() {
    for words in [1, 2, 50, 20_000] {
        let vocabulary = Vocabulary::new(words);
        let all = vocabulary.sums[words - 1];
        let mut random = Random::new(words as u64);
        for _ in 0..2000 {
            let wide = u128::from(random.clone().next()) * u128::from(all);
            let slow = vocabulary.sums.iter().position(|sum| wide >> 64 < u128::from(*sum));
            assert_eq!(Some(vocabulary.draw(&mut random)), slow);
        }
    }
}
