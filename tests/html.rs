//! HTML through the front door: pages in several layouts, settings, and pages made to be slow.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::{fs, path::Path};

use twicetold::{
    Document, Layout, ProblemKind,
    source::{self, HtmlText, Input, Item, Options},
};

fn read(path: &Path, html: HtmlText) -> Vec<Item> {
    let options = Options { html, ..Options::default() };
    source::open(vec![Input::Path(path.to_owned())], &options).unwrap().collect()
}

fn one(path: &Path, html: HtmlText) -> Document {
    let mut items = read(path, html);
    match items.swap_remove(0) {
        Item::Document(document) => document,
        Item::Problem(problem) => unreachable!("{problem:?}"),
    }
}

fn page(html: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.html");
    fs::write(&path, html).unwrap();
    (folder, path)
}

#[test]
fn a_cell_of_several_lines_is_a_paragraph_and_one_of_one_line_is_not() {
    let text = |html: &str| {
        let (_folder, path) = page(html);
        one(&path, HtmlText::Text).text
    };
    let row = |first: &str| text(&format!("<table><tr><td>{first}</td><td>The quay</td></tr></table>"));
    assert_eq!(row("The harbour"), "The harbour\tThe quay");
    assert_eq!(row("The harbour<br>and its basin"), "The harbour\nand its basin\n\nThe quay");
}

/// A document as `fixtures/html/NAME.txt` writes it.
fn written(document: &Document) -> String {
    let said = [
        ("title", &document.title),
        ("date", &document.date),
        ("source", &document.source),
        ("url", &document.url),
    ];
    let said =
        said.iter().filter_map(|(name, value)| value.as_ref().map(|value| format!("{name}: {value}\n")));
    format!("{}\n{}\n", said.collect::<String>(), document.text)
}

#[test]
fn articles_of_several_layouts_are_found() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/html");
    let mut n_pages = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "html") {
            let expected = fs::read_to_string(path.with_extension("txt")).unwrap();
            assert_eq!(read(&path, HtmlText::Article).len(), 1, "{}", path.display());
            let document = one(&path, HtmlText::Article);
            assert_eq!(written(&document), expected, "{}", path.display());
            assert_eq!(document.time.is_some(), document.date.is_some(), "{}", path.display());
            n_pages += 1;
        }
    }
    assert_eq!(n_pages, 5);
}

#[test]
fn all_text_is_read_when_asked_for() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/html/sections.html");
    let document = one(&path, HtmlText::Text);
    for part in [
        "Tides",
        "By Orla Penhale",
        "Picture: Tam Oakes",
        "Related",
        "My grandfather rowed",
        "All rights reserved.",
    ] {
        assert!(document.text.contains(part), "{part}");
    }
    let article = one(&path, HtmlText::Article).text;
    let mut rest = document.text.as_str();
    for paragraph in article.split("\n\n") {
        let at = rest.find(paragraph).expect("every paragraph of the article is in the whole text, in order");
        rest = rest.get(at + paragraph.len()..).unwrap();
    }
}

#[test]
fn a_page_without_an_article_is_listed_and_read() {
    let links = "<li><a href=/x>Words that lead elsewhere</a></li>".repeat(40);
    let (_folder, path) = page(&format!("<!doctype html><h1>Today</h1><ul>{links}</ul>"));
    let items = read(&path, HtmlText::Article);
    let [Item::Document(document), Item::Problem(problem)] = items.as_slice() else {
        unreachable!("{items:?}")
    };
    assert_eq!(document.text.matches("lead elsewhere").count(), 40);
    assert_eq!(problem.kind, ProblemKind::NoArticle);
    assert_eq!(read(&path, HtmlText::Text).len(), 1);
}

#[test]
fn pages_are_read_again_as_they_were() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/html");
    for html in [HtmlText::Article, HtmlText::Text] {
        let options = Options { html, globs: vec!["*.html".to_owned()], ..Options::default() };
        let (raws, files) = source::open_to_read_again(vec![Input::Path(folder.clone())], &options).unwrap();
        let mut read = Vec::new();
        for raw in raws {
            raw.each(|record, place| read.push((record.unwrap().document(), place.unwrap())));
        }
        assert_eq!(read.len(), 5);
        let mut again = files.reader();
        for (document, place) in read {
            assert_eq!(again.read(place), Some(document));
        }
    }
}

/// Pages of 20,000 of one thing, and what each must still say at its end.
#[test]
fn pages_made_to_be_slow_are_read_to_the_end() {
    let n = 20_000;
    let nested = |tag: &str| format!("<{tag}>").repeat(n);
    let end = "<p>These are the last words of this page, and they are long enough to be an article: nothing before them may hide them \
               from whoever reads on.</p>";
    let pages = [
        nested("div"),
        nested("div class=article-body"),
        nested("article"),
        nested("b"),
        nested("p><b"),
        nested("table><tr><td"),
        nested("ul><li"),
        nested("x-y"),
        nested("h1"),
        nested("blockquote"),
        "<b></div></p></x></td>".repeat(n),
        "<p>a<p>b<br><br>".repeat(n),
        format!("<div {}>", (0..n).map(|n| format!("a{n}=b class=c{n} ")).collect::<String>()),
        format!("<div class='{}'>", "article-body ad ".repeat(n)),
        "<!--".repeat(n) + "-->",
        "&amp;&#x26;&notanentity".repeat(n),
        format!("<table>{}</table>", "<tr><td>1<td>2".repeat(n)),
        "<meta property=og:title content=x>".repeat(n),
        "<script type=application/ld+json>[[[[</script>".repeat(n / 10),
        "</p>".repeat(n),
    ];
    for start in pages {
        let (_folder, path) = page(&format!("<html>{start}{end}"));
        for html in [HtmlText::Article, HtmlText::Text] {
            let document = one(&path, html);
            let shown: String = start.chars().take(40).collect();
            assert!(document.text.ends_with("whoever reads on."), "{shown}");
            let Layout::Blocks { paragraphs, .. } = &document.layout else { unreachable!() };
            assert_eq!(paragraphs.last().unwrap().end as usize, document.text.len(), "{shown}");
        }
    }
}
