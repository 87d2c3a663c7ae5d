//! What each phase of a build costs by itself, in memory, on one thread and on two.

use divan::Bencher;
use divan::counter::ItemsCount;
use expound::compile::{MemoryFiles, Options, compile};
use expound::emit::Rendered;
use expound::read;
use expound::text::SitePath;

use crate::corpus::{Corpus, Variant};

/// How many pages the corpus has.
const SIZE: usize = 1000;

/// Measures every phase, and prints a table.
pub(crate) fn run() {
    divan::Divan::default().run_benches();
}

fn files(variant: Variant) -> MemoryFiles {
    let mut files = MemoryFiles::default();
    for (path, text) in (Corpus { size: SIZE, variant }).files() {
        files.insert(SitePath::parse(&path).expect("a path"), text);
    }
    files
}

/// Measures a piece of work on as many threads as asked for.
fn measure<T>(bencher: Bencher<'_, '_>, threads: usize, work: impl Fn() -> T + Sync)
where
    T: Send,
{
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    bencher.counter(ItemsCount::new(SIZE)).bench(|| pool.install(&work));
}

/// The variants and numbers of threads that everything is measured with.
const CASES: [(Variant, usize); 4] = [(Variant::Plain, 1), (Variant::Plain, 2), (Variant::Full, 1), (Variant::Full, 2)];

/// Texts to drafts.
#[divan::bench(args = CASES, sample_count = 10)]
fn read(bencher: Bencher<'_, '_>, (variant, threads): (Variant, usize)) {
    let files = files(variant);
    measure(bencher, threads, || read::all(&files));
}

/// Texts to a site: with `read` taken off, what resolving costs.
#[divan::bench(args = CASES, sample_count = 10)]
fn read_and_resolve(bencher: Bencher<'_, '_>, (variant, threads): (Variant, usize)) {
    let files = files(variant);
    measure(bencher, threads, || compile(&files, &Options::default()).site().pages.len());
}

/// A site to bytes.
#[divan::bench(args = CASES, sample_count = 10)]
fn emit(bencher: Bencher<'_, '_>, (variant, threads): (Variant, usize)) {
    let files = files(variant);
    let compiled = compile(&files, &Options::default());
    assert!(!compiled.has_errors(), "{:?}", compiled.report(Vec::new()).problems().first());
    measure(bencher, threads, || render(&compiled));
}

/// All of a build but its reading and writing of files.
#[divan::bench(args = CASES, sample_count = 10)]
fn whole(bencher: Bencher<'_, '_>, (variant, threads): (Variant, usize)) {
    let files = files(variant);
    measure(bencher, threads, || render(&compile(&files, &Options::default())));
}

/// Draws everything, and counts its bytes.
fn render(compiled: &expound::compile::Compiled<'_>) -> usize {
    let bytes = std::sync::atomic::AtomicUsize::new(0);
    let rendered = compiled.render::<std::convert::Infallible>(|_, rendered| {
        let length = match rendered {
            Rendered::Bytes(drawn) => drawn.len(),
            Rendered::Pieces(pieces) => pieces.map(|piece| piece.len()).sum(),
            Rendered::Copy(_) => 0,
        };
        bytes.fetch_add(length, std::sync::atomic::Ordering::Relaxed);
        Ok(())
    });
    assert!(rendered.is_ok_and(|report| !report.has_errors()), "a corpus has no errors");
    bytes.into_inner()
}
