/* Announcement, messages, consent, feedback. */

const announcement = () => {
  const bar = part("announce")
  const button = bar && one(".md-banner__button", bar)
  if (!button) return
  const inner = one(".md-typeset", bar)
  const key = window.__md_hash(inner.innerHTML)
  if (recall("__announce") === key) bar.hidden = true
  button.addEventListener("click", () => {
    bar.hidden = true
    remember("__announce", key)
  })
}

const messages = () => {
  const dialog = part("dialog")
  if (!dialog) return
  let timer
  alert$.subscribe((text) => {
    one(".md-dialog__inner", dialog).textContent = text
    dialog.classList.add("md-dialog--active")
    clearTimeout(timer)
    timer = setTimeout(() => dialog.classList.remove("md-dialog--active"), 2000)
  })
}

const consent = () => {
  const panel = part("consent")
  const form = document.forms.namedItem("consent")
  if (!panel || !form) return
  const known = recall("__consent")
  const boxes = all("input[name]", form)
  if (known) for (const box of boxes) box.checked = !!known[box.name]
  else if (location.protocol !== "file:") panel.hidden = false
  /** @param {boolean} keep */
  const decide = (keep) => {
    remember("__consent", Object.fromEntries(boxes.filter((b) => keep && b.checked).map((b) => [b.name, true])))
    location.hash = ""
    location.reload()
  }
  form.addEventListener("submit", (event) => (event.preventDefault(), decide(true)))
  form.addEventListener("reset", (event) => (event.preventDefault(), decide(false)))
  const open = () => {
    if (location.hash === "#__consent") panel.hidden = false
  }
  open()
  addEventListener("hashchange", open)
}

const feedback = () => {
  const form = document.forms.namedItem("feedback")
  if (!form) return
  form.hidden = false
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    const value = event.submitter && event.submitter.dataset.mdValue
    one("fieldset", form).disabled = true
    for (const note of all(".md-feedback__note [data-md-value]", form)) note.hidden = note.dataset.mdValue !== value
    dispatchEvent(new CustomEvent("md:feedback", { detail: { page: location.pathname, data: value } }))
    if (window.gtag) window.gtag("event", "feedback", { page: location.pathname, data: value })
  })
}

/** What the site itself asks to load, and after consent if it asks for that. */
const analytics = () => {
  const data = one("#__analytics")
  if (!data) return
  const { provider, property, consent: asks } = JSON.parse(data.textContent)
  if (provider !== "google" || !property || location.protocol === "file:") return
  if (asks && !(recall("__consent") || {}).analytics) return
  window.dataLayer = window.dataLayer || []
  window.gtag = function () {
    window.dataLayer.push(arguments)
  }
  window.gtag("js", new Date())
  window.gtag("config", property)
  document.head.append(make("script", { async: true, src: "https://www.googletagmanager.com/gtag/js?id=" + property }))
}
