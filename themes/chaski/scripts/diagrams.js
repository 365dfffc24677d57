/* Diagrams: drawn by Mermaid, that of the site if it loads one, else the one that comes with the theme. */

/** Where the theme's library is, below the root of the site. */
const MERMAID = "assets/javascripts/mermaid.11.17.2.min.js"

/* The library writes colours into its own style sheet; these rules take those of the page instead. */
const MERMAID_STYLE = `
.node circle, .node ellipse, .node path, .node polygon, .node rect, .actor-man circle, .stateGroup rect,
g.classGroup rect, .er.entityBox, .pieCircle { fill: var(--md-mermaid-node-bg-color); stroke: var(--md-mermaid-node-fg-color) }
.node .label, .nodeLabel, .nodeLabel p, .edgeLabel, .edgeLabel p, .cluster-label, .cluster span, .label text,
g.classGroup text, .classTitle, .stateGroup text, .er.entityLabel, .titleText, .taskText, .sectionTitle {
  color: var(--md-mermaid-label-fg-color); fill: var(--md-mermaid-label-fg-color); font-family: var(--md-mermaid-font-family) }
.edgeLabel, .edgeLabel p, .edgeLabel rect, .labelBkg, .er.relationshipLabelBox {
  background-color: var(--md-mermaid-label-bg-color); fill: var(--md-mermaid-label-bg-color) }
.cluster rect { fill: var(--md-default-fg-color--lightest); stroke: var(--md-default-fg-color--lighter) }
.edgePath .path, .flowchart-link, .relation, .transition, .er.relationshipLine { stroke: var(--md-mermaid-edge-color) }
.arrowheadPath, .marker, .marker path, defs marker path { fill: var(--md-mermaid-edge-color) !important; stroke: var(--md-mermaid-edge-color) !important }
.actor { fill: var(--md-mermaid-sequence-actor-bg-color); stroke: var(--md-mermaid-sequence-actor-border-color) }
text.actor > tspan { fill: var(--md-mermaid-sequence-actor-fg-color); font-family: var(--md-mermaid-font-family) }
.actor-line, line { stroke: var(--md-mermaid-sequence-actor-line-color) }
.actor-man line { stroke: var(--md-mermaid-sequence-actorman-line-color); fill: var(--md-mermaid-sequence-actorman-bg-color) }
.messageLine0, .messageLine1 { stroke: var(--md-mermaid-sequence-message-line-color) }
.messageText { fill: var(--md-mermaid-sequence-message-fg-color); font-family: var(--md-mermaid-font-family) !important }
.loopLine { fill: var(--md-mermaid-sequence-loop-bg-color); stroke: var(--md-mermaid-sequence-loop-border-color) }
.loopText, .loopText > tspan { fill: var(--md-mermaid-sequence-loop-fg-color); font-family: var(--md-mermaid-font-family) !important }
.labelBox { fill: var(--md-mermaid-sequence-label-bg-color); stroke: none }
.labelText, .labelText > tspan { fill: var(--md-mermaid-sequence-label-fg-color); font-family: var(--md-mermaid-font-family) }
.note { fill: var(--md-mermaid-sequence-note-bg-color); stroke: var(--md-mermaid-sequence-note-border-color) }
.noteText, .noteText > tspan { fill: var(--md-mermaid-sequence-note-fg-color); font-family: var(--md-mermaid-font-family) !important }
.sequenceNumber { fill: var(--md-mermaid-sequence-number-fg-color) }
[id$="sequencenumber"] circle { fill: var(--md-mermaid-sequence-number-bg-color); stroke: none }
.node circle.state-start { fill: var(--md-mermaid-edge-color); stroke: var(--md-mermaid-edge-color) }
.rect { fill: var(--md-mermaid-sequence-box-bg-color) }
`

/** Whether this is the library: an element with the id `mermaid` is a property of the window, too. */
const isMermaid = (found) => Boolean(found) && !(found instanceof Element)

/** @type {Promise<unknown> | undefined} */
let mermaidComes
const fetchMermaid = () =>
  mermaidComes ||= isMermaid(window.mermaid)
    ? Promise.resolve()
    : new Promise((done, failed) => {
        const src = new URL(MERMAID, baseUrl).href
        const script = make("script", { src })
        script.addEventListener("load", done)
        script.addEventListener("error", () => {
          mermaidComes = undefined
          failed(new Error(`${src} cannot be loaded`))
        })
        document.head.append(script)
      })

