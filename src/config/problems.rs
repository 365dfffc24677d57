//! `chaski: problems:`: levels of kinds of problems, everywhere and below `paths:`.

use std::path::Path;

use crate::report::{Diagnostic, Levels, Severity, Span, code, codes, level_named, nearest};
use crate::yaml::Node;

/// Reads the levels, for paths below `root`.
pub(super) fn read(node: Option<&Node>, root: &Path, problems: &mut Vec<Diagnostic>) -> Levels {
    let mut levels = Levels::new(root);
    let Some(node) = node.filter(|node| !node.is_null()) else {
        return levels;
    };
    let Some(entries) = node.as_map() else {
        wrong("expected a mapping of codes to levels", node.span, problems);
        return levels;
    };
    for (key, value) in entries {
        if key.as_str() != Some("paths") {
            if let Some((code, level)) = rule(key, value, problems) {
                levels.set(&code, level);
            }
            continue;
        }
        for (pattern, rules) in value.as_map().unwrap_or(&[]) {
            let rules = rules.as_map().unwrap_or(&[]);
            let rules = rules
                .iter()
                .filter_map(|(key, value)| rule(key, value, problems))
                .collect();
            if let Err(error) = levels.set_below(&pattern.key_text(), rules) {
                wrong(&error, pattern.span, problems);
            }
        }
    }
    levels
}

fn rule(key: &Node, value: &Node, problems: &mut Vec<Diagnostic>) -> Option<(String, Severity)> {
    let name = key.key_text();
    let Some(code) = code(&name) else {
        wrong(&format!("there is no problem `{name}`"), key.span, problems);
        if let Some(near) = nearest(&name, codes().iter().map(|code| code.name))
            && let Some(problem) = problems.last_mut()
        {
            problem.help.push(format!("did you mean `{near}`?"));
        }
        return None;
    };
    let Some(level) = value.as_str().and_then(level_named) else {
        wrong(
            &format!("`{name}` wants `error`, `warning`, `info` or `ignore`"),
            value.span,
            problems,
        );
        return None;
    };
    if code.protects && level < code.severity {
        wrong(
            &format!("`{name}` protects content; its level cannot be lowered"),
            value.span,
            problems,
        );
        return None;
    }
    Some((name, level))
}

fn wrong(message: &str, span: Option<Span>, problems: &mut Vec<Diagnostic>) {
    let message = format!("Config value 'chaski.problems': {message}");
    problems.push(Diagnostic::new("problem-level", Severity::Error, message).at(span));
}
