//! What a plan takes out, and how it is cut: nothing goes unless what it repeats stays, and the rest reads well.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

use proptest::prelude::*;
use support::{
    corpus::{Corpus, Recipe},
    door, findings as made,
};
use twicetold::{
    DocId, Document, Layout, Level, Settings, Span,
    dedup::{Plan, Reason, Removal, plan, tidy},
    family::{Class, Kind},
    pipeline::{Run, scan_documents},
    report::Findings,
    segment::segment,
    words,
};

// ---- what the tests share ----

fn spelled(document: &Document) -> Vec<(String, Span)> {
    words::normalised(&document.text, document.layout.gaps())
}

/// The words whose bytes lie in a span.
fn words_in(spelled: &[(String, Span)], span: Span) -> Vec<&str> {
    spelled.iter().filter(|(_, at)| span.contains(*at)).map(|(word, _)| word.as_str()).collect()
}

fn without(text: &str, cuts: &[Span]) -> String {
    let mut out = String::new();
    let mut from = 0;
    for cut in cuts {
        assert!(from <= cut.range().start, "cuts ascend, apart: {cuts:?}");
        out.push_str(&text[from..cut.range().start]);
        from = cut.range().end;
    }
    out + &text[from..]
}

fn read_as(name: &str, text: &str, like: &Document) -> Document {
    if like.layout == Layout::Plain {
        return Document { text: text.to_owned(), ..like.clone() };
    }
    let folder = support::scratch(&format!("dedup-{name}"));
    std::fs::write(folder.join("text.md"), text).unwrap();
    let layout = door::documents(&folder, &[]).remove(0).layout;
    Document { text: text.to_owned(), layout, ..like.clone() }
}

fn is_shown(c: char) -> bool {
    !c.is_whitespace() && !c.is_control()
}

/// The runs of white space inside a text, each as often as it stands there.
fn blanks(text: &str) -> BTreeMap<&str, usize> {
    let mut out = BTreeMap::new();
    for run in text.trim().split(is_shown).filter(|run| !run.is_empty()) {
        *out.entry(run).or_default() += 1;
    }
    out
}

fn sentences(document: &Document) -> Vec<&str> {
    segment(document).sentences.iter().map(|s| s.of(&document.text)).collect()
}

fn settings(layers: &[(&str, &str)]) -> Settings {
    Settings::from_layers(layers.iter().copied()).unwrap()
}

fn scan(documents: Vec<Document>, layers: &[(&str, &str)], threads: usize) -> Findings {
    scan_documents(documents, &settings(layers).plan().unwrap(), &Run { threads, ..Run::default() }).unwrap()
}

/// The result of a plan: the documents that stay, with the bytes that were cut of each.
fn applied(documents: &[Document], plan: &Plan) -> Vec<(usize, String, Vec<Span>)> {
    let mut out = Vec::new();
    for (index, document) in documents.iter().enumerate() {
        let cuts = match plan.removals.get(&DocId::new(index).unwrap()) {
            Some(Removal::Whole(_)) => continue,
            Some(Removal::Spans(spans)) => {
                tidy(document, &spans.iter().map(|(span, _)| *span).collect::<Vec<_>>())
            }
            None => Vec::new(),
        };
        out.push((index, without(&document.text, &cuts), cuts));
    }
    out
}

fn generated(seed: u64, documents: usize) -> Vec<Document> {
    let recipe =
        Recipe { seed, documents, boilerplate_percent: 15, derived_percent: 50, ..Recipe::default() };
    let of = |article: &support::corpus::Article| made::document(&article.name, &article.text);
    Corpus::generate(&recipe).articles.iter().map(of).collect()
}

/// Every corpus with the settings that it is scanned with.
fn corpora() -> Vec<(String, Vec<Document>)> {
    let mut out: Vec<(String, Vec<Document>)> =
        (1..3).map(|seed| (format!("generated-{seed}"), generated(seed, 100))).collect();
    let mut folders: Vec<_> =
        std::fs::read_dir(support::fixtures().join("cases")).unwrap().map(|e| e.unwrap().path()).collect();
    folders.sort();
    folders.push(support::fixtures().join("sample"));
    for folder in folders {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        out.push((name, door::documents(&folder, &[("glob", "!expected.toml")])));
    }
    out
}

const LEVELS: [&[(&str, &str)]; 6] = [
    &[],
    &[("level", "document")],
    &[("level", "paragraph")],
    &[("level", "sentence")],
    &[("level", "passage")],
    &[("profile", "reuse")],
];

