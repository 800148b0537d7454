//! A set of keys that takes a bit or so for each.

/// Bits for every key that there is room for.
const BITS: usize = 8;

/// A set of keys that now and then holds one too many.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    words: Vec<u64>,
}

impl Filter {
    /// Room for so many keys.
    pub(super) fn of(keys: usize) -> Self {
        let bits = (keys * BITS).next_power_of_two().clamp(64, 1 << 32);
        Self { words: vec![0; bits / 64] }
    }

    fn place(&self, key: u32) -> (usize, u64) {
        // Keys are evenly spread over all their bits.
        ((key as usize / 64) & (self.words.len() - 1), 1 << (key % 64))
    }

    /// Puts a key in; says whether it was in before.
    pub(super) fn put(&mut self, key: u32) -> bool {
        let (word, bit) = self.place(key);
        let Some(word) = self.words.get_mut(word) else { return false };
        let was = *word & bit != 0;
        *word |= bit;
        was
    }

    pub(super) fn holds(&self, key: u32) -> bool {
        let (word, bit) = self.place(key);
        self.words.get(word).is_some_and(|word| word & bit != 0)
    }
}
