//! JUnit XML for the test reports of build servers: a [`Page`] goes in, one suite goes to the writer.
//!
//! Part of stage 8. There is no standard; `fixtures/schemas/junit-10.xsd` is what Jenkins' xUnit plugin takes, and what
//! Jenkins and GitLab have in common.
//!
//! # What stands where
//!
//! A test case says of one document that it does not tell again what one finding tells: it fails where the document holds a
//! copy. Build servers read only the first failure of a case, so a case has one, and a document as many cases as findings
//! it copies. A document that holds originals only has one case, which passes. Stock phrases, boilerplate, and what is known or
//! suppressed are skipped cases. The case `summary` comes first and passes; in its output stand the numbers and the problems.
//!
//! # Limits
//!
//! [`MOST_CASES`] cases and [`MOST_BYTES`] of text (GitLab refuses 30 MB), worst first; `summary` says what was left out.

use std::{
    collections::{BTreeMap, HashSet},
    io::{self, Write},
};

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

use super::{
    ci::{self, Page, Standing, Told},
    clean,
    numbers::counted,
    view::{Family, Occurrence},
};
use crate::error::Error;

/// Cases beside the summary.
const MOST_CASES: usize = 10_000;
/// Bytes of all cases, without markup.
const MOST_BYTES: usize = 12_000_000;
/// Problems that are listed.
const MOST_PROBLEMS: usize = 1_000;
/// Places that a failure lists.
const LISTED: usize = 10;
/// Characters of the quoted text.
const QUOTED: usize = 300;

