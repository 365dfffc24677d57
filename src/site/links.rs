//! Resolves the links of pages (COMPAT 5), with the reference's messages.

use std::collections::{BTreeMap, HashSet};

use super::address::{Parts, has_extension, has_scheme_or_host, join, normalize, split, target_uri};
use super::{PageId, Site, Target, relative_url};
use crate::markdown::{Document, LinkSlot};
use crate::report::{Diagnostic, Severity, Span};
use crate::source::unquote;

/// How grave each kind of doubtful link is; `Debug` stands for `ignore`.
#[derive(Clone, Copy, Debug)]
pub struct LinkSpec {
    /// `validation.links.not_found`.
    pub not_found: Severity,
    /// `validation.links.absolute_links`.
    pub absolute_links: AbsoluteLinks,
    /// `validation.links.unrecognized_links`.
    pub unrecognized_links: Severity,
    /// `validation.links.anchors`.
    pub anchors: Severity,
    /// Whether addresses end in folders.
    pub use_directory_urls: bool,
}

/// What happens with links that start with `/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AbsoluteLinks {
    /// They are left as they are and reported.
    Report(Severity),
    /// They are taken as relative to the docs folder.
    RelativeToDocs,
}

/// A page's HTML with its links resolved, and what was found.
#[derive(Clone, Debug, Default)]
pub struct Resolved {
    /// The article.
    pub html: String,
    /// Doubtful links, in the order of the page.
    pub problems: Vec<Diagnostic>,
    /// Anchors that are missing where links lead to; the reference says so after everything else.
    pub missing_anchors: Vec<Diagnostic>,
}

/// Resolves the links of one page.
#[derive(Clone, Copy, Debug)]
pub struct Resolver<'s> {
    site: &'s Site,
    spec: &'s LinkSpec,
    /// Path of the source that the links were written in.
    src_uri: &'s str,
    /// Address of the page that shows them.
    url: &'s str,
    excluded: bool,
    page: Option<PageId>,
}

impl<'s> Resolver<'s> {
    /// For the links of `page`, shown on the page itself.
    #[must_use]
    pub fn new(site: &'s Site, spec: &'s LinkSpec, page: PageId) -> Self {
        let summary = site.page(page);
        let excluded = summary.inclusion.is_excluded();
        Self {
            site,
            spec,
            src_uri: &summary.src_uri,
            url: &summary.url,
            excluded,
            page: Some(page),
        }
    }

    /// For the same links, shown on the page at `url` (an excerpt in a list of posts).
    #[must_use]
    pub fn shown_at(self, url: &'s str) -> Self {
        Self { url, ..self }
    }

    /// Writes the document's HTML with its links resolved.
    #[must_use]
    pub fn document(&self, document: &Document) -> Resolved {
        self.html(&document.html, &document.links)
    }

    /// Writes `html` with the links `slots`, which are in order and within it, resolved.
    #[must_use]
    pub fn html(&self, html: &str, slots: &[LinkSlot]) -> Resolved {
        let mut resolved = Resolved {
            html: String::with_capacity(html.len() + 256),
            ..Resolved::default()
        };
        let mut seen = HashSet::new();
        let mut from = 0;
        for slot in slots {
            let url = self.resolve(slot, &mut resolved, &mut seen);
            resolved.html.push_str(&html[from..slot.range.start]);
            match url {
                Some(url) => resolved.html.push_str(&escape(&url)),
                None => resolved.html.push_str(&html[slot.range.clone()]),
            }
            from = slot.range.end;
        }
        resolved.html.push_str(&html[from..]);
        resolved
    }

    /// The addresses of `slots` as they stand in the resolved HTML, with their places.
    #[must_use]
    pub fn addresses(&self, slots: &[LinkSlot]) -> Vec<(String, Span)> {
        let (mut resolved, mut seen) = (Resolved::default(), HashSet::new());
        let mut address = |slot: &LinkSlot| {
            let url = self.resolve(slot, &mut resolved, &mut seen);
            (url.unwrap_or_else(|| slot.url.clone()), slot.span)
        };
        slots.iter().map(&mut address).collect()
    }

