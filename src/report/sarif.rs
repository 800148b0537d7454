//! SARIF 2.1.0 for code scanning: a [`Page`] goes in, one run with a result for each finding goes to the writer.
//!
//! Part of stage 8. The standard is OASIS SARIF 2.1.0 (errata 01); `tests/report_ci.rs` holds the bytes to its schema.
//!
//! # What stands where
//!
//! | SARIF | twicetold |
//! |---|---|
//! | `ruleId` | level and kind of the finding (`rules.rs`) |
//! | `level` | `warning`; `note` for stock phrases, boilerplate and what a baseline knows |
//! | `locations` | the first copy |
//! | `relatedLocations` | the original, with id 1, and the other copies; none of an archive's |
//! | `partialFingerprints` | the family's fingerprint, twice: under our name and under the one GitHub looks for |
//! | `suppressions` | one, for a suppressed finding |
//! | `toolExecutionNotifications` | problems with input, and what was cut |
//!
//! Lines and columns count from 1, in code points. `byteOffset` counts in the decoded text, which for UTF-8 without
//! a byte order mark is the file. A place in a record has no region: its bytes, line and column are in its properties.
//!
//! # Limits
//!
//! GitHub's upload action warns of fingerprints that are not hashes of a line. They are given all the same: an article is
//! often one line, on which it would take several findings for one.
//!
//! GitHub refuses a run of more than 25,000 results, more than 1,000 locations of a result, and files of more
//! than 10 MB after gzip. Results are therefore counted, worst first, and weighed ([`MOST_WEIGHT`]); what is left out is
//! said in a notification and in the run's properties.

use std::io;

use serde::Serialize;

use super::{
    ci::{self, Page, Standing},
    clean,
    numbers::counted,
    rules,
    view::{Family, Occurrence, Problem, Summary},
};
use crate::error::Error;

/// Results in a run; GitHub refuses more.
const MOST_RESULTS: usize = 25_000;
/// Places of a result beside the one it stands at; with that one GitHub refuses more than 1,000.
const MOST_RELATED: usize = 999;
/// Related places that all results share; each may have [`LEAST_RELATED`].
const ALL_RELATED: usize = 40_000;
/// Related places that a result may have whatever the others have.
const LEAST_RELATED: usize = 10;
/// Notifications about problems.
const MOST_PROBLEMS: usize = 1_000;
/// What all results may weigh together: a bound of their bytes after gzip, of which GitHub takes 10 MB. Text
/// that others wrote weighs its bytes, since it may not compress at all; our words, keys and numbers, which do, weigh
/// [`RESULT`] and [`LOCATION`].
const MOST_WEIGHT: usize = 9_500_000;
/// The weight of a result without the texts of others and its places: the fingerprint and a few numbers.
const RESULT: usize = 100;
/// The weight of a place without its URI: six numbers.
const LOCATION: usize = 40;
/// Characters of the quoted text.
const QUOTED: usize = 120;

/// Writes the run.
pub(super) fn write(page: &Page<'_>, out: &mut dyn io::Write) -> Result<(), Error> {
    let report = page.report;
    let (results, cut) = results(page);
    let mut notifications: Vec<Notification> = cut.message().map(Notification::of_cut).into_iter().collect();
    notifications
        .extend(report.problems.iter().take(MOST_PROBLEMS).map(|problem| Notification::of(page, problem)));
    if let Some(more @ 1..) = report.problems.len().checked_sub(MOST_PROBLEMS) {
        let text = format!("{} not listed here", counted(more as u64, "more problem"));
        notifications.push(Notification::of_cut(text));
    }
    let log = Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: env!("CARGO_PKG_NAME"),
                    version: clean::name(&report.tool.version),
                    information_uri: env!("CARGO_PKG_REPOSITORY"),
                    rules: rules::all().into_iter().map(Rule::of).collect(),
                },
            },
            invocations: [Invocation {
                execution_successful: true,
                tool_execution_notifications: notifications,
            }],
            column_kind: "unicodeCodePoints",
            results,
            properties: RunProperties { summary: &report.summary, cut },
        }],
    };
    serde_json::to_writer_pretty(&mut *out, &log).map_err(super::json::write_error)?;
    out.write_all(b"\n")?;
    Ok(())
}

