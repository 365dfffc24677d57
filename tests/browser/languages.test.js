/*
 * The search in every language of the theme: what the dialog says, and that readers find words as
 * they write them, other forms of them, and without the marks that they leave out.
 */
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { after, before, test } from "node:test"
import { PHONE, axe, launch, none, open } from "./support/browser.js"
import { serve } from "./support/server.js"
import { build, theme } from "./support/site.js"

/**
 * A site in each language: the titles of its two sections, a tag, and three pages as title and text.
 * `says` is the dialog's word of no page, of one, of three. `finds` are queries and the number of
 * the page that comes first (0 to 2). `filter` is what a filter says that nothing was chosen in.
 * @type {Record<string, {sections: [string, string], tag: string, pages: [string, string][], says: [string, string, string], filter: string, finds: [string, number][]}>}
 */
const LANGUAGES = {
  ar: {
    sections: ["البداية", "الدليل"], tag: "وسم",
    pages: [["الحاسوب", "يعمل الحاسوب العربي بذاكرة كبيرة جدًا."], ["كلمة المرور", "غيّر كَلِمَةَ المُرورِ كل شهر."], ["المكتبات", "هذه مكتبات البرامج وأوامر العربي للمستخدمين."]],
    says: ["لا توجد صفحات مطابقة", "صفحة واحدة مطابقة", "الصفحات المطابقة: 3"],
    filter: "القسم: الكل",
    finds: [["الحاسوب", 0], ["المرور", 1], ["كلمة", 1], ["غير", 1], ["غَيِّر", 1], ["اوامر", 2], ["مكتبة", 2], ["والمكتبات", 2], ["ذاكرة", 0], ["الذاكرة", 0], ["حاسوب", 0], ["مستخدم", 2], ["المستخدمون", 2], ["حاسوبها", 0]],
  },
  ca: {
    sections: ["Començar", "Guia"], tag: "bàsic",
    pages: [["Instal·lació", "La instal·lació del programa és ràpida i el clúster espera."], ["Contrasenyes", "Canvia la contrasenya cada any del clúster."], ["Nodes", "Hi ha nodes d'accés i de càlcul al clúster, i molta memòria."]],
    says: ["No hi ha cap pàgina que coincideixi", "1 pàgina coincideix", "3 pàgines coincideixen"],
    filter: "Secció: Totes",
    finds: [["instal·lació", 0], ["instal.lacio", 0], ["rapida", 0], ["contraseny", 1], ["contrasenya", 1], ["calcul", 2], ["d'accés", 2], ["acces", 2]],
  },
  de: {
    sections: ["Anfang", "Handbuch"], tag: "Grundlage",
    pages: [["Rechenknoten", "Die Größe der Knoten hängt vom Speicher im Haus ab."], ["Schlüssel", "Öffnen Sie das Haus mit dem Schlüssel."], ["Häuser", "Viele Häuser stehen an der Straße; ein Haus brennt."]],
    says: ["Keine passenden Seiten", "1 passende Seite", "3 passende Seiten"],
    filter: "Bereich: Alle",
    finds: [["größe", 0], ["grosse", 0], ["schlussel", 1], ["schlüsseln", 1], ["öffnete", 1], ["strasse", 2], ["STRASSE", 2], ["straßen", 2], ["häuser", 2], ["Haeuser", 2], ["groesse", 0], ["oeffnen", 1]],
  },
  en: {
    sections: ["Start", "Guide"], tag: "basic",
    pages: [["Installing", "The installation of a program takes minutes on the cluster."], ["Passwords", "Change your password; it isn't stored in the naïve café cluster."], ["Nodes", "The cluster has nodes with much memory."]],
    says: ["No matching pages", "1 matching page", "3 matching pages"],
    filter: "Section: All",
    finds: [["install", 0], ["installed", 0], ["naive", 1], ["café", 1], ["isn't", 1], ["isn’t", 1], ["node", 2], ["memories", 2]],
  },
  es: {
    sections: ["Inicio", "Guía"], tag: "clave",
    pages: [["Instalación", "La instalación de programas tarda poco en el clúster."], ["Contraseñas", "Cambie la contraseña del clúster cada año."], ["Nodos", "El pingüino y la caña: nodos con ano, un clúster aparte."]],
    says: ["No hay páginas que coincidan", "1 página coincide", "3 páginas coinciden"],
    filter: "Sección: Todas",
    finds: [["instalacion", 0], ["instalaciones", 0], ["contrasena", 1], ["contraseña", 1], ["año", 1], ["ano", 2], ["pinguino", 2], ["cana", 2], ["nodo", 2]],
  },
  fr: {
    sections: ["Début", "Guide"], tag: "bases",
    pages: [["Élèves", "Les élèves de l’école travaillent sur la grappe."], ["Mots de passe", "Où changer ? Le cœur de la grappe garde les œuvres."], ["Nœuds", "Un nœud de calcul de la grappe a de la mémoire ; aujourd'hui ça va."]],
    says: ["Aucune page trouvée", "1 page trouvée", "3 pages trouvées"],
    filter: "Section : Toutes",
    finds: [["eleve", 0], ["ELEVES", 0], ["l'école", 0], ["ecole", 0], ["coeur", 1], ["cœurs", 1], ["noeud", 2], ["nœuds", 2], ["ca va", 2], ["aujourd’hui", 2]],
  },
  it: {
    sections: ["Inizio", "Guida"], tag: "base",
    pages: [["Installazione", "L'installazione del programma è facile sul cluster."], ["Parole", "Cambia la parola d’ordine del cluster perché scade."], ["Città", "Nelle città ci sono nodi; il cluster ha università."]],
    says: ["Nessuna pagina trovata", "1 pagina trovata", "3 pagine trovate"],
    filter: "Sezione: Tutte",
    finds: [["installazioni", 0], ["l’installazione", 0], ["parole", 1], ["perche", 1], ["citta", 2], ["universita", 2], ["nodo", 2]],
  },
  ja: {
    sections: ["はじめに", "手引き"], tag: "メモリ",
    pages: [["計算機の使い方", "この計算機はメモリが多い。クラスタで犬が走る。"], ["パスワード", "クラスタのパスワードを変更します。ＧＰＵは２枚です。"], ["キューとノード", "クラスタのノードの一覧。ガイドを見る。"]],
    says: ["該当するページはありません", "1 件のページが見つかりました", "3 件のページが見つかりました"],
    filter: "セクション：すべて",
    finds: [["計算機", 0], ["計算", 0], ["犬", 0], ["パスワード", 1], ["ﾊﾟｽﾜｰﾄﾞ", 1], ["gpu", 1], ["ＧＰＵ", 1], ["ノード", 2], ["ｶﾞｲﾄﾞ", 2], ["キュー", 2]],
  },
  pt: {
    sections: ["Início", "Guia"], tag: "básico",
    pages: [["Instalação", "A instalação de programas é rápida no cluster."], ["Senhas", "Não esqueça a senha do cluster, avô e avó."], ["Nós", "Os nós do cluster têm muita memória e lições."]],
    says: ["Nenhuma página encontrada", "1 página encontrada", "3 páginas encontradas"],
    filter: "Seção: Todas",
    finds: [["instalacao", 0], ["instalações", 0], ["instalacoes", 0], ["nao esqueca", 1], ["senha", 1], ["licao", 2], ["lição", 2], ["memorias", 2]],
  },
  qu: {
    sections: ["Qallariy", "Yachay"], tag: "yuyay",
    pages: [["Antañiqiq", "Antañiqiqpa yuyaynin hatunmi, llamk'aqkuna kanku."], ["Yaykuna rima", "Pakasqa rimata sapa killa mosoqyachiy, llamk'aq."], ["Wasikuna", "Llaqtapi wasikuna kan, ñawinchana wasipas, llamk'aykuna."]],
    says: ["Mana tarikunchu", "1 p'anqa tarisqa", "3 p'anqa tarisqa"],
    filter: "Raki: Llapan",
    finds: [["antaniqiq", 0], ["yuyaynin", 0], ["rima", 1], ["pakasqa", 1], ["wasi", 2], ["nawinchana", 2], ["wasikunapaqpas", 2], ["ñawinchana", 2], ["llamk’aykuna", 2]],
  },
  zh: {
    sections: ["开始", "手册"], tag: "内存",
    pages: [["计算节点", "这个集群有很多计算节点和内存。"], ["修改密码", "每年修改集群的密码。ＧＰＵ（两张）。"], ["软件列表", "集群上安装的软件：编译器。"]],
    says: ["没有符合的页面", "1 个符合的页面", "3 个符合的页面"],
    filter: "栏目：全部",
    finds: [["计算节点", 0], ["节点", 0], ["内存", 0], ["密码", 1], ["ｇｐｕ", 1], ["软件", 2], ["编译器", 2], ["编", 2]],
  },
}

