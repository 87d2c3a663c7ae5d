//! The words of every problem that `resolve` finds.

use super::addresses::Owner;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::body::Heading;
use crate::model::config::Kind;
use crate::model::date::Date;
use crate::model::draft::DraftEdge;
use crate::model::output_path::OutputPath;
use crate::model::page::Page;
use crate::text::nearest::nearest;
use crate::text::{Place, SitePath};

pub(super) fn duplicate_name(path: &SitePath, name: &str, first: &SitePath) -> Diagnostic {
    Diagnostic::new(Code::DuplicateName, Place::file(path), format!("two pages have the name `{name}`"))
        .label(Place::file(first), "the first is here")
        .help("rename one of the files: relations and links find a page by its name alone")
}

/// An address that belongs to something else already, which is called `by`.
pub(super) fn duplicate_address(place: Place, owner: Owner<'_>, address: &str, first: &str, by: &str) -> Diagnostic {
    let message = match address == first {
        true => format!("the address `{address}` is taken by {by}"),
        false => format!("`{address}` is the same address on many computers as `{first}`, which is taken by {by}"),
    };
    let help = match owner {
        Owner::Alias(..) => "take the alias out, or give it another name",
        Owner::Source(_) => "give one of them another key",
        Owner::File(_) => "give the file another name",
        Owner::Page(_) | Owner::Reserved(_) => "give the page another name, or a `slug:` of its own",
    };
    Diagnostic::new(Code::DuplicateAddress, place, message).help(help)
}

/// An address that was published and is gone. `successor` is the page that may be the one that was there.
pub(super) fn vanished_address(place: Place, address: &OutputPath, successor: Option<&Page>) -> Diagnostic {
    let message = format!("`{address}` was published, and there is nothing at it any more");
    let diagnostic = Diagnostic::new(Code::VanishedAddress, place, message);
    let stem = address.as_str().trim_end_matches(".html");
    match successor {
        Some(page) => {
            let alias = match stem.rsplit_once('/') {
                Some((folder, name)) if folder == page.output.folder() => name.to_owned(),
                None if page.output.folder().is_empty() => stem.to_owned(),
                _ => format!("/{stem}"),
            };
            let paste = match page.common.aliases.is_empty() {
                true => format!("add `aliases: [{alias}]` to its front matter"),
                false => format!("add `{alias}` to its `aliases:`"),
            };
            diagnostic.label(Place::file(&page.path), "this page is new").help(format!(
                "if `{}` is that page now, {paste}; if it is gone for good, take this line out",
                page.path
            ))
        }
        None => diagnostic.help(format!(
            "add `aliases: [/{stem}]` to the front matter of the page that readers should find instead, or take this \
             line out if it is gone for good"
        )),
    }
}

/// An address whose page is a draft now.
pub(super) fn address_of_draft(place: Place, address: &OutputPath, draft: &SitePath) -> Diagnostic {
    let message = format!("`{address}` was published, and its page is a draft now, which this build leaves out");
    Diagnostic::new(Code::VanishedAddress, place, message)
        .label(Place::file(draft), "the draft is here")
        .help("take `draft: true` out of the page, or take this line out if nobody should find it any more")
}

/// A heading that was linked to and is gone. `near` is the one that it may be now.
pub(super) fn vanished_heading(place: Place, heading: &str, page: &Page, near: Option<&Heading>) -> Diagnostic {
    let message = format!("`{heading}` was linked to, and `{}` has no such heading any more", page.path);
    let help = match near {
        Some(near) => {
            let marks = "#".repeat(usize::from(near.level));
            format!(
                "if it is `{text}` now, write `{marks} {text} {{#{heading}}}`; if it is gone for good, take this line out",
                text = near.text
            )
        }
        None => format!(
            "write `{{#{heading}}}` after the heading that it is now, or take this line out if it is gone for good"
        ),
    };
    Diagnostic::new(Code::VanishedHeading, place, message).label(Place::file(&page.path), "the page is here").help(help)
}

