//! Runs the text-alignment task of PAN 2013 (Potthast et al.) and scores it: precision, recall, granularity and
//! plagdet for each class and for the whole.
//!
//! ```text
//! cargo run --release --example pan -- CORPUS --profile reuse --out detections
//! cargo run --release --example pan -- CORPUS --profile reuse --vary passage.gap=12,24
//! ```
//!
//! CORPUS holds `susp/`, `src/` and one folder for each class (`02-no-obfuscation/` …) with a list of `pairs` and an XML
//! file of the truth for each pair.
//!
//! | flag | what |
//! |---|---|
//! | `--profile NAME` | the profile to start from (default `reuse`) |
//! | `--set NAME=VALUE` | any setting, again and again |
//! | `--vary NAME=V1,V2,…` | tries all these values (several flags: all combinations), and chooses among them by cross-validation |
//! | `--out DIR` | writes our spans as PAN's XML, for PAN's own scorers |
//! | `--only NUMBER,…` | only classes whose folders begin so (`02,03`) |
//! | `--misses N` | lists the N worst cases and false detections of each class |
//! | `--corpus` | no pairs given: one index over all documents, whose pairs are then looked up |
//!
//! **Offsets** in PAN's files are Unicode characters, ours are bytes: both ways are counted here.
//!
//! **Cross-validation.** Suspicious documents are split into five parts by number, all pairs of a document together. For each part, the
//! settings that score best (plagdet of the whole) on the other four are used on it; the scores of all parts together are the
//! out-of-fold scores.
#![allow(missing_docs, clippy::print_stdout)]

use std::{
    collections::{BTreeMap, HashMap},
    error::Error,
    fs,
    path::{Path, PathBuf},
};

use rayon::prelude::*;
use twicetold::{
    Document, Settings, passage,
    pipeline::{self, Article},
    settings::PassagePlan,
};

#[path = "pan/score.rs"]
mod score;
use score::{Case, Sums};

const FOLDS: usize = 5;

type Anyhow<T> = Result<T, Box<dyn Error>>;

struct Pair {
    class: usize,
    fold: usize,
    left: usize,
    right: usize,
    name: String,
    truth: Vec<Case>,
}

#[derive(Default)]
struct Corpus {
    classes: Vec<String>,
    names: Vec<String>,
    articles: Vec<Article>,
    /// For each document the byte of every character, and the end.
    bytes: Vec<Vec<u32>>,
    pairs: Vec<Pair>,
}

struct Told {
    corpus: PathBuf,
    profile: String,
    set: Vec<(String, String)>,
    vary: Vec<(String, Vec<String>)>,
    out: Option<PathBuf>,
    only: Vec<String>,
    misses: usize,
    index: bool,
}

fn main() -> Anyhow<()> {
    let told = told()?;
    let corpus = load(&told)?;
    let mut results: Vec<(String, Vec<Vec<Sums>>)> = Vec::new();
    for choice in combinations(&told.vary) {
        let layers = [("profile".to_owned(), told.profile.clone())].into_iter();
        let layers: Vec<(String, String)> =
            layers.chain(told.set.clone()).chain(choice.iter().cloned()).collect();
        let settings = Settings::from_layers(layers.iter().map(|(n, v)| (n.as_str(), v.as_str())))?;
        let plan = settings.plan()?.passage;
        let found = if told.index { indexed(&corpus, &plan)? } else { compared(&corpus, &plan)? };
        let sums = sums(&corpus, &found);
        let label = choice.iter().map(|(n, v)| format!("{n}={v}")).collect::<Vec<_>>().join(" ");
        if told.vary.is_empty() {
            print_table(&corpus.classes, &sums);
        } else {
            print_line(&label, &corpus.classes, &sums);
        }
        if 0 < told.misses {
            print_misses(&corpus, &found, told.misses);
        }
        if let Some(out) = &told.out {
            write(&corpus, &found, out)?;
        }
        results.push((label, sums));
    }
    if 1 < results.len() {
        validate(&corpus.classes, &results);
    }
    Ok(())
}

