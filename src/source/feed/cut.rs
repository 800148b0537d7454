//! The bytes of an XML feed go in; its entries, cut out but not looked into, and what stands around them come out.
//!
//! Only as much markup is understood as it takes to find where an entry begins and ends: comments, CDATA, processing
//! instructions, the document type and the names of tags. That takes no stack, so no depth hurts, and it can go on
//! behind any fault: an entry that is not closed ends where the next one begins; what opens and never closes (a
//! comment, CDATA) is taken for text, and looked for once only, so that time stays in proportion to the bytes.
//!
//! A parser of its own runs over each entry (`entry`). Reading the whole stream with one would lose everything behind
//! the first fault, and would hold a token of any length.

use std::{collections::VecDeque, io::Read, sync::Arc};

use memchr::memmem::Finder;

use super::{
    super::{
        batch::{Batch, Parse},
        jsonl::too_large,
        naming::FileName,
        window::Window,
    },
    context::{Context, Kind},
};
use crate::error::{Problem, ProblemKind};

/// How much of what stands between entries is held before it is looked into.
const HEAD_BYTES: u64 = 1 << 20;

/// Elements that hold entries: one that ends inside an entry shows that the entry was not closed.
const AROUND: [&[u8]; 4] = [b"channel", b"rss", b"RDF", b"feed"];

/// Markup in which tags mean nothing: what it ends with, how long its beginning is, its place in [`Cutter::none`].
struct Opaque {
    end: &'static [u8],
    begin_bytes: u64,
    at: usize,
}

/// The entry at hand.
struct Open {
    start: u64,
    line: u64,
    name: Vec<u8>,
    /// It is over the cap, so its bytes are not held.
    over: bool,
}

/// The batches of entries of one feed.
pub(super) struct Cutter<R> {
    window: Window<R>,
    file: Arc<FileName>,
    cap: u64,
    context: Context,
    batch: Option<Batch>,
    ready: VecDeque<Batch>,
    /// How far the stream was looked into.
    at: u64,
    /// Where what stands between entries begins.
    between: u64,
    open: Option<Open>,
    record: u64,
    /// Up to where each opaque end is known not to stand.
    none: [u64; 3],
    /// The feed's end tag was seen.
    closed: bool,
    done: bool,
}

impl<R: Read> Cutter<R> {
    pub(super) fn new(window: Window<R>, offset: u64, file: Arc<FileName>, cap: usize) -> Self {
        Self {
            window,
            file,
            cap: cap as u64,
            context: Context::default(),
            batch: None,
            ready: VecDeque::new(),
            at: offset,
            between: offset,
            open: None,
            record: 0,
            none: [0; 3],
            closed: false,
            done: false,
        }
    }

    /// From where on bytes are still wanted.
    fn keep(&self) -> u64 {
        match &self.open {
            Some(open) if open.over => self.at,
            Some(open) => open.start,
            None => self.between,
        }
    }

    fn batch(&mut self) -> &mut Batch {
        self.batch.get_or_insert_with(|| {
            let parser: Arc<dyn Parse> = Arc::new(self.context.clone());
            Batch::new(Arc::clone(&self.file), parser)
        })
    }

    fn problem(&mut self, problem: Problem) {
        self.batch().cuts.push(Err(problem));
    }

    /// Looks at the next piece of markup; false at the end of the stream.
    fn step(&mut self) -> bool {
        let (cap, keep) = (self.cap, self.keep());
        match &mut self.open {
            Some(open) => open.over |= cap < self.at - open.start,
            None if HEAD_BYTES < self.at - self.between => self.look_between(self.at),
            None => {}
        }
        let reach = self.at.saturating_add(cap.max(HEAD_BYTES));
        let Some(at) = self.window.find(b'<', self.at, reach, keep) else {
            let end = self.window.end().min(reach);
            let more = self.at < end;
            self.at = end;
            return more || self.window.more(end);
        };
        self.at = at;
        let begin = self.window.reach(at, 9, keep);
        let opaque = if begin.starts_with(b"<!--") {
            Some(Opaque { end: b"-->", begin_bytes: 4, at: 0 })
        } else if begin.starts_with(b"<![CDATA[") {
            Some(Opaque { end: b"]]>", begin_bytes: 9, at: 1 })
        } else if begin.starts_with(b"<?") {
            Some(Opaque { end: b"?>", begin_bytes: 2, at: 2 })
        } else {
            None
        };
        match opaque {
            Some(opaque) => self.pass_over(&opaque, reach, keep),
            None if begin.starts_with(b"<!D") && self.record == 0 && self.open.is_none() => {
                self.pass_over_type(reach, keep);
            }
            None => self.tag(reach, keep),
        }
        true
    }

