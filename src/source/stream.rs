//! The files of a walk go in; what was read of each comes out, one event at a time.

use std::{
    collections::VecDeque,
    fs::File,
    io::{self, BufReader, Cursor, Read},
    path::Path,
    sync::Arc,
};

use super::{
    Decided, Fields, Format, Input, Item, Options, csv,
    csv::Csv,
    format,
    json::Wanted,
    jsonl::Jsonl,
    naming::FileName,
    rules::{Listing, Skip},
    sniff::{self, HEAD_BYTES, Sniffed},
    walk::{Found, Walker, told},
    whole,
};
use crate::error::{Error, ProblemKind};

/// How much is asked of a file at once. Larger does not pay: it falls out of the cache.
const BUFFER_BYTES: usize = 256 << 10;

/// One step of reading.
pub(super) enum Event {
    /// The items that follow, up to the next `Begin` or `Skipped`, are of this file.
    Begin(Begin),
    /// An article or a problem.
    Item(Item),
    /// A file that is not read; a problem with it follows, if it is one.
    Skipped(FileName, Skip),
}

/// A file that is being read, and how.
pub(super) struct Begin {
    pub(super) file: Arc<FileName>,
    pub(super) format: Format,
    pub(super) decided: Decided,
    pub(super) encoding: &'static str,
    pub(super) bytes: Option<u64>,
}

/// Everything the inputs hold, in order.
pub(super) struct Stream {
    walker: Walker,
    waiting: VecDeque<Event>,
    records: Option<Box<dyn Iterator<Item = Item> + Send>>,
    format: Format,
    fields: Arc<Fields>,
    wanted: Arc<Wanted>,
    cap: usize,
}

impl Stream {
    pub(super) fn new(inputs: Vec<Input>, options: &Options, listing: Listing) -> Result<Self, Error> {
        // Positions are 32 bits wide, so no text may be longer, whatever the user says.
        let cap = u32::try_from(options.max_record_bytes).unwrap_or(u32::MAX - 1).min(u32::MAX - 1);
        Ok(Self {
            walker: Walker::new(inputs, options, listing)?,
            waiting: VecDeque::new(),
            records: None,
            format: options.format,
            fields: Arc::new(options.fields.clone()),
            wanted: Arc::new(Wanted::new(&options.fields)),
            cap: cap as usize,
        })
    }

    fn lose(&mut self, file: &FileName, kind: ProblemKind, message: impl Into<String>) {
        self.waiting.push_back(Event::Skipped(file.clone(), Skip::Problem(kind)));
        self.waiting.push_back(Event::Item(Item::Problem(file.problem(kind, message))));
    }

    fn file(&mut self, real: &Path, file: FileName, bytes: u64, walked: bool) {
        match File::open(real) {
            Ok(open) => self.begin(open, Some(real), file, Some(bytes), walked),
            Err(error) => self.lose(&file, ProblemKind::Unreadable, told(&error)),
        }
    }

    /// Looks at the first bytes and sets the reader for the rest to work.
    fn begin(
        &mut self,
        mut reader: impl Read + Send + 'static,
        real: Option<&Path>,
        file: FileName,
        bytes: Option<u64>,
        walked: bool,
    ) {
        let mut head = Vec::new();
        if let Err(error) = reader.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head) {
            return self.lose(&file, ProblemKind::Unreadable, told(&error));
        }
        let bom_bytes = match sniff::sniff(&head) {
            Sniffed::Text { bom_bytes } => bom_bytes,
            Sniffed::Not { kind, why } => return self.lose(&file, kind, why),
        };
        let at_end = head.len() < HEAD_BYTES;
        let text = head.get(bom_bytes..).unwrap_or_default();
        if walked && is_own_report(text) {
            return self.waiting.push_back(Event::Skipped(file, Skip::OwnOutput));
        }
        let (format, decided) = format::settle(self.format, real, text, at_end, &self.wanted, &self.fields);
        let file = Arc::new(file);
        let encoding = if 0 < bom_bytes { "utf-8 with a byte order mark" } else { "utf-8" };
        let begin = Begin { file: Arc::clone(&file), format, decided, encoding, bytes };
        self.waiting.push_back(Event::Begin(begin));

        let delimiter = (format == Format::Csv).then(|| csv::sniff_header(text, &self.fields).delimiter);
        let mut head = Cursor::new(head);
        head.set_position(bom_bytes as u64);
        let rest = head.chain(reader);
        let offset = bom_bytes as u64;
        match format {
            Format::Jsonl => {
                let rest = BufReader::with_capacity(BUFFER_BYTES, rest);
                self.records =
                    Some(Box::new(Jsonl::new(rest, offset, file, Arc::clone(&self.wanted), self.cap)));
            }
            Format::Csv => {
                let rest = BufReader::with_capacity(BUFFER_BYTES, rest);
                let fields = Arc::clone(&self.fields);
                let delimiter = delimiter.unwrap_or(b',');
                self.records = Some(Box::new(Csv::new(rest, delimiter, file, fields, self.cap)));
            }
            Format::Auto | Format::Text | Format::Markdown => {
                let item = whole::read(rest, offset, bytes.unwrap_or(0), &file, format, self.cap);
                self.waiting.push_back(Event::Item(item));
            }
        }
    }
}

impl Iterator for Stream {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            if let Some(item) = self.records.as_mut().and_then(Iterator::next) {
                return Some(Event::Item(item));
            }
            self.records = None;
            match self.walker.next()? {
                Found::File { real, name, bytes, walked } => self.file(&real, name, bytes, walked),
                Found::Stdin => self.begin(io::stdin(), None, FileName::stdin(), None, false),
                Found::Problem(file, kind, message) => self.lose(&file, kind, message),
                Found::Skipped(file, skip) => return Some(Event::Skipped(file, skip)),
            }
        }
    }
}

/// Whether a file is a report of ours: it says so in its first words.
fn is_own_report(head: &[u8]) -> bool {
    const MARK: &[u8] = b"\"twicetold.report/";
    const CSV: &[u8] = b"family,level,kind,scope,similarity,words,path,record,line,start,end,keeper,text";
    let start = head.get(..128).unwrap_or(head);
    let start = start.trim_ascii_start();
    start.starts_with(CSV)
        || start.starts_with(b"{") && start.windows(MARK.len()).any(|window| window == MARK)
}
