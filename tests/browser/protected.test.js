/* Protected pages open with their passwords, and with those only; pages that the original made, too. */
import assert from "node:assert/strict"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { launch, none, open } from "./support/browser.js"
import { serve } from "./support/server.js"
import { build } from "./support/site.js"

const CONFIG = `theme:
  name: material
  font: false
markdown_extensions: [md_in_html]
plugins:
  - search
  - encryptcontent: {password_file: passwords.yml, kdf_pow: 4, threshold_warning_min_entropy: 0}
`
const PASSWORDS = `staff: "contraseña larga y ñandú 1"
team: ["first pass word", "second pass word"]
people:
  ana: "ana's pass & word"
  Luis: "luis pass word"
`
/* What mkdocs-encryptcontent 3.1.0 made of a page for `people` above with the text below. */
const ORIGINAL = {
  id: "encryptcontent_3",
  text: "4NEjwngn90JsxuyGMrhEfQ==;Lp3T2LxVF5UUmfMVlbsfwtqXUEn4wLWKWtAvvLK5pI19WA7Yu3+sWTIrsR2YFg+PurI7JSY1mDrmWIAMshbcNQ==",
  keystore: ["3WqBWns4Hh51uqWaN5oYrw==;Awli8qOLqSP4pThBmsgkaod+qh1DnX+sd5X9n3ukS2cUiYKzFFyiu+ZpLzBrwx1djWTWkNORAZyuJQPwmnPJIBisrfKbMIhAkZWXNG1J9UEvta86qc8Wixi556NrBzpRbMEZSCDqFbJ3M9pokEX3JhZt1Hcs/ydlxnj4OpGYlv4lM+30Fw1RcdX2YzWLPIVSMiZ1kCOaaIZrh2ixKzIhanhqKKpgJPykI1uZB8aheZ20M6a8x3KMdel9O4NDDByZ;RSYTetVg4W1hfw3t1FWfHw==;JNS5b1jabUqFEjE7vQKijr8MqV3sbkyG73jOfwHniKw=", "pKmVSgkc2d7+tGDk3ZjVaQ==;tD3VaoPssS1P6aQGuaToC/ECBq0/D1F1z61ufZh47Rw1ey6CI8xWkH+Bm1lLKaIlkJkuxVQ1FoaXAa4d99hUw1UvZWXCbPALf9GPL7lfqilFJNUvgAEykY6XQz1qCMhwLefM9yYM1A/kRsbhQb7FXPz9Ftqg4AQI1mlssuxtAYfeSjqmFZRXyrDCg2kI6olZHruwKPP67Q0mv8NNokK343SuJ/e3ERH0clDPhiM/h3XqzGGGYSmZzbsaJQ8hbc6B;PFCUOneHXaSN8OKpki5bAw==;xf8XeoboJEH5Pjdy2nANX2g4FX+hv9wLtonX9+Veero="],
}
const page = (head, text) => `---\n${head}\n---\n# Page\n\n${text}\n`
const files = {
  "passwords.yml": PASSWORDS,
  "docs/index.md": "# Home\n",
  "docs/staff.md": page("level: staff", "Secreto ñ € 😀.\n\n## Part\n\nEnd."),
  "docs/team.md": page("level: team", "Secret of team."),
  "docs/people.md": page("level: people", "Secret of people."),
  "docs/own.md": page("password: page pass word", "Secret of own."),
  "docs/obscure.md": page("obfuscate: see", "Secret of obscure."),
  "docs/half.md": page("level: team\ninject_id: part\ndelete_id: gone", "Open.\n\n<div id=gone>Teaser.</div>\n\n<div id=part markdown>\n\nSecret of half.\n\n</div>"),
}

let browser, host, site
before(async () => {
  browser = await launch()
  site = build(files, CONFIG, { strict: false })
  host = await serve(site)
})
after(async () => {
  await browser.close()
  await host.close()
})

const enter = async (tab, path, user, password) => {
  await tab.goto(host.url + path)
  await tab.locator("#mkdocs-content-password").waitFor()
  if (user) await tab.fill("#mkdocs-content-user", user)
  await tab.fill("#mkdocs-content-password", password)
  await tab.keyboard.press("Enter")
}

for (const [path, user, password, secret] of [
  ["staff/", null, "contraseña larga y ñandú 1", "Secreto ñ € 😀."],
  ["team/", null, "second pass word", "Secret of team."],
  ["people/", "ana", "ana's pass & word", "Secret of people."],
  ["people/", "LUIS", "luis pass word", "Secret of people."],
  ["own/", null, "page pass word", "Secret of own."],
  ["half/", null, "first pass word", "Secret of half."],
]) {
  test(`${path} opens for ${user ?? "its password"}, and is remembered`, async () => {
    const { page: tab, wrong, close } = await open(browser)
    await enter(tab, path, user, "not this one")
    await tab.getByText("Invalid password.").waitFor()
    assert.ok(!(await tab.textContent("body")).includes(secret))
    await enter(tab, path, user, password)
    await tab.getByText(secret).waitFor()
    await tab.reload()
    await tab.getByText(secret).waitFor()
    none(wrong, "console, policy, requests")
    await close()
  })
}

