//! The HTML report as a stranger reads it, by docs/html-report.md alone: nothing of the JSON report is missing in it, texts
//! are the documents' own, and nothing that others wrote is markup.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use support::findings::{any_findings, document, findings, newsroom, plain, shown};
use support::page::{blocks, list};
use twicetold::{
    DocId, Document, Level, Span,
    family::{Family, Kind, Occurrence, State},
    report::{Documents, Findings, Format, Report, Style, render_again},
    verify::Score,
};

fn cell(columns: &Value, key: &str, row: usize) -> Value {
    let column = columns[key].as_array().unwrap_or_else(|| panic!("no column {key}"));
    if column.is_empty() { Value::Null } else { column[row].clone() }
}

fn millionths(share: &Value) -> Value {
    json!((share.as_f64().unwrap() * 1e6).round())
}

fn rows(columns: &Value, key: &str) -> usize {
    columns[key].as_array().unwrap().len()
}

/// Holds a page to the JSON report of the same findings.
fn same_facts(page: &Map<String, Value>, report: &Value) {
    let index = &page["index"];
    assert_eq!(index["format"], 1);
    for key in ["schema", "tool", "command", "settings", "summary"] {
        assert_eq!(index["report"][key], report[key], "{key}");
    }
    let problems = report["problems"].as_array().unwrap();
    assert_eq!(rows(&index["problems"], "path"), problems.len());
    for (row, problem) in problems.iter().enumerate() {
        for key in ["path", "record", "line", "kind", "message"] {
            assert_eq!(cell(&index["problems"], key, row), problem[key], "{key} of problem {row}");
        }
    }
    let documents = report["documents"].as_array().unwrap();
    let known = &index["documents"];
    assert_eq!(rows(known, "id"), documents.len());
    for row in 0..documents.len() {
        let id = cell(known, "id", row);
        let document = documents.iter().find(|document| document["id"] == id).unwrap();
        for key in
            ["name", "path", "record", "title", "date", "source", "url", "bytes", "words", "duplicated_words"]
        {
            assert_eq!(cell(known, key, row), document[key], "{key} of document {id}");
        }
        let withheld = document.get("no_text").cloned().unwrap_or(Value::Null);
        assert_eq!(cell(known, "no_text", row), withheld, "no_text of document {id}");
        let came_in = index["incoming"].as_u64() <= id.as_u64();
        assert_eq!(came_in, document.get("from").is_none(), "document {id} came in");
        let time = document["date"].as_str().and_then(twicetold::source::seconds);
        assert_eq!(cell(known, "time", row), json!(time), "time of document {id}");
    }
    let families = report["families"].as_array().unwrap();
    assert_eq!(rows(&index["families"], "level"), families.len());
    let step = usize::try_from(index["places_step"].as_u64().unwrap()).unwrap();
    let (mut of, mut place, mut named) = (0, 0, 0);
    for (row, family) in families.iter().enumerate() {
        if row.is_multiple_of(step) {
            place = 0;
        }
        let block = &page[&format!("places-{}", row / step)];
        for key in ["level", "kind", "class", "scope", "state"] {
            let name = cell(&index["families"], key, row).as_u64();
            let name =
                name.map_or(Value::Null, |at| index["names"][key][usize::try_from(at).unwrap()].clone());
            assert_eq!(name, family[key], "{key} of family {row}");
        }
        for key in ["words", "keeper", "suppressed_by"] {
            assert_eq!(cell(&index["families"], key, row), family[key], "{key} of family {row}");
        }
        let similarity = cell(&index["families"], "similarity", row).as_f64().unwrap();
        assert_eq!(json!(similarity), millionths(&family["similarity"]));
        assert_eq!(block["fingerprint"][row % step], family["fingerprint"]);
        let occurrences = family["occurrences"].as_array().unwrap();
        assert_eq!(cell(&index["families"], "places", row), occurrences.len());
        for occurrence in occurrences {
            let document = usize::try_from(index["of"][of].as_u64().unwrap()).unwrap();
            assert_eq!(cell(known, "id", document), occurrence["document"]);
            // Families name documents in the order in which they are listed.
            assert!(document <= named, "document {document} is named before document {named}");
            named = named.max(document + 1);
            for key in ["start", "end", "line", "column", "end_line", "words", "shared_words"] {
                assert_eq!(block[key][place], occurrence[key], "{key} of place {place}");
            }
            assert_eq!(
                json!(block["similarity"][place].as_f64().unwrap()),
                millionths(&occurrence["similarity"])
            );
            (of, place) = (of + 1, place + 1);
        }
    }
    assert_eq!(rows(index, "of"), of);
    assert_eq!(named, documents.len());
}

