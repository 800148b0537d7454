//! A symbolic link found inside a folder goes in; whether text is lost by not following it comes out.
//!
//! Links in a folder are never followed, as in ripgrep: following them reads files twice, leaves
//! the folder, and may never end. A link to something inside the named folders loses nothing, since
//! that is read (or left out on purpose) under its own name. Any other one is a problem: it leads
//! out of the folder, nowhere, or back to a folder it stands in. A link the user *names* is followed.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Why a link is worth telling of; nothing when its target lies within `roots` and is no loop.
///
/// `roots` are the named folders, without links in them.
pub(super) fn fault(link: &Path, roots: &[PathBuf]) -> Option<&'static str> {
    let Ok(target) = fs::metadata(link).and_then(|_| fs::canonicalize(link)) else {
        return Some("a symbolic link that leads nowhere or round in a circle");
    };
    let own_folder = link.parent().and_then(|parent| fs::canonicalize(parent).ok()).unwrap_or_default();
    if own_folder.starts_with(&target) {
        return Some("a symbolic link back to a folder it stands in; it was not followed");
    }
    if roots.iter().any(|root| target.starts_with(root)) {
        return None;
    }
    Some("a symbolic link out of the folder; it was not followed: name its target to have it read")
}
