//! Grouping without chaining: every member is verified against its keeper.
//!
//! Matches join things into connected components, and a component says nothing about two of its
//! members: `a` is like `b` and `b` like `c`, but `a` may be nothing like `c`. So each component is cut
//! into stars. The first thing in keeper order is a keeper; everything else of the component that
//! counts as like it joins it; the first thing left over is the next keeper, and so on. What is still
//! alone at the end but has a verified match (with a member of another star) makes a second star
//! around the first such partner, so that no match is lost from sight.
//!
//! # Promises
//!
//! * Each member of a star has been verified against its keeper.
//! * Everything with a match is in a star, as keeper or as member.
//! * Near-linear: one thing is counted against at most 32 keepers beside its own matches.

/// How many keepers of its component a thing without a direct match to them is counted against.
const KEEPERS: usize = 32;

/// Two things that were verified, `left < right`, with what the verification gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge<T> {
    /// The one with the smaller number.
    pub left: u32,
    /// The other.
    pub right: u32,
    /// What is known of the two.
    pub value: T,
}

/// A keeper and everything verified against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Star<T> {
    /// The one to keep.
    pub keeper: u32,
    /// The others, ascending, with what verification against the keeper gave.
    pub members: Vec<(u32, T)>,
}

/// Groups things by their matches.
///
/// `rank` gives each thing's place in keeper order (smaller is kept, ties by number); `verify` counts a keeper against a
/// thing it has no match with. Stars come out in keeper order of their component's first keeper.
/// Cost: the matches, sorted, and at most 32 verifications a thing. Memory goes with the matches: nothing is held for things without
/// one, whatever their number.
pub fn stars<T: Copy>(
    edges: &[Edge<T>],
    rank: impl Fn(u32) -> u64,
    mut verify: impl FnMut(u32, u32) -> Option<T>,
) -> Vec<Star<T>> {
    let mut things: Vec<u32> = edges.iter().flat_map(|edge| [edge.left, edge.right]).collect();
    things.sort_unstable();
    things.dedup();
    let number = |thing: u32| packed(things.binary_search(&thing).unwrap_or(usize::MAX));
    let thing = |number: u32| things.get(number as usize).copied().unwrap_or(u32::MAX);
    let edges: Vec<Edge<T>> = edges
        .iter()
        .map(|edge| Edge { left: number(edge.left), right: number(edge.right), ..*edge })
        .collect();
    let rank = |number: u32| rank(thing(number));
    let mut stars = numbered(things.len(), &edges, rank, |keeper, other| verify(thing(keeper), thing(other)));
    for star in &mut stars {
        star.keeper = thing(star.keeper);
        star.members.iter_mut().for_each(|(member, _)| *member = thing(*member));
    }
    stars
}

