/*
 * The search dialog: asks the ranker for pages while the reader types, and shows them. Loaded when
 * the field is first used. Without a server the same index comes as scripts.
 */

/** How many pages are shown at first, about as many as there is room for; and how many more at a time. */
const SHOWN = 5
const SHOWN_MORE = 10
/** How many words of a section are shown. */
const SNIPPET = 34

/** How many texts are kept cut into words. */
const KEPT_TEXTS = 400

/** @type {Map<string, Word[]>} */
const keptTexts = new Map()

/** The words of a text, kept: with every letter that a reader types, much the same texts are looked
 * through. @param {string} text */
const wordsOnce = (text) => {
  let words = keptTexts.get(text)
  if (!words) {
    if (keptTexts.size >= KEPT_TEXTS) keptTexts.delete(keptTexts.keys().next().value)
    keptTexts.set(text, (words = wordsOf(text)))
  }
  return words
}

/** What stands between a name and its value, and between words of a list, where it is not `: ` and `, `. */
const COLON = { fr: "\u00a0: ", ja: "：", zh: "：" }
const COMMA = { ar: "، ", ja: "、", zh: "、" }
/** @param {Record<string, string>} marks @param {string} usual */
const mark = (marks, usual) => marks[document.documentElement.lang.slice(0, 2)] ?? usual

/** Where the files of the index are. @param {any} kit */
const indexSource = ({ baseUrl, make }) => {
  const folder = new URL("search/shards/", baseUrl)
  const waiting = new Map()
  window.__md_search_file = (name, content) => waiting.get(name)(content)
  /** What has run without giving anything is no file of the index. @param {string} name @returns {Promise<any>} */
  const script = (name) =>
    new Promise((done, failed) => {
      waiting.set(name, done)
      document.head.append(Object.assign(make("script", { src: new URL(name + ".js", folder).href }), { onerror: failed, onload: failed }))
    })
  let scripts = location.protocol === "file:"
  return {
    async root() {
      if (!scripts) {
        const answer = await fetch(new URL("root.json", folder), { cache: "no-cache" })
        if (answer.ok) return answer.json()
        scripts = true
      }
      return script("root")
    },
    /** @param {string} name */
    async file(name) {
      if (scripts) return Uint8Array.from(atob(await script(name)), (c) => c.charCodeAt(0))
      const answer = await fetch(new URL(name + ".bin", folder))
      if (!answer.ok) throw new Error(`${answer.status} ${answer.url}`)
      return new Uint8Array(await answer.arrayBuffer())
    },
  }
}

