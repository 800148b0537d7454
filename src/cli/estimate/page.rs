//! The estimate for people.

use std::fmt::Write as _;

use twicetold::candidate::Method;

use super::{
    super::engine::{LevelEstimate, Tried},
    Told,
    cost::ratio,
};

/// Lays everything out.
pub(super) fn lay_out(told: &Told) -> String {
    let mut out = String::new();
    let part = told.estimate.totals;
    let share = told.share();
    let _ = if part.documents == told.corpus.0 {
        writeln!(out, "all {} documents were looked at", part.documents)
    } else {
        writeln!(
            out,
            "{} of {} documents were looked at, a share of {share:.4}: about {:.6} of the pairs between documents, and {share:.4} of \
             those within one, are among them; the counts below are theirs alone",
            part.documents,
            told.corpus.0,
            share * share,
        )
    };
    for level in &told.estimate.levels {
        lay_out_level(&mut out, level);
    }
    lay_out_cost(&mut out, told);
    out
}

fn lay_out_level(out: &mut String, level: &LevelEstimate) {
    let (name, planned) = (level.level, &level.planned);
    let _ = writeln!(
        out,
        "\n{name}: {} units, {} that repeat another word for word (always found), {} different texts; threshold {}, {}",
        level.units,
        level.units - level.distinct,
        level.distinct,
        planned.threshold,
        looked_for(planned),
    );
    if 0 < level.cut {
        let _ = writeln!(
            out,
            "  {} units are like more others than were counted: there are at least as many pairs as are told",
            level.cut
        );
    }
    let _ = writeln!(
        out,
        "  {:>12} {:>10} {:>12} {:>10} {:>8}",
        "similarity", "pairs", "expected", "found", "recall"
    );
    for bin in &level.bins {
        let between = format!("{} to {}", bin.from, bin.to);
        let expected = bin.expected.map_or_else(|| "-".to_owned(), |expected| format!("{expected:.1}"));
        // Below the threshold of an exact join nothing is looked for.
        let recall = bin.expected.map_or_else(|| "-".to_owned(), |_| share(bin.found, bin.pairs));
        let _ =
            writeln!(out, "  {between:>12} {:>10} {expected:>12} {:>10} {recall:>8}", bin.pairs, bin.found);
    }
    let expected = planned.recall().map_or_else(|| "-".to_owned(), four);
    let _ = writeln!(
        out,
        "  at or above {}: {} pairs, {} found, recall {} (expected {expected}; of a pair right at the threshold {})",
        planned.threshold,
        planned.pairs,
        level.found,
        share(level.found, planned.pairs),
        four(planned.chance()),
    );
    let _ = writeln!(
        out,
        "  {} candidates, {} of them counted for nothing: a precision of {} before counting, 1 after it",
        level.candidates,
        level.candidates - level.found,
        share(level.found, level.candidates),
    );
    let _ = writeln!(out, "  {:>12} {:>10} {:>12} {:>10}  by", "threshold", "pairs", "expected", "recall");
    let mut all: Vec<&Tried> = level.tried.iter().chain([planned]).collect();
    all.sort_by(|x, y| x.threshold.as_f64().total_cmp(&y.threshold.as_f64()));
    for tried in all {
        let recall = tried.recall().map_or_else(|| "-".to_owned(), four);
        let mark = if tried.threshold == planned.threshold { " (in force)" } else { "" };
        let _ = writeln!(
            out,
            "  {:>12} {:>10} {:>12.1} {recall:>10}  {}{mark}",
            tried.threshold.to_string(),
            tried.pairs,
            tried.expected,
            looked_for(tried),
        );
    }
}

/// How pairs are looked for at a threshold.
fn looked_for(tried: &Tried) -> String {
    match tried.method {
        Method::Prefix => "an exact join".to_owned(),
        Method::Signatures => format!("{} bands of {} rows", tried.cut.bands, tried.cut.rows),
    }
}

fn share(part: u64, whole: u64) -> String {
    if whole == 0 { "-".to_owned() } else { four(ratio(part, whole)) }
}

/// Four digits, cut, so that 1 is printed for all only.
fn four(share: f64) -> String {
    // A sum of chances that are all 1 may miss it by the last bits.
    format!("{:.4}", ((share + 1e-12) * 1e4).floor() / 1e4)
}

fn lay_out_cost(out: &mut String, told: &Told) {
    let cost = &told.cost;
    let part = told.estimate.totals;
    let levels: Vec<&str> = twicetold::Level::ALL
        .into_iter()
        .filter(|level| *told.resolved.plan.level.get(*level))
        .map(twicetold::Level::name)
        .collect();
    let _ = writeln!(
        out,
        "\nestimate of a whole scan ({}), extrapolated: reading all {} documents took {:.2} s, scanning {} of them {:.2} s",
        levels.join(", "),
        told.corpus.0,
        cost.reading_seconds,
        part.documents,
        cost.scan_seconds,
    );
    let _ = writeln!(
        out,
        "  time             about {:.1} to {:.1} s here, with as many threads",
        cost.seconds.0, cost.seconds.1
    );
    let _ = writeln!(out, "  memory           about {}", size(cost.memory_bytes));
    let _ = writeln!(out, "  temporary disk   {}", size(cost.temporary_bytes));
    let _ = writeln!(
        out,
        "  much text that is alike takes longer: pairs grow with the square of the documents, all else with their bytes"
    );
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{:.1} kB", ratio(bytes, 1_000)),
        1_000_000..1_000_000_000 => format!("{:.1} MB", ratio(bytes, 1_000_000)),
        _ => format!("{:.1} GB", ratio(bytes, 1_000_000_000)),
    }
}