/// A corpus that was scanned and planned.
struct Planned {
    name: String,
    documents: Vec<Document>,
    layers: &'static [(&'static str, &'static str)],
    findings: Findings,
    plan: Plan,
}

fn every_plan() -> &'static [Planned] {
    static ALL: OnceLock<Vec<Planned>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let mut all = Vec::new();
        for (name, documents) in corpora() {
            for layers in LEVELS {
                let findings = scan(documents.clone(), layers, 2);
                let plan = plan(&findings);
                let (name, documents) = (format!("{name} {layers:?}"), documents.clone());
                all.push(Planned { name, documents, layers, findings, plan });
            }
        }
        all
    });
    let removals: usize = all.iter().map(|planned| planned.plan.removals.len()).sum();
    assert!(500 < removals, "{removals} removals are too few to say anything");
    all
}

fn reasons(plan: &Plan) -> Vec<(DocId, Option<Span>, Reason)> {
    let of = |(document, removal): (&DocId, &Removal)| match removal {
        Removal::Whole(reason) => vec![(*document, None, *reason)],
        Removal::Spans(spans) => {
            spans.iter().map(|(span, reason)| (*document, Some(*span), *reason)).collect()
        }
    };
    plan.removals.iter().flat_map(of).collect()
}

/// Whether two thirds of the words of a sentence stand beside the same neighbour in what is kept.
fn is_told(text: &[(String, Span)], sentence: Span, kept: &[&str]) -> bool {
    let there: BTreeSet<[&str; 2]> = kept.windows(2).map(|pair| [pair[0], pair[1]]).collect();
    let pairs: Vec<bool> =
        text.windows(2).map(|pair| there.contains(&[pair[0].0.as_str(), pair[1].0.as_str()])).collect();
    let own: Vec<usize> = (0..text.len()).filter(|at| sentence.contains(text[*at].1)).collect();
    let told = own.iter().filter(|at| pairs.get(**at) == Some(&true) || 0 < **at && pairs[**at - 1]);
    2 * own.len() <= 3 * told.count()
}

// ---- nothing goes unless what it repeats stays ----

#[test]
fn what_is_removed_still_stands() {
    for Planned { name, documents, findings, plan, .. } in every_plan() {
        let spelled: Vec<_> = documents.iter().map(spelled).collect();
        let after: BTreeMap<usize, Vec<Span>> =
            applied(documents, plan).into_iter().map(|(index, _, cuts)| (index, cuts)).collect();
        for (document, span, reason) in reasons(plan) {
            let family = &findings.families[reason.family];
            let (place, keeper) = (&family.occurrences[reason.place], &family.occurrences[reason.keeper]);
            assert!(reason.place != reason.keeper && place.document == document, "{name}");
            assert!(reason.keeper == family.keeper || keeper.same, "{name}: another text serves as keeper");
            let cuts = after
                .get(&keeper.document.index())
                .unwrap_or_else(|| panic!("{name}: the keeper's document went"));
            let kept = &spelled[keeper.document.index()];
            let gone = kept
                .iter()
                .any(|(_, at)| keeper.span.contains(*at) && cuts.iter().any(|cut| 0 < cut.overlap(*at)));
            assert!(
                !gone,
                "{name}: words of the keeper went: {}",
                keeper.span.of(&documents[keeper.document.index()].text)
            );
            let removed = words_in(&spelled[document.index()], span.unwrap_or(place.span));
            let named = words_in(&spelled[document.index()], place.span);
            assert!(
                named.windows(removed.len().max(1)).any(|run| run == removed) || removed.is_empty(),
                "{name}: more went than the finding names"
            );
            let kept = words_in(kept, keeper.span);
            if let (Some(span), false, true) = (span, place.same, family.level != Level::Sentence) {
                for sentence in segment(&documents[document.index()]).sentences {
                    assert!(
                        !span.contains(sentence) || is_told(&spelled[document.index()], sentence, &kept),
                        "{name}: {} is new",
                        sentence.of(&documents[document.index()].text)
                    );
                }
            }
            if place.same && keeper.same {
                assert_eq!(named, kept, "{name}");
            } else {
                // Of parts the words, of others as much as their finding counted.
                let mut left = BTreeMap::<&str, usize>::new();
                kept.iter().for_each(|word| *left.entry(word).or_default() += 1);
                let shared = named
                    .iter()
                    .filter(|word| {
                        left.get_mut(**word).is_some_and(|n| {
                            let any = 0 < *n;
                            *n -= usize::from(any);
                            any
                        })
                    })
                    .count();
                if !findings.plan.profile.contains("reuse") {
                    assert!(
                        place.shared_words as usize <= shared,
                        "{name}: {shared} of {} words",
                        place.shared_words
                    );
                }
            }
        }
    }
}