/// The results there is room for, and what was cut.
fn results(page: &Page<'_>) -> (Vec<SarifResult>, Cut) {
    let families = page.ranked();
    let room = (ALL_RELATED / families.len().max(1)).clamp(LEAST_RELATED, MOST_RELATED);
    let mut cut = Cut::default();
    let mut results = Vec::new();
    let mut weight = 0;
    for family in &families {
        if results.len() == MOST_RESULTS {
            break;
        }
        let fits = [room, 1].into_iter().map(|room| SarifResult::of(page, family, room));
        let Some((result, related, own)) = fits.into_iter().find(|(_, _, own)| weight + own <= MOST_WEIGHT)
        else {
            break;
        };
        weight += own;
        let n_places = family.occurrences.iter().filter(|place| !page.is_archived(place)).count();
        cut.places += n_places.saturating_sub(related + 1) as u64;
        results.push(result);
    }
    cut.results = (families.len() - results.len()) as u64;
    (results, cut)
}

/// What there was no room for.
#[derive(Clone, Copy, Debug, Default, Serialize)]
struct Cut {
    results: u64,
    places: u64,
}

impl Cut {
    fn message(self) -> Option<String> {
        let results = (0 < self.results).then(|| counted(self.results, "finding"));
        let places = (0 < self.places).then(|| counted(self.places, "place"));
        let what: Vec<String> = results.into_iter().chain(places).collect();
        (!what.is_empty()).then(|| {
            format!(
                "{} left out, the least grave, to stay within the limits of code scanning: the JSON report has all",
                what.join(" and ")
            )
        })
    }
}

impl SarifResult {
    /// A result with at most so many related places, how many it has, and its weight.
    fn of(page: &Page<'_>, family: &Family<'_>, room: usize) -> (Self, usize, usize) {
        let told = page.told(family);
        let stand = told.stand();
        let original =
            told.original.filter(|original| !stand.is_some_and(|stand| std::ptr::eq(stand, *original)));
        let others = told.here.iter().skip(1).chain(&told.elsewhere).copied();
        // A file of the archive need not be in the repository.
        let related = original.into_iter().chain(others).filter(|place| !page.is_archived(place));
        let related: Vec<&Occurrence<'_>> = related.take(room).collect();

        let mut weight = RESULT;
        let mut text = format!("{} told again: {}.", escaped(&ci::label(family)), page.facts(family));
        let mut n_told = related.len() + 1;
        if let Some(original) = original {
            let at = escaped(&page.location(original));
            weight += at.len();
            if page.is_archived(original) {
                n_told += 1;
                text.push_str(&format!(" The original is in the archive, at {at}."));
            } else {
                text.push_str(&format!(" The original is at [{at}](1)."));
            }
        }
        if let Some(more @ 1..) = family.occurrences.len().checked_sub(n_told) {
            text.push_str(&format!(" {} not listed here.", counted(more as u64, "place")));
        }
        if let Some(quoted) = ci::quoted(&told, QUOTED) {
            let quoted = escaped(&quoted);
            weight += quoted.len();
            text.push_str(&format!(" “{quoted}”"));
        }
        let locations: Vec<Location> =
            stand.map(|place| Location::of(page, place, None)).into_iter().collect();
        let related: Vec<Location> =
            (1..).zip(&related).map(|(id, place)| Location::of(page, place, Some(id))).collect();
        weight += locations.iter().chain(&related).map(Location::weight).sum::<usize>();
        let n_related = related.len();

        let standing = Standing::of(family);
        let fingerprint = ci::fingerprint(family);
        let result = Self {
            rule_id: rules::id(family),
            rule_index: rules::index(family),
            level: if standing == Standing::Finding { "warning" } else { "note" },
            message: Text { text },
            locations,
            related_locations: related,
            partial_fingerprints: Fingerprints { line: format!("{fingerprint}:1"), family: fingerprint },
            suppressions: match standing {
                Standing::Suppressed => Some([Suppression { kind: "external" }]),
                _ => None,
            },
            properties: ResultProperties {
                words: family.words,
                places: family.occurrences.len(),
                similarity: family.similarity,
                class: family.class.as_deref().map(clean::name),
                state: clean::name(&family.state),
            },
        };
        (result, n_related, weight)
    }
}

impl Location {
    fn of(page: &Page<'_>, place: &Occurrence<'_>, id: Option<usize>) -> Self {
        let region = ci::region(place);
        let record = page.document(place).and_then(|document| document.record);
        let has_lines = page.has_lines(place);
        let bytes = place.end.saturating_sub(place.start);
        Self {
            id,
            physical_location: Physical {
                artifact_location: Artifact { uri: uri(&page.path_of(place)) },
                region: has_lines.then_some(Region {
                    start_line: region.start_line,
                    start_column: region.start_column,
                    end_line: region.end_line,
                    end_column: region.end_column,
                    byte_offset: place.start,
                    byte_length: bytes,
                }),
            },
            properties: (!has_lines).then_some(PlaceProperties {
                record,
                line: place.line,
                column: place.column,
                start: place.start,
                end: place.end,
            }),
        }
    }

