/*
 * Text to words, by the rules of `src/search/words.rs`, to the letter: what is not split and folded
 * in the same way is not found.
 */

/** @typedef {{exact: string, at: number, beside: boolean, start: number, end: number}} Word */

const LONGEST_WORD = 48
const WORD_RUN = /[\p{Alphabetic}\p{N}\p{M}]+/gu
const DENSE_RUNS = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\u{20000}-\u{3ffff}]+|[^\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\u{20000}-\u{3ffff}]+/gu
const DENSE_LETTER = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\u{20000}-\u{3ffff}]/u
const DENSE = /^[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\u{20000}-\u{3ffff}]/u
const ASCII = /^[\x00-\x7f]*$/
const OPTION = /(?:^|[\s([{'"`|=])(-{1,2})$/
const SPECIAL = { ß: "ss", æ: "ae", œ: "oe", þ: "th", ø: "o", ł: "l", đ: "d", ð: "d", ı: "i", ς: "σ" }

/** In lower case, composed. @param {string} text */
const lowerWord = (text) => (ASCII.test(text) ? text.toLowerCase() : text.toLowerCase().normalize("NFC"))

/** A word in lower case without accents, ligatures and vowel signs. @param {string} text */
const foldWord = (text) =>
  ASCII.test(text)
    ? text.toLowerCase()
    : text
        .normalize("NFKD")
        .replace(/[\u0300-\u036f\u0640\u064b-\u0655\u0670]/g, "")
        .replace(/[ßæœþøłđðıς]/g, (letter) => SPECIAL[letter])
        .normalize("NFC")
        .toLowerCase()

/** The words of a text with their positions and offsets. @param {string} text @returns {Word[]} */
const wordsOf = (text) => {
  /** @type {Word[]} */
  const found = []
  let at = 0
  let compound = null
  /** @param {string} exact @param {number} position @param {boolean} beside @param {number} start @param {number} end */
  const add = (exact, position, beside, start, end) => found.push({ exact: lowerWord(exact), at: position, beside, start, end })
  const close = () => {
    const isOption = compound && text[compound.start - 1] === "-"
    if (!compound || (compound.parts === 1 && !isOption) || compound.parts > 8) return
    const whole = text.slice(compound.start, compound.end)
    if ([...whole].length > LONGEST_WORD) return
    if (compound.parts > 1) add(whole, compound.at, true, compound.start, compound.end)
    const dashes = isOption && OPTION.exec(text.slice(Math.max(0, compound.start - 3), compound.start))
    if (dashes && (compound.start > dashes[1].length || text.startsWith(dashes[1])))
      add(dashes[1] + whole, compound.at, true, compound.start - dashes[1].length, compound.end)
  }
  /** @param {string} part @param {number} start */
  const single = (part, start) => {
    const letters = part.length > LONGEST_WORD ? [...part].slice(0, LONGEST_WORD).join("") : part
    add(letters, at, false, start, start + part.length)
    if (found[found.length - 1].exact !== letters && /\p{Lu}/u.test(letters.slice(1))) for (const camel of camelParts(letters)) add(camel, at, true, start, start + part.length)
    at++
  }
  const isMixed = DENSE_LETTER.test(text)
  for (const { 0: run, index: begin } of text.matchAll(WORD_RUN)) {
    const joint = compound && begin - compound.end === 1 && "_-.".includes(text[compound.end])
    if (joint) compound.parts++
    else {
      close()
      compound = { start: begin, at, parts: 1, end: 0 }
    }
    if (!isMixed) single(run, begin)
    else
      for (const { 0: part, index } of run.matchAll(DENSE_RUNS)) {
        const start = begin + index
        if (DENSE.test(part)) {
          const letters = [...part.normalize("NFC")]
          const size = Math.min(2, letters.length)
          let offset = start
          for (let i = 0; i + size <= letters.length; i++) {
            const pair = letters.slice(i, i + size).join("")
            add(pair, at++, false, offset, offset + pair.length)
            offset += letters[i].length
          }
        } else single(part, start)
      }
    compound.end = begin + run.length
  }
  close()
  return found
}

/** The parts of `CamelCase`, those of one letter left out. @param {string} word */
const camelParts = (word) => {
  const letters = [...word]
  const upper = (c) => c !== undefined && /\p{Lu}/u.test(c)
  const lower = (c) => c !== undefined && /\p{Ll}/u.test(c)
  const parts = [""]
  letters.forEach((c, i) => {
    if (i && upper(c) && (lower(letters[i - 1]) || (upper(letters[i - 1]) && lower(letters[i + 1])))) parts.push("")
    parts[parts.length - 1] += c
  })
  return parts.length > 1 ? parts.filter((part) => [...part].length > 1) : []
}
