//! The commands, as people and scripts run them.

use crate::support;

use std::fs;
use std::path::Path;
use std::process::Output;

use assert_cmd::Command;

fn expound() -> Command {
    let mut command = Command::cargo_bin("expound").expect("the binary");
    command.env_remove("NO_COLOR").env_remove("SOURCE_DATE_EPOCH");
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

fn run(command: &mut Command) -> (Output, String, String) {
    let output = command.output().expect("a command that runs");
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    (output, out, err)
}

/// A copy of a fixture, since commands write.
fn copy_of(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().expect("a folder");
    for part in ["content", "templates"] {
        if !folder.join(part).is_dir() {
            continue;
        }
        for (name, bytes) in support::files_below(&folder.join(part)) {
            let path = copy.path().join(part).join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, bytes).expect("a file");
        }
    }
    copy
}

fn small_site() -> tempfile::TempDir {
    let site = tempfile::tempdir().expect("a folder");
    fs::create_dir(site.path().join("content")).expect("a folder");
    fs::write(site.path().join("content/site.yaml"), "title: Tides\n").expect("a file");
    fs::write(site.path().join("content/index.md"), "---\ntitle: Why tides?\n---\n\nThe moon.\n").expect("a file");
    site
}

#[test]
fn a_build_says_that_there_is_no_home_page() {
    let site = small_site();
    let build = || run(expound().arg("build").arg("-r").arg(site.path())).2;
    assert!(!build().contains("home page"));
    fs::rename(site.path().join("content/index.md"), site.path().join("content/tides.md")).expect("a file");
    let told = "note: the site has no home page, so its address leads nowhere; write one in `content/index.md`\n";
    assert!(build().ends_with(told));
    assert!(build().ends_with(told), "a build that draws nothing says so too");
}

#[test]
fn a_clean_site_is_built_and_exits_with_0() {
    let site = small_site();
    let (output, out, err) = run(expound().arg("build").arg("-r").arg(site.path()));
    assert_eq!(output.status.code(), Some(0), "{err}");
    assert!(out.is_empty(), "progress is not output: {out}");
    assert!(fs::read_to_string(site.path().join("public/index.html")).expect("home").contains("The moon."));
    let (_, _, err) = run(expound().arg("-r").arg(site.path()).arg("build"));
    assert!(err.contains("0 added, 0 changed, 0 removed"), "nothing changed: {err}");
}

#[test]
fn a_build_of_what_has_not_changed_draws_nothing_and_puts_right_what_was_edited() {
    let (site, cache) = (small_site(), tempfile::tempdir().expect("a folder"));
    let build = |extra: &[&str]| {
        let mut command = expound();
        command.arg("build").arg("-r").arg(site.path()).args(extra).env("XDG_CACHE_HOME", cache.path());
        let (output, _, err) = run(&mut command);
        assert_eq!(output.status.code(), Some(0), "{err}");
        err
    };
    let page = site.path().join("content/index.md");
    let home = site.path().join("public/index.html");
    assert!(!build(&[]).contains("none drawn"));
    // Soon after a change another one might show in no time of the file.
    std::thread::sleep(std::time::Duration::from_millis(3100));
    assert!(!build(&[]).contains("none drawn"));
    let again = build(&[]);
    assert!(
        again.contains("0 changed, 0 removed") && again.contains("none drawn") && again.contains("note:"),
        "{again}"
    );

    // Other choices make another site, and whatever is in the output is looked at.
    assert!(!build(&["--today", "2020-01-01"]).contains("none drawn"));
    assert!(!build(&["--force", "--today", "2020-01-01"]).contains("none drawn"));
    let drawn = fs::read(&home).expect("home");
    fs::write(&home, "edited").expect("written");
    let mended = build(&["--today", "2020-01-01"]);
    assert!(mended.contains(" 1 changed"), "{mended}");
    assert_eq!(fs::read(&home).expect("home"), drawn);
    fs::write(site.path().join("public/more.html"), "more").expect("written");
    assert!(build(&["--today", "2020-01-01"]).contains(" 1 removed"));
    fs::remove_file(&home).expect("removed");
    assert!(build(&["--today", "2020-01-01"]).contains("1 added"));
    assert!(build(&["--today", "2020-01-01"]).contains("none drawn"));

    // As long as before, but another text.
    let text = fs::read_to_string(&page).expect("a page").replace("moon", "noom");
    fs::write(&page, text).expect("written");
    assert!(!build(&["--today", "2020-01-01"]).contains("none drawn"));
    assert!(fs::read_to_string(&home).expect("home").contains("noom"));
}