    fn weight(&self) -> usize {
        LOCATION + self.physical_location.artifact_location.uri.len()
    }
}

impl Notification {
    fn of(page: &Page<'_>, problem: &Problem<'_>) -> Self {
        let path = page.path(&problem.path);
        let record = problem.record.map_or(String::new(), |n| format!("#{n}"));
        let line = problem.line.map_or(String::new(), |n| format!(":{n}"));
        let place = format!("{}{record}{line}", clean::name(&path));
        // Cleaned as one: a path `:` and what follows it would begin as a command does.
        let text = escaped(&clean::name(&format!("{place}: {}", problem.message)));
        let artifact_location = Artifact { uri: uri(&path) };
        Self {
            descriptor: Descriptor { id: format!("problem/{}", clean::name(&problem.kind)) },
            level: "warning",
            message: Text { text },
            locations: vec![NotificationPlace { physical_location: Bare { artifact_location } }],
        }
    }

    fn of_cut(text: String) -> Self {
        Self {
            descriptor: Descriptor { id: "cut".to_owned() },
            level: "warning",
            message: Text { text },
            locations: Vec::new(),
        }
    }
}

impl Rule {
    fn of(rule: rules::Rule) -> Self {
        Self {
            id: rule.id,
            name: rule.name,
            short_description: Text { text: rule.short },
            full_description: Text { text: rule.full },
            help: Text { text: rule.help },
            default_configuration: Configuration { level: "warning" },
            properties: RuleProperties { tags: ["duplication"], severity: "warning" },
        }
    }
}

/// Text of a message: brackets are links in it and braces are places to fill in (SARIF 3.11.5, 3.11.6).
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '[' | ']' => escaped.extend(['\\', c]),
            '{' | '}' => escaped.extend([c, c]),
            c => escaped.push(c),
        }
    }
    escaped
}

/// A path as a relative reference: nothing in it can name a scheme, a host, a query or a fragment.
fn uri(path: &str) -> String {
    let path = path.trim_start_matches('/');
    let mut uri = String::with_capacity(path.len());
    for byte in if path.is_empty() { "-" } else { path }.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(byte.into());
            }
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[derive(Serialize)]
struct Log<'r> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'r>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'r> {
    tool: Tool,
    invocations: [Invocation; 1],
    column_kind: &'static str,
    results: Vec<SarifResult>,
    properties: RunProperties<'r>,
}

#[derive(Serialize)]
struct RunProperties<'r> {
    summary: &'r Summary,
    cut: Cut,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: String,
    information_uri: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: String,
    name: String,
    short_description: Text,
    full_description: Text,
    help: Text,
    default_configuration: Configuration,
    properties: RuleProperties,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct RuleProperties {
    tags: [&'static str; 1],
    #[serde(rename = "problem.severity")]
    severity: &'static str,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    descriptor: Descriptor,
    level: &'static str,
    message: Text,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<NotificationPlace>,
}

#[derive(Serialize)]
struct Descriptor {
    id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NotificationPlace {
    physical_location: Bare,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Bare {
    artifact_location: Artifact,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult {
    rule_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Text,
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: Fingerprints,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressions: Option<[Suppression; 1]>,
    properties: ResultProperties,
}

#[derive(Serialize)]
struct Fingerprints {
    /// The one GitHub tells results apart by.
    #[serde(rename = "primaryLocationLineHash")]
    line: String,
    #[serde(rename = "twicetoldFamily/v1")]
    family: String,
}

#[derive(Serialize)]
struct Suppression {
    kind: &'static str,
}

#[derive(Serialize)]
struct ResultProperties {
    words: u32,
    places: usize,
    similarity: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<String>,
    state: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<PlaceProperties>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
struct Artifact {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<u32>,
    byte_offset: u32,
    byte_length: u32,
}

#[derive(Serialize)]
struct PlaceProperties {
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<u64>,
    line: u32,
    column: u32,
    start: u32,
    end: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_a_path() {
        assert_eq!(uri("a b/ü?#.txt"), "a%20b/%C3%BC%3F%23.txt");
        assert_eq!(uri("//evil.example/x"), "evil.example/x");
        assert_eq!(uri("javascript:x"), "javascript%3Ax");
        assert_eq!((uri(""), uri("/")), ("-".to_owned(), "-".to_owned()));
    }

    #[test]
    fn text_makes_no_links_and_fills_no_places() {
        assert_eq!(escaped("[a](http://b) {0} \\"), "\\[a\\](http://b) {{0}} \\\\");
    }
}
