//! `literate-nav`: the navigation from lists in Markdown files (`SUMMARY.md`), with patterns.

use std::cell::RefCell;
use std::collections::HashSet;

use super::glob::Globs;
use super::options::{Options, normal_path};
use super::{Plugin, Stage};
use crate::config::{PluginUse, Settings};
use crate::files::SourceFile;
use crate::page::text_of;
use crate::report::{Diagnostic, Severity, Span};
use crate::site::{Site, fallback_title};
use crate::source::{Inclusion, Source};
use crate::yaml::{Kind, Node};

struct LiterateNav {
    file_name: String,
    implicit_index: bool,
    tab: usize,
}

pub(super) fn make(entry: &PluginUse, _settings: &Settings, problems: &mut Vec<Diagnostic>) -> Box<dyn Plugin> {
    let options = Options(&entry.options);
    if let Some(node) = options.node("markdown_extensions").filter(|node| node.is_truthy()) {
        let message = "literate-nav: `markdown_extensions` has no effect, lists of links need none";
        problems.push(Diagnostic::new("literate-nav-option", Severity::Info, message).at(node.span));
    }
    Box::new(LiterateNav {
        file_name: options.text("nav_file", "SUMMARY.md"),
        implicit_index: options.bool("implicit_index", false),
        tab: options.count("tab_length", 4).max(1),
    })
}

impl Plugin for LiterateNav {
    fn sources(&mut self, _stage: &Stage<'_>, sources: &mut Vec<Source>, _problems: &mut Vec<Diagnostic>) {
        for source in sources {
            let name = source.src_uri.rsplit('/').next().unwrap_or_default();
            if name == self.file_name && source.inclusion == Inclusion::Included {
                source.inclusion = Inclusion::NotInNav;
            }
        }
    }

    fn nav(
        &self,
        stage: &Stage<'_>,
        site: &Site,
        written: Option<Node>,
        problems: &mut Vec<Diagnostic>,
    ) -> Option<Node> {
        let walk = Walk::new(self, stage, site);
        let mut found = None;
        if written.is_none() || walk.file("").is_some() {
            found = Some(walk.folder("", &[])).filter(|items| !items.is_empty());
        }
        let items = found.unwrap_or_else(|| {
            let entries = written.as_ref().and_then(Node::as_seq).unwrap_or_default();
            let entries = entries.iter().map(|node| walk.written(node)).collect();
            walk.resolve(entries, &[])
        });
        problems.append(&mut walk.problems.borrow_mut());
        Some(Node::bare(Kind::Seq(items)))
    }
}

/// An entry before its patterns are resolved.
#[derive(Clone)]
enum Entry {
    /// A page or an address.
    Leaf(Option<String>, String, Option<Span>),
    /// Entries under a title.
    Section(String, Vec<Entry>),
    /// What matches a pattern; shown as written if nothing does.
    Wildcard(Option<String>, String, Option<String>),
    /// The navigation of a folder.
    Folder(String, String, Option<Span>),
    /// Anything of the configuration.
    Other(Node),
}

struct Walk<'s> {
    plugin: &'s LiterateNav,
    stage: &'s Stage<'s>,
    site: &'s Site,
    pages: Vec<String>,
    folders: Vec<String>,
    known: HashSet<String>,
    seen: RefCell<HashSet<String>>,
    problems: RefCell<Vec<Diagnostic>>,
}

impl<'s> Walk<'s> {
    fn new(plugin: &'s LiterateNav, stage: &'s Stage<'s>, site: &'s Site) -> Self {
        let mut folders = Vec::new();
        let mut known = HashSet::new();
        let pages: Vec<String> = site
            .pages()
            .iter()
            .filter(|page| page.is_documentation)
            .map(|page| page.src_uri.clone())
            .collect();
        for page in &pages {
            let mut path = page.as_str();
            while let Some((folder, _)) = path.rsplit_once('/') {
                if !known.insert(folder.to_owned()) {
                    break;
                }
                folders.push(folder.to_owned());
                path = folder;
            }
        }
        Self {
            plugin,
            stage,
            site,
            pages,
            folders,
            known,
            seen: RefCell::default(),
            problems: RefCell::default(),
        }
    }

