//! What a run is asked to do ([`Settings`]), and the checked numbers made of it ([`Plan`]).
//!
//! Every default stands once, in [`OPTIONS`]: flags, configuration keys, help and `config show` are
//! all made from that table. Settings are layered: the table's defaults, the profile's values, the
//! configuration file, the flags; a later layer wins.

mod bands;
mod encoding;
mod frequency;
mod level;
mod plan;
mod ratio;
mod shape;
mod table;

pub use bands::{Bands, MISS_LIMIT};
pub use encoding::Encoding;
pub(crate) use encoding::Utf32;
pub use frequency::Frequency;
pub use level::{Level, PerLevel};
pub use plan::{ClassPlan, CloudPlan, DigestPlan, PassagePlan, Plan, UnitPlan};
pub use ratio::Ratio;
pub use shape::{Group, Kind};
pub use table::{Door, OPTIONS, Opt, PROFILES};

use crate::error::Error;

/// Which occurrence of a family is the one to keep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// The first in input order.
    #[default]
    First,
    /// The one with the earliest date; undated ones come after dated ones.
    Oldest,
    /// The one with the latest date; undated ones come after dated ones.
    Newest,
    /// The one with the most words.
    Longest,
}

/// A switch for each kind of repeat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PerKind {
    /// The same words.
    pub exact: bool,
    /// Similar words.
    pub near: bool,
    /// A part of a larger unit.
    pub contained: bool,
}

/// Which findings make a run exit with 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FailOn {
    /// Any finding that is not suppressed.
    Any,
    /// A finding that no baseline knows.
    New,
    /// None.
    #[default]
    None,
}

/// How a file is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum InputFormat {
    /// To be settled for each file by its content and its name.
    #[default]
    Auto,
    /// The whole file is one article.
    Text,
    /// The same, where only prose counts: no code, tables, HTML, link targets or markup.
    Markdown,
    /// One JSON object a line, each an article.
    Jsonl,
    /// Rows below a header, each an article; the delimiter is found from the header.
    Csv,
    /// A page: its article, or all its text.
    Html,
    /// An array of JSON objects, or objects one after another, each an article.
    Json,
    /// RSS, Atom or JSON Feed, each entry an article.
    Feed,
    /// Parquet, each row an article.
    Parquet,
}

impl InputFormat {
    /// Every format, in the order help shows them.
    pub const ALL: [Self; 9] = [
        Self::Auto,
        Self::Text,
        Self::Markdown,
        Self::Jsonl,
        Self::Csv,
        Self::Html,
        Self::Json,
        Self::Feed,
        Self::Parquet,
    ];

    /// The name flags and reports use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Text => "text",
            Self::Markdown => "markdown",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Html => "html",
            Self::Json => "json",
            Self::Feed => "feed",
            Self::Parquet => "parquet",
        }
    }
}

/// What of a page is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HtmlText {
    /// Its article: no navigation, comments, or lists of other articles.
    #[default]
    Article,
    /// All it shows.
    Text,
}

/// Names of a record's fields; an unset one is looked for under its usual names.
///
/// In JSON, `a.b` is the field `b` of the object in field `a`, or a field whose own name is `a.b`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    /// The article's text: usually `text`, `body`, `content` or `article`.
    pub text: Option<String>,
    /// Its id: usually `id`, `_id` or `guid`.
    pub id: Option<String>,
    /// Its title: usually `title` or `headline`.
    pub title: Option<String>,
    /// Its date: usually `date`, `published`, `pubDate` or `created_at`.
    pub date: Option<String>,
    /// Who published it: usually `source`, `publisher` or `site`.
    pub source: Option<String>,
    /// Its address: usually `url` or `link`.
    pub url: Option<String>,
}

