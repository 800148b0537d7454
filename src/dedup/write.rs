//! The inputs once more, without what a plan takes out: files go in one by one, files and a ledger come out.
//!
//! Only bytes are taken out, none are made: what is in the result stood so in the input, and the ledger has the rest.

use std::{
    borrow::Cow,
    collections::HashMap,
    io::{self, Write},
    path::{Component, Path, PathBuf},
};

use super::{
    Plan, Reason, Removal,
    ledger::{self, Begin, Fate, File, LEDGER_FORMAT, Line, Place, Removed, Sum, Sums, Totals, held},
    tidy,
};
use crate::{
    document::Document,
    error::{Error, Problem, ProblemKind},
    family::Occurrence,
    hash::Digester,
    id::DocId,
    report::{Findings, view::hex},
    settings::Level,
    source::{Of, Original, Piece, Removal as Asked},
    span::Span,
};

/// Where the files of the result go.
pub trait Outputs {
    /// Opens a file of the result by its path there; the one before it is finished.
    ///
    /// # Errors
    ///
    /// What the system says.
    fn file(&mut self, path: &str) -> Result<Box<dyn Write + '_>, Error>;
}

/// A path of a report as one below a folder.
///
/// # Errors
///
/// [`Error::Rewrite`] for one that leads out of it.
pub fn inside(path: &str) -> Result<PathBuf, Error> {
    let inside: PathBuf = Path::new(path).components().filter(|part| *part != Component::CurDir).collect();
    let below = inside.components().all(|part| matches!(part, Component::Normal(_)));
    if below && !inside.as_os_str().is_empty() {
        return Ok(inside);
    }
    let message = "it lies outside of the folders that were named: name a folder that has it".to_owned();
    Err(Error::Rewrite { path: path.to_owned(), message })
}

/// Writes everything but what a plan takes out.
///
/// `single` says that the result is one file. What could not be read comes back: it is not in the result.
///
/// Cost: every file is read once more; memory is one piece of a file, and files that are left out whole.
///
/// # Errors
///
/// [`Error::Rewrite`] when a file cannot be written without its part, or is not as it was when it was searched; [`Error::Io`].
/// What was written by then is no result.
pub fn write(
    findings: &Findings,
    plan: &Plan,
    originals: impl Iterator<Item = Result<Original, Problem>>,
    single: bool,
    outputs: &mut dyn Outputs,
    ledger: &mut ledger::Writer<'_>,
) -> Result<(Totals, Vec<Problem>), Error> {
    let mut problems = Vec::new();
    let mut files = Vec::new();
    for original in originals {
        match original {
            Ok(original) => files.push(original),
            Err(problem) => problems.push(problem),
        }
    }
    let mut writer = Writer::new(findings, plan, ledger);
    for file in &files {
        writer.allows(file)?;
    }
    let levels = Level::ALL.into_iter().filter(|level| *findings.plan.level.get(*level));
    writer.line(&Line::Begin(Begin {
        schema: LEDGER_FORMAT.into(),
        tool: concat!("twicetold ", env!("CARGO_PKG_VERSION")).into(),
        single,
        level: levels.map(Level::name).collect::<Vec<_>>().join(",").into(),
    }))?;
    for file in &files {
        writer.file(file, outputs)?;
    }
    if writer.done != plan.removals.len() {
        let lost = plan.removals.len() - writer.done;
        return Err(changed("the inputs", format!("{lost} documents are not there any more")));
    }
    let mut totals = writer.totals;
    totals.documents = findings.totals.documents;
    writer.line(&Line::End(totals))?;
    problems.append(&mut writer.problems);
    findings.documents.check()?;
    Ok((totals, problems))
}

fn changed(path: &str, what: impl std::fmt::Display) -> Error {
    let message = format!("{what}: it was changed while it was searched; run again");
    Error::Rewrite { path: path.to_owned(), message }
}

/// What is said of a document that stays whole because its bytes are more than its text.
fn uncut(document: &Document) -> Problem {
    Problem {
        path: document.path.clone(),
        record: document.record,
        line: None,
        kind: ProblemKind::Uncut,
        message: "without the repeated text the rest would be read as something else: all of it stays"
            .to_owned(),
    }
}

/// A document that is changed.
struct Change<'p> {
    id: DocId,
    removal: &'p Removal,
}

