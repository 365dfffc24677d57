/*
 * Navigation: sections that start open, the active entry in sight, and the branches that a large
 * site leaves out of its pages, which open in place from the home page's navigation.
 */

const navigation = () => {
  for (const toggle of all(".md-toggle--indeterminate")) {
    toggle.classList.remove("md-toggle--indeterminate")
    toggle.checked = true
  }
  const current = one(".md-sidebar--primary .md-nav__link--active[href]")
  const wrap = current && current.closest(".md-sidebar__scrollwrap")
  if (wrap) {
    const at = current.getBoundingClientRect().top - wrap.getBoundingClientRect().top
    if (at > wrap.clientHeight - 40) wrap.scrollTop = at - wrap.clientHeight / 2
  }
  for (const link of all("a[data-md-branch], a[data-md-rest]")) link.addEventListener("click", openBranch)
}

/** @type {Promise<Document> | undefined} */
let whole

const wholeNavigation = () => {
  whole = whole || fetch(baseUrl)
    .then((response) => response.text())
    .then((text) => new DOMParser().parseFromString(text, "text/html"))
  return whole
}

/** @param {MouseEvent} event */
const openBranch = async (event) => {
  const link = event.currentTarget
  const onIcon = event.target.closest(".md-nav__icon")
  if (event.metaKey || event.ctrlKey || !(onIcon || link.dataset.mdRest === "")) return
  event.preventDefault()
  try {
    const home = await wholeNavigation()
    const id = link.dataset.mdBranch || new URL(link.href).hash.slice(1)
    const toggle = id && home.getElementById(id)
    const source = toggle ? toggle.closest("li") : one(".md-nav--primary > .md-nav__list", home)
    if (!source) throw new Error("not there")
    for (const a of all("a[href]", source)) a.href = new URL(a.getAttribute("href"), baseUrl).href
    if (toggle && link.dataset.mdBranch) {
      const item = document.importNode(source, true)
      item.querySelector("input").checked = true
      link.closest("li").replaceWith(item)
      item.querySelector("a, label").focus()
    } else {
      const list = toggle ? one("ul", source) : source
      const target = link.closest("ul")
      const kept = one(":scope > .md-nav__item--active", target)
      const items = [...document.importNode(list, true).children]
      const href = kept && one("a[href]", kept)
      target.replaceChildren(...items.map((item) => {
        const own = one("a[href]", item)
        return kept && own && href && own.href === href.href ? kept : item
      }))
    }
  } catch {
    location.href = link.href
  }
}
