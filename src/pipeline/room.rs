//! How much memory a run may take, and where the rest goes.

use super::Run;
use crate::spill::Space;

/// Of so many things that are held at the same time each may take its part.
const PARTS: usize = 6;

/// Memory, and a folder for what does not fit.
#[derive(Clone, Debug)]
pub(super) struct Room {
    pub(super) space: Space,
    memory: usize,
}

impl Room {
    pub(super) fn of(run: &Run<'_>) -> Self {
        let folder = run.temp_dir.map_or_else(std::env::temp_dir, Into::into);
        let memory =
            if run.memory == 0 { usize::MAX } else { usize::try_from(run.memory).unwrap_or(usize::MAX) };
        Self { space: Space::new(folder), memory }
    }

    /// Bytes that one thing may take before it has to leave memory.
    pub(super) const fn part(&self) -> usize {
        self.memory / PARTS
    }

    /// Whether a whole run that takes so many bytes may lie in memory.
    pub(super) const fn holds(&self, bytes: usize) -> bool {
        bytes <= self.memory
    }

    /// Whether something that takes so many bytes may lie in memory beside what must.
    pub(super) const fn has(&self, bytes: usize) -> bool {
        bytes <= self.memory / 2
    }
}
