//! What a file says of its own encoding, in its XML declaration or in `<meta charset>` within the first 1024 bytes.
//!
//! Only a file that begins with `<` is asked: an article may well be about HTML.

use crate::settings::Encoding;

/// Where HTML wants the declaration.
const WINDOW: usize = 1024;

/// The declared encoding, if there is one that is known.
pub(super) fn find(head: &[u8]) -> Option<Encoding> {
    let head = head.trim_ascii_start();
    let head = head.get(..WINDOW).unwrap_or(head);
    if !head.starts_with(b"<") {
        return None;
    }
    let label = xml(head).or_else(|| html(head))?;
    let encoding = Encoding::of_label(label)?;
    // It stands there in bytes of ASCII, so it is mistaken; so says the HTML standard.
    Some(if encoding.unit_bytes() == 1 { encoding } else { Encoding::UTF_8 })
}

fn xml(head: &[u8]) -> Option<&[u8]> {
    let rest = head.strip_prefix(b"<?xml")?;
    let declaration = rest.get(..memchr::memmem::find(rest, b"?>")?)?;
    value(declaration, b"encoding")
}

/// The `charset` of the first `<meta>` that has one, be it an attribute or a part of `content`.
fn html(head: &[u8]) -> Option<&[u8]> {
    let mut rest = head;
    while let Some(at) = memchr::memchr(b'<', rest) {
        rest = rest.get(at..)?;
        if rest.starts_with(b"<!--") {
            rest = rest.get(memchr::memmem::find(rest, b"-->")?..)?;
            continue;
        }
        let is_meta = rest.get(1..6).is_some_and(|name| {
            name.get(..4).is_some_and(|name| name.eq_ignore_ascii_case(b"meta"))
                && name.last().is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b'/')
        });
        let tag = rest.get(..memchr::memchr(b'>', rest).unwrap_or(rest.len()))?;
        if is_meta && let Some(label) = value(tag, b"charset") {
            return Some(label);
        }
        rest = rest.get(1..)?;
    }
    None
}

/// What stands after `name=`, in quotes or up to where an unquoted value ends.
fn value<'t>(tag: &'t [u8], name: &[u8]) -> Option<&'t [u8]> {
    let at = tag.windows(name.len()).position(|part| part.eq_ignore_ascii_case(name))?;
    let rest = tag.get(at + name.len()..)?.trim_ascii_start();
    let rest = rest.strip_prefix(b"=")?.trim_ascii_start();
    let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest);
    let end = rest.iter().position(|byte| byte.is_ascii_whitespace() || b"\"';/>".contains(byte));
    rest.get(..end.unwrap_or(rest.len()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;

    fn name(head: &str) -> Option<&'static str> {
        find(head.as_bytes()).map(Encoding::name)
    }

    #[test]
    fn declarations_are_found_where_they_may_stand() {
        for (head, wanted) in [
            ("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><rss/>", Some("windows-1252")),
            ("\n<?xml version='1.0' encoding = 'windows-1251' ?>", Some("windows-1251")),
            ("<?xml version=\"1.0\"?><rss encoding=\"koi8-r\"/>", None),
            ("<!DOCTYPE html><html><head><meta charset=shift_jis>", Some("Shift_JIS")),
            ("<html><META CharSet = \"EUC-KR\" />", Some("EUC-KR")),
            ("<meta http-equiv='Content-Type' content='text/html; charset=gb2312'>", Some("GBK")),
            ("<meta name=description content='x'><meta charset='big5'>", Some("Big5")),
            ("<!-- <meta charset=big5> --><meta charset=utf-8>", Some("UTF-8")),
            ("<metadata charset=big5>", None),
            ("<meta charset=nonsense>", None),
            ("<meta charset=utf-16>", Some("UTF-8")),
            ("Write <meta charset=big5> into the head.", None),
        ] {
            assert_eq!(name(head), wanted, "{head}");
        }
        let late = format!("<html>{}<meta charset=big5>", " ".repeat(1100));
        assert_eq!(name(&late), None);
    }
}
