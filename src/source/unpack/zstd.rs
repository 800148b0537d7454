//! All frames of a zstd file, one after another, each with its checksum looked at.

use std::io::{self, BufRead, ErrorKind, Read};

use ruzstd::decoding::{
    BlockDecodingStrategy, FrameDecoder,
    errors::{FrameDecoderError, ReadFrameHeaderError},
};

use super::WINDOW_BYTES;

/// The bytes of all frames.
pub(super) struct Frames<R> {
    source: R,
    decoder: FrameDecoder,
    /// Whether a frame has begun and not ended.
    open: bool,
    /// What ended the frame at hand before its time.
    broken: Option<ErrorKind>,
}

/// An empty block that is the last of its frame, and a checksum, which is read if the frame is to have one.
const LAST_BLOCK: &[u8] = &[1, 0, 0, 0, 0, 0, 0];

impl<R: BufRead> Frames<R> {
    pub(super) fn new(source: R) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(WINDOW_BYTES);
        Self { source, decoder, open: false, broken: None }
    }

    /// Begins the next frame; says whether there is one.
    fn next_frame(&mut self) -> io::Result<bool> {
        while !self.source.fill_buf()?.is_empty() {
            match self.decoder.reset(&mut self.source) {
                Ok(()) => {
                    self.open = true;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let length = u64::from(length);
                    if io::copy(&mut self.source.by_ref().take(length), &mut io::sink())? < length {
                        return Err(ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(error) => return Err(self.kind(&error).into()),
            }
        }
        Ok(false)
    }

    /// Decodes one block. The decoder keeps a window of what it wrote until the frame ends, so a broken frame
    /// is ended, that this comes out too.
    fn next_block(&mut self) -> io::Result<()> {
        let one = || BlockDecodingStrategy::UptoBlocks(1);
        if let Err(error) = self.decoder.decode_blocks(&mut self.source, one()) {
            let kind = self.kind(&error);
            self.broken = Some(kind);
            self.decoder.decode_blocks(LAST_BLOCK, one()).map_err(|_| io::Error::from(kind))?;
        }
        Ok(())
    }

    /// The sort of error, as far as it makes a difference to what is told.
    fn kind(&mut self, error: &FrameDecoderError) -> ErrorKind {
        match error {
            FrameDecoderError::WindowSizeTooBig { .. } => ErrorKind::OutOfMemory,
            FrameDecoderError::DictNotProvided { .. } => ErrorKind::Unsupported,
            _ if self.source.fill_buf().is_ok_and(<[u8]>::is_empty) => ErrorKind::UnexpectedEof,
            _ => ErrorKind::InvalidData,
        }
    }

    /// Ends the frame at hand.
    fn end(&mut self) -> io::Result<()> {
        self.open = false;
        if let Some(kind) = self.broken.take() {
            return Err(kind.into());
        }
        let told = self.decoder.get_checksum_from_data();
        if told.is_some() && told != self.decoder.get_calculated_checksum() {
            return Err(ErrorKind::InvalidData.into());
        }
        Ok(())
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.open || self.next_frame()? {
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                self.next_block()?;
            }
            let read = self.decoder.read(buffer)?;
            if 0 < read || buffer.is_empty() {
                return Ok(read);
            }
            self.end()?;
        }
        Ok(0)
    }
}
