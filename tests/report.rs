//! The report as strangers see it: what every format promises, on findings made here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use proptest::prelude::*;
use serde_json::Value;
use twicetold::{
    DocId, Document, Level, Problem, ProblemKind, Settings, Span,
    family::{Class, Family, Kind, Occurrence, State},
    report::{
        Documents, Findings, Format, Pair, Report, SCHEMA, Style, Totals, position, render, render_again,
    },
    verify::Score,
};

fn shown(findings: &Findings, format: Format, style: &Style) -> String {
    let mut out = Vec::new();
    render(findings, format, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn plain(findings: &Findings, format: Format) -> String {
    shown(findings, format, &Style::default())
}

fn findings(documents: Vec<Document>, families: Vec<Family>) -> Findings {
    let words = |document: &Document| u32::try_from(document.text.split_whitespace().count()).unwrap();
    let total: u32 = documents.iter().map(words).sum();
    let bytes = documents.iter().map(|document| document.text.len() as u64).sum();
    let totals = Totals { documents: documents.len() as u64, bytes, words: u64::from(total) };
    let mut known = Documents::default();
    for (index, document) in documents.into_iter().enumerate() {
        let words = words(&document);
        known.push(DocId::new(index).unwrap(), document, words);
    }
    Findings {
        command: "scan",
        words_version: 1,
        plan: Settings::default().plan().unwrap(),
        totals,
        n_known: 0,
        n_stored: 0,
        documents: known,
        families,
        pairs: Vec::new(),
        problems: Vec::new(),
    }
}

fn document(path: &str, text: &str) -> Document {
    Document {
        name: path.into(),
        path: path.into(),
        shown: format!("news/{path}"),
        text: text.into(),
        ..Document::default()
    }
}

/// The place of a phrase of a document.
fn place(findings: &[Document], document: usize, from: &str, to: &str) -> Occurrence {
    let text = &findings[document].text;
    let start = text.find(from).unwrap();
    let end = start + text[start..].find(to).unwrap() + to.len();
    Occurrence {
        document: DocId::new(document).unwrap(),
        span: Span::from_range(start, end),
        first_word: u32::try_from(text[..start].split_whitespace().count()).unwrap(),
        words: u32::try_from(text[start..end].split_whitespace().count()).unwrap(),
        score: Score::SAME,
        same: true,
        shared_words: u32::try_from(text[start..end].split_whitespace().count()).unwrap(),
    }
}

fn family(n: u8, level: Level, kind: Kind, keeper: usize, occurrences: Vec<Occurrence>) -> Family {
    Family { fingerprint: [n; 16], level, kind, class: None, state: State::New, keeper, occurrences }
}

/// Invented articles with everything that makes printing hard.
fn newsroom() -> Findings {
    let bridge = "The old bridge over the lower river will stay closed until the end of March, the town council \
                  said on Monday, because two of its nine piers have moved by more than the width of a hand.";
    let documents = vec![
        document(
            "monday.txt",
            &format!(
                "Bridge stays shut\r\n\r\n{bridge} Traffic is led through Mill Lane.\r\n\r\n{bridge}\r\n"
            ),
        ),
        document(
            "tuesday.txt",
            "Shopkeepers on both banks complain.\n\nThe old bridge over the lower river is to stay closed until the \
             middle of March, the council said, because two of its nine piers have moved.\n",
        ),
        Document {
            record: Some(17),
            title: Some("山火事\u{202e} evil \u{1b}[31m".into()),
            ..document(
                "feed.jsonl",
                "速報です。\n北の山で火事が続いており、住民は夜のうちに避難した。消防は朝までに火を消すと話した。",
            )
        },
        Document {
            record: Some(18),
            ..document(
                "feed.jsonl",
                "北の山で火事が続いており、住民は夜のうちに避難した。消防は朝までに火を消すと話した。天気は雨🙂👨‍👩‍👧。",
            )
        },
        document("עיר.txt", "הגשר הישן נסגר עד סוף החודש. הגשר הישן נסגר עד סוף החודש."),
        document(
            "log.txt",
            "::add-mask::one two\n##[error]\u{1b}]0;title\u{7}three four\n\n::add-mask::one two\n##[error]\u{1b}]0;title\u{7}three four\n",
        ),
    ];
    let long = "Nothing was decided and nobody was surprised. ".repeat(30);
    let mut documents = documents;
    for i in 0..20 {
        documents.push(document(&format!("council/session-{i:02}.txt"), &long));
    }
    let mut near = place(&documents, 1, "The old bridge", "have moved");
    near.score = Score { part: 22, whole: 35 };
    near.same = false;
    near.shared_words = 22;
    let first = place(&documents, 0, "The old bridge", "a hand.");
    let shift = documents[0].text.rfind("The old bridge").unwrap() - first.span.start as usize;
    let mut second = first.clone();
    second.span = Span::from_range(first.span.start as usize + shift, first.span.end as usize + shift);
    let hebrew = place(&documents, 4, "הגשר", "החודש.");
    let mut hebrew_again = hebrew.clone();
    hebrew_again.span = Span::new(hebrew.span.end + 1, hebrew.span.end + 1 + hebrew.span.end);
    let log = place(&documents, 5, "::", "four");
    let mut log_again = log.clone();
    log_again.span = Span::new(log.span.end + 2, log.span.end + 2 + log.span.end);
    let sessions = (6..26).map(|i| place(&documents, i, "Nothing", long.trim_end())).collect();
    let motto = (6..26).map(|i| place(&documents, i, "Nothing", "surprised.")).collect();
    let families = vec![
        Family { class: Some(Class::StockPhrase), ..family(0x0f, Level::Sentence, Kind::Exact, 0, motto) },
        family(0x1a, Level::Document, Kind::Exact, 7, sessions),
        family(0x2b, Level::Passage, Kind::Near, 0, vec![first.clone(), near]),
        family(0x3c, Level::Sentence, Kind::Exact, 1, vec![first, second]),
        family(
            0x4d,
            Level::Passage,
            Kind::Exact,
            0,
            vec![place(&documents, 2, "北の山", "話した。"), place(&documents, 3, "北の山", "話した。")],
        ),
        family(0x5e, Level::Sentence, Kind::Exact, 0, vec![hebrew, hebrew_again]),
        family(0x6f, Level::Paragraph, Kind::Exact, 0, vec![log, log_again]),
    ];
    let mut findings = findings(documents, families);
    findings.problems = vec![
        Problem {
            path: "feed.jsonl".into(),
            record: Some(3),
            line: Some(3),
            kind: ProblemKind::Malformed,
            message: "not a JSON object: expected `,`".into(),
        },
        Problem {
            path: "::warning::\u{1b}[2J.bin".into(),
            record: None,
            line: None,
            kind: ProblemKind::Binary,
            message: "holds NUL bytes\nskipped".into(),
        },
    ];
    findings.pairs = vec![
        Pair {
            level: Level::Sentence,
            left: (DocId::new(0).unwrap(), Span::new(3, 9)),
            right: (DocId::new(1).unwrap(), Span::new(0, 6)),
            score: Score { part: 2, whole: 3 },
            same: false,
        },
        Pair {
            level: Level::Document,
            left: (DocId::new(6).unwrap(), Span::new(0, 9)),
            right: (DocId::new(7).unwrap(), Span::new(0, 9)),
            score: Score::SAME,
            same: true,
        },
    ];
    findings
}

/// Holds a text to a file of fixtures. To accept a new look, delete the file, run, and read the diff.
fn golden(name: &str, text: &str) {
    let path = format!("{}/fixtures/report/{name}", env!("CARGO_MANIFEST_DIR"));
    match std::fs::read_to_string(&path) {
        Ok(expected) => assert_eq!(text, expected, "{name}"),
        Err(_) => {
            std::fs::write(&path, text).unwrap();
            panic!("{name} was missing and is written: read it, then commit it");
        }
    }
}

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
        let mut document = document.clone();
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

// Text of every sort: words, scripts, controls, line ends, commands, formulas.
const TEXT: &str = "([a-z]{1,9}|[é語字ש🙂]{1,6}|[ \\t]|\r\n|\n|[=+@-]|::|##\\[|[\\x00-\\x1f\\x7f-\\x9f]|\
                    [\u{61c}\u{200b}-\u{200f}\u{2028}-\u{202e}\u{2066}-\u{2069}\u{301}]|\\PC){0,60}";
const NAME: &str = "([=+@-]|::|##\\[)?([a-z/]{1,9}|[\\x00-\\x1f\u{202e}\u{9b}\u{200b}]|\\PC){0,12}";

prop_compose! {
    fn a_document()(path in NAME, text in TEXT, record in proptest::option::of(1_u64..99), title in proptest::option::of(NAME)) -> Document {
        Document { record, title, ..document(&path, &text) }
    }
}

prop_compose! {
    fn an_occurrence(documents: Vec<Document>)(
        document in 0..documents.len(), ends in (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
        words in 0_u32..500, part in 0_u64..20, same: bool,
    ) -> Occurrence {
        let text = &documents[document].text;
        let at = |index: prop::sample::Index| text.floor_char_boundary(index.index(text.len() + 1));
        let (a, b) = (at(ends.0), at(ends.1));
        Occurrence {
            document: DocId::new(document).unwrap(),
            span: Span::from_range(a.min(b), a.max(b)),
            first_word: u32::try_from(a).unwrap(),
            words,
            score: if same { Score::SAME } else { Score { part, whole: 20 } },
            same,
            shared_words: words / 2,
        }
    }
}

fn any_findings() -> impl Strategy<Value = Findings> {
    prop::collection::vec(a_document(), 1..5).prop_flat_map(|documents| {
        let level = prop::sample::select(Level::ALL.to_vec());
        let kind = prop::sample::select(vec![Kind::Exact, Kind::Near, Kind::Contained]);
        let places = prop::collection::vec(an_occurrence(documents.clone()), 2..20);
        let class = prop::sample::select(vec![None, Some(Class::StockPhrase), Some(Class::Boilerplate)]);
        let one = (any::<[u8; 16]>(), level, (kind, class), any::<prop::sample::Index>(), places);
        let problem = (NAME, NAME, proptest::option::of(1_u64..9));
        (prop::collection::vec(one, 0..5), prop::collection::vec(problem, 0..3)).prop_map(
            move |(families, problems)| {
                let families = families
                    .into_iter()
                    .map(|(fingerprint, level, (kind, class), keeper, occurrences)| Family {
                        fingerprint,
                        level,
                        kind,
                        class,
                        state: State::New,
                        keeper: keeper.index(occurrences.len()),
                        occurrences,
                    })
                    .collect();
                let mut documents = documents.clone();
                for document in &mut documents {
                    document.shown.clone_from(&document.path);
                }
                let mut findings = findings(documents, families);
                findings.problems = problems
                    .into_iter()
                    .map(|(path, message, line)| Problem {
                        path,
                        record: line,
                        line,
                        kind: ProblemKind::Malformed,
                        message,
                    })
                    .collect();
                findings
            },
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn json_keeps_its_promises(findings in any_findings()) {
        let text = plain(&findings, Format::Json);
        prop_assert_eq!(&text, &plain(&findings.clone(), Format::Json));
        let json: Value = serde_json::from_str(&text).unwrap();
        valid(&json);
        for family in json["families"].as_array().unwrap() {
            for place in family["occurrences"].as_array().unwrap() {
                let number = |key: &str| usize::try_from(place[key].as_u64().unwrap()).unwrap();
                let document = &findings.documents[DocId::new(number("document")).unwrap()];
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
                let text = place.span.of(&findings.documents[place.document].text);
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
