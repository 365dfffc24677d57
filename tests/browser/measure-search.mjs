/*
 * What a search costs a reader, and which pages it puts first, in chromium. For chaski and its peers.
 *
 *   node measure-search.mjs ENGINE SITE_DIR           bytes, requests, time from key press to results
 *   node measure-search.mjs ENGINE SITE_DIR --rank    the queries of ../search/es.tsv
 *
 * ENGINE is chaski, material (Material for MkDocs builds SITE_DIR) or pagefind (its files are in
 * SITE_DIR/pagefind). Texts travel compressed, as hosts send them. Pagefind is asked through its API,
 * which draws nothing; Material counts as done when its list changes no more; chaski when the pages
 * in sight are drawn (five; the window is 720 pixels high). Needs what the browser tests need.
 */
import { readFileSync } from "node:fs"
import { createServer } from "node:http"
import { extname, join } from "node:path"
import { gzipSync } from "node:zlib"
import { launch } from "./support/browser.js"

const [engine, root, mode] = process.argv.slice(2)
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".svg": "image/svg+xml" }
/** Typed letter by letter; words of the guide and of the sites that scripts/compare-peers generates. */
const TYPED = ["reserva", "memoria de la gpu", "cuotas y límites", "squeue", "contraseña", "entornos de python", "transferencia de archivos", "nodos", "claves ssh", "trabajos"]
/** How long Material's list is left alone before it counts as done, in milliseconds. */
const QUIET = 400

/** What was sent for the search, Material's with the page: the path, and how many bytes of body. @type {[string, number][]} */
let sent = []
const packed = new Map()
const server = createServer((request, response) => {
  const path = decodeURI(new URL(request.url ?? "/", "http://host").pathname)
  const file = join(root, path.endsWith("/") ? path + "index.html" : path)
  const type = TYPES[extname(file)] ?? "application/octet-stream"
  try {
    let body = readFileSync(file)
    const headers = { "content-type": type, "cache-control": "max-age=3600" }
    if (type !== "application/octet-stream") {
      if (!packed.has(file)) packed.set(file, gzipSync(body))
      body = packed.get(file)
      headers["content-encoding"] = "gzip"
    }
    if (/search|pagefind/.test(path)) sent.push([path, body.length])
    response.writeHead(200, headers).end(body)
  } catch {
    response.writeHead(404).end()
  }
}).listen(0)
const base = `http://127.0.0.1:${server.address().port}/`
const browser = await launch()
const page = await (await browser.newContext()).newPage()
page.setDefaultTimeout(180000)
await page.goto(base, { waitUntil: "networkidle" })

