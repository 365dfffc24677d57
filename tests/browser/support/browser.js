/*
 * One chromium for each test file, and pages that remember what went wrong on them: console
 * errors, uncaught errors, violations of the policy, requests to other hosts.
 */
import assert from "node:assert/strict"
import { createRequire } from "node:module"
import { chromium } from "playwright-core"

export const DESKTOP = { width: 1440, height: 900 }
export const PHONE = { width: 390, height: 844 }

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js")

/** @returns {Promise<import("playwright-core").Browser>} */
export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
  })

/**
 * A page in a context of its own. `wrong` collects what must not happen; a test that expects
 * trouble empties it.
 * @param {import("playwright-core").Browser} browser
 * @param {import("playwright-core").BrowserContextOptions} [options]
 */
export async function open(browser, options = {}) {
  const context = await browser.newContext({ viewport: DESKTOP, ...options })
  const page = await context.newPage()
  /** @type {string[]} */
  const wrong = []
  page.on("console", (message) => {
    // What the browser says about a missing page is not the page's fault.
    const missing = /status of 404/.test(message.text()) && message.location().url === page.url()
    if (message.type() === "error" && !missing) wrong.push(`console: ${message.text()} (${message.location().url})`)
  })
  // Chromium drops the fade between two pages when it is slow, and says so as an error of the page.
  page.on("pageerror", (error) => /^Transition was (aborted|skipped)/.test(error.message) || wrong.push(`error: ${error.message}`))
  page.on("request", (request) => {
    const url = new URL(request.url())
    if (url.protocol.startsWith("http") && url.hostname !== "127.0.0.1") wrong.push(`third party: ${url}`)
  })
  return { page, wrong, close: () => context.close() }
}

/**
 * Violations of axe-core on the page as it stands, one line each.
 * @param {import("playwright-core").Page} page
 * @param {Record<string, unknown>} [options]
 * @returns {Promise<string[]>}
 */
export async function axe(page, options = {}) {
  // Injected over the protocol: the page's own policy holds for what the page loads.
  const { readFileSync } = await import("node:fs")
  await page.evaluate(readFileSync(AXE, "utf8") + "\n;0")
  const found = await page.evaluate(async (given) => {
    const result = await window.axe.run(document, { resultTypes: ["violations"], ...given })
    return result.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)} ${(n.any[0] ?? n.all[0] ?? n.none[0])?.message ?? ""}`))
  }, options)
  return found
}

/** Fails with the list if it is not empty. @param {string[]} list @param {string} what */
export const none = (list, what) => assert.equal(list.join("\n"), "", what)
