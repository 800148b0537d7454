#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout
)]
use std::{collections::BTreeSet, path::PathBuf, time::Duration};

use proptest::prelude::*;

use super::*;
use crate::{
    document::{Document, Layout},
    span::Span,
    words,
};

/// How an archive is made.
type Create = fn(&Path, &[(String, String)]) -> Result<Archive, Error>;

fn settings() -> Vec<(String, String)> {
    vec![("threshold".to_owned(), "document=0.7".to_owned()), ("keep".to_owned(), "first".to_owned())]
}

fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.twicetold");
    (folder, path)
}

fn hashes(document: &Document) -> Vec<u64> {
    words::words(&document.text, document.layout.gaps()).hashes
}

fn document(name: &str, text: &str) -> Document {
    Document {
        name: name.to_owned(),
        path: name.to_owned(),
        shown: name.to_owned(),
        text: text.to_owned(),
        ..Document::default()
    }
}

fn add(archive: &mut Archive, documents: &[Document]) -> Added {
    try_add(archive, documents).unwrap()
}

fn try_add(archive: &mut Archive, documents: &[Document]) -> Result<Added, Error> {
    let mut preparer = Preparer::new()?;
    let keeps_texts = archive.keeps_texts();
    archive.add(|adder| {
        documents.iter().try_for_each(|document| {
            adder.put(&match keeps_texts {
                true => preparer.prepare(document.clone(), &hashes(document))?,
                false => preparer.prepare_without_text(document.clone(), &reading(document))?,
            })
        })
    })
}

/// What is kept of a document without its text: nothing but points where it was.
fn reading(document: &Document) -> Reading {
    let words = words::words(&document.text, document.layout.gaps());
    Reading {
        stand_in: ".".repeat(document.text.len()),
        stems: words.hashes.iter().map(|hash| hash / 2).collect(),
        paragraphs: vec![Span::from_range(0, document.text.len())],
        sentences: words.spans.clone(),
        hashes: words.hashes,
        spans: words.spans,
    }
}

/// A text of `n` words, all its own.
fn text(topic: usize, n: usize) -> String {
    (0..n).map(|at| format!("w{topic}x{at} ")).collect()
}

fn near(archive: &Archive, text: &str) -> Vec<String> {
    let words = words::words(text, &[]).hashes;
    let near = archive.near(&[&words]).unwrap().remove(0);
    near.documents.iter().map(|id| archive.document(*id).unwrap().unwrap().document.name).collect()
}

#[test]
fn what_is_added_is_found_and_comes_back_whole() {
    let (_folder, path) = place();
    let whole = Document {
        record: Some(7),
        title: Some("A title".to_owned()),
        date: Some("2024-05-01".to_owned()),
        time: Some(1_714_521_600),
        source: Some("The Herald".to_owned()),
        url: Some("https://example.org/a".to_owned()),
        layout: Layout::Blocks {
            paragraphs: vec![Span::new(2, 9)],
            gaps: vec![Span::new(0, 2), Span::new(11, 14)],
        },
        ..document("whole", &("# ".to_owned() + &text(1, 40)))
    };
    let plain = document("plain", &text(2, 40));
    {
        let mut archive = Archive::create(&path, &settings()).unwrap();
        assert_eq!(
            add(&mut archive, &[whole.clone(), plain.clone(), plain.clone()]),
            Added { added: 2, known: 1 }
        );
        assert_eq!(add(&mut archive, std::slice::from_ref(&plain)), Added { added: 0, known: 1 });
    }
    let archive = Archive::open(&path, Duration::ZERO).unwrap();
    assert_eq!(near(&archive, &text(2, 5)), ["plain"]);
    assert_eq!(near(&archive, &text(2, 4)), Vec::<String>::new());
    assert_eq!(near(&archive, &(text(1, 20) + &text(2, 20))), ["whole", "plain"]);
    let mut all = Vec::new();
    archive
        .each(|stored| {
            all.push(stored.document);
            Ok(())
        })
        .unwrap();
    assert_eq!(all, [Document { shown: "whole".to_owned(), ..whole }, plain]);
    archive.verify(hashes).unwrap();
    let mut own = settings();
    own.sort();
    assert_eq!(archive.settings(), own);
    archive.must_agree(&own).unwrap();
    own[1].1 = "document=0.8".to_owned();
    let error = archive.must_agree(&own).unwrap_err().to_string();
    assert!(error.contains("threshold is document=0.7 in the archive and document=0.8 here"), "{error}");
}

