//! The manifest: which files Expound published, and the hash of each.
//!
//! It marks a folder as Expound's, tells deploy scripts what to upload, and shows in a diff which pages a change
//! reaches. It never decides whether a file is written again; only the file itself does.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::model::output_path::OutputPath;

/// Its name, at the top of the output.
pub(super) const NAME: &str = ".expound-manifest.json";

/// The manifest of these files, which are sorted: one a line, with nothing in it that the files do not determine.
pub(super) fn text<'files>(files: impl Iterator<Item = (&'files OutputPath, &'files blake3::Hash)>) -> String {
    let mut text = "{\n  \"generator\": \"expound\",\n  \"files\": {".to_owned();
    for (index, (path, hash)) in files.enumerate() {
        let comma = if index == 0 { "" } else { "," };
        let path = serde_json::Value::from(path.as_str());
        write!(text, "{comma}\n    {path}: \"{}\"", hash.to_hex()).expect("a string takes all that is written");
    }
    text.push_str("\n  }\n}\n");
    text
}

/// The paths that a manifest lists, each with its hash in hexadecimal; none when it is damaged, as by an unfinished
/// merge.
pub(super) fn files(bytes: &[u8]) -> BTreeMap<String, String> {
    let manifest: serde_json::Value = serde_json::from_slice(bytes).unwrap_or_default();
    let files = manifest.get("files").and_then(serde_json::Value::as_object);
    let files = files.into_iter().flatten();
    files.map(|(path, hash)| (path.clone(), hash.as_str().unwrap_or_default().to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_lists_one_file_a_line() {
        let path = |text: &str| OutputPath::parse(text).expect("a path");
        let empty = blake3::hash(b"");
        let files = [path("a \"b\".html"), path("é.html")];
        let text = text(files.iter().map(|path| (path, &empty)));
        let expected = r#"{
  "generator": "expound",
  "files": {
    "a \"b\".html": "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
    "é.html": "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"
  }
}
"#;
        assert_eq!(text, expected);
        let hash = empty.to_hex().to_string();
        let expected = [("a \"b\".html".to_owned(), hash.clone()), ("é.html".to_owned(), hash)];
        assert_eq!(super::files(text.as_bytes()), BTreeMap::from(expected));
    }

    #[test]
    fn no_files_make_a_manifest_too() {
        let text = text(std::iter::empty());
        let manifest: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(manifest["generator"], "expound");
        assert!(files(text.as_bytes()).is_empty());
    }

    #[test]
    fn a_damaged_manifest_lists_nothing() {
        assert!(files(b"<<<<<<< HEAD\n{").is_empty());
        assert!(files(br#"{"files": ["a.html"]}"#).is_empty());
    }
}
