//! One model of what was found, and its renderings: [`Findings`] go in, bytes go to a writer.
//!
//! Stage 8 of 8. Before it, [`family`](crate::family) made the findings; after it there is only the
//! reader. Nothing here opens a file, writes to a stream it was not given, or decides what is a finding.
//!
//! # Formats
//!
//! | name    | for                   | what                                                      |
//! |---------|-----------------------|-----------------------------------------------------------|
//! | `human` | people                | every finding with its places quoted and underlined       |
//! | `json`  | programs              | one object, described by [`SCHEMA`]                       |
//! | `jsonl` | programs that stream  | the same facts, a line for each                           |
//! | `csv`   | spreadsheets          | a row for each occurrence                                 |
//! | `pairs` | evaluation, clusters  | a row for each verified pair of units, tab-separated      |
//! | `html`  | editors               | one page that opens offline: search, both articles side by side |
//! | `markdown` | pull requests      | the worst findings, for a comment or a step's summary     |
//! | `sarif` | code scanning         | SARIF 2.1.0: a result for each finding                    |
//! | `junit` | build servers         | JUnit XML: a test for each copy in a document             |
//! | `github` | GitHub Actions       | workflow commands that annotate files                     |
//! | `gitlab` | GitLab               | Code Quality: an entry for each copy                      |
//!
//! # Promises
//!
//! * **Same answer everywhere.** Equal findings and style give equal bytes.
//! * **Nothing is lost silently.** What a format leaves out it counts.
//! * **What others wrote stays text**: no escape sequence, bidi control or CI command reaches a
//!   terminal through `human`, no formula a spreadsheet through `csv`, no command, link, mention or markup a
//!   build server through the formats made for them.
#![deny(clippy::indexing_slicing)]

mod ci;
mod clean;
mod github;
mod gitlab;
mod html;
mod human;
mod incoming;
mod json;
mod junit;
mod lines;
mod markdown;
mod model;
mod numbers;
mod quote;
mod rules;
mod sarif;
mod side;
mod table;
pub mod view;

use std::io::{self, Write as _};

pub(crate) use clean::name as printable;
pub use lines::{LineIndex, Position, position};
pub use model::{Documents, Findings, Pair, Shared, Totals};
pub(crate) use side::columns;
pub use side::{side_by_side, whole_documents};
pub(crate) use table::disarmed;
pub use view::Report;

use self::view::pieces::{Pieces, Views, Whole};
use crate::error::Error;

/// The JSON Schema (draft 2020-12) of the JSON report.
pub const SCHEMA: &str = include_str!("schema.json");

/// A way to write a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people.
    #[default]
    Human,
    /// One JSON object.
    Json,
    /// One JSON object a line.
    Jsonl,
    /// A row for each occurrence.
    Csv,
    /// A row for each verified pair of units.
    Pairs,
    /// One page for a browser, with everything in it.
    Html,
    /// A comment on a pull request, or the summary of a step.
    Markdown,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// JUnit XML, for the test reports of build servers.
    Junit,
    /// Workflow commands of GitHub Actions, for standard output.
    Github,
    /// GitLab's Code Quality.
    Gitlab,
}

impl Format {
    /// Every format, in the order help shows them.
    pub const ALL: [Self; 11] = [
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

    /// The name in flags.
    pub const fn name(self) -> &'static str {
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

    /// Reads a name.
    ///
    /// # Errors
    ///
    /// A sentence that lists the names there are.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|format| format.name() == text).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|format| format.name()).collect();
            format!("`{text}` is not a format: {}", names.join(", "))
        })
    }
}

/// How a report is to look; only `human` looks at colour and width, only formats for build servers at the prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether to colour.
    pub color: bool,
    /// Columns of the terminal; 100 when nobody knows.
    pub width: usize,
    /// Whether to leave out the texts of occurrences.
    pub no_text: bool,
    /// Whether CSV fields that look like formulas are left as they are.
    pub csv_raw: bool,
    /// Whether the page for a browser has whole articles, not only the passages and some text around them.
    pub html_full_text: bool,
    /// The folder that paths are put into by the formats for build servers, which want them from the root
    /// of a repository while a report names them from the folder that was scanned.
    pub path_prefix: String,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            color: false,
            width: 100,
            no_text: false,
            csv_raw: false,
            html_full_text: false,
            path_prefix: String::new(),
        }
    }
}

/// Writes findings in a format.
///
/// # Errors
///
/// [`Error::Write`] when the writer fails (a broken pipe keeps its kind), [`Error::Render`] when the
/// format cannot hold the findings.
pub fn render(
    findings: &Findings,
    format: Format,
    style: &Style,
    out: &mut dyn io::Write,
) -> Result<(), Error> {
    let mut out = io::BufWriter::new(out);
    match format {
        Format::Pairs => table::pairs(findings, &mut out)?,
        // What lies in a file is not all brought back, where a format can do without.
        Format::Human | Format::Json | Format::Jsonl | Format::Csv if findings.documents.is_filed() => {
            in_order(&Views::of(findings, style.no_text), Some(findings), format, style, &mut out)?;
        }
        _ => write(&Report::of(findings, style.no_text), Some(findings), format, style, &mut out)?,
    }
    findings.documents.check()?;
    out.flush()?;
    Ok(())
}

/// Writes a report that was read back with [`Report::parse`]. People then see the occurrences without the
/// text around them, and files by the report's paths.
///
/// # Errors
///
/// As [`render`]; also [`Error::Render`] for `pairs`, which a report does not hold.
pub fn render_again(
    report: &Report<'_>,
    format: Format,
    style: &Style,
    out: &mut dyn io::Write,
) -> Result<(), Error> {
    let mut out = io::BufWriter::new(out);
    let mut report = report.clone();
    if style.no_text {
        report.families.iter_mut().flat_map(|f| &mut f.occurrences).for_each(|place| place.text = None);
    }
    write(&report, None, format, style, &mut out)?;
    out.flush()?;
    Ok(())
}

/// The formats that go from the first finding to the last.
fn in_order(
    report: &dyn Pieces,
    findings: Option<&Findings>,
    format: Format,
    style: &Style,
    out: &mut dyn io::Write,
) -> Result<(), Error> {
    match format {
        Format::Json => json::json(report, out),
        Format::Jsonl => json::jsonl(report, out),
        Format::Csv => table::csv(report, style.csv_raw, out),
        _ => human::write(report, findings, style, out),
    }
}

fn write(
    report: &Report<'_>,
    findings: Option<&Findings>,
    format: Format,
    style: &Style,
    out: &mut dyn io::Write,
) -> Result<(), Error> {
    match format {
        Format::Human | Format::Json | Format::Jsonl | Format::Csv => {
            in_order(&Whole::new(report), findings, format, style, out)
        }
        Format::Html => html::write(report, findings, style, out),
        Format::Markdown => markdown::write(&ci::Page::new(report, style), out),
        Format::Sarif => sarif::write(&ci::Page::new(report, style), out),
        Format::Junit => junit::write(&ci::Page::new(report, style), out),
        Format::Github => github::write(&ci::Page::new(report, style), out),
        Format::Gitlab => gitlab::write(&ci::Page::new(report, style), out),
        Format::Pairs => Err(Error::Render {
            format: Format::Pairs.name(),
            message: "a report does not hold the pairs: run the scan again with `-f pairs`".to_owned(),
        }),
    }
}
