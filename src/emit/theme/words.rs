//! `t`: the words of the interface, as templates ask for them.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use tera::{Error, Kwargs, TeraResult, Value};

use crate::emit::strings::{Argument, Strings};

/// The words of a language.
pub(super) struct Words {
    by_id: HashMap<String, Word>,
    strings: Arc<Strings>,
}

enum Word {
    /// It takes no values: every page asks for dozens of these, made values once.
    Fixed(Value),
    /// It takes values. Where that is one small number, what comes of each is kept with the name that the number has.
    Counted(Box<[OnceLock<(String, Value)>; MOST_COUNTED]>),
}

/// Of a text that takes a number, what comes of so many numbers is kept: a page may count its marks one by one.
const MOST_COUNTED: usize = 64;

impl Words {
    pub(super) fn new(strings: &Arc<Strings>) -> Self {
        let fixed = strings.fixed().map(|(id, text)| (id.to_owned(), Word::Fixed(Value::from(text))));
        let counted = strings
            .with_values()
            .map(|id| (id.to_owned(), Word::Counted(Box::new([const { OnceLock::new() }; MOST_COUNTED]))));
        Self { by_id: fixed.chain(counted).collect(), strings: Arc::clone(strings) }
    }

    /// `t(id="shown-by")`: a text; other arguments are its values.
    pub(super) fn text(&self, arguments: &Kwargs) -> TeraResult<Value> {
        let id: &str = arguments.must_get("id")?;
        let slots = match self.by_id.get(id) {
            Some(Word::Fixed(text)) => return Ok(text.clone()),
            Some(Word::Counted(slots)) => Some(slots),
            None => None,
        };
        let others = || arguments.iter().filter_map(|(key, value)| Some((key.as_str()?, value))).filter(is_value);
        let slot = slots.and_then(|slots| {
            let mut others = others();
            let ((name, value), None) = (others.next()?, others.next()) else { return None };
            let number = usize::try_from(value.as_i64()?).ok()?;
            Some((slots.get(number)?, name))
        });
        if let Some((slot, name)) = slot
            && let Some((known, text)) = slot.get()
            && known == name
        {
            return Ok(text.clone());
        }
        let given = |value| {
            let number = Value::as_i64(value).map(Argument::Number);
            number.or_else(|| value.as_str().map(Argument::Text))
        };
        let values: Vec<(&str, Argument<'_>)> =
            others().filter_map(|(name, value)| Some((name, given(value)?))).collect();
        let text = self.strings.text(id, &values).map(Value::from);
        if let (Some((slot, name)), Ok(text)) = (slot, &text) {
            // Another thread may have been first, with the same.
            let _ = slot.set((name.to_owned(), text.clone()));
        }
        text.map_err(|near| {
            let suggestion = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            Error::message(format!("no string has the id `{id}`{suggestion}"))
        })
    }
}

/// Whether an argument of `t` is a value of the text.
fn is_value((name, _): &(&str, &Value)) -> bool {
    *name != "id"
}
