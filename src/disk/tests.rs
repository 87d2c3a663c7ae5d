//! What publishing promises, tried on real folders.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::compare::{self, CHUNK};
use super::publish::{Changes, Force, Publisher};
use super::swap::{Means, Names};
use super::{Error, manifest, walk};
use crate::model::output_path::OutputPath;

const MANY: usize = 300;

/// A site's folder, and where it is published.
struct Site {
    folder: tempfile::TempDir,
    output: PathBuf,
    means: Means,
}

impl Site {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(folder.path().join("content")).expect("created");
        let output = folder.path().join("public");
        Self { folder, output, means: Means::BEST }
    }

    fn begin(&self, force: Force) -> Result<Publisher, Error> {
        Publisher::begin_by(self.means, &self.output, self.folder.path(), force, Duration::ZERO)
    }

    fn publish(&self, files: &[(&str, &str)]) -> Changes {
        self.force(files, Force::No)
    }

    fn force(&self, files: &[(&str, &str)], force: Force) -> Changes {
        let publisher = self.begin(force).expect("begun");
        for (name, text) in files {
            publisher.write(&path(name), text.as_bytes()).expect("written");
        }
        publisher.finish().expect("published")
    }

    /// All files of the output but the manifest.
    fn files(&self) -> Vec<(String, String)> {
        let below = |file: &Path| fs::read_to_string(self.output.join(file)).expect("a file");
        let found = walk::output(&self.output).expect("an output");
        found.keys().map(|path| (path.to_string(), below(Path::new(path.as_str())))).collect()
    }

    /// The names in the site's folder, to see whether anything was left there.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).expect("a folder");
        let name = |entry: io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
        let mut names: Vec<_> = entries.map(name).map(|name| name.to_string_lossy().into_owned()).collect();
        names.retain(|name| cfg!(unix) || !name.ends_with(".expound-lock"));
        names.sort();
        names
    }

    fn refusal(&self, force: Force) -> Error {
        self.begin(force).expect_err("it must not begin")
    }
}

fn path(text: &str) -> OutputPath {
    OutputPath::parse(text).expect("a path")
}

fn paths(texts: &[&str]) -> Vec<OutputPath> {
    texts.iter().map(|text| path(text)).collect()
}

