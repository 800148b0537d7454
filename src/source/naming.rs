//! Names of files: as reports write them, as the user can open them, and lists of them.
//!
//! A report's path must be the same wherever the corpus lies, so it is made from the arguments
//! alone, lexically: nothing here asks the file system what a link points to.

use std::{
    ffi::OsStr,
    io::Read,
    path::{Component, Path, PathBuf},
};

use super::Input;
use crate::{
    document::Document,
    error::{Error, Problem, ProblemKind},
};

/// The two names of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FileName {
    /// As reports write it.
    pub(super) path: String,
    /// As the user can open it.
    pub(super) shown: String,
}

impl FileName {
    /// The name of standard input.
    pub(super) fn stdin() -> Self {
        Self { path: "-".to_owned(), shown: "-".to_owned() }
    }

    /// A document of this file, without its text.
    pub(super) fn document(&self, record: Option<u64>, id: Option<String>) -> Document {
        let name = id.unwrap_or_else(|| match record {
            Some(record) => format!("{}#{record}", self.path),
            None => self.path.clone(),
        });
        Document { name, path: self.path.clone(), shown: self.shown.clone(), record, ..Document::default() }
    }

    /// A problem with the file as a whole.
    pub(super) fn problem(&self, kind: ProblemKind, message: impl Into<String>) -> Problem {
        self.problem_at(kind, None, None, message)
    }

    /// A problem with a place in the file.
    pub(super) fn problem_at(
        &self,
        kind: ProblemKind,
        record: Option<u64>,
        line: Option<u64>,
        message: impl Into<String>,
    ) -> Problem {
        Problem { path: self.path.clone(), record, line, kind, message: message.into() }
    }
}

/// What reports call each named path; a lone folder is called nothing, since its files are named
/// relative to it.
///
/// # Errors
///
/// [`Error::Io`] when there are several paths and the current folder is gone.
pub(super) fn report_names(paths: &[(&Path, bool)]) -> Result<Vec<String>, Error> {
    if let [(path, is_dir)] = paths {
        let name = if *is_dir { None } else { path.file_name() };
        return Ok(vec![name.map(component).unwrap_or_default()]);
    }
    let mut absolute = Vec::with_capacity(paths.len());
    for (path, _) in paths {
        let full =
            std::path::absolute(path).map_err(|source| Error::Io { path: (*path).to_owned(), source })?;
        absolute.push(clean(&full));
    }
    let mut common: Option<Vec<Component<'_>>> = None;
    for path in &absolute {
        let parent: Vec<_> = path.parent().unwrap_or(path).components().collect();
        common = Some(match common {
            None => parent,
            Some(common) => {
                common.into_iter().zip(parent).map_while(|(a, b)| (a == b).then_some(a)).collect()
            }
        });
    }
    let base: PathBuf = common.unwrap_or_default().into_iter().collect();
    Ok(absolute.iter().map(|path| joined(path.strip_prefix(&base).unwrap_or(path))).collect())
}

/// A path without `.` and `..`, by its letters alone.
fn clean(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

/// The parts of a path with `/` between them.
pub(super) fn joined(path: &Path) -> String {
    let mut out = String::new();
    for part in path.components() {
        if let Component::Normal(name) = part {
            if !out.is_empty() {
                out.push('/');
            }
            out.push_str(&component(name));
        }
    }
    out
}

/// `rest` below the folder that reports call `prefix`.
pub(super) fn below(prefix: &str, rest: &Path) -> String {
    let rest = joined(rest);
    match (prefix.is_empty(), rest.is_empty()) {
        (true, _) => rest,
        (false, true) => prefix.to_owned(),
        (false, false) => format!("{prefix}/{rest}"),
    }
}

/// A path as the user can type it, without the `./` that walking the current folder puts before it.
pub(super) fn shown(path: &Path) -> String {
    let short = path.strip_prefix(".").ok().filter(|rest| !rest.as_os_str().is_empty()).unwrap_or(path);
    component(short.as_os_str())
}

/// A name as text: bytes that are not UTF-8 become `\xNN`, so that different names stay different.
#[cfg(unix)]
fn component(name: &OsStr) -> String {
    use std::os::unix::ffi::OsStrExt;

    escaped(name.as_bytes())
}

/// The same of bytes.
pub(super) fn escaped(name: &[u8]) -> String {
    use std::fmt::Write as _;

    let mut out = String::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        out.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02X}");
        }
    }
    out
}

