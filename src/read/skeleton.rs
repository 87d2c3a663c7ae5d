//! New pages: the front matter of a kind, with what is required open and the rest in remarks.

use std::sync::Arc;

use super::tables::{self, Key, Need, Takes};
use super::yaml;
use crate::model::KindId;
use crate::model::config::{Config, Field, FieldType, Relation};
use crate::model::draft::{Common, Draft};

/// A remark is cut where its line would be longer.
const WIDTH: usize = 110;

/// A page of a kind, or of none, with nothing in it but its title.
pub fn page(config: &Config, kind: Option<KindId>, title: &str, pages: &[Arc<Draft>]) -> String {
    let mut lines = vec![format!("title: {}", yaml::quoted(title))];
    let spec = kind.map(|kind| config.kind(kind));
    let fields = spec.map(|spec| spec.fields.as_slice()).unwrap_or_default();
    lines.extend(fields.iter().filter(|field| field.required).map(field_line));
    let mut optional: Vec<String> = common_lines(spec.is_some_and(|spec| spec.is_glossary), None);
    optional.extend(fields.iter().filter(|field| !field.required).map(field_line));
    for id in spec.map(|spec| spec.relations.as_slice()).unwrap_or_default() {
        optional.extend(relation_lines(config, config.relation(*id), pages));
    }
    whole(lines, optional)
}

/// The translation of a page, whose title is still to be written.
pub fn translation(config: &Config, original: &Draft) -> String {
    let Common { title, summary, .. } = &original.common;
    let lines = vec![with_remark("title:", title)];
    let is_glossary = original.kind.is_some_and(|kind| config.kind(kind).is_glossary);
    whole(lines, common_lines(is_glossary, summary.as_deref()))
}

fn whole(lines: Vec<String>, optional: Vec<String>) -> String {
    let mut text = "---\n".to_owned();
    for line in lines {
        text.push_str(&line);
        text.push('\n');
    }
    text.push_str("# The rest is optional. Take away the `# ` before what you need.\n");
    for line in optional {
        text.push_str("# ");
        text.push_str(&line);
        text.push('\n');
    }
    text.push_str("---\n\n");
    text
}

/// The keys that every page may have, but for its title. The summary's remark is the original's, if there is one.
fn common_lines(is_glossary: bool, original_summary: Option<&str>) -> Vec<String> {
    let terms = if is_glossary { tables::TERM } else { &[] };
    let keys = tables::PAGE.iter().chain(terms).filter(|key| key.need != Need::Required);
    keys.map(|key| match (key.name, original_summary) {
        ("summary", Some(summary)) => with_remark("summary:", summary),
        _ => common_line(key),
    })
    .collect()
}

fn common_line(key: &Key) -> String {
    let value = match key.takes {
        Takes::Texts => " []",
        Takes::Flag => " true",
        _ => "",
    };
    with_remark(&format!("{}:{value}", key.name), key.about)
}

fn field_line(field: &Field) -> String {
    let Field { name, title, takes, .. } = field;
    let title = &title.default;
    let (value, remark) = match takes {
        FieldType::Text => ("", title.clone()),
        FieldType::Texts => (" []", format!("{title}: texts with commas between them")),
        FieldType::Number => ("", format!("{title}: a number")),
        FieldType::Date => ("", format!("{title}: a year, month or day, as in 2026-11-22")),
        FieldType::Flag => ("", format!("{title}: true or false")),
        FieldType::Choice(choices) => ("", listed(choices.iter().map(|(key, _)| key.as_str()), usize::MAX)),
        FieldType::Address => ("", format!("{title}: an address, as in https://example.org/")),
    };
    with_remark(&format!("{}:{value}", yaml::quoted(name)), &remark)
}

/// A relation with its evidence where its kind owes some, otherwise as a list of names.
fn relation_lines(config: &Config, relation: &Relation, pages: &[Arc<Draft>]) -> Vec<String> {
    let kinds = relation.to.iter().map(|kind| config.kind(*kind).name.as_str());
    let title = format!("{}: pages of the kind {}", relation.title.default, listed(kinds, usize::MAX));
    let leads_there = |page: &&Arc<Draft>| {
        page.language == crate::model::LanguageId::DEFAULT && page.kind.is_some_and(|kind| relation.to.contains(&kind))
    };
    let names = pages.iter().filter(leads_there).map(|page| page.name.as_str());
    let name = yaml::quoted(&relation.name);
    if !config.requires_evidence(Some(relation.from)) {
        return vec![with_remark(&format!("{name}: []"), &format!("{title}: {}", listed(names, WIDTH)))];
    }
    let bases = config.evidence.bases.iter().map(|basis| basis.key.as_str());
    vec![
        with_remark(&format!("{name}:"), &title),
        with_remark("  - to:", &listed(names, WIDTH)),
        with_remark("    basis:", &listed(bases, usize::MAX)),
        "    note:".to_owned(),
        "    cite:  # as in \"[@key, ¶7]\"".to_owned(),
    ]
}

