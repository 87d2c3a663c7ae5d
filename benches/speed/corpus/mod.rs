//! A generated explainer of any size with the shape of real ones, equal for equal sizes on every machine.
//!
//! 15 % of its pages are factors, 25 % programmes and 60 % case studies, of 350 to 900 words in three to six sections,
//! with relations, links, lists, tables, quotations and footnotes. A *full* corpus cites a source after every sentence
//! outside the site's own voice, and has facts and terms; a *plain* one has the same words without them, so that other
//! generators have the same work.

pub(crate) mod layouts;
mod words;

use std::fmt::Write;

use words::{ADJECTIVES, NOUNS, VERBS};

/// How much of Expound's format a corpus makes use of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Variant {
    /// What other generators know too.
    Plain,
    /// With citations, facts and terms.
    Full,
}

/// One file: its path, and its text.
pub(crate) type File = (String, String);

/// The kinds of pages, with their folders and titles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// 15 % of all.
    Factor,
    /// 25 % of all.
    Programme,
    /// The rest.
    CaseStudy,
}

impl Kind {
    /// Every kind.
    pub(crate) const ALL: [Self; 3] = [Self::Factor, Self::Programme, Self::CaseStudy];

    /// The folder of its pages.
    pub(crate) fn folder(self) -> &'static str {
        ["factors", "programmes", "case-studies"][self as usize]
    }

    /// What its pages are called.
    pub(crate) fn plural(self) -> &'static str {
        ["Factors", "Programmes", "Case studies"][self as usize]
    }

    /// The relations that its pages state: key, title, title from the other end.
    pub(crate) fn relations(self) -> [(&'static str, &'static str, &'static str); 2] {
        [
            [("comes_before", "Comes before", "Comes after"), ("leads_to", "Leads to", "Led to by")],
            [("acts_on", "Acts on", "Acted on by"), ("followed_by", "Followed by", "Follows")],
            [("shows", "Shows", "Shown by"), ("sets_in_context", "Sets in context", "Set in context by")],
        ][self as usize]
    }
}

/// A page, before it has the front matter of one generator or another.
#[derive(Debug)]
pub(crate) struct Page {
    /// Its kind.
    pub(crate) kind: Kind,
    /// Its title.
    pub(crate) title: String,
    /// One sentence.
    pub(crate) summary: String,
    /// The relations that it states: the relation, the page it leads to, and what it rests on.
    pub(crate) edges: Vec<(&'static str, usize, Option<String>)>,
    /// Its text as Markdown, with links to the files of other pages.
    pub(crate) body: String,
}

/// A corpus of a size.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Corpus {
    /// How many pages it has, its folders' and glossary aside.
    pub(crate) size: usize,
    /// What its pages make use of.
    pub(crate) variant: Variant,
}

