//! What each template sees, as the guide describes it: the tables of its page on templates, which a test holds to what
//! templates are given.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The page of the guide.
const PAGE: &str = include_str!("../../docs/content/reference/templates.md");

/// What is known of a value: its fields, when it has any, or of each of several.
pub(super) type Fields = BTreeMap<&'static str, Option<&'static str>>;

/// The tables of the page.
pub(super) struct Reference {
    /// What every template sees.
    all: Fields,
    /// What one template sees besides, by its name.
    own: BTreeMap<&'static str, Fields>,
    /// The fields of a value, by the anchor of their table.
    tables: BTreeMap<&'static str, Fields>,
}

impl Reference {
    /// The one there is.
    pub(super) fn get() -> &'static Self {
        static REFERENCE: LazyLock<Reference> = LazyLock::new(|| Reference::read(PAGE));
        &REFERENCE
    }

    fn read(page: &'static str) -> Self {
        let mut reference = Self { all: Fields::new(), own: BTreeMap::new(), tables: BTreeMap::new() };
        for section in page.split("\n#").skip(1) {
            let (heading, text) = section.split_once('\n').unwrap_or((section, ""));
            let fields: Fields = text.lines().filter_map(row).collect();
            let anchor = heading.split_once("{#").and_then(|(_, rest)| rest.strip_suffix('}'));
            let templates = heading.split('`').skip(1).step_by(2).filter(|name| name.contains('.'));
            reference.own.extend(templates.map(|template| (template, fields.clone())));
            match anchor {
                Some("all") => reference.all = fields,
                Some(anchor) => drop(reference.tables.insert(anchor, fields)),
                None => {}
            }
        }
        reference
    }

    /// What a template sees, for each name the anchor of its table. Pieces that others include see what those see: of
    /// them is known only what all agree in.
    pub(super) fn of_template(&self, name: &str) -> Fields {
        let kind_page = name.strip_prefix("page-").map(|_| "page.html");
        let mut seen = self.all.clone();
        if let Some(own) = self.own.get(kind_page.unwrap_or(name)) {
            seen.extend(own);
            return seen;
        }
        for (name, table) in self.own.values().flatten() {
            let known = seen.entry(name).or_insert(*table);
            if known != table {
                *known = None;
            }
        }
        seen
    }

    /// The fields of the table with this anchor.
    pub(super) fn fields(&self, anchor: &str) -> Option<&Fields> {
        self.tables.get(anchor)
    }

    /// Whether anything has a field of this name.
    pub(super) fn is_a_field(&self, name: &str) -> bool {
        self.tables.values().any(|fields| fields.contains_key(name))
    }

    /// Every name of a field.
    pub(super) fn field_names(&self) -> impl Iterator<Item = &'static str> {
        self.tables.values().flat_map(|fields| fields.keys().copied())
    }
}

/// A row as a name and the anchor that it links to: ``| `page` | the [page](#card) |``.
fn row(line: &'static str) -> Option<(&'static str, Option<&'static str>)> {
    let (name, rest) = line.strip_prefix("| `")?.split_once('`')?;
    let anchor = rest.split_once("](#").and_then(|(_, rest)| rest.split_once(')')).map(|(anchor, _)| anchor);
    Some((name, anchor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_is_read_from_the_guide() {
        let reference = Reference::get();
        let of_page = reference.of_template("page-factor.html");
        assert_eq!(of_page["page"], Some("page"));
        assert_eq!(of_page["site"], Some("site"));
        assert_eq!(of_page["title"], None);
        assert_eq!(reference.fields("page").expect("a table")["trail"], Some("card"));
        assert_eq!(reference.of_template("parts/card.html")["sitemap_url"], None);
        assert!(!of_page.contains_key("sitemap_url"));
        assert!(reference.is_a_field("is_editorial") && !reference.is_a_field("titel"));
    }
}