pub(super) fn bad_alias(place: Place, alias: &str) -> Diagnostic {
    Diagnostic::new(Code::BadName, place, format!("`{alias}` cannot be an address of this site"))
        .help("write an address below the site's root, as in `folder/old-name`")
}

/// A translation without its original. `elsewhere` is a page of its name in another folder, `near` a near name in its own.
pub(super) fn no_original(
    path: &SitePath,
    original: &str,
    elsewhere: Option<&SitePath>,
    near: Option<&str>,
) -> Diagnostic {
    let message = format!("this is a translation, and the page it translates, `{original}`, is not there");
    let diagnostic = Diagnostic::new(Code::NoOriginal, Place::file(path), message);
    match (elsewhere, near) {
        (Some(page), _) => diagnostic.help(format!("move it to the folder of `{page}`")),
        (None, Some(name)) => diagnostic.help(format!("if it translates `{name}`, give it that name")),
        (None, None) => diagnostic.help("write that page first, or give this one the name of the page it translates"),
    }
}

pub(super) fn stated_in_translation(place: Place, relation: &str, original: &SitePath) -> Diagnostic {
    Diagnostic::new(Code::StatedInTranslation, place, format!("`{relation}` is stated in a translation"))
        .help(format!("take it out: relations are written once, in `{original}`, and show in every language"))
}

pub(super) fn unknown_target(place: Place, relation: &str, target: &str, near: Option<&str>) -> Diagnostic {
    let message = format!("`{relation}` leads to `{target}`, and no page has that name");
    Diagnostic::new(Code::UnknownTarget, place, message).did_you_mean(near)
}

pub(super) fn draft_target(place: Place, target: &str) -> Diagnostic {
    leads_to_draft(Code::UnknownTarget, place, target)
}

pub(super) fn link_to_draft(place: Place, name: &str) -> Diagnostic {
    leads_to_draft(Code::UnknownPage, place, name)
}

fn leads_to_draft(code: Code, place: Place, name: &str) -> Diagnostic {
    Diagnostic::new(code, place, format!("`{name}` is a draft, which this build leaves out"))
        .help("build with `--drafts`, or take `draft: true` out of that page")
}

pub(super) fn wrong_target_kind(
    place: Place,
    relation: &str,
    target: &str,
    found: Option<&Kind>,
    wanted: &[&Kind],
) -> Diagnostic {
    let found = found.map_or("a page of no kind".to_owned(), |kind| format!("of the kind `{}`", kind.name));
    let wanted: Vec<String> = wanted.iter().map(|kind| format!("`{}`", kind.name)).collect();
    let message = format!("`{relation}` leads to pages of the kind {}, and `{target}` is {found}", wanted.join(" or "));
    Diagnostic::new(Code::WrongTargetKind, place, message)
}

pub(super) fn target_is_itself(place: Place, relation: &str) -> Diagnostic {
    Diagnostic::new(Code::WrongTargetKind, place, format!("`{relation}` leads from this page to itself"))
}

/// In what way a relation is stated twice.
pub(super) enum Repeated<'relation> {
    /// Twice on one page.
    OnOnePage,
    /// On both of its pages, though it reads the same from both.
    OnBothSides,
    /// On both of its pages, where it reads like this from the other side.
    BothWays { inverse: &'relation str },
}

pub(super) fn repeated_relation(
    place: Place,
    relation: &str,
    target: &str,
    first: Place,
    how: &Repeated<'_>,
) -> Diagnostic {
    let (message, help) = match how {
        Repeated::OnOnePage => (format!("`{relation}` leads to `{target}` twice"), "keep one of the two".to_owned()),
        Repeated::OnBothSides => (
            format!("`{relation}` between this page and `{target}` is stated on both sides"),
            "keep one of the two: the other page shows it by itself".to_owned(),
        ),
        Repeated::BothWays { inverse } => (
            format!("`{relation}` leads both ways between this page and `{target}`"),
            format!("keep the one that is meant: the other page shows it by itself, under “{inverse}”"),
        ),
    };
    Diagnostic::new(Code::RepeatedRelation, place, message).label(first, "first stated here").help(help)
}

