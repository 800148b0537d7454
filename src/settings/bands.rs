//! How a signature is cut into bands: the S-curve and the loss function that chooses on it.
//!
//! A signature of `lanes` numbers is cut into `bands` of `rows` numbers each; two units become a
//! candidate pair when one band agrees wholly. With Jaccard similarity `s` that happens with chance
//! `1 - (1 - s^rows)^bands`: more bands find more, more rows find less.
//!
//! # The loss
//!
//! A pair missed at or above the threshold is lost for good; a pair found below it costs one
//! count, some hundred nanoseconds, but there are far more of those, and most are very unlike.
//! So the loss of a cut is `false candidates + 100 x misses`, with
//!
//! * `false candidates`: the chance below the threshold, weighed by `exp(-10 s)`, which is about how
//!   pairs of news articles thin out with similarity;
//! * `misses`: the mean chance of *not* being found over the tenth above the threshold, where nearly
//!   all misses are.
//!
//! Cuts that miss more than [`MISS_LIMIT`] of the pairs lying exactly at the threshold are not
//! considered, unless the lanes allow no other.
//!
//! # Source
//!
//! J. Leskovec, A. Rajaraman, J. Ullman, *Mining of Massive Datasets*, section 3.4, for the curve;
//! the weights are ours: at 0.7 with 128 lanes they choose 32 x 4, at 0.8 25 x 5, at 0.5 42 x 3.

use super::Ratio;

/// The largest chance of missing a pair that lies exactly at the threshold, where lanes allow it.
pub const MISS_LIMIT: f64 = 0.004;
const MISS_WEIGHT: f64 = 100.0;
const THINNING: f64 = 10.0;
const STEPS: u32 = 50;

/// Bands and rows of a signature: `bands * rows` is at most the number of lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bands {
    /// How many bands.
    pub bands: u32,
    /// How many lanes in each.
    pub rows: u32,
}

impl Bands {
    /// The cut of `lanes` with the smallest loss for `threshold`. Cost: `lanes` curves.
    pub fn choose(lanes: u32, threshold: Ratio) -> Self {
        let t = threshold.as_f64();
        let all = || (1..=lanes.max(1)).map(|rows| Self { bands: (lanes / rows).max(1), rows });
        let safe = all().filter(|cut| 1.0 - cut.chance(t) <= MISS_LIMIT);
        let best = |a: &Self, b: &Self| a.loss(t).total_cmp(&b.loss(t));
        safe.min_by(best).unwrap_or(Self { bands: lanes.max(1), rows: 1 })
    }

    /// The chance that two units of Jaccard similarity `s` become a candidate pair.
    pub fn chance(self, s: f64) -> f64 {
        let one = s.clamp(0.0, 1.0).powi(i32::try_from(self.rows).unwrap_or(i32::MAX));
        1.0 - (1.0 - one).powi(i32::try_from(self.bands).unwrap_or(i32::MAX))
    }

    fn loss(self, threshold: f64) -> f64 {
        let mean = |from: f64, to: f64, f: &dyn Fn(f64) -> f64| {
            let step = (to - from) / f64::from(STEPS);
            (0..STEPS).map(|i| f(from + (f64::from(i) + 0.5) * step)).sum::<f64>() / f64::from(STEPS)
        };
        let above = (threshold + 0.1).min(1.0);
        threshold * mean(0.0, threshold, &|s| THINNING * (-THINNING * s).exp() * self.chance(s))
            + MISS_WEIGHT * mean(threshold, above, &|s| 1.0 - self.chance(s))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn chosen(lanes: u32, threshold: &str) -> (u32, u32) {
        let cut = Bands::choose(lanes, Ratio::parse(threshold).unwrap());
        (cut.bands, cut.rows)
    }

    #[test]
    fn the_cut_follows_the_threshold() {
        assert_eq!(chosen(128, "0.7"), (32, 4));
        assert_eq!(chosen(128, "0.8"), (25, 5));
        assert_eq!(chosen(128, "0.5"), (42, 3));
        assert_eq!(chosen(1, "0.7"), (1, 1));
    }

    #[test]
    fn chance_grows_with_bands_and_falls_with_rows() {
        let few = Bands { bands: 8, rows: 4 };
        assert!(few.chance(0.7) < Bands { bands: 16, rows: 4 }.chance(0.7));
        assert!(Bands { bands: 8, rows: 8 }.chance(0.7) < few.chance(0.7));
        assert!(few.chance(0.0) < 1e-12 && few.chance(1.0) > 1.0 - 1e-12);
    }

    #[test]
    fn what_lanes_allow_is_kept() {
        for threshold in ["0.3", "0.45", "0.5", "0.6", "0.7", "0.8", "0.9", "0.95", "1"] {
            let t = Ratio::parse(threshold).unwrap();
            let cut = Bands::choose(128, t);
            assert!(cut.bands * cut.rows <= 128, "{threshold}");
            assert!(1.0 - cut.chance(t.as_f64()) <= MISS_LIMIT, "{threshold}");
        }
    }
}
