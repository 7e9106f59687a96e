//! Signed notes (c2sp.org/signed-note, Ed25519): a text and who signed it, in a form that others' tools read.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ed25519_dalek::{Signature, Signer, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::keys::Keys;

/// The kind of an Ed25519 signature in a signed note.
const ED25519: u8 = 1;

/// A text, which must end with a line feed, as a signed note.
pub fn sign(text: &str, name: &str, keys: &Keys) -> String {
    let signature = keys.signing.sign(text.as_bytes()).to_bytes();
    let signed = [&Verifier::new(name, keys.public()).id()[..], &signature[..]].concat();
    format!("{text}\n\u{2014} {name} {}\n", BASE64_STANDARD.encode(signed))
}

/// A name and the key that checks its signatures, in the form of signed notes: `name+id+key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    key: VerifyingKey,
}

impl Verifier {
    pub(crate) fn new(name: &str, key: VerifyingKey) -> Self {
        Self { name: name.to_owned(), key }
    }

    /// The name that signs.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first four bytes of the hash of name, kind and key.
    fn id(&self) -> [u8; 4] {
        let hash = Sha256::new()
            .chain_update(&self.name)
            .chain_update([b'\n', ED25519])
            .chain_update(self.key.as_bytes())
            .finalize();
        [hash[0], hash[1], hash[2], hash[3]]
    }
}

impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[ED25519], &self.key.as_bytes()[..]].concat();
        write!(f, "{}+{:08x}+{}", self.name, u32::from_be_bytes(self.id()), BASE64_STANDARD.encode(key))
    }
}

impl Verifier {
    /// The text of a note that was signed with this key.
    ///
    /// # Errors
    /// When it is no signed note, or signed with another key, or was changed.
    pub fn open(&self, note: &str) -> Result<String, String> {
        let (text, signatures) = note.rsplit_once("\n\n").ok_or("not a signed note: no empty line")?;
        let text = format!("{text}\n");
        let signed = signatures.lines().any(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            let ["\u{2014}", name, signature] = words[..] else { return false };
            let Ok(bytes) = BASE64_STANDARD.decode(signature) else { return false };
            let Some((id, signature)) = bytes.split_first_chunk::<4>() else { return false };
            let Ok(signature) = Signature::from_slice(signature) else { return false };
            name == self.name
                && *id == self.id()
                && self.key.verify_strict(text.as_bytes(), &signature).is_ok()
        });
        if signed { Ok(text) } else { Err(format!("not signed with the key of {}", self.name)) }
    }
}

impl FromStr for Verifier {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("{text:?} is not a key: name+id+key is expected, as 'enough audit key' prints it");
        let (name, rest) = text.trim().split_once('+').ok_or_else(wrong)?;
        let (id, key) = rest.split_once('+').ok_or_else(wrong)?;
        let key = BASE64_STANDARD.decode(key).map_err(|_| wrong())?;
        let [ED25519, key @ ..] = &key[..] else { return Err(wrong()) };
        let key: [u8; 32] = key.try_into().map_err(|_| wrong())?;
        let verifier = Self::new(name, VerifyingKey::from_bytes(&key).map_err(|_| wrong())?);
        if format!("{:08x}", u32::from_be_bytes(verifier.id())) != id {
            return Err(format!("{text:?} is not a key: its id does not belong to it"));
        }
        Ok(verifier)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key in the documentation of the reference implementation (golang.org/x/mod/sumdb/note).
    #[test]
    fn the_key_of_the_published_format_is_read() {
        let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        assert_eq!(key.parse::<Verifier>().map(|key| key.to_string()), Ok(key.to_owned()));
        assert!(key.replace("c74f", "c74e").parse::<Verifier>().is_err());
    }
}