#[test]
fn removed_documents_are_not_found_and_compaction_drops_them() {
    let (_folder, path) = place();
    let mut archive = Archive::create(&path, &settings()).unwrap();
    let documents: Vec<Document> = (0..30).map(|n| document(&format!("d{n}"), &text(n, 30))).collect();
    for few in documents.chunks(3) {
        add(&mut archive, few);
    }
    assert_eq!(
        archive.remove(|stored| stored.document.name == "d4" || stored.document.name == "d5").unwrap(),
        2
    );
    assert_eq!(archive.remove(|stored| stored.document.name == "d5").unwrap(), 0);
    assert_eq!(near(&archive, &text(4, 30)), Vec::<String>::new());
    archive.verify(hashes).unwrap();
    let before = archive.stats().unwrap();
    assert_eq!((before.documents, before.removed), (28, 2));
    archive.compact().unwrap();
    let after = archive.stats().unwrap();
    assert_eq!((after.documents, after.removed, after.runs), (28, 0, 1));
    assert_eq!(after.entries, 28 * 26);
    archive.verify(hashes).unwrap();
    assert_eq!(near(&archive, &text(3, 30)), ["d3"]);
    // A removed document can be added again, before compaction and after it.
    assert_eq!(add(&mut archive, &documents[4..5]).added, 1);
    assert_eq!(near(&archive, &text(4, 30)), ["d4"]);
    archive.remove(|stored| stored.document.name == "d4").unwrap();
    assert_eq!(add(&mut archive, &documents[4..5]).added, 1);
    assert_eq!(near(&archive, &text(4, 30)), ["d4"]);
    archive.verify(hashes).unwrap();
}

#[test]
fn few_runs_stay_whatever_is_added() {
    let (_folder, path) = place();
    let mut archive = Archive::create(&path, &settings()).unwrap();
    for n in 0..100 {
        add(&mut archive, &[document(&format!("d{n}"), &text(n, 40))]);
        let runs = archive.stats().unwrap().runs;
        assert!(runs <= 2 * runs::FAN as u64, "{runs} runs after {n}");
    }
    archive.verify(hashes).unwrap();
    for n in 0..100 {
        assert_eq!(near(&archive, &text(n, 40)), [format!("d{n}")]);
    }
}

