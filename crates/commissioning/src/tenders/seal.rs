//! Sealed submissions. What a bidder sends is encrypted when it arrives, to a key of the tender whose private half is nowhere: it was
//! split between the named openers, and two of them are needed to have it again. Pure: no database.
//!
//! - Each opener has a key of their own (X25519). Its private half is encrypted with a passphrase that only they know (Argon2id,
//!   XChaCha20-Poly1305).
//! - The key of a tender is made when it is published. Its private half is split (Shamir, two of n, GF(256) with the polynomial 0x11D) and each share is
//!   encrypted to the key of one opener; then it is forgotten.
//! - Whatever is encrypted to a key is sealed as RFC 9180 says (HPKE, base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256,
//!   ChaCha20-Poly1305) and bound to what it belongs to, so that one sealed text cannot be put in the place of another.

use std::convert::Infallible;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use blahaj::{Share, Sharks};
use enough_store::{Environment, Keys, Memory, Result, StoreError};
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{
    Deserializable, Kem, OpModeR, OpModeS, Serializable, single_shot_open, single_shot_seal_with_rng,
};

type Private = <X25519HkdfSha256 as Kem>::PrivateKey;
type Public = <X25519HkdfSha256 as Kem>::PublicKey;
type Encapped = <X25519HkdfSha256 as Kem>::EncappedKey;

/// What is sealed, and what it belongs to, as HPKE's `info`.
fn info(belongs_to: &str) -> Vec<u8> {
    format!("enough sealed submission 1 {belongs_to}").into_bytes()
}

/// How many openers it takes.
pub const OPENERS: u8 = 2;
/// Bytes of a key.
const KEY: usize = 32;

/// The randomness of the environment, as the libraries ask for it.
struct Random<'a>(&'a Environment);

impl TryRng for Random<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> std::result::Result<u32, Infallible> {
        Ok(u32::from_le_bytes(self.0.random()))
    }

    fn try_next_u64(&mut self) -> std::result::Result<u64, Infallible> {
        Ok(u64::from_le_bytes(self.0.random()))
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> std::result::Result<(), Infallible> {
        for some in to.chunks_mut(KEY) {
            some.copy_from_slice(&self.0.random::<KEY>()[..some.len()]);
        }
        Ok(())
    }
}

impl TryCryptoRng for Random<'_> {}

fn damaged(what: &str) -> StoreError {
    StoreError::Damaged(format!("{what} cannot be opened: it is damaged, or belongs to something else"))
}

/// A key: the public half in base64, and the private half.
fn new_key(environment: &Environment) -> (String, Private) {
    let (private, public) = X25519HkdfSha256::gen_keypair_with_rng(&mut Random(environment));
    (BASE64_STANDARD.encode(public.to_bytes()), private)
}

fn private(bytes: &[u8], what: &str) -> Result<Private> {
    Private::from_bytes(bytes).map_err(|_| damaged(what))
}

/// Seals bytes to a public key, bound to what they belong to: the encapsulated key and the sealed bytes, in base64.
///
/// # Errors
/// When the key is none.
pub fn seal(public: &str, content: &[u8], belongs_to: &str, environment: &Environment) -> Result<String> {
    let key = BASE64_STANDARD.decode(public).ok().and_then(|bytes| Public::from_bytes(&bytes).ok());
    let key = key.ok_or_else(|| damaged("a public key"))?;
    let (encapped, sealed) = single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeS::Base,
        &key,
        &info(belongs_to),
        content,
        b"",
        &mut Random(environment),
    )
    .map_err(|error| StoreError::Damaged(format!("{belongs_to} cannot be sealed: {error}")))?;
    Ok(BASE64_STANDARD.encode([&encapped.to_bytes()[..], &sealed].concat()))
}

/// Opens what was sealed to the public half of a key.
fn open_with(key: &Private, sealed: &str, belongs_to: &str) -> Result<Vec<u8>> {
    let wrong = || damaged(belongs_to);
    let bytes = BASE64_STANDARD.decode(sealed).map_err(|_| wrong())?;
    let (encapped, sealed) = bytes.split_at_checked(KEY).ok_or_else(wrong)?;
    let encapped = Encapped::from_bytes(encapped).map_err(|_| wrong())?;
    single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        key,
        &encapped,
        &info(belongs_to),
        sealed,
        b"",
    )
    .map_err(|_| wrong())
}

/// The key of an opener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenerKey {
    /// The public half.
    pub public: String,
    /// The private half, encrypted with the passphrase.
    pub locked: String,
}

fn of_opener(person: &str) -> String {
    format!("opener:{person}")
}

/// A new key of an opener, locked with a passphrase.
pub fn new_opener(
    person: &str,
    passphrase: &str,
    memory: &mut Memory,
    environment: &Environment,
) -> OpenerKey {
    let (public, private) = new_key(environment);
    let salt: [u8; 16] = environment.random();
    let own = Keys::of_passphrase(passphrase, &salt, memory);
    let locked = own.seal(&private.to_bytes(), &of_opener(person), environment);
    OpenerKey { public, locked: format!("{}.{locked}", BASE64_STANDARD.encode(salt)) }
}

