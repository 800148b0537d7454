//! The text of an entry: which of those it offers, and what it is without markup.

use std::borrow::Cow;

use super::{elements::Form, refs};
use crate::document::Layout;

/// Tags that nobody writes in a text that is plain.
const SIGNS: [&str; 6] = ["</p>", "</div>", "</a>", "<br", "<p>", "</li>"];

/// A text without markup, with its paragraphs where they are known; none when there is too much markup.
pub(super) fn plain(form: Form, text: &str) -> Option<(Cow<'_, str>, Layout)> {
    let html = match form {
        Form::Plain => SIGNS.iter().any(|sign| text.contains(sign)),
        Form::Html => text.contains('<'),
        Form::Markup => true,
    };
    if html {
        let (text, layout) = html_text(text)?;
        return Some((Cow::Owned(text), layout));
    }
    // Without tags, line ends are all that tells of paragraphs.
    let text = if form == Form::Html { refs::decoded(text) } else { Cow::Borrowed(text) };
    Some((text, Layout::Plain))
}

/// A title on one line.
pub(super) fn inline(form: Form, text: &str) -> String {
    let plain = match form {
        Form::Plain => Some(Cow::Borrowed(text)),
        Form::Html | Form::Markup => plain(form, text).map(|(text, _)| text),
    };
    plain.as_deref().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The character that HTML has a name for, or a number that browsers take for another one.
pub(super) fn named(name: &str) -> Option<String> {
    if name == "nbsp" {
        return Some("\u{A0}".to_owned());
    }
    let (text, _) = html_text(&format!("x&{name};x"))?;
    let character = text.strip_prefix('x')?.strip_suffix('x')?;
    (!character.starts_with('&') || character == "&").then(|| character.to_owned())
}

fn html_text(html: &str) -> Option<(String, Layout)> {
    super::super::html::plain(html)
}
