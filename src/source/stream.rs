//! The files of a walk go in; what was read of each comes out, one event at a time.
//!
//! Each file goes through layers: `unpack` undoes what packs it, `encoding` makes UTF-8 of it, `format` settles how
//! it is read, and one reader makes records of its UTF-8: of the stream, where records stand one after
//! another (JSONL, CSV), else of the whole text.

use std::{
    collections::VecDeque,
    fs::File,
    io::{self, BufReader},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

#[cfg(feature = "parquet")]
use super::parquet;
use super::{
    Decided, Fields, Format, Input, Item, Options, Place, Record,
    again::{Files, Known},
    array::{self, Elements},
    batch::Batch,
    csv,
    csv::Csv,
    encoding::{self, Choice, Lost, Transcoded},
    feed, format,
    json::Wanted,
    lines::{self, Blocks, Step},
    meter::Meter,
    naming::FileName,
    rules::{Listing, Skip},
    unpack::{self, Bytes, Head, Member, Members, Names, Packing, Unpacked, unpack},
    walk::{self, Found, Walker},
    whole,
};
use crate::{
    document::Document,
    error::{Error, Problem, ProblemKind},
    hash,
};

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
pub struct Raw(Kind, u64);

#[derive(Debug)]
enum Kind {
    Item(Box<Item>, Option<Place>),
    Lines(lines::Block),
    Batch(Batch),
    /// Nothing: what is left of files whose ends hold nothing that is read.
    End,
}

impl Raw {
    /// Nothing that is read, of so many bytes.
    pub(super) const fn end(disk_bytes: u64) -> Self {
        Self(Kind::End, disk_bytes)
    }

    /// The same, with the bytes of inputs that are done with once it is parsed.
    pub(super) fn at(self, disk_bytes: u64) -> Self {
        Self(self.0, disk_bytes)
    }

    /// So many bytes of the inputs, as they lie there, are done with once it is parsed.
    pub const fn disk_bytes(&self) -> u64 {
        self.1
    }

    pub(super) fn item(item: Item, place: Option<Place>) -> Self {
        Self(Kind::Item(Box::new(item), place), 0)
    }

    /// A digest of what it holds and of where that stands.
    pub fn digest(&self) -> u64 {
        let of_name = |file: &FileName| hash::sum(0, file.path.as_bytes());
        match &self.0 {
            Kind::Item(item, _) => match &**item {
                Item::Document(document) => {
                    let Document {
                        name, path, shown, title, date, source, url, text, record, layout, ..
                    } = document;
                    let told = [title, date, source, url].into_iter().flatten();
                    let parts = [path, name, shown, text].into_iter().chain(told).map(String::as_bytes);
                    let seed = parts.fold(record.unwrap_or(0), hash::sum);
                    hash::sum(seed, format!("{layout:?}").as_bytes())
                }
                Item::Problem(Problem { path, message, .. }) => {
                    hash::sum(hash::sum(1, path.as_bytes()), message.as_bytes())
                }
            },
            Kind::Lines(block) => hash::sum(hash::push(of_name(&block.file), block.offset), &block.bytes),
            Kind::Batch(batch) => {
                hash::sum(hash::push(of_name(&batch.file), batch.cuts.len() as u64), &batch.bytes)
            }
            Kind::End => 2,
        }
    }

    /// The problem, if it is one.
    fn problem(self) -> Option<Problem> {
        match self.0 {
            Kind::Item(item, _) => match *item {
                Item::Problem(problem) => Some(problem),
                Item::Document(_) => None,
            },
            Kind::Lines(_) | Kind::Batch(_) | Kind::End => None,
        }
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
            Kind::End => 0,
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
            Kind::End => {}
        }
    }
}

/// A file that is being read, and how.
pub(super) struct Begin {
    pub(super) file: Arc<FileName>,
    pub(super) format: Format,
    pub(super) decided: Decided,
    pub(super) choice: Choice,
    pub(super) bytes: Option<u64>,
    pub(super) origin: Origin,
    /// What stands between the cells of a CSV file.
    pub(super) delimiter: Option<u8>,
}

