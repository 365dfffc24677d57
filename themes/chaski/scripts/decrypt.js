/*
 * Opens protected pages with the browser's own ciphers: pages of chaski, whose facts stand in a
 * JSON element, and pages of mkdocs-encryptcontent, whose facts are global variables.
 */
(() => {
  const settings = /* settings */ {}
  const byId = id => document.getElementById(id)
  const bytes = text => Uint8Array.from(atob(text), c => c.charCodeAt(0))
  const utf8 = text => new TextEncoder().encode(text)

  const facts = () => {
    const own = byId("mkdocs-encrypted-facts")
    if (own) return JSON.parse(own.textContent)
    return {
      id: window.encryptcontent_id,
      keystore: window.encryptcontent_keystore || [],
      failure: window.decryption_failure_message,
      obfuscate: Boolean(window.encryptcontent_obfuscate),
      parts: window.inject_something,
      remove: window.delete_something,
    }
  }

  /* One vector, one text, both in Base64. */
  const open = async (key, vector, text) => {
    const plain = await crypto.subtle.decrypt({ name: "AES-CBC", iv: bytes(vector) }, key, bytes(text))
    return new TextDecoder("utf-8", { fatal: true }).decode(plain)
  }

  const passwordKey = async (password, salt, iterations) => {
    const raw = await crypto.subtle.importKey("raw", utf8(encodeURIComponent(password)), "PBKDF2", false, ["deriveKey"])
    const how = { name: "PBKDF2", salt: bytes(salt), iterations, hash: "SHA-256" }
    return crypto.subtle.deriveKey(how, raw, { name: "AES-CBC", length: 256 }, false, ["decrypt"])
  }

  const contentKey = hex => {
    /** @type {string[]} */
    const pairs = hex.match(/../g) || []
    const raw = Uint8Array.from(pairs, pair => parseInt(pair, 16))
    return crypto.subtle.importKey("raw", raw, "AES-CBC", false, ["decrypt"])
  }

  /* The keys of the bundle that user and password open. */
  const unlock = async (page, user, password) => {
    const name = utf8(encodeURIComponent(user.toLowerCase()))
    const hash = btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest("SHA-256", name))))
    for (const bundle of page.keystore) {
      const [vector, text, salt, owner] = bundle.split(";")
      if (owner !== undefined && owner !== hash) continue
      try {
        const key = await passwordKey(password, salt, page.obfuscate ? 1 : settings.rounds)
        const keys = JSON.parse(await open(key, vector, text))
        if (page.id in keys) return keys
      } catch {
        continue
      }
    }
    return null
  }

  const showParts = async (key, page) => {
    for (const [name, [tag, by]] of Object.entries({ ...settings.parts, ...page.parts })) {
      const found = by === "id" ? [byId(name)] : document.getElementsByClassName(name)
      for (const part of found) {
        if (!part || part.localName !== tag || !part.matches("[data-encrypted], [style*='display:none']")) continue
        const [vector, text] = part.textContent.trim().split(";")
        part.innerHTML = await open(key, vector, text)
        part.style.removeProperty("display")
        part.removeAttribute("data-encrypted")
      }
    }
  }

  const show = async (hex, page) => {
    const hidden = byId("mkdocs-encrypted-content")
    const key = await contentKey(hex)
    const [vector, text] = hidden.textContent.trim().split(";")
    const html = await open(key, vector, text)
    const place = byId("mkdocs-decrypted-content")
    place.innerHTML = html
    place.style.display = "block"
    hidden.remove()
    byId("mkdocs-encrypted-facts")?.remove()
    await showParts(key, page)
    if (page.remove) byId(page.remove)?.remove()
    window.document$?.next?.(document)
    window.dispatchEvent(new Event("encryptcontent_event"))
    if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView()
  }

  const storage = () => (settings.session ? sessionStorage : localStorage)
  const credentials = `${settings.prefix}credentials`

  const remember = (keys, user, password) => {
    if (settings.rememberKeys) {
      for (const [id, key] of Object.entries(keys)) sessionStorage.setItem(id, key)
    }
    if (settings.rememberPassword) {
      const text = { user: encodeURIComponent(user), password: encodeURIComponent(password) }
      storage().setItem(credentials, JSON.stringify(text))
    }
  }

  const start = async () => {
    const hidden = byId("mkdocs-encrypted-content")
    const form = byId("mkdocs-decrypt-form")
    if (!hidden || !form || form.dataset.ready) return
    form.dataset.ready = "true"
    const page = facts()
    const field = byId("mkdocs-content-password")
    const user = byId("mkdocs-content-user")
    const known = settings.rememberKeys && sessionStorage.getItem(page.id)
    if (known) {
      try {
        return await show(known, page)
      } catch {
        sessionStorage.removeItem(page.id)
      }
    }
    const attempt = async quiet => {
      const keys = await unlock(page, user ? user.value : "", field.value)
      if (keys) {
        remember(keys, user ? user.value : "", field.value)
        return show(keys[page.id], page)
      }
      storage().removeItem(credentials)
      if (quiet) return undefined
      byId("mkdocs-decrypt-msg").textContent = page.failure
      field.value = ""
      field.focus()
      return undefined
    }
    byId("mkdocs-decrypted-content").style.display = "block"
    form.addEventListener("submit", event => {
      event.preventDefault()
      attempt(false)
    })
    // Browsers do not send a form of two fields without a button by themselves.
    form.addEventListener("keydown", event => {
      if (event.key !== "Enter" || event.isComposing) return
      event.preventDefault()
      form.requestSubmit()
    })
    const kept = settings.rememberPassword && JSON.parse(storage().getItem(credentials) || "null")
    if (kept) {
      field.value = decodeURIComponent(kept.password || "")
      if (user) user.value = decodeURIComponent(kept.user || "")
    }
    if (kept || (page.obfuscate && !byId("mkdocs-decrypt-button"))) await attempt(true)
  }

  if (window.document$?.subscribe) window.document$.subscribe(() => start())
  else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => start())
  else start()
  /* The original's pages call this when the script is already there. */
  window.init_decryptor = start
})()
