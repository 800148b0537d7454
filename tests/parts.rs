//! The steps for many machines, put together in the plainest way, find what a scan finds.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_possible_truncation)]

#[path = "parts/passages.rs"]
mod passages;
mod support;

use std::collections::{BTreeMap, BTreeSet};

use support::corpus::{Corpus, Recipe};
use twicetold::{
    Document, Level, Plan, Settings,
    family::Family,
    hash,
    pipeline::{
        Run, parts,
        parts::{
            Unit, asking, bands,
            counted::{self, why},
            crowd,
            families::{Families, Known, Looked, Pair},
            joins, spelled, told,
        },
        scan_documents,
    },
};

struct Draw(u64);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 += 1;
        usize::try_from(hash::mix(self.0)).unwrap() % n
    }
}

/// Documents of a few paragraphs: originals, copies, near copies, parts and joins of those before; and many wordings of one text.
fn texts(n: usize, seed: u64) -> Vec<String> {
    let mut draw = Draw(seed);
    let words = |draw: &mut Draw, n: usize| -> Vec<String> {
        (0..n).map(|_| format!("w{}", draw.below(1 + draw.0 as usize % 4000))).collect()
    };
    let paragraph = |draw: &mut Draw| {
        let n = 8 + draw.below(50);
        format!("{}.", words(draw, n).join(" "))
    };
    let document = |draw: &mut Draw| {
        let n = 1 + draw.below(5);
        (0..n).map(|_| paragraph(draw)).collect::<Vec<_>>().join("\n\n")
    };
    let edited = |draw: &mut Draw, text: &str, of_hundred: usize| {
        let edit = |word: &str| {
            if draw.below(100) < of_hundred { format!("e{}", draw.below(999)) } else { word.to_owned() }
        };
        text.split(' ').map(edit).collect::<Vec<_>>().join(" ")
    };
    let stock = format!("{}\n\n{}", paragraph(&mut draw), paragraph(&mut draw));
    let mut texts = vec![document(&mut draw)];
    for _ in 1..n {
        let old = texts[draw.below(texts.len())].clone();
        let text = match draw.below(14) {
            0 => old.to_uppercase(),
            1 | 2 => edited(&mut draw, &old, 3),
            3 => format!("{old}\n\n{}", document(&mut draw)),
            4 => old.split("\n\n").next().unwrap().to_owned(),
            5..=7 => edited(&mut draw, &stock, 2),
            8 => format!("{}\n\n{}", paragraph(&mut draw), stock),
            _ => document(&mut draw),
        };
        texts.push(text);
    }
    texts
}

type Pairs = BTreeMap<(u64, u64), u8>;

fn add(pairs: &mut Pairs, found: &[(u64, u64)], reason: u8) {
    for (left, right) in found {
        *pairs.entry((*left.min(right), *left.max(right))).or_default() |= reason;
    }
}

/// Buckets in order, members in order.
fn buckets<T: Ord>(records: impl IntoIterator<Item = (u64, T)>) -> BTreeMap<u64, BTreeSet<T>> {
    let mut buckets: BTreeMap<u64, BTreeSet<T>> = BTreeMap::new();
    for (bucket, member) in records {
        buckets.entry(bucket).or_default().insert(member);
    }
    buckets
}

fn by_bands(firsts: &BTreeMap<u64, &Unit>, level: Level, plan: &Plan, pairs: &mut Pairs) {
    let mut signing = bands::Bands::new(plan, level).unwrap();
    let mut keys = Vec::new();
    let mut records = Vec::new();
    for (name, unit) in firsts {
        signing.keys(&unit.spelled, &mut keys);
        records.extend((0..).zip(&keys).map(|(band, key)| (band << 32 | u64::from(*key), *name)));
    }
    let mut large_before: BTreeMap<u64, u8> = BTreeMap::new();
    let mut found = Vec::new();
    for members in buckets(records).into_values().map(|members| members.into_iter().collect::<Vec<u64>>()) {
        if bands::pairs(&members, &mut found) {
            continue;
        }
        let rich = |unit: u64| {
            let before = large_before.entry(unit).or_default();
            *before = before.saturating_add(1);
            (unit, *before <= bands::RICH_BANDS)
        };
        let members: Vec<(u64, bool)> = members.into_iter().map(rich).collect();
        bands::pairs_of_large(&members, &mut found);
    }
    add(pairs, &found, why::NEAR);
}

