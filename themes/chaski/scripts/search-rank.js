/*
 * Ranks pages for a query. The formula stands in ARCHITECTURE.md, "Search": BM25 over fields, whose
 * part that needs no other page is computed at build time, times how much of the query a page has,
 * plus how near the words stand to each other.
 */

/** @typedef {{form: Form, factor: number}} Variant */
/** @typedef {{word: Word, folded: string, weight: number, variants: Variant[], pages: Map<number, {tf: number, places: number[]}>, idf: number, more: string[][], known: boolean, phrase?: {step: number, forms: Set<string>}[], slack?: number}} Unit */
/** @typedef {{doc: number, score: number, coverage: number}} Ranked */

const RANK = {
  /** How fast further occurrences stop counting. */
  k: 3,
  /** Factors of words that are not the one typed. */
  accent: 0.95, ownLetter: 0.8, otherLetter: 0.3, stem: 0.8, ending: 0.7, related: 0.35, prefix: 0.5, typo1: 0.6, typo2: 0.4, synonym: 0.75,
  /** Weight of stop words, and of the parts of a compound that is found as a whole. */
  stop: 0.08, part: 0.4,
  /** How much of the score depends on having all words, and how steeply. */
  coverage: 0.5, steep: 1.5,
  /** What words next to each other add. */
  near: 1.2,
}

