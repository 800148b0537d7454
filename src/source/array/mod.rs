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

    /// Reads the array below a key of the one object there is. `member` sees the other keys' values where they are
    /// short strings, and gives the parser for the records.
    pub(super) fn below(mut self, key: &str, mut member: impl FnMut(&str, &str)) -> Self {
        self.at = self.blank(self.at, self.at);
        let mut next = self.window.byte(self.at, self.at).filter(|&b| b == b'{').map(|_| self.at + 1);
        while let Some((name, value)) = next.and_then(|at| self.member(at, at)) {
            if name == key && self.window.byte(value, value) == Some(b'[') {
                (self.at, self.around) = (value + 1, Around::Wrapped);
                return self;
            }
            next = self.value_end(value, value);
            let length = next.map_or(0, |end| end - value);
            if let Some(end) = next.filter(|_| length <= LONGEST_KEY)
                && let Ok(text) = serde_json::from_slice::<String>(self.window.slice(value, end))
            {
                member(&name, &text);
            }
        }
        let message = format!("there is no list of `{key}` in it");
        let problem = self.file.problem(ProblemKind::Malformed, message);
        self.problem(problem);
        self.done = true;
        self
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

    /// The key at or behind a place in an object, and where its value begins.
    fn member(&mut self, at: u64, keep: u64) -> Option<(String, u64)> {
        let mut at = self.blank(at, keep);
        if self.window.byte(at, keep) == Some(b',') {
            at = self.blank(at + 1, keep);
        }
        if self.window.byte(at, keep) != Some(b'"') {
            return None;
        }
        let end = self.value_end(at, keep.min(at)).filter(|end| end - at <= LONGEST_KEY)?;
        let key = serde_json::from_slice(self.window.slice(at, end)).ok()?;
        let colon = self.blank(end, keep);
        if self.window.byte(colon, keep) != Some(b':') {
            return None;
        }
        Some((key, self.blank(colon + 1, keep)))
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
        if whole && record == 1 && self.around == Around::Nothing && self.unwrap(start, end) {
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

    /// Whether the one object there is holds records instead of being one; if so, they come next.
    fn unwrap(&mut self, start: u64, end: u64) -> bool {
        let object = self.window.slice(start, end);
        let Ok(text) = std::str::from_utf8(object) else { return false };
        if self.wanted.read(text).is_ok() {
            return false;
        }
        let behind = self.blank(end, start);
        if self.window.byte(behind, start).is_some() {
            return false;
        }
        let mut lists = Vec::new();
        let mut at = start + 1;
        while let Some((key, value)) = self.member(at, start) {
            if self.wanted.text_names.contains(&key) {
                return false;
            }
            if self.is_list_of_objects(value, start) {
                lists.push(value);
            }
            let Some(end) = self.held_end(value, end) else { break };
            at = end;
        }
        let [list] = lists.as_slice() else { return false };
        self.enter(*list)
    }

    fn is_list_of_objects(&mut self, at: u64, keep: u64) -> bool {
        if self.window.byte(at, keep) != Some(b'[') {
            return false;
        }
        let first = self.blank(at + 1, keep);
        self.window.byte(first, keep) == Some(b'{')
    }

    fn enter(&mut self, list: u64) -> bool {
        (self.at, self.around, self.record, self.sign) = (list + 1, Around::Wrapped, 0, None);
        true
    }

    /// Whether an object that is over the cap, or broken, is one around an array of objects, in which that shows; if so, they come
    /// next. It was read up to `end`.
    fn is_wrapper(&mut self, start: u64, end: u64) -> bool {
        if self.record != 1 || self.around != Around::Nothing || self.window.byte(start, start) != Some(b'{')
        {
            return false;
        }
        let mut at = start + 1;
        while at < end {
            let Some((key, value)) = self.member(at, start).filter(|(_, value)| *value < end) else {
                return false;
            };
            if self.wanted.text_names.contains(&key) {
                return false;
            }
            match self.held_end(value, end) {
                Some(end) => at = end,
                None => return self.is_list_of_objects(value, start) && self.enter(value),
            }
        }
        false
    }

    /// Where the value at a place ends, if it does so before `end` in what is held.
    fn held_end(&self, at: u64, end: u64) -> Option<u64> {
        match Scan::default().piece(self.window.slice(at, end)) {
            Step::End(length) => Some(at + length as u64),
            Step::More | Step::Fault(_) => None,
        }
    }

    /// Looks for another array behind the one that was read.
    fn behind_list(&mut self) {
        while let Some((key, value)) = self.member(self.at, self.at) {
            if self.is_list_of_objects(value, value) {
                let key = super::fields::quoted(&key);
                let message = format!("a second list, {key}, was not read: give it in a file of its own");
                self.problem_here(ProblemKind::NoText, None, value, message);
            }
            match self.value_end(value, value) {
                Some(end) => self.at = end,
                None => return,
            }
        }
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
