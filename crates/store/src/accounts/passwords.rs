//! Passwords: which are good enough, and their hashes.
//!
//! Rules: OWASP ASVS 5.0 V6.2 (at least 12 characters, no rules of composition, none that are common or made of the person's own
//! words, spaces and long ones allowed, no end date). Hash: Argon2id with 19 MiB, two rounds, one lane (OWASP Password Storage).

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use zxcvbn::{Score, zxcvbn};

use crate::environment::Environment;

/// The shortest password, in characters.
pub const SHORTEST: usize = 12;
/// The longest, in characters: what is longer could be sent to tire the service.
pub const LONGEST: usize = 256;

/// Hashes slowly.
pub(crate) fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(19 * 1024, 2, 1, None).unwrap_or_default())
}

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

/// The hash to keep.
///
/// # Panics
/// Never: the parameters and the length of the salt are right.
pub fn hash(password: &str, environment: &Environment) -> String {
    let salt: [u8; 16] = environment.random();
    let hash: PasswordHash =
        argon2().hash_password_with_salt(password.as_bytes(), &salt).expect("the parameters are right");
    hash.to_string()
}

/// Whether the password is the one that was hashed. Takes as long when there is no hash.
pub fn is_right(password: &str, hash: Option<&str>) -> bool {
    // The hash of a password nobody has: whoever is not known here is refused no sooner than whoever is.
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let Ok(parsed) = PasswordHash::new(hash.unwrap_or(NOBODY)) else { return false };
    argon2().verify_password(password.as_bytes(), &parsed).is_ok() && hash.is_some()
}

#[cfg(test)]
mod tests {
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
        let kept = hash("four cold otters sing", &Environment::system());
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(is_right("four cold otters sing", Some(&kept)));
        assert!(!is_right("Four cold otters sing", Some(&kept)));
        assert!(!is_right("four cold otters sing", None));
    }
}
