/* Opening the search, and loading its engine the first time someone looks at it. */

const searchField = () => {
  const field = part("search-query")
  const result = part("search-result")
  if (!field || !searchToggle || !result) return
  let engine
  const load = () => {
    engine = engine || new Promise((done, failed) => {
      window.__md_search_ready = done
      document.head.append(Object.assign(make("script", { src: new URL(config.search, location.href).href }), { onerror: failed }))
    }).then((start) => start({ field, result, config, word, baseUrl, fold, make, one, all, has, copy })).catch((error) => {
      console.warn(error)
      one(".md-search-result__meta", result).textContent = word("search.failed")
      // The next letter tries again.
      engine = undefined
    })
    return engine
  }
  field.addEventListener("input", load)
  field.addEventListener("focus", () => {
    if (!searchToggle.checked) searchToggle.checked = true
    searchToggle.dispatchEvent(new Event("change"))
    load()
  })
  searchToggle.addEventListener("change", () => {
    if (searchToggle.checked) {
      if (document.activeElement !== field) field.focus()
    } else if (field === document.activeElement || result.contains(document.activeElement)) {
      document.activeElement.blur()
    }
  })
  document.forms.namedItem("search").addEventListener("submit", (event) => event.preventDefault())
  const asked = new URL(location.href).searchParams.get("q")
  if (asked) {
    field.value = asked
    field.focus()
    load()
  }
}
