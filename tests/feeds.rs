//! Feeds and arrays of JSON: what of them becomes an article, and what is told when they are broken or hostile.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;

use proptest::prelude::*;
use twicetold::{
    Document, Layout, Problem, ProblemKind, Settings,
    pipeline::{Run, scan},
    source::{self, Decided, Format, Input, Item, Options},
};

/// Reads one file of this name.
fn read_capped(name: &str, bytes: impl AsRef<[u8]>, cap: u64) -> (Vec<Document>, Vec<Problem>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    let options = Options { max_record_bytes: cap, ..Options::default() };
    let (mut documents, mut problems) = (Vec::new(), Vec::new());
    for item in source::open(vec![Input::Path(path)], &options).unwrap() {
        match item {
            Item::Document(document) => documents.push(document),
            Item::Problem(problem) => problems.push(problem),
        }
    }
    (documents, problems)
}

fn read(name: &str, bytes: impl AsRef<[u8]>) -> (Vec<Document>, Vec<Problem>) {
    read_capped(name, bytes, 16 << 20)
}

/// Reads what must be read without a word said.
fn sound(name: &str, bytes: impl AsRef<[u8]>) -> Vec<Document> {
    let (documents, problems) = read(name, bytes);
    assert_eq!(problems, []);
    documents
}

fn texts(documents: &[Document]) -> Vec<&str> {
    documents.iter().map(|document| document.text.as_str()).collect()
}

fn places(problems: &[Problem]) -> Vec<(ProblemKind, Option<u64>, Option<u64>)> {
    problems.iter().map(|problem| (problem.kind, problem.record, problem.line)).collect()
}

/// What the paragraphs of a document say.
fn paragraphs(document: &Document) -> Vec<&str> {
    match &document.layout {
        Layout::Blocks { paragraphs, .. } => paragraphs.iter().map(|span| span.of(&document.text)).collect(),
        Layout::Plain => vec![],
    }
}

fn rss(items: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<rss version=\"2.0\"><channel><title>The Harbour Post</title>\n\
         <link>https://harbour.example/</link><description>News of the harbour</description>\n{items}</channel></rss>"
    )
}

#[test]
fn an_rss_item_is_an_article() {
    let items = "<item><title>Ferry &amp;amp; fog</title><link> https://harbour.example/ferry </link>\n\
        <guid isPermaLink=\"false\">harbour-7</guid><pubDate>Wed, 01 May 2024 12:00:00 +0200</pubDate>\n\
        <dc:creator>A. Mole</dc:creator><description>Short.</description>\n\
        <content:encoded><![CDATA[<p>The ferry waited.</p><p>Fog &amp; rain&nbsp;came.</p>]]></content:encoded></item>\n\
        <item><description>Just &lt;b&gt;one&lt;/b&gt; line</description></item>\n";
    let documents = sound("harbour.rss", rss(items));
    let first = documents.first().unwrap();
    assert_eq!(first.name, "harbour-7");
    assert_eq!(first.record, Some(1));
    assert_eq!(first.title.as_deref(), Some("Ferry & fog"));
    assert_eq!(first.url.as_deref(), Some("https://harbour.example/ferry"));
    assert_eq!(first.date.as_deref(), Some("Wed, 01 May 2024 12:00:00 +0200"));
    assert_eq!(first.time, Some(1_714_557_600));
    assert_eq!(first.source.as_deref(), Some("The Harbour Post"));
    assert_eq!(paragraphs(first), ["The ferry waited.", "Fog & rain\u{a0}came."]);
    let second = documents.get(1).unwrap();
    assert_eq!(second.name, "harbour.rss#2");
    assert_eq!((&*second.text, &second.title, &second.url), ("Just one line", &None, &None));
}

