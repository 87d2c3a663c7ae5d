//! Terms linked at their first use in the prose of a page. The one file that knows `aho-corasick`.

use std::collections::BTreeMap;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::messages;
use crate::diagnostic::Diagnostic;
use crate::model::body::{Hole, HoleKind, Markup};
use crate::model::config::Config;
use crate::model::draft::Draft;
use crate::model::{LanguageId, PageId};
use crate::text::html::escaped;
use crate::text::{KeyPath, Place};

/// Where a term stands in the HTML of a page.
#[derive(Clone, Copy, Debug)]
pub(super) struct TermPlace {
    /// How many holes are before it.
    holes: usize,
    start: u32,
    end: u32,
}

/// The terms of one page by number, and where each stands.
pub(super) type Linked = (Vec<PageId>, Vec<TermPlace>);

/// The terms of every language.
pub(super) struct Glossaries(Vec<Option<Glossary>>);

impl Glossaries {
    /// Gathers every form of every term.
    pub(super) fn new(pages: &[Arc<Draft>], config: &Config, problems: &mut Vec<Diagnostic>) -> Self {
        Self(config.language_ids().map(|language| Glossary::new(pages, language, config, problems)).collect())
    }

    /// Finds the terms of a page.
    pub(super) fn link(&self, page: PageId, draft: &Draft) -> Linked {
        match &self.0[draft.language.index()] {
            Some(glossary) => glossary.link(page, &draft.markup),
            None => Linked::default(),
        }
    }
}

/// So many forms are looked for with the fastest automaton, which takes some kilobytes of memory for each.
const FEW: usize = 500;

/// The terms of one language.
struct Glossary {
    automaton: AhoCorasick,
    /// For every pattern, its term and its form.
    patterns: Vec<(PageId, String)>,
}

impl Glossary {
    /// Gathers every form of every term; `None` when there are none.
    fn new(
        pages: &[Arc<Draft>],
        language: LanguageId,
        config: &Config,
        problems: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let mut owners: BTreeMap<String, (PageId, Place)> = BTreeMap::new();
        let mut patterns = Vec::new();
        for (index, draft) in pages.iter().enumerate() {
            let is_term = draft.kind.is_some_and(|kind| config.kind(kind).is_glossary);
            if !is_term || draft.language != language {
                continue;
            }
            let id = PageId::new(index);
            let top = KeyPath::default();
            let own = std::iter::once((draft.common.title.as_str(), top.key("title")));
            let others = draft.common.forms.iter().enumerate();
            let others = others.map(|(number, form)| (form.as_str(), top.key("forms").index(number)));
            for (form, keys) in own.chain(others) {
                let form = form.trim();
                if form.is_empty() {
                    continue;
                }
                let place = Place::value(&draft.path, keys);
                match owners.get(&form.to_lowercase()) {
                    Some((owner, _)) if *owner == id => {}
                    Some((owner, first)) => {
                        let title = &pages[owner.index()].common.title;
                        problems.push(messages::duplicate_form(place, form, title, first.clone()));
                    }
                    None => {
                        owners.insert(form.to_lowercase(), (id, place));
                        patterns.push((id, in_html(form)));
                    }
                }
            }
        }
        if patterns.is_empty() {
            return None;
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .ascii_case_insensitive(true)
            .kind((patterns.len() <= FEW).then_some(AhoCorasickKind::DFA))
            .build(patterns.iter().map(|(_, form)| form))
            .expect("a glossary is far smaller than an automaton can be");
        Some(Self { automaton, patterns })
    }

    /// Finds the terms of a page.
    fn link(&self, page: PageId, markup: &Markup) -> Linked {
        let html = markup.html.as_str();
        let mut terms: Vec<PageId> = Vec::new();
        let mut places: Vec<TermPlace> = Vec::new();
        let mut holes = 0;
        let mut closed = 0_u32;
        let mut in_tag = InTag { html, from: 0, is_open: false };
        for found in self.automaton.find_iter(html) {
            while let Some(hole) = markup.holes.get(holes).filter(|hole| hole.at as usize <= found.start()) {
                match hole.kind {
                    HoleKind::TermsOff => closed += 1,
                    HoleKind::TermsOn => closed = closed.saturating_sub(1),
                    _ => {}
                }
                holes += 1;
            }
            let (term, form) = &self.patterns[found.pattern().as_usize()];
            let is_split = markup.holes.get(holes).is_some_and(|hole| (hole.at as usize) < found.end());
            let is_wanted = closed == 0
                && *term != page
                && !terms.contains(term)
                && !is_split
                && is_whole_word(html, found.range())
                && !in_tag.at(found.start())
                && fits_case(form, &html[found.range()]);
            if !is_wanted {
                continue;
            }
            let narrow = |offset: usize| u32::try_from(offset).expect("a page's HTML is far smaller");
            terms.push(*term);
            places.push(TermPlace { holes, start: narrow(found.start()), end: narrow(found.end()) });
        }
        (terms, places)
    }
}

/// The holes of a page with those of its terms among them.
pub(super) fn with_terms(holes: &[Hole], places: &[TermPlace]) -> Vec<Hole> {
    let mut all = Vec::with_capacity(holes.len() + 2 * places.len());
    let mut from = 0;
    for (number, place) in (0..).zip(places) {
        all.extend_from_slice(&holes[from..place.holes]);
        all.push(Hole { at: place.start, kind: HoleKind::Term(number) });
        all.push(Hole { at: place.end, kind: HoleKind::LinkEnd });
        from = place.holes;
    }
    all.extend_from_slice(&holes[from..]);
    all
}

/// A form as it stands in a page's HTML: escaped as the Markdown writer escapes text, with a typeset apostrophe.
fn in_html(form: &str) -> String {
    escaped(&form.replace('\'', "’")).replace("&#39;", "'")
}

fn is_whole_word(html: &str, range: std::ops::Range<usize>) -> bool {
    let before = html[..range.start].chars().next_back();
    let after = html[range.end..].chars().next();
    let continues = |character: Option<char>| character.is_some_and(|one| one.is_alphanumeric() || one == '_');
    let hyphenated = |character: Option<char>| character == Some('-');
    !continues(before) && !continues(after) && !hyphenated(before) && !hyphenated(after)
}

/// Tells of one byte of HTML after another whether it lies in a tag. Text has its angle brackets escaped.
///
/// It goes through the HTML once: to look back for a bracket from every byte would take the square of that.
struct InTag<'html> {
    html: &'html str,
    from: usize,
    is_open: bool,
}

impl InTag<'_> {
    fn at(&mut self, at: usize) -> bool {
        if let Some(bracket) = self.html.as_bytes()[self.from..at].iter().rfind(|byte| matches!(byte, b'<' | b'>')) {
            self.is_open = *bracket == b'<';
        }
        self.from = at;
        self.is_open
    }
}

/// A form with capitals is a name, and must be written as it is; others may begin a sentence.
fn fits_case(form: &str, found: &str) -> bool {
    let is_name = form.chars().any(char::is_uppercase);
    let rest = |text: &str| text.chars().skip(1).collect::<String>();
    form == found || (!is_name && rest(form) == rest(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_told_from_text() {
        let html = "a <b title=\"c\">d</b> e";
        let mut in_tag = InTag { html, from: 0, is_open: false };
        let found: String = (0..html.len()).map(|at| if in_tag.at(at) { 't' } else { '.' }).collect();
        assert_eq!(found, "...tttttttttttt..ttt..");
    }
}
