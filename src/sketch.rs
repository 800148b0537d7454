//! MinHash: a set of shingles goes in, a short list of numbers of fixed length comes out.
//!
//! Stage 4 of 8. Before it, [`shingle`](crate::shingle) turns words into a set; after it,
//! `candidate` cuts signatures into bands and pairs up the units that share one. Nothing here
//! knows text, or says that two units match: a signature suggests, `verify` counts.
//!
//! # The idea
//!
//! Scramble every shingle with one fixed function and keep the smallest result. The chance that
//! the smallest results of two sets agree is their Jaccard similarity `J`. With `m` functions
//! (*lanes*), the share of lanes that agree estimates it with a standard error of
//! `sqrt(J * (1 - J) / m)`: at most 0.044 for 128 lanes.
//!
//! Lane `i` scrambles by `a_i * x + b_i` modulo 2^32, `a_i` odd, so that no two `x` meet. `x` is
//! the upper half of the shingle after [`hash::mix`] with the seed. Two shingles fall on one `x`
//! with a chance of 2^-32: in sets of 3,000 that moves an estimate by less than 10^-6.
//!
//! # Shapes
//!
//! | name | what it holds | type | range |
//! |---|---|---|---|
//! | `shingles` | hashes of one unit's shingles | `u64` | any order, repeats do not matter |
//! | `lanes` | the smallest scrambled number, per lane | `u32` | any |
//! | [`Params::lanes`] | lanes in a signature | `u32` | 1 to 4096 |
//!
//! # Promises
//!
//! * Equal shingles and [`Params`] give equal lanes everywhere; `fixtures/golden/minhash.txt`.
//! * The first lanes of a long signature are those of a short one.
//! * Signatures of different [`Params`] never meet: comparing them is an error.
//!
//! # Limits
//!
//! Containment is not what this measures: a paragraph in a book has a small `J` with the book.
//!
//! # Source
//!
//! A. Z. Broder, SEQUENCES 1997; multiply-add hashing after M. Dietzfelbinger, 1996. Permutations
//! of 2^32 by one multiplication are not min-wise independent by proof; the test of the standard
//! error is why we trust them on mixed input.

use multiversion::multiversion;

use crate::{error::Error, hash, shingle::ShingleSet};

/// The most lanes a signature can have.
pub const MOST_LANES: u32 = 4096;

/// Lanes that are worked on together: as many as stay in vector registers.
const BLOCK: usize = 32;

/// How signatures are made; two signatures of different parameters cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Params {
    /// Numbers in a signature, 1 to 4096.
    pub lanes: u32,
    /// Which functions scramble the shingles.
    pub seed: u64,
}

/// The functions of [`Params`], ready to sign many sets.
#[derive(Clone, Debug)]
pub struct Signer {
    seed: u64,
    n_lanes: usize,
    blocks: Vec<Block>,
}

#[derive(Clone, Debug)]
struct Block {
    multiply: [u32; BLOCK],
    add: [u32; BLOCK],
}

impl Signer {
    /// Draws the functions.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] when the lanes are not 1 to 4096.
    pub fn new(params: &Params) -> Result<Self, Error> {
        let n_lanes = params.lanes;
        if n_lanes == 0 || MOST_LANES < n_lanes {
            return Err(Error::Setting {
                name: "lanes".into(),
                message: format!("{n_lanes} lanes cannot be made; use 1 to {MOST_LANES}"),
            });
        }
        let n_lanes = n_lanes as usize;
        let blocks = (0..n_lanes.div_ceil(BLOCK))
            .map(|block| {
                let draw = |i: usize| {
                    hash::mix(hash::mix(params.seed ^ SALT).wrapping_add((block * BLOCK + i) as u64 + 1))
                };
                let draws: [u64; BLOCK] = std::array::from_fn(draw);
                Block { multiply: draws.map(|d| low(d) | 1), add: draws.map(high) }
            })
            .collect();
        Ok(Self { seed: hash::mix(params.seed), n_lanes, blocks })
    }

