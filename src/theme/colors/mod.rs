//! Whether text can be read in the colours that a site chose: WCAG 2.2, criterion 1.4.3, over the
//! variables of the theme and what the site's own style sheets make of them.
//!
//! Does not know which rules use a variable: `PAIRS` names what stands on what. A value that is no
//! plain colour (`color-mix`, a gradient) is left alone.

mod cascade;
mod rules;

use csscolorparser::Color;

use super::assets;
use super::spec::{Palette, PaletteSpec, ThemeSpec};
use crate::report::{Diagnostic, Severity, Span};
use cascade::{Cascade, Origin};

/// A style sheet of the site: its text and the file it is from.
#[derive(Debug)]
pub struct StyleSheet {
    /// The text, comments blanked.
    pub text: String,
    /// A span over all of it; only its file is used.
    pub span: Span,
}

impl StyleSheet {
    /// The style sheet `text` of the file that `span` is in.
    #[must_use]
    pub fn new(text: &str, span: Span) -> Self {
        Self {
            text: rules::without_comments(text),
            span,
        }
    }
}

/// Variables of a text and of what it stands on, and what readers see them as.
const PAIRS: &[(&str, &str, &str)] = &[
    ("--md-typeset-color", "--md-default-bg-color", "text on the page"),
    (
        "--md-default-fg-color",
        "--md-default-bg-color",
        "navigation on the page",
    ),
    (
        "--md-default-fg-color--light",
        "--md-default-bg-color",
        "lighter text on the page",
    ),
    ("--md-typeset-a-color", "--md-default-bg-color", "links on the page"),
    (
        "--md-accent-fg-color",
        "--md-default-bg-color",
        "links that are pointed at",
    ),
    ("--md-primary-bg-color", "--md-primary-fg-color", "text in the header"),
    (
        "--md-accent-bg-color",
        "--md-accent-fg-color",
        "buttons that are pointed at",
    ),
    ("--md-code-fg-color", "--md-code-bg-color", "code"),
    ("--md-code-hl-comment-color", "--md-code-bg-color", "comments in code"),
    ("--md-code-hl-keyword-color", "--md-code-bg-color", "keywords in code"),
    ("--md-code-hl-string-color", "--md-code-bg-color", "strings in code"),
    ("--md-code-hl-number-color", "--md-code-bg-color", "numbers in code"),
    (
        "--md-code-hl-function-color",
        "--md-code-bg-color",
        "names of functions in code",
    ),
    ("--md-code-hl-constant-color", "--md-code-bg-color", "constants in code"),
    (
        "--md-code-hl-special-color",
        "--md-code-bg-color",
        "special names in code",
    ),
    ("--md-code-hl-variable-color", "--md-code-bg-color", "variables in code"),
    ("--md-footer-fg-color", "--md-footer-bg-color", "titles in the footer"),
    (
        "--md-footer-fg-color--light",
        "--md-footer-bg-color--dark",
        "text in the footer",
    ),
    (
        "--md-footer-fg-color--lighter",
        "--md-footer-bg-color--dark",
        "lighter text in the footer",
    ),
    (
        "--md-warning-fg-color",
        "--md-warning-bg-color",
        "the warning about versions",
    ),
];

/// What normal text needs (WCAG 2.2, 1.4.3).
const ENOUGH: f64 = 4.5;

/// Tells of the pairs of colours that are hard to read in a palette of the site.
pub(super) fn review(spec: &ThemeSpec, sheets: &[StyleSheet]) -> Vec<Diagnostic> {
    let standard = Palette::default();
    let palettes: Vec<&Palette> = match &spec.palette {
        PaletteSpec::None => vec![&standard],
        PaletteSpec::Fixed(one) => vec![one],
        PaletteSpec::Choice(all) => all.iter().collect(),
    };
    let own = rules::without_comments(&assets::color_sheets(!matches!(spec.palette, PaletteSpec::None)));
    let mut problems: Vec<Diagnostic> = Vec::new();
    for palette in palettes {
        let attributes = attributes(&spec.palette, palette);
        let cascade = Cascade::new(&own, sheets, &attributes);
        for &(text, ground, what) in PAIRS {
            if let Some(problem) = pair(&cascade, text, ground, what) {
                let problem = place(problem, &cascade, [text, ground], sheets, palette);
                if !problems.iter().any(|p| p.message == problem.message) {
                    problems.push(problem);
                }
            }
        }
    }
    problems
}

