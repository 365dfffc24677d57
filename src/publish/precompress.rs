//! gzip and brotli variants beside texts, for servers that send files as they are.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use rayon::prelude::*;

use super::media::is_packable;
use super::site::{Built, SiteFile};

/// Shorter files do not become shorter on the wire.
const LEAST: u64 = 512;
/// Brotli's highest levels take ten times as long for the last few percent.
const BROTLI_LEVEL: u32 = 9;
/// The window that browsers must have.
const BROTLI_WINDOW: u32 = 22;

/// Adds `x.gz` and `x.br` for every text `x` that becomes shorter by it.
///
/// # Errors
/// When a file cannot be read, or there is no room for the variants.
pub(super) fn precompress(site: &mut Built) -> anyhow::Result<()> {
    let texts: Vec<&SiteFile> = site
        .files
        .values()
        .filter(|file| is_packable(&file.path) && file.size >= LEAST)
        .collect();
    let packed: Vec<_> = texts
        .into_par_iter()
        .map(|file| {
            let bytes = file.bytes()?;
            Ok((file.path.clone(), bytes.len(), gzip(&bytes)?, brotli(&bytes)?))
        })
        .collect::<anyhow::Result<_>>()?;
    for (path, len, gzip, brotli) in packed {
        for (ending, variant) in [("gz", gzip), ("br", brotli)] {
            if variant.len() < len {
                site.add(&format!("{path}.{ending}"), &variant)?;
            }
        }
    }
    Ok(())
}

fn gzip(bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
    // No time in the header: the same text gives the same bytes.
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(bytes)?;
    Ok(packer.finish()?)
}

fn brotli(bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut packed = Vec::new();
    {
        let mut packer = brotli::CompressorWriter::new(&mut packed, 1 << 16, BROTLI_LEVEL, BROTLI_WINDOW);
        packer.write_all(bytes)?;
    }
    Ok(packed)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::precompress;
    use crate::publish::Built;

    #[test]
    fn variants_unpack_to_the_text_and_short_files_have_none() {
        let folder = tempfile::tempdir().unwrap();
        let text = "<p>a line of text</p>\n".repeat(200);
        std::fs::write(folder.path().join("a.html"), &text).unwrap();
        std::fs::write(folder.path().join("short.html"), "x").unwrap();
        std::fs::write(folder.path().join("a.png"), &text).unwrap();
        let mut site = Built::read(folder.path(), &[]).unwrap();
        precompress(&mut site).unwrap();
        let names: Vec<_> = site.files.keys().map(String::as_str).collect();
        assert_eq!(names, ["a.html", "a.html.br", "a.html.gz", "a.png", "short.html"]);
        let gz = site.files["a.html.gz"].bytes().unwrap();
        let br = site.files["a.html.br"].bytes().unwrap();
        let mut unpacked = String::new();
        flate2::read::GzDecoder::new(&gz[..])
            .read_to_string(&mut unpacked)
            .unwrap();
        assert_eq!(unpacked, text);
        let mut unpacked = String::new();
        brotli::Decompressor::new(&br[..], 4096)
            .read_to_string(&mut unpacked)
            .unwrap();
        assert_eq!(unpacked, text);
    }
}
