/*
 * The search by keyboard alone, as the accessibility tree shows it at every step: what a screen
 * reader is told. Patterns: https://www.w3.org/WAI/ARIA/apg/patterns/ (dialog-modal, combobox).
 */
import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { PHONE, axe, launch, none, open } from "./support/browser.js"
import { serve } from "./support/server.js"
import { build, theme } from "./support/site.js"

const FILES = {
  "docs/index.md": "# Home\n\nStart with a [first link](red/one.md) to the cluster.\n",
  "docs/red/one.md": "---\ntags: [warm]\n---\n# Memory\n\nMemory of the cluster.\n\n## Limits\n\nA limit of memory for jobs.\n\n## Requests\n\nHow to ask for memory.\n\n## Errors\n\nOut of memory.\n",
  "docs/red/two.md": "---\ntags: [warm, cold]\n---\n# Disks\n\nDisks are no memory. Memorable words.\n",
  "docs/blue/three.md": "# Nodes\n\nThe nodes have much memory.\n",
  ...Object.fromEntries(Array.from({ length: 14 }, (_, i) => [`docs/blue/n${i}.md`, `# Node ${i}\n\nA plain page about partitions.\n`])),
}
const CONFIG =
  theme(["search.suggest", "search.share", "search.highlight"], "  palette:\n    - media: '(prefers-color-scheme: light)'\n      scheme: default\n    - media: '(prefers-color-scheme: dark)'\n      scheme: slate\n") +
  "nav:\n  - index.md\n  - Red: [red/one.md, red/two.md]\n  - Blue: [blue/three.md, " + Array.from({ length: 14 }, (_, i) => `blue/n${i}.md`).join(", ") + "]\nplugins: [search, tags]\n"

let browser, server
before(async () => {
  browser = await launch()
  server = await serve(build(FILES, CONFIG))
})
after(async () => {
  await browser.close()
  await server.close()
})

/** @typedef {{role: string, name: string, value: string, [state: string]: any}} Seen */

/**
 * A page, and what its accessibility tree says: `tree()` all nodes, `focus()` the focused one with the
 * name of what it points at (`active`).
 */
const reader = async (options = {}) => {
  const opened = await open(browser, options)
  const { page } = opened
  page.setDefaultTimeout(8000)
  const session = await page.context().newCDPSession(page)
  await page.goto(server.url)
  /** @returns {Promise<Seen[]>} */
  const tree = async () => {
    const { nodes } = await session.send("Accessibility.getFullAXTree")
    const names = new Map(nodes.map((node) => [node.backendDOMNodeId, node.name?.value ?? ""]))
    return nodes.filter((node) => !node.ignored).map((node) => {
      const seen = { role: node.role?.value, name: node.name?.value ?? "", value: node.value?.value ?? "" }
      for (const { name, value } of node.properties ?? []) seen[name] = value.relatedNodes ? value.relatedNodes.map((one) => names.get(one.backendDOMNodeId) ?? "").join() : value.value
      return seen
    })
  }
  const focus = async () => (await tree()).filter((node) => node.focused && node.role !== "RootWebArea").pop() ?? { role: "", name: "", value: "" }
  /** What live regions have said since the last call. */
  await page.evaluate(() => {
    window.heard = []
    const watch = new MutationObserver((changes) => {
      for (const { target } of changes) {
        const region = (target.parentElement ?? target).closest("[role=status]") ?? (target.nodeType === 1 && target.matches("[role=status]") ? target : null)
        if (region?.textContent) window.heard.push(region.textContent)
      }
    })
    watch.observe(document.querySelector(".md-search"), { subtree: true, childList: true, characterData: true })
  })
  const heard = () => page.evaluate(() => window.heard.splice(0).filter((text, i, all) => text !== all[i - 1]))
  const shown = (text) => page.waitForFunction((wanted) => document.querySelector(".md-search-result__meta")?.textContent === wanted, text)
  return { ...opened, tree, focus, heard, shown }
}