/// A name as text; what is no Unicode becomes the replacement character.
#[cfg(not(unix))]
fn component(name: &OsStr) -> String {
    name.to_string_lossy().into_owned()
}

/// Reads a list of paths: one a line, or separated by NUL when a NUL occurs. Empty ones are left out.
///
/// # Errors
///
/// [`Error::Io`] when the list cannot be read, [`Error::Setting`] when a name in it cannot be a
/// path on this system.
pub fn files_from(mut reader: impl Read) -> Result<Vec<PathBuf>, Error> {
    let mut bytes = Vec::new();
    reader
        .read_to_end(&mut bytes)
        .map_err(|source| Error::Io { path: PathBuf::from("the list of --files-from"), source })?;
    let nul = bytes.contains(&0);
    bytes
        .split(|&b| b == if nul { 0 } else { b'\n' })
        .map(|name| if nul { name } else { name.strip_suffix(b"\r").unwrap_or(name) })
        .filter(|name| !name.is_empty())
        .map(path_from)
        .collect()
}

/// The inputs of a list of names, where `-` is standard input.
impl From<PathBuf> for Input {
    fn from(path: PathBuf) -> Self {
        if path.as_os_str() == "-" { Self::Stdin } else { Self::Path(path) }
    }
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere a name must be Unicode")]
fn path_from(name: &[u8]) -> Result<PathBuf, Error> {
    use std::os::unix::ffi::OsStrExt;

    Ok(PathBuf::from(OsStr::from_bytes(name)))
}

#[cfg(not(unix))]
fn path_from(name: &[u8]) -> Result<PathBuf, Error> {
    std::str::from_utf8(name).map(PathBuf::from).map_err(|_| Error::Setting {
        name: "files-from".to_owned(),
        message: format!("`{}` is not UTF-8, so it cannot name a file here", String::from_utf8_lossy(name)),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;

    fn names(paths: &[(&str, bool)]) -> Vec<String> {
        let paths: Vec<_> = paths.iter().map(|(p, d)| (Path::new(*p), *d)).collect();
        report_names(&paths).unwrap()
    }

    #[test]
    fn a_lone_argument_names_nothing_but_itself() {
        assert_eq!(names(&[("/home/x/corpus", true)]), [""]);
        assert_eq!(names(&[("../deep/a.txt", false)]), ["a.txt"]);
    }

    #[test]
    fn several_arguments_are_named_from_their_common_folder() {
        assert_eq!(names(&[("a", true), ("b/../c.txt", false)]), ["a", "c.txt"]);
        assert_eq!(names(&[("/x/a/one.txt", false), ("/x/a/two.txt", false)]), ["one.txt", "two.txt"]);
        assert_eq!(names(&[("/x/a", true), ("/x/a/b/two.txt", false)]), ["a", "a/b/two.txt"]);
        assert_eq!(names(&[("/x/./a/../q", true), ("/y/b", true)]), ["x/q", "y/b"]);
        assert_eq!(names(&[("/", true), ("/y", true)]), ["", "y"]);
    }

    #[test]
    fn the_prefix_of_the_corpus_does_not_show() {
        assert_eq!(
            names(&[("/long/way/a", true), ("/long/way/b/c.txt", false)]),
            names(&[("/z/a", true), ("/z/b/c.txt", false)])
        );
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_not_utf8_stay_apart() {
        use std::os::unix::ffi::OsStrExt;
        assert_eq!(component(OsStr::from_bytes(b"a\xFFb")), "a\\xFFb");
        assert_eq!(component(OsStr::from_bytes("é\n".as_bytes())), "é\n");
    }

    #[test]
    fn lists_are_split_at_lines_or_at_nul() {
        let list = |bytes: &[u8]| -> Vec<String> {
            files_from(bytes).unwrap().iter().map(|p| p.to_string_lossy().into_owned()).collect()
        };
        assert_eq!(list(b"a.txt\r\nb c.txt\n\nd"), ["a.txt", "b c.txt", "d"]);
        assert_eq!(list(b"a\nb\0c\0"), ["a\nb", "c"]);
        assert!(list(b"").is_empty());
    }

    #[test]
    fn what_is_shown_can_be_opened() {
        assert_eq!(shown(Path::new("./a/b.txt")), "a/b.txt");
        assert_eq!(shown(Path::new("../a.txt")), "../a.txt");
        assert_eq!(shown(Path::new(".")), ".");
    }
}
