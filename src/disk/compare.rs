//! Comparing and copying files in pieces, so that none has to fit into memory.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek};
use std::path::Path;

/// How much of a file is compared or copied at a time.
pub(super) const CHUNK: usize = 64 * 1024;

/// Whether the file holds exactly these bytes.
pub(super) fn holds(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let mut file = File::open(path)?;
    if file.metadata()?.len() != bytes.len() as u64 {
        return Ok(false);
    }
    let mut chunk = [0; 16 * 1024];
    for expected in bytes.chunks(chunk.len()) {
        let found = &mut chunk[..expected.len()];
        file.read_exact(found)?;
        if found != expected {
            return Ok(false);
        }
    }
    Ok(true)
}

/// As much of a file as is equal to the bytes that have come so far.
pub(super) struct CommonPrefix {
    file: File,
    length: u64,
}

impl CommonPrefix {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self { file: File::open(path)?, length: 0 })
    }

    /// Whether these bytes are next in the file. If not, or if that cannot be read, they are not counted.
    pub(super) fn goes_on_with(&mut self, bytes: &[u8]) -> bool {
        let mut chunk = vec![0; CHUNK.min(bytes.len())];
        for expected in bytes.chunks(CHUNK) {
            let found = &mut chunk[..expected.len()];
            if self.file.read_exact(found).is_err() || found != expected {
                return false;
            }
        }
        self.length += bytes.len() as u64;
        true
    }

    /// Whether the file ends here.
    pub(super) fn is_at_end(&mut self) -> bool {
        matches!(fill(&mut self.file, &mut [0]), Ok(0))
    }

    /// Writes what has been equal to another file.
    pub(super) fn copy_to(mut self, target: &mut File) -> io::Result<()> {
        self.file.rewind()?;
        let copied = io::copy(&mut self.file.take(self.length), target)?;
        if copied == self.length { Ok(()) } else { Err(ErrorKind::UnexpectedEof.into()) }
    }
}

/// The hash of `source`, if the file at `path` holds the same.
pub(super) fn hash_if_equal(source: &mut File, path: &Path) -> io::Result<Option<blake3::Hash>> {
    let mut published = File::open(path)?;
    if published.metadata()?.len() != source.metadata()?.len() {
        return Ok(None);
    }
    let mut hasher = blake3::Hasher::new();
    let (mut one, mut two) = (vec![0; CHUNK], vec![0; CHUNK]);
    loop {
        let length = fill(source, &mut one)?;
        if fill(&mut published, &mut two)? != length || one[..length] != two[..length] {
            return Ok(None);
        }
        if length == 0 {
            return Ok(Some(hasher.finalize()));
        }
        hasher.update(&one[..length]);
    }
}

/// Reads until the chunk is full or the file is at its end.
pub(super) fn fill(file: &mut File, chunk: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while length < chunk.len() {
        match file.read(&mut chunk[length..]) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

/// Copies a file with its time of modification, where a second link is refused.
pub(super) fn copy_with_time(from: &Path, to: &Path) -> io::Result<()> {
    let mut source = File::open(from)?;
    let mut target = File::create_new(to)?;
    io::copy(&mut source, &mut target)?;
    target.set_modified(source.metadata()?.modified()?)
}
