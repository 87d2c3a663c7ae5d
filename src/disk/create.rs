//! New files, which never take the place of others.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

use super::Error;

/// Writes a file where none is, with the folders above it.
pub fn create(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).map_err(Error::io("create", path))?;
    file.write_all(bytes).map_err(Error::io("write", path))
}

/// Writes a file, and in the place of one that is there. Gives whether anything is new.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<bool, Error> {
    if fs::read(path).is_ok_and(|found| found == bytes) {
        return Ok(false);
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
    }
    fs::write(path, bytes).map_err(Error::io("write", path))?;
    Ok(true)
}

/// Makes a folder, or takes one that is there and has nothing in it.
pub fn create_folder(path: &Path) -> Result<(), Error> {
    fs::create_dir_all(path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists | ErrorKind::NotADirectory => Error::NotAFolder(path.to_owned()),
        _ => Error::io("create", path)(error),
    })?;
    let mut entries = fs::read_dir(path).map_err(Error::io("read", path))?;
    match entries.next() {
        Some(_) => Err(Error::NotEmpty(path.to_owned())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a/b.md");
        create(&file, b"one").expect("created");
        let error = create(&file, b"two").expect_err("it is there").to_string();
        assert!(error.ends_with("b.md`: it is there already"), "{error}");
        assert_eq!(fs::read(&file).expect("read"), b"one");
        assert!(!replace(&file, b"one").expect("replaced") && replace(&file, b"two").expect("replaced"));

        assert!(matches!(create_folder(folder.path()), Err(Error::NotEmpty(_))));
        assert!(matches!(create_folder(&file), Err(Error::NotAFolder(_))));
        create_folder(&folder.path().join("c/d")).expect("created");
        create_folder(&folder.path().join("c/d")).expect("empty");
    }
}
