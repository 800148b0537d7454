//! Documents in the order they were put, in memory until they are told to leave it.

use std::{borrow::Cow, sync::Arc};

use super::{Log, Space};
use crate::{
    document::{Document, Layout},
    error::Error,
    span::Span,
};

/// What a document takes beside its texts, about.
const BESIDE: usize = 320;

/// A list of documents that may lie in a file. What goes wrong in the file while it is read is [blamed](Space::blame).
#[derive(Clone, Debug, Default)]
pub struct Documents {
    held: Vec<Document>,
    bytes: usize,
    /// Shared by clones, which are made when all are there.
    filed: Option<Arc<Filed>>,
}

#[derive(Debug)]
struct Filed {
    space: Space,
    ends: Vec<u64>,
    packed: Log<u8>,
    /// Room for one.
    room: Vec<u8>,
}

impl Documents {
    /// How many.
    pub fn len(&self) -> usize {
        match &self.filed {
            Some(filed) => filed.ends.len(),
            None => self.held.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether they left memory.
    pub const fn is_filed(&self) -> bool {
        self.filed.is_some()
    }

    /// [Whether](Space::check) everything that was asked for could be read so far.
    ///
    /// # Errors
    ///
    /// [`Error::Temporary`].
    pub fn check(&self) -> Result<(), Error> {
        self.filed.as_ref().map_or(Ok(()), |filed| filed.space.check())
    }

    /// Bytes of memory, about.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Adds a document.
    pub fn push(&mut self, document: Document) {
        match &mut self.filed {
            Some(filed) => add(filed, &document),
            None => {
                self.bytes += size(&document);
                self.held.push(document);
            }
        }
    }

    /// Adds all of `later`, which lie in memory.
    pub fn append(&mut self, later: Self) {
        debug_assert!(later.filed.is_none(), "what is added lies in memory");
        later.held.into_iter().for_each(|document| self.push(document));
    }

    /// Leaves memory: what is here, and what will be added.
    pub fn spill(&mut self, space: &Space) {
        if self.filed.is_none() {
            let mut filed =
                Filed { space: space.clone(), ends: Vec::new(), packed: Log::new(space), room: Vec::new() };
            for document in std::mem::take(&mut self.held) {
                filed.push(&document);
            }
            self.bytes = 0;
            self.filed = Some(Arc::new(filed));
        }
    }

    /// Must be called before any is read, and nothing added after it.
    ///
    /// # Errors
    ///
    /// [`Error::Temporary`] where it cannot be written.
    pub fn finish(&mut self) -> Result<(), Error> {
        let filed = self.filed.as_mut().and_then(Arc::get_mut);
        filed.map_or(Ok(()), |filed| filed.packed.flush())
    }

    /// One of them.
    pub fn get(&self, at: usize) -> Option<Cow<'_, Document>> {
        let Some(filed) = &self.filed else { return self.held.get(at).map(Cow::Borrowed) };
        let start = at.checked_sub(1).map_or(Some(0), |before| filed.ends.get(before).copied())?;
        let mut bytes = Vec::new();
        if let Err(error) = filed.packed.reader().read(start..*filed.ends.get(at)?, &mut bytes) {
            filed.space.blame(error);
            return None;
        }
        unpack(&bytes).map(Cow::Owned)
    }
}

fn add(filed: &mut Arc<Filed>, document: &Document) {
    debug_assert!(Arc::get_mut(filed).is_some(), "nothing is added once there are clones");
    if let Some(filed) = Arc::get_mut(filed) {
        filed.push(document);
    }
}

impl Filed {
    fn push(&mut self, document: &Document) {
        self.room.clear();
        pack(document, &mut self.room);
        if let Err(error) = self.packed.write(&self.room) {
            self.space.blame(error);
        }
        self.ends.push(self.packed.len());
    }
}

/// Bytes of memory that a document takes, about.
fn size(document: &Document) -> usize {
    let Document { name, path, shown, title, date, source, url, text, .. } = document;
    let told = [title, date, source, url].into_iter().flatten().map(String::len).sum::<usize>();
    let spans = match &document.layout {
        Layout::Plain => 0,
        Layout::Blocks { paragraphs, gaps } => paragraphs.len() + gaps.len(),
    };
    BESIDE + name.len() + path.len() + shown.len() + told + text.len() + spans * size_of::<Span>()
}

fn pack(document: &Document, out: &mut Vec<u8>) {
    let Document { name, path, shown, record, title, date, time, source, url, text, layout, withheld } =
        document;
    let number = |n: u64, out: &mut Vec<u8>| out.extend_from_slice(&n.to_le_bytes());
    let string = |text: &str, out: &mut Vec<u8>| {
        number(text.len() as u64, out);
        out.extend_from_slice(text.as_bytes());
    };
    for text in [name, path, shown, text] {
        string(text, out);
    }
    for told in [title, date, source, url] {
        out.push(u8::from(told.is_some()));
        told.iter().for_each(|told| string(told, out));
    }
    for told in [*record, time.map(i64::cast_unsigned)] {
        out.push(u8::from(told.is_some()));
        told.iter().for_each(|told| number(*told, out));
    }
    out.push(u8::from(*withheld));
    out.push(u8::from(*layout != Layout::Plain));
    if let Layout::Blocks { paragraphs, gaps } = layout {
        for spans in [paragraphs, gaps] {
            number(spans.len() as u64, out);
            for span in spans {
                number(u64::from(span.start) << 32 | u64::from(span.end), out);
            }
        }
    }
}

fn unpack(bytes: &[u8]) -> Option<Document> {
    let mut rest = Rest(bytes);
    let [name, path, shown, text] = [rest.string()?, rest.string()?, rest.string()?, rest.string()?];
    let [title, date, source, url] = [
        rest.told(Rest::string)?,
        rest.told(Rest::string)?,
        rest.told(Rest::string)?,
        rest.told(Rest::string)?,
    ];
    let (record, time) = (rest.told(Rest::number)?, rest.told(Rest::number)?.map(u64::cast_signed));
    let withheld = rest.flag()?;
    let layout = if rest.flag()? {
        Layout::Blocks { paragraphs: rest.spans()?, gaps: rest.spans()? }
    } else {
        Layout::Plain
    };
    Some(Document { name, path, shown, record, title, date, time, source, url, text, layout, withheld })
}

/// What is not read yet.
struct Rest<'b>(&'b [u8]);