#[test]
fn every_kind_of_feed_is_read() {
    let rdf = "\n<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\" \
        xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel rdf:about=\"https://a.example/\"><title>Wire A</title>\
        <items><rdf:Seq><rdf:li resource=\"https://a.example/1\"/></rdf:Seq></items></channel>\
        <image><title>Logo</title></image>\
        <item rdf:about=\"https://a.example/1\"><title>One</title><dc:date>2024-05-01</dc:date><dc:publisher>Mole Press</dc:publisher>\
        <description>First text</description></item></rdf:RDF>";
    let documents = sound("a.rdf", rdf);
    let first = documents.first().unwrap();
    assert_eq!(texts(&documents), ["First text"]);
    assert_eq!((&*first.name, first.url.as_deref()), ("https://a.example/1", Some("https://a.example/1")));
    assert_eq!((first.source.as_deref(), first.time), (Some("Mole Press"), Some(1_714_521_600)));

    let atom = "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:base=\"https://b.example/blog/\"><title>B</title>\n\
        <entry><title>AT&amp;T &lt;b> is text</title><id>urn:b:1</id><link rel=\"self\" href=\"x.atom\"/><link href=\"one\"/>\
        <updated>2024-05-02T00:00:00Z</updated><published>2024-05-01T00:00:00Z</published>\
        <summary>short</summary><content type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\"><p>Line &amp; <em>line</em></p>\
        <script/><p>Next</p></div></content></entry>\n\
        <entry><title type=\"html\">T &lt;i>wo&lt;/i></title><source><title>C Times</title></source><content type=\"html\">&lt;p>Two&lt;/p></content></entry>\n\
        <entry><content type=\"image/png\">aGVsbG8=</content><summary type=\"text\">1 &lt; 2</summary><author><name>Ann</name></author></entry></feed>";
    let documents = sound("b.atom", atom);
    let first = documents.first().unwrap();
    assert_eq!(first.title.as_deref(), Some("AT&T <b> is text"));
    assert_eq!((&*first.name, first.url.as_deref()), ("urn:b:1", Some("https://b.example/blog/one")));
    assert_eq!(first.date.as_deref(), Some("2024-05-01T00:00:00Z"));
    assert_eq!(paragraphs(first), ["Line & line", "Next"]);
    let second = documents.get(1).unwrap();
    assert_eq!((second.title.as_deref(), &*second.text), (Some("T wo"), "Two"));
    assert_eq!(second.source.as_deref(), Some("C Times"));
    assert_eq!(documents.get(2).map(|d| &*d.text), Some("1 < 2"));

    let old = "<feed version=\"0.3\" xmlns=\"http://purl.org/atom/ns#\"><entry><title>Old</title><issued>2004-05-01</issued>\
        <content type=\"text/html\" mode=\"escaped\">&lt;p>Old text&lt;/p></content><author><name>Ann</name></author></entry></feed>";
    let documents = sound("c.xml", old);
    assert_eq!(
        (texts(&documents), documents.first().unwrap().source.as_deref()),
        (vec!["Old text"], Some("Ann"))
    );

    let json = "{\"version\": \"https://jsonfeed.org/version/1.1\", \"title\": \"D\", \"items\": [\n\
        {\"id\": 7, \"url\": \"https://d.example/7\", \"title\": \"Seven\", \"content_html\": \"<p>a</p><p>b</p>\", \"summary\": \"no\", \"date_published\": \"2024-05-01\"},\n\
        {\"id\": \"8\", \"content_text\": \"1 < 2\\n\\nplain\", \"authors\": [{\"name\": \"Ann\"}]}\n], \"x\": [{\"id\": \"no\"}]}";
    let (documents, problems) = read("d.json", json);
    assert_eq!(documents.iter().map(|d| &*d.name).collect::<Vec<_>>(), ["7", "8"]);
    assert_eq!(paragraphs(documents.first().unwrap()), ["a", "b"]);
    assert_eq!(documents.get(1).map(|d| &*d.text), Some("1 < 2\n\nplain"));
    assert!(documents.iter().all(|d| d.source.as_deref() == Some("D")));
    assert_eq!(places(&problems), [(ProblemKind::NoText, None, Some(4))], "another list is told");
}

#[test]
fn the_best_text_is_taken_and_a_blank_one_is_none() {
    let entry = |inner: &str| {
        let (documents, _) = read("a.xml", rss(&format!("<item>{inner}</item>")));
        documents.first().map(|document| document.text.clone())
    };
    let text = |inner| entry(inner).unwrap();
    assert_eq!(text("<description>short</description><content:encoded>long</content:encoded>"), "long");
    assert_eq!(text("<description>short</description><content:encoded> </content:encoded>"), "short");
    assert_eq!(text("<media:group><media:description>seen</media:description></media:group>"), "seen");
    assert_eq!(
        text("<itunes:summary>heard</itunes:summary><media:description>seen</media:description>"),
        "heard"
    );
    assert_eq!(
        text("<description><p>raw <br> markup &lt; text</p></description>").trim(),
        "raw\nmarkup < text"
    );
    assert_eq!(text("<xhtml:body>in <b>body</b></xhtml:body>"), "in body");
    assert_eq!(
        text("<description>a\n\nb &amp;amp; c</description>"),
        "a\n\nb & c",
        "lines of plain text stay"
    );
    assert_eq!(entry("<x:description xmlns:x=\"urn:else\">not ours</x:description>"), None);
    assert_eq!(entry("<image><description>not ours</description></image>"), None);
}

