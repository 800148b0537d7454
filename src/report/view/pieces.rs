//! A report piece by piece: one at hand, or one that is made while it is written, since its documents lie in a file.
//!
//! Formats that go from the first finding to the last are written from [`Pieces`], and hold one finding at a time.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
};

use super::{
    Document, Family, Findings, Longest, Occurrence, Problem, REPORT_FORMAT, Report, Settings, Summary, Tool,
    hex, longest, view_of_place,
};
use crate::{document::Document as Source, family, id::DocId, report::lines::LineIndex};

/// What stands before all findings.
pub(in crate::report) struct Head<'r> {
    pub(in crate::report) schema: Cow<'r, str>,
    pub(in crate::report) tool: Tool<'r>,
    pub(in crate::report) command: Cow<'r, str>,
    pub(in crate::report) settings: Settings<'r>,
    pub(in crate::report) summary: Summary,
}

impl<'r> Head<'r> {
    fn of(findings: &'r Findings) -> Self {
        Self {
            schema: REPORT_FORMAT.into(),
            tool: Tool { name: env!("CARGO_PKG_NAME").into(), version: env!("CARGO_PKG_VERSION").into() },
            command: findings.command.into(),
            settings: Settings::of(&findings.plan, findings.words_version),
            summary: Summary::of(findings),
        }
    }
}

/// The parts of a report, each list in its order.
pub(in crate::report) trait Pieces {
    fn head(&self) -> Head<'_>;
    /// The documents that occur in a family.
    fn documents(&self) -> Box<dyn Iterator<Item = Cow<'_, Document<'_>>> + '_>;
    /// One of them.
    fn document(&self, id: u32) -> Option<Cow<'_, Document<'_>>>;
    fn families(&self) -> Box<dyn Iterator<Item = Cow<'_, Family<'_>>> + '_>;
    fn problems(&self) -> Vec<Problem<'_>>;
}

/// A report at hand.
pub(in crate::report) struct Whole<'r> {
    report: &'r Report<'r>,
    documents: HashMap<u32, &'r Document<'r>>,
}

impl<'r> Whole<'r> {
    pub(in crate::report) fn new(report: &'r Report<'r>) -> Self {
        Self { report, documents: report.documents.iter().map(|document| (document.id, document)).collect() }
    }
}

impl Pieces for Whole<'_> {
    fn head(&self) -> Head<'_> {
        let Report { schema, tool, command, settings, summary, .. } = self.report;
        Head {
            schema: schema.clone(),
            tool: tool.clone(),
            command: command.clone(),
            settings: settings.clone(),
            summary: summary.clone(),
        }
    }

    fn documents(&self) -> Box<dyn Iterator<Item = Cow<'_, Document<'_>>> + '_> {
        Box::new(self.report.documents.iter().map(Cow::Borrowed))
    }

    fn document(&self, id: u32) -> Option<Cow<'_, Document<'_>>> {
        self.documents.get(&id).copied().map(Cow::Borrowed)
    }

    fn families(&self) -> Box<dyn Iterator<Item = Cow<'_, Family<'_>>> + '_> {
        Box::new(self.report.families.iter().map(Cow::Borrowed))
    }

    fn problems(&self) -> Vec<Problem<'_>> {
        self.report.problems.clone()
    }
}

/// Findings, viewed.
pub(in crate::report) struct Views<'a> {
    findings: &'a Findings,
    no_text: bool,
    /// The documents that occur, ascending.
    ids: Vec<u32>,
    /// Those of them that are in memory, each with its lines.
    held: BTreeMap<u32, (&'a Source, LineIndex<'a>)>,
    repeated: BTreeMap<DocId, u64>,
    longest: BTreeMap<DocId, (&'a family::Family, &'a family::Occurrence, DocId)>,
}

