//! Work that keeps a core busy, or takes much memory: few of it at a time.

use std::any::Any;
use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::{Error, Result};

/// Places for work. Copies share them.
#[derive(Debug, Clone)]
pub struct Cores(Arc<Semaphore>);

impl Cores {
    /// So many places, and at least one.
    pub fn new(places: usize) -> Self {
        Self(Arc::new(Semaphore::new(places.max(1))))
    }

    /// Does some work on a thread that may be kept busy, once there is a place for it. The place is the work's own: who waits
    /// for it may go, and makes no room for other work while this goes on.
    ///
    /// # Errors
    /// The work panicked.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let place = Arc::clone(&self.0).acquire_owned().await.map_err(|error| Error::Internal(error.to_string()))?;
        // Erased, because what runs a task is large and would be compiled for each kind of work.
        let erased: Box<dyn FnOnce() -> Box<dyn Any + Send> + Send> = Box::new(move || {
            let done = work();
            drop(place);
            Box::new(done)
        });
        let done = tokio::task::spawn_blocking(erased).await.map_err(|error| Error::Internal(error.to_string()))?;
        Ok(*done.downcast().expect("work gives back what it makes"))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn a_place_is_taken_until_the_work_is_done_whoever_waits_for_it() {
        let cores = Cores::new(1);
        let (begun, has_begun) = mpsc::channel();
        let (end, ends) = mpsc::channel::<()>();
        let mut caller = Box::pin(cores.run(move || {
            begun.send(()).unwrap();
            ends.recv().unwrap();
        }));
        assert!(futures_util::poll!(&mut caller).is_pending());
        tokio::task::spawn_blocking(move || has_begun.recv().unwrap()).await.unwrap();
        drop(caller);
        assert_eq!(cores.0.available_permits(), 0, "the caller has gone, the work has not");
        end.send(()).unwrap();
        cores.run(|| ()).await.unwrap();
        assert!(cores.run(|| panic!("it fails")).await.is_err());
        assert_eq!(cores.0.available_permits(), 1);
    }
}