#[test]
fn an_entry_without_text_is_told() {
    let items =
        "<item><title>Only a title</title></item>\n<item/>\n<item><description>text</description></item>";
    let (documents, problems) = read("a.rss", rss(items));
    assert_eq!(texts(&documents), ["text"]);
    assert_eq!(documents.first().unwrap().record, Some(3));
    let kind = ProblemKind::NoText;
    assert_eq!(places(&problems), [(kind, Some(1), Some(4)), (kind, Some(2), Some(5))]);
    assert!(problems.first().unwrap().message.contains("`Only a title`"));
}

#[test]
fn links_are_made_whole() {
    let link = |feed: &str, item: &str| {
        let feed = format!(
            "<rss {feed}><channel><link>https://a.example/news/</link><item><description>t</description>{item}</item></channel></rss>"
        );
        sound("a.xml", feed).first().unwrap().url.clone()
    };
    let base = "xml:base='https://b.example/x/y'";
    assert_eq!(link(base, "<link>../z?q#f</link>").as_deref(), Some("https://b.example/z?q#f"));
    assert_eq!(link("", "<link>/z</link>").as_deref(), Some("https://a.example/z"));
    assert_eq!(link("", "<guid>https://c.example/1</guid>").as_deref(), Some("https://c.example/1"));
    assert_eq!(link("", "<guid isPermaLink='false'>https://c.example/1</guid>"), None);
    assert_eq!(
        link("", "<link>a?b=1&c=2&amp;d</link>").as_deref(),
        Some("https://a.example/news/a?b=1&c=2&d")
    );
    assert_eq!(link("", "<atom:link rel='self' href='https://no.example'/>"), None);
}

#[test]
fn what_feeds_in_the_wild_get_wrong_is_forgiven() {
    let items = "<item><title>Caf&eacute; &nbsp;& bar &#150; <open</title><description>R&D &unknown; a < b &#x2019;</description></item>\
        <item><title>Unmatched</b></title><description>one</i> two</description></item>\
        <item><foo><description>within what is never closed</description></item>\
        <item><title>Not closed<description>d</description></item>\
        <item><description><![CDATA[one]]> and <![CDATA[two &lt;]]></description></item>";
    let documents = sound("a.xml", format!("\n \n{}", rss(items).replace("Not closed", "Not \u{1}closed")));
    let titles: Vec<_> = documents.iter().map(|d| d.title.as_deref()).collect();
    assert_eq!(titles, [Some("Café & bar – <open"), Some("Unmatched"), None, Some("Not \u{1}closed"), None]);
    assert_eq!(
        texts(&documents),
        ["R&D &unknown; a < b ’", "one two", "within what is never closed", "d", "one and two <"]
    );
}

#[test]
fn entries_before_and_after_a_fault_are_read() {
    let good = |n: usize| format!("<item><title>t{n}</title><description>text {n}</description></item>\n");
    for (fault, at_least) in [
        ("<item><title>open</title><description>half\n", "half"),
        ("<item><description><![CDATA[never closed</description></item>\n", ""),
        ("<item><!-- never closed <description>half</description></item>\n", ""),
        ("<item><link href=\"never closed>x</link><description>half</description></item>\n", ""),
        ("<item><description>half</description><", "half"),
    ] {
        let feed = rss(&format!("{}{fault}{}{}", good(1), good(3), good(4)));
        let (documents, _) = read("a.rss", &feed);
        let texts = texts(&documents);
        assert!(texts.contains(&"text 1"), "{fault}: {texts:?}");
        assert!(texts.iter().any(|text| text.starts_with("text 3")), "{fault}: {texts:?}");
        assert!(texts.contains(&"text 4"), "{fault}: {texts:?}");
        assert!(texts.iter().any(|text| text.contains(at_least)), "{fault}: {texts:?}");
    }
    let unclosed = rss(&format!("{}<item><description>half\n{}", good(1), good(3)));
    let (documents, problems) = read("a.rss", unclosed);
    assert_eq!(texts(&documents), ["text 1", "half\n", "text 3"]);
    assert_eq!(places(&problems), [(ProblemKind::Malformed, Some(2), Some(5))]);

    let whole = rss(&format!("{}{}", good(1), good(2)));
    let cut = |bytes: usize| read("a.rss", whole.get(..whole.len() - bytes).unwrap());
    let (documents, problems) = cut("/description></item>\n</channel></rss>".len());
    assert_eq!((texts(&documents), problems.len()), (vec!["text 1", "text 2<"], 1));
    let (documents, problems) = cut("</channel></rss>".len());
    assert_eq!((texts(&documents), problems.len()), (vec!["text 1", "text 2"], 1));
    assert!(problems.first().unwrap().message.contains("entries may be missing"));
}