pub(super) fn uncited_relation(
    place: Place,
    relation: &str,
    edge: &DraftEdge,
    lacks_basis: bool,
    lacks_citation: bool,
) -> Diagnostic {
    let missing = match (lacks_basis, lacks_citation) {
        (true, true) => "whose voice it is, nor what it rests on",
        (true, false) => "whose voice it is",
        (false, _) => "what it rests on",
    };
    let basis = lacks_basis.then_some("basis: …");
    let citation = lacks_citation.then_some("cite: \"[@key, ¶7]\"");
    let lines: Vec<&str> = basis.into_iter().chain(citation).collect();
    let is_bare = edge.keys == edge.target_keys;
    let help = match is_bare {
        true => format!("write `{{to: {}, {}}}` in its place", edge.target, lines.join(", ")),
        false => format!(
            "add {} beside `to`",
            lines.iter().map(|line| format!("`{line}`")).collect::<Vec<_>>().join(" and ")
        ),
    };
    Diagnostic::new(Code::UncitedRelation, place, format!("this `{relation}` does not say {missing}")).help(help)
}

pub(super) fn unknown_source(place: Place, key: &str, near: Option<&str>) -> Diagnostic {
    let message = format!("no source has the key `{key}`");
    let diagnostic = Diagnostic::new(Code::UnknownSource, place, message);
    match near {
        Some(_) => diagnostic.did_you_mean(near),
        None => diagnostic.help("sources are declared in `content/sources.yaml`"),
    }
}

pub(super) fn unknown_passage(place: Place, key: &str, passage: &str, near: Option<&str>, last: &str) -> Diagnostic {
    let what = if passage == "note" { "note of its own".to_owned() } else { format!("paragraph {passage}") };
    let diagnostic = Diagnostic::new(Code::UnknownPassage, place, format!("`{key}` has no {what}"));
    match near {
        Some(name) => diagnostic.help(format!("did you mean `{name}`?")),
        None => diagnostic.help(format!("its passages, in `content/passages.yaml`, run to {last}")),
    }
}

pub(super) fn unknown_fact(place: Place, name: &str, near: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::UnknownFact, place, format!("no fact has the name `{name}`"));
    match near {
        Some(_) => diagnostic.did_you_mean(near),
        None => diagnostic.help("facts are declared in `content/facts.yaml`"),
    }
}

pub(super) fn unknown_page(place: Place, name: &str, near: Option<&str>) -> Diagnostic {
    Diagnostic::new(Code::UnknownPage, place, format!("no page is called `{name}`")).did_you_mean(near)
}

pub(super) fn unknown_page_file(place: Place, path: &str, near: Option<&str>) -> Diagnostic {
    Diagnostic::new(Code::UnknownPage, place, format!("no page is at `{path}`")).did_you_mean(near)
}

pub(super) fn empty_link(place: Place) -> Diagnostic {
    Diagnostic::new(Code::UnknownPage, place, "this link does not say where it leads")
        .help("name a page, a file or an address")
}

pub(super) fn link_to_output(place: Place, path: &str, page: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::UnknownPage, place, format!("no page is at `{path}`"));
    match page {
        Some(page) => diagnostic.help(format!("did you mean `{page}`?")),
        None => diagnostic.help("link to the file that the page is written in, which ends in `.md`"),
    }
}

