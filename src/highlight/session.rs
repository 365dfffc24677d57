//! Recorded sessions: a prompt, what was typed after it in some language, and what was answered.
//!
//! Does not know how the typed part is coloured.

use super::html::HtmlLines;
use super::lexers::syntax;
use super::paint::Painter;

/// A kind of session: how prompts look, and the language typed after them.
#[derive(Clone, Copy)]
pub(super) struct Session {
    /// First alias of the language that is typed.
    typed: &'static str,
    /// The length of the prompt at the start of a line.
    prompt: fn(&str) -> Option<usize>,
    /// The prompt of a second line.
    second: &'static str,
    /// Whether a line that ends in `\` goes on without a prompt.
    backslash: bool,
}

impl Session {
    /// The session that a lexer's first alias names.
    pub(super) fn of(alias: &str) -> Option<Self> {
        let (typed, second, prompt): (_, _, fn(&str) -> Option<usize>) = match alias {
            "console" => ("bash", "> ", shell_prompt),
            "tcshcon" => ("tcsh", "? ", angle_prompt),
            "doscon" => ("batch", "More? ", angle_prompt),
            "pwsh-session" => ("powershell", "> ", powershell_prompt),
            "pycon" => ("python", "...", |line| fixed_prompt(line, ">>>")),
            "rconsole" => ("splus", "+ ", |line| fixed_prompt(line, ">")),
            "jlcon" => ("julia", "       ", |line| fixed_prompt(line, "julia>")),
            "matlabsession" => ("matlab", "", |line| fixed_prompt(line, ">>")),
            "nodejsrepl" => ("javascript", "...", |line| fixed_prompt(line, ">")),
            "iex" => ("elixir", "...", iex_prompt),
            "rbcon" => ("ruby", "", irb_prompt),
            _ => return None,
        };
        let backslash = alias == "console";
        Some(Self {
            typed,
            prompt,
            second,
            backslash,
        })
    }

    fn is_second(self, line: &str) -> bool {
        !self.second.is_empty() && line.starts_with(self.second)
    }
}

/// Appends `code`, a recorded session.
pub(super) fn paint(code: &str, session: Session, html: &mut HtmlLines) {
    let mut typing: Option<Painter> = None;
    let mut goes_on = false;
    let mut in_traceback = false;
    for line in code.split_inclusive('\n') {
        if let Some((prompt, typed)) = (session.prompt)(line).and_then(|at| line.split_at_checked(at)) {
            html.push(prompt, "gp");
            typing = syntax(session.typed).map(|syntax| Painter::new(syntax, &[]));
            goes_on = push_typed(typed, typing.as_mut(), html);
            in_traceback = false;
        } else if typing.is_some() && session.is_second(line) {
            let (prompt, typed) = line.split_at(session.second.len());
            html.push(prompt, "gp");
            goes_on = push_typed(typed, typing.as_mut(), html);
        } else if typing.is_some() && goes_on && session.backslash {
            goes_on = push_typed(line, typing.as_mut(), html);
        } else {
            typing = None;
            goes_on = false;
            in_traceback = push_answer(line, in_traceback, html);
        }
    }
}

/// Appends what was typed; tells whether its line ends in a backslash.
fn push_typed(typed: &str, painter: Option<&mut Painter>, html: &mut HtmlLines) -> bool {
    match painter {
        Some(painter) => painter.line(typed, html),
        None => html.push(typed, ""),
    }
    typed.trim_end_matches(['\n', '\r']).ends_with('\\')
}

/// Appends a line of output; tells whether the next one belongs to a Python traceback.
fn push_answer(line: &str, in_traceback: bool, html: &mut HtmlLines) -> bool {
    if line.starts_with("Traceback (most recent call last)") {
        html.push(line, "gt");
        return true;
    }
    if in_traceback && line.starts_with(char::is_whitespace) {
        html.push(line, "");
        return true;
    }
    match line.split_once(':') {
        Some((error, rest)) if in_traceback => {
            html.push(error, "gr");
            html.push(":", "");
            html.push(rest, "n");
        }
        _ => html.push(line, "go"),
    }
    false
}

