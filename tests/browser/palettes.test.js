/* Every palette: the text that a reader has to read has contrast, in every scheme and colour. */
import { after, before, test } from "node:test"
import { axe, launch, none, open } from "./support/browser.js"
import { fixture } from "./support/fixture.js"
import { serve } from "./support/server.js"

const PRIMARY = [
  "red", "pink", "purple", "deep-purple", "indigo", "blue", "light-blue", "cyan", "teal", "green", "light-green", "lime",
  "yellow", "amber", "orange", "deep-orange", "brown", "grey", "blue-grey", "black", "white",
]
const ACCENT = PRIMARY.slice(0, 16)

let browser, host
before(async () => {
  browser = await launch()
  host = await serve(fixture(["navigation.tabs", "navigation.footer", "content.code.copy"]))
})
after(async () => {
  await browser.close()
  await host.close()
})

for (const scheme of ["default", "slate"])
  test(`${scheme}: ${PRIMARY.length} primary and ${ACCENT.length} accent colours`, async () => {
    const { page, wrong, close } = await open(browser)
    await page.goto(host.url + "all/")
    // The page twice as large would only test the same colours again.
    await page.evaluate(() => document.querySelectorAll("[id^=part-], [id^=part-] + p").forEach((e) => e.remove()))
    const found = []
    for (const [i, primary] of PRIMARY.entries()) {
      const accent = ACCENT[i % ACCENT.length]
      await page.evaluate(([s, p, a]) => {
        const { body } = document
        body.dataset.mdColorScheme = s
        body.dataset.mdColorPrimary = p
        body.dataset.mdColorAccent = a
        for (const animation of document.getAnimations()) animation.finish()
      }, [scheme, primary, accent])
      // One link as the pointer finds it: the accent is the colour of what is pointed at.
      await page.locator(".md-content a", { hasText: "titled link" }).hover()
      await page.evaluate(() => Promise.allSettled(document.getAnimations().map((a) => a.finished)))
      for (const line of await axe(page, { runOnly: ["color-contrast", "link-in-text-block"] })) found.push(`${primary}, ${accent}: ${line}`)
    }
    none(found, "contrast")
    none(wrong, "console")
    await close()
  })