#[test]
fn no_entity_is_expanded() {
    let bomb: String = (1..10).fold("<!ENTITY a0 \"ha\">".to_owned(), |bomb, n| {
        format!("{bomb}<!ENTITY a{n} \"{}\">", format!("&a{};", n - 1).repeat(10))
    });
    let feed = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE rss [<!-- ]> --> {bomb} <!ENTITY x SYSTEM \"file:///etc/hostname\">]>{}",
        rss("<item><description>&a9; &x; stay</description></item>").split_once("?>").unwrap().1
    );
    assert_eq!(texts(&sound("a.xml", &feed)), ["&a9; &x; stay"]);
    // A declared one is no better, even under a name that HTML knows.
    let feed = feed.replace("<!ENTITY a0", "<!ENTITY eacute \"E\"><!ENTITY a0").replace("&x;", "&eacute;");
    assert_eq!(texts(&sound("a.xml", &feed)), ["&a9; é stay"]);
}

#[test]
fn hostile_feeds_end_and_lose_nothing_around() {
    let n = 20_000;
    let around = |middle: &str| {
        rss(&format!(
            "<item><description>before</description></item>{middle}<item><description>after</description></item>"
        ))
    };
    for (what, middle) in [
        ("attributes", format!("<item><link{}/></item>", " a='b'".repeat(n))),
        (
            "prefixes",
            format!(
                "<item{}><description>x</description></item>",
                (0..n).map(|i| format!(" xmlns:p{i}='u'")).collect::<String>()
            ),
        ),
        ("depth", format!("<item><description>{}{}</description></item>", "<a>".repeat(n), "</a>".repeat(n))),
        ("depth unclosed", format!("<item><x>{}</item>", "<a>".repeat(n))),
        ("ends", format!("<item>{}</item>", "</a>".repeat(n))),
        ("lone <", format!("<item><description>{}</description></item>", "< ".repeat(n))),
        ("open tags", format!("<item><description>{}</description></item>", "<a ".repeat(n))),
        ("open quotes", format!("<item><description>{}</description></item>", "<a b=\"".repeat(n))),
        ("comments", "<!-- ".repeat(n)),
        ("CDATA", format!("<item><description>{}</description></item>", "<![CDATA[".repeat(n))),
        ("instructions", "<?x ".repeat(n)),
        ("types", "<!DOCTYPE x [".repeat(n)),
        ("references", format!("<item><description>{}</description></item>", "&zwj;&#150;&".repeat(n))),
        ("links", format!("<item>{}</item>", "<link>a/../b</link>".repeat(n))),
        ("unclosed", "<item><description>x".repeat(n / 100)),
        ("dots", format!("<item><link>{}</link></item>", "../".repeat(n))),
    ] {
        let (documents, _) = read("a.rss", around(&middle));
        let texts = texts(&documents);
        assert_eq!(texts.first(), Some(&"before"), "{what}");
        assert!(texts.last().unwrap().ends_with("after"), "{what}: {}", texts.len());
    }
    let head = rss("<item><description>text</description></item>").replace("<title>", &"<x>".repeat(n));
    assert_eq!(texts(&read("a.rss", head).0), ["text"]);
}

#[test]
fn an_entry_over_the_cap_is_told_and_passed_over() {
    let long = "word ".repeat(1000);
    let items = format!(
        "<item><description>one</description></item>\n<item><description>{long}</description></item>\n\
         <item><description><![CDATA[{long}]]></description></item>\n<item><description>two</description></item>\n"
    );
    let (documents, problems) = read_capped("a.rss", rss(&items), 300);
    assert_eq!(texts(&documents), ["one", "two"]);
    let kind = ProblemKind::TooLarge;
    assert_eq!(places(&problems), [(kind, Some(2), Some(5)), (kind, Some(3), Some(6))]);
    assert!(problems.first().unwrap().message.contains("an entry of 5040 bytes"), "{problems:?}");
}

