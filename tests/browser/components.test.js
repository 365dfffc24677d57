/* What scripts add to a page, each on a site that has one of everything. */
import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { axe, DESKTOP, launch, none, open, PHONE } from "./support/browser.js"
import { fixture } from "./support/fixture.js"
import { serve } from "./support/server.js"

let browser, host
before(async () => {
  const site = fixture([
    "content.code.copy", "content.code.annotate", "content.tabs.link", "navigation.top", "navigation.path",
    "navigation.tracking", "toc.follow", "navigation.footer", "content.tooltips", "navigation.indexes",
  ])
  browser = await launch()
  host = await serve(site)
})
after(async () => {
  await browser.close()
  await host.close()
})

/** Runs `steps` on a page of the site and fails if anything went wrong on it. */
const on = (name, path, steps, options) =>
  test(name, async () => {
    const { page, wrong, close } = await open(browser, options)
    await page.goto(host.url + path)
    await steps(page)
    none(wrong, "console, policy, requests")
    await close()
  })

for (const scheme of ["light", "dark"])
  for (const viewport of [DESKTOP, PHONE])
    on(`everything passes axe: ${scheme}, ${viewport.width} px`, "all/", async (page) => none(await axe(page), "axe"), {
      colorScheme: scheme,
      viewport,
    })

on("the copy button copies the code without annotations and says so", "all/", async (page) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"])
  assert.equal(await page.locator(".no-copy .md-clipboard").count(), 0)
  await page.locator(".highlight", { hasText: "def hello" }).locator(".md-clipboard").click()
  const text = await page.evaluate(() => navigator.clipboard.readText())
  assert.equal(text.trimEnd().replace(/ +$/gm, ""), 'def hello():\n    print("hello")\n    return 1')
  await page.locator(".md-dialog--active").waitFor()
  assert.equal((await page.locator(".md-dialog").innerText()).trim(), "Copied to clipboard")
})

on("an annotation opens and closes, by mouse and keyboard", "all/", async (page) => {
  const bubble = page.locator(".highlight .md-annotation").first()
  const body = bubble.locator(".md-annotation__body")
  assert.equal(await body.isVisible(), false)
  await bubble.locator("button").click()
  assert.equal((await body.innerText()).trim(), "An annotation with code.")
  await page.keyboard.press("Escape")
  assert.equal(await body.isVisible(), false)
  assert.equal(await page.locator(".highlight + ol").isVisible(), false, "the list itself is gone")
  await page.locator("p .md-annotation button").click()
  assert.match(await page.locator("p .md-annotation__body").innerText(), /Annotated text/)
})

on("tabs of the same name switch together, and stay chosen on other pages", "all/", async (page) => {
  await page.locator(".tabbed-labels label", { hasText: "macOS" }).first().click()
  assert.ok(await page.getByText("brew remove").isVisible())
  assert.ok(!(await page.getByText("apt remove").isVisible()))
  const kept = await page.evaluate(() => JSON.parse(localStorage.getItem("/.__tabs") ?? "null"))
  assert.deepEqual(kept, ["macOS"], "Material's name and form in localStorage")
  await page.goto(host.url + "other/")
  assert.ok(await page.getByText("brew update").isVisible())
})

on("the palette toggle goes around and is remembered under Material's name", "all/", async (page) => {
  const scheme = () => page.getAttribute("body", "data-md-color-scheme")
  const toggle = page.locator("[data-md-component=palette] button:visible")
  assert.equal(await scheme(), "default")
  assert.equal(await toggle.getAttribute("title"), "Switch to light mode")
  await toggle.click()
  await toggle.click()
  assert.equal(await scheme(), "slate")
  const kept = await page.evaluate(() => JSON.parse(localStorage.getItem("/.__palette") ?? "null"))
  assert.equal(kept.index, 2)
  assert.equal(kept.color.scheme, "slate")
  assert.equal(kept.color.primary, "teal")
  await page.goto(host.url + "other/")
  assert.equal(await scheme(), "slate")
})

on("the system's dark mode holds until a reader chooses", "all/", async (page) => {
  assert.equal(await page.getAttribute("body", "data-md-color-scheme"), "slate")
  await page.emulateMedia({ colorScheme: "light" })
  await page.waitForFunction(() => document.body.getAttribute("data-md-color-scheme") === "default")
}, { colorScheme: "dark" })

on("the table of contents follows, and so does the address", "all/", async (page) => {
  await page.locator("#part-7").evaluate((e) => e.scrollIntoView({ behavior: "instant" }))
  await page.waitForFunction(() => location.hash === "#part-7")
  const active = page.locator(".md-sidebar--secondary .md-nav__link--active")
  assert.equal((await active.innerText()).trim(), "Part 7")
  const passed = await page.locator(".md-sidebar--secondary .md-nav__link--passed").count()
  assert.ok(passed > 6)
  const seen = await active.evaluate((e) => {
    const wrap = e.closest(".md-sidebar__scrollwrap").getBoundingClientRect()
    const box = e.getBoundingClientRect()
    return box.top >= wrap.top && box.bottom <= wrap.bottom
  })
  assert.ok(seen, "toc.follow keeps the active entry in view")
})

