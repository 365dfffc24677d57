/*
 * Pages that seem to be there already: what a reader is about to open is fetched while the pointer
 * rests on its link. The browser still opens it as a page of its own, so scripts of the site run
 * as they expect, and `document$` speaks on every page.
 */

const instant = () => {
  if (!has("navigation.instant") && !has("navigation.instant.prefetch")) return
  const connection = navigator.connection
  if (location.protocol === "file:" || (connection && connection.saveData)) return
  const known = new Set([location.pathname])
  /** @param {Event} event */
  const ask = (event) => {
    const link = event.target.closest && event.target.closest("a[href]")
    if (!link || link.target || link.hasAttribute("download")) return
    const url = new URL(link.href, location.href)
    if (url.origin !== location.origin || !url.pathname.startsWith(baseUrl.pathname) || known.has(url.pathname)) return
    if (!/(\/|\.html)$/.test(url.pathname)) return
    known.add(url.pathname)
    url.hash = ""
    document.head.append(make("link", { rel: "prefetch", href: url.href }))
  }
  let timer
  addEventListener("mouseover", (event) => {
    clearTimeout(timer)
    timer = setTimeout(() => ask(event), 60)
  })
  addEventListener("touchstart", ask, { passive: true })
  addEventListener("focusin", ask)
}
