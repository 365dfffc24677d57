/*
 * The search: how it is used by keyboard, without a server, without scripts; what it fetches and
 * understands. Which pages come first is tested in `ranking.test.js`.
 */
import assert from "node:assert/strict"
import { cpSync, rmSync } from "node:fs"
import { after, before, test } from "node:test"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { PHONE, axe, launch, none, open } from "./support/browser.js"
import { serve } from "./support/server.js"
import { GUIDE, build, theme } from "./support/site.js"

let browser
before(async () => (browser = await launch()))
after(() => browser.close())

/** Waits until the results of a query are shown. @param {import("playwright-core").Page} page @param {string} query */
const ask = async (page, query) => {
  await page.evaluate((text) => {
    const field = /** @type {HTMLInputElement} */ (document.querySelector("[name=query]"))
    const shown = new Promise((done) => document.addEventListener("md-search-shown", (event) => event.detail.query === text && done(0)))
    window.__shown = shown
    field.focus()
    field.value = text
    field.dispatchEvent(new Event("input", { bubbles: true }))
  }, query)
  await page.evaluate(() => window.__shown)
}

/** Paths of the pages found, best first. @param {import("playwright-core").Page} page */
const found = (page) =>
  page.evaluate(() => [...document.querySelectorAll(".md-search-result__item > a:first-of-type")].map((link) => decodeURI(new URL(link.href).pathname.slice(1))))

/** A site on a server, and a page of it whose search is ready. */
const ready = async (folder, options = {}) => {
  const server = await serve(folder)
  const opened = await open(browser, options)
  await opened.page.goto(server.url)
  return { ...opened, server, close: async () => (await opened.close(), server.close()) }
}

test("the dialog is used by keyboard and says how many pages there are", async () => {
  const { page, wrong, close } = await ready(GUIDE)
  await page.keyboard.press("/")
  await page.keyboard.type("contrasena", { delay: 10 })
  await page.waitForFunction(() => /17|\d+ páginas/.test(document.querySelector(".md-search-result__meta")?.textContent ?? ""))
  assert.equal(await page.getAttribute(".md-search-result__meta", "role"), "status")
  none(await axe(page), "accessible while open")
  await page.keyboard.press("ArrowDown")
  assert.match((await page.getAttribute("[role=option][aria-selected=true]", "href")) ?? "", /cambiar-contrasena\/\?h=/)
  await page.keyboard.press("ArrowUp")
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("name")), "query")
  await page.keyboard.press("Escape")
  assert.equal(await page.isChecked("#__search"), false)
  await page.keyboard.press("s")
  assert.equal(await page.isChecked("#__search"), true)
  await page.keyboard.press("Enter")
  await page.waitForURL(/cambiar-contrasena/)
  assert.ok((await page.locator("mark[data-md-highlight]").count()) > 0, "words are marked on the page")
  none(wrong, "nothing went wrong")
  await close()
})

test("a shared query opens the dialog, and filters narrow it", async () => {
  const { page, server, wrong, close } = await ready(GUIDE)
  await page.goto(`${server.url}?q=memoria`)
  await page.waitForSelector(".md-search-result__item")
  const before = await page.textContent(".md-search-result__meta")
  const options = await page.locator(".md-search-filter__select >> nth=0").locator("option").allTextContents()
  assert.match(options[1], /^Sobre Yachay \(\d+\)$/, "in the order of the navigation")
  await page.selectOption(".md-search-filter__select >> nth=0", { index: 1 })
  await page.waitForFunction((text) => document.querySelector(".md-search-result__meta")?.textContent !== text, before)
  const places = await page.locator(".md-search-result__place").allTextContents()
  assert.ok(places.length > 0 && places.every((place) => place.startsWith("Sobre Yachay")), places.join("; "))
  none(wrong, "nothing went wrong")
  await close()
})

test("the first query fetches little", async () => {
  const { page, server, close } = await ready(GUIDE)
  await ask(page, "instalación")
  const first = server.asked.filter((path) => path.startsWith("/search/"))
  assert.ok(first.length <= 22, first.join(" "))
  assert.ok(!first.includes("/search/search_index.json"))
  await close()
})

