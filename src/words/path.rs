//! The paths from text to words that give the same words, and which of them this machine takes.

use super::{Words, fast};

/// A way to read words. All give the same words; tests and benchmarks choose, the library takes
/// the [best](Self::best).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    /// Byte tables, on any machine.
    Table,
    /// Blocks of 64 bytes by SSE2.
    Sse2,
    /// Blocks of 64 bytes by AVX2.
    Avx2,
    /// Blocks of 64 bytes by AVX-512.
    Avx512,
}

impl Path {
    /// Every path, the best last.
    pub const ALL: [Self; 4] = [Self::Table, Self::Sse2, Self::Avx2, Self::Avx512];

    /// Whether this machine has the instructions.
    #[inline]
    pub fn is_available(self) -> bool {
        match self {
            Self::Table => true,
            #[cfg(target_arch = "x86_64")]
            Self::Sse2 => true,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => super::x86::has_avx2(),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => super::x86::has_avx512(),
            #[cfg(not(target_arch = "x86_64"))]
            _ => false,
        }
    }

    /// The fastest path of this machine.
    #[inline]
    pub fn best() -> Self {
        Self::ALL.into_iter().rfind(|path| path.is_available()).unwrap_or(Self::Table)
    }

    /// Reads prose by this path, or by tables where the machine cannot.
    #[inline]
    pub(super) fn prose(self, text: &str, base: u32, scratch: &mut fast::Scratch, out: &mut Words) {
        #[cfg(target_arch = "x86_64")]
        if super::x86::prose(self, text, base, scratch, out) {
            return;
        }
        fast::prose(text, base, scratch, out);
    }
}