fn by_joins(firsts: &BTreeMap<u64, &Unit>, level: Level, plan: &Plan, pairs: &mut Pairs) {
    let unit_plan = plan.unit(level).unwrap();
    let shingles: u64 = firsts.values().map(|unit| u64::from(unit.shingles)).sum();
    let sets: BTreeMap<u64, Vec<u64>> =
        firsts.iter().map(|(name, unit)| (*name, joins::set(&unit.spelled, unit_plan))).collect();
    let mut counts = joins::Counts::new(shingles);
    sets.values().for_each(|set| counts.add(set));
    let rare = joins::Rare::of(counts.counts().to_vec());
    if joins::is_exact(firsts.len() as u64, shingles, unit_plan) {
        let mut records = Vec::new();
        for (name, set) in &sets {
            let mut keys = Vec::new();
            let sketch = rare.prefix(set, unit_plan, &mut keys).to_bytes();
            records.extend(keys.iter().map(|key| (u64::from(*key), (*name, sketch))));
        }
        let mut found = Vec::new();
        for members in buckets(records).into_values() {
            let sketch = |(name, bytes): (u64, [u8; 20])| (name, joins::Sketch::from_bytes(&bytes).unwrap());
            let members: Vec<_> = members.into_iter().map(sketch).collect();
            joins::pairs(&members, unit_plan.threshold, &mut found);
        }
        add(pairs, &found, why::NEAR);
    } else {
        by_bands(firsts, level, plan, pairs);
    }
    let mut records = Vec::new();
    for (name, set) in &sets {
        let (mut asked, mut held) = (Vec::new(), Vec::new());
        rare.asks(set, firsts[name].words.len(), plan, &mut asked);
        let sketch = joins::holds(set, |key| held.push(key)).to_bytes();
        records.extend(held.iter().map(|key| (u64::from(*key), (*name, sketch, asked.contains(key)))));
    }
    let mut found = Vec::new();
    for members in buckets(records).into_values() {
        let sketch = |(name, bytes, asks): (u64, [u8; 20], bool)| {
            (name, joins::Sketch::from_bytes(&bytes).unwrap(), asks)
        };
        let members: Vec<_> = members.into_iter().map(sketch).collect();
        joins::holding(&members, plan.containment, &mut found);
    }
    add(pairs, &found, why::INSIDE);
}

