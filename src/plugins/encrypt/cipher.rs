//! The ciphers of mkdocs-encryptcontent 3: AES-256-CBC under keys that PBKDF2 makes of passwords.
//!
//! Nothing is random: salts, keys and vectors follow from the passwords and the texts, so that the
//! same input gives the same bytes, and keys that readers' browsers remember survive a build. What
//! follows from a password goes through the full number of rounds first; a vector shows no more
//! than that a text has not changed.

use aes::Aes256;
use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockModeEncrypt, KeyIvInit};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pbkdf2::pbkdf2_hmac;
use sha2::{Digest, Sha256};

/// A key of AES-256.
pub(super) type Key = [u8; 32];

/// A key out of a password, as the page's script makes it: of the password percent-encoded.
pub(super) fn password_key(password: &str, salt: &[u8], rounds: u32) -> Key {
    let mut key = Key::default();
    pbkdf2_hmac::<Sha256>(encode_component(password).as_bytes(), salt, rounds, &mut key);
    key
}

/// Another key that follows from `key` and a name (HMAC-SHA-256).
pub(super) fn derive(key: &[u8], name: &[u8]) -> Key {
    let mut derived = Key::default();
    pbkdf2_hmac::<Sha256>(key, name, 1, &mut derived);
    derived
}

/// Sixteen bytes that everybody may know.
pub(super) fn salt(parts: &[&str]) -> [u8; 16] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part.as_bytes());
    }
    let mut salt = [0; 16];
    salt.copy_from_slice(&hash.finalize()[..16]);
    salt
}

/// The text encrypted: vector and bytes, in Base64, joined by `;`. `None` never happens with keys
/// of this length.
pub(super) fn encrypt(text: &str, key: &Key) -> Option<String> {
    let mut named = b"vector ".to_vec();
    named.extend_from_slice(text.as_bytes());
    let mut vector = [0; 16];
    vector.copy_from_slice(&derive(key, &named)[..16]);
    encrypt_with(text, key, &vector)
}

fn encrypt_with(text: &str, key: &Key, vector: &[u8; 16]) -> Option<String> {
    let cipher = cbc::Encryptor::<Aes256>::new_from_slices(key, vector).ok()?;
    let mut buffer = text.as_bytes().to_vec();
    let length = buffer.len();
    buffer.resize((length / 16 + 1) * 16, 0);
    let bytes = cipher.encrypt_padded::<Pkcs7>(&mut buffer, length).ok()?;
    Some(format!("{};{}", base64(vector), base64(bytes)))
}

/// Bytes in Base64.
pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Bytes as hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The hash by which the script finds a user.
pub(super) fn user_hash(user: &str) -> String {
    base64(&Sha256::digest(encode_component(&user.to_lowercase()).as_bytes()))
}

/// `encodeURIComponent` of browsers.
pub(super) fn encode_component(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~()*!'".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{base64, encode_component, encrypt, encrypt_with, hex, password_key, user_hash};

    #[test]
    fn known_answers_of_the_original() {
        let salt: Vec<u8> = (0..16).collect();
        let vector = std::array::from_fn(|at| u8::try_from(at + 16).unwrap());
        let key = password_key("clave ñ+1!", &salt, 1000);
        assert_eq!(
            hex(&key),
            "6e958780a239f0f2d5d9fb0bd8db000a974377db21950387cc9e14e404a84f5e"
        );
        assert_eq!(
            encrypt_with("<p>¡Hola! secreto</p>", &key, &vector).unwrap(),
            "EBESExQVFhcYGRobHB0eHw==;pBO3o963SWW8BhBXEloy9d/eSe27TqhP3scqB+UOSNM="
        );
        assert_eq!(encode_component("a b+ñ!/'"), "a%20b%2B%C3%B1!%2F'");
        assert_eq!(user_hash("Ana Ñ"), "zg/iEIatQwzflZcZvBugI6jS9RKBjnBwgHsMw2GtqE4=");
        assert_eq!(base64(&[0xff, 0]), "/wA=");
        assert_eq!(encrypt("same", &key), encrypt("same", &key));
        assert_ne!(encrypt("same", &key), encrypt("other", &key));
    }
}
