//! The file of findings that are known: made from a report, kept beside the articles, reviewed as text.
//!
//! # The file
//!
//! One JSON object with a line for each finding, sorted by fingerprint, so that a change of one finding is a change of one line:
//!
//! ```text
//! {
//!   "schema": "twicetold.baseline/1",
//!   "words_version": 1,
//!   "findings": [
//!     {"fingerprint":"472fd5c1f18b…","level":"sentence","occurrences":2,"excerpt":"This strategic maneuver comes …"}
//!   ]
//! }
//! ```
//!
//! `level` and `excerpt` are for people; what is compared is the fingerprint, and the number of occurrences. Findings of one
//! fingerprint (a repeat and what it is contained in may keep the same text) are counted together.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    report::{Report, printable},
    words,
};

/// The name of the file's format; another number means other keys or other meanings.
pub const BASELINE_FORMAT: &str = "twicetold.baseline/1";

/// Words of an excerpt.
const EXCERPT_WORDS: usize = 12;
/// Its characters: a script without blanks has one word.
const EXCERPT_CHARS: usize = 80;

/// Findings that are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// By fingerprint, in hex.
    entries: BTreeMap<String, Entry>,
}

/// What is known of one finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its level.
    pub level: String,
    /// Its places.
    pub occurrences: u64,
    /// How its text begins.
    pub excerpt: String,
}

/// What became of a baseline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Findings that came or went.
    pub findings: u64,
    /// Findings whose number of occurrences changed.
    pub counts: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: String,
    words_version: u32,
    findings: Vec<Line>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    fingerprint: String,
    level: String,
    occurrences: u64,
    excerpt: String,
}

impl Baseline {
    /// What a report found, without what was suppressed in it.
    pub fn of(report: &Report<'_>) -> Self {
        let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
        for family in report.families.iter().filter(|family| family.state != "suppressed") {
            let entry = entries.entry(family.fingerprint.clone()).or_insert_with(|| Entry {
                level: family.level.to_string(),
                occurrences: 0,
                excerpt: excerpt(family.text().unwrap_or_default()),
            });
            entry.occurrences += family.occurrences.len() as u64;
        }
        Self { entries }
    }

    /// Reads a file's text.
    ///
    /// # Errors
    ///
    /// A sentence that says what is wrong with it and what to do next.
    pub fn parse(json: &str) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Head {
            schema: Option<String>,
        }
        let head: Head =
            serde_json::from_str(json).map_err(|error| format!("this is not a baseline: {error}"))?;
        if head.schema.as_deref() != Some(BASELINE_FORMAT) {
            let is = head.schema.map_or("has no `schema`".to_owned(), |other| format!("is `{other}`"));
            return Err(format!("the file {is}, and a baseline is `{BASELINE_FORMAT}`"));
        }
        let file: File =
            serde_json::from_str(json).map_err(|error| format!("the baseline is damaged: {error}"))?;
        if file.words_version != words::VERSION {
            return Err(format!(
                "the baseline was made with version {} of the rule that makes words, this is version {}: make it again",
                file.words_version,
                words::VERSION
            ));
        }
        let mut entries = BTreeMap::new();
        for Line { fingerprint, level, occurrences, excerpt } in file.findings {
            let entry = Entry { level, occurrences, excerpt };
            if let Some(twice) = entries.insert(fingerprint.clone(), entry) {
                return Err(format!(
                    "`{fingerprint}` stands twice, once with {} occurrences",
                    twice.occurrences
                ));
            }
        }
        Ok(Self { entries })
    }

    /// The file's text.
    pub fn to_text(&self) -> String {
        let lines: Vec<String> = self
            .entries
            .iter()
            .map(|(fingerprint, entry)| {
                let line = Line {
                    fingerprint: fingerprint.clone(),
                    level: entry.level.clone(),
                    occurrences: entry.occurrences,
                    excerpt: entry.excerpt.clone(),
                };
                // A struct of texts and a number has a form in JSON, always.
                format!("\n    {}", serde_json::to_string(&line).unwrap_or_default())
            })
            .collect();
        let end = if lines.is_empty() { "" } else { "\n  " };
        format!(
            "{{\n  \"schema\": \"{BASELINE_FORMAT}\",\n  \"words_version\": {},\n  \"findings\": [{}{end}]\n}}\n",
            words::VERSION,
            lines.join(",")
        )
    }

    /// The findings, by fingerprint.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.entries.iter().map(|(fingerprint, entry)| (fingerprint.as_str(), entry))
    }

    /// Whether so many occurrences are known.
    pub fn knows(&self, fingerprint: &str, occurrences: u64) -> bool {
        self.entries.get(fingerprint).is_some_and(|entry| occurrences <= entry.occurrences)
    }

    /// Adds what another one has more.
    pub fn update(&mut self, found: &Self) -> Change {
        let mut change = Change::default();
        for (fingerprint, entry) in &found.entries {
            match self.entries.get_mut(fingerprint) {
                None => {
                    self.entries.insert(fingerprint.clone(), entry.clone());
                    change.findings += 1;
                }
                Some(known) if known.occurrences < entry.occurrences => {
                    *known = entry.clone();
                    change.counts += 1;
                }
                Some(_) => {}
            }
        }
        change
    }

    /// Takes out what another one does not have.
    pub fn prune(&mut self, found: &Self) -> Change {
        let mut change = Change::default();
        let before = self.entries.len();
        self.entries.retain(|fingerprint, _| found.entries.contains_key(fingerprint));
        change.findings = (before - self.entries.len()) as u64;
        for (fingerprint, known) in &mut self.entries {
            if let Some(entry) = found.entries.get(fingerprint).filter(|e| e.occurrences < known.occurrences)
            {
                known.occurrences = entry.occurrences;
                change.counts += 1;
            }
        }
        change
    }

    /// How many findings are not among those that were seen.
    pub(super) fn gone(&self, seen: &BTreeMap<String, u64>) -> u64 {
        self.entries.keys().filter(|fingerprint| !seen.contains_key(*fingerprint)).count() as u64
    }
}

