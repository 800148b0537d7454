//! A scan of a few small documents against counting everything (`tests/support/oracle.rs`): nothing reported that is
//! not so, nothing missed that is promised.

use std::collections::BTreeMap;

use twicetold::{Document, Level, Settings, Span, pipeline, report::Findings, segment, words};

use super::oracle::{Text, Vocabulary, WITHIN, compare_members, compare_runs, compare_units};

/// Few enough that they meet by chance.
const WORDS: [&str; 40] = [
    "harbour",
    "board",
    "will",
    "dredge",
    "the",
    "basin",
    "when",
    "herring",
    "fleet",
    "sea",
    "nobody",
    "quay",
    "objected",
    "noise",
    "rained",
    "fair",
    "band",
    "played",
    "under",
    "tarpaulin",
    "ferry",
    "pier",
    "rope",
    "gave",
    "way",
    "crew",
    "brought",
    "back",
    "tide",
    "lamp",
    "market",
    "stall",
    "copper",
    "kettle",
    "mayor",
    "bridge",
    "north",
    "wind",
    "letter",
    "clock",
];
/// Most words in all documents together: the oracle takes the square.
const MOST: usize = 300;

/// Bytes are words, ends of sentences, of paragraphs and of documents, and copies of what went before.
pub fn check(data: &[u8]) {
    let texts = texts(data);
    if texts.len() < 2 && texts.iter().all(|text| text.len() < 40) {
        return;
    }
    let documents: Vec<Document> = texts
        .into_iter()
        .enumerate()
        .map(|(n, text)| Document { name: n.to_string(), path: n.to_string(), text, ..Document::default() })
        .collect();
    let plan = Settings::default().plan().expect("the defaults are a plan");
    let run = pipeline::Run { threads: 1, ..pipeline::Run::default() };
    let findings = pipeline::scan_documents(documents.clone(), &plan, &run).expect("a scan");
    assert!(findings.problems.is_empty(), "{:?}", findings.problems);
    judge(&documents, &findings);
}

fn judge(documents: &[Document], findings: &Findings) {
    let mut vocabulary = Vocabulary::default();
    let texts: Vec<Text> = documents.iter().map(|document| cut(document, &mut vocabulary)).collect();
    let shown = || documents.iter().map(|d| d.text.as_str()).collect::<Vec<_>>().join("\n=====\n");
    for level in Level::UNITS {
        let figures = compare_units(&texts, findings, level);
        assert!(figures.wrong.is_empty(), "{:?}\n{}", figures.wrong, shown());
        // Documents are paired by signatures, which may miss a pair; the recall of many is for `tests/oracle.rs`.
        assert!(level == Level::Document || figures.missed == 0, "{level}s missed\n{}", shown());
    }
    let members = compare_members(&texts, findings);
    assert!(members.wrong.is_empty(), "{:?}\n{}", members.wrong, shown());
    // Of words that repeat at once (`tide tide tide …`) every shift is a run of its own, and no promise is made for each.
    if texts.iter().any(|text| overlaps_itself(&text.words)) {
        return;
    }
    let runs = compare_runs(&texts, findings);
    assert_eq!(runs.missed, 0, "runs missed: {runs:?}\n{}", shown());
}

/// Whether a window as long as the shortest repeat comes again before it has ended.
fn overlaps_itself(words: &[u32]) -> bool {
    let windows: Vec<&[u32]> = words.windows(WITHIN).collect();
    windows
        .iter()
        .enumerate()
        .any(|(n, window)| windows[n + 1..].iter().take(WITHIN - 1).any(|later| later == window))
}

/// The library's words and units: what is on trial here is what is found among them.
fn cut(document: &Document, vocabulary: &mut Vocabulary) -> Text {
    let (mut numbers, mut bytes) = (Vec::new(), Vec::new());
    for (word, span) in words::normalised(&document.text, &[]) {
        numbers.push(vocabulary.number(word));
        bytes.push(span.range());
    }
    let units = segment::segment(document);
    let mut text = Text { words: numbers, bytes, units: BTreeMap::new() };
    let whole = vec![Span::from_range(0, document.text.len())];
    for (level, spans) in
        [(Level::Document, whole), (Level::Paragraph, units.paragraphs), (Level::Sentence, units.sentences)]
    {
        let ranges = spans.into_iter().map(|span| text.range(span)).collect();
        text.units.insert(level, ranges);
    }
    text
}

/// One step of writing.
#[derive(Clone, Copy)]
enum Step {
    Word(&'static str),
    Stop,
    Paragraph,
    Document,
}

fn texts(data: &[u8]) -> Vec<String> {
    let mut steps: Vec<Step> = Vec::new();
    let mut bytes = data.iter().copied();
    while let Some(byte) = bytes.next() {
        match byte {
            0..200 => steps.push(Step::Word(WORDS[usize::from(byte) % WORDS.len()])),
            200..215 => steps.push(Step::Stop),
            215..225 => steps.push(Step::Paragraph),
            225..235 => steps.push(Step::Document),
            // So much again of what stands so far from the beginning.
            235..=255 => {
                let (from, len) = (bytes.next().unwrap_or(0), bytes.next().unwrap_or(0));
                let from = usize::from(from).min(steps.len());
                let again: Vec<Step> = steps[from..].iter().take(usize::from(len % 64)).copied().collect();
                steps.extend(again);
            }
        }
        if MOST < steps.len() {
            break;
        }
    }
    steps.truncate(MOST);
    let mut texts = vec![String::new()];
    let mut opens = true;
    for step in steps {
        let Some(text) = texts.last_mut() else { return texts };
        match step {
            Step::Word(word) => {
                if !text.is_empty() && !text.ends_with('\n') {
                    text.push(' ');
                }
                let start = text.len();
                text.push_str(word);
                if opens {
                    text[start..=start].make_ascii_uppercase();
                }
                opens = false;
            }
            Step::Stop if !opens => {
                text.push('.');
                opens = true;
            }
            Step::Paragraph if !text.is_empty() && !text.ends_with('\n') => {
                text.push_str(if opens { "\n\n" } else { ".\n\n" });
                opens = true;
            }
            Step::Document => {
                texts.push(String::new());
                opens = true;
            }
            Step::Stop | Step::Paragraph => {}
        }
    }
    texts
}
