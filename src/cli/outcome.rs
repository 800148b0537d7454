//! What a command came to, and the exit code that says so: the only place where codes are chosen.

/// The result of a whole run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The work was done; there is a report.
    Done(Done),
    /// Nothing can be concluded.
    Failed(Class),
}

/// What there is to say about work that was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Done {
    /// At least one finding reached the gate.
    pub(crate) gate: bool,
    /// Some input could not be read, and that was to fail the run.
    pub(crate) unread: bool,
}

/// What sort of error ended the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// The words, the settings, or this program are wrong.
    Usage,
    /// The archive is missing, locked, damaged, or of another version or other settings.
    Archive,
}

impl Outcome {
    /// The exit code. When several would fit, 2 goes before 4, 3, 1 and 0; an interrupted run
    /// (130, 143) never gets here.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Failed(Class::Usage) => 2,
            Self::Failed(Class::Archive) => 4,
            Self::Done(Done { unread: true, .. }) => 3,
            Self::Done(Done { gate: true, .. }) => 1,
            Self::Done(_) => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_graver_code_wins() {
        let done = |gate, unread| Outcome::Done(Done { gate, unread }).code();
        assert_eq!(done(false, false), 0);
        assert_eq!(done(true, false), 1);
        assert_eq!(done(false, true), 3);
        assert_eq!(done(true, true), 3);
        assert_eq!(Outcome::Failed(Class::Usage).code(), 2);
        assert_eq!(Outcome::Failed(Class::Archive).code(), 4);
    }
}
