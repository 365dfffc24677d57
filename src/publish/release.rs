//! `release.json`: what was published, from which commit, by which version; so the next publish knows
//! what is there, and whose it is, without listing the target.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};

use super::site::Built;

/// The file's path below the site.
pub const RELEASE_FILE: &str = "release.json";

/// The only form there is so far.
const FORMAT: u32 = 1;

/// What is, or is to be, on a target.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// The form of the file.
    chaski_release: u32,
    /// The program's version.
    pub version: String,
    /// Counts the releases of a target that keeps them, whatever its clock says; otherwise 0.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub number: u64,
    /// The time of the publish, as RFC 3339 in UTC.
    pub time: String,
    /// The commit of the sources, with `-dirty` behind it if they had changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// SHA-256 of every file that was published, by path.
    pub files: BTreeMap<String, String>,
}

impl Release {
    /// The release of `site`, published at `now` (seconds since 1970).
    #[must_use]
    pub fn new(site: &Built, commit: Option<String>, now: i64) -> Self {
        Self {
            chaski_release: FORMAT,
            number: 0,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            time: jiff::Timestamp::from_second(now).unwrap_or_default().to_string(),
            commit,
            files: site
                .files
                .iter()
                .map(|(path, file)| (path.clone(), file.hash.clone()))
                .collect(),
        }
    }

    /// Reads the file.
    ///
    /// # Errors
    /// When it is not one of ours, or of a later version.
    pub fn parse(bytes: &[u8]) -> anyhow::Result<Self> {
        let release: Self = serde_json::from_slice(bytes)
            .with_context(|| format!("`{RELEASE_FILE}` of the target was not written by chaski"))?;
        if release.chaski_release != FORMAT {
            bail!(
                "`{RELEASE_FILE}` of the target was written by chaski {}, which is newer; update chaski",
                release.version
            );
        }
        Ok(release)
    }

    /// The file's bytes.
    ///
    /// # Errors
    /// Never for a release of ours.
    pub fn to_bytes(&self) -> anyhow::Result<Vec<u8>> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// The same release as number `number` of its target.
    #[must_use]
    pub fn numbered(&self, number: u64) -> Self {
        Self { number, ..self.clone() }
    }

    /// A short name by which releases are told apart and sorted: number, time, and what is in it.
    #[must_use]
    pub fn id(&self) -> String {
        let mut all = String::new();
        for (path, hash) in &self.files {
            all.extend([path, "\n", hash, "\n"]);
        }
        let digits: String = self.time.chars().filter(char::is_ascii_alphanumeric).collect();
        let hash = super::site::hash(all.as_bytes());
        format!("{:05}-{digits}-{}", self.number, hash.get(..8).unwrap_or_default())
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use super::Release;
    use crate::publish::Built;

    #[test]
    fn a_release_can_be_read_again_and_only_a_release() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.html"), "abc").unwrap();
        let site = Built::read(folder.path(), &[]).unwrap();
        let release = Release::new(&site, Some("c0ffee".to_owned()), 1_000_000_000);
        // SHA-256 of `abc` as FIPS 180-2 has it.
        assert_eq!(
            release.files["a.html"],
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(release.time, "2001-09-09T01:46:40Z");
        assert!(release.numbered(7).id().starts_with("00007-20010909T014640Z-"));
        assert_eq!(Release::parse(&release.to_bytes().unwrap()).unwrap(), release);
        assert!(Release::parse(b"{\"files\": {}}").is_err());
        let later = String::from_utf8(release.to_bytes().unwrap()).unwrap();
        let later = later.replace("\"chaski_release\": 1", "\"chaski_release\": 2");
        assert!(
            Release::parse(later.as_bytes())
                .unwrap_err()
                .to_string()
                .contains("newer")
        );
    }
}
