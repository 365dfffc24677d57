//! Who may open what: the levels of the inventory, the passwords of pages, and the bundles of keys
//! that a page carries, each encrypted under a password.
//!
//! A bundle holds every key that its password opens, so that one password opens all its pages.

use std::collections::BTreeMap;

use super::cipher::{Key, base64, derive, encode_component, encrypt, hex, password_key, salt, user_hash};
use crate::page::text_of;
use crate::report::{Diagnostic, Severity};
use crate::search::push_string;
use crate::yaml::{Kind, Node};

/// What opens a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Credential {
    /// The user, if one must be named.
    pub(super) user: Option<String>,
    pub(super) password: String,
    /// Whether the password stands in the page: a page is hidden from machines only.
    pub(super) obfuscate: bool,
}

/// What a page is protected by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lock {
    Level(String),
    Password(String),
    Obfuscate(String),
}

/// All locks and credentials of a site.
#[derive(Debug, Default)]
pub(super) struct Keys {
    /// Name of a key in browsers' storage starts with it.
    prefix: String,
    /// Rounds of PBKDF2.
    rounds: u32,
    /// Makes salts differ from those of other sites.
    site: String,
    /// What browsers store beside the keys.
    storage: Storage,
    locks: Vec<Entry>,
    credentials: Vec<Credential>,
}

/// Variables that browsers store when a bundle is opened, by user or by password.
#[derive(Debug, Default)]
pub(super) struct Storage {
    pub(super) users: BTreeMap<String, Vec<(String, serde_json::Value)>>,
    pub(super) passwords: BTreeMap<String, Vec<(String, serde_json::Value)>>,
}

#[derive(Debug)]
struct Entry {
    lock: Lock,
    /// Credentials by number.
    opened_by: Vec<usize>,
}

/// What pages need of a lock, when all locks are known.
#[derive(Clone, Debug)]
pub(super) struct Opened {
    pub(super) id: String,
    pub(super) key: Key,
    pub(super) bundles: Vec<String>,
    pub(super) needs_user: bool,
}

impl Keys {
    /// No locks yet.
    pub(super) fn new(prefix: String, rounds: u32, site: String, storage: Storage) -> Self {
        Self {
            prefix,
            rounds,
            site,
            storage,
            ..Self::default()
        }
    }

    /// Adds the levels of an inventory.
    pub(super) fn add_inventory(&mut self, inventory: &Node, problems: &mut Vec<Diagnostic>) {
        let Some(levels) = inventory.as_map() else {
            problems.push(wrong("the password inventory must be a mapping of levels", inventory));
            return;
        };
        for (name, node) in levels {
            let level = name.key_text();
            let credentials = credentials(&level, node, problems);
            if credentials.is_empty() {
                let what = format!("Empty password found for level '{level}'!");
                problems.push(wrong(&what, if node.span.is_some() { node } else { name }));
            }
            self.add(Lock::Level(level), credentials);
        }
    }

    /// Whether the inventory has this level.
    pub(super) fn has_level(&self, level: &str) -> bool {
        self.locks
            .iter()
            .any(|entry| entry.lock == Lock::Level(level.to_owned()))
    }