/// Pseudo-random numbers: `SplitMix64` (Steele, Lea and Flood 2014), which is a line long and equal everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).expect("it is below a usize")
    }

    /// A number from `first` to `last`.
    fn between(&mut self, first: usize, last: usize) -> usize {
        first + self.below(last - first + 1)
    }

    fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn word(&mut self, of: &[&'static str]) -> &'static str {
        of[self.below(of.len())]
    }
}

impl Corpus {
    /// The kind of a page, by its index.
    pub(crate) fn kind(&self, index: usize) -> Kind {
        match index * 100 / self.size.max(1) {
            0..15 => Kind::Factor,
            15..40 => Kind::Programme,
            _ => Kind::CaseStudy,
        }
    }

    /// The path of a page's Markdown, below the folder of contents.
    pub(crate) fn path(&self, index: usize) -> String {
        format!("{}/{}.md", self.kind(index).folder(), name(index))
    }

    /// The indexes of the pages of a kind.
    pub(crate) fn of_kind(&self, kind: Kind) -> std::ops::Range<usize> {
        let count = |percent: usize| (self.size * percent).div_ceil(100);
        [0..count(15), count(15)..count(40), count(40)..self.size][kind as usize].clone()
    }

    fn source_count(&self) -> usize {
        (self.size / 5).max(10)
    }

    fn fact_count(&self) -> usize {
        (self.size / 20).max(3)
    }

    fn term_count(&self) -> usize {
        (self.size / 10).clamp(5, 200)
    }

    /// A page by its index.
    pub(crate) fn page(&self, index: usize) -> Page {
        Writer::new(self, index).page()
    }

    /// Every file of it as Expound reads them.
    pub(crate) fn files(&self) -> impl Iterator<Item = File> + '_ {
        let data = self.data_files();
        data.into_iter().chain((0..self.size).map(|index| (format!("content/{}", self.path(index)), self.text(index))))
    }

    fn text(&self, index: usize) -> String {
        let page = self.page(index);
        let mut text = format!("---\ntitle: {}\nsummary: {}\nupdated: 2026-01-15\n", page.title, page.summary);
        let mut stated = "";
        for (relation, to, cite) in &page.edges {
            if stated != *relation {
                writeln!(text, "{relation}:").expect(WRITES);
                stated = relation;
            }
            match cite {
                None => writeln!(text, "  - {}", name(*to)),
                Some(cite) => writeln!(text, "  - {{to: {}, basis: study, cite: \"{cite}\"}}", name(*to)),
            }
            .expect(WRITES);
        }
        text.push_str("---\n\n");
        text.push_str(&page.body);
        text
    }

    fn data_files(&self) -> Vec<File> {
        let mut files = vec![("content/site.yaml".to_owned(), self.site_file())];
        let home = "---\ntitle: Why it happens\nsummary: A generated explainer.\n---\n\nChoose a folder.\n";
        files.push(("content/index.md".to_owned(), home.to_owned()));
        if self.variant == Variant::Plain {
            return files;
        }
        let mut random = Random(7);
        let mut sources = String::from(
            "subject:\n  type: article\n  title: The article that the site derives from\n  author: {name: The Review}\n  \
             date: 2011-11-25\n  basis: study\n  read: whole\n",
        );
        for index in 0..self.source_count() {
            let (adjective, noun) = (capital(random.word(ADJECTIVES)), random.word(NOUNS));
            let (year, title) = (random.between(1980, 2025), sentence(&mut random, 6, &mut |_, _| {}));
            let about = random.word(NOUNS);
            writeln!(
                sources,
                "source-{index}:\n  type: {}\n  title: {title}\n  author: {{name: {adjective} {noun} office}}\n  date: {year}\n  \
                 url: \"https://example.org/{index}\"\n  parent: {{type: periodical, title: On {about}, volume: {}}}\n  \
                 basis: study\n  read: whole",
                ["article", "book", "web"][index % 3],
                index % 40 + 1,
            )
            .expect(WRITES);
        }
        files.push(("content/sources.yaml".to_owned(), sources));
        let mut passages = String::from("subject:\n  passages:\n");
        for at in 1..=PASSAGES {
            let gist = sentence(&mut random, 20, &mut |_, _| {});
            writeln!(passages, "    - {{at: {at}, voice: study, gist: \"{gist}.\"}}").expect(WRITES);
        }
        files.push(("content/passages.yaml".to_owned(), passages));
        let mut facts = String::new();
        for index in 0..self.fact_count() {
            let (value, source) = (random.between(10, 90_000), random.below(self.source_count()));
            writeln!(
                facts,
                "fact-{index}:\n  value: {value}\n  unit: boats\n  as_of: 2011\n  source: \"[@source-{source}]\""
            )
            .expect(WRITES);
        }
        files.push(("content/facts.yaml".to_owned(), facts));
        for index in 0..self.term_count() {
            let (term, meaning) = (term(index), sentence(&mut random, 14, &mut |_, _| {}));
            let text =
                format!("---\ntitle: {}\nsummary: {meaning}.\nforms: [{term}]\n---\n\n{meaning}.\n", capital(&term));
            files.push((format!("content/terms/term-{index}.md"), text));
        }
        files
    }

    fn site_file(&self) -> String {
        let mut text = String::from("title: Why it happens\nsummary: A generated explainer.\nlanguages: [en]\n");
        if self.variant == Variant::Full {
            text.push_str("evidence:\n  subject: subject\n  require: [factor, programme, case-study]\n");
            text.push_str("  bases: {study: A study reports, site: This site’s reading}\n");
        }
        text.push_str("kinds:\n");
        for (kind, name) in Kind::ALL.into_iter().zip(["factor", "programme", "case-study"]) {
            let (folder, plural) = (kind.folder(), kind.plural());
            writeln!(
                text,
                "  {name}:\n    folder: {folder}\n    title: {plural}\n    plural: {plural}\n    relations:"
            )
            .expect(WRITES);
            for (at, (relation, title, inverse)) in kind.relations().into_iter().enumerate() {
                let to = ["factor", "programme"][at];
                writeln!(text, "      {relation}: {{to: {to}, title: {title}, inverse: {inverse}}}").expect(WRITES);
            }
        }
        if self.variant == Variant::Full {
            text.push_str("  term: {folder: terms, title: Term, plural: Terms, glossary: true}\n");
        }
        text
    }
}

