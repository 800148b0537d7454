//! Reports for build servers, read as the servers read them: by their schemas, and by models of what they would do with the
//! text of an article.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use std::{
    collections::{BTreeMap, HashSet},
    io::Write as _,
    sync::LazyLock,
};

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::Value;
use support::findings::{any_findings, document, family, findings, golden, newsroom, place, plain, shown};
use twicetold::{
    Document, Level, Problem, ProblemKind,
    family::Kind,
    report::{Findings, Format, Report, Style, render_again},
};

const FORMATS: [Format; 5] = [Format::Markdown, Format::Sarif, Format::Junit, Format::Github, Format::Gitlab];

fn again(report: &Report<'_>, format: Format) -> String {
    let mut out = Vec::new();
    render_again(report, format, &Style::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn read_back(findings: &Findings) -> Report<'static> {
    Report::parse(&plain(findings, Format::Json)).unwrap()
}

/// A report some of whose findings a baseline knows and some of which are suppressed.
fn with_states(findings: &Findings) -> Report<'static> {
    let mut json: Value = serde_json::from_str(&plain(findings, Format::Json)).unwrap();
    let states = ["new", "new", "known", "suppressed"];
    for (family, state) in json["families"].as_array_mut().unwrap().iter_mut().zip(states.iter().cycle()) {
        family["state"] = (*state).into();
    }
    json["command"] = "check".into();
    Report::parse(&json.to_string()).unwrap()
}

#[test]
fn the_reports_look_like_this() {
    let report = with_states(&newsroom());
    golden("markdown.md", &again(&report, Format::Markdown));
    golden("sarif.json", &again(&report, Format::Sarif));
    golden("junit.xml", &again(&report, Format::Junit));
    golden("gitlab.json", &again(&report, Format::Gitlab));
    golden("github.txt", &again(&report, Format::Github));
}

#[test]
fn a_report_of_nothing_is_a_report_here_too() {
    let nothing = findings(vec![document("a.txt", "one two three")], vec![]);
    let verdict = "no repeats found in 1 document (3 words)\n";
    assert_eq!(plain(&nothing, Format::Github), verdict);
    assert_eq!(plain(&nothing, Format::Markdown), format!("## twicetold: {verdict}"));
    assert_eq!(plain(&nothing, Format::Gitlab), "[]\n");
    let sarif = sarif(&plain(&nothing, Format::Sarif));
    assert_eq!(sarif["runs"][0]["results"], Value::Array(vec![]));
    assert_eq!(junit(&plain(&nothing, Format::Junit)).len(), 1);
}

#[test]
fn a_path_is_put_into_the_folder_it_is_in() {
    for prefix in ["site/news", "site/news/"] {
        let style = Style { path_prefix: prefix.to_owned(), ..Style::default() };
        for format in FORMATS {
            let text = shown(&newsroom(), format, &style);
            assert!(text.contains("site/news/monday.txt"), "{}", format.name());
            let without = text.replace("site/news/", "");
            assert!(!without.contains("site"), "{}", format.name());
        }
        // Those made for another purpose name files as they always do.
        for format in [Format::Human, Format::Json, Format::Csv] {
            assert_eq!(shown(&newsroom(), format, &style), plain(&newsroom(), format));
        }
    }
}

/// What a check of one feed against an archive and another folder finds, whichever of the places is the one to keep: two
/// documents of the archive, one of the folder, and two that came in, of which the last repeats the other.
fn checked(keeper: usize) -> Findings {
    let text = "The ferry will not sail before noon on any day of the coming week.";
    let paths = ["old/2019.txt", "old/2020.txt", "beside.txt", "new/one.txt", "new/two.txt"];
    let documents: Vec<Document> = paths.map(|path| document(path, text)).into();
    let of = |which: &[usize]| which.iter().map(|at| place(&documents, *at, "The", "week.")).collect();
    let families = vec![
        family(1, Level::Sentence, Kind::Exact, keeper, of(&[0, 1, 2, 3, 4])),
        // Of this one only a single document came in.
        family(2, Level::Sentence, Kind::Exact, keeper.min(2), of(&[0, 1, 3])),
        family(3, Level::Sentence, Kind::Exact, keeper.min(1), of(&[2, 3])),
    ];
    Findings { command: "check", n_known: 3, n_stored: 2, ..findings(documents, families) }
}