#[test]
fn formats_are_known_by_what_stands_in_the_file() {
    let format = |name: &str, bytes: &str| {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(name), bytes).unwrap();
        let entries =
            source::inspect(vec![Input::Path(folder.path().to_owned())], &Options::default()).unwrap();
        let entry = entries.first().unwrap();
        (entry.format.unwrap(), entry.decided.unwrap())
    };
    let by = |format| (format, Decided::Content);
    for name in ["a", "a.txt", "a.xml", "a.html"] {
        assert_eq!(format(name, &rss("")), by(Format::Feed));
    }
    assert_eq!(
        format("a", "\u{FEFF} <!-- a feed -->\n<feed xmlns='http://www.w3.org/2005/Atom'/>"),
        by(Format::Feed)
    );
    assert_eq!(format("a", "<!DOCTYPE rss PUBLIC \"x\" \"y\"><rss/>"), by(Format::Feed));
    assert_eq!(format("a", "<a:feed xmlns:a=\"http://www.w3.org/2005/Atom\">"), by(Format::Feed));
    assert_eq!(format("a", "<entry xmlns=\"http://www.w3.org/2005/Atom\">"), by(Format::Feed));
    assert_eq!(format("a", "<entry>in a log").0, Format::Text);
    assert_eq!(format("a", "<rsser>").0, Format::Text);
    assert_eq!(format("a", "text of <rss>").0, Format::Text);
    assert_eq!(
        format("a", "{\"items\":[], \"version\" : \"https:\\/\\/jsonfeed.org\\/version\\/1\"}"),
        by(Format::Feed)
    );
    assert_eq!(format("a", "{\"feed_url\":\"https://x\", \"items\":[{}]}"), by(Format::Feed));
    let article = "{\"text\": \"It says \\\"version\\\": \\\"https://jsonfeed.org/version/1\\\"\"}";
    assert_eq!(format("a", article), by(Format::Jsonl));
}

#[test]
fn an_array_of_objects_is_its_elements() {
    let pretty = "[\n  {\n    \"id\": \"a\",\n    \"text\": \"one\"\n  },\n  {\n    \"id\": \"b\",\n    \"text\": \"two\",\n    \"tags\": [{\"id\": 1}]\n  }\n]\n";
    let minified = "[{\"id\":\"a\",\"text\":\"one\"},{\"id\":\"b\",\"text\":\"two\",\"tags\":[{\"id\":1}]}]";
    let wrapped = format!("{{\"status\": \"ok\", \"count\": 2, \"articles\": {pretty}}}");
    let objects = "{\n\"id\":\"a\",\"text\":\"one\"\n}\n{\n\"id\":\"b\",\"text\":\"two\"\n}";
    for (input, lines) in [(pretty, [2, 6]), (minified, [1, 1]), (&wrapped, [2, 6]), (objects, [1, 4])] {
        let documents = sound("a.json", input);
        let brief: Vec<_> = documents.iter().map(|d| (&*d.name, &*d.text, d.record)).collect();
        assert_eq!(brief, [("a", "one", Some(1)), ("b", "two", Some(2))], "{input}");
        let broken = input.replace("\"one\"", "nan").replace("\"two\"", "\"\\ud800\"");
        let (documents, problems) = read("a.json", &broken);
        assert_eq!(documents, [], "{broken}");
        let kind = ProblemKind::Malformed;
        assert_eq!(
            places(&problems),
            [(kind, Some(1), Some(lines[0])), (kind, Some(2), Some(lines[1]))],
            "{broken}"
        );
    }
    assert_eq!(
        texts(&sound("a.json", "{\n  \"text\": \"alone\",\n  \"notes\": [{\"text\": \"no\"}]\n}")),
        ["alone"]
    );
    assert_eq!(texts(&sound("a.json", "[]")), [""; 0]);
}

