//! The report as strangers see it: what every format promises, on findings made here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use proptest::prelude::*;
use serde_json::Value;
use support::findings::{any_findings, document, findings, golden, newsroom, plain, shown};
use twicetold::{
    DocId,
    report::{Documents, Findings, Format, Report, SCHEMA, Style, position, render, render_again},
    spill::Space,
};

#[test]
fn the_human_report_looks_like_this() {
    golden("human.txt", &plain(&newsroom(), Format::Human));
}

#[test]
fn a_report_of_nothing_is_a_report() {
    for documents in [vec![], vec![document("a.txt", "one two")]] {
        let findings = findings(documents, vec![]);
        let human = plain(&findings, Format::Human);
        assert!(human.starts_with("no repeats found in "), "{human}");
        let json: Value = serde_json::from_str(&plain(&findings, Format::Json)).unwrap();
        assert_eq!(json["summary"]["duplicated_share"], 0.0);
        assert_eq!(json["documents"], Value::Array(vec![]));
        assert_eq!(plain(&findings, Format::Jsonl).lines().count(), 2);
        assert_eq!(plain(&findings, Format::Csv).lines().count(), 1);
        assert_eq!(plain(&findings, Format::Pairs), "");
        valid(&json);
    }
    let one = plain(&findings(vec![document("a.txt", "one two three")], vec![]), Format::Human);
    assert_eq!(one, "no repeats found in 1 document (3 words)\n");
}

