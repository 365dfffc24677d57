/*
 * Reads the index that `src/search/shards.rs` writes: files are fetched when a query needs them, and
 * kept. Nothing here knows how results are ranked.
 */

/** @typedef {{folded: string, exact: string, stems: string[], pages: number, shard: string, from: number, to: number}} Form */
/** @typedef {{forms: Form[], byStem: Map<string, Form[]>}} Leaf */
/** @typedef {{docs: number[], weights: number[], places: number[][], more: string[]}} Postings */
/** @typedef {{id: string, heading: string, text: string}} Section */
/** @typedef {{url: string, title: string, place: string, tags: string[], sections: Section[]}} Fragment */

const BLOCK_PAGES = 128
const NAME_BYTES = 6

/** @param {Uint8Array} bytes */
const inflate = async (bytes) => {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

/** Takes numbers, texts and names out of bytes. */
class ByteReader {
  /** @param {Uint8Array} bytes @param {number} [from] */
  constructor(bytes, from = 0) {
    this.bytes = bytes
    this.at = from
  }
  number() {
    let value = 0
    let shift = 0
    for (;;) {
      const byte = this.bytes[this.at++]
      value |= (byte & 0x7f) << shift
      if (!(byte & 0x80)) return value
      shift += 7
    }
  }
  /** @param {number} length */
  slice(length) {
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }
  text() {
    return utf8.decode(this.slice(this.number()))
  }
  name() {
    return [...this.slice(NAME_BYTES)].map((byte) => byte.toString(16).padStart(2, "0")).join("")
  }
  /** A text that starts as another one does. @param {string} before */
  textAfter(before) {
    const shared = this.number()
    const start = /^[\x00-\x7f]*$/.test(before) ? before.slice(0, shared) : utf8.decode(new TextEncoder().encode(before).subarray(0, shared))
    return start + this.text()
  }
}
const utf8 = new TextDecoder()

/** @param {Uint8Array} bytes @returns {Leaf} */
const readLeaf = (bytes) => {
  const reader = new ByteReader(bytes)
  const shards = []
  for (let left = reader.number(); left > 0; left--) shards.push({ name: reader.name(), forms: reader.number() })
  const forms = []
  const byStem = new Map()
  let folded = ""
  for (const shard of shards) {
    let from = 0
    for (let left = shard.forms; left > 0; left--) {
      folded = reader.textAfter(folded)
      const exact = reader.text() || folded
      const stems = []
      for (let count = reader.number(); count > 0; count--) stems.push(reader.textAfter(folded))
      const pages = reader.number()
      const to = from + reader.number()
      const form = { folded, exact, stems: stems.length ? stems : [folded], pages, shard: shard.name, from, to }
      from = to
      forms.push(form)
      for (const stem of form.stems) {
        const group = byStem.get(stem)
        if (group) group.push(form)
        else byStem.set(stem, [form])
      }
    }
  }
  return { forms, byStem }
}

/** @param {Uint8Array} bytes @param {number} from @param {number} to @returns {Postings} */
const readPostings = (bytes, from, to) => {
  const reader = new ByteReader(bytes, from)
  const docs = []
  const weights = []
  const places = []
  let doc = 0
  for (let left = reader.number(); left > 0; left--) {
    doc += reader.number()
    docs.push(doc)
    weights.push((2 ** (bytes[reader.at++] / 25) - 1) / 16)
    const own = []
    let place = 0
    for (let count = reader.number(); count > 0; count--) own.push((place += reader.number()))
    places.push(own)
  }
  const more = []
  while (reader.at < to) more.push(reader.name())
  return { docs, weights, places, more }
}

/**
 * The index of a site.
 * @param {{root: () => Promise<any>, file: (name: string) => Promise<Uint8Array>}} source
 */
const openIndex = async (source) => {
  const root = await source.root()
  const files = new Map()
  /** Fetches once; what failed is tried again the next time.
   * @template T @param {string} key @param {() => Promise<T>} get @returns {Promise<T>} */
  const once = (key, get) => {
    if (!files.has(key)) {
      const promise = get()
      promise.catch(() => files.delete(key))
      files.set(key, promise)
    }
    return files.get(key)
  }
  /** @param {string} name */
  const file = (name) => once(name, async () => inflate(await source.file(name)))
  /** @param {string} name */
  const json = (name) => once(name + ".json", async () => JSON.parse(utf8.decode(await file(name))))

  /** The number of the leaf that would have a word. @param {string} folded */
  const leafAt = (folded) => {
    let low = 0
    let high = root.leaves.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (byCodePoint(root.leaves[middle][0], folded) <= 0) low = middle
      else high = middle - 1
    }
    return low
  }
  return {
    root,
    json,
    leafAt,
    leafCount: root.leaves.length,
    /** @param {number} at @returns {Promise<Leaf>} */
    leaf: (at) => once("leaf" + at, async () => readLeaf(await file(root.leaves[at][1]))),
    /** @param {Form} form @returns {Promise<Postings>} */
    postings: (form) => once(`${form.shard}:${form.from}`, async () => readPostings(await file(form.shard), form.from, form.to)),
    /** @param {string} name @returns {Promise<Postings>} */
    morePostings: (name) => once(name + ":", async () => {
      const bytes = await file(name)
      return readPostings(bytes, 0, bytes.length)
    }),
    /** The numbers of the pages of a filter. @param {string} name @returns {Promise<Set<number>>} */
    pagesOf: (name) => once(name + "#", async () => {
      const reader = new ByteReader(await file(name))
      const pages = new Set()
      for (let page = 0; reader.at < reader.bytes.length; ) pages.add((page += reader.number()))
      return pages
    }),
    /** @param {number} doc @returns {Promise<Fragment>} */
    fragment: (doc) => once("page" + doc, async () => {
      const block = await once(root.blocks[Math.floor(doc / BLOCK_PAGES)], () => source.file(root.blocks[Math.floor(doc / BLOCK_PAGES)]))
      const name = new ByteReader(block, (doc % BLOCK_PAGES) * NAME_BYTES).name()
      const [url, title, place, tags, sections] = await json(name)
      return { url, title, place, tags, sections: sections.map(([id, heading, text]) => ({ id, heading, text })) }
    }),
  }
}

/** The order of bytes in UTF-8, in which the index is sorted. @param {string} a @param {string} b */
const byCodePoint = (a, b) => {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    if (a[i] !== b[i]) {
      const [x, y] = [a.codePointAt(i), b.codePointAt(i)]
      return x - y
    }
  }
  return a.length - b.length
}
