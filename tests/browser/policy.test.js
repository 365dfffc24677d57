/* The policy that pages carry lets through what they name, and nothing else. */
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { launch, open } from "./support/browser.js"
import { serve } from "./support/server.js"
import { build, GUIDE, theme } from "./support/site.js"

const PAGE = `# Page

<p id="styled" style="letter-spacing: 3px">styled</p>
<button id="pressed" onclick="document.title = 'pressed'">press</button>
<script>document.documentElement.dataset.inline = "ran"</script>
<style>#styled { font-weight: 900 }</style>

| Right |
| ----: |
| 1 |
`

let browser, site, host
before(async () => {
  browser = await launch()
  site = build({ "docs/index.md": PAGE, "docs/other.md": "# Other\n" }, theme([]) + "chaski: {csp: {img-src: https://img.example.org}}\nmarkdown_extensions: [tables]\n")
  host = await serve(site, { csp: "" })
})
after(async () => {
  await browser.close()
  await host.close()
})

test("what the page itself has inline runs under its own policy", async () => {
  const { page, wrong, close } = await open(browser)
  await page.goto(host.url)
  assert.equal(await page.evaluate(() => document.documentElement.dataset.inline), "ran")
  const style = await page.locator("#styled").evaluate((e) => [getComputedStyle(e).letterSpacing, getComputedStyle(e).fontWeight])
  assert.deepEqual(style, ["3px", "900"])
  await page.locator("#pressed").click()
  assert.equal(await page.title(), "pressed")
  assert.equal(await page.locator("td").evaluate((e) => getComputedStyle(e).textAlign), "right")
  assert.deepEqual(wrong, [])
  await close()
})

test("what was not there when the site was built does not run", async () => {
  const { page, wrong, close } = await open(browser)
  await page.goto(host.url)
  await page.evaluate(() => {
    const script = document.createElement("script")
    script.textContent = "document.documentElement.dataset.injected = 'ran'"
    document.body.append(script)
    const image = new Image()
    image.src = "https://evil.example.com/x.png"
    document.body.append(image)
  })
  await page.waitForFunction(() => true)
  assert.equal(await page.evaluate(() => document.documentElement.dataset.injected), undefined)
  assert.ok(wrong.some((line) => /script/.test(line)))
  await close()
})

test("the header file holds for every page and names what the site asks for", () => {
  const headers = readFileSync(join(site, "_headers"), "utf8")
  assert.match(headers, /^\/\*\n  Content-Security-Policy: default-src 'self'; base-uri 'self'; object-src 'none'; frame-ancestors 'self'; /)
  assert.match(headers, /img-src 'self' https:\/\/img\.example\.org/)
  assert.match(headers, /script-src 'self' 'sha256-/)
  const other = readFileSync(join(site, "other/index.html"), "utf8")
  assert.doesNotMatch(other, /sha256/, "a page without inline code has no hash in its policy")
})

test("the guide needs nothing but itself", () => {
  const headers = readFileSync(join(GUIDE, "_headers"), "utf8")
  assert.match(headers, /Content-Security-Policy: default-src 'self'; base-uri 'self'; object-src 'none'; frame-ancestors 'self'\n/)
})
