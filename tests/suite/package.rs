//! What others get when they install Expound from source: the files of the package, and the compiler that they need.

use crate::support;

use std::collections::BTreeSet;
use std::process::Command;

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(support::repository())
        .output()
        .expect("cargo, which runs this test");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn the_package_has_what_the_code_takes_in_and_no_site() {
    let list = cargo(&["package", "--list", "--allow-dirty", "--offline"]);
    let list: BTreeSet<&str> = list.lines().collect();
    let mut needed: Vec<String> =
        ["Cargo.lock", "LICENSE-APACHE", "LICENSE-MIT", "README.md"].map(str::to_owned).into();
    for (folder, least) in [("src", 60), ("templates", 30), ("docs/content/problems", 40), ("docs/schemas", 2)] {
        let files = support::files_below(&support::repository().join(folder));
        assert!(files.len() > least, "{folder}");
        needed.extend(files.into_keys().map(|name| format!("{folder}/{name}")));
    }
    let missing: Vec<&String> = needed.iter().filter(|path| !list.contains(path.as_str())).collect();
    assert!(missing.is_empty(), "not in the package: {missing:?}");
    let is_ours = |path: &&&str| {
        ["content/", "public/", "tests/", "docs/pictures/", ".ci/", ".github/"].iter().any(|top| path.starts_with(top))
    };
    assert_eq!(list.iter().find(is_ours), None, "what nobody needs to build it");
}

#[test]
fn no_dependency_needs_a_newer_compiler_than_we_say() {
    let filter = ["--filter-platform", "x86_64-unknown-linux-gnu"];
    let text = cargo(&[&["metadata", "--locked", "--offline", "--format-version", "1"][..], &filter].concat());
    let metadata: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let version = |package: &serde_json::Value| {
        let text = package["rust_version"].as_str()?;
        Some(text.split('.').map(|part| part.parse().expect("a number")).collect::<Vec<u32>>())
    };
    let packages = metadata["packages"].as_array().expect("packages");
    let own = packages.iter().find(|package| package["name"] == "expound").and_then(version).expect("a version");
    assert!(packages.len() > 100);
    for package in packages {
        assert!(version(package).is_none_or(|needed| needed[..2] <= own[..2]), "{}", package["id"]);
    }
}
