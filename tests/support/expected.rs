//! `expected.toml`: what a scan of a folder must find, with places quoted instead of counted.
//!
//! The form is described in `fixtures/README.md`. Texts are loaded here without the library, so that a
//! reader that changes text is noticed.

use serde::Deserialize;
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    ops::Range,
    path::{Path, PathBuf},
};

/// What stands between the beginning and the end of a quoted place.
const GAP: &str = " … ";

/// One `expected.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// One sentence.
    pub about: String,
    /// Settings beyond the defaults.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// The findings.
    #[serde(default, rename = "finding")]
    pub findings: Vec<Finding>,
}

/// One expected finding.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    level: String,
    kind: String,
    class: Option<String>,
    scope: String,
    places: Vec<Place>,
    #[serde(default)]
    slack: usize,
    similarity: Option<(f64, f64)>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    path: String,
    record: Option<u64>,
    text: Option<String>,
    nth: Option<usize>,
}

/// One finding of a report, whichever door it came through.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// Name of the level.
    pub level: String,
    /// Name of the kind.
    pub kind: String,
    /// Name of the class, of what has one.
    pub class: Option<String>,
    /// Name of the scope.
    pub scope: String,
    /// The lowest similarity of its members.
    pub similarity: f64,
    /// Its occurrences.
    pub places: Vec<SeenPlace>,
}

/// One occurrence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenPlace {
    /// The file, as the report names it.
    pub path: String,
    /// The record in it.
    pub record: Option<u64>,
    /// The bytes of the text.
    pub bytes: Range<usize>,
}

/// A folder of articles with its expectations.
pub struct Case {
    /// The folder.
    pub folder: PathBuf,
    /// What is expected.
    pub expected: Expected,
    /// Every text, by file and record.
    texts: BTreeMap<(String, Option<u64>), String>,
}

impl Case {
    /// Reads a folder.
    pub fn load(folder: &Path) -> Self {
        // Hidden in the sample, so that a scan of it by hand does not read it.
        let toml = fs::read_to_string(folder.join("expected.toml"))
            .or_else(|_| fs::read_to_string(folder.join(".expected.toml")))
            .expect("expected.toml can be read");
        let expected = toml::from_str(&toml).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        Self { folder: folder.to_owned(), expected, texts: texts(folder) }
    }

    /// The folder's name.
    pub fn name(&self) -> String {
        self.folder.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    }

    /// The settings, with the expectations themselves left out of the scan.
    pub fn settings(&self) -> Vec<(&str, &str)> {
        let own = self.expected.settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        own.chain([("glob", "!expected.toml")]).collect()
    }

    /// The text that a report's place names.
    pub fn text(&self, path: &str, record: Option<u64>) -> Option<&str> {
        let known = |name: &str| path == name || path.ends_with(&format!("/{name}"));
        self.texts.iter().find(|((name, n), _)| known(name) && *n == record).map(|(_, text)| text.as_str())
    }

    /// Compares; an empty string means that exactly the expected findings were made.
    pub fn compare(&self, seen: &[Seen]) -> String {
        let mut left: Vec<&Seen> = seen.iter().collect();
        let mut missing: Vec<&Finding> = Vec::new();
        for finding in &self.expected.findings {
            match left.iter().position(|seen| self.is(finding, seen)) {
                Some(at) => drop(left.remove(at)),
                None => missing.push(finding),
            }
        }
        let mut out = String::new();
        for finding in missing {
            let range = finding.similarity.map_or_else(String::new, |(a, b)| format!(" {a}..{b}"));
            let _ = writeln!(
                out,
                "  missing     {} {} {:?} {}{range}",
                finding.level, finding.kind, finding.class, finding.scope
            );
            for place in &finding.places {
                let (bytes, text) = (self.resolve(place), self.quoted(place));
                self.line(&mut out, &place.path, place.record, bytes, text);
            }
        }
        for seen in left {
            let _ = writeln!(
                out,
                "  unexpected  {} {} {:?} {} {:.3}",
                seen.level, seen.kind, seen.class, seen.scope, seen.similarity
            );
            for place in &seen.places {
                let text = self.text(&place.path, place.record).unwrap_or_default();
                self.line(&mut out, &place.path, place.record, Some(place.bytes.clone()), text);
            }
        }
        out
    }

    /// Fails when a place cannot be resolved: the fixture is wrong, not the library.
    pub fn check(&self) {
        for place in self.expected.findings.iter().flat_map(|finding| &finding.places) {
            self.resolve(place);
        }
    }

    fn is(&self, finding: &Finding, seen: &Seen) -> bool {
        let mut left: Vec<&SeenPlace> = seen.places.iter().collect();
        let same_places = finding.places.iter().all(|place| {
            let bytes = self.resolve(place);
            let found = left.iter().position(|seen| {
                same_file(&seen.path, &place.path)
                    && seen.record == place.record
                    && bytes.as_ref().is_none_or(|bytes| close(bytes, &seen.bytes, finding.slack))
            });
            found.map(|at| left.remove(at)).is_some()
        });
        same_places
            && left.is_empty()
            && (finding.level == seen.level
                && finding.kind == seen.kind
                && finding.class == seen.class
                && finding.scope == seen.scope)
            && finding
                .similarity
                .is_none_or(|(least, most)| least <= seen.similarity && seen.similarity <= most)
    }

