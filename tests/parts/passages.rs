//! The search for passages, cut into its steps, and the corpora it is held against a scan with.

use std::collections::{BTreeMap, BTreeSet};

use twicetold::{
    DocId, Plan, hash,
    passage::Aligned,
    pipeline::{
        parts,
        parts::{
            families::{Described, Families},
            passages::{self, Apart, Both, LONGER, MANY, Named, Place, Text, Waits},
        },
    },
    span::WordRange,
};

type Not = Vec<(WordRange, WordRange)>;

/// Adds all that families of passages are made of.
pub(crate) fn search(texts: &[String], plan: &Plan, families: &mut Families) {
    let records = |text: &String| Text::from_bytes(&Text::new(text, plan).to_bytes()).unwrap();
    let texts: Vec<Text> = texts.iter().map(records).collect();
    let n_words = |text: &Text| u32::try_from(text.words.len()).unwrap();
    let named = |(document, text): (u32, &Text)| Named {
        document,
        words: n_words(text),
        time: None,
        names: text.names(),
    };
    let mut all: Vec<Named> = (0..).zip(&texts).map(named).collect();
    // Backwards: order must not matter.
    all.reverse();
    let mut first_of: BTreeMap<u32, u32> = BTreeMap::new();
    passages::copies(&mut all, plan.keep, |first, copy| {
        first_of.insert(copy, first);
    });
    let searched: Vec<(u32, &Text)> =
        (0..).zip(&texts).filter(|(document, _)| !first_of.contains_key(document)).collect();
    let mut found: BTreeMap<(u32, u32), Vec<Aligned>> = BTreeMap::new();
    let links = links(&searched, plan);
    let compare = |(left, right): (u32, u32), not: &Not| {
        let side = |n: u32| (DocId::from_packed(n), texts[n as usize].lent());
        let both = Both { left: side(left), right: (left != right).then(|| side(right)) };
        let links: Vec<(u32, u32)> = links[&(left, right)].iter().copied().rev().collect();
        passages::compare(&both, &links, not, &plan.passage).unwrap().pairs
    };
    for documents in links.keys() {
        found.insert(*documents, compare(*documents, &Not::new()));
    }
    let formulas = formulas(&searched, &found, texts.len(), plan);
    for (documents, not) in formulas {
        found.insert(documents, compare(documents, &not));
    }
    let described = |(document, text): (u32, &Text)| {
        (document, Described { words: n_words(text), time: None, is_whole: text.is_whole(plan) })
    };
    families.add_documents(searched.iter().copied().map(described));
    families.add_copies(first_of.iter().rev().map(|(copy, first)| (*first, *copy)));
    families.set_words(searched.iter().map(|(_, text)| text.words.len() as u64).sum());
    for ((left, right), pairs) in found.iter().rev() {
        let back = |pair: &Aligned| {
            let back = passages::span_from_bytes(*left, *right, &passages::span_to_bytes(pair)).unwrap();
            assert_eq!(&back, pair);
            back
        };
        let mut spans: Vec<(u32, Aligned)> = (0..).zip(pairs.iter().map(back)).collect();
        spans.reverse();
        families.add_spans(spans.into_iter());
    }
    for (document, words) in families.needed().into_iter().rev() {
        families.add_words(document, words.start, &texts[document as usize].words[words.native()]).unwrap();
    }
}

