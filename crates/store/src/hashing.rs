//! Slow hashes, a few at a time, in memory that is taken once and used again.
//!
//! Each hash fills 19 MiB, and strangers decide how many are asked for. Memory that were taken and given back for each would stay with
//! the process, in as many pieces as threads have hashed; so there are as many pieces as are hashed at a time, and no more.
//!
//! Argon2id with 19 MiB, two rounds, one lane (OWASP Password Storage; RFC 9106).

use std::sync::{Arc, Mutex, PoisonError};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::sync::Semaphore;

use crate::error::{Result, StoreError};

/// KiB that a hash fills.
pub(crate) const KIBIBYTES: u32 = 19 * 1024;
/// Rounds.
pub(crate) const ROUNDS: u32 = 2;
/// The most that are hashed at the same time; fewer where there are fewer cores.
const MOST: usize = 4;

/// The memory that a hash fills.
pub struct Memory(Vec<Block>);

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Memory")
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self(vec![Block::new(); KIBIBYTES as usize])
    }
}

impl Memory {
    /// 32 bytes of Argon2id of a secret and a salt of at least 8 bytes.
    ///
    /// # Panics
    /// When the salt is shorter.
    pub(crate) fn hash(&mut self, secret: &[u8], salt: &[u8]) -> [u8; 32] {
        let mut out = [0; 32];
        let params = Params::new(KIBIBYTES, ROUNDS, 1, None).unwrap_or_default();
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into_with_memory(secret, salt, &mut out, &mut self.0)
            .expect("the salt is long enough, and so is the memory");
        out
    }
}

/// Hashes, a few at a time.
#[derive(Debug, Clone)]
pub(crate) struct Hashing {
    turns: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<Memory>>>,
    most: usize,
}

impl Default for Hashing {
    fn default() -> Self {
        let most = std::thread::available_parallelism().map_or(1, usize::from).min(MOST);
        Self { turns: Arc::new(Semaphore::new(most)), idle: Arc::default(), most }
    }
}

impl Hashing {
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Memory>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes all the memory that hashes will ever need, so that it cannot be missing later.
    pub(crate) fn make_ready(&self) {
        let mut idle = self.idle();
        while idle.len() < self.most {
            idle.push(Memory::default());
        }
    }

    /// Does work that hashes beside the threads that serve, when its turn comes.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T> {
        let stopped = |error: String| StoreError::Program(format!("a password could not be hashed: {error}"));
        let turn = self.turns.clone().acquire_owned().await.map_err(|error| stopped(error.to_string()))?;
        let hashing = self.clone();
        // The turn ends with the work, even if nobody waits for it any more.
        let work = move || {
            let _turn = turn;
            let mut memory = hashing.idle().pop().unwrap_or_default();
            let done = work(&mut memory);
            hashing.idle().push(memory);
            done
        };
        tokio::task::spawn_blocking(work).await.map_err(|error| stopped(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn many_hashes_take_no_more_memory_than_are_hashed_at_a_time() {
        let hashing = Hashing::default();
        let all = (0..12_u8).map(|secret| {
            let hashing = hashing.clone();
            tokio::spawn(
                async move { hashing.run(move |memory| memory.hash(&[secret; 8], b"saltsalt")).await },
            )
        });
        let mut hashes = Vec::new();
        for one in all.collect::<Vec<_>>() {
            hashes.push(one.await.unwrap().unwrap());
        }
        assert!(hashing.idle().len() <= hashing.most);
        // What was hashed before it in the same memory does not matter.
        for (secret, hash) in (0..12_u8).zip(&hashes) {
            assert_eq!(Memory::default().hash(&[secret; 8], b"saltsalt"), *hash);
        }
    }
}
