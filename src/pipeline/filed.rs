//! Articles that are let go once they are in files: their words, their units, and the documents themselves. What is found is what
//! is found in articles at hand.

use std::{borrow::Cow, mem};

use rayon::prelude::*;

use super::{
    Article, Run,
    article::count,
    cards::{self, Cards},
    dated::Unread,
    documents::{self, Texts},
    finish::{self, Library, Opened},
    passages,
    room::Room,
    scan::{self, Corpus, Rank},
    units::{self, Listed, Placed},
    work::{Chain, Kept, Work},
};
use crate::{
    document::Document,
    error::{Error, Problem},
    family,
    id::DocId,
    passage::{Desk, Library as _, Stored, Text},
    report::{Documents, Findings, Totals},
    settings::{Keep, Level, PerLevel, Plan},
    sketch::Signer,
    span::{Span, WordRange},
    spill::Space,
    words,
};

/// What an article takes beside its text and its words, about.
const BESIDE: usize = 640;
/// What a word takes in an article: its hash and its bytes.
const WORD: usize = 16;
/// What it takes while units of the article are compared, by far the most for paragraphs and sentences.
const COMPARED_WORD: usize = 51;

/// Articles as they come in: held as long as there is room for them, then in files.
pub(super) struct Taken<'p> {
    plan: &'p Plan,
    room: Room,
    bytes: usize,
    articles: Vec<Article>,
    filed: Option<Filed<'p>>,
    /// What keeps what is done, where the run may be stopped, and how far the input was read.
    pub(super) work: Option<Work>,
    pub(super) chain: Chain,
}

impl<'p> Taken<'p> {
    pub(super) fn new(plan: &'p Plan, run: &Run<'_>) -> Self {
        Self {
            plan,
            room: Room::of(run),
            bytes: 0,
            articles: Vec::new(),
            filed: None,
            work: None,
            chain: Chain::default(),
        }
    }

    /// Where what does not fit goes. Nothing good comes of going on once it is blamed.
    pub(super) fn space(&self) -> Space {
        self.room.space.clone()
    }

    /// Takes the articles that follow. What goes wrong is blamed on the space.
    pub(super) fn take(&mut self, more: Vec<Article>) {
        if let Some(filed) = &mut self.filed {
            return filed.put(more);
        }
        let passages_only = self.plan.level == PerLevel { passage: true, ..PerLevel::default() };
        let word = if passages_only { WORD } else { COMPARED_WORD };
        let size =
            |article: &Article| BESIDE + article.document.text.len() + word * article.words.hashes.len();
        self.bytes += more.iter().map(size).sum::<usize>();
        self.articles.extend(more);
        let fits = if passages_only { self.room.has(self.bytes) } else { self.room.holds(self.bytes) };
        if !fits {
            match Filed::new(self.plan, &self.room) {
                Ok(filed) => self.filed.insert(filed).put(mem::take(&mut self.articles)),
                Err(error) => self.room.space.blame(error),
            }
        }
    }

    /// Walks to findings.
    pub(super) fn find(mut self, problems: Vec<Problem>, run: &Run<'_>) -> Result<Findings, Error> {
        self.room.space.check()?;
        if let Some(work) = &mut self.work {
            work.begin(self.chain)?;
        }
        match self.filed {
            Some(filed) => filed.find(problems, run, self.work.as_ref()),
            None => {
                let corpus =
                    Corpus { articles: self.articles, problems, work: self.work, ..Corpus::default() };
                scan::find("scan", corpus, self.plan, run)
            }
        }
    }
}

/// Articles in files: their words by themselves, and the documents, whose words are read again for those in a finding.
struct Filed<'p> {
    plan: &'p Plan,
    room: Room,
    signer: Signer,
    /// Of the documents as wholes, where these are compared.
    cards: Cards,
    /// Those of paragraphs and sentences that are asked for.
    units: Vec<(Level, units::Filed)>,
    texts: Stored,
    documents: Documents,
    times: Vec<Option<i64>>,
    unread: Unread,
    bytes: u64,
    words: u64,
}

impl<'p> Filed<'p> {
    fn new(plan: &'p Plan, room: &Room) -> Result<Self, Error> {
        let filed = |level| Ok((level, units::Filed::new(level, &room.space)?));
        let levels = [Level::Paragraph, Level::Sentence].into_iter();
        Ok(Self {
            plan,
            room: room.clone(),
            signer: cards::signer(plan)?,
            cards: Cards::new(plan),
            units: levels.filter(|level| *plan.level.get(*level)).map(filed).collect::<Result<_, Error>>()?,
            texts: Stored::new(&room.space),
            documents: Documents::default(),
            times: Vec::new(),
            unread: Unread::default(),
            bytes: 0,
            words: 0,
        })
    }

    /// Puts articles behind the others. What goes wrong is blamed on the space.
    fn put(&mut self, articles: Vec<Article>) {
        let space = self.room.space.clone();
        self.try_put(articles).unwrap_or_else(|error| space.blame(error));
    }