    fn see(&self, path: &str) {
        self.seen.borrow_mut().insert(path.to_owned());
    }

    /// The file with the navigation of a folder.
    fn file(&self, folder: &str) -> Option<std::sync::Arc<SourceFile>> {
        let uri = normal_path(&format!("{folder}/{}", self.plugin.file_name));
        self.site.page_at(&uri)?;
        self.stage.files.read(&self.stage.settings.docs_dir.join(uri)).ok()
    }

    fn index(&self, folder: &str) -> Option<&String> {
        let of = |page: &&String| {
            let (inside, name) = page.rsplit_once('/').unwrap_or(("", page));
            inside == folder && matches!(name.rsplit_once('.'), Some(("index" | "README", _)))
        };
        self.pages.iter().find(of)
    }

    /// The entries of a folder, from its file or all there is; `above` are the folders around it.
    fn folder(&self, folder: &str, above: &[String]) -> Vec<Node> {
        let mut roots = above.to_vec();
        roots.push(folder.to_owned());
        let listed = self.file(folder).and_then(|file| self.listed(&file, folder));
        let entries = listed.unwrap_or_else(|| vec![Entry::Wildcard(None, normal_path(&format!("{folder}/*")), None)]);
        self.resolve(entries, &roots)
    }

    fn listed(&self, file: &SourceFile, folder: &str) -> Option<Vec<Entry>> {
        let lines = lists(&file.text, self.plugin.tab)?;
        let index = self.index(folder).filter(|_| self.plugin.implicit_index);
        let own = normal_path(&format!("{folder}/{}", self.plugin.file_name));
        if index != Some(&own) {
            self.see(&own);
        }
        let mut at = 0;
        let mut entries: Vec<Entry> = index
            .map(|index| Entry::Wildcard(None, index.clone(), None))
            .into_iter()
            .collect();
        entries.extend(self.level(&lines, &mut at, file, folder));
        Some(entries)
    }