#[test]
fn warnings_are_told_again_by_a_build_of_what_has_not_changed() {
    let (site, cache) = (small_site(), tempfile::tempdir().expect("a folder"));
    fs::write(site.path().join("content/sources.yaml"), "a: {type: book, title: A}\n").expect("a file");
    std::thread::sleep(std::time::Duration::from_millis(3100));
    for _ in 0..2 {
        let mut command = expound();
        command.arg("build").arg("-r").arg(site.path()).env("XDG_CACHE_HOME", cache.path());
        let (_, _, err) = run(&mut command);
        assert!(err.contains("warning[unused-source]") && !err.contains("none drawn"), "{err}");
    }
}

#[test]
fn a_site_with_errors_exits_with_1_and_leaves_the_built_site_alone() {
    let site = small_site();
    run(expound().arg("build").arg("-r").arg(site.path()));
    let before = support::files_below(&site.path().join("public"));
    fs::write(site.path().join("content/index.md"), "---\ntitle: Why tides?\n---\n\nSee [the sun](sun.md).\n")
        .expect("a file");
    let (output, _, err) = run(expound().arg("build").arg("-r").arg(site.path()));
    assert_eq!(output.status.code(), Some(1));
    assert!(err.contains("content/index.md:5:15") && err.contains("unknown-page"), "{err}");
    assert_eq!(support::files_below(&site.path().join("public")), before);
}

/// What a build tells scripts, which must be as its schema says.
fn told(command: &mut Command) -> serde_json::Value {
    told_with(command, &[])
}

fn told_with(command: &mut Command, more: &[&str]) -> serde_json::Value {
    let (_, out, err) = run(command.args(["build", "--format", "json"]).args(more));
    let told = serde_json::from_str(&out).unwrap_or_else(|_| panic!("one object and nothing else: {out}{err}"));
    let schema = fs::read_to_string(support::repository().join("docs/schemas/build.schema.json")).expect("a schema");
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema that is one");
    assert!(validator.is_valid(&told), "{told}");
    assert!(!validator.is_valid(&serde_json::json!({"built": true})));
    told
}

#[test]
fn scripts_are_told_what_changed() {
    let site = small_site();
    let page = |name: &str, text: &str| {
        fs::write(site.path().join("content").join(name), format!("---\ntitle: {text}\n---\n\n{text}.\n"))
            .expect("a file");
    };
    page("moon.md", "Moon");
    page("sun.md", "Sun");
    // The files of a search index are named by what they hold, so that every change adds and removes some.
    let first = told_with(expound().arg("-r").arg(site.path()), &["--no-search"]);
    assert_eq!((&first["built"], &first["errors"], &first["kept"]), (&true.into(), &0.into(), &0.into()));
    assert!(first["added"].as_array().expect("paths").contains(&"moon.html".into()), "{first}");
    assert_eq!(first["notes"].as_array().map(Vec::len), Some(1), "no address is known");

    page("moon.md", "The moon");
    page("earth.md", "Earth");
    fs::remove_file(site.path().join("content/sun.md")).expect("removed");
    let second = told_with(expound().arg("-r").arg(site.path()), &["--no-search"]);
    assert_eq!(second["added"], serde_json::json!(["earth.html"]));
    assert!(second["changed"].as_array().expect("paths").contains(&"moon.html".into()), "{second}");
    assert_eq!(second["removed"], serde_json::json!(["sun.html"]));
    assert!(second["kept"].as_u64() > Some(3), "{second}");

    let third = told_with(expound().arg("-r").arg(site.path()), &["-u", "https://example.org"]);
    assert_eq!(third["notes"], serde_json::json!([]));

    fs::write(site.path().join("content/moon.md"), "---\ntitle: Moon\n---\n\n[It](nowhere.md).\n").expect("a file");
    let failed = told(expound().arg("-r").arg(site.path()));
    assert_eq!((&failed["built"], &failed["errors"], &failed["kept"]), (&false.into(), &1.into(), &0.into()));

    let (output, out, err) = run(expound().args(["build", "--format", "json", "-r", "no-such-folder"]));
    assert_eq!((output.status.code(), out.as_str()), (Some(2), ""), "{err}");
}

