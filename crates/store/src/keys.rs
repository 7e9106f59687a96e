//! The service's own secret, kept beside the database and never in it: signs checkpoints of the audit log, seals small secrets.
//!
//! Whoever has the database alone can neither sign a rewritten log nor read a sealed secret. One file of 64 hexadecimal digits;
//! what it is used for is derived from it (HKDF-SHA-256, RFC 5869), so that no key serves two ends.

use std::fmt;
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use ed25519_dalek::{SigningKey, VerifyingKey};
use hkdf::Hkdf;
use sha2::Sha256;

use crate::audit::merkle::Hash;
use crate::environment::Environment;
use crate::error::{Result, StoreError};
use crate::hashing::Memory;

/// Signs and seals.
pub struct Keys {
    pub(crate) signing: SigningKey,
    sealing: XChaCha20Poly1305,
    marking: Hkdf<Sha256>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys")
    }
}

impl Keys {
    /// Keys from a secret of 32 random bytes.
    pub fn new(secret: [u8; 32]) -> Self {
        let derive = |use_of_it: &str| {
            let mut key = [0; 32];
            // Only a length of more than 8,160 bytes can fail.
            let _ = Hkdf::<Sha256>::new(None, &secret).expand(use_of_it.as_bytes(), &mut key);
            key
        };
        Self {
            signing: SigningKey::from_bytes(&derive("enough audit checkpoint")),
            sealing: XChaCha20Poly1305::new(&derive("enough sealed secret").into()),
            marking: Hkdf::new(None, &derive("enough mark")),
        }
    }

    /// Keys from a passphrase and a salt of at least 8 bytes.
    ///
    /// # Panics
    /// When the salt is shorter.
    pub fn of_passphrase(passphrase: &str, salt: &[u8], memory: &mut Memory) -> Self {
        Self::new(memory.hash(passphrase.as_bytes(), salt))
    }

    /// The keys of a file; makes it, readable by its owner only, if it is not there.
    ///
    /// # Errors
    /// When the file is not one of keys, others may read it, or it can be neither read nor made.
    pub fn open_or_make(file: &Path, environment: &Environment) -> Result<Self> {
        if !file.exists() {
            if let Some(folder) = file.parent() {
                std::fs::create_dir_all(folder).map_err(StoreError::file(folder))?;
            }
            let text = format!("{}\n", Hash(environment.random()));
            write_private(file, text.as_bytes()).map_err(StoreError::file(file))?;
        }
        Self::open(file)
    }

    /// The keys of a file that is there.
    ///
    /// # Errors
    /// As [`Keys::open_or_make`].
    pub fn open(file: &Path) -> Result<Self> {
        let wrong = |reason: String| StoreError::Keys { file: file.to_owned(), reason };
        let text = std::fs::read_to_string(file).map_err(StoreError::file(file))?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(file).map_err(StoreError::file(file))?.permissions().mode();
            if mode & 0o077 != 0 {
                return Err(wrong(format!(
                    "others may read these keys (mode {:o}); chmod 600",
                    mode & 0o777
                )));
            }
        }
        let Hash(secret) = text.trim().parse().map_err(|_| {
            wrong("not the keys of this program: 64 hexadecimal digits are expected".to_owned())
        })?;
        Ok(Self::new(secret))
    }

    /// The key that checks signatures; may be given to everybody.
    pub fn public(&self) -> VerifyingKey {
        self.signing.verifying_key()
    }

    /// Encrypts a small secret, bound to what it belongs to (XChaCha20-Poly1305), as text.
    ///
    /// # Panics
    /// Never for secrets that fit into memory.
    pub fn seal(&self, secret: &[u8], belongs_to: &str, environment: &Environment) -> String {
        let nonce: [u8; 24] = environment.random();
        let sealed = self
            .sealing
            .encrypt(&XNonce::from(nonce), Payload { msg: secret, aad: belongs_to.as_bytes() })
            .expect("a short message can be encrypted");
        BASE64_STANDARD.encode([&nonce[..], &sealed].concat())
    }

    /// A mark by which the same text is found again; whoever has no keys cannot try texts.
    pub fn mark(&self, text: &str) -> String {
        let mut mark = [0; 32];
        // Only a length of more than 8,160 bytes can fail.
        let _ = self.marking.expand(text.as_bytes(), &mut mark);
        BASE64_STANDARD.encode(mark)
    }

    /// Decrypts what was sealed for the same owner.
    ///
    /// # Errors
    /// When it was sealed with other keys or for somebody else, or was changed.
    pub fn unseal(&self, sealed: &str, belongs_to: &str) -> Result<Vec<u8>> {
        let wrong = || {
            StoreError::Damaged(format!("the sealed secret of {belongs_to} does not open with these keys"))
        };
        let bytes = BASE64_STANDARD.decode(sealed).map_err(|_| wrong())?;
        let (nonce, sealed) = bytes.split_first_chunk::<24>().ok_or_else(wrong)?;
        self.sealing
            .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: belongs_to.as_bytes() })
            .map_err(|_| wrong())
    }
}

/// Writes a file that only its owner may read, and that was not there.
///
/// # Errors
/// When there is such a file already, or none can be made.
pub fn write_private(file: &Path, content: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut out = options.open(file)?;
    out.write_all(content)?;
    out.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_secret_opens_for_its_owner_alone() {
        let environment = Environment::system();
        let keys = Keys::new([7; 32]);
        let sealed = keys.seal(b"otp", "ann", &environment);
        assert_eq!(keys.unseal(&sealed, "ann").unwrap(), b"otp");
        assert!(keys.unseal(&sealed, "bob").is_err());
        assert!(Keys::new([8; 32]).unseal(&sealed, "ann").is_err());
        assert!(keys.unseal(&sealed[..sealed.len() - 4], "ann").is_err());
    }

    #[test]
    fn keys_are_kept_and_nobody_else_may_read_them() {
        let folder = tempfile::tempdir().unwrap();
        let (file, environment) = (folder.path().join("enough.keys"), Environment::system());
        let made = Keys::open_or_make(&file, &environment).unwrap().public();
        assert_eq!(Keys::open_or_make(&file, &environment).unwrap().public(), made);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
            assert!(Keys::open(&file).unwrap_err().to_string().contains("others may read"));
        }
    }
}