fn owned(files: &[(&str, &str)]) -> Vec<(String, String)> {
    files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

fn time(path: &Path) -> std::time::SystemTime {
    fs::metadata(path).expect("a file").modified().expect("a time")
}

/// Sets the time of a file so far back that a new one shows.
fn age(path: &Path) -> std::time::SystemTime {
    let old = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    File::options().write(true).open(path).and_then(|file| file.set_modified(old)).expect("aged");
    old
}

const OLD: &[(&str, &str)] = &[("a.html", "one"), ("b/c.html", "two"), ("b/d/e.css", "three")];

#[test]
fn a_site_is_published_as_it_is_written() {
    for means in [Means::Exchange, Means::TwoRenames] {
        let site = Site { means, ..Site::new() };
        let changes = site.publish(OLD);
        assert_eq!(changes.added, paths(&["a.html", "b/c.html", "b/d/e.css"]));
        assert_eq!(site.files(), owned(OLD));

        let changes = site.publish(&[("b/c.html", "2"), ("a.html", "one"), ("b/d", "a file now")]);
        let expected =
            Changes { added: paths(&["b/d"]), changed: paths(&["b/c.html"]), removed: paths(&["b/d/e.css"]), kept: 1 };
        assert_eq!(changes, expected, "{means:?}");
        assert_eq!(site.files(), owned(&[("a.html", "one"), ("b/c.html", "2"), ("b/d", "a file now")]));
        assert_eq!(site.names(), ["content", "public"]);
    }
}

#[test]
fn an_empty_site_is_a_site() {
    let site = Site::new();
    site.publish(&[]);
    assert!(site.output.join(manifest::NAME).is_file());
    site.publish(OLD);
    assert_eq!(site.publish(&[]).removed.len(), 3);
    assert_eq!(site.files(), []);
}

#[test]
fn the_manifest_depends_on_the_files_alone() {
    let manifest = |site: &Site| fs::read_to_string(site.output.join(manifest::NAME)).expect("a manifest");
    let (one, other) = (Site::new(), Site::new());
    one.publish(OLD);
    other.publish(&[("old.html", "x"), ("a.html", "other")]);
    let mut backwards = OLD.to_vec();
    backwards.reverse();
    other.publish(&backwards);
    assert_eq!(manifest(&one), manifest(&other));
    let hash = blake3::hash(b"two").to_hex();
    assert!(manifest(&one).contains(&format!("    \"b/c.html\": \"{hash}\",\n")), "{}", manifest(&one));
    assert!(!manifest(&one).contains(manifest::NAME));
}

#[test]
fn a_wrong_manifest_is_put_right() {
    let site = Site::new();
    site.publish(OLD);
    let file = site.output.join(manifest::NAME);
    let right = fs::read_to_string(&file).expect("a manifest");
    let old = age(&site.output.join("a.html"));
    for wrong in ["<<<<<<< ours\n", &right.replace(&*blake3::hash(b"one").to_hex(), "0")] {
        fs::write(&file, wrong).expect("written");
        assert_eq!(site.publish(OLD), Changes { kept: 3, ..Changes::default() });
        assert_eq!(fs::read_to_string(&file).expect("a manifest"), right);
        assert_eq!(time(&site.output.join("a.html")), old);
    }
}

#[test]
fn when_nothing_changed_nothing_is_touched() {
    let site = Site::new();
    site.publish(OLD);
    let touched = [Path::new(""), Path::new("b"), Path::new("a.html"), Path::new(manifest::NAME)];
    let before = touched.map(|name| time(&site.output.join(name)));
    let publisher = site.begin(Force::No).expect("begun");
    for (name, text) in OLD {
        publisher.write(&path(name), text.as_bytes()).expect("written");
    }
    assert!(!Names::beside(site.output.clone()).staging.exists(), "nothing is staged");
    assert_eq!(publisher.finish().expect("published"), Changes { kept: 3, ..Changes::default() });
    assert_eq!(touched.map(|name| time(&site.output.join(name))), before);
}

#[test]
fn a_file_that_was_edited_in_the_output_is_put_right() {
    let site = Site::new();
    site.publish(OLD);
    let manifest = site.output.join(manifest::NAME);
    let (text, old) = (fs::read(&manifest).expect("a manifest"), age(&manifest));
    fs::write(site.output.join("a.html"), "eno").expect("written");
    fs::remove_file(site.output.join("b/c.html")).expect("removed");
    fs::write(site.output.join("b/stray.html"), "").expect("written");
    let changes = site.publish(OLD);
    let expected = Changes {
        added: paths(&["b/c.html"]),
        changed: paths(&["a.html"]),
        removed: paths(&["b/stray.html"]),
        kept: 1,
    };
    assert_eq!(changes, expected);
    assert_eq!(site.files(), owned(OLD));
    assert_eq!((fs::read(&manifest).expect("a manifest"), time(&manifest)), (text, old));
}

#[test]
fn files_are_copied_and_compared_as_they_are() {
    let site = Site::new();
    let photo = site.folder.path().join("content/photo.jpg");
    let mut bytes: Vec<u8> = (0..251).cycle().take(CHUNK * 2 + 7).collect();
    for expected in ["added", "kept", "changed"] {
        if expected == "changed" {
            bytes[CHUNK + 1] ^= 1;
        }
        fs::write(&photo, &bytes).expect("written");
        let publisher = site.begin(Force::No).expect("begun");
        publisher.copy(&path("a/photo.jpg"), &photo).expect("copied");
        let changes = publisher.finish().expect("published");
        let found = [("added", changes.added.len()), ("kept", changes.kept), ("changed", changes.changed.len())];
        assert!(found.iter().all(|(name, count)| *count == usize::from(*name == expected)), "{changes:?}");
        assert_eq!(fs::read(site.output.join("a/photo.jpg")).expect("a file"), bytes);
        let manifest = fs::read_to_string(site.output.join(manifest::NAME)).expect("a manifest");
        assert!(manifest.contains(&*blake3::hash(&bytes).to_hex()), "{manifest}");
    }
}

#[test]
fn what_cannot_be_copied_is_named() {
    let site = Site::new();
    let publisher = site.begin(Force::No).expect("begun");
    let error = publisher.copy(&path("a.jpg"), &site.folder.path().join("content/none.jpg")).expect_err("none");
    assert!(error.to_string().ends_with("content/none.jpg`: it is not there"), "{error}");
    #[cfg(unix)]
    {
        let folder = site.folder.path().join("content");
        let error = publisher.copy(&path("a.jpg"), &folder).expect_err("a folder");
        assert!(error.to_string().ends_with("it is a folder, and a file is needed"), "{error}");
    }
}

#[test]
fn many_threads_publish_one_site() {
    let site = Site::new();
    for (text, fates) in [("old", [MANY, 0, 0]), ("new", [0, MANY / 3, MANY - MANY / 3])] {
        let publisher = site.begin(Force::No).expect("begun");
        thread::scope(|scope| {
            for first in 0..3 {
                let publisher = &publisher;
                scope.spawn(move || {
                    for index in (first..MANY).step_by(3) {
                        let text = if index % 3 == 0 { text } else { "same" };
                        let path = path(&format!("{}/{}/{index}.html", index % 7, index % 11));
                        publisher.write(&path, text.as_bytes()).expect("written");
                    }
                });
            }
        });
        let changes = publisher.finish().expect("published");
        assert!(changes.added.is_sorted() && changes.changed.is_sorted());
        assert_eq!([changes.added.len(), changes.changed.len(), changes.kept], fates);
    }
    assert_eq!(site.files().len(), MANY);
    assert_eq!(site.files().iter().filter(|(_, text)| text == "new").count(), MANY / 3);
}

#[test]
fn two_files_cannot_be_one() {
    let site = Site::new();
    let publisher = site.begin(Force::No).expect("begun");
    publisher.write(&path("a"), b"one").expect("written");
    let error = publisher.write(&path("a"), b"two").expect_err("twice");
    assert!(matches!(&error, Error::Clash(it) if *it == path("a")), "{error}");
    let error = publisher.write(&path("a/b"), b"two").expect_err("a file, not a folder");
    assert!(matches!(&error, Error::Clash(it) if *it == path("a/b")), "{error}");
    drop(publisher);

    site.publish(OLD);
    let publisher = site.begin(Force::No).expect("begun");
    publisher.write(&path("a.html"), b"one").expect("written");
    publisher.write(&path("a.html"), b"one").expect("both are as before");
    let error = publisher.finish().expect_err("twice");
    assert!(matches!(&error, Error::Clash(it) if *it == path("a.html")), "{error}");

    let publisher = site.begin(Force::No).expect("begun");
    publisher.write(&path(manifest::NAME), b"{}").expect("written, as far as one can tell");
    let error = publisher.finish().expect_err("the manifest's name is taken");
    assert!(matches!(&error, Error::Clash(it) if *it == path(manifest::NAME)), "{error}");
    assert_eq!(site.files(), owned(OLD));
}

#[test]
fn a_build_that_fails_leaves_all_as_it_was() {
    let site = Site::new();
    site.publish(OLD);
    let publisher = site.begin(Force::No).expect("begun");
    publisher.write(&path("a.html"), b"new").expect("written");
    assert!(Names::beside(site.output.clone()).staging.exists());
    drop(publisher);
    assert_eq!(site.files(), owned(OLD));
    assert_eq!(site.names(), ["content", "public"]);
}

#[test]
fn what_a_killed_build_left_is_put_right() {
    let site = Site::new();
    site.publish(OLD);
    let names = Names::beside(site.output.clone());
    let leave = |folder: &Path| {
        fs::create_dir(folder).expect("created");
        fs::write(folder.join("a.html"), "half").expect("written");
    };
    // While it was building: the rest must not come into the new site.
    leave(&names.staging);
    fs::write(names.staging.join("rest.html"), "").expect("written");
    fs::write(&names.lock, "").expect("written");
    assert_eq!(site.publish(OLD), Changes { kept: 3, ..Changes::default() });
    assert_eq!(site.names(), ["content", "public"]);
    // Between the two renames.
    leave(&names.staging);
    fs::rename(&site.output, &names.previous).expect("renamed");
    assert_eq!(site.publish(OLD), Changes { kept: 3, ..Changes::default() });
    assert_eq!(site.files(), owned(OLD));
    // After them.
    leave(&names.previous);
    assert_eq!(site.publish(OLD), Changes { kept: 3, ..Changes::default() });
    assert_eq!(site.names(), ["content", "public"]);
}

#[test]
fn a_folder_that_expound_did_not_make_is_refused() {
    let site = Site::new();
    fs::create_dir(&site.output).expect("created");
    fs::write(site.output.join("thesis.txt"), "years of work").expect("written");
    let error = site.refusal(Force::No);
    assert!(matches!(error, Error::NotOurs(_)), "{error}");
    assert_eq!(site.files(), owned(&[("thesis.txt", "years of work")]));
    assert_eq!(site.names(), ["content", "public"]);
    assert_eq!(site.force(OLD, Force::Yes).removed, paths(&["thesis.txt"]));
    assert_eq!(site.files(), owned(OLD));
}

#[test]
fn an_empty_folder_is_taken() {
    let site = Site::new();
    fs::create_dir(&site.output).expect("created");
    site.publish(OLD);
    assert_eq!(site.files(), owned(OLD));
}

#[test]
fn folders_above_the_output_are_made() {
    let mut site = Site::new();
    site.output = site.folder.path().join("nowhere/../far/away/public");
    site.publish(OLD);
    assert_eq!(site.names(), ["content", "far"]);
    site.output = site.folder.path().join("far/away/public");
    assert_eq!(site.files(), owned(OLD));
}

#[test]
fn hidden_files_are_carried_over_and_hidden_folders_refused() {
    let site = Site::new();
    fs::create_dir(&site.output).expect("created");
    fs::write(site.output.join(".git"), "gitdir: elsewhere").expect("written");
    site.publish(&[(".nojekyll", ""), ("a.html", "one"), (".well-known/x", "x")]);
    let changes = site.publish(&[("a.html", "two")]);
    assert_eq!(changes.removed, paths(&[".nojekyll", ".well-known/x"]));
    assert_eq!(site.files(), owned(&[(".git", "gitdir: elsewhere"), ("a.html", "two")]));
    let manifest = fs::read_to_string(site.output.join(manifest::NAME)).expect("a manifest");
    assert!(!manifest.contains(".git"), "{manifest}");

    fs::remove_file(site.output.join(".git")).expect("removed");
    fs::create_dir(site.output.join(".git")).expect("created");
    fs::write(site.output.join(".git/HEAD"), "").expect("written");
    for force in [Force::No, Force::Yes] {
        let error = site.refusal(force);
        assert!(matches!(&error, Error::Hidden(path) if path.ends_with("public/.git")), "{error}");
    }
    assert!(site.output.join(".git/HEAD").exists());
}

#[test]
fn a_hidden_file_that_a_build_writes_becomes_its_own() {
    let site = Site::new();
    site.publish(OLD);
    fs::write(site.output.join(".nojekyll"), "by hand").expect("written");
    assert_eq!(site.publish(&[(".nojekyll", ""), ("a.html", "one")]).changed, paths(&[".nojekyll"]));
    assert_eq!(site.publish(&[("a.html", "one")]).removed, paths(&[".nojekyll"]));
}

#[test]
fn the_site_is_not_published_over_itself() {
    let site = Site::new();
    fs::create_dir(site.folder.path().join("templates")).expect("created");
    let above = site.folder.path().parent().expect("a folder");
    let outputs = ["", "content", "content/public", "templates/a/b", "public/../content", "none/../content/x", ".."];
    for output in outputs {
        let output = site.folder.path().join(output);
        let error = Publisher::begin(&output, site.folder.path(), Force::Yes).expect_err("it overlaps");
        assert!(matches!(error, Error::Overlap { .. }), "{error}");
    }
    assert_eq!(site.names(), ["content", "templates"]);
    assert!(above.exists());
}

#[test]
fn a_file_at_the_output_is_refused() {
    let mut site = Site::new();
    fs::write(&site.output, "a file").expect("written");
    for output in ["public", "public/below"] {
        site.output = site.folder.path().join(output);
        let error = site.refusal(Force::Yes);
        assert!(matches!(&error, Error::NotAFolder(path) if path.ends_with("public")), "{error}");
    }
    assert_eq!(fs::read_to_string(site.folder.path().join("public")).expect("a file"), "a file");
}

#[test]
fn two_builds_do_not_publish_at_once() {
    let site = Site::new();
    let first = site.begin(Force::No).expect("begun");
    let error = site.refusal(Force::No);
    assert!(matches!(error, Error::Busy(_)), "{error}");
    thread::scope(|scope| {
        let second = scope.spawn(|| {
            let publisher = Publisher::begin(&site.output, site.folder.path(), Force::No).expect("its turn comes");
            publisher.write(&path("a.html"), b"second").expect("written");
            publisher.finish().expect("published")
        });
        first.write(&path("a.html"), b"first").expect("written");
        first.finish().expect("published");
        assert_eq!(second.join().expect("no panic").changed, paths(&["a.html"]));
    });
    assert_eq!(site.files(), owned(&[("a.html", "second")]));
    assert_eq!(site.names(), ["content", "public"]);
}

#[test]
fn a_copy_keeps_the_time_where_a_link_is_refused() {
    let site = Site::new();
    let (from, to) = (site.folder.path().join("a"), site.folder.path().join("b"));
    fs::write(&from, "text").expect("written");
    let old = age(&from);
    compare::copy_with_time(&from, &to).expect("copied");
    assert_eq!(fs::read_to_string(&to).expect("a file"), "text");
    assert_eq!(time(&to), old);
}

#[test]
fn pieces_are_written_from_the_first_that_differs() {
    let long = "x".repeat(CHUNK + 10);
    let site = Site::new();
    let publish = |pieces: &[&str]| {
        let publisher = site.begin(Force::No).expect("begun");
        let pieces = pieces.iter().map(|piece| piece.as_bytes().to_vec());
        publisher.write_pieces(&path("a.json"), pieces).expect("written");
        publisher.write(&path("b.html"), b"b").expect("written");
        publisher.finish().expect("published")
    };
    let count = |changes: &Changes| (changes.added.len(), changes.changed.len(), changes.kept);
    assert_eq!(count(&publish(&["one ", &long, "", "two"])), (2, 0, 0));
    assert_eq!(site.files()[0].1, format!("one {long}two"));
    assert_eq!(count(&publish(&["one", " ", &long, "two"])), (0, 0, 2));
    for pieces in [["one ", &long, "too"], ["other ", &long, "too"], ["one ", &long, "two and three"], ["one", "", ""]]
    {
        assert_eq!(count(&publish(&pieces)), (0, 1, 1), "{pieces:?}");
        assert_eq!(site.files()[0].1, pieces.concat());
    }
    assert_eq!(count(&publish(&[])), (0, 1, 1));
    assert_eq!(site.files()[0].1, "");
    // The manifest holds the hash of what is there, or the next build would not keep it.
    assert!(site.begin(Force::No).expect("begun").intact(&manifest_hash(&site)).is_some());
}

/// The hash of the manifest that is published.
fn manifest_hash(site: &Site) -> String {
    blake3::hash(&fs::read(site.output.join(manifest::NAME)).expect("a manifest")).to_hex().to_string()
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_file_that_did_not_change_keeps_time_and_inode() {
        for means in [Means::Exchange, Means::TwoRenames] {
            let site = Site { means, ..Site::new() };
            site.publish(OLD);
            let file = site.output.join("b/c.html");
            let (old, inode) = (age(&file), fs::metadata(&file).expect("a file").ino());
            assert_eq!(site.publish(&[("a.html", "new"), ("b/c.html", "two")]).kept, 1);
            let metadata = fs::metadata(&file).expect("a file");
            assert_eq!((metadata.ino(), metadata.nlink(), time(&file)), (inode, 1, old));
            assert_eq!(site.files(), owned(&[("a.html", "new"), ("b/c.html", "two")]));
        }
    }

    #[test]
    fn an_output_that_is_a_link_is_published_where_it_leads() {
        let site = Site::new();
        let elsewhere = tempfile::tempdir().expect("a folder");
        symlink(elsewhere.path().join("www"), &site.output).expect("linked");
        let error = site.refusal(Force::Yes);
        assert!(matches!(&error, Error::DeadLink(path) if path.ends_with("public")), "{error}");

        fs::create_dir(elsewhere.path().join("www")).expect("created");
        site.publish(OLD);
        assert_eq!(site.files(), owned(OLD));
        assert!(site.output.is_symlink());
        assert!(elsewhere.path().join("www/a.html").exists());
        assert_eq!(fs::read_dir(elsewhere.path()).expect("a folder").count(), 1, "no litter beside it");

        fs::remove_file(&site.output).expect("removed");
        symlink("content", &site.output).expect("linked");
        let error = site.refusal(Force::Yes);
        assert!(matches!(error, Error::Overlap { .. }), "{error}");
    }

    #[test]
    fn links_in_the_output_are_replaced_and_not_followed() {
        let site = Site::new();
        site.publish(OLD);
        let elsewhere = site.folder.path().join("elsewhere");
        fs::create_dir(&elsewhere).expect("created");
        fs::write(elsewhere.join("c.html"), "two").expect("written");
        fs::remove_dir_all(site.output.join("b")).expect("removed");
        symlink(&elsewhere, site.output.join("b")).expect("linked");
        fs::remove_file(site.output.join("a.html")).expect("removed");
        symlink(elsewhere.join("c.html"), site.output.join("a.html")).expect("linked");
        let changes = site.publish(&[("a.html", "two"), ("b/c.html", "two")]);
        let expected =
            Changes { added: paths(&["b/c.html"]), changed: paths(&["a.html"]), removed: paths(&["b"]), kept: 0 };
        assert_eq!(changes, expected);
        assert!(!site.output.join("a.html").is_symlink());
        assert!(site.output.join("b").symlink_metadata().expect("a folder").is_dir());
        assert_eq!(fs::read_to_string(elsewhere.join("c.html")).expect("a file"), "two");
    }

    #[test]
    fn names_that_no_build_gives_are_removed() {
        use std::os::unix::ffi::OsStrExt;

        let site = Site::new();
        site.publish(OLD);
        fs::write(site.output.join(std::ffi::OsStr::from_bytes(b"x\xff")), "").expect("written");
        fs::write(site.output.join("x\\y"), "").expect("written");
        assert_eq!(site.publish(OLD).removed, paths(&["x\u{fffd}", "x\u{fffd}y"]));
        assert_eq!(site.files(), owned(OLD));
    }

    #[test]
    fn the_rights_of_the_output_are_kept() {
        let site = Site::new();
        site.publish(OLD);
        let mode = || fs::metadata(&site.output).expect("a folder").mode() & 0o777;
        fs::set_permissions(&site.output, fs::Permissions::from_mode(0o770)).expect("set");
        site.publish(&[("a.html", "new")]);
        assert_eq!(mode(), 0o770);
    }

    #[test]
    fn an_output_that_could_not_be_removed_is_refused_at_once() {
        let site = Site::new();
        site.publish(OLD);
        let allow = |name: &str, mode: u32| {
            fs::set_permissions(site.output.join(name), fs::Permissions::from_mode(mode)).expect("set");
        };
        for name in ["", "b/d"] {
            allow(name, 0o555);
            let error = site.refusal(Force::Yes);
            assert!(error.to_string().contains("there is no permission"), "{error}");
            allow(name, 0o755);
        }
        assert_eq!(site.files(), owned(OLD));
    }

    #[test]
    fn a_folder_is_kept_as_a_whole_or_not_at_all() {
        let site = Site::new();
        let folder = &[("a.html", "a"), ("index/key", "1"), ("index/x", "words")];
        site.publish(folder);
        let keep = |mark: &str| {
            let publisher = site.begin(Force::No).expect("begun");
            publisher.write(&path("a.html"), b"b").expect("written");
            let is_kept = publisher.keep_folder("index", &path("index/key"), mark.as_bytes()).expect("tried");
            (is_kept, publisher.finish().expect("published").removed)
        };
        assert_eq!(keep("1"), (true, Vec::new()));
        assert_eq!(site.files(), owned(&[("a.html", "b"), ("index/key", "1"), ("index/x", "words")]));
        // What no build put there goes, what somebody edited or removed is found, and so is another mark.
        fs::write(site.output.join("index/y"), "more").expect("written");
        assert_eq!(keep("1"), (true, paths(&["index/y"])));
        fs::write(site.output.join("index/x"), "sword").expect("written");
        assert_eq!(keep("1"), (false, paths(&["index/key", "index/x"])));
        assert_eq!(keep("1"), (false, Vec::new()));
        site.publish(folder);
        assert!(!keep("2").0);
        site.publish(folder);
        fs::remove_file(site.output.join("index/x")).expect("removed");
        assert!(!keep("1").0);
    }

    #[test]
    fn a_folder_in_the_place_of_a_file_is_replaced() {
        let site = Site::new();
        site.publish(OLD);
        fs::remove_file(site.output.join("a.html")).expect("removed");
        fs::create_dir(site.output.join("a.html")).expect("created");
        fs::write(site.output.join("a.html/x"), "").expect("written");
        assert_eq!(site.publish(OLD).removed, paths(&["a.html/x"]));
        assert_eq!(site.files(), owned(OLD));
    }
}
