//! What the rule of families asks for beside matches: answered where it was counted before, else written down.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, PoisonError},
};

use crate::{
    id::UnitId,
    pipeline::counts::Counts,
    settings::Ratio,
    verify::{Match, Overlap},
};

/// Of components of so many texts or fewer all pairs are asked for at once.
const SMALL: usize = 24;

/// Pairs of units that are to be counted.
pub(super) type Unknown = Vec<(u64, u64)>;

/// For each component the keeper that is open, and its pairs.
type Open = BTreeMap<u32, (u32, Vec<(u32, u32)>)>;

/// Answers what was counted before, and writes down what was not.
pub(super) struct Lookup<'a> {
    /// The name of each text.
    names: &'a [u64],
    sizes: HashMap<u32, u32>,
    /// For each text in a match, what stands for its component, and how many texts that has.
    components: HashMap<u32, u32>,
    members: HashMap<u32, Vec<u32>>,
    answers: &'a HashMap<(u64, u64), Option<Overlap>>,
    open: Mutex<Open>,
}

impl<'a> Lookup<'a> {
    pub(super) fn new(
        names: &'a [u64],
        matches: &[Match],
        inside: &[Match],
        answers: &'a HashMap<(u64, u64), Option<Overlap>>,
    ) -> Self {
        let mut sizes = HashMap::new();
        for Match { left, right, overlap } in matches.iter().chain(inside) {
            sizes.insert(left.get(), overlap.left);
            sizes.insert(right.get(), overlap.right);
        }
        let components = components(matches);
        let mut members: HashMap<u32, Vec<u32>> = HashMap::new();
        for (text, root) in &components {
            members.entry(*root).or_default().push(*text);
        }
        members.retain(|_, texts| texts.len() <= SMALL);
        Self { names, sizes, components, members, answers, open: Mutex::default() }
    }

    fn name(&self, text: u32) -> u64 {
        self.names.get(text as usize).copied().unwrap_or(u64::MAX)
    }

    /// The pairs that have to be counted, by name, ascending; `matches` were, by text, ascending.
    pub(super) fn open(self, matches: &[(u32, u32)]) -> Vec<(u64, u64)> {
        let open = std::mem::take(&mut *self.open.lock().unwrap_or_else(PoisonError::into_inner));
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        for (root, (_, asked)) in open {
            pairs.extend(asked);
            // All others of a small component may be asked for later: that is cheaper than another round.
            let texts = self.members.get(&root).map(Vec::as_slice).unwrap_or_default();
            pairs.extend(texts.iter().flat_map(|x| texts.iter().map(move |y| (*x, *y))));
        }
        pairs.retain(|(x, y)| x < y && matches.binary_search(&(*x, *y)).is_err());
        pairs.sort_unstable();
        pairs.dedup();
        let named = pairs.iter().map(|(x, y)| (self.name(*x), self.name(*y)));
        named.filter(|pair| !self.answers.contains_key(pair)).collect()
    }
}

impl Counts for &Lookup<'_> {
    fn size(&self, text: UnitId) -> u32 {
        self.sizes.get(&text.get()).copied().unwrap_or(0)
    }

    fn resemblance(&self, left: UnitId, right: UnitId, threshold: Ratio) -> Option<Overlap> {
        let (keeper, other) = (left.get(), right.get());
        let pair = (keeper.min(other), keeper.max(other));
        if let Some(known) = self.answers.get(&(self.name(pair.0), self.name(pair.1))) {
            return if keeper < other { *known } else { known.map(Overlap::swapped) };
        }
        let (a, b) = (u64::from(self.size(left)), u64::from(self.size(right)));
        if !threshold.met_by(a.min(b), a.max(b)) {
            return None;
        }
        let root = self.components.get(&keeper).copied().unwrap_or(keeper);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let (first, pairs) = open.entry(root).or_insert((keeper, Vec::new()));
        // What a later keeper asks depends on what this one is told.
        if *first == keeper {
            pairs.push(pair);
        }
        None
    }
}

/// What stands for the component of each text: its smallest. Tarjan 1975, halving the way.
fn components(matches: &[Match]) -> HashMap<u32, u32> {
    fn root(above: &mut HashMap<u32, u32>, text: u32) -> u32 {
        let mut at = text;
        while let Some(next) = above.get(&at).copied().filter(|next| *next != at) {
            let top = above.get(&next).copied().unwrap_or(next);
            above.insert(at, top);
            at = next;
        }
        above.entry(at).or_insert(at);
        at
    }
    let mut above = HashMap::new();
    for found in matches {
        let (x, y) = (root(&mut above, found.left.get()), root(&mut above, found.right.get()));
        above.insert(x.max(y), x.min(y));
    }
    let texts: Vec<u32> = above.keys().copied().collect();
    texts.into_iter().map(|text| (text, root(&mut above, text))).collect()
}