const WRITES: &str = "a string takes all that is written";

/// How many passages the source declares that the site derives from.
const PASSAGES: usize = 40;

/// The name of a page, by its index.
pub(crate) fn name(index: usize) -> String {
    let mut random = Random(index as u64 ^ 0x5eed);
    format!("{}-{}-{index}", random.word(ADJECTIVES), random.word(NOUNS))
}

fn term(index: usize) -> String {
    format!("{} {}", ADJECTIVES[index % ADJECTIVES.len()], words::TERMS[index % words::TERMS.len()])
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// A sentence of about so many words, without its stop; `between` may add to it before a word.
fn sentence(random: &mut Random, words: usize, between: &mut dyn FnMut(usize, &mut String)) -> String {
    let mut text = String::new();
    for at in 0..words {
        if at > 0 {
            text.push_str(if random.percent(4) { ", " } else { " " });
            between(at, &mut text);
        }
        let word = match at % 4 {
            0 => random.word(&["the", "a", "every", "this", "no", "some", "each"]),
            1 if random.percent(60) => random.word(ADJECTIVES),
            3 => random.word(VERBS),
            _ => random.word(NOUNS),
        };
        text.push_str(word);
    }
    capital(&text)
}

/// Writes one page.
struct Writer<'corpus> {
    corpus: &'corpus Corpus,
    index: usize,
    /// Chooses words and forms, alike for both variants.
    random: Random,
    /// Chooses what they rest on.
    evidence: Random,
    /// The sources that this page rests on, beside the one that the whole site derives from.
    sources: Vec<usize>,
    body: String,
    words: usize,
    is_editorial: bool,
    footnotes: usize,
}

impl<'corpus> Writer<'corpus> {
    fn new(corpus: &'corpus Corpus, index: usize) -> Self {
        let mut evidence = Random((index as u64).wrapping_mul(31) ^ 0xe71d);
        let sources = (0..evidence.between(3, 8)).map(|_| evidence.below(corpus.source_count())).collect();
        let random = Random((index as u64).wrapping_mul(17) ^ 0xc0de);
        let (body, words) = (String::with_capacity(8 * 1024), 0);
        Self { corpus, index, random, evidence, sources, body, words, is_editorial: false, footnotes: 0 }
    }

    fn is_full(&self) -> bool {
        self.corpus.variant == Variant::Full
    }

    fn page(mut self) -> Page {
        let kind = self.corpus.kind(self.index);
        let title = sentence(&mut self.random, 4, &mut |_, _| {}).replace(',', "");
        let summary = format!("{}.", sentence(&mut self.random, 16, &mut |_, _| {}));
        let edges = self.edges(kind);
        let (wanted, sections) = (self.random.between(350, 900), self.random.between(3, 6));
        self.paragraph();
        for section in 1..=sections {
            self.is_editorial = section == sections;
            let heading = sentence(&mut self.random, 4, &mut |_, _| {}).replace(',', "");
            let voice = if self.is_editorial && self.is_full() { " {.editorial}" } else { "" };
            write!(self.body, "## {heading}{voice}\n\n").expect(WRITES);
            self.paragraph();
            while self.words < wanted * section / sections {
                match self.random.below(10) {
                    0 => self.list(),
                    1 if section % 2 == 0 => self.table(),
                    2 => self.quotation(),
                    _ => self.paragraph(),
                }
            }
        }
        for number in 1..=self.footnotes {
            let text = self.statement(10);
            writeln!(self.body, "[^{number}]: {text}").expect(WRITES);
        }
        Page { kind, title, summary, edges, body: self.body }
    }