/** Words of the theme that a reader of the search meets. @param {string} code @returns {Record<string, string>} */
const wordsOf = (code) => {
  const all = JSON.parse(readFileSync(new URL(`../../themes/chaski/languages/${code}.json`, import.meta.url), "utf8"))
  return Object.fromEntries(Object.entries(all).filter(([key]) => /^search(?!\.config)/.test(key)))
}
const ENGLISH = wordsOf("en")

/** The site of a language. Every page says Slurm, the first one Khipu. @param {string} code */
const site = (code) => {
  const { sections, tag, pages } = LANGUAGES[code]
  const page = (at, more = "") => `${more}# ${pages[at][0]}\n\n${pages[at][1]} Slurm. ${at ? "" : "Khipu."}\n`
  const files = {
    "docs/index.md": `# ${sections[0]}\n`,
    "docs/a/0.md": page(0, `---\ntags: [${tag}]\n---\n`),
    "docs/a/1.md": page(1),
    "docs/b/2.md": page(2),
  }
  const nav = `nav:\n  - index.md\n  - ${sections[0]}: [a/0.md, a/1.md]\n  - ${sections[1]}: [b/2.md]\n`
  return build(files, theme(["search.suggest", "search.share"], `  language: ${code}\n`) + nav + "plugins: [search, tags]\n")
}