fn told() -> Anyhow<Told> {
    let mut told = Told {
        corpus: PathBuf::new(),
        profile: "reuse".to_owned(),
        set: Vec::new(),
        vary: Vec::new(),
        out: None,
        only: Vec::new(),
        misses: 0,
        index: false,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(flag) = arguments.next() {
        if !flag.starts_with("--") {
            told.corpus = flag.into();
            continue;
        }
        if flag == "--corpus" {
            told.index = true;
            continue;
        }
        let value = arguments.next().ok_or_else(|| format!("{flag} wants a value"))?;
        let named = || value.split_once('=').ok_or_else(|| format!("{flag} {value}: no `=`"));
        match flag.as_str() {
            "--profile" => told.profile = value,
            "--set" => told.set.push(named().map(|(n, v)| (n.to_owned(), v.to_owned()))?),
            "--vary" => told.vary.push(
                named().map(|(n, v)| (n.to_owned(), v.split(',').map(|v| v.replace(':', "=")).collect()))?,
            ),
            "--out" => told.out = Some(value.into()),
            "--only" => told.only = value.split(',').map(str::to_owned).collect(),
            "--misses" => told.misses = value.parse()?,
            _ => return Err(format!("unknown flag {flag}").into()),
        }
    }
    Ok(told)
}

fn combinations(vary: &[(String, Vec<String>)]) -> Vec<Vec<(String, String)>> {
    vary.iter().fold(vec![Vec::new()], |before, (name, values)| {
        let extend = |head: &Vec<(String, String)>| {
            let head = head.clone();
            values.iter().map(move |value| {
                let mut longer = head.clone();
                longer.push((name.clone(), value.clone()));
                longer
            })
        };
        before.iter().flat_map(|head| extend(head).collect::<Vec<_>>()).collect()
    })
}

fn load(told: &Told) -> Anyhow<Corpus> {
    let mut corpus = Corpus::default();
    let mut classes: Vec<PathBuf> = fs::read_dir(&told.corpus)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.join("pairs").is_file())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            name.starts_with('0')
                && (told.only.is_empty() || told.only.iter().any(|n| name.starts_with(n.as_str())))
        })
        .collect();
    classes.sort();
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let mut texts: Vec<Document> = Vec::new();
    for (class, folder) in classes.iter().enumerate() {
        corpus.classes.push(folder.file_name().unwrap_or_default().to_string_lossy().into_owned());
        for line in fs::read_to_string(folder.join("pairs"))?.lines() {
            let Some((susp, src)) = line.split_once(' ') else { continue };
            let mut number = |side: &str, name: &str| -> Anyhow<usize> {
                if let Some(known) = numbers.get(name) {
                    return Ok(*known);
                }
                let text = String::from_utf8(fs::read(told.corpus.join(side).join(name))?)?;
                texts.push(Document { name: name.to_owned(), text, ..Document::default() });
                numbers.insert(name.to_owned(), texts.len() - 1);
                Ok(texts.len() - 1)
            };
            let (left, right) = (number("susp", susp)?, number("src", src)?);
            let name = format!("{}-{}.xml", susp.trim_end_matches(".txt"), src.trim_end_matches(".txt"));
            let truth = fs::read_to_string(folder.join(&name))?;
            let fold = susp.bytes().filter(u8::is_ascii_digit).fold(0, |n, d| n * 10 + usize::from(d - b'0'));
            corpus.pairs.push(Pair { class, fold: fold % FOLDS, left, right, name, truth: cases(&truth) });
        }
    }
    let offsets = |text: &Document| -> Vec<u32> {
        let starts = text.text.char_indices().map(|(at, _)| at).chain([text.text.len()]);
        starts.map(|at| u32::try_from(at).unwrap_or(u32::MAX)).collect()
    };
    corpus.bytes = texts.par_iter().map(offsets).collect();
    corpus.names = texts.iter().map(|text| text.name.clone()).collect();
    corpus.articles = texts.into_par_iter().map(Article::new).collect();
    Ok(corpus)
}

/// The cases in PAN's XML.
fn cases(xml: &str) -> Vec<Case> {
    let features = xml.split("<feature").skip(1);
    let number = |feature: &str, name: &str| -> Option<u32> {
        let rest = feature.split_once(&format!(" {name}=\""))?.1;
        rest.split_once('"')?.0.parse().ok()
    };
    features
        .filter_map(|feature| {
            let (left, right) = (number(feature, "this_offset")?, number(feature, "source_offset")?);
            let (left_len, right_len) = (number(feature, "this_length")?, number(feature, "source_length")?);
            Some(Case { left: left..left + left_len, right: right..right + right_len })
        })
        .collect()
}