/// `anchors` are those of all headings of the page.
pub(super) fn unknown_heading(place: Place, fragment: &str, page: &str, anchors: &[&str]) -> Diagnostic {
    let message = format!("{page} has no heading with the anchor `{fragment}`");
    let diagnostic = Diagnostic::new(Code::UnknownHeading, place, message);
    match nearest(fragment, anchors.iter().copied()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None if anchors.is_empty() => diagnostic.help("it has no headings; link to the page as a whole"),
        None if anchors.len() > 12 => diagnostic,
        None if anchors.len() == 1 => diagnostic.help(format!("its one heading has the anchor `{}`", anchors[0])),
        None => {
            let anchors: Vec<String> = anchors.iter().map(|anchor| format!("`{anchor}`")).collect();
            diagnostic.help(format!("its headings have the anchors {}", anchors.join(", ")))
        }
    }
}

/// An image that readers' browsers would fetch from another site.
pub(super) fn image_elsewhere(place: Place, address: &str) -> Diagnostic {
    Diagnostic::new(Code::UnsafeLink, place, format!("`{address}` is not a file of the site, and pages show no others"))
        .help("put the image beside the page, if its licence allows that, or link to it without the `!`")
}

pub(super) fn unknown_file(place: Place, path: &str, near: Option<&str>) -> Diagnostic {
    Diagnostic::new(Code::UnknownFile, place, format!("no file is at `{path}`")).did_you_mean(near)
}

pub(super) fn link_to_data(place: Place, path: &str) -> Diagnostic {
    Diagnostic::new(Code::UnknownFile, place, format!("`{path}` is a data file, which is not part of the built site"))
}

pub(super) fn link_leaves_site(place: Place, path: &str) -> Diagnostic {
    Diagnostic::new(Code::UnknownFile, place, format!("`{path}` leads out of the site's folder"))
        .help("copy the file into `content/`, and link to it there")
}

pub(super) fn duplicate_form(place: Place, form: &str, first: &str, first_place: Place) -> Diagnostic {
    Diagnostic::new(Code::DuplicateForm, place, format!("the form `{form}` belongs to the term `{first}` already"))
        .label(first_place, "and is stated here")
        .help("leave it to one of the two")
}

pub(super) fn unused_source(place: Place, key: &str) -> Diagnostic {
    Diagnostic::new(Code::UnusedSource, place, format!("nothing cites the source `{key}`"))
}

pub(super) fn unused_fact(place: Place, name: &str) -> Diagnostic {
    Diagnostic::new(Code::UnusedFact, place, format!("nothing uses the fact `{name}`"))
}

pub(super) fn overdue_fact(place: Place, name: &str, due: Date, uses: &[Place]) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(Code::OverdueFact, place, format!("the fact `{name}` was to be reviewed by {due}"))
            .help("look at its source again, then give it a new `review_by`");
    uses.iter().fold(diagnostic, |diagnostic, place| diagnostic.label(place.clone(), "used here"))
}

/// A timeline of a group that no event belongs to.
pub(super) fn unknown_group<'name>(place: Place, name: &str, known: impl Iterator<Item = &'name str>) -> Diagnostic {
    Diagnostic::new(Code::UnknownChoice, place, format!("no event belongs to the group `{name}`"))
        .did_you_mean(nearest(name, known))
}

/// A block that divides pages by a field that is not there, or that is not one of choice.
pub(super) fn unknown_choice_field<'name>(
    place: Place,
    name: &str,
    known: impl Iterator<Item = &'name str>,
) -> Diagnostic {
    let message = format!("no kind of this block has a field of choice called `{name}`");
    Diagnostic::new(Code::UnknownChoice, place, message).did_you_mean(nearest(name, known))
}

/// A block that asks for a choice that its field does not have.
pub(super) fn unknown_field_choice<'name>(
    place: Place,
    field: &str,
    name: &str,
    known: impl Iterator<Item = &'name str>,
) -> Diagnostic {
    Diagnostic::new(Code::UnknownChoice, place, format!("`{name}` is not among the choices of `{field}`"))
        .did_you_mean(nearest(name, known))
}

pub(super) fn unknown_kind<'name>(place: Place, name: &str, known: impl Iterator<Item = &'name str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::UnknownChoice, place, format!("no kind has the name `{name}`"));
    match nearest(name, known) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help("kinds are declared in `content/site.yaml`"),
    }
}