/// Where the bytes lie of something that was opened.
#[derive(Clone, Debug, Default)]
pub(super) struct Origin {
    /// The file, or the archive; none for standard input.
    pub(super) real: Option<PathBuf>,
    /// How the file is packed.
    pub(super) packing: Option<Packing>,
    /// Whether it is a member of the archive.
    pub(super) member: bool,
}

/// Everything the inputs hold, in order.
pub(super) struct Stream {
    walker: Walker,
    waiting: VecDeque<Event>,
    records: Option<Records>,
    /// The archive that is being read.
    members: Option<Members>,
    /// Where it lies.
    archive: Option<PathBuf>,
    /// Whether files are only told, and no articles made of them.
    survey: bool,
    options: Options,
    fields: Arc<Fields>,
    wanted: Arc<Wanted>,
    cap: usize,
    files: Files,
    meter: Meter,
}

/// What is read of one file.
type Records = Box<dyn Iterator<Item = Raw> + Send>;

/// Something that was opened: a file, standard input, or a member of an archive.
struct Opened {
    name: FileName,
    bytes: Option<u64>,
    /// Where the same bytes can be read again.
    real: Option<PathBuf>,
    /// The name whose ending may tell the format.
    path: Option<PathBuf>,
    /// Whether the user did not name it.
    walked: bool,
    origin: Origin,
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
            members: None,
            archive: None,
            survey: false,
            options: options.clone(),
            fields: Arc::new(options.fields.clone()),
            files: Files::new(Arc::clone(&wanted), options.html, cap),
            wanted,
            cap,
            meter: Meter::default(),
        })
    }

    /// How far the inputs are done with, in bytes as they lie there.
    pub(super) fn position(&self) -> u64 {
        self.meter.position()
    }

    /// The files that can be opened again; more of them as the stream goes on.
    pub(super) fn files(&self) -> Files {
        self.files.clone()
    }

    /// The next file, and nothing of what is in it; or what keeps one from being read.
    pub(super) fn next_file(&mut self) -> Option<Result<Begin, Problem>> {
        self.survey = true;
        loop {
            match self.next()? {
                Event::Skipped(..) => {}
                Event::Raw(raw) => {
                    if let Some(problem) = raw.problem() {
                        return Some(Err(problem));
                    }
                }
                Event::Begin(begin) => {
                    self.records = None;
                    let mut after = self.waiting.drain(..).filter_map(|event| match event {
                        Event::Raw(raw) => raw.problem(),
                        Event::Begin(_) | Event::Skipped(..) => None,
                    });
                    // A file in a guessed or a damaged encoding was read.
                    let told = [ProblemKind::GuessedEncoding, ProblemKind::Encoding];
                    let lost = after.find(|problem| !told.contains(&problem.kind));
                    return Some(lost.map_or(Ok(begin), Err));
                }
            }
        }
    }

    /// What stands under which name in a record.
    pub(super) fn wanted(&self) -> (Arc<Wanted>, Arc<Fields>, usize) {
        (Arc::clone(&self.wanted), Arc::clone(&self.fields), self.cap)
    }

    fn lose(&mut self, file: &FileName, kind: ProblemKind, message: impl Into<String>) {
        self.waiting.push_back(Event::Skipped(file.clone(), Skip::Problem(kind)));
        self.waiting.push_back(Event::Raw(Raw::item(Item::Problem(file.problem(kind, message)), None)));
    }

    /// Undoes what packs a file: it is text, or an archive whose members come next.
    fn file(&mut self, reader: io::Result<Bytes>, mut opened: Opened) {
        let names = || Names::new(&opened.name, opened.walked, &self.options);
        match reader.and_then(|reader| unpack(reader, opened.real.as_deref(), names)) {
            Err(error) => self.lose(&opened.name, unpack::kind(&error), walk::told(&error)),
            Ok(Unpacked::Not(why)) => self.lose(&opened.name, ProblemKind::Binary, why),
            Ok(Unpacked::Many(members)) => {
                (self.members, self.archive) = (Some(members), opened.origin.real);
            }
            Ok(Unpacked::One { head, packing }) => {
                if packing.is_some() {
                    opened.path = opened.path.as_deref().map(Packing::without_ending);
                    opened.real = None;
                }
                opened.origin.packing = packing;
                self.text(head, opened);
            }
        }
    }

    /// A member of an archive. One layer only: what is packed in it stays so.
    fn member(&mut self, member: Member) {
        match member {
            Member::Skipped(name, skip) => self.waiting.push_back(Event::Skipped(name, skip)),
            Member::Lost(name, kind, why) => self.lose(&name, kind, why),
            Member::File { name, bytes, reader } => match Head::read(reader) {
                Err(error) => self.lose(&name, unpack::kind(&error), walk::told(&error)),
                Ok(head) => match unpack::layer(&head.bytes) {
                    Some(what) => {
                        let why = format!("{what} inside an archive: one layer too many, unpack the archive");
                        self.lose(&name, ProblemKind::Binary, why);
                    }
                    None => {
                        let path = Some(PathBuf::from(&name.path));
                        let origin = Origin { real: self.archive.clone(), packing: None, member: true };
                        self.text(head, Opened { name, bytes, real: None, path, walked: true, origin });
                    }
                },
            },
        }
    }

    /// Settles the encoding and the format by the first bytes, and sets the reader of that format to work.
    fn text(&mut self, head: Head, opened: Opened) {
        #[cfg(feature = "parquet")]
        if self.options.format == Format::Parquet || head.bytes.starts_with(parquet::MAGIC) {
            return self.table(head, opened);
        }
        let Opened { name, real, path, walked, bytes, origin } = opened;
        let choice = match encoding::settle(&head.bytes, head.whole, self.options.encoding) {
            Ok(choice) => choice,
            Err((kind, why)) => return self.lose(&name, kind, why),
        };
        let text = head.text(choice);
        if walked && is_own_report(&text) {
            return self.waiting.push_back(Event::Skipped(name, Skip::OwnOutput));
        }
        let (given, whole) = (self.options.format, head.whole);
        let (format, decided) =
            format::settle(given, path.as_deref(), &text, whole, &self.wanted, &self.fields);
        let delimiter = (format == Format::Csv).then(|| csv::sniff_header(&text, &self.fields).delimiter);
        let is_json = text.trim_ascii_start().starts_with(b"{");
        drop(text);
        let file = Arc::new(name);
        let begin = Begin { file: Arc::clone(&file), format, decided, choice, bytes, origin, delimiter };

        // Records of a file that is UTF-8 as it lies there can be read again.
        let offset = choice.mark_bytes as u64;
        let (files, plain) = (self.files.clone(), real.is_some());
        let known = |name: &Arc<FileName>| files.add(Known { real: real?, name: Arc::clone(name), format });
        // Below, one arm for each format. What it gets is UTF-8, and what the file says of its encoding is done with.
        match format {
            Format::Jsonl => {
                let number = if choice.is_utf8() { known(&file) } else { None };
                let (stream, lost) = self.utf8(head, begin);
                let blocks = Blocks::new(
                    stream,
                    offset,
                    Arc::clone(&file),
                    number,
                    Arc::clone(&self.wanted),
                    self.cap,
                );
                let blocks = blocks.map(|step| match step {
                    Step::Block(block) => Raw(Kind::Lines(block), 0),
                    Step::Problem(problem) => Raw::item(Item::Problem(problem), None),
                });
                self.records = Some(Box::new(blocks.chain(told_at_the_end(file, choice, lost))));
            }
            Format::Csv => {
                let (stream, lost) = self.utf8(head, begin);
                let stream = BufReader::with_capacity(BUFFER_BYTES, stream);
                let fields = Arc::clone(&self.fields);
                let rows = Csv::new(stream, delimiter.unwrap_or(b','), Arc::clone(&file), fields, self.cap);
                let rows = rows.map(|item| Raw::item(item, None));
                self.records = Some(Box::new(rows.chain(told_at_the_end(file, choice, lost))));
            }
            Format::Json => {
                let number = if choice.is_utf8() { known(&file) } else { None };
                let (stream, lost) = self.utf8(head, begin);
                let wanted = Arc::clone(&self.wanted);
                let parser = Arc::new(array::Records { wanted: Arc::clone(&wanted), number });
                let batches = Elements::new(stream, offset, Arc::clone(&file), parser, wanted, self.cap);
                let batches = batches.map(|batch| Raw(Kind::Batch(batch), 0));
                self.records = Some(Box::new(batches.chain(told_at_the_end(file, choice, lost))));
            }
            Format::Feed => {
                let (stream, lost) = self.utf8(head, begin);
                let wanted = Arc::clone(&self.wanted);
                let batches = feed::entries(stream, is_json, offset, Arc::clone(&file), wanted, self.cap);
                let batches = batches.map(|batch| Raw(Kind::Batch(batch), 0));
                self.records = Some(Box::new(batches.chain(told_at_the_end(file, choice, lost))));
            }
            // Its table of contents would have been found before.
            Format::Parquet | Format::Auto | Format::Text | Format::Markdown | Format::Html => {
                let Some((text, as_it_stands)) = self.whole(head, begin, plain) else { return };
                if self.survey {
                    return;
                }
                let place =
                    if as_it_stands { known(&file).zip(u32::try_from(text.len()).ok()) } else { None };
                let place = place.map(|(file, bytes)| Place { file, bytes, offset, record: 0 });
                let (item, note) = whole::item(text, &file, format, self.options.html);
                self.waiting.push_back(Event::Raw(Raw::item(item, place)));
                self.waiting.extend(note.map(|note| Event::Raw(Raw::item(Item::Problem(note), None))));
            }
        }
    }

    /// Reads a Parquet file: from its end where it lies by itself, else held.
    #[cfg(feature = "parquet")]
    fn table(&mut self, head: Head, opened: Opened) {
        let file = Arc::new(opened.name);
        let decided = if self.options.format == Format::Parquet { Decided::Flag } else { Decided::Content };
        let begin = Begin {
            file: Arc::clone(&file),
            format: Format::Parquet,
            decided,
            choice: Choice::UTF_8,
            bytes: opened.bytes,
            origin: opened.origin,
            delimiter: None,
        };
        let rows = match opened.real.map(File::open) {
            Some(Ok(open)) => parquet::open(open, Arc::clone(&file), &self.fields, self.cap),
            Some(Err(error)) => Err(file.problem(ProblemKind::Unreadable, walk::told(&error))),
            None => parquet::hold(head.stream(0), Arc::clone(&file), &self.fields, self.cap),
        };
        match rows {
            Ok(rows) if opened.walked && rows.begins_with(LEDGER) => {
                let name = Arc::unwrap_or_clone(file);
                self.waiting.push_back(Event::Skipped(name, Skip::OwnOutput));
            }
            Ok(rows) => {
                self.begin(begin);
                self.records = Some(Box::new(rows.map(|item| Raw::item(item, None))));
            }
            Err(problem) => {
                self.waiting.push_back(Event::Begin(begin));
                self.waiting.push_back(Event::Raw(Raw::item(Item::Problem(problem), None)));
            }
        }
    }

    /// The bytes of a file as a stream of UTF-8, and what cannot be decoded of it.
    fn utf8(&mut self, head: Head, begin: Begin) -> (Bytes, Arc<Mutex<Lost>>) {
        let choice = begin.choice;
        self.begin(begin);
        let stream = head.stream(choice.mark_bytes);
        if choice.is_utf8() {
            return (Box::new(stream), Arc::default());
        }
        let (stream, lost) = Transcoded::new(stream, choice.encoding);
        (Box::new(stream), lost)
    }

    /// The whole text of a file, and whether its bytes are that text; none when it could not be read, which is told.
    fn whole(&mut self, head: Head, mut begin: Begin, plain: bool) -> Option<(String, bool)> {
        let (file, choice) = (Arc::clone(&begin.file), begin.choice);
        // Text in wide characters is half as long in UTF-8, or a fourth. Of a packed file the size says nothing.
        let width = choice.encoding.unit_bytes();
        let hint = begin.bytes.filter(|_| plain).unwrap_or(0);
        let (offset, most) = (choice.mark_bytes as u64, self.cap.saturating_mul(width));
        let read =
            whole::bytes(head.stream(choice.mark_bytes), offset, hint, &file, most).and_then(|bytes| {
                let read = encoding::whole(bytes, choice);
                if self.cap < read.text.len() { Err(whole::goes_on(&file, self.cap)) } else { Ok(read) }
            });
        let lost = match read {
            Ok(read) => {
                begin.choice = read.choice;
                let as_it_stands = read.choice.is_utf8() && read.lost.count == 0;
                self.begin(begin);
                self.waiting.extend(told(&file, read.choice, read.lost).map(Event::Raw));
                return Some((read.text, as_it_stands));
            }
            Err(problem) => problem,
        };
        self.waiting.push_back(Event::Begin(begin));
        self.waiting.push_back(Event::Raw(Raw::item(Item::Problem(lost), None)));
        None
    }

    /// Tells that a file is being read, and whether its encoding is a guess.
    fn begin(&mut self, begin: Begin) {
        let guess = begin.choice.guess();
        let guess = guess.map(|message| begin.file.problem(ProblemKind::GuessedEncoding, message));
        self.waiting.push_back(Event::Begin(begin));
        self.waiting.extend(guess.map(|problem| Event::Raw(Raw::item(Item::Problem(problem), None))));
    }
}