    /// The names of the levels.
    pub(super) fn levels(&self) -> impl Iterator<Item = &str> {
        self.locks.iter().filter_map(|entry| match &entry.lock {
            Lock::Level(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// Adds the lock of a page, unless it is known.
    pub(super) fn add_page(&mut self, lock: &Lock) {
        if self.locks.iter().any(|entry| entry.lock == *lock) {
            return;
        }
        let (Lock::Level(password) | Lock::Password(password) | Lock::Obfuscate(password)) = lock;
        let credential = Credential {
            user: None,
            password: password.clone(),
            obfuscate: matches!(lock, Lock::Obfuscate(_)),
        };
        self.add(lock.clone(), vec![credential]);
    }

    fn add(&mut self, lock: Lock, credentials: Vec<Credential>) {
        let mut opened_by = Vec::with_capacity(credentials.len());
        for credential in credentials {
            let known = self.credentials.iter().position(|known| *known == credential);
            let at = known.unwrap_or_else(|| {
                self.credentials.push(credential);
                self.credentials.len() - 1
            });
            if !opened_by.contains(&at) {
                opened_by.push(at);
            }
        }
        self.locks.push(Entry { lock, opened_by });
    }

    /// Makes all keys and bundles. `None` if a cipher fails, which it never does.
    pub(super) fn open(&self) -> Option<BTreeMap<Lock, Opened>> {
        let made: Vec<(Key, [u8; 16])> = self
            .credentials
            .iter()
            .enumerate()
            .map(|(at, one)| self.made(at, one))
            .collect();
        let ids: Vec<String> = (1..=self.locks.len())
            .map(|number| encode_component(&format!("{}{number}", self.prefix)))
            .collect();
        let keys: Vec<Key> = self.locks.iter().map(|entry| content_key(entry, &made)).collect();
        let stores: Vec<String> = (0..self.credentials.len())
            .map(|at| self.store(at, &ids, &keys))
            .collect();
        let longest = stores.iter().map(String::len).max().unwrap_or(0);
        let mut bundles = Vec::with_capacity(stores.len());
        for ((credential, (key, salt)), store) in self.credentials.iter().zip(&made).zip(stores) {
            // Bundles of the same length do not tell how many pages a password opens.
            let store = if credential.obfuscate {
                store
            } else {
                format!("{store:longest$}")
            };
            let mut bundle = format!("{};{}", encrypt(&store, key)?, base64(salt));
            if let Some(user) = &credential.user {
                bundle.push(';');
                bundle.push_str(&user_hash(user));
            }
            bundles.push(bundle);
        }
        let opened = self.locks.iter().zip(ids).zip(keys).map(|((entry, id), key)| {
            let needs_user = entry.opened_by.iter().any(|at| self.credentials[*at].user.is_some());
            let bundles = entry.opened_by.iter().map(|at| bundles[*at].clone()).collect();
            let opened = Opened {
                id,
                key,
                bundles,
                needs_user,
            };
            (entry.lock.clone(), opened)
        });
        Some(opened.collect())
    }

    fn made(&self, at: usize, credential: &Credential) -> (Key, [u8; 16]) {
        let user = credential.user.as_deref().unwrap_or_default();
        let salt = salt(&["chaski", &self.site, &at.to_string(), user]);
        let rounds = if credential.obfuscate { 1 } else { self.rounds };
        (password_key(&credential.password, &salt, rounds), salt)
    }

    /// The keys that a credential opens, as JSON; every credential opens what is only obfuscated.
    fn store(&self, credential: usize, ids: &[String], keys: &[Key]) -> String {
        let mut json = String::from("{");
        for ((entry, id), key) in self.locks.iter().zip(ids).zip(keys) {
            let for_all = matches!(entry.lock, Lock::Obfuscate(_)) && !self.credentials[credential].obfuscate;
            if entry.opened_by.contains(&credential) || for_all {
                json.push_str(if json.len() > 1 { ", " } else { "" });
                push_string(&mut json, id);
                json.push_str(": ");
                push_string(&mut json, &hex(key));
            }
        }
        for (name, value) in self.stored(&self.credentials[credential]) {
            json.push_str(if json.len() > 1 { ", " } else { "" });
            push_string(&mut json, name);
            json.push_str(": ");
            json.push_str(&value.to_string());
        }
        json.push('}');
        json
    }

    fn stored(&self, credential: &Credential) -> &[(String, serde_json::Value)] {
        let found = match &credential.user {
            _ if credential.obfuscate => None,
            Some(user) => self.storage.users.get(user),
            None => self.storage.passwords.get(&credential.password),
        };
        found.map(Vec::as_slice).unwrap_or_default()
    }

    /// What opens a lock; the first, if there is more than one.
    pub(super) fn first(&self, lock: &Lock) -> Option<&Credential> {
        let entry = self.locks.iter().find(|entry| entry.lock == *lock)?;
        self.credentials.get(*entry.opened_by.first()?)
    }

    /// Says how weak the weakest password is, if it is weaker than `least` bits.
    pub(super) fn weakest(&self, least: i64) -> Option<Diagnostic> {
        let passwords = self.credentials.iter().filter(|credential| !credential.obfuscate);
        let bits = passwords.map(|credential| entropy(&credential.password)).min()?;
        (bits < least).then(|| {
            let message = format!(
                "mkdocs-encryptcontent-plugin will always be vulnerable to brute-force attacks! Your weakest password \
                 only got {bits} bits of entropy"
            );
            Diagnostic::new("encrypt-weak", Severity::Warning, message)
                .help("use longer passwords, or lower `threshold_warning_min_entropy`")
        })
    }
}

/// The key of a lock's pages: it follows from all passwords that open them.
fn content_key(entry: &Entry, made: &[(Key, [u8; 16])]) -> Key {
    let mut all = Vec::with_capacity(entry.opened_by.len() * 32);
    for at in &entry.opened_by {
        all.extend_from_slice(&made[*at].0);
    }
    let name = match &entry.lock {
        Lock::Level(name) => format!("level {name}"),
        Lock::Password(_) => "page".to_owned(),
        Lock::Obfuscate(_) => "obfuscated page".to_owned(),
    };
    derive(&all, name.as_bytes())
}

fn credentials(level: &str, node: &Node, problems: &mut Vec<Diagnostic>) -> Vec<Credential> {
    let mut found = Vec::new();
    let mut add = |user: Option<String>, node: &Node, problems: &mut Vec<Diagnostic>| match text_of(node)
        .filter(|text| !text.is_empty())
    {
        Some(password) => found.push(Credential {
            user,
            password,
            obfuscate: false,
        }),
        None => problems.push(wrong(
            &format!("Empty password or no text found for level '{level}'!"),
            node,
        )),
    };
    match &node.kind {
        Kind::Seq(items) => items.iter().for_each(|item| add(None, item, problems)),
        Kind::Map(users) => {
            for (user, password) in users {
                add(Some(user.key_text()), password, problems);
            }
        }
        _ => add(None, node, problems),
    }
    found
}

/// Bits of a password that somebody watched being typed, as the original estimates them.
fn entropy(password: &str) -> i64 {
    let is_special = |c: char| "!*#,;?+-_.=~^%()[]{}|:/".contains(c);
    let known = |c: char| c.is_ascii_alphanumeric() || is_special(c);
    let mut alphabet = 0_u32;
    for (used, size) in [
        (password.contains(|c: char| c.is_ascii_lowercase()), 26),
        (password.contains(|c: char| c.is_ascii_uppercase()), 26),
        (password.contains(|c: char| c.is_ascii_digit()), 10),
        (password.contains(is_special), 23),
    ] {
        alphabet += if used { size } else { 0 };
    }
    let others: std::collections::BTreeSet<char> = password.chars().filter(|c| !known(*c)).collect();
    alphabet += u32::try_from(others.len()).unwrap_or(0);
    let length = u32::try_from(password.chars().count()).unwrap_or(u32::MAX);
    let bits = f64::from(alphabet.max(1)).log2() * f64::from(length);
    #[expect(clippy::cast_possible_truncation, reason = "a small number of bits")]
    let bits = bits.ceil() as i64;
    bits
}

/// A problem of the inventory; passwords are not shown.
fn wrong(what: &str, node: &Node) -> Diagnostic {
    Diagnostic::new("encrypt-inventory", Severity::Error, what).at(node.span)
}

#[cfg(test)]
mod tests {
    use super::{Keys, Lock, entropy};

    #[test]
    fn weak_passwords() {
        assert_eq!(entropy("abc"), 15);
        assert_eq!(entropy("clave-de-prueba-1"), 101);
        assert_eq!(entropy(""), 0);
    }

    #[test]
    fn one_password_opens_all_its_pages() {
        let mut keys = Keys {
            rounds: 1,
            ..Keys::default()
        };
        keys.add_page(&Lock::Password("a".to_owned()));
        keys.add_page(&Lock::Password("b".to_owned()));
        keys.add_page(&Lock::Password("a".to_owned()));
        let opened = keys.open().unwrap();
        assert_eq!(opened.len(), 2);
        let bundles: Vec<&str> = opened.values().map(|one| one.bundles[0].as_str()).collect();
        assert_ne!(bundles[0], bundles[1]);
        assert_eq!(bundles[0].len(), bundles[1].len());
        assert_eq!(keys.open().unwrap().values().next().unwrap().bundles[0], bundles[0]);
    }
}
