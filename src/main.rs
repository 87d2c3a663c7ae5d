//! The `expound` command: everything it does is in the library.

// A build makes and drops millions of small values on several threads, which this allocator halves the time of.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    expound::cli::main()
}
