//! Walking folders: what is in a site's folder, and what is in an output that was published before.
//!
//! The one file that knows walkdir. What it gives is sorted by the bytes of the paths, whatever the order of the
//! folders on the disk and whatever the locale. It opens no file but in [`Files::load`].

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Component, Path, PathBuf};

use walkdir::WalkDir;

use super::{Error, cause, manifest, swap};
use crate::model::output_path::OutputPath;
use crate::read::{Files, Refusal, Refused};
use crate::text::SitePath;

/// The folders of a site that are read.
pub(super) const WRITTEN_IN: [&str; 2] = ["content", "templates"];

/// Larger files are not loaded. What is large and only copied goes from disk to disk.
const LARGEST_FILE: u64 = 64_000_000;

/// A site's folder on disk, as it was when it was opened.
///
/// Hidden files and what editors and systems leave behind are passed over. Links to files and folders inside the
/// site's folder are followed; what cannot be taken is [refused](Files::refused), with a reason.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    paths: Vec<SitePath>,
    refused: Vec<Refused>,
}

impl Folder {
    /// Lists the files below `content/` and `templates/`, both of which may be missing.
    pub fn open(root: &Path) -> Result<Self, Error> {
        let canonical_root = fs::canonicalize(root).map_err(Error::io("open", root))?;
        if !canonical_root.is_dir() {
            return Err(Error::NotAFolder(root.to_owned()));
        }
        let mut folder = Self { root: root.to_owned(), paths: Vec::new(), refused: Vec::new() };
        for top in WRITTEN_IN {
            if fs::symlink_metadata(root.join(top)).is_ok() {
                folder.walk(top, &canonical_root);
            }
        }
        folder.paths.sort();
        folder.refused.sort_by(|one, two| one.path.cmp(&two.path));
        Ok(folder)
    }

    /// The site's folder, as it was named.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where a file is on the disk.
    pub fn file(&self, path: &SitePath) -> PathBuf {
        self.root.join(path.as_str())
    }

    /// Whether a path in the site's folder is none of the site's: hidden, or left behind by an editor.
    pub fn passes_over(&self, path: &Path) -> bool {
        let below = path.strip_prefix(&self.root).unwrap_or(path);
        below.iter().enumerate().any(|(depth, name)| is_passed_over(Path::new(name), depth))
    }

    fn walk(&mut self, top: &str, canonical_root: &Path) {
        let mut entries = WalkDir::new(self.root.join(top)).follow_links(true).into_iter();
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let path = error.path().map_or_else(|| self.root.join(top), Path::to_owned);
                    // Emacs marks a file that is being edited with a hidden link to nothing.
                    if !is_passed_over(&path, error.depth()) {
                        self.refuse(&path, refusal(&error));
                    }
                    continue;
                }
            };
            let is_passed_over = is_passed_over(entry.path(), entry.depth());
            let why = if is_passed_over { None } else { objection(&entry, canonical_root) };
            if is_passed_over || why.is_some() {
                if entry.file_type().is_dir() {
                    entries.skip_current_dir();
                }
                if let Some(why) = why {
                    self.refuse(entry.path(), why);
                }
            } else if entry.file_type().is_file() {
                self.paths.push(self.nearest(entry.path()));
            }
        }
    }

    fn refuse(&mut self, path: &Path, why: Refusal) {
        self.refused.push(Refused { path: self.nearest(path), why });
    }

    /// The path below the site's folder; where it cannot be written, as nearly as it can.
    fn nearest(&self, path: &Path) -> SitePath {
        SitePath::parse(&slashed(path, &self.root)).expect("the walk starts at a named folder")
    }
}

impl Files for Folder {
    fn paths(&self) -> &[SitePath] {
        &self.paths
    }

    fn load(&self, path: &SitePath) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        let file = File::open(self.file(path)).map_err(|error| cause(&error))?;
        // The length may be wrong while somebody writes the file, so the bytes are counted as they come.
        let length = file.metadata().map_or(0, |metadata| metadata.len());
        if length <= LARGEST_FILE {
            bytes.reserve_exact(usize::try_from(length).unwrap_or(0) + 1);
            file.take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(|error| cause(&error))?;
        }
        if length.max(bytes.len() as u64) > LARGEST_FILE {
            return Err(format!("it is larger than {} MB", LARGEST_FILE / 1_000_000));
        }
        Ok(bytes)
    }

    fn refused(&self) -> &[Refused] {
        &self.refused
    }
}

