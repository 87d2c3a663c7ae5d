//! Templates that make what many pages share once: parts that say the same, and words of the interface.
//!
//! What comes of them is what comes of the templates as they are written. What is wrong with them is told by those, since
//! places are others here.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, RwLock};

use tera::{Context, Error, Kwargs, State, Tera, TeraResult, Value};

use super::is_template;
use super::words::Words;
use crate::emit::parts::{self, WORDS};
use crate::emit::strings::Strings;

/// The same templates for each language. None at all where that could be seen.
pub(super) fn all(
    tera: &Arc<Tera>,
    texts: &BTreeMap<String, String>,
    strings: &[Arc<Strings>],
    words: &[Arc<Words>],
) -> Vec<Tera> {
    let templates = texts.iter().filter(|(name, _)| is_template(name));
    let templates = templates.map(|(name, text)| (name.as_str(), text.as_str()));
    // A template can show all that it sees.
    if templates.clone().any(|(_, text)| text.contains("__tera")) {
        return Vec::new();
    }
    let shared = parts::shared(templates.clone());
    let extended = parts::extended(templates.clone());
    let by_name: BTreeMap<&str, &str> = templates.clone().collect();
    let has_words = templates.clone().all(|(_, text)| !parts::names(text, WORDS));
    let is_of_one_language = !templates.clone().any(|(_, text)| parts::binds_any(text, &["language_tag"]));
    let of_language = |(strings, words): (&Arc<Strings>, &Arc<Words>)| {
        let fixed: BTreeMap<&str, &str> = strings.fixed().collect();
        let word = |id: &str| fixed.get(id).copied().filter(|_| has_words);
        let pieces = |id: &str| strings.pieces(id).filter(|_| is_of_one_language);
        let made = parts::Quick { templates: &by_name, shared: &shared, word, pieces };
        let made = templates.clone().filter_map(|(name, text)| match made.text(text) {
            text if extended.contains(name) => Some((name, [NEAR, &text].concat())),
            Cow::Owned(made) => Some((name, made)),
            Cow::Borrowed(_) => None,
        });
        let mut quick = Tera::clone(tera);
        let kept = Kept { tera: Arc::clone(tera), drawn: RwLock::default() };
        quick.register_function("kept", move |arguments: Kwargs, state: &State<'_>| kept.part(&arguments, state));
        quick.global_context().insert(WORDS, &fixed);
        if is_of_one_language {
            let words = Arc::clone(words);
            quick.register_function("t", move |arguments: Kwargs, _: &State<'_>| words.text(&arguments));
        }
        quick.register_filter("plain", plain);
        quick.add_raw_templates(made).map(|()| quick)
    };
    // All or none: which are drawn by which must not hang on the language.
    strings.iter().zip(words).map(of_language).collect::<Result<_, _>>().unwrap_or_default()
}

/// Tera looks for what a template sets before it looks among all that a page is drawn with, and half of what templates ask
/// for is of `page`.
const NEAR: &str = "{% set page = page %}";

/// `source | plain`: a value as Fluent puts it between words. It puts other values than texts and numbers that count
/// there in ways of its own.
fn plain(value: &Value, _: Kwargs, _: &State<'_>) -> TeraResult<Value> {
    const MOST_EXACT: i64 = 1 << f64::MANTISSA_DIGITS;
    let digits = || value.as_i64().filter(|number| (0..MOST_EXACT).contains(number)).map(|_| value.clone());
    let text = value.as_str().map(Value::from);
    text.or_else(digits).ok_or_else(|| Error::message("it is no text and no number that counts"))
}

/// Parts that were drawn.
struct Kept {
    tera: Arc<Tera>,
    /// By what pages have in common that share them, and then by name.
    drawn: RwLock<HashMap<String, HashMap<String, Value>>>,
}

/// The value that tells what a page has in common with others: the state of the site, since a theme outlives many while
/// someone writes the site, and the values of all that shared parts may name and that pages do not all share.
const COMMON: &str = "common_with_others";

/// Of no more states and values parts are kept: then those of before are forgotten.
const MOST: usize = 250;

/// Adds to the values of a page what it has in common with others.
pub(super) fn add_common(values: &mut Context, state: &str) {
    let mut common = String::with_capacity(2 * state.len());
    common.push_str(state);
    for name in parts::KEYED {
        common.push('\0');
        match values.get(name) {
            Some(value) => match value.as_str() {
                Some(text) => common.push_str(text),
                None => common.push_str(&value.to_string()),
            },
            // No text holds it: none is not the same as an empty one.
            None => common.push('\u{1}'),
        }
    }
    values.insert_value(COMMON, Value::from(common));
}

impl Kept {
    /// `kept(n="parts/site-footer.html")`: the part, as it was drawn for another page.
    fn part(&self, arguments: &Kwargs, state: &State<'_>) -> TeraResult<Value> {
        let part: &str = arguments.must_get("n")?;
        let common: Option<Value> = state.get(COMMON)?;
        let common = common.as_ref().and_then(Value::as_str).unwrap_or_default();
        if let Ok(drawn) = self.drawn.read()
            && let Some(drawn) = drawn.get(common).and_then(|drawn| drawn.get(part))
        {
            return Ok(drawn.clone());
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
            all.entry(common.to_owned()).or_default().insert(part.to_owned(), drawn.clone());
        }
        Ok(drawn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_without_a_page_is_drawn_as_before() {
        let text = "{% if page %}{{ page.title }}{% endif %}{% block a %}{% endblock %}";
        let mut tera = Tera::new();
        let base = [NEAR, text].concat();
        let templates =
            [("base.html", base.as_str()), ("a.html", "{% extends \"base.html\" %}{% block a %}b{% endblock %}")];
        tera.add_raw_templates(templates).expect("templates");
        let mut context = Context::new();
        assert_eq!(tera.render("a.html", &context).ok().as_deref(), Some("b"));
        context.insert("page", &BTreeMap::from([("title", "c")]));
        assert_eq!(tera.render("a.html", &context).ok().as_deref(), Some("cb"));
    }

    #[test]
    fn only_what_fluent_puts_in_as_it_is_is_plain() {
        let mut tera = Tera::new();
        tera.register_filter("plain", plain);
        tera.add_raw_template("a.html", "{{ a | plain }}").expect("a template");
        let check = |value: Value, expected: Option<&str>| {
            let mut context = Context::new();
            context.insert_value("a", value);
            assert_eq!(tera.render("a.html", &context).ok().as_deref(), expected);
        };
        check(Value::from("a < b"), Some("a &lt; b"));
        // `t` gives text that is escaped, whatever was put in.
        check(Value::safe_string("<b>"), Some("&lt;b&gt;"));
        check(Value::from(7_u64), Some("7"));
        check(Value::from(i64::MAX), None);
        check(Value::from(-1), None);
        check(Value::from(1.5), None);
        check(Value::from(true), None);
        check(Value::none(), None);
    }
}
