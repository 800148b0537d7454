//! The settings of a run as they are serialised: every number that decided what was found.
//!
//! Part of stage 8, a part of the view. A checked [`Plan`] goes in; the order of the fields here is the order of the keys.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::settings::{self, Keep, Level, Plan};

/// The resolved settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings<'a> {
    /// The version of the rule that makes words.
    pub words_version: u32,
    /// The profile the values started from.
    pub profile: Cow<'a, str>,
    /// The levels that were looked for.
    pub level: Vec<Cow<'a, str>>,
    /// How documents were compared.
    pub document: Unit,
    /// How paragraphs were compared.
    pub paragraph: Unit,
    /// How sentences were compared.
    pub sentence: Unit,
    /// How passages were found.
    pub passage: Passage,
    /// When a repeated text was called a stock phrase or boilerplate.
    pub class: Class,
    /// Lowest share of a smaller unit's shingles in a larger one.
    pub containment: f64,
    /// Fewest words of the smaller unit.
    pub containment_words: u32,
    /// Numbers in a signature.
    pub lanes: u32,
    /// Seed of the sketch.
    pub seed: u64,
    /// Which occurrence is kept.
    pub keep: Cow<'a, str>,
}

/// The settings of one level of units.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unit {
    /// Words in a shingle.
    pub shingle: u32,
    /// Lowest similarity.
    pub threshold: f64,
    /// Fewest words.
    pub min_words: u32,
    /// Bands of a signature.
    pub bands: u32,
    /// Rows of a band.
    pub rows: u32,
}

/// The settings of classes; lengths in words, copies of one document counted once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Class {
    /// Shorter texts are stock phrases,
    pub stock_words: u32,
    /// when so many documents have them.
    pub stock_documents: u32,
    /// What so many documents have is boilerplate.
    pub common_documents: u32,
    /// Of texts that open or close documents so many words are boilerplate,
    pub edge_words: u32,
    /// when so many documents have them.
    pub edge_documents: u32,
}

/// The settings of text in another order; lengths in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cloud {
    /// How close rare words lie.
    pub gap: u32,
    /// How far apart the words of a pair may stand.
    pub reach: u32,
    /// Most times a pair stands on the left, times the same on the right.
    pub rare: u32,
    /// Shortest span.
    pub words: u32,
    /// Lowest share of covered words.
    pub share: f64,
    /// How close repeats become one.
    pub merge: u32,
    /// How far limits may move outward to sentences'.
    pub snap: u32,
    /// Whether words that differ by an English ending are equal.
    pub stems: bool,
}

/// The settings of paragraphs that sum up a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Digest {
    /// Fewest words of the paragraph.
    pub words: u32,
    /// Lowest share of its particular words that stand in the text.
    pub share: f64,
    /// How many times the share of the rest of its document that must be.
    pub rise: u32,
}

/// The settings of passages; lengths in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Passage {
    /// Words in a seed.
    pub seed: u32,
    /// Shortest exact repeat inside one document.
    pub exact_within: u32,
    /// Shortest exact repeat between documents.
    pub exact_across: u32,
    /// The same when it is a whole sentence or paragraph on both sides.
    pub exact_unit: u32,
    /// Shortest edited repeat.
    pub edited: u32,
    /// Fewest equal words in an edited repeat.
    pub aligned: u32,
    /// Longest run of unequal words.
    pub gap: u32,
    /// How far the limits of an edited repeat may move to sentences'.
    pub snap: u32,
    /// In how many documents a run of four words may stand and be rare; 0 when that was not asked.
    pub rare_documents: u32,
    /// Fewest rare runs of an edited repeat between documents.
    pub rare_runs: u32,
    /// From how many matched words up that was not asked.
    pub formula: u32,
    /// How text in another order was looked for; none when it was not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cloud: Option<Cloud>,
    /// How paragraphs that sum up a text were looked for; none when they were not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub digest: Option<Digest>,
    /// Lowest similarity of long edited repeats.
    pub threshold: f64,
    /// Lowest similarity of short ones.
    pub short_threshold: f64,
}

impl Settings<'_> {
    /// Those of a plan.
    pub fn of(plan: &Plan, words_version: u32) -> Self {
        let unit = |unit: &settings::UnitPlan| Unit {
            shingle: unit.shingle,
            threshold: unit.threshold.as_f64(),
            min_words: unit.min_words,
            bands: unit.cut.bands,
            rows: unit.cut.rows,
        };
        let passage = &plan.passage;
        let levels = Level::ALL.into_iter().filter(|level| *plan.level.get(*level));
        Self {
            words_version,
            profile: plan.profile.into(),
            level: levels.map(|level| level.name().into()).collect(),
            document: unit(&plan.document),
            paragraph: unit(&plan.paragraph),
            sentence: unit(&plan.sentence),
            passage: Passage {
                seed: passage.seed,
                exact_within: passage.exact_within,
                exact_across: passage.exact_across,
                exact_unit: passage.exact_unit,
                edited: passage.edited,
                aligned: passage.aligned,
                gap: passage.gap,
                snap: passage.snap,
                rare_documents: passage.rare_documents,
                rare_runs: passage.rare_runs,
                formula: passage.formula,
                cloud: passage.cloud.map(|cloud| Cloud {
                    gap: cloud.gap,
                    reach: cloud.reach,
                    rare: cloud.rare,
                    words: cloud.words,
                    share: cloud.share.as_f64(),
                    merge: cloud.merge,
                    snap: cloud.snap,
                    stems: cloud.stems,
                }),
                digest: passage.digest.map(|digest| Digest {
                    words: digest.words,
                    share: digest.share.as_f64(),
                    rise: digest.rise,
                }),
                threshold: passage.threshold.as_f64(),
                short_threshold: passage.short_threshold.as_f64(),
            },
            class: Class {
                stock_words: plan.class.stock_words,
                stock_documents: plan.class.stock_documents,
                common_documents: plan.class.common_documents,
                edge_words: plan.class.edge_words,
                edge_documents: plan.class.edge_documents,
            },
            containment: plan.containment.as_f64(),
            containment_words: plan.containment_words,
            lanes: plan.lanes,
            seed: plan.seed,
            keep: match plan.keep {
                Keep::First => "first",
                Keep::Oldest => "oldest",
                Keep::Newest => "newest",
                Keep::Longest => "longest",
            }
            .into(),
        }
    }
}
