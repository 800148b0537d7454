//! `twicetold sample`: what is drawn of a report, how it is shown, and what becomes of the answers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::Value;

fn run(folder: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twicetold"));
    command.current_dir(folder).args(words).env_remove("CLICOLOR_FORCE").stdin(Stdio::null());
    command.output().unwrap()
}

fn out(folder: &Path, words: &[&str]) -> String {
    let output = run(folder, words);
    assert_eq!(output.status.code(), Some(0), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A sentence of `n` words of its own.
fn sentence(name: &str, n: usize) -> Vec<String> {
    (0..n).map(|at| format!("{name}{}{}", (b'a' + u8::try_from(at % 26).unwrap()) as char, at / 26)).collect()
}

/// Forty sentences told again: the last word another one, or one in the middle; and one told again as it is.
fn corpus() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let news = folder.path().join("news");
    fs::create_dir(&news).unwrap();
    let mut copies = Vec::new();
    for n in 0..40 {
        let mut words = sentence(
            &format!("k{}x", char::from(b'a' + n / 10).to_string().repeat(usize::from(n % 10) + 1)),
            40,
        );
        fs::write(
            news.join(format!("{n:02}.txt")),
            words.join(" ") + ". And there it ends, as it does in each of them.\n",
        )
        .unwrap();
        let at = if n % 4 == 0 { 20 } else { 39 };
        words[at] = format!("changed{}", "q".repeat(usize::from(n) + 1));
        copies.push(words.join(" ") + ".");
    }
    copies.push(sentence("same", 30).join(" ") + ".");
    copies.push(sentence("same", 30).join(" ") + ".");
    fs::write(news.join("digest.txt"), copies.join("\n\n")).unwrap();
    out(folder.path(), &["scan", "news", "-f", "json=report.json"]);
    folder
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn families(sample: &Value) -> BTreeSet<String> {
    sample["pairs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pair| pair["family"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn pairs_are_those_of_the_report_and_bins_give_alike() {
    let folder = corpus();
    let path = folder.path();
    let report = json(&fs::read_to_string(path.join("report.json")).unwrap());
    let sample = json(&out(path, &["sample", "report.json", "-n", "10", "-f", "json"]));
    assert_eq!(sample["schema"], "twicetold.sample/1");
    let bins = sample["bins"].as_array().unwrap();
    let sum = |key: &str| bins.iter().map(|bin| bin[key].as_u64().unwrap()).sum::<u64>();
    assert_eq!((sum("drawn"), sum("findings")), (10, 40), "{bins:?}");
    assert!(2 <= bins.len() && bins.iter().all(|bin| 0 < bin["drawn"].as_u64().unwrap()), "{bins:?}");
    for pair in sample["pairs"].as_array().unwrap() {
        let family = report["families"]
            .as_array()
            .unwrap()
            .iter()
            .find(|family| family["fingerprint"] == pair["family"]);
        let family = family.expect("a family of the report");
        assert_eq!((&family["level"], &family["kind"]), (&pair["level"], &pair["kind"]));
        let places = family["occurrences"].as_array().unwrap();
        let keeper = &places[usize::try_from(family["keeper"].as_u64().unwrap()).unwrap()];
        assert_eq!(keeper["text"], pair["keeper"]["text"]);
        let member = places.iter().find(|place| {
            place["start"] == pair["member"]["start"] && place["text"] == pair["member"]["text"]
        });
        assert_eq!(member.expect("a place of it")["similarity"], pair["similarity"]);
        let number = |value: &Value| value.as_f64().unwrap();
        assert!(
            number(&pair["threshold"]) <= number(&pair["similarity"]) && number(&pair["similarity"]) < 1.0
        );
        let level = pair["level"].as_str().unwrap();
        if level != "passage" {
            assert_eq!(pair["threshold"], report["settings"][level]["threshold"]);
        }
        // One word differs, and it is named.
        for (side, is) in [("keeper", false), ("member", true)] {
            let [differs] = pair[side]["differs"].as_array().unwrap().as_slice() else { panic!("{pair}") };
            let text = pair[side]["text"].as_str().unwrap();
            let at = |n: usize| usize::try_from(differs[n].as_u64().unwrap()).unwrap();
            assert_eq!(text[at(0)..at(1)].starts_with("changed"), is, "{pair}");
        }
    }
    // The same again; more holds fewer; another seed draws others; no more than there are.
    let again =
        |words: &[&str]| json(&out(path, &[&["sample", "report.json", "-f", "json"], words].concat()));
    assert_eq!(again(&["-n", "10"]), sample);
    assert!(families(&again(&["-n", "15"])).is_superset(&families(&sample)));
    assert_ne!(families(&again(&["-n", "10", "--seed", "2"])), families(&sample));
    assert_eq!(families(&again(&[])).len(), 40);
    let levels: BTreeSet<&str> = bins.iter().map(|bin| bin["level"].as_str().unwrap()).collect();
    let one = again(&["--level", levels.first().unwrap()]);
    assert!(one["pairs"].as_array().unwrap().iter().all(|pair| pair["level"] == *levels.first().unwrap()));
}

#[test]
fn people_see_both_sides_and_what_differs() {
    let folder = corpus();
    let text = out(folder.path(), &["sample", "report.json", "-n", "2"]);
    assert!(text.starts_with("1/2  near ") && text.contains("\n2/2  near "), "{text}");
    assert!(text.contains(" | ") && text.contains("digest.txt:"), "{text}");
    // The mark stands under the word that was changed, wherever its column begins.
    let lines: Vec<&str> = text.lines().collect();
    let (above, marks) =
        lines.windows(2).map(|pair| (pair[0], pair[1])).find(|(above, _)| above.contains("changed")).unwrap();
    let at = above.find("changed").unwrap();
    let long = above[at..].find(['.', ' ']).unwrap_or(above.len() - at);
    assert_eq!(marks.get(at..at + long), Some("~".repeat(long).as_str()), "{above}\n{marks}");
    assert!(text.contains("sample --judged"), "{text}");
}

#[test]
fn answers_become_a_precision_of_each_bin() {
    let folder = corpus();
    let path = folder.path();
    out(path, &["sample", "report.json", "-n", "12", "-f", "csv=sample.csv"]);
    let mut reader = csv::Reader::from_path(path.join("sample.csv")).unwrap();
    let headers = reader.headers().unwrap().clone();
    assert_eq!(headers.get(0), Some("judged"));
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert!(rows.len() == 12 && rows.iter().all(|row| row.get(0) == Some("")));
    // Every third is left alone, of the others every second is a no.
    let mut writer = csv::Writer::from_path(path.join("filled.csv")).unwrap();
    writer.write_record(&headers).unwrap();
    let answer = |n: usize| {
        if n.is_multiple_of(3) {
            ""
        } else if n.is_multiple_of(2) {
            "no"
        } else {
            "Yes"
        }
    };
    for (n, row) in rows.iter().enumerate() {
        writer.write_record(std::iter::once(answer(n)).chain(row.iter().skip(1))).unwrap();
    }
    drop(writer);
    let told = json(&out(path, &["sample", "--judged", "filled.csv", "-f", "json"]));
    assert_eq!(told["schema"], "twicetold.judged/1");
    let bins = told["bins"].as_array().unwrap();
    for bin in bins {
        let of_bin = (0..).zip(&rows).filter(|(_, row)| {
            Some(&row[1]) == bin["level"].as_str() && Some(&row[2]) == bin["distance"].as_str()
        });
        let answers: Vec<&str> = of_bin.map(|(n, _)| answer(n)).collect();
        let count = |wanted: &str| answers.iter().filter(|answer| **answer == wanted).count();
        let (yes, judged) = (count("Yes"), count("Yes") + count("no"));
        assert_eq!(
            (bin["drawn"].as_u64(), bin["judged"].as_u64(), bin["yes"].as_u64()),
            (Some(answers.len() as u64), Some(judged as u64), Some(yes as u64))
        );
        let Some(precision) = bin["precision"].as_f64() else {
            assert_eq!(judged, 0);
            continue;
        };
        assert!(
            bin["low"].as_f64().unwrap() <= precision && precision <= bin["high"].as_f64().unwrap(),
            "{bin}"
        );
    }
    let sum = |key: &str| bins.iter().map(|bin| bin[key].as_u64().unwrap()).sum::<u64>();
    assert_eq!((sum("drawn"), sum("judged"), sum("yes")), (12, 8, 4));
    let human = out(path, &["sample", "--judged", "filled.csv"]);
    assert_eq!(human.lines().count(), bins.len() + 2, "{human}");
}

#[test]
fn a_report_without_texts_names_places_and_one_without_findings_says_so() {
    let folder = corpus();
    let path = folder.path();
    out(path, &["scan", "news", "--no-text", "-f", "json=bare.json"]);
    let bare = out(path, &["sample", "bare.json", "-n", "3"]);
    assert!(
        bare.contains("digest.txt:") && bare.contains("(no text)") && !bare.contains("changed"),
        "{bare}"
    );
    out(path, &["scan", "news/00.txt", "-f", "json=none.json"]);
    assert!(out(path, &["sample", "none.json"]).starts_with("the report has no finding"));
}

#[test]
fn a_text_of_many_wordings_is_drawn_once_from_a_bin() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let copies: Vec<String> = (0..12)
        .map(|n| {
            let mut words = sentence("w", 40);
            words[39] = format!("changed{}", "q".repeat(n + 1));
            words.join(" ") + "."
        })
        .collect();
    fs::write(path.join("a.txt"), copies.join("\n\n")).unwrap();
    out(path, &["scan", "a.txt", "--level", "sentence", "-f", "json=r.json"]);
    let report = json(&fs::read_to_string(path.join("r.json")).unwrap());
    let families = report["families"].as_array().unwrap();
    assert!(
        families.iter().any(|family| 6 < family["occurrences"].as_array().unwrap().len()),
        "{families:?}"
    );
    let sample = json(&out(path, &["sample", "r.json", "-f", "json"]));
    let mut drawn: Vec<(String, usize)> = Vec::new();
    for pair in sample["pairs"].as_array().unwrap() {
        let above = pair["similarity"].as_f64().unwrap() - pair["threshold"].as_f64().unwrap();
        let bin = [0.05, 0.1, 0.2].iter().filter(|limit| **limit <= above + 1e-9).count();
        let one = (pair["family"].as_str().unwrap().to_owned(), bin);
        assert!(!drawn.contains(&one), "{one:?}");
        drawn.push(one);
    }
    assert!(!drawn.is_empty());
}

#[test]
fn what_this_program_wrote_is_not_read_as_articles() {
    let folder = corpus();
    let path = folder.path();
    out(path, &["sample", "report.json", "-f", "csv=news/s.csv", "-f", "json=news/s.json"]);
    fs::copy(path.join("news/s.csv"), path.join("filled.csv")).unwrap();
    out(path, &["sample", "--judged", "filled.csv", "-f", "json=news/j.json"]);
    out(path, &["estimate", "news", "-f", "json=news/e.json"]);
    out(path, &["estimate", "news", "-f", "json=news/e.json"]);
    let inputs = out(path, &["inputs", "news"]);
    for name in ["s.csv", "s.json", "j.json", "e.json"] {
        assert!(inputs.contains(&format!("skip  news/{name}: ")), "{inputs}");
    }
}

#[test]
fn hostile_texts_stay_texts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let words = sentence("w", 40).join(" ");
    fs::write(path.join("a.txt"), format!("=cmd() \u{1b}[31m{words} end.\n")).unwrap();
    fs::write(path.join("b.txt"), format!("=cmd() \u{1b}[31m{words} finish.\n")).unwrap();
    out(path, &["scan", ".", "-f", "json=r.json"]);
    let human = out(path, &["sample", "r.json"]);
    assert!(human.starts_with("1/1  near document") && !human.contains('\u{1b}'), "{human}");
    out(path, &["sample", "r.json", "-f", "csv=s.csv"]);
    let mut reader = csv::Reader::from_path(path.join("s.csv")).unwrap();
    let row = reader.records().next().unwrap().unwrap();
    assert!(
        row.iter().all(|cell| !cell.starts_with('=')) && row.iter().any(|cell| cell.starts_with("'=cmd")),
        "{row:?}"
    );
}

#[test]
fn wrong_words_say_what_next() {
    let folder = corpus();
    let path = folder.path();
    fs::write(path.join("a.csv"), "judged,level,distance,findings\nperhaps,sentence,0.00 to 0.05 above,3\n")
        .unwrap();
    for (words, said) in [
        (&["sample"][..], "REPORT.json"),
        (&["sample", "missing.json"], "cannot read the report"),
        (&["sample", "a.csv"], "this is not a report"),
        (&["sample", "report.json", "-n", "0"], "0"),
        (&["sample", "report.json", "--level", "chapter"], "is not a level"),
        (&["sample", "report.json", "-f", "sarif"], "`sarif` is no format of this"),
        (&["sample", "report.json", "-f", "csv=report.json"], "would be written over"),
        (&["sample", "report.json", "--judged", "a.csv"], "cannot be used with"),
        (&["sample", "--judged", "a.csv"], "line 2: `perhaps` is no answer"),
        (&["sample", "--judged", "a.csv", "-f", "csv"], "`csv` is no format of this"),
        (&["sample", "--judged", "missing.csv"], "cannot read the table"),
    ] {
        let output = run(path, words);
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{words:?}: {err}");
        assert!(err.contains(said) && output.stdout.is_empty(), "{words:?}: {err}");
    }
}
