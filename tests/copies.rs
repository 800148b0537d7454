//! Copies of a document are searched once for passages; reports show them as if each had been searched.
#![allow(missing_docs, clippy::unwrap_used)]

use twicetold::{
    Document, Level, Settings,
    family::Kind,
    pipeline::{Run, scan_documents},
    settings::PerLevel,
};

/// `words` words that stand nowhere else.
fn own(name: &str, words: usize) -> String {
    (0..words).map(|n| format!("{name}{n}")).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_passage_stands_in_every_copy_of_its_documents() {
    let shared = own("shared", 40);
    let edited = shared.replace("shared20 ", "another ");
    let texts = [
        format!("{} {shared} {}", own("a", 60), own("b", 60)),
        format!("{} {edited} {}", own("c", 60), own("d", 60)),
    ];
    // Copies stand apart, and the first document has two, the second one.
    let order = [0, 1, 0, 1, 0];
    let documents = order.iter().enumerate().map(|(n, which)| Document {
        name: n.to_string(),
        path: n.to_string(),
        text: texts[*which].clone(),
        ..Document::default()
    });
    let level = PerLevel { passage: true, ..PerLevel::default() };
    let plan = Settings { level, ..Settings::default() }.plan().unwrap();
    let found = scan_documents(documents.collect(), &plan, &Run::default()).unwrap();
    let places = |kind: Kind| -> Vec<Vec<(u32, u32)>> {
        let of_kind = found.families.iter().filter(|family| family.kind == kind);
        let mut places: Vec<Vec<(u32, u32)>> = of_kind
            .map(|family| {
                assert_eq!(family.level, Level::Passage);
                family.occurrences.iter().map(|place| (place.document.get(), place.words)).collect()
            })
            .collect();
        places.sort();
        places
    };
    assert_eq!(places(Kind::Near), [[(0, 40), (1, 40), (2, 40), (3, 40), (4, 40)]]);
    assert_eq!(places(Kind::Exact), [vec![(0, 160), (2, 160), (4, 160)], vec![(1, 160), (3, 160)]]);
    let near = found.families.iter().find(|family| family.kind == Kind::Near).unwrap();
    let shared: Vec<u32> = near.occurrences.iter().map(|place| place.shared_words).collect();
    assert_eq!((near.keeper, shared), (0, vec![40, 39, 40, 39, 40]));
}
