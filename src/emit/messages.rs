//! The words of every problem that `emit` finds.

use crate::diagnostic::{Code, Diagnostic};
use crate::text::Place;

pub(super) fn template_syntax(place: Place, cause: &str) -> Diagnostic {
    Diagnostic::new(Code::TemplateSyntax, place, format!("the template cannot be read: {}", plain(cause)))
}

pub(super) fn template_error(place: Place, route: &str, cause: &str) -> Diagnostic {
    Diagnostic::new(Code::TemplateError, place, format!("while drawing `{route}`: {}", plain(cause)))
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

/// A library's words in the manner of ours: one line, no full stop, a small letter first.
fn plain(cause: &str) -> String {
    let line = cause.lines().next().unwrap_or(cause).trim_end_matches('.');
    let mut characters = line.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}