    /// What a link that leads nowhere was certainly meant to be: the file that its address belongs
    /// to, or the one that differs only in upper and lower case.
    #[must_use]
    pub fn meant(&self, slot: &LinkSlot) -> Option<String> {
        let parts = split(&slot.url);
        if parts.path.is_empty() || has_scheme_or_host(&slot.url) {
            return None;
        }
        let skip = usize::from(!slot.url.starts_with('/'));
        if let Some(guess) = self.guess(&slot.url, &parts, skip) {
            return Some(guess).filter(|guess| !guess.starts_with("mailto:"));
        }
        let wanted = target_uri(self.src_uri, &unquote(parts.path)).to_lowercase();
        let mut same = self.site.by_uri.keys().filter(|uri| uri.to_lowercase() == wanted);
        let uri = same.next().filter(|_| same.next().is_none())?;
        Some(join(&relative_url(uri, self.src_uri), parts.query, parts.fragment))
    }

    /// The new path of a link whose file went elsewhere, as `moves` says.
    #[must_use]
    pub fn moved(&self, slot: &LinkSlot, moves: &BTreeMap<String, String>) -> Option<String> {
        let parts = split(&slot.url);
        let uri = moves.get(&target_uri(self.src_uri, &unquote(parts.path)))?;
        let uri = self.site.by_uri.contains_key(uri).then_some(uri)?;
        Some(join(&relative_url(uri, self.src_uri), parts.query, parts.fragment))
    }

    /// The new address of a link, or `None` if it stays as it is.
    fn resolve(
        &self,
        slot: &LinkSlot,
        resolved: &mut Resolved,
        seen: &mut HashSet<(Option<PageId>, String)>,
    ) -> Option<String> {
        let url = slot.url.as_str();
        if has_scheme_or_host(url) || url.contains(['\u{2}', '\u{3}']) {
            return None;
        }
        let parts = split(url);
        let absolute = url.starts_with('/') || url.starts_with('\\');
        if let AbsoluteLinks::Report(severity) = self.spec.absolute_links
            && absolute
        {
            let message = format!(
                "Doc file '{}' contains an absolute link '{url}', it was left as is.",
                self.src_uri
            );
            self.warn("link-absolute", severity, message, slot, &parts, 0, resolved);
            return None;
        }
        if parts.path.is_empty() {
            if let Some(fragment) = parts.fragment.filter(|fragment| !fragment.is_empty()) {
                self.anchor(self.page, fragment, slot, resolved, seen);
            }
            return None;
        }
        let path = unquote(parts.path);
        let uri = if normalize(&path) == "." {
            self.src_uri.to_owned()
        } else {
            target_uri(self.src_uri, &path)
        };
        let Some(target) = self.site.by_uri.get(&target_uri(self.src_uri, &path)) else {
            self.not_found(slot, &parts, &path, absolute, resolved);
            return None;
        };
        if let Some(fragment) = parts.fragment.filter(|fragment| !fragment.is_empty()) {
            self.anchor(target.page, fragment, slot, resolved, seen);
        }
        self.excluded_target(target, &uri, slot.span, resolved);
        let root = |url: &str| {
            if url.is_empty() {
                "./".to_owned()
            } else {
                url.to_owned()
            }
        };
        Some(join(
            &relative_url(&root(&target.url), &root(self.url)),
            parts.query,
            parts.fragment,
        ))
    }

    fn excluded_target(&self, target: &Target, uri: &str, span: Span, resolved: &mut Resolved) {
        if !target.excluded {
            return;
        }
        let severity = if self.excluded {
            Severity::Debug
        } else {
            self.spec.not_found.min(Severity::Info)
        };
        let message = format!(
            "Doc file '{}' contains a link to '{uri}' which is excluded from the built site.",
            self.src_uri
        );
        resolved
            .problems
            .push(Diagnostic::new("link-excluded", severity, message).at(span));
    }

