//! What a piece of the input came to, as bytes.

use super::{
    Chain,
    bytes::{In, Out},
};
use crate::{
    document::Document,
    error::{Problem, ProblemKind},
    pipeline::{
        cards::{Cards, Parts},
        dated::Unread,
        shelf::Held,
    },
    spill::{pack_document, unpack_document},
};

/// What one piece of the input came to.
#[derive(Debug)]
pub(in crate::pipeline) struct Piece<'p> {
    pub(in crate::pipeline) cards: &'p Cards,
    pub(in crate::pipeline) held: &'p Held,
    pub(in crate::pipeline) times: &'p [Option<i64>],
    pub(in crate::pipeline) unread: &'p Unread,
    pub(in crate::pipeline) problems: &'p [Problem],
    /// The digests of its blocks.
    pub(in crate::pipeline) raws: &'p [u64],
}

/// The same, read back.
#[derive(Debug)]
pub(in crate::pipeline) struct Taken {
    pub(in crate::pipeline) cards: Parts<'static>,
    pub(in crate::pipeline) places: Vec<(u64, u64, u64)>,
    pub(in crate::pipeline) kept: Vec<Document>,
    pub(in crate::pipeline) times: Vec<Option<i64>>,
    pub(in crate::pipeline) unread: Vec<(String, Option<u64>, String, u64)>,
    pub(in crate::pipeline) problems: Vec<Problem>,
    /// How far the input was read before it, and with it.
    pub(super) before: Chain,
    pub(super) chain: Chain,
}

impl Piece<'_> {
    /// Puts it behind others.
    pub(super) fn put(&self, before: Chain, chain: Chain, out: &mut Vec<u8>) {
        let mut to = Out(out);
        for chain in [before, chain] {
            to.number(chain.raws);
            to.number(chain.state());
        }
        let Parts { bytes, words, units, shingles, digests, bands, samples } = self.cards.parts();
        to.number(bytes);
        [&words, &units, &shingles].into_iter().for_each(|list| to.shorts(list));
        to.number(digests.len() as u64);
        digests.iter().for_each(|digest| to.0.extend_from_slice(digest));
        to.number(bands.len() as u64);
        bands.iter().for_each(|band| to.shorts(band));
        for (ends, keys) in &samples {
            to.numbers(ends);
            to.shorts(keys);
        }
        let (places, kept) = self.held.parts();
        to.number(places.len() as u64);
        places.iter().for_each(|(a, b, c)| [a, b, c].into_iter().for_each(|n| to.number(*n)));
        to.number(kept.len() as u64);
        for document in kept {
            let mut bytes = Vec::new();
            pack_document(document, &mut bytes);
            to.bytes(&bytes);
        }
        to.number(self.times.len() as u64);
        self.times.iter().for_each(|time| to.told(time.map(i64::cast_unsigned)));
        let unread: Vec<_> = self.unread.parts().collect();
        to.number(unread.len() as u64);
        for (path, record, first, count) in unread {
            to.bytes(path.as_bytes());
            to.told(record);
            to.bytes(first.as_bytes());
            to.number(count);
        }
        to.number(self.problems.len() as u64);
        for Problem { path, record, line, kind, message } in self.problems {
            to.bytes(path.as_bytes());
            to.told(*record);
            to.told(*line);
            to.bytes(kind.name().as_bytes());
            to.bytes(message.as_bytes());
        }
    }
}

/// The pieces of a shard, each nothing where it is cut; none at all where there is nothing.
pub(super) fn pieces(bytes: &[u8]) -> Option<impl Iterator<Item = Option<Taken>> + '_> {
    let mut rest = In(bytes);
    (!bytes.is_empty()).then(|| {
        std::iter::from_fn(move || {
            (!rest.0.is_empty()).then(|| {
                let piece = piece(&mut rest);
                if piece.is_none() {
                    rest = In(&[]);
                }
                piece
            })
        })
    })
}

fn piece(rest: &mut In<'_>) -> Option<Taken> {
    let before = Chain::of(rest.number()?, rest.number()?);
    let chain = Chain::of(rest.number()?, rest.number()?);
    let cards = Parts {
        bytes: rest.number()?,
        words: rest.shorts()?.into(),
        units: rest.shorts()?.into(),
        shingles: rest.shorts()?.into(),
        digests: rest.list(|rest| rest.slice(16)?.try_into().ok())?.into(),
        bands: rest.list(|rest| Some(rest.shorts()?.into()))?,
        samples: [
            (rest.numbers()?.into(), rest.shorts()?.into()),
            (rest.numbers()?.into(), rest.shorts()?.into()),
        ],
    };
    let places = rest.list(|rest| Some((rest.number()?, rest.number()?, rest.number()?)))?;
    let document = |rest: &mut In<'_>| {
        let len = rest.len()?;
        unpack_document(rest.slice(len)?)
    };
    let kept = rest.list(document)?;
    let times = rest.list(|rest| Some(rest.told()?.map(u64::cast_signed)))?;
    let unread = rest.list(|rest| Some((rest.string()?, rest.told()?, rest.string()?, rest.number()?)))?;
    let problem = |rest: &mut In<'_>| {
        let (path, record, line) = (rest.string()?, rest.told()?, rest.told()?);
        let kind = rest.string()?;
        let kind = ProblemKind::ALL.into_iter().find(|known| known.name() == kind)?;
        Some(Problem { path, record, line, kind, message: rest.string()? })
    };
    let problems = rest.list(problem)?;
    Some(Taken { cards, places, kept, times, unread, problems, before, chain })
}
