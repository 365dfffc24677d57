/* Buttons of code blocks: copying, and choosing lines, whose range the address keeps. */

/** @param {string} text */
const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    const area = make("textarea")
    // A strict policy lets scripts set styles, yet not as text.
    Object.assign(area.style, { position: "fixed", opacity: "0" })
    area.value = text
    document.body.append(area)
    area.select()
    document.execCommand("copy")
    area.remove()
  }
  alert$.next(word("clipboard.copied"))
}

/** @param {Element} block @param {string} what The flag's last word, and the class that asks for it. */
const wants = (block, what) => {
  const marks = block.closest(`.no-${what}, .${what}`)
  return marks ? marks.classList.contains(what) : has(`content.code.${what}`)
}

/** @param {string} kind @param {string} name */
const codeButton = (kind, name) =>
  make("button", { type: "button", class: "md-code__button", title: name, "aria-label": name, "data-md-type": kind })

const codeBlocks = () => {
  for (const [index, code] of all(".md-typeset pre > code").entries()) {
    const pre = code.parentElement
    if (code.scrollWidth > code.clientWidth) code.tabIndex = 0
    if (pre.classList.contains("mermaid") || one(".md-code__nav", pre)) continue
    const buttons = []
    const lines = all(":scope > span[id^='__span-']", code)
    if (lines.length) code.classList.add("md-code__content")
    if (lines.length && wants(pre, "select")) buttons.push(selectButton(code))
    if (wants(pre, "copy")) {
      pre.id = pre.id || `__code_${index}`
      const button = codeButton("copy", word("clipboard.copy"))
      button.classList.add("md-clipboard")
      button.dataset.clipboardTarget = `#${pre.id} > code`
      button.addEventListener("click", () => copy(codeText(code)))
      buttons.push(button)
    }
    if (buttons.length) pre.insertBefore(make("div", { class: "md-code__nav" }, ...buttons), code)
  }
  // Numbers of lines are for the pointer: a stop at each would keep the keyboard from the text.
  for (const link of all(".md-typeset .linenos a[href]")) link.tabIndex = -1
  for (const element of all("[data-clipboard-text]:not([data-md-component])"))
    element.addEventListener("click", () => copy(element.dataset.clipboardText))
  markLines()
  addEventListener("hashchange", markLines, { signal: leaving.signal })
}

/** What stands in a block: without annotations, prompts and numbers; lines that were chosen, or all.
 * @param {Element} code */
const codeText = (code) => {
  /** @type {any} */
  const body = code.cloneNode(true)
  for (const extra of all(".md-annotation, .gp, [data-linenos]:empty", body)) extra.remove()
  return body.textContent.replace(/\n$/, "")
}

/** @param {HTMLElement} code */
const selectButton = (code) => {
  const button = codeButton("select", word("code.select"))
  button.setAttribute("aria-pressed", "false")
  button.addEventListener("click", () => {
    const on = button.classList.toggle("md-code__button--active")
    button.setAttribute("aria-pressed", String(on))
    code.classList.toggle("md-code__content--selecting", on)
  })
  code.addEventListener("mousedown", (event) => event.shiftKey && code.matches(".md-code__content--selecting") && event.preventDefault())
  code.addEventListener("click", (event) => {
    const line = event.target.closest("[id^='__span-']")
    if (!line || !code.matches(".md-code__content--selecting")) return
    const [, block, number] = line.id.match(/__span-(\w+)-(\d+)/) || []
    let [from, to] = [Number(number), Number(number)]
    const old = location.hash.match(/^#__codelineno-(\w+)-(\d+)(?::(\d+))?$/)
    if (event.shiftKey && old && old[1] === block) {
      from = Math.min(from, Number(old[2]))
      to = Math.max(to, Number(old[3] || old[2]))
    }
    const before = location.href
    history.replaceState(history.state, "", `#__codelineno-${block}-${from}${to > from ? ":" + to : ""}`)
    dispatchEvent(new HashChangeEvent("hashchange", { oldURL: before, newURL: location.href }))
  })
  return button
}

/** Marks the lines that the address names: `#__codelineno-0-2` or `#__codelineno-0-2:5`. */
const markLines = () => {
  for (const mark of all(".hll[data-md-chosen]")) mark.replaceWith(...mark.childNodes)
  const asked = location.hash.match(/^#__codelineno-(\w+)-(\d+)(?::(\d+))?$/)
  if (!asked) return
  const [first, last] = [Number(asked[2]), Math.min(Number(asked[3] || asked[2]), Number(asked[2]) + 10000)]
  for (let number = first; number <= last; number++) {
    const line = document.getElementById(`__span-${asked[1]}-${number}`)
    if (!line) break
    line.append(make("span", { class: "hll", "data-md-chosen": true }, ...line.childNodes))
    if (number === first && asked[3]) line.scrollIntoView({ block: "center", behavior: "instant" })
  }
}