    fn try_put(&mut self, articles: Vec<Article>) -> Result<(), Error> {
        let plan = self.plan;
        if plan.level.document {
            for cards in cards::of_articles(&articles, plan, &self.signer) {
                self.cards.append(&cards);
            }
            if self.room.part() < self.cards.memory() {
                self.cards.spill(&self.room.space)?;
            }
        }
        for (_, units) in &mut self.units {
            let listed: Vec<Listed> = articles.par_iter().map(|article| units.list(article, plan)).collect();
            for (units_of, number) in listed.iter().zip(self.times.len()..) {
                units.put(DocId::new(number)?, units_of);
            }
        }
        // Stems are made on all threads, where they are asked for.
        let text = |article: &Article| _ = article.text_for(&plan.passage);
        articles.par_iter().filter(|_| plan.level.passage).for_each(text);
        for article in articles {
            let id = DocId::new(self.times.len())?;
            let words = article.words.hashes.as_slice();
            let only_words = Text { words, sentences: &[], paragraphs: &[], stems: &[] };
            let text = if plan.level.passage { article.text_for(&plan.passage) } else { only_words };
            self.texts.push(&text)?;
            let Article { document, words, .. } = article;
            self.unread.see(&document.path, document.record, document.date.as_deref(), document.time);
            self.times.push(document.time);
            self.bytes += document.text.len() as u64;
            self.words += words.hashes.len() as u64;
            self.documents.push(id, document, count(words.hashes.len()));
        }
        self.documents.bound(self.room.part(), &self.room.space);
        Ok(())
    }

    /// Walks from articles to findings, as [`scan::find`] does.
    fn find(
        mut self,
        mut problems: Vec<Problem>,
        run: &Run<'_>,
        work: Option<&Work>,
    ) -> Result<Findings, Error> {
        self.texts.flush()?;
        self.documents.finish()?;
        self.cards.finish()?;
        self.units.iter_mut().try_for_each(|(_, units)| units.finish())?;
        self.room.space.check()?;
        let Self { plan, room, cards, units, texts, documents: all, times, unread, bytes, words, .. } = self;
        let rank = Rank::new(times.len(), |document| times.get(document).copied().flatten(), plan.keep);
        let rank_of = |document, words| rank.of(document, words);
        let totals = Totals { documents: times.len() as u64, bytes, words };
        drop(times);
        if matches!(plan.keep, Keep::Oldest | Keep::Newest) {
            problems.extend(unread.problems());
        }
        let (mut drafts, mut pairs) = (Vec::new(), Vec::new());
        let mut shelves = Shelves { documents: &all, placed: Vec::new() };
        let mut take = |found: units::LevelFound, level, shelves: &Shelves<'_>| {
            problems.extend((0 < found.cut).then(|| scan::cut_candidates(level, found.cut)));
            drafts.extend(found.drafts);
            pairs.par_extend(found.pairs.par_iter().filter_map(|pair| finish::pair(shelves, level, pair)));
        };
        if plan.level.document {
            run.progress.stage(Level::Document.name(), None);
            let words = Words { texts: &texts, space: &room.space };
            let kept = Kept::of(work, Level::Document);
            let found = documents::level(&cards, &words, plan, &room, (run.progress, kept), rank_of)?;
            take(found, Level::Document, &shelves);
        }
        drop(cards);
        for (level, units) in units {
            run.progress.stage(level.name(), None);
            let kept = Kept::of(work, level);
            let (found, placed) = units.find(&texts, plan, &room, (run.progress, kept), rank_of)?;
            shelves.placed.push((level, placed));
            take(found, level, &shelves);
        }
        if plan.level.passage {
            run.progress.stage(Level::Passage.name(), None);
            drafts.extend(passages::filed(&texts, &all, plan, (&room, work), &rank, &mut problems)?);
        }
        run.progress.stage("families", None);
        let drafts = family::fold(drafts);
        let families = finish::families(&shelves, &drafts, &plan.class, |id| count(texts.n_words(id)));
        drop((drafts, shelves));
        let mut documents = Documents::default();
        for id in finish::occurring(&families, &pairs) {
            if let Some(document) = all.get(id) {
                documents.push(id, document.into_owned(), count(texts.n_words(id)));
                documents.bound(room.part(), &room.space);
            }
        }
        documents.finish()?;
        room.space.check()?;
        Ok(Findings {
            command: "scan",
            plan: *plan,
            totals,
            documents,
            families,
            pairs,
            problems,
            n_known: 0,
            n_stored: 0,
            words_version: words::VERSION,
        })
    }
}

/// Where documents, their words and the limits of units in findings are had from.
struct Shelves<'f> {
    documents: &'f Documents,
    placed: Vec<(Level, Placed)>,
}

impl Library for Shelves<'_> {
    fn document(&self, id: DocId) -> Option<Cow<'_, Document>> {
        self.documents.get(id)
    }

    fn article(&self, id: DocId) -> Option<Opened<'_>> {
        self.documents.article(id)
    }

    fn unit_span(&self, level: Level, document: DocId, words: WordRange) -> Option<Span> {
        let placed = self.placed.iter().find(|(placed, _)| *placed == level);
        placed.and_then(|(_, placed)| placed.span(document, words))
    }
}

/// The words of documents in files.
struct Words<'f> {
    texts: &'f Stored,
    space: &'f Space,
}

impl Texts for Words<'_> {
    type Hand<'t>
        = Desk<'t>
    where
        Self: 't;

    fn hand(&self) -> Desk<'_> {
        self.texts.room()
    }

    fn words<'h, 't: 'h>(&'t self, id: DocId, desk: &'h mut Desk<'t>) -> &'h [u64] {
        self.texts.words(id, desk).unwrap_or_else(|error| {
            self.space.blame(error);
            &[]
        })
    }
}