let browser
before(async () => (browser = await launch()))
after(() => browser.close())

/** The pages found for a query by their numbers, best first. @param {import("playwright-core").Page} page @param {string} query */
const ask = (page, query) =>
  page.evaluate(async (text) => {
    const field = /** @type {HTMLInputElement} */ (document.querySelector("[name=query]"))
    const shown = new Promise((done) => document.addEventListener("md-search-shown", (event) => event.detail.query === text && done(0)))
    field.value = text
    field.dispatchEvent(new Event("input", { bubbles: true }))
    await shown
    return [...document.querySelectorAll(".md-search-result__item > a:first-of-type")].map((link) => link.pathname.replace(/\D/g, ""))
  }, query)

/** All that the dialog shows, and the names of what is in it. @param {import("playwright-core").Page} page */
const said = (page) =>
  page.evaluate(() => {
    const dialog = document.querySelector(".md-search")
    const names = [...dialog.querySelectorAll("*"), dialog].flatMap((one) => ["aria-label", "title", "placeholder"].map((name) => one.getAttribute(name)))
    const texts = [".md-search-result__meta", "option", ".md-search-result__next"].flatMap((selector) => [...dialog.querySelectorAll(selector)].map((one) => one.textContent.trim()))
    return [...new Set([...names, ...texts].filter(Boolean))]
  })

for (const [code, { says, filter, finds }] of Object.entries(LANGUAGES))
  test(`the search in ${code}`, async () => {
    const server = await serve(site(code))
    const { page, wrong, close } = await open(browser)
    await page.goto(server.url)
    await page.click("[name=query]")
    for (const [query, at] of finds) assert.equal((await ask(page, query))[0], String(at), query)

    const meta = ".md-search-result__meta"
    for (const [query, words] of [["zzzzzz", says[0]], ["khipu", says[1]], ["slurm", says[2]]]) {
      await ask(page, query)
      assert.equal(await page.textContent(meta), words)
    }
    assert.equal(await page.textContent(".md-search-filter option"), filter)
    const own = Object.values(wordsOf(code))
    const all = await said(page)
    assert.ok(all.length > 8, all.join("; "))
    if (code !== "en") none(all.filter((text) => Object.values(ENGLISH).some((english) => english === text && !own.includes(text))), "words left in English")
    assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector(".md-search")).direction), code === "ar" ? "rtl" : "ltr")
    none(await axe(page), "accessible")
    none(wrong, "nothing went wrong")

    await page.route("**/search/shards/*", (route) => route.abort())
    await page.reload()
    await page.click("[name=query]")
    await page.waitForFunction((text) => document.querySelector(".md-search-result__meta").textContent === text, wordsOf(code)["search.failed"], { timeout: 5000 })
    await close()

    const bare = await open(browser, { javaScriptEnabled: false })
    await bare.page.goto(server.url + "search/index.html")
    const note = await bare.page.innerText("article")
    assert.equal(note.includes(ENGLISH["search.noscript"]), code === "en")
    assert.match(note, /JavaScript|جافاسكربت/)
    await bare.close()
    await server.close()
  })

test("in Arabic all stands from right to left, on a phone too", async () => {
  const server = await serve(site("ar"))
  for (const viewport of [undefined, PHONE]) {
    const { page, close } = await open(browser, viewport && { viewport })
    await page.goto(server.url)
    await page.click(viewport ? '.md-header__button[for="__search"]' : "[name=query]")
    await ask(page, "slurm")
    const sides = await page.evaluate(() => {
      const of = (selector) => document.querySelector(selector).getBoundingClientRect()
      const text = document.createRange()
      text.selectNodeContents(document.querySelector(".md-search-result__title"))
      return { icon: of(".md-search__icon").left, clear: of(".md-search__options").left, text: text.getBoundingClientRect().right, list: of(".md-search-result__list").right }
    })
    assert.ok(sides.icon > sides.clear, "the icon stands at the right, what clears the field at the left")
    assert.ok(sides.list - sides.text < 40, "texts begin at the right")
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= (viewport ?? { width: 1440 }).width)
    await close()
  }
  await server.close()
})