const WORDS = {
  "docs/index.md": "# Home\n\nThe red fox jumps over the lazy dog. Fichero uno.\n",
  "docs/a.md": "---\ntags: [animal]\n---\n# Foxes\n\nA dog and a red, very red fox. Run `squeue -u me`. Mañana.\n",
  "docs/b.md": "# Numbers\n\nSLURM_JOB_ID and getElementById, manana, 計算ノードの使い方。\n\n## Of numbers\n",
  "docs/c.md": "# Dogs\n\nA dog is a dog. Archivo dos.\n",
}

test("phrases, exclusions, identifiers, synonyms, other scripts", async () => {
  const config = theme(["search.suggest"]) + "plugins:\n  - tags\n  - search:\n      lang: [es, en]\n      synonyms: [[fichero, archivo], [canine pet, dog]]\n"
  const { page, wrong, close } = await ready(build(WORDS, config))
  for (const [query, paths] of [
    ['"red fox"', ["a/", ""]],
    ['"fox jumps"', [""]],
    ["fox -lazy", ["a/"]],
    ["squeue -u", ["a/"]],
    ["slurm_job_id", ["b/"]],
    ["element", ["b/"]],
    ["job", ["b/"]],
    ["ノード", ["b/"]],
    ["計算", ["b/"]],
    ["dog -fox", ["c/"]],
    ["nubmers", ["b/"]],
    ["the", ["", "a/", "b/", "c/"]],
    ["zzzz", []],
  ]) {
    await ask(page, query)
    const got = await found(page)
    if (query === "the") assert.ok(got.includes(""), "a stop word alone finds what has it")
    else assert.deepEqual(new Set(got), new Set(paths), query)
  }
  await ask(page, "archivo")
  assert.deepEqual((await found(page))[0], "c/", "the word itself before its synonym")
  assert.ok((await found(page)).includes(""))
  await ask(page, "canine pet")
  assert.ok((await found(page)).includes("c/"))
  await ask(page, "mañana")
  assert.deepEqual((await found(page))[0], "a/", "ñ before n")
  await ask(page, "manana")
  assert.deepEqual(await found(page), ["b/", "a/"], "n finds ñ")
  for (const [query, whole] of [["numb", "numbers"], ["red fo", "red fox"], ["dog", ""], ["-numb", ""], ["a.numb", ""], ["numb ", ""]]) {
    await ask(page, query)
    await page.waitForTimeout(20)
    assert.equal(await page.textContent(".md-search__suggest"), whole, `suggested for ${query}`)
  }
  none(wrong, "nothing went wrong")
  await close()
})

test("phrases stand in the quotes of any language, and are left out with a dash", async () => {
  const { page, wrong, close } = await ready(build(WORDS, theme([]) + "plugins: [search]\n"))
  for (const query of ['"red fox"', "“red fox”", "„red fox“", "«red fox»", "「red fox」", "＂red fox＂"]) {
    await ask(page, query)
    assert.deepEqual(new Set(await found(page)), new Set(["", "a/"]), query)
  }
  for (const [query, paths] of [['dog -"lazy dog"', ["a/", "c/"]], ['-"lazy dog" dog', ["a/", "c/"]], ['-"lazy dog"', [""]], ['"lazy red"', []], ['"the lazy" "very red"', []]]) {
    await ask(page, query)
    assert.deepEqual(new Set(await found(page)), new Set(paths), query)
  }
  none(wrong, "nothing went wrong")
  await close()
})

