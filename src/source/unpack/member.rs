//! Members of an archive: what they are called, and which of them are read.
//!
//! `notes.zip` with a member `inner/a.txt` gives the path `notes.zip/inner/a.txt`: no folder can have the name of
//! the archive, so it clashes with nothing. A name is taken apart at its slashes; empty parts and `.` say
//! nothing and go, `..` is written `\x2E\x2E`, bytes that are not UTF-8 become `\xNN`. Nothing is ever written to disk
//! by such a name.

use std::{collections::HashSet, path::Path};

use ignore::overrides::{Override, OverrideBuilder};

use super::Bytes;
use crate::{
    error::ProblemKind,
    source::{
        Options,
        naming::{self, FileName},
        rules::Skip,
    },
};

/// One member of an archive.
pub(in crate::source) enum Member {
    /// A file.
    File { name: FileName, bytes: Option<u64>, reader: Bytes },
    /// What cannot be read: a member, or the rest of the archive.
    Lost(FileName, ProblemKind, String),
    /// What need not be read.
    Skipped(FileName, Skip),
}

/// What members of one archive are called, and which are left out.
#[derive(Clone)]
pub(in crate::source) struct Names {
    archive: FileName,
    globs: Override,
    hidden: bool,
    seen: HashSet<String>,
}

impl Names {
    /// For the archive of this name. Of one that is named, members are chosen by the globs as a named folder's
    /// files are. One that was found in a folder was chosen by them itself, and they only leave members out.
    pub(in crate::source) fn new(archive: &FileName, walked: bool, options: &Options) -> Self {
        let mut globs = OverrideBuilder::new("");
        for glob in options.globs.iter().filter(|glob| !walked || glob.starts_with('!')) {
            // The walk has met the faulty ones.
            let _checked = globs.add(glob);
        }
        Self {
            archive: archive.clone(),
            globs: globs.build().unwrap_or_else(|_| Override::empty()),
            hidden: options.hidden,
            seen: HashSet::new(),
        }
    }

    /// The archive itself.
    pub(super) fn archive(&self) -> FileName {
        self.archive.clone()
    }

    /// What reports call a member.
    pub(super) fn of(&self, inner: &str) -> FileName {
        FileName {
            path: format!("{}/{inner}", self.archive.path),
            shown: format!("{}/{inner}", self.archive.shown),
        }
    }

    /// The name of a file to be read, or what becomes of it instead.
    pub(super) fn judge(&mut self, raw: &[u8]) -> Result<FileName, Member> {
        let inner = clean(raw);
        if inner.is_empty() {
            let message = "a member of it has no name; it was not read";
            return Err(Member::Lost(self.archive(), ProblemKind::Malformed, message.to_owned()));
        }
        let name = self.of(&inner);
        if self.globs.matched(Path::new(&inner), false).is_ignore() {
            return Err(Member::Skipped(name, Skip::Glob));
        }
        if !self.hidden && inner.split('/').any(|part| part.starts_with('.')) {
            return Err(Member::Skipped(name, Skip::Hidden));
        }
        if !self.seen.insert(inner) {
            let message = "the archive has a member of this name already; this one was not read".to_owned();
            return Err(Member::Lost(name, ProblemKind::Malformed, message));
        }
        Ok(name)
    }

    /// A member that is no file.
    pub(super) fn not_a_file(&self, raw: &[u8], what: &str) -> Member {
        let message = format!("{what} in an archive; there is nothing in it to read");
        Member::Lost(self.of(&clean(raw)), ProblemKind::NotAFile, message)
    }

    /// A link, and where it leads if it is a symbolic one: what lies in the archive is read under its own name.
    pub(super) fn link(&self, raw: &[u8], target: Option<&[u8]>) -> Member {
        let name = self.of(&clean(raw));
        if target.is_some_and(|target| leads_out(raw, target)) {
            let message = "a link out of the archive; it was not followed".to_owned();
            return Member::Lost(name, ProblemKind::NotAFile, message);
        }
        Member::Skipped(name, Skip::Link)
    }
}

/// The order of a folder's files: by the parts of the name.
pub(super) fn order(a: &[u8], b: &[u8]) -> std::cmp::Ordering {
    parts(a).cmp(parts(b))
}

fn parts(raw: &[u8]) -> impl Iterator<Item = &[u8]> {
    raw.split(|&byte| byte == b'/').filter(|part| !part.is_empty() && *part != b".")
}

fn clean(raw: &[u8]) -> String {
    let mut out = String::with_capacity(raw.len());
    for part in parts(raw) {
        if !out.is_empty() {
            out.push('/');
        }
        if part == b".." {
            out.push_str("\\x2E\\x2E");
        } else {
            out.push_str(&naming::escaped(part));
        }
    }
    out
}

/// Whether a symbolic link of this name leaves the archive, by its letters.
fn leads_out(raw: &[u8], target: &[u8]) -> bool {
    let mut depth = parts(raw).count().saturating_sub(1);
    if target.starts_with(b"/") {
        return true;
    }
    for part in parts(target) {
        if part != b".." {
            depth += 1;
        } else if depth == 0 {
            return true;
        } else {
            depth -= 1;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn names_are_cleaned_and_stay_apart() {
        for (raw, wanted) in [
            (&b"a/b.txt"[..], "a/b.txt"),
            (b"./a//b.txt", "a/b.txt"),
            (b"/etc/passwd", "etc/passwd"),
            (b"../../up", "\\x2E\\x2E/\\x2E\\x2E/up"),
            (b"b\xE4r", "b\\xE4r"),
            (b"./", ""),
        ] {
            assert_eq!(clean(raw), wanted);
        }
    }

    #[test]
    fn a_link_is_judged_by_its_letters() {
        assert!(!leads_out(b"a/b/link", b"../c"));
        assert!(!leads_out(b"a/b/link", b"../../c"));
        assert!(leads_out(b"a/b/link", b"../../../c"));
        assert!(leads_out(b"link", b"/c"));
        assert!(!leads_out(b"link", b"c/.."));
        assert!(leads_out(b"link", b"c/../.."));
    }

    #[test]
    fn members_come_as_files_of_a_folder_do() {
        let mut names = vec![&b"b"[..], b"a.txt", b"a-b/c", b"a/z", b"./a/b/c", b"a/b.txt"];
        names.sort_by(|a, b| order(a, b));
        assert_eq!(names, [&b"./a/b/c"[..], b"a/b.txt", b"a/z", b"a-b/c", b"a.txt", b"b"]);
    }
}
