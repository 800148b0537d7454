//! The one place that names a hash function.
//!
//! Every value here is part of the format: it is stored in archives, compared between machines
//! and held by golden values in `fixtures/golden/`. A change is a new words or sketch version.
//!
//! | use | function | why |
//! |---|---|---|
//! | a normalised word, a joined sequence | XXH3-64 | fast, specified, the same on every machine |
//! | identity of a unit, fingerprint of a family | BLAKE3 | nobody can craft two texts that meet |
//! | mixing inside sketches and bands | multiply and xor-shift (Murmur3's finaliser) | a few cycles |

/// A 128-bit name of a sequence: equal names mean equal sequences.
pub type Digest = [u8; 16];

/// Hashes one normalised word.
pub fn word(bytes: &[u8]) -> u64 {
    xxhash_rust::xxh3::xxh3_64(bytes)
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

/// Names a sequence of word hashes; equal sequences get equal digests.
pub fn identity(words: &[u64]) -> Digest {
    let mut hasher = blake3::Hasher::new();
    let mut buffer = [0_u8; 1024];
    for chunk in words.chunks(128) {
        for (slot, word) in buffer.chunks_exact_mut(8).zip(chunk) {
            slot.copy_from_slice(&word.to_le_bytes());
        }
        hasher.update(buffer.get(..chunk.len() * 8).unwrap_or(&buffer));
    }
    truncate(hasher.finalize())
}

/// Names a labelled text: the label and the text cannot run into each other.
pub fn fingerprint(label: &str, text: &str) -> Digest {
    let mut hasher = blake3::Hasher::new();
    hasher.update(label.as_bytes());
    hasher.update(&[0]);
    hasher.update(text.as_bytes());
    truncate(hasher.finalize())
}

fn truncate(hash: blake3::Hash) -> Digest {
    let mut digest = Digest::default();
    digest.copy_from_slice(&hash.as_bytes()[..16]);
    digest
}
