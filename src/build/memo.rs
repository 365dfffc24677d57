//! What is kept in the cache: conversions, by the text, the dialect and all files that were read on
//! the way; what the search indexes have of a page, by its finished article.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::cache::{Cache, Key, Reason};
use crate::files::{Access, Files};
use crate::markdown::{Dialect, Document, Markdown};
use crate::page::Page;
use crate::plugins::Stage;
use crate::report::{Checked, Diagnostic, FileId, Fix, Severity, Span, code};
use crate::search::{self, Piece};

/// A conversion as it is kept. Its spans have the number of their file in `paths`.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// What was read, and what was found.
    read: Vec<(Access, u64)>,
    /// The files of the spans; the first one is that of the text.
    paths: Vec<PathBuf>,
    document: Document,
    problems: Vec<Problem>,
}

/// A [`Diagnostic`] whose code is text.
#[derive(Serialize, Deserialize)]
struct Problem {
    code: String,
    severity: Severity,
    message: String,
    span: Option<Span>,
    labels: Vec<(Span, String)>,
    help: Vec<String>,
    fix: Option<(Span, String)>,
}

/// What a conversion that is to be kept is made of.
pub(super) struct Memo<'m> {
    pub(super) cache: &'m Cache,
    pub(super) files: &'m Files,
    pub(super) dialect: &'m Dialect,
    /// The page's own word on its dialect.
    pub(super) commonmark: Option<bool>,
}

impl Memo<'_> {
    /// The conversion of `source`, which stands in the file at `path`: the kept one if all it was
    /// made of is the same, else that of `convert`.
    pub(super) fn convert(
        &self,
        source: Markdown<'_>,
        path: &Path,
        convert: impl FnOnce() -> Checked<Document>,
    ) -> Checked<Document> {
        if !self.cache.keeps() {
            self.cache.explain(path, Reason::New);
            return convert();
        }
        let settings = Key::of(&[
            &self.dialect.fingerprint.to_le_bytes(),
            &[match self.commonmark {
                None => u8::from(self.dialect.commonmark),
                Some(own) => 2 + u8::from(own),
            }],
            &[u8::from(self.dialect.mathml)],
        ]);
        let text = Key::of(&[&source.offset.to_le_bytes(), source.text.as_bytes()]);
        let made_of = [settings, text].map(|key| key.number().to_le_bytes());
        let path_bytes = path.as_os_str().as_encoded_bytes();
        let key = Key::of(&[b"page", path_bytes, &made_of[0], &made_of[1]]);
        // What the last conversion of the file was made of, only to say what has changed.
        let last = Key::of(&[b"last", path_bytes]);
        let reason = match self.kept(key, source.file) {
            Ok(checked) => {
                self.cache.touch(last);
                self.cache.explain(path, Reason::Kept);
                return checked;
            }
            Err(reason) => reason,
        };
        if self.cache.is_explained() {
            let reason = reason.unwrap_or_else(|| match self.cache.get(last) {
                Some(old) if old.starts_with(&made_of[0]) => Reason::Changed,
                Some(old) if old.ends_with(&made_of[1]) => Reason::Settings,
                Some(_) => Reason::Changed,
                None => Reason::New,
            });
            self.cache.explain(path, reason);
        }
        let (checked, read) = self.files.recorded(convert);
        if let Some(bytes) = read.and_then(|read| self.pack(&checked, read, source.file)) {
            self.cache.put(key, Some(path), &bytes);
            self.cache.put(last, Some(path), &made_of.concat());
        }
        checked
    }

    /// The kept conversion; why there is none, if there is one that is not right any more.
    fn kept(&self, key: Key, own: FileId) -> Result<Checked<Document>, Option<Reason>> {
        let kept = self.cache.get(key).and_then(|bytes| postcard::from_bytes(&bytes).ok());
        let kept: Kept = kept.ok_or(None)?;
        let is_other = |(access, found): &&(Access, u64)| self.files.fingerprint(access) != *found;
        if let Some((access, _)) = kept.read.iter().find(is_other) {
            return Err(Some(Reason::Read(access.path().to_owned())));
        }
        self.unpacked(kept, own).ok_or(None)
    }

    fn unpacked(&self, kept: Kept, own: FileId) -> Option<Checked<Document>> {
        let mut ids = vec![own];
        for path in kept.paths.iter().skip(1) {
            ids.push(self.files.read(path).ok()?.id);
        }
        let Kept {
            mut document, problems, ..
        } = kept;
        let problems: Option<Vec<Diagnostic>> = problems.into_iter().map(Problem::into_diagnostic).collect();
        let mut problems = problems?;
        let mut whole = true;
        each_span(
            &mut document,
            &mut problems,
            &mut |span| match ids.get(span.file.0 as usize) {
                Some(id) => span.file = *id,
                None => whole = false,
            },
        );
        whole.then_some(Checked {
            value: document,
            problems,
        })
    }

    fn pack(&self, checked: &Checked<Document>, read: Vec<Access>, own: FileId) -> Option<Vec<u8>> {
        let mut document = checked.value.clone();
        let mut problems = checked.problems.clone();
        let mut ids = vec![own];
        each_span(&mut document, &mut problems, &mut |span| {
            let at = ids.iter().position(|id| *id == span.file).unwrap_or_else(|| {
                ids.push(span.file);
                ids.len() - 1
            });
            span.file = FileId(u32::try_from(at).unwrap_or(u32::MAX));
        });
        let mut paths = Vec::with_capacity(ids.len());
        for id in ids {
            let path = self.files.get(id)?.path.clone();
            // A text that was not read from the disk cannot be read again.
            if id != own && !read.contains(&Access::Text(path.clone())) {
                return None;
            }
            paths.push(path);
        }
        let with_print = |access: Access| {
            let print = self.files.fingerprint(&access);
            (access, print)
        };
        let kept = Kept {
            read: read.into_iter().map(with_print).collect(),
            paths,
            document,
            problems: problems.into_iter().map(Problem::new).collect(),
        };
        postcard::to_stdvec(&kept).ok()
    }
}