    /// One to four relations to factors and up to two to programmes; factors state fewer.
    fn edges(&mut self, kind: Kind) -> Vec<(&'static str, usize, Option<String>)> {
        let [to_factors, to_programmes] = kind.relations();
        let (most, few) = if kind == Kind::Factor { (1, 1) } else { (4, 2) };
        let factor_count = self.random.between(1, most);
        let programme_count = self.random.between(0, few);
        let wanted = [(to_factors.0, Kind::Factor, factor_count), (to_programmes.0, Kind::Programme, programme_count)];
        let mut edges: Vec<(&'static str, usize, Option<String>)> = Vec::new();
        for (relation, target_kind, count) in wanted {
            for _ in 0..count {
                let targets = self.corpus.of_kind(target_kind);
                // Few pages have many relations: the square of an even number favours the first ones.
                let at = self.random.below(1000);
                let to = targets.start + at * at * targets.len() / 1_000_000;
                // A relation of two pages of one kind is stated once: by the later one.
                let is_stated = (kind == target_kind && to >= self.index) || edges.iter().any(|edge| edge.1 == to);
                if !is_stated {
                    let cite = self.is_full().then(|| self.citation());
                    edges.push((relation, to, cite));
                }
            }
        }
        edges
    }

    fn citation(&mut self) -> String {
        // A tenth rests on the source that the site derives from.
        if self.evidence.percent(10) {
            return format!("[@subject, ¶{}]", self.evidence.between(1, PASSAGES));
        }
        let source = self.sources[self.evidence.below(self.sources.len())];
        match self.evidence.below(3) {
            0 => format!("[@source-{source}]"),
            _ => format!("[@source-{source}, p. {}]", self.evidence.between(1, 60)),
        }
    }

    /// A sentence with its stop and its mark.
    fn statement(&mut self, words: usize) -> String {
        self.words += words;
        let target = self.random.percent(12).then(|| self.random.below(self.corpus.size));
        let emphasis = self.random.percent(15);
        let link_at = self.random.between(1, words - 1);
        let is_full = self.is_full();
        let fact = (is_full && self.evidence.percent(4)).then(|| self.evidence.below(self.corpus.fact_count()));
        let used = (is_full && self.evidence.percent(6)).then(|| self.evidence.below(self.corpus.term_count()));
        let corpus = self.corpus;
        let mut text = sentence(&mut self.random, words, &mut |at, text| {
            if at != link_at {
                return;
            }
            if let Some(target) = target {
                write!(text, "[{}](../{}) ", name(target).replace('-', " "), corpus.path(target)).expect(WRITES);
            } else if emphasis {
                text.push_str("**in the end** ");
            }
            if let Some(fact) = fact {
                write!(text, "with [=fact-{fact}] ").expect(WRITES);
            }
            if let Some(used) = used {
                write!(text, "by {} ", term(used)).expect(WRITES);
            }
        });
        text.push('.');
        if self.is_full() && !self.is_editorial {
            text.push(' ');
            text.push_str(&self.citation());
        }
        text
    }

    fn paragraph(&mut self) {
        for at in 0..self.random.between(2, 5) {
            let words = self.random.between(9, 24);
            let text = self.statement(words);
            self.body.push_str(if at == 0 { "" } else { "\n" });
            self.body.push_str(&text);
        }
        if self.random.percent(5) {
            self.footnotes += 1;
            let mark = if self.is_full() { "" } else { " " };
            write!(self.body, "{mark}[^{}]", self.footnotes).expect(WRITES);
        }
        self.body.push_str("\n\n");
    }

    fn introduction(&mut self) {
        let text = sentence(&mut self.random, 9, &mut |_, _| {});
        let cite = if self.is_full() && !self.is_editorial { self.citation() } else { String::new() };
        write!(self.body, "{text}: {cite}\n\n").expect(WRITES);
    }

    fn list(&mut self) {
        self.introduction();
        for _ in 0..self.random.between(3, 6) {
            let item = sentence(&mut self.random, 8, &mut |_, _| {});
            self.words += 8;
            writeln!(self.body, "- {item}.").expect(WRITES);
        }
        self.body.push('\n');
    }

    fn table(&mut self) {
        self.introduction();
        self.body.push_str("| What | When | How many |\n|---|---|---|\n");
        for _ in 0..self.random.between(3, 6) {
            let what = sentence(&mut self.random, 3, &mut |_, _| {}).replace(',', "");
            let (year, count) = (self.random.between(1980, 2025), self.random.between(2, 900));
            self.words += 5;
            writeln!(self.body, "| {what} | {year} | {count} |").expect(WRITES);
        }
        self.body.push('\n');
    }

    fn quotation(&mut self) {
        let words = self.random.between(12, 24);
        let text = self.statement(words);
        write!(self.body, "> {text}\n\n").expect(WRITES);
    }
}