/// The private half of an opener's key; nothing if the passphrase is not theirs.
fn unlock(person: &str, key: &OpenerKey, passphrase: &str, memory: &mut Memory) -> Option<Private> {
    let (salt, locked) = key.locked.split_once('.')?;
    let salt = BASE64_STANDARD.decode(salt).ok()?;
    let bytes = Keys::of_passphrase(passphrase, &salt, memory).unseal(locked, &of_opener(person)).ok()?;
    Private::from_bytes(&bytes).ok()
}

fn of_share(tender: &str, person: &str) -> String {
    format!("share:{tender}:{person}")
}

/// A new key of a tender: its public half, and for each opener, by the public half of their key, the share that only they can open.
///
/// # Errors
/// When a key of an opener is none.
pub fn new_tender(
    tender: &str,
    openers: &[(String, String)],
    environment: &Environment,
) -> Result<(String, Vec<(String, String)>)> {
    let (public, private) = new_key(environment);
    let shares = Sharks(OPENERS).dealer_rng(&private.to_bytes(), &mut Random(environment));
    let mut list = Vec::with_capacity(openers.len());
    for ((person, key), share) in openers.iter().zip(shares) {
        let sealed = seal(key, &Vec::from(&share), &of_share(tender, person), environment)?;
        list.push((person.clone(), sealed));
    }
    Ok((public, list))
}

/// The share of an opener, with their passphrase; nothing if it is not theirs.
///
/// # Errors
/// When the share is damaged.
pub fn take_share(
    (tender, person): (&str, &str),
    (key, passphrase, memory): (&OpenerKey, &str, &mut Memory),
    sealed: &str,
) -> Result<Option<Vec<u8>>> {
    match unlock(person, key, passphrase, memory) {
        Some(key) => Ok(Some(open_with(&key, sealed, &of_share(tender, person))?)),
        None => Ok(None),
    }
}

/// The key of a tender, put together again. It is never kept.
pub struct TenderKey(Private);

/// Puts the key of a tender together from the shares of two openers.
///
/// # Errors
/// When the shares are not those of this tender.
pub fn join(public: &str, shares: &[Vec<u8>]) -> Result<TenderKey> {
    let wrong = || damaged("the key of a tender");
    let shares = shares.iter().map(|share| Share::try_from(share.as_slice()));
    let shares = shares.collect::<std::result::Result<Vec<_>, _>>().map_err(|_| wrong())?;
    let key = private(&Sharks(OPENERS).recover(&shares).map_err(|_| wrong())?, "the key of a tender")?;
    let own = BASE64_STANDARD.encode(X25519HkdfSha256::sk_to_pk(&key).to_bytes());
    if own == public { Ok(TenderKey(key)) } else { Err(wrong()) }
}

impl TenderKey {
    /// Opens what was sealed to the public half of this key.
    ///
    /// # Errors
    /// When it was sealed to another key, belongs to something else, or is damaged.
    pub fn open(&self, sealed: &str, belongs_to: &str) -> Result<Vec<u8>> {
        open_with(&self.0, sealed, belongs_to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_openers_are_needed_and_nobody_else_can_open() {
        let environment = Environment::system();
        let mut memory = Memory::default();
        let people = ["ann", "bob", "cem"];
        let keys: Vec<OpenerKey> = people
            .iter()
            .map(|person| new_opener(person, &format!("words of {person}"), &mut memory, &environment))
            .collect();
        let openers: Vec<_> = people
            .iter()
            .zip(&keys)
            .map(|(person, key)| ((*person).to_owned(), key.public.clone()))
            .collect();
        let (public, shares) = new_tender("t", &openers, &environment).unwrap();
        let sealed = seal(&public, b"our price", "submission:1", &environment).unwrap();
        let mut share = |at: usize, words: &str| {
            take_share(("t", people[at]), (&keys[at], words, &mut memory), &shares[at].1)
        };
        assert_eq!(share(0, "words of bob").unwrap(), None, "a passphrase opens one's own key only");
        let given: Vec<Vec<u8>> =
            (0..3).map(|at| share(at, &format!("words of {}", people[at])).unwrap().unwrap()).collect();
        for some in [[0, 1], [0, 2], [1, 2]] {
            let some: Vec<Vec<u8>> = some.iter().map(|at| given[*at].clone()).collect();
            let key = join(&public, &some).unwrap();
            assert_eq!(key.open(&sealed, "submission:1").unwrap(), b"our price");
            assert!(key.open(&sealed, "submission:2").is_err(), "it is bound to what it belongs to");
            assert!(key.open(&sealed[4..], "submission:1").is_err());
        }
        assert!(join(&public, &given[..1]).is_err(), "one is not enough");
        assert!(join(&public, &[given[0].clone(), given[0].clone()]).is_err(), "nor one twice");
        let other = new_tender("u", &openers, &environment).unwrap().0;
        assert!(join(&other, &given[..2]).is_err(), "shares of another tender");
        let stolen = take_share(("u", "ann"), (&keys[0], "words of ann", &mut memory), &shares[0].1);
        assert!(stolen.is_err(), "a share is bound to its tender");
    }
}