#[test]
fn a_finding_stands_where_something_came_in() {
    for keeper in 0..5 {
        let findings = checked(keeper);
        let again = |format| {
            let text = plain(&findings, format);
            assert_eq!(text, again(&read_back(&findings), format), "{}", format.name());
            text
        };
        let came_in = |path: &str| assert!(path.starts_with("new/"), "{path}, keeper {keeper}");

        let log = sarif(&again(Format::Sarif));
        let results = log["runs"][0]["results"].as_array().unwrap();
        assert_eq!(results.len(), 3);
        for result in results {
            came_in(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap());
            for related in result["relatedLocations"].as_array().into_iter().flatten() {
                let uri = related["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
                assert!(!uri.starts_with("old/"), "{uri} may not be in the repository");
            }
        }
        assert_eq!(log["runs"][0]["properties"]["cut"]["places"], 0, "nothing was cut for want of room");

        let commands = github(&again(Format::Github));
        assert_eq!(commands.len(), 3);
        commands.iter().for_each(|command| came_in(&command.properties["file"]));

        let entries = gitlab(&again(Format::Gitlab));
        assert!(2 < entries.len());
        entries.iter().for_each(|entry| came_in(entry["location"]["path"].as_str().unwrap()));

        let cases = junit(&again(Format::Junit));
        for case in &cases[1..] {
            match case.2.as_str() {
                "failure" => came_in(&case.0),
                _ => assert!(!case.0.starts_with("old/"), "{case:?}"),
            }
        }
        assert!(2 < cases.iter().filter(|case| case.2 == "failure").count());

        // Where the text was before is said in words.
        for text in [again(Format::Github), again(Format::Gitlab), again(Format::Sarif)] {
            assert!(text.contains("in the archive, at old/20"), "{text}");
        }
        let original = |text: &str, line: &str| {
            text.lines().any(|own| own.starts_with(line) && own.ends_with(", in the archive"))
        };
        assert!(original(&again(Format::Markdown), "- original: `old/20"));
        assert!(original(&again(Format::Junit), "original: old/20"));
    }
}

#[test]
fn a_path_of_the_archive_is_put_into_no_folder() {
    let style = Style { path_prefix: "site".to_owned(), ..Style::default() };
    for format in FORMATS {
        let text = shown(&checked(0), format, &style);
        assert!(text.contains("site/new/one.txt") && text.contains("old/2019.txt"), "{text}");
        assert!(!text.contains("site/old"), "{text}");
    }
}

#[test]
fn documents_of_the_archive_are_counted_apart() {
    for format in
        [Format::Human, Format::Github, Format::Gitlab, Format::Sarif, Format::Junit, Format::Markdown]
    {
        let text = plain(&checked(0), format);
        assert!(text.contains("5 places in 3 documents and 2 of the archive, similarity 1.0"), "{text}");
        assert!(text.contains("3 places in 1 document and 2 of the archive, similarity 1.0"), "{text}");
        assert!(text.contains("2 places in 2 documents, similarity 1.0"), "{text}");
    }
}

// ---- SARIF

static SARIF: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let schema = include_str!("../fixtures/schemas/sarif-2.1.0.json");
    jsonschema::draft4::options()
        .should_validate_formats(true)
        .build(&serde_json::from_str(schema).unwrap())
        .unwrap()
});
static GITLAB: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let schema = include_str!("../fixtures/schemas/gitlab-code-quality.json");
    jsonschema::draft202012::new(&serde_json::from_str(schema).unwrap()).unwrap()
});