/** Letters that words begin with, the most frequent ones of European languages first. */
const INITIALS = [..."scpadtmbrefilhgnouvwjkqyzx"]
/** Letters that stand side by side on keyboards, or sound alike. */
const MISTAKEN = "qwa wes erd rtf tyg yuh uij iok opl asz sdx dfc fgv ghb hjn jkm bv ckqsz gjh iy mn".split(" ")
/** How many further leaves are fetched for a word that begins with a mistake. */
const MOST_LEAVES = 8
/** How much of a query is looked at, in characters and in words. */
const LONGEST_QUERY = 2000
const MOST_WORDS = 48
const WORD = /[\p{Alphabetic}\p{N}]/u
/** What stands in quotes, of any language; with a dash before it, what is to be left out. */
const PHRASE = /(?:(^|\s)(-))?["“”„‟«»「」『』＂]([^"“”„‟«»「」『』＂]+)["“”„‟«»「」『』＂]/g
/** Kana of half the usual width: one letter and its voice mark are two of them. */
const NARROW_KANA = /[\uff61-\uff9f]+/g
const ARABIC = /^[\u0621-\u064a]{3,}$/
/** What Arabic writes in one with the next word: "and", "in", "for", "the". */
const ARABIC_ARTICLES = ["ال", "وال", "بال", "لل", "و", "ب", "ل"]
/** What Arabic writes in one with the word before it: of several, of two, "his", "her", "their". */
const ARABIC_ENDINGS = ["ون", "ين", "ات", "ان", "ها", "هم", "ة", "ه", "ي"]
/** Endings that stand for each other and of which stems know nothing: Portuguese `versão`, `versões`; Arabic plurals, and letters at the end that are often written without their dots. */
const SISTER_ENDINGS = [["ao", "oes"], ["ao", "aes"], ["oes", "ao"], ["aes", "ao"], ["ة", "ات"], ["ات", "ة"], ["ه", "ة"], ["ة", "ه"], ["ى", "ي"], ["ي", "ى"]]

/** Words that may be the same one with other letters before or after it, or in it: who has no `ö` writes `oe`.
 * @param {string} folded @param {Set<string>} letters Those of their own in the site's languages */
const sisterWords = (folded, letters) => {
  const found = SISTER_ENDINGS.filter(([end]) => folded.endsWith(end) && folded.length - end.length > 1).map(([end, other]) => folded.slice(0, -end.length) + other)
  if (letters.has("ö") || letters.has("ø")) found.push(folded.replace(/([aou])e/g, "$1").replace(/aa/g, "a"))
  if (!ARABIC.test(folded)) return found.filter((word) => word !== folded)
  const bare = ARABIC_ARTICLES.filter((article) => folded.startsWith(article) && folded.length - article.length > 2).map((article) => folded.slice(article.length))
  const whole = [folded, ...bare.slice(0, 1)]
  const short = whole.flatMap((word) => ARABIC_ENDINGS.filter((ending) => word.endsWith(ending) && word.length - ending.length > 2).map((ending) => word.slice(0, -ending.length)))
  for (const word of [...whole, ...found, ...short]) found.push(word, ...ARABIC_ARTICLES.map((article) => article + word))
  return found.filter((word) => word !== folded)
}

/** @param {any} index of openIndex */
const ranker = (index) => {
  const stop = new Set(index.root.stop.split(" "))
  const letters = new Set(index.root.letters)

  /** Accents away, letters of their own kept. @param {string} word */
  const softFold = (word) => (letters.size ? [...word].map((c) => (letters.has(c) ? c : foldWord(c))).join("") : foldWord(word))

  /** @param {Word} word @param {Form} form */
  const spelled = (word, form) => {
    if (form.exact === word.exact) return 1
    if (softFold(form.exact) === softFold(word.exact)) return RANK.accent
    return [...word.exact].some((c) => letters.has(c)) ? RANK.otherLetter : RANK.ownLetter
  }

  /** The forms whose folded spelling starts so. @param {string} start @param {number} leaves */
  const startingWith = async (start, leaves) => {
    const found = []
    for (let at = index.leafAt(start), left = leaves; left > 0 && at < index.leafCount; at++, left--) {
      const { forms } = await index.leaf(at)
      for (const form of forms) if (form.folded.startsWith(start)) found.push(form)
      if (byCodePoint(forms[forms.length - 1].folded.slice(0, start.length), start) > 0) break
    }
    return found
  }

  /**
   * The words of the index that a word of the query means.
   * @param {Word} word @param {string} folded @param {boolean} typing whether more letters may come
   * @param {boolean} guesses whether it may be misspelt
   * @returns {Promise<Variant[]>}
   */
  const variants = async (word, folded, typing, guesses) => {
    /** @type {Map<Form, number>} */
    const found = new Map()
    const add = (form, factor) => found.set(form, Math.max(factor, found.get(form) || 0))
    const leaf = await index.leaf(index.leafAt(folded))
    const group = (stem, factor) => {
      for (const form of leaf.byStem.get(stem) || []) add(form, factor)
    }
    const same = leaf.forms.filter((form) => form.folded === folded)
    // Marks that are left out say nothing where the word has no other spelling.
    const best = Math.max(0, ...same.map((form) => spelled(word, form)))
    for (const form of same) add(form, spelled(word, form) / best)
    if (!word.beside) {
      for (const form of same) if (found.get(form) >= RANK.ownLetter) for (const stem of form.stems) group(stem, RANK.stem)
      if (!found.size) {
        const bare = index.root.endings.filter((ending) => folded.endsWith(ending) && folded.length - ending.length > 2).map((ending) => folded.slice(0, -ending.length))
        bare.push(folded)
        bare.sort((a, b) => b.length - a.length)
        const stem = bare.find((start) => leaf.byStem.has(start))
        if (stem) group(stem, RANK.ending)
      }
      await Promise.all(sisterWords(folded, letters).map(async (other) => {
        const { forms } = await index.leaf(index.leafAt(other))
        const isSame = (form) => form.folded === other || (ARABIC.test(other) && form.folded.startsWith(other) && ARABIC_ENDINGS.includes(form.folded.slice(other.length)))
        for (const form of forms) if (isSame(form)) add(form, RANK.stem)
      }))
      // Words of English have its plural in every language: who looks for GPUs means each GPU.
      const [, single] = /^([a-z]{2,}[a-rt-z])s$/.exec(folded) ?? []
      if (single && !stop.has(single)) {
        const { forms } = await index.leaf(index.leafAt(single))
        for (const form of forms) if (form.folded === single) add(form, RANK.ending)
      }
      if (folded.length > 5) for (const form of leaf.forms) if (!found.has(form) && related(folded, form.folded)) add(form, RANK.related)
      // Of a script without spaces, pairs of letters are listed: one letter is the start of some.
      const isHalf = [...folded].length === 1 && DENSE.test(folded)
      if (typing && folded.length > 1 || isHalf) {
        const starting = (await startingWith(folded, 2)).filter((form) => !stop.has(form.folded) && !found.has(form)).sort((a, b) => b.pages - a.pages)
        // Two letters begin many words: those that stand together are fetched together.
        const shards = new Set([...found.keys()].map((form) => form.shard))
        const most = shards.size + (folded.length < 4 ? 1 : 3)
        let left = isHalf ? 64 : 16
        for (const form of starting) {
          if (!shards.has(form.shard) && (shards.size >= most && !isHalf)) continue
          shards.add(form.shard)
          add(form, RANK.prefix)
          if (!--left) break
        }
      }
      if (!found.size && guesses) for (const { form, factor } of await misspelled(folded, typing)) add(form, factor)
      if (!found.size && guesses) for (const stem of longestStart(folded, leaf)) group(stem, RANK.related)
    }
    return [...found].map(([form, factor]) => ({ form, factor }))
  }

  /** The longest stem that begins a word: of languages that put endings after endings. @param {string} folded @param {Leaf} leaf */
  const longestStart = (folded, leaf) => {
    for (let length = folded.length - 1; length > 3; length--) if (leaf.byStem.has(folded.slice(0, length))) return [folded.slice(0, length)]
    return []
  }

  /** Whether two words start so much alike that they are likely of one family. @param {string} a @param {string} b */
  const related = (a, b) => {
    let shared = 0
    while (shared < a.length && a[shared] === b[shared]) shared++
    return shared > 4 && shared >= a.length * 0.6 && shared >= b.length * 0.6
  }

  /** The words nearest to one that no page has. @param {string} folded @param {boolean} typing @returns {Promise<Variant[]>} */
  const misspelled = async (folded, typing) => {
    const most = folded.length < 4 ? 0 : folded.length < 7 ? 1 : 2
    if (!most || /^\d+$/.test(folded)) return []
    let near = []
    for (const size of [2, 1]) {
      const forms = await startingWith(folded.slice(0, size), 4)
      near = forms
        .filter((form) => Math.abs(form.folded.length - folded.length) <= most || typing)
        .map((form) => {
          const whole = distance(folded, form.folded, most)
          const start = typing && form.folded.length > folded.length ? distance(folded, form.folded.slice(0, folded.length), 1) + 0.5 : 9
          return { form, far: Math.min(whole, start) }
        })
        .filter(({ far }) => far <= most)
      if (near.length) break
    }
    if (!near.some(({ far }) => far <= 1)) near = near.concat((await misbegun(folded)).map((form) => ({ form, far: 1 })))
    const least = Math.min(...near.map(({ far }) => far))
    const best = near.filter(({ far }) => far === least).sort((a, b) => b.form.pages - a.form.pages).slice(0, 8)
    const factor = least <= 1 ? RANK.typo1 : RANK.typo2
    const found = best.map(({ form }) => ({ form, factor }))
    for (const { form } of best) {
      const leaf = await index.leaf(index.leafAt(form.folded))
      for (const stem of form.stems) for (const other of leaf.byStem.get(stem) || []) found.push({ form: other, factor: factor * RANK.stem })
    }
    return found
  }

  /** The words that another first letter makes of one. They may stand anywhere in the index: what is likely is looked up.
   * @param {string} folded @returns {Promise<Form[]>} */
  const misbegun = async (folded) => {
    if (!/^[a-z]{4}/.test(folded)) return []
    const rest = folded.slice(1)
    const mistaken = MISTAKEN.filter((letters) => letters.includes(folded[0])).flatMap((letters) => [...letters])
    const other = [...mistaken, ...(folded.length > 6 ? INITIALS : [])].map((letter) => letter + rest)
    const likely = new Set([folded[1] + folded[0] + folded.slice(2), rest, ...other, ...INITIALS.map((letter) => letter + folded)])
    const leaves = [...new Set([...likely].map((word) => index.leafAt(word)))].slice(0, MOST_LEAVES)
    const forms = (await Promise.all(leaves.map((at) => index.leaf(at)))).flatMap((leaf) => leaf.forms)
    return forms.filter((form) => likely.has(form.folded))
  }

  /** Adds the postings of forms to the pages of a unit. @param {Unit} unit */
  const collect = async (unit) => {
    const lists = await Promise.all(unit.variants.map(({ form }) => index.postings(form)))
    lists.forEach((list, i) => addPostings(unit, list, unit.variants[i].factor))
    unit.more = lists.map((list) => list.more)
    const known = Math.max(unit.pages.size, ...unit.variants.map(({ form, factor }) => (factor > RANK.prefix ? form.pages : 0)))
    unit.idf = Math.log(1 + (index.root.pages - known + 0.5) / (known + 0.5))
  }

  /** @param {Unit} unit @param {Postings} list @param {number} factor */
  const addPostings = (unit, list, factor) => {
    list.docs.forEach((doc, i) => {
      const known = unit.pages.get(doc)
      if (known) {
        known.tf += list.weights[i] * factor
        known.places = known.places.concat(list.places[i])
      } else unit.pages.set(doc, { tf: list.weights[i] * factor, places: list.places[i] })
    })
  }

  /** A word of which nothing is looked up. @param {Word} word @returns {Unit} */
  const emptyUnit = (word) => ({ word, folded: foldWord(word.exact), weight: RANK.stop, variants: [], pages: new Map(), idf: 0, more: [], known: false })

  /** Whether most pages have a word: beside others it is not worth its postings. @param {Word} word */
  const isEverywhere = async (word) => {
    const folded = foldWord(word.exact)
    const { forms } = await index.leaf(index.leafAt(folded))
    return forms.some((form) => form.folded === folded && form.pages > index.root.pages * 0.66)
  }

  /** @param {Word} word @param {boolean} typing @param {() => boolean} [isWanted] @param {boolean} [guesses] @returns {Promise<Unit>} */
  const unitOf = async (word, typing, isWanted = () => true, guesses = true) => {
    const folded = foldWord(word.exact)
    const found = await variants(word, folded, typing, guesses)
    if (!isWanted()) return emptyUnit(word)
    const unit = { word, folded, weight: 1, variants: found, pages: new Map(), idf: 0, more: [], known: found.length > 0 }
    await collect(unit)
    return unit
  }

  /** Fetches the further pages of a word. @param {Unit} unit @param {number} tier */
  const extend = async (unit, tier) => {
    await Promise.all(unit.variants.map(async ({ factor }, i) => {
      const name = unit.more[i][tier]
      if (name) addPostings(unit, await index.morePostings(name), factor)
    }))
  }

  /**
   * Words of which the site says that they mean the same: for each group that the query names, the
   * words it takes the place of and those it brings.
   * @param {Unit[]} units
   */
  const synonyms = async (units) => {
    if (!index.root.synonyms) return []
    const groups = await index.json(index.root.synonyms)
    const keys = (unit) => new Set([unit.folded, ...unit.variants.filter(({ factor }) => factor >= RANK.ending).flatMap(({ form }) => (form.folded === unit.folded || factor_is_ending(unit, form) ? form.stems : []))])
    const known = units.map(keys)
    const alternatives = []
    for (const group of groups)
      for (const phrase of group)
        for (let from = 0; from + phrase.length <= units.length; from++) {
          const matches = phrase.every((word, i) => word.split(" ").some((part) => known[from + i].has(part)))
          if (matches) for (const other of group) if (other !== phrase) alternatives.push({ from, to: from + phrase.length, words: other.map((word) => word.split(" ")[0]) })
        }
    return alternatives.slice(0, 12)
  }
  const factor_is_ending = (unit, form) => !unit.variants.some((v) => v.form.folded === unit.folded) && form

  /** A phrase as one unit: pages where its words stand together. @param {Unit[]} units @param {number} slack @returns {Unit} */
  const together = (units, slack) => {
    const pages = new Map()
    for (const [doc, { tf, places }] of units[0].pages) {
      let least = tf
      let ends = places.map((place) => [place, place])
      for (const unit of units.slice(1)) {
        const next = unit.pages.get(doc)
        if (!next) {
          ends = []
          break
        }
        least = Math.min(least, next.tf)
        const step = unit.word.at - units[0].word.at
        ends = ends.filter(([start]) => next.places.some((place) => Math.abs(place - start - step) <= slack))
      }
      if (ends.length) pages.set(doc, { tf: least, places: ends.map(([start]) => start) })
    }
    const idf = Math.log(1 + (index.root.pages - pages.size + 0.5) / (pages.size + 0.5))
    // What stands for the phrase on a page is its words, not those that every text has.
    const weighty = units.filter((unit) => !stop.has(unit.folded))
    const phrase = (weighty.length ? weighty : units).map((unit) => ({
      step: unit.word.at - units[0].word.at,
      forms: new Set(unit.variants.filter(({ form }) => form.folded === unit.folded).map(({ form }) => form.exact)),
    }))
    return { ...units[0], pages, idf, variants: [], more: [], phrase, slack }
  }

  /** What a query says. @param {string} query @param {boolean} [leavesOut] @returns {{plain: string, phrases: string[], unwanted: string[], hasOthers: boolean}} */
  const parse = (query, leavesOut = true) => {
    const phrases = []
    const unwanted = []
    const plain = query.replace(PHRASE, (_, before = "", dash, phrase) => {
      if (dash && leavesOut) unwanted.push(phrase)
      else phrases.push(phrase)
      return dash && leavesOut ? " " : `${before} ${phrase} `
    })
    // To leave something out, there must be something else.
    if (unwanted.length && !WORD.test(plain)) return parse(query, false)
    return { plain, phrases, unwanted, hasOthers: WORD.test(query.replace(PHRASE, " ")) }
  }

  /** The pages where the words of a phrase stand together; `null` if every page has them. @param {string} phrase */
  const pagesWith = async (phrase) => {
    const units = await Promise.all(wordsOf(phrase).filter((word) => !word.beside).map(async (word) => {
      const unit = await unitOf(word, false, undefined, false)
      const exact = unit.variants.filter(({ form, factor }) => form.folded === unit.folded && factor >= RANK.otherLetter)
      const own = { ...unit, variants: exact, pages: new Map() }
      await collect(own)
      if (!stop.has(unit.folded)) for (const tier of [0, 1]) await extend(own, tier)
      return own
    }))
    // Of stop words only the best pages are known: they may stand anywhere.
    const weighty = units.filter((unit) => !unit.more.length || !unit.variants.some(({ form }) => form.pages > unit.pages.size))
    return weighty.length ? together(weighty, 0).pages : null
  }

  /**
   * Pages for a query, best first.
   * @param {string} query
   * @param {{typing?: boolean, only?: Set<number>[], isWanted?: () => boolean}} [options] `isWanted`
   *   is asked before more is fetched; without it, the result is `null`
   */
  const search = async (query, { typing = false, only = [], isWanted = () => true } = {}) => {
    // Of a text pasted whole, beginning and end: there messages say what went wrong.
    const part = query.length > LONGEST_QUERY ? `${query.slice(0, LONGEST_QUERY / 2)} ${query.slice(-LONGEST_QUERY / 2)}` : query
    const { plain, phrases, unwanted, hasOthers: isMore } = parse(part.replace(NARROW_KANA, (kana) => kana.normalize("NFKC")))
    const all = wordsOf(plain)
    const words = all.length > MOST_WORDS ? [...all.slice(0, MOST_WORDS / 2), ...all.slice(-MOST_WORDS / 2)] : all
    const last = typing && words.length && /[\p{Alphabetic}\p{N}\p{M}]$/u.test(plain) ? words.filter((word) => !word.beside).pop() : undefined
    const plainWords = words.filter((word) => !word.beside)
    const isSmall = (word) => stop.has(foldWord(word.exact)) && plain[word.start - 1] !== "-"
    const hasOthers = plainWords.some((word) => !isSmall(word))
    let units = await Promise.all(plainWords.map(async (word) => (hasOthers && isSmall(word) && (await isEverywhere(word)) ? emptyUnit(word) : unitOf(word, word === last, isWanted))))
    let beside = (await Promise.all(words.filter((word) => word.beside).map((word) => unitOf(word, false, isWanted)))).filter((unit) => unit.known)
    if (!isWanted()) return null

    // `-word` leaves pages out, unless the site knows an option of that spelling.
    const out = new Set()
    const isOut = (unit) => {
      const before = plain.slice(0, unit.word.start)
      return /(?:^|\s)-$/.test(before) && [...unit.folded].length > 1 && !beside.some((other) => other.word.start === unit.word.start - 1)
    }
    const negative = units.filter(isOut)
    if (negative.length && negative.length < units.length) {
      units = units.filter((unit) => !negative.includes(unit))
      for (const unit of negative) {
        unit.variants = unit.variants.filter(({ factor }) => factor >= RANK.stem)
        const lists = await Promise.all(unit.variants.map(({ form }) => index.postings(form)))
        const more = await Promise.all(lists.flatMap((list) => list.more).map((name) => index.morePostings(name)))
        for (const list of [...lists, ...more]) for (const doc of list.docs) out.add(doc)
      }
      beside = beside.filter((unit) => !negative.some((other) => other.word.start === unit.word.start))
    }
    if (units.some((unit) => !stop.has(unit.folded))) for (const unit of units) if (stop.has(unit.folded)) unit.weight = RANK.stop
    for (const whole of beside)
      for (const unit of units)
        if (unit.word.start >= whole.word.start && unit.word.end <= whole.word.end && whole.word.end - whole.word.start > unit.word.end - unit.word.start) unit.weight = Math.min(unit.weight, RANK.part)

    for (const phrase of unwanted) for (const doc of (await pagesWith(phrase))?.keys() ?? []) out.add(doc)
    const asked = (await Promise.all(phrases.map(async (phrase) => ({ phrase, pages: await pagesWith(phrase) })))).filter(({ pages }) => pages)
    // A message quotes what only its reader has: such phrases are words like others.
    const held = isMore ? asked.filter(({ pages }) => pages.size) : asked
    const isAnywhere = held.length && [...held[0].pages.keys()].some((doc) => held.every(({ pages }) => pages.has(doc)))
    const required = isMore && !isAnywhere ? [] : held

    const alternatives = await Promise.all((await synonyms(units)).map(async ({ from, to, words: other }) => {
      const brought = await Promise.all(other.map((folded, at) => unitOf({ exact: folded, at, beside: false, start: 0, end: 0 }, false, undefined, false)))
      for (const unit of brought) unit.variants = unit.variants.filter(({ factor }) => factor >= RANK.stem)
      return { from, to, unit: brought.length > 1 ? together(brought, 2) : brought[0], size: brought.length }
    }))

    const allowed = (doc) => !out.has(doc) && only.every((set) => set.has(doc)) && required.every(({ pages }) => pages.has(doc))
    if (!isWanted()) return null
    let ranked = rank(units, beside, alternatives, allowed)
    const found = () => ranked.filter(({ coverage }) => coverage > 0.95).length
    for (let tier = 0; tier < 2 && found() < 10 && (tier < 1 || only.length) && units.some((unit) => unit.more.some((more) => more[tier])); tier++) {
      await Promise.all(units.filter((unit) => unit.weight === 1).map((unit) => extend(unit, tier)))
      ranked = rank(units, beside, alternatives, allowed)
    }
    if (index.root.boosts) {
      const boosts = new Map(await index.json(index.root.boosts))
      for (const page of ranked) page.score *= boosts.get(page.doc) ?? 1
      ranked.sort(byScore)
    }
    const most = Math.max(0, ...ranked.map(({ coverage }) => coverage))
    const results = ranked.filter(({ coverage, score }) => coverage >= most * 0.6 && score > 0)
    return { units: [...units, ...beside, ...alternatives.map(({ unit }) => unit)], words: units, absent: asked.filter((one) => !required.includes(one)).map(({ phrase }) => phrase), results, isCut: units.some((unit) => unit.more.some((more) => more.length)) }
  }

  const byScore = (a, b) => b.score - a.score || a.doc - b.doc

  /** @param {Unit[]} units @param {Unit[]} beside @param {any[]} alternatives @param {(doc: number) => boolean} allowed @returns {Ranked[]} */
  const rank = (units, beside, alternatives, allowed) => {
    const all = [...units, ...beside]
    const docs = new Set()
    for (const unit of [...all, ...alternatives.map(({ unit }) => unit)]) if (unit.weight > RANK.stop || units.length === 1) for (const doc of unit.pages.keys()) if (allowed(doc)) docs.add(doc)
    const bm25 = (unit, doc) => {
      const page = unit.pages.get(doc)
      return page ? (unit.weight * unit.idf * page.tf * (RANK.k + 1)) / (page.tf + RANK.k) : 0
    }
    const counted = units.filter((unit) => unit.known || unit.weight > RANK.stop)
    const whole = counted.reduce((sum, unit) => sum + unit.weight * Math.max(unit.idf, 0.2), 0) || 1
    const ranked = []
    for (const doc of docs) {
      const scores = units.map((unit) => bm25(unit, doc))
      /** @type {number[]} */
      const has = units.map((unit) => (unit.pages.has(doc) ? 1 : 0))
      for (const { from, to, unit } of alternatives) {
        const page = unit.pages.get(doc)
        if (!page) continue
        const idf = Math.max(unit.idf, 0.1)
        const value = (RANK.synonym * idf * page.tf * (RANK.k + 1)) / (page.tf + RANK.k)
        const own = scores.slice(from, to).reduce((sum, score) => sum + score, 0)
        const better = Math.max(own, value) + 0.3 * Math.min(own, value)
        for (let i = from; i < to; i++) {
          scores[i] = better / (to - from)
          has[i] = Math.max(has[i], RANK.synonym)
        }
      }
      let score = scores.reduce((sum, value) => sum + value, 0)
      for (const unit of beside) score += bm25(unit, doc)
      const covered = units.reduce((sum, unit, i) => sum + (counted.includes(unit) ? has[i] * unit.weight * Math.max(unit.idf, 0.2) : 0), 0)
      const coverage = Math.min(1, covered / whole)
      ranked.push({ doc, score: score * (1 - RANK.coverage + RANK.coverage * coverage ** RANK.steep), coverage })
    }
    ranked.sort(byScore)
    for (const page of ranked.slice(0, 200)) page.score += nearness(units, page.doc)
    return ranked.sort(byScore)
  }

  /** What pairs of neighbouring words add by standing near each other. @param {Unit[]} units @param {number} doc */
  const nearness = (units, doc) => {
    const weighty = units.filter((unit) => unit.weight > RANK.stop && unit.pages.has(doc))
    let sum = 0
    for (let i = 1; i < weighty.length; i++) {
      const [a, b] = [weighty[i - 1], weighty[i]]
      const step = b.word.at - a.word.at
      let nearest = 99
      for (const x of a.pages.get(doc).places)
        for (const y of b.pages.get(doc).places) {
          const far = y > x ? Math.abs(y - x - step) : x - y + step
          if (far < nearest) nearest = far
        }
      if (nearest < 12) sum += (Math.min(a.idf * a.weight, b.idf * b.weight) * RANK.near) / (1 + nearest)
    }
    return sum
  }

  /** The likeliest end of the last word. @param {string} query @returns {Promise<string>} */
  const complete = async (query) => {
    const word = query.length > LONGEST_QUERY ? undefined : wordsOf(query).filter(({ beside }) => !beside).pop()
    // Options, paths and names of several parts are not guessed.
    if (!word || word.end !== query.length || word.exact.length < 2 || /[^\s"“«(¿¡]$/.test(query.slice(0, word.start))) return ""
    const folded = foldWord(word.exact)
    const forms = (await startingWith(folded, 2)).filter((form) => /^[\p{Alphabetic}\p{M}]+$/u.test(form.exact))
    const [best] = forms.sort((a, b) => b.pages - a.pages || byCodePoint(a.folded, b.folded))
    // A word that is more frequent than all that it begins needs no end.
    if (!best || best.folded === folded) return ""
    return query + best.exact.slice(word.exact.length)
  }

  return { search, complete, stop }
}

/**
 * How many letters two words differ by, neighbours swapped counting once; more than `most` as any
 * greater number.
 * @param {string} a @param {string} b @param {number} most
 */
const distance = (a, b, most) => {
  if (Math.abs(a.length - b.length) > most) return most + 1
  let before = []
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      next[j] = Math.min(change, row[j] + 1, next[j - 1] + 1)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1)
    }
    if (Math.min(...next) > most) return most + 1
    before = row
    row = next
  }
  return row[b.length]
}
