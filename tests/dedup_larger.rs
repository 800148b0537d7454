//! What `dedup` takes out where a finding is not the whole story: copies that stand in a larger document, and edited copies with news in
//! them.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use support::findings as made;
use twicetold::{
    DocId, Document, Level, Settings,
    dedup::{Plan, Removal, plan},
    pipeline::{Run, scan_documents},
    report::Findings,
};

const SHORT: &str = "The ferry to the outer islands will not sail this winter, the harbour office said on Monday. Its engine, \
    older than most of the crew, failed the yearly inspection for the third time in a row. A tug from the mainland will bring flour, \
    post and medicine once a week until the ice is gone. The islanders, who number forty-one, asked for two trips and were refused.";
const NEWS: &str = "A retired shipwright named Oddvar Lien has offered his workshop for nothing.";
const MORE: &str = "In the council chamber the talk was of money, as it always is in November. Nobody could say what a new engine costs, \
    nor who had kept the offers that came in last spring. The mayor promised a list by Friday and left by the side door.";

fn scanned(texts: &[&str]) -> (Findings, Plan) {
    let documents: Vec<Document> =
        texts.iter().enumerate().map(|(n, text)| made::document(&format!("article-{n}"), text)).collect();
    let findings = scan_documents(documents, &Settings::default().plan().unwrap(), &Run::default()).unwrap();
    let plan = plan(&findings);
    (findings, plan)
}

/// What goes of each document: all, or these texts of it.
fn gone(texts: &[&str], plan: &Plan, of: usize) -> Vec<String> {
    match plan.removals.get(&DocId::new(of).unwrap()) {
        None => Vec::new(),
        Some(Removal::Whole(_)) => vec!["all".to_owned()],
        Some(Removal::Spans(spans)) => spans.iter().map(|(span, _)| span.of(texts[of]).to_owned()).collect(),
    }
}

#[test]
fn copies_that_stand_in_a_larger_document_go_for_that() {
    let larger = format!("{SHORT}\n\n{MORE}");
    for texts in [[&larger, SHORT, SHORT], [SHORT, &larger, SHORT], [SHORT, SHORT, &larger]] {
        let (findings, plan) = scanned(&texts);
        let first = texts.iter().position(|text| *text == SHORT).unwrap();
        if first == 0 {
            // The first is what is kept; the larger one keeps what is its own.
            for (at, text) in texts.iter().enumerate() {
                let wanted: &[&str] = match (at, *text == SHORT) {
                    (0, _) => &[],
                    (_, true) => &["all"],
                    (_, false) => &[SHORT],
                };
                assert_eq!(gone(&texts, &plan, at), wanted, "{at} of {texts:?}");
            }
            continue;
        }
        assert_eq!(plan.removals.len(), 2);
        for at in [1, 2] {
            let Some(Removal::Whole(reason)) = plan.removals.get(&DocId::new(at).unwrap()) else {
                panic!("{at} stays")
            };
            let family = &findings.families[reason.family];
            assert_ne!(family.level, Level::Document);
            assert_eq!(family.occurrences[reason.keeper].document, DocId::new(0).unwrap());
        }
    }
}

#[test]
fn what_is_new_in_an_edited_copy_stays() {
    let edited = SHORT.replace("this winter", "this year").replace("flour, post", "bread, post");
    let (head, tail) = edited.split_at(edited.find("A tug").unwrap());
    let texts = [
        format!("{SHORT} And that was all on Monday, but for a dog that would not leave the quay."),
        format!("{head}{NEWS} {tail} Nothing else is known so far, since the office closes early in winter."),
    ];
    let texts = [texts[0].as_str(), texts[1].as_str()];
    let (findings, plan) = scanned(&texts);
    let gone = gone(&texts, &plan, 1);
    assert!(!gone.is_empty(), "{findings:?}");
    assert!(gone.iter().all(|text| !text.contains(NEWS)), "{gone:?}");
    assert!(findings.families.iter().any(|family| {
        family.occurrences.iter().any(|place| place.span.of(texts[place.document.index()]).contains(NEWS))
    }));
    assert_eq!(plan.left.new_sentences, 1);
}