    fn not_found(&self, slot: &LinkSlot, parts: &Parts<'_>, path: &str, absolute: bool, resolved: &mut Resolved) {
        let url = slot.url.as_str();
        if !has_extension(path) && !absolute {
            let message = format!(
                "Doc file '{}' contains an unrecognized relative link '{url}', it was left as is.",
                self.src_uri
            );
            self.warn(
                "link-unrecognized",
                self.spec.unrecognized_links,
                message,
                slot,
                parts,
                1,
                resolved,
            );
            return;
        }
        let uri = target_uri(self.src_uri, path);
        let target = if uri == url.trim_start_matches('/') {
            String::new()
        } else {
            format!(" '{uri}'")
        };
        let message = format!(
            "Doc file '{}' contains a link '{url}', but the target{target} is not found among documentation files.",
            self.src_uri
        );
        self.warn("link-not-found", self.spec.not_found, message, slot, parts, 1, resolved);
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one message")]
    fn warn(
        &self,
        code: &'static str,
        severity: Severity,
        mut message: String,
        slot: &LinkSlot,
        parts: &Parts<'_>,
        skip: usize,
        resolved: &mut Resolved,
    ) {
        let severity = if self.excluded {
            severity.min(Severity::Info)
        } else {
            severity
        };
        if severity > Severity::Debug
            && let Some(guess) = self.guess(&slot.url, parts, skip)
        {
            message.push_str(&format!(" Did you mean '{guess}'?"));
        }
        resolved
            .problems
            .push(Diagnostic::new(code, severity, message).at(slot.span));
    }

    /// What was probably meant; the first `skip` guesses were already tried.
    fn guess(&self, url: &str, parts: &Parts<'_>, skip: usize) -> Option<String> {
        let path = unquote(parts.path);
        let found = self
            .guesses(&path)
            .into_iter()
            .skip(skip)
            .find(|uri| self.site.by_uri.contains_key(uri));
        let Some(uri) = found else {
            let mail = url.contains('@') && url.contains('.') && !url.contains('/');
            return mail.then(|| format!("mailto:{url}"));
        };
        let fragment = parts.fragment.filter(|fragment| !fragment.is_empty());
        let path = if fragment.is_some() && uri == self.src_uri {
            String::new()
        } else if url.starts_with('/') && self.spec.absolute_links == AbsoluteLinks::RelativeToDocs {
            format!("/{uri}")
        } else {
            relative_url(&uri, self.src_uri)
        };
        let guess = join(&path, parts.query, fragment);
        (!guess.is_empty()).then_some(guess)
    }

    /// Paths that may have been meant, the one written first.
    fn guesses(&self, path: &str) -> Vec<String> {
        let target = target_uri(self.src_uri, path);
        let mut guesses = vec![target.clone()];
        if normalize(path) == "." {
            guesses.push(self.src_uri.to_owned());
            return guesses;
        }
        let from_url = target_uri(&unquote_root(self.url), path);
        let prefixes = if from_url == target {
            vec![target.clone()]
        } else {
            vec![target.clone(), from_url]
        };
        let directories = self.spec.use_directory_urls;
        let with_index = !has_extension(&target);
        let with_ending = !target.ends_with('.') && !path.ends_with(".md") && (directories || !path.ends_with('/'));
        for prefix in prefixes {
            let mut suffixed = Vec::new();
            if directories {
                suffixed.push(prefix.clone());
            }
            if with_index {
                suffixed.push(format!("{prefix}/index.md"));
                suffixed.push(format!("{prefix}/README.md"));
            }
            if with_ending {
                suffixed.push(format!("{}.md", prefix.strip_suffix(".html").unwrap_or(&prefix)));
            }
            for guess in suffixed {
                let guess = normalize(&guess);
                if !guess.starts_with("../") && !guesses.contains(&guess) {
                    guesses.push(guess);
                }
            }
        }
        guesses
    }

    /// Checks an anchor of this page or another; each is reported once a page.
    fn anchor(
        &self,
        target: Option<PageId>,
        fragment: &str,
        slot: &LinkSlot,
        resolved: &mut Resolved,
        seen: &mut HashSet<(Option<PageId>, String)>,
    ) {
        let Some(id) = target else { return };
        if !seen.insert((target, fragment.to_owned())) {
            return;
        }
        let page = self.site.page(id);
        if page
            .anchors
            .binary_search_by(|anchor| anchor.as_str().cmp(fragment))
            .is_ok()
        {
            return;
        }
        let (problem, context) = if Some(id) == self.page {
            let unused = fragment.starts_with("fnref:");
            let context = if unused {
                " This seems to be a footnote that is never referenced."
            } else {
                ""
            };
            ("there is no such anchor on this page".to_owned(), context)
        } else {
            (
                format!("the doc '{}' does not contain an anchor '#{fragment}'", page.src_uri),
                "",
            )
        };
        let message = format!(
            "Doc file '{}' contains a link '{}', but {problem}.{context}",
            self.src_uri, slot.url
        );
        let severity = if self.excluded {
            self.spec.anchors.min(Severity::Info)
        } else {
            self.spec.anchors
        };
        let mut diagnostic = Diagnostic::new("link-anchor", severity, message).at(slot.span);
        if let Some(nearest) = crate::report::nearest(fragment, page.anchors.iter().map(String::as_str)) {
            diagnostic = diagnostic.help(format!("did you mean `#{nearest}`?"));
        }
        resolved.missing_anchors.push(diagnostic);
    }
}

fn unquote_root(url: &str) -> String {
    if url.is_empty() {
        "./".to_owned()
    } else {
        url.to_owned()
    }
}

/// An address as the value of an attribute; entities in it stay.
fn escape(url: &str) -> String {
    crate::markdown::escape_attribute(url)
}

#[cfg(test)]
mod tests {
    use super::{AbsoluteLinks, LinkSpec, Resolver};
    use crate::markdown::{LinkSlot, SlotKind};
    use crate::report::{FileId, Severity, Span};
    use crate::site::{PageId, Site, Summary};
    use crate::source::Source;

