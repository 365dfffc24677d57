/*
 * The streams that sites' own scripts subscribe to. Each gives its last value to a new subscriber.
 */

/** @template T @typedef {{subscribe: (next: ((value: T) => void) | {next: (value: T) => void}) => {unsubscribe: () => void}, next: (value: T) => void, value: T | undefined, pipe: (...operators: Function[]) => any}} Stream */

/** @template T @param {T} [first] @returns {Stream<T>} */
const stream = (first) => {
  const listeners = new Set()
  const self = {
    value: first,
    next(value) {
      self.value = value
      for (const listener of [...listeners]) listener(value)
    },
    subscribe(next) {
      const listener = typeof next === "function" ? next : (value) => next && next.next && next.next(value)
      listeners.add(listener)
      if (self.value !== undefined) listener(self.value)
      return { unsubscribe: () => listeners.delete(listener) }
    },
    pipe(...operators) {
      return operators.reduce((source, operator) => operator(source), self)
    },
  }
  return self
}

/** @param {string} query */
const mediaStream = (query) => {
  const media = matchMedia(query)
  const out = stream(media.matches)
  media.addEventListener("change", () => out.next(media.matches))
  return out
}

const viewport = () => ({
  offset: { x: scrollX, y: scrollY },
  size: { width: innerWidth, height: innerHeight },
})

const document$ = stream()
const location$ = stream(new URL(location.href))
const target$ = stream(document.querySelector(":target") || undefined)
const keyboard$ = stream()
const viewport$ = stream(viewport())
const alert$ = stream()
const progress$ = stream()
const component$ = stream()
const tablet$ = mediaStream("(min-width: 60em)")
const screen$ = mediaStream("(min-width: 76.25em)")
const print$ = mediaStream("print")

Object.assign(window, {
  document$, location$, target$, keyboard$, viewport$, alert$, progress$, component$, tablet$, screen$, print$,
})

/** @type {(selector: string, root?: ParentNode) => any} */
const one = (selector, root = document) => root.querySelector(selector)
/** @type {(selector: string, root?: ParentNode) => any[]} */
const all = (selector, root = document) => [...root.querySelectorAll(selector)]
/** @param {string} name */
const part = (name) => one(`[data-md-component="${name}"]`)

/** @param {string} tag @param {Record<string, any>} [attributes] @param {...(Node | string)} children */
const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag)
  for (const [key, value] of Object.entries(attributes))
    if (value === true) element.setAttribute(key, "")
    else if (value !== false && value != null) element.setAttribute(key, value)
  element.append(...children)
  return element
}

/** @type {any} */
let config = {}
try {
  config = JSON.parse(one("#__config").textContent)
} catch {
  // A site may draw the block itself, and wrongly.
}
/** @param {string} flag */
const has = (flag) => (config.features || []).includes(flag)
/** @param {string} key @param {string | number} [value] */
const word = (key, value) => ((config.translations || {})[key] || key).replace("#", String(value))
const baseUrl = new URL((config.base || ".").replace(/\/?$/, "/"), location.href)
/** @param {string} key @param {Storage} [store] */
const recall = (key, store) => window.__md_get && window.__md_get(key, store)
/** @param {string} key @param {unknown} value @param {Storage} [store] */
const remember = (key, value, store) => window.__md_set && window.__md_set(key, value, store)

// Scripts that are loaded later would read a relative address below the page that is open then.
if (config.search) config.search = new URL(config.search, location.href).href

/** Where links lead; instant navigation puts itself here. @type {(url: string) => void} */
let visit = (url) => {
  location.href = url
}

/** What ends when instant navigation puts another page in place of this one. */
let leaving = new AbortController()
/** Subscribes for as long as this page is shown. @param {Stream<any>} source @param {(value: any) => void} next */
const whileHere = (source, next) => {
  const { unsubscribe } = source.subscribe(next)
  leaving.signal.addEventListener("abort", unsubscribe)
}

let scrollPending = false
for (const event of ["scroll", "resize"])
  addEventListener(event, () => {
    if (scrollPending) return
    scrollPending = true
    requestAnimationFrame(() => {
      scrollPending = false
      viewport$.next(viewport())
    })
  }, { passive: true })
addEventListener("hashchange", () => {
  location$.next(new URL(location.href))
  target$.next(one(":target") || undefined)
})
