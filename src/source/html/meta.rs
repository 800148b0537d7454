//! The tree of a page goes in; what the page says about itself comes out: title, date, source, address.
//!
//! Said in a page's `<meta>`, in its JSON-LD, in the microdata of its elements, or shown; asked in the order of how
//! seldom each is wrong. JSON-LD is read up to a size, since a parsed value takes many times its text.

use serde_json::Value;

use super::{
    tags::Tag,
    text::Text,
    tree::{Key, Tree},
};

/// The most JSON-LD of a page that is read, in bytes.
const MOST_JSON: usize = 1 << 20;

/// A longer value is no title, no name and no address.
const MOST_BYTES: usize = 2000;

/// What a page says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::source) struct Meta {
    pub(in crate::source) title: Option<String>,
    pub(in crate::source) date: Option<String>,
    pub(in crate::source) source: Option<String>,
    pub(in crate::source) url: Option<String>,
    /// The article's text, where the page says it apart from showing it; may be HTML.
    pub(in crate::source) body: Option<String>,
}

/// Which `<meta>`, itemprop included, says what; the first one counts most.
const TITLES: &[&str] =
    &["og:title", "twitter:title", "headline", "dc.title", "sailthru.title", "parsely-title"];
const DATES: &[&str] = &[
    "article:published_time",
    "datepublished",
    "og:published_time",
    "pubdate",
    "publishdate",
    "publish-date",
    "date",
    "dc.date",
    "dc.date.issued",
    "dcterms.date",
    "dcterms.created",
    "sailthru.date",
    "parsely-pub-date",
    "article.published",
];
const SOURCES: &[&str] = &["og:site_name", "publisher", "dc.publisher", "application-name"];
const URLS: &[&str] = &["og:url", "twitter:url"];

/// The best of several ways to say one thing.
#[derive(Default)]
struct Best(Option<(usize, String)>);

impl Best {
    fn offer(&mut self, rank: Option<usize>, value: &str) {
        let Some(rank) = rank.filter(|rank| self.0.as_ref().is_none_or(|(best, _)| rank < best)) else {
            return;
        };
        if let Some(value) = tidy(value) {
            self.0 = Some((rank, value));
        }
    }

    fn take(self) -> Option<String> {
        self.0.map(|(_, value)| value)
    }
}

/// Reads what a page says about itself.
pub(super) fn read(tree: &Tree) -> Meta {
    let (mut title, mut date, mut source, mut url) =
        (Best::default(), Best::default(), Best::default(), Best::default());
    let (mut named, mut headline, mut shown_time) = (None, None, None);
    let mut linked = Linked::default();
    let mut json_bytes = 0;
    for (n, node) in tree.nodes.iter().enumerate() {
        let content = || tree.node(n + 1).filter(|text| text.tag == Tag::Text).map(|text| tree.text(text));
        match node.tag {
            Tag::Meta => {
                let value = tree.attribute(node, Key::Content).unwrap_or_default();
                for name in [Key::Property, Key::Name, Key::Itemprop]
                    .into_iter()
                    .filter_map(|key| tree.attribute(node, key))
                {
                    let rank =
                        |names: &[&str]| names.iter().position(|known| known.eq_ignore_ascii_case(name));
                    title.offer(rank(TITLES), value);
                    date.offer(rank(DATES), value);
                    source.offer(rank(SOURCES).filter(|_| !is_address(value)), value);
                    url.offer(rank(URLS).map(|rank| rank + 1), value);
                }
            }
            Tag::Link
                if tree
                    .attribute(node, Key::Rel)
                    .is_some_and(|rel| rel.eq_ignore_ascii_case("canonical")) =>
            {
                url.offer(Some(0), tree.attribute(node, Key::Href).unwrap_or_default());
            }
            Tag::Title if named.is_none() => named = content().and_then(tidy),
            Tag::H1 if headline.is_none() && !node.hidden => {
                let range = n..tree.inside(n).end;
                headline = tidy(&Text::of(tree, range, |_| false).text);
            }
            Tag::Time => {
                let value = tree.attribute(node, Key::Datetime);
                let published =
                    tree.attribute(node, Key::Itemprop).is_some_and(|name| name.contains("datePublished"));
                if let Some(value) = value {
                    date.offer(published.then_some(1), value);
                    shown_time = shown_time.or_else(|| tidy(value));
                }
            }
            Tag::Script => {
                if let Some(text) = content().filter(|text| json_bytes + text.len() <= MOST_JSON) {
                    json_bytes += text.len();
                    linked.read(text);
                }
            }
            _ => {}
        }
    }
    let source = source.take().or(linked.source);
    let title = title.take().or(linked.title).map(|title| without_source(&title, source.as_deref()));
    let title = title
        .or(headline)
        .or_else(|| named.map(|title| without_last_part(&without_source(&title, source.as_deref()))));
    Meta {
        title,
        date: linked.date.or(date.take()).or(shown_time),
        source,
        url: url.take().filter(|url| is_address(url)).or(linked.url.filter(|url| is_address(url))),
        body: linked.body,
    }
}