/// What could not be decoded, as a problem.
fn told(file: &FileName, choice: Choice, lost: Lost) -> Option<Raw> {
    let message = lost.message(choice.encoding)?;
    let problem = file.problem_at(ProblemKind::Encoding, None, Some(lost.line), message);
    Some(Raw::item(Item::Problem(problem), None))
}

/// The same of a stream, once it has been read.
fn told_at_the_end(
    file: Arc<FileName>,
    choice: Choice,
    lost: Arc<Mutex<Lost>>,
) -> impl Iterator<Item = Raw> + Send {
    std::iter::once_with(move || {
        let lost = *lost.lock().unwrap_or_else(PoisonError::into_inner);
        told(&file, choice, lost)
    })
    .flatten()
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
            if let Some(member) = self.members.as_mut().and_then(Iterator::next) {
                self.member(member);
                continue;
            }
            self.members = None;
            let Some(found) = self.walker.next() else {
                self.meter.pass();
                return None;
            };
            match found {
                Found::File { real, name, bytes, walked } => {
                    let reader = File::open(&real).map(|file| self.meter.watch(file, bytes));
                    let (path, real) = (Some(real.clone()), Some(real));
                    let origin = Origin { real: real.clone(), ..Origin::default() };
                    self.file(reader, Opened { name, bytes: Some(bytes), real, path, walked, origin });
                }
                Found::Stdin => {
                    let name = FileName::stdin();
                    let origin = Origin::default();
                    let opened = Opened { name, bytes: None, real: None, path: None, walked: false, origin };
                    let stdin = self.meter.watch(io::stdin(), u64::MAX);
                    self.file(Ok(stdin), opened);
                }
                Found::Problem(file, kind, message) => self.lose(&file, kind, message),
                Found::Skipped(file, skip) => return Some(Event::Skipped(file, skip)),
            }
        }
    }
}