/// Words with commas between them, as many as come to a length.
fn listed<'word>(words: impl Iterator<Item = &'word str>, most: usize) -> String {
    let mut list = String::new();
    for word in words {
        if list.len() + word.len() > most {
            list.push_str(", …");
            break;
        }
        if !list.is_empty() {
            list.push_str(", ");
        }
        list.push_str(word);
    }
    list
}

/// A line with a remark after it, in one line however it was written.
fn with_remark(line: &str, remark: &str) -> String {
    let remark = one_line(remark);
    if remark.is_empty() {
        return line.to_owned();
    }
    let most = WIDTH.saturating_sub(line.chars().count());
    let cut: String =
        if remark.chars().count() > most { remark.chars().take(most).chain(['…']).collect() } else { remark };
    format!("{line}  # {cut}")
}

/// A text with single spaces for all that would break a line or cannot be seen.
pub fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|one| if one.is_control() { ' ' } else { one }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;
    use crate::read::Files;
    use crate::text::SitePath;

    struct One(Vec<SitePath>, String, String);

    impl Files for One {
        fn paths(&self) -> &[SitePath] {
            &self.0
        }
        fn load(&self, path: &SitePath) -> Result<Vec<u8>, String> {
            let text = if path.as_str() == crate::read::SITE_FILE { &self.1 } else { &self.2 };
            Ok(text.clone().into_bytes())
        }
        fn refused(&self) -> &[crate::read::Refused] {
            &[]
        }
    }

    const SITE: &str = "title: Tides
languages: [en, fr]
evidence: {require: [cause], bases: {study: A study reports}}
kinds:
  cause:
    folder: causes
    title: Cause
    plural: Causes
    fields:
      size: {type: choice, of: {small: Small, large: Large}, required: true}
      seen: {type: date}
      \"no\": {type: flag, title: \"Two\\nlines # and more\"}
    relations:
      leads_to: {to: cause, title: Leads to, inverse: Caused by}
  term: {folder: glossary, title: Term, plural: Glossary, glossary: true}
";

    fn read(page: &str) -> (Arc<Draft>, Vec<(Code, String)>) {
        let path = |text| SitePath::parse(text).expect("a path");
        let paths = vec![path("content/causes/moon.md"), path(crate::read::SITE_FILE)];
        let (mut drafts, problems) = crate::read::all(&One(paths, SITE.to_owned(), page.to_owned()));
        let problems = problems.into_iter().map(|problem| (problem.code, problem.message)).collect();
        (drafts.pages.remove(0), problems)
    }

    fn config() -> Config {
        let paths = vec![SitePath::parse(crate::read::SITE_FILE).expect("a path")];
        crate::read::all(&One(paths, SITE.to_owned(), String::new())).0.config
    }

    #[test]
    fn only_what_is_required_is_missing() {
        let config = config();
        let text = page(&config, config.kind_named("cause"), "The moon", &[]);
        let (draft, problems) = read(&text);
        assert_eq!(draft.common.title, "The moon");
        assert_eq!(problems, [(Code::MissingKey, "`size` is required, and it is empty".to_owned())]);
        assert!(text.contains("size:  # small, large\n"), "{text}");

        // With its remarks taken away, every key is known and every line is YAML.
        let lines = text.lines().map(|line| line.strip_prefix("# ").filter(|_| !line.starts_with("# The rest")));
        let open: Vec<&str> = lines.zip(text.lines()).map(|(open, line)| open.unwrap_or(line)).collect();
        let open = format!("{}\n", open.join("\n")).replace("size:", "size: large").replace("- to:", "- to: moon");
        let (draft, problems) = read(&open);
        assert_eq!(problems, [], "{open}");
        assert_eq!(draft.edges.len(), 1, "{open}");
    }

    #[test]
    fn a_translation_asks_for_its_own_title() {
        let config = config();
        let (original, _) = read("---\ntitle: \"The moon: why?\"\nsummary: It pulls.\nsize: large\n---\n");
        let text = translation(&config, &original);
        assert!(text.starts_with("---\ntitle:  # The moon: why?\n"), "{text}");
        assert!(text.contains("# summary:  # It pulls.\n") && !text.contains("size"), "{text}");
    }

    proptest::proptest! {
        #[test]
        fn every_title_comes_back(title in "\\PC{1,40}|[-:#'\"\\[\\]{}&*!|>%@`,?~ \\na0]{1,12}|yes|null|~|2011|1e3|0x1F|<<|---") {
            let title = one_line(&title);
            proptest::prop_assume!(!title.is_empty());
            let (draft, problems) = read(&page(&Config::default(), None, &title, &[]));
            proptest::prop_assert_eq!(&draft.common.title, &title);
            proptest::prop_assert!(problems.iter().all(|(code, _)| *code == Code::MissingKey), "{:?}", problems);
        }
    }
}