fn is_address(value: &str) -> bool {
    value.starts_with("http://") || value.starts_with("https://")
}

/// A value without white space to spare; none when nothing is left, or too much.
fn tidy(value: &str) -> Option<String> {
    if MOST_BYTES < value.len() {
        return None;
    }
    let words: Vec<&str> = value.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

const BETWEEN: [&str; 7] = [" | ", " - ", " – ", " — ", " :: ", " • ", " · "];

/// A title without the name of the site behind or before it.
fn without_source(title: &str, source: Option<&str>) -> String {
    let same = |part: &str| source.is_some_and(|source| part.trim().to_lowercase() == source.to_lowercase());
    for between in BETWEEN {
        if let Some((rest, _)) = title.rsplit_once(between).filter(|(_, last)| same(last)) {
            return rest.trim().to_owned();
        }
        if let Some((_, rest)) = title.split_once(between).filter(|(first, _)| same(first)) {
            return rest.trim().to_owned();
        }
    }
    title.to_owned()
}

/// A page's `<title>` without its last part, where that is short and the rest is not.
fn without_last_part(title: &str) -> String {
    let n_words = |text: &str| text.split_whitespace().count();
    let last =
        BETWEEN.iter().filter_map(|between| title.rsplit_once(between)).max_by_key(|(rest, _)| rest.len());
    match last {
        Some((rest, last)) if n_words(last) <= 4 && n_words(last) < n_words(rest) => rest.trim().to_owned(),
        _ => title.to_owned(),
    }
}

/// What JSON-LD says of the first article in it.
#[derive(Default)]
struct Linked {
    title: Option<String>,
    date: Option<String>,
    source: Option<String>,
    url: Option<String>,
    body: Option<String>,
}

impl Linked {
    fn read(&mut self, text: &str) {
        // Not parsed: what nests deeper than serde_json follows, and what is no JSON.
        let Ok(value) = serde_json::from_str::<Value>(text.trim()) else { return };
        let mut waiting = vec![&value];
        while let Some(value) = waiting.pop() {
            match value {
                Value::Array(values) => waiting.extend(values.iter().rev()),
                Value::Object(fields) => {
                    if is_article(fields.get("@type")) && (self.title.is_none() || self.date.is_none()) {
                        self.take(fields);
                    }
                    waiting.extend(fields.get("@graph").into_iter().chain(fields.get("mainEntity")));
                }
                _ => {}
            }
        }
    }

    fn take(&mut self, fields: &serde_json::Map<String, Value>) {
        let text = |name: &str| fields.get(name).and_then(Value::as_str).and_then(tidy);
        let named = |value: &Value| value.as_str().or_else(|| value.get("name")?.as_str()).and_then(tidy);
        let page = |value: &Value| value.as_str().or_else(|| value.get("@id")?.as_str()).and_then(tidy);
        let first = |value: &Value| value.get(0).and_then(named).or_else(|| named(value));
        // Some write entities here, too.
        let decoded = |text: String| super::plain(&text).map_or(text, |(text, _)| text);
        self.title = self.title.take().or_else(|| text("headline").map(decoded));
        self.date = self.date.take().or_else(|| text("datePublished"));
        self.source = self.source.take().or_else(|| fields.get("publisher").and_then(first));
        self.url =
            self.url.take().or_else(|| text("url")).or_else(|| fields.get("mainEntityOfPage").and_then(page));
        self.body = self.body.take().or_else(|| fields.get("articleBody")?.as_str().map(str::to_owned));
    }
}

/// Whether a `@type` is an article's: `Article`, `NewsArticle`, `BlogPosting` and their like.
fn is_article(kind: Option<&Value>) -> bool {
    let is =
        |name: &str| name.ends_with("Article") || name.ends_with("Posting") || name.starts_with("Report");
    match kind {
        Some(Value::String(name)) => is(name),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).any(is),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;

    fn meta(html: &str) -> Meta {
        read(&Tree::read(html).unwrap())
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn a_page_says_what_it_is() {
        let read = meta(
            "<title>Rain in May | The Daily Drop</title><meta property=og:title content='Rain in May &amp; June - The Daily Drop'>\
             <meta property='og:site_name' content='the daily drop'><link rel=canonical href=https://drop.example/rain>\
             <meta name=date content=2020><meta property=article:published_time content='2024-05-01T10:00:00Z'>\
             <meta property=og:url content='https://drop.example/other'>",
        );
        let title = some("Rain in May & June");
        let (date, source, url) =
            (some("2024-05-01T10:00:00Z"), some("the daily drop"), some("https://drop.example/rain"));
        assert_eq!(read, Meta { title, date, source, url, body: None });
    }

    #[test]
    fn json_ld_says_it_too() {
        let read = meta(
            "<script type='application/ld+json'>{\"@graph\":[{\"@type\":\"WebSite\",\"headline\":\"no\"},{\"@type\":[\"NewsArticle\"],\
             \"headline\":\"Rain\",\"datePublished\":\"2024-05-01\",\"publisher\":{\"name\":\"Drop\"},\
             \"mainEntityOfPage\":{\"@id\":\"https://drop.example/1\"},\"articleBody\":\"It rained.\"}]}</script>\
             <script type=application/ld+json>{broken</script><h1>Shown</h1>",
        );
        let (title, date, source) = (some("Rain"), some("2024-05-01"), some("Drop"));
        assert_eq!(
            read,
            Meta { title, date, source, url: some("https://drop.example/1"), body: some("It rained.") }
        );
        assert_eq!(meta("<script>{\"@type\":\"Article\",\"headline\":\"x\"}</script>"), Meta::default());
    }

    #[test]
    fn what_is_shown_is_asked_last() {
        let read = meta("<title>A walk in the rain - Drop</title><p><time datetime=2024-05-02>today</time>");
        assert_eq!((read.title, read.date), (some("A walk in the rain"), some("2024-05-02")));
        assert_eq!(
            meta("<title>x</title><h1 hidden>no</h1><h1> Rain\n <i>now</i></h1>").title,
            some("Rain now")
        );
        assert_eq!(
            meta("<title>Rain - a wet and cold affair of state</title>").title,
            some("Rain - a wet and cold affair of state")
        );
        assert_eq!(
            meta("<meta property=og:url content='/rain'><meta property=og:title content='  '>"),
            Meta::default()
        );
    }

    #[test]
    fn too_much_is_not_read() {
        let deep = format!("<script type=application/ld+json>{}</script>", "[".repeat(100_000));
        assert_eq!(meta(&deep), Meta::default());
        assert_eq!(
            meta(&format!("<meta property=og:title content='{}'>", "x".repeat(MOST_BYTES + 1))),
            Meta::default()
        );
    }
}
