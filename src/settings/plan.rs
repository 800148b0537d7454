//! The checked numbers of a run: what travels in every report and archive.

use super::{Bands, Keep, Level, PerLevel, Ratio, Settings};
use crate::error::Error;

/// How units of one level are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UnitPlan {
    /// Words in a shingle.
    pub shingle: u32,
    /// Lowest Jaccard similarity.
    pub threshold: Ratio,
    /// Fewest words of a unit.
    pub min_words: u32,
    /// How signatures are cut.
    pub cut: Bands,
}

/// How passages are found; all lengths in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PassagePlan {
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
    /// Longest run of unequal words inside a repeat, on either side.
    pub gap: u32,
    /// Lowest share of matched words of the longer side, from [`LONG`](Self::LONG) words up.
    pub threshold: Ratio,
    /// The same for shorter repeats, where chance does more.
    pub short_threshold: Ratio,
    /// How many words a limit of an edited repeat may move to lie at a sentence's.
    pub snap: u32,
    /// A run of four words that stands in so many documents is still rare; 0 does not ask.
    pub rare_documents: u32,
    /// Fewest rare runs that an edited repeat between documents must match.
    pub rare_runs: u32,
    /// From how many matched words up that is not asked.
    pub formula: u32,
    /// Text in another order, where it is looked for.
    pub cloud: Option<CloudPlan>,
    /// Paragraphs that sum up a text, where they are looked for.
    pub digest: Option<DigestPlan>,
}

/// When a repeated text is no news: numbers of documents count those that are copies of each other once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ClassPlan {
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

/// How a paragraph is told that sums up another text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DigestPlan {
    /// Fewest words of the paragraph.
    pub words: u32,
    /// Lowest share of its particular words that stand in the other text.
    pub share: Ratio,
    /// How many times the share of the rest of its document that must be.
    pub rise: u32,
}

/// How text in another order, or heavily edited, is found; all lengths in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CloudPlan {
    /// Rare words closer than this in both texts belong together.
    pub gap: u32,
    /// Pairs of words at most so far apart are looked at.
    pub reach: u32,
    /// Most times a pair or a run stands on the left, times the same on the right.
    pub rare: u32,
    /// Shortest span.
    pub words: u32,
    /// Lowest share of covered words, on both sides.
    pub share: Ratio,
    /// Whether words that differ by an English ending are equal.
    pub stems: bool,
    /// Repeats that follow each other within so many words in both texts are one; 0 keeps them apart.
    pub merge: u32,
    /// How many words a limit may move outward to lie at a sentence's.
    pub snap: u32,
}

impl PassagePlan {
    /// From how many words up an edited repeat may be as unlike as the threshold says.
    pub const LONG: u32 = 24;
    /// How much more alike a shorter one must be.
    const SHORT_EXTRA: Ratio = Ratio::hundredths(15);
}

/// Every resolved number that decides what is found. Two plans that differ refuse to meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Which levels are looked for.
    pub level: PerLevel<bool>,
    /// The profile the values started from.
    pub profile: &'static str,
    /// Documents.
    pub document: UnitPlan,
    /// Paragraphs.
    pub paragraph: UnitPlan,
    /// Sentences.
    pub sentence: UnitPlan,
    /// Passages.
    pub passage: PassagePlan,
    /// When a repeated text is a stock phrase or boilerplate.
    pub class: ClassPlan,
    /// Lowest share of a smaller unit's shingles that stand in a larger one.
    pub containment: Ratio,
    /// Fewest words of the smaller unit.
    pub containment_words: u32,
    /// Numbers in a signature.
    pub lanes: u32,
    /// Seed of the sketch.
    pub seed: u64,
    /// Which occurrence is kept.
    pub keep: Keep,
}

impl Plan {
    /// The plan of a level cut by segmentation; passages have none.
    pub const fn unit(&self, level: Level) -> Option<&UnitPlan> {
        match level {
            Level::Document => Some(&self.document),
            Level::Paragraph => Some(&self.paragraph),
            Level::Sentence => Some(&self.sentence),
            Level::Passage => None,
        }
    }