/// The first columns of a ledger that is a table.
const LEDGER: &str = "line,schema,tool,single,path,packing,state,offset,text,base64,";

/// Whether a file is a report of ours: it says so in its first words.
fn is_own_report(head: &[u8]) -> bool {
    const MARKS: [&[u8]; 5] = [
        b"\"twicetold.report/",
        b"\"twicetold.sample/",
        b"\"twicetold.judged/",
        b"\"twicetold.estimate/",
        b"\"twicetold.ledger/",
    ];
    const TO_JUDGE: &[u8] =
        b"judged,level,distance,findings,similarity,threshold,kind,words,family,keeper,member";
    const CSV: &[u8] = b"family,level,kind,scope,similarity,words,path,record,line,start,end,keeper,text";
    const PAGE: &[u8] = b"<meta name=\"generator\" content=\"twicetold\">";
    let has = |bytes: usize, mark: &[u8]| {
        head.get(..bytes).unwrap_or(head).windows(mark.len()).any(|window| window == mark)
    };
    let start = head.get(..128).unwrap_or(head).trim_ascii_start();
    start.starts_with(CSV)
        || start.starts_with(LEDGER.as_bytes())
        || start.starts_with(TO_JUDGE)
        || start.starts_with(b"{") && MARKS.iter().any(|mark| has(128, mark))
        || start.starts_with(b"<!doctype html>") && has(2048, PAGE)
}
