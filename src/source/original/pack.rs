//! Packing what is written as the file was packed. The same bytes give the same file: nothing of the clock, of names or
//! of the machine is written.

use std::{
    fmt,
    io::{self, Read, Write},
};

use super::Original;
use crate::source::unpack::{self, Packing};

/// How hard xz packs, the `-6` of the program: its dictionary is under what is read.
const XZ_PRESET: u32 = 6;

/// How hard zstd packs: its own default.
#[cfg(feature = "archive")]
const ZSTD_LEVEL: i32 = 3;

impl Original {
    /// Packs what is written into it as the file is packed; it must be finished.
    ///
    /// # Errors
    ///
    /// When `out` does not take the first bytes; of zstd, in a build without the feature `archive`.
    pub fn pack<'w>(&self, out: Box<dyn Write + 'w>) -> io::Result<Packer<'w>> {
        Packer::new(self.packing, out)
    }
}

fn packing_named(name: &str) -> io::Result<Packing> {
    let found = Packing::ALL.into_iter().find(|packing| packing.name() == name);
    found.ok_or_else(|| {
        io::Error::new(io::ErrorKind::Unsupported, format!("`{name}` is no packing that is known here"))
    })
}

/// Undoes a packing of that name.
///
/// # Errors
///
/// When there is no such packing here.
pub fn open_packed(bytes: Box<dyn Read + Send>, name: Option<&str>) -> io::Result<Box<dyn Read + Send>> {
    match name.map(packing_named).transpose()? {
        None => Ok(bytes),
        Some(packing) => Ok(unpack::undone(bytes, packing)),
    }
}

/// Packs what is written into it.
pub struct Packer<'w>(Kind<'w>);

type Plain<'w> = Box<dyn Write + 'w>;

enum Kind<'w> {
    Plain(Plain<'w>),
    Gzip(flate2::write::GzEncoder<Plain<'w>>),
    Bzip2(bzip2::write::BzEncoder<Plain<'w>>),
    Xz(Box<lzma_rust2::XzWriter<Plain<'w>>>),
    #[cfg(feature = "archive")]
    Zstd(zstd::stream::write::Encoder<'static, Plain<'w>>),
}

impl<'w> Packer<'w> {
    /// Packs as a packing of that name does; plainly without one.
    ///
    /// # Errors
    ///
    /// When there is no such packing here, or `out` does not take the first bytes.
    pub fn named(name: Option<&str>, out: Box<dyn Write + 'w>) -> io::Result<Self> {
        Self::new(name.map(packing_named).transpose()?, out)
    }

    /// Packs into `out`.
    ///
    /// # Errors
    ///
    /// Those of [`Original::pack`].
    pub fn new(packing: Option<Packing>, out: Box<dyn Write + 'w>) -> io::Result<Self> {
        Ok(Self(match packing {
            None => Kind::Plain(out),
            Some(Packing::Gzip) => {
                Kind::Gzip(flate2::write::GzEncoder::new(out, flate2::Compression::default()))
            }
            Some(Packing::Bzip2) => {
                Kind::Bzip2(bzip2::write::BzEncoder::new(out, bzip2::Compression::best()))
            }
            Some(Packing::Xz) => {
                let options = lzma_rust2::XzOptions::with_preset(XZ_PRESET);
                Kind::Xz(Box::new(lzma_rust2::XzWriter::new(out, options)?))
            }
            #[cfg(feature = "archive")]
            Some(Packing::Zstd) => {
                let mut encoder = zstd::stream::write::Encoder::new(out, ZSTD_LEVEL)?;
                encoder.include_checksum(true)?;
                Kind::Zstd(encoder)
            }
            #[cfg(not(feature = "archive"))]
            Some(Packing::Zstd) => {
                let message = "this build does not write zstd: build it with the feature `archive`";
                return Err(io::Error::new(io::ErrorKind::Unsupported, message));
            }
        }))
    }

    /// Writes what is still to be written, and gives back what it was written into.
    ///
    /// # Errors
    ///
    /// Those of writing.
    pub fn finish(self) -> io::Result<Box<dyn Write + 'w>> {
        let mut out = match self.0 {
            Kind::Plain(out) => out,
            Kind::Gzip(encoder) => encoder.finish()?,
            Kind::Bzip2(encoder) => encoder.finish()?,
            Kind::Xz(encoder) => encoder.finish()?,
            #[cfg(feature = "archive")]
            Kind::Zstd(encoder) => encoder.finish()?,
        };
        out.flush()?;
        Ok(out)
    }

    fn writer(&mut self) -> &mut dyn Write {
        match &mut self.0 {
            Kind::Plain(out) => out,
            Kind::Gzip(encoder) => encoder,
            Kind::Bzip2(encoder) => encoder,
            Kind::Xz(encoder) => &mut **encoder,
            #[cfg(feature = "archive")]
            Kind::Zstd(encoder) => encoder,
        }
    }
}

impl Write for Packer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer().flush()
    }
}

impl fmt::Debug for Packer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match &self.0 {
            Kind::Plain(_) => "plain",
            Kind::Gzip(_) => "gzip",
            Kind::Bzip2(_) => "bzip2",
            Kind::Xz(_) => "xz",
            #[cfg(feature = "archive")]
            Kind::Zstd(_) => "zstd",
        };
        f.debug_tuple("Packer").field(&name).finish()
    }
}