/// What stands at a path of an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A file, as a build leaves it.
    File,
    /// A link, a pipe or the like, which no build leaves.
    Other,
}

/// All that is in an output but folders and the manifest. Links are not followed.
///
/// A folder in it that cannot be emptied is an error: the output could change its name, but then not be removed.
pub(super) fn output(root: &Path) -> Result<BTreeMap<OutputPath, Found>, Error> {
    let mut found = Vec::new();
    for entry in WalkDir::new(root) {
        let entry = entry.map_err(|error| {
            let path = error.path().unwrap_or(root).to_owned();
            // A walk that follows no links meets no loops, the one error that does not come from the system.
            Error::io("read", &path)(error.into_io_error().unwrap_or_else(|| ErrorKind::Other.into()))
        })?;
        if entry.depth() == 0 || entry.file_type().is_dir() {
            if !swap::can_be_emptied(entry.path()) {
                return Err(Error::io("write to", entry.path())(ErrorKind::PermissionDenied.into()));
            }
            continue;
        }
        if entry.depth() == 1 && entry.file_name() == manifest::NAME {
            continue;
        }
        let path = slashed(entry.path(), root);
        let what = if entry.file_type().is_file() { Found::File } else { Found::Other };
        found.push((OutputPath::parse(&path).expect("a path below a folder"), what));
    }
    Ok(found.into_iter().collect())
}

/// The path below `root` with `/` between segments; what cannot stand in such a path becomes U+FFFD.
fn slashed(path: &Path, root: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let mut text = String::with_capacity(below.as_os_str().len());
    for component in below.components() {
        let Component::Normal(segment) = component else { continue };
        if !text.is_empty() {
            text.push('/');
        }
        text.push_str(&segment.to_string_lossy().replace('\\', "\u{fffd}"));
    }
    text
}

/// Hidden files, and what editors and systems leave behind.
fn is_passed_over(path: &Path, depth: usize) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // The one hidden folder that is published: RFC 8615 keeps it for `security.txt` and the like.
    let is_hidden = name.starts_with('.') && !(depth == 1 && name == ".well-known");
    let is_of_an_editor = name.ends_with('~')
        || (name.len() > 1 && name.starts_with('#') && name.ends_with('#'))
        || path.extension().is_some_and(|extension| extension == "swp");
    is_hidden || is_of_an_editor || ["Thumbs.db", "desktop.ini"].contains(&&*name)
}

/// Why an entry is not taken.
fn objection(entry: &walkdir::DirEntry, canonical_root: &Path) -> Option<Refusal> {
    let Some(name) = entry.file_name().to_str() else { return Some(Refusal::NameNotUtf8) };
    if name.contains('\\') {
        return Some(Refusal::Unreadable("its name holds a backslash".to_owned()));
    }
    let kind = entry.file_type();
    if entry.path_is_symlink() {
        let target = match fs::canonicalize(entry.path()) {
            Ok(target) => target,
            Err(error) => return Some(Refusal::Unreadable(cause(&error))),
        };
        if !target.starts_with(canonical_root) {
            return Some(Refusal::LeavesSite);
        }
        // walkdir sees a loop when it comes round. A link from `content/` to the site's folder would bring all
        // that lies beside `content/` first.
        let own_folder = entry.path().parent().and_then(|folder| fs::canonicalize(folder).ok());
        if kind.is_dir() && own_folder.is_some_and(|folder| folder.starts_with(&target)) {
            return Some(Refusal::Loop);
        }
    }
    if entry.depth() == 0 && !kind.is_dir() {
        return Some(Refusal::Unreadable("a folder is needed here".to_owned()));
    }
    // A pipe would keep its reader waiting for ever.
    let is_special = !kind.is_dir() && !kind.is_file();
    is_special.then(|| Refusal::Unreadable("it is neither a file nor a folder".to_owned()))
}

