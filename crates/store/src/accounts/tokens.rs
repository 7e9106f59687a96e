//! Secrets that are given out once and kept as hashes: sessions, links, recovery codes.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::audit::merkle::Hash;
use crate::environment::Environment;

/// A new token of 256 random bits, as text.
pub fn new(environment: &Environment) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(environment.random::<32>())
}

/// What is kept of a token. Its 256 random bits cannot be guessed, so that a plain hash is enough.
pub fn kept(token: &str) -> String {
    Hash::of(token.as_bytes()).to_string()
}

/// A code to be written down: 120 random bits in groups of four letters and digits that are not mistaken for each other.
pub fn written(environment: &Environment) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let bytes: [u8; 24] = environment.random();
    let letters: Vec<String> = bytes
        .chunks(4)
        .map(|four| four.iter().map(|b| char::from(LETTERS[usize::from(b % 32)])).collect())
        .collect();
    letters.join("-")
}