fn by_asking(firsts: &BTreeMap<u64, &Unit>, plan: &Plan, pairs: &mut Pairs) {
    let documents: BTreeMap<u64, asking::Document> = firsts
        .iter()
        .map(|(name, unit)| (*name, asking::Document::new(&unit.spelled, unit.words.len(), plan)))
        .collect();
    let sampled: BTreeMap<u64, asking::Sampled> =
        documents.iter().map(|(name, document)| (*name, document.sampled(plan))).collect();
    let holders = buckets(
        sampled.iter().flat_map(|(name, sampled)| sampled.keys.iter().map(|key| (u64::from(*key), *name))),
    );
    let wanted = asking::asks(plan.containment);
    let reason = |small: u64, large: u64, left: u8, right: u8| if small < large { left } else { right };
    let mut short = Vec::new();
    for (small, sampled) in &sampled {
        let asked = &sampled.keys[..sampled.asks];
        let held = asked.iter().map(|key| &holders[&u64::from(*key)]).filter(|held| 1 < held.len());
        let (crowds, few): (Vec<_>, Vec<_>) = held.partition(|held| asking::CROWD < held.len());
        for large in few.iter().take(wanted).flat_map(|held| held.iter()).filter(|large| *large != small) {
            add(pairs, &[(*small, *large)], reason(*small, *large, why::LEFT_SAMPLED, why::RIGHT_SAMPLED));
        }
        let shared = few.len() + crowds.len();
        let is_unsure =
            few.len() < wanted && !crowds.is_empty() && (asked.len() < 8 || asked.len() <= 2 * shared);
        if sampled.is_short || !asked.is_empty() && is_unsure {
            short.push(*small);
        }
    }
    let holders = buckets(
        documents
            .iter()
            .flat_map(|(name, document)| document.keys(plan).into_iter().map(|key| (u64::from(key), *name))),
    );
    for small in short {
        let document = &documents[&small];
        let (most, asked) = (document.answers(plan), document.asked(plan));
        let held = asked.iter().filter_map(|key| holders.get(&u64::from(*key))).filter(|held| 1 < held.len());
        let (mut crowds, few): (Vec<_>, Vec<_>) = held.partition(|held| asking::CROWD < held.len());
        if 8 <= asked.len() && 2 * (crowds.len() + few.len()) < asked.len() {
            continue;
        }
        for large in few.iter().take(most).flat_map(|held| held.iter()).filter(|large| **large != small) {
            add(pairs, &[(small, *large)], reason(small, *large, why::LEFT_ASKED, why::RIGHT_ASKED));
        }
        crowds.sort_by_key(|crowd| crowd.len());
        for crowd in crowds.into_iter().take(most - few.len().min(most)) {
            let (mut looked, mut asked) = (crowd::Looked::default(), crowd::Crowd::default());
            for other in crowd.iter().filter(|other| looked.is_reached(documents[other].size())) {
                asked.push(*other, &firsts[other].spelled, plan);
            }
            let mut found = Vec::new();
            asked.ask(small, &firsts[&small].spelled, plan, &mut found);
            let found: Vec<(u64, u64)> = found.iter().map(|inside| (inside.left, inside.right)).collect();
            // They stand there: that is known, and need not be asked again.
            add(pairs, &found, why::INSIDE);
        }
    }
}

fn on_many_machines(texts: &[String], plan: &Plan) -> Vec<Family> {
    let mut families = Families::new(plan);
    let mut units: BTreeMap<(Level, u64), (Unit, u32)> = BTreeMap::new();
    for (document, text) in (0..).zip(texts) {
        let (all, of_text) = parts::units(text, plan);
        for unit in of_text {
            units.insert((unit.level, parts::name(document, unit.words.start)), (unit, all));
        }
    }
    for level in Level::UNITS.into_iter().filter(|level| *plan.level.get(*level)) {
        let mut first_of: BTreeMap<hash::Digest, u64> = BTreeMap::new();
        let (mut firsts, mut repeats) = (BTreeMap::new(), Vec::new());
        for ((_, name), (unit, _)) in units.iter().filter(|((of, _), _)| *of == level) {
            match first_of.get(&unit.digest) {
                Some(first) => repeats.push((*first, *name)),
                None => {
                    first_of.insert(unit.digest, *name);
                    firsts.insert(*name, unit);
                }
            }
        }
        let mut pairs = Pairs::new();
        if level == Level::Document {
            by_bands(&firsts, level, plan, &mut pairs);
            by_asking(&firsts, plan, &mut pairs);
        } else {
            by_joins(&firsts, level, plan, &mut pairs);
        }
        let of_level = units.iter().filter(|((of, _), _)| *of == level);
        // Backwards: order must not matter.
        let known = of_level.rev().map(|((_, name), (unit, all))| Known {
            unit: *name,
            words: unit.words.len(),
            span: unit.span,
            document_words: *all,
            time: None,
        });
        families.add_units(level, known);
        families.add_repeats(level, repeats.into_iter().rev());
        for ((left, right), reasons) in pairs.into_iter().rev() {
            let found = counted::count(&firsts[&left].spelled, &firsts[&right].spelled, reasons, level, plan);
            families.add_matches(level, found.near.map(|overlap| Pair { left, right, overlap }).into_iter());
            families.add_inside(level, found.inside.map(|overlap| Pair { left, right, overlap }).into_iter());
        }
    }
    if plan.level.passage {
        passages::search(texts, plan, &mut families);
    }
    let text = |level: Level, name: u64| units[&(level, name)].0.spelled.as_str();
    let mut rounds = 0;
    loop {
        let wanted = families.wanted().unwrap();
        if wanted.is_empty() {
            break;
        }
        rounds += 1;
        assert!(rounds < 40, "rounds end");
        for pair in wanted {
            let (left, right) = (text(pair.level, pair.left), text(pair.level, pair.right));
            let found = counted::count(left, right, why::NEAR, pair.level, plan);
            families.answer(pair.level, (pair.left, pair.right), found.near);
        }
    }
    assert!(0 < rounds || plan.level.passage, "some keepers are counted against more than their matches");
    let places = families.places();
    let told: Vec<Option<told::Place>> = places
        .iter()
        .map(|place| {
            let read = || told::Read::new(&texts[parts::document(place.unit) as usize]);
            (place.level == Level::Passage).then(|| read().place(passages::range(place.unit, place.words)))
        })
        .collect();
    let looked: Vec<Looked> = places
        .iter()
        .zip(&told)
        .map(|(place, passage)| {
            let (keeper, unit) = match (&told[place.keeper_place], passage) {
                (Some(keeper), Some(passage)) => (keeper.spelled.as_str(), passage.spelled.as_str()),
                _ => (text(place.level, place.keeper), text(place.level, place.unit)),
            };
            Looked {
                shared_words: told::shared_words(keeper, unit, place.same),
                fingerprint: spelled::fingerprint(place.level, keeper),
                limits: passage.as_ref().map(|passage| (passage.span, passage.around.clone())),
            }
        })
        .collect();
    families.families(&looked)
}

