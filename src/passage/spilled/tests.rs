//! What is found with bounded memory is what is found without.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;

use super::*;
use crate::{
    hash,
    passage::{Linked, Part, Stored, Text, find, find_telling, seed},
    settings::Settings,
};

/// A word of a script with spaces, or a letter of one without.
fn word(n: u64) -> u64 {
    hash::mix(n) & !1 | u64::from(n.is_multiple_of(17))
}

fn texts(documents: &[Vec<u64>]) -> Vec<Text<'_>> {
    let text = |words| Text { words, sentences: &[], paragraphs: &[], stems: words };
    documents.iter().map(|words| text(words.as_slice())).collect()
}

fn stored(texts: &[Text<'_>], space: &Space) -> Stored {
    let mut stored = Stored::new(space);
    texts.iter().for_each(|text| stored.push(text).unwrap());
    stored.flush().unwrap();
    stored
}

/// The links of both ways, ascending, and the places that none follows.
fn links_of(texts: &[Text<'_>], memory: usize) -> [(Vec<Link>, u64); 2] {
    let folder = tempfile::tempdir().unwrap();
    let space = Space::new(folder.path());
    let corpus = Corpus::new(texts).unwrap();
    let (mut links, plain) = seed::links(&corpus, 4);
    links.sort_unstable();
    let at_hand = Budgeted { space: &space, memory };
    let (sorter, also_plain) = seeds::links(texts, &corpus, 4, &at_hand).unwrap();
    let sorted = sorter.sorted().unwrap().collect::<Result<_, _>>().unwrap();
    [(links, plain), (sorted, also_plain)]
}

/// Documents of stock text, each now and then with words of its own between: few documents, or so many that seeds are frequent.
fn documents() -> impl Strategy<Value = Vec<Vec<u64>>> {
    let stock = prop::collection::vec(prop::collection::vec(1_u64..60, 1..60), 1..4);
    let picks = prop::collection::vec(prop::collection::vec((0_usize..4, 0_u64..9), 0..5), 1..26);
    (stock, picks).prop_map(|(stock, picks)| {
        let own = |n: usize, of: u64| (0..of).map(move |at| 1000 * (n as u64 + 1) + 10 * of + at);
        let document = |(n, picks): (usize, &Vec<(usize, u64)>)| {
            let parts = picks.iter().flat_map(|(pick, of)| {
                stock[pick % stock.len()].iter().copied().chain(own(n, if *of < 6 { *of } else { 0 }))
            });
            parts.map(word).collect()
        };
        picks.iter().enumerate().map(document).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn links_are_the_same(documents in documents(), memory in prop_oneof![0_usize..64, 0_usize..200_000]) {
        let [in_memory, spilled] = links_of(&texts(&documents), memory);
        prop_assert_eq!(spilled, in_memory);
    }

    #[test]
    fn findings_are_the_same(
        documents in documents(), memory in 2_000_usize..200_000, profile in 0_usize..3, rare in 0_u32..4,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let space = Space::new(folder.path());
        let profile = ["news", "reuse", "verbatim"][profile];
        let settings = Settings::from_layers([("profile", profile)]).unwrap();
        let plan = PassagePlan { rare_documents: rare, rare_runs: 3, ..settings.plan().unwrap().passage };
        let texts = texts(&documents);
        let found = find(&texts, &plan).unwrap();
        prop_assert_eq!(&find_in(&stored(&texts, &space), &plan, &space, memory, None).unwrap(), &found);
        prop_assert_eq!(&find_in(texts.as_slice(), &plan, &space, memory, None).unwrap(), &found);
        prop_assert_eq!(space.bytes(), 0);
    }
}

/// Keeps what it is given, until it was given so many things.
#[derive(Default)]
struct Held {
    links: Option<(Vec<Linked>, u64)>,
    parts: Vec<Part>,
    taken: usize,
    left: usize,
}

impl Held {
    fn count(&mut self) -> Result<(), Error> {
        self.left = self.left.checked_sub(1).ok_or(Error::TooMany { what: "parts", limit: 0 })?;
        Ok(())
    }
}

impl Shelf for Held {
    fn links(&mut self, take: &mut dyn FnMut(Linked) -> Result<(), Error>) -> Result<Option<u64>, Error> {
        let Some((links, plain)) = &self.links else { return Ok(None) };
        links.iter().try_for_each(|link| take(*link)).map(|()| Some(*plain))
    }

    fn keep_links(
        &mut self,
        links: &mut dyn Iterator<Item = Result<Linked, Error>>,
        plain: u64,
    ) -> Result<(), Error> {
        self.count()?;
        assert!(self.links.is_none(), "links that are known are not asked for again");
        self.links = Some((links.collect::<Result<_, Error>>()?, plain));
        Ok(())
    }

    fn part(&mut self) -> Result<Option<Part>, Error> {
        self.taken += 1;
        Ok(self.parts.get(self.taken - 1).cloned())
    }

    fn keep_part(&mut self, part: &Part) -> Result<(), Error> {
        self.count()?;
        // Behind the one before it, and nothing behind the last.
        let before = self.parts.last();
        assert_eq!(before.map_or(0, |part| part.links.end), part.links.start);
        assert!(before.is_none_or(|part| part.last.is_none()));
        self.parts.push(part.clone());
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_search_that_was_stopped_goes_on_in_whatever_memory(
        documents in documents(), memory in 2_000_usize..50_000, stops in prop::collection::vec(0_usize..7, 1..4), modes: [bool; 4],
        rare in 0_u32..3,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let space = Space::new(folder.path());
        let plan = PassagePlan { rare_documents: rare, rare_runs: 3, ..Settings::default().plan().unwrap().passage };
        let texts = texts(&documents);
        let expected = find(&texts, &plan).unwrap();
        let mut shelf = Held::default();
        let last = [usize::MAX, usize::MAX];
        for (stop, is_filed) in stops.iter().chain(&last).zip(modes.iter().cycle()) {
            (shelf.left, shelf.taken) = (*stop, 0);
            let found = if *is_filed {
                find_in(texts.as_slice(), &plan, &space, memory, Some(&mut shelf))
            } else {
                find_telling(&texts, &plan, |_| {}, |_| {}, Some(&mut shelf))
            };
            if *stop == usize::MAX || found.is_ok() {
                prop_assert_eq!(found.unwrap(), expected.clone());
                prop_assert!(shelf.parts.last().is_some_and(|part| part.last == Some(expected.plain)));
            }
        }
        prop_assert_eq!(space.bytes(), 0);
    }
}

#[test]
fn frequent_text_over_a_handful_of_words_waits_as_long() {
    let draw =
        |seed: u64, n: u64| -> Vec<u64> { (0..n).map(|at| 2 * (hash::mix(seed * n + at) % 3) + 2).collect() };
    for (n, is_much) in [(2_000, false), (60_000, true)] {
        let documents = [draw(1, n), draw(2, n)];
        let [in_memory, spilled] = links_of(&texts(&documents), 1 << 20);
        assert_eq!(n < in_memory.1, is_much);
        assert_eq!(spilled, in_memory);
    }
}

#[test]
fn a_folder_that_is_gone_is_an_error_and_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let space = Space::new(folder.path().join("gone"));
    let documents: Vec<Vec<u64>> = (0..3).map(|_| (0..200).map(word).collect()).collect();
    let plan = Settings::default().plan().unwrap().passage;
    let error = find_in(texts(&documents).as_slice(), &plan, &space, 100, None).unwrap_err();
    assert!(matches!(error, Error::Temporary { .. }), "{error}");
}
