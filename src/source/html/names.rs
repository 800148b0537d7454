//! What the names that authors give to elements (`class`, `id`, `role`) say about what stands in them.
//!
//! The lists hold common English words of the trade of making pages, and names of services that are put into them; never the name of a site. They help; an article
//! is found without them, too (docs/html.md has the figures).

/// What a name says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Verdict {
    /// It holds the text of an article and nothing else.
    pub(super) body: bool,
    /// It holds what readers wrote.
    pub(super) comments: bool,
    /// It is no part of an article.
    pub(super) junk: bool,
}

/// How many bytes of a name are looked at: people write shorter ones.
const MOST_BYTES: usize = 400;

/// A word that begins so is about what surrounds an article.
#[rustfmt::skip]
const BEGINS: &[&str] = &[
    "addthis", "advert", "alsoread", "biograph", "breadcrumb", "byline", "caption", "comment", "consent",
    "cookie", "copyright", "crosslink", "disqus", "donat", "dropdown", "footer", "fundrais", "infobox",
    "login", "menu", "modal", "mostread", "navbar", "navigation", "newsletter", "outbrain", "pager",
    "paginat", "paywall", "popular", "popup", "promo", "readmore", "recirc", "recommend", "related",
    "respond", "share", "sharing", "sidebar", "signin", "signup", "social", "sponsor", "subscri", "taboola",
    "teaser", "toolbar", "tooltip", "trending",
];

/// The same for words that would begin others, where they stand first or last in a name.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "ad", "ads", "adv", "also", "author", "banner", "bio", "carousel", "categories", "category", "credit",
    "credits", "date", "feedback", "follow", "gallery", "hidden", "legal", "masthead", "meta", "more", "most",
    "nav", "next", "poll", "prev", "previous", "print", "rating", "replies", "reply", "skip", "slider",
    "slideshow", "tag", "tags", "thumbnail", "time", "timestamp", "toc", "tools", "topics", "widget",
    "widgets",
];

/// Names that begin so say what a page is about or has, not what the element is: `has-sidebar`, `category-news`.
const STATES: &[&str] = &["category", "format", "has", "is", "no", "status", "tag", "type", "with"];

const BODY_OF: &[&str] = &["article", "blog", "entry", "news", "page", "post", "story"];
const BODY: &[&str] = &["body", "content", "copy", "text"];

/// What `class` or `id` says, each of its names for itself.
pub(super) fn judge(names: &str) -> Verdict {
    let mut end = names.len().min(MOST_BYTES);
    while !names.is_char_boundary(end) {
        end -= 1;
    }
    let mut verdict = Verdict::default();
    for name in names.get(..end).unwrap_or_default().split_ascii_whitespace() {
        let lower = name.to_ascii_lowercase();
        let mut words = words(name).filter_map(|(start, end)| lower.get(start..end)).peekable();
        let Some(first) = words.peek().copied() else { continue };
        verdict.comments |= first.starts_with("comment") || matches!(first, "disqus" | "respond");
        let (mut before, mut n) = ("", 0);
        let mut junk = false;
        while let Some(word) = words.next() {
            let outer = n == 0 || words.peek().is_none();
            junk |= BEGINS.iter().any(|begin| word.starts_with(begin)) || outer && WORDS.contains(&word);
            verdict.body |= BODY_OF.contains(&before) && BODY.contains(&word)
                || BODY_OF.iter().any(|of| word.strip_prefix(of).is_some_and(|rest| BODY.contains(&rest)));
            before = word;
            n += 1;
        }
        verdict.junk |= junk && !(1 < n && STATES.contains(&first));
    }
    verdict
}

/// Whether a `role` says that an element is no part of an article.
pub(super) fn is_junk_role(role: &str) -> bool {
    matches!(
        role,
        "alert"
            | "banner"
            | "complementary"
            | "contentinfo"
            | "dialog"
            | "menu"
            | "menubar"
            | "navigation"
            | "search"
            | "toolbar"
    )
}

/// Where the words of a name lie: `relatedLinks_list-2` is `related`, `Links`, `list`, `2`.
fn words(name: &str) -> impl Iterator<Item = (usize, usize)> {
    let bytes = name.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while bytes.get(at).is_some_and(|byte| !byte.is_ascii_alphanumeric()) {
            at += 1;
        }
        let start = at;
        while let Some(byte) = bytes.get(at).filter(|byte| byte.is_ascii_alphanumeric()) {
            let after_lower =
                at.checked_sub(1).and_then(|last| bytes.get(last)).is_some_and(|b| !b.is_ascii_uppercase());
            if start < at && byte.is_ascii_uppercase() && after_lower {
                break;
            }
            at += 1;
        }
        (start < at).then_some((start, at))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn a_name_is_its_words() {
        let parts =
            |name: &'static str| words(name).map(|(start, end)| &name[start..end]).collect::<Vec<_>>();
        assert_eq!(parts("relatedLinks_list-2"), ["related", "Links", "list", "2"]);
        assert_eq!(parts("__é-AD é"), ["AD"]);
        assert!(parts("-é-").is_empty());
    }

    #[test]
    fn names_say_what_an_element_holds() {
        let junk = |name| judge(name).junk;
        for name in [
            "x related-posts",
            "most-read",
            "shareBar",
            "post-meta",
            "ad",
            "mid-ad",
            "Sidebar_x1",
            "comments",
        ] {
            assert!(junk(name), "{name}");
        }
        for name in [
            "add",
            "metadata-free",
            "has-sidebar",
            "category-news",
            "story",
            "downloads",
            "shade",
            "",
            "article-time-line",
        ] {
            assert!(!junk(name), "{name}");
        }
        assert!(judge("comment-list").comments && !judge("has-comments").comments);
        for name in ["article-body", "entryContent", "story_text", "x articlebody", "l-article__body"] {
            assert!(judge(name).body, "{name}");
        }
        assert!(!judge("body-article").body && !judge("content").body);
        assert_eq!(judge(&("x".repeat(399) + "é ads")), Verdict::default());
    }
}
