//! HTML goes in; its text, the limits of its paragraphs, and what the page says about itself come out.
//!
//! # The idea
//!
//! The tokenizer of `html5gum` reads tags, attributes and entities as the standard says; `tree` puts them into one list
//! in the order of the page; `text` makes paragraphs of a run of it; `article` finds the run that is the page's article, and what
//! in there is no part of it, with the help of `names`; `meta` reads title, date, source and address.
//!
//! # Promises
//!
//! * **Linear.** Time is linear in the bytes, whatever is nested in what; nothing here recurses, in dropping neither.
//! * **Bounded memory.** At most [`MOST_NODES`] elements and pieces of text of 28 bytes each, 12 for each attribute that
//!   is kept, and less than twice the page for text; about as much again while an article is looked for.
//! * **Never less in silence.** A page without an article is read whole, and said so.
//!
//! # Limits
//!
//! Scripts do not run: a page that is made by them shows no text. What style sheets hide is shown.

mod article;
mod meta;
mod names;
mod tags;
mod text;
mod tree;

use self::{meta::Meta, text::Text, tree::Tree};
use super::{HtmlText, Item, naming::FileName};
use crate::{
    date,
    document::{Document, Layout},
    error::{Problem, ProblemKind},
};

pub(in crate::source) use self::tree::MOST_NODES;

/// The text that a page, or a piece of one, shows: tags and comments out, entities decoded, white space folded,
/// one paragraph for each block. None when it has more than [`MOST_NODES`] elements and pieces of text.
///
/// Left out is what is not shown (scripts, styles, templates, `hidden`, `display:none`), what stands in place of
/// something else (`<noscript>`, images' `alt`, players' and frames' contents), fields to fill in, drawings, and
/// readings beside characters (`<rt>`).
pub(in crate::source) fn plain(html: &str) -> Option<(String, Layout)> {
    Some(all_text(&Tree::read(html)?).layout())
}

fn all_text(tree: &Tree) -> Text {
    Text::of(tree, 0..tree.nodes.len(), |_| false)
}

/// Reads a page as one article. Beside it may stand a problem that does not keep it from being read.
pub(in crate::source) fn document(html: &str, file: &FileName, wanted: HtmlText) -> (Item, Option<Problem>) {
    let Some(page) = Page::read(html, wanted) else {
        let why = format!(
            "it has more than {MOST_NODES} tags and pieces of text: read it with --input-format text"
        );
        return (Item::Problem(file.problem(ProblemKind::TooLarge, why)), None);
    };
    if page.text.paragraphs.is_empty() {
        let why = "it shows no text: scripts may make it, which are not run";
        return (Item::Problem(file.problem(ProblemKind::NoText, why)), None);
    }
    let note = (!page.found).then(|| {
        file.problem(ProblemKind::NoArticle, "no article stands out on this page: all its text is read")
    });
    let (text, layout) = page.text.layout();
    let Meta { title, date, source, url, .. } = page.meta;
    let time = date.as_deref().and_then(date::seconds);
    let document = Document { title, date, time, source, url, text, layout, ..file.document(None, None) };
    (Item::Document(document), note)
}

/// A page that was read.
struct Page {
    text: Text,
    meta: Meta,
    /// Whether the text is what was wanted.
    found: bool,
}

impl Page {
    fn read(html: &str, wanted: HtmlText) -> Option<Self> {
        let tree = Tree::read(html)?;
        let meta = meta::read(&tree);
        if wanted == HtmlText::Text {
            return Some(Self { text: all_text(&tree), meta, found: true });
        }
        let article = article::find(&tree).map(|article| article.text(&tree));
        if let Some(text) = article.filter(|text| !text.paragraphs.is_empty()) {
            return Some(Self { text, meta, found: true });
        }
        // The page may say the text though it does not show it.
        let said = meta.body.as_deref().and_then(Tree::read).map(|tree| all_text(&tree));
        if let Some(text) = said.filter(|text| article::is_long(&text.text)) {
            return Some(Self { text, meta, found: true });
        }
        Some(Self { text: all_text(&tree), meta, found: false })
    }
}

