//! `content/urls.lock`.

use super::keys::Problems;
use super::messages;
use crate::model::lock::{Address, Locked};
use crate::model::output_path::OutputPath;
use crate::text::{Place, SitePath, Span};

/// Reads the addresses, one a line. Empty lines and lines that begin with `#` say nothing.
pub(super) fn read(path: &SitePath, text: &str, problems: &Problems) -> Vec<Locked> {
    let mut locked = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let begin = start + (line.len() - line.trim_start_matches('\u{feff}').trim_start().len());
        start += line.len();
        let line = line.trim_matches('\u{feff}').trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let span = Span::new(begin..begin + line.len());
        let (page, heading) = match line.split_once('#') {
            Some((page, heading)) => (page, Some(heading.to_owned())),
            None => (line, None),
        };
        let is_whole = heading.as_ref().is_none_or(|heading| !heading.is_empty());
        match OutputPath::parse(page).filter(|_| is_whole && page.ends_with(".html")) {
            Some(page) => locked.push(Locked { address: Address { page, heading }, span }),
            None => problems.push(messages::bad_lock(Place::span(path, span), line)),
        }
    }
    locked
}