impl Corpus {
    /// Bytes to characters.
    fn characters(&self, document: usize, span: twicetold::Span) -> std::ops::Range<u32> {
        let table = &self.bytes[document];
        let at = |byte: u32| u32::try_from(table.partition_point(|start| *start < byte)).unwrap_or(u32::MAX);
        at(span.start)..at(span.end)
    }

    fn text(&self, document: usize, range: &std::ops::Range<u32>) -> String {
        let table = &self.bytes[document];
        let byte = |at: u32| table[(at as usize).min(table.len() - 1)] as usize;
        self.articles[document].document.text[byte(range.start)..byte(range.end)].replace('\n', " ")
    }
}

/// Each pair by itself.
fn compared(corpus: &Corpus, plan: &PassagePlan) -> Anyhow<Vec<Vec<Case>>> {
    let found: Result<Vec<Vec<Case>>, twicetold::Error> = corpus
        .pairs
        .par_iter()
        .map(|pair| {
            let (left, right) = (&corpus.articles[pair.left], &corpus.articles[pair.right]);
            let shared = pipeline::shared_passages(left, right, plan)?;
            let case = |shared: &twicetold::report::Shared| Case {
                left: corpus.characters(pair.left, shared.left),
                right: corpus.characters(pair.right, shared.right),
            };
            Ok(shared.iter().map(case).collect())
        })
        .collect();
    Ok(found?)
}

/// All documents in one index.
fn indexed(corpus: &Corpus, plan: &PassagePlan) -> Anyhow<Vec<Vec<Case>>> {
    let texts: Vec<passage::Text<'_>> =
        corpus.articles.iter().map(|article| article.text_for(plan)).collect();
    let mut spans: BTreeMap<(usize, usize), Vec<Case>> = BTreeMap::new();
    for pair in passage::find(&texts, plan)?.pairs {
        let side = |(document, words): (twicetold::DocId, twicetold::WordRange)| {
            let all = &corpus.articles[document.index()].words.spans;
            let span = twicetold::Span::new(all[words.start as usize].start, all[words.end as usize - 1].end);
            (document.index(), corpus.characters(document.index(), span))
        };
        let (left, right) = (side(pair.left), side(pair.right));
        let case = |a: &(usize, std::ops::Range<u32>), b: &(usize, std::ops::Range<u32>)| Case {
            left: a.1.clone(),
            right: b.1.clone(),
        };
        spans.entry((left.0, right.0)).or_default().push(case(&left, &right));
        spans.entry((right.0, left.0)).or_default().push(case(&right, &left));
    }
    let of = |pair: &Pair| spans.get(&(pair.left, pair.right)).cloned().unwrap_or_default();
    Ok(corpus.pairs.iter().map(of).collect())
}

/// By class, then by fold.
fn sums(corpus: &Corpus, found: &[Vec<Case>]) -> Vec<Vec<Sums>> {
    let mut sums = vec![vec![Sums::default(); FOLDS]; corpus.classes.len()];
    for (pair, found) in corpus.pairs.iter().zip(found) {
        sums[pair.class][pair.fold] += score::sums(&pair.truth, found);
    }
    sums
}

fn whole<'a>(sums: impl IntoIterator<Item = &'a Sums>) -> Sums {
    sums.into_iter().fold(Sums::default(), |mut all, part| {
        all += *part;
        all
    })
}

fn print_table(classes: &[String], sums: &[Vec<Sums>]) {
    println!(
        "{:28} {:>6} {:>6} {:>8} {:>8} {:>9} {:>11}",
        "class", "cases", "found", "plagdet", "recall", "precision", "granularity"
    );
    let row = |name: &str, sums: Sums| {
        println!(
            "{name:28} {:6} {:6} {:8.5} {:8.5} {:9.5} {:11.5}",
            sums.cases,
            sums.found,
            sums.plagdet(),
            sums.recall(),
            sums.precision(),
            sums.granularity()
        );
    };
    for (class, sums) in classes.iter().zip(sums) {
        row(class, whole(sums));
    }
    row("ENTIRE", whole(sums.iter().flatten()));
}