/// Whether the first bytes of a file begin a page: `<!doctype html` or `<html`, after comments and an XML declaration.
pub(in crate::source) fn is_page(head: &[u8]) -> bool {
    let mut rest = head;
    loop {
        rest = rest.trim_ascii_start();
        let until: &[u8] = match rest {
            [b'<', b'!', b'-', b'-', ..] => b"-->",
            [b'<', b'?', ..] => b"?>",
            _ => break,
        };
        let Some(end) = rest.windows(until.len()).position(|window| window == until) else { return false };
        rest = rest.get(end + until.len()..).unwrap_or_default();
    }
    let begins = |word: &[u8]| {
        rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
            && rest.get(word.len()).is_some_and(|next| next.is_ascii_whitespace() || *next == b'>')
    };
    begins(b"<!doctype html") || begins(b"<html")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use proptest::prelude::*;

    use super::*;

    fn paragraphs(html: &str) -> Vec<String> {
        let (text, layout) = plain(html).unwrap();
        let Layout::Blocks { paragraphs, gaps } = layout else { unreachable!() };
        assert!(gaps.is_empty());
        let parts: Vec<String> = paragraphs.iter().map(|span| span.of(&text).to_owned()).collect();
        assert_eq!(parts.join("\n\n"), text);
        parts
    }

    #[test]
    fn blocks_are_paragraphs_and_white_space_is_folded() {
        assert_eq!(
            paragraphs(
                "<title>not shown</title><h1> A\n head </h1><p>one <b>bold</b>ly \n said.<p>two<ul><li>a<li>b</ul>after                 <div>in<div>deeper</div>out</div><table><tr><td>1<td> 2<tr><th>3</table><hr>end"
            ),
            [
                "A head",
                "one boldly said.",
                "two",
                "a",
                "b",
                "after",
                "in",
                "deeper",
                "out",
                "1\t2",
                "3",
                "end"
            ]
        );
        assert_eq!(paragraphs("a<br>b<br><br>c<p>&nbsp;</p><p> d&nbsp;e &nbsp;"), ["a\nb", "c", "d\u{a0}e"]);
        assert_eq!(paragraphs("<pre>\n  a\n   b</pre>c"), ["a\n   b", "c"]);
        assert!(paragraphs(" <p> <div>\n</div>").is_empty());
    }

    #[test]
    fn what_is_not_shown_is_left_out() {
        for hidden in [
            "<script>if (a < b) '<p>';</script>",
            "<style>p > a {}</style>",
            "<!-- <p>comment</p> -->",
            "<template><p>later</p></template>",
            "<noscript><p>other</p></noscript>",
            "<div hidden>x<div>y</div></div>",
            "<div STYLE='color: red; Display : none'>x</div>",
            "<img alt='words'>",
            "<svg><title>x</title><text>y</text></svg>",
            "<svg><title/><style/><script/></svg>",
            "<select><option>x</select>",
            "<textarea><p>x</textarea>",
            "<video><p>x</video>",
            "<iframe><p>x</iframe>",
            "<dialog>x</dialog>",
            "<object><p>x</object>",
        ] {
            assert_eq!(
                paragraphs(&format!("one {hidden}two"))[..].concat().replace(' ', ""),
                "onetwo",
                "{hidden}"
            );
        }
        assert_eq!(paragraphs("<dialog open>shown</dialog><svg><path><p>on"), ["shown", "on"]);
    }

    #[test]
    fn entities_are_decoded_and_readings_left_out() {
        assert_eq!(
            paragraphs("caf&eacute; &amp; t&#233;a &lt;p&gt; &hellip; &unknown;"),
            ["café & téa <p> … &unknown;"]
        );
        assert_eq!(paragraphs("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp>字<rt>ji</ruby>です"), ["漢字です"]);
    }

    #[test]
    fn tags_that_are_not_ended_hide_nothing() {
        assert_eq!(paragraphs("<b><div>a</b>b</div>c"), ["ab", "c"]);
        assert_eq!(
            paragraphs("<table><tr><td><div>a</td><td>b</div></div></table>c</p>d"),
            ["a", "b", "c", "d"]
        );
        assert_eq!(paragraphs("a<p>b<"), ["a", "b<"]);
        assert_eq!(paragraphs("</div></p></html>a</body>b"), ["ab"]);
        assert_eq!(paragraphs("<?xml version='1.0'?><html><script src='x'/><p>a<a/>b</p></html>"), ["ab"]);
    }

    #[test]
    fn deep_wide_and_endless_tags_are_read() {
        let n = 20_000;
        for piece in [
            "<div>",
            "<b>",
            "<p><b>",
            "<table><tr><td>",
            "<ul><li>",
            "<svg>",
            "<x-y>",
            "<a>",
            "<b></div>",
            "<font></p>",
        ] {
            let text = paragraphs(&(piece.repeat(n) + "word"));
            assert_eq!(text.len(), usize::from(piece != "<svg>"), "{piece}");
        }
        let attributes: String = (0..n).map(|n| format!(" a{n}=1 class=x{n}")).collect();
        assert_eq!(paragraphs(&format!("<p{attributes}>word")), ["word"]);
    }

    #[test]
    fn a_page_without_an_article_is_read_whole_and_says_so() {
        let read = |html: &str| document(html, &FileName::default(), HtmlText::Article);
        let links = "<li><a href=x>Some words to follow</a>".repeat(30);
        let (item, note) = read(&format!("<html><h1>Index</h1><ul>{links}</ul>"));
        let Item::Document(found) = item else { unreachable!() };
        assert_eq!(
            (found.text.matches("Some words").count(), note.unwrap().kind),
            (30, ProblemKind::NoArticle)
        );
        let (item, note) = read("<html><script>let text = 'made later';</script><div id=app></div>");
        assert!(
            matches!(item, Item::Problem(problem) if problem.kind == ProblemKind::NoText) && note.is_none()
        );
    }

    #[test]
    fn what_a_page_says_but_does_not_show_is_its_article() {
        let said =
            "<p>It rained all day, and the river rose by a metre before the evening came.</p>\n".repeat(2);
        let json = serde_json::json!({"@type": "NewsArticle", "articleBody": said});
        let html =
            format!("<html><script type='application/ld+json'>{json}</script><div id=app>Loading</div>");
        let (Item::Document(found), None) = document(&html, &FileName::default(), HtmlText::Article) else {
            unreachable!()
        };
        assert_eq!(found.text.matches("It rained all day").count(), 2);
        let (Item::Document(found), None) = document(&html, &FileName::default(), HtmlText::Text) else {
            unreachable!()
        };
        assert_eq!(found.text, "Loading");
    }

    #[test]
    fn a_page_of_too_many_tags_is_refused() {
        assert!(plain(&"<b>".repeat(MOST_NODES - 1)).is_some());
        assert!(plain(&"<b>".repeat(MOST_NODES)).is_none());
    }

    /// Pieces of pages, and of tags.
    const SOUP: &str = "(<(/)?(p|div|b|a|table|td|tr|li|ul|script|style|svg|title|template|br|pre|h1|select|x-y|!--|math|dd|form)\
        ( class=\"?[a-z]{1,3}\"?| hidden| style='display:none'| /)?(>)?|[a-zé漢 \\n<>&;\"'=/!-]{0,6}|<pre>a \\n|&(amp|#x?[0-9]{1,4}|eacute);?){0,40}";

    proptest! {
        #[test]
        fn any_soup_gives_whole_paragraphs(html in SOUP) {
            let (text, layout) = plain(&html).unwrap();
            let Layout::Blocks { paragraphs, .. } = layout else { unreachable!() };
            let mut end = 0;
            for span in paragraphs {
                prop_assert!(end <= span.start && span.start < span.end);
                prop_assert_eq!(text[end as usize..span.start as usize].trim(), "");
                prop_assert_eq!(span.of(&text).trim(), span.of(&text));
                end = span.end;
            }
            prop_assert_eq!(end as usize, text.len());
        }

        #[test]
        fn every_word_shown_is_there_in_order(
            pieces in prop::collection::vec(
                ("[a-z]{1,5}", prop::sample::select(vec![
                    ("<p>", ""), ("<div>", "</div>"), (" <b>", "</b> "), ("<ul><li>", "</ul>"), ("<br>", "<br>"), (" <a href=x>", "</a> "),
                    ("<table><tr><td>", "</table>"), ("<script>'hid'</script> ", "\n"), ("<!-- hid --> ", "<i hidden>hid</i>"),
                    ("<h2>", "</h2>"), ("<pre>", "</pre>"), ("<section><p>", "</section>"), ("<svg>hid</svg> ", " "),
                ])),
                0..30,
            ),
        ) {
            let html: String = pieces.iter().map(|(word, (before, after))| format!("{before}{word}{after}")).collect();
            let words: Vec<&str> = pieces.iter().map(|(word, _)| word.as_str()).collect();
            let (text, _) = plain(&html).unwrap();
            prop_assert_eq!(text.split_whitespace().collect::<Vec<_>>(), words, "{}", html);
        }
    }
}
