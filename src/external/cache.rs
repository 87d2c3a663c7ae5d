//! Answers of earlier runs, in one file for all sites of a user.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::Answer;

const DAY: u64 = 86_400;

/// For how long an address that was alive is taken to be.
const ALIVE_FOR: u64 = 7 * DAY;

/// For how long one that was gone is taken to be: it may have been mended since.
const GONE_FOR: u64 = DAY;

/// What is kept. Of what nobody could tell nothing is kept.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(super) struct Cache {
    /// The form of the file.
    version: u32,
    answers: BTreeMap<String, Kept>,
}

#[derive(Debug, Deserialize, Serialize)]
struct Kept {
    /// When it was asked, in seconds since 1970.
    at: u64,
    /// Why it is gone; nothing when it is alive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gone: Option<String>,
}

const VERSION: u32 = 1;

impl Cache {
    /// Reads the file. One that is not there or cannot be read holds nothing: everything is asked anew.
    pub(super) fn load(path: &Path) -> Self {
        let read = std::fs::read(path).ok().and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok());
        read.filter(|cache| cache.version == VERSION).unwrap_or_default()
    }

    /// What an address answered, when that was not too long ago.
    pub(super) fn answer(&self, address: &str) -> Option<Answer> {
        self.answer_at(address, now())
    }

    fn answer_at(&self, address: &str, now: u64) -> Option<Answer> {
        let kept = self.answers.get(address)?;
        let is_fresh = kept.at <= now && now - kept.at < kept.lifetime();
        is_fresh.then(|| kept.gone.clone().map_or(Answer::Alive, Answer::Gone))
    }

    /// Keeps an answer.
    pub(super) fn remember(&mut self, address: &str, answer: &Answer) {
        let gone = match answer {
            Answer::Alive => None,
            Answer::Gone(why) => Some(why.clone()),
            Answer::Unknown(_) => return,
        };
        self.answers.insert(address.to_owned(), Kept { at: now(), gone });
    }

    /// Writes the file, whole or not at all. Answers that have grown old are left out.
    pub(super) fn save(&mut self, path: &Path) -> Result<(), String> {
        let now = now();
        self.version = VERSION;
        self.answers.retain(|_, kept| kept.at <= now && now - kept.at < kept.lifetime());
        let told = |error: &dyn std::fmt::Display| format!("`{}`: {error}", path.display());
        let folder = path.parent().ok_or_else(|| told(&"it is in no folder"))?;
        std::fs::create_dir_all(folder).map_err(|error| told(&error))?;
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|error| told(&error))?;
        let json = serde_json::to_vec(self).expect("texts and numbers serialise");
        file.write_all(&json).map_err(|error| told(&error))?;
        file.persist(path).map_err(|error| told(&error.error))?;
        Ok(())
    }
}

impl Kept {
    fn lifetime(&self) -> u64 {
        if self.gone.is_some() { GONE_FOR } else { ALIVE_FOR }
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_grow_old() {
        let kept = |gone: Option<&str>| Kept { at: 1_000, gone: gone.map(ToOwned::to_owned) };
        let answers = BTreeMap::from([("a".to_owned(), kept(None)), ("b".to_owned(), kept(Some("404")))]);
        let cache = Cache { version: VERSION, answers };
        let check = |address: &str, now: u64, expected: Option<Answer>| {
            assert_eq!(cache.answer_at(address, now), expected, "{address} at {now}");
        };
        check("a", 1_000 + ALIVE_FOR - 1, Some(Answer::Alive));
        check("a", 1_000 + ALIVE_FOR, None);
        check("b", 1_000 + GONE_FOR - 1, Some(Answer::Gone("404".to_owned())));
        check("b", 1_000 + GONE_FOR, None);
        // A clock that was set back makes no answer of the future true.
        check("a", 999, None);
        check("c", 1_000, None);
    }

    #[test]
    fn a_broken_file_is_as_good_as_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("deep/links.json");
        let mut cache = Cache::default();
        cache.remember("https://example.org/", &Answer::Alive);
        cache.remember("https://example.org/a", &Answer::Unknown("slow".to_owned()));
        cache.save(&path).expect("a file that can be written");
        assert_eq!(Cache::load(&path).answer("https://example.org/"), Some(Answer::Alive));
        assert_eq!(Cache::load(&path).answer("https://example.org/a"), None);
        std::fs::write(&path, "{").expect("a file that can be written");
        assert_eq!(Cache::load(&path).answer("https://example.org/"), None);
    }
}