#[test]
fn only_what_findings_name_is_removed_and_what_remains_reads_well() {
    for Planned { name, documents, plan, .. } in every_plan() {
        for (index, after, cuts) in
            applied(documents, plan).into_iter().filter(|(_, _, cuts)| !cuts.is_empty())
        {
            let document = &documents[index];
            let Some(Removal::Spans(spans)) = plan.removals.get(&DocId::new(index).unwrap()) else {
                unreachable!()
            };
            for (at, c) in document.text.char_indices().filter(|(_, c)| is_shown(*c)) {
                let here = Span::from_range(at, at + c.len_utf8());
                let is_cut = cuts.iter().any(|cut| cut.contains(here));
                let is_named = spans.iter().any(|(span, _)| span.contains(here));
                let is_mark = document.layout.gaps().iter().any(|gap| gap.contains(here));
                assert!(is_cut == is_named || is_cut && is_mark, "{name} {}: {at} {c:?}", document.name);
            }
            let units = segment(document);
            let stays: Vec<&str> = units
                .sentences
                .iter()
                .filter(|s| !spans.iter().any(|(span, _)| span.contains(**s)))
                .map(|s| s.of(&document.text))
                .collect();
            let read = read_as("well", &after, document);
            assert_eq!(sentences(&read), stays, "{name} {}\n{after}", document.name);
            let before = blanks(&document.text);
            for (run, n) in blanks(&after) {
                assert!(
                    n <= before.get(run).copied().unwrap_or(0),
                    "{name} {}: {run:?} is new\n{after}",
                    document.name
                );
            }
        }
    }
}

/// What serves as keeper of something is not cut, so that a second run, which knows nothing of what it was kept for, may find more.
#[test]
fn little_is_left_for_a_second_run() {
    let (mut first, mut second) = (0, 0);
    for Planned { documents, layers, plan: made, .. } in every_plan() {
        let after: Vec<Document> = applied(documents, made)
            .into_iter()
            .map(|(index, text, _)| read_as("again", &text, &documents[index]))
            .collect();
        let findings = scan(after, layers, 2);
        let again = plan(&findings);
        first += reasons(made).len();
        for (_, _, reason) in reasons(&again) {
            let family = &findings.families[reason.family];
            second += usize::from(family.kind == Kind::Exact && family.level != Level::Passage);
        }
    }
    assert!(50 * second <= first, "{second} exact units went in second runs, {first} of all in first ones");
}

#[test]
fn threads_do_not_change_a_plan() {
    let documents = generated(7, 150);
    let planned = |threads| plan(&scan(documents.clone(), &[], threads));
    let one = planned(1);
    assert!(20 < one.removals.len());
    for threads in [2, 3, 8] {
        assert_eq!(one, planned(threads), "{threads} threads");
    }
}

proptest! {
    #[test]
    fn whatever_the_findings_keepers_stay(mut findings in made::any_findings(), known in 0_u32..3) {
        findings.n_known = known;
        let plan = plan(&findings);
        prop_assert!(plan.removals.keys().all(|document| findings.is_incoming(*document)));
        for (_, span, reason) in reasons(&plan) {
            let family = &findings.families[reason.family];
            prop_assert!(!family.is_suppressed() && family.class != Some(Class::StockPhrase));
            let keeper = &family.occurrences[reason.keeper];
            let touches = |cut: &Span| 0 < cut.overlap(keeper.span);
            match plan.removals.get(&keeper.document) {
                Some(Removal::Whole(_)) => prop_assert!(false, "the keeper's document goes"),
                Some(Removal::Spans(spans)) => {
                    prop_assert!(!spans.iter().any(|(cut, _)| touches(cut)));
                }
                None => {}
            }
            prop_assert!(span.is_none_or(|span| !span.is_empty()));
        }
    }
}

// ---- how the bytes are cut ----

