//! JSON that is no line a record goes in, its records, cut out but not looked into, come out: the elements of one array,
//! objects one after another however they are laid out, or one object.
//!
//! One object without a text that holds exactly one array of objects is read as that array: so programs that serve
//! articles wrap them (`{"status":"ok","articles":[…]}`). Over the record cap no object is an article, so one that
//! holds an array of objects there is read as that array too, as it comes.
//!
//! A record that is not sound ends where that shows, and reading goes on at the next one: at a `{` that stands as the
//! first record's did (alone on its line, equally deep) before the same first key. What lies between is told.

mod scan;
mod wrapper;

use std::{io::Read, sync::Arc};

use super::{
    Place, Record,
    batch::{Batch, Cut, Parse, Take},
    json::{Unusable, Wanted},
    jsonl::too_large,
    naming::FileName,
    sniff,
    window::Window,
};
use crate::error::{Problem, ProblemKind};

pub(super) use self::wrapper::is_wrapper;

use self::scan::{Scan, Step};

/// Longer keys are no names anyone looks for.
const LONGEST_KEY: u64 = 1 << 10;

/// How far back is looked for what stands before a record.
const BEFORE: u64 = 1 << 10;

/// What stands at the beginning of the first record, and of those behind it.
#[derive(Clone, Debug, Default)]
struct Sign {
    /// The blanks between the line's beginning and the record, if nothing else stands there.
    indent: Option<Vec<u8>>,
    /// The first key, with its quotes.
    key: Option<Vec<u8>>,
}

/// Where the reader stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Around {
    /// Outside of all: values follow one another.
    Nothing,
    /// In the array.
    List,
    /// In the array of an object; what follows the array is looked at for another one.
    Wrapped,
}

/// The batches of records of one stream.
pub(super) struct Elements<R> {
    window: Window<R>,
    file: Arc<FileName>,
    cap: u64,
    parser: Arc<dyn Parse>,
    /// Tells a text from a wrapper.
    wanted: Arc<Wanted>,
    batch: Option<Batch>,
    at: u64,
    around: Around,
    record: u64,
    sign: Option<Sign>,
    /// A bracket too many was told, and no record has come since.
    told: bool,
    done: bool,
}

impl<R: Read> Elements<R> {
    /// Reads from `reader`, which stands `offset` bytes into `file`.
    pub(super) fn new(
        reader: R,
        offset: u64,
        file: Arc<FileName>,
        parser: Arc<dyn Parse>,
        wanted: Arc<Wanted>,
        cap: usize,
    ) -> Self {
        let (window, at, cap) = (Window::new(reader, offset), offset, cap as u64);
        Self {
            window,
            file,
            cap,
            parser,
            wanted,
            batch: None,
            at,
            around: Around::Nothing,
            record: 0,
            sign: None,
            told: false,
            done: false,
        }
    }

    /// The same records, made into articles by another parser.
    pub(super) fn with_parser(mut self, parser: Arc<dyn Parse>) -> Self {
        self.parser = parser;
        self
    }

    fn batch(&mut self) -> &mut Batch {
        self.batch.get_or_insert_with(|| Batch::new(Arc::clone(&self.file), Arc::clone(&self.parser)))
    }

    fn problem(&mut self, problem: Problem) {
        self.batch().cuts.push(Err(problem));
    }

    fn problem_here(&mut self, kind: ProblemKind, record: Option<u64>, at: u64, message: impl Into<String>) {
        let line = Some(self.window.line(at));
        let problem = self.file.problem_at(kind, record, line, message);
        self.problem(problem);
    }

    /// The next byte that is not blank.
    fn blank(&mut self, mut at: u64, keep: u64) -> u64 {
        loop {
            let rest = self.window.rest(at);
            let blanks = rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
            let ended = blanks < rest.len();
            at += blanks as u64;
            if ended || !self.window.more(keep.min(at)) {
                return at;
            }
        }
    }

