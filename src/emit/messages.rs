//! The words of every problem that `emit` finds.

use super::names::Called;
use crate::diagnostic::{Code, Diagnostic};
use crate::text::Place;

pub(super) fn template_syntax(place: Place, cause: &str) -> Diagnostic {
    Diagnostic::new(Code::TemplateSyntax, place, format!("the template cannot be read: {}", plain(cause)))
}

pub(super) fn template_error(place: Place, route: &str, cause: &str) -> Diagnostic {
    Diagnostic::new(Code::TemplateError, place, format!("while drawing `{route}`: {}", plain(cause)))
}

/// A template wants a value that it is not given.
pub(super) fn unknown_value(place: Place, name: &str, near: Option<&str>) -> Diagnostic {
    Diagnostic::new(Code::UnknownValue, place, format!("there is no value `{name}` here")).did_you_mean(near)
}

/// A template wants a field that its value, or any when its `owner` is empty, does not have.
pub(super) fn unknown_field(place: Place, owner: &str, field: &str, near: Option<&str>, known: &[&str]) -> Diagnostic {
    let message = match owner {
        "" => format!("nothing has a field `{field}`"),
        _ => format!("`{owner}` has no field `{field}`"),
    };
    let diagnostic = Diagnostic::new(Code::UnknownValue, place, message);
    match near {
        None if !known.is_empty() => diagnostic.help(format!("its fields are `{}`", known.join("`, `"))),
        near => diagnostic.did_you_mean(near),
    }
}

/// A template asks for a text of the interface that no file of strings has.
pub(super) fn unknown_string(place: Place, id: &str, near: Option<&str>) -> Diagnostic {
    Diagnostic::new(Code::UnknownValue, place, format!("no string has the id `{id}`")).did_you_mean(near)
}

/// A template calls what does not exist.
pub(super) fn unknown_call(place: Place, what: Called, name: &str, near: Option<&str>) -> Diagnostic {
    let message = format!("no {} is called `{name}`", what.noun());
    Diagnostic::new(Code::TemplateSyntax, place, message).did_you_mean(near)
}

/// A template includes or extends one that does not exist.
pub(super) fn missing_template(place: Place, name: &str, near: Option<&str>) -> Diagnostic {
    Diagnostic::new(Code::TemplateSyntax, place, format!("no template is called `{name}`")).did_you_mean(near)
}

/// Templates that include or extend one another in a circle.
pub(super) fn circle(place: Place, chain: &[String]) -> Diagnostic {
    let message = format!("the template needs itself: `{}`", chain.join("` → `"));
    Diagnostic::new(Code::TemplateSyntax, place, message).help("take one of these out of another")
}

pub(super) fn template_not_utf8(place: Place) -> Diagnostic {
    Diagnostic::new(Code::NotUtf8, place, "the template is not UTF-8").help("save the file as UTF-8")
}

pub(super) fn unknown_template(place: Place, name: &str, near: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::UnknownTemplate, place, format!("nothing is drawn with `{name}`"));
    match near {
        Some(_) => diagnostic.did_you_mean(near),
        None => diagnostic.help("templates of your own go into `templates/parts/`, from where others include them"),
    }
}

pub(super) fn bad_strings(place: Place, cause: &str) -> Diagnostic {
    Diagnostic::new(Code::BadStrings, place, format!("this is not Fluent: {}", plain(cause)))
}

/// What is wrong with a link of the built site.
pub(super) enum Wrong {
    /// Nothing is where it leads.
    Nothing {
        /// The path in the built site.
        path: String,
    },
    /// It begins at the root of the host.
    HostRoot,
    /// It leads above the root of the site.
    Above,
    /// What it leads to has no such id.
    Fragment {
        /// The id.
        fragment: String,
        /// The path of the file, unless it is the page itself.
        of: Option<String>,
    },
}

/// A link that leads nowhere. `near` is what was most likely meant, as it would be written in its place.
pub(super) fn broken_link(
    place: Place,
    written: &str,
    page: &str,
    is_theme: bool,
    wrong: &Wrong,
    near: Option<String>,
) -> Diagnostic {
    let on = if is_theme { format!("on `{page}`, ") } else { String::new() };
    let message = match wrong {
        Wrong::Nothing { path } if path.is_empty() || path.ends_with('/') => {
            format!("{on}`{written}` leads to a folder, which not every place that a site is read from can show")
        }
        Wrong::Nothing { path } if path == written => format!("{on}`{written}` is no file of the built site"),
        Wrong::Nothing { path } => format!("{on}`{written}` leads to `{path}`, which is no file of the built site"),
        Wrong::HostRoot => {
            format!("{on}`{written}` begins at the root of the host, and the site may be in a folder of it")
        }
        Wrong::Above => format!("{on}`{written}` leads out of the built site"),
        Wrong::Fragment { fragment, of: None } => format!("`{page}` has no id `{fragment}`"),
        Wrong::Fragment { fragment, of: Some(other) } => format!("{on}`{other}` has no id `{fragment}`"),
    };
    let diagnostic = Diagnostic::new(Code::BrokenLink, place, message);
    match (wrong, near) {
        (Wrong::Nothing { path }, Some(near)) if path.ends_with(".md") => {
            diagnostic.help(format!("raw HTML and templates link to pages as they are built: write `{near}`"))
        }
        (Wrong::HostRoot, Some(near)) => diagnostic.help(format!("write `{near}`")),
        (_, near) => diagnostic.did_you_mean(near.as_deref()),
    }
}

/// An id that is on a page twice.
pub(super) fn duplicate_id(place: Place, id: &str, page: &str, first: Place) -> Diagnostic {
    let is_one = place == first;
    let diagnostic = Diagnostic::new(Code::DuplicateId, place, format!("the id `{id}` stands twice on `{page}`"));
    match is_one {
        true => diagnostic.help("this is drawn more than once: put what differs into the id, as in `{{ loop.index }}`"),
        false => diagnostic.label(first, "first used here").help("give one of the two another id"),
    }
}

/// A library's words in the manner of ours: one line, no full stop, a small letter first.
fn plain(cause: &str) -> String {
    let line = cause.lines().next().unwrap_or(cause).trim_end_matches('.');
    let mut characters = line.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}
