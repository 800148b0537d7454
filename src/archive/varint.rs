//! Whole numbers in as few bytes as they need (LEB128): seven bits a byte, the lowest first, the eighth bit set
//! while more follow.

/// Adds a number.
pub(super) fn put(mut number: u64, out: &mut Vec<u8>) {
    while 0x80 <= number {
        out.push((number & 0x7F) as u8 | 0x80);
        number >>= 7;
    }
    out.push((number & 0x7F) as u8);
}

/// Takes a number off the front; none when there is no whole one, or one of more than 64 bits.
pub(super) fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let part = u64::from(byte & 0x7F);
        if part << shift >> shift != part {
            return None;
        }
        number |= part << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

/// Passes over a number; none when there is no whole one.
pub(super) fn skip(bytes: &mut &[u8]) -> Option<()> {
    let end = bytes.iter().position(|byte| *byte < 0x80)?;
    *bytes = bytes.get(end + 1..)?;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_come_back(numbers in prop::collection::vec(prop_oneof![any::<u64>(), 0_u64..300], 0..20)) {
            let mut bytes = Vec::new();
            numbers.iter().for_each(|number| put(*number, &mut bytes));
            let mut rest = bytes.as_slice();
            let back: Vec<u64> = std::iter::from_fn(|| take(&mut rest)).collect();
            prop_assert_eq!(&back, &numbers);
            prop_assert!(rest.is_empty());
            let mut rest = bytes.as_slice();
            for _ in &numbers {
                prop_assert_eq!(skip(&mut rest), Some(()));
            }
            prop_assert!(rest.is_empty());
        }
    }

    #[test]
    fn what_is_no_number_is_none() {
        for bytes in [&[][..], &[0x80], &[0xFF; 10], &[0x80; 11]] {
            assert_eq!(take(&mut &*bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn a_tenth_byte_has_one_bit() {
        for last in 0..0x80 {
            let mut bytes = [0xFF; 10];
            bytes[9] = last;
            let expected = (last < 2).then_some(u64::MAX >> 1 | u64::from(last) << 63);
            assert_eq!(take(&mut &bytes[..]), expected, "{last}");
        }
    }
}
