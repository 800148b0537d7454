//! Families: every place of one repeated text, one of them to keep.

mod class;
mod draft;
mod fold;
mod passages;
mod star;

pub use class::{Class, classes};
pub use draft::{Draft, Place};
pub use fold::fold;
pub use passages::{Grouped, passages};
pub use star::{Edge, Star, stars};

use crate::{hash::Digest, id::DocId, settings::Level, span::Span, verify::Score};

/// What makes the members of a family alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Every member has the same normalised words.
    Exact,
    /// Every member is similar enough to the keeper.
    Near,
    /// The smaller ones stand, nearly whole, inside larger units.
    Contained,
}

impl Kind {
    /// The name reports print.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Near => "near",
            Self::Contained => "contained",
        }
    }
}

/// Whether a finding is news to its reader.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Nobody knew of it.
    #[default]
    New,
    /// A baseline knows of it.
    Known,
    /// It was told not to count; by what, in words.
    Suppressed(String),
}

impl State {
    /// The name reports print.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Known => "known",
            Self::Suppressed(_) => "suppressed",
        }
    }
}

/// One place where a repeated text stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// The document.
    pub document: DocId,
    /// The bytes of its text.
    pub span: Span,
    /// The position of its first word in its document.
    pub first_word: u32,
    /// Words in the span.
    pub words: u32,
    /// How alike it is to the keeper, counted; [`Score::SAME`] for the keeper.
    pub score: Score,
    /// Whether its normalised words are the keeper's.
    pub same: bool,
    /// Words it shares with the keeper.
    pub shared_words: u32,
}

/// One finding: all occurrences of one repeated text, in input order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Family {
    /// A stable name: the level and the keeper's normalised words.
    pub fingerprint: Digest,
    /// The largest unit that every occurrence is.
    pub level: Level,
    /// What makes them alike.
    pub kind: Kind,
    /// What sort of text it is, where it is of a sort.
    pub class: Option<Class>,
    /// Whether it counts; [`State::New`] until somebody judges it.
    pub state: State,
    /// Which occurrence is the one to keep.
    pub keeper: usize,
    /// All of them, by document and then by place.
    pub occurrences: Vec<Occurrence>,
}

impl Family {
    /// Whether it was told not to count.
    pub const fn is_suppressed(&self) -> bool {
        matches!(self.state, State::Suppressed(_))
    }

    /// Where its places are, in the word reports print: `within` one document, `across` several, or with an `archive`, whose
    /// documents come first and are so many.
    pub fn scope(&self, n_stored: u32) -> &'static str {
        let first = self.occurrences.first().map(|place| place.document);
        if self.occurrences.iter().all(|place| Some(place.document) == first) {
            "within"
        } else if self.occurrences.iter().any(|place| place.document.get() < n_stored) {
            "archive"
        } else {
            "across"
        }
    }

    /// The lowest similarity of a member, as it is printed.
    pub fn similarity(&self) -> f64 {
        self.occurrences.iter().map(|place| place.score.printed(place.same)).fold(1.0, f64::min)
    }

    /// The place to keep.
    pub fn kept(&self) -> Option<&Occurrence> {
        self.occurrences.get(self.keeper)
    }
}