/// Takes the marks ⟦ ⟧ out of a text, and says what they held.
fn marked(text: &str) -> (String, Vec<Span>) {
    let (mut plain, mut spans, mut start) = (String::new(), Vec::new(), 0);
    for c in text.chars() {
        match c {
            '⟦' => start = plain.len(),
            '⟧' => spans.push(Span::from_range(start, plain.len())),
            c => plain.push(c),
        }
    }
    (plain, spans)
}

fn examples() -> Vec<(String, String, String)> {
    let folder = support::fixtures().join("dedup");
    let mut names: Vec<String> =
        std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let before = names.iter().filter(|name| name.contains(".before."));
    before.map(|name| (name.clone(), read(name), read(&name.replace(".before.", ".after.")))).collect()
}

#[test]
fn examples_are_cut_as_they_say_with_every_line_end() {
    let examples = examples();
    assert!(15 <= examples.len());
    let mut wrong = String::new();
    for (name, before, after) in examples {
        let is_markdown = name.ends_with(".md");
        for line_end in ["\n", "\r\n", "\r", "\u{2028}"].iter().take(if is_markdown { 2 } else { 4 }) {
            let (text, spans) = marked(&before.replace('\n', line_end));
            let layout = if is_markdown {
                Layout::Blocks { paragraphs: Vec::new(), gaps: Vec::new() }
            } else {
                Layout::Plain
            };
            let document = read_as("example", &text, &Document { layout, ..made::document(&name, "") });
            let got = without(&text, &tidy(&document, &spans));
            let expected = after.replace('\n', line_end);
            if got != expected {
                wrong += &format!("{name} with {line_end:?}\n  {got:?}\n  {expected:?}\n");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

prop_compose! {
    /// A text of short sentences, and which of them are to go.
    fn a_text()(
        pieces in prop::collection::vec(
            (prop::sample::select(vec!["Ab cd.", "It is so!", "“No.”", "Why?", "水车烧了。", "Née là.", "x"]),
             prop::sample::select(vec![" ", "  ", "\n", "\n\n", "\r\n\r\n", "\r", "\n \n", "\n\n\n", " \n", "\n  ", "\n\n    ", "\u{2028}", "\u{2029}", "\u{C}", "\u{3000}", ""]),
             any::<bool>()), 0..14),
        begin in prop::sample::select(vec!["", "\n", "  ", "\u{feff}"]),
    ) -> (String, Vec<bool>) {
        let text = pieces.iter().fold(begin.to_owned(), |text, (sentence, blank, _)| text + sentence + blank);
        (text, pieces.iter().map(|(_, _, go)| *go).collect())
    }
}

proptest! {
    #[test]
    fn cuts_take_the_sentences_and_white_space_alone((text, go) in a_text()) {
        let document = made::document("a", &text);
        let all = segment(&document).sentences;
        let spans: Vec<Span> = all.iter().zip(go.iter().cycle()).filter(|(_, go)| **go).map(|(s, _)| *s).collect();
        let cuts = tidy(&document, &spans);
        for (at, c) in text.char_indices().filter(|(_, c)| is_shown(*c) && *c != '\u{feff}') {
            let here = Span::from_range(at, at + c.len_utf8());
            let is = |list: &[Span]| list.iter().any(|span| span.contains(here));
            prop_assert_eq!(is(&cuts), is(&spans), "{} {:?}", at, c);
        }
        let after = without(&text, &cuts);
        // No more line ends in a row, and no more blanks, than stood somewhere before.
        let ends = |run: &str| run.replace("\r\n", "\n").chars().filter(|c| matches!(c, '\n' | '\r' | '\u{C}' | '\u{2028}' | '\u{2029}')).count();
        let count = |text: &str, test: &dyn Fn(&str) -> bool| blanks(text).into_iter().filter(|(run, _)| test(run)).map(|(_, n)| n).sum::<usize>();
        for lines in 1..6 {
            prop_assert!(count(&after, &|run| lines <= ends(run)) <= count(&text, &|run| lines <= ends(run)), "{:?} -> {:?}", text, after);
        }
        let double = |text: &str| text.matches("  ").count();
        prop_assert!(double(&after) <= double(&text), "{:?} -> {:?}", text, after);
        let hanging = |text: &str| {
            let ends = text.matches(" \n").count() + text.matches(" \r").count();
            ends + usize::from(text.ends_with(' '))
        };
        prop_assert!(hanging(&after) <= hanging(&text), "{:?} -> {:?}", text, after);
        prop_assert!(spans.len() != all.len() || spans.is_empty() || after.is_empty());
    }
}