/// The lengths that decide which passages are reported, in words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PassageFloors {
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
    /// How far a limit of an edited repeat may move to a sentence's.
    pub snap: u32,
    /// In how many documents a run of four words may stand and be rare; 0 does not ask.
    pub rare_documents: u32,
    /// Fewest rare runs in an edited repeat between documents.
    pub rare_runs: u32,
    /// From how many matched words up that is not asked.
    pub formula: u32,
    /// How close rare words lie in text of another order; 0 looks for none.
    pub cloud_gap: u32,
    /// How far apart the words of a pair may stand.
    pub cloud_reach: u32,
    /// How rare a pair must be.
    pub cloud_rare: u32,
    /// Shortest text in another order.
    pub cloud_words: u32,
    /// Lowest share of covered words in it.
    pub cloud_share: Ratio,
    /// Whether words that differ by an English ending are equal there.
    pub stems: bool,
    /// How close repeats that follow each other in both texts become one there; 0 for never.
    pub merge: u32,
    /// How far a limit may move outward to a sentence's there.
    pub cloud_snap: u32,
    /// Shortest paragraph that sums up a text; 0 looks for none.
    pub digest_words: u32,
    /// Lowest share of its particular words that stand in that text.
    pub digest_share: Ratio,
    /// How many times the share of the rest of its document that must be.
    pub digest_rise: u32,
}

/// Everything a run can be told, before it is checked. `Settings::default()` is the table's.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools)]
pub struct Settings {
    /// Which levels are looked for.
    pub level: PerLevel<bool>,
    /// The profile the other values started from.
    pub profile: &'static str,
    /// Lowest similarity.
    pub threshold: PerLevel<Ratio>,
    /// Words in a shingle; for passages, in a seed.
    pub shingle: PerLevel<u32>,
    /// Fewest words a unit must have to be compared; for passages, replaces the exact floors.
    pub min_words: PerLevel<Option<u32>>,
    /// Lowest share of the smaller unit that must stand in the larger one.
    pub containment: Ratio,
    /// Fewest words of the smaller unit.
    pub containment_words: u32,
    /// The floors of passages.
    pub passage: PassageFloors,
    /// When a repeated text is a stock phrase or boilerplate.
    pub class: ClassPlan,
    /// Numbers in a signature.
    pub lanes: u32,
    /// Seed of the sketch.
    pub seed: u64,
    /// Which occurrence is kept.
    pub keep: Keep,
    /// How input is read.
    pub input_format: InputFormat,
    /// What of a page is read.
    pub html: HtmlText,
    /// The encoding of input without a byte order mark; none settles it file by file.
    pub encoding: Option<Encoding>,
    /// Names of fields.
    pub field: Fields,
    /// Globs that files must match (or, after `!`, must not).
    pub glob: Vec<String>,
    /// Whether hidden files are read.
    pub hidden: bool,
    /// Whether ignore files are disregarded.
    pub no_ignore: bool,
    /// Largest record or file, in bytes.
    pub max_record_size: u64,
    /// What fails a run.
    pub fail_on: FailOn,
    /// The sizes of text that fail a run.
    pub fail_level: PerLevel<bool>,
    /// The kinds of repeats that fail a run.
    pub fail_kind: PerKind,
    /// How many findings do not fail a run.
    pub max_findings: u32,
    /// How much of one document may be repeated; 0 does not ask.
    pub max_duplicated: Ratio,
    /// The file of findings that are known.
    pub baseline: String,
    /// Files of texts whose repeats do not count.
    pub boilerplate: Vec<String>,
    /// What more documents than this have does not count.
    pub max_doc_freq: Frequency,
    /// Whether problems with input fail a run.
    pub on_input_error_fail: bool,
    /// Threads; 0 means one a core.
    pub threads: usize,
    /// Memory to keep to, in bytes; 0 leaves it to the machine.
    pub memory_limit: u64,
    /// Where what does not fit into memory goes; empty for the system's folder.
    pub temp_dir: String,
}

