/* Instant navigation, prefetch, progress and previews. */
import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { axe, launch, none, open } from "./support/browser.js"
import { fixture } from "./support/fixture.js"
import { serve } from "./support/server.js"

let browser, host, slow = 0
before(async () => {
  const script = "window.visits = []; window.document$.subscribe(() => window.visits.push(location.pathname))\n"
  const site = fixture(
    [
      "navigation.instant", "navigation.instant.progress", "navigation.instant.prefetch", "navigation.tabs",
      "navigation.tabs.sticky", "navigation.footer", "content.footnote.tooltips", "content.code.copy", "content.tabs.link",
      "content.code.select", "content.tables.sort",
    ],
    {
      rest: "plugins: [search, tags]\nextra_javascript: [js/own.js]\n",
      files: {
        "docs/js/own.js": script,
        "docs/preview.md": "# Links\n\n[deep](other.md#deep){ data-preview } and [all](all.md)\n",
        "docs/gone.md": "# Gone\n\n<a href=\"../no-such-page/\">missing</a> <a href=\"../plain.html\">plain</a>\n",
        "docs/plain.html": "<!doctype html><title>Plain</title><p>A page of its own.</p>",
      },
    },
  )
  browser = await launch()
  host = await serve(site, { delay: (path) => (path.endsWith("/") ? slow : 0) })
})
after(async () => {
  await browser.close()
  await host.close()
})

/** @param {string} path */
const on = (name, path, steps) =>
  test(name, async () => {
    const { page, wrong, close } = await open(browser)
    await page.goto(host.url + path)
    await page.evaluate(() => (window.stayed = true))
    await steps(page)
    none(wrong, "console, policy, requests")
    await close()
  })
const stayed = (page) => page.evaluate(() => window.stayed === true)

on("a click puts the other page in place of this one, with all that belongs to it", "all/", async (page) => {
  await page.locator(".md-nav--primary a", { hasText: "Other" }).locator("visible=true").click()
  await page.waitForURL("**/other/")
  await page.locator("h1", { hasText: "Other" }).waitFor()
  assert.ok(await stayed(page), "the window is the same")
  assert.equal(await page.title(), "Other - Test site")
  assert.equal(await page.getAttribute("link[rel=canonical]", "href"), "https://docs.example.org/other/")
  assert.equal(await page.locator("link[rel=canonical]").count(), 1)
  assert.deepEqual(await page.evaluate(() => window.visits), ["/all/", "/other/"], "document$ spoke again")
  assert.equal(await page.locator("[data-md-component=header-topic]").innerText(), "Other")
  assert.equal(await page.evaluate(() => scrollY), 0)
  assert.equal(await page.evaluate(() => document.activeElement.localName), "h1", "readers of the screen hear the new page")
  none(await axe(page), "axe")
  await page.locator(".md-sidebar--secondary a", { hasText: "Deep" }).click()
  await page.waitForFunction(() => location.hash === "#deep")
  await page.goBack()
  await page.goBack()
  await page.locator("h1", { hasText: "Everything" }).waitFor()
  assert.ok(await stayed(page))
  assert.ok((await page.locator(".md-clipboard").count()) > 0, "the scripts of the page ran again")
})

on("going back leads to where the reader was", "all/", async (page) => {
  await page.locator("#part-5").evaluate((e) => e.scrollIntoView({ behavior: "instant" }))
  await page.waitForFunction(() => history.state?.y > 0)
  const before = await page.evaluate(() => scrollY)
  await page.locator(".md-nav--primary a", { hasText: "Other" }).locator("visible=true").click()
  await page.waitForURL("**/other/")
  await page.goBack()
  await page.locator("h1", { hasText: "Everything" }).waitFor({ state: "attached" })
  await page.waitForFunction((y) => Math.abs(scrollY - y) < 5, before)
})