    /// Goes behind a comment and the like, or, when it never ends, behind its first byte.
    fn pass_over(&mut self, opaque: &Opaque, reach: u64, keep: u64) {
        let known = self.none.get(opaque.at).copied().unwrap_or(0);
        let from = (self.at + opaque.begin_bytes).max(known);
        match self.window.find_all(&Finder::new(opaque.end), from, reach, keep) {
            Some(end) => self.at = end + opaque.end.len() as u64,
            None => {
                if let Some(none) = self.none.get_mut(opaque.at) {
                    *none = reach.min(self.window.end().saturating_sub(2)).max(known);
                }
                self.at += 1;
            }
        }
    }

    /// Goes behind a document type with all that it declares; nothing of it is used.
    fn pass_over_type(&mut self, reach: u64, keep: u64) {
        let (mut at, mut inside, mut quote) = (self.at + 2, false, None);
        while at < reach {
            let Some(byte) = self.window.byte(at, keep) else { break };
            match (byte, quote) {
                (b'<', None) if inside && self.window.reach(at, 4, keep) == b"<!--" => {
                    match self.window.find_all(&Finder::new(b"-->"), at + 4, reach, keep) {
                        Some(end) => at = end + 2,
                        None => break,
                    }
                }
                (b'"' | b'\'', None) => quote = Some(byte),
                (_, Some(open)) if open == byte => quote = None,
                (_, Some(_)) => {}
                (b'[', None) => inside = true,
                (b']', None) => inside = false,
                (b'>', None) if !inside => {
                    self.at = at + 1;
                    return;
                }
                _ => {}
            }
            at += 1;
        }
        self.at += 1;
    }

    fn tag(&mut self, reach: u64, keep: u64) {
        let at = self.at;
        let next = self.window.find(b'<', at + 1, reach, keep);
        let next = next.unwrap_or_else(|| self.window.end().min(reach));
        let Some(length) = tag_bytes(self.window.slice(at, next)) else {
            // A lone `<`: it is text.
            self.at = next.max(at + 1);
            return;
        };
        let end = at + length as u64;
        let tag = self.window.slice(at, end);
        let (closing, name) = name(tag);
        let same = |open: &Open| {
            name == open.name || local(name) == local(&open.name) && self.context.kind_of(tag) == Kind::Core
        };
        match &self.open {
            Some(open) if same(open) => {
                if closing {
                    self.finish(end, true);
                } else if !tag.ends_with(b"/>") {
                    self.finish(at, false);
                    self.begin(at, end);
                }
            }
            Some(_) => {
                if closing && AROUND.contains(&local(name)) {
                    self.closed = true;
                    self.finish(at, false);
                }
            }
            None if !closing && matches!(local(name), b"item" | b"entry") => {
                self.look_between(at);
                let tag = self.window.slice(at, end);
                if self.context.kind_of(tag) == Kind::Core {
                    let empty = tag.ends_with(b"/>");
                    self.begin(at, end);
                    if empty {
                        self.finish(end, true);
                    }
                }
            }
            None => self.closed |= closing && AROUND.contains(&local(name)),
        }
        self.at = end;
    }

    fn begin(&mut self, at: u64, end: u64) {
        let (_, name) = name(self.window.slice(at, end));
        let name = name.to_vec();
        let line = self.window.line(at);
        self.record += 1;
        self.open = Some(Open { start: at, line, name, over: false });
    }