#[test]
fn one_bad_element_costs_no_other() {
    let good = |id: &str| format!("{{\"id\": \"{id}\", \"text\": \"text {id}\"}}");
    let deep = "[".repeat(1_000_000);
    let closed = "]".repeat(1_000_000);
    for (bad, n_problems) in [
        ("17".to_owned(), 1),
        ("null, \"words\"".to_owned(), 2),
        ("[{\"id\": \"no\"}]".to_owned(), 1),
        ("{\"id\": \"x\", \"text\": NaN}".to_owned(), 1),
        ("{\"id\": \"x\", \"text\": \"\\ud83d alone\"}".to_owned(), 1),
        ("{\"id\": \"x\", \"text\": \"one\", \"text\": \"two\"}".to_owned(), 1),
        (format!("{{\"id\": \"x\", \"text\": \"t\", \"y\": {deep}{closed}}}"), 1),
        ("{\"id\": \"x\", \"text\": 'single'}".to_owned(), 1),
        ("{\"id\": \"x\", \"text\": \"he said \"so\" and went\"}".to_owned(), 1),
        ("{\"id\": \"x\", \"text\": \"an odd \" quote\"}".to_owned(), 1),
        ("{\"id\": \"x\", \"text\": \"cut short".to_owned(), 1),
        ("{\"id\": \"x\", \"tags\": [\"a\", \"b\"}".to_owned(), 1),
        ("{\"id\": \"x\", \"text\": \"no end\"".to_owned(), 1),
        ("{\"id\": \"x\", \"text\": \"too many\"}}}".to_owned(), 1),
        ("{\"title\": \"no text\"}".to_owned(), 1),
        (String::new(), 0),
    ] {
        let short: String = bad.chars().take(60).collect();
        for (open, between, close) in [("[", ",", "]"), ("[\n  ", ",\n  ", "\n]\n"), ("", "\n\n", "")] {
            let input = [
                open,
                &good("1"),
                between,
                &good("2"),
                between,
                &bad,
                between,
                &good("3"),
                between,
                &good("4"),
                close,
            ]
            .concat();
            let name = if open.is_empty() { "a.json" } else { "a.txt" };
            if open.is_empty() && (bad.starts_with(['1', 'n', '[']) || !bad.contains("\"id\"")) {
                continue;
            }
            let (documents, problems) = read(name, &input);
            if open.is_empty() {
                // Objects by themselves on lines are JSONL.
                assert!(4 <= documents.len(), "{short}");
                continue;
            }
            let ids: Vec<_> = documents.iter().map(|d| d.name.as_str()).filter(|id| *id != "x").collect();
            assert_eq!(ids, ["1", "2", "3", "4"], "{short} {problems:?}");
            assert_eq!(problems.len(), n_problems, "{short} {problems:?}");
            let line = if open == "[" { 1 } else { 4 };
            assert!(problems.iter().all(|p| p.line == Some(line)), "{short} {problems:?}");
        }
    }
}

#[test]
fn json_without_texts_is_told() {
    let places_of = |input: &str| places(&read("a.json", input).1);
    let kind = ProblemKind::NoText;
    let map = "{\"type\":\"FeatureCollection\",\n\"features\":[{\"type\":\"Feature\",\"geometry\":{\"coordinates\":[1.5,2]}},\n{\"type\":\"Feature\"}]}";
    assert_eq!(places_of(map), [(kind, Some(1), Some(2)), (kind, Some(2), Some(3))]);
    assert_eq!(places_of("{\"a\":{\"b\":[1,2]}}"), [(kind, Some(1), Some(1))]);
    let two = "{\"a\":[{\"text\":\"x\"}],\"b\":[{\"text\":\"y\"}]}";
    assert_eq!(places_of(two), [(kind, Some(1), Some(1))], "which of the two is meant nobody knows");
    assert_eq!(places_of("\"a string\""), [(ProblemKind::Malformed, Some(1), Some(1))]);
    assert_eq!(places_of("[{\"text\":\"a\"},"), [(ProblemKind::Malformed, None, Some(1))]);
}

#[test]
fn objects_over_the_cap_are_passed_over_or_are_wrappers() {
    let long = "word ".repeat(200);
    let list = format!("[{{\"text\":\"one\"}},\n{{\"text\":\"{long}\"}},\n{{\"text\":\"two\"}}]");
    let wrapped =
        format!("{{\"status\":\"ok\",\"articles\":{list},\"more\":[1],\"others\":[{{\"text\":\"x\"}}]}}");
    for input in [&list, &wrapped] {
        let (documents, problems) = read_capped("a.json", input, 200);
        assert_eq!(texts(&documents), ["one", "two"]);
        assert_eq!(documents.last().unwrap().record, Some(3));
        assert_eq!(places(&problems).first(), Some(&(ProblemKind::TooLarge, Some(2), Some(2))));
        let told = problems.iter().any(|p| p.message.contains("`others`"));
        assert_eq!(told, input == &wrapped, "{problems:?}");
    }
    let article = format!("{{\"text\":\"{long}\",\"notes\":[{{\"text\":\"no\"}}]}}");
    let (documents, problems) = read_capped("a.json", format!("[{article}]"), 200);
    assert_eq!((documents.len(), problems.len()), (0, 1));
}

