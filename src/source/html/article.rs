//! The tree of a page goes in; where its article stands, and what in there is no part of it, comes out.
//!
//! # The idea
//!
//! Every paragraph of the page has a weight: its letters, less twice those in links, less a little for being short
//! and more for being all link. An element weighs what its paragraphs weigh. Running text makes an element heavy, lists
//! of links make it lighter than nothing, so the heaviest element holds the text and as little else as the markup
//! allows; from there the search goes down as long as one element inside weighs nearly as much.
//!
//! What the author says comes first: an element that is called the body of an article, when it holds a fair share of
//! the page's text; else the `<article>` around the headline. Elements that are called something else (navigation, comments, related links: `names`) are left out, unless
//! they hold so much text or the headline that the name must mean something else. In the article, what weighs less than
//! nothing is left out too.
//!
//! Weights are whole numbers of letters; a character of a script without spaces counts as three.

use super::{
    names,
    tags::Tag,
    text::{Paragraph, Text},
    tree::{Key, Node, Tree},
};

/// What a paragraph must say, in letters, before it weighs anything.
const SHORT: i64 = 10;
/// What a paragraph that is all link costs besides its letters: menus are made of those.
const LINK: i64 = 60;
/// In an article, how much less than nothing weighs what is left out: a line or two of links may belong to it.
const LIGHT: i64 = -50;
/// The fewest letters of an article that are no link; about twenty words.
const FEWEST: i64 = 100;

/// A share of a whole, in percent.
const fn is_share(part: i64, whole: i64, percent: i64) -> bool {
    whole * percent <= part * 100
}

/// Nearly all: the rest may be a byline or a list of links.
const MOST: i64 = 80;
/// Mostly link, of a paragraph.
const LINKED: i64 = 60;
/// So much of the page's text that a name which says otherwise is wrong.
const MUCH: i64 = 30;
/// A fair share.
const FAIR: i64 = 20;

/// An article within a page.
#[derive(Debug)]
pub(super) struct Article {
    root: usize,
    /// Nodes that are no part of it, with all in them.
    out: Vec<bool>,
    sums: Vec<Sum>,
    headline: Option<usize>,
}

/// What the paragraphs in an element come to.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    weight: i64,
    /// The weight of those that weigh anything.
    text: i64,
    letters: i64,
    links: i64,
}

impl Sum {
    fn of(text: &str, paragraph: &Paragraph) -> Self {
        let words = paragraph.span.of(text);
        let letters = letters(words);
        let bytes = i64::try_from(words.len()).unwrap_or(i64::MAX).max(1);
        let links = i64::from(paragraph.link_bytes) * letters / bytes;
        let weight = letters - 2 * links - LINK * links / letters.max(1) - SHORT;
        Self { weight, text: weight.max(0), letters, links }
    }

    fn add(&mut self, other: Self) {
        self.weight += other.weight;
        self.text += other.text;
        self.letters += other.letters;
        self.links += other.links;
    }
}

/// How much a text says, in letters of an alphabet.
fn letters(text: &str) -> i64 {
    text.chars().map(|c| if '\u{2E80}' <= c && c.is_alphanumeric() { 3 } else { 1 }).sum()
}

/// Whether a text is long enough for an article.
pub(super) fn is_long(text: &str) -> bool {
    FEWEST <= letters(text)
}