    /// Signs one set into `out`, whose old content is forgotten. Time is `shingles x lanes`.
    ///
    /// # Errors
    ///
    /// [`Error::NoShingles`] when the set is empty; a caller with many units skips such a unit.
    pub fn sign_into(&self, shingles: &[u64], out: &mut Vec<u32>) -> Result<(), Error> {
        out.clear();
        if shingles.is_empty() {
            return Err(Error::NoShingles);
        }
        out.resize(self.blocks.len() * BLOCK, u32::MAX);
        // A group of shingles is mixed once and then read by every block from the nearest cache.
        let mut mixed = [0_u32; 256];
        for group in shingles.chunks(mixed.len()) {
            for (slot, &shingle) in mixed.iter_mut().zip(group) {
                *slot = high(hash::mix(shingle ^ self.seed));
            }
            let mixed = mixed.get(..group.len()).unwrap_or(&mixed);
            lower(&self.blocks, mixed, out.as_chunks_mut::<BLOCK>().0);
        }
        out.truncate(self.n_lanes);
        Ok(())
    }
}

/// Lowers each lane to the smallest scrambled number. The lanes of a block are copied so that they
/// stay in registers over all of `mixed`.
#[inline(always)]
fn lower_plainly(blocks: &[Block], mixed: &[u32], lanes: &mut [[u32; BLOCK]]) {
    for (block, lanes) in blocks.iter().zip(lanes) {
        let mut least = *lanes;
        for &x in mixed {
            for ((least, &a), &b) in least.iter_mut().zip(&block.multiply).zip(&block.add) {
                *least = (*least).min(x.wrapping_mul(a).wrapping_add(b));
            }
        }
        *lanes = least;
    }
}

/// Compiles the kernel once more for each of the vector instructions named, and for tests each by itself.
macro_rules! compile {
    ($($name:ident $target:tt)*) => {
        /// [`lower_plainly`] by the best instructions of this machine: whole numbers give the same bytes with any.
        #[multiversion(targets($($target),*))]
        fn lower(blocks: &[Block], mixed: &[u32], lanes: &mut [[u32; BLOCK]]) {
            lower_plainly(blocks, mixed, lanes);
        }

        #[cfg(test)]
        mod alone {
            use super::*;

            $(
                /// Says whether this machine has the instructions.
                #[multiversion(targets($target))]
                pub(super) fn $name(blocks: &[Block], mixed: &[u32], lanes: &mut [[u32; BLOCK]]) -> bool {
                    lower_plainly(blocks, mixed, lanes);
                    multiversion::target::match_target! {
                        $target => true,
                        _ => false,
                    }
                }
            )*

            /// A kernel that says whether it was the one compiled for its target.
            pub(super) type Kernel = fn(&[Block], &[u32], &mut [[u32; BLOCK]]) -> bool;

            pub(super) const ALL: &[(&str, Kernel)] = &[$(($target, $name as Kernel)),*];
        }
    };
}

compile! {
    avx512 "x86_64+avx512f+avx512bw+avx512dq+avx512vl"
    avx2 "x86_64+avx2"
    sse41 "x86_64+sse4.1"
}

/// Parts the functions of lanes from everything else made of the seed.
const SALT: u64 = 0x7477_6963_6574_6F6C;

#[expect(clippy::cast_possible_truncation, reason = "the lower half is meant")]
const fn low(x: u64) -> u32 {
    x as u32
}

const fn high(x: u64) -> u32 {
    low(x >> 32)
}

/// One set's lanes and how they were made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    params: Params,
    lanes: Vec<u32>,
}

impl Signature {
    /// The numbers, as many as [`Params::lanes`].
    pub fn lanes(&self) -> &[u32] {
        &self.lanes
    }

    /// How it was made.
    pub const fn params(&self) -> Params {
        self.params
    }

    /// In how many lanes two signatures agree: divided by the lanes, an estimate of the similarity.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] when they were made with different [`Params`]: sign one of them again.
    pub fn agreeing_lanes(&self, other: &Self) -> Result<u32, Error> {
        if self.params != other.params {
            let Params { lanes, seed } = self.params;
            return Err(Error::Setting {
                name: if lanes == other.params.lanes { "seed" } else { "lanes" }.into(),
                message: format!(
                    "a signature of {lanes} lanes and seed {seed} cannot be compared with one of {} lanes and seed {}; sign both alike",
                    other.params.lanes, other.params.seed
                ),
            });
        }
        Ok(self.lanes.iter().zip(&other.lanes).map(|(a, b)| u32::from(a == b)).sum())
    }
}