#[test]
fn boilerplate_is_followed_so_far_and_says_so() {
    let (_folder, path) = place();
    let mut archive = Archive::create(&path, &settings()).unwrap();
    let shared = text(9999, 30);
    let documents: Vec<Document> =
        (0..2 * MOST).map(|n| document(&format!("d{n}"), &(text(n, 10) + &shared))).collect();
    add(&mut archive, &documents);
    let words = words::words(&shared, &[]).hashes;
    let found = archive.near(&[&words]).unwrap().remove(0);
    assert_eq!((found.documents.len(), found.cut), (FOLLOWED, true));
    let own = words::words(&(text(700, 10) + &shared), &[]).hashes;
    let found = archive.near(&[&own]).unwrap().remove(0);
    assert!(found.documents.contains(&StoredId(701)) && found.cut);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn lookup_is_what_a_search_of_everything_says(
        texts in prop::collection::vec(prop::collection::vec(0_u8..12, 0..40), 1..24),
        cuts in prop::collection::vec(1_usize..5, 1..10),
        asked in prop::collection::vec(prop::collection::vec(0_u8..12, 0..40), 1..4),
        removed in prop::collection::vec(any::<bool>(), 24),
    ) {
        let spell = |words: &[u8]| words.iter().map(|word| format!("w{word} ")).collect::<String>();
        let documents: Vec<Document> = (0..).zip(&texts).map(|(n, words)| document(&format!("d{n}"), &spell(words))).collect();
        let (_folder, path) = place();
        let mut archive = Archive::create(&path, &settings()).unwrap();
        let mut rest = documents.as_slice();
        for cut in cuts.iter().cycle() {
            let (few, later) = rest.split_at((*cut).min(rest.len()));
            add(&mut archive, few);
            rest = later;
            if rest.is_empty() {
                break;
            }
        }
        let is_gone = |n: usize| removed[n];
        archive.remove(|stored| is_gone(stored.id.get() as usize - 1)).unwrap();
        archive.verify(hashes).unwrap();
        let keys_of = |document: &Document| {
            let mut keys = Vec::new();
            lookup::keys(&hashes(document), &mut keys);
            keys.into_iter().collect::<BTreeSet<u64>>()
        };
        let asked: Vec<Document> = asked.iter().map(|words| document("asked", &spell(words))).collect();
        let words: Vec<Vec<u64>> = asked.iter().map(hashes).collect();
        let words: Vec<&[u64]> = words.iter().map(Vec::as_slice).collect();
        for (found, asked) in archive.near(&words).unwrap().iter().zip(&asked) {
            let own = keys_of(asked);
            // So few documents have every window that each is rare.
            let expected: Vec<u32> = (1..)
                .zip(&documents)
                .filter(|(id, stored)| !is_gone(*id as usize - 1) && !own.is_disjoint(&keys_of(stored)))
                .map(|(id, _)| id)
                .collect();
            let found: Vec<u32> = found.documents.iter().map(|id| id.get()).collect();
            prop_assert_eq!(found, expected);
        }
    }
}

#[test]
fn damage_is_an_error_and_never_an_answer() {
    damage(Archive::create);
}

#[test]
fn damage_is_an_error_where_no_texts_are_kept_too() {
    damage(Archive::create_without_texts);
}