struct Writer<'p, 'l> {
    findings: &'p Findings,
    /// By file, then by record; 0 is a file that is one article.
    changes: HashMap<String, HashMap<u64, Change<'p>>>,
    ledger: &'p mut ledger::Writer<'l>,
    totals: Totals,
    /// Documents that were met.
    done: usize,
    problems: Vec<Problem>,
}

impl<'p, 'l> Writer<'p, 'l> {
    fn new(findings: &'p Findings, plan: &'p Plan, ledger: &'p mut ledger::Writer<'l>) -> Self {
        let mut changes: HashMap<String, HashMap<u64, Change<'_>>> = HashMap::new();
        for (id, removal) in &plan.removals {
            if let Some(document) = findings.documents.get(*id) {
                let change = Change { id: *id, removal };
                match changes.get_mut(&document.path) {
                    Some(of_file) => of_file.insert(document.record.unwrap_or(0), change),
                    None => changes
                        .entry(document.path.clone())
                        .or_default()
                        .insert(document.record.unwrap_or(0), change),
                };
            }
        }
        Self { findings, changes, ledger, totals: Totals::default(), done: 0, problems: Vec::new() }
    }

    /// Refuses a file of which something is to go that cannot.
    fn allows(&self, file: &Original) -> Result<(), Error> {
        // Of these nothing can be written, not even as it is.
        if let Some(message) =
            file.refuses(Asked::Record).filter(|_| file.is_member() || file.real().is_none())
        {
            return Err(Error::Rewrite { path: file.path().to_owned(), message });
        }
        let Some(changes) = self.changes.get(file.path()) else { return Ok(()) };
        for change in changes.values() {
            let asked = match change.removal {
                Removal::Whole(_) => Asked::Record,
                Removal::Spans(_) => Asked::Span,
            };
            if let Some(message) = file.refuses(asked) {
                return Err(Error::Rewrite { path: file.path().to_owned(), message });
            }
        }
        Ok(())
    }

    fn file(&mut self, file: &Original, outputs: &mut dyn Outputs) -> Result<(), Error> {
        self.totals.files += 1;
        let Some(changes) = self.changes.remove(file.path()) else { return self.copy(file, outputs) };
        if let Some(Change { removal: Removal::Whole(reason), id }) =
            changes.get(&0).filter(|_| file.is_article())
            && let Some(document) = self.findings.documents.get(*id)
        {
            return self.leave_out(file, &document, *reason);
        }
        self.head(file, Fate::Cut)?;
        let mut out = file.pack(outputs.file(file.path())?).map_err(|error| unwritable(file, error))?;
        let (mut before, mut after) = (Digester::default(), Digester::default());
        file.pieces(&mut |piece| {
            let offset = before.bytes();
            before.add(piece.bytes);
            let record = match piece.of {
                Of::Record(record) => Some(record),
                Of::Article => Some(0),
                Of::Rest => None,
            };
            let mut keep = |bytes: &[u8]| {
                after.add(bytes);
                out.write_all(bytes).map_err(|error| unwritable(file, error))
            };
            match record.and_then(|record| changes.get(&record)) {
                None => keep(piece.bytes),
                Some(change) => self.piece(file, &piece, offset, change, &mut keep),
            }
        })?;
        out.finish().map_err(|error| unwritable(file, error))?;
        let sums = Sums { before: sum(&before), after: Some(sum(&after)) };
        self.line(&Line::Sum(sums))
    }

    /// A file in which nothing goes.
    fn copy(&mut self, file: &Original, outputs: &mut dyn Outputs) -> Result<(), Error> {
        self.head(file, Fate::Copied)?;
        let mut out = outputs.file(file.path())?;
        let mut digester = Digester::default();
        file.raw(&mut |bytes| {
            digester.add(bytes);
            out.write_all(bytes).map_err(|error| unwritable(file, error))
        })?;
        out.flush().map_err(|error| unwritable(file, error))?;
        let sum = sum(&digester);
        self.line(&Line::Sum(Sums { after: Some(sum.clone()), before: sum }))
    }

    /// A file that is one article, which goes.
    fn leave_out(&mut self, file: &Original, document: &Document, reason: Reason) -> Result<(), Error> {
        self.head(file, Fate::LeftOut)?;
        let (mut bytes, mut digester) = (Vec::new(), Digester::default());
        file.raw(&mut |more| {
            digester.add(more);
            bytes.extend_from_slice(more);
            Ok(())
        })?;
        self.totals.removed_documents += 1;
        self.done += 1;
        self.removed(0, &bytes, (document, None), reason)?;
        self.line(&Line::Sum(Sums { before: sum(&digester), after: None }))
    }