/// The attributes that the page's body has in `palette`.
fn attributes(spec: &PaletteSpec, palette: &Palette) -> Vec<(&'static str, String)> {
    if matches!(spec, PaletteSpec::None) {
        return Vec::new();
    }
    let value = |given: &Option<String>, standard: &str| given.as_deref().unwrap_or(standard).replace(' ', "-");
    vec![
        ("data-md-color-scheme", value(&palette.scheme, "default")),
        ("data-md-color-primary", value(&palette.primary, "indigo")),
        ("data-md-color-accent", value(&palette.accent, "indigo")),
    ]
}

fn pair(cascade: &Cascade<'_>, text: &str, ground: &str, what: &str) -> Option<Diagnostic> {
    let page = cascade.color("--md-default-bg-color")?;
    let ground_color = over(&cascade.color(ground)?, &page);
    let text_color = over(&cascade.color(text)?, &ground_color);
    let ratio = contrast(&text_color, &ground_color);
    if ratio >= ENOUGH {
        return None;
    }
    let (shown, on) = (text_color.to_css_hex(), ground_color.to_css_hex());
    let problem = Diagnostic::new(
        "contrast-low",
        Severity::Info,
        format!("hard to read, {ratio:.1}:1 where 4.5:1 is needed: {what} ({text}, {shown}, on {ground}, {on})"),
    );
    // The site's own variable is the one to change.
    let of_ground = cascade.origin(text).is_none() && cascade.origin(ground).is_some();
    let (variable, better) = if of_ground {
        (ground, nearest(&ground_color, &text_color))
    } else {
        (text, nearest(&text_color, &ground_color))
    };
    Some(match better {
        Some(better) => problem.help(format!("{} as {variable} would do", better.to_css_hex())),
        None => problem,
    })
}

/// Puts a problem where the site chose the colour: in its style sheet, or in `theme.palette`.
fn place(
    problem: Diagnostic,
    cascade: &Cascade<'_>,
    variables: [&str; 2],
    sheets: &[StyleSheet],
    palette: &Palette,
) -> Diagnostic {
    for variable in variables {
        if let Some(Origin { sheet, range }) = cascade.origin(variable) {
            let at = |offset: usize| u32::try_from(offset).unwrap_or_default();
            if let Some(sheet) = sheets.get(sheet) {
                return problem.at(Span {
                    start: at(range.start),
                    end: at(range.end),
                    ..sheet.span
                });
            }
        }
    }
    match palette.at {
        Some(at) => problem.at(at),
        None => problem,
    }
}

/// `color` as seen on `ground`.
fn over(color: &Color, ground: &Color) -> Color {
    let mix = |top: f32, below: f32| top * color.a + below * (1. - color.a);
    Color::new(
        mix(color.r, ground.r),
        mix(color.g, ground.g),
        mix(color.b, ground.b),
        1.,
    )
}