on("the title of the page takes the place of the site's, and the button leads back to the top", "all/", async (page) => {
  const title = page.locator("[data-md-component=header-title]")
  assert.doesNotMatch(await title.getAttribute("class"), /--active/)
  await page.mouse.move(700, 500)
  await page.mouse.wheel(0, 3000)
  await page.waitForFunction(() => document.querySelector(".md-header__title--active"))
  assert.equal(await page.locator(".md-top").isVisible(), false, "not while scrolling down")
  await page.mouse.wheel(0, -400)
  await page.locator(".md-top").waitFor({ state: "visible" })
  await page.locator(".md-top").click()
  await page.waitForFunction(() => scrollY === 0)
})

on("light and dark images", "all/", async (page) => {
  assert.ok(await page.locator('img[src$="#only-light"]').isVisible())
  assert.ok(!(await page.locator('img[src$="#only-dark"]').isVisible()))
  await page.emulateMedia({ colorScheme: "dark" })
  await page.waitForFunction(() => document.body.dataset.mdColorScheme === "slate")
  assert.ok(!(await page.locator('img[src$="#only-light"]').isVisible()))
  assert.ok(await page.locator('img[src$="#only-dark"]').isVisible())
})

on("tooltips replace titles", "all/", async (page) => {
  await page.locator("abbr").first().hover()
  const tip = page.locator(".md-tooltip, .md-tooltip2").filter({ visible: true })
  await tip.first().waitFor()
  assert.match(await tip.first().innerText(), /HyperText Markup Language/)
  await page.keyboard.press("Escape")
  await page.waitForFunction(() => ![...document.querySelectorAll(".md-tooltip, .md-tooltip2--active")].some((e) => e.checkVisibility?.()))
})

on("the streams that sites' scripts subscribe to", "all/", async (page) => {
  const found = await page.evaluate(() => {
    const names = ["document$", "location$", "target$", "keyboard$", "viewport$", "tablet$", "screen$", "print$", "alert$", "progress$", "component$"]
    return names.filter((name) => typeof window[name]?.subscribe !== "function")
  })
  assert.deepEqual(found, [])
  const seen = await page.evaluate(() => {
    const out = []
    window.document$.subscribe((d) => out.push(d === document))
    window.screen$.subscribe((wide) => out.push(wide))
    return out
  })
  assert.deepEqual(seen, [true, true], "a new subscriber gets the last value")
})

on("keys lead to the next and the previous page", "all/", async (page) => {
  await page.keyboard.press("n")
  await page.waitForURL("**/other/")
  await page.keyboard.press("p")
  await page.waitForURL("**/all/")
  await page.keyboard.press(".")
  await page.waitForURL("**/other/")
  await page.keyboard.press(",")
  await page.waitForURL("**/all/")
})

on("a hidden target is revealed: in a tab, in a fold", "all/#__tabbed_1_2", async (page) => {
  assert.ok(await page.getByText("brew install").isVisible())
})

on("the drawer opens by keyboard, keeps the focus inside and gives it back", "all/", async (page) => {
  const button = page.locator('.md-header [for="__drawer"]')
  await button.focus()
  await page.keyboard.press("Enter")
  await page.locator(".md-sidebar--primary").waitFor({ state: "visible" })
  const inside = () => page.evaluate(() => !!document.activeElement.closest(".md-sidebar--primary"))
  assert.ok(await inside(), "focus went into the drawer")
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press("Tab")
    assert.ok(await inside(), `focus stays in the drawer, tab ${i}`)
  }
  await page.keyboard.press("Escape")
  assert.ok(await button.evaluate((e) => e === document.activeElement), "focus came back")
}, { viewport: PHONE })

on("breadcrumbs", "part/deep/b/", async (page) => {
  const path = page.locator(".md-path__link")
  assert.deepEqual((await path.allInnerTexts()).map((t) => t.trim()), ["Home", "Part", "Deep"])
})

test("motion is reduced on request", async () => {
  const { page, wrong, close } = await open(browser, { reducedMotion: "reduce" })
  await page.goto(host.url + "all/")
  const smooth = await page.evaluate(() => getComputedStyle(document.documentElement).scrollBehavior)
  assert.equal(smooth, "auto")
  none(wrong, "console")
  await close()
})

test("forced colours keep icons and boxes visible", async () => {
  const { page, close } = await open(browser, { forcedColors: "active" })
  await page.goto(host.url + "all/")
  const icon = await page.locator(".admonition-title").first().evaluate((e) => getComputedStyle(e, "::before").backgroundColor)
  const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  assert.notEqual(icon, paper)
  none(await axe(page), "axe")
  await close()
})
