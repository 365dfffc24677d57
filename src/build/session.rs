//! A linked site that stays for a while, so that single pages can be drawn of it: what the preview
//! shows of a page before the whole site is built, and at once after an edit.

use std::collections::HashMap;
use std::path::Path;

use super::draw::{Drawer, Linked};
use super::{Assembled, How, Request, assemble, convert, link};
use crate::config::Settings;
use crate::files::Files;
use crate::markdown::Dialect;
use crate::output::OutputSet;
use crate::page::Page;
use crate::plugins::{Loaded, Stage};
use crate::report::Severity;
use crate::site::{LinkSpec, Nav, PageId, Site};

/// Links the site of `settings` without converting more of its pages than their titles, and gives
/// `then` what single pages can be drawn of, with the files that are no pages.
///
/// Titles are guessed where they cannot be had at once, and nothing that is wrong is reported: a
/// whole build comes after it.
///
/// # Errors
/// When the sources cannot be read.
pub fn glimpse(
    settings: &Settings,
    files: &Files,
    request: &Request<'_>,
    then: &mut dyn FnMut(OutputSet, &Session<'_>),
) -> anyhow::Result<()> {
    let finish = &mut |assembled: Assembled<'_>, session: &Session<'_>| {
        then(assembled.output, session);
        Ok(())
    };
    assemble(settings, files, request, How::Glimpse, finish)
}

/// A linked site.
pub struct Session<'s> {
    pub(super) stage: &'s Stage<'s>,
    pub(super) dialect: &'s Dialect,
    pub(super) plugins: &'s [Loaded],
    pub(super) linked: &'s Linked<'s>,
    pub(super) drawer: &'s Drawer<'s>,
    /// By number of the page, see [`Faces::untouched`].
    pub(super) faces: Vec<Option<u64>>,
    pub(super) strict: bool,
}

impl Session<'_> {
    /// The pages and files as links see them.
    #[must_use]
    pub fn site(&self) -> &Site {
        self.linked.site
    }

    /// The navigation.
    #[must_use]
    pub fn nav(&self) -> &Nav {
        self.linked.nav
    }

    /// How links are checked.
    pub(super) fn links(&self) -> &LinkSpec {
        self.stage.links
    }

    /// The number of the page that is made of the file at `path`.
    #[must_use]
    pub fn page_of(&self, path: &Path) -> Option<PageId> {
        let is_it = |page: &Page| page.source.path.as_deref() == Some(path);
        self.linked.pages.iter().position(is_it).map(PageId::new)
    }

    /// The number of the page that goes to `dest_uri`.
    #[must_use]
    pub fn page_at(&self, dest_uri: &str) -> Option<PageId> {
        let is_it = |page: &Page| page.source.dest_uri == dest_uri;
        self.linked.pages.iter().position(is_it).map(PageId::new)
    }

    /// Draws a page of its file as it is now: where it goes to, and the HTML file.
    ///
    /// `None` if that takes more than the page itself: its front matter is another, plugins change
    /// it with others in sight, it is protected, or something is wrong with it.
    #[must_use]
    pub fn draw(&self, id: PageId) -> Option<(String, String)> {
        let old = self.linked.pages.get(id.index()).filter(|page| !page.encrypted)?;
        let face = (*self.faces.get(id.index())?)?;
        let file = self.stage.files.read_again(old.source.path.as_deref()?).ok()?;
        let mut problems = Vec::new();
        let page = convert::from_file(self.stage, self.dialect, self.plugins, &old.source, &file);
        let page = page.take(&mut problems);
        if meta_face(&page) != face {
            return None;
        }
        let mut page = Page {
            file: page.file,
            body: page.body,
            document: page.document,
            ..old.clone()
        };
        let resolved = link::article(self.stage, self.plugins, id, &mut page, self.linked.site);
        problems.extend(resolved.problems);
        problems.extend(resolved.missing_anchors);
        let view = self.drawer.view(id.index(), &page);
        let (html, _) = self.drawer.page(&page, view, resolved.html, &mut problems);
        self.stage.settings.levels.apply(self.stage.files, &mut problems);
        let least = if self.strict {
            Severity::Warning
        } else {
            Severity::Error
        };
        let is_wrong = problems.iter().any(|problem| problem.severity >= least);
        (!is_wrong && !html.trim().is_empty()).then_some((page.source.dest_uri, html))
    }
}

impl std::fmt::Debug for Session<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("pages", &self.linked.pages.len())
            .finish_non_exhaustive()
    }
}

/// What pages look like when they are just converted, by the path of the source.
pub(super) struct Faces(HashMap<String, (u64, u64)>);

impl Faces {
    pub(super) fn of(pages: &[Page]) -> Self {
        let face = |page: &Page| (page.source.src_uri.clone(), (meta_face(page), text_face(page)));
        Self(pages.iter().map(face).collect())
    }

    /// The front matter of those pages that plugins have left as they were converted.
    pub(super) fn untouched(&self, pages: &[Page]) -> Vec<Option<u64>> {
        let face = |page: &Page| {
            let (meta, text) = self.0.get(&page.source.src_uri)?;
            (*text == text_face(page)).then_some(*meta)
        };
        pages.iter().map(face).collect()
    }
}

fn meta_face(page: &Page) -> u64 {
    rapidhash::v3::rapidhash_v3(page.meta.to_json().to_string().as_bytes())
}

fn text_face(page: &Page) -> u64 {
    rapidhash::v3::rapidhash_v3(page.document.html.as_bytes())
}
