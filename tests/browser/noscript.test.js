/* Everything can be read and reached without JavaScript. */
import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { launch, none, open, PHONE } from "./support/browser.js"
import { fixture } from "./support/fixture.js"
import { serve } from "./support/server.js"

let browser, host
before(async () => {
  browser = await launch()
  host = await serve(fixture(["navigation.tabs", "navigation.indexes", "content.code.copy", "content.code.annotate", "navigation.top"]))
})
after(async () => {
  await browser.close()
  await host.close()
})

const on = (name, path, steps, options) =>
  test(name, async () => {
    const { page, wrong, close } = await open(browser, { javaScriptEnabled: false, ...options })
    await page.goto(host.url + path)
    await steps(page)
    none(wrong, "console, policy, requests")
    await close()
  })

on("the drawer opens and closes, by touch and by keyboard", "all/", async (page) => {
  const drawer = page.locator(".md-sidebar--primary")
  const shown = async () => (await drawer.boundingBox())?.x >= 0 && (await drawer.isVisible())
  assert.ok(!(await shown()))
  await page.locator('.md-header [for="__drawer"]').click()
  await page.waitForTimeout(350)
  assert.ok(await shown())
  await page.mouse.click(380, 700)
  await page.waitForTimeout(350)
  assert.ok(!(await shown()))
  await page.keyboard.press("Tab")
  await page.locator("#__drawer").focus()
  await page.keyboard.press("Space")
  await page.waitForTimeout(350)
  assert.ok(await shown())
}, { viewport: PHONE })

on("sections of the navigation open", "all/", async (page) => {
  await page.locator('.md-header [for="__drawer"]').click()
  const inside = page.locator(".md-nav--primary a", { hasText: "Page B" })
  assert.ok(!(await inside.isVisible()))
  for (const name of ["Part", "Deep"]) {
    const item = page.locator(".md-nav--primary li", { has: page.locator(`:text-is("${name}")`) }).filter({ hasText: name })
    await item.locator('label[for^="__nav"]:not(.md-nav__title)').locator("visible=true").filter({ has: page.locator(".md-nav__icon") }).last().click()
  }
  assert.ok(await inside.isVisible())
}, { viewport: PHONE })

on("content tabs switch", "all/", async (page) => {
  assert.ok(await page.getByText("apt install").isVisible())
  await page.locator(".tabbed-labels label", { hasText: "macOS" }).first().click()
  assert.ok(await page.getByText("brew install").isVisible())
  assert.ok(!(await page.getByText("apt install").isVisible()))
})

on("details open", "all/", async (page) => {
  assert.ok(!(await page.getByText("Inside the fold.").isVisible()))
  await page.locator("summary", { hasText: "Folded" }).click()
  assert.ok(await page.getByText("Inside the fold.").isVisible())
})

on("the tabs of the site lead on, and nothing that needs scripts is shown", "all/", async (page) => {
  for (const selector of [".md-search", '[data-md-component="palette"]', ".md-top", ".md-dialog--active", ".md-clipboard"])
    assert.equal(await page.locator(selector).locator("visible=true").count(), 0, selector)
  await page.locator(".md-tabs a", { hasText: "Part" }).click()
  assert.match(page.url(), /part\/$/)
})

on("annotations can be read", "all/", async (page) => {
  assert.ok(await page.getByText("An annotation with").isVisible())
})

on("a dark system gets dark pages", "all/", async (page) => {
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  assert.notEqual(await paper(), "rgb(255, 255, 255)")
}, { colorScheme: "dark", javaScriptEnabled: true })

on("on paper: only the text, all tabs, white", "all/", async (page) => {
  await page.emulateMedia({ media: "print", colorScheme: "dark" })
  for (const selector of [".md-header", ".md-sidebar", ".md-tabs", ".md-footer-meta", ".md-overlay"])
    assert.equal(await page.locator(selector).locator("visible=true").count(), 0, selector)
  assert.ok(await page.getByText("brew install").isVisible(), "tabs that are not chosen are printed")
  assert.ok(await page.getByText("apt install").isVisible())
})
