//! Bibliographies for reference managers: CSL-JSON and BibTeX.
//!
//! CSL-JSON is that of CSL 1.0.2 (`csl-data.json`); BibTeX is the classic format with `biblatex`'s `url` and `langid`.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use super::BibliographyFormat;
use crate::model::bibliography::Details;

/// Every entry of a site in every format, written once for all files that hold it.
pub(super) struct Exports(Vec<[String; BibliographyFormat::ALL.len()]>);

impl Exports {
    /// Writes these entries.
    pub(super) fn new(entries: impl Iterator<Item = Details>) -> Self {
        let written = entries.map(|entry| {
            BibliographyFormat::ALL.map(|format| match format {
                BibliographyFormat::CslJson => {
                    let item = serde_json::to_string_pretty(&csl_item(&entry)).expect("texts and numbers serialise");
                    format!("  {}", item.replace('\n', "\n  "))
                }
                BibliographyFormat::Bibtex => {
                    let mut text = String::new();
                    write_bibtex(&entry, &mut text);
                    text
                }
            })
        });
        Self(written.collect())
    }

    /// A list of some of the entries, by number.
    pub(super) fn list(&self, numbers: impl Iterator<Item = usize>, format: BibliographyFormat) -> Vec<u8> {
        let texts: Vec<&str> = numbers.map(|number| self.0[number][format as usize].as_str()).collect();
        let text = match format {
            BibliographyFormat::CslJson if texts.is_empty() => "[]\n".to_owned(),
            BibliographyFormat::CslJson => format!("[\n{}\n]\n", texts.join(",\n")),
            BibliographyFormat::Bibtex => texts.concat(),
        };
        text.into_bytes()
    }

    /// The numbers of all entries.
    pub(super) fn numbers(&self) -> std::ops::Range<usize> {
        0..self.0.len()
    }
}

fn csl_item(entry: &Details) -> Value {
    let mut item = Map::new();
    item.insert("id".to_owned(), entry.key.as_str().into());
    item.insert("type".to_owned(), csl_type(entry).into());
    item.insert("title".to_owned(), entry.title.as_str().into());
    if !entry.authors.is_empty() {
        let names = entry.authors.iter().map(|name| match &name.given {
            Some(given) => json!({"family": name.family, "given": given}),
            None => json!({"literal": name.family}),
        });
        item.insert("author".to_owned(), names.collect());
    }
    if let Some((year, month, day)) = entry.date {
        let parts: Vec<i32> =
            std::iter::once(year).chain(month.map(i32::from)).chain(month.and(day).map(i32::from)).collect();
        item.insert("issued".to_owned(), json!({"date-parts": [parts]}));
    }
    let texts = [
        ("container-title", &entry.container),
        ("publisher", &entry.publisher),
        ("volume", &entry.volume),
        ("issue", &entry.issue),
        ("page", &entry.pages),
        ("number", &entry.number),
        ("URL", &entry.url),
        ("language", &entry.language),
    ];
    for (key, text) in texts {
        if let Some(text) = text {
            item.insert(key.to_owned(), text.as_str().into());
        }
    }
    Value::Object(item)
}

fn csl_type(entry: &Details) -> &'static str {
    match (entry.kind.as_str(), entry.container_kind.as_deref()) {
        ("article", Some("newspaper")) => "article-newspaper",
        ("article", Some("periodical")) => "article-journal",
        ("book", _) => "book",
        ("chapter", _) => "chapter",
        ("entry", _) => "entry",
        ("report", _) => "report",
        ("thesis", _) => "thesis",
        ("web", _) => "webpage",
        ("article", _) => "article",
        _ => "document",
    }
}

fn write_bibtex(entry: &Details, text: &mut String) {
    let writes = "a string takes all that is written";
    let kind = match (entry.kind.as_str(), entry.container_kind.as_deref()) {
        ("article", Some("newspaper" | "periodical")) => "article",
        ("book", _) => "book",
        ("chapter", _) => "incollection",
        ("report", _) => "techreport",
        ("thesis", _) => "phdthesis",
        _ => "misc",
    };
    let container_key = if kind == "incollection" { "booktitle" } else { "journal" };
    let publisher_key = if kind == "techreport" { "institution" } else { "publisher" };
    writeln!(text, "@{kind}{{{},", bibtex_key(&entry.key)).expect(writes);
    let mut field = |key: &str, value: &str| writeln!(text, "  {key} = {{{}}},", tex(value)).expect(writes);
    field("title", &entry.title);
    let authors: Vec<String> = entry
        .authors
        .iter()
        .map(|name| match &name.given {
            Some(given) => format!("{}, {given}", name.family),
            // Braces keep an institution's name in one piece.
            None => format!("\u{1}{}\u{2}", name.family),
        })
        .collect();
    if !authors.is_empty() {
        field("author", &authors.join(" and "));
    }
    if let Some((year, month, _)) = entry.date {
        field("year", &year.to_string());
        if let Some(month) = month {
            field("month", &month.to_string());
        }
    }
    let texts = [
        (container_key, &entry.container),
        (publisher_key, &entry.publisher),
        ("volume", &entry.volume),
        ("number", if kind == "article" { &entry.issue } else { &entry.number }),
        ("pages", &entry.pages),
        ("url", &entry.url),
        ("langid", &entry.language),
    ];
    for (key, value) in texts {
        if let Some(value) = value {
            field(key, value);
        }
    }
    text.push_str("}\n\n");
}

/// A key without the characters that end one in BibTeX.
fn bibtex_key(key: &str) -> String {
    key.chars().map(|one| if one.is_whitespace() || ",{}\\\"#%~'()=".contains(one) { '-' } else { one }).collect()
}

/// A text with the characters that TeX gives a meaning escaped.
fn tex(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{1}' => escaped.push('{'),
            '\u{2}' => escaped.push('}'),
            '{' | '}' | '%' | '&' | '$' | '#' | '_' => {
                escaped.push('\\');
                escaped.push(character);
            }
            '\\' => escaped.push_str("\\textbackslash{}"),
            '~' => escaped.push_str("\\textasciitilde{}"),
            '^' => escaped.push_str("\\textasciicircum{}"),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::bibliography::Entries;

    const YAML: &str = "
newton-1672:
  type: article
  title: Light & colours
  author: Newton, Isaac
  date: 1672-02-19
  url: https://example.org/a_b
  parent: {type: newspaper, title: Philosophical Transactions}
un:
  type: report
  title: List
  author: {name: UN Security Council}
";

    #[test]
    fn entries_are_written_for_reference_managers() {
        let exports = Exports::new(Entries::parse(YAML).expect("a bibliography").details());
        let bibtex = String::from_utf8(exports.list(0..2, BibliographyFormat::Bibtex)).expect("text");
        assert!(bibtex.contains("@article{newton-1672,\n  title = {Light \\& colours},\n  author = {Newton, Isaac},"));
        assert!(bibtex.contains("  journal = {Philosophical Transactions},\n  url = {https://example.org/a\\_b},"));
        assert!(bibtex.contains("author = {{UN Security Council}},"));
        let json: Value = serde_json::from_slice(&exports.list(0..2, BibliographyFormat::CslJson)).expect("JSON");
        assert_eq!(json[0]["type"], "article-newspaper");
        assert_eq!(json[0]["issued"]["date-parts"], json!([[1672, 2, 19]]));
        assert_eq!(json[1]["author"], json!([{"literal": "UN Security Council"}]));
        assert_eq!(exports.list(0..0, BibliographyFormat::CslJson), b"[]\n");
    }
}
