//! What a walk leaves out, and why: hidden names, ignore files, globs, and our own output.
//!
//! The `ignore` crate does not tell what it leaves out. So to list that ([`Listing::All`]) a folder
//! is walked twice: once with the rules, keeping the names, and once without them, where what was
//! not kept is put down with its reason and not entered.

use std::{
    collections::HashSet,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use ignore::{
    DirEntry, Walk, WalkBuilder,
    gitignore::Gitignore,
    overrides::{Override, OverrideBuilder},
};

use super::{Options, naming};
use crate::error::{Error, ProblemKind};

/// Why a file or folder is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Skip {
    /// Its name begins with a dot.
    Hidden,
    /// An ignore file names it.
    Ignored {
        /// Which one, from the named folder.
        by: String,
    },
    /// The globs leave it out.
    Glob,
    /// A link to what is read under its own name, or left out under it.
    Link,
    /// This run, or an earlier one, wrote it.
    OwnOutput,
    /// It cannot be read; the entry's problem says why.
    Problem(ProblemKind),
}

impl Skip {
    /// The reason in a few words.
    pub fn reason(&self) -> String {
        match self {
            Self::Hidden => "hidden".to_owned(),
            Self::Ignored { by } => format!("ignored by {by}"),
            Self::Glob => "left out by --glob".to_owned(),
            Self::Link => "a link to what is listed under its own name".to_owned(),
            Self::OwnOutput => "written by this program".to_owned(),
            Self::Problem(kind) => kind.name().to_owned(),
        }
    }
}

/// Whether to come back with what the user left out, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Listing {
    /// Only what is read, and problems.
    Read,
    /// Everything.
    All,
}

/// What the user wants left out of folders.
pub(super) struct Rules {
    globs: Vec<String>,
    hidden: bool,
    no_ignore: bool,
    own: Arc<Own>,
}

/// What a walk has left out and nobody has asked for yet.
#[derive(Clone, Default)]
pub(super) struct LeftOut(Arc<Mutex<Vec<(PathBuf, Skip)>>>);

impl LeftOut {
    fn push(&self, path: &Path, skip: Skip) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((path.to_owned(), skip));
    }

    /// What was left out since the last call, in order.
    pub(super) fn take(&self) -> Vec<(PathBuf, Skip)> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Rules {
    /// Takes the rules from the options.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a glob that is none.
    pub(super) fn new(options: &Options) -> Result<Self, Error> {
        let rules = Self {
            globs: options.globs.clone(),
            hidden: options.hidden,
            no_ignore: options.no_ignore,
            own: Arc::new(Own::new(&options.exclude)),
        };
        rules.overrides(Path::new(""))?;
        Ok(rules)
    }

    /// Whether a path is one that this run writes.
    pub(super) fn is_own(&self, path: &Path) -> bool {
        self.own.is(path)
    }

    /// The globs, relative to a folder.
    fn overrides(&self, root: &Path) -> Result<Override, Error> {
        let wrong = |error: &ignore::Error| Error::Setting {
            name: "glob".to_owned(),
            message: format!("{error}; a glob is like *.txt, or !drafts/** to leave out"),
        };
        let mut builder = OverrideBuilder::new(root);
        for glob in &self.globs {
            builder.add(glob).map_err(|error| wrong(&error))?;
        }
        builder.build().map_err(|error| wrong(&error))
    }

    /// Begins the walk of a folder.
    ///
    /// # Errors
    ///
    /// Those of [`new`](Self::new), which has met them already.
    pub(super) fn walk(&self, root: &Path, listing: Listing) -> Result<(Walk, LeftOut), Error> {
        let overrides = self.overrides(root)?;
        let left_out = LeftOut::default();
        let mut walk = self.builder(root, overrides.clone());
        let mut kept: Option<HashSet<PathBuf>> = None;
        if listing == Listing::All {
            kept = Some(walk.build().filter_map(|entry| Some(entry.ok()?.into_path())).collect());
            walk = WalkBuilder::new(root);
            walk.standard_filters(false).follow_links(false).sort_by_file_name(Ord::cmp);
        }
        if kept.is_some() || !self.own.0.is_empty() {
            let (own, left_out, hidden) = (Arc::clone(&self.own), left_out.clone(), self.hidden);
            let root = root.to_owned();
            walk.filter_entry(move |entry| {
                let skip = if own.is(entry.path()) {
                    Skip::OwnOutput
                } else if kept.as_ref().is_some_and(|kept| !kept.contains(entry.path())) {
                    why_left_out(entry, &root, &overrides, hidden)
                } else {
                    return true;
                };
                left_out.push(entry.path(), skip);
                false
            });
        }
        Ok((walk.build(), left_out))
    }

    fn builder(&self, root: &Path, overrides: Override) -> WalkBuilder {
        // Inside a repository git's own rule holds: ignore files count up to its root and no further.
        let in_repository = in_repository(root);
        let mut builder = WalkBuilder::new(root);
        builder
            .standard_filters(false)
            .hidden(!self.hidden)
            .ignore(!self.no_ignore)
            .git_ignore(!self.no_ignore)
            .parents(!self.no_ignore && in_repository)
            .require_git(in_repository)
            .follow_links(false)
            .overrides(overrides)
            .sort_by_file_name(Ord::cmp);
        builder
    }
}

/// Whether a folder lies in a git repository. Outside of one, ignore files above the folder do not
/// count: where a corpus lies must not change what is found in it.
fn in_repository(root: &Path) -> bool {
    fs::canonicalize(root).is_ok_and(|root| root.ancestors().any(|folder| folder.join(".git").exists()))
}

/// Which rule left an entry out, in the order the rules are applied.
fn why_left_out(entry: &DirEntry, root: &Path, overrides: &Override, hidden: bool) -> Skip {
    let path = entry.path();
    let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
    if overrides.matched(path, is_dir).is_ignore() {
        return Skip::Glob;
    }
    let inside = path.ancestors().skip(1).take_while(|folder| folder.starts_with(root));
    for name in inside.flat_map(|folder| [folder.join(".ignore"), folder.join(".gitignore")]) {
        if name.is_file() && Gitignore::new(&name).0.matched(path, is_dir).is_ignore() {
            return Skip::Ignored { by: naming::joined(name.strip_prefix(root).unwrap_or(&name)) };
        }
    }
    if !hidden && entry.file_name().as_encoded_bytes().starts_with(b".") {
        return Skip::Hidden;
    }
    Skip::Ignored { by: "an ignore file above the folder".to_owned() }
}

/// Files and folders this run writes.
struct Own(Vec<(OsString, PathBuf)>);

impl Own {
    fn new(paths: &[PathBuf]) -> Self {
        let known = |path: &PathBuf| {
            // An output that is not there yet lies where its folder lies.
            let full = fs::canonicalize(path).or_else(|_| {
                let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
                Ok::<_, io::Error>(fs::canonicalize(folder)?.join(path.file_name().unwrap_or_default()))
            });
            let full = full.ok()?;
            Some((full.file_name()?.to_owned(), full))
        };
        Self(paths.iter().filter_map(known).collect())
    }

    /// Whether `path` is one of them. Only a path of the same name costs a look at the disk.
    fn is(&self, path: &Path) -> bool {
        let name = path.file_name();
        let alike = |known: &OsString| name.is_none_or(|name| name == known);
        self.0
            .iter()
            .any(|(known, full)| alike(known) && fs::canonicalize(path).is_ok_and(|path| path == *full))
    }
}
