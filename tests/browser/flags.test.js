/* Flags and settings of the theme that have no other test file, each with its effect (COMPAT 11). */
import assert from "node:assert/strict"
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { axe, launch, none, open, PHONE } from "./support/browser.js"
import { fixture } from "./support/fixture.js"
import { serve } from "./support/server.js"
import { build } from "./support/site.js"

let browser
before(async () => {
  browser = await launch()
})
after(() => browser.close())

/** A site with these features and settings, a page of it, and `steps` on it. */
const on = (name, features, settings, path, steps, options) =>
  test(name, async () => {
    const host = await serve(fixture(features, settings))
    const { page, wrong, close } = await open(browser, options)
    await page.goto(host.url + path)
    await steps(page, host)
    none(wrong, "console, policy, requests")
    await close()
    await host.close()
  })

const announce = { more: "  custom_dir: over\n", files: { "over/main.html": '{% extends "base.html" %}{% block announce %}News <b>today</b>{% endblock %}' } }
on("announce.dismiss hides the bar until it says something else", ["announce.dismiss"], announce, "all/", async (page) => {
  await page.locator(".md-banner__button").click()
  assert.ok(!(await page.locator(".md-banner").isVisible()))
  await page.goto(page.url().replace("all/", "other/"))
  assert.ok(!(await page.locator(".md-banner").isVisible()))
  assert.equal(typeof (await page.evaluate(() => JSON.parse(localStorage.getItem("/.__announce")))), "number")
  await page.evaluate(() => localStorage.setItem("/.__announce", "1"))
  await page.reload()
  assert.ok(await page.locator(".md-banner").isVisible())
  none(await axe(page), "axe")
})

on("header.autohide hides the header while reading on, and shows it again", ["header.autohide"], {}, "all/", async (page) => {
  await page.mouse.move(700, 500)
  await page.mouse.wheel(0, 2000)
  await page.locator(".md-header--hidden").waitFor({ state: "attached" })
  await page.mouse.wheel(0, -300)
  await page.waitForFunction(() => !document.querySelector(".md-header--hidden"))
})

on("navigation.expand opens every section", ["navigation.expand"], {}, "", async (page) => {
  assert.ok(await page.locator(".md-nav--primary a", { hasText: "Page B" }).isVisible())
})

on("without it sections are closed, and open on request", [], {}, "", async (page) => {
  const inside = page.locator(".md-nav--primary a", { hasText: "Page B" })
  assert.ok(!(await inside.isVisible()))
  for (const name of ["Part", "Deep"]) await page.locator('.md-nav--primary label.md-nav__link[for^="__nav"]', { hasText: name }).locator("visible=true").click()
  assert.ok(await inside.isVisible())
})

on("navigation.sections shows sections as groups", ["navigation.sections"], {}, "", async (page) => {
  assert.ok(await page.locator(".md-nav--primary a", { hasText: "Page A" }).isVisible())
  assert.ok((await page.locator(".md-nav__item--section").count()) >= 2)
})

on("navigation.prune leaves out what is not on the way", ["navigation.prune"], {}, "", async (page) => {
  assert.equal(await page.locator(".md-nav--primary a", { hasText: "Page B" }).count(), 0)
  assert.ok((await page.locator(".md-nav__item--pruned a").count()) >= 2)
})

on("toc.integrate puts the table of contents into the navigation", ["toc.integrate"], {}, "all/", async (page) => {
  assert.equal(await page.locator(".md-sidebar--secondary").count(), 0)
  assert.ok(await page.locator(".md-sidebar--primary .md-nav--secondary a", { hasText: "Part 3" }).isVisible())
})

const repo = { rest: "plugins: [search]\nrepo_url: https://github.com/a/b\nedit_uri: edit/main/docs/\n" }
on("content.action.edit and .view lead to the source", ["content.action.edit", "content.action.view"], repo, "all/", async (page) => {
  const links = await page.locator(".md-content__button").evaluateAll((all) => all.map((a) => a.getAttribute("href")))
  assert.deepEqual(links, ["https://github.com/a/b/edit/main/docs/all.md", "https://github.com/a/b/raw/main/docs/all.md"])
  none(await axe(page), "axe")
})

