//! Findings that no scan made: an invented newsroom with all that makes printing hard, and hostile ones at random.

use proptest::prelude::*;
use twicetold::{
    DocId, Document, Level, Problem, ProblemKind, Settings, Span,
    family::{Class, Family, Kind, Occurrence, State},
    report::{Documents, Findings, Format, Pair, Style, Totals, render},
    verify::Score,
};

pub fn shown(findings: &Findings, format: Format, style: &Style) -> String {
    let mut out = Vec::new();
    render(findings, format, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

pub fn plain(findings: &Findings, format: Format) -> String {
    shown(findings, format, &Style::default())
}

pub fn findings(documents: Vec<Document>, families: Vec<Family>) -> Findings {
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

pub fn document(path: &str, text: &str) -> Document {
    Document {
        name: path.into(),
        path: path.into(),
        shown: format!("news/{path}"),
        text: text.into(),
        ..Document::default()
    }
}

/// The place of a phrase of a document.
pub fn place(findings: &[Document], document: usize, from: &str, to: &str) -> Occurrence {
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

pub fn family(n: u8, level: Level, kind: Kind, keeper: usize, occurrences: Vec<Occurrence>) -> Family {
    Family { fingerprint: [n; 16], level, kind, class: None, state: State::New, keeper, occurrences }
}

/// Invented articles with everything that makes printing hard.
pub fn newsroom() -> Findings {
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
pub fn golden(name: &str, text: &str) {
    let path = format!("{}/fixtures/report/{name}", env!("CARGO_MANIFEST_DIR"));
    match std::fs::read_to_string(&path) {
        Ok(expected) => assert_eq!(text, expected, "{name}"),
        Err(_) => {
            std::fs::write(&path, text).unwrap();
            panic!("{name} was missing and is written: read it, then commit it");
        }
    }
}

// Text of every sort: words, scripts, controls, line ends, commands, formulas, markup.
pub const TEXT: &str = "(``{1,4}|</?details>|<!--|\\]\\]>|@[a-z]{1,4}|#[0-9]{1,3}|!?\\[[a-z]\\]\\((http://e|1)\\)|\\{0\\}|\n::error::|%0A|[|$*_~\\\\<&]|[a-z]{1,9}|[é語字ש🙂]{1,6}|[ \\t]|\r\n|\n|[=+@-]|::|##\\[|[\\x00-\\x1f\\x7f-\\x9f]|\
                    [\u{61c}\u{200b}-\u{200f}\u{2028}-\u{202e}\u{2066}-\u{2069}\u{301}]|\\PC){0,60}";
pub const NAME: &str = "([=+@-]|::|##\\[)?([a-z/]{1,9}|`{1,4}|</?details>|@[a-z]{1,4}|#[0-9]{1,3}|!?\\[[a-z]\\]\\((http://e|1)\\)|\\{0\\}|\n::error::|%0A|[|$:,?*%.&<]|[\\x00-\\x1f\u{202e}\u{9b}\u{200b}]|\\PC){0,12}";

prop_compose! {
    pub fn a_document()(path in NAME, text in TEXT, record in proptest::option::of(1_u64..99), title in proptest::option::of(NAME)) -> Document {
        Document { record, title, ..document(&path, &text) }
    }
}

prop_compose! {
    pub fn an_occurrence(documents: Vec<Document>)(
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

pub fn any_findings() -> impl Strategy<Value = Findings> {
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
