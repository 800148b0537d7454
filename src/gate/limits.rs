//! Whether findings fail a run: which of them count, how many may be, how much of a document may be repeated.

use std::collections::BTreeSet;

use crate::{
    family::{Family, Kind, State},
    id::DocId,
    report::Findings,
    settings::{FailOn, PerKind, PerLevel, Ratio, Settings},
};

/// What fails a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Whether known findings count too, or none does.
    pub fail_on: FailOn,
    /// The levels that count.
    pub level: PerLevel<bool>,
    /// The kinds that count.
    pub kind: PerKind,
    /// So many findings do not fail.
    pub max_findings: u32,
    /// More than this share of one document fails, and findings by themselves do not unless there are more than
    /// [`max_findings`](Self::max_findings), and that is not 0; a share of 0 does not ask.
    pub max_duplicated: Ratio,
}

/// What became of a run at the gate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Why it fails; none when it passes.
    pub reason: Option<Reason>,
    /// New findings that count.
    pub new: u64,
    /// Known findings that count.
    pub known: u64,
    /// Of the incoming documents the one with the largest share that is repeated.
    pub worst: Option<Worst>,
}

/// Why a run fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// There are more findings than may be.
    Findings,
    /// More of a document is repeated than may be; of so many documents.
    Duplicated(u64),
}

/// A document and how much of it is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Worst {
    /// The document.
    pub document: DocId,
    /// Its words that stand elsewhere too.
    pub repeated: u64,
    /// Its words.
    pub words: u64,
}

impl Limits {
    /// What settings say.
    pub const fn of(settings: &Settings) -> Self {
        Self {
            fail_on: settings.fail_on,
            level: settings.fail_level,
            kind: settings.fail_kind,
            max_findings: settings.max_findings,
            max_duplicated: settings.max_duplicated,
        }
    }

    /// Whether a finding counts. Where nothing is to fail it is asked as if anything were.
    pub fn counts(&self, family: &Family) -> bool {
        let state = match family.state {
            State::New => true,
            State::Known => self.fail_on != FailOn::New,
            State::Suppressed(_) => false,
        };
        let kind = match family.kind {
            Kind::Exact => self.kind.exact,
            Kind::Near => self.kind.near,
            Kind::Contained => self.kind.contained,
        };
        state && kind && *self.level.get(family.level)
    }

    /// Whether the findings fail the run.
    pub fn verdict(&self, findings: &Findings) -> Verdict {
        let counting = |state: &State| {
            let families = findings.families.iter().filter(|family| family.state == *state);
            families.filter(|family| self.counts(family)).count() as u64
        };
        let (new, known) = (counting(&State::New), counting(&State::Known));
        let mut worst: Option<Worst> = None;
        let shares: Vec<Worst> = self.shares(findings).collect();
        for one in &shares {
            // In whole numbers: the share of the one against the share of the other.
            let share = |of: &Worst, other: &Worst| u128::from(of.repeated) * u128::from(other.words);
            if worst.is_none_or(|worst| share(&worst, one) < share(one, &worst)) {
                worst = Some(*one);
            }
        }
        let over = shares.iter().filter(|one| self.is_over(one)).count() as u64;
        let asks_findings = !self.asks_share() || 0 < self.max_findings;
        let reason = match self.fail_on {
            FailOn::None => None,
            _ if self.asks_share() && 0 < over => Some(Reason::Duplicated(over)),
            _ if asks_findings && u64::from(self.max_findings) < new + known => Some(Reason::Findings),
            _ => None,
        };
        Verdict { reason, new, known, worst }
    }

    /// The incoming documents that do not pass by themselves: of which too much is repeated, where that is asked, else in which
    /// anything is. Where nothing is to fail it is asked as if anything were.
    pub fn failing(&self, findings: &Findings) -> BTreeSet<DocId> {
        let asks = self.asks_share();
        self.shares(findings).filter(|one| !asks || self.is_over(one)).map(|one| one.document).collect()
    }

    fn asks_share(&self) -> bool {
        self.max_duplicated != Ratio::hundredths(0)
    }

    fn is_over(&self, one: &Worst) -> bool {
        self.max_duplicated.is_exceeded_by(one.repeated, one.words)
    }

    /// Of each incoming document that repeats something that counts, how much.
    fn shares<'f>(&self, findings: &'f Findings) -> impl Iterator<Item = Worst> + 'f {
        let repeated = findings.repeated_words(|family| self.counts(family));
        repeated.into_iter().filter(|(document, _)| findings.is_incoming(*document)).map(
            |(document, repeated)| {
                let words = findings.documents.words(document).map_or(0, u64::from);
                Worst { document, repeated, words }
            },
        )
    }
}