/// Writes what the next build may need; of protected pages nothing.
pub(super) fn write(stage: &Stage<'_>, pages: &[Page], problems: &[Diagnostic]) {
    if is_sure(problems) {
        flush(stage, pages);
    }
}

/// Writes what is still new at the end of a build, and lets go of what the build has not used.
pub(super) fn finish(stage: &Stage<'_>, pages: &[Page], problems: &[Diagnostic]) {
    write(stage, pages, problems);
    // A build that was broken off has not used all that the next one will.
    if is_sure(problems) && !stage.progress.is_interrupted() {
        stage.cache.finish();
    }
}

/// Whether it is sure which pages are protected.
pub(super) fn is_sure(problems: &[Diagnostic]) -> bool {
    problems.iter().all(|problem| problem.severity < Severity::Error)
}

/// Writes what is new of pages that are not protected.
pub(super) fn flush(stage: &Stage<'_>, pages: &[Page]) {
    if stage.progress.is_interrupted() {
        return;
    }
    let _span = stage.progress.span("write cache", "");
    let open = pages.iter().filter(|page| !page.encrypted);
    let open: HashSet<&Path> = open
        .filter_map(|page| Some(page.file.as_ref()?.path.as_path()))
        .collect();
    stage.cache.write(&|path| open.contains(path));
}

/// What `search_index.json` has of a page, as it is kept, and the addresses of its sections. After
/// it stands its piece of the readers' index.
#[derive(Serialize, Deserialize)]
struct Indexed<'k> {
    #[serde(borrow)]
    locations: Vec<&'k str>,
    entries: &'k str,
}

/// What the search indexes have of a page whose finished article this is; sections that
/// `is_searched` does not want are left out.
pub(super) fn searchable(
    stage: &Stage<'_>,
    page: &Page,
    made_of: &Text<'_>,
    is_searched: &dyn Fn(&str) -> bool,
) -> Searchable {
    let Text {
        article,
        place,
        meta,
        indexer,
    } = made_of;
    let key = stage.cache.keeps().then(|| {
        let of_meta = ["title", "tags", "search"].map(|name| meta.get(name));
        let rest = format!("{:?}{of_meta:?}{:?}", (place.title, place.section), indexer.weights());
        Key::of(&[b"search", place.url.as_bytes(), rest.as_bytes(), article.as_bytes()])
    });
    let kept = |key: Key| {
        let bytes = stage.cache.get(key)?;
        let (kept, piece) = postcard::take_from_bytes::<Indexed<'_>>(&bytes).ok()?;
        let is_whole = kept.locations.iter().all(|location| is_searched(location));
        Some(Searchable {
            piece: is_whole.then(|| Piece::from_bytes(piece, indexer))??,
            entries: kept.entries.to_owned(),
        })
    };
    if let Some(kept) = key.and_then(kept) {
        return kept;
    }
    let mut entries = search::entries(article, place.url, place.title, meta);
    let all = entries.len();
    entries.retain(|entry| is_searched(&entry.location));
    let made = Searchable {
        entries: search::entries_json(&entries),
        piece: Piece::new(&entries, article, *place, indexer),
    };
    if let (Some(key), Some(file)) = (key, page.file.as_ref().filter(|_| entries.len() == all)) {
        let indexed = Indexed {
            locations: entries.iter().map(|entry| entry.location.as_str()).collect(),
            entries: &made.entries,
        };
        if let Ok(mut bytes) = postcard::to_stdvec(&indexed) {
            bytes.extend(made.piece.to_bytes());
            stage.cache.put(key, Some(&file.path), &bytes);
        }
    }
    made
}

/// What the two search indexes keep of a page.
#[derive(Default)]
pub(super) struct Searchable {
    /// Its entries in `search_index.json`.
    pub(super) entries: String,
    pub(super) piece: Piece,
}

/// What the search indexes see of a page.
pub(super) struct Text<'t> {
    pub(super) article: &'t str,
    pub(super) place: search::Place<'t>,
    pub(super) meta: &'t serde_json::Map<String, serde_json::Value>,
    pub(super) indexer: &'t search::Indexer,
}

fn each_span(document: &mut Document, problems: &mut [Diagnostic], visit: &mut dyn FnMut(&mut Span)) {
    for link in &mut document.links {
        visit(&mut link.span);
    }
    for problem in problems {
        problem.span.as_mut().into_iter().for_each(&mut *visit);
        problem.labels.iter_mut().for_each(|(span, _)| visit(span));
        if let Some(fix) = &mut problem.fix {
            visit(&mut fix.span);
        }
    }
}

impl Problem {
    fn new(problem: Diagnostic) -> Self {
        Self {
            code: problem.code.to_owned(),
            severity: problem.severity,
            message: problem.message,
            span: problem.span,
            labels: problem.labels,
            help: problem.help,
            fix: problem.fix.map(|fix| (fix.span, fix.text)),
        }
    }

    fn into_diagnostic(self) -> Option<Diagnostic> {
        Some(Diagnostic {
            code: code(&self.code)?.name,
            severity: self.severity,
            message: self.message,
            span: self.span,
            labels: self.labels,
            help: self.help,
            fix: self.fix.map(|(span, text)| Box::new(Fix { span, text })),
        })
    }
}
