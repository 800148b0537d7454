//! The files of a walk go in; what was read of each comes out, one event at a time.

use std::{
    collections::VecDeque,
    fs::File,
    io::{self, BufReader, Cursor, Read},
    path::Path,
    sync::Arc,
};

use super::{
    Decided, Fields, Format, HtmlText, Input, Item, Options, Place, Record,
    again::{Files, Known},
    array::{Elements, Records},
    batch::Batch,
    csv,
    csv::Csv,
    feed, format,
    json::Wanted,
    lines::{self, Blocks, Step},
    naming::FileName,
    rules::{Listing, Skip},
    sniff::{self, HEAD_BYTES, Sniffed},
    walk::{Found, Walker, told},
    whole,
};
use crate::error::{Error, Problem, ProblemKind};

/// How much is asked of a file at once. Larger does not pay: it falls out of the cache.
const BUFFER_BYTES: usize = 256 << 10;

/// One step of reading.
pub(super) enum Event {
    /// The items that follow, up to the next `Begin` or `Skipped`, are of this file.
    Begin(Begin),
    /// What was read of it; parsed or still to be parsed.
    Raw(Raw),
    /// A file that is not read; a problem with it follows, if it is one.
    Skipped(FileName, Skip),
}

/// What was read, before it is parsed: reading is the work of one thread, parsing can be that of many.
#[derive(Debug)]
pub struct Raw(Kind);

#[derive(Debug)]
enum Kind {
    Item(Box<Item>, Option<Place>),
    Lines(lines::Block),
    Batch(Batch),
}

impl Raw {
    pub(super) fn item(item: Item, place: Option<Place>) -> Self {
        Self(Kind::Item(Box::new(item), place))
    }

    /// About how many bytes it holds.
    pub fn bytes(&self) -> usize {
        match &self.0 {
            Kind::Item(item, _) => match &**item {
                Item::Document(document) => document.text.len(),
                Item::Problem(_) => 0,
            },
            Kind::Lines(block) => block.bytes.len(),
            Kind::Batch(batch) => batch.bytes.len(),
        }
    }

    /// Parses what is not parsed yet; gives every item in order, with the place where it can be read again,
    /// if it can.
    pub fn each(self, mut take: impl FnMut(Result<Record<'_>, Problem>, Option<Place>)) {
        match self.0 {
            Kind::Item(item, place) => match *item {
                Item::Document(document) => take(Ok(Record::whole(&document)), place),
                Item::Problem(problem) => take(Err(problem), place),
            },
            Kind::Lines(block) => block.each(take),
            Kind::Batch(batch) => batch.each(take),
        }
    }
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
    records: Option<Box<dyn Iterator<Item = Raw> + Send>>,
    format: Format,
    fields: Arc<Fields>,
    wanted: Arc<Wanted>,
    html: HtmlText,
    cap: usize,
    files: Files,
}

impl Stream {
    pub(super) fn new(inputs: Vec<Input>, options: &Options, listing: Listing) -> Result<Self, Error> {
        // Positions are 32 bits wide, so no text may be longer, whatever the user says.
        let cap = u32::try_from(options.max_record_bytes).unwrap_or(u32::MAX - 1).min(u32::MAX - 1);
        let (cap, wanted) = (cap as usize, Arc::new(Wanted::new(&options.fields)));
        Ok(Self {
            walker: Walker::new(inputs, options, listing)?,
            waiting: VecDeque::new(),
            records: None,
            format: options.format,
            fields: Arc::new(options.fields.clone()),
            files: Files::new(Arc::clone(&wanted), options.html, cap),
            wanted,
            html: options.html,
            cap,
        })
    }

    /// The files that can be opened again; more of them as the stream goes on.
    pub(super) fn files(&self) -> Files {
        self.files.clone()
    }

    fn lose(&mut self, file: &FileName, kind: ProblemKind, message: impl Into<String>) {
        self.waiting.push_back(Event::Skipped(file.clone(), Skip::Problem(kind)));
        self.waiting.push_back(Event::Raw(Raw::item(Item::Problem(file.problem(kind, message)), None)));
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
        let is_json = text.trim_ascii_start().starts_with(b"{");
        let mut head = Cursor::new(head);
        head.set_position(bom_bytes as u64);
        let rest = head.chain(reader);
        let offset = bom_bytes as u64;
        let known = |format, name: &Arc<FileName>| {
            self.files.add(Known { real: real?.to_owned(), name: Arc::clone(name), format })
        };
        match format {
            Format::Jsonl => {
                let number = known(format, &file);
                let blocks = Blocks::new(rest, offset, file, number, Arc::clone(&self.wanted), self.cap);
                self.records = Some(Box::new(blocks.map(|step| match step {
                    Step::Block(block) => Raw(Kind::Lines(block)),
                    Step::Problem(problem) => Raw::item(Item::Problem(problem), None),
                })));
            }
            Format::Csv => {
                let rest = BufReader::with_capacity(BUFFER_BYTES, rest);
                let fields = Arc::clone(&self.fields);
                let delimiter = delimiter.unwrap_or(b',');
                let rows = Csv::new(rest, delimiter, file, fields, self.cap);
                self.records = Some(Box::new(rows.map(|item| Raw::item(item, None))));
            }
            Format::Json => {
                let wanted = Arc::clone(&self.wanted);
                let parser = Arc::new(Records { wanted: Arc::clone(&wanted), number: known(format, &file) });
                let batches = Elements::new(rest, offset, file, parser, wanted, self.cap);
                self.records = Some(Box::new(batches.map(|batch| Raw(Kind::Batch(batch)))));
            }
            Format::Feed => {
                let batches = feed::entries(rest, is_json, offset, file, Arc::clone(&self.wanted), self.cap);
                self.records = Some(Box::new(batches.map(|batch| Raw(Kind::Batch(batch)))));
            }
            Format::Auto | Format::Text | Format::Markdown | Format::Html => {
                let hint = bytes.unwrap_or(0);
                let (item, note) = whole::read(rest, offset, hint, &file, format, self.html, self.cap);
                let length = if let Item::Document(document) = &item { document.text.len() } else { 0 };
                let place = known(format, &file).zip(u32::try_from(length).ok());
                let place = place.map(|(file, bytes)| Place { file, bytes, offset, record: 0 });
                self.waiting.push_back(Event::Raw(Raw::item(item, place)));
                let note = note.map(|note| Event::Raw(Raw::item(Item::Problem(note), None)));
                self.waiting.extend(note);
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
                return Some(Event::Raw(item));
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
