//! Ctrl-C, and other ways to ask a command to end. The one file that knows signal-hook.
//!
//! A command that is building something is asked, instead of ended, so that it can put away what it has begun. Whoever
//! asks twice ends it at once; then the next build clears what it leaves.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// Remembers whether somebody asked the command to end.
#[derive(Debug, Default)]
pub(super) struct Watch(Arc<AtomicBool>);

impl Watch {
    /// From now on, whoever asks the command to end is not obeyed at once.
    pub(super) fn begin() -> Self {
        let watch = Self::default();
        for signal in [SIGINT, SIGTERM] {
            // Where it cannot be watched for, a command ends at once, as ever.
            let again = flag::register_conditional_default(signal, Arc::clone(&watch.0));
            let _ = again.and_then(|_| flag::register(signal, Arc::clone(&watch.0)));
        }
        watch
    }

    /// Whether somebody asked the command to end.
    pub(super) fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