#[test]
fn addresses_are_locked_and_never_dropped() {
    let site = small_site();
    let lock = site.path().join("content/urls.lock");
    let page = |name: &str, text: &str| fs::write(site.path().join("content").join(name), text).expect("a file");
    page("index.md", "---\ntitle: Why tides?\n---\n\nSee [why](moon.md#why-it-pulls) and [it](#it).\n\n## It\n\nIt.\n");
    page("moon.md", "---\ntitle: Moon\naliases: [luna]\n---\n\n## Why it pulls\n\nIt does.\n");
    page("mars.md", "---\ntitle: Mars\ndraft: true\n---\n\nIt does not.\n");
    let (output, out, err) = run(expound().args(["lock", "--drafts", "-r"]).arg(site.path()));
    assert_eq!((output.status.code(), out.as_str()), (Some(0), ""), "{err}");
    assert_eq!(err, "content/urls.lock: 4 added, 4 in all\n");
    let addresses = || {
        let text = fs::read_to_string(&lock).expect("the lock file");
        text.lines().filter(|line| !line.starts_with('#')).map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(addresses(), ["index.html", "luna.html", "moon.html", "moon.html#why-it-pulls"]);

    // A build writes nothing among what people write, and what is locked is locked in any order and form.
    let before = support::files_below(&site.path().join("content"));
    let (output, _, err) = run(expound().args(["build", "-r"]).arg(site.path()));
    assert_eq!(output.status.code(), Some(0), "{err}");
    assert_eq!(support::files_below(&site.path().join("content")), before);
    assert!(!site.path().join("public/urls.lock").exists(), "it is no file to copy");
    let text = fs::read_to_string(&lock).expect("the lock file");
    fs::write(&lock, "\u{feff}moon.html\r\n\r\n# Mine.\r\nluna.html\r\n").expect("a file");
    let (_, _, err) = run(expound().args(["lock", "-r"]).arg(site.path()));
    assert_eq!(err, "content/urls.lock: 2 added, 4 in all\n");
    assert_eq!(fs::read_to_string(&lock).expect("the lock file"), text);

    // While an address has vanished, nothing is written; with its alias, it is still there.
    fs::rename(site.path().join("content/moon.md"), site.path().join("content/the-moon.md")).expect("renamed");
    page("index.md", "---\ntitle: Why tides?\n---\n\nThe moon.\n");
    let (output, _, err) = run(expound().args(["lock", "-r"]).arg(site.path()));
    assert_eq!(output.status.code(), Some(1));
    assert!(err.contains("vanished-address") && err.contains("add `moon` to its `aliases:`"), "{err}");
    assert_eq!(fs::read_to_string(&lock).expect("the lock file"), text);
    page("the-moon.md", "---\ntitle: Moon\naliases: [luna, moon]\n---\n\n## Why it pulls\n\nIt does.\n");
    let (_, _, err) = run(expound().args(["lock", "-r"]).arg(site.path()));
    assert_eq!(err, "content/urls.lock: 1 added, 5 in all\n");
    assert_eq!(addresses(), ["index.html", "luna.html", "moon.html", "moon.html#why-it-pulls", "the-moon.html"]);
}

#[test]
fn an_address_is_an_address() {
    let site = small_site();
    for url in ["example.org", "https://example.org/?a=b", "https://example.org/a b"] {
        let (output, _, err) = run(expound().args(["build", "-u", url, "-r"]).arg(site.path()));
        assert_eq!(output.status.code(), Some(2), "{url}: {err}");
        assert_eq!(err.lines().count(), 1, "{err}");
    }
}

#[test]
fn twelve_mistakes_are_told_of_in_one_run() {
    let fixture = support::repository().join("tests/fixtures/check/twelve-mistakes");
    let site = copy_of(&fixture);
    let (output, out, _) = run(expound().args(["check", "--format", "json", "-r"]).arg(site.path()));
    assert_eq!(output.status.code(), Some(1));
    let problems: Vec<serde_json::Value> =
        out.lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect();
    assert_eq!(problems.len(), 12, "{out}");
    for problem in problems {
        for key in ["code", "severity", "message", "path"] {
            assert!(problem[key].is_string(), "{problem}");
        }
        for key in ["line", "column", "end_line", "end_column"] {
            assert!(problem[key].as_u64().is_some_and(|number| number > 0), "{problem}");
        }
        assert!(site.path().join(problem["path"].as_str().expect("a path")).is_file());
    }
    assert!(!site.path().join("public").exists(), "check writes nothing");
}

#[test]
fn warnings_count_when_they_are_denied() {
    let fixture = support::repository().join("tests/fixtures/check/unused-source");
    let site = copy_of(&fixture);
    let status = |extra: &[&str]| run(expound().args(["check", "-r"]).arg(site.path()).args(extra)).0.status.code();
    assert_eq!(status(&[]), Some(0));
    assert_eq!(status(&["--deny", "warnings"]), Some(1));
}

#[test]
fn problems_are_shown_beside_the_lines_of_a_pull_request() {
    let fixture = support::repository().join("tests/fixtures/check/unknown-target");
    let (_, out, _) = run(expound().args(["check", "--format", "github", "-r"]).arg(fixture));
    assert!(out.starts_with("::error file=content/topics/gravity.md,line=3,col=14,"), "{out}");
    assert!(out.contains("help: did you mean `mass`?"), "{out}");
}

#[test]
fn what_cannot_run_exits_with_2_and_says_why_in_one_line() {
    let (output, _, err) = run(expound().args(["build", "-r", "no-such-folder"]));
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(err, "error: there is no folder `no-such-folder`\n");
    let (output, _, _) = run(expound().arg("bild"));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_folder_that_expound_did_not_make_is_refused() {
    let site = small_site();
    let output = site.path().join("thesis");
    fs::create_dir(&output).expect("a folder");
    fs::write(output.join("chapter.txt"), "years of work").expect("a file");
    let (result, _, err) = run(expound().arg("build").arg("-r").arg(site.path()).arg("-o").arg(&output));
    assert_eq!(result.status.code(), Some(2), "{err}");
    assert!(err.contains("--force"), "{err}");
    assert_eq!(fs::read_to_string(output.join("chapter.txt")).expect("the file"), "years of work");
}

#[test]
fn drafts_are_built_only_when_asked_for() {
    let site = small_site();
    fs::write(site.path().join("content/sun.md"), "---\ntitle: The sun\ndraft: true\n---\n").expect("a file");
    run(expound().arg("build").arg("-r").arg(site.path()));
    assert!(!site.path().join("public/sun.html").exists());
    run(expound().args(["build", "--drafts", "-r"]).arg(site.path()));
    assert!(site.path().join("public/sun.html").exists());
}

#[test]
fn a_link_out_of_the_site_is_refused() {
    let site = small_site();
    let outside = tempfile::tempdir().expect("a folder");
    fs::write(outside.path().join("secret.txt"), "secret").expect("a file");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(outside.path().join("secret.txt"), site.path().join("content/secret.txt"))
            .expect("a link");
        let (output, _, err) = run(expound().args(["check", "-r"]).arg(site.path()));
        assert_eq!(output.status.code(), Some(1));
        assert!(err.contains("link-leaves-site") && err.contains("content/secret.txt"), "{err}");
    }
}

#[test]
fn every_code_is_explained() {
    let (output, list, _) = run(expound().arg("explain"));
    assert_eq!(output.status.code(), Some(0));
    assert!(list.lines().count() > 40);
    let (output, out, _) = run(expound().args(["explain", "unknown-target"]));
    assert_eq!(output.status.code(), Some(0));
    assert!(out.contains("## Wrong") && out.contains("## Right"), "{out}");
    let (output, _, err) = run(expound().args(["explain", "unknown-targte"]));
    assert_eq!(output.status.code(), Some(2));
    assert!(err.contains("did you mean `unknown-target`?"), "{err}");
}

#[test]
fn coverage_counts_the_real_site() {
    let (output, out, _) = run(expound().args(["coverage", "--format", "json", "-r"]).arg(support::repository()));
    assert_eq!(output.status.code(), Some(0));
    let coverage: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    for page in coverage["pages"].as_array().expect("pages") {
        let count = |key: &str| page[key].as_u64().expect("a number");
        assert_eq!(count("statements"), count("cited") + count("editorial"), "{page}");
        assert!(count("cited") > 0, "{page}");
    }
    let article = &coverage["sources"].as_array().expect("sources")[0];
    assert_eq!((article["passages"].as_u64(), article["used"].as_u64()), (Some(18), Some(18)));
    let (_, out, _) = run(expound().args(["coverage", "-r"]).arg(support::repository()));
    assert!(out.contains("content/factors/family-ties.md") && out.contains("said-2011"), "{out}");
}

#[test]
fn two_builds_are_equal_from_any_folder() {
    let out = tempfile::tempdir().expect("a folder");
    let root = support::repository();
    let (first, second) = (out.path().join("first"), out.path().join("second"));
    let build = |from: &Path, site: &Path, to: &Path| {
        let (output, _, err) = run(expound().current_dir(from).arg("build").arg("-r").arg(site).arg("-o").arg(to));
        assert_eq!(output.status.code(), Some(0), "{err}");
    };
    build(&root, Path::new("."), &first);
    build(out.path(), &root, &second);
    assert!(support::files_below(&first) == support::files_below(&second));
}

/// Everything in the folder of the search index, with the time of each file.
fn index_of(site: &Path) -> Vec<(String, Vec<u8>, std::time::SystemTime)> {
    let folder = site.join("public/pagefind");
    let files = support::files_below(&folder).into_iter();
    files
        .map(|(name, bytes)| {
            let modified = fs::metadata(folder.join(&name)).and_then(|metadata| metadata.modified());
            (name, bytes, modified.expect("a time"))
        })
        .collect()
}

#[test]
fn the_search_index_is_made_again_only_when_its_words_changed() {
    let site = small_site();
    let build = |extra: &[&str]| {
        let (output, _, err) = run(expound().arg("build").arg("-r").arg(site.path()).args(extra));
        assert_eq!(output.status.code(), Some(0), "{err}");
        err
    };
    let write = |front: &str, text: &str| {
        let page = format!("---\ntitle: Why tides?\n{front}---\n\n{text}\n");
        fs::write(site.path().join("content/index.md"), page).expect("a file");
    };
    let err = build(&[]);
    assert!(err.contains("search in ") && err.contains(": 1 page") && !err.contains("nothing to index"), "{err}");
    let first = index_of(site.path());
    assert!(first.len() > 5);
    // What readers search is the same, although the page is not.
    write("updated: 2026-11-22\n", "The **moon**.");
    let err = build(&[]);
    assert!(!err.contains(" 0 changed") && err.contains("nothing to index"), "{err}");
    assert_eq!(index_of(site.path()), first);
    write("", "The moon and the sun.");
    assert!(!build(&[]).contains("nothing to index"));
    let second = index_of(site.path());
    assert_ne!(second, first);
    // An index that somebody damaged is put right.
    let (name, bytes, _) = &second[0];
    fs::write(site.path().join("public/pagefind").join(name), "damage").expect("a file");
    assert!(!build(&[]).contains("nothing to index"));
    assert_eq!(&index_of(site.path())[0].1, bytes);
    // Without an index the page for searching is still there.
    let err = build(&["--no-search"]);
    assert!(!err.contains("search in") && !site.path().join("public/pagefind").exists(), "{err}");
    let page = fs::read_to_string(site.path().join("public/search.html")).expect("the page");
    assert!(page.contains("Why tides?") && !page.contains("wasm-unsafe-eval"), "{page}");
}

#[test]
fn help_fits_80_columns_and_the_manual_tells_the_same() {
    let (_, all, _) = run(expound().arg("--help"));
    let listed = all.split_once("Commands:\n").expect("commands").1.split_once("\n\n").expect("their end").0;
    let entries = listed.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let mut commands: Vec<&str> = entries.filter_map(|line| line.split_whitespace().next()).collect();
    commands.retain(|command| *command != "help");
    assert!(commands.len() >= 10, "{commands:?}");
    for command in commands {
        let (output, help, _) = run(expound().env("COLUMNS", "80").args([command, "--help"]));
        assert!(output.status.success());
        assert_eq!(help.lines().find(|line| line.chars().count() > 80), None, "{command}");
        let (output, manual, _) = run(expound().args(["man", command]));
        assert!(output.status.success() && manual.contains(&format!(".TH expound-{command} 1")), "{manual}");
        for flag in help.split_whitespace().filter(|word| word.starts_with("--") && word.ends_with(char::is_alphabetic))
        {
            assert!(manual.contains(&flag.replace('-', "\\-")), "{command}: {flag}");
        }
    }
    let (output, _, err) = run(expound().args(["man", "biuld"]));
    assert_eq!(
        (output.status.code(), err.as_str()),
        (Some(2), "error: no command is called `biuld`; `expound help` lists them\n")
    );
}