impl Settings {
    /// Makes settings from layers of `(name, value)`, the last winning, over the defaults and the
    /// profile that the layers name.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] with the name of the first value that cannot be used.
    pub fn from_layers<'a>(
        layers: impl IntoIterator<Item = (&'a str, &'a str)> + Clone,
    ) -> Result<Self, Error> {
        let mut settings = Self::blank();
        for opt in OPTIONS {
            if !opt.default.is_empty() {
                apply(&mut settings, opt, opt.default)?;
            }
        }
        for (name, value) in layers.clone() {
            if name == "profile" {
                settings.set(name, value)?;
            }
        }
        let profile = settings.profile;
        for (_, values) in PROFILES.iter().filter(|(name, _)| *name == profile) {
            for (name, value) in *values {
                settings.set(name, value)?;
            }
        }
        for (name, value) in layers {
            settings.set(name, value)?;
        }
        Ok(settings)
    }

    /// Sets one value by name.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] when there is no such name or the value cannot be used.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), Error> {
        match OPTIONS.iter().find(|opt| opt.name == name) {
            Some(opt) => apply(self, opt, value),
            None => {
                Err(Error::Setting { name: name.to_owned(), message: "there is no such setting".to_owned() })
            }
        }
    }

    /// The value of one setting as it would be typed; none when it is unset or unknown.
    pub fn get(&self, name: &str) -> Option<String> {
        OPTIONS.iter().find(|opt| opt.name == name).map(|opt| (opt.get)(self)).filter(|text| !text.is_empty())
    }

    /// Checks the settings and works out what follows from them.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] when values are out of range or contradict each other.
    pub fn plan(&self) -> Result<Plan, Error> {
        Plan::of(self)
    }

    fn blank() -> Self {
        Self {
            level: PerLevel::default(),
            profile: "news",
            threshold: PerLevel::all(Ratio::ONE),
            shingle: PerLevel::default(),
            min_words: PerLevel::default(),
            containment: Ratio::ONE,
            containment_words: 0,
            passage: PassageFloors::default(),
            class: ClassPlan::default(),
            lanes: 0,
            seed: 0,
            keep: Keep::default(),
            input_format: InputFormat::default(),
            html: HtmlText::default(),
            encoding: None,
            field: Fields::default(),
            glob: Vec::new(),
            hidden: false,
            no_ignore: false,
            max_record_size: 0,
            fail_on: FailOn::default(),
            fail_level: PerLevel::default(),
            fail_kind: PerKind::default(),
            max_findings: 0,
            max_duplicated: Ratio::hundredths(0),
            baseline: String::new(),
            boilerplate: Vec::new(),
            max_doc_freq: Frequency::default(),
            on_input_error_fail: false,
            threads: 0,
            memory_limit: 0,
            temp_dir: String::new(),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        // The table's defaults are checked by a test, so no layer can fail here.
        Self::from_layers([]).unwrap_or_else(|_| Self::blank())
    }
}

fn apply(settings: &mut Settings, opt: &Opt, value: &str) -> Result<(), Error> {
    (opt.set)(settings, value).map_err(|message| Error::Setting { name: opt.name.to_owned(), message })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_default_and_every_profile_is_a_plan() {
        assert!(Settings::default().plan().is_ok());
        for (profile, _) in PROFILES {
            Settings::from_layers([("profile", *profile)]).unwrap().plan().unwrap();
        }
    }

    #[test]
    fn what_is_shown_can_be_set_again() {
        let settings = Settings::default();
        for opt in OPTIONS {
            let Some(shown) = settings.get(opt.name) else { continue };
            let mut again = settings.clone();
            again.set(opt.name, &shown).unwrap();
            assert_eq!(again.get(opt.name), Some(shown), "{}", opt.name);
        }
    }

    #[test]
    fn a_later_layer_wins_and_a_profile_comes_first() {
        let layers = [("threshold", "passage=0.9"), ("profile", "reuse"), ("threshold", "document=0.5")];
        let settings = Settings::from_layers(layers).unwrap();
        assert_eq!(settings.profile, "reuse");
        assert_eq!(settings.threshold.passage, Ratio::parse("0.9").unwrap());
        assert_eq!(settings.threshold.document, Ratio::parse("0.5").unwrap());
        assert_eq!(settings.passage.edited, 36);
    }

    #[test]
    fn errors_name_the_setting() {
        let error = Settings::from_layers([("lanes", "many")]).unwrap_err().to_string();
        assert!(error.starts_with("lanes: "), "{error}");
        let error = Settings::from_layers([("threshold", "chapter=0.5")]).unwrap_err().to_string();
        assert!(error.contains("chapter"), "{error}");
    }
}
