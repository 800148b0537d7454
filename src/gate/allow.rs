//! One rule that allows findings: what it fits, why, and until when.

use std::fmt;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::spelled;
use crate::{
    family::{Class, Family},
    report::{Findings, view::hex},
    settings::PerLevel,
};

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(jiff::civil::Date);

impl Day {
    /// Reads `2027-01-01`.
    pub fn parse(text: &str) -> Option<Self> {
        // The shape first: the parser also reads a time behind the date.
        (text.len() == 10).then(|| text.parse().ok().map(Self)).flatten()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Paths as globs say them: `agency/**`, `*.jsonl`. One without a `/` fits a file's name in any folder.
#[derive(Clone, Debug, Default)]
pub struct PathGlobs(Option<GlobSet>);

impl PathGlobs {
    /// Reads globs; none fit every path.
    ///
    /// # Errors
    ///
    /// A sentence that says what is wrong with one of them.
    pub fn new<'g>(globs: impl IntoIterator<Item = &'g str>) -> Result<Self, String> {
        let mut set = GlobSetBuilder::new();
        let mut any = false;
        for glob in globs {
            let anywhere = if glob.contains('/') { String::new() } else { "**/".to_owned() };
            let glob = GlobBuilder::new(&format!("{anywhere}{glob}")).literal_separator(true).build();
            set.add(glob.map_err(|error| error.kind().to_string())?);
            any = true;
        }
        let set = set.build().map_err(|error| error.kind().to_string())?;
        Ok(Self(any.then_some(set)))
    }

    fn fit(&self, path: &str) -> bool {
        self.0.as_ref().is_none_or(|set| set.is_match(path))
    }
}

/// A rule that allows findings. All it says must fit; what it does not say fits everything.
#[derive(Clone, Debug)]
pub struct Allow {
    /// The first digits of the fingerprint, in lower case.
    pub fingerprint: Option<String>,
    /// Words that stand in a row in the keeper's text, compared as normalised words.
    pub text: Option<String>,
    /// Paths, as reports name them. Every place that is looked at must lie in one; those that are looked into only, in an
    /// archive or `--against`, may lie anywhere.
    pub path: PathGlobs,
    /// The levels.
    pub level: PerLevel<bool>,
    /// The class; none does not ask.
    pub class: Option<Class>,
    /// Why, for people.
    pub reason: String,
    /// From this day on it holds no longer.
    pub expires: Option<Day>,
}

impl Allow {
    /// A rule that fits everything.
    pub fn new(reason: impl Into<String>) -> Self {
        Self {
            fingerprint: None,
            text: None,
            path: PathGlobs::default(),
            level: PerLevel::all(true),
            class: None,
            reason: reason.into(),
            expires: None,
        }
    }

    /// Whether it holds no longer.
    pub fn is_expired(&self, today: Day) -> bool {
        self.expires.is_some_and(|expires| expires <= today)
    }

    /// Whether it fits a family with such words in its keeper.
    pub(super) fn fits(&self, findings: &Findings, family: &Family, words: &[String]) -> bool {
        let path = |id| findings.documents.get(id).is_some_and(|document| self.path.fit(&document.path));
        *self.level.get(family.level)
            && self.class.is_none_or(|class| family.class == Some(class))
            && self.fingerprint.as_ref().is_none_or(|digits| hex(&family.fingerprint).starts_with(digits))
            && family
                .occurrences
                .iter()
                .filter(|place| findings.is_incoming(place.document))
                .all(|place| path(place.document))
            && self.text.as_ref().is_none_or(|text| has_run(words, &spelled(text, &[])))
    }
}

/// Whether words hold a run of words.
fn has_run(words: &[String], run: &[String]) -> bool {
    // Words have no blanks in them, so texts of words can be searched as texts; that is linear.
    let text = |words: &[String]| format!(" {} ", words.join(" "));
    !run.is_empty() && text(words).contains(&text(run))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn paths_are_fitted_as_gitignore_fits_them() {
        let fits = |glob: &str, path: &str| PathGlobs::new([glob]).unwrap().fit(path);
        assert!(fits("agency/**", "agency/2026/a.txt") && !fits("agency/**", "desk/agency/a.txt"));
        assert!(fits("*.jsonl", "feeds/a.jsonl") && !fits("feeds/*.jsonl", "feeds/old/a.jsonl"));
        assert!(PathGlobs::new([]).unwrap().fit("anything"));
        assert!(PathGlobs::new(["a[b"]).is_err());
    }

    #[test]
    fn words_are_found_whole_and_in_a_row() {
        let has = |text: &str, run: &str| has_run(&spelled(text, &[]), &spelled(run, &[]));
        assert!(has("All RIGHTS—reserved, 2026.", "rights reserved"));
        assert!(!has("All copyrights reserved", "rights reserved"));
        assert!(!has("rights are reserved", "rights reserved"));
        assert!(!has("rights reserved", "…"));
    }

    #[test]
    fn a_rule_ends_on_its_day() {
        let day = |text| Day::parse(text).unwrap();
        let rule = Allow { expires: Some(day("2027-01-01")), ..Allow::new("until then") };
        assert!(!rule.is_expired(day("2026-12-31")));
        assert!(rule.is_expired(day("2027-01-01")));
        for text in ["2027-13-01", "2027-1-1", "01.01.2027", "2027-01-01T10:00"] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
    }
}
