/*
 * Which pages of the guide the search puts first: for the queries of `../search/es.tsv`, and for
 * words with and without their accents.
 */
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { launch, none, open } from "./support/browser.js"
import { serve } from "./support/server.js"
import { GUIDE } from "./support/site.js"

const ROWS = readFileSync(new URL("../search/es.tsv", import.meta.url), "utf8").trim().split("\n").slice(1).map((line) => line.split("\t"))

/** @param {string} text */
const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "")

/**
 * Paths of the pages found for each query, best first; the first ten, or only those shown at first.
 * @param {import("playwright-core").Page} page @param {string[]} queries @param {boolean} [ten] @returns {Promise<string[][]>}
 */
const results = (page, queries, ten = false) =>
  page.evaluate(async ([list, ten]) => {
    const field = /** @type {HTMLInputElement} */ (document.querySelector("[name=query]"))
    const all = []
    for (const query of list) {
      const shown = new Promise((done) => document.addEventListener("md-search-shown", (event) => event.detail.query === query && done(0)))
      field.focus()
      field.value = query
      field.dispatchEvent(new Event("input", { bubbles: true }))
      await shown
      const more = /** @type {HTMLElement} */ (document.querySelector(".md-search-result__next"))
      if (ten && more) {
        more.click()
        while (more.isConnected) await new Promise((done) => setTimeout(done, 5))
      }
      all.push([...document.querySelectorAll(".md-search-result__item > a:first-of-type")].map((link) => decodeURI(new URL(link.href).pathname.slice(1))))
    }
    return all
  }, /** @type {const} */ ([queries, ten]))

test("the guide's pages come first for the queries of readers", async () => {
  const [browser, server] = await Promise.all([launch(), serve(GUIDE)])
  const { page, wrong } = await open(browser)
  await page.goto(server.url)
  assert.ok(ROWS.length >= 120)
  const found = await results(page, ROWS.map(([, , , query]) => query), true)
  const halves = { tune: { n: 0, reciprocal: 0, top3: 0 }, check: { n: 0, reciprocal: 0, top3: 0 } }
  ROWS.forEach(([, half, , , pages], i) => {
    const at = found[i].slice(0, 10).findIndex((path) => pages.split(",").includes(path))
    halves[half].n++
    halves[half].reciprocal += at < 0 ? 0 : 1 / (at + 1)
    halves[half].top3 += at >= 0 && at < 3 ? 1 : 0
  })
  for (const [half, { n, reciprocal, top3 }] of Object.entries(halves)) {
    console.log(`${half}: MRR@10 ${(reciprocal / n).toFixed(3)}, a right page among the first three ${(top3 / n).toFixed(3)}`)
    assert.ok(reciprocal / n >= 0.9, `${half}: MRR ${reciprocal / n}`)
    assert.ok(top3 / n >= 0.94, `${half}: first three ${top3 / n}`)
  }
  const accented = ROWS.map(([, , , query], i) => ({ query, found: found[i] })).filter(({ query }) => plain(query) !== query)
  const folded = await results(page, accented.map(({ query }) => plain(query)))
  const same = accented.filter((one, i) => one.found.slice(0, 3).join() === folded[i].slice(0, 3).join()).length
  assert.ok(accented.length > 15 && same / accented.length >= 0.98, `${same} of ${accented.length} alike without accents`)
  none(wrong, "the search is clean under a strict policy")
  await browser.close()
  await server.close()
})

test("words and headings find the same pages without their accents", async () => {
  const [browser, server] = await Promise.all([launch(), serve(GUIDE)])
  const { page } = await open(browser)
  await page.goto(server.url)
  /** What the guide says, tags and references of its HTML away. @type {{title: string, text: string, location: string}[]} */
  const docs = JSON.parse(readFileSync(`${GUIDE}/search/search_index.json`, "utf8")).docs
  /** @param {string} html */
  const bare = (html) => html.replace(/<[^>]*>/g, " ").replace(/&[a-z]+;|&#\d+;/g, " ")
  const isAccented = (text) => plain(text) !== text
  const words = docs.flatMap(({ title, text }) => bare(`${title} ${text}`).normalize("NFC").toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? [])
  const kinds = {
    headings: [...new Set(docs.map(({ title }) => bare(title).trim()).filter(isAccented))],
    words: [...new Set(words.filter(isAccented))].sort(),
  }
  let [same, all] = [0, 0]
  for (const [kind, queries] of Object.entries(kinds)) {
    const whole = await results(page, queries)
    const folded = await results(page, queries.map(plain))
    const top = (found) => found.slice(0, 3).join(" ")
    const apart = queries.filter((_, i) => top(whole[i]) !== top(folded[i]))
    console.log(`${kind}: ${queries.length - apart.length} of ${queries.length} with the same first three without accents; not: ${apart.join(", ")}`)
    for (const query of process.env.SHOW ? apart : []) console.log(`${query}\n   ${top(whole[queries.indexOf(query)])}\n   ${top(folded[queries.indexOf(query)])}`)
    same += queries.length - apart.length
    all += queries.length
    if (kind === "words") for (const word of ["contraseña", "año", "tamaño"]) if (queries.includes(word)) assert.ok(folded[queries.indexOf(word)].includes(whole[queries.indexOf(word)][0]), `${plain(word)} finds ${word}`)
  }
  assert.ok(all > 300, `${all} queries`)
  assert.ok(same / all >= 0.98, `${same} of ${all}`)
  await browser.close()
  await server.close()
})