on("tabs of the header follow, links of the header lead right from everywhere", "all/", async (page) => {
  await page.locator(".md-tabs a", { hasText: "Part" }).click()
  await page.locator(".md-content h1", { hasText: "Part" }).waitFor()
  assert.equal((await page.locator(".md-tabs__item--active").innerText()).trim(), "Part")
  await page.locator(".md-nav--primary a", { hasText: "Page A" }).locator("visible=true").click()
  await page.locator("h1", { hasText: "Page A" }).waitFor()
  await page.locator(".md-header .md-logo").click()
  await page.waitForURL(host.url)
  assert.ok(await stayed(page))
  await page.keyboard.press("/")
  await page.keyboard.type("deep")
  await page.locator(".md-search-result__item, [role=option]").first().waitFor()
})

test("what is no page of this site is left to the browser", async () => {
  const { page, close } = await open(browser)
  await page.goto(host.url + "gone/")
  await page.evaluate(() => (window.stayed = true))
  await page.getByText("plain", { exact: true }).click()
  await page.getByText("A page of its own.").waitFor()
  assert.ok(!(await stayed(page)))
  await close()
})

test("a page that is missing shows the site's 404", async () => {
  const { page, close } = await open(browser)
  await page.goto(host.url + "gone/")
  await page.getByText("missing").click()
  await page.getByText("404 - Not found").waitFor()
  await close()
})

on("a page that takes long shows progress, a quick one does not", "all/", async (page) => {
  const value = () => page.evaluate(() => document.querySelector(".md-progress").style.getPropertyValue("--md-progress-value"))
  slow = 900
  await page.keyboard.press("n")
  await page.waitForTimeout(150)
  assert.equal(await value(), "")
  await page.waitForFunction(() => document.querySelector(".md-progress").style.getPropertyValue("--md-progress-value") !== "")
  slow = 0
  await page.locator("h1", { hasText: "Other" }).waitFor()
})

on("what the reader points at is fetched", "all/", async (page) => {
  const asked = page.waitForRequest((r) => r.url().endsWith("/other/"))
  await page.locator(".md-nav--primary a", { hasText: "Other" }).locator("visible=true").hover()
  await asked
})

on("a link shows what it leads to", "preview/", async (page) => {
  await page.getByText("deep", { exact: true }).hover()
  const box = page.locator(".md-tooltip2[role=dialog]")
  await box.waitFor()
  assert.match(await box.innerText(), /^Deep\s+Words after/)
  none(await axe(page), "axe")
  await box.hover()
  assert.ok(await box.isVisible(), "the box stays while the pointer is on it")
  await page.mouse.move(5, 500)
  await box.waitFor({ state: "detached" })
  await page.getByText("all", { exact: true }).hover()
  await page.waitForTimeout(500)
  assert.equal(await box.count(), 0, "links that did not ask for it have none")
})

on("a footnote shows beside its number", "all/", async (page) => {
  await page.locator(".footnote-ref").hover()
  const box = page.locator(".md-tooltip2[role=dialog]")
  await box.waitFor()
  assert.equal((await box.innerText()).trim(), "The note's text.")
})

on("lines of code are chosen, and the address keeps them", "all/", async (page) => {
  const button = page.locator(".md-code__button[data-md-type=select]").first()
  await button.click()
  await page.locator("#__span-0-2").click({ position: { x: 5, y: 5 } })
  await page.waitForFunction(() => location.hash === "#__codelineno-0-2")
  await page.locator("#__span-0-3").click({ position: { x: 60, y: 5 }, modifiers: ["Shift"] })
  await page.waitForFunction(() => location.hash === "#__codelineno-0-2:3")
  assert.equal(await page.locator("#__span-0-3 .hll").count(), 1)
  await page.reload()
  assert.equal(await page.locator(".hll[data-md-chosen]").count(), 2)
})

on("tables sort by their heads", "all/", async (page) => {
  const names = () => page.locator(".md-content table:not(.highlighttable) tbody tr td:first-child").allInnerTexts()
  const number = page.getByRole("button", { name: "Number" })
  assert.deepEqual(await names(), ["pear", "apple", "fig"])
  await number.click()
  assert.deepEqual(await names(), ["apple", "pear", "fig"], "numbers as numbers")
  assert.equal(await page.getByRole("columnheader", { name: "Number" }).getAttribute("aria-sort"), "ascending")
  await number.click()
  assert.deepEqual(await names(), ["fig", "pear", "apple"])
  await page.getByRole("button", { name: "Name" }).click()
  assert.deepEqual(await names(), ["apple", "fig", "pear"])
})
