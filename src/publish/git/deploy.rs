//! `gh-deploy`: MkDocs' command, by the same branch.
//!
//! The branch becomes what the site folder is, as `ghp-import` makes it, except that a `CNAME` which
//! only the branch has stays. Messages, version check and closing words are MkDocs'.

use anyhow::bail;

use super::super::plan::Plan;
use super::super::release::Release;
use super::super::site::Built;
use super::super::spec::GitSpec;
use super::super::{Context, Target as _, Work};
use super::Branch;
use super::program::Git;

/// MkDocs' default message names MkDocs; ours names us.
const MESSAGE: &str = "Deployed {sha} with chaski version: {version}";

/// What `gh-deploy` was asked for.
#[derive(Clone, Debug)]
pub struct Deploy {
    /// The branch.
    pub spec: GitSpec,
    /// Whether an older program may follow a newer one.
    pub ignore_version: bool,
    /// Whether git is run by a shell.
    pub shell: bool,
}

/// Writes the branch and pushes it; gives what is worth saying.
///
/// # Errors
/// When git cannot do it, the remote moved on, or a newer version deployed before.
pub fn deploy(deploy: &Deploy, site: &mut Built, context: Context<'_>) -> anyhow::Result<Vec<String>> {
    let git = Git::new(context.root, deploy.shell);
    git.check_repository()?;
    let mut notes = Vec::new();
    if !deploy.ignore_version {
        notes.extend(check_version(&git, &deploy.spec.branch)?);
    }
    // A wrong message is found out before anything is written.
    message(deploy.spec.message.as_deref(), &git)?;
    site.add(".nojekyll", b"")?;
    let mut branch = Branch::with(git.clone(), &deploy.spec, context)?;
    branch.takes_all = true;
    let known = branch.known(site)?;
    let plan = Plan::new(site, &known, false)?;
    let release = Release::new(site, None, 0);
    let work = Work {
        site,
        release: &release,
        plan: &plan,
    };
    if plan.is_empty() && branch.remote.is_some() && !deploy.spec.no_history {
        notes.push(format!("{} is as the site is; nothing to deploy", branch.title()));
    } else {
        notes.extend(branch.publish(&work)?);
    }
    for path in &plan.foreign {
        notes.push(format!(
            "`{path}` stays on the branch; put it into `docs_dir` to keep it with the sources"
        ));
    }
    notes.push(address(&git, site, &deploy.spec.remote));
    Ok(notes)
}

/// `template` with `{sha}` and `{version}` filled in, as Python's `str.format` does.
pub(super) fn message(template: Option<&str>, git: &Git) -> anyhow::Result<String> {
    let short = || git.text(&["rev-parse", "--short", "HEAD"]).unwrap_or_default();
    format_message(template.unwrap_or(MESSAGE), &short)
}

fn format_message(template: &str, sha: &dyn Fn() -> String) -> anyhow::Result<String> {
    let mut text = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, behind) = rest.split_at(at);
        text.push_str(before);
        if let Some(after) = behind.strip_prefix("{{") {
            text.push('{');
            rest = after;
        } else if let Some(after) = behind.strip_prefix("}}") {
            text.push('}');
            rest = after;
        } else if let Some(after) = behind.strip_prefix("{sha}") {
            text.push_str(&sha());
            rest = after;
        } else if let Some(after) = behind.strip_prefix("{version}") {
            text.push_str(env!("CARGO_PKG_VERSION"));
            rest = after;
        } else {
            bail!(
                "the message `{template}` has a brace that is neither `{{sha}}` nor `{{version}}`; \
                 write `{{{{` and `}}}}` for braces"
            );
        }
    }
    text.push_str(rest);
    Ok(text)
}

/// Refuses to follow a newer version of ours. Versions of MkDocs are not ours to compare with.
fn check_version(git: &Git, branch: &str) -> anyhow::Result<Option<String>> {
    let subject = git
        .text(&["show", "-s", "--format=%s", &format!("refs/heads/{branch}"), "--"])
        .unwrap_or_default();
    let Some((_, version)) = subject.split_once("chaski version: ") else {
        return Ok(None);
    };
    let numbers = |text: &str| -> Option<Vec<u64>> {
        let end = text
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(text.len());
        text.get(..end)?.split('.').map(|part| part.parse().ok()).collect()
    };
    let (Some(before), Some(now)) = (numbers(version), numbers(env!("CARGO_PKG_VERSION"))) else {
        return Ok(None);
    };
    if now < before {
        bail!(
            "Deployment terminated: Previous deployment was made with chaski version {version}; you are attempting to \
             deploy with an older version ({}). Use --ignore-version to deploy anyway.",
            env!("CARGO_PKG_VERSION")
        );
    }
    Ok((now > before).then(|| {
        format!(
            "Previous deployment was done with chaski version {version}; you are deploying with a newer version ({})",
            env!("CARGO_PKG_VERSION")
        )
    }))
}

/// Where readers will find it.
fn address(git: &Git, site: &Built, remote: &str) -> String {
    let cname = site.files.get("CNAME").and_then(|file| file.bytes().ok());
    if let Some(host) = cname.and_then(|bytes| String::from_utf8(bytes).ok()) {
        let host = host.trim();
        return format!(
            "Based on your CNAME file, your documentation should be available shortly at: http://{host}\n\
             NOTE: Your DNS records must be configured appropriately for your CNAME URL to work."
        );
    }
    let url = git
        .text(&["config", "--get", &format!("remote.{remote}.url")])
        .unwrap_or_default();
    let path = url
        .split_once("github.com/")
        .or_else(|| url.split_once("github.com:"))
        .map(|(_, path)| path);
    match path.and_then(|path| path.split_once('/')) {
        Some((user, repository)) => {
            let repository = repository.strip_suffix(".git").unwrap_or(repository);
            format!("Your documentation should shortly be available at: https://{user}.github.io/{repository}/")
        }
        None => "Your documentation should be available shortly.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::format_message;

    #[test]
    fn messages_are_filled_in_as_python_does() {
        let sha = || "c0ffee".to_owned();
        let version = env!("CARGO_PKG_VERSION");
        // From `str.format(version=..., sha=...)`.
        let filled = format_message("a {sha} {{b}} {version} {sha}", &sha).unwrap();
        assert_eq!(filled, format!("a c0ffee {{b}} {version} c0ffee"));
        for wrong in ["{", "}", "{shaa}", "{sha", "{0}"] {
            assert!(format_message(wrong, &sha).is_err(), "{wrong}");
        }
    }
}
