//! Archives without texts: they find what archives with texts find, hold no word of a text, and show none.
#![cfg(feature = "archive")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::print_stdout)]

mod support;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use proptest::prelude::*;
use serde_json::Value;
use support::{
    corpus::{Corpus, Recipe},
    fixtures, page, scratch,
};
use twicetold::{
    Settings,
    archive::Archive,
    gate::{Baseline, Boilerplate, Rules, judge},
    pipeline::{self, Against, Run},
    report::{Findings, Format, Report, Style, render},
    source::{Input, Options},
};

/// What stands in the place of characters; none of it may be seen.
const FILLERS: [char; 4] = ['\u{1A}', '\u{80}', '\u{E000}', '\u{F0000}'];

fn twicetold() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twicetold"));
    command.env("NO_COLOR", "1");
    command
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The findings of a check against an archive of what lies in a folder.
fn checked(settings: &Settings, folder: &Path, no_text: bool) -> Findings {
    let path = folder.join(if no_text { "hashed.tta" } else { "kept.tta" });
    let stored =
        ["passage.stems", "keep"].map(|name| (name.to_owned(), settings.get(name).unwrap_or_default()));
    let create = if no_text { Archive::create_without_texts } else { Archive::create };
    let mut archive = create(&path, &stored).unwrap();
    let options = Options::of(settings);
    let input = |name: &str| vec![Input::Path(folder.join(name))];
    pipeline::add(&mut archive, input("old"), &options, &Run::default()).unwrap();
    pipeline::verify(&archive).unwrap();
    let against = Against { archive: Some(&archive), inputs: Vec::new() };
    let plan = settings.plan().unwrap();
    pipeline::check(input("new"), against, &options, &plan, &Run::default()).unwrap().findings
}

/// All that a report says but for texts; of families that are named by the keeper's hashes, their names too.
fn facts(findings: &Findings) -> Value {
    let report = Report::of(findings, false);
    let mut json = serde_json::to_value(&report).unwrap();
    let withheld: BTreeSet<u64> = (json["documents"].as_array().unwrap().iter())
        .filter(|document| document["no_text"] == true)
        .map(|document| document["id"].as_u64().unwrap())
        .collect();
    for family in json["families"].as_array_mut().unwrap() {
        for place in family["occurrences"].as_array_mut().unwrap() {
            let hidden = withheld.contains(&place["document"].as_u64().unwrap());
            assert_eq!(place["text"].is_null(), hidden, "a place has a text where its document has one");
            place["text"] = Value::Null;
        }
        if family["kind"] != "exact" {
            family["fingerprint"] = Value::Null;
        }
    }
    // Findings that weigh the same stand in the order of their names, and the first of the longest is told.
    for document in json["documents"].as_array_mut().unwrap() {
        let document = document.as_object_mut().unwrap();
        document.remove("no_text");
        if let Some(longest) = document.get_mut("longest") {
            *longest = longest["words"].clone();
        }
    }
    json["families"].as_array_mut().unwrap().sort_by_key(ToString::to_string);
    json
}

/// Every report of some findings.
fn reports(findings: &Findings) -> String {
    let report = |format| {
        let mut out = Vec::new();
        render(findings, format, &Style::default(), &mut out).unwrap();
        if format == Format::Html { page::contents(&text(&out)) } else { text(&out) }
    };
    Format::ALL.into_iter().map(report).collect()
}

/// The words of texts that a search for bytes can tell from what else a file holds.
fn words(texts: &str) -> BTreeSet<String> {
    let long = texts.split(|c: char| !c.is_alphanumeric()).filter(|word| 5 < word.len());
    long.map(str::to_lowercase).collect()
}

/// All bytes of an archive and of what lies beside it, with each zstd frame in its blobs unpacked.
fn everything(archive: &Path) -> String {
    let mut bytes = Vec::new();
    for beside in ["", "-wal", "-shm"] {
        bytes.extend(fs::read(format!("{}{beside}", archive.display())).unwrap_or_default());
    }
    let db = rusqlite::Connection::open(archive).unwrap();
    let mut statement = db.prepare("SELECT text FROM documents").unwrap();
    for blob in statement.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap() {
        let blob = blob.unwrap();
        for at in
            blob.windows(4).enumerate().filter(|(_, magic)| *magic == b"\x28\xB5\x2F\xFD").map(|(at, _)| at)
        {
            bytes.extend(zstd::bulk::decompress(&blob[at..], 1 << 24).unwrap_or_default());
        }
    }
    String::from_utf8_lossy(&bytes).to_lowercase()
}

