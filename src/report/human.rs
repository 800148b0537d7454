//! The report for people: every finding with its places quoted, underlined and easy to open.
//!
//! Part of stage 8. A report goes in, piece by piece, and the findings it was made of where there are some: they give
//! the text around an occurrence and the path as the user can open it. Lines go to the writer.
//!
//! # What it looks like
//!
//! ```text
//! exact sentence[3f2a9c0148d1]: 18 words, 2 places in 2 documents, similarity 1.0
//!   --> monday.txt:12:1 (keeper)
//!    |
//! 12 | The bridge over the lower river will stay closed until the end of March.
//!    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
//! ```
//!
//! The keeper comes first, then the others in input order. `^` is under words that are the keeper's, `~`
//! under words that differ from them. Lines and columns count as editors count them; `file#17:3:1` is
//! record 17 of a file, line 3 of its text.
//!
//! # Promises
//!
//! All findings that are not suppressed are shown, and the suppressed ones counted. Of each the first [`IN_FULL`] places are quoted, up to [`LISTED`] more are
//! named, the rest is counted. Stock phrases, boilerplate and what a baseline knows come last, in brief. After a check there is a table of the documents that repeat something. Whatever comes from input goes through [`clean`](super::clean).

use std::io::{self, Write};

use anstyle::{AnsiColor, Style as Paint};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::{
    Findings, Style, clean,
    numbers::{counted, counted_more, facts, grouped, percent, shortened, three_digits},
    quote::{Row, quote},
    view::{Family, Occurrence, Problem, Summary, pieces::Pieces},
};
use crate::{error::Error, id::DocId};

/// Places of a family that are quoted.
const IN_FULL: usize = 5;
/// Places of a family that are named after them.
const LISTED: usize = 10;
/// Below this many columns wrapping helps nobody.
const LEAST_WIDTH: usize = 40;

const HEAD: Paint = AnsiColor::Yellow.on_default().bold();
const FRAME: Paint = AnsiColor::Blue.on_default().bold();
const MARK: Paint = AnsiColor::Yellow.on_default().bold();
const DIM: Paint = Paint::new().dimmed();
pub(super) const BOLD: Paint = Paint::new().bold();
const PROBLEM: Paint = AnsiColor::Red.on_default().bold();
const HELP: Paint = AnsiColor::Cyan.on_default().bold();

/// Writes everything.
pub(super) fn write(
    report: &dyn Pieces,
    findings: Option<&Findings>,
    style: &Style,
    out: &mut dyn Write,
) -> Result<(), Error> {
    let mut page = Page { findings, report, style, width: style.width.max(LEAST_WIDTH), out };
    let is_brief = |family: &Family<'_>| family.class.is_some() || family.state == "known";
    let counting = || report.families().filter(|family| family.state != "suppressed");
    for family in counting().filter(|family| !is_brief(family)) {
        page.family(&family)?;
    }
    let (mut brief, mut classed) = (0_u64, 0);
    for family in counting().filter(|family| is_brief(family)) {
        page.in_brief(&family)?;
        brief += 1;
        classed += u64::from(family.class.is_some());
    }
    if 0 < brief {
        writeln!(page.out)?;
    }
    let problems = report.problems();
    for problem in &problems {
        page.problem(problem)?;
    }
    if !problems.is_empty() {
        writeln!(page.out)?;
    }
    let summary = report.head().summary;
    page.summary(&summary, classed)?;
    page.states(&summary)?;
    page.withheld()?;
    page.help(&summary)?;
    page.incoming(&summary)?;
    Ok(())
}

pub(super) struct Page<'r> {
    pub(super) findings: Option<&'r Findings>,
    pub(super) report: &'r dyn Pieces,
    pub(super) style: &'r Style,
    pub(super) width: usize,
    pub(super) out: &'r mut dyn Write,
}

