//! The one place that names a hash function.
//!
//! Every value here is part of the format: it is stored in archives, compared between machines
//! and held by golden values in `fixtures/golden/`. A change is a new words or sketch version.
//!
//! | use | function | why |
//! |---|---|---|
//! | a normalised word of 16 bytes or fewer | two 128-bit products ([`word`]) | read without a branch on its length |
//! | a longer word | XXH3-64 | fast, specified, the same on every machine |
//! | identity of a unit | XXH3-128 | equal families are compared word by word in the end |
//! | fingerprint of a family | BLAKE3 | a baseline trusts it alone: nobody can craft two texts that meet |
//! | checksum of what is stored | XXH3-64, 4 bytes of it | damage is not crafted |
//! | mixing inside sketches and bands | multiply and xor-shift (Murmur3's finaliser) | a few cycles |

use xxhash_rust::xxh3::Xxh3;

/// A 128-bit name of a sequence: equal names mean equal sequences.
pub type Digest = [u8; 16];

/// The longest word, in bytes, that [`short_word`] takes.
pub(crate) const SHORT: usize = 16;

/// Hashes one normalised word.
///
/// Up to 16 bytes: the bytes and zeros after them are two little-endian numbers `x` and `y`. With
/// `K` the first digits of pi's fraction and `n` the number of bytes,
/// `(low, high) = (x ^ K0) * (y ^ K1)` in 128 bits, then `(low ^ K2 ^ n) * (high ^ K3)` in 128
/// bits, whose halves are joined by exclusive or. `K0` and `K1` are no bytes of UTF-8, so that
/// no word makes a factor of the first product zero. From 17 bytes: XXH3-64.
///
/// ```
/// use twicetold::hash;
///
/// assert_eq!(hash::word(b"harbour"), 0x5475_1B58_984D_E864);
/// ```
#[inline]
pub fn word(bytes: &[u8]) -> u64 {
    if bytes.len() > SHORT {
        return xxhash_rust::xxh3::xxh3_64(bytes);
    }
    let (x, y) = padded(bytes);
    short_word(x, y, bytes.len())
}

/// At most 16 bytes and zeros after them, as two numbers. Reads that overlap agree where they do.
#[inline]
fn padded(bytes: &[u8]) -> (u64, u64) {
    let len = bytes.len();
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        let last = u64::from_le_bytes(*last);
        (u64::from_le_bytes(*first), if len == 8 { 0 } else { last >> (8 * (SHORT - len)) })
    } else if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        let last = u64::from(u32::from_le_bytes(*last));
        (u64::from(u32::from_le_bytes(*first)) | last << (8 * (len - 4)), 0)
    } else {
        let at = |at: usize| bytes.get(at).map_or(0, |&byte| u64::from(byte) << (8 * at));
        (at(0) | at(1) | at(2), 0)
    }
}

/// [`word`] for `len` bytes, at most 16, that were read and padded with zeros already.
#[inline]
pub(crate) fn short_word(x: u64, y: u64, len: usize) -> u64 {
    let product = u128::from(x ^ K[0]) * u128::from(y ^ K[1]);
    let product = u128::from(low_half(product) ^ K[2] ^ len as u64) * u128::from(high_half(product) ^ K[3]);
    low_half(product) ^ high_half(product)
}

/// From the fraction of pi, in hexadecimal.
const K: [u64; 4] =
    [0x243F_6A88_85A3_08D3, 0x1319_8A2E_0370_7344, 0xA409_3822_299F_31D0, 0x082E_FA98_EC4E_6C89];

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the lower half is meant")]
const fn low_half(x: u128) -> u64 {
    x as u64
}

#[inline]
const fn high_half(x: u128) -> u64 {
    low_half(x >> 64)
}

/// Adds one more word to a rolling hash of a sequence: not commutative, so order counts.
#[inline]
pub const fn push(state: u64, word: u64) -> u64 {
    (state.rotate_left(23) ^ word).wrapping_mul(0x9FB2_1C65_1E98_DF25)
}

