/* What scripts add to the article: linked tabs, sortable tables, annotations, marks. */

/** @param {Element} label */
const labelText = (label) => label.textContent.trim()

const contentTabs = () => {
  const sets = all(".tabbed-set")
  const labels = (set) => all(":scope > .tabbed-labels > label, :scope > label", set)
  /** @param {string} text @param {Element} [except] */
  const choose = (text, except) => {
    for (const set of sets)
      if (set !== except)
        for (const label of labels(set))
          if (labelText(label) === text) {
            const input = document.getElementById(label.htmlFor)
            if (input) input.checked = true
            break
          }
  }
  // On paper all of them are shown, each under its name.
  for (const set of sets)
    for (const [index, block] of all(":scope > .tabbed-content > .tabbed-block", set).entries())
      if (labels(set)[index]) block.dataset.mdLabel = labelText(labels(set)[index])
  const linked = has("content.tabs.link")
  if (linked) for (const text of [...(recall("__tabs") || [])].reverse()) choose(text)
  for (const set of sets)
    for (const label of labels(set)) {
      const input = document.getElementById(label.htmlFor)
      if (input)
        input.addEventListener("change", () => {
          if (!linked) return
          const before = label.getBoundingClientRect().top
          const text = labelText(label)
          choose(text, set)
          scrollBy({ top: label.getBoundingClientRect().top - before, behavior: "instant" })
          remember("__tabs", [...new Set([text, ...(recall("__tabs") || [])])])
        })
    }
  const reveal = () => {
    const id = decodeURIComponent(location.hash.slice(1))
    const target = id && document.getElementById(id)
    if (!target) return
    if (target.matches('input[name^="__tabbed_"]')) target.checked = true
    for (let at = target.parentElement; at; at = at.parentElement) {
      if (at.localName === "details") at.open = true
      if (at.matches(".tabbed-block")) {
        const index = [...at.parentElement.children].indexOf(at)
        const input = all(":scope > input", at.closest(".tabbed-set"))[index]
        if (input) input.checked = true
      }
    }
    if (!target.matches("input")) target.scrollIntoView({ behavior: "instant" })
  }
  reveal()
  addEventListener("hashchange", reveal, { signal: leaving.signal })
}

const detailsOpenToPrint = () => {
  addEventListener("beforeprint", () => {
    for (const details of all("details:not([open])")) details.open = true
  })
}

/** Wide tables can be scrolled by the keyboard. */
const wideTables = () => {
  for (const table of all(".md-typeset table:not([class])"))
    if (table.scrollWidth > table.clientWidth) table.tabIndex = 0
}

/**
 * Heads that sort: in every table with `content.tables.sort`, or inside `.sortable`; not inside
 * `.no-sort`. Numbers sort as numbers, words as the language sorts them.
 */
const sortableTables = () => {
  const order = new Intl.Collator(document.documentElement.lang || undefined, { numeric: true })
  for (const table of all(".md-typeset table:not([class])")) {
    const marks = table.closest(".sortable, .no-sort")
    const [body] = table.tBodies
    if (!(marks ? marks.matches(".sortable") : has("content.tables.sort")) || !body || body.rows.length < 2) continue
    if (all("[rowspan], [colspan]", table).length) continue
    for (const [column, head] of [...((table.tHead && table.tHead.rows[0]) || { cells: [] }).cells].entries()) {
      const button = make("button", { type: "button", class: "md-sort" }, ...head.childNodes)
      head.append(button)
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending"
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort")
        head.setAttribute("aria-sort", down ? "descending" : "ascending")
        const rows = [...body.rows].map((row) => ({ row, text: row.cells[column] ? row.cells[column].textContent.trim() : "" }))
        rows.sort((a, b) => (down ? -1 : 1) * order.compare(a.text, b.text))
        body.append(...rows.map(({ row }) => row))
      })
    }
  }
}

/** Check boxes of task lists are named by their text. */
const taskNames = () => {
  for (const box of all(".task-list-item input:not([aria-label])"))
    box.setAttribute("aria-label", box.closest("li").textContent.trim().split("\n")[0])
}