#[test]
fn elements_are_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let elements: Vec<String> =
        (0..500).map(|n| format!("{{\n\"id\":\"n{n}\",\"text\":\"{}\"}}", "wört ".repeat(n % 97))).collect();
    fs::write(folder.path().join("a.json"), format!("\u{FEFF}[{}]", elements.join(",\n"))).unwrap();
    let inputs = vec![Input::Path(folder.path().to_owned())];
    let (raws, files) = source::open_to_read_again(inputs, &Options::default()).unwrap();
    let mut n = 0;
    for raw in raws {
        raw.each(|record, place| {
            let document = record.unwrap().document();
            assert_eq!(files.reader().read(place.unwrap()), Some(document));
            n += 1;
        });
    }
    assert_eq!(n, 500);
}

#[test]
fn dates_that_cannot_be_read_are_told_where_they_decide() {
    let folder = tempfile::tempdir().unwrap();
    let rows = |dates: &[&str]| -> String {
        dates
            .iter()
            .map(|date| format!("{{\"date\":\"{date}\",\"text\":\"the same few words of one text\"}}\n"))
            .collect()
    };
    fs::write(
        folder.path().join("a.jsonl"),
        rows(&["2024-05-03", "some day", "2024-05-01", "01/02/2024", ""]),
    )
    .unwrap();
    fs::write(folder.path().join("b.jsonl"), rows(&["May 2, 2024"])).unwrap();
    let scan = |keep: &str, level: &str| {
        let plan = Settings::from_layers([("level", level), ("keep", keep)]).unwrap().plan().unwrap();
        let input = vec![Input::Path(folder.path().to_owned())];
        scan(input, &Options::default(), &plan, &Run::default()).unwrap()
    };
    for level in ["document", "document,sentence"] {
        for (keep, kept) in [("oldest", Some(3)), ("newest", Some(1))] {
            let findings = scan(keep, level);
            let problems: Vec<_> = findings.problems.iter().collect();
            assert_eq!(problems.len(), 1, "{keep} {level} {problems:?}");
            assert_eq!(
                (problems[0].kind, &*problems[0].path, problems[0].record),
                (ProblemKind::Date, "a.jsonl", Some(2))
            );
            assert!(problems[0].message.contains("2, the first is \"some day\""), "{}", problems[0].message);
            let family = findings.families.first().unwrap();
            let keeper = family.occurrences.get(family.keeper).unwrap();
            assert_eq!(findings.documents.get(keeper.document).unwrap().record, kept, "{keep} {level}");
        }
        assert_eq!(scan("first", level).problems, []);
    }
}

#[test]
fn a_feed_behind_another_has_a_title_of_its_own() {
    let one = rss("<item><description>one</description></item>");
    let two = one.replace("The Harbour Post", "The Other").replace("<description>one", "<description>two");
    let documents = sound("a.xml", format!("{one}\n{two}"));
    let sources: Vec<_> = documents.iter().map(|d| (d.source.as_deref().unwrap(), &*d.text)).collect();
    assert_eq!(sources, [("The Harbour Post", "one"), ("The Other", "two")]);
    let late = "<rss><channel><item><description>a</description></item><title>Late</title><item><description>b</description></item></channel></rss>";
    let sources: Vec<_> = sound("a.xml", late).into_iter().map(|d| d.source).collect();
    assert_eq!(sources, [None, Some("Late".to_owned())]);
}

