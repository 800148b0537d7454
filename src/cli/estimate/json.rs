//! The estimate for programs: one object, described by [`SCHEMA`].

use serde::Serialize;
use serde_json::{Value, json};
use twicetold::candidate::Method;

use super::{
    super::engine::{LevelEstimate, Tried},
    Told,
    cost::ratio,
};

/// The JSON Schema (draft 2020-12) of it.
pub(crate) const SCHEMA: &str = include_str!("schema.json");

/// The outermost keys, in their order.
#[derive(Serialize)]
struct Whole {
    schema: &'static str,
    tool: Value,
    corpus: Value,
    sample: Value,
    levels: Vec<Value>,
    run: Value,
}

/// Lays everything out.
pub(super) fn lay_out(told: &Told) -> String {
    let (part, cost) = (told.estimate.totals, &told.cost);
    let corpus = json!({"documents": told.corpus.0, "bytes": told.corpus.1, "problems": told.problems});
    let whole = Whole {
        schema: "twicetold.estimate/1",
        tool: json!({"name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION")}),
        corpus,
        sample: json!({
            "documents": part.documents,
            "bytes": part.bytes,
            "words": part.words,
            "share": six(told.share()),
            "share_of_pairs": six(told.share() * told.share()),
        }),
        levels: told.estimate.levels.iter().map(level).collect(),
        run: json!({
            "estimated": true,
            "measured": {"reading_seconds": six(cost.reading_seconds), "scan_seconds": six(cost.scan_seconds)},
            "seconds": {"low": six(cost.seconds.0), "high": six(cost.seconds.1)},
            "memory_bytes": cost.memory_bytes,
            "temporary_bytes": cost.temporary_bytes,
        }),
    };
    serde_json::to_string_pretty(&whole).unwrap_or_default() + "\n"
}

fn level(level: &LevelEstimate) -> Value {
    let bins = level.bins.iter().map(|bin| {
        json!({
            "from": bin.from.as_f64(),
            "to": bin.to.as_f64(),
            "pairs": bin.pairs,
            "expected": bin.expected.map(six),
            "found": bin.found,
        })
    });
    json!({
        "level": level.level.name(),
        "units": level.units,
        "distinct": level.distinct,
        "at_least": 0 < level.cut,
        "candidates": level.candidates,
        "found": level.found,
        "candidate_precision": share(level.found, level.candidates),
        "recall": share(level.found, level.planned.pairs),
        "in_force": tried(&level.planned),
        "bins": bins.collect::<Vec<_>>(),
        "thresholds": level.tried.iter().map(tried).collect::<Vec<_>>(),
    })
}

fn tried(tried: &Tried) -> Value {
    let exact = tried.method == Method::Prefix;
    let cut = |n: u32| (!exact).then_some(n);
    json!({
        "threshold": tried.threshold.as_f64(),
        "method": if exact { "exact-join" } else { "bands" },
        "bands": cut(tried.cut.bands),
        "rows": cut(tried.cut.rows),
        "pairs": tried.pairs,
        "expected": six(tried.expected),
        "expected_recall": tried.recall().map(six),
        "expected_recall_at_threshold": six(tried.chance()),
    })
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (0 < whole).then(|| six(ratio(part, whole)))
}

/// Six digits.
fn six(x: f64) -> f64 {
    (x * 1e6).round() / 1e6
}
