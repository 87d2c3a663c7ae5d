//! Equal sources give equal bytes, wherever and by whomever they are built.

#![cfg(unix)]

use crate::support;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

/// Somebody who builds the site.
struct Builder {
    umask: &'static str,
    threads: &'static str,
    locale: &'static str,
    zone: &'static str,
    day: &'static str,
}

const BUILDERS: [Builder; 4] = [
    Builder { umask: "022", threads: "1", locale: "C", zone: "UTC", day: "946684800" },
    Builder { umask: "077", threads: "8", locale: "ar_SA.UTF-8", zone: "Pacific/Kiritimati", day: "1735689600" },
    Builder { umask: "002", threads: "2", locale: "tr_TR.UTF-8", zone: "America/St_Johns", day: "1735689600" },
    Builder { umask: "022", threads: "8", locale: "", zone: "", day: "" },
];

/// Copies what people write, in an order that is another for every copy.
fn copy_site(from: &Path, to: &Path, is_reversed: bool) {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for part in ["content", "templates"] {
        let below = support::files_below(&from.join(part)).into_iter();
        files.extend(below.map(|(name, bytes)| (format!("{part}/{name}"), bytes)));
    }
    if is_reversed {
        files.reverse();
    }
    for (name, bytes) in files {
        let path = to.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, bytes).expect("a file");
        // The rights of a file of the site are no part of what is published.
        fs::set_permissions(&path, fs::Permissions::from_mode(if is_reversed { 0o700 } else { 0o644 }))
            .expect("rights");
    }
}

fn build(site: &Path, output: &Path, builder: &Builder) {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("umask {} && exec \"$0\" \"$@\"", builder.umask), env!("CARGO_BIN_EXE_expound")]);
    command.args(["build", "-u", "https://example.org/why/", "-r"]).arg(site).arg("-o").arg(output);
    command.env("RAYON_NUM_THREADS", builder.threads).stdout(Stdio::null());
    let settings = [
        ("LC_ALL", builder.locale),
        ("LANG", builder.locale),
        ("TZ", builder.zone),
        ("SOURCE_DATE_EPOCH", builder.day),
    ];
    for (name, value) in settings {
        match value {
            "" => command.env_remove(name),
            value => command.env(name, value),
        };
    }
    let ended = command.output().expect("a command that runs");
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
}

/// The rights of every file and folder.
fn modes(folder: &Path) -> BTreeMap<String, u32> {
    let mode = |path: &Path| fs::metadata(path).expect("a file").permissions().mode() & 0o777;
    let files = support::files_below(folder).into_keys();
    files.map(|name| (name.clone(), mode(&folder.join(name)))).collect()
}

#[test]
fn equal_sources_give_equal_bytes_whoever_builds_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut first = None;
    for (index, builder) in BUILDERS.iter().enumerate() {
        let site = folder.path().join(["a", "b c/é", "d", "e"][index]).join("site");
        copy_site(&support::repository(), &site, index % 2 == 1);
        let output = site.join("public");
        build(&site, &output, builder);
        let files = support::files_below(&output);
        assert!(files.len() > 200, "{} files", files.len());
        // A file can be read by whom the user lets read it, and run by nobody.
        let umask = u32::from_str_radix(builder.umask, 8).expect("an octal number");
        for (name, mode) in modes(&output) {
            assert_eq!(mode, 0o666 & !umask, "{name}, built with the umask {}", builder.umask);
        }
        match &first {
            None => first = Some(files),
            Some(first) => {
                let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
                assert_eq!(names(first), names(&files), "builder {index}");
                let other: Vec<&String> = files.keys().filter(|name| first[*name] != files[*name]).collect();
                assert!(other.is_empty(), "builder {index} gets other bytes: {other:?}");
            }
        }
    }
}