    /// Where the value at a place ends, if it does.
    fn value_end(&mut self, at: u64, keep: u64) -> Option<u64> {
        let mut scan = Scan::default();
        loop {
            let from = at + scan.read;
            match scan.piece(self.window.rest(from)) {
                Step::End(length) => return Some(from + length as u64),
                Step::Fault(_) => return None,
                Step::More => {
                    // Short values stay, for whoever asks.
                    let keep = if scan.read <= LONGEST_KEY { keep.min(at) } else { keep.max(at + scan.read) };
                    if !self.window.more(keep) {
                        return None;
                    }
                }
            }
        }
    }

    /// Looks at what comes next; false at the end.
    fn step(&mut self) -> bool {
        self.at = self.blank(self.at, self.at.saturating_sub(BEFORE));
        let at = self.at;
        let Some(byte) = self.window.byte(at, at.saturating_sub(BEFORE)) else {
            if self.around != Around::Nothing {
                let message = "the list is never closed: records may be missing";
                self.problem_here(ProblemKind::Malformed, None, at, message);
            }
            return false;
        };
        match (byte, self.around) {
            (b',', _) => self.at += 1,
            (b'[', Around::Nothing) => (self.at, self.around) = (at + 1, Around::List),
            (b']', Around::List) => (self.at, self.around) = (at + 1, Around::Nothing),
            (b']', Around::Wrapped) => {
                self.at += 1;
                self.behind_list();
                return false;
            }
            (b']' | b'}' | b':', _) => {
                if !self.told {
                    let message = format!("a `{}` too many", char::from(byte));
                    self.problem_here(ProblemKind::Malformed, None, at, message);
                }
                (self.told, self.at) = (true, at + 1);
            }
            _ => self.element(),
        }
        true
    }

    /// Cuts out the record that begins here.
    fn element(&mut self) {
        let start = self.at;
        self.told = false;
        if self.sign.is_none() && self.window.byte(start, start) == Some(b'{') {
            self.sign = Some(self.sign_of(start));
        }
        let line = self.window.line(start);
        self.record += 1;
        let mut scan = Scan::default();
        let mut over = false;
        loop {
            let from = start + scan.read;
            let step = scan.piece(self.window.rest(from));
            let read = start + scan.read;
            match step {
                Step::End(_)
                    if !over && self.cap < read - start && self.is_wrapper(start, start + self.cap) =>
                {
                    return;
                }
                Step::End(_) => {
                    self.at = read;
                    self.cut(start, read, line, over, true);
                    return;
                }
                Step::Fault(_) if !over && self.is_wrapper(start, read) => return,
                Step::Fault(_) => {
                    self.cut(start, read + 1, line, over, false);
                    self.find_next(read.min(start + scan.string).max(start + 1), line);
                    return;
                }
                Step::More => {
                    if !over && self.cap < read - start {
                        over = true;
                        if self.is_wrapper(start, start + self.cap) {
                            return;
                        }
                    }
                    let keep = if over { read } else { start.saturating_sub(BEFORE) };
                    if !self.window.more(keep) {
                        if !over && self.is_wrapper(start, read) {
                            return;
                        }
                        self.cut(start, read, line, over, false);
                        let from = start + scan.string;
                        self.find_next(if over { read } else { from.max(start + 1) }, line);
                        return;
                    }
                }
            }
        }
    }

    /// Hands a record on, or what is wrong with its size.
    fn cut(&mut self, start: u64, end: u64, line: u64, over: bool, whole: bool) {
        let end = end.min(self.window.end());
        let record = self.record;
        if over || self.cap < end - start {
            let cap = usize::try_from(self.cap).unwrap_or(usize::MAX);
            let message = too_large("a record", end - start, cap);
            let problem = self.file.problem_at(ProblemKind::TooLarge, Some(record), Some(line), message);
            return self.problem(problem);
        }
        if whole && record == 1 && self.around == Around::Nothing && self.enter_sole(start, end) {
            return;
        }
        self.batch();
        if let Some(batch) = &mut self.batch {
            batch.push(self.window.slice(start, end), start, record, line, whole);
        }
    }