    /// The entries of one depth.
    fn level(&self, lines: &[Line<'_>], at: &mut usize, file: &SourceFile, folder: &str) -> Vec<Entry> {
        let mut entries = Vec::new();
        let Some(depth) = lines.get(*at).map(|line| line.depth) else {
            return entries;
        };
        while let Some(line) = lines.get(*at).filter(|line| line.depth >= depth) {
            *at += 1;
            let span = Some(Span::new(file.id, line.start, line.start + line.text.len()));
            let inside = lines.get(*at).is_some_and(|next| next.depth > line.depth);
            let link = link(line.text);
            let mut children = Vec::new();
            if inside {
                if let Some((_, url)) = &link {
                    children.push(self.target(folder, url, None, span));
                }
                children.extend(self.level(lines, at, file, folder));
            }
            match link {
                Some((title, _)) if inside => entries.push(Entry::Section(title, children)),
                Some((title, url)) => entries.push(self.target(folder, &url, Some(title), span)),
                None if inside => entries.push(Entry::Section(plain(line.text), children)),
                None if line.text.contains('*') => {
                    entries.push(wildcard(folder, &plain(line.text)));
                }
                None => {
                    let message = format!("literate-nav: '{}' has a title and no page or section", line.text);
                    let problem = Diagnostic::new("literate-nav", Severity::Error, message).at(span);
                    let help = "write `* [Title](page.md)`, a title with a list below it, or a pattern as `* *.md`";
                    self.problems.borrow_mut().push(problem.help(help));
                }
            }
        }
        entries
    }

    fn target(&self, folder: &str, url: &str, title: Option<String>, span: Option<Span>) -> Entry {
        if url.contains("://") || url.starts_with("//") || url.starts_with("mailto:") {
            return Entry::Leaf(title, url.to_owned(), span);
        }
        let path = normal_path(&format!("{folder}/{url}"));
        self.see(&path);
        if url.ends_with('/') && (self.known.contains(&path) || path.is_empty()) {
            let shown = title.unwrap_or_else(|| fallback_title(path.rsplit('/').next().unwrap_or(&path)));
            return Entry::Folder(shown, path, span);
        }
        Entry::Leaf(title, path, span)
    }

    /// An entry of `nav` in the configuration.
    fn written(&self, node: &Node) -> Entry {
        if let Some(text) = node.as_str().filter(|text| text.contains('*')) {
            return wildcard("", text);
        }
        let Some([(key, value)]) = node.as_map() else {
            if let Some(text) = node.as_str() {
                return Entry::Leaf(None, text.to_owned(), node.span);
            }
            return Entry::Other(node.clone());
        };
        let title = text_of(key).unwrap_or_default();
        match (value.as_seq(), value.as_str()) {
            (Some(items), _) => Entry::Section(title, items.iter().map(|item| self.written(item)).collect()),
            (_, Some(text)) if text.contains('*') => {
                Entry::Wildcard(Some(title), pattern("", text), Some(text.to_owned()))
            }
            (_, Some(text)) => self.target("", text, Some(title), value.span),
            _ => Entry::Other(node.clone()),
        }
    }

    /// Patterns and folders resolved; what is named elsewhere is not repeated.
    fn resolve(&self, entries: Vec<Entry>, roots: &[String]) -> Vec<Node> {
        for entry in &entries {
            if let Entry::Leaf(_, path, _) = entry {
                self.see(path);
            }
        }
        let mut out = Vec::new();
        for entry in entries {
            match entry {
                Entry::Leaf(title, path, span) => {
                    let leaf = Node {
                        span,
                        kind: Kind::Str(path),
                    };
                    out.push(title.map_or(leaf.clone(), |title| titled(title, leaf)));
                }
                Entry::Other(node) => out.push(node),
                Entry::Section(title, children) => {
                    let children = self.resolve(children, roots);
                    if !children.is_empty() {
                        out.push(titled(title, Node::bare(Kind::Seq(children))));
                    }
                }
                Entry::Folder(title, path, span) => {
                    if roots.contains(&path) {
                        let message = format!("literate-nav: the navigation of '{path}' contains itself");
                        let problem = Diagnostic::new("literate-nav", Severity::Warning, message);
                        self.problems.borrow_mut().push(problem.at(span));
                        continue;
                    }
                    let children = self.folder(&path, roots);
                    if !children.is_empty() {
                        out.push(titled(title, Node::bare(Kind::Seq(children))));
                    }
                }
                Entry::Wildcard(title, pattern, fallback) => {
                    let found = self.matches(&pattern, fallback.clone().filter(|_| title.is_none()), roots);
                    match (title, fallback) {
                        (Some(title), _) if !found.is_empty() => {
                            out.push(titled(title, Node::bare(Kind::Seq(found))));
                        }
                        (Some(title), Some(written)) => out.push(titled(title, Node::bare(Kind::Str(written)))),
                        _ => out.extend(found),
                    }
                }
            }
        }
        out
    }

    fn matches(&self, pattern: &str, fallback: Option<String>, roots: &[String]) -> Vec<Node> {
        let only_folders = pattern.ends_with('/');
        let parts: Vec<Globs> = pattern
            .split('/')
            .filter(|part| !part.is_empty())
            .map(|part| Globs::new(&[part.to_owned()]))
            .collect();
        let fits = |path: &str| {
            path.split('/').count() == parts.len() && path.split('/').zip(&parts).all(|(part, glob)| glob.matches(part))
        };
        let mut out = Vec::new();
        let mut any = false;
        for page in self.pages.iter().filter(|page| fits(page)) {
            any = true;
            if !only_folders && !self.seen.borrow().contains(page) {
                out.push(Node::bare(Kind::Str(page.clone())));
                self.see(page);
            }
        }
        for folder in self.folders.iter().filter(|folder| fits(folder)) {
            any = true;
            if self.seen.borrow().contains(folder) || roots.contains(folder) {
                continue;
            }
            let children = self.folder(folder, roots);
            if !children.is_empty() {
                let title = fallback_title(folder.rsplit('/').next().unwrap_or(folder));
                out.push(titled(title, Node::bare(Kind::Seq(children))));
            }
            self.see(folder);
        }
        if let Some(text) = fallback.filter(|_| !any) {
            out.push(Node::bare(Kind::Str(text)));
        }
        out
    }
}

fn titled(title: String, node: Node) -> Node {
    Node::bare(Kind::Map(vec![(Node::bare(Kind::Str(title)), node)]))
}

fn wildcard(folder: &str, text: &str) -> Entry {
    Entry::Wildcard(None, pattern(folder, text), Some(text.to_owned()))
}

fn pattern(folder: &str, text: &str) -> String {
    let slash = if text.ends_with('/') { "/" } else { "" };
    normal_path(&format!("{folder}/{text}")) + slash
}

/// An item of a list.
struct Line<'t> {
    depth: usize,
    text: &'t str,
    start: usize,
}

