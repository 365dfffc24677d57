/* The preview: an edit is put in place of what it changes, and nothing else moves. */
import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { launch, none, open } from "./support/browser.js"

const CONFIG = `site_name: Preview
site_url: https://docs.example.org/guide/
theme: {name: material, font: false}
extra_css: [extra.css]
markdown_extensions: [pymdownx.details, pymdownx.superfences, {pymdownx.tabbed: {alternate_style: true}}]
`
const LONG = "A line that fills the page.\n\n".repeat(80)
const page = (word) => `# Page\n\n${word}\n\n??? note "Box"\n\n    inside\n\n=== "One"\n\n    1\n\n=== "Two"\n\n    2\n\n${LONG}`

let browser, server, url, root
const write = (path, text) => writeFileSync(join(root, path), text)
before(async () => {
  root = mkdtempSync(join(tmpdir(), "chaski-preview-"))
  mkdirSync(join(root, "docs"))
  write("mkdocs.yml", CONFIG)
  write("docs/extra.css", "h1 { color: rgb(1, 2, 3) }\n")
  write("docs/index.md", page("before"))
  write("docs/other.md", "# Other\n")
  server = spawn(process.env.CHASKI ?? "chaski", ["serve", "-a", "127.0.0.1:0", "-f", join(root, "mkdocs.yml")])
  url = await new Promise((found, failed) => {
    let said = ""
    server.stderr.on("data", (data) => {
      said += data
      const line = /Serving on (\S+)/.exec(said)
      if (line) found(line[1])
    })
    server.on("exit", () => failed(new Error(said)))
  })
  browser = await launch()
})
after(async () => {
  await browser.close()
  server.kill("SIGINT")
  rmSync(root, { recursive: true, force: true })
})

test("an edit changes the words and keeps place, tabs, boxes and what is typed", async () => {
  const { page: shown, wrong, close } = await open(browser)
  await shown.goto(url)
  await shown.evaluate(() => (window.mark = "same page"))
  await shown.getByText("Two", { exact: true }).first().click()
  await shown.locator("details summary").click()
  await shown.locator("[data-md-component=search-query]").first().fill("typed")
  await shown.evaluate(() => scrollTo({ top: 700, behavior: "instant" }))
  const at = await shown.evaluate(() => scrollY)
  assert.ok(at > 600)
  write("docs/index.md", page("after"))
  await shown.waitForFunction(() => document.querySelector(".md-content").textContent.includes("after"), null, { timeout: 5000 })
  const state = await shown.evaluate(() => ({
    mark: window.mark,
    at: scrollY,
    tab: document.querySelectorAll(".tabbed-set > input")[1].checked,
    box: document.querySelector("details").open,
    typed: document.querySelector("[data-md-component=search-query]").value,
  }))
  assert.deepEqual(state, { mark: "same page", at, tab: true, box: true, typed: "typed" })
  none(wrong, "console, requests")
  await close()
})

test("a style sheet is swapped without loading the page again", async () => {
  const { page: shown, close } = await open(browser)
  await shown.goto(url)
  await shown.evaluate(() => (window.mark = 1))
  const color = () => shown.evaluate(() => getComputedStyle(document.querySelector("h1")).color)
  assert.equal(await color(), "rgb(1, 2, 3)")
  write("docs/extra.css", "h1 { color: rgb(4, 5, 6) }\n")
  await shown.waitForFunction(() => getComputedStyle(document.querySelector("h1")).color === "rgb(4, 5, 6)", null, { timeout: 5000 })
  assert.equal(await shown.evaluate(() => window.mark), 1)
  await close()
})

test("problems lie over the old page until they are mended", async () => {
  const { page: shown, close } = await open(browser)
  await shown.goto(url)
  const before = await shown.locator(".md-content").textContent()
  write("mkdocs.yml", CONFIG + "plugins: [no-such-plugin]\n")
  const overlay = shown.locator("dialog[data-chaski=problems]")
  await overlay.waitFor({ timeout: 5000 })
  assert.match(await overlay.textContent(), /no-such-plugin[^]*mkdocs\.yml:6/)
  assert.equal(await shown.locator(".md-content").textContent(), before)
  // Saved as many editors do: a new file takes the place of the old one.
  write("mkdocs.new", CONFIG)
  renameSync(join(root, "mkdocs.new"), join(root, "mkdocs.yml"))
  await overlay.waitFor({ state: "detached", timeout: 5000 })
  await close()
})

test("new pages appear, removed ones are gone", async () => {
  const { page: shown, close } = await open(browser)
  write("docs/new.md", "# New one\n")
  const status = async (path) => (await shown.request.get(url + path)).status()
  for (let tries = 0; (await status("new/")) !== 200 && tries < 50; tries++) await shown.waitForTimeout(100)
  assert.equal(await status("new/"), 200)
  rmSync(join(root, "docs/new.md"))
  for (let tries = 0; (await status("new/")) !== 404 && tries < 50; tries++) await shown.waitForTimeout(100)
  assert.equal(await status("new/"), 404)
  assert.equal(readFileSync(join(root, "mkdocs.yml"), "utf8"), CONFIG)
  await close()
})
