//! Names and addresses made from file names.

use super::keys::{Problems, Value};
use super::messages;
use crate::model::config::Config;
use crate::model::draft::Role;
use crate::model::{KindId, LanguageId};
use crate::text::SitePath;
use crate::text::slug::{is_address_segment, slug as slug_of};

/// What a page's path says of it.
pub(super) struct Identity {
    pub(super) name: String,
    pub(super) language: LanguageId,
    pub(super) role: Role,
    pub(super) kind: Option<KindId>,
}

/// Reads `content/factors/family-ties.fr.md` as the French of `family-ties`, in the folder of factors.
pub(super) fn identity(path: &SitePath, config: &Config, problems: &Problems) -> Identity {
    let below = path.below("content").unwrap_or(path.as_str());
    let (folder, file_name) = below.rsplit_once('/').unwrap_or(("", below));
    let stem = file_name.strip_suffix(".md").unwrap_or(file_name);
    let mut is_told = false;
    let (stem, language) = match stem.rsplit_once('.') {
        Some((rest, tag)) => match config.language_tagged(tag) {
            Some(language) => (rest, language),
            None if looks_like_language(tag) && !rest.is_empty() => {
                problems.push(messages::undeclared_language(path, tag));
                is_told = true;
                // With the tag in its name, it is no second page with the name of its original.
                (stem, LanguageId::DEFAULT)
            }
            None => (stem, LanguageId::DEFAULT),
        },
        None => (stem, LanguageId::DEFAULT),
    };
    let role = match (folder, stem) {
        ("", "index" | "_index") => Role::Home,
        (_, "index" | "_index") => Role::Folder,
        _ => Role::Page,
    };
    let segments = folder.split('/').filter(|segment| !segment.is_empty());
    let own = (role == Role::Page && !is_told).then_some(stem);
    for segment in segments.chain(own) {
        if !is_address_segment(segment) {
            problems.push(messages::bad_name(path, segment, &slug_of(segment)));
        }
    }
    let name = match role {
        Role::Home => "index",
        Role::Folder => folder,
        Role::Page => stem,
    };
    let name = name.to_owned();
    let kind = if role == Role::Page { config.kind_of_folder(folder) } else { None };
    Identity { name, language, role, kind }
}

/// A `slug:` of front matter, if it can be part of an address.
pub(super) fn slug(value: &Value<'_>) -> Option<String> {
    let text = value.text()?;
    if is_address_segment(&text) {
        return Some(text);
    }
    value.problems.push(messages::bad_slug(value.place(), &text, &slug_of(&text)));
    None
}

fn looks_like_language(tag: &str) -> bool {
    (2..=3).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_lowercase())
}