test("a message pasted whole is found, whatever of the reader's own it quotes, and however long it is", async () => {
  const { page, wrong, close } = await ready(build({ ...WORDS, "docs/e.md": "# Errors\n\nValueError: `could not open` the file, it is \"not a table\".\n" }, theme([]) + "plugins: [search]\n"))
  await ask(page, 'File "/home/ana/x.py", line 3: ValueError: could not open the file')
  assert.equal((await found(page))[0], "e/")
  assert.match((await page.textContent(".md-search-result__meta")) ?? "", /“\/home\/ana\/x\.py”/, "said not to be found")
  await ask(page, 'ValueError: "could not open" "red fox"')
  assert.equal((await found(page))[0], "e/", "phrases that no page has together")
  const long = "Some words of mine, many. ".repeat(4000)
  const start = Date.now()
  await ask(page, `"${long}" ${long} ${'"qqq" x '.repeat(20000)} ValueError: could not open the file`)
  assert.equal((await found(page))[0], "e/", "the end of a long text")
  assert.ok(Date.now() - start < 3000, `${Date.now() - start} ms`)
  none(wrong, "nothing went wrong")
  await close()
})

test("the abbreviations of a glossary stand for their long forms, and back", async () => {
  const files = {
    "docs/index.md": "# Home\n\nNothing here.\n",
    "docs/short.md": "# Short\n\nWe do HPC here.\n\n*[HPC]: High Performance Computing\n",
    "docs/long.md": "# Long\n\nHigh performance computing, written out.\n",
    "docs/mpi.md": "# Passing\n\nMessages of the MPI pass through the interface.\n\n*[MPI]: Interface of the Message\n",
  }
  const { page, wrong, close } = await ready(build(files, theme([]) + "plugins: [search]\nmarkdown_extensions: [abbr]\n"))
  for (const query of ["hpc", "high performance computing"]) {
    await ask(page, query)
    assert.deepEqual(new Set(await found(page)), new Set(["short/", "long/"]), query)
  }
  await ask(page, "mpi")
  assert.deepEqual(await page.locator("[role=option] mark").allTextContents(), ["MPI"], "words of the long form are marked where they are the long form")
  await ask(page, "hpc")
  assert.deepEqual((await page.locator("[role=option] mark").allTextContents()).sort(), ["HPC", "High", "computing", "performance"])
  none(wrong, "nothing went wrong")
  await close()
})

test("results are narrowed to a tag", async () => {
  const files = {
    "docs/index.md": "# Home\n\nA word.\n",
    "docs/a.md": "---\ntags: [red]\n---\n# A\n\nThe same word.\n",
    "docs/b.md": "---\ntags: [red, blue]\n---\n# B\n\nThe word again.\n",
  }
  const { page, wrong, close } = await ready(build(files, theme([]) + "plugins: [search, tags]\n"))
  await ask(page, "word")
  assert.equal((await found(page)).length, 3)
  for (const [tag, paths] of [["red (2)", ["a/", "b/"]], ["blue (1)", ["b/"]]]) {
    await page.selectOption(".md-search-filter__select:has-text('blue')", { label: tag })
    await page.waitForFunction((count) => document.querySelectorAll(".md-search-result__item").length === count, paths.length)
    assert.deepEqual(new Set(await found(page)), new Set(paths), tag)
  }
  none(wrong, "nothing went wrong")
  await close()
})

test("what is typed of a word, or typed wrongly, finds it in the guide", async () => {
  const { page, close } = await ready(GUIDE)
  for (const query of ["contras", "contrsaeña", "contrasenia", "CONTRASEÑAS", "vontraseña", "ontraseña", "ocntraseñas", "ccontraseña"]) {
    await ask(page, query)
    assert.match((await found(page))[0] ?? "", /cambiar-contrasena/, query)
  }
  await ask(page, "gpus")
  assert.match((await found(page))[0] ?? "", /jobs-gpu/, "the English plural in Spanish")
  assert.ok(parseInt((await page.textContent(".md-search-result__meta")) ?? "") > 20, "of the word itself")
  await close()
})

test("pages opened from the disk search too", async () => {
  const folder = build(WORDS, theme([]) + "plugins: [search, offline]\n")
  const { page, wrong, close } = await open(browser)
  await page.goto(pathToFileURL(join(folder, "index.html")).href)
  await ask(page, "foxes")
  const hrefs = await page.evaluate(() => [...document.querySelectorAll(".md-search-result__item > a:first-of-type")].map((link) => link.href))
  assert.match(hrefs[0], /^file:.*\/a\.html/)
  none(wrong, "nothing went wrong")
  await close()
})

