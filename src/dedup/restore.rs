//! The inputs again, from the result and the ledger: bytes that were taken out go back where they stood.

use std::{
    fs,
    io::{Read, Write},
};

use super::{
    ledger::{Fate, File, Line, Reader, Removed, Sum, Totals},
    write::Outputs,
};
use crate::{
    error::Error,
    hash::Digester,
    report::view::hex,
    source::{Packer, Repacked},
};

/// Where the files of a result are had from.
pub trait Inputs {
    /// The bytes of a file of the result, as they lie there.
    ///
    /// # Errors
    ///
    /// What the system says.
    fn file(&mut self, path: &str) -> Result<fs::File, Error>;
}

/// Writes the inputs as they were. Packed files are packed anew: unpacked they are the same bytes.
///
/// Cost: the result is read and the inputs are written once; memory is the longest line of the ledger.
///
/// # Errors
///
/// [`Error::Rewrite`] when the ledger is damaged, or the result is not what it was when it was written; [`Error::Io`].
pub fn restore(
    mut ledger: Reader,
    results: &mut dyn Inputs,
    outputs: &mut dyn Outputs,
) -> Result<Totals, Error> {
    let mut counted = Counted::default();
    loop {
        match ledger.next()? {
            Line::File(file) => self::file(&mut ledger, &file, results, outputs, &mut counted)?,
            Line::End(totals) => {
                let Totals { files, removed_documents, removed_spans, removed_bytes, .. } = totals;
                let told =
                    Counted { files, removed: removed_documents + removed_spans, bytes: removed_bytes };
                if told != counted {
                    return Err(
                        ledger.wrong("it ends with other counts than what stands in it: lines are missing")
                    );
                }
                return Ok(totals);
            }
            _ => return Err(ledger.wrong("a file was to begin here")),
        }
    }
}

/// What the lines of a ledger hold.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counted {
    files: u64,
    removed: u64,
    bytes: u64,
}

fn file(
    ledger: &mut Reader,
    file: &File<'_>,
    results: &mut dyn Inputs,
    outputs: &mut dyn Outputs,
    counted: &mut Counted,
) -> Result<(), Error> {
    counted.files += 1;
    let io = |source| Error::Io { path: file.path.as_ref().into(), source };
    let packing = match (file.state, &file.packing) {
        (Fate::Cut, Some(name)) => Some(name.as_ref()),
        _ => None,
    };
    let result = match file.state {
        Fate::LeftOut => None,
        Fate::Copied | Fate::Cut => Some(results.file(&file.path)?),
    };
    let out = outputs.file(&file.path)?;
    let (mut result, mut out): (Box<dyn Read + Send>, _) = match result {
        None => (Box::new(std::io::empty()), Packer::new(None, out).map_err(io)?),
        Some(result) => Repacked::open(result, packing).and_then(|result| result.halves(out)).map_err(io)?,
    };
    let (mut before, mut after) = (Digester::default(), Digester::default());
    let mut buffer = vec![0; 64 << 10];
    // So many bytes of the result, or all that is left of it.
    let mut copy = |most: u64, before: &mut Digester, out: &mut Packer<'_>| -> Result<(), Error> {
        let mut left = most;
        while 0 < left {
            let wanted = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
            let read = result.read(buffer.get_mut(..wanted).unwrap_or_default()).map_err(io)?;
            let bytes = buffer.get(..read).unwrap_or_default();
            if bytes.is_empty() {
                break;
            }
            left -= read as u64;
            after.add(bytes);
            before.add(bytes);
            out.write_all(bytes).map_err(io)?;
        }
        Ok(())
    };
    let sums = loop {
        match ledger.next()? {
            Line::Removed(removed) => {
                let Removed { offset, .. } = *removed;
                let gap = offset.checked_sub(before.bytes());
                copy(
                    gap.ok_or_else(|| ledger.wrong("bytes stand before those of the line before"))?,
                    &mut before,
                    &mut out,
                )?;
                if before.bytes() != offset {
                    return Err(ledger.wrong("the result ends before the place of these bytes"));
                }
                let bytes =
                    removed.bytes().ok_or_else(|| ledger.wrong("the line does not hold its bytes"))?;
                before.add(&bytes);
                out.write_all(&bytes).map_err(io)?;
                counted.removed += 1;
                counted.bytes += bytes.len() as u64;
            }
            Line::Sum(sums) => break sums,
            _ => return Err(ledger.wrong("the file's sum was to come here")),
        }
    };
    copy(u64::MAX, &mut before, &mut out)?;
    out.finish().map_err(io)?;
    let is =
        |sum: &Sum, digester: &Digester| sum.bytes == digester.bytes() && sum.hash == hex(&digester.digest());
    let same = sums.after.as_ref().is_none_or(|sum| is(sum, &after)) && is(&sums.before, &before);
    if same {
        return Ok(());
    }
    let message = "the result is not what it was when this ledger was written".to_owned();
    Err(Error::Rewrite { path: file.path.to_string(), message })
}
