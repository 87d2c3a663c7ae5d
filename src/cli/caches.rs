//! The user's folder of caches, in which Expound keeps what can be found anew, never in a site.

use std::path::PathBuf;

/// A file in it (XDG Base Directory Specification), where the system says what the folder is.
pub(super) fn file(name: &str) -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let caches = folder("XDG_CACHE_HOME")
        .or_else(|| folder("LOCALAPPDATA"))
        .or_else(|| folder("HOME").map(|home| home.join(".cache")))?;
    Some(caches.join("expound").join(name))
}
