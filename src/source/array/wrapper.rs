//! Objects that hold records instead of being one.

use std::{io::Read, sync::Arc};

use super::{
    super::{
        batch::{Cut, Parse, Take},
        fields::quoted,
        json::Wanted,
        naming::FileName,
    },
    Around, Elements, LONGEST_KEY,
    scan::{Scan, Step},
};
use crate::error::ProblemKind;

impl<R: Read> Elements<R> {
    /// Reads the array below a key of the one object there is. `member` sees the other keys' values where they are
    /// short strings, and gives the parser for the records.
    pub(in crate::source) fn below(mut self, key: &str, mut member: impl FnMut(&str, &str)) -> Self {
        self.at = self.blank(self.at, self.at);
        let mut next = self.window.byte(self.at, self.at).filter(|&b| b == b'{').map(|_| self.at + 1);
        while let Some((name, value)) = next.and_then(|at| self.member(at, at)) {
            if name == key && self.window.byte(value, value) == Some(b'[') {
                (self.at, self.around) = (value + 1, Around::Wrapped);
                return self;
            }
            next = self.value_end(value, value);
            let length = next.map_or(0, |end| end - value);
            if let Some(end) = next.filter(|_| length <= LONGEST_KEY)
                && let Ok(text) = serde_json::from_slice::<String>(self.window.slice(value, end))
            {
                member(&name, &text);
            }
        }
        let message = format!("there is no list of `{key}` in it");
        let problem = self.file.problem(ProblemKind::Malformed, message);
        self.problem(problem);
        self.done = true;
        self
    }

    /// The key at or behind a place in an object, and where its value begins.
    fn member(&mut self, at: u64, keep: u64) -> Option<(String, u64)> {
        let mut at = self.blank(at, keep);
        if self.window.byte(at, keep) == Some(b',') {
            at = self.blank(at + 1, keep);
        }
        if self.window.byte(at, keep) != Some(b'"') {
            return None;
        }
        let end = self.value_end(at, keep.min(at)).filter(|end| end - at <= LONGEST_KEY)?;
        let key = serde_json::from_slice(self.window.slice(at, end)).ok()?;
        let colon = self.blank(end, keep);
        if self.window.byte(colon, keep) != Some(b':') {
            return None;
        }
        Some((key, self.blank(colon + 1, keep)))
    }

    /// Whether the one object there is holds records instead of being one; if so, they come next.
    pub(super) fn enter_sole(&mut self, start: u64, end: u64) -> bool {
        let object = self.window.slice(start, end);
        let Ok(text) = std::str::from_utf8(object) else { return false };
        if self.wanted.read(text).is_ok() {
            return false;
        }
        let behind = self.blank(end, start);
        if self.window.byte(behind, start).is_some() {
            return false;
        }
        let mut lists = Vec::new();
        let mut at = start + 1;
        while let Some((key, value)) = self.member(at, start) {
            if self.wanted.text_names.contains(&key) {
                return false;
            }
            if self.is_list_of_objects(value, start) {
                lists.push(value);
            }
            let Some(end) = self.held_end(value, end) else { break };
            at = end;
        }
        let [list] = lists.as_slice() else { return false };
        self.enter(*list)
    }

    fn is_list_of_objects(&mut self, at: u64, keep: u64) -> bool {
        if self.window.byte(at, keep) != Some(b'[') {
            return false;
        }
        let first = self.blank(at + 1, keep);
        self.window.byte(first, keep) == Some(b'{')
    }

    fn enter(&mut self, list: u64) -> bool {
        (self.at, self.around, self.record, self.sign) = (list + 1, Around::Wrapped, 0, None);
        true
    }

    /// Whether an object that is over the cap, or broken, is one around an array of objects, in which that shows; if so, they come
    /// next. It was read up to `end`.
    pub(super) fn is_wrapper(&mut self, start: u64, end: u64) -> bool {
        if self.record != 1 || self.around != Around::Nothing || self.window.byte(start, start) != Some(b'{')
        {
            return false;
        }
        let mut at = start + 1;
        while at < end {
            let Some((key, value)) = self.member(at, start).filter(|(_, value)| *value < end) else {
                return false;
            };
            if self.wanted.text_names.contains(&key) {
                return false;
            }
            match self.held_end(value, end) {
                Some(end) => at = end,
                None => return self.is_list_of_objects(value, start) && self.enter(value),
            }
        }
        false
    }

    /// Where the value at a place ends, if it does so before `end` in what is held.
    fn held_end(&self, at: u64, end: u64) -> Option<u64> {
        match Scan::default().piece(self.window.slice(at, end)) {
            Step::End(length) => Some(at + length as u64),
            Step::More | Step::Fault(_) => None,
        }
    }

    /// Looks for another array behind the one that was read.
    pub(super) fn behind_list(&mut self) {
        while let Some((key, value)) = self.member(self.at, self.at) {
            if self.is_list_of_objects(value, value) {
                let key = quoted(&key);
                let message = format!("a second list, {key}, was not read: give it in a file of its own");
                self.problem_here(ProblemKind::NoText, None, value, message);
            }
            match self.value_end(value, value) {
                Some(end) => self.at = end,
                None => return,
            }
        }
    }
}

/// Whether a file that begins with `head` begins with an object around an array of objects, instead of a record.
pub(in crate::source) fn is_wrapper(head: &[u8], wanted: &Wanted) -> bool {
    #[derive(Debug)]
    struct Nothing;
    impl Parse for Nothing {
        fn parse(&self, _: &[u8], _: &Cut, _: &FileName, _: &mut Take<'_>) {}
    }
    if !head.trim_ascii_start().starts_with(b"{") || memchr::memchr(b'[', head).is_none() {
        return false;
    }
    let (file, wanted) = (Arc::new(FileName::default()), Arc::new(wanted.clone()));
    let mut elements = Elements::new(head, 0, file, Arc::new(Nothing), wanted, usize::MAX);
    elements.step();
    elements.around == Around::Wrapped
}