#[test]
fn the_steps_find_what_a_scan_finds() {
    for (seed, layers) in [
        (1, vec![("level", "document")]),
        (2, vec![("level", "paragraph")]),
        (3, vec![("level", "document,paragraph"), ("keep", "longest")]),
        (4, vec![("level", "paragraph,sentence"), ("threshold", "paragraph=0.5,sentence=0.6")]),
        (5, vec![("level", "document"), ("threshold", "document=0.45"), ("containment", "0.8")]),
    ] {
        same(&texts(450, seed), &layers, 20);
    }
}

/// Whether the steps find as many families as a scan, more than so many, and the same ones.
fn same(texts: &[String], layers: &[(&str, &str)], many: usize) {
    let plan = Settings::from_layers(layers.iter().copied()).unwrap().plan().unwrap();
    let documents = texts.iter().map(|text| Document { text: text.clone(), ..Document::default() });
    let found = scan_documents(documents.collect(), &plan, &Run::default()).unwrap();
    assert!(many < found.families.len(), "{layers:?}: {}", found.families.len());
    let parted = on_many_machines(texts, &plan);
    for (one, other) in found.families.iter().zip(&parted) {
        assert_eq!(one, other, "{layers:?}");
    }
    assert_eq!(found.families.len(), parted.len(), "{layers:?}");
}

#[test]
fn the_steps_find_the_passages_of_a_scan() {
    for (seed, layers) in [
        (6, vec![("level", "passage")]),
        (7, vec![("level", "document,passage"), ("keep", "longest")]),
        (8, vec![("level", "document,paragraph,sentence,passage")]),
        (9, vec![("level", "passage"), ("passage.rare-documents", "3"), ("shingle", "passage=5")]),
        (10, vec![("level", "paragraph,passage"), ("profile", "reuse")]),
    ] {
        same(&texts(250, seed), &layers, 20);
        let recipe = Recipe {
            seed,
            documents: 120,
            derived_percent: 50,
            boilerplate_percent: 30,
            ..Recipe::default()
        };
        let articles = Corpus::generate(&recipe).articles;
        same(&articles.into_iter().map(|article| article.text).collect::<Vec<_>>(), &layers, 10);
    }
}

#[test]
fn frequent_passages_are_those_of_a_scan() {
    for (seed, level) in [(1, "passage"), (2, "passage,paragraph,document")] {
        same(&passages::frequent(seed), &[("level", level)], 1);
    }
}
