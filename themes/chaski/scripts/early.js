/*
 * Runs before anything is painted: storage names that Material uses, the class that says scripts
 * run, and the palette a reader chose. A file of its own, so that a strict CSP allows it.
 */
const here = document.currentScript
const scopeUrl = new URL((here && here.dataset.mdScope) || ".", location.href)

/** @param {string} text */
const hash = (text) => [...text].reduce((sum, c) => (sum << 5) - sum + c.charCodeAt(0), 0)

/** @param {string} key @param {Storage} [store] @param {URL} [scope] */
const get = (key, store = localStorage, scope = scopeUrl) => {
  try {
    return JSON.parse(store.getItem(scope.pathname + "." + key) || "null")
  } catch {
    return null
  }
}

/** @param {string} key @param {unknown} value @param {Storage} [store] @param {URL} [scope] */
const set = (key, value, store = localStorage, scope = scopeUrl) => {
  try {
    store.setItem(scope.pathname + "." + key, JSON.stringify(value))
  } catch {
    // Storage may be full or forbidden; the page works without.
  }
}

Object.assign(window, { __md_scope: scopeUrl, __md_hash: hash, __md_get: get, __md_set: set })
document.documentElement.classList.replace("no-js", "js")

const palette = get("__palette")
const systemDark = matchMedia("(prefers-color-scheme: dark)").matches
/** @param {HTMLElement} body */
const paint = (body) => {
  if (palette && palette.color && palette.color.media !== "(prefers-color-scheme)") {
    for (const key of ["media", "scheme", "primary", "accent"])
      if (palette.color[key]) body.setAttribute("data-md-color-" + key, palette.color[key])
  } else if (systemDark && body.hasAttribute("data-md-color-auto")) {
    body.setAttribute("data-md-color-scheme", "slate")
  }
}
new MutationObserver((_, observer) => {
  if (!document.body) return
  observer.disconnect()
  paint(document.body)
}).observe(document.documentElement, { childList: true })