impl Rest<'_> {
    fn flag(&mut self) -> Option<bool> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first != 0)
    }

    fn number(&mut self) -> Option<u64> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u64::from_le_bytes(*number))
    }

    fn string(&mut self) -> Option<String> {
        let len = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).ok()
    }

    /// Something that may not have been told.
    fn told<T>(&mut self, read: impl Fn(&mut Self) -> Option<T>) -> Option<Option<T>> {
        if self.flag()? { read(self).map(Some) } else { Some(None) }
    }

    fn spans(&mut self) -> Option<Vec<Span>> {
        let len = self.number()?;
        #[expect(clippy::cast_possible_truncation, reason = "the halves that were put together")]
        let span = |packed: u64| Span::new((packed >> 32) as u32, packed as u32);
        (0..len).map(|_| self.number().map(span)).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn document() -> impl Strategy<Value = Document> {
        let told = || prop::option::of(".{0,9}");
        let spans =
            || prop::collection::vec((0_u32..99, 0_u32..99).prop_map(|(a, n)| Span::new(a, a + n)), 0..4);
        let layout = prop::option::of((spans(), spans())).prop_map(|blocks| match blocks {
            Some((paragraphs, gaps)) => Layout::Blocks { paragraphs, gaps },
            None => Layout::Plain,
        });
        let names = (".{0,9}", ".{0,9}", ".{0,9}", ".{0,99}");
        let rest = (any::<Option<u64>>(), any::<Option<i64>>(), any::<bool>(), layout);
        (names, (told(), told(), told(), told()), rest).prop_map(
            |((name, path, shown, text), (title, date, source, url), (record, time, withheld, layout))| {
                Document { name, path, shown, record, title, date, time, source, url, text, layout, withheld }
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn documents_come_back_as_they_went(
            documents in prop::collection::vec(document(), 0..9), leaves in 0_usize..10,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let mut list = Documents::default();
            for (at, document) in documents.iter().enumerate() {
                if at == leaves {
                    list.spill(&Space::new(folder.path()));
                }
                list.push(document.clone());
            }
            list.finish().unwrap();
            prop_assert_eq!(list.len(), documents.len());
            for (at, document) in documents.iter().enumerate() {
                let got = list.get(at);
                prop_assert_eq!(got.as_deref(), Some(document));
            }
            prop_assert_eq!(list.get(documents.len()), None);
            prop_assert_eq!(list.bytes() == 0, leaves < documents.len() || documents.is_empty());
        }

        #[test]
        fn what_is_cut_is_nothing(document in document(), cut in any::<prop::sample::Index>()) {
            let mut bytes = Vec::new();
            pack(&document, &mut bytes);
            prop_assert_eq!(unpack(&bytes[..cut.index(bytes.len())]), None);
        }
    }
}