/// Occurrences by fingerprint.
pub(super) fn counted(families: impl Iterator<Item = (String, u64)>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for (fingerprint, occurrences) in families {
        *counts.entry(fingerprint).or_insert(0) += occurrences;
    }
    counts
}

/// How a text begins, on one line that can be shown anywhere.
fn excerpt(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().take(EXCERPT_WORDS + 1).collect();
    let head = words.get(..EXCERPT_WORDS).unwrap_or(&words).join(" ");
    let short: String = head.chars().take(EXCERPT_CHARS).collect();
    let cut = short.len() < head.len() || EXCERPT_WORDS < words.len();
    format!("{}{}", printable(&short), if cut { " …" } else { "" })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use proptest::prelude::*;

    fn entry(occurrences: u64) -> Entry {
        Entry { level: "sentence".to_owned(), occurrences, excerpt: "He said \"no\" …".to_owned() }
    }

    fn baseline(entries: &[(&str, u64)]) -> Baseline {
        let entries = entries.iter().map(|(name, n)| ((*name).to_owned(), entry(*n)));
        Baseline { entries: entries.collect() }
    }

    #[test]
    fn the_file_has_a_line_for_each_finding() {
        let text = baseline(&[("bb", 3), ("aa", 2)]).to_text();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 8);
        assert!(lines[4].contains("\"aa\"") && lines[5].contains("\"bb\""), "{text}");
        assert_eq!(baseline(&[]).to_text().lines().nth(3), Some("  \"findings\": []"));
    }

    #[test]
    fn one_more_copy_is_not_known() {
        let known = baseline(&[("aa", 2)]);
        assert!(known.knows("aa", 1) && known.knows("aa", 2));
        assert!(!known.knows("aa", 3) && !known.knows("bb", 1));
    }

    #[test]
    fn what_is_no_baseline_is_refused() {
        let good = baseline(&[("aa", 2)]).to_text();
        let twice = good.replace(
            "\n  ]",
            ",\n{\"fingerprint\":\"aa\",\"level\":\"\",\"occurrences\":1,\"excerpt\":\"\"}\n  ]",
        );
        for (text, part) in [
            ("", "not a baseline"),
            ("[]", "not a baseline"),
            ("{}", "no `schema`"),
            (&good.replace("baseline/1", "baseline/2"), "is `twicetold.baseline/2`"),
            (&good.replace("words_version\": ", "words_version\": 9"), "make it again"),
            (&good.replace("level", "lvl"), "damaged"),
            (&twice, "stands twice"),
        ] {
            let wrong = Baseline::parse(text).unwrap_err();
            assert!(wrong.contains(part), "{part}: {wrong}");
        }
    }

    #[test]
    fn excerpts_are_short_and_harmless() {
        assert_eq!(excerpt("One\n two\tthree"), "One two three");
        assert_eq!(excerpt(&"word ".repeat(13)), format!("{}…", "word ".repeat(12)));
        assert_eq!(excerpt(&"語".repeat(81)), format!("{} …", "語".repeat(80)));
        assert!(!excerpt("a\u{202e}b\u{1b}c").contains(['\u{202e}', '\u{1b}']));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(entries in prop::collection::btree_map("[0-9a-f]{4}", (0_u64..9, ".{0,20}"), 0..6)) {
            let entries = entries.into_iter().map(|(name, (occurrences, excerpt))| {
                (name, Entry { level: "passage".to_owned(), occurrences, excerpt })
            });
            let made = Baseline { entries: entries.collect() };
            prop_assert_eq!(Baseline::parse(&made.to_text()).unwrap(), made);
        }

        #[test]
        fn update_and_prune_meet_in_the_middle(
            known in prop::collection::btree_map("[a-d]", 1_u64..5, 0..4),
            found in prop::collection::btree_map("[a-d]", 1_u64..5, 0..4),
        ) {
            let of = |counts: &BTreeMap<String, u64>| Baseline {
                entries: counts.iter().map(|(name, n)| (name.clone(), entry(*n))).collect(),
            };
            let mut all = of(&known);
            all.update(&of(&found));
            for (name, n) in &found {
                prop_assert!(all.knows(name, *n));
            }
            for (name, n) in &known {
                prop_assert!(all.knows(name, *n));
            }
            all.prune(&of(&found));
            prop_assert_eq!(all, of(&found));
        }
    }
}
