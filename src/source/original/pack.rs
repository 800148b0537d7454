//! Packing what is written as the file was packed. The same bytes give the same file: nothing of the clock, of names or
//! of the machine is written.

use std::{
    fmt,
    fs::File,
    io::{self, BufReader, Read, Write},
};

use super::{Original, table};
#[cfg(feature = "parquet")]
use crate::source::parquet;
use crate::source::{
    Format,
    unpack::{self, Packing},
};

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
        match (self.format, &self.real) {
            (Format::Parquet, Some(real)) => table::Table::open(File::open(real)?)?.packer(out),
            _ => Packer::new(self.packing, out),
        }
    }
}

fn packing_named(name: &str) -> io::Result<Packing> {
    let found = Packing::ALL.into_iter().find(|packing| packing.name() == name);
    found.ok_or_else(|| {
        io::Error::new(io::ErrorKind::Unsupported, format!("`{name}` is no packing that is known here"))
    })
}

/// A file that was packed as an [`Original`] is, to be unpacked and packed once more.
pub struct Repacked(Opened);

enum Opened {
    Packed(Box<dyn Read + Send>, Option<Packing>),
    Table(table::Table),
}

impl Repacked {
    /// Opens a file by the name of what packs it ([`Original::packed_as`]).
    ///
    /// # Errors
    ///
    /// When there is no such packing here, or it is no such file.
    pub fn open(file: File, name: Option<&str>) -> io::Result<Self> {
        if name == Some(table::NAME) {
            return Ok(Self(Opened::Table(table::Table::open(file)?)));
        }
        let packing = name.map(packing_named).transpose()?;
        let bytes: Box<dyn Read + Send> = Box::new(BufReader::new(file));
        let bytes = match packing {
            None => bytes,
            Some(packing) => unpack::undone(bytes, packing),
        };
        Ok(Self(Opened::Packed(bytes, packing)))
    }

    /// What it is unpacked, and what packs into `out` as it is packed.
    ///
    /// # Errors
    ///
    /// Those of [`Original::pack`].
    pub fn halves<'w>(self, out: Box<dyn Write + 'w>) -> io::Result<(Box<dyn Read + Send>, Packer<'w>)> {
        match self.0 {
            Opened::Packed(bytes, packing) => Ok((bytes, Packer::new(packing, out)?)),
            Opened::Table(table) => {
                let packer = table.packer(out)?;
                Ok((table.bytes(), packer))
            }
        }
    }
}

impl fmt::Debug for Repacked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Repacked").finish_non_exhaustive()
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
    #[cfg(feature = "parquet")]
    Table(Box<parquet::write::Writer<'w>>),
}

impl<'w> Packer<'w> {
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

    #[cfg(feature = "parquet")]
    pub(super) fn table(writer: parquet::write::Writer<'w>) -> Self {
        Self(Kind::Table(Box::new(writer)))
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
            #[cfg(feature = "parquet")]
            Kind::Table(writer) => writer.finish()?,
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
            #[cfg(feature = "parquet")]
            Kind::Table(writer) => &mut **writer,
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
            #[cfg(feature = "parquet")]
            Kind::Table(_) => table::NAME,
        };
        f.debug_tuple("Packer").field(&name).finish()
    }
}