test("the dialog opens by the keys that the theme promises, and gives focus back", async () => {
  const { page, tree, focus, wrong, close } = await reader()
  assert.ok(!(await tree()).some((node) => node.role === "dialog"), "closed, there is no dialog")
  await page.focus("article a")
  for (const key of ["/", "s", "f"]) {
    await page.keyboard.press(key)
    const dialog = (await tree()).find((node) => node.role === "dialog")
    assert.deepEqual([dialog?.name, dialog?.modal], ["Search", true], key)
    const field = await focus()
    assert.deepEqual([field.role, field.name, field.value], ["combobox", "Search", ""], key)
    assert.deepEqual([field.expanded, field.autocomplete, field.hasPopup], [false, "both", "listbox"])
    await page.keyboard.press("Escape")
    assert.ok(!(await tree()).some((node) => node.role === "dialog"))
    assert.deepEqual([(await focus()).role, (await focus()).name], ["link", "first link"], `${key}: focus goes back`)
  }
  none(wrong, "nothing went wrong")
  await close()
})

test("arrows choose among results without leaving the field", async () => {
  const { page, tree, focus, heard, shown, wrong, close } = await reader()
  await page.keyboard.press("/")
  await page.keyboard.type("memory")
  await shown("3 matching pages")
  assert.ok((await heard()).includes("3 matching pages"), "the number of results is announced")
  assert.ok((await tree()).some((node) => node.role === "status" && node.live === "polite"))
  const list = (await tree()).find((node) => node.role === "listbox")
  assert.equal(list?.name, "3 matching pages")
  let field = await focus()
  assert.deepEqual([field.role, field.expanded, field.activedescendant], ["combobox", true, undefined])

  // The options of the filters are no results.
  const results = async () => (await tree()).filter((node) => node.role === "option" && !/ \(\d+\)$|: All$/.test(node.name))
  const names = (await results()).map((node) => node.name)
  assert.deepEqual(names.slice(0, 2), ["Memory Red · warm Memory of the cluster.", "3 more on this page"])
  assert.deepEqual(names.slice(2).sort(), ["Disks Red · warm · cold Disks are no memory. Memorable words.", "Nodes Blue The nodes have much memory."])
  const chosen = async () => {
    const selected = (await results()).filter((node) => node.selected)
    assert.ok(selected.length <= 1)
    field = await focus()
    assert.equal(field.role, "combobox", "focus stays in the field")
    assert.equal(field.activedescendant ?? "", selected[0]?.name ?? "")
    return selected[0]
  }
  await page.keyboard.press("ArrowDown")
  assert.equal((await chosen()).name, names[0])
  await page.keyboard.press("ArrowDown")
  assert.equal((await chosen()).name, "3 more on this page")
  await page.keyboard.press("Enter")
  assert.match((await chosen()).name, /^(Limits A limit|Requests How to|Errors Out of) .* Memory$/, "the first of what was folded, with its page")
  await page.keyboard.press("End")
  assert.equal(await chosen(), undefined, "back in the text")
  await page.keyboard.press("ArrowUp")
  assert.equal((await chosen()).name, names[3], "the last one")
  await page.keyboard.press("Home")
  assert.equal(await chosen(), undefined)
  assert.equal(await page.evaluate(() => document.activeElement?.selectionStart), 0, "Home is the field's own")
  await page.keyboard.press("ArrowDown")
  await page.keyboard.press("ArrowUp")
  assert.equal(await chosen(), undefined, "up from the first is the field")

  await page.keyboard.press("Control+A")
  await page.keyboard.type("zzzz")
  await shown("No matching pages")
  assert.ok((await heard()).includes("No matching pages"))
  assert.equal((await focus()).expanded, false, "nothing to choose")
  await page.keyboard.press("Control+A")
  await page.keyboard.type("memory")
  await shown("3 matching pages")

  // Letters that are put together from keys, as in Japanese, end with Enter too.
  await page.evaluate(() => document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true })))
  assert.equal(page.url(), server.url)
  await page.keyboard.press("ArrowDown")
  await page.keyboard.press("Enter")
  await page.waitForURL(/red\/one/)
  none(wrong, "nothing went wrong")
  await close()
})

