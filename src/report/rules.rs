//! The rules of findings, one for each level and kind: what SARIF and Code Quality call a check.
//!
//! Part of stage 8. Their ids are part of the format: what is suppressed or tracked elsewhere is by them.

use super::{
    ci::{self, KINDS, LEVELS},
    view::Family,
};

/// One rule.
pub(super) struct Rule {
    /// `twicetold/exact-paragraph`.
    pub(super) id: String,
    /// `ExactParagraph`.
    pub(super) name: String,
    /// A few words.
    pub(super) short: String,
    /// A sentence.
    pub(super) full: String,
    /// What to do.
    pub(super) help: String,
}

/// Every rule, levels from the largest, kinds from the strictest.
pub(super) fn all() -> Vec<Rule> {
    LEVELS.iter().flat_map(|level| KINDS.iter().map(|kind| rule(kind, level))).collect()
}

/// The id of a finding's rule.
pub(super) fn id(family: &Family<'_>) -> String {
    let (kind, level) = ci::sort(family);
    format!("twicetold/{kind}-{level}")
}

/// Where the rule of a finding stands in [`all`].
pub(super) fn index(family: &Family<'_>) -> Option<usize> {
    let (kind, level) = ci::sort(family);
    let level = LEVELS.iter().position(|known| *known == level)?;
    Some(level * KINDS.len() + KINDS.iter().position(|known| *known == kind)?)
}

fn rule(kind: &str, level: &str) -> Rule {
    let full = match kind {
        "exact" => format!("A {level} stands in several places with the same words."),
        "near" => format!("A {level} stands in several places with nearly the same words."),
        _ => format!("A {level} is a part of a larger one that stands elsewhere."),
    };
    let sameness = match kind {
        "exact" => {
            "The words are the same in the same order; case, punctuation, typographic marks and white space are not compared."
        }
        "near" if level == "passage" => {
            "The words were aligned one by one, and the share of equal ones reaches the threshold."
        }
        "near" => {
            "The share of runs of words that both hold, of all that either holds, reaches the threshold."
        }
        _ => "Nearly all runs of words of the smaller text stand in the larger one.",
    };
    let limits = match level {
        "passage" => " A passage is as long as the repeat goes on; it need not begin or end with a sentence.",
        _ => "",
    };
    Rule {
        id: format!("twicetold/{kind}-{level}"),
        name: format!("{}{}", capital(kind), capital(level)),
        short: format!("{} {level} told again", capital(kind)),
        help: format!(
            "{full} {sameness}{limits} The finding stands at the copy; the place to keep is named as the original. \
             Rewrite, shorten or remove the copy, or leave it where it is meant to be told twice."
        ),
        full,
    }
}

fn capital(word: &str) -> String {
    let mut rest = word.chars();
    rest.next().map_or(String::new(), |first| first.to_ascii_uppercase().to_string() + rest.as_str())
}
