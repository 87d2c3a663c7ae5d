//! Pages by name, and pages with their translations.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::messages;
use crate::diagnostic::Diagnostic;
use crate::model::draft::Draft;
use crate::model::{LanguageId, PageId};
use crate::text::nearest::nearest;
use crate::text::{Place, SitePath};

/// Who is called what.
#[derive(Debug)]
pub(super) struct Names {
    // Only looked up, or put in order, so that no order of hashes can be seen.
    by_name: HashMap<String, PageId>,
    /// For every page, the page in the default language; itself where that is missing.
    originals: Vec<PageId>,
    /// For every original, its versions, itself first; for every other page, none.
    versions: Vec<Vec<PageId>>,
    /// Names that several pages have.
    ambiguous: BTreeSet<String>,
    /// Pages that this build leaves out.
    hidden: Vec<Hidden>,
}

/// A page that a build leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hidden {
    pub(super) name: String,
    pub(super) path: SitePath,
}

impl Names {
    /// The pages that this build leaves out.
    pub(super) fn hidden(&self) -> &[Hidden] {
        &self.hidden
    }

    pub(super) fn new(pages: &[Arc<Draft>], hidden: &[Hidden], problems: &mut Vec<Diagnostic>) -> Self {
        let mut by_name: HashMap<String, PageId> = HashMap::with_capacity(pages.len());
        let mut by_place: HashMap<(&str, &str), PageId> = HashMap::with_capacity(pages.len());
        let mut ambiguous = BTreeSet::new();
        for (index, draft) in pages.iter().enumerate() {
            if draft.language != LanguageId::DEFAULT {
                continue;
            }
            let id = PageId::new(index);
            by_place.insert((draft.path.folder(), &draft.name), id);
            match by_name.get(&draft.name) {
                Some(first) => {
                    let first = &pages[first.index()].path;
                    problems.push(messages::duplicate_name(&draft.path, &draft.name, first));
                    ambiguous.insert(draft.name.clone());
                }
                None => {
                    by_name.insert(draft.name.clone(), id);
                }
            }
        }
        let mut originals = Vec::with_capacity(pages.len());
        let mut versions: Vec<Vec<PageId>> = vec![Vec::new(); pages.len()];
        for (index, draft) in pages.iter().enumerate() {
            let id = PageId::new(index);
            let original = by_place.get(&(draft.path.folder(), draft.name.as_str())).copied();
            if original.is_none() {
                let file_name = format!("{}/{}.md", draft.path.folder(), draft.name);
                let elsewhere = by_name.get(&draft.name).map(|id| &pages[id.index()].path);
                let beside = by_place.keys().filter(|(folder, _)| *folder == draft.path.folder());
                let mut beside: Vec<&str> = beside.map(|(_, name)| *name).collect();
                beside.sort_unstable();
                let near = nearest(&draft.name, beside);
                problems.push(messages::no_original(&draft.path, &file_name, elsewhere, near));
            }
            let original = original.unwrap_or(id);
            originals.push(original);
            versions[original.index()].push(id);
        }
        for ids in &mut versions {
            ids.sort_by_key(|id| pages[id.index()].language);
        }
        Self { by_name, originals, versions, ambiguous, hidden: hidden.to_vec() }
    }

    /// The page with a name, in the default language.
    pub(super) fn find(&self, name: &str) -> Option<PageId> {
        self.by_name.get(name).copied()
    }

    /// Whether several pages have a name, so that nobody can tell which is meant. They have had their message.
    pub(super) fn is_ambiguous(&self, name: &str) -> bool {
        self.ambiguous.contains(name)
    }

    /// The page of a name that this build leaves out.
    pub(super) fn is_hidden(&self, name: &str) -> bool {
        self.hidden.iter().any(|hidden| hidden.name == name)
    }

    /// The page at a path, if this build leaves it out.
    pub(super) fn hidden_at(&self, path: &str) -> Option<&Hidden> {
        self.hidden.iter().find(|hidden| hidden.path.as_str() == path)
    }

    /// The problem of a name that no page has, where any page may be meant.
    pub(super) fn missing(&self, place: Place, name: &str, pages: &[Arc<Draft>]) -> Diagnostic {
        if name.is_empty() {
            return messages::empty_link(place);
        }
        if self.is_hidden(name) {
            return messages::link_to_draft(place, name);
        }
        messages::unknown_page(place, name, self.meant(name, pages, |_| true))
    }

    /// The name that was most likely meant: that of the page whose path or title was written, or a near one.
    pub(super) fn meant(&self, wrong: &str, pages: &[Arc<Draft>], is_wanted: impl Fn(&Draft) -> bool) -> Option<&str> {
        let all = self.by_name.iter().map(|(name, id)| (name.as_str(), &pages[id.index()]));
        let mut wanted: Vec<(&str, &Arc<Draft>)> = all.filter(|(_, page)| is_wanted(page)).collect();
        wanted.sort_unstable_by_key(|(name, _)| *name);
        let names = || wanted.iter().map(|(name, _)| *name);
        let stem = wrong.rsplit('/').next().unwrap_or(wrong);
        let stem = stem.strip_suffix(".md").unwrap_or(stem);
        let title = wrong.to_lowercase();
        let is_titled = |page: &Draft| page.common.title.to_lowercase() == title;
        let by_stem = names().find(|name| *name == stem && stem != wrong);
        by_stem
            .or_else(|| wanted.iter().find(|(_, page)| is_titled(page)).map(|(name, _)| *name))
            .or_else(|| nearest(wrong, names()))
            .or_else(|| nearest(stem, names()))
    }

    /// The page in the default language.
    pub(super) fn original(&self, index: usize) -> PageId {
        self.originals[index]
    }

    /// A page in all its languages, the default first.
    pub(super) fn translations(&self, index: usize) -> Vec<PageId> {
        self.versions[self.originals[index].index()].clone()
    }

    /// A page in a language, or as it is where it is not translated.
    pub(super) fn in_language(&self, id: PageId, language: LanguageId, pages: &[Arc<Draft>]) -> PageId {
        let versions = &self.versions[self.originals[id.index()].index()];
        versions.iter().copied().find(|version| pages[version.index()].language == language).unwrap_or(id)
    }
}