/// Sentences in many scripts, with the marks that limits grow over.
const SENTENCES: [&str; 12] = [
    "The harbour master closed the outer basin at noon because the swell had begun to lift the boats.",
    "“Councillors will vote on the cycling budget after a public hearing”, she said (in November).",
    "A retired clockmaker has left his whole collection of ship chronometers to the small museum on the hill!",
    "Zürich’s naïve café-owners über-prepared for €5.000 façades, coöperating – señor Núñez wrote – since 1987.",
    "港務局長は正午に外港を閉鎖した。うねりが漁船を下の岸壁の上に持ち上げ始めたためである。",
    "市议会将在十一月的第二周举行公开听证会，然后对新的自行车预算进行表决。《晚报》说：“很好！”",
    "เจ้าท่าปิดท่าเรือด้านนอกตอนเที่ยงเพราะคลื่นเริ่มยกเรือประมงขึ้นเหนือท่าเทียบเรือด้านล่าง",
    "أغلق مدير الميناء الحوض الخارجي عند الظهر لأن الأمواج بدأت ترفع قوارب الصيد فوق الرصيف السفلي؟",
    "Visit https://www.example.org/a?b=1 or write to desk@example.org before the state-of-the-art fair 🙂 begins.",
    "Relations between connected stations improved; operators were connecting relational stationery to improvements.",
    "Начальник порта закрыл внешний бассейн в полдень, потому что волны начали поднимать рыбацкие лодки.",
    "What the committee decided, nobody knows: [it] met behind closed doors for seven hours on a cold Sunday.",
];

/// A text made of sentences: which, with how many words left out or changed, and what stands between them.
#[derive(Clone, Debug)]
struct Made(Vec<(usize, u8, u8)>);

fn made() -> impl Strategy<Value = Made> {
    prop::collection::vec((0..SENTENCES.len(), 0_u8..8, 0_u8..4), 1..9).prop_map(Made)
}

impl Made {
    fn text(&self, line_end: &str) -> String {
        let mut text = String::new();
        for (sentence, edit, gap) in &self.0 {
            let mut words: Vec<&str> = SENTENCES[*sentence].split(' ').collect();
            match edit {
                0 => words.truncate(words.len() / 2 + 1),
                1 => words[0] = "Elsewhere",
                2 if 4 < words.len() => words[4] = "meanwhile",
                _ => {}
            }
            text.push_str(&words.join(" "));
            text.push_str(&match gap {
                0 => " ".to_owned(),
                1 => line_end.to_owned(),
                _ => line_end.repeat(2),
            });
        }
        text
    }

    /// The same as a file of one of several sorts, by its ending.
    fn write(&self, folder: &Path, n: usize) {
        let text = self.text(if n % 5 == 1 { "\r\n" } else { "\n" });
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
        let (ending, content) = match n % 5 {
            2 => (
                "html",
                format!(
                    "<html><body><p>{}</p></body></html>",
                    escaped.replace("\n\n", "</p>\n<p>").replace("closed", "<b>closed</b>")
                ),
            ),
            3 => ("md", format!("# Head {n}\n\n{}\n\n```\ncode\n```\n", text.replace("outer", "*outer*"))),
            4 => (
                "jsonl",
                format!(
                    "{}\n",
                    serde_json::json!({"id": format!("n{n}"), "date": "2026-01-02", "text": text})
                ),
            ),
            _ => ("txt", text),
        };
        fs::write(folder.join(format!("f{n}.{ending}")), content).unwrap();
    }
}

