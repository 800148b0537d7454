//! References such as `&amp;` and `&#8217;`: their characters. What a document type declares is never looked at, so
//! nothing is ever expanded to more than one or two characters.

use std::borrow::Cow;

use super::text::named;

/// The longest name of a character in HTML.
const LONGEST_NAME: usize = 32;

/// What a reference stands for, without `&` and `;`. In HTML that is decoded later, only XML's own are, since the
/// others are left for then.
pub(super) fn one(name: &str, html: bool) -> Option<Cow<'static, str>> {
    let known = match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => "",
    };
    if !known.is_empty() {
        return Some(Cow::Borrowed(known));
    }
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        let code = code.ok()?;
        let plain = matches!(code, 9 | 10 | 13 | 32..=126) || 160 <= code;
        if let Some(c) = char::from_u32(code).filter(|_| plain) {
            return Some(Cow::Owned(c.to_string()));
        }
    }
    if html || LONGEST_NAME < name.len() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#') {
        return None;
    }
    named(name).map(Cow::Owned)
}

/// A text with its references replaced, once; what is no reference stays.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('&') {
        out.push_str(before);
        let window = behind.as_bytes().get(..LONGEST_NAME + 1).unwrap_or(behind.as_bytes());
        let end = memchr::memchr(b';', window);
        let known = end.and_then(|end| Some((one(behind.get(..end)?, false)?, end)));
        match known {
            Some((known, end)) => {
                out.push_str(&known);
                rest = behind.get(end + 1..).unwrap_or_default();
            }
            None => {
                out.push('&');
                rest = behind;
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Writes text as HTML that says the same.
pub(super) fn push_escaped(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            c => out.push(c),
        }
    }
}