/// Writes the suite.
pub(super) fn write(page: &Page<'_>, out: &mut dyn Write) -> Result<(), Error> {
    let (cases, left_out) = cases(page);
    let count =
        |wanted: fn(&Verdict) -> bool| cases.iter().filter(|case| wanted(&case.verdict)).count().to_string();
    let tests = (cases.len() + 1).to_string();
    let failures = count(|verdict| matches!(verdict, Verdict::Failed { .. }));
    let skipped = count(|verdict| matches!(verdict, Verdict::Skipped(_)));
    let counts =
        [("name", env!("CARGO_PKG_NAME")), ("tests", &tests), ("failures", &failures), ("errors", "0")];

    let mut xml = Writer::new_with_indent(&mut *out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("testsuites").with_attributes(counts).write_inner_content(|xml| {
        let suite = xml.create_element("testsuite").with_attributes(counts);
        suite.with_attribute(("skipped", skipped.as_str())).write_inner_content(|xml| {
            properties(page, xml)?;
            summary(page, left_out, xml)?;
            cases.iter().try_for_each(|case| case.write(xml))
        })?;
        Ok(())
    })?;
    xml.into_inner().write_all(b"\n")?;
    Ok(())
}

type Xml<'o> = Writer<&'o mut dyn Write>;

/// One document and one finding.
struct Case {
    document: String,
    name: String,
    verdict: Verdict,
}

enum Verdict {
    Passed,
    Failed { kind: String, message: String, text: String },
    Skipped(String),
}

impl Case {
    fn of(page: &Page<'_>, family: &Family<'_>, told: &Told<'_, '_>, copies: &[&Occurrence<'_>]) -> Self {
        let label = ci::label(family);
        let short: String = ci::fingerprint(family).chars().take(12).collect();
        let message = format!("{label} told again: {}", page.facts(family));
        let verdict = match Standing::of(family) {
            Standing::Finding => {
                let (kind, level) = ci::sort(family);
                Verdict::Failed {
                    kind: format!("{kind}-{level}"),
                    text: text(page, family, told, copies),
                    message,
                }
            }
            Standing::Classed => Verdict::Skipped(message),
            Standing::Known => Verdict::Skipped(format!("known: {message}")),
            Standing::Suppressed => Verdict::Skipped(format!("suppressed: {message}")),
        };
        let document = copies.first().map_or(String::new(), |place| page.name(place));
        Self { document, name: format!("{label} [{short}]"), verdict }
    }

    fn bytes(&self) -> usize {
        let verdict = match &self.verdict {
            Verdict::Passed => 0,
            Verdict::Failed { kind, message, text } => kind.len() + message.len() + text.len(),
            Verdict::Skipped(message) => message.len(),
        };
        self.document.len() + self.name.len() + verdict
    }

    fn write(&self, xml: &mut Xml<'_>) -> io::Result<()> {
        let (document, name) = (allowed(&self.document), allowed(&self.name));
        let case = xml
            .create_element("testcase")
            .with_attribute(("classname", document.as_str()))
            .with_attribute(("name", name.as_str()));
        match &self.verdict {
            Verdict::Passed => case.write_empty()?,
            Verdict::Failed { kind, message, text } => case.write_inner_content(|xml| {
                let failure = xml.create_element("failure").with_attribute(("type", kind.as_str()));
                let failure = failure.with_attribute(("message", allowed(message).as_str()));
                failure.write_text_content(BytesText::new(&allowed(text)))?;
                Ok(())
            })?,
            Verdict::Skipped(message) => case.write_inner_content(|xml| {
                let message = allowed(message);
                xml.create_element("skipped").with_attribute(("message", message.as_str())).write_empty()?;
                Ok(())
            })?,
        };
        Ok(())
    }
}

/// The cases there is room for, and how many there is none for.
fn cases(page: &Page<'_>) -> (Vec<Case>, u64) {
    let mut room = Room { cases: Vec::new(), bytes: 0, left_out: 0 };
    let mut copied = HashSet::new();
    for family in page.ranked() {
        let mut by_document: BTreeMap<u32, Vec<&Occurrence<'_>>> = BTreeMap::new();
        let told = page.told(family);
        for place in &told.here {
            by_document.entry(place.document).or_default().push(*place);
        }
        for (document, copies) in by_document {
            copied.insert(document);
            room.add(|| Case::of(page, family, &told, &copies));
        }
    }
    let mut originals = HashSet::new();
    for place in page.report.families.iter().filter_map(|family| page.told(family).original) {
        // Of the archive nothing is tested.
        if !page.is_archived(place) && !copied.contains(&place.document) && originals.insert(place.document) {
            let name = "tells nothing again".to_owned();
            room.add(|| Case { document: page.name(place), name, verdict: Verdict::Passed });
        }
    }
    (room.cases, room.left_out)
}

/// Cases up to a number and a size.
struct Room {
    cases: Vec<Case>,
    bytes: usize,
    left_out: u64,
}

impl Room {
    fn add(&mut self, make: impl FnOnce() -> Case) {
        if MOST_CASES <= self.cases.len() || MOST_BYTES <= self.bytes {
            self.left_out += 1;
            return;
        }
        let case = make();
        self.bytes += case.bytes();
        if self.bytes <= MOST_BYTES {
            self.cases.push(case);
        } else {
            // Nothing small and less grave slips past something large: the bytes stay counted.
            self.left_out += 1;
        }
    }
}

/// What a failure says: the places, and how the text begins.
fn text(page: &Page<'_>, family: &Family<'_>, told: &Told<'_, '_>, copies: &[&Occurrence<'_>]) -> String {
    let mut text = String::new();
    for place in copies.iter().take(LISTED) {
        text.push_str(&format!("here: {}\n", page.location(place)));
    }
    if let Some(more @ 1..) = copies.len().checked_sub(LISTED) {
        text.push_str(&format!("and {} here\n", counted(more as u64, "more place")));
    }
    if let Some(original) = told.original {
        let of = if page.is_archived(original) { ", in the archive" } else { "" };
        text.push_str(&format!("original: {}{of}\n", page.location(original)));
    }
    let elsewhere = family.occurrences.len().saturating_sub(copies.len() + 1);
    if 0 < elsewhere {
        text.push_str(&format!("and {} in other documents\n", counted(elsewhere as u64, "place")));
    }
    if let Some(quoted) = copies.first().and_then(|place| place.text.as_deref()) {
        text.push_str(&format!("“{}”\n", ci::excerpt(quoted, QUOTED)));
    }
    text
}

/// The settings that decide what is found, by the names of their flags.
fn properties(page: &Page<'_>, xml: &mut Xml<'_>) -> io::Result<()> {
    let report = page.report;
    let settings = &report.settings;
    let per_level = |value: fn(&super::view::Unit) -> String| {
        [
            ("document", &settings.document),
            ("paragraph", &settings.paragraph),
            ("sentence", &settings.sentence),
        ]
        .map(|(level, unit)| format!("{level}={}", value(unit)))
        .join(",")
    };
    let all = [
        ("version", report.tool.version.to_string()),
        ("command", report.command.to_string()),
        ("profile", settings.profile.to_string()),
        ("level", settings.level.join(",")),
        ("threshold", per_level(|unit| super::view::share_text(unit.threshold))),
        ("shingle", per_level(|unit| unit.shingle.to_string())),
        ("min-words", per_level(|unit| unit.min_words.to_string())),
        ("containment", super::view::share_text(settings.containment)),
        ("keep", settings.keep.to_string()),
        ("seed", settings.seed.to_string()),
    ];
    xml.create_element("properties").write_inner_content(|xml| {
        for (name, value) in &all {
            let value = allowed(&clean::name(value));
            let property = xml.create_element("property").with_attribute(("name", *name));
            property.with_attribute(("value", value.as_str())).write_empty()?;
        }
        Ok(())
    })?;
    Ok(())
}

/// The case that says what was compared, found, not read and left out.
fn summary(page: &Page<'_>, left_out: u64, xml: &mut Xml<'_>) -> io::Result<()> {
    let report = page.report;
    let mut said = format!("{}\n", ci::verdict(&report.summary));
    if 0 < left_out {
        said.push_str(&format!(
            "{} left out, the least grave: the JSON report has all\n",
            counted(left_out, "test case")
        ));
    }
    let mut problems = String::new();
    for problem in report.problems.iter().take(MOST_PROBLEMS) {
        let record = problem.record.map_or(String::new(), |n| format!("#{n}"));
        let line = problem.line.map_or(String::new(), |n| format!(":{n}"));
        let (path, kind) = (clean::name(&page.path(&problem.path)), clean::name(&problem.kind));
        problems.push_str(&format!("{kind}: {path}{record}{line}: {}\n", clean::name(&problem.message)));
    }
    if let Some(more @ 1..) = report.problems.len().checked_sub(MOST_PROBLEMS) {
        problems.push_str(&format!("and {}\n", counted(more as u64, "more problem")));
    }
    let case = xml.create_element("testcase").with_attribute(("classname", env!("CARGO_PKG_NAME")));
    case.with_attribute(("name", "summary")).write_inner_content(|xml| {
        xml.create_element("system-out").write_text_content(BytesText::new(&allowed(&said)))?;
        if !problems.is_empty() {
            xml.create_element("system-err").write_text_content(BytesText::new(&allowed(&problems)))?;
        }
        Ok(())
    })?;
    Ok(())
}

/// Text without the characters that XML 1.0 forbids even as references.
fn allowed(text: &str) -> String {
    let is_allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}');
    text.chars().map(|c| if is_allowed(c) { c } else { '\u{fffd}' }).collect()
}