fn valid(schema: &jsonschema::Validator, json: &Value) {
    let errors: Vec<String> =
        schema.iter_errors(json).map(|error| format!("{error} at {}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

/// Reads a SARIF log and holds it to the schema and to what the schema cannot say.
fn sarif(text: &str) -> Value {
    let log: Value = serde_json::from_str(text).unwrap();
    valid(&SARIF, &log);
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in run["results"].as_array().unwrap() {
        if let Some(index) = result["ruleIndex"].as_u64() {
            assert_eq!(rules[usize::try_from(index).unwrap()]["id"], result["ruleId"]);
        }
        let related: Vec<&Value> = result["relatedLocations"].as_array().into_iter().flatten().collect();
        let all = result["locations"].as_array().unwrap().iter().chain(related.iter().copied());
        for location in all.clone() {
            let uri = location["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
            let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/%".contains(c);
            assert!(!uri.is_empty() && !uri.starts_with('/') && uri.chars().all(plain), "{uri}");
        }
        assert!(all.count() <= 1000);
        links(result["message"]["text"].as_str().unwrap(), related.len());
    }
    for notification in run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap() {
        links(notification["message"]["text"].as_str().unwrap(), 0);
    }
    log
}

/// Reads a message as a viewer does: braces come in pairs, and the only link is ours to the keeper.
fn links(message: &str, related: usize) {
    assert!(!message.replace("{{", "").replace("}}", "").contains(['{', '}']), "{message}");
    let mut escaped = false;
    let mut open = Vec::new();
    let mut links = Vec::new();
    for (at, c) in message.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => open.push(at),
            ']' => {
                open.pop().expect("a bracket that was opened");
                links.push(&message[at + 1..]);
            }
            _ => {}
        }
    }
    assert!(open.is_empty(), "{message}");
    assert!(links.len() <= 1.min(related), "{message}");
    assert!(links.iter().all(|rest| rest.starts_with("(1).")), "{message}");
}

#[test]
fn sarif_says_where_and_how_grave() {
    let log = sarif(&again(&with_states(&newsroom()), Format::Sarif));
    let results = log["runs"][0]["results"].as_array().unwrap();
    let of =
        |rule: &str| results.iter().find(|result| result["ruleId"] == format!("twicetold/{rule}")).unwrap();
    let region = |location: &Value| location["physicalLocation"]["region"].clone();

    // The copy on line 5 is the keeper: the finding stands at the other.
    let sentence =
        results.iter().find(|r| r["partialFingerprints"]["twicetoldFamily/v1"] == "3c".repeat(16)).unwrap();
    let place = region(&sentence["locations"][0]);
    assert_eq!(
        (&place["startLine"], &place["startColumn"], &place["endLine"]),
        (&3.into(), &1.into(), &3.into())
    );
    let length = place["byteLength"].as_u64().unwrap();
    assert_eq!(place["endColumn"], length + 1);
    assert_eq!(sentence["relatedLocations"][0]["id"], 1);
    assert_eq!(region(&sentence["relatedLocations"][0])["startLine"], 5);
    assert_eq!(sentence["suppressions"][0]["kind"], "external");

    let record =
        results.iter().find(|r| r["partialFingerprints"]["twicetoldFamily/v1"] == "4d".repeat(16)).unwrap();
    assert_eq!(region(&record["locations"][0]), Value::Null);
    assert_eq!(record["locations"][0]["properties"]["record"], 18);
    assert_eq!(record["level"], "warning");

    assert_eq!(of("exact-document")["level"], "warning");
    assert_eq!(of("near-passage")["level"], "note");
    let states: Vec<&str> =
        results.iter().map(|result| result["properties"]["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["new", "new", "new", "new", "known", "known", "suppressed"]);
    let notes = log["runs"][0]["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    assert_eq!(notes.len(), 2);
    assert_eq!(notes[0]["descriptor"]["id"], "problem/malformed");
}

/// Many findings whose texts no compressor makes smaller.
fn incompressible(n_families: usize, n_places: usize) -> Findings {
    let mut state = 7_u64;
    let mut next = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    };
    let mut letters = |n: usize| -> String {
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        (0..n).map(|_| char::from(alphabet[usize::try_from(next() % 64).unwrap()])).collect()
    };
    let documents: Vec<Document> =
        (0..1_000).map(|_| document(&format!("{}.txt", letters(60)), &letters(400))).collect();
    let families = (0..n_families)
        .map(|i| {
            let places = (0..n_places).map(|j| {
                let n = (i * 31 + j * 17) % documents.len();
                let mut place = place(&documents, n, "", &documents[n].text);
                let start = u32::try_from((i * 7 + j * 13) % 250).unwrap();
                place.span = twicetold::Span::new(start, start + 150);
                place
            });
            let mut one = family(1, Level::Sentence, Kind::Exact, 0, places.collect());
            one.fingerprint = twicetold::hash::fingerprint("test", &i.to_string());
            one
        })
        .collect();
    findings(documents, families)
}

fn gzip_bytes(text: &str) -> usize {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap().len()
}

#[test]
fn sarif_stays_within_githubs_limits() {
    for (n_families, n_places, no_text) in [(26_000, 2, false), (26_000, 2, true), (3, 1_500, true)] {
        let findings = incompressible(n_families, n_places);
        let text = shown(&findings, Format::Sarif, &Style { no_text, ..Style::default() });
        let log: Value = serde_json::from_str(&text).unwrap();
        let run = &log["runs"][0];
        let results = run["results"].as_array().unwrap();
        assert!(results.len() <= 25_000 && !results.is_empty());
        // The weights are neither too light nor far too heavy.
        let bytes = gzip_bytes(&text);
        assert!(bytes <= 10_000_000, "{bytes} bytes, {} results", results.len());
        let is_at_a_limit = results.len() == n_families.min(25_000) || 5_000_000 < bytes;
        assert!(is_at_a_limit, "{bytes} bytes, {} results", results.len());

        let places: usize = results
            .iter()
            .map(|result| 1 + result["relatedLocations"].as_array().map_or(0, Vec::len))
            .inspect(|places| assert!(*places <= 1_000))
            .sum();
        let cut = &run["properties"]["cut"];
        let left_out = (n_families - results.len()) as u64;
        assert_eq!(cut["results"], left_out);
        assert_eq!(cut["places"], (results.len() * n_places - places) as u64);
        let said =
            run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].as_str().unwrap();
        assert!(said.contains(" left out, the least grave"), "{said}");
        // Worst first, and none of the worst is left out.
        for (result, family) in results.iter().zip(&findings.families) {
            let fingerprint: String = family.fingerprint.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(result["partialFingerprints"]["twicetoldFamily/v1"], fingerprint);
        }
    }
}

// ---- JUnit

/// What an element may hold.
#[derive(Debug, Default)]
struct Element {
    /// Attributes, each with whether it must be there.
    attributes: BTreeMap<String, bool>,
    children: HashSet<String>,
    text: bool,
}

/// Reads the elements of a schema, as far as this one goes: global elements that refer to others.
static JUNIT: LazyLock<BTreeMap<String, Element>> = LazyLock::new(|| {
    let mut reader = quick_xml::Reader::from_str(include_str!("../fixtures/schemas/junit-10.xsd"));
    let mut elements = BTreeMap::new();
    let mut current: Option<(String, Element)> = None;
    let mut depth = 0;
    loop {
        use quick_xml::events::Event::{Empty, End, Eof, Start};
        let (start, is_open) = match reader.read_event().unwrap() {
            Start(start) => (start, true),
            Empty(start) => (start, false),
            End(_) => {
                depth -= 1;
                if depth == 1 {
                    elements.extend(current.take());
                }
                continue;
            }
            Eof => return elements,
            _ => continue,
        };
        let get = |name: &str| {
            let found = start.try_get_attribute(name).unwrap();
            found.map(|attribute| attribute.value.into_owned())
        };
        let tag = start.name().as_ref().to_owned();
        if depth == 1 && tag == "xs:element" {
            let element = Element { text: get("type").as_deref() == Some("xs:string"), ..Element::default() };
            current = Some((get("name").unwrap(), element));
        } else if let Some((_, element)) = &mut current {
            match tag.as_str() {
                "xs:attribute" => {
                    element
                        .attributes
                        .insert(get("name").unwrap(), get("use").as_deref() == Some("required"));
                }
                "xs:element" => element.children.extend(get("ref")),
                "xs:complexType" => element.text |= get("mixed").as_deref() == Some("true"),
                _ => {}
            }
        }
        if is_open {
            depth += 1;
        } else if depth == 1 {
            elements.extend(current.take());
        }
    }
});

/// A test case: document, name, outcome, and what the outcome says.
type Case = (String, String, String, String);

/// Reads a suite as a build server does, and holds it to the schema.
fn junit(text: &str) -> Vec<Case> {
    use quick_xml::events::Event::{Decl, Empty, End, Eof, GeneralRef, Start, Text};
    assert!(text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
    let is_allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    assert!(text.chars().all(is_allowed));
    let mut reader = quick_xml::Reader::from_str(text);
    let mut stack: Vec<String> = Vec::new();
    let mut cases: Vec<Case> = Vec::new();
    let mut counts = BTreeMap::new();
    loop {
        let event = reader.read_event().unwrap();
        let (start, is_open) = match event {
            Start(start) => (start, true),
            Empty(start) => (start, false),
            End(_) => {
                stack.pop().unwrap();
                continue;
            }
            Text(text) => {
                let text: &str = &text;
                let inside = stack.last().is_some_and(|tag| JUNIT[tag].text);
                assert!(inside || text.trim().is_empty(), "{text:?} in {stack:?}");
                if let (true, Some(case)) = (inside, cases.last_mut()) {
                    case.3.push_str(text);
                }
                continue;
            }
            GeneralRef(entity) => {
                let entity: &str = &entity;
                assert!(["amp", "lt", "gt", "quot", "apos"].contains(&entity), "{entity}");
                continue;
            }
            Decl(_) => continue,
            Eof => break,
            other => panic!("{other:?}"),
        };
        let tag = start.name().as_ref().to_owned();
        let rule = JUNIT.get(&tag).unwrap_or_else(|| panic!("no element {tag}"));
        let parent = stack.last().map(|tag| &JUNIT[tag]);
        assert!(
            parent.map_or(tag == "testsuites", |parent| parent.children.contains(&tag)),
            "{tag} in {stack:?}"
        );
        let attributes: BTreeMap<String, String> = start
            .attributes()
            .map(|attribute| {
                let attribute = attribute.unwrap();
                let value = quick_xml::escape::unescape(&attribute.value).unwrap().into_owned();
                (attribute.key.as_ref().to_owned(), value)
            })
            .collect();
        assert!(attributes.keys().all(|name| rule.attributes.contains_key(name)), "{attributes:?} of {tag}");
        assert!(rule.attributes.iter().all(|(name, must)| !must || attributes.contains_key(name)));
        let get = |name: &str| attributes.get(name).cloned().unwrap_or_default();
        match tag.as_str() {
            "testsuite" => counts = attributes.clone(),
            "testcase" => cases.push((get("classname"), get("name"), "passed".into(), String::new())),
            "failure" | "skipped" | "error" => {
                let case = cases.last_mut().unwrap();
                assert_eq!(case.2, "passed", "a case ends in one way");
                case.2.clone_from(&tag);
                case.3 = get("message");
            }
            _ => {}
        }
        if is_open {
            stack.push(tag);
        }
    }
    assert!(stack.is_empty());
    let count = |what: &str| cases.iter().filter(|case| case.2 == what).count().to_string();
    assert_eq!(counts["tests"], cases.len().to_string());
    assert_eq!((&counts["failures"], &counts["skipped"]), (&count("failure"), &count("skipped")));
    cases
}

#[test]
fn junit_fails_a_document_for_each_finding_it_copies() {
    let cases = junit(&again(&with_states(&newsroom()), Format::Junit));
    assert_eq!((cases[0].0.as_str(), cases[0].1.as_str()), ("twicetold", "summary"));
    assert!(
        cases[0].3.contains("7 findings") && cases[0].3.contains("malformed: feed.jsonl#3:3: "),
        "{:?}",
        cases[0]
    );
    let of = |document: &str| -> Vec<&str> {
        cases.iter().filter(|case| case.0 == document).map(|case| case.2.as_str()).collect()
    };
    // The stock phrase is skipped, the document copied; its keeper has another one that it copies.
    assert_eq!(of("council/session-03.txt"), ["failure", "skipped"]);
    assert_eq!(of("feed.jsonl#18"), ["failure"]);
    assert_eq!(of("feed.jsonl#17"), ["passed"]);
    assert_eq!(of("tuesday.txt"), ["skipped"]);
    let failed = cases.iter().find(|case| case.0 == "council/session-03.txt").unwrap();
    assert!(failed.3.contains("original: council/session-07.txt:1:1\n"), "{failed:?}");
    assert!(failed.3.contains("and 18 places in other documents\n"), "{failed:?}");
}

#[test]
fn junit_is_what_the_schema_says_by_a_second_reader() {
    let folder = support::scratch("junit-xsd");
    let file = folder.join("report.xml");
    std::fs::write(&file, again(&with_states(&newsroom()), Format::Junit)).unwrap();
    let schema = support::fixtures().join("schemas/junit-10.xsd");
    let xmllint = std::process::Command::new("xmllint")
        .args(["--nonet", "--noout", "--schema"])
        .arg(schema)
        .arg(&file)
        .output();
    // Not everybody has it; the reader above is there for all.
    if let Ok(output) = xmllint {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn large_reports_are_cut_and_say_so() {
    let large = incompressible(12_000, 2);
    let cases = junit(&plain(&large, Format::Junit));
    assert!(5_000 < cases.len() && cases.len() <= 10_001);
    let more = grouped(12_000 - (cases.len() - 1) + originals(&large, &cases));
    assert!(cases[0].3.contains(&format!("{more} test cases left out")), "{} {}", cases[0].3, cases.len());

    let entries = gitlab(&plain(&large, Format::Gitlab));
    assert_eq!(entries.len(), 10_000);
    let last = entries.last().unwrap();
    assert_eq!(last["check_name"], "twicetold/cut");
    assert!(last["description"].as_str().unwrap().starts_with("2,001 more places"), "{last}");

    let page = plain(&large, Format::Markdown);
    assert!(page.encode_utf16().count() <= 65_000 && 60_000 < page.encode_utf16().count());
    let listed = markdown(&page);
    assert!(page.contains(&format!("\n{} findings not shown here", grouped(12_000 - listed))), "{listed}");
}

#[test]
fn paths_without_end_do_not_pass_limits() {
    let style = Style { path_prefix: "x".repeat(4_000), ..Style::default() };
    let findings = incompressible(3_000, 2);
    let text = shown(&findings, Format::Junit, &style);
    assert!(10_000_000 < text.len() && text.len() < 30_000_000, "{}", text.len());
    let cases = junit(&text);
    assert!(cases[0].3.contains(" test cases left out, the least grave"), "{:?}", cases[0]);
    let page = shown(&findings, Format::Markdown, &style);
    assert!(10 < markdown(&page));
}

#[test]
fn problems_are_listed_up_to_a_number_and_counted() {
    let mut findings = newsroom();
    findings.problems = findings.problems.iter().cycle().take(1_500).cloned().collect();
    let log = sarif(&plain(&findings, Format::Sarif));
    let said = log["runs"][0]["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    assert_eq!(said.len(), 1_001);
    assert_eq!(said[1_000]["message"]["text"], "500 more problems not listed here");
    assert!(junit(&plain(&findings, Format::Junit))[0].3.contains("\nand 500 more problems\n"));
    let page = plain(&findings, Format::Markdown);
    markdown(&page);
    assert!(page.ends_with("\n- and 1,490 more problems\n"));
}

#[test]
fn a_line_of_a_text_that_is_no_line_of_its_file_is_not_jumped_to() {
    let text = "Nobody knows\n\nwho rang the bell of the old school at four in the morning.";
    for (path, has_lines) in [
        ("a.txt", true),
        ("a", true),
        ("a.md", true),
        ("html", true),
        ("a.HTML", false),
        ("a.htm", false),
        ("a.txt.gz", false),
        ("-", false),
    ] {
        let documents = vec![document("o.txt", text), document(path, text)];
        let places = vec![place(&documents, 0, "who", "morning."), place(&documents, 1, "who", "morning.")];
        let findings = findings(documents, vec![family(1, Level::Sentence, Kind::Exact, 0, places)]);
        let log = sarif(&plain(&findings, Format::Sarif));
        let location = &log["runs"][0]["results"][0]["locations"][0];
        assert_eq!(location["physicalLocation"]["region"]["startLine"] == 3, has_lines, "{path}");
        assert_eq!(location["properties"]["line"] == 3, !has_lines, "{path}");
        let command = &github(&plain(&findings, Format::Github))[0];
        assert_eq!(command.properties.contains_key("line"), has_lines, "{path}");
        assert_eq!(command.message.contains(&format!("here at {path}:3:1;")), !has_lines, "{path}");
        let entry = &gitlab(&plain(&findings, Format::Gitlab))[0];
        assert_eq!(entry["location"]["lines"]["begin"], if has_lines { 3 } else { 1 }, "{path}");
    }
}

/// Documents that hold originals only: each would be a case that passes.
fn originals(findings: &Findings, cases: &[Case]) -> usize {
    let copied: HashSet<_> = findings
        .families
        .iter()
        .flat_map(|family| &family.occurrences[1..])
        .map(|place| place.document)
        .collect();
    let kept: HashSet<_> = findings.families.iter().map(|family| family.occurrences[0].document).collect();
    kept.difference(&copied).count() - cases.iter().filter(|case| case.1 == "tells nothing again").count()
}

fn grouped(n: usize) -> String {
    if n < 1_000 { n.to_string() } else { format!("{},{:03}", n / 1_000, n % 1_000) }
}

// ---- GitHub

/// A command as the runner of GitHub Actions understands it.
#[derive(Debug)]
struct Command {
    name: String,
    properties: BTreeMap<String, String>,
    message: String,
}

fn unescaped(text: &str, is_property: bool) -> String {
    let text = text.replace("%0D", "\r").replace("%0A", "\n");
    let text = if is_property { text.replace("%3A", ":").replace("%2C", ",") } else { text };
    text.replace("%25", "%")
}

/// The command of a line of output, if the runner finds one: `::name k=v::message` at the beginning of a line, white space apart, or
/// `##[name k=v;]message` anywhere. `##vso[` is Azure's.
fn command_in(line: &str) -> Option<Command> {
    let foreign =
        |name: &str| Command { name: name.to_owned(), properties: BTreeMap::new(), message: line.to_owned() };
    if let Some(rest) = line.trim_start().strip_prefix("::") {
        let (head, message) = rest.split_once("::")?;
        let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
        let properties = properties.split(',').filter_map(|pair| pair.split_once('='));
        return Some(Command {
            name: name.to_owned(),
            properties: properties.map(|(key, value)| (key.to_owned(), unescaped(value, true))).collect(),
            message: unescaped(message, false),
        });
    }
    let is_command = |at: usize| {
        let after = line[at..].strip_prefix("##");
        after
            .is_some_and(|after| after.trim_start_matches(|c: char| c.is_ascii_alphabetic()).starts_with('['))
    };
    line.char_indices().any(|(at, _)| is_command(at)).then(|| foreign("##["))
}

/// What the runner does with an output: annotations of ours, the rest printed.
fn github(text: &str) -> Vec<Command> {
    // The runner takes every sort of line end for one.
    let lines: Vec<&str> = text.strip_suffix('\n').unwrap().split(['\n', '\r']).collect();
    let (verdict, lines) = lines.split_last().unwrap();
    assert!(
        command_in(verdict).is_none() && verdict.ends_with(" words)") | verdict.ends_with(" word)"),
        "{verdict}"
    );
    let commands: Vec<Command> =
        lines.iter().map(|line| command_in(line).expect("every line is ours")).collect();
    for command in &commands {
        assert!(["error", "warning", "notice"].contains(&command.name.as_str()), "{command:?}");
        let known = ["file", "line", "endLine", "col", "endColumn", "title"];
        assert!(command.properties.keys().all(|key| known.contains(&key.as_str())), "{command:?}");
        assert!(command.properties.contains_key("title"));
        // What is shown holds nothing that would be a command if it were printed in turn.
        for line in [&command.message].into_iter().chain(command.properties.values()) {
            assert!(command_in(line).is_none() && !line.contains(unsafe_character), "{line:?}");
        }
    }
    for kind in ["error", "warning", "notice"] {
        assert!(commands.iter().filter(|command| command.name == kind).count() <= 10);
    }
    commands
}

fn unsafe_character(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[test]
fn the_model_of_the_runner_knows_commands() {
    for line in
        ["  ::set-output name=x::y", "::error::", "a ##[error]b", "##[group]", "#####vso[task.x y=1]z"]
    {
        assert!(command_in(line).is_some(), "{line}");
    }
    for line in ["a ::error::b", ":: error", "# [x]", "##1[x]", "## [x]"] {
        assert!(command_in(line).is_none(), "{line}");
    }
}

#[test]
fn annotations_stand_in_files_and_are_counted_beyond_ten() {
    let commands = github(&again(&with_states(&newsroom()), Format::Github));
    let first = &commands[0];
    assert_eq!((first.name.as_str(), first.properties["file"].as_str()), ("error", "council/session-00.txt"));
    assert_eq!(first.properties["line"], "1");
    assert_eq!(first.properties["title"], "exact document told again");
    let record = commands.iter().find(|command| command.properties["file"] == "feed.jsonl").unwrap();
    assert!(!record.properties.contains_key("line"));
    assert!(record.message.contains("; here at feed.jsonl#18:1:1; the original is at feed.jsonl#17:2:1"));

    let many = incompressible(40, 2);
    let commands = github(&plain(&many, Format::Github));
    assert_eq!(commands.len(), 11);
    assert_eq!(commands[10].message, "not annotated here: 30 more findings");

    let mut problems = newsroom();
    problems.problems = problems.problems.iter().cycle().take(30).cloned().collect();
    problems.families = newsroom().families.iter().cycle().take(21).cloned().collect();
    let commands = github(&plain(&problems, Format::Github));
    let of = |title: &str| {
        commands
            .iter()
            .filter(|command| command.name == "warning" && command.properties["title"].contains(title))
            .count()
    };
    assert_eq!((of("told again"), of("input not read")), (5, 5));
    let last = &commands.last().unwrap().message;
    assert_eq!(last, "not annotated here: 13 more findings, 25 more problems");
}

// ---- GitLab

fn gitlab(text: &str) -> Vec<Value> {
    let json: Value = serde_json::from_str(text).unwrap();
    valid(&GITLAB, &json);
    let entries = json.as_array().unwrap().clone();
    let names: HashSet<&str> = entries.iter().map(|entry| entry["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(names.len(), entries.len(), "every entry has a fingerprint of its own");
    entries
}

#[test]
fn a_copy_keeps_its_fingerprint_when_text_moves() {
    let report = |before: &str, again: usize| {
        let text = "The ferry will not sail before noon on any day of the coming week.";
        let documents = vec![
            document("a.txt", text),
            document("b.txt", &format!("{before}\n\n{}", format!("{text}\n\n").repeat(again))),
        ];
        let mut places = vec![place(&documents, 0, "The", "week.")];
        for nth in 0..again {
            let mut copy = place(&documents, 1, "The", "week.");
            let shift = u32::try_from(nth * (text.len() + 2)).unwrap();
            copy.span = twicetold::Span::new(copy.span.start + shift, copy.span.end + shift);
            places.push(copy);
        }
        gitlab(&plain(
            &findings(documents, vec![family(7, Level::Sentence, Kind::Exact, 0, places)]),
            Format::Gitlab,
        ))
    };
    let names = |entries: &[Value]| -> Vec<Value> {
        entries.iter().map(|entry| entry["fingerprint"].clone()).collect()
    };
    let lines = |entries: &[Value]| -> Vec<Value> {
        entries.iter().map(|e| e["location"]["lines"]["begin"].clone()).collect()
    };
    let (before, moved, more) = (report("x", 2), report("x\n\ny", 2), report("x", 3));
    assert_eq!(names(&before), names(&moved));
    assert_eq!((lines(&before), lines(&moved)), (vec![3.into(), 5.into()], vec![5.into(), 7.into()]));
    assert_eq!(names(&more)[..2], names(&before));
    assert_eq!(more.len(), 3);
}

#[test]
fn paths_begin_as_gitlab_wants_them() {
    let text = "The ferry will not sail before noon on any day of the coming week.";
    let documents = vec![document("a.txt", text), document("./news/b.txt", text)];
    let places = (0..2).map(|n| place(&documents, n, "The", "week.")).collect();
    let findings = findings(documents, vec![family(7, Level::Sentence, Kind::Exact, 0, places)]);
    assert_eq!(gitlab(&plain(&findings, Format::Gitlab))[0]["location"]["path"], "news/b.txt");
}

// ---- Markdown

/// Reads a page as GitHub does; comes back with the number of findings it lists.
fn markdown(page: &str) -> usize {
    assert!(page.encode_utf16().count() <= 65_000);
    assert!(!page.contains(|c: char| c != '\n' && unsafe_character(c)), "{page:?}");
    let mut findings = 0;
    let mut heading = false;
    for event in Parser::new_ext(page, Options::all() - Options::ENABLE_OLD_FOOTNOTES) {
        match event {
            // All that others wrote stands here, where nothing is read.
            Event::Code(_) => {}
            Event::Text(text) => {
                let ours = |c: char| c.is_ascii_alphanumeric() || " .,:;%()\n-|".contains(c);
                assert!(text.chars().all(ours), "{text:?}");
                let number = text.strip_suffix(|c: char| c.is_ascii_lowercase() || c == ')');
                let is_head =
                    number.is_some() && text.split_once(". ").is_some_and(|(n, _)| n.parse::<u32>().is_ok());
                findings += usize::from(is_head);
            }
            Event::Start(Tag::Heading { .. }) => heading = true,
            Event::End(TagEnd::Heading(_)) => heading = false,
            Event::Start(
                Tag::Paragraph
                | Tag::BlockQuote(None)
                | Tag::List(None)
                | Tag::Item
                | Tag::Strong
                | Tag::Table(_)
                | Tag::TableHead
                | Tag::TableRow
                | Tag::TableCell
                | Tag::HtmlBlock,
            )
            | Event::End(_) => {}
            Event::Html(html) => {
                let inside = html
                    .trim_end()
                    .strip_prefix("<details><summary>")
                    .and_then(|h| h.strip_suffix("</summary>"));
                let ours = inside
                    .is_some_and(|text| text.chars().all(|c| c.is_ascii_alphanumeric() || " ,".contains(c)));
                assert!(ours || html.trim_end() == "</details>", "{html:?}");
            }
            Event::SoftBreak if !heading => panic!("lines of ours are paragraphs"),
            other => panic!("{other:?} in {page}"),
        }
    }
    findings
}

#[test]
fn markdown_lists_the_worst_and_folds_the_rest() {
    let mut many = newsroom();
    let page = plain(&many, Format::Markdown);
    assert_eq!(markdown(&page), 7);
    assert!(!page.contains("<details>"));
    let seen = |report: &Report<'_>| markdown(&again(report, Format::Markdown));
    assert_eq!(seen(&with_states(&many)), 4, "what is known or suppressed is counted only");
    many.families = newsroom().families.iter().cycle().take(28).cloned().collect();
    let page = plain(&many, Format::Markdown);
    assert_eq!(markdown(&page), 28);
    assert!(page.contains("<details><summary>18 more findings</summary>\n\n**11. "), "{page}");
}

// ---- All

/// Pieces that do something somewhere.
const HOSTILE: &[&str] = &[
    "::error::x",
    "\n::set-output name=a::b",
    "\r::stop-commands::t",
    "%0A::warning::",
    "##[command]",
    "##vso[task.setvariable variable=a]b",
    "@everyone",
    "octo/repo#1",
    "GH-1",
    "#123",
    "0123456789abcdef0123456789abcdef01234567",
    "```\n",
    "``",
    "`",
    "</details>",
    "<script>alert(1)</script>",
    "![x](http://evil.example/x.png)",
    "[x](1)",
    "[x]: http://evil.example",
    "http://evil.example",
    "<!--",
    "| a | b |\n|---|---|",
    "$`x`$",
    ":tada:",
    "{0}",
    "{{0}}",
    "\\",
    "]]>",
    "<![CDATA[",
    "&lt;&#x0;",
    "<?xml?>",
    "<!DOCTYPE a [<!ENTITY b \"c\">]>",
    "\u{202e}",
    "\u{2028}",
    "\u{fffe}\u{ffff}",
    "\0\u{1b}[31m\u{9b}",
    "a:b,c=d;e",
    "../../etc",
    "//evil.example",
    "javascript:alert(1)",
    "%2e%2e%2f",
    "?a#b",
    "🙂\u{200d}🙂\u{301}\u{301}",
    "-",
    "",
];

fn hostile() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(HOSTILE), 0..5).prop_map(|pieces| pieces.concat())
}

/// Findings whose every text from outside is hostile.
fn hostile_findings() -> impl Strategy<Value = Findings> {
    let article = (hostile(), hostile(), proptest::option::of(1_u64..9), proptest::option::of(hostile()));
    (prop::collection::vec(article, 2..5), hostile(), hostile()).prop_map(|(articles, path, message)| {
        let documents: Vec<Document> = articles
            .into_iter()
            .map(|(path, text, record, title)| Document {
                record,
                title: title.clone(),
                date: title.clone(),
                source: title.clone(),
                url: title,
                ..document(&path, &text)
            })
            .collect();
        let whole = |n: usize| place(&documents, n, "", &documents[n].text);
        let all = (0..documents.len()).map(whole).collect();
        let families = vec![
            family(1, Level::Document, Kind::Near, 1, all),
            family(2, Level::Passage, Kind::Exact, 0, vec![whole(0), whole(1)]),
        ];
        let mut findings = findings(documents, families);
        findings.problems =
            vec![Problem { path, record: Some(1), line: None, kind: ProblemKind::Malformed, message }];
        findings
    })
}

/// Reads all five as their readers do.
fn read_all(findings: &Findings) {
    for format in FORMATS {
        let text = plain(findings, format);
        match format {
            Format::Markdown => drop(markdown(&text)),
            Format::Sarif => drop(sarif(&text)),
            Format::Junit => drop(junit(&text)),
            Format::Github => drop(github(&text)),
            _ => drop(gitlab(&text)),
        }
        // JSON could hold any character as an escape: it holds none that is one.
        let decoded = match format {
            Format::Sarif | Format::Gitlab => strings(&serde_json::from_str(&text).unwrap()),
            _ => text.clone(),
        };
        assert!(
            !decoded.contains(|c: char| c != '\n' && unsafe_character(c)),
            "{}: {decoded:?}",
            format.name()
        );
        assert!(
            decoded.lines().all(|line| format == Format::Github || command_in(line).is_none()),
            "{decoded}"
        );
        assert_eq!(text, again(&read_back(findings), format), "{}", format.name());
        let bare = shown(findings, format, &Style { no_text: true, ..Style::default() });
        assert!(!bare.contains('“') && !bare.contains("\n> "), "{bare}");
    }
}

#[test]
fn a_path_and_a_message_make_no_command_together() {
    let mut findings = findings(vec![document("a.txt", "one two three")], vec![]);
    let (path, message) = (":".to_owned(), "\n::error::now".to_owned());
    findings.problems =
        vec![Problem { path, record: None, line: None, kind: ProblemKind::Malformed, message }];
    read_all(&findings);
}

fn strings(json: &Value) -> String {
    match json {
        Value::String(text) => format!("{text}\n"),
        Value::Array(values) => values.iter().map(strings).collect(),
        Value::Object(values) => values.values().map(strings).collect(),
        _ => String::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_of_an_article_acts(findings in hostile_findings()) {
        read_all(&findings);
    }

    #[test]
    fn nothing_at_random_acts(findings in any_findings()) {
        read_all(&findings);
    }

    #[test]
    fn a_report_that_others_made_is_read_with_care(words in prop::collection::vec(hostile(), 8), n in 0_u32..9) {
        let mut report = read_back(&newsroom());
        let mut words = words.into_iter().cycle();
        let mut next = move || words.next().unwrap();
        report.tool.version = next().into();
        report.command = next().into();
        report.settings.profile = next().into();
        for family in &mut report.families {
            family.fingerprint = next();
            family.level = next().into();
            family.kind = next().into();
            family.class = Some(next().into());
            family.scope = next().into();
            family.state = next().into();
            family.keeper = n;
            family.occurrences.truncate(n as usize);
            family.occurrences.iter_mut().for_each(|place| (place.line, place.column, place.end_line) = (0, 0, 0));
        }
        for problem in &mut report.problems {
            problem.kind = next().into();
        }
        report.documents.truncate(n as usize);
        markdown(&again(&report, Format::Markdown));
        sarif(&again(&report, Format::Sarif));
        junit(&again(&report, Format::Junit));
        github(&again(&report, Format::Github));
        gitlab(&again(&report, Format::Gitlab));
    }
}
