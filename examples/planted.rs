//! Plants passages of 10 to 200 words, with 0 to 30 words of a hundred edited, in generated articles, scans them with the
//! default settings, and prints recall and precision by characters for each length and share of edits.
//!
//! ```text
//! cargo run --release --example planted -- 10000
//! cargo run --release --example planted -- 10000 reuse
//! ```
//!
//! One article in five takes in a passage of another one, at a sentence's end. An edit replaces a word, leaves it out, or adds
//! one. *Recall*: characters of the planted text that lie in a finding which has a place in the text it was
//! taken from. *Precision*: of the characters of such findings there, those that were planted. *False*: findings with a place where nothing
//! was planted or taken.
#![allow(missing_docs, clippy::print_stdout)]

#[allow(dead_code, unreachable_pub, clippy::expect_used)]
#[path = "../tests/support/corpus.rs"]
mod corpus;

use std::{collections::HashMap, error::Error, ops::Range};

use corpus::{Articles, Random, Recipe};
use twicetold::{Document, Settings, pipeline};

const LENGTHS: [usize; 6] = [10, 15, 20, 50, 100, 200];
const EDITS: [usize; 4] = [0, 10, 20, 30];

struct Plant {
    class: usize,
    donor: (usize, Range<usize>),
    place: (usize, Range<usize>),
}

#[derive(Clone, Copy, Default)]
struct Row {
    planted: usize,
    characters: usize,
    found: usize,
    reported: usize,
    right: usize,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let documents = arguments.next().map_or(Ok(10_000), |n| n.parse())?;
    let profile = arguments.next().unwrap_or_else(|| "news".to_owned());
    let recipe = Recipe { documents, derived_percent: 0, ..Recipe::default() }.with_words_per_document(300);
    let mut texts: Vec<String> = Articles::new(&recipe).map(|made| made.article.text).collect();
    let plants = plant(&mut texts);
    let document = |(n, text): (usize, String)| Document {
        name: n.to_string(),
        path: n.to_string(),
        text,
        ..Document::default()
    };
    let documents: Vec<Document> = texts.into_iter().enumerate().map(document).collect();
    let plan = Settings::from_layers([("profile", profile.as_str())])?.plan()?;
    let findings = pipeline::scan_documents(documents, &plan, &pipeline::Run::default())?;

    let mut by_place: HashMap<usize, usize> = HashMap::new();
    // Every range that was taken from a text or planted in it.
    let mut known: HashMap<usize, Vec<Range<usize>>> = HashMap::new();
    for (n, plant) in plants.iter().enumerate() {
        by_place.insert(plant.place.0, n);
        for (document, range) in [&plant.donor, &plant.place] {
            known.entry(*document).or_default().push(range.clone());
        }
    }
    let meets = |x: &Range<usize>, y: &Range<usize>| x.start < y.end && y.start < x.end;
    let mut rows = [Row::default(); LENGTHS.len() * EDITS.len()];
    let mut marks: Vec<Vec<Range<usize>>> = vec![Vec::new(); plants.len()];
    let mut false_findings = 0;
    for family in &findings.families {
        let places: Vec<(usize, Range<usize>)> =
            family.occurrences.iter().map(|place| (place.document.index(), place.span.range())).collect();
        for (document, range) in &places {
            let Some(n) = by_place.get(document) else { continue };
            let plant = &plants[*n];
            let from = places.iter().any(|(d, r)| *d == plant.donor.0 && meets(r, &plant.donor.1));
            if from && meets(range, &plant.place.1) {
                marks[*n].push(range.clone());
            }
        }
        let is_known = |(document, range): &(usize, Range<usize>)| {
            known.get(document).is_some_and(|ranges| ranges.iter().any(|known| meets(known, range)))
        };
        false_findings += usize::from(!places.iter().all(is_known));
    }
    for (plant, marks) in plants.iter().zip(&mut marks) {
        let row = &mut rows[plant.class];
        row.planted += 1;
        row.characters += plant.place.1.len();
        marks.sort_by_key(|range| range.start);
        let mut end = 0;
        for mark in marks {
            let fresh = mark.start.max(end)..mark.end.max(end);
            end = fresh.end;
            let right = fresh.end.min(plant.place.1.end).saturating_sub(fresh.start.max(plant.place.1.start));
            row.found += right;
            row.reported += fresh.len();
            row.right += right;
        }
    }
    println!(
        "profile {profile}, {} planted, {} findings, {false_findings} false",
        plants.len(),
        findings.families.len()
    );
    println!("{:>6} {:>6} {:>8} {:>8} {:>9}", "words", "edits", "planted", "recall", "precision");
    for (class, row) in rows.iter().enumerate() {
        let share = |part: usize, of: usize| if of == 0 { 1.0 } else { part as f64 / of as f64 };
        println!(
            "{:6} {:5}% {:8} {:8.4} {:9.4}",
            LENGTHS[class / EDITS.len()],
            EDITS[class % EDITS.len()],
            row.planted,
            share(row.found, row.characters),
            share(row.right, row.reported)
        );
    }
    Ok(())
}

fn plant(texts: &mut [String]) -> Vec<Plant> {
    let originals = texts.to_vec();
    let mut plants = Vec::new();
    for place in (0..texts.len()).step_by(5) {
        let mut random = Random::apart(77, place as u64);
        let class = plants.len() % (LENGTHS.len() * EDITS.len());
        let (length, percent) = (LENGTHS[class / EDITS.len()], EDITS[class % EDITS.len()]);
        // Donors take in nothing themselves, so that no passage travels twice.
        let mut donor = random.below(texts.len());
        let mut words = spans(&originals[donor]);
        while donor.is_multiple_of(5) || words.len() < length {
            donor = (donor + 1) % texts.len();
            words = spans(&originals[donor]);
        }
        let start = random.below(words.len() - length + 1);
        let taken = words[start].start..words[start + length - 1].end;
        let other = &originals[(place + 1) % originals.len()];
        let passage = edited(&originals[donor][taken.clone()], percent, other, &mut random);
        let ends: Vec<usize> = texts[place].match_indices(". ").map(|(at, _)| at + 2).collect();
        let at = ends.get(random.below(ends.len().max(1))).copied().unwrap_or(0);
        texts[place].insert_str(at, &format!("{passage}. "));
        plants.push(Plant { class, donor: (donor, taken), place: (place, at..at + passage.len()) });
    }
    plants
}

fn spans(text: &str) -> Vec<Range<usize>> {
    let mut at = 0;
    let mut spans = Vec::new();
    for piece in text.split(|c: char| !c.is_ascii_alphanumeric()) {
        if !piece.is_empty() {
            spans.push(at..at + piece.len());
        }
        at += piece.len() + 1;
    }
    spans
}

fn edited(passage: &str, percent: usize, other: &str, random: &mut Random) -> String {
    if percent == 0 {
        return passage.to_owned();
    }
    let strangers: Vec<&str> = spans(other).into_iter().map(|span| &other[span]).collect();
    let mut out: Vec<&str> = Vec::new();
    for word in passage.split_whitespace() {
        if !random.chance(percent) {
            out.push(word);
            continue;
        }
        let stranger = strangers[random.below(strangers.len())];
        match random.below(3) {
            0 => out.push(stranger),
            1 => {}
            _ => out.extend([word, stranger]),
        }
    }
    out.join(" ")
}
