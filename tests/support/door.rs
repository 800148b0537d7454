//! The one place where tests call the library and the command line for a whole scan.

use super::{
    corpus::Article,
    expected::{Seen, SeenPlace},
};
use std::{path::Path, process::Command};
use twicetold::{Document, Level, Settings, Span, pipeline, report::Findings, segment, source, words};

/// Scans a file or a folder through the library.
pub fn scan(path: &Path, settings: &[(&str, &str)]) -> Findings {
    let settings = Settings::from_layers(settings.iter().copied()).expect("settings that can be used");
    let plan = settings.plan().expect("a plan");
    let options = source::Options { globs: settings.glob.clone(), ..source::Options::default() };
    let input = vec![source::Input::Path(path.to_owned())];
    pipeline::scan(input, &options, &plan, &pipeline::Run::default()).expect("a scan")
}

/// All documents of a file or a folder, as a scan reads them.
pub fn documents(path: &Path, settings: &[(&str, &str)]) -> Vec<Document> {
    let settings = Settings::from_layers(settings.iter().copied()).expect("settings that can be used");
    let options = source::Options { globs: settings.glob.clone(), ..source::Options::default() };
    let items = source::open(vec![source::Input::Path(path.to_owned())], &options).expect("inputs");
    items
        .map(|item| match item {
            source::Item::Document(document) => document,
            source::Item::Problem(problem) => panic!("{problem:?}"),
        })
        .collect()
}

/// Scans articles that are at hand.
pub fn scan_articles(articles: &[Article], settings: &[(&str, &str)]) -> Findings {
    let plan = Settings::from_layers(settings.iter().copied()).and_then(|s| s.plan()).expect("a plan");
    let document = |article: &Article| Document {
        name: article.name.clone(),
        path: article.name.clone(),
        text: article.text.clone(),
        ..Document::default()
    };
    let documents = articles.iter().map(document).collect();
    pipeline::scan_documents(documents, &plan, &pipeline::Run::default()).expect("a scan")
}

/// One document cut by the library: for texts that the oracle cannot cut itself.
pub struct Cut {
    /// Normalised words, with their bytes.
    pub words: Vec<(String, std::ops::Range<usize>)>,
    /// The units of each level.
    pub units: Vec<(Level, Vec<Span>)>,
}

/// Cuts a document with the library's words and units.
pub fn cut(document: &Document) -> Cut {
    let words = words::normalised(&document.text, document.layout.gaps())
        .into_iter()
        .map(|(word, span)| (word, span.range()))
        .collect();
    let cut = segment::segment(document);
    let units = vec![
        (Level::Document, vec![Span::from_range(0, document.text.len())]),
        (Level::Paragraph, cut.paragraphs),
        (Level::Sentence, cut.sentences),
    ];
    Cut { words, units }
}

/// The findings of a library scan, as tests compare them.
pub fn seen(findings: &Findings) -> Vec<Seen> {
    let family = |family: &twicetold::family::Family| {
        let first = family.occurrences.first().map(|o| o.document);
        let one = family.occurrences.iter().all(|o| Some(o.document) == first);
        let similarity = family.occurrences.iter().map(|o| o.score.printed(o.same)).fold(1.0, f64::min);
        let place = |o: &twicetold::family::Occurrence| {
            let document = &findings.documents.get(o.document).unwrap();
            SeenPlace { path: document.path.clone(), record: document.record, bytes: o.span.range() }
        };
        Seen {
            level: family.level.name().to_owned(),
            kind: family.kind.name().to_owned(),
            class: family.class.map(|class| class.name().to_owned()),
            scope: if one { "within" } else { "across" }.to_owned(),
            similarity,
            places: family.occurrences.iter().map(place).collect(),
        }
    };
    findings.families.iter().map(family).collect()
}

/// Scans a folder through the command line and reads its JSON as a stranger would.
pub fn scan_by_command(path: &Path, settings: &[(&str, &str)]) -> Result<Vec<Seen>, String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twicetold"));
    command.arg("scan").arg(path).args(["-f", "json", "--isolated"]);
    for (name, value) in settings {
        command.arg(format!("--{name}={value}"));
    }
    let output = command.output().map_err(|error| error.to_string())?;
    if output.status.code() != Some(0) {
        return Err(format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr)));
    }
    let report: serde_json::Value =
        serde_json::from_slice(&output.stdout).map_err(|error| format!("not JSON: {error}"))?;
    seen_in_json(&report).ok_or_else(|| format!("not a report: {report:.400}"))
}

fn seen_in_json(report: &serde_json::Value) -> Option<Vec<Seen>> {
    if report["schema"] != "twicetold.report/1" {
        return None;
    }
    let documents = report["documents"].as_array()?;
    let number = |value: &serde_json::Value| value.as_u64().and_then(|n| usize::try_from(n).ok());
    let mut all = Vec::new();
    for family in report["families"].as_array()? {
        let mut places = Vec::new();
        for occurrence in family["occurrences"].as_array()? {
            let document = documents.iter().find(|document| document["id"] == occurrence["document"])?;
            places.push(SeenPlace {
                path: document["path"].as_str()?.to_owned(),
                record: document["record"].as_u64(),
                bytes: number(&occurrence["start"])?..number(&occurrence["end"])?,
            });
        }
        all.push(Seen {
            level: family["level"].as_str()?.to_owned(),
            kind: family["kind"].as_str()?.to_owned(),
            class: family["class"].as_str().map(str::to_owned),
            scope: family["scope"].as_str()?.to_owned(),
            similarity: family["similarity"].as_f64()?,
            places,
        });
    }
    Some(all)
}