const consent = {
  rest: "plugins: []\nextra:\n  consent:\n    title: Cookies\n    description: May we?\n    actions: [accept, reject, manage]\n    cookies: {own: Our own}\n",
}
on("consent asks once, remembers under Material's name, and can be asked for again", [], consent, "all/", async (page) => {
  assert.ok(await page.locator(".md-consent__inner").isVisible())
  none(await axe(page), "axe")
  await page.getByRole("button", { name: "Accept" }).click()
  await page.waitForLoadState("load")
  assert.deepEqual(await page.evaluate(() => JSON.parse(localStorage.getItem("/.__consent"))), { own: true })
  assert.ok(!(await page.locator(".md-consent__inner").isVisible()))
  await page.evaluate(() => (location.hash = "__consent"))
  await page.locator(".md-consent__inner").waitFor({ state: "visible" })
})

const feedback = {
  rest: `plugins: []
extra:
  analytics:
    provider: custom
    feedback:
      title: Was this helpful?
      ratings:
        - {icon: material/emoticon-happy-outline, name: Yes it was, data: 1, note: Thank you!}
        - {icon: material/emoticon-sad-outline, name: No, data: 0, note: Sorry.}
`,
}
on("feedback thanks, once", [], feedback, "all/", async (page) => {
  none(await axe(page), "axe")
  await page.getByRole("button", { name: "Yes it was" }).click()
  assert.ok(await page.getByText("Thank you!").isVisible())
  assert.ok(!(await page.getByText("Sorry.").isVisible()))
  assert.ok(await page.getByRole("button", { name: "Yes it was" }).isDisabled())
})

const alternates = { rest: "plugins: []\nextra:\n  alternate:\n    - {name: English, link: /en/, lang: en}\n    - {name: Runasimi, link: /qu/, lang: qu}\n" }
on("languages to choose from, by keyboard too", [], alternates, "all/", async (page) => {
  await page.getByRole("button", { name: /language/i }).focus()
  const link = page.getByRole("link", { name: "Runasimi" })
  await link.waitFor({ state: "visible" })
  assert.equal(await link.getAttribute("hreflang"), "qu")
  assert.equal(await page.locator('link[rel="alternate"][hreflang="qu"]').count(), 1)
  none(await axe(page), "axe")
})

test("versions of mike are offered, and an old one says so", async () => {
  const site = fixture([], { rest: "plugins: []\nextra: {version: {provider: mike}}\n", more: "  custom_dir: over\n", files: { "over/main.html": '{% extends "base.html" %}{% block outdated %}This is old.{% endblock %}' } })
  const root = mkdtempSync(join(tmpdir(), "chaski-versions-"))
  for (const version of ["1.0", "2.0"]) {
    mkdirSync(join(root, version))
    cpSync(site, join(root, version), { recursive: true })
  }
  writeFileSync(join(root, "versions.json"), JSON.stringify([{ version: "2.0", title: "2.0", aliases: ["latest"] }, { version: "1.0", title: "1.0", aliases: [] }]))
  const host = await serve(root)
  const { page, wrong, close } = await open(browser)
  await page.goto(host.url + "1.0/other/")
  await page.locator(".md-version__current").waitFor()
  assert.equal((await page.locator(".md-version__current").innerText()).trim(), "1.0")
  assert.ok(await page.getByText("This is old.").isVisible())
  await page.locator(".md-version__current").focus()
  await page.getByRole("link", { name: "2.0" }).click()
  await page.waitForURL("**/2.0/other/")
  await page.locator(".md-version__current").waitFor()
  assert.ok(!(await page.getByText("This is old.").isVisible()))
  none(wrong, "console")
  await close()
  await host.close()
  rmSync(root, { recursive: true })
})

const arabic = { more: "  language: ar\n" }
on("right to left: the navigation stands right, the contents left, nothing overflows", [], arabic, "all/", async (page) => {
  assert.equal(await page.getAttribute("body", "dir"), "rtl")
  const x = async (selector) => (await page.locator(selector).boundingBox()).x
  assert.ok((await x(".md-sidebar--primary")) > (await x(".md-sidebar--secondary")))
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0)
  none(await axe(page), "axe")
})
on("right to left on a phone: the drawer comes from the right", [], arabic, "all/", async (page) => {
  await page.locator('.md-header [for="__drawer"]').click()
  await page.waitForTimeout(400)
  const box = await page.locator(".md-sidebar--primary").boundingBox()
  assert.ok(Math.abs(box.x + box.width - PHONE.width) < 2, JSON.stringify(box))
  none(await axe(page), "axe")
}, { viewport: PHONE })

