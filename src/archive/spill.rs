//! Sorting more pairs than fit in memory: sorted lists go to files that have no name, and come back merged.
//!
//! A big change is written into the archive once, in order: written as many runs and merged there, it would leave as
//! much free room in the file as it takes.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    fs::File,
    io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write},
    path::Path,
};

use super::{fault, varint::put};
use crate::error::{ArchiveFault, Error};

/// Pairs that are sorted in memory at a time: 128 MiB.
const SORTED: usize = 8 << 20;

/// Bytes of a buffer before a file.
const BUFFER: usize = 256 << 10;

/// Pairs in any order, on their way to be sorted.
#[derive(Debug)]
pub(super) struct Sorter<'p> {
    /// The archive: files go beside it.
    path: &'p Path,
    pairs: Vec<(u64, u32)>,
    files: Vec<File>,
}

impl<'p> Sorter<'p> {
    pub(super) const fn new(path: &'p Path) -> Self {
        Self { path, pairs: Vec::new(), files: Vec::new() }
    }

    pub(super) fn extend(&mut self, pairs: impl Iterator<Item = (u64, u32)>) -> Result<(), Error> {
        self.pairs.extend(pairs);
        if self.pairs.len() < SORTED { Ok(()) } else { self.spill() }
    }

    fn spill(&mut self) -> Result<(), Error> {
        self.pairs.sort_unstable();
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let write = || -> std::io::Result<File> {
            let mut out =
                BufWriter::with_capacity(BUFFER, tempfile::tempfile_in(folder.unwrap_or(Path::new(".")))?);
            let (mut bytes, mut last) = (Vec::new(), 0);
            for (key, document) in &self.pairs {
                put(key - last, &mut bytes);
                put(u64::from(*document), &mut bytes);
                last = *key;
                if BUFFER < bytes.len() {
                    out.write_all(&bytes)?;
                    bytes.clear();
                }
            }
            out.write_all(&bytes)?;
            let mut file = out.into_inner()?;
            file.seek(SeekFrom::Start(0))?;
            Ok(file)
        };
        let file = write().map_err(|error| unwritable(self.path, &error))?;
        self.files.push(file);
        self.pairs.clear();
        Ok(())
    }

    /// All pairs, ascending.
    pub(super) fn sorted(
        mut self,
    ) -> Result<impl Iterator<Item = Result<(u64, u32), Error>> + use<'p>, Error> {
        self.pairs.sort_unstable();
        let mut lists: Vec<List> = self.files.into_iter().map(List::of_file).collect();
        lists.push(List::Held(self.pairs.into_iter()));
        let mut heap = BinaryHeap::with_capacity(lists.len());
        let path = self.path;
        for (n, list) in lists.iter_mut().enumerate() {
            heap.extend(
                list.next().map_err(|error| unwritable(path, &error))?.map(|pair| Reverse((pair, n))),
            );
        }
        Ok(std::iter::from_fn(move || {
            let Reverse((pair, n)) = heap.pop()?;
            match lists.get_mut(n)?.next() {
                Ok(next) => heap.extend(next.map(|pair| Reverse((pair, n)))),
                Err(error) => return Some(Err(unwritable(path, &error))),
            }
            Some(Ok(pair))
        }))
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> Error {
    fault::error(
        path,
        ArchiveFault::Unwritable,
        format!("sorting beside it failed: {error}; nothing was changed, make room and run it again"),
    )
}

/// A sorted list.
enum List {
    Held(std::vec::IntoIter<(u64, u32)>),
    Read { file: std::io::Bytes<BufReader<File>>, key: u64 },
}

impl List {
    fn of_file(file: File) -> Self {
        Self::Read { file: BufReader::with_capacity(BUFFER, file).bytes(), key: 0 }
    }

    fn next(&mut self) -> std::io::Result<Option<(u64, u32)>> {
        match self {
            Self::Held(pairs) => Ok(pairs.next()),
            Self::Read { file, key } => {
                let Some(delta) = number(file)? else { return Ok(None) };
                *key += delta;
                let document = number(file)?.and_then(|document| u32::try_from(document).ok());
                document
                    .map(|document| Some((*key, document)))
                    .ok_or_else(|| std::io::ErrorKind::UnexpectedEof.into())
            }
        }
    }
}

/// A varint of our own file.
fn number(file: &mut std::io::Bytes<BufReader<File>>) -> std::io::Result<Option<u64>> {
    let (mut number, mut shift) = (0, 0);
    while let Some(byte) = file.next().transpose()? {
        number |= u64::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            return Ok(Some(number));
        }
        shift += 7;
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn what_was_spilled_comes_back_sorted(
            mut pairs in prop::collection::vec((0_u64..1 << 40, any::<u32>()), 0..400), cuts in prop::collection::vec(0_usize..400, 0..6),
        ) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("a");
            let mut sorter = Sorter::new(&path);
            for (at, pair) in pairs.iter().enumerate() {
                sorter.extend(std::iter::once(*pair)).unwrap();
                if cuts.contains(&at) {
                    sorter.spill().unwrap();
                }
            }
            let sorted: Vec<(u64, u32)> = sorter.sorted().unwrap().map(Result::unwrap).collect();
            pairs.sort_unstable();
            prop_assert_eq!(sorted, pairs);
            prop_assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        }
    }
}