fn packed(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// [`stars`] of things that are numbered from 0 to `n`, each with a match. Numbers go by the things' own, so that nothing that is
/// settled by order depends on them.
fn numbered<T: Copy>(
    n: usize,
    edges: &[Edge<T>],
    rank: impl Fn(u32) -> u64,
    mut verify: impl FnMut(u32, u32) -> Option<T>,
) -> Vec<Star<T>> {
    let graph = Graph::new(n, edges);
    let mut order: Vec<u32> = (0..packed(n)).collect();
    order.sort_by_key(|v| (rank(*v), *v));
    // The things of each component, in keeper order.
    let mut components: Vec<(u32, Vec<u32>)> = Vec::new();
    let mut number = vec![u32::MAX; n];
    for v in &order {
        let root = graph.root(*v);
        let Some(slot) = number.get_mut(root as usize) else { continue };
        if *slot == u32::MAX {
            *slot = packed(components.len());
            components.push((root, Vec::new()));
        }
        if let Some((_, members)) = components.get_mut(*slot as usize) {
            members.push(*v);
        }
    }
    let mut stars = Vec::new();
    let mut taken = vec![false; n];
    for (_, component) in &components {
        cut(component, &graph, &mut taken, &mut verify, &mut stars);
    }
    stars
}

fn cut<T: Copy>(
    component: &[u32],
    graph: &Graph<'_, T>,
    taken: &mut [bool],
    verify: &mut impl FnMut(u32, u32) -> Option<T>,
    stars: &mut Vec<Star<T>>,
) {
    let is = |taken: &[bool], v: u32| taken.get(v as usize).copied().unwrap_or(true);
    let mut left: Vec<u32> = component.to_vec();
    let mut alone: Vec<u32> = Vec::new();
    let mut round = 0;
    let mut next = 0;
    while let Some(keeper) = left.get(next).copied() {
        next += 1;
        if is(taken, keeper) {
            continue;
        }
        let mut members: Vec<(u32, T)> = Vec::new();
        if round < KEEPERS {
            let direct = graph.around(keeper);
            for v in left.iter().copied().filter(|v| *v != keeper && !is(taken, *v)) {
                let known = direct.binary_search_by_key(&v, |(other, _)| *other).ok();
                let value = known.and_then(|at| direct.get(at)).map(|(_, value)| *value);
                members.extend(value.or_else(|| verify(keeper, v)).map(|value| (v, value)));
            }
        } else {
            members.extend(graph.around(keeper).into_iter().filter(|(v, _)| !is(taken, *v)));
        }
        round += 1;
        if members.is_empty() {
            alone.push(keeper);
            continue;
        }
        for v in members.iter().map(|(v, _)| *v).chain([keeper]) {
            if let Some(flag) = taken.get_mut(v as usize) {
                *flag = true;
            }
        }
        members.sort_by_key(|(v, _)| *v);
        stars.push(Star { keeper, members });
        if round < KEEPERS {
            left = left.split_off(next);
            left.retain(|v| !is(taken, *v));
            next = 0;
        }
    }
    rescue(component, &alone, graph, taken, stars);
}

/// Gives what found no keeper a star around its first partner in keeper order.
fn rescue<T: Copy>(
    component: &[u32],
    alone: &[u32],
    graph: &Graph<'_, T>,
    taken: &[bool],
    stars: &mut Vec<Star<T>>,
) {
    let alone: Vec<u32> =
        alone.iter().copied().filter(|v| !taken.get(*v as usize).copied().unwrap_or(true)).collect();
    if alone.is_empty() {
        return;
    }
    let place: std::collections::BTreeMap<u32, usize> = component.iter().copied().zip(0..).collect();
    let mut around: std::collections::BTreeMap<usize, Star<T>> = std::collections::BTreeMap::new();
    for v in alone {
        let first = graph.around(v).into_iter().min_by_key(|(other, _)| place.get(other).copied());
        let Some((keeper, value)) = first else { continue };
        let at = place.get(&keeper).copied().unwrap_or(usize::MAX);
        around.entry(at).or_insert_with(|| Star { keeper, members: Vec::new() }).members.push((v, value));
    }
    stars.extend(around.into_values().map(|mut star| {
        star.members.sort_by_key(|(v, _)| *v);
        star
    }));
}

/// Matches as neighbour lists, and the roots of the components.
struct Graph<'a, T> {
    edges: &'a [Edge<T>],
    /// For each thing, where its entries begin in `entries`.
    offsets: Vec<usize>,
    /// Indices of edges, grouped by thing.
    entries: Vec<u32>,
    roots: Vec<u32>,
}

impl<'a, T: Copy> Graph<'a, T> {
    fn new(n: usize, edges: &'a [Edge<T>]) -> Self {
        let mut offsets = vec![0; n + 1];
        let mut roots: Vec<u32> = (0..packed(n)).collect();
        for edge in edges {
            for end in [edge.left, edge.right] {
                if let Some(count) = offsets.get_mut(end as usize + 1) {
                    *count += 1;
                }
            }
            let (left, right) = (find(&mut roots, edge.left), find(&mut roots, edge.right));
            if let Some(root) = roots.get_mut(left.max(right) as usize) {
                *root = left.min(right);
            }
        }
        let mut sum = 0;
        for offset in &mut offsets {
            sum += *offset;
            *offset = sum;
        }
        let mut next = offsets.clone();
        let mut entries = vec![0; sum];
        for (index, edge) in (0..).zip(edges) {
            for end in [edge.left, edge.right] {
                if let Some(at) = next.get_mut(end as usize) {
                    if let Some(slot) = entries.get_mut(*at) {
                        *slot = index;
                    }
                    *at += 1;
                }
            }
        }
        for v in 0..packed(n) {
            let root = find(&mut roots, v);
            if let Some(slot) = roots.get_mut(v as usize) {
                *slot = root;
            }
        }
        Self { edges, offsets, entries, roots }
    }

