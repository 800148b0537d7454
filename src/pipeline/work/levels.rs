//! What is kept of a level: its candidates, and what was counted of them.

use super::Work;
use crate::{
    candidate::{Candidate, spilled::Filed},
    error::Error,
    id::UnitId,
    pipeline::{room::Room, units::Counted},
    settings::Level,
    spill::Column,
    verify::{Match, Overlap},
};

/// Sorts of candidates.
#[derive(Clone, Copy, Debug)]
pub(in crate::pipeline) enum Which {
    Near,
    Inside,
}

const MATCHES: &str = "matches";

impl Which {
    const fn name(self) -> &'static str {
        match self {
            Self::Near => "near",
            Self::Inside => "inside",
        }
    }
}

pub(super) fn is_ours(name: &str) -> bool {
    let kinds = [Which::Near.name(), Which::Inside.name(), MATCHES];
    let of_level = |(level, kind): (&str, &str)| {
        kinds.contains(&kind) && Level::UNITS.into_iter().any(|known| known.name() == level)
    };
    name.split_once('-').is_some_and(of_level)
}

/// What a run keeps of one level, if it keeps anything.
#[derive(Clone, Copy, Debug)]
pub(in crate::pipeline) struct Kept<'w> {
    work: Option<&'w Work>,
    level: Level,
}

/// A match as a row of numbers.
type Row = ((u32, u32), (u32, u32, u32));

impl<'w> Kept<'w> {
    pub(in crate::pipeline) const fn of(work: Option<&'w Work>, level: Level) -> Self {
        Self { work, level }
    }

    /// Candidates that a run which was stopped had found, or those that `find` finds, which are then kept if it says so.
    pub(in crate::pipeline) fn candidates(
        self,
        which: Which,
        room: Option<&Room>,
        find: impl FnOnce() -> Result<(Filed, bool), Error>,
    ) -> Result<Filed, Error> {
        if let Some(known) = self.known(which, room)? {
            return Ok(known);
        }
        let (found, is_kept) = find()?;
        if is_kept {
            self.keep(which, &found, room)?;
        }
        Ok(found)
    }

    /// Candidates that a run which was stopped had found. They leave memory where they take more than their part of `room`.
    pub(in crate::pipeline) fn known(
        self,
        which: Which,
        room: Option<&Room>,
    ) -> Result<Option<Filed>, Error> {
        let Some(work) = self.work else { return Ok(None) };
        let mut pairs = Column::<Candidate>::default();
        let beside = work.list(&self.name(which.name()), |pair| {
            pairs.push(pair);
            match room {
                Some(room) if room.part() < pairs.bytes() => pairs.spill(&room.space),
                _ => Ok(()),
            }
        })?;
        pairs.finish()?;
        room.map_or(Ok(()), |room| room.space.check())?;
        Ok(beside.map(|(cut, _)| Filed { pairs, cut }))
    }

    /// Keeps candidates: all of a sort.
    pub(in crate::pipeline) fn keep(
        self,
        which: Which,
        found: &Filed,
        room: Option<&Room>,
    ) -> Result<(), Error> {
        let Some(work) = self.work else { return Ok(()) };
        // What cannot be read again is blamed on the space and left out: then nothing is kept.
        let fault = std::iter::from_fn(|| room?.space.check().err().map(Err));
        work.keep_list(&self.name(which.name()), (found.cut, 0), found.pairs.iter().map(Ok).chain(fault))
    }

    /// What had been counted.
    pub(in crate::pipeline) fn counted(self) -> Result<Option<Counted>, Error> {
        let Some(work) = self.work else { return Ok(None) };
        let mut matches = Vec::new();
        let beside = work.list(&self.name(MATCHES), |row| {
            matches.push(of_row(row));
            Ok(())
        })?;
        Ok(beside.map(|(cut, n)| {
            let n = usize::try_from(n).unwrap_or(usize::MAX).min(matches.len());
            let inside = matches.split_off(n);
            Counted { matches, inside, cut }
        }))
    }

    /// Keeps what was counted.
    pub(in crate::pipeline) fn keep_counted(self, counted: &Counted) -> Result<(), Error> {
        let Some(work) = self.work else { return Ok(()) };
        let Counted { matches, inside, cut } = counted;
        let rows = matches.iter().chain(inside).map(|found| Ok(row(found)));
        work.keep_list(&self.name(MATCHES), (*cut, matches.len() as u64), rows)
    }

    fn name(self, what: &str) -> String {
        format!("{}-{what}", self.level.name())
    }
}

const fn row(found: &Match) -> Row {
    let Overlap { shared, left, right } = found.overlap;
    ((found.left.get(), found.right.get()), (shared, left, right))
}

const fn of_row(((left_unit, right_unit), (shared, left, right)): Row) -> Match {
    let (first, second) = (UnitId::from_packed(left_unit), UnitId::from_packed(right_unit));
    Match { left: first, right: second, overlap: Overlap { shared, left, right } }
}