/// For each pair of documents the pairs of their places.
fn links(searched: &[(u32, &Text)], plan: &Plan) -> BTreeMap<(u32, u32), BTreeSet<(u32, u32)>> {
    let plan = &plan.passage;
    let mut buckets: BTreeMap<u64, BTreeSet<(Place, Option<u64>)>> = BTreeMap::new();
    for (document, text) in searched {
        passages::seeds(&text.words, plan, |seed| {
            buckets.entry(seed.key).or_default().insert(((*document, seed.word), seed.before));
        });
    }
    let mut places: BTreeSet<(Place, Place)> = BTreeSet::new();
    let (mut later, mut hot) = (Vec::new(), BTreeMap::new());
    for (key, members) in buckets {
        let members: Vec<_> = members.into_iter().collect();
        let visit = |left, right, unless: Option<u64>| match unless {
            Some(key) => later.push((key, left, right)),
            None => {
                places.insert((left, right));
            }
        };
        if !passages::pairs(&members, visit) {
            hot.insert(key, members);
        }
    }
    places.extend(
        later.iter().filter(|(key, ..)| hot.contains_key(key)).map(|(_, left, right)| (*left, *right)),
    );
    let texts: BTreeMap<u32, &Text> = searched.iter().copied().collect();
    let apart = |(place, _): &(Place, Option<u64>)| {
        let apart = passages::apart(&texts[&place.0].words, place.1, plan);
        (*place, Apart::from_bytes(&apart.to_bytes()).unwrap())
    };
    let groups: Vec<Vec<(Place, Apart)>> =
        hot.values().map(|members| members.iter().map(apart).collect()).collect();
    let mut waits = Waits::default();
    for length in 0..LONGER.len() {
        let waiting =
            |group: &Vec<(Place, Apart)>| passages::frequent(group, plan, waits, |_, _| ()).places[length];
        let waiting: u64 = groups.iter().map(waiting).sum();
        waits[length] = (MANY as u64) < waiting;
    }
    for group in &groups {
        passages::frequent(group, plan, waits, |left, right| {
            places.insert((left, right));
        });
    }
    let mut links: BTreeMap<(u32, u32), BTreeSet<(u32, u32)>> = BTreeMap::new();
    for ((left, at), (right, other)) in places {
        links.entry((left, right)).or_default().insert((at, other));
    }
    links
}

/// For each pair of documents that has any, the spans that are formulas.
fn formulas(
    searched: &[(u32, &Text)],
    found: &BTreeMap<(u32, u32), Vec<Aligned>>,
    n_documents: usize,
    plan: &Plan,
) -> BTreeMap<(u32, u32), Not> {
    let mut formulas: BTreeMap<(u32, u32), Not> = BTreeMap::new();
    let plan = &plan.passage;
    if plan.rare_documents == 0 || n_documents < plan.rare_documents as usize {
        return formulas;
    }
    let mut holders: BTreeMap<u64, u32> = BTreeMap::new();
    for run in searched.iter().flat_map(|(_, text)| passages::runs(&text.words)) {
        *holders.entry(run).or_default() += 1;
    }
    let texts: BTreeMap<u32, &Text> = searched.iter().copied().collect();
    for (documents, pairs) in found {
        for pair in pairs {
            let Some(asked) = passages::asked(pair, &texts[&documents.0].words, plan) else { continue };
            let rare = asked.iter().filter(|run| holders[run] <= plan.rare_documents).count();
            if rare < plan.rare_runs as usize {
                formulas.entry(*documents).or_default().push((pair.left.1, pair.right.1));
            }
        }
    }
    formulas
}

/// Draws numbers.
pub(crate) struct Draw(pub(crate) u64);

impl Draw {
    fn words(&mut self, n: u64, of: u64) -> Vec<String> {
        let mut word = || {
            self.0 += 1;
            format!("v{}", hash::mix(self.0) % of)
        };
        (0..n).map(|_| word()).collect()
    }
}

/// One paragraph in a hundred documents, in some from its middle on or up to there, in some with a word of it another one, in some
/// several times; and phrases said again and again.
pub(crate) fn frequent(seed: u64) -> Vec<String> {
    let mut draw = Draw(seed << 32);
    let stock = draw.words(60, 5000);
    let phrase = draw.words(3, 5000);
    let mut texts: Vec<String> = Vec::new();
    for n in 0..130_u64 {
        let (before, after) = (draw.words(12, 5000).join(" "), draw.words(9, 5000).join(" "));
        let mut told = match n % 10 {
            0 => stock[20..].to_vec(),
            1 => stock[..35].to_vec(),
            2 => stock[9..44].to_vec(),
            _ => stock.clone(),
        };
        match n % 7 {
            0 => told[(n % 30) as usize] = format!("x{n}"),
            1 => told.extend(stock.clone()),
            2 => told.extend(phrase.iter().cycle().take(5 + n as usize).cloned()),
            _ => {}
        }
        texts.push(format!("{before}. {} {after}.", told.join(" ")));
    }
    texts
}

/// The words of a passage.
pub(crate) fn range(unit: u64, words: u32) -> WordRange {
    let start = parts::first_word(unit);
    WordRange { start, end: start + words }
}
