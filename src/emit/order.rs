//! The order of pages: what folder they are in, and what comes before and after.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::model::draft::Role;
use crate::model::site::Site;
use crate::model::{LanguageId, PageId};

/// The pages of the default language in the order that readers go through them.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// The home page.
    pub(super) home: Option<PageId>,
    /// Every folder's own page, by folder.
    pub(super) folders: BTreeMap<String, PageId>,
    /// Every folder's other pages.
    pub(super) of_folder: BTreeMap<String, Vec<PageId>>,
    /// For every page the one before and the one after it in its folder.
    neighbours: Vec<(Option<PageId>, Option<PageId>)>,
}

impl Order {
    /// Orders the pages of a site: by `order`, then by title.
    pub(super) fn new(site: &Site) -> Self {
        let mut order = Self { neighbours: vec![(None, None); site.pages.len()], ..Self::default() };
        for id in site.page_ids() {
            let page = site.page(id);
            if page.language != LanguageId::DEFAULT {
                continue;
            }
            match page.role {
                Role::Home => order.home = Some(id),
                Role::Folder => {
                    order.folders.insert(page.name.clone(), id);
                }
                Role::Page => {
                    let folder = page.path.folder().strip_prefix("content").unwrap_or_default();
                    let folder = folder.trim_start_matches('/').to_owned();
                    order.of_folder.entry(folder).or_default().push(id);
                }
            }
        }
        for ids in order.of_folder.values_mut() {
            ids.par_sort_by_cached_key(|id| {
                let page = site.page(*id);
                (page.common.order.unwrap_or(i64::MAX), page.common.title.to_lowercase(), page.path.clone())
            });
            for (index, id) in ids.iter().enumerate() {
                let previous = index.checked_sub(1).map(|index| ids[index]);
                order.neighbours[id.index()] = (previous, ids.get(index + 1).copied());
            }
        }
        order
    }

    /// The page before and the page after one in its folder.
    pub(super) fn neighbours(&self, id: PageId) -> (Option<PageId>, Option<PageId>) {
        self.neighbours[id.index()]
    }
}
