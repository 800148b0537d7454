//! In how many documents a text may stand: so many, or a share of all of them.

use std::fmt;

use super::Ratio;

/// A number of documents, or a share of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frequency {
    /// So many documents; 0 is no limit.
    Documents(u32),
    /// A share of all documents.
    Share(Ratio),
}

impl Default for Frequency {
    /// No limit.
    fn default() -> Self {
        Self::Documents(0)
    }
}

impl Frequency {
    /// Reads `20` or `5%`.
    ///
    /// # Errors
    ///
    /// A sentence that says what would be right.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("`{text}` is neither a number of documents, such as 20, nor a share, such as 5%");
        let text = text.trim();
        if text.ends_with('%') {
            return Ratio::parse(text).map(Self::Share).map_err(|_| wrong());
        }
        text.parse().map(Self::Documents).map_err(|_| wrong())
    }

    /// Whether `documents` of `all` are more than this.
    pub fn is_exceeded_by(self, documents: u64, all: u64) -> bool {
        match self {
            Self::Documents(0) => false,
            Self::Documents(most) => u64::from(most) < documents,
            Self::Share(share) => share.is_exceeded_by(documents, all),
        }
    }
}

impl fmt::Display for Frequency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Documents(n) => write!(f, "{n}"),
            Self::Share(share) => f.write_str(&share.percent()),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_number_is_of_documents_and_a_percentage_of_all() {
        let over =
            |text: &str, documents, all| Frequency::parse(text).unwrap().is_exceeded_by(documents, all);
        assert!(over("20", 21, 21) && !over("20", 20, 20));
        assert!(over("5%", 6, 100) && !over("5%", 5, 100));
        assert!(!over("0", 100, 100) && over("0%", 1, 100));
        assert!(over("0.5%", 2, 399) && !over("0.5%", 2, 400));
        for text in ["0", "7", "5%", "0.5%", "100%", "12.345678%"] {
            assert_eq!(Frequency::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "-1", "0.5", "five", "101%", "%"] {
            assert!(Frequency::parse(text).is_err(), "{text}");
        }
    }
}
