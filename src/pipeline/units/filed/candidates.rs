//! Candidates of paragraphs or sentences whose words lie in files: what each wording is looked for by, and who holds that.

use super::{Text, Texts};
use crate::{
    candidate::{
        self, BandKeys, Counting, Method, Rarity, lsh,
        spilled::{self, Asked, Entry, Rarest, list_asked, list_prefix},
    },
    error::Error,
    pipeline::{
        cards,
        work::{Kept, Which},
    },
    settings::{Plan, UnitPlan},
    sketch::Signer,
    spill::Sorter,
};

/// What similar wordings are looked for by.
#[derive(Clone, Copy)]
enum By<'s> {
    /// They are known already.
    Nothing,
    Prefix,
    Signature(&'s Signer),
}

/// What one thread lists of some wordings.
struct Piece {
    prefixes: Vec<Entry>,
    asked: Vec<Entry>,
    keys: BandKeys,
    signature: Vec<u32>,
    rarest: Rarest,
}

impl Texts<'_> {
    /// Pairs worth counting: similar ones, and those of which one may contain the other.
    pub(super) fn candidates(
        &self,
        plan: &Plan,
        unit_plan: &UnitPlan,
        kept: Kept<'_>,
    ) -> Result<[spilled::Filed; 2], Error> {
        let room = Some(self.room);
        let (known, inside) = (kept.known(Which::Near, room)?, kept.known(Which::Inside, room)?);
        let known = match (known, inside) {
            (Some(near), Some(inside)) => return Ok([near, inside]),
            (known, _) => known,
        };
        let (space, part) = (&self.room.space, self.room.part());
        let counting = Counting::of_at_most(self.units.words);
        self.walk(|| (), |(), _, set| counting.count(set), |()| Ok(()))?;
        let (rarity, shingles) = counting.finish();
        let method = candidate::method(self.identical.n_texts() as u64, shingles as u64, unit_plan.threshold);
        let signer = cards::signer(plan)?;
        let mut prefixes = Sorter::new(space, part);
        let mut asked = Asked::new(shingles, space, part);
        let mut keys = BandKeys::with_capacity(unit_plan.cut, 0);
        let new = || Piece {
            prefixes: Vec::new(),
            asked: Vec::new(),
            keys: BandKeys::with_capacity(unit_plan.cut, 0),
            signature: Vec::new(),
            rarest: Rarest::default(),
        };
        let by = match method {
            _ if known.is_some() => By::Nothing,
            Method::Signatures => By::Signature(&signer),
            Method::Prefix => By::Prefix,
        };
        self.walk(
            new,
            |piece, text, set| piece.list((text, set), &rarity, by, (plan, unit_plan)),
            |piece| {
                prefixes.extend(piece.prefixes)?;
                asked.put(&piece.asked)?;
                keys.append(&piece.keys);
                if part < keys.bytes() { keys.spill(space) } else { Ok(()) }
            },
        )?;
        drop(rarity);
        let near = match (known, method) {
            (Some(near), _) => near,
            (None, Method::Prefix) => spilled::of_prefixes(prefixes, unit_plan.threshold, space, part)?,
            (None, Method::Signatures) => {
                keys.finish()?;
                lsh::pairs(&keys, part).into()
            }
        };
        drop(keys);
        if matches!(by, By::Prefix | By::Signature(_)) {
            space.check()?;
            kept.keep(Which::Near, &near, room)?;
        }
        let mut held = Sorter::new(space, part);
        self.walk(
            Vec::new,
            |out, text, set| asked.list_held((text.number, set), out),
            |out: Vec<Entry>| held.extend(out),
        )?;
        let inside = asked.candidates(held, plan.containment, space, part)?;
        kept.keep(Which::Inside, &inside, room)?;
        Ok([near, inside])
    }
}

impl Piece {
    /// Lists what a wording is looked for by: its prefix or the keys of its signature; and what it may be found by in
    /// larger ones.
    fn list(
        &mut self,
        (text, set): (&Text, &[u64]),
        rarity: &Rarity,
        by: By<'_>,
        (plan, unit_plan): (&Plan, &UnitPlan),
    ) {
        match by {
            By::Nothing => {}
            By::Signature(signer) => {
                // A unit without shingles keeps an empty signature, which no band takes in.
                self.signature.clear();
                let _no_shingles = signer.sign_into(set, &mut self.signature);
                self.keys.push(&self.signature);
            }
            By::Prefix => {
                let (rarest, out) = (&mut self.rarest, &mut self.prefixes);
                list_prefix((text.number, set), rarity, unit_plan.threshold, rarest, out);
            }
        }
        if plan.containment_words <= text.unit.words.len() {
            let (rarest, out) = (&mut self.rarest, &mut self.asked);
            list_asked((text.number, set), rarity, plan.containment, rarest, out);
        }
    }
}