/// The items of the first list after the last `<!--nav-->`, or else of the last list.
fn lists(text: &str, tab: usize) -> Option<Vec<Line<'_>>> {
    let from = text.rfind("<!--nav-->");
    let mut found: Option<Vec<Line<'_>>> = None;
    let mut current: Vec<Line<'_>> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let begins = start;
        start += line.len();
        if from.is_some_and(|from| begins <= from) {
            continue;
        }
        let trimmed = line.trim_start();
        let indent = line[..line.len() - trimmed.len()].replace('\t', "    ").len();
        if let Some(item) = item(trimmed) {
            let depth = indent.div_ceil(tab);
            let depth = depth.min(current.last().map_or(0, |last| last.depth + 1));
            let offset = line.len() - trimmed.len() + trimmed.len() - trimmed.trim_end().len();
            let text_at = begins + line.find(item).unwrap_or(offset);
            current.push(Line {
                depth,
                text: item,
                start: text_at,
            });
        } else if !trimmed.is_empty() && indent == 0 && !current.is_empty() {
            let ended = std::mem::take(&mut current);
            if from.is_some() {
                return Some(ended);
            }
            found = Some(ended);
        }
    }
    if current.is_empty() { found } else { Some(current) }
}

fn item(line: &str) -> Option<&str> {
    let rest = line.strip_prefix(['*', '-', '+']).or_else(|| {
        let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
        rest.strip_prefix('.').filter(|_| rest.len() < line.len())
    })?;
    let text = rest.strip_prefix([' ', '\t'])?.trim();
    (!text.is_empty()).then_some(text)
}

/// Title and address, if the text is a link and nothing else.
fn link(text: &str) -> Option<(String, String)> {
    let inner = text.strip_prefix('[')?.strip_suffix(')')?;
    let (title, url) = inner.rsplit_once("](")?;
    let url = url.trim();
    let url = match url.strip_prefix('<').and_then(|url| url.split_once('>')) {
        Some((url, _)) => url,
        None => url.split([' ', '\t']).next().unwrap_or(url),
    };
    Some((plain(title), url.to_owned()))
}

/// A text without marks of Markdown.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek().is_some_and(char::is_ascii_punctuation) => out.extend(chars.next()),
            '`' => {}
            c => out.push(c),
        }
    }
    let bold = out.strip_prefix("**").and_then(|inner| inner.strip_suffix("**"));
    bold.map_or(out.clone(), str::to_owned)
}