#[test]
fn a_wrapper_that_is_broken_is_still_one() {
    let list = "[{\"id\": \"1\", \"text\": \"one\"}, {\"id\": \"2\", \"text\": \"odd \" quote\"}, {\"id\": \"3\", \"text\": \"three\"}";
    for end in ["]}", "]", ""] {
        let (documents, problems) =
            read("a", format!("{{\"by\": [{{\"name\": \"x\"}}], \"list\": {list}{end}"));
        assert_eq!(texts(&documents), ["one", "three"], "{end:?} {problems:?}");
        let at = places(&problems);
        assert_eq!(at.first(), Some(&(ProblemKind::Malformed, Some(2), Some(1))));
        assert_eq!(at.len(), if end.is_empty() { 2 } else { 1 }, "{end:?} {problems:?}");
    }
}

/// Text that may stand anywhere in XML.
fn words() -> impl Strategy<Value = String> {
    "[a-zé ]{1,20}[a-zé]"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever stands between them, entries that are sound are read, each with its own number and line.
    #[test]
    fn sound_entries_are_read_whatever_stands_between(
        entries in prop::collection::vec((words(), prop::sample::select(vec![
            "", "\n", "<!-- <item> -->", "<![CDATA[<item>]]>", "<x:y a='>'/>", "<image><title>i</title></image>", "text & < more", "</x>", "<x><y>", "<?pi <item> ?>",
        ])), 1..8),
        atom in any::<bool>(),
    ) {
        let (mut feed, mut lines) = (String::new(), Vec::new());
        feed.push_str(if atom { "<feed xmlns='http://www.w3.org/2005/Atom'>" } else { "<rss><channel>" });
        for (text, between) in &entries {
            feed.push_str(between);
            lines.push(Some(feed.matches('\n').count() as u64 + 1));
            feed.push_str(&if atom { format!("<entry><summary>{text}</summary></entry>") } else { format!("<item><description>{text}</description></item>") });
        }
        feed.push_str(if atom { "</feed>" } else { "</channel></rss>" });
        let (documents, problems) = read("a.xml", &feed);
        prop_assert_eq!(&problems, &[]);
        let wanted: Vec<&str> = entries.iter().map(|(text, _)| text.as_str()).collect();
        prop_assert_eq!(texts(&documents), wanted);
        prop_assert!(documents.iter().zip(1..).all(|(d, n)| d.record == Some(n)));
        // The same without texts tells the lines.
        let (_, problems) = read("a.xml", feed.replace("summary>", "other>").replace("description>", "other>"));
        prop_assert_eq!(problems.iter().map(|p| p.line).collect::<Vec<_>>(), lines);
    }

    /// Cutting a feed anywhere loses no entry that stands whole before the cut, and is told.
    #[test]
    fn a_feed_that_is_cut_short_is_told(n in 1_usize..6, cut_bytes in 1_usize..200) {
        let items: String = (0..n).map(|i| format!("<item><title>t{i}</title><description><![CDATA[<p>text {i}</p>]]></description></item>\n")).collect();
        let whole = rss(&items);
        let cut = whole.get(..whole.len() - cut_bytes).unwrap();
        let (documents, problems) = read("a.rss", cut);
        let closed = cut.matches("</item>").count();
        let texts = texts(&documents);
        prop_assert!((0..closed).all(|i| texts.get(i) == Some(&format!("text {i}").as_str())), "{:?} {}", texts, closed);
        prop_assert!(cut.contains("</channel>") || !problems.is_empty());
    }

    /// Elements come out as a parser of the whole has them.
    #[test]
    fn arrays_are_read_as_by_a_parser(
        texts in prop::collection::vec(any::<String>(), 0..6), pretty in any::<bool>(), wrapped in any::<bool>(), cap in 1_u64..200,
    ) {
        let elements: Vec<serde_json::Value> = texts.iter().map(|text| serde_json::json!({"text": text, "x": [{"y": text}, 1.5, null]})).collect();
        let value = if wrapped { serde_json::json!({"a": 1, "list": elements}) } else { elements.clone().into() };
        let input = if pretty { serde_json::to_string_pretty(&value).unwrap() } else { value.to_string() };
        if texts.is_empty() {
            return Ok(());
        }
        let (documents, problems) = read("a.json", &input);
        prop_assert_eq!(&problems, &[]);
        prop_assert_eq!(&self::texts(&documents), &texts);
        let (capped, problems) = read_capped("a.json", &input, cap);
        prop_assert!(problems.iter().all(|p| p.kind == ProblemKind::TooLarge));
        prop_assert_eq!(capped.len() + problems.len(), if wrapped && capped.is_empty() && problems.len() == 1 { 1 } else { texts.len() });
        prop_assert!(capped.iter().all(|d| texts.contains(&d.text)));
    }
}