/// Scrambles 64 bits so that every input bit reaches every output bit (Murmur3's `fmix64`,
/// public domain, A. Appleby).
#[inline]
pub const fn mix(mut x: u64) -> u64 {
    x ^= x >> 33;
    x = x.wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    x ^= x >> 33;
    x = x.wrapping_mul(0xC4CE_B9FE_1A85_EC53);
    x ^ (x >> 33)
}

/// Names a sequence of word hashes; equal sequences get equal digests. XXH3, 128 bits: word hashes can be made to
/// collide by those who want to, so a slower function would prove no more, and what is called equal in a report is
/// compared word by word.
pub fn identity(words: &[u64]) -> Digest {
    let mut hasher = Xxh3::new();
    let mut buffer = [0_u8; 1024];
    for chunk in words.chunks(128) {
        for (slot, word) in buffer.chunks_exact_mut(8).zip(chunk) {
            slot.copy_from_slice(&word.to_le_bytes());
        }
        hasher.update(buffer.get(..chunk.len() * 8).unwrap_or(&buffer));
    }
    hasher.digest128().to_le_bytes()
}

/// Names a labelled text: the label and the text cannot run into each other.
pub fn fingerprint(label: &str, text: &str) -> Digest {
    let mut hasher = blake3::Hasher::new();
    hasher.update(label.as_bytes());
    hasher.update(&[0]);
    hasher.update(text.as_bytes());
    truncate(hasher.finalize())
}

/// Counts bytes and names them, however they come: BLAKE3.
#[derive(Clone, Debug, Default)]
pub(crate) struct Digester {
    hasher: blake3::Hasher,
    bytes: u64,
}

impl Digester {
    /// Takes more bytes in.
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
        self.bytes += bytes.len() as u64;
    }

    /// How many there were.
    pub(crate) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Their name.
    pub(crate) fn digest(&self) -> Digest {
        truncate(self.hasher.finalize())
    }
}

/// Names a labelled sequence of word hashes, where the words themselves are not known. No text has this name: the byte
/// after the label's end stands in no UTF-8.
///
/// ```
/// use twicetold::hash;
///
/// let words = [hash::word(b"one"), hash::word(b"two")];
/// assert_ne!(hash::fingerprint_of_hashes("passage", &words), hash::fingerprint_of_hashes("sentence", &words));
/// assert_ne!(hash::fingerprint_of_hashes("passage", &[]), hash::fingerprint("passage", ""));
/// ```
pub fn fingerprint_of_hashes(label: &str, words: &[u64]) -> Digest {
    let mut hasher = blake3::Hasher::new();
    hasher.update(label.as_bytes());
    hasher.update(&[0, 0xFF]);
    for word in words {
        hasher.update(&word.to_le_bytes());
    }
    truncate(hasher.finalize())
}

fn truncate(hash: blake3::Hash) -> Digest {
    let mut digest = Digest::default();
    digest.copy_from_slice(&hash.as_bytes()[..16]);
    digest
}

/// A checksum of 64 bits that knows what stands before the bytes, or where they are: XXH3-64 with `seed`.
pub fn sum(seed: u64, bytes: &[u8]) -> u64 {
    xxhash_rust::xxh3::xxh3_64_with_seed(bytes, seed)
}