/** Lists of annotations become bubbles where `(1)` stands. */
const annotations = () => {
  for (const list of all(".annotate + ol, .md-typeset .highlight + ol")) {
    const host = list.previousElementSibling
    if (!host.matches(".annotate") && !(has("content.code.annotate") || host.matches(".annotate"))) continue
    const roots = host.matches(".highlight") ? all(".c, .c1, .cm, .ch, .cs, .cp", host) : [host]
    let used = 0
    for (const root of roots) used += annotate(root, [...list.children], host.matches(".highlight"))
    if (used) (list.hidden = true), list.classList.add("md-annotation__list")
  }
}

/** @param {Element} root @param {Element[]} items @param {boolean} code */
const annotate = (root, items, code) => {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  const texts = []
  while (walker.nextNode()) if (!walker.currentNode.parentElement.closest("pre") || code) texts.push(walker.currentNode)
  let used = 0
  for (let text of texts) {
    let found
    while ((found = /\((\d+)\)(!)?/.exec(text.data))) {
      const item = items[Number(found[1]) - 1]
      if (!item) break
      const after = text.splitText(found.index)
      after.data = after.data.slice(found[0].length)
      const bubble = annotationOf(item, found[1])
      after.before(bubble)
      if (code && found[2]) text.data = text.data.replace(/(?:#|\/\/|--|;|<!--|\/\*|%|")\s*$/, "")
      if (code && found[2]) after.data = after.data.replace(/^\s*(?:-->|\*\/)/, "")
      text = after
      used++
    }
  }
  return used
}

/** @param {Element} item @param {string} number */
const annotationOf = (item, number) => {
  const body = make("span", { class: "md-annotation__body md-typeset", hidden: true }, ...item.cloneNode(true).childNodes)
  const index = make("button", { type: "button", class: "md-annotation__index", "aria-label": number, "aria-expanded": "false", "data-md-annotation-id": number })
  index.addEventListener("click", () => {
    body.hidden = !body.hidden
    index.setAttribute("aria-expanded", String(!body.hidden))
    if (!body.hidden) keepInside(body)
  })
  const bubble = make("aside", { class: "md-annotation" }, index, body)
  bubble.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !body.hidden) event.stopPropagation(), index.click(), index.focus()
  })
  bubble.addEventListener("focusout", (event) => {
    /** @type {any} */
    const next = event.relatedTarget
    if (!body.hidden && next && !bubble.contains(next)) index.click()
  })
  return bubble
}

/** @param {HTMLElement} box */
const keepInside = (box) => {
  box.style.left = "0"
  const over = box.getBoundingClientRect().right - document.documentElement.clientWidth + 12
  if (over > 0) box.style.left = `${-over}px`
}

/** Letters of scripts that put spaces between words: a word is looked for where one begins. */
const SPACED = /[\p{N}\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Arabic}\p{Script=Hebrew}]/u

/** `?h=words`: marks what was searched for. */
const highlight = () => {
  const url = new URL(location.href)
  const wanted = has("search.highlight") && (url.searchParams.get("h") || "").trim()
  const article = one(".md-content__inner")
  if (!wanted || !article) return
  const words = wanted.split(/\s+/).filter(Boolean).map(fold).sort((a, b) => b.length - a.length)
  const pattern = new RegExp(words.map((word) => word.replace(/[^\p{L}\p{N}\p{M}]/gu, "\\$&")).join("|"), "g")
  const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT)
  const nodes = []
  while (walker.nextNode()) if (!walker.currentNode.parentElement.closest("script, style, svg")) nodes.push(walker.currentNode)
  for (const node of nodes) {
    const plain = fold(node.data)
    if (plain.length !== node.data.length) continue
    // One or two letters begin too many words: they must be all of one.
    const isWithin = (word, index) => SPACED.test(word[0]) && (SPACED.test(plain[index - 1] || "") || (word.length < 3 && SPACED.test(plain[index + word.length] || "")))
    const found = [...plain.matchAll(pattern)].filter(({ 0: word, index }) => !isWithin(word, index))
    for (const { 0: word, index } of found.reverse()) {
      const middle = node.splitText(index)
      middle.splitText(word.length)
      const mark = make("mark", { "data-md-highlight": true })
      middle.replaceWith(mark)
      mark.append(middle)
    }
  }
  url.searchParams.delete("h")
  history.replaceState(history.state, "", url)
}

/** Letters without accents, in lower case; as long as the text for European letters.
 * @param {string} text */
const fold = (text) => text.normalize("NFC").replace(/[\u00c0-\u024f]/g, (c) => c.normalize("NFD")[0]).toLowerCase()
