//! Links of a feed: an address relative to another one is made whole (RFC 3986, section 5.2).

/// Whether an address says all by itself.
pub(super) fn is_absolute(address: &str) -> bool {
    scheme(address).is_some()
}

/// The scheme of an address.
fn scheme(address: &str) -> Option<&str> {
    let (scheme, _) = address.split_once(':')?;
    let sound = scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    (sound && scheme.starts_with(|c: char| c.is_ascii_alphabetic())).then_some(scheme)
}

/// An address made whole; none when there is nothing to make it whole with.
pub(super) fn resolve(address: &str, base: Option<&str>) -> Option<String> {
    let address = address.trim();
    if is_absolute(address) {
        return Some(address.to_owned());
    }
    let base = base?;
    let scheme = scheme(base)?;
    let rest = base.get(scheme.len() + 1..)?;
    if let Some(rest) = address.strip_prefix("//") {
        return Some(format!("{scheme}://{rest}"));
    }
    let rest = rest.strip_prefix("//")?;
    let authority = rest.get(..rest.find(['/', '?', '#']).unwrap_or(rest.len()))?;
    let rest = rest.get(authority.len()..)?;
    let rest = rest.get(..rest.find('#').unwrap_or(rest.len()))?;
    let path = rest.get(..rest.find('?').unwrap_or(rest.len()))?;
    let (own, behind) = address.split_at(address.find(['?', '#']).unwrap_or(address.len()));
    let path = if own.is_empty() {
        let query = if behind.starts_with('?') { path } else { rest };
        return Some(format!("{scheme}://{authority}{query}{behind}"));
    } else if own.starts_with('/') {
        own.to_owned()
    } else {
        let folder = path.get(..path.rfind('/').map_or(0, |at| at + 1))?;
        format!("{}{own}", if folder.is_empty() { "/" } else { folder })
    };
    Some(format!("{scheme}://{authority}{}{behind}", without_dots(&path)))
}

/// A path without `.` and `..`.
fn without_dots(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let mut pieces = path.split('/').skip(1).peekable();
    while let Some(piece) = pieces.next() {
        let last = pieces.peek().is_none();
        match piece {
            "." if last => parts.push(""),
            "." => {}
            ".." => {
                parts.pop();
                if last {
                    parts.push("");
                }
            }
            piece => parts.push(piece),
        }
    }
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_standard_hold() {
        // RFC 3986, section 5.4, but for the schemes without `//`.
        for (address, whole) in [
            ("g:h", "g:h"),
            ("g", "http://a/b/c/g"),
            ("./g", "http://a/b/c/g"),
            ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"),
            ("//g", "http://g"),
            ("?y", "http://a/b/c/d;p?y"),
            ("g?y", "http://a/b/c/g?y"),
            ("#s", "http://a/b/c/d;p?q#s"),
            ("g#s", "http://a/b/c/g#s"),
            ("g?y#s", "http://a/b/c/g?y#s"),
            (";x", "http://a/b/c/;x"),
            ("", "http://a/b/c/d;p?q"),
            (".", "http://a/b/c/"),
            ("./", "http://a/b/c/"),
            ("..", "http://a/b/"),
            ("../g", "http://a/b/g"),
            ("../..", "http://a/"),
            ("../../../g", "http://a/g"),
            ("/./g", "http://a/g"),
            ("/../g", "http://a/g"),
            ("g.", "http://a/b/c/g."),
            ("..g", "http://a/b/c/..g"),
            ("./g/.", "http://a/b/c/g/"),
            ("g/../h", "http://a/b/c/h"),
        ] {
            assert_eq!(resolve(address, Some("http://a/b/c/d;p?q")).as_deref(), Some(whole), "{address}");
        }
    }

    #[test]
    fn without_a_base_only_whole_addresses_are() {
        assert_eq!(resolve("/g", None), None);
        assert_eq!(resolve("/g", Some("b/c")), None);
        assert_eq!(resolve("mailto:a@b", None).as_deref(), Some("mailto:a@b"));
        assert_eq!(resolve("g", Some("http://a")).as_deref(), Some("http://a/g"));
    }
}
