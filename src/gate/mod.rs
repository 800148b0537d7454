//! The gate: which findings are news, and whether they fail a run. [`Findings`] and [`Rules`] go in, each family gets its
//! [`State`]; findings and [`Limits`] go in, a [`Verdict`] comes out.
//!
//! Beside the stair, after stage 7: what was found is settled here, what was found is not changed. It looks at families
//! and at the words of their keepers, never at two texts to compare them.
//!
//! # The idea
//!
//! A family is **suppressed** when an [`Allow`] rule fits it, when a text of a [`Boilerplate`] file holds its keeper's
//! words, or when it stands in more documents than [`Rules::max_doc_freq`]; the first of these that holds is named. Else it
//! is **known** when a [`Baseline`] has its fingerprint with at least as many occurrences, so that one more copy of a known
//! repeat is **new**, as is everything else. Nothing is taken out of the findings: a report shows or counts all of them.
//!
//! # Promises
//!
//! * **Same answer everywhere.** The same findings and rules give the same states. The one thing that changes with time is
//!   a rule with an expiry date, and the day it is held against is an input: nothing here asks the clock.
//! * **No rule is silent.** Those that fitted nothing and those that have expired come back from [`judge`].
//!
//! # Limits
//!
//! A keeper that changes its words changes its fingerprint; what is known of it is then asked again.
//!
//! Of a keeper in an archive without texts no words are known: those of the copy that is most like it are looked at instead
//! ([`Findings::spoken`]), which are the same ones where the family is exact.

#![deny(clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used)]

mod allow;
mod baseline;
mod boilerplate;
mod limits;

use std::collections::BTreeSet;

pub use allow::{Allow, Day, PathGlobs};
pub use baseline::{BASELINE_FORMAT, Baseline, Change, Entry};
pub use boilerplate::Boilerplate;
pub use limits::{Limits, Reason, Verdict, Worst};

use crate::{
    family::{Family, State},
    report::{Findings, view::hex},
    settings::Frequency,
    span::Span,
    words,
};

/// What makes a finding known or suppressed.
#[derive(Debug, Default)]
pub struct Rules {
    /// Findings that are known.
    pub baseline: Option<Baseline>,
    /// Findings that are allowed.
    pub allow: Vec<Allow>,
    /// Texts whose repeats do not count.
    pub boilerplate: Boilerplate,
    /// What more documents have does not count.
    pub max_doc_freq: Frequency,
    /// The day that rules are held against; without one none expires.
    pub today: Option<Day>,
    /// Documents that were looked into beside those of the findings: an archive's.
    pub stored_documents: u64,
}

/// What a judge has to say of the rules themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// Rules that fitted no finding, as positions in [`Rules::allow`].
    pub unused: Vec<usize>,
    /// Rules that hold no longer.
    pub expired: Vec<usize>,
    /// Findings of the baseline that no longer occur.
    pub gone: u64,
}

/// Gives each family its state.
///
/// Cost: linear in the words of the keepers times the number of rules with a text, and in the occurrences.
pub fn judge(findings: &mut Findings, rules: &Rules) -> Judged {
    let holds = |rule: &Allow| !rules.today.is_some_and(|today| rule.is_expired(today));
    let (in_force, expired): (Vec<usize>, Vec<usize>) =
        (0..rules.allow.len()).partition(|index| rules.allow.get(*index).is_some_and(holds));
    let all_documents = all_documents(findings, rules);
    let wants_words = !rules.boilerplate.is_empty() || rules.allow.iter().any(|rule| rule.text.is_some());
    let mut used: BTreeSet<usize> = BTreeSet::new();
    let suppressed: Vec<Option<String>> = findings
        .families
        .iter()
        .map(|family| {
            let words = if wants_words { keeper_words(findings, family) } else { Vec::new() };
            let mut by: Option<String> = None;
            for index in &in_force {
                let Some(rule) = rules.allow.get(*index) else { continue };
                if rule.fits(findings, family, &words) {
                    used.insert(*index);
                    by = by.or_else(|| Some(format!("allow: {}", rule.reason)));
                }
            }
            by.or_else(|| Some(format!("boilerplate: {}", rules.boilerplate.holds(&words)?)))
                .or_else(|| too_frequent(family, rules.max_doc_freq, all_documents))
        })
        .collect();
    let seen = baseline::counted(
        findings.families.iter().map(|family| (hex(&family.fingerprint), family.occurrences.len() as u64)),
    );
    for (family, by) in findings.families.iter_mut().zip(suppressed) {
        let fingerprint = hex(&family.fingerprint);
        let known = || {
            let occurrences = seen.get(&fingerprint).copied().unwrap_or(u64::MAX);
            rules.baseline.as_ref().is_some_and(|baseline| baseline.knows(&fingerprint, occurrences))
        };
        family.state = match by {
            Some(by) => State::Suppressed(by),
            None if known() => State::Known,
            None => State::New,
        };
    }
    Judged {
        unused: in_force.into_iter().filter(|index| !used.contains(index)).collect(),
        expired,
        gone: rules.baseline.as_ref().map_or(0, |baseline| baseline.gone(&seen)),
    }
}

/// Documents that were looked at or into. Of an archive the findings hold those near the incoming ones only.
fn all_documents(findings: &Findings, rules: &Rules) -> u64 {
    let beside = u64::from(findings.n_known.saturating_sub(findings.n_stored));
    findings.totals.documents + beside + rules.stored_documents.max(u64::from(findings.n_stored))
}

fn too_frequent(family: &Family, most: Frequency, all: u64) -> Option<String> {
    let documents =
        family.occurrences.iter().map(|place| place.document).collect::<BTreeSet<_>>().len() as u64;
    most.is_exceeded_by(documents, all).then(|| format!("max-doc-freq: in {documents} documents"))
}

/// The normalised words of the place to keep, or of the one that speaks for it.
fn keeper_words(findings: &Findings, family: &Family) -> Vec<String> {
    let Some(kept) = findings.spoken(family) else { return Vec::new() };
    let Some(document) = findings.documents.get(kept.document) else { return Vec::new() };
    let (start, end) = (kept.span.start, kept.span.end);
    let gaps: Vec<Span> = document
        .layout
        .gaps()
        .iter()
        .map(|gap| (gap.start.max(start), gap.end.min(end)))
        .filter(|(from, to)| from < to)
        .map(|(from, to)| Span::new(from - start, to - start))
        .collect();
    spelled(kept.span.of(&document.text), &gaps)
}

fn spelled(text: &str, gaps: &[Span]) -> Vec<String> {
    words::normalised(text, gaps).into_iter().map(|(word, _)| word).collect()
}
