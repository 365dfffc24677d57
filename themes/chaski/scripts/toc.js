/* The table of contents follows the reader: passed entries, the active one, the address. */

const toc = () => {
  const links = all('.md-sidebar--secondary [data-md-component="toc"] a[href^="#"]')
  const integrated = all('.md-nav--integrated [data-md-component="toc"] a[href^="#"]')
  const entries = (links.length ? links : integrated)
    .map((link) => ({ link, target: document.getElementById(decodeURIComponent(link.hash.slice(1))) }))
    .filter((entry) => entry.target)
  if (!entries.length) return
  const header = part("header")
  let last
  whileHere(viewport$, () => {
    const line = (header ? header.offsetHeight : 0) + 32
    const end = scrollY + innerHeight >= document.documentElement.scrollHeight - 2
    let active = -1
    for (const [index, { target }] of entries.entries()) if (target.getBoundingClientRect().top <= line) active = index
    if (end && scrollY > 0) {
      // What stands below the last screenful can never reach the top.
      const seen = entries.filter(({ target }) => target.getBoundingClientRect().top < innerHeight)
      const wanted = seen.findIndex(({ link }) => link.hash === location.hash)
      if (seen.length === entries.length) active = Math.max(active, wanted < 0 ? seen.length - 1 : wanted)
    }
    if (active === last) return
    last = active
    for (const [index, { link }] of entries.entries()) {
      link.classList.toggle("md-nav__link--passed", index < active)
      link.classList.toggle("md-nav__link--active", index === active)
      if (index === active) link.setAttribute("aria-current", "location")
      else link.removeAttribute("aria-current")
    }
    const link = active >= 0 && entries[active].link
    if (has("toc.follow") && link) {
      const wrap = link.closest(".md-sidebar__scrollwrap")
      if (wrap) {
        const at = link.getBoundingClientRect().top - wrap.getBoundingClientRect().top
        if (at < 40 || at > wrap.clientHeight - 60) wrap.scrollTop += at - wrap.clientHeight / 2
      }
    }
    if (has("navigation.tracking") && scrollY > 0) {
      const url = new URL(location.href)
      url.hash = link ? link.hash : ""
      if (url.href !== location.href) history.replaceState(history.state, "", url)
    }
  })
}
