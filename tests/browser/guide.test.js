/* The built guide: every type of page is sound under a strict policy, for everyone, everywhere. */
import assert from "node:assert/strict"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"
import { after, before, describe, test } from "node:test"
import { HtmlValidate } from "html-validate"
import { axe, DESKTOP, launch, none, open, PHONE } from "./support/browser.js"
import { serve } from "./support/server.js"
import { GUIDE } from "./support/site.js"
import htmlRules from "./support/html-rules.js"

/** One page of each type. */
const TYPES = {
  landing: "",
  section: "guia-de-usuario/",
  long: "guia-de-usuario/enviar-jobs/opciones-de-slurm/",
  code: "guia-de-usuario/ejemplos/mpi-openmp/",
  steps: "primeros-pasos/acceder/",
  tables: "guia-de-usuario/enviar-jobs/particiones/",
  glossary: "glosario/",
  blog: "anuncios/",
  post: "anuncios/2026/07/10/slurm-2405/",
  archive: "anuncios/archive/2026/",
  tags: "etiquetas/",
  missing: "no/such/page/",
}

let browser, host
before(async () => {
  const posts = readdirSync(join(GUIDE, "anuncios/2026/07/10"))
  TYPES.post = `anuncios/2026/07/10/${posts[0]}/`
  browser = await launch()
  host = await serve(GUIDE)
})
after(async () => {
  await browser.close()
  await host.close()
})

test("the pages looked at exist", () => {
  for (const [type, path] of Object.entries(TYPES))
    if (type !== "missing") assert.ok(existsSync(join(GUIDE, path, "index.html")), `${type}: ${path}`)
})

for (const [size, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE }))
  describe(size, { concurrency: 3 }, () => {
    for (const type of Object.keys(TYPES))
      test(`${type}: no violation of the policy, no third party, nothing for axe, light and dark`, async () => {
        const { page, wrong, close } = await open(browser, { colorScheme: "light", viewport })
        const answer = await page.goto(host.url + TYPES[type], { waitUntil: "load" })
        assert.equal(answer.status(), type === "missing" ? 404 : 200)
        for (const [system, scheme] of [["light", "default"], ["dark", "slate"]]) {
          await page.emulateMedia({ colorScheme: system })
          await page.waitForFunction((s) => document.body.getAttribute("data-md-color-scheme") === s, scheme)
          await page.evaluate(() => Promise.allSettled(document.getAnimations().map((a) => a.finished)))
          none(await axe(page), `axe, ${system}`)
        }
        none(wrong, "console, policy, requests")
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        assert.ok(wide <= 0, `the page is ${wide} px wider than the window`)
        await close()
      })
  })

test("every page is valid HTML", async () => {
  const validator = new HtmlValidate(htmlRules)
  const wrong = []
  for (const entry of readdirSync(GUIDE, { recursive: true, withFileTypes: true })) {
    if (!entry.name.endsWith(".html")) continue
    const file = join(entry.parentPath, entry.name)
    const report = await validator.validateString(readFileSync(file, "utf8"), file)
    for (const result of report.results)
      for (const m of result.messages.filter((m) => m.severity > 1))
        wrong.push(`${relative(GUIDE, file)}:${m.line}: ${m.ruleId}: ${m.message}`)
  }
  none(wrong.slice(0, 20), `html-validate, ${wrong.length} errors`)
})