on("front matter hides parts of the page", ["navigation.footer", "navigation.path"], { files: { "docs/other.md": "---\nhide: [navigation, toc, footer, path]\n---\n# Other\n\n## Deep\n" } }, "other/", async (page) => {
  for (const selector of [".md-sidebar--primary", ".md-sidebar--secondary", ".md-footer__inner", ".md-path"])
    assert.equal(await page.locator(selector).locator("visible=true").count(), 0, selector)
})

for (const [text, code] of [["Roboto", "Roboto Mono"], ["Inter", "JetBrains Mono"]])
  test(`the fonts ${text} and ${code} come with the site, and only what a page needs is loaded`, async () => {
    const font = text === "Roboto" ? "" : `  font: {text: ${text}, code: ${code}}\n`
    const host = await serve(build({ "docs/index.md": "# Guía\n\nQué `code`.\n", "docs/ext.md": "# Ext\n\nŁódź, *kursywa*.\n" }, `theme:\n  name: material\n${font}`))
    const { page, wrong, close } = await open(browser)
    const loaded = () => host.asked.filter((path) => path.endsWith(".woff2")).map((path) => path.split("/").pop()?.replace(/\.\w+\.woff2$/, ""))
    const file = (name) => name.toLowerCase().replace(" ", "-")
    await page.goto(host.url)
    await page.evaluate(() => document.fonts.ready)
    const used = (selector) => page.locator(selector).first().evaluate((e) => getComputedStyle(e).fontFamily)
    assert.ok((await used(".md-content p")).startsWith(/ /.test(text) ? `"${text}"` : text))
    assert.ok((await used(".md-content code")).startsWith(`"${code}"`))
    assert.deepEqual([...new Set(loaded())].sort(), [`${file(text)}-latin-normal`, `${file(code)}-latin-normal`].sort())
    assert.ok(await page.evaluate(([t, c]) => document.fonts.check(`16px "${t}"`) && document.fonts.check(`16px "${c}"`), [text, code]))
    await page.goto(host.url + "ext/")
    await page.evaluate(() => document.fonts.ready)
    for (const name of ["latin-ext-normal", "latin-italic"]) assert.ok(loaded().includes(`${file(text)}-${name}`), name)
    none(wrong, "console, policy, requests")
    await close()
    await host.close()
  })

test("font: false loads no font, and a block of the site takes the place of fonts", async () => {
  const without = await serve(build({ "docs/index.md": "# Home\n" }, "theme:\n  name: material\n  font: false\n"))
  const over = { "docs/index.md": "# Home\n", "over/main.html": '{% extends "base.html" %}{% block fonts %}{% endblock %}' }
  const block = await serve(build(over, "theme:\n  name: material\n  custom_dir: over\n"))
  const { page, close } = await open(browser)
  for (const host of [without, block]) {
    await page.goto(host.url)
    none(host.asked.filter((path) => /font/.test(path)), "fonts")
    await host.close()
  }
  await close()
})

test("a colour of the site on the root holds where the palette is custom", async () => {
  const css = ":root { --md-primary-fg-color: #00550f; --md-accent-fg-color: #00660f }"
  const config = (scheme) => `theme:\n  name: material\n  font: false\n  palette: {scheme: ${scheme}, primary: custom, accent: custom}\nextra_css: [own.css]\n`
  const { page, close } = await open(browser)
  for (const scheme of ["default", "slate"]) {
    const host = await serve(build({ "docs/index.md": "# Home\n", "docs/own.css": css }, config(scheme)))
    await page.goto(host.url)
    assert.equal(await page.locator(".md-header").evaluate((e) => getComputedStyle(e).backgroundColor), "rgb(0, 85, 15)")
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).getPropertyValue("--md-accent-fg-color")), "#00660f")
    await host.close()
  }
  await close()
})

on("on paper annotations are numbers, and their texts stand below the block", ["content.code.annotate"], {}, "all/", async (page) => {
  const list = page.locator(".highlight + .md-annotation__list")
  assert.ok(!(await list.isVisible()))
  await page.emulateMedia({ media: "print" })
  assert.ok(await list.isVisible())
  const index = page.locator(".highlight .md-annotation__index")
  assert.equal(await index.evaluate((e) => getComputedStyle(e, "::before").content + getComputedStyle(e).maskImage), '"(1)"none')
})
