//! Templates that make what many pages share once: parts that say the same, and words of the interface.
//!
//! What comes of them is what comes of the templates as they are written. What is wrong with them is told by those, since
//! places are others here.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, RwLock};

use tera::{Context, Kwargs, State, Tera, TeraResult, Value};

use super::is_template;
use crate::emit::parts::{self, WORDS};
use crate::emit::strings::Strings;

/// The same templates for each language. None at all where that could be seen.
pub(super) fn all(tera: &Arc<Tera>, texts: &BTreeMap<String, String>, strings: &[Arc<Strings>]) -> Vec<Tera> {
    let templates = texts.iter().filter(|(name, _)| is_template(name));
    let templates = templates.map(|(name, text)| (name.as_str(), text.as_str()));
    // A template can show all that it sees.
    if templates.clone().any(|(_, text)| text.contains("__tera")) {
        return Vec::new();
    }
    let shared = parts::shared(templates.clone());
    let by_name: BTreeMap<&str, &str> = templates.clone().collect();
    let has_words = templates.clone().all(|(_, text)| !parts::names(text, WORDS));
    let of_language = |strings: &Arc<Strings>| {
        let words: BTreeMap<&str, &str> = strings.fixed().collect();
        let word = |id: &str| words.get(id).copied().filter(|_| has_words);
        let made = parts::Quick { templates: &by_name, shared: &shared, word };
        let made = templates.clone().filter_map(|(name, text)| match made.text(text) {
            Cow::Owned(made) => Some((name, made)),
            Cow::Borrowed(_) => None,
        });
        let mut quick = Tera::clone(tera);
        let kept = Kept { tera: Arc::clone(tera), drawn: RwLock::default() };
        quick.register_function("kept", move |arguments: Kwargs, state: &State<'_>| kept.part(&arguments, state));
        quick.global_context().insert(WORDS, &words);
        quick.add_raw_templates(made).map(|()| quick)
    };
    // All or none: which are drawn by which must not hang on the language.
    strings.iter().map(of_language).collect::<Result<_, _>>().unwrap_or_default()
}

/// Parts that were drawn.
struct Kept {
    tera: Arc<Tera>,
    drawn: RwLock<HashMap<Key, Value>>,
}

/// The name of a part, the site that it was drawn for, and the values of all that it may name and that pages do not all
/// share.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    part: String,
    site: Option<String>,
    values: [Option<String>; parts::KEYED.len()],
}

/// The value that tells one state of a site from another. A theme outlives them while someone writes the site.
pub(super) const STATE: &str = "state_of_site";

/// No more parts are kept: those of the states before are forgotten.
const MOST: usize = 1000;

impl Kept {
    /// `kept(n="parts/site-footer.html")`: the part, as it was drawn for another page.
    fn part(&self, arguments: &Kwargs, state: &State<'_>) -> TeraResult<Value> {
        let part: &str = arguments.must_get("n")?;
        let mut values = [const { None }; parts::KEYED.len()];
        for (name, text) in parts::KEYED.iter().zip(&mut values) {
            *text = state.get::<Value>(name)?.map(|value| value.to_string());
        }
        let site = state.get::<Value>(STATE)?.map(|value| value.to_string());
        let key = Key { part: part.to_owned(), site, values };
        if let Some(drawn) = self.drawn.read().ok().and_then(|drawn| drawn.get(&key).cloned()) {
            return Ok(drawn);
        }
        let mut context = Context::new();
        for name in parts::CONSTANT.iter().chain(&parts::KEYED) {
            if let Some(value) = state.get::<Value>(name)? {
                context.insert_value(*name, value);
            }
        }
        let drawn = Value::safe_string(&self.tera.render(part, &context)?);
        if let Ok(mut all) = self.drawn.write() {
            if all.len() >= MOST {
                all.clear();
            }
            all.insert(key, drawn.clone());
        }
        Ok(drawn)
    }
}
