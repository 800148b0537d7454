//! What can be put into a temporary file: numbers, names and rows of them, little-endian, of one size.

use crate::hash::Digest;

/// A value that is written in a fixed number of bytes.
pub trait Record: Copy {
    /// How many.
    const BYTES: usize;

    /// Writes it to the first [`BYTES`](Self::BYTES) bytes.
    fn put(&self, bytes: &mut [u8]);

    /// Takes back what [`put`](Self::put) wrote there.
    fn take(bytes: &[u8]) -> Self;
}

macro_rules! number {
    ($($number:ty)*) => {$(
        impl Record for $number {
            const BYTES: usize = size_of::<$number>();

            #[inline]
            fn put(&self, bytes: &mut [u8]) {
                if let Some(slot) = bytes.first_chunk_mut() {
                    *slot = self.to_le_bytes();
                }
            }

            #[inline]
            fn take(bytes: &[u8]) -> Self {
                bytes.first_chunk().map_or(0, |bytes| Self::from_le_bytes(*bytes))
            }
        }
    )*};
}

number!(u8 u16 u32 u64 u128);

impl Record for Digest {
    const BYTES: usize = 16;

    #[inline]
    fn put(&self, bytes: &mut [u8]) {
        if let Some(slot) = bytes.first_chunk_mut() {
            *slot = *self;
        }
    }

    #[inline]
    fn take(bytes: &[u8]) -> Self {
        bytes.first_chunk().copied().unwrap_or_default()
    }
}

macro_rules! row {
    ($($name:ident $at:tt)*) => {
        impl<$($name: Record),*> Record for ($($name,)*) {
            const BYTES: usize = 0 $(+ $name::BYTES)*;

            #[inline]
            fn put(&self, bytes: &mut [u8]) {
                let rest = bytes;
                $(let (bytes, rest) = rest.split_at_mut($name::BYTES.min(rest.len()));
                self.$at.put(bytes);)*
                let _ = rest;
            }

            #[inline]
            fn take(bytes: &[u8]) -> Self {
                let rest = bytes;
                $(let (bytes, rest) = rest.split_at($name::BYTES.min(rest.len()));
                #[expect(non_snake_case, reason = "the type's name serves for its value")]
                let $name = $name::take(bytes);)*
                let _ = rest;
                ($($name,)*)
            }
        }
    };
}

row!(A 0 B 1);
row!(A 0 B 1 C 2);
row!(A 0 B 1 C 2 D 3);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use proptest::prelude::*;

    fn there_and_back<T: Record + PartialEq + std::fmt::Debug>(record: T) {
        // What stands behind a record is not its own.
        let mut bytes = vec![0xAA; T::BYTES + 3];
        record.put(&mut bytes);
        assert_eq!(T::take(&bytes), record);
        assert_eq!(bytes.split_off(T::BYTES), [0xAA; 3]);
    }

    proptest! {
        #[test]
        fn what_is_put_is_taken(a: u8, b: u16, c: u32, d: u64, e: u128, f: Digest) {
            there_and_back(a);
            there_and_back((b, e));
            there_and_back((e, c, d));
            there_and_back((d, (a, c), f, e));
        }
    }

    #[test]
    fn rows_are_as_long_as_what_is_in_them() {
        assert_eq!(<(u64, u32, u128)>::BYTES, 28);
        let mut bytes = [0; 12];
        (1_u64, 2_u32).put(&mut bytes);
        assert_eq!(bytes, [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0]);
    }
}
