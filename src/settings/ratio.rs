//! A share between 0 and 1 kept as two whole numbers, so that a threshold is decided without rounding.

use std::fmt;

/// A decimal from 0 to 1 as a fraction: `0.85` is 85 / 100, and so is `85.0%`.
///
/// The denominator is the smallest power of ten there is for it, so that equal shares are equal however they were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ratio {
    num: u32,
    den: u32,
}

impl Default for Ratio {
    /// The whole: nothing passes by default.
    fn default() -> Self {
        Self::ONE
    }
}

impl Ratio {
    /// The whole.
    pub const ONE: Self = Self { num: 1, den: 1 };

    /// So many hundredths, at most 100.
    pub const fn hundredths(n: u32) -> Self {
        Self::in_tens(if n < 100 { n } else { 100 }, 100)
    }

    /// Reads `0.8`, `.8`, `1`, or `80%`, with at most six digits after the point.
    ///
    /// # Errors
    ///
    /// A sentence that says what would be right.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a share between 0 and 1, such as 0.8 or 80%");
        let trimmed = text.trim();
        let (digits, percent) = match trimmed.strip_suffix('%') {
            Some(rest) => (rest, 2),
            None => (trimmed, 0),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.len() + part.len() == 0 || !plain(whole) || !plain(part) || whole.len() > 3 || part.len() > 6
        {
            return Err(wrong());
        }
        let num: u32 = format!("{whole}{part}").parse().map_err(|_| wrong())?;
        let places = u32::try_from(part.len()).map_err(|_| wrong())? + percent;
        let den = 10_u32.checked_pow(places).ok_or_else(wrong)?;
        if num > den {
            return Err(wrong());
        }
        Ok(Self::in_tens(num, den))
    }

    /// `num / den`, where `den` is a power of ten.
    const fn in_tens(mut num: u32, mut den: u32) -> Self {
        while num.is_multiple_of(10) && den.is_multiple_of(10) {
            num /= 10;
            den /= 10;
        }
        Self { num, den }
    }

    /// Whether `part / whole` is at least this share. Nothing of nothing meets only 0.
    pub fn met_by(self, part: u64, whole: u64) -> bool {
        u128::from(part) * u128::from(self.den) >= u128::from(self.num) * u128::from(whole)
            && (0 < whole || self.num == 0)
    }

    /// Whether `part / whole` is more than this share. Nothing of nothing is not.
    pub fn is_exceeded_by(self, part: u64, whole: u64) -> bool {
        u128::from(part) * u128::from(self.den) > u128::from(self.num) * u128::from(whole)
    }

    /// As a percentage that can be read again, without rounding: `5%`, `0.5%`.
    pub fn percent(self) -> String {
        let (num, den) = (u64::from(self.num) * 100, u64::from(self.den));
        let places = den.ilog10() as usize;
        let part = format!("{:0places$}", num % den);
        match part.trim_end_matches('0') {
            "" => format!("{}%", num / den),
            part => format!("{}.{part}%", num / den),
        }
    }

    /// The smallest whole number that is at least this share of `n`.
    pub fn ceil_of(self, n: u64) -> u64 {
        let product = u128::from(self.num) * u128::from(n);
        u64::try_from(product.div_ceil(u128::from(self.den))).unwrap_or(u64::MAX)
    }

    /// For formulas and printing; never for deciding.
    pub fn as_f64(self) -> f64 {
        f64::from(self.num) / f64::from(self.den)
    }

    /// This share plus another, at most 1.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let den = u64::from(self.den) * u64::from(other.den);
        let num = u64::from(self.num) * u64::from(other.den) + u64::from(other.num) * u64::from(self.den);
        // Denominators are powers of ten up to 10^8: scale back to at most 10^6, rounding up.
        let (mut num, mut den) = (num.min(den), den);
        while den > 1_000_000 {
            num = num.div_ceil(10);
            den /= 10;
        }
        Self::in_tens(u32::try_from(num).unwrap_or(1), u32::try_from(den).unwrap_or(1))
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.as_f64())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn thresholds_are_decided_without_rounding() {
        let third = Ratio::parse("0.333333").unwrap();
        assert!(third.met_by(1, 3));
        assert!(!third.met_by(333_332, 1_000_000));
        let seven = Ratio::parse("0.7").unwrap();
        assert!(seven.met_by(7, 10));
        assert!(!seven.met_by(6_999_999, 10_000_000));
        assert_eq!(seven.ceil_of(10), 7);
        assert_eq!(seven.ceil_of(11), 8);
        assert_eq!(Ratio::parse("70%").unwrap().as_f64().to_bits(), seven.as_f64().to_bits());
        assert!(!seven.met_by(0, 0));
    }

    #[test]
    fn equal_shares_are_equal_however_written() {
        let parse = |text| Ratio::parse(text).unwrap();
        for (text, others) in [
            ("0.9", ["90%", ".90", "0.900000", "90.0%"]),
            ("0", ["0%", "0.0", ".000", "0.00%"]),
            ("1", ["100%", "1.0", "1.000", "100.00%"]),
        ] {
            assert!(others.iter().all(|other| parse(other) == parse(text)), "{text}");
        }
        assert_eq!(Ratio::hundredths(90), parse("0.9"));
        assert_eq!(Ratio::hundredths(100), Ratio::ONE);
        assert_eq!(parse("0.75").plus(parse("15%")), parse("0.9"));
        assert_ne!(parse("0.9"), parse("0.09"));
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", ".", "1.1", "-0.5", "0,8", "1e-1", "101%", "0.12345678", "NaN"] {
            assert!(Ratio::parse(text).is_err(), "{text}");
        }
        assert_eq!(Ratio::parse(".5").unwrap().plus(Ratio::parse("0.1").unwrap()).as_f64(), 0.6);
        assert_eq!(Ratio::parse("0.95").unwrap().plus(Ratio::parse("0.1").unwrap()).as_f64(), 1.0);
    }
}
