//! Runs of any levels that are stopped anywhere, and the folders they leave.

use super::*;
use crate::{
    candidate::{Candidate, spilled::Filed},
    id::UnitId,
    pipeline::{room::Room, units::Counted},
    settings::Level,
    spill::Column,
    verify::{Match, Overlap},
};

const ALL: &str = "document,paragraph,sentence,passage";

/// Articles of paragraphs and sentences, some of them others' with changes, in files of two kinds; `other` makes another corpus.
fn articles(other: u64) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let word = |n: u64| format!("w{}", mix(n + 77_777 * other) % 3000);
    let sentence = |of: u64, changed: bool| -> String {
        let words: Vec<String> = (0..9 + mix(of) % 6)
            .map(|at| if changed && at == 4 { word(of * 100 + 51) } else { word(of * 100 + at) })
            .collect();
        format!("The {}. ", words.join(" "))
    };
    let (mut lines, mut rows) = (String::new(), "id,text,date\n".to_owned());
    for n in 0..36_u64 {
        // Each paragraph has its sentences from a stock; every third article tells what others tell.
        let stock = if n % 3 == 0 { 3 * (n % 4) } else { 1000 + 10 * n };
        let paragraph = |at: u64| -> String {
            let changed = n % 6 == 0 && at == 1;
            (0..3)
                .map(|s| sentence(stock + 7 * at + s, changed && s == 1))
                .collect::<String>()
                .trim()
                .to_owned()
        };
        // But for one, none is another's copy.
        let own = if n == 12 { sentence(5000, false) } else { sentence(5000 + n, false) };
        let text = [paragraph(0), paragraph(1) + " " + own.trim(), paragraph(2 + n % 2)].join("\n\n");
        if n % 4 == 3 {
            rows += &format!("{n},\"{text}\",2025-01-0{}\n", 1 + n % 9);
        } else {
            let text = text.replace('\n', "\\n");
            lines += &format!(
                "{{\"id\":\"{n}\",\"text\":\"{text}\",\"date\":\"{}\"}}\n",
                if n % 7 == 0 { "soon" } else { "2026-01-02" }
            );
        }
    }
    fs::write(folder.path().join("a.jsonl"), lines + "{\"no\":1}\n").unwrap();
    fs::write(folder.path().join("b.csv"), rows).unwrap();
    folder
}

/// The folder of a run that came to its end, but for what takes it away.
fn finished(level: &str, corpus: &Path, memory: u64) -> TempDir {
    let work = tempfile::tempdir().unwrap();
    let run = Run { resume: Some(work.path()), memory, ..Run::default() };
    let _found = run_at(level, corpus, "oldest", &run).unwrap();
    work
}

fn again(level: &str, corpus: &Path, work: &Path) -> Result<Vec<u8>, Error> {
    let run = Run { resume: Some(work), ..Run::default() };
    run_at(level, corpus, "oldest", &run).map(|found| bytes(&found))
}

fn name(file: &Path) -> String {
    file.file_name().unwrap().to_str().unwrap().to_owned()
}

#[test]
fn runs_of_any_levels_that_were_stopped_anywhere_come_to_the_same() {
    let corpus = articles(0);
    for (level, memories, step) in [
        (ALL, &[(0, 1), (1, 0)][..], 2),
        ("paragraph", &[(1, 1)][..], 2),
        ("document,sentence", &[(0, 0)][..], 3),
        ("passage", &[(0, 1)][..], 2),
    ] {
        let alone = run_at(level, corpus.path(), "oldest", &Run::default()).unwrap();
        assert!(3 < alone.families.len() && !alone.problems.is_empty(), "{level}: {}", alone.families.len());
        let expected = bytes(&alone);
        for (memory, later) in memories {
            let mut stops = 0;
            for calls in (*memory..).step_by(step) {
                let work = tempfile::tempdir().unwrap();
                let begun = stopped_at(calls, level, corpus.path(), "oldest", (work.path(), *memory));
                let is_over = begun.is_some();
                let ended = begun
                    .or_else(|| stopped_at(u64::MAX, level, corpus.path(), "oldest", (work.path(), *later)));
                assert!(
                    ended.as_ref() == Some(&expected),
                    "{level}, stopped at {calls}, memory {memory} and {later}"
                );
                forget(work.path()).unwrap();
                assert!(!work.path().exists());
                if is_over {
                    break;
                }
                stops += 1;
            }
            assert!(2 < stops, "{level}: {stops}");
        }
    }
}

