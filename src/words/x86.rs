//! Masks of 64 bytes by the instructions of x86-64: SSE2, AVX2 and AVX-512.
//!
//! One job: [`prose`] is the block path, compiled for each instruction set.
//! What the masks mean stands in `blocks.rs`; a test holds each set's masks to plain comparisons.
//! Unsafe because vectors are loaded and stored by address; every address is that of an array of
//! the right length, and the compiler lets nobody call a function here without the instructions.
#![allow(unsafe_code)]

use std::arch::{asm, x86_64::*};

use super::{
    Path, Words,
    blocks::{self, BLOCK, Lower, Masks},
    fast::Scratch,
};

/// Reads prose by `path`; says no when that is not a path of this file, or not one of this machine.
pub(super) fn prose(path: Path, text: &str, base: u32, scratch: &mut Scratch, out: &mut Words) -> bool {
    match path {
        // SAFETY: every x86-64 has SSE2.
        Path::Sse2 => unsafe { sse2(text, base, scratch, out) },
        // SAFETY: the machine was asked.
        Path::Avx2 if has_avx2() => unsafe { avx2(text, base, scratch, out) },
        // SAFETY: the machine was asked.
        Path::Avx512 if has_avx512() => unsafe { avx512(text, base, scratch, out) },
        _ => return false,
    }
    true
}

/// The block path by instructions that every x86-64 has.
#[target_feature(enable = "sse2")]
fn sse2(text: &str, base: u32, scratch: &mut Scratch, out: &mut Words) {
    blocks::prose(text, base, scratch, out, |block, lower| masks_sse2(block, lower));
}

/// The block path by AVX2 and the bit instructions that came with it.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn avx2(text: &str, base: u32, scratch: &mut Scratch, out: &mut Words) {
    blocks::prose(text, base, scratch, out, |block, lower| masks_avx2(block, lower));
}

/// The block path by AVX-512 on bytes.
#[target_feature(enable = "avx512f,avx512bw,bmi1,bmi2,lzcnt,popcnt")]
fn avx512(text: &str, base: u32, scratch: &mut Scratch, out: &mut Words) {
    blocks::prose(text, base, scratch, out, |block, lower| masks_avx512(block, lower));
}

/// Whether this machine can run [`avx2`]; the answer is remembered by the standard library.
pub(super) fn has_avx2() -> bool {
    is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("lzcnt")
        && is_x86_feature_detected!("popcnt")
}

/// Whether this machine can run [`avx512`].
pub(super) fn has_avx512() -> bool {
    has_avx2() && is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw")
}

/// A classifier by compare and move-mask, for vectors of `$width` bytes.
macro_rules! classifier {
    ($name:ident, $features:literal, $vector:ty, $width:literal, $load:ident, $store:ident, $all:ident,
     $min:ident, $sub:ident, $eq:ident, $or:ident, $and:ident, $mask:ident) => {
        #[inline]
        #[target_feature(enable = $features)]
        fn $name(block: &[u8; BLOCK], lower: &mut Lower) -> Masks {
            let all = |byte: u8| $all(byte.cast_signed());
            let mask = |bytes: $vector| u64::from($mask(bytes).cast_unsigned());
            let mut masks = Masks::default();
            let parts = block.as_chunks::<$width>().0.iter().zip(lower.as_chunks_mut::<$width>().0);
            for (n, (from, to)) in parts.enumerate() {
                // SAFETY: the address is that of an array of the vector's length; none has to be aligned.
                let bytes = unsafe { $load(from.as_ptr().cast()) };
                let folded = $or(bytes, all(0x20));
                let up_to = |bytes, most: u8| $eq($min(bytes, all(most)), bytes);
                let is = |byte: u8| $eq(bytes, all(byte));
                let letter = up_to($sub(folded, all(b'a')), 25);
                let lowered = $or(bytes, $and(letter, all(0x20)));
                // SAFETY: as above.
                unsafe { $store(to.as_mut_ptr().cast(), lowered) };
                let shift = n * $width;
                masks.space |= mask(up_to(bytes, b' ')) << shift;
                masks.letter |= mask(letter) << shift;
                masks.digit |= mask(up_to($sub(bytes, all(b'0')), 9)) << shift;
                masks.full_stop |= mask(is(b'.')) << shift;
                masks.apostrophe |= mask(is(b'\'')) << shift;
                masks.comma |= mask($or(is(b','), is(b';'))) << shift;
                masks.hyphen |= mask(is(b'-')) << shift;
                masks.address |= mask($or(is(b'/'), $eq(folded, all(b'w')))) << shift;
                // A byte's highest bit is its bit in the mask.
                masks.odd |= mask($or(bytes, $or(is(b'_'), is(b'@')))) << shift;
            }
            masks.opaque()
        }
    };
}