    pub(super) fn of(settings: &Settings) -> Result<Self, Error> {
        within("lanes", settings.lanes, 1, 4096)?;
        for level in Level::ALL {
            within("shingle", *settings.shingle.get(level), 1, 64)?;
            let threshold = *settings.threshold.get(level);
            if threshold.as_f64() < 0.05 {
                return Err(wrong(
                    "threshold",
                    format!("{level}={threshold} is below 0.05: nearly everything would match"),
                ));
            }
        }
        if settings.containment.as_f64() < 0.5 {
            return Err(wrong("containment", "below 0.5 a unit is not contained in another".to_owned()));
        }
        let unit = |level: Level| {
            let threshold = *settings.threshold.get(level);
            UnitPlan {
                shingle: *settings.shingle.get(level),
                threshold,
                min_words: settings.min_words.get(level).unwrap_or(1).max(1),
                cut: Bands::choose(settings.lanes, threshold),
            }
        };
        let floors = &settings.passage;
        let exact = |floor: u32| settings.min_words.passage.unwrap_or(floor);
        let seed = settings.shingle.passage;
        let passage = PassagePlan {
            seed,
            exact_within: exact(floors.exact_within),
            exact_across: exact(floors.exact_across),
            exact_unit: exact(floors.exact_unit),
            edited: floors.edited.max(settings.min_words.passage.unwrap_or(0)),
            aligned: floors.aligned,
            gap: floors.gap,
            threshold: settings.threshold.passage,
            short_threshold: settings.threshold.passage.plus(PassagePlan::SHORT_EXTRA),
            snap: floors.snap,
            rare_documents: floors.rare_documents,
            rare_runs: floors.rare_runs,
            formula: floors.formula,
            cloud: (0 < floors.cloud_gap).then_some(CloudPlan {
                gap: floors.cloud_gap,
                reach: floors.cloud_reach,
                rare: floors.cloud_rare,
                words: floors.cloud_words,
                share: floors.cloud_share,
                stems: floors.stems,
                merge: floors.merge,
                snap: floors.cloud_snap,
            }),
            digest: (0 < floors.digest_words).then_some(DigestPlan {
                words: floors.digest_words,
                share: floors.digest_share,
                rise: floors.digest_rise,
            }),
        };
        for (name, floor) in [
            ("passage.exact-within", passage.exact_within),
            ("passage.exact-across", passage.exact_across),
            ("passage.exact-unit", passage.exact_unit),
            ("passage.aligned", passage.aligned),
        ] {
            if floor < seed {
                return Err(wrong(
                    name,
                    format!(
                        "{floor} words is less than a seed of {seed}: lower shingle passage={seed} or raise this"
                    ),
                ));
            }
        }
        within("passage.gap", passage.gap, 0, 64)?;
        within("passage.snap", passage.snap, 0, 16)?;
        for (name, documents) in [
            ("class.stock-documents", settings.class.stock_documents),
            ("class.common-documents", settings.class.common_documents),
            ("class.edge-documents", settings.class.edge_documents),
        ] {
            within(name, documents, 2, u32::MAX)?;
        }
        if let Some(cloud) = &passage.cloud {
            within("passage.cloud-gap", cloud.gap, 1, 100)?;
            within("passage.cloud-reach", cloud.reach, 1, 16)?;
            within("passage.cloud-rare", cloud.rare, 1, 100)?;
            within("passage.cloud-words", cloud.words, 4, 1000)?;
            within("passage.cloud-merge", cloud.merge, 0, 1000)?;
            within("passage.cloud-snap", cloud.snap, 0, 16)?;
        }
        if let Some(digest) = &passage.digest {
            within("passage.digest-words", digest.words, 12, 1000)?;
            within("passage.digest-rise", digest.rise, 1, 100)?;
        }
        Ok(Self {
            level: settings.level,
            profile: settings.profile,
            document: unit(Level::Document),
            paragraph: unit(Level::Paragraph),
            sentence: unit(Level::Sentence),
            passage,
            class: settings.class,
            containment: settings.containment,
            containment_words: settings.containment_words,
            lanes: settings.lanes,
            seed: settings.seed,
            keep: settings.keep,
        })
    }
}

fn wrong(name: &str, message: String) -> Error {
    Error::Setting { name: name.to_owned(), message }
}

fn within(name: &str, value: u32, least: u32, most: u32) -> Result<(), Error> {
    if least <= value && value <= most {
        return Ok(());
    }
    Err(wrong(name, format!("{value} is not between {least} and {most}")))
}
