/*
 * Instant navigation: pages of this site are fetched and put in place of the open one, so that
 * header, scripts and search stay as they are. What is not certain is left to the browser: a page
 * that is missing, of another site, or drawn with other assets than those that run here.
 */

/** @type {Map<string, Promise<Document>>} */
const fetched = new Map()

/** Whether an address may be a page of this site. @param {URL} url */
const ours = (url) =>
  url.origin === location.origin && url.pathname.startsWith(baseUrl.pathname) && /(\/[^./]*|\.html)$/.test(url.pathname)

/** The page of an address: what was searched for is taken out of it once the page shows it. @param {URL | Location} address */
const pageOf = (address) => {
  const url = new URL(address.href)
  for (const name of ["h", "q"]) url.searchParams.delete(name)
  return url.pathname + url.search
}

/** @param {Document} page */
const bundleOf = (page) => {
  const script = one('script[src*="assets/javascripts/bundle"]', page)
  return script && script.getAttribute("src").split("/").pop()
}

/** @param {URL} url @returns {Promise<Document>} */
const fetchPage = (url) => {
  const key = url.origin + url.pathname + url.search
  if (!fetched.has(key)) {
    const page = fetch(key, { credentials: "same-origin" }).then(async (response) => {
      if (!response.ok || response.redirected) throw new Error(response.statusText)
      return new DOMParser().parseFromString(await response.text(), "text/html")
    })
    page.catch(() => fetched.delete(key))
    fetched.set(key, page)
    if (fetched.size > 20) fetched.delete(fetched.keys().next().value)
  }
  return fetched.get(key)
}

/** Scripts that were parsed elsewhere do not run: they are made anew. @param {Element} root */
const runScripts = (root) => {
  for (const old of all("script", root)) {
    const script = make("script", {}, old.textContent)
    for (const { name, value } of old.attributes) script.setAttribute(name, value)
    old.replaceWith(script)
  }
}

/** What an element of the head is, with its address written out. @param {Element} element @param {string} base */
const headKey = (element, base) => {
  const name = element.hasAttribute("src") ? "src" : "href"
  const path = element.getAttribute(name)
  return path === null ? element.outerHTML : element.outerHTML.replace(path, new URL(path, base).href)
}

/** @type {Map<string, Element>} */
const headOf = new Map()

/** Takes over titles, links and facts of the new page's head. @param {Document} page */
const swapHead = (page) => {
  const wanted = new Map(all("head > :not(title, [name=theme-color])", page).map((e) => [headKey(e, location.href), e]))
  for (const [key, element] of headOf)
    if (!wanted.has(key)) element.remove(), headOf.delete(key)
  for (const [key, element] of wanted)
    if (!headOf.has(key)) {
      const own = document.importNode(element, true)
      headOf.set(key, own)
      document.head.append(own)
    }
  document.title = page.title
  document.documentElement.lang = page.documentElement.lang
}

/** Puts `page` in place of the open one; false if it is not made like it. @param {Document} page */
const swapBody = (page) => {
  const pairs = ["announce", "container", "header-topic", "outdated", "logo", "skip"].map((name) => [part(name), one(`[data-md-component="${name}"]`, page)])
  for (const selector of [".md-header .md-tabs", ".md-header .md-select__list"]) pairs.push([one(selector), one(selector, page)])
  const inside = [...pairs[1]].every(Boolean)
  if (!inside || pairs.some(([old, next]) => !old !== !next)) return false
  for (const [old, next] of pairs) {
    if (!old) continue
    const own = document.importNode(next, true)
    own.hidden = old.dataset.mdComponent === "outdated" ? old.hidden : own.hidden
    old.replaceWith(own)
    runScripts(own)
  }
  const settings = one("#__config")
  if (settings) settings.textContent = one("#__config", page).textContent
  return true
}

/** @param {Document} page */
const sameSite = (page, url) => {
  try {
    const { base } = JSON.parse(one("#__config", page).textContent)
    return new URL(base.replace(/\/?$/, "/"), url).href === baseUrl.href && bundleOf(page) === bundleOf(document)
  } catch {
    return false
  }
}

