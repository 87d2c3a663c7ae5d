//! `expound explain`

use super::{Error, Outcome, print};
use crate::diagnostic::Code;
use crate::diagnostic::explanation::explanation;
use crate::text::nearest::nearest;

/// Prints what a code means, or the list of all codes.
pub(super) fn run(code: Option<&str>) -> Result<Outcome, Error> {
    let Some(name) = code else {
        let names: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
        print(&format!("{}\n", names.join("\n")));
        return Ok(Outcome::Clean);
    };
    if let Some(code) = Code::ALL.iter().find(|code| code.name() == name) {
        print(explanation(*code));
        return Ok(Outcome::Clean);
    }
    let near = nearest(name, Code::ALL.iter().map(|code| code.name()));
    let suggestion = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    Err(Error::Usage(format!("no problem has the code `{name}`{suggestion}")))
}
