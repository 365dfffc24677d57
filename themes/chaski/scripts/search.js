/*
 * The search over `search/search_index.json`: all words must be found, accents do not matter, a
 * last word may be unfinished. Loaded when the field is first used.
 */

/** The index; from the disk a script brings it, as nothing can be fetched there.
 * @param {any} kit */
const index = async ({ baseUrl, make }) => {
  if (location.protocol === "file:") {
    if (!window.__index)
      await new Promise((onload, onerror) => {
        const src = new URL("search/search_index.js", baseUrl).href
        document.head.append(Object.assign(make("script", { src }), { onload, onerror }))
      })
    return window.__index
  }
  return (await fetch(new URL("search/search_index.json", baseUrl))).json()
}

/** @param {any} kit */
const startSearch = async (kit) => {
  const { field, result, word, baseUrl, fold, make, one, has, copy } = kit
  const meta = one(".md-search-result__meta", result)
  const list = one(".md-search-result__list", result)
  const { docs } = await index(kit)
  const plain = (html) => new DOMParser().parseFromString(html, "text/html").body.textContent || ""
  const entries = docs.map((doc) => {
    const title = plain(doc.title)
    const text = doc.text.replace(/<[^>]+>/g, " ").replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&").replace(/\s+/g, " ")
    return { doc, title, text, page: doc.location.split("#")[0], foldTitle: fold(title), foldText: fold(text), tags: fold((doc.tags || []).join(" ")) }
  })

  /** @param {string} query */
  const search = (query) => {
    const terms = fold(query).split(/[\s\-]+/).filter(Boolean)
    if (!terms.length) return { terms, pages: [] }
    const pages = new Map()
    for (const entry of entries) {
      let score = 0
      for (const term of terms) {
        const inTitle = at(entry.foldTitle, term)
        const inTags = at(entry.tags, term)
        const inText = inTitle || inTags ? 0 : at(entry.foldText, term)
        if (!inTitle && !inTags && !inText) {
          score = 0
          break
        }
        score += inTitle * 12 + inTags * 20 + inText
      }
      if (!score) continue
      score *= entry.doc.boost || 1
      if (!entry.doc.location.includes("#")) score *= 1.4
      const group = pages.get(entry.page) || { score: 0, hits: [] }
      group.score = Math.max(group.score, score)
      group.hits.push({ entry, score })
      pages.set(entry.page, group)
    }
    const sorted = [...pages.values()].sort((a, b) => b.score - a.score)
    for (const group of sorted) group.hits.sort((a, b) => b.score - a.score)
    return { terms, pages: sorted }
  }

  /** 0 for absent, more for a whole word or the start of one. */
  const at = (text, term) => {
    const index = text.indexOf(term)
    if (index < 0) return 0
    const starts = new RegExp(`(^|[^\\p{L}\\p{N}])${term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`, "u").test(text)
    return starts ? 2 : 0.6
  }

  /** @param {string} text @param {string[]} terms */
  const marked = (text, terms) => {
    const out = document.createDocumentFragment()
    const flat = fold(text)
    let from = 0
    while (from < text.length) {
      const next = terms.map((t) => ({ t, i: flat.indexOf(t, from) })).filter((x) => x.i >= 0).sort((a, b) => a.i - b.i)[0]
      if (!next) break
      out.append(text.slice(from, next.i), make("mark", {}, text.slice(next.i, next.i + next.t.length)))
      from = next.i + next.t.length
    }
    out.append(text.slice(from))
    return out
  }

  const teaser = (entry, terms) => {
    const found = terms.map((t) => entry.foldText.indexOf(t)).filter((i) => i >= 0)
    const start = Math.max(0, Math.min(...(found.length ? found : [0])) - 40)
    const from = start ? entry.text.indexOf(" ", start) + 1 : 0
    const cut = entry.text.slice(from, from + 180)
    return (from ? "… " : "") + cut + (from + 180 < entry.text.length ? " …" : "")
  }

  const item = (entry, terms) => {
    const url = new URL(entry.doc.location, baseUrl)
    if (has("search.highlight")) url.searchParams.set("h", terms.join(" "))
    const title = make("div", { class: "md-search-result__title" }, marked(entry.title, terms))
    const text = make("p", { class: "md-search-result__teaser" }, marked(teaser(entry, terms), terms))
    const link = make("a", { href: url.href, class: "md-search-result__link" }, title)
    if (entry.text) link.append(text)
    return link
  }

  const show = () => {
    const { terms, pages } = search(field.value)
    list.replaceChildren()
    if (!terms.length) {
      meta.textContent = word("search.result.placeholder")
      return
    }
    const n = pages.length
    meta.textContent = n === 0 ? word("search.result.none") : n === 1 ? word("search.result.one") : word("search.result.other", n)
    for (const { hits } of pages.slice(0, 30)) {
      const row = make("li", { class: "md-search-result__item" }, item(hits[0].entry, terms))
      const more = hits.slice(1, 8)
      if (more.length) {
        const label = more.length === 1 ? word("search.result.more.one") : word("search.result.more.other", more.length)
        const rest = make("details", { class: "md-search-result__more" }, make("summary", { class: "md-search-result__link" }, label))
        for (const hit of more) rest.append(item(hit.entry, terms))
        row.append(rest)
      }
      list.append(row)
    }
    suggest(terms)
  }

  const suggestion = one(".md-search__suggest")
  const suggest = (terms) => {
    if (!suggestion) return
    const last = terms[terms.length - 1] || ""
    const candidate = last && entries.flatMap((e) => e.foldTitle.split(/[^\p{L}\p{N}]+/u)).find((w) => w.startsWith(last) && w !== last)
    suggestion.textContent = candidate && !field.value.endsWith(" ") ? field.value + candidate.slice(last.length) : ""
  }

  const share = one('[data-md-component="search-share"]')
  if (share)
    share.addEventListener("click", (event) => {
      event.preventDefault()
      const url = new URL(location.href)
      url.searchParams.set("q", field.value)
      url.hash = ""
      copy(url.href)
    })
  const links = () => [field, ...result.querySelectorAll("a, summary")].filter((e) => e === field || e.offsetParent)
  document.forms.namedItem("search").addEventListener("reset", () => setTimeout(() => (show(), field.focus())))
  addEventListener("keydown", (event) => {
    const focused = document.activeElement
    if (focused !== field && !result.contains(focused)) return
    if (event.key === "ArrowRight" && focused === field && suggestion && suggestion.textContent && field.selectionStart === field.value.length) {
      field.value = suggestion.textContent
      show()
    } else if (event.key === "Enter" && focused === field) {
      const first = one("a", list)
      if (first) first.click()
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const all = links()
      const step = event.key === "ArrowDown" ? 1 : -1
      const next = all[(all.indexOf(focused) + step + all.length) % all.length]
      event.preventDefault()
      next.focus()
    }
  })
  field.addEventListener("input", show)
  show()
}
window.__md_search_ready && window.__md_search_ready(startSearch)