fn damage(create: Create) {
    let (folder, path) = place();
    {
        let mut archive = create(&path, &settings()).unwrap();
        for n in 0..12 {
            add(&mut archive, &[document(&format!("d{n}"), &text(n, 60))]);
        }
        archive.remove(|stored| stored.document.name == "d5").unwrap();
        archive.compact().unwrap();
    }
    let sound = std::fs::read(&path).unwrap();
    let other = folder.path().join("other.twicetold");
    let ask = |path: &Path| -> Result<Vec<Vec<String>>, Error> {
        let archive = Archive::open(path, Duration::ZERO)?;
        let mut answers = Vec::new();
        for n in 0..12 {
            let words = words::words(&text(n, 60), &[]).hashes;
            let mut names = Vec::new();
            for id in archive.near(&[&words])?.remove(0).documents {
                let stored = archive.document(id)?;
                names.push(stored.map_or_else(
                    || "gone".to_owned(),
                    |stored| format!("{:?} {:?}", stored.document, stored.reading),
                ));
            }
            answers.push(names);
        }
        let mut n_documents = 0;
        archive.each(|_| {
            n_documents += 1;
            Ok(())
        })?;
        answers.push(vec![format!("{n_documents} documents")]);
        Ok(answers)
    };
    std::fs::write(&other, &sound).unwrap();
    let expected = ask(&other).unwrap();
    let mut state = 7_u64;
    let mut random = |below: usize| {
        state = crate::hash::mix(state.wrapping_add(0x9E37_79B9_7F4A_7C15));
        usize::try_from(state).unwrap() % below
    };
    let mut noticed = 0;
    let rounds = std::env::var("TWICETOLD_FLIPS").ok().and_then(|n| n.parse().ok()).unwrap_or(300);
    for round in 0..rounds {
        let mut broken = sound.clone();
        if round < rounds / 20 {
            broken.truncate(round * 4096 % sound.len());
        } else {
            let at = random(8 * sound.len());
            broken[at / 8] ^= 1 << (at % 8);
        }
        for beside in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{beside}", other.display()));
        }
        std::fs::write(&other, &broken).unwrap();
        match ask(&other) {
            Ok(answers) => assert_eq!(answers, expected, "round {round}"),
            Err(Error::Archive { .. }) => noticed += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert!(rounds / 6 < noticed, "{noticed} of {rounds}");
    println!("{noticed} of {rounds} noticed, the others changed no answer");
}

/// Writes all runs anew as one, soundly in itself, with other pairs of a key and a document.
fn rewrite(archive: &mut Archive, change: impl FnOnce(&mut Vec<(u64, u32)>)) {
    let rewritten = archive.store.change(|store, state| {
        let runs = runs::all(store, state)?;
        let mut pairs = Vec::new();
        for run in &runs {
            for place in 0..run.firsts.len() {
                let take =
                    |entry: &block::Entry| pairs.extend(entry.documents.iter().map(|n| (entry.key, *n)));
                runs::each_entry(store, run, place, take)?;
            }
        }
        change(&mut pairs);
        pairs.sort_unstable();
        runs::merge(store, state, &runs, &(0..100).collect::<Vec<_>>())?;
        runs::write(store, state, pairs.into_iter().map(Ok))
    });
    rewritten.unwrap();
}

#[test]
fn a_sound_run_of_other_windows_is_noticed() {
    let swap = |document: u32| if document < 3 { 3 - document } else { document };
    let is_of = |pairs: &[(u64, u32)], of: u32| pairs.iter().position(|pair| pair.1 == of).unwrap();
    type Change = Box<dyn Fn(&mut Vec<(u64, u32)>)>;
    let changes: [(&str, Option<u32>, Change); 9] = [
        ("nothing", None, Box::new(|_| ())),
        ("a removed document's windows", None, Box::new(|pairs| pairs.retain(|pair| pair.1 != 4))),
        ("a document's windows", Some(2), Box::new(|pairs| pairs.retain(|pair| pair.1 != 2))),
        ("one window", Some(3), Box::new(move |pairs| _ = pairs.swap_remove(is_of(pairs, 3)))),
        (
            "another window",
            Some(1),
            Box::new(move |pairs| {
                let at = is_of(pairs, 1);
                pairs[at].0 ^= 1;
            }),
        ),
        ("one window more", Some(2), Box::new(|pairs| pairs.push((77, 2)))),
        (
            "exchanged documents",
            Some(1),
            Box::new(move |pairs| pairs.iter_mut().for_each(|pair| pair.1 = swap(pair.1))),
        ),
        ("a document that is not there any more", Some(5), Box::new(|pairs| pairs.push((77, 5)))),
        ("a document that never was", Some(9), Box::new(|pairs| pairs.push((77, 9)))),
    ];
    for (what, noticed, change) in changes {
        let (_folder, path) = place();
        let mut archive = Archive::create(&path, &settings()).unwrap();
        for n in [1, 2, 3, 4, 5, 6] {
            add(&mut archive, &[document(&format!("d{n}"), &text(n, 30))]);
        }
        archive.remove(|stored| stored.document.name == "d5").unwrap();
        archive.compact().unwrap();
        archive.remove(|stored| stored.document.name == "d4").unwrap();
        rewrite(&mut archive, change);
        match (archive.verify(hashes), noticed) {
            (Ok(()), None) => {}
            (Err(Error::Archive { fault: ArchiveFault::Damaged, message, .. }), Some(id)) => {
                assert!(message.contains(&format!("document {id} ")), "{what}: {message}");
            }
            other => panic!("{what}: {other:?}"),
        }
    }
}

#[test]
fn refusals_say_what_to_do() {
    let (_folder, path) = place();
    let told = |result: Result<Archive, Error>| match result {
        Err(Error::Archive { fault, message, .. }) => (fault, message),
        other => panic!("{other:?}"),
    };
    let (fault, message) = told(Archive::open(&path, Duration::ZERO));
    assert_eq!(fault, ArchiveFault::Missing);
    assert!(message.contains("index create"), "{message}");
    std::fs::write(&path, "not a database, but long enough to be looked at as one ".repeat(40)).unwrap();
    assert_eq!(told(Archive::open(&path, Duration::ZERO)).0, ArchiveFault::Damaged);
    assert_eq!(told(Archive::create(&path, &settings())).0, ArchiveFault::Exists);
    std::fs::remove_file(&path).unwrap();
    drop(Archive::create(&path, &settings()).unwrap());
    rusqlite::Connection::open(&path).unwrap().execute_batch("PRAGMA user_version = 2").unwrap();
    let (fault, message) = told(Archive::open(&path, Duration::ZERO));
    assert_eq!(fault, ArchiveFault::Version);
    assert!(message.contains("format 2"), "{message}");
}

#[test]
fn a_second_writer_is_told_who_writes_and_readers_go_on() {
    let (_folder, path) = place();
    let mut first = Archive::create(&path, &settings()).unwrap();
    add(&mut first, &[document("d0", &text(0, 30))]);
    let mut second = Archive::open(&path, Duration::from_millis(20)).unwrap();
    first.store.db.execute_batch("BEGIN IMMEDIATE").unwrap();
    let other = document("d1", &text(1, 30));
    match try_add(&mut second, std::slice::from_ref(&other)) {
        Err(Error::Archive { fault: ArchiveFault::Locked, message, .. }) => {
            if cfg!(target_os = "linux") {
                assert!(message.contains(&format!("process {}", std::process::id())), "{message}");
            }
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(near(&second, &text(0, 30)), ["d0"]);
    first.store.db.execute_batch("ROLLBACK").unwrap();
    assert_eq!(add(&mut second, std::slice::from_ref(&other)).added, 1);
}

#[test]
fn what_was_read_comes_back_and_the_text_does_not() {
    let (_folder, path) = place();
    let first = Document {
        layout: Layout::Blocks { paragraphs: vec![Span::new(2, 9)], gaps: vec![Span::new(0, 2)] },
        ..document("first", &text(1, 40))
    };
    let second = document("second", &text(2, 40));
    {
        let mut archive = Archive::create_without_texts(&path, &settings()).unwrap();
        assert!(!archive.keeps_texts());
        assert_eq!(
            add(&mut archive, &[first.clone(), first.clone(), second.clone()]),
            Added { added: 2, known: 1 }
        );
        assert_eq!(archive.remove(|stored| stored.document.name == "second").unwrap(), 1);
        assert_eq!(add(&mut archive, &[first.clone(), second.clone()]), Added { added: 1, known: 1 });
    }
    let mut archive = Archive::open(&path, Duration::ZERO).unwrap();
    assert!(!archive.keeps_texts());
    archive.must_agree(&settings()).unwrap();
    assert_eq!(archive.settings().len(), settings().len());
    let mut all = Vec::new();
    archive
        .each(|stored| {
            all.push((stored.document, stored.reading.unwrap()));
            Ok(())
        })
        .unwrap();
    for ((stored, kept), whole) in all.iter().zip([&first, &second]) {
        let expected = reading(whole);
        assert_eq!(*stored, Document { text: expected.stand_in.clone(), withheld: true, ..(*whole).clone() });
        assert_eq!(*kept, Reading { stand_in: String::new(), ..expected });
        assert_eq!(stored.known_text(), None);
    }
    assert_eq!(near(&archive, &text(2, 5)), ["second"]);
    let never = |_: &Document| -> Vec<u64> { panic!("the words cannot be read anew") };
    archive.verify(never).unwrap();
    archive.compact().unwrap();
    archive.verify(never).unwrap();
    // Its own words are what it is looked up by.
    let mut wrong = reading(&document("third", &text(3, 40)));
    let third =
        Preparer::new().unwrap().prepare_without_text(document("third", &text(3, 40)), &wrong).unwrap();
    wrong.hashes.swap(3, 20);
    let mut other =
        Preparer::new().unwrap().prepare_without_text(document("third", &text(3, 40)), &wrong).unwrap();
    other.keys = third.keys;
    archive.add(|adder| adder.put(&other)).unwrap();
    let told = archive.verify(never).unwrap_err().to_string();
    assert!(told.contains("document 4 is not looked up as it was stored"), "{told}");
}

#[test]
fn a_text_does_not_get_in_where_none_is_kept() {
    let (_folder, path) = place();
    let mut archive = Archive::create_without_texts(&path, &settings()).unwrap();
    let whole = document("d0", &text(0, 40));
    let mut preparer = Preparer::new().unwrap();
    let prepared = preparer.prepare(whole.clone(), &hashes(&whole)).unwrap();
    let fault = |result: Result<Added, Error>| match result {
        Err(Error::Archive { fault, .. }) => fault,
        other => panic!("{other:?}"),
    };
    assert_eq!(fault(archive.add(|adder| adder.put(&prepared))), ArchiveFault::Settings);
    assert!(archive.must_keep_texts().is_err() && archive.must_keep_no_texts().is_ok());
    // One that is smuggled in is found.
    let told = Reading { stand_in: whole.text.clone(), ..reading(&whole) };
    let prepared = preparer.prepare_without_text(whole, &told).unwrap();
    archive.add(|adder| adder.put(&prepared)).unwrap();
    let told = archive.verify(hashes).unwrap_err().to_string();
    assert!(told.contains("document 1 has text"), "{told}");
    // That texts are kept is not believed of a row that was taken out.
    drop(archive);
    let db = rusqlite::Connection::open(&path).unwrap();
    for change in [
        "UPDATE settings SET value = 'false' WHERE name = 'no-text'",
        "DELETE FROM settings WHERE name = 'no-text'",
    ] {
        db.execute_batch(change).unwrap();
        let opened = Archive::open(&path, Duration::ZERO);
        assert!(
            matches!(opened, Err(Error::Archive { fault: ArchiveFault::Damaged, .. })),
            "{change}: {opened:?}"
        );
    }
    drop(db);
    let kept = path.with_extension("kept");
    let mut archive = Archive::create(&kept, &settings()).unwrap();
    assert_eq!(fault(archive.add(|adder| adder.put(&prepared))), ArchiveFault::Settings);
    assert!(archive.must_keep_texts().is_ok() && archive.must_keep_no_texts().is_err());
    let again = |create: Create| create(&kept, &settings()).unwrap_err().to_string();
    assert!(again(Archive::create).contains("index add"));
    assert!(again(Archive::create_without_texts).contains("exists already and keeps texts"));
}

#[test]
fn the_number_of_bytes_is_held_to_the_text() {
    let makers: [Create; 2] = [Archive::create, Archive::create_without_texts];
    for create in makers {
        let (_folder, path) = place();
        let mut archive = create(&path, &settings()).unwrap();
        add(&mut archive, &[document("d0", &text(0, 40))]);
        assert!(archive.document(StoredId(1)).unwrap().is_some());
        for wrong in ["bytes + 1", "bytes - 2", "1 << 62", "-1"] {
            let set = format!("UPDATE documents SET bytes = {wrong}");
            archive.store.db.execute_batch(&set).unwrap();
            let read = archive.document(StoredId(1));
            assert!(matches!(read, Err(Error::Archive { fault: ArchiveFault::Damaged, .. })), "{wrong}");
        }
    }
}