    fn site() -> Site {
        let page = |uri: &str| {
            let source = Source::new(uri, true);
            Summary {
                src_uri: uri.to_owned(),
                url: source.url,
                anchors: vec!["x".to_owned()],
                ..Summary::default()
            }
        };
        let files = [("a/i.png".to_owned(), "a/i.png".to_owned(), false)];
        Site::new(vec![page("index.md"), page("a/b.md"), page("a/c/index.md")], files)
    }

    fn resolve(page: usize, url: &str) -> (String, Vec<String>) {
        let spec = LinkSpec {
            not_found: Severity::Warning,
            absolute_links: AbsoluteLinks::Report(Severity::Info),
            unrecognized_links: Severity::Info,
            anchors: Severity::Info,
            use_directory_urls: true,
        };
        let site = site();
        let slot = LinkSlot {
            range: 0..url.len(),
            url: url.to_owned(),
            kind: SlotKind::Href,
            span: Span::new(FileId(0), 0, 0),
        };
        let resolved = Resolver::new(&site, &spec, PageId::new(page)).html(url, &[slot]);
        let problems = resolved.problems.into_iter().chain(resolved.missing_anchors);
        (resolved.html, problems.map(|p| p.message).collect())
    }

    #[test]
    fn links_lead_where_they_led() {
        for (page, url, expected) in [
            (0, "a/b.md", "a/b/"),
            (0, "a/b.md#x", "a/b/#x"),
            (1, "c/index.md?q=1#x", "../c/?q=1#x"),
            (1, "../index.md", "../../"),
            (1, "i.png", "../i.png"),
            (1, "b.md", "./"),
            (1, "https://x.y/", "https://x.y/"),
            (1, "mailto:a@b.c", "mailto:a@b.c"),
            (1, "#x", "#x"),
        ] {
            assert_eq!(resolve(page, url), (expected.to_owned(), Vec::new()), "{url}");
        }
    }

    #[test]
    fn doubtful_links_are_reported_in_the_reference_s_words() {
        let cases = [
            (
                0,
                "a/b",
                "Doc file 'index.md' contains an unrecognized relative link 'a/b', it was left as is. Did you mean 'a/b.md'?",
            ),
            (
                0,
                "nope.md",
                "Doc file 'index.md' contains a link 'nope.md', but the target is not found among documentation files.",
            ),
            (
                1,
                "x.pe",
                "Doc file 'a/b.md' contains a link 'x.pe', but the target 'a/x.pe' is not found among documentation files.",
            ),
            (
                1,
                "/a/c/",
                "Doc file 'a/b.md' contains an absolute link '/a/c/', it was left as is. Did you mean 'c/index.md'?",
            ),
            (
                1,
                "#nope",
                "Doc file 'a/b.md' contains a link '#nope', but there is no such anchor on this page.",
            ),
            (
                0,
                "a/b.md#y",
                "Doc file 'index.md' contains a link 'a/b.md#y', but the doc 'a/b.md' does not contain an anchor '#y'.",
            ),
        ];
        for (page, url, expected) in cases {
            assert_eq!(resolve(page, url).1, [expected], "{url}");
        }
    }
}