fn settings(layers: &[(&str, &str)]) -> Settings {
    Settings::from_layers(layers.iter().copied()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn what_is_found_is_the_same_without_texts(
        old in prop::collection::vec(made(), 1..12), new in prop::collection::vec(made(), 1..6), which in 0_usize..4,
    ) {
        let settings = settings([&[][..], &[("profile", "reuse")], &[("keep", "longest")], &[("min-words", "document=1,paragraph=1,sentence=1")]][which]);
        let folder = tempfile::tempdir().unwrap();
        for (name, texts) in [("old", &old), ("new", &new)] {
            fs::create_dir(folder.path().join(name)).unwrap();
            texts.iter().enumerate().for_each(|(n, made)| made.write(&folder.path().join(name), n));
        }
        let kept = checked(&settings, folder.path(), false);
        let hashed = checked(&settings, folder.path(), true);
        prop_assert_eq!(facts(&hashed), facts(&kept));
        let shown = reports(&hashed);
        prop_assert!(!shown.contains(FILLERS) && !shown.contains('\u{FFFD}'), "{}", shown);
    }
}

#[test]
fn generated_articles_are_found_alike() {
    let folder = scratch("withheld-generated");
    let corpus = Corpus::generate(&Recipe { documents: 300, ..Recipe::default() });
    for (name, range) in [("old", 0..200), ("new", 200..300)] {
        fs::create_dir(folder.join(name)).unwrap();
        for article in &corpus.articles[range] {
            fs::write(folder.join(name).join(format!("{}.txt", article.name)), &article.text).unwrap();
        }
    }
    for profile in ["news", "verbatim", "reuse"] {
        for archive in ["kept.tta", "hashed.tta"] {
            let _ = fs::remove_file(folder.join(archive));
        }
        let settings = settings(&[("profile", profile)]);
        let kept = checked(&settings, &folder, false);
        let hashed = checked(&settings, &folder, true);
        assert!(20 < kept.families.len(), "{profile}: {}", kept.families.len());
        assert_eq!(facts(&hashed), facts(&kept), "{profile}");
        let levels: BTreeSet<_> =
            kept.families.iter().map(|family| (family.level.name(), family.kind.name())).collect();
        assert!(5 < levels.len(), "{levels:?}");
    }
}

#[test]
fn boilerplate_and_names_are_those_of_the_texts() {
    let folder = scratch("withheld-gate");
    let (old, new) = (folder.join("old"), folder.join("new"));
    fs::create_dir(&old).unwrap();
    fs::create_dir(&new).unwrap();
    fs::write(old.join("a.txt"), format!("{}\n\n{}\n", SENTENCES[0], SENTENCES[2])).unwrap();
    fs::write(
        old.join("b.txt"),
        format!("{}\n\nIt was raised by a crane on the next morning.\n", SENTENCES[0]),
    )
    .unwrap();
    fs::write(new.join("c.txt"), format!("{}\n\nNobody had been told of any of it before.\n", SENTENCES[0]))
        .unwrap();
    let rules = Rules { boilerplate: Boilerplate::new([("usual.txt", SENTENCES[0])]), ..Rules::default() };
    let mut all = [false, true].map(|no_text| checked(&Settings::default(), &folder, no_text));
    // Of two copies in the archive none has a text: what comes in speaks for them.
    let begin = &SENTENCES[0][..40];
    for findings in &all {
        let report = Report::of(findings, false);
        assert_eq!((report.families[0].keeper, report.families[0].occurrences.len()), (0, 3));
        assert!(Baseline::of(&report).to_text().contains(begin));
        for format in [Format::Markdown, Format::Github, Format::Sarif, Format::Human] {
            let mut out = Vec::new();
            render(findings, format, &Style::default(), &mut out).unwrap();
            assert!(text(&out).contains(begin), "{}", text(&out));
        }
    }
    for findings in &mut all {
        judge(findings, &rules);
        assert_eq!(findings.families.len(), 1);
        assert_eq!(findings.families[0].state.name(), "suppressed");
        assert!(findings.n_stored == 2 && findings.families[0].kept().unwrap().document.get() == 0);
    }
    // An exact family has the name of its words wherever they stand.
    assert_eq!(all[0].families[0].fingerprint, all[1].families[0].fingerprint);
}

/// An archive of the sample without one article, and that one.
fn sample(folder: &Path) -> (PathBuf, PathBuf) {
    let (old, new) = (folder.join("old"), folder.join("new"));
    fs::create_dir(&old).unwrap();
    fs::create_dir(&new).unwrap();
    for entry in fs::read_dir(fixtures().join("sample")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap();
        // Of Markdown not all that the file says is text.
        if path.extension().is_none_or(|ending| ending != "txt") {
            continue;
        }
        let to = if name == "wire-storm.txt" { &new } else { &old };
        fs::copy(&path, to.join(name)).unwrap();
    }
    (old, new)
}

#[test]
fn no_word_of_a_text_is_in_the_file_or_in_a_report() {
    let folder = scratch("withheld-words");
    let (old, new) = sample(&folder);
    let all = |folder: &Path| -> String {
        fs::read_dir(folder)
            .unwrap()
            .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
            .collect()
    };
    let incoming = all(&new).to_lowercase();
    let names: String =
        fs::read_dir(&old).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let secret: Vec<String> =
        words(&all(&old)).into_iter().filter(|word| !names.contains(word.as_str())).collect();
    assert!(200 < secret.len(), "{}", secret.len());
    let holds = |haystack: &str, words: &[String]| {
        words.iter().filter(|word| haystack.contains(word.as_str())).cloned().collect::<Vec<_>>()
    };
    let archive = |name: &str, flags: &[&str]| {
        let path = folder.join(name);
        let made =
            run(twicetold().args(["index", "create", "--isolated", "-q"]).args(flags).arg(&path).arg(&old));
        assert!(made.status.success(), "{}", text(&made.stderr));
        path
    };
    let (kept, hashed) = (archive("kept.tta", &[]), archive("hashed.tta", &["--no-text"]));
    // What SQLite itself says in the file is no word of an article.
    let own = everything(&archive("empty.tta", &["--no-text", "--glob=!*"]));
    let secret: Vec<String> = secret.into_iter().filter(|word| !own.contains(word.as_str())).collect();
    assert_eq!(holds(&everything(&kept), &secret), secret, "the search finds what is there");
    assert_eq!(holds(&everything(&hashed), &secret), Vec::<String>::new());
    // Reports quote what comes in, and of the archive what it has.
    let secret: Vec<String> = secret.into_iter().filter(|word| !incoming.contains(word.as_str())).collect();
    let report = |archive: &Path, format: &str| {
        let done = run(twicetold()
            .args(["check", "--isolated", "-f", format])
            .arg(&new)
            .arg("--index")
            .arg(archive));
        assert_eq!(done.status.code(), Some(1), "{}", text(&done.stderr));
        let shown = text(&done.stdout);
        // What a page is made of is packed.
        let shown = if format == "html" { page::contents(&shown) } else { shown };
        shown + &text(&done.stderr)
    };
    // Words that reports have of their own: those about other texts.
    let plain = folder.join("plain");
    fs::create_dir(&plain).unwrap();
    ["a.txt", "b.txt"].iter().for_each(|name| fs::write(plain.join(name), SENTENCES[0]).unwrap());
    let mut told = 0;
    for format in Format::ALL {
        let own = run(twicetold().args(["check", "--isolated", "-f", format.name()]).arg(&plain));
        let page = || page::contents(&text(&own.stdout));
        let stdout = if format == Format::Html { page() } else { text(&own.stdout) };
        let own = (stdout + &text(&own.stderr)).to_lowercase();
        let secret: Vec<String> =
            secret.iter().filter(|word| !own.contains(word.as_str())).cloned().collect();
        let shown = report(&hashed, format.name());
        let quoting: String =
            shown.lines().filter(|line| !line.contains("of an archive without texts")).collect();
        assert_eq!(holds(&quoting.to_lowercase(), &secret), Vec::<String>::new(), "{}", format.name());
        assert!(!shown.contains(FILLERS) && !shown.contains(['\u{FFFD}', '\u{241A}']), "{shown}");
        told += holds(&report(&kept, format.name()).to_lowercase(), &secret).len();
    }
    assert!(10 < told, "with texts, words of the archive are shown");
    let human = report(&hashed, "human");
    assert_eq!(human.matches("of an archive without texts").count(), 1, "{human}");
    assert!(!report(&kept, "human").contains("without texts"));
    // Rendered again, it is the same, and says the same once.
    fs::write(
        folder.join("r.json"),
        run(twicetold()
            .args(["check", "--isolated", "-q", "-f", "json"])
            .arg(&new)
            .arg("--index")
            .arg(&hashed))
        .stdout,
    )
    .unwrap();
    let again = text(&run(twicetold().arg("report").arg(folder.join("r.json"))).stdout);
    assert_eq!(again.matches("of an archive without texts").count(), 1, "{again}");
    assert!(!again.contains(FILLERS));
}

#[test]
fn the_command_line_says_what_is_kept() {
    let folder = scratch("withheld-cli");
    let (old, new) = sample(&folder);
    let (kept, hashed) = (folder.join("kept.tta"), folder.join("hashed.tta"));
    let index = |words: &[&str], archive: &Path, more: &[&Path]| {
        let done = run(twicetold().arg("index").args(words).arg(archive).args(more));
        (done.status.code().unwrap(), text(&done.stdout), text(&done.stderr))
    };
    assert_eq!(index(&["create", "--isolated"], &kept, &[&old]).0, 0);
    assert_eq!(index(&["create", "--isolated", "--no-text"], &hashed, &[]).0, 0);
    assert_eq!(index(&["add", "--isolated"], &hashed, &[&old]).1, "6 documents added\n");
    assert_eq!(
        index(&["add", "--isolated", "--no-text"], &hashed, &[&old]).1,
        "0 documents added, 6 were there already\n"
    );
    for (archive, is) in [(&kept, "kept"), (&hashed, "not kept")] {
        let (_, stats, _) = index(&["stats"], archive, &[]);
        let row: Vec<&str> = stats.lines().last().unwrap().splitn(2, ' ').map(str::trim).collect();
        assert_eq!(row, ["texts", is]);
        let (code, _, told) = index(&["verify"], archive, &[]);
        assert_eq!(code, 0, "{told}");
    }
    assert_eq!(index(&["list"], &hashed, &[]).1, index(&["list"], &kept, &[]).1);
    for (words, archive, more, parts) in [
        (
            &["add", "--isolated", "--no-text"][..],
            &kept,
            &[old.as_path()][..],
            ["keeps texts", "index create --no-text"],
        ),
        (
            &["create", "--isolated", "--no-text"],
            &kept,
            &[],
            ["exists already and keeps texts", "another name"],
        ),
        (&["create", "--isolated"], &hashed, &[], ["exists already and keeps no texts", "another name"]),
        (&["export"], &hashed, &[], ["--no-text", "index list"]),
    ] {
        let (code, out, told) = index(words, archive, more);
        assert_eq!((code, out.as_str()), (4, ""), "{words:?}: {told}");
        assert!(parts.iter().all(|part| told.contains(part)), "{words:?}: {told}");
    }
    let export = folder.join("export.jsonl");
    assert_eq!(index(&["export", "-o"], &export, &[&hashed]).0, 4);
    assert!(!export.exists());
    // Other settings are still told by name, and this is none of them.
    let check = |archive: &Path, more: &[&str]| {
        run(twicetold()
            .args(["check", "--isolated", "-q", "-f", "json"])
            .args(more)
            .arg(&new)
            .arg("--index")
            .arg(archive))
    };
    let other = check(&hashed, &["--threshold", "document=0.5"]);
    assert_eq!(other.status.code(), Some(4));
    assert!(text(&other.stderr).contains("document=0.5") && !text(&other.stderr).contains("no-text"));
    // What passes is added without its text.
    assert_eq!(check(&hashed, &["--add=all"]).status.code(), Some(1));
    assert!(index(&["list"], &hashed, &[]).1.contains("wire-storm"));
    assert!(!everything(&hashed).contains("canoeists"));
    assert_eq!(index(&["compact"], &hashed, &[]).0, 0);
    assert_eq!(index(&["verify"], &hashed, &[]).0, 0);
    let help = text(&run(twicetold().args(["index", "create", "--help"])).stdout)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    assert!(help.contains("--no-text") && help.contains("no encryption"), "{help}");
}
