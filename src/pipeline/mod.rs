//! The stairwell: walks every stage once, in order, and is the only place with threads, budgets and
//! progress.
//!
//! ```text
//! source -> Document -> segment, words (article) -> shingle, sketch, candidate, verify (units)
//!                                                -> passage
//!                                                -> family -> Findings (finish)
//! ```
//!
//! Nothing here prints, exits, or knows a command line. What comes out depends on the input and the
//! [`Plan`](crate::Plan), never on the number of threads: work is shared out by input order and
//! results are put together in input order.

mod article;
mod cards;
mod compare;
mod counting;
mod counts;
mod dated;
mod documents;
mod estimate;
mod explain;
mod filed;
mod finish;
mod limits;
pub mod parts;
mod passages;
mod read;
mod room;
mod scan;
mod shelf;
#[cfg(feature = "archive")]
mod stored;
mod units;
mod wholes;
#[cfg(feature = "archive")]
mod withheld;
mod work;

use std::path::Path;

pub use article::Article;
pub use compare::{compare, shared_passages};
pub use estimate::{Alike, Estimate, LevelEstimate, Subset, Tried, estimate, subset};
pub use explain::{Explanation, LevelExplanation, ShortRun, explain};
pub use scan::{scan, scan_documents, scan_items};
#[cfg(feature = "archive")]
pub use stored::{Against, Checked, add, add_documents, add_items, check, check_items, verify};
pub use work::forget;

/// Told what a run is doing. All methods may be called from several threads. `docs/progress.md` lists the stages and what each counts.
pub trait Progress: Sync {
    /// A stage begins; `total` is how much it has to do, where that is known.
    fn stage(&self, name: &'static str, total: Option<u64>);
    /// So much more of it is done. Called some thousand times a second at most.
    fn advance(&self, n: u64);
    /// The run is over.
    fn done(&self);
    /// Whether somebody wants to know. Where not, totals that cost a look at every file are not worked out.
    fn is_heard(&self) -> bool {
        true
    }
}

/// Tells nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _: &'static str, _: Option<u64>) {}
    fn advance(&self, _: u64) {}
    fn done(&self) {}
    fn is_heard(&self) -> bool {
        false
    }
}

/// How a run is carried out; nothing here changes what is found.
#[derive(Clone, Copy)]
pub struct Run<'a> {
    /// Threads to use; 0 means one for each core.
    pub threads: usize,
    /// Who is told.
    pub progress: &'a dyn Progress,
    /// Bytes of memory to keep to; 0 means as many as it takes. A check holds what it compares.
    pub memory: u64,
    /// Where what does not fit goes while a run lasts; none is the system's folder.
    pub temp_dir: Option<&'a Path>,
    /// A folder to keep in what is done, or to go on from; only for scans of files, which can be read again.
    pub resume: Option<&'a Path>,
}

impl Default for Run<'_> {
    fn default() -> Self {
        Self { threads: 0, progress: &Silent, memory: 0, temp_dir: None, resume: None }
    }
}

impl std::fmt::Debug for Run<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Run")
            .field("threads", &self.threads)
            .field("memory", &self.memory)
            .field("temp_dir", &self.temp_dir)
            .field("resume", &self.resume)
            .finish_non_exhaustive()
    }
}
