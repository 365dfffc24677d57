/*
 * What the scripts of the theme take for granted beyond the DOM's own types. Elements are looked up
 * by selectors whose element is known, and events come from elements: members that only some of
 * them have are therefore allowed on all. What is found this way is names and arguments that do
 * not exist.
 */
interface Window {
  __md_get: (key: string, storage?: Storage, scope?: URL | Location) => any
  __md_set: (key: string, value: unknown, storage?: Storage, scope?: URL | Location) => void
  __md_hash: (text: string) => number
  __md_search_file: any
  __md_search_ready: ((...found: any[]) => void) | undefined
  document$: { subscribe: (then: (value: Document) => void) => unknown; next: (value: Document) => void }
  dataLayer: unknown[]
  gtag: (...words: unknown[]) => void
  // Names of mkdocs-encryptcontent-plugin, which its pages set.
  encryptcontent_id: string
  encryptcontent_keystore: string
  encryptcontent_obfuscate: number | boolean
  decryption_failure_message: string
  inject_something: Record<string, [string, string]>
  delete_something: string
  init_decryptor: () => void
  // The library that draws diagrams.
  mermaid: any
}
interface Navigator {
  connection?: { saveData?: boolean }
}
interface EventTarget {
  closest(selector: string): any
  dataset: DOMStringMap
  href: string
}
interface Element {
  blur(): void
  href: string
  isContentEditable: boolean
  pathname: string
  style: CSSStyleDeclaration
  title: string
}
interface HTMLElement {
  checked: boolean
  open: boolean
  requestSubmit(): void
  select(): void
  value: string
}
interface Node {
  data: string
  splitText(offset: number): Text
}