test("pages opened from the disk have filters, shared queries and marked words as well", async () => {
  const files = { ...WORDS, "docs/part/d.md": "---\ntags: [other]\n---\n# Fields\n\nThe fox of the field.\n\n```\ncopied\n```\n" }
  const config = theme(["search.share", "search.highlight", "content.code.copy"]) + "use_directory_urls: false\nmarkdown_extensions: [pymdownx.superfences]\nnav: [index.md, One: [a.md, b.md], Two: [c.md, part/d.md]]\nplugins: [search, tags, offline]\nchaski: {csp: true}\n"
  const start = pathToFileURL(join(build(files, config), "part/d.html")).href
  const { page, wrong, close } = await open(browser, { viewport: PHONE })
  await page.goto(start)
  await page.click('.md-header__button[for="__search"]')
  await ask(page, "fox")
  assert.equal(await page.locator(".md-search-result__item").count(), 3)
  for (const [tag, count] of [["animal (1)", 1], ["other (1)", 1]]) {
    await page.selectOption(".md-search-filter__select >> nth=1", tag)
    await page.waitForFunction((n) => document.querySelectorAll(".md-search-result__item").length === n, count)
  }
  await page.click("[data-md-component=search-share]")
  await page.goto(`${start}?q=dog`)
  await page.waitForSelector(".md-search-result__item")
  assert.equal(await page.isChecked("#__search"), true, "on a phone too")
  await page.click(".md-search-result__link >> nth=0")
  await page.waitForURL(/c\.html/)
  await page.waitForSelector("mark[data-md-highlight]")
  assert.deepEqual(await page.locator("mark[data-md-highlight]").allTextContents(), ["Dogs", "dog", "dog"])
  none(wrong, "nothing went wrong")
  await close()
})

/** Words that start alike, on many pages. */
const MANY = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`docs/p${i}.md`, `# Page ${i}\n\nPartition memory, ${"more words ".repeat(20)}.\n`]))

test("pages are fetched when there is room for them, and when the reader comes to them", async () => {
  const { page, server, wrong, close } = await ready(build({ "docs/index.md": "# Home\n", ...MANY }, theme([]) + "plugins: [search]\n"), { viewport: { width: 1300, height: 360 } })
  await ask(page, "memory")
  const items = page.locator(".md-search-result__link:not(.md-search-result__next)")
  await page.waitForTimeout(200)
  assert.equal(await items.count(), 5)
  const before = server.asked.length
  await page.evaluate(() => document.querySelector(".md-search__scrollwrap")?.scrollTo(0, 9999))
  await page.waitForFunction(() => document.querySelectorAll(".md-search-result__link").length === 11)
  assert.equal(server.asked.length - before, 5, "a file a page")
  await page.route("**/search/shards/*", (route) => route.abort())
  await page.click(".md-search-result__next")
  await page.waitForFunction(() => document.querySelector(".md-search-result__meta")?.textContent === "Search is not available")
  await page.unroute("**/search/shards/*")
  wrong.length = 0
  for (const count of [21, 30]) {
    await page.click(".md-search-result__next")
    await page.waitForFunction((n) => document.querySelectorAll(".md-search-result__link").length === n, count)
  }
  assert.equal(new Set(await items.evaluateAll((all) => all.map((one) => one.href))).size, 30)
  none(wrong, "nothing went wrong")
  await close()
})

