//! Passwords: which are good enough, and their hashes.
//!
//! Rules: OWASP ASVS 5.0 V6.2 (at least 12 characters, no rules of composition, none that are common or made of the person's own
//! words, spaces and long ones allowed, no end date). Hash: Argon2id with 19 MiB, two rounds, one lane (OWASP Password Storage).

use argon2::password_hash::phc::{Output, PasswordHash};
use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use zxcvbn::{Score, zxcvbn};

use crate::environment::Environment;
use crate::hashing::{KIBIBYTES, Memory, ROUNDS};

/// The shortest password, in characters.
pub const SHORTEST: usize = 12;
/// The longest, in characters: what is longer could be sent to tire the service.
pub const LONGEST: usize = 256;

/// Why a password is not good enough; `context` are words that belong to the person or the service.
///
/// # Errors
/// The reason, in words for the person.
pub fn good_enough(password: &str, context: &[&str]) -> Result<(), String> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(format!(
            "The password must have {SHORTEST} characters or more; a few words are easy to remember"
        ));
    }
    if length > LONGEST {
        return Err(format!("The password must have {LONGEST} characters or fewer"));
    }
    // The estimate looks at parts of the person's words too: the name before the @, each word of a name.
    let context: Vec<String> = context.iter().map(|text| text.to_lowercase()).collect();
    let mut words: Vec<&str> =
        context.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric())).collect();
    words.extend(context.iter().map(String::as_str));
    words.push("enough");
    // What is left without the person's words must itself be a start; the estimate alone is generous with them.
    let rest = words
        .iter()
        .filter(|word| word.len() >= 3)
        .fold(password.to_lowercase(), |rest, word| rest.replace(*word, ""));
    if rest.chars().count() < SHORTEST / 2 || zxcvbn(password, &words).score() < Score::Three {
        return Err(
            "The password is easy to guess: it is common, or made of your name or of what is near on a keyboard. Try four words that have nothing to do with each other"
                .to_owned(),
        );
    }
    Ok(())
}

/// How a hash that is kept begins (PHC string format): what follows are salt and hash.
fn prefix() -> String {
    format!("$argon2id$v=19$m={KIBIBYTES},t={ROUNDS},p=1$")
}

/// The hash to keep.
pub fn hash(password: &str, memory: &mut Memory, environment: &Environment) -> String {
    let salt: [u8; 16] = environment.random();
    let [salt_text, hash] = [&salt[..], &memory.hash(password.as_bytes(), &salt)]
        .map(|bytes| BASE64_STANDARD_NO_PAD.encode(bytes));
    format!("{}{salt_text}${hash}", prefix())
}

/// Whether the password is the one that was hashed. Takes as long when there is no hash.
pub fn is_right(password: &str, memory: &mut Memory, kept: Option<&str>) -> bool {
    // Whoever is not known here is refused no sooner than whoever is.
    let nobody = [0; 16];
    let kept = kept.filter(|kept| kept.starts_with(&prefix())).and_then(|kept| PasswordHash::new(kept).ok());
    let salt = kept.as_ref().and_then(|kept| kept.salt).filter(|salt| salt.len() >= nobody.len());
    let given = memory.hash(password.as_bytes(), salt.as_deref().unwrap_or(&nobody));
    // These are compared in constant time.
    kept.and_then(|kept| kept.hash).is_some_and(|kept| Output::new(&given) == Ok(kept))
}

#[cfg(test)]
mod tests {
    use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};

    use super::*;

    #[test]
    fn common_short_and_personal_passwords_are_refused() {
        let ann = ["Ann Example", "ann.example@council.test"];
        for bad in [
            "short",
            "password1234",
            "qwertyuiop12",
            "annexample2026",
            "ann.example@council",
            "aaaaaaaaaaaaaaaa",
            "enoughenough",
        ] {
            assert!(good_enough(bad, &ann).is_err(), "{bad}");
        }
        for good in ["four cold otters sing", "xK9#mQ2$vL7!pR4w", "le café près du canal"] {
            assert_eq!(good_enough(good, &ann), Ok(()), "{good}");
        }
    }

    #[test]
    fn a_hash_opens_to_its_password_alone() {
        let mut memory = Memory::default();
        let kept = hash("four cold otters sing", &mut memory, &Environment::system());
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(is_right("four cold otters sing", &mut memory, Some(&kept)));
        assert!(!is_right("Four cold otters sing", &mut memory, Some(&kept)));
        assert!(!is_right("four cold otters sing", &mut memory, None));
        // As the library writes and checks it.
        let parsed = PasswordHash::new(&kept).unwrap();
        assert_eq!(parsed.to_string(), kept);
        assert!(Argon2::default().verify_password(b"four cold otters sing", &parsed).is_ok());
        let theirs =
            Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(19456, 2, 1, None).unwrap())
                .hash_password_with_salt(b"four cold otters sing", &[5; 16])
                .unwrap();
        assert!(is_right("four cold otters sing", &mut memory, Some(&theirs.to_string())));
    }
}