    /// A record, or the one article of a file, of which something goes.
    fn piece(
        &mut self,
        file: &Original,
        piece: &Piece<'_>,
        offset: u64,
        change: &Change<'_>,
        keep: &mut dyn FnMut(&[u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.done += 1;
        let Change { id, removal } = change;
        let Some(document) = &self.findings.documents.get(*id) else { return keep(piece.bytes) };
        let not_there = || changed(file.path(), format!("`{}` is not what it was", document.name));
        match removal {
            Removal::Whole(reason) => {
                // The text must be that which was compared.
                file.ranges(piece, &document.text, &[]).ok_or_else(not_there)?;
                self.totals.removed_documents += 1;
                self.removed(offset, piece.bytes, (document, None), *reason)
            }
            Removal::Spans(spans) => {
                let plain: Vec<Span> = spans.iter().map(|(span, _)| *span).collect();
                let tidy = tidy(document, &plain);
                file.ranges(piece, &document.text, &[]).ok_or_else(not_there)?;
                let Some(ranges) = file.ranges(piece, &document.text, &tidy) else {
                    self.problems.push(uncut(document));
                    return keep(piece.bytes);
                };
                let mut kept = 0;
                for (range, span) in ranges.iter().zip(&tidy) {
                    let (Some(before), Some(bytes)) =
                        (piece.bytes.get(kept..range.start), piece.bytes.get(range.clone()))
                    else {
                        return Err(not_there());
                    };
                    keep(before)?;
                    kept = range.end;
                    let reason = spans.iter().find(|(part, _)| 0 < part.overlap(*span)).or(spans.first());
                    let Some((_, reason)) = reason else { continue };
                    self.totals.removed_spans += 1;
                    self.removed(offset + range.start as u64, bytes, (document, Some(*span)), *reason)?;
                }
                keep(piece.bytes.get(kept..).unwrap_or_default())
            }
        }
    }

    fn head(&mut self, file: &Original, state: Fate) -> Result<(), Error> {
        let packing = file.packed_as().map(Into::into);
        self.line(&Line::File(File { path: file.path().into(), packing, state }))
    }

    fn removed(
        &mut self,
        offset: u64,
        bytes: &[u8],
        (document, span): (&Document, Option<Span>),
        reason: Reason,
    ) -> Result<(), Error> {
        let family = self.findings.families.get(reason.family);
        let place = family.and_then(|family| family.occurrences.get(reason.place));
        let keeper = family.and_then(|family| family.occurrences.get(reason.keeper));
        let (Some(family), Some(place), Some(keeper)) = (family, place, keeper) else {
            return Err(changed(&document.path, "its finding is gone"));
        };
        self.totals.removed_bytes += bytes.len() as u64;
        let (text, base64) = held(bytes);
        let whole = Span::from_range(0, document.text.len());
        let line = Line::Removed(Box::new(Removed {
            offset,
            text,
            base64,
            document: at(document, span.unwrap_or(whole)),
            level: family.level.name().into(),
            kind: family.kind.name().into(),
            similarity: place.score.printed(place.same),
            family: hex(&family.fingerprint),
            keeper: self.place(keeper),
        }));
        self.ledger.line(&line)
    }

    fn place(&self, place: &Occurrence) -> Place<'p> {
        match self.findings.documents.get(place.document) {
            Some(Cow::Borrowed(document)) => at(document, place.span),
            Some(Cow::Owned(document)) => at(&document, place.span).into_owned(),
            None => Place { name: "".into(), path: "".into(), record: None, start: 0, end: 0 },
        }
    }

    fn line(&mut self, line: &Line<'_>) -> Result<(), Error> {
        self.ledger.line(line)
    }
}

fn at(document: &Document, span: Span) -> Place<'_> {
    Place {
        name: document.name.as_str().into(),
        path: document.path.as_str().into(),
        record: document.record,
        start: span.start,
        end: span.end,
    }
}

fn sum(digester: &Digester) -> Sum {
    Sum { bytes: digester.bytes(), hash: hex(&digester.digest()) }
}

fn unwritable(file: &Original, source: io::Error) -> Error {
    Error::Io { path: file.path().into(), source }
}