impl<'a> Views<'a> {
    pub(in crate::report) fn of(findings: &'a Findings, no_text: bool) -> Self {
        let places = findings.families.iter().flat_map(|family| &family.occurrences);
        let mut ids: Vec<u32> = places.map(|place| place.document.get()).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut held = BTreeMap::new();
        if !findings.documents.is_filed() {
            for id in &ids {
                if let Some(Cow::Borrowed(document)) = findings.documents.get(DocId::from_packed(*id)) {
                    held.insert(*id, (document, LineIndex::new(&document.text)));
                }
            }
            ids.retain(|id| held.contains_key(id));
        }
        Self {
            findings,
            no_text,
            ids,
            held,
            repeated: findings.repeated_words(|family| !family.is_suppressed()),
            longest: if findings.command == "check" { longest(findings) } else { BTreeMap::new() },
        }
    }

    fn place(&self, occurrence: &family::Occurrence) -> Occurrence<'a> {
        let asked = |text: Option<&'a str>| text.filter(|_| !self.no_text);
        if let Some((document, index)) = self.held.get(&occurrence.document.get()) {
            return view_of_place(occurrence, asked(document.known_text()), Some(index));
        }
        match self.findings.documents.get(occurrence.document) {
            Some(document) => {
                let index = LineIndex::new(&document.text);
                let text = document.known_text().filter(|_| !self.no_text);
                let place = view_of_place(occurrence, text, Some(&index));
                Occurrence { text: place.text.map(|text| Cow::Owned(text.into_owned())), ..place }
            }
            None => view_of_place(occurrence, asked(Some("")), None),
        }
    }

    fn one_family(&self, family: &'a family::Family) -> Family<'a> {
        let places = family.occurrences.iter().map(|occurrence| self.place(occurrence)).collect();
        Family::of(family, places, self.findings.n_stored)
    }

    fn one_document(&self, id: u32) -> Option<Document<'a>> {
        let (doc, findings) = (DocId::from_packed(id), self.findings);
        let words = findings.documents.words(doc).unwrap_or(0);
        let repeated = self.repeated.get(&doc).copied().unwrap_or(0);
        let from = match id {
            id if id < findings.n_stored => Some("archive".into()),
            id if id < findings.n_known => Some("against".into()),
            _ => None,
        };
        let longest = |index: &LineIndex<'_>| {
            self.longest.get(&doc).map(|(family, place, first)| {
                let at = index.position(place.span.start);
                Longest {
                    family: hex(&family.fingerprint),
                    words: place.words,
                    line: at.line,
                    column: at.column,
                    first: first.get(),
                }
            })
        };
        if let Some((document, index)) = self.held.get(&id) {
            let longest = longest(index);
            return Some(Document { longest, from, ..Document::of(id, document, words, repeated) });
        }
        let document = findings.documents.get(doc)?;
        let longest = longest(&LineIndex::new(&document.text));
        Some(Document { longest, from, ..Document::of(id, &document, words, repeated).into_owned() })
    }
}

impl Pieces for Views<'_> {
    fn head(&self) -> Head<'_> {
        Head::of(self.findings)
    }

    fn documents(&self) -> Box<dyn Iterator<Item = Cow<'_, Document<'_>>> + '_> {
        Box::new(self.ids.iter().filter_map(|id| self.document(*id)))
    }

    fn document(&self, id: u32) -> Option<Cow<'_, Document<'_>>> {
        self.one_document(id).map(Cow::Owned)
    }

    fn families(&self) -> Box<dyn Iterator<Item = Cow<'_, Family<'_>>> + '_> {
        Box::new(self.findings.families.iter().map(|family| Cow::Owned(self.one_family(family))))
    }

    fn problems(&self) -> Vec<Problem<'_>> {
        self.findings.problems.iter().map(Problem::of).collect()
    }
}

impl<'a> Report<'a> {
    /// Views findings; `no_text` leaves out the texts of occurrences.
    pub fn of(findings: &'a Findings, no_text: bool) -> Self {
        let views = Views::of(findings, no_text);
        let Head { schema, tool, command, settings, summary } = Head::of(findings);
        Self {
            schema,
            tool,
            command,
            settings,
            summary,
            documents: views.ids.iter().filter_map(|id| views.one_document(*id)).collect(),
            families: findings.families.iter().map(|family| views.one_family(family)).collect(),
            problems: findings.problems.iter().map(Problem::of).collect(),
        }
    }
}
