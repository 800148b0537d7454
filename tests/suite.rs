//! The cases of `fixtures/`, run through every door: exactly what a folder's `expected.toml` lists is found.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fmt::Write as _;
use support::{
    door,
    expected::{Case, Seen, resolve},
};

/// Every folder of cases, and the sample corpus.
fn cases() -> Vec<Case> {
    let folder = support::fixtures().join("cases");
    let mut folders: Vec<_> = std::fs::read_dir(folder)
        .expect("the cases")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders.push(support::fixtures().join("sample"));
    folders.iter().map(|folder| Case::load(folder)).collect()
}

/// Runs every case and fails with all differences at once.
fn every_case(scan: impl Fn(&Case) -> Result<Vec<Seen>, String>) {
    let cases = cases();
    let mut report = String::new();
    let mut failed = 0;
    for case in &cases {
        let difference = match scan(case) {
            Ok(seen) => case.compare(&seen),
            Err(error) => format!("  failed      {error}\n"),
        };
        if !difference.is_empty() {
            failed += 1;
            let _ = writeln!(report, "{}: {}\n{difference}", case.name(), case.expected.about);
        }
    }
    assert!(failed == 0, "{failed} of {} cases differ\n\n{report}", cases.len());
}

#[test]
fn the_library_finds_what_is_expected() {
    every_case(|case| Ok(door::seen(&door::scan(&case.folder, &case.settings()))));
}

#[test]
fn the_command_line_finds_what_is_expected() {
    every_case(|case| door::scan_by_command(&case.folder, &case.settings()));
}

#[test]
fn documents_are_read_as_they_are() {
    for case in cases() {
        let findings = door::scan(&case.folder, &case.settings());
        assert!(findings.problems.is_empty(), "{}: {:?}", case.name(), findings.problems);
        for document in door::documents(&case.folder, &case.settings()) {
            let text = case.text(&document.path, document.record);
            assert_eq!(text, Some(document.text.as_str()), "{} {}", case.name(), document.name);
        }
    }
}

#[test]
fn every_quoted_place_can_be_found() {
    let cases = cases();
    assert!(30 < cases.len(), "only {} cases", cases.len());
    cases.iter().for_each(Case::check);
}

#[test]
fn quotations_are_resolved_or_refused() {
    let text = "one two three. one two four.";
    assert_eq!(resolve(text, "two three", None), Ok(4..13));
    assert_eq!(resolve(text, "one … three.", Some(1)), Ok(0..14));
    assert_eq!(resolve(text, "one … four.", Some(2)), Ok(15..28));
    assert_eq!(resolve(text, "one … four.", Some(1)), Ok(0..28));
    assert!(resolve(text, "one two", None).is_err());
    assert!(resolve(text, "one two", Some(3)).is_err());
    assert!(resolve(text, "one two", Some(0)).is_err());
    assert!(resolve(text, "five", None).is_err());
    assert!(resolve(text, "four … one", None).is_err());
}
