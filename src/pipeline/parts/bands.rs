//! Signatures: a unit -> the keys of its bands; a bucket of units with one key -> pairs to count.

use super::spelled;
use crate::{
    candidate::lsh::{self, ALL_PAIRS, HOT_BANDS},
    candidate::{high, low},
    error::Error,
    pipeline::article::count,
    settings::{Level, Plan, UnitPlan},
    shingle,
    sketch::{Params, Signer},
};

/// In how many large buckets a unit is [rich](pairs_of_large): those of its first bands.
pub const RICH_BANDS: u8 = HOT_BANDS;

/// Signs units of one level.
#[derive(Debug)]
pub struct Bands {
    signer: Signer,
    plan: UnitPlan,
    hashes: Vec<u64>,
    shingles: Vec<u64>,
    signature: Vec<u32>,
}

impl Bands {
    /// # Errors
    ///
    /// [`Error::Setting`] for passages, which are not signed, and for a plan that cannot be.
    pub fn new(plan: &Plan, level: Level) -> Result<Self, Error> {
        let signer = Signer::new(&Params { lanes: plan.lanes, seed: plan.seed })?;
        let plan = *plan.unit(level).ok_or_else(|| Error::Setting {
            name: "level".to_owned(),
            message: format!("{level}s are not compared by signatures"),
        })?;
        Ok(Self { signer, plan, hashes: Vec::new(), shingles: Vec::new(), signature: Vec::new() })
    }

    /// The keys of a unit, one for each band; none for a unit without words.
    pub fn keys(&mut self, spelled: &str, out: &mut Vec<u32>) {
        out.clear();
        spelled::hashes_into(spelled, &mut self.hashes);
        shingle::list_into(&self.hashes, self.plan.shingle, &mut self.shingles);
        if self.signer.sign_into(&self.shingles, &mut self.signature).is_ok() {
            lsh::band_keys(&self.signature, self.plan.cut, out);
        }
    }
}

/// All pairs of a bucket, whose members ascend; none, and false, where it is large.
pub fn pairs(members: &[u64], out: &mut Vec<(u64, u64)>) -> bool {
    if ALL_PAIRS < members.len() {
        return false;
    }
    for (n, right) in members.iter().enumerate() {
        out.extend(members.iter().take(n).map(|left| (*left, *right)));
    }
    true
}

/// The pairs of a large bucket, whose members ascend: every one with the first, and a rich one with its neighbours and with some
/// that are spread over the bucket. A unit is rich in its first [`RICH_BANDS`] large buckets, by the order of bands.
pub fn pairs_of_large(members: &[(u64, bool)], out: &mut Vec<(u64, u64)>) {
    let numbers: Vec<u32> = (0..count(members.len())).collect();
    let mut used: Vec<u8> = members.iter().map(|(_, rich)| if *rich { 0 } else { HOT_BANDS }).collect();
    let mut packed = Vec::new();
    lsh::thin(&numbers, &mut used, &mut packed);
    packed.sort_unstable();
    packed.dedup();
    let unit = |n: u32| members.get(n as usize).map(|(unit, _)| *unit);
    out.extend(packed.into_iter().filter_map(|pair| Some((unit(high(pair))?, unit(low(pair))?))));
}
