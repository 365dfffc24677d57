/*
 * Boxes that float beside what they explain: titles (`content.tooltips`), footnotes
 * (`content.footnote.tooltips`), and what a link leads to (`navigation.instant.preview`, `data-preview`).
 */

/** @type {{host: Element, box: HTMLElement, title: string | null} | undefined} */
let floating
let floatTimer
let floatCount = 0

const sinkFloat = () => {
  clearTimeout(floatTimer)
  if (!floating) return
  const { host, box, title } = floating
  if (title !== null) host.setAttribute("title", title)
  host.removeAttribute("aria-describedby")
  box.remove()
  floating = undefined
}

/** Below its host, or above where there is no room below; inside the window.
 * @param {Element} host @param {HTMLElement} box */
const placeFloat = (host, box) => {
  const at = host.getClientRects()[0] || host.getBoundingClientRect()
  const below = at.bottom + box.offsetHeight + 16 < innerHeight || at.top < box.offsetHeight + 60
  const left = Math.min(Math.max(8, at.left + at.width / 2 - box.offsetWidth / 2), document.documentElement.clientWidth - box.offsetWidth - 8)
  box.style.left = `${left + scrollX}px`
  box.style.top = `${(below ? at.bottom + 6 : at.top - box.offsetHeight - 6) + scrollY}px`
  box.classList.add(below ? "md-tooltip2--bottom" : "md-tooltip2--top", "md-tooltip2--active")
}

/** @param {Element} host @param {string} role @param {string} name @param {(Node | string)[]} children */
const raiseFloat = (host, role, name, children) => {
  sinkFloat()
  const id = `__tooltip2_${floatCount++}`
  const box = make("div", { class: "md-tooltip2", id, role }, make("div", { class: "md-tooltip2__inner md-typeset" }, ...children))
  if (role === "dialog") (box.tabIndex = 0), box.setAttribute("aria-label", name)
  floating = { host, box, title: host.getAttribute("title") }
  if (floating.title !== null) host.removeAttribute("title")
  document.body.append(box)
  host.setAttribute("aria-describedby", id)
  placeFloat(host, box)
}

/** A footnote without the way back. @param {HTMLAnchorElement} link */
const footnoteOf = (link) => {
  const note = document.getElementById(decodeURIComponent(link.hash.slice(1)))
  if (!note) return
  /** @type {any} */
  const copyOfNote = note.cloneNode(true)
  for (const back of all(".footnote-backref", copyOfNote)) back.remove()
  return [...copyOfNote.childNodes]
}

/** The part of another page that a link leads to: from its heading to the next of that level.
 * @param {HTMLAnchorElement} link */
const previewOf = async (link) => {
  const page = await fetchPage(new URL(link.href))
  const id = decodeURIComponent(link.hash.slice(1))
  const heading = id ? page.getElementById(id) : one("article h1", page)
  if (!heading || !heading.closest("article")) return
  const out = []
  const level = /^h[1-6]$/.test(heading.localName) ? Number(heading.localName[1]) : 7
  for (let at = heading; at && out.length < 12; at = at.nextElementSibling) {
    if (at !== heading && /^h[1-6]$/.test(at.localName) && Number(at.localName[1]) <= level) break
    out.push(document.importNode(at, true))
    if (level === 7) break
  }
  for (const part of out) {
    for (const extra of all(".headerlink, script, .md-content__button", part)) extra.remove()
    // Ids and names would be there twice; relative addresses would lead elsewhere.
    for (const element of [part, ...all("*", part)]) {
      for (const name of ["id", "name", "for"]) element.removeAttribute(name)
      for (const name of ["href", "src"]) if (element.hasAttribute(name)) element.setAttribute(name, new URL(element.getAttribute(name), link.href).href)
    }
  }
  return out
}

const tooltips = () => {
  const previews = has("navigation.instant.preview")
  /** What floats beside `target`, if anything. @param {Element} target */
  const explained = (target) => {
    /** @type {HTMLAnchorElement | null} */
    const link = target.closest(".md-content a[href]")
    if (link && link.matches(".footnote-ref")) {
      if (has("content.footnote.tooltips")) return { host: link, wait: 150, role: "dialog", make: () => footnoteOf(link) }
    } else if (link && (previews || link.matches("[data-preview]")) && ours(new URL(link.href)) && link.pathname !== location.pathname) {
      return { host: link, wait: 250, role: "dialog", make: () => previewOf(link) }
    }
    /** @type {Element | null | false} */
    const titled = has("content.tooltips") && target.closest(".md-content [title], .md-nav [title], .md-header [title], .md-typeset [title]")
    if (titled && titled.getAttribute("title")) return { host: titled, wait: 0, role: "tooltip", make: () => [titled.title] }
  }
  /** @param {Event} event */
  const point = (event) => {
    /** @type {any} */
    const target = event.target
    if (!target.closest) return
    if (floating && (floating.box.contains(target) || floating.host.contains(target))) return clearTimeout(floatTimer)
    const found = explained(target)
    clearTimeout(floatTimer)
    if (!found) {
      if (floating) floatTimer = setTimeout(sinkFloat, 200)
      return
    }
    floatTimer = setTimeout(async () => {
      try {
        const children = await found.make()
        if (children && children.length && found.host.isConnected) raiseFloat(found.host, found.role, labelText(found.host) || found.role, children)
      } catch {
        // A page that cannot be had has no preview; the link still leads to it.
      }
    }, event.type === "focusin" ? 0 : found.wait)
  }
  addEventListener("mouseover", point)
  addEventListener("focusin", point)
  addEventListener("focusout", (event) => {
    /** @type {any} */
    const next = event.relatedTarget
    if (floating && !floating.box.contains(next)) sinkFloat()
  })
  addEventListener("keydown", (event) => event.key === "Escape" && sinkFloat())
}
