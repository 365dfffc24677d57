//! `sitemap.xml` and `sitemap.xml.gz`, byte for byte as MkDocs writes them (COMPAT 7).

use std::io::Write as _;

/// A page of the map.
#[derive(Clone, Debug)]
pub struct Location {
    /// Full address.
    pub url: String,
    /// Date of the last change, `YYYY-MM-DD`; empty for none.
    pub lastmod: String,
}

/// The map as XML.
#[must_use]
pub fn xml(locations: &[Location]) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">",
    );
    for location in locations {
        let url = location
            .url
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        out.push_str(&format!("\n    <url>\n         <loc>{url}</loc>\n"));
        if location.lastmod.is_empty() {
            out.push_str("         \n");
        } else {
            out.push_str(&format!("         <lastmod>{}</lastmod>\n", location.lastmod));
        }
        out.push_str("    </url>");
    }
    out.push_str("\n</urlset>");
    out
}

/// The map compressed; `mtime` in seconds since 1970 goes into the header.
///
/// # Errors
/// Never in practice: memory is all that is written to.
pub fn gzip(xml: &str, mtime: u32) -> std::io::Result<Vec<u8>> {
    let builder = flate2::GzBuilder::new().filename("sitemap.xml").mtime(mtime);
    let mut encoder = builder.write(Vec::new(), flate2::Compression::best());
    encoder.write_all(xml.as_bytes())?;
    encoder.finish()
}
