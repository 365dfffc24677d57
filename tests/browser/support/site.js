/* Small sites for one test each: written to a temporary folder, built by chaski. */
import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"

const made = []
process.on("exit", () => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
})

/** The built guide. */
export const GUIDE = process.env.GUIDE ?? ""

/**
 * Builds a site of `files` (path below the project to text; `mkdocs.yml` is `config` with the
 * keys every site has) and gives the folder of the result.
 * @param {Record<string, string>} files
 * @param {string} [config] YAML after `site_name`, `site_url` and `theme.name`'s line
 * @param {{strict?: boolean}} [options]
 */
export function build(files, config = "theme:\n  name: material\n", { strict = true } = {}) {
  const root = mkdtempSync(join(tmpdir(), "chaski-browser-"))
  made.push(root)
  const all = { "mkdocs.yml": `site_name: Test site\nsite_url: https://docs.example.org/\n${config}`, ...files }
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const args = ["build", "--quiet", ...(strict ? ["--strict"] : []), "--config-file", join(root, "mkdocs.yml")]
  execFileSync(process.env.CHASKI ?? "chaski", args, { stdio: ["ignore", "ignore", "inherit"] })
  return join(root, "site")
}

/** `theme:` with these features. @param {string[]} features @param {string} [more] */
export const theme = (features, more = "") =>
  `theme:\n  name: material\n  font: false\n  features: [${features.join(", ")}]\n${more}`