const instant = () => {
  const connection = navigator.connection
  if (location.protocol === "file:") return
  if (has("navigation.instant.prefetch") && !(connection && connection.saveData)) prefetch()
  if (!has("navigation.instant")) return
  for (const element of all("head > :not(title, [name=theme-color])")) headOf.set(headKey(element, location.href), element)
  // Written out before the address changes; a style sheet would be loaded again.
  for (const link of all('head > link:not([rel="stylesheet"])')) link.setAttribute("href", link.href)
  for (const element of all(".md-header [href], .md-header [src]"))
    for (const name of ["href", "src"])
      if (element.hasAttribute(name) && !/^#/.test(element.getAttribute(name))) element.setAttribute(name, element[name])
  history.scrollRestoration = "manual"
  let shown = pageOf(location)
  let trip = 0

  /** @param {URL} url @param {{y?: number} | null} [state] Where the reader was, if they come back. */
  const go = async (url, state) => {
    const mine = ++trip
    progress$.next(0)
    try {
      const page = await fetchPage(url)
      if (mine !== trip) return
      progress$.next(70)
      if (!sameSite(page, url)) throw new Error("another site")
      if (state === undefined) history.pushState(null, "", url)
      shown = pageOf(url)
      leaving.abort()
      leaving = new AbortController()
      swapHead(page)
      if (!swapBody(page)) throw new Error("another form")
      location$.next(new URL(location.href))
      arrive()
      if (!url.hash) scrollTo({ top: (state && state.y) || 0, behavior: "instant" })
      const heading = one(".md-content h1")
      if (heading) (heading.tabIndex = -1), heading.focus({ preventScroll: true })
      progress$.next(100)
    } catch {
      if (mine === trip) location.assign(url)
    }
  }
  visit = (url) => go(new URL(url))

  addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a[href]")
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    const url = new URL(link.href, location.href)
    if ((link.target && link.target !== "_self") || link.hasAttribute("download") || !ours(url)) return
    if (pageOf(url) === shown && url.hash && !url.searchParams.has("h")) return
    event.preventDefault()
    go(url)
  })
  addEventListener("popstate", (event) => {
    const url = new URL(location.href)
    if (pageOf(url) !== shown) return void go(url, event.state || {})
    const target = url.hash && document.getElementById(decodeURIComponent(url.hash.slice(1)))
    if (event.state) scrollTo({ top: event.state.y, behavior: "instant" })
    else if (target) target.scrollIntoView({ behavior: "instant" })
    else if (!url.hash) scrollTo({ top: 0, behavior: "instant" })
  })
  let keep
  viewport$.subscribe(({ offset }) => {
    clearTimeout(keep)
    keep = setTimeout(() => history.replaceState({ ...history.state, y: offset.y }, ""), 100)
  })
  addEventListener("pagehide", () => (history.scrollRestoration = "auto"))
}

/** The bar at the top, for pages that take longer than a reader notices. */
const progressBar = () => {
  const bar = part("progress")
  if (!bar) return
  let timer
  progress$.subscribe((value) => {
    clearTimeout(timer)
    const show = () => bar.style.setProperty("--md-progress-value", value)
    if (value === 0) timer = setTimeout(show, 400)
    else if (value < 100 || bar.style.getPropertyValue("--md-progress-value")) show()
    if (value === 100) timer = setTimeout(() => bar.style.removeProperty("--md-progress-value"), 300)
  })
}

/** What a reader points at is fetched before they press. */
const prefetch = () => {
  let timer
  /** @param {Event} event */
  const ask = (event) => {
    const link = event.target.closest && event.target.closest("a[href]")
    // A link of the page before this one would lead elsewhere from here.
    if (!link || !link.isConnected || link.target || link.hasAttribute("download")) return
    const url = new URL(link.href, location.href)
    if (!ours(url) || url.pathname === location.pathname) return
    if (has("navigation.instant")) fetchPage(url).catch(() => {})
    else if (!one(`link[rel=prefetch][href="${CSS.escape(url.pathname)}"]`)) document.head.append(make("link", { rel: "prefetch", href: url.pathname }))
  }
  addEventListener("mouseover", (event) => {
    clearTimeout(timer)
    timer = setTimeout(() => ask(event), 40)
  })
  addEventListener("touchstart", ask, { passive: true })
  addEventListener("focusin", ask)
}