/// The stages that a run has.
#[derive(Default)]
struct Stages(std::sync::Mutex<Vec<&'static str>>);

impl Progress for Stages {
    fn stage(&self, name: &'static str, _: Option<u64>) {
        self.0.lock().unwrap().push(name);
    }

    fn advance(&self, _: u64) {}

    fn done(&self) {}
}

#[test]
fn what_was_finished_is_not_done_again() {
    let corpus = articles(0);
    for memory in [0, 1] {
        let work = finished(ALL, corpus.path(), memory);
        let stages = |taken: &[&str]| {
            taken.iter().for_each(|name| fs::remove_file(work.path().join(name)).unwrap());
            let stages = Stages::default();
            let run = Run { resume: Some(work.path()), progress: &stages, ..Run::default() };
            let _found = run_at(ALL, corpus.path(), "oldest", &run).unwrap();
            stages
                .0
                .into_inner()
                .unwrap()
                .into_iter()
                .filter(|name| name.ends_with("pairs"))
                .collect::<Vec<_>>()
        };
        assert_eq!(stages(&[]), [""; 0]);
        assert_eq!(stages(&["paragraph-matches"]), ["paragraph pairs"]);
        let parts: Vec<String> = files(work.path())
            .iter()
            .map(|file| name(file))
            .filter(|name| name.starts_with("part-"))
            .collect();
        assert!(2 < parts.len(), "{parts:?}");
        assert_eq!(stages(&[parts.last().unwrap().as_str()]), ["passage pairs"]);
    }
}

#[test]
fn all_that_is_kept_is_the_same_in_any_memory() {
    let corpus = articles(0);
    let (much, little) = (finished(ALL, corpus.path(), 0), finished(ALL, corpus.path(), 1));
    let kept = |work: &TempDir| -> Vec<(String, Vec<u8>)> {
        let files = files(work.path()).into_iter().map(|file| (name(&file), fs::read(file).unwrap()));
        // Parts end elsewhere, where documents are compared fewer at a time.
        files.filter(|(name, _)| !name.starts_with("part-")).collect()
    };
    let names: Vec<String> = kept(&much).into_iter().map(|(name, _)| name).collect();
    let expected = [
        "document-inside",
        "document-matches",
        "document-near",
        "links",
        "lock",
        "paragraph-inside",
        "paragraph-matches",
        "paragraph-near",
        "read",
        "run",
        "sentence-inside",
        "sentence-matches",
        "sentence-near",
    ];
    assert_eq!(names, expected);
    assert!(kept(&much) == kept(&little));
}

#[test]
fn what_is_kept_of_a_level_comes_back_or_is_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut work = Work::open(folder.path(), &hash::fingerprint("run", "one")).unwrap();
    work.begin(Chain::default().with(&[1, 2])).unwrap();
    let kept = Kept::of(Some(&work), Level::Sentence);
    let id = UnitId::from_packed;
    let pair = |n: u32| Candidate { left: id(n), right: id(n * n + 1) };
    let found = |n: u32, cut: u64| Filed { pairs: Column::from((1..n).map(pair).collect::<Vec<_>>()), cut };
    let little = Room::of(&Run { memory: 60, temp_dir: Some(folder.path()), ..Run::default() });
    for (n, which) in [(1, Which::Near), (9000, Which::Inside)] {
        assert!(kept.known(which, None).unwrap().is_none());
        kept.keep(which, &found(n, 7), None).unwrap();
        for room in [None, Some(&little)] {
            let back = kept.known(which, room).unwrap().unwrap();
            assert_eq!(
                (back.pairs.load().into_owned(), back.cut),
                (found(n, 7).pairs.load().into_owned(), 7)
            );
            assert_eq!(back.pairs.is_filed(), room.is_some() && 1 < n);
        }
    }
    let overlap = Overlap { shared: 3, left: 4, right: 5 };
    let found_alike = |n: u32| Match { left: id(n), right: id(n + 8), overlap };
    let counted = || Counted {
        matches: (0..5).map(found_alike).collect(),
        inside: (5..7).map(found_alike).collect(),
        cut: 9,
    };
    assert!(kept.counted().unwrap().is_none());
    kept.keep_counted(&counted()).unwrap();
    let (back, expected) = (kept.counted().unwrap().unwrap(), counted());
    assert_eq!((back.matches, back.inside, back.cut), (expected.matches, expected.inside, expected.cut));
    // Of a list that cannot be read nothing is kept.
    let faulty = Room::of(&Run { temp_dir: Some(folder.path()), ..Run::default() });
    faulty.space.blame(Error::Temporary { folder: folder.path().to_owned(), message: "gone".to_owned() });
    let kept = Kept::of(Some(&work), Level::Paragraph);
    kept.keep(Which::Near, &found(5, 0), Some(&faulty)).unwrap_err();
    assert!(kept.known(Which::Near, None).unwrap().is_none());
}

#[test]
fn a_turned_byte_anywhere_is_refused_before_the_input_is_read() {
    let corpus = articles(0);
    let work = finished(ALL, corpus.path(), 0);
    let run = name_of(&Options::default(), &plan_of(ALL, "oldest"));
    drop(Work::open(work.path(), &run).unwrap());
    for file in files(work.path()).iter().filter(|file| !file.ends_with(LOCK)) {
        let whole = fs::read(file).unwrap();
        let refused = |bytes: &[u8]| {
            fs::write(file, bytes).unwrap();
            let error = Work::open(work.path(), &run).unwrap_err().to_string();
            assert!(error.contains(&format!("`{}`", name(file))) && error.contains("begin anew"), "{error}");
        };
        for at in (0..whole.len()).step_by(1 + whole.len() / 60) {
            let mut turned = whole.clone();
            turned[at] ^= 1 << (at % 8);
            refused(&turned);
            refused(&whole[..at]);
        }
        fs::write(file, whole).unwrap();
    }
    drop(Work::open(work.path(), &run).unwrap());
}