/// The excerpts of each document, by row.
fn excerpts(page: &Map<String, Value>) -> Vec<Vec<(usize, String)>> {
    let mut all: Vec<Vec<(usize, String)>> = Vec::new();
    for (n, first) in page["index"]["text_first"].as_array().unwrap().iter().enumerate() {
        assert_eq!(all.len() as u64, first.as_u64().unwrap(), "the first document of block {n}");
        for document in page[&format!("text-{n}")].as_array().unwrap() {
            let pairs = document.as_array().unwrap().chunks(2).map(|pair| {
                (usize::try_from(pair[0].as_u64().unwrap()).unwrap(), pair[1].as_str().unwrap().to_owned())
            });
            all.push(pairs.collect());
        }
    }
    all
}

/// Holds texts to the documents they are of; says how many places are there from end to end.
fn true_texts(page: &Map<String, Value>, findings: &Findings) -> usize {
    let known = &page["index"]["documents"];
    let excerpts = excerpts(page);
    let mut whole = 0;
    for (row, list) in excerpts.iter().enumerate() {
        let id = DocId::new(usize::try_from(cell(known, "id", row).as_u64().unwrap()).unwrap()).unwrap();
        let text = &findings.documents.get(id).unwrap().text;
        let mut reached = 0;
        for (start, excerpt) in list {
            assert_eq!(text.get(*start..*start + excerpt.len()), Some(excerpt.as_str()), "of document {row}");
            assert!(reached <= *start, "excerpts of document {row} overlap");
            reached = *start + excerpt.len();
        }
        let places = findings.families.iter().flat_map(|family| &family.occurrences);
        whole += places
            .filter(|place| place.document == id)
            .filter(|place| {
                let inside = |(start, excerpt): &(usize, String)| {
                    *start <= place.span.start as usize && place.span.end as usize <= *start + excerpt.len()
                };
                place.span.is_empty() || list.iter().any(inside)
            })
            .count();
    }
    whole
}

fn n_places(findings: &Findings) -> usize {
    findings.families.iter().map(|family| family.occurrences.len()).sum()
}

fn whole_articles() -> Style {
    Style { html_full_text: true, ..Style::default() }
}

fn held_to_the_contract(findings: &Findings) {
    let report: Value = serde_json::from_str(&plain(findings, Format::Json)).unwrap();
    let page = blocks(&plain(findings, Format::Html));
    same_facts(&page, &report);
    assert_eq!(true_texts(&page, findings), n_places(findings));

    // Whole articles.
    let full = blocks(&shown(findings, Format::Html, &whole_articles()));
    same_facts(&full, &report);
    true_texts(&full, findings);
    for (row, list) in excerpts(&full).iter().enumerate() {
        let bytes: usize = list.iter().map(|(_, text)| text.len()).sum();
        assert_eq!(cell(&full["index"]["documents"], "bytes", row), bytes);
    }

    // Read back, the report has its places.
    let json = plain(findings, Format::Json);
    let read = Report::parse(&json).unwrap();
    let mut out = Vec::new();
    render_again(&read, Format::Html, &Style::default(), &mut out).unwrap();
    let again = blocks(&String::from_utf8(out).unwrap());
    same_facts(&again, &report);
    assert_eq!(true_texts(&again, findings), n_places(findings));

    // Without texts nothing of them is there.
    let none = blocks(&shown(findings, Format::Html, &Style { no_text: true, ..whole_articles() }));
    same_facts(&none, &report);
    assert!(none["index"]["kept"]["none"].as_bool().unwrap());
    assert!(excerpts(&none).is_empty());
}

#[test]
fn a_page_holds_what_the_json_report_holds() {
    held_to_the_contract(&newsroom());
    let mut dated = many(2, 3);
    let mut documents = Documents::default();
    for ((id, document), date) in
        dated.documents.iter().zip(["2026-05-01", "soon", "Fri, 01 May 2026 10:00:00 GMT", ""])
    {
        let url = Some("https://example.org/".to_owned());
        documents.push(
            id,
            Document {
                date: Some(date.to_owned()),
                url,
                source: Some("wire".into()),
                ..document.into_owned()
            },
            3,
        );
    }
    dated.documents = documents;
    held_to_the_contract(&dated);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_page_holds_whatever_was_found(findings in any_findings()) {
        held_to_the_contract(&findings);
    }

    #[test]
    fn what_others_wrote_is_never_markup(findings in any_findings()) {
        let page = plain(&findings, Format::Html);
        let nothing = plain(&support::findings::findings(vec![], vec![]), Format::Html);
        let (rest, empty) = (page.replace(list(&page), ""), nothing.replace(list(&nothing), ""));
        let without_blocks = |page: &str| -> String {
            let marked = page.replace("<script type=\"application/octet-stream\"", "\u{0}");
            marked.split('\u{0}').enumerate().map(|(n, part)| {
                if n == 0 { part } else { part.split_once("</script>\n").unwrap().1 }
            }).collect()
        };
        prop_assert_eq!(without_blocks(&rest), without_blocks(&empty));
        for tag in list(&page).split('<').skip(1) {
            let name = tag.split('>').next().unwrap().trim_start_matches('/');
            let ours = ["h1", "h2", "p", "ol", "ul", "li", "bdi", "blockquote", "blockquote dir=\"auto\""];
            prop_assert!(ours.contains(&name), "<{}>", name);
        }
        prop_assert!(!list(&page).chars().any(|c| c.is_control() && c != '\n'));
    }
}