fn print_line(label: &str, classes: &[String], sums: &[Vec<Sums>]) {
    let scores: Vec<String> = classes
        .iter()
        .zip(sums)
        .map(|(class, sums)| {
            format!("{} {:.4}", class.chars().take(4).collect::<String>(), whole(sums).plagdet())
        })
        .collect();
    let all = whole(sums.iter().flatten());
    println!(
        "{:.5} r {:.4} p {:.4} g {:.4} | {} | {label}",
        all.plagdet(),
        all.recall(),
        all.precision(),
        all.granularity(),
        scores.join(" ")
    );
}

fn validate(classes: &[String], results: &[(String, Vec<Vec<Sums>>)]) {
    let without = |sums: &[Vec<Sums>], fold: usize| {
        whole(
            sums.iter()
                .flat_map(|class| class.iter().enumerate().filter(|(f, _)| *f != fold).map(|(_, s)| s)),
        )
    };
    let best_by = |value: &dyn Fn(&[Vec<Sums>]) -> f64| {
        results.iter().max_by(|x, y| value(&x.1).total_cmp(&value(&y.1))).map_or(&results[0], |best| best)
    };
    let mut out = vec![vec![Sums::default(); FOLDS]; classes.len()];
    let mut inside = 0.0;
    for fold in 0..FOLDS {
        let (label, sums) = best_by(&|sums| without(sums, fold).plagdet());
        inside += without(sums, fold).plagdet() / FOLDS as f64;
        println!("fold {fold}: {label}");
        for (class, sums) in sums.iter().enumerate() {
            out[class][fold] = sums[fold];
        }
    }
    println!("in-fold plagdet, mean: {inside:.5}; out of fold:");
    print_table(classes, &out);
    let (label, sums) = best_by(&|sums| whole(sums.iter().flatten()).plagdet());
    println!("best on all: {label}");
    print_table(classes, sums);
}

fn print_misses(corpus: &Corpus, found: &[Vec<Case>], most: usize) {
    for class in 0..corpus.classes.len() {
        let mut rows: Vec<(f64, String)> = Vec::new();
        for (pair, found) in corpus.pairs.iter().zip(found).filter(|(pair, _)| pair.class == class) {
            let show = |kind: &str, share: f64, case: &Case, others: &[Case]| {
                let places: Vec<String> =
                    others.iter().map(|o| format!("{:?}~{:?}", o.left, o.right)).collect();
                format!(
                    "{kind} {share:.3} {} {:?}~{:?}; others {}\n   L {}\n   R {}",
                    pair.name,
                    case.left,
                    case.right,
                    places.join(" "),
                    corpus.text(pair.left, &case.left),
                    corpus.text(pair.right, &case.right)
                )
            };
            rows.extend(pair.truth.iter().map(|case| {
                let share = score::covered(case, found);
                (share, show("recall", share, case, found))
            }));
            rows.extend(found.iter().map(|case| {
                let share = score::covered(case, &pair.truth);
                (share, show("precision", share, case, &pair.truth))
            }));
        }
        let lost: f64 = rows.iter().map(|row| 1.0 - row.0).sum();
        println!("\n== {}: {lost:.1} lost", corpus.classes[class]);
        rows.sort_by(|x, y| x.0.total_cmp(&y.0));
        // Spread over all that fall short, not only the lost ones.
        let short: Vec<_> = rows.iter().filter(|row| row.0 < 0.97).collect();
        for row in short.iter().step_by((short.len() / most).max(1)).take(most) {
            println!("{}", row.1);
        }
    }
}

fn write(corpus: &Corpus, found: &[Vec<Case>], out: &Path) -> Anyhow<()> {
    fs::create_dir_all(out)?;
    for (pair, found) in corpus.pairs.iter().zip(found) {
        let (susp, src) = (&corpus.names[pair.left], &corpus.names[pair.right]);
        let mut xml =
            format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<document reference=\"{susp}\">\n");
        for case in found {
            xml.push_str(&format!(
                "<feature name=\"detected-plagiarism\" this_offset=\"{}\" this_length=\"{}\" source_reference=\"{src}\" source_offset=\"{}\" source_length=\"{}\" />\n",
                case.left.start, case.left.len(), case.right.start, case.right.len()
            ));
        }
        xml.push_str("</document>\n");
        fs::write(out.join(&pair.name), xml)?;
    }
    Ok(())
}