/// Finds the article of a page, if there is one. Time is linear in the nodes.
pub(super) fn find(tree: &Tree) -> Option<Article> {
    let mut out: Vec<bool> = tree.nodes.iter().map(|node| is_beside(tree, node)).collect();
    let keeps = kept_whatever_their_name(tree);
    // Arrays over all nodes are let go as soon as they have served: they are most of what a page of nothing but tags takes.
    let verdicts: Vec<names::Verdict> = tree.nodes.iter().map(|node| verdict(tree, node)).collect();
    let may_go = |n: usize| !keeps.get(n).is_none_or(|keep| keep.headline);
    for (n, (out, verdict)) in out.iter_mut().zip(&verdicts).enumerate() {
        *out |= verdict.comments && may_go(n);
    }
    let sums = sum(tree, &out);
    let all = sums.first()?.text;
    for (n, ((out, verdict), sum)) in out.iter_mut().zip(&verdicts).zip(&sums).enumerate() {
        let quotes = keeps.get(n).is_some_and(|keep| keep.quote);
        *out |= verdict.junk && may_go(n) && !quotes && !is_share(sum.text, all, MUCH);
    }
    drop((keeps, sums));
    let sums = sum(tree, &out);
    let at = |n: usize| sums.get(n).copied().unwrap_or_default();
    let shown = shown(tree, &out);
    let is_shown = |n: usize| shown.get(n).is_some_and(|shown| *shown);

    let mut root = heaviest(tree, &sums)?;
    let whole = at(root).text;
    let mut headline = None;
    if let Some(body) =
        named_body(tree, &verdicts, &sums, &shown).filter(|n| is_share(at(*n).text, whole, FAIR))
    {
        root = body;
    } else if let Some(head) = tree.inside(root).find(|n| is_shown(*n) && tree.tag(*n) == Tag::H1) {
        let mut around = head;
        while around != root && tree.tag(around) != Tag::Article {
            around = tree.parent(around);
        }
        if is_share(at(around).text, whole, FAIR) {
            root = around;
        }
        // What stands before the headline is no part of it, unless it is half of the text.
        let texts = || (root + 1..head).filter(|n| tree.tag(*n) == Tag::Text);
        if texts().map(|n| at(n).text).sum::<i64>() * 2 < whole {
            texts().for_each(|n| out.get_mut(n).into_iter().for_each(|out| *out = true));
        }
        headline = Some(head);
    }
    let headline = headline.or_else(|| tree.inside(root).find(|n| is_shown(*n) && tree.tag(*n) == Tag::H1));
    let sum = at(root);
    (FEWEST <= sum.letters - sum.links).then_some(Article { root, out, sums, headline })
}

impl Article {
    /// Its text, without the headline: that is the document's title.
    pub(super) fn text(&self, tree: &Tree) -> Text {
        let range = self.root..tree.inside(self.root).end;
        Text::of(tree, range, |n| {
            self.out.get(n) == Some(&true) || Some(n) == self.headline || self.is_light(tree, n)
        })
    }

    /// Whether an element within the article is more link than text.
    fn is_light(&self, tree: &Tree, n: usize) -> bool {
        let Some(sum) = self.sums.get(n).filter(|sum| n != self.root && sum.weight < LIGHT) else {
            return false;
        };
        match tree.tag(n) {
            Tag::Li => false,
            Tag::P => is_share(sum.links, sum.letters, LINKED),
            tag => !tag.is_inline() && !tag.is_heading(),
        }
    }
}

/// What stands beside an article wherever it is; so does a time that is in no sentence.
fn is_beside(tree: &Tree, node: &Node) -> bool {
    match node.tag {
        Tag::Aside | Tag::Button | Tag::Figcaption | Tag::Footer | Tag::Nav => true,
        Tag::Time => is_container(tree.tag(node.parent as usize)),
        _ => false,
    }
}

/// Whether it can hold an article.
const fn is_container(tag: Tag) -> bool {
    // A cell, which runs on to the next one, is the page of old.
    (!tag.is_inline() || matches!(tag, Tag::Td))
        && !tag.is_heading()
        && !matches!(tag, Tag::P | Tag::Li | Tag::Tr | Tag::Ul | Tag::Ol | Tag::Tbody)
}

fn verdict(tree: &Tree, node: &Node) -> names::Verdict {
    let mut verdict = names::Verdict::default();
    if matches!(node.tag, Tag::Text | Tag::Body | Tag::Html | Tag::Main) {
        return verdict;
    }
    for name in [Key::Class, Key::Id].into_iter().filter_map(|key| tree.attribute(node, key)) {
        let one = names::judge(name);
        verdict.body |= one.body;
        verdict.comments |= one.comments;
        verdict.junk |= one.junk;
    }
    verdict.body |= tree.attribute(node, Key::Itemprop) == Some("articleBody");
    verdict.junk |= tree.attribute(node, Key::Role).is_some_and(names::is_junk_role)
        || tree.attribute(node, Key::AriaHidden) == Some("true");
    verdict
}

#[derive(Clone, Copy, Debug, Default)]
struct Keep {
    /// It holds the headline, or what says that it is the text.
    headline: bool,
    /// It holds a quotation, such as a post that the article shows.
    quote: bool,
}