/// Signs one set. For many sets, keep a [`Signer`].
///
/// # Errors
///
/// [`Error::NoShingles`] when the set is empty, [`Error::Setting`] when the lanes are not 1 to 4096.
///
/// ```
/// use twicetold::{shingle::ShingleSet, sketch::{self, Params}};
///
/// // Two sets of 100 that share 80 of 120: the similarity is two thirds.
/// let left = ShingleSet::from_hashes((0..100).collect());
/// let right = ShingleSet::from_hashes((20..120).collect());
/// let params = Params { lanes: 256, seed: 7 };
/// let a = sketch::sign(&left, &params)?;
/// let b = sketch::sign(&right, &params)?;
/// // The standard error for 256 lanes is 0.03; allow three of them.
/// let estimate = f64::from(a.agreeing_lanes(&b)?) / 256.0;
/// assert!((estimate - 2.0 / 3.0).abs() < 0.09);
/// assert!(sketch::sign(&ShingleSet::default(), &params).is_err());
/// # Ok::<(), twicetold::Error>(())
/// ```
pub fn sign(shingles: &ShingleSet, params: &Params) -> Result<Signature, Error> {
    let mut lanes = Vec::new();
    Signer::new(params)?.sign_into(shingles.as_slice(), &mut lanes)?;
    Ok(Signature { params: *params, lanes })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use proptest::prelude::*;

    /// Root of the mean squared error of the estimate, in standard errors of theory.
    #[expect(clippy::cast_possible_truncation, reason = "a small number of shingles")]
    fn error_ratio(size: u64, similarity: f64, n_trials: u64) -> f64 {
        let params = Params { lanes: 64, seed: 1 };
        let signer = Signer::new(&params).unwrap();
        let n_shared = ((size * 2) as f64 * similarity / (1.0 + similarity)).round() as u64;
        let truth = n_shared as f64 / (2 * size - n_shared) as f64;
        let (mut left, mut right, mut sum) = (vec![], vec![], 0.0);
        for trial in 0..n_trials {
            let shingle = |n: u64| hash::mix(n | (trial + 1) << 32);
            let a: Vec<u64> = (0..size).map(shingle).collect();
            let b: Vec<u64> = (size - n_shared..2 * size - n_shared).map(shingle).collect();
            signer.sign_into(&a, &mut left).unwrap();
            signer.sign_into(&b, &mut right).unwrap();
            let agreeing = left.iter().zip(&right).filter(|(a, b)| a == b).count();
            sum += (agreeing as f64 / 64.0 - truth).powi(2);
        }
        (sum / n_trials as f64).sqrt() / (truth * (1.0 - truth) / 64.0).sqrt()
    }

    #[test]
    fn the_error_is_what_theory_says_at_every_size() {
        for (size, n_trials) in [(5, 1500), (15, 1000), (60, 700), (300, 400), (3000, 150)] {
            for similarity in [0.2, 0.5, 0.8] {
                let ratio = error_ratio(size, similarity, n_trials);
                assert!(
                    0.8 < ratio && ratio <= 1.15,
                    "{size} shingles, J = {similarity}: {ratio:.3} x theory"
                );
            }
        }
    }

    #[test]
    fn signatures_of_different_params_never_meet() {
        let set = ShingleSet::from_hashes(vec![1, 2, 3]);
        let sign = |lanes, seed| sign(&set, &Params { lanes, seed }).unwrap();
        assert!(sign(8, 1).agreeing_lanes(&sign(8, 2)).is_err());
        assert!(sign(8, 1).agreeing_lanes(&sign(9, 1)).is_err());
        assert_eq!(sign(9, 1).agreeing_lanes(&sign(9, 1)).unwrap(), 9);
        assert!(Signer::new(&Params { lanes: 0, seed: 1 }).is_err());
        assert!(Signer::new(&Params { lanes: 4097, seed: 1 }).is_err());
        assert_eq!(sign(4096, 1).lanes().len(), 4096);
    }

    #[test]
    fn lanes_are_the_plain_minimum_and_a_prefix_of_more_lanes() {
        let shingles: Vec<u64> = (0..700).map(hash::mix).collect();
        let few = sign(&ShingleSet::from_hashes(shingles.clone()), &Params { lanes: 37, seed: 9 }).unwrap();
        let many = sign(&ShingleSet::from_hashes(shingles.clone()), &Params { lanes: 100, seed: 9 }).unwrap();
        assert_eq!(few.lanes(), &many.lanes()[..37]);
        let signer = Signer::new(&few.params()).unwrap();
        let (block, lane) = (&signer.blocks[1], 3);
        let least = shingles
            .iter()
            .map(|&s| {
                high(hash::mix(s ^ hash::mix(9)))
                    .wrapping_mul(block.multiply[lane])
                    .wrapping_add(block.add[lane])
            })
            .min();
        assert_eq!(few.lanes().get(BLOCK + lane), least.as_ref());
        assert!(signer.blocks.iter().all(|b| b.multiply.iter().all(|a| a % 2 == 1)));
    }

    /// The lanes of `mixed` by plain arithmetic that nobody can vectorise wrongly: a minimum, number by number.
    fn least(blocks: &[Block], mixed: &[u32]) -> Vec<[u32; BLOCK]> {
        let lane = |block: &Block, lane: usize| {
            let scramble = |x: u32| {
                low(u64::from(x) * u64::from(block.multiply[lane]) % (1 << 32) + u64::from(block.add[lane]))
            };
            mixed.iter().map(|&x| scramble(x)).min().unwrap_or(u32::MAX)
        };
        blocks.iter().map(|block| std::array::from_fn(|n| lane(block, n))).collect()
    }

    #[test]
    #[cfg(target_arch = "x86_64")]
    fn every_kernel_this_machine_can_run_is_run() {
        let here = [
            // Where AVX-512 slows the clock (before Ice Lake, which brought VBMI2), `multiversion` leaves it alone.
            is_x86_feature_detected!("avx512bw") && is_x86_feature_detected!("avx512vbmi2"),
            is_x86_feature_detected!("avx2"),
            is_x86_feature_detected!("sse4.1"),
        ];
        for ((target, kernel), is_here) in alone::ALL.iter().zip(here) {
            assert_eq!(kernel(&[], &[], &mut []), is_here, "{target}");
        }
    }

    proptest! {
        /// Every kernel that is compiled, the one chosen at run time and the plain one, against arithmetic.
        #[test]
        fn every_kernel_gives_the_same_lanes(
            n_lanes in 1..=200_u32,
            seed: u64,
            mixed in prop::collection::vec(any::<u32>(), 0..300),
            before: u32,
        ) {
            let blocks = Signer::new(&Params { lanes: n_lanes, seed }).unwrap().blocks;
            let mut expected = least(&blocks, &mixed);
            expected.as_flattened_mut().iter_mut().for_each(|lane| *lane = (*lane).min(before));
            let lanes = vec![[before; BLOCK]; blocks.len()];
            for (target, kernel) in alone::ALL {
                let mut lanes = lanes.clone();
                kernel(&blocks, &mixed, &mut lanes);
                prop_assert_eq!(&lanes, &expected, "{}", target);
            }
            for kernel in [lower, lower_plainly] {
                let mut lanes = lanes.clone();
                kernel(&blocks, &mixed, &mut lanes);
                prop_assert_eq!(&lanes, &expected);
            }
        }

        /// The whole of signing, groups of shingles included.
        #[test]
        fn signing_is_the_plain_minimum(
            n_lanes in 1..=100_u32,
            seed: u64,
            shingles in prop::collection::vec(any::<u64>(), 1..600),
        ) {
            let signer = Signer::new(&Params { lanes: n_lanes, seed }).unwrap();
            let mixed: Vec<u32> = shingles.iter().map(|&s| high(hash::mix(s ^ hash::mix(seed)))).collect();
            let mut lanes = Vec::new();
            signer.sign_into(&shingles, &mut lanes).unwrap();
            let expected = least(&signer.blocks, &mixed);
            prop_assert_eq!(&lanes, &expected.as_flattened()[..n_lanes as usize]);
        }
    }
}
