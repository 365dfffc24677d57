/* The selector of versions, from the `versions.json` that mike keeps one level above the site. */

const versions = async () => {
  const setting = config.version
  if (!setting || setting.provider !== "mike" || location.protocol === "file:") return
  const response = await fetch(new URL("../versions.json", baseUrl))
  if (!response.ok) return
  /** @type {{version: string, title: string, aliases: string[], properties?: {hidden?: boolean}}[]} */
  const list = await response.json()
  const here = (baseUrl.pathname.match(/([^/]+)\/$/) || [])[1]
  const current = list.find((v) => v.version === here || v.aliases.includes(here)) || list[0]
  if (!current) return
  const label = (v) => (setting.alias && v.aliases.length ? `${v.title} (${v.aliases[0]})` : v.title)
  const links = list
    .filter((v) => !(v.properties && v.properties.hidden))
    .map((v) => {
      const link = make("a", { class: "md-version__link", href: new URL(`../${v.version}/`, baseUrl).href }, label(v))
      // The same page of the other version, if it is there.
      link.addEventListener("click", async (event) => {
        if (event.metaKey || event.ctrlKey) return
        event.preventDefault()
        const same = new URL(location.pathname.slice(baseUrl.pathname.length), link.href)
        const found = await fetch(same, { method: "HEAD" }).then((r) => r.ok, () => false)
        location.href = found ? same.href : link.href
      })
      return make("li", { class: "md-version__item" }, link)
    })
  const button = make("button", { type: "button", class: "md-version__current", "aria-label": word("select.version") }, label(current))
  const topic = one(".md-header__topic")
  if (topic) topic.append(make("div", { class: "md-version" }, button, make("ul", { class: "md-version__list" }, ...links)))
  const standard = [setting.default || "latest"].flat()
  const outdated = !standard.some((name) => [current.version, ...current.aliases].some((v) => new RegExp(`^(?:${name})$`).test(v)))
  remember("__outdated", outdated, sessionStorage)
  const bar = part("outdated")
  if (bar) bar.hidden = !outdated
}