    /// Ends the entry at hand before byte `end`.
    fn finish(&mut self, end: u64, whole: bool) {
        let Some(open) = self.open.take() else { return };
        self.between = end;
        let (record, length) = (self.record, end - open.start);
        if open.over || self.cap < length {
            let size = too_large("an entry", length, usize::try_from(self.cap).unwrap_or(usize::MAX));
            let problem = self.file.problem_at(ProblemKind::TooLarge, Some(record), Some(open.line), size);
            return self.problem(problem);
        }
        self.batch();
        if let Some(batch) = &mut self.batch {
            batch.push(self.window.slice(open.start, end), open.start, record, open.line, whole);
        }
    }

    /// Learns what the feed says of itself before `end`.
    fn look_between(&mut self, end: u64) {
        let between = self.window.slice(self.between, end);
        if !between.trim_ascii().is_empty() {
            let learnt = self.context.learn(&String::from_utf8_lossy(between));
            if let Some(context) = learnt {
                self.ready.extend(self.batch.take());
                self.context = context;
            }
        }
        self.between = end;
    }

    fn end(&mut self) {
        self.done = true;
        let end = self.window.end();
        let cut_short = self.open.is_some();
        if cut_short {
            self.finish(end, false);
        } else {
            self.look_between(end);
        }
        let line = Some(self.window.line(end));
        if let Some(error) = self.window.take_error() {
            let message = format!("reading stopped here: {error}");
            let problem = self.file.problem_at(ProblemKind::Unreadable, None, line, message);
            self.problem(problem);
        } else if self.record == 0 && !self.context.is_feed {
            let message = "neither a feed nor an entry of one is in it";
            let problem = self.file.problem(ProblemKind::Malformed, message);
            self.problem(problem);
        } else if self.context.is_feed && !self.closed && !cut_short {
            let message = "the feed is never closed: entries may be missing";
            let problem = self.file.problem_at(ProblemKind::Malformed, None, line, message);
            self.problem(problem);
        }
        self.ready.extend(self.batch.take());
    }
}

impl<R: Read> Iterator for Cutter<R> {
    type Item = Batch;

    fn next(&mut self) -> Option<Batch> {
        while self.ready.is_empty() && !self.done {
            if !self.step() {
                self.end();
            } else if self.batch.as_ref().is_some_and(Batch::is_full) {
                self.ready.extend(self.batch.take());
            }
        }
        self.ready.pop_front()
    }
}

/// How long the tag is that a piece without another `<` begins with; none when it is no tag.
fn tag_bytes(piece: &[u8]) -> Option<usize> {
    let first = *piece.get(1).filter(|&&byte| byte != b'/').or_else(|| piece.get(2))?;
    if !(first.is_ascii_alphabetic() || first == b'_' || first == b':' || 0x80 <= first) {
        return None;
    }
    let mut at = 1;
    while let Some(found) = memchr::memchr3(b'>', b'"', b'\'', piece.get(at..)?) {
        at += found;
        let byte = *piece.get(at)?;
        if byte == b'>' {
            return Some(at + 1);
        }
        match memchr::memchr(byte, piece.get(at + 1..)?) {
            Some(length) => at += length + 2,
            // A quote that is never closed closes nothing.
            None => break,
        }
    }
    memchr::memchr(b'>', piece).map(|at| at + 1)
}

/// Whether a tag closes, and its name with the prefix.
fn name(tag: &[u8]) -> (bool, &[u8]) {
    let rest = tag.get(1..).unwrap_or_default();
    let (closing, rest) = rest.strip_prefix(b"/").map_or((false, rest), |rest| (true, rest));
    let end = rest.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'));
    (closing, rest.get(..end.unwrap_or(rest.len())).unwrap_or_default())
}

/// A name without its prefix.
fn local(name: &[u8]) -> &[u8] {
    name.rsplit(|&byte| byte == b':').next().unwrap_or_default()
}
