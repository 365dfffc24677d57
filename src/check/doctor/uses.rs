//! What a configuration uses, and which of it a problem is about.

use super::{Area, State, Use, explained};
use crate::config::Settings;
use crate::files::Files;
use crate::report::{Diagnostic, FileId, Sources as _, Span};
use crate::yaml::{Kind, Node};

/// Everything that is used, while problems are given to it.
pub(super) struct Uses<'f> {
    files: &'f Files,
    uses: Vec<Use>,
    /// Where each thing begins, sorted; a problem is about what began last before it.
    starts: Vec<(FileId, u32, usize)>,
    /// Problems of pages: how often, and the first.
    pages: Vec<(State, Diagnostic, usize)>,
}

impl<'f> Uses<'f> {
    pub(super) fn of(settings: &Settings, files: &'f Files) -> Self {
        let mut found = Self {
            files,
            uses: Vec::new(),
            starts: Vec::new(),
            pages: Vec::new(),
        };
        let written = &settings.written;
        for (key, value) in written.as_map().unwrap_or_default() {
            let name = key.key_text();
            found.add(Area::Setting, &name, key.span);
            match name.as_str() {
                "theme" => found.theme(value),
                "plugins" => found.plugins(value),
                "hooks" => {
                    for hook in value.as_seq().unwrap_or_default() {
                        found.add(Area::Hook, &hook.key_text(), hook.span);
                    }
                }
                "extra" | "validation" | "chaski" => found.settings(&name, value),
                _ => {}
            }
        }
        if written.get("theme").is_none() {
            found.add(Area::Theme, "mkdocs", None);
        }
        for used in &settings.markdown_extensions {
            found.add(Area::Extension, &used.name, used.span);
        }
        found.templates(settings);
        found.starts.sort_unstable();
        found
    }

    fn add(&mut self, area: Area, name: &str, span: Option<Span>) {
        if let Some(span) = span {
            self.starts.push((span.file, span.start, self.uses.len()));
        }
        self.uses.push(Use::new(area, name, span));
    }

    fn settings(&mut self, prefix: &str, value: &Node) {
        for (key, _) in value.as_map().unwrap_or_default() {
            self.add(Area::Setting, &format!("{prefix}.{}", key.key_text()), key.span);
        }
    }

    fn theme(&mut self, value: &Node) {
        let Some(entries) = value.as_map() else {
            self.add(Area::Theme, &value.key_text(), value.span);
            return;
        };
        for (key, value) in entries {
            match key.as_str() {
                Some("name") => self.add(Area::Theme, &value.key_text(), key.span),
                Some("features") => {
                    self.add(Area::Setting, "theme.features", key.span);
                    for feature in value.as_seq().unwrap_or_default() {
                        self.add(Area::Feature, &feature.key_text(), feature.span);
                    }
                }
                _ => self.add(Area::Setting, &format!("theme.{}", key.key_text()), key.span),
            }
        }
    }

    /// Plugins in both forms, those of groups too. What is switched off is not used.
    fn plugins(&mut self, value: &Node) {
        let null = Node::default();
        let items: Vec<(&Node, &Node)> = match &value.kind {
            Kind::Map(entries) => entries.iter().map(|(name, options)| (name, options)).collect(),
            Kind::Seq(items) => {
                let entry = |item: &'_ Node| item.as_map().is_none();
                let bare = items.iter().filter(|item| entry(item)).map(|item| (item, &null));
                let entries = items.iter().filter_map(Node::as_map).flatten();
                let mut all: Vec<_> = bare.chain(entries.map(|(name, options)| (name, options))).collect();
                all.sort_by_key(|(name, _)| name.span.map(|span| (span.file, span.start)));
                all
            }
            _ => Vec::new(),
        };
        for (name, options) in items {
            if options.get("enabled").and_then(Node::as_bool) != Some(false) {
                self.add(Area::Plugin, &name.key_text(), name.span);
            }
            if let Some(members) = options.get("plugins").filter(|_| name.key_text().ends_with("group")) {
                self.plugins(members);
            }
        }
    }

    fn templates(&mut self, settings: &Settings) {
        let Some(folder) = &settings.theme.custom_dir else {
            return;
        };
        for path in self.files.below(folder) {
            let Ok(name) = path.strip_prefix(folder) else { continue };
            let name = name.to_string_lossy().replace('\\', "/");
            if name.ends_with(".html") && !name.starts_with('.') {
                self.uses.push(Use::new(Area::Template, name, None));
            }
        }
    }

    /// Gives a problem to what it is about.
    pub(super) fn suffer(&mut self, state: State, problem: &Diagnostic) {
        let at = self.template(problem).or_else(|| self.setting(problem));
        if let Some(used) = at.and_then(|at| self.uses.get_mut(at)) {
            used.suffers(state, problem);
            return;
        }
        match self.pages.iter_mut().find(|(_, first, _)| first.code == problem.code) {
            Some((_, _, count)) => *count += 1,
            None => self.pages.push((state, problem.clone(), 1)),
        }
    }

    /// The template that a problem stands in, or names.
    fn template(&self, problem: &Diagnostic) -> Option<usize> {
        let path = problem.span.and_then(|span| self.files.path(span.file));
        let path = path.map(|path| path.to_string_lossy().replace('\\', "/"));
        self.uses.iter().position(|used| {
            used.area == Area::Template
                && match &path {
                    Some(path) => path.ends_with(&format!("/{}", used.name)),
                    None => {
                        matches!(problem.code, "template" | "override-unused") && problem.message.contains(&used.name)
                    }
                }
        })
    }

    /// The last thing of the same file that begins at or before a problem.
    fn setting(&self, problem: &Diagnostic) -> Option<usize> {
        let Some(span) = problem.span else {
            let is_theme = problem.code.starts_with("theme");
            return self.uses.iter().position(|used| is_theme && used.area == Area::Theme);
        };
        let is_before = |(file, start, _): &(FileId, u32, usize)| (*file, *start) <= (span.file, span.start);
        let after = self.starts.partition_point(is_before);
        let (file, _, at) = *self.starts.get(after.checked_sub(1)?)?;
        (file == span.file).then_some(at)
    }

    /// All uses; plain settings only where something is the matter with them.
    pub(super) fn finish(self) -> Vec<Use> {
        let mut uses = self.uses;
        uses.retain(|used| used.area != Area::Setting || used.state != State::Works);
        for (state, first, count) in self.pages {
            let mut used = Use::new(Area::Pages, first.code, first.span);
            let times = if count == 1 {
                String::new()
            } else {
                format!("{count} times: ")
            };
            used.state = state.min(State::Partly);
            used.consequence.push(format!("{times}{}", explained(first.code)));
            used.advice.push(format!("`chaski explain {}` says more", first.code));
            uses.push(used);
        }
        uses.sort_by_key(|used| used.area);
        uses
    }
}
