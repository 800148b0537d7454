//! How far the input was read, and whether it is the same once more.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::{hash, source::Raw};

/// The digests of all blocks of the input up to one of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::pipeline) struct Chain {
    /// So many blocks.
    pub(in crate::pipeline) raws: u64,
    state: u64,
}

impl Chain {
    /// With those that follow.
    pub(in crate::pipeline) fn with(self, raws: &[u64]) -> Self {
        Self {
            raws: self.raws + raws.len() as u64,
            state: raws.iter().fold(self.state, |state, raw| hash::push(state, *raw)),
        }
    }

    pub(super) fn to_bytes(self) -> Vec<u8> {
        [self.raws.to_le_bytes(), self.state.to_le_bytes()].concat()
    }

    pub(super) const fn of(raws: u64, state: u64) -> Self {
        Self { raws, state }
    }

    pub(super) const fn state(self) -> u64 {
        self.state
    }
}

/// Passes over what was read before. Where that is not what it was, `is_other` is set and nothing follows.
pub(in crate::pipeline) fn checked<'a>(
    mut raws: impl Iterator<Item = Raw> + Send + 'a,
    before: Chain,
    is_other: &'a AtomicBool,
    passed: impl Fn(u64) + Send + 'a,
) -> impl Iterator<Item = Raw> + Send + 'a {
    let mut is_checked = false;
    std::iter::from_fn(move || {
        if !is_checked {
            is_checked = true;
            let mut chain = Chain::default();
            for raw in raws.by_ref().take(usize::try_from(before.raws).unwrap_or(usize::MAX)) {
                chain = chain.with(&[raw.digest()]);
                passed(raw.disk_bytes());
            }
            is_other.store(chain != before, Ordering::Relaxed);
        }
        if is_other.load(Ordering::Relaxed) { None } else { raws.next() }
    })
}