    fn list(&self, v: u32) -> &[u32] {
        let from = self.offsets.get(v as usize).copied().unwrap_or(0);
        let to = self.offsets.get(v as usize + 1).copied().unwrap_or(from);
        self.entries.get(from..to).unwrap_or_default()
    }

    /// The things matched with `v`, ascending.
    fn around(&self, v: u32) -> Vec<(u32, T)> {
        let ends = |index: &u32| {
            let edge = self.edges.get(*index as usize)?;
            Some((if edge.left == v { edge.right } else { edge.left }, edge.value))
        };
        let mut list: Vec<(u32, T)> = self.list(v).iter().filter_map(ends).collect();
        list.sort_by_key(|(other, _)| *other);
        list
    }

    fn root(&self, v: u32) -> u32 {
        self.roots.get(v as usize).copied().unwrap_or(v)
    }
}

/// The root of a component, halving the path on the way (R. Tarjan, 1975).
fn find(roots: &mut [u32], mut v: u32) -> u32 {
    loop {
        let up = roots.get(v as usize).copied().unwrap_or(v);
        if up == v {
            return v;
        }
        let above = roots.get(up as usize).copied().unwrap_or(up);
        if let Some(slot) = roots.get_mut(v as usize) {
            *slot = above;
        }
        v = above;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Things on a line; two are alike when they are near.
    fn line(places: &[u32], reach: u32) -> Vec<Edge<u32>> {
        let mut edges = Vec::new();
        for (i, x) in (0..).zip(places) {
            for (j, y) in (0..).zip(places).skip(i as usize + 1) {
                if x.abs_diff(*y) <= reach {
                    edges.push(Edge { left: i, right: j, value: x.abs_diff(*y) });
                }
            }
        }
        edges
    }

    proptest! {
        #[test]
        fn members_are_verified_and_nothing_with_a_match_is_lost(
            places in prop::collection::vec(0_u32..300, 0..80),
            keep in 0_usize..1000,
        ) {
            let all = line(&places, 5);
            // Some edges are not known beforehand, as with any candidate search.
            let known: Vec<Edge<u32>> = all.iter().enumerate().filter(|(i, _)| (i * 7 + keep) % 3 != 0).map(|(_, e)| *e).collect();
            let near = |a: u32, b: u32| {
                let d = places[a as usize].abs_diff(places[b as usize]);
                (d <= 5).then_some(d)
            };
            let stars = stars(&known, |_| 0, near);
            // Numbers that lie far apart are the same things.
            let apart = |n: u32| n * 40_000_000 + 3;
            let spread: Vec<Edge<u32>> =
                known.iter().map(|edge| Edge { left: apart(edge.left), right: apart(edge.right), ..*edge }).collect();
            let far = super::stars(&spread, |_| 0, |a, b| near(a / 40_000_000, b / 40_000_000));
            prop_assert_eq!(far.len(), stars.len());
            for (far, star) in far.iter().zip(&stars) {
                prop_assert_eq!(far.keeper, apart(star.keeper));
                prop_assert!(far.members.iter().copied().eq(star.members.iter().map(|(v, value)| (apart(*v), *value))));
            }
            let mut seen = vec![0; places.len()];
            for star in &stars {
                prop_assert!(!star.members.is_empty());
                seen[star.keeper as usize] += 1;
                for (member, value) in &star.members {
                    prop_assert_eq!(near(star.keeper, *member), Some(*value));
                    seen[*member as usize] += 1;
                }
            }
            for edge in &known {
                prop_assert!(0 < seen[edge.left as usize] && 0 < seen[edge.right as usize]);
            }
        }
    }

    #[test]
    fn a_chain_is_not_a_family() {
        // 0 - 4 - 8: the ends are too far from each other.
        let stars = stars(&line(&[0, 4, 8], 5), |_| 0, |_, _| None);
        assert_eq!(stars.len(), 2);
        assert_eq!((stars[0].keeper, stars[0].members.clone()), (0, vec![(1, 4)]));
        assert_eq!((stars[1].keeper, stars[1].members.clone()), (1, vec![(2, 4)]));
    }

    #[test]
    fn the_rank_chooses_the_keeper() {
        let stars = stars(&line(&[0, 1, 2], 5), |v| u64::from(9 - v), |_, _| None);
        assert_eq!(stars[0].keeper, 2);
        assert_eq!(stars[0].members.len(), 2);
    }
}