/// `$`, `#` or `%`, alone or after `user@host:dir`, `[...]`, `(env)` or the name of a shell.
fn shell_prompt(line: &str) -> Option<usize> {
    let line = line.trim_end_matches(['\n', '\r']);
    let signs = line.match_indices(['$', '#', '%']);
    let (sign, _) = signs
        .take(8)
        .find(|(at, _)| line.get(..*at).is_some_and(precedes_sign))?;
    Some(with_blanks(line, sign + 1))
}

fn precedes_sign(before: &str) -> bool {
    let mut name = before.trim_end();
    if let Some((_, after)) = name.strip_prefix('(').and_then(|name| name.split_once(')')) {
        name = after.trim_start();
    }
    if name.is_empty() {
        return before.len() <= 1 || before.starts_with('(');
    }
    let mut words = name.split_whitespace();
    let (first, rest) = (words.next().unwrap_or_default(), words.count());
    (name.starts_with('[') && name.contains(']'))
        || (name.starts_with("sh") && rest == 0)
        || (rest <= 1
            && first.starts_with(|c: char| c.is_alphanumeric() || c == '_')
            && first.find(['@', ':']).is_some_and(|at| at > 1 && at + 1 < first.len()))
}

/// Everything to the first `>`, as in `C:\>`.
fn angle_prompt(line: &str) -> Option<usize> {
    line.find('>').filter(|&at| at > 0).map(|at| at + 1)
}

/// `PS C:\> `, optionally after `[host]: `.
fn powershell_prompt(line: &str) -> Option<usize> {
    let local = match line.strip_prefix('[').and_then(|line| line.split_once("]: ")) {
        Some((_, local)) => local,
        None => line,
    };
    let end = local.starts_with("PS").then(|| local.find('>'))?? + 1;
    let end = line.len() - local.len() + end;
    Some(end + usize::from(line.get(end..)?.starts_with(' ')))
}

/// `irb(main):001:0> ` or `>> `.
fn irb_prompt(line: &str) -> Option<usize> {
    if line.starts_with("irb(") {
        return angle_prompt(line).map(|at| with_blanks(line, at));
    }
    fixed_prompt(line, ">>")
}

/// `iex> ` or `iex(1)> `.
fn iex_prompt(line: &str) -> Option<usize> {
    let begins = line.starts_with("iex>") || line.starts_with("iex(");
    begins.then(|| angle_prompt(line).map(|at| with_blanks(line, at)))?
}

fn fixed_prompt(line: &str, prompt: &str) -> Option<usize> {
    let rest = line.strip_prefix(prompt)?;
    let alone = rest.is_empty() || rest.starts_with([' ', '\n', '\r']);
    alone.then(|| prompt.len() + usize::from(rest.starts_with(' ')))
}

/// `at`, moved over the blanks there.
fn with_blanks(line: &str, at: usize) -> usize {
    let rest = line.get(at..).unwrap_or_default();
    line.len() - rest.trim_start_matches([' ', '\t']).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shell_prompts_are_told_from_output() {
        for (line, prompt) in [
            ("$ ls $HOME", "$ "),
            ("# reboot", "# "),
            ("%  ls", "%  "),
            ("user@host:~$ ls", "user@host:~$ "),
            ("[user@login1 ~]$ squeue", "[user@login1 ~]$ "),
            ("(base) $ conda list", "(base) $ "),
            ("(base) user@host:~$ python", "(base) user@host:~$ "),
            ("sh-4.2# id", "sh-4.2# "),
        ] {
            let found = shell_prompt(line).and_then(|at| line.get(..at));
            assert_eq!(found, Some(prompt), "{line}");
        }
        for output in ["total 3", "cost: 5 $", "JOBID PARTITION", "", "100% done"] {
            assert_eq!(shell_prompt(output), None, "{output}");
        }
    }

    #[test]
    fn other_prompts() {
        assert_eq!(powershell_prompt("PS C:\\> ls"), Some(8));
        assert_eq!(powershell_prompt("[host]: PS C:\\> ls"), Some(16));
        assert_eq!(powershell_prompt("Mode"), None);
        assert_eq!(irb_prompt("irb(main):001:0> 1"), Some(17));
        assert_eq!(fixed_prompt(">>>", ">>>"), Some(3));
        assert_eq!(fixed_prompt(">>>x", ">>>"), None);
    }
}