/** Asks a query; the milliseconds that it took, and the paths of the pages found. */
const ask = async (query, key) => {
  if (engine === "pagefind")
    return page.evaluate(async (text) => {
      const start = performance.now()
      window.pagefind ??= await import("/pagefind/pagefind.js")
      const { results } = await window.pagefind.search(text)
      const pages = await Promise.all(results.slice(0, 10).map((result) => result.data()))
      return { time: performance.now() - start, paths: pages.map((one) => (one.raw_url ?? one.url).replace(/^\//, "").replace(/index\.html$/, "")) }
    }, query)
  await page.evaluate(([wanted, quiet, waits]) => {
    const field = document.querySelector("[name=query]")
    window.measured = new Promise((done) => {
      let start
      let timer
      const finish = (time) => done({ time, paths: [...document.querySelectorAll(".md-search-result__item > a:first-of-type")].map((link) => new URL(link.href).pathname.slice(1)) })
      field.addEventListener("input", (event) => (start = event.timeStamp), { once: true, capture: true })
      if (!waits) {
        document.addEventListener("md-search-shown", function shown(event) {
          if (event.detail.query !== wanted) return
          document.removeEventListener("md-search-shown", shown)
          finish(performance.now() - start)
        })
        return
      }
      const observer = new MutationObserver(() => {
        const time = performance.now() - start
        clearTimeout(timer)
        timer = setTimeout(() => (observer.disconnect(), finish(time)), quiet)
      })
      observer.observe(document.querySelector(".md-search-result"), { subtree: true, childList: true, characterData: true })
      timer = setTimeout(() => (observer.disconnect(), finish(NaN)), quiet * 4)
    })
  }, [query, QUIET, engine === "material"])
  if (key && key <= "z") await page.keyboard.press(key)
  else if (key) await page.keyboard.insertText(key)
  else {
    await page.fill("[name=query]", query)
    // Material looks at the field when a key comes up.
    await page.dispatchEvent("[name=query]", "keyup")
  }
  const measured = await page.evaluate(() => window.measured)
  if (engine !== "chaski" || mode !== "--rank") return measured
  // Of ten pages half come at first, the others when there is room for them.
  const paths = await page.evaluate(async () => {
    const more = document.querySelector(".md-search-result__next")
    if (more) more.click()
    while (more?.isConnected) await new Promise((done) => setTimeout(done, 5))
    return [...document.querySelectorAll(".md-search-result__item > a:first-of-type")].map((link) => new URL(link.href).pathname.slice(1))
  })
  return { ...measured, paths }
}

const bytes = () => sent.reduce((sum, [, length]) => sum + length, 0)
const at = (times, share) => times[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(1)

const costs = async () => {
  const started = performance.now()
  if (engine !== "pagefind") await page.focus("[name=query]")
  if (engine === "material") await page.waitForTimeout(3000)
  await ask(TYPED[0])
  const first = [bytes(), sent.length]
  const scripts = sent.filter(([path]) => /search\.[0-9a-f]+\.(min\.)?js|\/pagefind\/(pagefind\.js|wasm)/.test(path)).reduce((sum, [, length]) => sum + length, 0)
  const took = performance.now() - started
  const next = []
  for (const query of TYPED.slice(1, 4)) {
    sent = []
    await ask(query)
    next.push([bytes(), sent.length])
  }
  const mean = (column) => Math.round(next.reduce((sum, row) => sum + row[column], 0) / next.length)
  console.log(`first query ${first[0]} bytes in ${first[1]} requests (${scripts} of them the engine), ready after ${Math.round(took)} ms; next ones ${mean(0)} bytes in ${mean(1)}`)
  const times = []
  for (const query of TYPED) {
    if (engine !== "pagefind") await page.fill("[name=query]", "")
    for (let length = 1; length <= query.length; length++) {
      const { time } = await ask(query.slice(0, length), engine === "pagefind" ? "" : query[length - 1])
      if (length > 1 && !Number.isNaN(time)) times.push(time)
    }
  }
  times.sort((a, b) => a - b)
  console.log(`${times.length} keys: p50 ${at(times, 0.5)} ms, p95 ${at(times, 0.95)} ms, most ${at(times, 1)} ms`)
}

const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "")

const ranks = async () => {
  const table = readFileSync(new URL("../search/es.tsv", import.meta.url), "utf8")
  const rows = table.trim().split("\n").slice(1).map((line) => line.split("\t"))
  const found = async (query) => [...new Set((await ask(query)).paths.map(decodeURI))]
  if (engine !== "pagefind") await page.focus("[name=query]")
  if (engine === "material") await page.waitForTimeout(3000)
  const halves = {}
  let [same, accented] = [0, 0]
  for (const [, half, , query, pages] of rows) {
    const paths = await found(query)
    const place = paths.slice(0, 10).findIndex((path) => pages.split(",").map(decodeURI).includes(path))
    const sums = (halves[half] ??= { queries: 0, reciprocal: 0, top3: 0 })
    sums.queries++
    sums.reciprocal += place < 0 ? 0 : 1 / (place + 1)
    sums.top3 += place >= 0 && place < 3 ? 1 : 0
    if (plain(query) === query) continue
    accented++
    same += paths.slice(0, 3).join() === (await found(plain(query))).slice(0, 3).join() ? 1 : 0
  }
  for (const [half, { queries, reciprocal, top3 }] of Object.entries(halves)) console.log(`${half}: ${queries} queries, MRR@10 ${(reciprocal / queries).toFixed(3)}, a right page among the first three ${(top3 / queries).toFixed(3)}`)
  console.log(`same first three without accents: ${same} of ${accented}`)
}

await (mode === "--rank" ? ranks() : costs())
await browser.close()
server.close()