    fn quoted(&self, place: &Place) -> &str {
        let key = (place.path.clone(), place.record);
        self.texts.get(&key).unwrap_or_else(|| panic!("{}: there is no {key:?}", self.name()))
    }

    /// The bytes of a place; none for a whole document.
    fn resolve(&self, place: &Place) -> Option<Range<usize>> {
        let text = self.quoted(place);
        let quote = place.text.as_deref()?;
        resolve(text, quote, place.nth)
            .unwrap_or_else(|error| panic!("{} {}: {error}", self.name(), place.path))
            .into()
    }

    fn line(
        &self,
        out: &mut String,
        path: &str,
        record: Option<u64>,
        bytes: Option<Range<usize>>,
        text: &str,
    ) {
        let record = record.map_or_else(String::new, |n| format!("#{n}"));
        let bytes = bytes.unwrap_or(0..text.len());
        let shown = text.get(bytes.clone()).map_or_else(|| "(not in the text)".to_owned(), shorten);
        let _ = writeln!(out, "      {path}{record}:{}-{}  “{shown}”", bytes.start, bytes.end);
    }
}

/// Finds the bytes of a quotation.
pub fn resolve(text: &str, quote: &str, nth: Option<usize>) -> Result<Range<usize>, String> {
    let (head, tail) = quote.split_once(GAP).unwrap_or((quote, ""));
    let starts: Vec<usize> = text.match_indices(head).map(|(at, _)| at).collect();
    let start = match (starts.as_slice(), nth) {
        ([], _) => return Err(format!("“{head}” is not in the text")),
        ([one], None) => *one,
        (_, None) => return Err(format!("“{head}” stands {} times: say which with nth", starts.len())),
        (_, Some(nth)) => *nth
            .checked_sub(1)
            .and_then(|index| starts.get(index))
            .ok_or_else(|| format!("“{head}” stands {} times, not {nth}", starts.len()))?,
    };
    let after = start + head.len();
    let end = text[after..].find(tail).ok_or_else(|| format!("“{tail}” does not follow “{head}”"))?;
    Ok(start..after + end + tail.len())
}

fn same_file(seen: &str, expected: &str) -> bool {
    seen == expected || seen.ends_with(&format!("/{expected}"))
}

fn close(expected: &Range<usize>, seen: &Range<usize>, slack: usize) -> bool {
    expected.start.abs_diff(seen.start) <= slack && expected.end.abs_diff(seen.end) <= slack
}

/// The beginning and the end of a text, on one line.
fn shorten(text: &str) -> String {
    let letters: Vec<char> = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    if letters.len() <= 110 {
        return letters.into_iter().collect();
    }
    let (head, tail): (String, String) =
        (letters[..60].iter().collect(), letters[letters.len() - 45..].iter().collect());
    format!("{head}{GAP}{tail}")
}

/// What stands in the `<p>` of an entry.
fn paragraphs(html: &str) -> String {
    let parts = html.split("<p>").skip(1).map(|part| part.split("</p>").next().unwrap_or_default());
    parts.collect::<Vec<_>>().join("\n\n").replace("&amp;", "&")
}

/// Every text of a folder, by file and record.
fn texts(folder: &Path) -> BTreeMap<(String, Option<u64>), String> {
    let mut texts = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry")) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let read = || fs::read_to_string(entry.path()).expect("UTF-8");
        match Path::new(&name).extension().and_then(|e| e.to_str()) {
            Some("jsonl") => {
                for (line, n) in read().lines().zip(1..) {
                    let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
                    texts.insert((name.clone(), Some(n)), row["text"].as_str().expect("a text").to_owned());
                }
            }
            Some("csv") => {
                let text = read();
                let mut reader = csv::Reader::from_reader(text.as_bytes());
                let at = reader.headers().expect("headers").iter().position(|h| h == "text").expect("text");
                for (row, n) in reader.records().zip(1..) {
                    texts.insert((name.clone(), Some(n)), row.expect("a row")[at].to_owned());
                }
            }
            Some("json") => {
                let value: serde_json::Value = serde_json::from_str(&read()).expect("JSON");
                let list =
                    [&value, &value["items"], &value["articles"]].into_iter().find_map(|v| v.as_array());
                for (row, n) in list.expect("an array").iter().zip(1..) {
                    let html = row["content_html"].as_str().map(paragraphs);
                    let text = html.or_else(|| Some(row["text"].as_str()?.to_owned())).expect("a text");
                    texts.insert((name.clone(), Some(n)), text);
                }
            }
            // Their articles are in `<p>`, all of them.
            Some("rss" | "atom") => {
                let feed = read();
                for (entry, n) in feed.split("<title>").skip(2).zip(1..) {
                    texts.insert((name.clone(), Some(n)), paragraphs(entry));
                }
            }
            Some("toml") => {}
            _ => drop(texts.insert((name.clone(), None), read())),
        }
    }
    texts
}