/** What of a page matches. */
class Matches {
  /** @param {Unit[]} units */
  constructor(units) {
    /** @type {Map<string, {unit: number, factor: number}>} */
    this.words = new Map()
    this.units = units
    units.forEach((unit, i) => {
      for (const { form, factor } of unit.variants) {
        const known = this.words.get(form.exact)
        if (!known || known.factor < factor) this.words.set(form.exact, { unit: i, factor })
      }
    })
  }
  /** The matching words of a text, with offsets; those of a phrase where they stand together. @param {string} text */
  in(text) {
    const all = wordsOnce(text)
    const found = []
    for (const word of all) {
      const match = this.words.get(word.exact)
      if (match) found.push({ ...match, start: word.start, end: word.end, at: word.at, weight: match.factor * this.units[match.unit].idf * this.units[match.unit].weight })
    }
    for (const [unit, { phrase, slack, idf, weight }] of this.units.entries()) {
      if (!phrase) continue
      for (const [i, first] of all.entries()) {
        if (!phrase[0].forms.has(first.exact)) continue
        const near = all.slice(Math.max(0, i - 40), i + 40)
        const whole = phrase.map(({ step, forms }) => near.find((word) => Math.abs(word.at - first.at - step + phrase[0].step) <= slack && forms.has(word.exact)))
        if (whole.every(Boolean)) for (const { start, end, at } of whole) found.push({ unit, factor: 1, start, end, at, weight: idf * weight })
      }
    }
    found.sort((a, b) => a.start - b.start || b.end - a.end)
    return { all, found }
  }
  /** What is to be marked of a text, letters that several words share once. Beside others, words that most pages have are not.
   * @param {string} text @param {number} least */
  spans(text, least) {
    const spans = []
    for (const { start, end, weight } of this.in(text).found) {
      const last = spans[spans.length - 1]
      if (weight < least && this.units.length > 1) continue
      if (last && start < last.end) last.end = Math.max(last.end, end)
      else spans.push({ start, end })
    }
    return spans
  }
  /** A text with its matches marked. @param {any} kit @param {string} text */
  marked({ make }, text) {
    const out = document.createDocumentFragment()
    let from = 0
    for (const { start, end } of this.spans(text, 0.02)) {
      out.append(text.slice(from, start), make("mark", {}, text.slice(start, end)))
      from = end
    }
    out.append(text.slice(from))
    return out
  }
  /** How well a section matches, and the part of its text that shows it. @param {Section} section */
  section(section) {
    const heading = this.in(section.heading)
    const body = this.in(section.text)
    const best = new Map()
    const count = (found, factor) => {
      for (const { unit, weight } of found) best.set(unit, Math.max(best.get(unit) || 0, weight * factor))
    }
    count(body.found, 1)
    count(heading.found, 2)
    let score = [...best.values()].reduce((sum, value) => sum + value, 0)
    score += 0.05 * Math.min(10, body.found.length)
    return { score: best.size ? score : 0, snippet: this.snippet(section.text, body) }
  }
  /** @param {string} text @param {{all: Word[], found: any[]}} matches */
  snippet(text, { all, found }) {
    const whole = all.filter((word) => !word.beside)
    if (whole.length <= SNIPPET) return text
    let start = 0
    let most = -1
    for (const [i, first] of found.entries()) {
      const seen = new Map()
      for (let next = i; next < found.length && found[next].at < first.at + SNIPPET - 6; next++) {
        const { unit, weight } = found[next]
        seen.set(unit, Math.max(seen.get(unit) || 0, weight))
      }
      const value = [...seen.values()].reduce((sum, weight) => sum + weight, 0)
      if (value > most) [most, start] = [value, first.at]
    }
    const from = Math.max(0, Math.min(start - 5, whole.length - SNIPPET))
    const to = Math.min(whole.length, from + SNIPPET)
    const cut = text.slice(from ? whole[from].start : 0, to < whole.length ? whole[to].start : text.length).trim()
    return (from ? "… " : "") + cut + (to < whole.length ? " …" : "")
  }
}

/** The words that no page has; of pairs of letters, those letters that are in no known pair.
 * @param {Unit[]} units @returns {string[]} */
const unknownWords = (units) => {
  const known = new Set(units.filter((unit) => unit.known).flatMap(({ word }) => Array.from({ length: word.end - word.start }, (_, i) => word.start + i)))
  const found = []
  let end = -1
  for (const { word, known: isKnown, weight } of units) {
    if (isKnown || weight !== 1) continue
    if (!DENSE.test(word.exact)) found.push(word.exact)
    else
      for (const { 0: letter, index } of word.exact.matchAll(/./gsu)) {
        const at = word.start + index
        if (known.has(at) || at < end) continue
        if (at === end) found[found.length - 1] += letter
        else found.push(letter)
        end = at + letter.length
      }
  }
  return found
}

/** A text for a few lines: of tables drawn in signs little is left. @param {string} text */
const shortened = (text) => text.replace(/([^\p{L}\p{N}\s])\1{3,}/gu, "$1$1$1").replace(/\s+/g, " ")

