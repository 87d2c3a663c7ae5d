//! The words of every problem that is found on the web.

use crate::compile::web::WebAddress;
use crate::diagnostic::{Code, Diagnostic};

/// An address at which there is nothing any more.
pub(super) fn dead_link(used: &WebAddress, why: &str) -> Diagnostic {
    let (first, others) = used.places.split_first().expect("an address is used somewhere");
    let message = format!("`{}` is gone: {why}", used.address);
    let diagnostic = Diagnostic::new(Code::DeadLink, first.clone(), message)
        .help("find where it has moved to, or link to a copy in an archive of the web");
    others.iter().fold(diagnostic, |diagnostic, place| diagnostic.label(place.clone(), "used here too"))
}
