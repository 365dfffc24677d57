/* A site that has one of everything, for the tests of components. */
import { build, theme } from "./site.js"

const ARTICLE = `---
title: Everything
description: One of everything
tags: [alpha, beta]
status: new
---

# Everything

Text with a [link](other.md#deep), a footnote[^1], an abbreviation HTML and \`code\`.
A [titled link](other.md "The other page").

*[HTML]: HyperText Markup Language

[^1]: The note's text.

## Code

\`\`\`python title="hello.py" linenums="1" hl_lines="2"
def hello():
    print("hello")  # (1)!
    return 1
\`\`\`

1.  An annotation with \`code\`.

\`\`\`{ .sh .no-copy }
echo one
\`\`\`

## Tabs

=== "Linux"

    apt install

=== "macOS"

    brew install

Second set:

=== "Linux"

    apt remove

=== "macOS"

    brew remove

## Boxes

!!! note
    A note.

!!! warning "Own title"
    Careful.

??? tip "Folded"
    Inside the fold.

???+ danger "Open"
    Inside the open one.

## Table

| Name | Number |
| ---- | -----: |
| pear | 10 |
| apple | 9 |
| fig | 100 |

## Tasks

- [x] done
- [ ] to do

Text to annotate (1)
{ .annotate }

1.  Annotated text.

## Keys and marks

++ctrl+alt+del++, ==marked==, ~~deleted~~, H~2~O, x^2^

<div class="grid cards" markdown>

-   :material-check: **One**

    ---

    A card.

-   __Two__

    Another card.

</div>

[Button](other.md){ .md-button .md-button--primary }

## Picture

<figure markdown="span">
  ![A picture](img.svg){ width="100" }
  <figcaption>A caption</figcaption>
</figure>

![light](img.svg#only-light)
![dark](img.svg#only-dark)

${Array.from({ length: 12 }, (_, i) => `## Part ${i + 1}\n\n${"Some more text to scroll. ".repeat(40)}\n`).join("\n")}
`

const OTHER = `# Other

${"Words before. ".repeat(60)}

=== "Linux"

    apt update

=== "macOS"

    brew update

## Deep

${"Words after. ".repeat(400)}
`

export const EXTENSIONS = `
markdown_extensions:
  - abbr
  - admonition
  - attr_list
  - def_list
  - footnotes
  - md_in_html
  - tables
  - toc: {permalink: true}
  - pymdownx.caret
  - pymdownx.details
  - pymdownx.emoji:
      emoji_index: !!python/name:material.extensions.emoji.twemoji
      emoji_generator: !!python/name:material.extensions.emoji.to_svg
  - pymdownx.highlight: {anchor_linenums: true, line_spans: __span, pygments_lang_class: true}
  - pymdownx.inlinehilite
  - pymdownx.keys
  - pymdownx.mark
  - pymdownx.superfences
  - pymdownx.tabbed: {alternate_style: true}
  - pymdownx.tasklist: {custom_checkbox: true}
  - pymdownx.tilde
`

const PALETTE = `  palette:
    - media: "(prefers-color-scheme)"
      toggle: {icon: material/brightness-auto, name: Switch to light mode}
    - media: "(prefers-color-scheme: light)"
      scheme: default
      primary: teal
      accent: pink
      toggle: {icon: material/weather-sunny, name: Switch to dark mode}
    - media: "(prefers-color-scheme: dark)"
      scheme: slate
      primary: teal
      accent: pink
      toggle: {icon: material/weather-night, name: Switch to system preference}
`

export const FILES = {
  "docs/index.md": "# Home\n\nWelcome.\n",
  "docs/all.md": ARTICLE,
  "docs/other.md": OTHER,
  "docs/img.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="10" height="10"/></svg>',
  "docs/part/index.md": "# Part\n",
  "docs/part/a.md": "# Page A\n\n## Heading A\n",
  "docs/part/deep/b.md": "# Page B\n",
  "docs/part/deep/c.md": "# Page C\n",
}

export const NAV = `
nav:
  - Home: index.md
  - Basics:
    - all.md
    - other.md
  - Part:
    - part/index.md
    - part/a.md
    - Deep:
      - part/deep/b.md
      - part/deep/c.md
`

/**
 * Builds the site with `features`; `more` is YAML below `theme:`, `rest` at the top level.
 * @param {string[]} features @param {{more?: string, rest?: string, files?: Record<string, string>}} [options]
 */
export const fixture = (features, { more = PALETTE, rest = "plugins: [search, tags]\n", files = {} } = {}) =>
  build({ ...FILES, ...files }, theme(features, more) + NAV + EXTENSIONS + "chaski: {csp: true}\n" + rest)