/// `n` findings, each of one passage of `words` invented words in two documents.
fn many(n: usize, words: usize) -> Findings {
    let mut seed = 1_u64;
    let mut word = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        format!("{:x}é", seed >> 40)
    };
    let texts: Vec<String> = (0..n).map(|_| (0..words).map(|_| word() + " ").collect()).collect();
    // Longer than what is kept of it, and of characters that a cut by bytes would split.
    let around = "–– ".repeat(200);
    let documents = texts.iter().enumerate().flat_map(|(i, text)| {
        [
            document(&format!("{i}/a.txt"), &format!("{around}{text}{around}")),
            document(&format!("{i}/b.txt"), text),
        ]
    });
    let place = |document: usize, start: usize, end: usize| Occurrence {
        document: DocId::new(document).unwrap(),
        span: Span::from_range(start, end),
        first_word: 0,
        words: u32::try_from(words).unwrap(),
        score: Score::SAME,
        same: true,
        shared_words: u32::try_from(words).unwrap(),
    };
    let families = texts.iter().enumerate().map(|(i, text)| Family {
        fingerprint: u128::try_from(i).unwrap().to_be_bytes(),
        level: Level::Passage,
        kind: Kind::Exact,
        class: None,
        state: State::New,
        keeper: 0,
        occurrences: vec![
            place(2 * i, around.len(), around.len() + text.len()),
            place(2 * i + 1, 0, text.len()),
        ],
    });
    findings(documents.collect(), families.collect())
}

#[test]
fn a_large_page_keeps_the_worst_and_says_what_it_cut() {
    let findings = many(600, 1_500);
    let text = plain(&findings, Format::Html);
    assert!(text.len() < 3_000_000, "{}", text.len());
    let page = blocks(&text);
    same_facts(&page, &serde_json::from_str(&plain(&findings, Format::Json)).unwrap());
    let kept = &page["index"]["kept"];
    let whole = true_texts(&page, &findings);
    assert!(kept["cap"].as_u64().is_some(), "{kept}");
    assert_eq!(
        usize::try_from(kept["places"].as_u64().unwrap()).unwrap() + whole,
        n_places(&findings),
        "{kept}"
    );
    let first = usize::try_from(kept["first"].as_u64().unwrap()).unwrap();
    assert!(0 < first && first < 600, "{kept}");
    let excerpts = excerpts(&page);
    for (row, list) in excerpts.iter().enumerate() {
        let bytes: usize = list.iter().map(|(_, text)| text.len()).sum();
        assert_eq!(9_000 < bytes, row < 2 * first, "document {row} has {bytes} bytes");
        assert!(0 < bytes);
        // What is kept around a place begins and ends with a word.
        let text = &findings.documents.get(DocId::new(row).unwrap()).unwrap().text;
        for (start, excerpt) in list.iter().filter(|_| row < 2 * first) {
            let end = *start + excerpt.len();
            assert!(*start == 0 || text[..*start].ends_with(' ') && !excerpt.starts_with(' '), "{start}");
            assert!(end == text.len() || text[end..].starts_with(' ') && !excerpt.ends_with(' '), "{end}");
        }
    }
    let full = blocks(&shown(&findings, Format::Html, &whole_articles()));
    assert_eq!(true_texts(&full, &findings), n_places(&findings));
}

#[test]
fn a_report_changed_by_hand_is_refused() {
    let json = plain(&newsroom(), Format::Json);
    let mut value: Value = serde_json::from_str(&json).unwrap();
    let render = |value: &Value| {
        let text = value.to_string();
        let report = Report::parse(&text).unwrap();
        render_again(&report, Format::Html, &Style::default(), &mut Vec::new())
    };
    render(&value).unwrap();
    value["families"][1]["occurrences"][0]["document"] = json!(4_000_000_000_u32);
    assert!(render(&value).unwrap_err().to_string().contains("names a document that is not listed"));
    let mut value: Value = serde_json::from_str(&json).unwrap();
    value["families"][1]["keeper"] = json!(99);
    assert!(render(&value).unwrap_err().to_string().contains("has no keeper"));
    // Places that do not fit their texts are shown as far as they do.
    let mut value: Value = serde_json::from_str(&json).unwrap();
    for place in value["families"][1]["occurrences"].as_array_mut().unwrap() {
        place["start"] = json!(u32::MAX - 3);
        place["end"] = json!(u32::MAX);
    }
    render(&value).unwrap();
}
