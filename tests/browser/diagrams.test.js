/* Diagrams: drawn by the library that comes with the theme, or by the site's own. */
import assert from "node:assert/strict"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { axe, launch, none, open } from "./support/browser.js"
import { serve } from "./support/server.js"
import { build, theme } from "./support/site.js"

const FENCES = `markdown_extensions:
  - pymdownx.superfences:
      custom_fences:
        - {name: mermaid, class: mermaid, format: !!python/name:pymdownx.superfences.fence_code_format }
`
const FLOW = "```mermaid\ngraph LR\n  A[Nodo] -->|envía| B{Cola}\n  B --> C[Cálculo]\n```\n"
const SEQUENCE = "```mermaid\nsequenceDiagram\n  Ana->>Slurm: sbatch\n  Slurm-->>Ana: 4711\n```\n"
const WRONG = "```mermaid\ngraph LR\n  A --> --> B\n```\n"
const LIBRARY = "assets/javascripts/mermaid.11.17.2.min.js"

let browser
before(async () => {
  browser = await launch()
})
after(() => browser.close())

/** What the diagrams of a page look like. */
const drawn = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll("div.mermaid")].map(({ shadowRoot }) => {
      const svg = shadowRoot.querySelector("svg")
      const node = svg.querySelector(".node rect, rect.actor")
      return {
        width: svg.getBoundingClientRect().width,
        text: svg.textContent,
        fill: getComputedStyle(node).fill,
        name: svg.getAttribute("aria-label"),
      }
    }),
  )

for (const csp of [false, true])
  test(`diagrams are drawn by the site itself${csp ? ", under its own policy" : ""}`, async () => {
    const config = theme([]) + FENCES + (csp ? "chaski: {csp: true}\n" : "")
    const site = build({ "docs/index.md": `# Page\n\n${FLOW}\n${SEQUENCE}`, "docs/plain.md": "# Plain\n" }, config)
    const host = await serve(site, csp ? { csp: "" } : {})
    const { page, wrong, close } = await open(browser)
    await page.goto(host.url)
    await page.waitForFunction(() => document.querySelectorAll("div.mermaid").length === 2)
    const [flow, sequence] = await drawn(page)
    assert.ok(flow.width > 100 && sequence.width > 100, JSON.stringify([flow, sequence]))
    assert.match(flow.text, /Nodo.*envía|envía.*Nodo/s)
    assert.match(sequence.text, /Slurm/)
    assert.match(flow.name, /flowchart/)
    // The colours are those of the page.
    const accent = await page.evaluate(() => {
      const probe = document.createElement("i")
      probe.style.color = "var(--md-mermaid-node-bg-color)"
      document.body.append(probe)
      return getComputedStyle(probe).color
    })
    assert.equal(flow.fill, accent)
    none(await axe(page), "axe")
    none(wrong, "console, policy, requests")
    await close()
    const plain = await open(browser)
    host.asked.length = 0
    await plain.page.goto(`${host.url}plain/`)
    none(host.asked.filter((path) => /mermaid/.test(path)), "asked for on a page without diagrams")
    await plain.close()
    await host.close()
  })

test("a site without diagrams has no library, and a wrong diagram keeps its text", async () => {
  const without = build({ "docs/index.md": "# Page\n" }, theme([]) + FENCES)
  assert.ok(!existsSync(join(without, LIBRARY)))
  const site = build({ "docs/index.md": `# Page\n\n${WRONG}\n${FLOW}` }, theme([]) + FENCES)
  assert.ok(existsSync(join(site, LIBRARY)))
  const host = await serve(site, { csp: "" })
  const { page, wrong, close } = await open(browser)
  await page.goto(host.url)
  await page.waitForFunction(() => document.querySelectorAll("div.mermaid").length === 1)
  assert.match(await page.locator("pre.mermaid").textContent(), /A --> --> B/)
  assert.ok(wrong.some((line) => /diagram cannot be drawn/.test(line)), wrong.join("\n"))
  await close()
  await host.close()
})

test("a library of the site's own is taken", async () => {
  const own = `window.mermaid = {
    initialize() {},
    render: async (id, text) => ({ svg: "<svg width='200' height='50'><title>own</title><text y='20'>" + text.length + "</text></svg>" }),
  }`
  const site = build({ "docs/index.md": `# Page\n\n${FLOW}`, "docs/own.js": own }, `${theme([])}${FENCES}extra_javascript: [own.js]\n`)
  const host = await serve(site, { csp: "" })
  const { page, wrong, close } = await open(browser)
  await page.goto(host.url)
  await page.waitForFunction(() => document.querySelector("div.mermaid")?.shadowRoot?.querySelector("title")?.textContent === "own")
  none(host.asked.filter((path) => /mermaid/.test(path)), "asked for")
  none(wrong, "console, policy, requests")
  await close()
  await host.close()
})