test("of what is typed quickly only the last is fetched to the end", async () => {
  const folder = build({ "docs/index.md": "# Home\n", ...MANY }, theme([]) + "plugins: [search]\n")
  const server = await serve(folder, { delay: (path) => (path.startsWith("/search/") ? 150 : 0) })
  const { page, close } = await open(browser)
  await page.goto(server.url)
  await ask(page, "home")
  const before = server.asked.length
  await page.fill("[name=query]", "")
  await page.keyboard.type("memory", { delay: 15 })
  await page.waitForFunction(() => document.querySelectorAll(".md-search-result__link").length > 4)
  const texts = await page.locator(".md-search-result__meta").textContent()
  assert.match(texts ?? "", /^30 /)
  await page.waitForTimeout(400)
  const fetched = server.asked.slice(before)
  assert.ok(fetched.length <= 12, `${fetched.length}: ${fetched.join(" ")}`)
  await close()
  await server.close()
})

test("Enter pressed before the results are there waits for them; without them there are none", async () => {
  const server = await serve(build(WORDS, theme([]) + "plugins: [search]\n"), { delay: (path) => (path.startsWith("/search/") ? 100 : 0) })
  const { page, close } = await open(browser)
  await page.goto(server.url)
  await page.keyboard.press("/")
  await page.keyboard.type("dogs")
  await page.waitForSelector("[role=option]")
  await page.keyboard.press("Control+A")
  await page.keyboard.type("numbers")
  await page.keyboard.press("Enter")
  await page.waitForURL(/\/b\//)
  await page.keyboard.press("/")
  await page.keyboard.type("fox")
  await page.waitForSelector("[role=option]")
  await page.route("**/search/shards/*", (route) => route.abort())
  await page.keyboard.press("Control+A")
  await page.keyboard.type("archivo")
  await page.waitForFunction(() => document.querySelector(".md-search-result__meta")?.textContent === "Search is not available")
  assert.equal(await page.locator("[role=option]").count(), 0, "no results of another query")
  await page.unroute("**/search/shards/*")
  await page.waitForTimeout(200)
  await page.keyboard.press("Backspace")
  await page.waitForSelector("[role=option]")
  await close()
  await server.close()
})

test("a site that is published anew while a page of it is open is searched on", async () => {
  const config = theme(["search.suggest"]) + "nav: [index.md, One: [a.md, b.md], Two: [c.md]]\nplugins: [search, tags]\n"
  const folder = build(WORDS, config)
  const { page, close } = await ready(folder)
  await ask(page, "numbers")
  const anew = { ...WORDS, "docs/b.md": "# Foxes in numbers\n\nNumbers of foxes, dogs, and what is new.\n" }
  rmSync(join(folder, "search"), { recursive: true })
  cpSync(build(anew, config.replace("One", "First")), folder, { recursive: true })
  await ask(page, "dog")
  assert.deepEqual(new Set(await found(page)), new Set(["", "a/", "b/", "c/"]))
  assert.match((await page.textContent(".md-search-filter")) ?? "", /First \(2\)/)
  assert.equal(await page.locator(".md-search-filter").count(), 1)
  await ask(page, "new")
  assert.deepEqual(await found(page), ["b/"])
  await close()
})

test("what a host gives instead of a file is taken for none, and asked for again", async () => {
  const { page, close } = await ready(build(WORDS, theme([]) + "plugins: [search]\n"))
  for (const files of ["**/assets/javascripts/search*", "**/search/shards/root.json", "**/search/shards/*.bin"]) {
    await page.reload()
    await page.route(files, (route) => route.fulfill({ status: 200, contentType: "text/html", body: "" }))
    await page.keyboard.press("/")
    await page.keyboard.type("numbers")
    await page.waitForFunction(() => document.querySelector(".md-search-result__meta")?.textContent === "Search is not available", null, { timeout: 5000 })
    await page.unroute(files)
    await page.keyboard.press("Backspace")
    await page.waitForSelector("[role=option]")
  }
  await close()
})

test("instant navigation closes the dialog and leads to the page", async () => {
  const { page, server, wrong, close } = await ready(build(WORDS, theme(["navigation.instant", "search.highlight"]) + "plugins: [search]\n"))
  await page.evaluate(() => (window.stayed = true))
  await page.keyboard.press("/")
  await page.keyboard.type("numbers")
  await page.waitForSelector("[role=option]")
  await page.keyboard.press("Enter")
  await page.waitForURL(/\/b\//)
  await page.waitForSelector("mark[data-md-highlight]")
  assert.equal(await page.isChecked("#__search"), false)
  assert.equal(await page.evaluate(() => document.activeElement?.textContent?.trim().slice(0, 7)), "Numbers", "focus is on the new page")
  assert.equal(await page.evaluate(() => window.stayed), true)
  const before = server.asked.length
  await page.click(".md-sidebar--secondary a >> nth=0")
  await page.waitForURL(/#/)
  await page.waitForTimeout(200)
  assert.deepEqual(server.asked.slice(before).filter((path) => path.endsWith("/")), [], "the page is there already")
  assert.ok((await page.locator("mark[data-md-highlight]").count()) > 0)
  none(wrong, "nothing went wrong")
  await close()
})

test("the dialog leaves the reader where they were", async () => {
  const { page, server, wrong, close } = await ready(build({ ...WORDS, "docs/index.md": "# Home\n\n[Dogs](c.md) and a fox.\n" }, theme(["search.suggest"]) + "plugins: [search]\n"))
  const isOpen = () => page.isChecked("#__search")
  await page.focus("article a")
  await page.keyboard.press("/")
  await page.keyboard.type("numbers")
  await page.waitForSelector("[role=option]")
  await page.mouse.click(200, 700)
  assert.equal(await isOpen(), false)
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Dogs", "beside the dialog")
  await page.keyboard.press("/")
  await page.keyboard.type("dogs")
  assert.equal(await page.inputValue("[name=query]"), "dogs", "another query takes the place of the last one")

  await page.waitForFunction(() => /c\/$/.test(document.querySelector("[role=option]")?.href))
  await page.keyboard.press("Enter")
  await page.waitForURL(/\/c\//)
  await page.goBack({ waitUntil: "load" })
  await page.waitForFunction(() => document.readyState === "complete")
  await page.waitForTimeout(100)
  assert.equal(await isOpen() && !(await page.getAttribute(".md-search", "role")), false, "come back, the dialog is not open by half")

  await page.goto(server.url + "?q=fox&lang=en#home")
  await page.waitForSelector("[role=option]")
  await page.keyboard.press("Escape")
  assert.equal(page.url(), server.url + "?lang=en#home")
  none(wrong, "nothing went wrong")
  await close()
})

test("words of scripts without spaces are marked whole", async () => {
  const { page, wrong, close } = await ready(build(WORDS, theme(["search.highlight"]) + "plugins: [search]\n"))
  await ask(page, "計算ノード")
  assert.deepEqual(await page.locator("[role=option] mark").allTextContents(), ["計算ノード"])
  await page.keyboard.press("Enter")
  await page.waitForSelector("mark[data-md-highlight]")
  assert.deepEqual(await page.locator("mark[data-md-highlight]").allTextContents(), ["計算ノード"])
  none(wrong, "nothing went wrong")
  await close()
})

test("of a text without spaces what is missing is said in whole words", async () => {
  const files = { "docs/index.md": "# 修改密码\n\n请每年修改您的密码。忘记密码时请联系管理员。\n" }
  const { page, wrong, close } = await ready(build(files, theme([], "  language: zh\n") + "plugins: [search]\n"))
  for (const [query, words] of [["密码修改", ""], ["如何修改密码", " · 缺少：如何"], ["忘记密码怎么办 slurm", " · 缺少：怎么办、slurm"]]) {
    await ask(page, query)
    assert.equal(await page.textContent(".md-search-result__meta"), "1 个符合的页面" + words, query)
  }
  none(wrong, "nothing went wrong")
  await close()
})

test("words of one letter are marked where they stand alone", async () => {
  const { page, server, wrong, close } = await ready(build({ ...WORDS, "docs/d.md": "# R and C++\n\nA red cat, 1 of 100, installed.\n" }, theme(["search.highlight"]) + "plugins: [search]\n"))
  await page.goto(`${server.url}d/?h=r+c+1+install`)
  await page.waitForSelector("mark[data-md-highlight]")
  assert.deepEqual(await page.locator("mark[data-md-highlight]").allTextContents(), ["R", "C", "1", "install"])
  none(wrong, "nothing went wrong")
  await close()
})

test("keys that put signs together stay with the field", async () => {
  const { page, close } = await ready(build(WORDS, theme([]) + "plugins: [search]\n"))
  await page.keyboard.press("/")
  await ask(page, "numbers")
  for (const init of [{ key: "ArrowDown", isComposing: true }, { key: "Enter", isComposing: true }, { key: "Enter", keyCode: 229 }, { key: "Escape", isComposing: true }])
    await page.evaluate((given) => document.querySelector("[name=query]").dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...given })), init)
  await page.waitForTimeout(200)
  assert.equal(new URL(page.url()).pathname, "/")
  assert.equal(await page.isChecked("#__search"), true)
  assert.equal(await page.locator("[aria-selected=true]").count(), 0)
  await close()
})

test("nothing is suggested behind a query that is longer than the field", async () => {
  const { page, close } = await ready(build(WORDS, theme(["search.suggest"]) + "plugins: [search]\n"), { viewport: PHONE })
  await page.click('.md-header__button[for="__search"]')
  for (const [query, whole] of [["red numb", "red numbers"], ["the red fox jumps over the lazy dog, a fox and numb", ""]]) {
    await ask(page, query)
    await page.waitForTimeout(50)
    assert.equal(await page.textContent(".md-search__suggest"), whole)
  }
  await close()
})

test("on a phone the dialog fills the screen", async () => {
  const { page, close } = await ready(GUIDE, { viewport: PHONE })
  await page.click('.md-header__button[for="__search"]')
  await ask(page, "gpu")
  const box = await page.locator(".md-search__inner").boundingBox()
  assert.ok(box && box.width === PHONE.width && box.height === PHONE.height, JSON.stringify(box))
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= PHONE.width)
  await close()
})

