//! The search index: what Pagefind makes of a site's records. The one file that knows Pagefind and the runtime it asks
//! for.
//!
//! Pagefind reads the working folder and one variable of the environment, and its work is asynchronous in form; for
//! that it stands above `compile`. What it gives is decided by the records alone.

use std::collections::BTreeMap;
use std::fmt;

use pagefind::api::PagefindIndex;
use pagefind::options::PagefindServiceConfig;

use crate::emit::search::{FOLDER, Record};
use crate::model::output_path::OutputPath;

/// The release of Pagefind, which a test holds to the one that is built in.
const PAGEFIND_VERSION: &str = "1.6.0";

/// What else decides what an index holds: to be counted up when this file makes another of the same records.
const FORM: &str = "1";

/// The files of Pagefind that a reader's browser asks for. The rest are interfaces that this theme does not use.
const WANTED: &[&str] = &["pagefind.js", "pagefind-worker.js", "pagefind-entry.json"];

/// Up to so many pages, a result is a file of its own; beyond, several share one, since a disk with twice as many files
/// makes everything slower.
const MAX_FRAGMENTS: u32 = 1000;

/// The files of an index, by path in the built site.
pub type Index = BTreeMap<OutputPath, Vec<u8>>;

/// Why there is no index.
#[derive(Debug)]
pub struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "cannot make the search index: {}; to build without it, say `--no-search`", self.0)
    }
}

impl std::error::Error for Error {}

/// Where the key of an index stands, beside its files.
pub fn key_path() -> OutputPath {
    within(FOLDER, "key.txt").expect("a path")
}

/// A text that is equal for equal records and differs for others: an index with the same key need not be made again.
pub fn key(records: &[Record]) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut add = |text: &str| {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    add(PAGEFIND_VERSION);
    add(FORM);
    for record in records {
        for text in [&record.path, &record.language, &record.title, &record.summary, &record.text] {
            add(text);
        }
        add(&record.synonyms.len().to_string());
        for synonym in &record.synonyms {
            add(synonym);
        }
        add(&record.filters.len().to_string());
        for (name, values) in &record.filters {
            add(name);
            add(&values.len().to_string());
            for value in values {
                add(value);
            }
        }
    }
    format!("{}\n", hasher.finalize().to_hex())
}

/// Makes the index of these records, its key included.
pub fn index(records: &[Record]) -> Result<Index, Error> {
    // Pagefind would panic without a working folder.
    std::env::current_dir().map_err(|error| Error(format!("the working folder cannot be read ({error})")))?;
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.map_err(|error| Error(error.to_string()))?;
    let files = runtime.block_on(files(records)).map_err(Error)?;
    let mut index = Index::from([(key_path(), key(records).into_bytes())]);
    for (name, bytes) in files {
        let is_wanted = WANTED.contains(&name.as_str())
            || name.starts_with("wasm.")
            || [".pf_meta", ".pf_index", ".pf_fragment", ".pf_filter"].iter().any(|ending| name.ends_with(ending));
        if is_wanted {
            let path = within(FOLDER, &name).ok_or_else(|| Error(format!("`{name}` is no path")))?;
            index.insert(path, bytes);
        }
    }
    Ok(index)
}

async fn files(records: &[Record]) -> Result<Vec<(String, Vec<u8>)>, String> {
    // The alternative form of an error has its causes too.
    let said = |error| format!("{error:#}");
    let config = PagefindServiceConfig::builder().max_fragments(MAX_FRAGMENTS).build();
    let mut index = PagefindIndex::new(Some(config)).map_err(said)?;
    for record in records {
        // The title of a source is one of its words, and counts for less than that of a page.
        let title = if record.is_source() { "source" } else { "title" };
        let mut meta = BTreeMap::from([(title.to_owned(), record.title.clone())]);
        if !record.summary.is_empty() {
            meta.insert("summary".to_owned(), record.summary.clone());
        }
        if !record.synonyms.is_empty() {
            meta.insert("synonyms".to_owned(), record.synonyms.join(" "));
        }
        // Pagefind leaves out what has no text, whatever else it has.
        let text = [&record.text, &record.summary, &record.title].into_iter().find(|text| !text.is_empty());
        let (path, text) = (record.path.clone(), text.cloned().unwrap_or_default());
        // Its script asks for the language of the page in small letters.
        let language = record.language.to_lowercase();
        let filters = Some(record.filters.clone());
        index.add_custom_record(path, text, language, Some(meta), filters, None).await.map_err(said)?;
    }
    let files = index.get_files().await.map_err(said)?;
    let named = files.into_iter().map(|file| (file.filename.to_string_lossy().replace('\\', "/"), file.contents));
    Ok(named.collect())
}

fn within(folder: &str, name: &str) -> Option<OutputPath> {
    OutputPath::parse(&format!("{folder}/{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(path: &str, title: &str, text: &str) -> Record {
        Record {
            path: path.to_owned(),
            language: "en".to_owned(),
            title: title.to_owned(),
            synonyms: vec!["ebb".to_owned()],
            summary: String::new(),
            text: text.to_owned(),
            filters: BTreeMap::from([("kind".to_owned(), vec!["topic".to_owned()])]),
        }
    }

    #[test]
    fn the_release_in_the_key_is_the_one_that_is_built_in() {
        let index = index(&[record("tides.html", "Tides", "The moon.")]).expect("an index");
        let entry = &index[&within(FOLDER, "pagefind-entry.json").expect("a path")];
        let entry: serde_json::Value = serde_json::from_slice(entry).expect("JSON");
        assert_eq!(entry["version"], PAGEFIND_VERSION);
        assert_eq!(entry["languages"]["en"]["page_count"], 1);
    }

    #[test]
    fn a_page_of_a_title_alone_is_found_too_and_no_pages_make_an_index() {
        let index_of = |records: &[Record]| index(records).expect("an index");
        let count = |index: &Index, ending: &str| index.keys().filter(|path| path.as_str().ends_with(ending)).count();
        assert_eq!(count(&index_of(&[record("tides.html", "Tides", "")]), ".pf_fragment"), 1);
        assert_eq!(count(&index_of(&[]), ".pf_fragment"), 0);
    }

    #[test]
    fn a_key_tells_all_records_apart() {
        let one = record("tides.html", "Tides", "The moon.");
        let mut others = vec![record("tide.html", "Tides", "The moon."), record("tides.html", "Tide", "sThe moon.")];
        for change in [
            (|record: &mut Record| record.language = "fr".to_owned()) as fn(&mut Record),
            |record| record.summary = "Why".to_owned(),
            |record| record.synonyms.clear(),
            |record| record.synonyms = vec!["eb".to_owned(), "b".to_owned()],
            |record| record.filters.clear(),
        ] {
            let mut other = one.clone();
            change(&mut other);
            others.push(other);
        }
        let mut keys: Vec<String> = others.iter().map(|other| key(std::slice::from_ref(other))).collect();
        keys.extend([key(&[]), key(std::slice::from_ref(&one)), key(&[one.clone(), one.clone()])]);
        let count = keys.len();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), count);
        assert_eq!(key(std::slice::from_ref(&one)), key(&[one]));
    }
}
