/*
 * Open pages follow the preview: what changed is put in place, so that the reader's place, open
 * tabs and boxes, and what is typed into the search stay. Problems of the build lie over the page
 * until they are mended.
 */
(() => {
  const own = document.currentScript
  let version = Number(own.dataset.version)
  let overlay = null

  const all = (selector, root = document) => [...root.querySelectorAll(selector)]
  const PARTS = ["announce", "container", "header-topic", "logo", "outdated", "skip", "tabs"]
  const part = (name, root) => root.querySelector(`[data-md-component="${name}"]`)

  const scriptsOf = (root) => all("script[src]", root).map((e) => e.getAttribute("src")).filter((src) => !src.startsWith("/__chaski/")).join()
  // Before scripts add others.
  const scripts = scriptsOf(document)

  /** Style sheets are swapped when the new one is there, so that the page never stands without. */
  const swapStyles = (page, fresh) => {
    const old = all('head link[rel="stylesheet"]')
    const wanted = all('head link[rel="stylesheet"]', page).map((e) => e.getAttribute("href"))
    for (const link of old) {
      const plain = link.getAttribute("href").replace(/[?&]chaski=\d+$/, "")
      const at = wanted.indexOf(plain)
      if (at >= 0) wanted.splice(at, 1)
      if (at >= 0 && !fresh) continue
      const next = document.createElement("link")
      next.rel = "stylesheet"
      next.href = at >= 0 ? `${plain}${plain.includes("?") ? "&" : "?"}chaski=${version}` : wanted.shift() || ""
      if (!next.getAttribute("href")) { link.remove(); continue }
      next.onload = next.onerror = () => link.remove()
      link.after(next)
    }
    for (const href of wanted) {
      const next = document.createElement("link")
      next.rel = "stylesheet"
      next.href = href
      document.head.append(next)
    }
  }

  const boxes = () => all("details").map((e, at) => [`${at}:${e.querySelector("summary")?.textContent}`, e])

  const patch = async (styles) => {
    const response = await fetch(location.href, { cache: "no-store" })
    const page = new DOMParser().parseFromString(await response.text(), "text/html")
    const pairs = PARTS.map((name) => [part(name, document), part(name, page)])
    if (scriptsOf(page) !== scripts || !pairs[1].every(Boolean) || pairs.some(([a, b]) => !a !== !b)) return location.reload()
    const checked = new Map(all("input[id]").filter((e) => /checkbox|radio/.test(e.type)).map((e) => [e.id, e.checked]))
    const open = new Map(boxes().map(([key, e]) => [key, e.open]))
    const scrolled = all(".md-sidebar__scrollwrap").map((e) => e.scrollTop)
    const place = [scrollX, scrollY]
    swapStyles(page, styles)
    document.title = page.title
    for (const [old, next] of pairs) if (old) old.replaceWith(document.importNode(next, true))
    for (const [id, on] of checked) {
      const input = document.getElementById(id)
      if (input) input.checked = on
    }
    for (const [key, box] of boxes()) if (open.has(key)) box.open = open.get(key)
    all(".md-sidebar__scrollwrap").forEach((e, at) => (e.scrollTop = scrolled[at] || 0))
    document.dispatchEvent(new CustomEvent("chaski:patched"))
    scrollTo({ left: place[0], top: place[1], behavior: "instant" })
  }

  const show = (problems) => {
    if (overlay) overlay.remove()
    overlay = null
    if (!problems) return
    overlay = document.createElement("dialog")
    overlay.dataset.chaski = "problems"
    Object.assign(overlay.style, {
      position: "fixed", inset: "auto 0 0 0", width: "100%", maxWidth: "100%", maxHeight: "50vh", margin: "0", overflow: "auto",
      boxSizing: "border-box", zIndex: "99", border: "0", borderTop: ".25rem solid #d5381f", padding: "1rem 1.5rem", color: "#f4f4f6", background: "#1d2027",
    })
    const close = document.createElement("button")
    close.textContent = "×"
    close.setAttribute("aria-label", "Close")
    Object.assign(close.style, { position: "absolute", top: ".5rem", right: "1rem", font: "1.5rem sans-serif", color: "inherit", cursor: "pointer", background: "none", border: "0" })
    close.onclick = () => overlay.remove()
    const text = document.createElement("pre")
    text.textContent = problems
    Object.assign(text.style, { margin: "0", font: ".8rem/1.5 monospace", whiteSpace: "pre-wrap" })
    overlay.append(close, text)
    document.body.append(overlay)
    overlay.show()
  }

  const events = new EventSource(`/__chaski/events?seen=${version}`)
  let first = true
  events.onmessage = async ({ data }) => {
    const event = JSON.parse(data)
    const changed = event.version !== version
    version = event.version
    if (changed && event.reload && !(first && event.problems)) return location.reload()
    first = false
    if (changed) await patch(event.styles).catch(() => location.reload())
    show(event.problems)
  }
  addEventListener("pagehide", () => events.close())
})()
