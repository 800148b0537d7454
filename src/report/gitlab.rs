//! GitLab's Code Quality: a [`Page`] goes in, a JSON array with an entry for each copy goes to the writer.
//!
//! Part of stage 8. GitLab compares the fingerprints of two branches and shows what one of them lacks. An
//! entry is therefore a copy and not a finding: one more copy of a known text is something new. Its fingerprint is made of
//! the finding's, the document and which copy in the document it is, so that it survives text that moves.
//!
//! # Limits
//!
//! [`MOST_ENTRIES`] entries, worst first; the last says how many are left out.

use std::{collections::HashMap, io};

use serde::Serialize;

use super::{
    ci::{self, Page, Standing, Told},
    numbers::counted,
    rules,
    view::{Family, Occurrence, hex},
};
use crate::{error::Error, hash};

/// Entries of a report: GitLab takes artifacts of limited size, and nobody reads more.
const MOST_ENTRIES: usize = 10_000;
/// Characters of the quoted text.
const QUOTED: usize = 120;

/// Writes the array.
pub(super) fn write(page: &Page<'_>, out: &mut dyn io::Write) -> Result<(), Error> {
    let families = page.ranked();
    let told: Vec<Told<'_, '_>> = families.iter().map(|family| page.told(family)).collect();
    let places = families
        .iter()
        .zip(&told)
        .flat_map(|(family, told)| told.here.iter().map(move |place| (*family, *place, told.original)));
    let n_places = told.iter().map(|told| told.here.len()).sum::<usize>();
    let room = if MOST_ENTRIES < n_places { MOST_ENTRIES - 1 } else { MOST_ENTRIES };

    let mut seen = HashMap::new();
    let mut entries: Vec<Entry> = places
        .take(room)
        .map(|(family, place, original)| Entry::of(page, family, place, original, &mut seen))
        .collect();
    if let (Some(more @ 1..), Some(last)) = (n_places.checked_sub(room), entries.last()) {
        let entry = Entry {
            description: format!(
                "{}, the least grave, not listed here: the JSON report has all",
                counted(more as u64, "more place")
            ),
            check_name: "twicetold/cut".to_owned(),
            fingerprint: hex(&hash::fingerprint("gitlab", "cut")),
            severity: "info",
            location: Place { path: last.location.path.clone(), lines: Lines { begin: 1, end: None } },
        };
        entries.push(entry);
    }
    serde_json::to_writer_pretty(&mut *out, &entries).map_err(super::json::write_error)?;
    out.write_all(b"\n")?;
    Ok(())
}

impl Entry {
    fn of(
        page: &Page<'_>,
        family: &Family<'_>,
        place: &Occurrence<'_>,
        original: Option<&Occurrence<'_>>,
        seen: &mut HashMap<String, u64>,
    ) -> Self {
        let standing = Standing::of(family);
        let mut description = match standing {
            Standing::Finding | Standing::Classed => String::new(),
            Standing::Known => "known: ".to_owned(),
            Standing::Suppressed => "suppressed: ".to_owned(),
        };
        description.push_str(&format!("{} told again: {}", ci::label(family), page.facts(family)));
        let has_lines = page.has_lines(place);
        if !has_lines {
            description.push_str(&format!("; here at {}", page.location(place)));
        }
        if let Some(original) = original {
            description.push_str(&format!("; {}", page.repeats(original)));
        }
        if let Some(text) = place.text.as_deref().filter(|text| !text.is_empty()) {
            description.push_str(&format!(": “{}”", ci::excerpt(text, QUOTED)));
        }
        let region = ci::region(place);
        Self {
            description,
            check_name: rules::id(family),
            fingerprint: fingerprint(page, family, place, seen),
            severity: match (standing, ci::sort(family).0) {
                (Standing::Finding, "exact") => "major",
                (Standing::Finding, _) => "minor",
                _ => "info",
            },
            location: Place {
                path: relative(&super::clean::name(&page.path_of(place))),
                lines: Lines {
                    begin: if has_lines { region.start_line } else { 1 },
                    end: has_lines.then_some(region.end_line),
                },
            },
        }
    }
}

/// The name of one copy. `seen` counts the copies of a finding in a document.
fn fingerprint(
    page: &Page<'_>,
    family: &Family<'_>,
    place: &Occurrence<'_>,
    seen: &mut HashMap<String, u64>,
) -> String {
    let record = page.document(place).and_then(|document| document.record).unwrap_or(0);
    // The path comes last: all before it has a known length or ends at a NUL.
    let copy = format!("{}\0{record}\0{}", ci::fingerprint(family), page.path_of(place));
    let nth = seen.entry(copy.clone()).or_default();
    *nth += 1;
    hex(&hash::fingerprint("gitlab", &format!("{nth}\0{copy}")))
}

/// A path as GitLab takes it: it refuses one that begins with `./`.
fn relative(path: &str) -> String {
    match path.trim_start_matches("./") {
        "" => "-".to_owned(),
        path => path.to_owned(),
    }
}

#[derive(Serialize)]
struct Entry {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Place,
}

#[derive(Serialize)]
struct Place {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<u32>,
}
