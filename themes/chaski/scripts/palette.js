/* Switching palettes, and remembering the choice under Material's name. */

const paletteSwitch = () => {
  const form = part("palette")
  if (!form) return
  const options = all("input", form)
  const labels = all("label", form).map((label) => buttonFor(label, label.title))
  for (const option of options) {
    option.tabIndex = -1
    option.setAttribute("aria-hidden", "true")
  }
  /** @param {HTMLElement} option */
  const colors = (option) => {
    const color = {}
    for (const key of ["media", "scheme", "primary", "accent"]) color[key] = option.getAttribute("data-md-color-" + key) || ""
    if (color.media === "(prefers-color-scheme)") {
      const side = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"
      const chosen = options.find((o) => o.getAttribute("data-md-color-media") === `(prefers-color-scheme: ${side})`)
      if (chosen) for (const key of ["scheme", "primary", "accent"]) color[key] = chosen.getAttribute("data-md-color-" + key)
    }
    return color
  }
  /** @param {number} index */
  const apply = (index) => {
    const option = options[index]
    option.checked = true
    for (const [key, value] of Object.entries(colors(option))) document.body.setAttribute("data-md-color-" + key, value)
    const next = option.nextElementSibling
    for (const label of labels) label.hidden = label !== next
    const header = part("header")
    const theme = one("meta[name=theme-color]")
    if (header && theme) theme.content = getComputedStyle(header).backgroundColor
  }
  /** @param {number} index */
  const save = (index) => remember("__palette", { index, color: colors(options[index]) })
  const known = recall("__palette")
  const matching = options.findIndex((o) => {
    const media = o.getAttribute("data-md-color-media")
    return media && matchMedia(media).matches
  })
  apply(known && options[known.index] ? known.index : Math.max(0, matching))
  for (const [index, option] of options.entries())
    option.addEventListener("change", () => (apply(index), save(index)))
  for (const label of labels)
    label.addEventListener("click", () => {
      const shown = labels.find((l) => !l.hidden)
      if (shown && shown !== label) shown.focus()
    })
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    const index = options.findIndex((o) => o.checked)
    if (index >= 0 && colors(options[index]).media === "(prefers-color-scheme)") apply(index)
    else if (!recall("__palette")) {
      const now = options.findIndex((o) => matchMedia(o.getAttribute("data-md-color-media") || "not all").matches)
      if (now >= 0) apply(now)
    }
  })
}