test("all results can be reached on a phone whose bars take a part of the screen", async () => {
  const { page, close } = await ready(build({ "docs/index.md": "# Home\n", ...MANY }, theme([]) + "plugins: [search]\n"), { viewport: PHONE })
  await page.click('.md-header__button[for="__search"]')
  await ask(page, "memory")
  // What is fixed to the window ends above the bars, whose height `vh` does not know.
  const ends = await page.evaluate(() => {
    document.querySelector(".md-search__inner").style.cssText = "bottom: 60px; height: auto"
    return [".md-search__inner", ".md-search__scrollwrap"].map((part) => document.querySelector(part).getBoundingClientRect().bottom)
  })
  assert.ok(ends[1] <= ends[0] + 1, ends.join(" "))
  await close()
})

test("results read well", async () => {
  const table = `+${"-".repeat(40)}+\n| fox |\n+${"=".repeat(40)}+`
  const { page, wrong, close } = await ready(build({ ...WORDS, "docs/d.md": `# Tables\n\n\`\`\`\n${table}\n\`\`\`\n` }, theme([]) + "plugins: [search]\nmarkdown_extensions: [fenced_code]\n"), { forcedColors: "active" })
  await ask(page, "table fox")
  assert.equal(await page.textContent(".md-search-result__teaser"), "+---+ | fox | +===+")
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector(".md-search-result mark")).paddingInline), "0px", "no gaps beside marked words")
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector(".md-search__output")).outlineStyle), "solid", "apart from the page in any colours")
  none(wrong, "nothing went wrong")
  await close()
})

test("without scripts a page says so and lists the site", async () => {
  const { page, server, close } = await ready(GUIDE, { javaScriptEnabled: false })
  assert.equal(await page.getAttribute("form[name=search]", "action"), "search/index.html")
  await page.goto(`${server.url}search/index.html`)
  assert.match(await page.innerText("article"), /JavaScript/)
  const links = await page.locator("article a").evaluateAll((all) => all.length).catch(() => page.locator("article a").count())
  assert.ok(links > 40, `${links} links`)
  await close()
})
