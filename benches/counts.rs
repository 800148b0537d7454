//! How many instructions each stage takes, against the numbers in `benches/counts.toml`.
//!
//! ```text
//! cargo bench --bench counts                # compares, and fails when a stage takes more
//! cargo bench --bench counts -- --renew     # writes the numbers anew
//! ```
//!
//! Valgrind's Callgrind counts them, so that a busy machine gives the same numbers as an idle one. It
//! stands for no time: it knows nothing of caches, of branches that are guessed wrongly, or of threads.
//!
//! The compiler inlines otherwise when the same source lies in another folder or an unrelated module grew: by that alone
//! single stages moved by up to 8 %. So a change is marked from [`NOTED`] percent on, and fails only above the tolerance in the
//! file, which lies beyond that.
//! Valgrind has no AVX-512; counted is what an x86-64 with AVX2 runs, whatever this machine has.
//!
//! This program runs itself under Callgrind and reads what that writes: once for all stages, each of which
//! is a call of [`one_stage_counted`] on one thread, and twice for a whole scan, which has threads of its own and so is
//! counted as all that a process does, less the same without the scan.
#![allow(missing_docs, clippy::print_stdout)]

use std::{
    collections::BTreeMap,
    error::Error,
    fmt::Write,
    fs,
    hint::black_box,
    io,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
};

use twicetold::{
    Document, Settings,
    candidate::{Rarity, contained, identical, lsh, prefix},
    hash::mix,
    passage::{self, Text},
    pipeline::{self, Article, Run},
    report::{self, Format, Style},
    segment,
    settings::Ratio,
    shingle,
    sketch::{Params, Signer},
    verify::{shared, verify},
    words::{self, Words},
};

#[allow(dead_code, unreachable_pub, clippy::expect_used)]
#[path = "../tests/support/corpus.rs"]
mod corpus;
#[allow(dead_code, unreachable_pub)]
#[path = "support/sets.rs"]
mod sets;
#[allow(dead_code, unreachable_pub)]
#[path = "support/texts.rs"]
mod texts;

use corpus::{Articles, Recipe};
use texts::{Marks, articles, english, letters};

type Whatever<T> = Result<T, Box<dyn Error>>;

/// From so many percent on a change is marked.
const NOTED: f64 = 3.0;
/// The whole scan: the one stage that is counted by processes.
const SCAN: &str = "scan/all";
/// How many articles the scan and the search for passages get.
const DOCUMENTS: usize = 120;
/// How many units pairs are looked for among.
const UNITS: usize = 3000;

fn main() -> Whatever<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_given = |name: &str| arguments.iter().any(|argument| argument == name);
    match arguments.first().map(String::as_str) {
        Some("--stages") => stages()?,
        Some("--scan") => scan(true)?,
        Some("--prepare") => scan(false)?,
        // Not by `cargo bench`: as a test, everything runs once and nothing is counted.
        _ if !is_given("--bench") => {
            stages()?;
            scan(true)?;
        }
        _ => return compare(is_given("--renew")),
    }
    Ok(ExitCode::SUCCESS)
}

// What is counted.

/// Callgrind counts between its beginning and its end, and knows it by its name.
#[inline(never)]
fn one_stage_counted(stage: &mut dyn FnMut()) {
    stage();
    // Something after the call, so that it is no jump out of this function.
    black_box(());
}

/// Runs a stage, and says which.
fn stage(name: &str, mut work: impl FnMut()) {
    one_stage_counted(&mut work);
    println!("{name}");
}

fn documents() -> Vec<Document> {
    let recipe = Recipe { documents: DOCUMENTS, derived_percent: 20, ..Recipe::default() };
    Articles::new(&recipe.with_words_per_document(250))
        .map(|made| Document {
            name: made.article.name.clone(),
            path: made.article.name,
            text: made.article.text,
            ..Document::default()
        })
        .collect()
}

/// Every stage by itself, on this thread only.
fn stages() -> Whatever<()> {
    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global()?;
    println!("{:?}", words::Path::best());
    read();
    sign()?;
    pair()?;
    let documents = documents();
    stage("segment/articles", || {
        documents.iter().for_each(|document| drop(black_box(segment::segment(document))));
    });
    let plan = Settings::default().plan()?;
    let articles: Vec<Article> = documents.iter().cloned().map(Article::new).collect();
    let texts: Vec<Text<'_>> = articles.iter().map(Article::text).collect();
    stage("passage/find", || drop(black_box(passage::find(black_box(&texts), &plan.passage))));
    let run = Run { threads: 1, ..Run::default() };
    let findings = pipeline::scan_documents(documents, &plan, &run)?;
    stage("report/json", || {
        drop(black_box(report::render(&findings, Format::Json, &Style::default(), &mut io::sink())));
    });
    Ok(())
}