/// A checksum of stored bytes that knows their place: bytes that moved do not pass.
///
/// The low four bytes, little-endian, of XXH3-64 with `place` as its seed.
pub fn checksum(place: u64, bytes: &[u8]) -> [u8; 4] {
    let [a, b, c, d, ..] = sum(place, bytes).to_le_bytes();
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use proptest::prelude::*;

    /// The definition of [`word`] up to 16 bytes, letter by letter.
    fn as_written_down(bytes: &[u8]) -> u64 {
        let mut padded = [0; 16];
        padded[..bytes.len()].copy_from_slice(bytes);
        let number = u128::from_le_bytes(padded);
        let (x, y) = (number & u128::from(u64::MAX), number >> 64);
        let k = K.map(u128::from);
        let product = (x ^ k[0]) * (y ^ k[1]);
        let low = product & u128::from(u64::MAX);
        let product = (low ^ k[2] ^ bytes.len() as u128) * (product >> 64 ^ k[3]);
        u64::try_from((product ^ product >> 64) & u128::from(u64::MAX)).unwrap()
    }

    proptest! {
        #[test]
        fn short_words_are_hashed_as_written_down(bytes in proptest::collection::vec(any::<u8>(), 0..=16)) {
            prop_assert_eq!(word(&bytes), as_written_down(&bytes));
        }

        #[test]
        fn long_words_are_xxh3(bytes in proptest::collection::vec(any::<u8>(), 17..80)) {
            prop_assert_eq!(word(&bytes), xxhash_rust::xxh3::xxh3_64(&bytes));
        }
    }

    #[test]
    fn no_text_holds_the_bytes_that_make_a_factor_zero() {
        for k in &K[..2] {
            let wrong = std::str::from_utf8(&k.to_le_bytes()).unwrap_err();
            assert!(wrong.error_len().is_some(), "malformed, not cut short");
        }
        assert!(K[1].to_le_bytes()[0] < 0x80, "nor does its start complete a character");
    }

    #[test]
    fn every_bit_of_a_word_reaches_every_bit_of_its_hash() {
        const TRIALS: u32 = 1000;
        for len in 1..=16_usize {
            let words: Vec<Vec<u8>> = (0..u64::from(TRIALS))
                .map(|trial| {
                    let digits = u128::from(mix(trial << 8 | len as u64)) << 64 | u128::from(mix(trial + 1));
                    let bytes = &digits.to_le_bytes()[..len];
                    // Letters alone would make too few words of one or two bytes to count.
                    bytes.iter().map(|byte| if len < 3 { *byte } else { b'a' + byte % 26 }).collect()
                })
                .collect();
            for bit in 0..8 * len {
                let mut flips = [0_u32; 64];
                for bytes in &words {
                    let mut other = bytes.clone();
                    other[bit / 8] ^= 1 << (bit % 8);
                    let changed = word(bytes) ^ word(&other);
                    for (out, flips) in flips.iter_mut().enumerate() {
                        *flips += u32::from(changed >> out & 1 == 1);
                    }
                }
                for (out, flips) in flips.into_iter().enumerate() {
                    // Half of the trials, plus or minus six standard deviations; one byte has 128 pairs only.
                    assert!(
                        flips.abs_diff(TRIALS / 2) < if len == 1 { 282 } else { 96 },
                        "{len} bytes: bit {bit} flips bit {out} {flips} times"
                    );
                }
            }
        }
    }

    #[test]
    fn generated_words_do_not_collide() {
        // Ten million where the compiler optimises: 5 in a million such sets collide by chance.
        let n_words: u64 = if cfg!(debug_assertions) { 500_000 } else { 10_000_000 };
        let mut hashes = Vec::new();
        let mut text = Vec::new();
        for n in 0..n_words {
            text.clear();
            // Counted in letters with endings like those of real words: 1 to 16 bytes, much alike.
            let mut rest = n / 5;
            while rest > 0 || text.is_empty() {
                text.push(b'a' + u8::try_from(rest % 26).unwrap());
                rest /= 26;
            }
            let endings: [&[u8]; 5] = [b"", b"0", b"'s", b"mentation", "…ность".as_bytes()];
            text.extend(endings[usize::try_from(n % 5).unwrap()].iter().take(16 - text.len()));
            // The lowest bit is not the hash's own.
            hashes.push(word(&text) & !1);
        }
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len() as u64, n_words);
    }
}
