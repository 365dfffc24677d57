/* The header: title that follows, hiding, back to top, drawer and search by keyboard. */

const drawer = one("#__drawer")
const searchToggle = one("#__search")

/**
 * A label that only toggles an input becomes a button that does, for the keyboard and for
 * assistive technology; it keeps `for`, by which style sheets know it.
 * @param {HTMLLabelElement} label @param {string} name
 */
const buttonFor = (label, name) => {
  const input = document.getElementById(label.htmlFor)
  const button = make("button", { type: "button", class: label.className, for: label.htmlFor, "aria-label": name }, ...label.childNodes)
  if (label.title) button.title = label.title
  button.hidden = label.hidden
  button.addEventListener("click", () => input.click())
  input.tabIndex = -1
  input.setAttribute("aria-hidden", "true")
  label.replaceWith(button)
  return button
}

const keyedLabels = () => {
  for (const label of all('label[for="__drawer"].md-header__button, label[for="__search"].md-header__button')) {
    const input = document.getElementById(label.htmlFor)
    if (!input) continue
    const button = buttonFor(label, input.getAttribute("aria-label") || "")
    const tell = () => button.setAttribute("aria-expanded", String(input.checked))
    input.addEventListener("change", tell)
    tell()
  }
}

const titleFollows = () => {
  const title = part("header-title")
  const heading = one(".md-content h1")
  const header = part("header")
  if (!title || !header) return
  whileHere(viewport$, () => {
    const gone = heading ? heading.getBoundingClientRect().bottom < header.offsetHeight : false
    title.classList.toggle("md-header__title--active", gone)
  })
}

const headerHides = () => {
  const header = part("header")
  let last = scrollY
  if (!header || !has("header.autohide")) return
  viewport$.subscribe(({ offset }) => {
    if (Math.abs(offset.y - last) < 8) return
    header.classList.toggle("md-header--hidden", offset.y > last && offset.y > 400 && !(searchToggle && searchToggle.checked))
    last = offset.y
  })
}

const backToTop = () => {
  const button = part("top")
  if (!button) return
  let last = -1
  button.addEventListener("click", () => {
    scrollTo({ top: 0 })
    const skip = one(".md-skip")
    if (skip) skip.focus({ preventScroll: true })
  })
  whileHere(viewport$, ({ offset }) => {
    if (offset.y !== last) button.hidden = !(offset.y < last && offset.y > 64)
    last = offset.y
  })
}

const drawerCloses = () => {
  if (!drawer) return
  // Some browsers restore check boxes when a page is loaded again.
  drawer.checked = false
  if (searchToggle) searchToggle.checked = false
  drawer.addEventListener("change", () => {
    document.body.style.overflow = drawer.checked ? "hidden" : ""
    if (drawer.checked) {
      const current = one(".md-nav--primary .md-nav__link--active[href]") || one(".md-nav--primary a")
      if (current) current.focus({ preventScroll: true })
    }
  })
  addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest(".md-sidebar--primary a[href]")
    if (link && drawer.checked) drawer.click()
  })
  screen$.subscribe((wide) => {
    if (wide && drawer.checked) drawer.click()
  })
  // What lies below the open drawer is out of reach.
  addEventListener("keydown", (event) => {
    const nav = one(".md-sidebar--primary")
    if (event.key === "Tab" && drawer.checked && nav) tabInside(nav, event)
  })
}

/** Leads Tab from the last thing in what is open to the first, and back. @param {Element} root @param {KeyboardEvent} event */
const tabInside = (root, event) => {
  const stops = all("a[href], button, select, input, [tabindex='0']", root).filter((e) => e.tabIndex >= 0 && e.getClientRects().length && getComputedStyle(e).visibility !== "hidden")
  const [first, last] = [stops[0], stops[stops.length - 1]]
  const active = document.activeElement
  const leaves = !root.contains(active) || active === (event.shiftKey ? first : last)
  if (first && leaves) event.preventDefault(), (event.shiftKey ? last : first).focus()
}

/** Whether a key belongs to signs that are put together from several; Safari says it of the last one by its code.
 * @param {KeyboardEvent} event */
const isComposing = (event) => event.isComposing || event.keyCode === 229

/** Shortcuts: search, previous, next, and leaving what is open. */
const shortcuts = () => {
  addEventListener("keydown", (event) => {
    if (event.metaKey || event.ctrlKey || event.altKey || isComposing(event)) return
    const active = document.activeElement
    const typing = active && (active.matches("input:not([type=checkbox], [type=radio]), select, textarea") || active.isContentEditable)
    const mode = searchToggle && searchToggle.checked ? "search" : "global"
    keyboard$.next({ mode, type: event.key, claim: () => (event.preventDefault(), event.stopPropagation()) })
    if (event.key === "Escape") {
      if (searchToggle && searchToggle.checked) searchToggle.click()
      else if (drawer && drawer.checked) drawer.click(), one('.md-header [for="__drawer"]').focus()
      return
    }
    if (typing || event.defaultPrevented) return
    /** @param {string} rel */
    const follow = (rel) => {
      const link = one(`link[rel=${rel}]`)
      if (link) visit(link.href)
    }
    if (["/", "f", "s"].includes(event.key)) {
      const field = part("search-query")
      // On a narrow screen the field cannot be focused before the dialog is open.
      if (field && searchToggle) event.preventDefault(), searchToggle.checked || searchToggle.click(), field.focus(), field.select()
    } else if (["p", ","].includes(event.key)) follow("prev")
    else if (["n", "."].includes(event.key)) follow("next")
  })
}