classifier!(
    masks_sse2,
    "sse2",
    __m128i,
    16,
    _mm_loadu_si128,
    _mm_storeu_si128,
    _mm_set1_epi8,
    _mm_min_epu8,
    _mm_sub_epi8,
    _mm_cmpeq_epi8,
    _mm_or_si128,
    _mm_and_si128,
    _mm_movemask_epi8
);
classifier!(
    masks_avx2,
    "avx2,bmi1,bmi2,lzcnt,popcnt",
    __m256i,
    32,
    _mm256_loadu_si256,
    _mm256_storeu_si256,
    _mm256_set1_epi8,
    _mm256_min_epu8,
    _mm256_sub_epi8,
    _mm256_cmpeq_epi8,
    _mm256_or_si256,
    _mm256_and_si256,
    _mm256_movemask_epi8
);

#[inline]
#[target_feature(enable = "avx512f,avx512bw,bmi1,bmi2,lzcnt,popcnt")]
fn masks_avx512(block: &[u8; BLOCK], lower: &mut Lower) -> Masks {
    let all = |byte: u8| _mm512_set1_epi8(byte.cast_signed());
    // SAFETY: the address is that of 64 bytes; they need not be aligned.
    let bytes = unsafe { _mm512_loadu_si512(block.as_ptr().cast()) };
    let folded = _mm512_or_si512(bytes, all(0x20));
    let is = |byte: u8| _mm512_cmpeq_epi8_mask(bytes, all(byte));
    let letter = _mm512_cmple_epu8_mask(_mm512_sub_epi8(folded, all(b'a')), all(25));
    let lowered = _mm512_mask_mov_epi8(bytes, letter, folded);
    // SAFETY: `Lower` is longer than the 64 bytes that are stored; they need not be aligned.
    unsafe { _mm512_storeu_si512(lower.as_mut_ptr().cast(), lowered) };
    Masks {
        space: _mm512_cmple_epu8_mask(bytes, all(b' ')),
        letter,
        digit: _mm512_cmple_epu8_mask(_mm512_sub_epi8(bytes, all(b'0')), all(9)),
        full_stop: is(b'.'),
        apostrophe: is(b'\''),
        comma: is(b',') | is(b';'),
        hyphen: is(b'-'),
        address: is(b'/') | _mm512_cmpeq_epi8_mask(folded, all(b'w')),
        odd: _mm512_movepi8_mask(bytes) | is(b'_') | is(b'@'),
    }
}

impl Masks {
    /// The same masks, of which the compiler knows no more than that they are numbers. Without
    /// it, LLVM may move the arithmetic on masks back into vectors, which is much slower.
    #[inline(always)]
    fn opaque(mut self) -> Self {
        let Self { space, letter, digit, full_stop, apostrophe, comma, hyphen, address, odd } = &mut self;
        for mask in [space, letter, digit, full_stop, apostrophe, comma, hyphen, address, odd] {
            // SAFETY: the text is a comment: no instruction is made.
            unsafe { asm!("/* {0} */", inout(reg) * mask, options(pure, nomem, nostack, preserves_flags)) };
        }
        self
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use proptest::prelude::*;

    /// The masks by plain comparisons.
    fn plain(block: &[u8; BLOCK]) -> Masks {
        let mask = |is: fn(u8) -> bool| {
            block.iter().rev().fold(0_u64, |mask, &byte| mask << 1 | u64::from(is(byte)))
        };
        Masks {
            space: mask(|b| b <= b' '),
            letter: mask(|b| b.is_ascii_alphabetic()),
            digit: mask(|b| b.is_ascii_digit()),
            full_stop: mask(|b| b == b'.'),
            apostrophe: mask(|b| b == b'\''),
            comma: mask(|b| b == b',' || b == b';'),
            hyphen: mask(|b| b == b'-'),
            address: mask(|b| matches!(b, b'/' | b'w' | b'W')),
            odd: mask(|b| b >= 0x80 || b == b'_' || b == b'@'),
        }
    }

    #[track_caller]
    fn agree(block: &[u8; BLOCK]) {
        let mut lower = [0; BLOCK + 16];
        let expected = plain(block);
        let lowered = |lower: &Lower| lower[..BLOCK] == block.to_ascii_lowercase();
        // SAFETY: every x86-64 has SSE2.
        assert_eq!(unsafe { masks_sse2(block, &mut lower) }, expected);
        assert!(lowered(&lower));
        if has_avx2() {
            lower.fill(0);
            // SAFETY: the machine has the instructions.
            assert_eq!(unsafe { masks_avx2(block, &mut lower) }, expected);
            assert!(lowered(&lower));
        }
        if has_avx512() {
            lower.fill(0);
            // SAFETY: the machine has the instructions.
            assert_eq!(unsafe { masks_avx512(block, &mut lower) }, expected);
            assert!(lowered(&lower));
        }
    }

    #[test]
    fn every_byte_at_every_place_has_its_masks() {
        for byte in 0..=u8::MAX {
            for place in 0..BLOCK {
                let mut block = [if byte == b' ' { b'a' } else { b' ' }; BLOCK];
                block[place] = byte;
                agree(&block);
            }
        }
    }

    proptest! {
        #[test]
        fn any_block_has_its_masks(block in proptest::array::uniform32(any::<[u8; 2]>())) {
            agree(block.as_flattened().try_into().unwrap());
        }
    }
}