/// The relative luminance of WCAG 2.2.
fn luminance(color: &Color) -> f64 {
    let part = |c: f32| {
        let c = f64::from(c.clamp(0., 1.));
        if c <= 0.04045 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * part(color.r) + 0.7152 * part(color.g) + 0.0722 * part(color.b)
}

/// The contrast ratio of WCAG 2.2, from 1 to 21.
fn contrast(a: &Color, b: &Color) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The colour of the same hue, next to `text` in lightness, that has contrast enough to `ground`.
fn nearest(text: &Color, ground: &Color) -> Option<Color> {
    let [hue, saturation, lightness, _] = text.to_hsla();
    (1_u8..=100).find_map(|step| {
        let by = f32::from(step) / 100.;
        [lightness - by, lightness + by]
            .into_iter()
            .filter(|lightness| (0. ..=1.).contains(lightness))
            .map(|lightness| Color::from_hsla(hue, saturation, lightness, 1.))
            // As it is written: rounded to a byte each.
            .filter_map(|color| color.to_css_hex().to_string().parse::<Color>().ok())
            .find(|color| contrast(color, ground) >= ENOUGH)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::FileId;

    const PRIMARY: &[&str] = &[
        "red",
        "pink",
        "purple",
        "deep purple",
        "indigo",
        "blue",
        "light blue",
        "cyan",
        "teal",
        "green",
        "light green",
        "lime",
        "yellow",
        "amber",
        "orange",
        "deep orange",
        "brown",
        "grey",
        "blue grey",
        "black",
        "white",
    ];

    fn site(scheme: &str, primary: &str, accent: &str) -> ThemeSpec {
        ThemeSpec {
            palette: PaletteSpec::Fixed(Palette {
                scheme: Some(scheme.into()),
                primary: Some(primary.into()),
                accent: Some(accent.into()),
                ..Palette::default()
            }),
            ..ThemeSpec::default()
        }
    }

    fn sheet(text: &str) -> [StyleSheet; 1] {
        [StyleSheet::new(text, Span::new(FileId(0), 0, 0))]
    }

    #[test]
    fn contrast_is_that_of_the_standard() {
        let ratio = |a: &str, b: &str| contrast(&a.parse().expect("a color"), &b.parse().expect("a color"));
        assert!((ratio("#000", "#fff") - 21.).abs() < 1e-6);
        // The grey that is known as the lightest which passes on white.
        assert!(ratio("#767676", "#fff") >= 4.5 && ratio("#777", "#fff") < 4.5);
    }

    #[test]
    fn every_palette_of_the_theme_can_be_read() {
        for scheme in ["default", "slate"] {
            for (at, primary) in PRIMARY.iter().enumerate() {
                let found = review(&site(scheme, primary, PRIMARY[at % 16]), &[]);
                let found: Vec<_> = found.iter().map(|p| &p.message).collect();
                assert!(found.is_empty(), "{scheme}, {primary}: {found:#?}");
            }
        }
        assert_eq!(review(&ThemeSpec::default(), &[]), []);
    }

    #[test]
    fn a_color_of_the_site_that_is_hard_to_read_is_said_where_it_is_written() {
        let css = "/* ours */\n:root > * {\n  --md-primary-fg-color: #ffcc00;\n}\n";
        let spec = site("default", "custom", "indigo");
        let found = review(&spec, &sheet(css));
        let header = found
            .iter()
            .find(|p| p.message.contains("text in the header"))
            .expect("a problem");
        assert!(
            header.message.contains("#ffffff, on --md-primary-fg-color, #ffcc00"),
            "{}",
            header.message
        );
        let span = header.span.expect("a place");
        assert_eq!(
            &css[span.start as usize..span.end as usize],
            "--md-primary-fg-color: #ffcc00"
        );
        assert!(
            found.iter().any(|p| p.message.contains("links on the page")),
            "{found:#?}"
        );
    }

    #[test]
    fn the_root_sets_what_no_palette_sets() {
        // As in the reference, whose own colours of `primary: custom` stand on the root alone.
        let custom = sheet(":root{--md-primary-fg-color:#ffcc00;--md-accent-fg-color:#ffcc00}");
        for scheme in ["default", "slate"] {
            let found = |primary, accent| review(&site(scheme, primary, accent), &custom).len();
            assert!(found("custom", "custom") > 0, "{scheme}");
            assert_eq!(found("indigo", "indigo"), 0, "{scheme}");
        }
    }

    #[test]
    fn a_scheme_of_the_site_is_looked_at_with_what_it_sets() {
        let css = "[data-md-color-scheme=\"own\"]{--md-default-bg-color:hsl(220, 30%, 20%);--md-hue:220}\
                   @media print{[data-md-color-scheme=own]{--md-typeset-color:#223}}";
        let found = review(&site("own", "teal", "teal"), &sheet(css));
        assert!(
            found
                .iter()
                .any(|p| p.message.contains("text on the page (--md-typeset-color")),
            "{found:#?}"
        );
        let mended = format!(
            "{css}[data-md-color-scheme=own]{{--md-default-fg-color:#fff;--md-default-fg-color--light:rgba(255,255,255,.8);\
             --md-typeset-a-color:#9fe;--md-accent-fg-color:var(--md-typeset-a-color);--md-accent-bg-color:#000}}"
        );
        let found = review(&site("own", "teal", "teal"), &sheet(&mended));
        assert_eq!(
            found.iter().map(|p| &p.message).collect::<Vec<_>>(),
            Vec::<&String>::new()
        );
    }

    #[test]
    fn the_color_that_is_offered_passes() {
        for (text, ground) in [("#ffcc00", "#ffffff"), ("#3949ab", "#1a1c23"), ("#888888", "#777777")] {
            let ground: Color = ground.parse().expect("a color");
            let better = nearest(&text.parse().expect("a color"), &ground).expect("one");
            assert!(contrast(&better, &ground) >= ENOUGH, "{}", better.to_css_hex());
        }
    }
}