test("one password opens all its pages; another does not", async () => {
  const { page: tab, close } = await open(browser)
  await enter(tab, "team/", null, "first pass word")
  await tab.getByText("Secret of team.").waitFor()
  await tab.goto(host.url + "half/")
  await tab.getByText("Secret of half.").waitFor()
  assert.equal(await tab.locator("#gone").count(), 0)
  await enter(tab, "people/", "luis", "ana's pass & word")
  await tab.getByText("Invalid password.").waitFor()
  await close()
})

test("a page that is only obscured opens by itself", async () => {
  const { page: tab, close } = await open(browser)
  await tab.goto(host.url + "obscure/")
  await tab.getByText("Secret of obscure.").waitFor()
  await close()
})

test("a page of the original opens", async () => {
  const own = readFileSync(join(site, "people/index.html"), "utf8")
  const facts = JSON.stringify({ id: ORIGINAL.id, keystore: ORIGINAL.keystore, failure: "Invalid password." })
  const page = own
    .replace(/(mkdocs-encrypted-content">)[^<]*/, (_, tag) => tag + ORIGINAL.text)
    .replace(/(id="mkdocs-encrypted-facts">)[^<]*/, (_, tag) => tag + facts)
  writeFileSync(join(site, "people/original.html"), page)
  for (const [user, password] of [["ANA", "ana's pass & word"], ["luis", "luis pass word"]]) {
    const { page: tab, close } = await open(browser)
    await enter(tab, "people/original.html", user, password)
    await tab.getByText("Secret of people.").waitFor()
    await close()
  }
})

/* Links that bring the password: what the file beside the site has, and what the original makes. */
const SHARED = `theme:
  name: material
  font: false
plugins:
  - search
  - encryptcontent:
      kdf_pow: 4
      threshold_warning_min_entropy: 0
      sharelinks: true
      sharelinks_incomplete: INCOMPLETE
      reload_scripts: [again.js]
      additional_storage_file: storage.yml
      password_inventory: {one: "first: pass word", people: {ana: ana pass word}}
extra_javascript: [again.js]
`
const shared = {
  "docs/index.md": "# Home\n",
  "docs/again.js": "window.runs = (window.runs || 0) + 1\n",
  "storage.yml": "password: {'first: pass word': {theme_of_one: dark}}\nuserpass: {ana: {theme_of_ana: light}}\n",
  "docs/one.md": page("level: one\nsharelink: true", "Secret of one.\n\n## Far part\n\nEnd."),
  "docs/people.md": page("level: people\nsharelink: true", "Secret of people."),
}

for (const incomplete of [false, true]) {
  test(`links bring passwords${incomplete ? " that end at a colon" : ""}`, async () => {
    const folder = build(shared, SHARED.replace("INCOMPLETE", String(incomplete)), { strict: false })
    const links = readFileSync(join(folder, "../sharelinks.txt"), "utf8").split("\n")
    const brought = text => Buffer.from(text).toString("base64url")
    assert.deepEqual(links, [
      `https://docs.example.org/one/#${brought(incomplete ? "!:first:" : "!:first: pass word")}`,
      `https://docs.example.org/people/#${brought("!ana:ana pass word")}`,
    ])
    const own = await serve(folder)
    const { page: tab, wrong, close } = await open(browser)
    await tab.goto(links[1].replace("https://docs.example.org/", own.url))
    await tab.getByText("Secret of people.").waitFor()
    assert.equal(await tab.evaluate(() => sessionStorage.getItem("theme_of_ana")), "light")
    await tab.goto("about:blank")
    await tab.goto(`${links[0].replace("https://docs.example.org/", own.url)}#far-part`)
    if (incomplete) {
      await tab.locator("#mkdocs-content-password").fill(" pass word")
      await tab.keyboard.press("Enter")
    }
    await tab.getByText("Secret of one.").waitFor()
    await tab.waitForFunction(() => window.runs === 2)
    assert.equal(await tab.evaluate(() => sessionStorage.getItem("theme_of_one")), "dark")
    none(wrong, "console, policy, requests")
    await close()
    const plain = await open(browser)
    await plain.page.goto(`${own.url}people/#!ana:ana%20pass%20word`)
    await plain.page.getByText("Secret of people.").waitFor()
    await plain.close()
    await own.close()
  })
}