#[test]
fn a_file_that_is_gone_is_found_anew_or_missed() {
    let corpus = articles(0);
    let expected = bytes(&run_at(ALL, corpus.path(), "oldest", &Run::default()).unwrap());
    let work = finished(ALL, corpus.path(), 0);
    let all = files(work.path());
    let last = all.iter().map(|file| name(file)).filter(|name| name.starts_with("part-")).max().unwrap();
    for file in all.iter().filter(|file| !file.ends_with(LOCK)) {
        let whole = fs::read(file).unwrap();
        fs::remove_file(file).unwrap();
        let name = name(file);
        let is_missed = [RUN, READ].contains(&&*name) || name.starts_with("part-") && name != last;
        match again(ALL, corpus.path(), work.path()) {
            Ok(found) => assert!(!is_missed && found == expected, "{name}"),
            Err(error) => {
                assert!(is_missed && error.to_string().contains(&format!("`{name}`")), "{name}: {error}");
            }
        }
        fs::write(file, whole).unwrap();
    }
}

#[test]
fn files_of_another_folder_are_refused() {
    let (corpus, other) = (articles(0), articles(1));
    let work = finished(ALL, corpus.path(), 0);
    let of_other_input = finished(ALL, other.path(), 0);
    let of_other_settings = tempfile::tempdir().unwrap();
    let run = Run { resume: Some(of_other_settings.path()), ..Run::default() };
    let _found = run_at(ALL, corpus.path(), "longest", &run).unwrap();
    for from in [&of_other_input, &of_other_settings] {
        let mut n = 0;
        for file in files(from.path()) {
            let name = name(&file);
            let own = work.path().join(&name);
            if !is_of_stage(&name) || !own.exists() {
                continue;
            }
            // Without what would be asked for in its place.
            let instead = match name.as_str() {
                "links" => "part-",
                name if name.ends_with("-matches") || name.starts_with("part-") => "none",
                _ => "-matches",
            };
            let before = held(work.path(), |name| name.contains(instead));
            before.iter().for_each(|(file, _)| fs::remove_file(file).unwrap());
            let whole = fs::read(&own).unwrap();
            fs::copy(&file, &own).unwrap();
            let error = again(ALL, corpus.path(), work.path()).unwrap_err().to_string();
            assert!(error.contains(&format!("`{name}`")), "{name}: {error}");
            fs::write(&own, whole).unwrap();
            before.iter().for_each(|(file, whole)| fs::write(file, whole).unwrap());
            n += 1;
        }
        assert!(10 < n, "{n}");
    }
    again(ALL, corpus.path(), work.path()).unwrap();
}

fn held(work: &Path, is_held: impl Fn(&str) -> bool) -> Vec<(PathBuf, Vec<u8>)> {
    let held = files(work).into_iter().filter(|file| is_held(&name(file)));
    held.map(|file| (file.clone(), fs::read(file).unwrap())).collect()
}

#[test]
fn other_input_is_refused_at_any_levels() {
    let corpus = articles(0);
    for memory in [0, 1] {
        let work = finished("paragraph,passage", corpus.path(), memory);
        let file = corpus.path().join("b.csv");
        let text = fs::read_to_string(&file).unwrap();
        for changed in [text.replacen("w1", "v1", 1), text.clone() + "x,one more,\n", String::new()] {
            fs::write(&file, changed).unwrap();
            let error = again("paragraph,passage", corpus.path(), work.path()).unwrap_err().to_string();
            assert!(error.contains("the input is not what it was"), "{error}");
        }
        fs::write(&file, text).unwrap();
        again("paragraph,passage", corpus.path(), work.path()).unwrap();
    }
}

#[test]
fn all_that_decides_what_is_found_names_a_run() {
    let settings: [&[(&str, &str)]; 13] = [
        &[],
        &[("level", "paragraph")],
        &[("level", "paragraph,sentence,passage")],
        &[("threshold", "paragraph=0.71")],
        &[("threshold", "sentence=0.71")],
        &[("shingle", "sentence=2")],
        &[("containment", "0.8")],
        &[("lanes", "64")],
        &[("seed", "7")],
        &[("keep", "newest")],
        &[("profile", "reuse")],
        &[("profile", "verbatim")],
        &[("passage.rare-documents", "3")],
    ];
    let plans =
        settings.iter().map(|layers| Settings::from_layers(layers.iter().copied()).unwrap().plan().unwrap());
    let mut names: Vec<Digest> = plans.map(|plan| name_of(&Options::default(), &plan)).collect();
    let plan = Settings::default().plan().unwrap();
    let options = Options { hidden: true, ..Options::default() };
    names.push(name_of(&options, &plan));
    let n = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), n);
    // Where reports and the folder itself lie is not of it.
    let options = Options { exclude: vec!["work".into()], ..Options::default() };
    assert!(names.contains(&name_of(&options, &plan)));
}