/* A strict policy lets scripts set styles, but not write them into the page, which is what the library
 * does. While it draws, what it writes goes the way that is allowed; its rules are given back. */
/** @template T @param {() => Promise<T>} draw @returns {Promise<[T, CSSStyleSheet[]]>} */
const withoutInlineStyles = async (draw) => {
  const { setAttribute } = Element.prototype
  const { parseFromString } = DOMParser.prototype
  /** @type {CSSStyleSheet[]} */
  const sheets = []
  Element.prototype.setAttribute = function (name, value) {
    if (name === "style") this.style.cssText = value
    else setAttribute.call(this, name, value)
  }
  DOMParser.prototype.parseFromString = function (text, type) {
    return parseFromString.call(this, heldStyles(text), type)
  }
  document.createElement = (/** @type {string} */ tag, /** @type {any} */ options) => {
    if (tag !== "style") return Document.prototype.createElement.call(document, tag, options)
    const held = document.createElementNS("http://www.w3.org/2000/svg", "metadata")
    const write = (/** @type {string} */ rules) => {
      const sheet = new CSSStyleSheet()
      sheet.replaceSync(rules)
      sheets.push(sheet)
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
    }
    for (const name of ["innerHTML", "textContent"]) Object.defineProperty(held, name, { set: write, get: () => "" })
    return held
  }
  try {
    return [await draw(), sheets]
  } finally {
    Element.prototype.setAttribute = setAttribute
    DOMParser.prototype.parseFromString = parseFromString
    delete document.createElement
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => !sheets.includes(sheet))
  }
}

/** HTML whose `style` attributes have another name. @param {string | {toString(): string}} html */
const heldStyles = (html) => String(html).replace(/ style="/g, ' data-md-style="')

/** The picture that `svg` describes, its styles set one by one. @param {string} svg */
const pictureOf = (svg) => {
  const picture = new DOMParser().parseFromString(heldStyles(svg), "text/html").body.querySelector("svg")
  document.adoptNode(picture)
  for (const element of [picture, ...picture.querySelectorAll("[data-md-style]")]) {
    element.style.cssText = element.dataset.mdStyle || ""
    delete element.dataset.mdStyle
  }
  return picture
}

let diagramsSoFar = 0

const diagrams = async () => {
  // Scripts of the site come after this one.
  if (document.readyState === "loading")
    await new Promise((done) => document.addEventListener("DOMContentLoaded", done, { once: true }))
  // What `div`s hold, a library of the site's own draws by itself.
  const selector = isMermaid(window.mermaid) && !mermaidComes ? "pre.mermaid" : "pre.mermaid, div.mermaid"
  const left = () => all(selector).filter((block) => !block.shadowRoot && !block.dataset.processed)
  if (!left().length) return
  await fetchMermaid()
  const size = "16px"
  window.mermaid.initialize({
    startOnLoad: false,
    suppressErrorRendering: true,
    themeCSS: MERMAID_STYLE,
    sequence: { actorFontSize: size, messageFontSize: size, noteFontSize: size },
  })
  for (const block of left()) {
    block.dataset.processed = "true"
    try {
      const name = `__mermaid_${diagramsSoFar++}`
      const [{ svg, bindFunctions }, sheets] = await withoutInlineStyles(() => window.mermaid.render(name, block.textContent))
      // Rules of the page must not reach into the picture, nor its rules out of it.
      const drawn = make("div", { class: "mermaid" })
      const root = drawn.attachShadow({ mode: "open" })
      root.adoptedStyleSheets = sheets
      const picture = pictureOf(svg)
      if (!picture.querySelector("title")) picture.setAttribute("aria-label", picture.getAttribute("aria-roledescription") || "mermaid")
      root.append(picture)
      block.replaceWith(drawn)
      if (bindFunctions) bindFunctions(root)
    } catch (error) {
      // The text stays, which says what the diagram would have shown.
      console.error(`A diagram cannot be drawn: ${error.message || error}`)
    }
  }
}