    /// What the records begin like.
    fn sign_of(&mut self, start: u64) -> Sign {
        let before = self.window.slice(start.saturating_sub(BEFORE), start);
        let blanks = before.iter().rev().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let (lead, blanks) = before.split_at(before.len() - blanks);
        let own_line = lead.last().is_none_or(|&b| b == b'\n' || b == b'\r');
        let indent = own_line.then(|| blanks.to_vec());
        let key = self.blank(start + 1, start);
        let end = if self.window.byte(key, start) == Some(b'"') { self.value_end(key, start) } else { None };
        let key = end.filter(|end| end - key <= LONGEST_KEY).map(|end| self.window.slice(key, end).to_vec());
        Sign { indent, key }
    }

    /// Goes on at the next record behind a fault.
    fn find_next(&mut self, from: u64, line: u64) {
        let sign = self.sign.clone().unwrap_or_default();
        let mut from = from;
        while let Some(at) = self.window.find(b'{', from, u64::MAX, from.saturating_sub(BEFORE)) {
            if self.begins(at, &sign) {
                self.at = at;
                return;
            }
            from = at + 1;
        }
        let end = self.window.end();
        let last = self.window.line(end);
        if line < last {
            let message =
                format!("no record was found behind this one: lines {line} to {last} were not read");
            let problem = self.file.problem_at(ProblemKind::Malformed, None, Some(line), message);
            self.problem(problem);
        }
        (self.at, self.around) = (end, Around::Nothing);
    }

    /// Whether a `{` begins a record as the first one did.
    fn begins(&mut self, at: u64, sign: &Sign) -> bool {
        let keep = at.saturating_sub(BEFORE);
        let before = self.window.slice(keep, at);
        if let Some(indent) = &sign.indent {
            let lead = before.strip_suffix(indent.as_slice());
            if lead.is_none_or(|lead| lead.last().is_none_or(|&b| b != b'\n' && b != b'\r')) {
                return false;
            }
        } else if !before.trim_ascii_end().ends_with(b",") && !before.trim_ascii_end().ends_with(b"}") {
            return false;
        }
        let Some(key) = &sign.key else { return true };
        let at = self.blank(at + 1, keep);
        self.window.reach(at, key.len() as u64, keep) == key.as_slice()
    }

    fn end(&mut self) {
        self.done = true;
        if let Some(error) = self.window.take_error() {
            let end = self.window.end();
            let message = format!("reading stopped here: {error}");
            self.problem_here(ProblemKind::Unreadable, None, end, message);
        }
    }
}

impl<R: Read> Iterator for Elements<R> {
    type Item = Batch;

    fn next(&mut self) -> Option<Batch> {
        while !self.done {
            if !self.step() {
                self.end();
            } else if self.batch.as_ref().is_some_and(Batch::is_full) {
                break;
            }
        }
        self.batch.take()
    }
}

/// Makes articles of records as of lines.
#[derive(Debug)]
pub(super) struct Records {
    pub(super) wanted: Arc<Wanted>,
    /// The file's number, when a record of it can be read again.
    pub(super) number: Option<u32>,
}

impl Parse for Records {
    fn parse(&self, bytes: &[u8], cut: &Cut, file: &FileName, take: &mut Take<'_>) {
        let at = |kind, message| Err(file.problem_at(kind, Some(cut.record), Some(cut.line), message));
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let message = sniff::not_utf8(cut.offset + error.valid_up_to() as u64);
                return take(at(ProblemKind::Encoding, message), None);
            }
        };
        match self.wanted.read(text) {
            Ok(values) => {
                let place = self.number.zip(u32::try_from(bytes.len()).ok());
                let place =
                    place.map(|(file, bytes)| Place { file, bytes, offset: cut.offset, record: cut.record });
                take(Ok(Record::line(&values, file, cut.record)), place);
            }
            Err(Unusable::NoText { what }) => take(at(ProblemKind::NoText, what), None),
            Err(Unusable::Malformed { what, .. }) => {
                take(at(ProblemKind::Malformed, format!("not a JSON record: {what}")), None);
            }
        }
    }
}