/** @param {any} kit */
const startSearch = async (kit) => {
  const { field, result, toggle, word, baseUrl, make, one, all, has, copy, isComposing } = kit
  const meta = one(".md-search-result__meta", result)
  const list = one(".md-search-result__list", result)
  const said = one(".md-search-result__said[role]", result)
  let index
  let search
  let complete
  let filters
  /** Reads the root of the index anew, and what follows from it. */
  const begin = async () => {
    const opened = await openIndex(indexSource(kit))
    const row = opened.root.filters ? filterRow(kit, await opened.json(opened.root.filters), () => update()) : null
    if (filters) filters.element.remove()
    if (row) meta.after(row.element)
    index = opened
    filters = row
    ;({ search, complete } = ranker(index))
  }
  await begin()
  /** Whether the site was published anew since the page was opened: then its index has other files. */
  const isRenewed = async () => {
    const before = JSON.stringify(index.root)
    await begin()
    return JSON.stringify(index.root) !== before
  }
  const suggestion = one(".md-search__suggest")
  /** Of several queries on their way only the last one is shown. */
  let turn = 0
  /** Numbers for the ids of what is listed. */
  let ids = 0

  /** What can be chosen: a page, a section of it, more of them. @param {HTMLElement} element */
  const option = (element) => {
    for (const [name, value] of Object.entries({ role: "option", id: `__search_${++ids}`, tabindex: "-1", "aria-selected": "false" })) element.setAttribute(name, value)
    return element
  }

  /** @param {string} title @param {string} text @param {string} url @param {Matches} matches @param {string} marks @param {string[]} around @param {string} [of] Title of the page of a section */
  const entry = (title, text, url, matches, marks, around, of) => {
    const address = new URL(url, baseUrl)
    if (has("search.highlight") && marks) address.searchParams.set("h", marks)
    const article = make("article", { class: "md-search-result__article md-typeset", role: "presentation" })
    // Read aloud, the title comes before the place, which is shown above it.
    article.append(make("div", { class: "md-search-result__title" }, matches.marked(kit, title)))
    if (around.length) article.append(make("div", { class: "md-search-result__place" }, around.join(" · ")))
    if (text) article.append(make("p", { class: "md-search-result__teaser" }, matches.marked(kit, shortened(text))))
    // A section is said with its page.
    if (of) article.append(make("span", { class: "md-search-result__said" }, of))
    return option(make("a", { href: address.href, class: "md-search-result__link" }, article))
  }

  /** One page: its best section, the others folded. @param {Fragment} page @param {Matches} matches */
  const item = (page, matches) => {
    const scored = page.sections.map((section) => ({ section, ...matches.section(section) }))
    const best = Math.max(0, ...scored.map(({ score }) => score))
    const ordered = scored.filter(({ score }) => score > 0.3 * best).sort((a, b) => b.score - a.score)
    const words = new Set()
    const texts = [page.title, ...ordered.slice(0, 4).flatMap(({ section }) => [section.heading, section.text])]
    for (const text of texts) for (const { start, end } of matches.spans(text, 0.05)) if (words.size < 12) words.add(text.slice(start, end).toLowerCase())
    const marks = [...words].join(" ")
    const intro = page.sections.find(({ id }) => !id)
    const first = ordered[0]
    const onTop = !first || !first.section.id
    const teaser = onTop ? (first ? first.snippet : matches.snippet(intro ? intro.text : "", matches.in(intro ? intro.text : ""))) : ""
    const own = entry(page.title, teaser, page.url, matches, marks, [page.place, ...page.tags].filter(Boolean))
    const row = make("li", { class: "md-search-result__item", role: "presentation" }, own)
    const rest = ordered.filter(({ section }) => section.id).slice(0, 8)
    const section = ({ section, snippet }) => entry(section.heading || page.title, snippet, `${page.url}#${section.id}`, matches, marks, [], page.title)
    if (!onTop) row.append(section(rest.shift()))
    if (rest.length) {
      const label = rest.length === 1 ? word("search.result.more.one") : word("search.result.more.other", rest.length)
      const button = option(make("button", { type: "button", class: "md-search-result__link md-search-result__more" }, label))
      button.addEventListener("click", () => replace(button, rest.map(section)))
      row.append(button)
    }
    return row
  }

  /** Puts what a button promised in its place. @param {Element} button @param {Element[]} elements */
  const replace = (button, elements) => {
    const wasActive = button === active()
    button.replaceWith(...elements)
    field.focus()
    if (wasActive) activate(options().find((one) => elements.some((element) => element.contains(one))))
  }

  /** Pages `from` to `to`; parts of one long page are shown as one. @param {any} found @param {number} from @param {number} to @param {Matches} matches */
  const rows = async (found, from, to, matches) => {
    const fragments = await Promise.all(found.results.slice(from, to).map(({ doc }) => index.fragment(doc)))
    const pages = new Map()
    for (const fragment of fragments) {
      const known = pages.get(fragment.url)
      if (known) known.sections = known.sections.concat(fragment.sections)
      else pages.set(fragment.url, { ...fragment })
    }
    return [...pages.values()].map((page) => item(page, matches))
  }

  /** @param {Element[]} items */
  const fill = (items) => {
    activate(null)
    list.replaceChildren(...items)
    tell()
  }
  const tell = () => field.setAttribute("aria-expanded", String(toggle.checked && list.childElementCount > 0))

  /** @param {number} mine */
  const show = async (mine) => {
    const query = field.value
    if (suggestion) suggestion.textContent = ""
    if (filters) filters.element.hidden = !query.trim()
    if (!query.trim()) {
      fill([])
      meta.textContent = word("search.result.placeholder")
      return
    }
    const isWanted = () => mine === turn
    const only = filters ? await Promise.all(filters.chosen().map(index.pagesOf)) : []
    const found = await search(query, { typing: true, only, isWanted })
    if (!found || !isWanted()) return
    const matches = new Matches(found.units)
    const items = await rows(found, 0, SHOWN, matches)
    if (!isWanted()) return
    fill(items)
    const n = found.results.length
    meta.textContent = n === 0 ? word("search.result.none") : n === 1 ? word("search.result.one") : word("search.result.other", found.isCut ? `\u2066${n}+\u2069` : n)
    const missing = found.absent.map((phrase) => `“${phrase.slice(0, 40)}”`).concat(unknownWords(found.words).filter((own) => !found.absent.some((phrase) => phrase.toLowerCase().includes(own))))
    if (n && missing.length) meta.textContent += ` · ${word("search.result.term.missing")}${mark(COLON, ": ")}${missing.slice(0, 4).join(mark(COMMA, ", "))}`
    more(found, matches, SHOWN)
    document.dispatchEvent(new CustomEvent("md-search-shown", { detail: { query } }))
    // It stands behind what is typed, as long as that is not moved along.
    const completion = suggestion && field.scrollWidth <= field.clientWidth ? await complete(query) : ""
    if (suggestion && isWanted()) suggestion.textContent = completion
  }

  /** A button for the next pages, which come by themselves if it is in sight the first time.
   * @param {any} found @param {Matches} matches @param {number} from */
  const more = (found, matches, from) => {
    if (found.results.length <= from) return
    const button = option(make("button", { type: "button", class: "md-search-result__link md-search-result__next" }, word("search.more")))
    const row = make("li", { class: "md-search-result__item", role: "presentation" }, button)
    const to = from === SHOWN ? SHOWN_MORE : from + SHOWN_MORE
    let asked = false
    const next = async () => {
      if (asked) return
      asked = true
      const items = await rows(found, from, to, matches).catch((error) => void isRenewed().then((isNew) => (isNew ? update() : failed(error)), failed))
      asked = !!items
      if (!items || !row.isConnected) return
      const wasActive = button === active()
      row.replaceWith(...items)
      more(found, matches, to)
      if (wasActive) activate(items[0] && one("[role=option]", items[0]))
      tell()
    }
    button.addEventListener("click", () => (field.focus(), next()))
    list.append(row)
    if (from > SHOWN) return
    const sight = new IntersectionObserver((seen) => {
      if (!row.isConnected) sight.disconnect()
      else if (seen.some(({ isIntersecting }) => isIntersecting)) sight.disconnect(), next()
    }, { root: result.parentElement })
    sight.observe(row)
  }

  /** @param {unknown} error */
  const failed = (error) => {
    console.warn(error)
    meta.textContent = word("search.failed")
  }
  /** The results that were asked for last are shown. @type {Promise<unknown>} */
  let latest = Promise.resolve()
  /** Results, or word that they cannot be had. */
  const update = () => {
    said.textContent = ""
    const mine = ++turn
    latest = show(mine)
      .catch(async (error) => {
        if (mine !== turn || !(await isRenewed())) throw error
        return mine === turn && show(mine)
      })
      .catch((error) => mine === turn && (fill([]), failed(error)))
    return latest
  }

  // The keys of a combobox with a list: focus stays in the field, which points at what is chosen.
  // https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
  const options = () => all("[role=option]", list)
  const active = () => one('[aria-selected="true"]', list)
  /** @param {Element | null | undefined} next */
  const activate = (next) => {
    const old = active()
    if (old) old.setAttribute("aria-selected", "false")
    if (!next) return field.removeAttribute("aria-activedescendant")
    next.setAttribute("aria-selected", "true")
    next.scrollIntoView({ block: "nearest" })
    field.setAttribute("aria-activedescendant", next.id)
  }
  const takeSuggestion = () => {
    field.value = suggestion.textContent
    update()
    said.textContent = field.value
  }
  field.addEventListener("keydown", (event) => {
    // While signs are put together from keys, the keys belong to that.
    if (isComposing(event) || event.defaultPrevented || !toggle.checked) return
    const { key, ctrlKey, metaKey, altKey, shiftKey } = event
    const chosen = active()
    if (key === "Enter") {
      event.preventDefault()
      /** @param {Element | null} element */
      const follow = (element) => element && element.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, composed: true, view: window, ctrlKey, metaKey, altKey, shiftKey }))
      const asked = turn
      // Who types and presses Enter at once means what they typed, not what is shown yet.
      if (chosen) follow(chosen)
      else latest.then(() => asked === turn && toggle.checked && follow(one("a", list)))
    }
    if (ctrlKey || metaKey || altKey || shiftKey) return
    const isAtEnd = field.selectionStart === field.value.length
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault()
      const stops = [null, ...options()]
      const step = key === "ArrowDown" ? 1 : -1
      activate(stops[(stops.indexOf(chosen) + step + stops.length) % stops.length])
    } else if (key === (getComputedStyle(field).direction === "rtl" ? "ArrowLeft" : "ArrowRight") && isAtEnd && suggestion && suggestion.textContent) {
      event.preventDefault()
      takeSuggestion()
    } else if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(key)) activate(null)
  })

  const share = one('[data-md-component="search-share"]')
  if (share)
    share.addEventListener("click", async (event) => {
      event.preventDefault()
      const url = new URL(location.href)
      url.searchParams.set("q", field.value)
      url.searchParams.delete("h")
      url.hash = ""
      await copy(url.href)
      share.focus()
      said.textContent = word("clipboard.copied")
    })
  document.forms.namedItem("search").addEventListener("reset", () => setTimeout(() => (update(), field.focus())))
  field.addEventListener("input", update)
  toggle.addEventListener("change", () => (activate(null), tell()))
  result.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]")
    // On a page of the results, the dialog closes by itself.
    if (link && new URL(link.href).pathname === location.pathname && !event.ctrlKey && !event.metaKey) toggle.click()
  })
  await update()
}

/**
 * What results can be narrowed to: a section of the site, a tag.
 * @param {any} kit @param {{sections: any[], tags: any[]}} lists @param {() => void} changed
 */
const filterRow = ({ word, make }, lists, changed) => {
  const choices = []
  const element = make("div", { class: "md-search-filter", hidden: true })
  for (const [entries, label] of [[lists.sections, "search.filter.section"], [lists.tags, "search.filter.tag"]]) {
    if (entries.length < (label === "search.filter.tag" ? 1 : 2)) continue
    const select = make("select", { class: "md-search-filter__select", "aria-label": word(label) }, make("option", { value: "" }, word(label) + mark(COLON, ": ") + word("search.filter.all")))
    for (const [name, pages, file] of entries) select.append(make("option", { value: file }, `${name} (${pages})`))
    select.addEventListener("change", changed)
    choices.push(select)
    element.append(select)
  }
  return { element, chosen: () => choices.map((select) => select.value).filter(Boolean) }
}

window.__md_search_ready && window.__md_search_ready(startSearch)