impl Page<'_> {
    pub(super) fn paint(&self, paint: Paint, text: &str) -> String {
        if self.style.color && !text.is_empty() { format!("{paint}{text}{paint:#}") } else { text.to_owned() }
    }

    /// The first words about a family, and its numbers.
    fn head(&self, family: &Family<'_>, sort: &str) -> String {
        // Twelve digits tell apart more findings than anyone reads.
        let label = format!(
            "{} {}[{}]",
            clean::name(sort),
            clean::name(&family.level),
            clean::name(family.fingerprint.get(..12).unwrap_or(&family.fingerprint))
        );
        let facts = format!(
            ": {}",
            facts(family, |document| self
                .report
                .document(document)
                .is_some_and(|document| document.is_archived()))
        );
        format!("{}{}", self.paint(HEAD, &label), self.paint(BOLD, &facts))
    }

    /// A family that is worth little room: its numbers, where its keeper stands, and how it begins.
    fn in_brief(&mut self, family: &Family<'_>) -> io::Result<()> {
        let mut head = self.head(family, family.class.as_deref().unwrap_or(&family.kind));
        if family.state == "known" {
            head.push_str(", known to the baseline");
        }
        writeln!(self.out, "{head}")?;
        let Some(keeper) = family.occurrences.get(family.keeper as usize) else { return Ok(()) };
        let mut line = self.location(keeper);
        if let Some(text) = family.text().filter(|_| !self.style.no_text) {
            let room = self.width.saturating_sub(line.width() + 6).max(20);
            // No more than can be shown is looked at: a text may be long.
            let some: String = text.split_whitespace().take(room).collect::<Vec<_>>().join(" ");
            line.push_str(&format!(" {}", shortened(&clean::name(&some), room)));
        }
        writeln!(self.out, " {} {line}", self.paint(FRAME, "-->"))
    }

    fn family(&mut self, family: &Family<'_>) -> io::Result<()> {
        let head = self.head(family, &family.kind);
        writeln!(self.out, "{head}")?;

        let keeper = family.keeper as usize;
        let others = family.occurrences.iter().enumerate().filter(|(i, _)| *i != keeper);
        let mut ordered =
            family.occurrences.get(keeper).map(|place| (keeper, place)).into_iter().chain(others);
        for (i, place) in ordered.by_ref().take(IN_FULL) {
            self.place(place, i == keeper)?;
        }
        let rest: Vec<&Occurrence<'_>> = ordered.map(|(_, place)| place).collect();
        self.more_places(&rest)?;
        writeln!(self.out)
    }

    fn place(&mut self, place: &Occurrence<'_>, is_keeper: bool) -> io::Result<()> {
        // `1.0` is printed for the same words only, so this decides exactly.
        let same = 1.0 <= place.similarity;
        let gutter = place.end_line.max(place.line).to_string().len();
        let mut line = self.location(place);
        if is_keeper {
            line.push_str(" (keeper)");
        } else if !same {
            line.push_str(&format!(" (similarity {})", three_digits(place.similarity)));
        }
        let document = self.report.document(place.document);
        if let Some(title) = document.as_ref().and_then(|document| document.title.as_deref()) {
            let room = self.width.saturating_sub(gutter + line.width() + 5).max(20);
            line.push_str(&format!(" {}", self.paint(DIM, &shortened(&clean::name(title), room))));
        }
        writeln!(self.out, "{:gutter$}{} {line}", "", self.paint(FRAME, "-->"))?;
        if self.style.no_text {
            return Ok(());
        }
        let whole =
            self.findings.and_then(|findings| findings.documents.get(DocId::from_packed(place.document)));
        let (text, span) = match (whole.as_ref(), &place.text) {
            (Some(document), _) => match document.known_text() {
                Some(text) => (text, place.start as usize..place.end as usize),
                None => return Ok(()),
            },
            (None, Some(text)) => (text.as_ref(), 0..text.len()),
            (None, None) => return Ok(()),
        };
        let columns = self.width.saturating_sub(gutter + 3);
        let quoted = quote(text, span.clone(), place.line, columns);
        let bar = self.paint(FRAME, "|");
        writeln!(self.out, "{:gutter$} {bar}", "")?;
        for row in &quoted.rows {
            self.row(row, gutter, if same { "^" } else { "~" })?;
        }
        if let Some(cut) = quoted.cut_at {
            let shown = text.get(span.start..cut).map_or(0, |shown| shown.unicode_words().count() as u64);
            let more = u64::from(place.words).saturating_sub(shown).max(1);
            writeln!(self.out, "{:gutter$} {bar} … ({})", "", counted_more(more, "word"))?;
        }
        Ok(())
    }

    fn row(&mut self, row: &Row, gutter: usize, mark: &str) -> io::Result<()> {
        let bar = self.paint(FRAME, "|");
        let number = row.number.map_or(String::new(), |n| n.to_string());
        let number = self.paint(FRAME, &format!("{number:>gutter$}"));
        let (mut text, mut under) = (String::new(), String::new());
        for run in row.cells.chunk_by(|a, b| a.1 == b.1) {
            let printed: String = run.iter().map(|(cell, _)| cell.text.as_str()).collect();
            let width: usize = run.iter().map(|(cell, _)| cell.width).sum();
            if run.first().is_some_and(|(_, marked)| *marked) {
                text.push_str(&printed);
                under.push_str(&self.paint(MARK, &mark.repeat(width)));
            } else {
                text.push_str(&self.paint(DIM, &printed));
                under.push_str(&" ".repeat(width));
            }
        }
        writeln!(self.out, "{number} {bar} {text}")?;
        let under = under.trim_end();
        if under.is_empty() { Ok(()) } else { writeln!(self.out, "{:gutter$} {bar} {under}", "") }
    }

    fn more_places(&mut self, rest: &[&Occurrence<'_>]) -> io::Result<()> {
        if rest.is_empty() {
            return Ok(());
        }
        let sign = self.paint(FRAME, "=");
        let mut line = format!("and {}:", counted_more(rest.len() as u64, "place"));
        let unlisted = rest.len().saturating_sub(LISTED);
        let last = rest.len() - unlisted - 1;
        for (i, place) in rest.iter().take(LISTED).enumerate() {
            let comma = if i == last && unlisted == 0 { "" } else { "," };
            let item = format!("{}{comma}", self.location(place));
            if self.width < 4 + line.width() + 1 + item.width() {
                writeln!(self.out, "  {sign} {line}")?;
                line.clear();
            } else {
                line.push(' ');
            }
            line.push_str(&item);
        }
        if 0 < unlisted {
            line.push_str(&format!(" and {} not listed here", grouped(unlisted as u64)));
        }
        writeln!(self.out, "  {sign} {line}")
    }

    fn location(&self, place: &Occurrence<'_>) -> String {
        format!("{}:{}:{}", self.name_of(place.document), place.line, place.column)
    }

    /// A document as the user can open it, with its record.
    pub(super) fn name_of(&self, document: u32) -> String {
        let whole = self.findings.and_then(|findings| findings.documents.get(DocId::from_packed(document)));
        let shown = whole.as_ref().map(|document| document.shown.as_str()).filter(|shown| !shown.is_empty());
        let document = self.report.document(document);
        let document = document.as_deref();
        let path = shown.or(document.map(|document| document.path.as_ref())).unwrap_or("?");
        let record = document.and_then(|document| document.record).map_or(String::new(), |n| format!("#{n}"));
        format!("{}{record}", clean::name(path))
    }

    fn problem(&mut self, problem: &Problem<'_>) -> io::Result<()> {
        let label = self.paint(PROBLEM, &format!("problem[{}]", clean::name(&problem.kind)));
        let record = problem.record.map_or(String::new(), |n| format!("#{n}"));
        let line = problem.line.map_or(String::new(), |n| format!(":{n}"));
        let (path, message) = (clean::name(&problem.path), clean::name(&problem.message));
        writeln!(self.out, "{label}: {path}{record}{line}: {message}")
    }

    fn summary(&mut self, summary: &Summary, classed: u64) -> io::Result<()> {
        let documents = counted(summary.documents, "document");
        let words = counted(summary.words, "word");
        if summary.families == 0 {
            writeln!(
                self.out,
                "{}",
                self.paint(BOLD, &format!("no repeats found in {documents} ({words})"))
            )?;
        } else {
            let levels = &summary.families_by_level;
            let by_level: Vec<String> = [
                (levels.document, "document"),
                (levels.paragraph, "paragraph"),
                (levels.sentence, "sentence"),
                (levels.passage, "passage"),
            ]
            .into_iter()
            .filter(|(n, _)| 0 < *n)
            .map(|(n, level)| counted(n, level))
            .collect();
            let found = format!("{} in {documents} ({words})", counted(summary.families, "finding"),);
            let classed = match classed {
                0 => String::new(),
                1 => "; 1 of them a stock phrase or boilerplate, listed last".to_owned(),
                n => format!("; {} of them stock phrases or boilerplate, listed last", grouped(n)),
            };
            writeln!(self.out, "{}: {}{classed}", self.paint(BOLD, &found), by_level.join(", "))?;
            writeln!(
                self.out,
                "{}, {} told again ({} of all words)",
                counted(summary.occurrences, "place"),
                counted(summary.duplicated_words, "word"),
                percent(summary.duplicated_share)
            )?;
        }
        if 0 < summary.problems {
            let problems = counted(summary.problems, "problem");
            writeln!(
                self.out,
                "{}: not everything was read as asked, see above",
                self.paint(PROBLEM, &problems)
            )?;
        }
        Ok(())
    }

    /// Says once why some places are not quoted.
    fn withheld(&mut self) -> io::Result<()> {
        match self.report.documents().filter(|document| document.no_text).count() as u64 {
            0 => Ok(()),
            n => writeln!(
                self.out,
                "{} of an archive without texts: nothing of them is quoted, and their words are compared by hashes",
                counted(n, "document")
            ),
        }
    }

    fn help(&mut self, summary: &Summary) -> io::Result<()> {
        if 0 < summary.families {
            let help = self.paint(HELP, "help");
            writeln!(
                self.out,
                "{help}: `-f json=report.json` keeps this for programs, `-f csv=report.csv` for a spreadsheet"
            )?;
        }
        Ok(())
    }
}