fn kept_whatever_their_name(tree: &Tree) -> Vec<Keep> {
    let mut keeps = vec![Keep::default(); tree.nodes.len()];
    for (n, node) in tree.nodes.iter().enumerate().rev() {
        let Some(keep) = keeps.get_mut(n) else { continue };
        keep.headline |=
            node.tag == Tag::H1 && !node.hidden || tree.attribute(node, Key::Itemprop) == Some("articleBody");
        keep.quote |= node.tag == Tag::Blockquote;
        let own = *keep;
        if let Some(up) = keeps.get_mut(node.parent as usize) {
            up.headline |= own.headline;
            up.quote |= own.quote;
        }
    }
    keeps
}

/// What the paragraphs in each element come to, without those that are out.
fn sum(tree: &Tree, out: &[bool]) -> Vec<Sum> {
    let text = Text::of(tree, 0..tree.nodes.len(), |n| out.get(n) == Some(&true));
    let mut sums = vec![Sum::default(); tree.nodes.len()];
    for paragraph in &text.paragraphs {
        if let Some(sum) = sums.get_mut(paragraph.node as usize) {
            sum.add(Sum::of(&text.text, paragraph));
        }
    }
    for (n, node) in tree.nodes.iter().enumerate().skip(1).rev() {
        let own = sums.get(n).copied().unwrap_or_default();
        if let Some(up) = sums.get_mut(node.parent as usize) {
            up.add(own);
        }
    }
    sums
}

/// Which nodes are neither out nor hidden, nor in one that is.
fn shown(tree: &Tree, out: &[bool]) -> Vec<bool> {
    let mut shown: Vec<bool> = Vec::with_capacity(tree.nodes.len());
    for (node, out) in tree.nodes.iter().zip(out) {
        let up = shown.get(node.parent as usize).is_none_or(|shown| *shown);
        shown.push(up && !out && !node.hidden);
    }
    shown
}

/// The element that weighs most, as far down as one inside weighs nearly as much.
fn heaviest(tree: &Tree, sums: &[Sum]) -> Option<usize> {
    let weight = |n: usize| sums.get(n).map_or(0, |sum| sum.weight);
    let containers = || (0..tree.nodes.len()).filter(|n| is_container(tree.tag(*n)));
    let mut root = containers().chain([0]).max_by_key(|n| weight(*n))?;
    // A list of links weighs against what holds it, so that of the text, too, there must be most.
    let text = |n: usize| sums.get(n).map_or(0, |sum| sum.text);
    for n in containers() {
        let inside = root < n && n < tree.inside(root).end;
        if inside && is_share(weight(n), weight(root), MOST) && text(root) < 2 * text(n) {
            root = n;
        }
    }
    Some(root)
}

/// The element that is called the text of an article: the first of those with a fair share of the text of the longest,
/// as far down as there is another with nearly all of it.
fn named_body(tree: &Tree, verdicts: &[names::Verdict], sums: &[Sum], shown: &[bool]) -> Option<usize> {
    let text = |n: usize| sums.get(n).map_or(0, |sum| sum.text);
    let bodies: Vec<usize> = verdicts
        .iter()
        .zip(shown)
        .enumerate()
        .filter(|(n, (verdict, shown))| verdict.body && **shown && is_container(tree.tag(*n)) && 0 < text(*n))
        .map(|(n, _)| n)
        .collect();
    let most = bodies.iter().map(|n| text(*n)).max()?;
    let mut body = *bodies.iter().find(|n| is_share(text(**n), most, FAIR))?;
    for n in &bodies {
        if body < *n && *n < tree.inside(body).end && is_share(text(*n), text(body), MOST) {
            body = *n;
        }
    }
    // Several of the same name close to each other are pieces of one text.
    let class = |n: usize| tree.node(n).and_then(|node| tree.attribute(node, Key::Class));
    let last = bodies.iter().rev().find(|n| body < **n && class(body).is_some() && class(**n) == class(body));
    let above = [tree.parent(body), tree.parent(tree.parent(body))];
    let together =
        |up: &usize| last.is_some_and(|last| tree.inside(body).end <= *last && *last < tree.inside(*up).end);
    Some(above.into_iter().find(together).unwrap_or(body))
}