fn refusal(error: &walkdir::Error) -> Refusal {
    if error.loop_ancestor().is_some() {
        return Refusal::Loop;
    }
    Refusal::Unreadable(match error.io_error() {
        Some(error) if error.kind() == ErrorKind::NotFound => "it is a link to nothing".to_owned(),
        Some(error) => cause(error),
        None => error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with these files, each of which holds its own path.
    fn site(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().expect("a folder")).expect("created");
            fs::write(path, file).expect("written");
        }
        folder
    }

    fn opened(site: &tempfile::TempDir) -> Folder {
        Folder::open(site.path()).expect("opened")
    }

    fn paths(folder: &Folder) -> Vec<&str> {
        folder.paths().iter().map(SitePath::as_str).collect()
    }

    #[test]
    fn files_are_listed_by_the_bytes_of_their_paths() {
        let site = site(&[
            "templates/page.html",
            "content/b.md",
            "content/a/z.md",
            "content/a-b.md",
            "content/a.md",
            "content/B.md",
            "content/é.md",
            "content/z.md",
            "public/index.html",
            "README.md",
        ]);
        let expected = [
            "content/B.md",
            "content/a-b.md",
            "content/a.md",
            "content/a/z.md",
            "content/b.md",
            "content/z.md",
            "content/é.md",
            "templates/page.html",
        ];
        let folder = opened(&site);
        assert_eq!(paths(&folder), expected);
        assert_eq!(folder.refused(), []);
        for path in folder.paths() {
            assert_eq!(folder.load(path).expect("loaded"), path.as_str().as_bytes());
        }
    }

    #[test]
    fn either_folder_may_be_missing_but_not_the_site() {
        assert!(opened(&site(&[])).paths().is_empty());
        assert_eq!(paths(&opened(&site(&["templates/page.html"]))), ["templates/page.html"]);
        let site = site(&["file"]);
        let error = Folder::open(&site.path().join("nowhere")).expect_err("there is none");
        assert!(error.to_string().ends_with("it is not there"), "{error}");
        let error = Folder::open(&site.path().join("file")).expect_err("a file");
        assert!(matches!(error, Error::NotAFolder(_)), "{error}");
    }

    #[test]
    fn leftovers_and_hidden_files_are_passed_over() {
        let site = site(&[
            "content/.hidden/a.md",
            "content/.a.md.swp",
            "content/a.md~",
            "content/#a.md#",
            "content/a.swp",
            "content/Thumbs.db",
            "content/b/desktop.ini",
            "content/b/.well-known/x",
            "content/.well-known/security.txt",
            "content/#",
            "content/a.md",
        ]);
        #[cfg(unix)]
        std::os::unix::fs::symlink("editor@host.1", site.path().join("content/.#a.md")).expect("linked");
        let folder = opened(&site);
        assert_eq!(paths(&folder), ["content/#", "content/.well-known/security.txt", "content/a.md"]);
        assert_eq!(folder.refused(), []);
    }

    #[test]
    fn too_much_is_not_loaded() {
        let site = site(&["content/large.png"]);
        let folder = opened(&site);
        let path = SitePath::parse("content/large.png").expect("a path");
        let file = File::options().write(true).open(folder.file(&path)).expect("opened");
        file.set_len(LARGEST_FILE).expect("a hole");
        assert_eq!(folder.load(&path).map(|bytes| bytes.len() as u64), Ok(LARGEST_FILE));
        file.set_len(LARGEST_FILE + 1).expect("a hole");
        assert_eq!(folder.load(&path), Err("it is larger than 64 MB".to_owned()));
        fs::remove_file(folder.file(&path)).expect("removed");
        assert_eq!(folder.load(&path), Err("it is not there".to_owned()));
    }

    #[cfg(unix)]
    mod unix {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        use std::os::unix::fs::symlink;

        use super::*;

        fn refused(folder: &Folder) -> Vec<(&str, Refusal)> {
            folder.refused().iter().map(|refused| (refused.path.as_str(), refused.why.clone())).collect()
        }

        #[test]
        fn links_inside_the_site_are_followed() {
            let site = site(&["content/a.md", "shared/deep/b.md"]);
            symlink("a.md", site.path().join("content/c.md")).expect("linked");
            symlink("../shared", site.path().join("content/s")).expect("linked");
            let folder = opened(&site);
            assert_eq!(paths(&folder), ["content/a.md", "content/c.md", "content/s/deep/b.md"]);
            assert_eq!(folder.refused(), []);
            assert_eq!(folder.load(&folder.paths()[1]).expect("loaded"), b"content/a.md");
        }

        #[test]
        fn a_site_may_itself_be_behind_a_link() {
            let site = site(&["real/content/a.md", "real/shared/b.md"]);
            symlink("../shared/b.md", site.path().join("real/content/b.md")).expect("linked");
            symlink("real", site.path().join("link")).expect("linked");
            let folder = Folder::open(&site.path().join("link")).expect("opened");
            assert_eq!(paths(&folder), ["content/a.md", "content/b.md"]);
            assert_eq!(folder.refused(), []);
        }

        #[test]
        fn links_out_of_the_site_are_refused() {
            let outside = site(&["secret.md", "folder/secret.md"]);
            let site = site(&["content/a.md"]);
            symlink(outside.path().join("secret.md"), site.path().join("content/b.md")).expect("linked");
            symlink(outside.path().join("folder"), site.path().join("content/c")).expect("linked");
            symlink(outside.path(), site.path().join("templates")).expect("linked");
            let folder = opened(&site);
            assert_eq!(paths(&folder), ["content/a.md"]);
            let expected = ["content/b.md", "content/c", "templates"].map(|path| (path, Refusal::LeavesSite));
            assert_eq!(refused(&folder), expected);
        }

        #[test]
        fn loops_are_refused() {
            let site = site(&["content/a/a.md", "templates/t.html", "beside.md"]);
            symlink("..", site.path().join("content/a/up")).expect("linked");
            symlink("..", site.path().join("content/site")).expect("linked");
            symlink("../templates", site.path().join("content/t")).expect("linked");
            symlink("../content", site.path().join("templates/c")).expect("linked");
            symlink("itself", site.path().join("content/itself")).expect("linked");
            let folder = opened(&site);
            let expected_paths = ["content/a/a.md", "content/t/t.html", "templates/c/a/a.md", "templates/t.html"];
            assert_eq!(paths(&folder), expected_paths);
            let loops: Vec<&str> =
                folder.refused().iter().filter(|it| it.why == Refusal::Loop).map(|it| it.path.as_str()).collect();
            let expected_loops = [
                "content/a/up",
                "content/site",
                "content/t/c",
                "templates/c/a/up",
                "templates/c/site",
                "templates/c/t",
            ];
            assert_eq!(loops, expected_loops);
            let others = refused(&folder).len() - loops.len();
            assert_eq!(others, 2, "the link to itself, seen twice");
        }

        #[test]
        fn names_that_cannot_be_written_are_refused() {
            let site = site(&["content/a.md"]);
            let bad = |name: &[u8]| site.path().join("content").join(OsStr::from_bytes(name));
            fs::write(bad(b"b\xff.md"), "").expect("written");
            fs::create_dir(bad(b"c\xff")).expect("created");
            fs::write(bad(b"c\xff/d.md"), "").expect("written");
            fs::write(bad(b"d\\e.md"), "").expect("written");
            fs::write(bad(b"\xff.md~"), "").expect("written");
            let folder = opened(&site);
            assert_eq!(paths(&folder), ["content/a.md"]);
            let expected = [
                ("content/b\u{fffd}.md", Refusal::NameNotUtf8),
                ("content/c\u{fffd}", Refusal::NameNotUtf8),
                ("content/d\u{fffd}e.md", Refusal::Unreadable("its name holds a backslash".to_owned())),
            ];
            assert_eq!(refused(&folder), expected);
        }

        #[test]
        fn what_is_no_file_is_refused() {
            let site = site(&["content/a.md", "templates"]);
            symlink("nothing", site.path().join("content/b.md")).expect("linked");
            let _socket = std::os::unix::net::UnixListener::bind(site.path().join("content/c.md")).expect("bound");
            let folder = opened(&site);
            assert_eq!(paths(&folder), ["content/a.md"]);
            let expected = [
                ("content/b.md", Refusal::Unreadable("it is a link to nothing".to_owned())),
                ("content/c.md", Refusal::Unreadable("it is neither a file nor a folder".to_owned())),
                ("templates", Refusal::Unreadable("a folder is needed here".to_owned())),
            ];
            assert_eq!(refused(&folder), expected);
        }
    }
}