fn valid(json: &Value) {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(json).map(|error| format!("{} at {}", error, error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

#[test]
fn keys_come_in_the_order_of_the_contract() {
    let json = plain(&newsroom(), Format::Json);
    assert!(json.ends_with("}\n") && !json.ends_with("\n\n") && json.contains("\n  \"schema\": "));
    let in_order = |text: &str, keys: &str| {
        let mut rest = text;
        for key in keys.split_whitespace() {
            let at = rest.find(&format!("\"{key}\":")).unwrap_or_else(|| panic!("{key} is not in its place"));
            rest = &rest[at + 1..];
        }
    };
    let top: Vec<&str> = json
        .lines()
        .filter_map(|line| line.strip_prefix("  \"")?.split_once('"').map(|(key, _)| key))
        .collect();
    assert_eq!(
        top,
        ["schema", "tool", "command", "settings", "summary", "documents", "families", "problems"]
    );
    let section = |key: &str| &json[json.find(&format!("\n  \"{key}\": ")).unwrap()..];
    in_order(
        section("settings"),
        "words_version profile level document shingle threshold min_words bands rows paragraph sentence passage \
         seed exact_within exact_across exact_unit edited aligned gap threshold short_threshold containment \
         containment_words lanes seed keep summary documents bytes words families families_by_level document \
         paragraph sentence passage occurrences duplicated_words duplicated_share new known suppressed problems",
    );
    in_order(section("documents"), "id name path record title date source url bytes words");
    in_order(
        section("families"),
        "fingerprint level kind class scope words similarity keeper state occurrences document start end line column \
         end_line words similarity shared_words text",
    );
    in_order(section("problems"), "path record line kind message");
    valid(&serde_json::from_str(&json).unwrap());
}

#[test]
fn places_are_those_an_editor_shows() {
    let json: Value = serde_json::from_str(&plain(&newsroom(), Format::Json)).unwrap();
    let place = &json["families"][3]["occurrences"][1];
    assert_eq!((&place["line"], &place["column"], &place["end_line"]), (&5.into(), &1.into(), &5.into()));
    let place = &json["families"][5]["occurrences"][1];
    assert_eq!((&place["line"], &place["column"]), (&1.into(), &30.into()));
    assert_eq!(json["families"][2]["scope"], "across");
    assert_eq!(json["families"][2]["similarity"], 0.628_571);
    assert_eq!(json["families"][3]["scope"], "within");
    assert_eq!(json["families"][3]["similarity"], 1.0);
    assert_eq!(json["documents"][2]["record"], 17);
    assert_eq!(json["documents"][0]["title"], Value::Null);
}

#[test]
fn the_stream_holds_the_same_facts() {
    let findings = newsroom();
    let json: Value = serde_json::from_str(&plain(&findings, Format::Json)).unwrap();
    let lines = plain(&findings, Format::Jsonl);
    let mut sorted: [Vec<Value>; 3] = Default::default();
    for line in lines.lines() {
        assert!(line.starts_with("{\"type\":\""), "{line}");
        let mut value: Value = serde_json::from_str(line).unwrap();
        let kind = value.as_object_mut().unwrap().remove("type").unwrap();
        match kind.as_str().unwrap() {
            "begin" => {
                for key in ["schema", "tool", "command", "settings"] {
                    assert_eq!(value[key], json[key]);
                }
            }
            "document" => sorted[0].push(value),
            "family" => sorted[1].push(value),
            "problem" => sorted[2].push(value),
            "end" => assert_eq!(value["summary"], json["summary"]),
            other => panic!("{other}"),
        }
    }
    for (key, values) in ["documents", "families", "problems"].iter().zip(sorted) {
        assert_eq!(json[key], Value::Array(values));
    }
    assert!(lines.lines().last().unwrap().starts_with("{\"type\":\"end\""));
}

#[test]
fn pairs_have_no_header_and_name_their_units() {
    let mut findings = newsroom();
    let mut known = Documents::default();
    for (id, document) in findings.documents.iter() {
        let mut document = document.into_owned();
        if id.index() == 1 {
            document.name = "a\tb\\c\nd".into();
        }
        known.push(id, document, 0);
    }
    findings.documents = known;
    assert_eq!(
        plain(&findings, Format::Pairs),
        "sentence\tmonday.txt#3-9\ta\\tb\\\\c\\nd#0-6\t0.666666\n\
         document\tcouncil/session-00.txt\tcouncil/session-01.txt\t1.0\n"
    );
}

#[test]
fn a_report_can_be_rendered_again() {
    let findings = newsroom();
    let json = plain(&findings, Format::Json);
    let report = Report::parse(&json).unwrap();
    for format in [Format::Json, Format::Jsonl, Format::Csv] {
        let mut out = Vec::new();
        render_again(&report, format, &Style::default(), &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), plain(&findings, format));
    }
    let mut out = Vec::new();
    render_again(&report, Format::Human, &Style::default(), &mut out).unwrap();
    harmless(&String::from_utf8(out).unwrap(), false);
    assert!(render_again(&report, Format::Pairs, &Style::default(), &mut Vec::new()).is_err());
    for wrong in
        ["", "[]", "{}", &json.replace("report/1", "report/9"), &json.replace("\"keeper\"", "\"keep\"")]
    {
        assert!(Report::parse(wrong).is_err());
    }
}

#[test]
fn no_text_leaves_texts_out_of_every_format() {
    let style = Style { no_text: true, ..Style::default() };
    for format in Format::ALL {
        let out = shown(&newsroom(), format, &style);
        assert!(!out.contains("nobody was surprised") && !out.contains("piers"), "{}", format.name());
    }
}

#[test]
fn formats_are_named_and_a_wrong_name_lists_them() {
    for format in Format::ALL {
        assert_eq!(Format::parse(format.name()), Ok(format));
    }
    let message = Format::parse("xml").unwrap_err();
    assert!(Format::ALL.iter().all(|format| message.contains(format.name())), "{message}");
}

#[test]
fn a_writer_that_breaks_keeps_its_reason() {
    struct Broken;
    impl std::io::Write for Broken {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    // Longer than any buffer, so that the writer breaks in the middle of a format's library.
    let findings = findings_of_size(3000);
    for format in Format::ALL {
        match render(&findings, format, &Style::default(), &mut Broken) {
            Err(twicetold::Error::Write(error)) => assert_eq!(error.kind(), std::io::ErrorKind::BrokenPipe),
            other => panic!("{}: {other:?}", format.name()),
        }
    }
}

fn findings_of_size(n: usize) -> Findings {
    let mut findings = newsroom();
    findings.families = findings.families.iter().cycle().take(n).cloned().collect();
    findings.pairs = findings.pairs.iter().cycle().take(n).copied().collect();
    findings
}

/// Whether only line ends and, if asked for, our colours are in it beside printable characters.
fn harmless(human: &str, color: bool) {
    let mut bare = String::new();
    let mut rest = human;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        assert!(color, "an escape without colour: {after:?}");
        bare.push_str(before);
        let end = after.find('m').expect("a colour code ends");
        assert!(after.starts_with('['), "{after:?}");
        assert!(after[1..end].chars().all(|c| c.is_ascii_digit() || c == ';'), "{after:?}");
        rest = &after[end + 1..];
    }
    bare.push_str(rest);
    for line in bare.lines() {
        let bad = |c: char| {
            c.is_control()
                || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                    | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
        };
        assert!(!line.contains(bad), "{line:?}");
        assert!(!line.trim_start().starts_with("::"), "{line:?}");
        assert!(!line.contains("##["), "{line:?}");
    }
}

#[test]
fn colour_changes_nothing_but_colour() {
    let colored = shown(&newsroom(), Format::Human, &Style { color: true, ..Style::default() });
    harmless(&colored, true);
    let mut bare = String::new();
    for (i, part) in colored.split('\u{1b}').enumerate() {
        bare.push_str(if i == 0 { part } else { part.split_once('m').unwrap().1 });
    }
    let tidy = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    assert_eq!(tidy(&bare), tidy(&plain(&newsroom(), Format::Human)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn where_documents_lie_does_not_change_a_byte(findings in any_findings()) {
        let folder = tempfile::tempdir().unwrap();
        let mut filed = findings.clone();
        let mut documents = Documents::default();
        documents.bound(0, &Space::new(folder.path()));
        for (id, document) in findings.documents.iter() {
            documents.push(id, document.into_owned(), findings.documents.words(id).unwrap());
            documents.bound(0, &Space::new(folder.path()));
        }
        documents.finish().unwrap();
        prop_assert_eq!(documents.is_filed(), !findings.documents.is_empty());
        filed.documents = documents;
        for format in Format::ALL {
            prop_assert_eq!(plain(&findings, format), plain(&filed, format), "{}", format.name());
        }
    }

    #[test]
    fn json_keeps_its_promises(findings in any_findings()) {
        let text = plain(&findings, Format::Json);
        prop_assert_eq!(&text, &plain(&findings.clone(), Format::Json));
        let json: Value = serde_json::from_str(&text).unwrap();
        valid(&json);
        for family in json["families"].as_array().unwrap() {
            for place in family["occurrences"].as_array().unwrap() {
                let number = |key: &str| usize::try_from(place[key].as_u64().unwrap()).unwrap();
                let document = &findings.documents.get(DocId::new(number("document")).unwrap()).unwrap();
                prop_assert_eq!(&document.text[number("start")..number("end")], place["text"].as_str().unwrap());
                let at = position(&document.text, u32::try_from(number("start")).unwrap());
                prop_assert_eq!((at.line as usize, at.column as usize), (number("line"), number("column")));
            }
        }
        let report = Report::parse(&text).unwrap();
        prop_assert_eq!(report, Report::of(&findings, false));
    }

    #[test]
    fn csv_keeps_its_promises(findings in any_findings()) {
        let rows: usize = findings.families.iter().map(|family| family.occurrences.len()).sum();
        for raw in [false, true] {
            let text = shown(&findings, Format::Csv, &Style { csv_raw: raw, ..Style::default() });
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            let header = reader.headers().unwrap().iter().collect::<Vec<_>>().join(",");
            prop_assert_eq!(header, "family,level,kind,scope,similarity,words,path,record,line,start,end,keeper,text");
            let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
            prop_assert_eq!(records.len(), rows);
            let places = findings.families.iter().flat_map(|family| &family.occurrences);
            for (record, place) in records.iter().zip(places) {
                let document = findings.documents.get(place.document).unwrap();
                let text = place.span.of(&document.text);
                if raw {
                    prop_assert_eq!(&record[12], text);
                } else {
                    prop_assert!(record.iter().all(|field| !field.starts_with(['=', '+', '-', '@', '\t', '\r'])));
                    prop_assert!(record[12].strip_prefix('\'').unwrap_or(&record[12]) == text || &record[12] == text);
                }
            }
        }
    }

    #[test]
    fn the_human_report_is_harmless(findings in any_findings(), width in 0_usize..160, color: bool) {
        let style = Style { width, color, ..Style::default() };
        let human = shown(&findings, Format::Human, &style);
        harmless(&human, color);
        prop_assert_eq!(&human, &shown(&findings, Format::Human, &style));
        // Every place is quoted, named or counted.
        let (brief, full): (Vec<_>, Vec<_>) = findings.families.iter().partition(|family| family.class.is_some());
        for family in full.iter().filter(|family| 15 < family.occurrences.len()) {
            let counted = format!(" and {} not listed here", family.occurrences.len() - 15);
            prop_assert!(human.contains(&counted));
        }
        for family in brief {
            let counted = format!(" words, {} places ", family.occurrences.len());
            let one = counted.replacen("words", "word", 1);
            prop_assert!(human.contains(&counted) || human.contains(&one));
        }
        let json = Report::parse(&plain(&findings, Format::Json)).unwrap();
        let mut again = Vec::new();
        render_again(&json, Format::Human, &style, &mut again).unwrap();
        harmless(&String::from_utf8(again).unwrap(), color);
    }
}
