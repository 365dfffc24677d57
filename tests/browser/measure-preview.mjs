/*
 * How long it takes from starting a preview to its first page, and from saving a page to seeing the
 * edit in chromium. For chaski and its peers, on sites that scripts/compare-peers generates.
 *
 *   node measure-preview.mjs PORT SOURCE URL_PATH EDITS -- COMMAND ...
 *
 * SOURCE is the file that is edited, URL_PATH where its page is, COMMAND the preview, which must
 * listen at PORT. Needs what the browser tests need.
 */
import { spawn } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { chromium } from "playwright-core"

const [port, source, path, edits, , ...command] = process.argv.slice(2)
const url = `http://127.0.0.1:${port}${path}`
const text = readFileSync(source, "utf8")
const sleep = (ms) => new Promise((done) => setTimeout(done, ms))

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--headless", "--no-sandbox", "--disable-gpu"] })
const page = await browser.newPage()
const start = performance.now()
const server = spawn(command[0], command.slice(1), { stdio: ["ignore", "ignore", "ignore"] })
let first
for (;;) {
  const answer = await fetch(url).catch(() => null)
  if (answer?.ok) {
    await answer.text()
    first = performance.now() - start
    break
  }
  await sleep(5)
}
const times = []
try {
  await page.goto(url)
  await sleep(Number(process.env.SETTLE ?? 5000))
  for (let at = 0; at < Number(edits); at++) {
    const word = `marca${at}x`
    const seen = page.waitForFunction((wanted) => document.body?.textContent.includes(wanted), word, { polling: "raf", timeout: 120000 })
    const saved = performance.now()
    writeFileSync(source, `${text}\n\n${word}\n`)
    await seen
    times.push(performance.now() - saved)
    await sleep(Number(process.env.PAUSE ?? 1000))
  }
} finally {
  writeFileSync(source, text)
  await browser.close()
  server.kill("SIGINT")
}
times.sort((a, b) => a - b)
const at = (share) => Math.round(times[Math.min(times.length - 1, Math.floor(times.length * share))])
console.log(`first page ${Math.round(first)} ms; edit to seen p50 ${at(0.5)}, p95 ${at(0.95)}, most ${at(1)} ms (${times.length} edits)`)
