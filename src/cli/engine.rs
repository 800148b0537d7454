//! The parts of the library that do the work, by the names the commands use: the one place to look
//! for what the command line needs of it.

#![allow(dead_code)]

use std::{io::Read, io::Write, path::PathBuf};

use twicetold::{
    Document, Error, Level, Plan, Problem, Span,
    family::Kind,
    report::Findings,
    settings::{Bands, PassagePlan, Ratio},
    verify::{Overlap, Score},
};

fn missing<T>() -> Result<T, Error> {
    Err(Error::Setting { name: "twicetold".to_owned(), message: "this part is not there yet".to_owned() })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Human,
    Json,
    Jsonl,
    Csv,
    Pairs,
    Html,
    Markdown,
    Sarif,
    Junit,
    Github,
    Gitlab,
}
impl Format {
    pub(crate) const ALL: [Self; 11] = [
        Self::Human,
        Self::Json,
        Self::Jsonl,
        Self::Csv,
        Self::Pairs,
        Self::Html,
        Self::Markdown,
        Self::Sarif,
        Self::Junit,
        Self::Github,
        Self::Gitlab,
    ];
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Pairs => "pairs",
            Self::Html => "html",
            Self::Markdown => "markdown",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
        }
    }
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.name() == name)
    }
}
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    pub(crate) color: bool,
    pub(crate) width: usize,
    pub(crate) text: bool,
    pub(crate) csv_raw: bool,
}
pub(crate) fn render(_: &Findings, _: Format, _: &Style, _: &mut dyn Write) -> Result<(), Error> {
    missing()
}
pub(crate) const SCHEMA: &str =
    r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","title":"twicetold.report/1"}"#;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    Path(PathBuf),
    Stdin,
}
impl From<PathBuf> for Input {
    fn from(path: PathBuf) -> Self {
        if path.as_os_str() == "-" { Self::Stdin } else { Self::Path(path) }
    }
}
pub(crate) enum Item {
    Document(Document),
    Problem(Problem),
}
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    pub(crate) exclude: Vec<PathBuf>,
}
pub(crate) fn options(_: &twicetold::Settings, exclude: Vec<PathBuf>) -> Options {
    Options { exclude }
}
pub(crate) fn open(_: Vec<Input>, _: &Options) -> Result<impl Iterator<Item = Item> + Send + use<>, Error> {
    missing::<std::vec::IntoIter<Item>>()
}
pub(crate) fn files_from(_: impl Read) -> Result<Vec<PathBuf>, Error> {
    missing()
}
pub(crate) struct Listed {
    pub(crate) shown: String,
    pub(crate) what: String,
    pub(crate) read: bool,
}
pub(crate) fn list(_: Vec<Input>, _: &Options) -> Result<Vec<Listed>, Error> {
    missing()
}

pub(crate) trait Progress: Sync {
    fn stage(&self, name: &'static str, total: Option<u64>);
    fn advance(&self, n: u64);
    fn done(&self);
}
pub(crate) struct Run<'a> {
    pub(crate) threads: usize,
    pub(crate) progress: &'a dyn Progress,
}
pub(crate) fn scan(_: Vec<Input>, _: &Options, _: &Plan, _: &Run<'_>) -> Result<Findings, Error> {
    missing()
}
pub(crate) fn compare(_: Document, _: Document, _: &Plan, _: &Run<'_>) -> Result<Findings, Error> {
    missing()
}
pub(crate) struct Article {
    pub(crate) document: Document,
}
impl Article {
    pub(crate) fn new(document: Document) -> Self {
        Self { document }
    }
}
pub(crate) struct Shared {
    pub(crate) left: Span,
    pub(crate) right: Span,
    pub(crate) kind: Kind,
    pub(crate) score: Score,
}
pub(crate) fn shared_passages(_: &Article, _: &Article, _: &PassagePlan) -> Result<Vec<Shared>, Error> {
    missing()
}
pub(crate) struct Explanation {
    pub(crate) levels: Vec<LevelExplanation>,
    pub(crate) passages: Vec<Shared>,
    pub(crate) short: Vec<ShortRun>,
}
pub(crate) struct LevelExplanation {
    pub(crate) level: Level,
    pub(crate) shingle: u32,
    pub(crate) threshold: Ratio,
    pub(crate) min_words: u32,
    pub(crate) units: Option<(Span, Span)>,
    pub(crate) words: (u32, u32),
    pub(crate) overlap: Overlap,
    pub(crate) meets: bool,
    pub(crate) contained: bool,
    pub(crate) cut: Bands,
    pub(crate) shared_bands: u32,
    pub(crate) chance: f64,
}
pub(crate) struct ShortRun {
    pub(crate) left: Span,
    pub(crate) right: Span,
    pub(crate) words: u32,
    pub(crate) floor: u32,
}
pub(crate) fn explain(_: Document, _: Document, _: &Plan) -> Result<Explanation, Error> {
    missing()
}