fn read() {
    let mut out = Words::default();
    for (name, articles) in [
        ("words/ascii", articles(Marks::Typewriter, english)),
        ("words/news", articles(Marks::Quotations, english)),
        ("words/chinese", articles(Marks::Typewriter, letters)),
    ] {
        stage(name, || {
            for article in &articles {
                words::words_into(black_box(article), &[], &mut out);
            }
        });
    }
    let read: Vec<Words> =
        articles(Marks::Typewriter, english).iter().map(|text| words::words(text, &[])).collect();
    let mut shingles = Vec::new();
    for size in [3, 5] {
        stage(&format!("shingle/{size}"), || {
            for words in &read {
                shingle::collect_into(black_box(&words.hashes), size, &mut shingles);
            }
        });
    }
}

fn sign() -> Whatever<()> {
    let signer = Signer::new(&Params { lanes: 128, seed: 1 })?;
    let mut lanes = Vec::new();
    for size in [15_u64, 60, 300, 3000] {
        let sets: Vec<Vec<u64>> =
            (0..60_000 / size).map(|set| (0..size).map(|n| mix(set << 32 | n)).collect()).collect();
        stage(&format!("sketch/{size}"), || {
            for set in &sets {
                black_box(signer.sign_into(black_box(set), &mut lanes).is_ok());
            }
        });
    }
    Ok(())
}

fn pair() -> Whatever<()> {
    let digests = sets::digests(UNITS);
    stage("candidate/identical", || drop(black_box(identical(black_box(&digests)))));
    let keys = sets::keys(UNITS);
    stage("candidate/lsh", || drop(black_box(lsh::pairs(black_box(&keys), usize::MAX))));
    let sets = sets::sentences(UNITS);
    stage("candidate/rarity", || drop(black_box(Rarity::of(black_box(&sets)))));
    let rarity = Rarity::of(&sets);
    let (alike, inside) = (Ratio::parse("0.8")?, Ratio::parse("0.9")?);
    let mut found = prefix::candidates(&sets, &rarity, alike);
    stage("candidate/prefix", || found = prefix::candidates(black_box(&sets), &rarity, alike));
    let eligible = vec![true; UNITS];
    stage("candidate/contained", || {
        drop(black_box(contained::candidates(black_box(&sets), &rarity, &eligible, inside)));
    });
    stage("verify/candidates", || drop(black_box(verify(black_box(&found.pairs), &sets, alike))));
    for size in [15, 255, 3000] {
        let pairs = sets::pairs(size);
        stage(&format!("verify/{size}"), || {
            for (left, right) in &pairs {
                black_box(shared(black_box(left), black_box(right)));
            }
        });
    }
    Ok(())
}

/// From documents at hand to findings, or everything but that.
fn scan(really: bool) -> Whatever<()> {
    let documents = documents();
    let plan = Settings::default().plan()?;
    if really {
        let run = Run { threads: 1, ..Run::default() };
        black_box(pipeline::scan_documents(documents, &plan, &run)?.families.len());
    } else {
        black_box(documents);
    }
    Ok(())
}

// How it is counted.

/// What was counted, and by what.
struct Counts {
    rust: String,
    path: String,
    instructions: BTreeMap<String, u64>,
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/counts.toml")
}

/// Runs this program under Callgrind; what it printed, and what Callgrind did.
fn callgrind(mode: &str, flags: &[String]) -> Whatever<(String, String)> {
    // Nothing of the caller's surroundings but the way to the programs.
    let output = Command::new("valgrind")
        .arg("--tool=callgrind")
        .args(flags)
        .arg(std::env::current_exe()?)
        .arg(mode)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .output()?;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() {
        return Err(format!("valgrind: {}\n{told}", output.status).into());
    }
    Ok((String::from_utf8(output.stdout)?, told))
}

/// The number after `label` in what Callgrind wrote.
fn number(text: &str, label: &str) -> Whatever<u64> {
    let rest = text.lines().rev().find_map(|line| Some(line.split_once(label)?.1));
    Ok(rest.ok_or_else(|| format!("Callgrind wrote no `{label}`"))?.trim().parse()?)
}

fn counted() -> Whatever<Counts> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("counts");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let out = folder.join("out");
    let target = format!("--callgrind-out-file={}", out.display());

    // By the whole name and what a compiler may add to it: Callgrind writes no dump for a name that begins with a star.
    let flags = [
        target.clone(),
        "--toggle-collect=*one_stage_counted*".to_owned(),
        "--dump-after=counts::one_stage_counted*".to_owned(),
    ];
    let (said, _) = callgrind("--stages", &flags)?;
    let mut lines = said.lines();
    let path = lines.next().unwrap_or_default().to_owned();
    let mut instructions = BTreeMap::new();
    for (n, stage) in lines.enumerate() {
        let dump = fs::read_to_string(folder.join(format!("out.{}", n + 1)))
            .map_err(|error| format!("Callgrind wrote no dump for {stage}: {error}"))?;
        instructions.insert(stage.to_owned(), number(&dump, "totals:")?);
    }
    let whole = |mode| {
        callgrind(mode, std::slice::from_ref(&target)).and_then(|(_, told)| number(&told, "Collected :"))
    };
    instructions.insert(SCAN.to_owned(), whole("--scan")?.saturating_sub(whole("--prepare")?));
    fs::remove_dir_all(&folder)?;
    Ok(Counts { rust: rust()?, path, instructions })
}