test("Tab goes round inside: field, closing, sharing, clearing, filters", async () => {
  const { page, focus, heard, shown, wrong, close } = await reader()
  await page.context().grantPermissions(["clipboard-write", "clipboard-read"])
  await page.keyboard.press("/")
  await page.keyboard.press("Tab")
  assert.deepEqual([(await focus()).role, (await focus()).name], ["button", "Close search"], "without a query there is nothing to share, clear or filter")
  await page.keyboard.press("Tab")
  assert.equal((await focus()).role, "combobox")
  await page.keyboard.type("memory")
  await shown("3 matching pages")
  const round = []
  for (let i = 0; i < 6; i++) {
    await page.keyboard.press("Tab")
    const { role, name } = await focus()
    round.push(`${role} ${name}`)
  }
  assert.deepEqual(round, ["button Close search", "button Share", "button Clear", "combobox Section", "combobox Tag", "combobox Search"])
  await page.keyboard.press("Shift+Tab")
  assert.equal((await focus()).name, "Tag")
  await heard()
  await page.keyboard.press("ArrowDown")
  await shown("1 matching page")
  assert.ok((await heard()).includes("1 matching page"), "what a filter leaves is announced")
  for (const name of ["Section", "Clear", "Share"]) {
    await page.keyboard.press("Shift+Tab")
    assert.equal((await focus()).name, name)
  }
  await page.keyboard.press("Enter")
  await page.waitForFunction(() => document.querySelector(".md-search-result__said[role]")?.textContent === "Copied to clipboard")
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `${server.url}?q=memory`)
  assert.equal((await focus()).name, "Share", "focus stays")
  await page.keyboard.press("Tab")
  await page.keyboard.press("Enter")
  await shown("Type to start searching")
  assert.deepEqual([(await focus()).role, (await focus()).value, (await focus()).expanded], ["combobox", "", false], "cleared, and in the field")
  none(wrong, "nothing went wrong")
  await close()
})

test("a suggestion is taken by the arrow, and said", async () => {
  const { page, focus, heard, shown, wrong, close } = await reader()
  await page.keyboard.press("/")
  await page.keyboard.type("part")
  await page.waitForFunction(() => document.querySelector(".md-search__suggest")?.textContent === "partitions")
  await heard()
  await page.keyboard.press("ArrowRight")
  assert.equal((await focus()).value, "partitions")
  await shown("14 matching pages")
  assert.deepEqual((await heard()).filter((text) => text === "partitions"), ["partitions"])
  // Five pages, five more as there is room for them, and a button for the others.
  const options = page.locator("[role=option]")
  await page.waitForFunction(() => document.querySelectorAll("[role=option]").length === 11)
  await page.keyboard.press("ArrowUp")
  assert.equal((await focus()).activedescendant, "Show more results")
  await page.keyboard.press("Enter")
  await page.waitForFunction(() => document.querySelectorAll("[role=option]").length === 14)
  const title = await options.nth(10).locator(".md-search-result__title").textContent()
  assert.ok((await focus()).activedescendant.startsWith(title + " "), "the first of those that came")
  none(wrong, "nothing went wrong")
  await close()
})

test("who passes the field by Tab does not open the dialog", async () => {
  const { page, focus, tree, close } = await reader()
  await page.keyboard.press("/")
  await page.keyboard.press("Escape")
  await page.focus(".md-header .md-logo")
  for (let i = 0; i < 9 && (await focus()).role !== "combobox"; i++) await page.keyboard.press("Tab")
  assert.equal((await focus()).role, "combobox")
  assert.ok(!(await tree()).some((node) => node.role === "dialog"))
  await page.keyboard.press("Tab")
  assert.notEqual((await focus()).role, "combobox", "on to what follows")
  await page.keyboard.press("Shift+Tab")
  await page.keyboard.press("ArrowDown")
  assert.ok((await tree()).some((node) => node.role === "dialog"))
  await close()
})

for (const colorScheme of /** @type {const} */ (["light", "dark"]))
  for (const viewport of [undefined, PHONE])
    test(`axe finds nothing wrong with the dialog, ${colorScheme}, ${viewport ? "phone" : "desktop"}`, async () => {
      const { page, focus, shown, wrong, close } = await reader({ colorScheme, ...(viewport && { viewport }) })
      none(await axe(page), "closed")
      await page.keyboard.press("/")
      await page.waitForTimeout(250)
      none(await axe(page), "empty")
      await page.keyboard.type("memory")
      await shown("3 matching pages")
      await page.keyboard.press("ArrowDown")
      none(await axe(page), "results, one chosen")
      await page.keyboard.press("ArrowDown")
      await page.keyboard.press("Enter")
      none(await axe(page), "sections unfolded")
      await page.selectOption("select", "Red (2)")
      await shown("2 matching pages")
      none(await axe(page), "filtered")
      await page.fill("[name=query]", "zzzz")
      await shown("No matching pages")
      none(await axe(page), "nothing found")
      await page.keyboard.press("Escape")
      if (viewport) assert.deepEqual([(await focus()).role, (await focus()).name], ["button", "Search"], "back on the button that opens it")
      none(wrong, "nothing went wrong")
      await close()
    })
