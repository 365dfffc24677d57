/*
 * Opening and closing the search, and loading its engine the first time someone looks at it. Open, it
 * is a modal dialog (https://www.w3.org/WAI/ARIA/apg/patterns/dialog-modal/) with a combobox, whose
 * keys are in `search.js`.
 */

const searchField = () => {
  const dialog = part("search")
  const field = part("search-query")
  const result = part("search-result")
  if (!dialog || !field || !searchToggle || !result) return
  let script
  let engine
  const load = () => {
    script = script || new Promise((done, failed) => {
      window.__md_search_ready = done
      document.head.append(Object.assign(make("script", { src: new URL(config.search, location.href).href }), { onerror: failed, onload: failed }))
    }).catch((error) => {
      script = undefined
      throw error
    })
    engine = engine || script.then((start) => start({ field, result, toggle: searchToggle, config, word, baseUrl, fold, make, one, all, has, copy, isComposing })).catch((error) => {
      console.warn(error)
      one(".md-search-result__meta", result).textContent = word("search.failed")
      // The next letter tries again.
      engine = undefined
    })
    return engine
  }
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": "__search_result", "aria-autocomplete": has("search.suggest") ? "both" : "list" })) field.setAttribute(name, value)
  const list = one(".md-search-result__list", result)
  list.setAttribute("role", "listbox")
  list.setAttribute("aria-labelledby", "__search_meta")
  const icon = one('.md-search__icon[for="__search"]', dialog)
  const leave = icon && buttonFor(icon, word("search.close"))

  /** Closed, the field itself is what opens. @param {boolean} isOpen */
  const offer = (isOpen) => {
    if (!leave) return
    leave.tabIndex = isOpen ? 0 : -1
    leave.setAttribute("aria-hidden", String(!isOpen))
  }

  /** Where the reader was before. @type {any} */
  let before = null
  let wasOpen = false
  /** Whether focus moves by Tab: who passes the field on the way does not open it. */
  let isPassing = false
  const open = () => searchToggle.checked || searchToggle.click()
  const close = () => searchToggle.checked && searchToggle.click()

  /** A shared query that was closed does not open the dialog again when the page is loaded again. */
  const forget = () => {
    const url = new URL(location.href)
    if (!url.searchParams.has("q")) return
    url.searchParams.delete("q")
    history.replaceState(history.state, "", url)
  }

  searchToggle.addEventListener("change", () => {
    const isOpen = searchToggle.checked
    if (isOpen === wasOpen) return
    wasOpen = isOpen
    const facts = { role: "dialog", "aria-modal": "true", "aria-label": searchToggle.getAttribute("aria-label") }
    for (const [name, value] of Object.entries(facts)) isOpen ? dialog.setAttribute(name, value) : dialog.removeAttribute(name)
    offer(isOpen)
    if (!isOpen) forget()
    if (isOpen) {
      const active = document.activeElement
      if (active !== document.body && !dialog.contains(active)) before = active
      field.focus()
      load()
    } else if (dialog.contains(document.activeElement) || [document.body, searchToggle].includes(document.activeElement)) {
      document.activeElement.blur()
      // Without a place of before, there is the button that opens the search, if it is to be seen.
      const back = before && before.isConnected && before.getClientRects().length ? before : one('.md-header__button[for="__search"]')
      if (back) back.focus({ preventScroll: true })
      before = null
    }
  })
  offer(false)
  // Who comes back finds the box as the browser remembers it, checked, with nothing open behind it.
  addEventListener("pageshow", () => (searchToggle.checked = wasOpen))
  addEventListener("keydown", (event) => (isPassing = event.key === "Tab"), true)
  addEventListener("pointerdown", () => (isPassing = false), true)
  field.addEventListener("focus", (event) => {
    if (event.relatedTarget && !dialog.contains(event.relatedTarget) && !searchToggle.checked) before = event.relatedTarget
    if (!isPassing) open()
    load()
  })
  field.addEventListener("click", open)
  field.addEventListener("input", () => (open(), load()))
  field.addEventListener("keydown", (event) => {
    if (searchToggle.checked || isComposing(event) || !["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) return
    event.preventDefault()
    open()
  })
  addEventListener("keydown", (event) => {
    if (event.key === "Tab" && searchToggle.checked) tabInside(dialog, event)
  })
  document.forms.namedItem("search").addEventListener("submit", (event) => event.preventDefault())
  // Instant navigation has put another page in place of this one.
  let page = location.pathname + location.search
  location$.subscribe(({ pathname, search }) => {
    if (page !== pathname + search) (before = null), close()
    page = pathname + search
  })
  const asked = new URL(location.href).searchParams.get("q")
  if (asked) {
    field.value = asked
    open()
  }
}