/// The version of the compiler: another one makes other instructions.
fn rust() -> Whatever<String> {
    let output = Command::new("rustc").arg("--version").output()?;
    Ok(String::from_utf8(output.stdout)?.split(' ').nth(1).unwrap_or_default().to_owned())
}

// How it is compared.

fn compare(renew: bool) -> Whatever<ExitCode> {
    let has_valgrind = Command::new("valgrind").arg("--version").stdout(Stdio::null()).status();
    if !has_valgrind.is_ok_and(|status| status.success()) {
        println!("valgrind is not here: no instructions were counted");
        return Ok(ExitCode::SUCCESS);
    }
    let counts = counted()?;
    if renew {
        fs::write(file(), written(&counts)?)?;
        println!("wrote {}", file().display());
        return Ok(ExitCode::SUCCESS);
    }
    let known: toml::Table = fs::read_to_string(file())?.parse()?;
    let text = |key: &str| known.get(key).and_then(toml::Value::as_str).unwrap_or_default();
    let percent = known.get("tolerance_percent").and_then(toml::Value::as_integer).unwrap_or(0);
    let verdict = judge(&counts, &known, percent as f64);
    print!("{}", verdict.table);
    for (what, here, there) in
        [("Rust", &*counts.rust, text("rust")), ("words by", &*counts.path, text("words"))]
    {
        if here != there {
            println!(
                "counted with {what} {here}, and the file with {there}: the change above need not be the source's, \
                 and fails nothing"
            );
            return Ok(ExitCode::SUCCESS);
        }
    }
    let how = "`cargo bench --bench counts -- --renew` writes the file anew";
    if verdict.more || verdict.unlike {
        println!(
            "more than {percent} % more instructions than known, or other stages: mend it, or say in the commit why; {how}"
        );
        return Ok(ExitCode::FAILURE);
    }
    if verdict.less {
        println!("more than {percent} % fewer: well done; {how}, or the gain may be lost unnoticed");
    }
    Ok(ExitCode::SUCCESS)
}

struct Verdict {
    table: String,
    more: bool,
    less: bool,
    unlike: bool,
}

fn judge(counts: &Counts, known: &toml::Table, percent: f64) -> Verdict {
    let mut verdict = Verdict { table: String::new(), more: false, less: false, unlike: false };
    let empty = toml::Table::new();
    let known = known.get("instructions").and_then(toml::Value::as_table).unwrap_or(&empty);
    let mut line = |name: &str, here: &str, there: &str, what: &str| {
        verdict.table += &format!("{name:<22} {here:>13} {there:>13}  {what}\n");
    };
    line("stage", "counted", "known", "change");
    for (name, &here) in &counts.instructions {
        let there = known.get(name).and_then(toml::Value::as_integer).and_then(|n| u64::try_from(n).ok());
        let Some(there) = there.filter(|&there| there != 0) else {
            line(name, &here.to_string(), "–", "not in the file");
            verdict.unlike = true;
            continue;
        };
        let change = 100.0 * (here as f64 / there as f64 - 1.0);
        let (more, less) = (percent < change, change < -percent);
        let word = match (more, less) {
            (true, _) => "  MORE",
            (_, true) => "  LESS",
            _ if NOTED < change => "  more",
            _ if change < -NOTED => "  less",
            _ => "",
        };
        line(name, &here.to_string(), &there.to_string(), &format!("{change:+.2} %{word}"));
        verdict.more |= more;
        verdict.less |= less;
    }
    for name in known.keys().filter(|name| !counts.instructions.contains_key(*name)) {
        line(name, "–", "", "no such stage");
        verdict.unlike = true;
    }
    verdict
}

/// The file, with thousands apart.
fn written(counts: &Counts) -> Whatever<String> {
    let mut text = String::from(
        "# Instructions of each stage as Callgrind counts them: written by `cargo bench --bench counts -- --renew`,\n\
         # compared by `cargo bench --bench counts`.\n\
         tolerance_percent = 10\n",
    );
    writeln!(text, "rust = \"{}\"\nwords = \"{}\"\n\n[instructions]", counts.rust, counts.path)?;
    for (name, count) in &counts.instructions {
        let digits = count.to_string();
        let groups: Vec<&str> =
            digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
        writeln!(text, "\"{name}\" = {}", groups.join("_"))?;
    }
    Ok(text)
}
