//! Entries in words.

use hayagriva::Entry;

use super::kind_of;

/// An entry in words, for formats that are not Hayagriva's.
#[derive(Debug, Default)]
pub struct Details {
    /// The key.
    pub key: String,
    /// Hayagriva's type, in lower case, as in `article`.
    pub kind: String,
    /// The type of the work that it is part of.
    pub container_kind: Option<String>,
    /// The title.
    pub title: String,
    /// The authors.
    pub authors: Vec<Name>,
    /// Year, month and day, as far as they are known.
    pub date: Option<(i32, Option<u8>, Option<u8>)>,
    /// The title of the work that it is part of.
    pub container: Option<String>,
    /// Who published it.
    pub publisher: Option<String>,
    /// Volume, issue and pages.
    pub volume: Option<String>,
    /// The issue.
    pub issue: Option<String>,
    /// The pages.
    pub pages: Option<String>,
    /// The number of a report.
    pub number: Option<String>,
    /// The address on the web.
    pub url: Option<String>,
    /// The tag of its language.
    pub language: Option<String>,
}

/// A name of a person or an institution.
#[derive(Debug)]
pub struct Name {
    /// The family name, or all of an institution's.
    pub family: String,
    /// The given names.
    pub given: Option<String>,
}

/// The details of an entry.
pub(super) fn details(entry: &Entry) -> Details {
    let container = entry.parents().first();
    let text = |value: Option<String>| value.filter(|text| !text.is_empty());
    let publisher = entry.publisher().or_else(|| container.and_then(|parent| parent.publisher()));
    let publisher = publisher.and_then(|publisher| publisher.name()).map(ToString::to_string);
    let from_container =
        |own: Option<String>, of: &dyn Fn(&Entry) -> Option<String>| own.or_else(|| container.and_then(of));
    let volume = |entry: &Entry| entry.volume().map(ToString::to_string);
    let issue = |entry: &Entry| entry.issue().map(ToString::to_string);
    Details {
        key: entry.key().to_owned(),
        kind: kind_of(entry),
        container_kind: container.map(kind_of),
        title: entry.title().map_or_else(|| entry.key().to_owned(), ToString::to_string),
        authors: entry
            .authors()
            .unwrap_or_default()
            .iter()
            .map(|person| Name {
                family: match &person.prefix {
                    Some(prefix) => format!("{prefix} {}", person.name),
                    None => person.name.clone(),
                },
                given: person.given_name.clone(),
            })
            .collect(),
        // Hayagriva counts months and days from 0.
        date: entry.date().map(|date| (date.year, date.month.map(|month| month + 1), date.day.map(|day| day + 1))),
        container: container.and_then(|parent| parent.title()).map(ToString::to_string),
        publisher: publisher.or_else(|| entry.organization().map(ToString::to_string)),
        volume: text(from_container(volume(entry), &volume)),
        issue: text(from_container(issue(entry), &issue)),
        pages: text(entry.page_range().map(ToString::to_string)),
        number: entry.serial_number().and_then(|numbers| numbers.0.get("serial").cloned()),
        url: entry.url_any().map(|url| url.value.to_string()),
        language: entry.language().map(ToString::to_string),
    }
}
