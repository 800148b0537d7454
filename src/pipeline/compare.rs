//! `compare`: two documents, and what they share.

use super::{Article, Run, limits, scan};
use crate::{
    document::Document,
    error::Error,
    family::Kind,
    id::DocId,
    passage,
    report::{Findings, Shared},
    settings::{PassagePlan, Plan},
    span::WordRange,
    verify::Overlap,
};

/// Finds what two documents share at every level of the plan; what stands twice in one of them only is left out.
///
/// # Errors
///
/// [`Error::TooMany`].
pub fn compare(left: Document, right: Document, plan: &Plan, run: &Run<'_>) -> Result<Findings, Error> {
    let mut findings = scan::scan_documents(vec![left, right], plan, run)?;
    findings.command = "compare";
    findings.families.retain(|family| {
        let documents = |id: u32| family.occurrences.iter().any(|place| place.document.get() == id);
        documents(0) && documents(1)
    });
    findings.pairs.retain(|pair| pair.left.0 != pair.right.0);
    Ok(findings)
}

/// Finds the passages two documents share, by place on the left.
///
/// # Errors
///
/// [`Error::TooMany`].
pub fn shared_passages(left: &Article, right: &Article, plan: &PassagePlan) -> Result<Vec<Shared>, Error> {
    let found = passage::between(left.text_for(plan), right.text_for(plan), plan)?;
    Ok(found.pairs.iter().map(|pair| shared(left, right, pair)).collect())
}

fn shared(left: &Article, right: &Article, pair: &passage::Aligned) -> Shared {
    debug_assert!(pair.left.0 == DocId::from_packed(0));
    let mut spans = [
        (left.document.text.as_str(), left.word_span(pair.left.1)),
        (right.document.text.as_str(), right.word_span(pair.right.1)),
    ];
    limits::grow(&mut spans);
    let [(_, left_span), (_, right_span)] = spans;
    let overlap = Overlap { shared: pair.matched(), left: pair.left.1.len(), right: pair.right.1.len() };
    let blocks = pair.blocks.iter().map(|block| {
        let on =
            |article: &Article, start: u32| article.word_span(WordRange { start, end: start + block.len });
        (on(left, block.left), on(right, block.right))
    });
    Shared {
        left: left_span,
        right: right_span,
        kind: if pair.is_exact() { Kind::Exact } else { Kind::Near },
        score: overlap.of_longer(),
        reordered: pair.is_reordered(),
        blocks: blocks.collect(),
    }
}
