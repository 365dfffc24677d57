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

  /* Runs scripts again, named by the id of their element or by their address below the site. */
  const reload = names => {
    const base = JSON.parse(byId("__config")?.textContent || "{}").base || "."
    for (const name of names) {
      const address = new URL(`${base}/${name}`, location.href).href
      const named = name.startsWith("#") && byId(name.slice(1))
      const old = named || [...document.scripts].find(script => script.src === address)
      if (old?.localName !== "script") continue
      const again = document.createElement("script")
      for (const { name: key, value } of old.attributes) again.setAttribute(key, value)
      again.textContent = old.textContent
      old.remove()
      document.head.append(again)
    }
  }

  /* User and password of an address that brings them: after `#!`, or the same in Base64. */
  const brought = () => {
    const [start] = location.hash.slice(1).split("#")
    try {
      const text = start.startsWith("!")
        ? decodeURIComponent(start)
        : new TextDecoder().decode(bytes(start.replace(/-/g, "+").replace(/_/g, "/")))
      const colon = text.indexOf(":")
      return text.startsWith("!") && colon > 0 ? { user: text.slice(1, colon), password: text.slice(colon + 1) } : null
    } catch {
      return null
    }
  }

  /* The heading that the address names, if it brings a password after all of it. */
  const anchor = () => {
    const parts = location.hash.slice(1).split("#")
    try {
      return decodeURIComponent(parts[settings.share && parts.length > 1 ? 1 : 0])
    } catch {
      return ""
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
    reload(settings.reload || [])
    window.document$?.next?.(document)
    window.dispatchEvent(new Event("encryptcontent_event"))
    if (location.hash) byId(anchor())?.scrollIntoView()
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

  const begin = async () => {
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
    // What an incomplete link has of the password.
    let start = ""
    const attempt = async quiet => {
      const keys = await unlock(page, user ? user.value : "", start + field.value)
      if (keys) {
        remember(keys, user ? user.value : "", start + field.value)
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
    const shared = settings.share && !page.obfuscate && brought()
    if (shared) {
      if (user) user.value = shared.user
      if (settings.incomplete && shared.password.endsWith(":")) {
        start = shared.password
        if (user) user.hidden = true
        return
      }
      field.value = shared.password
      await attempt(false)
    } else if (kept || (page.obfuscate && !byId("mkdocs-decrypt-button"))) await attempt(true)
  }

  if (window.document$?.subscribe) window.document$.subscribe(() => begin())
  else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => begin())
  else begin()
  /* The original's pages call this when the script is already there. */
  window.init_decryptor = begin
})()
