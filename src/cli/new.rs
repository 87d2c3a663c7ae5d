//! `expound new`

use std::ffi::OsStr;
use std::path::Path;
use std::sync::Arc;

use super::arguments::{NewArguments, SiteArguments};
use super::{Error, Outcome, print, site, starter, tell, warn};
use crate::compile::compile;
use crate::disk;
use crate::model::draft::{Draft, Role};
use crate::model::{KindId, LanguageId};
use crate::read::{self, Drafts, skeleton};
use crate::text::SitePath;
use crate::text::nearest::nearest;
use crate::text::slug::slug;

/// A longer title makes a name of its first words.
const LONGEST_NAME: usize = 80;
/// The word for a page of no kind.
const NO_KIND: &str = "page";

/// Makes a site, a page or a translation.
pub(super) fn run(arguments: &SiteArguments, asked: &NewArguments) -> Result<Outcome, Error> {
    if asked.what == "site" {
        if asked.lang.is_some() {
            return Err(Error::Usage("`--lang` is for pages; a site names its languages in `site.yaml`".to_owned()));
        }
        return starter::run(Path::new(&asked.title));
    }
    let title = title(&asked.title)?;
    let folder = site::open(arguments)?;
    let (drafts, _) = read::all(&folder);
    if !drafts.config_is_sound {
        let outcome = tell(&compile(&folder, &site::options(arguments, None)?).report(Vec::new()));
        warn("no page was made\n");
        return Ok(outcome);
    }
    let kind = kind(&drafts, &asked.what)?;
    let language = language(&drafts, asked.lang.as_deref())?;
    let (path, text) = match language {
        LanguageId::DEFAULT => page(&drafts, kind, &title)?,
        _ => translation(&drafts, kind, language, &title)?,
    };
    if SitePath::parse(&path).is_none() {
        let message = format!("`{path}` is no path; mend the kind's `folder` in `content/site.yaml`");
        return Err(Error::Usage(message));
    }
    let path = site::shown(arguments, &path);
    disk::create(&path, text.as_bytes())?;
    print(&format!("{}\n", path.display()));
    Ok(Outcome::Clean)
}

fn title(given: &OsStr) -> Result<String, Error> {
    let Some(text) = given.to_str() else { return Err(Error::Usage("the title is not in UTF-8".to_owned())) };
    let title = skeleton::one_line(text);
    if title.is_empty() {
        return Err(Error::Usage("the title is empty".to_owned()));
    }
    Ok(title)
}

fn kind(drafts: &Drafts, name: &str) -> Result<Option<KindId>, Error> {
    let config = &drafts.config;
    if let Some(kind) = config.kind_named(name) {
        return Ok(Some(kind));
    }
    if name == NO_KIND {
        return Ok(None);
    }
    let known: Vec<&str> = config.kinds.iter().map(|kind| kind.name.as_str()).chain([NO_KIND, "site"]).collect();
    let help = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are `{}`", known.join("`, `")),
    };
    Err(Error::Usage(format!("the site has no kind `{name}`; {help}")))
}

fn language(drafts: &Drafts, tag: Option<&str>) -> Result<LanguageId, Error> {
    let Some(tag) = tag else { return Ok(LanguageId::DEFAULT) };
    drafts.config.language_tagged(tag).ok_or_else(|| {
        let known: Vec<&str> = drafts.config.languages.iter().map(|language| language.tag.as_str()).collect();
        let known = known.join("`, `");
        Error::Usage(format!("the site has no language `{tag}`; `languages` in `content/site.yaml` names `{known}`"))
    })
}

fn page(drafts: &Drafts, kind: Option<KindId>, title: &str) -> Result<(String, String), Error> {
    let name = name(title)?;
    if let Some(known) = drafts.pages.iter().find(|page| page.name == name) {
        let message = format!("`{}` has the name `{name}` already; choose another title", known.path);
        return Err(Error::Usage(message));
    }
    let path = match kind {
        Some(kind) => format!("content/{}/{name}.md", drafts.config.kind(kind).folder),
        None => format!("content/{name}.md"),
    };
    Ok((path, skeleton::page(&drafts.config, kind, title, &drafts.pages)))
}

fn translation(
    drafts: &Drafts,
    kind: Option<KindId>,
    language: LanguageId,
    title: &str,
) -> Result<(String, String), Error> {
    let is_candidate =
        |page: &&Arc<Draft>| page.language == LanguageId::DEFAULT && page.role == Role::Page && page.kind == kind;
    let candidates: Vec<&Arc<Draft>> = drafts.pages.iter().filter(is_candidate).collect();
    let wanted = slug(title);
    let found = candidates.iter().find(|page| page.common.title == title || page.name == title || page.name == wanted);
    let Some(original) = found else {
        let titles = candidates.iter().flat_map(|page| [page.common.title.as_str(), page.name.as_str()]);
        let near = nearest(title, titles).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        let message = format!("no page to translate is called `{title}`; give its title or name as it is{near}");
        return Err(Error::Usage(message));
    };
    let stem = original.path.as_str().strip_suffix(".md").expect("a page is a Markdown file");
    let tag = &drafts.config.language(language).tag;
    Ok((format!("{stem}.{tag}.md"), skeleton::translation(&drafts.config, original)))
}

/// The name that a title makes, from as many of its words as fit.
fn name(title: &str) -> Result<String, Error> {
    let mut name = String::new();
    for word in slug(title).split('-').filter(|word| !word.is_empty()) {
        if !name.is_empty() && name.len() + 1 + word.len() > LONGEST_NAME {
            break;
        }
        if !name.is_empty() {
            name.push('-');
        }
        name.extend(word.chars().take(LONGEST_NAME / 2));
    }
    match name.as_str() {
        "" => Err(Error::Usage(format!("the title `{title}` has no letter or digit to make a name of"))),
        "index" => {
            Err(Error::Usage("a page called `index` is the page of its folder; choose another title".to_owned()))
        }
        _ => Ok(name),
    }
}
