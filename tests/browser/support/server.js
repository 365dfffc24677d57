/*
 * A static server of a folder, as a strict host would serve it: one Content-Security-Policy for
 * every answer, `404.html` for what is not there, the right types.
 */
import { createServer } from "node:http"
import { readFile, stat } from "node:fs/promises"
import { extname, join, normalize } from "node:path"

/** The policy that every page of ours must keep. */
export const STRICT = "default-src 'self'"

const TYPES = {
  ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".mjs": "text/javascript",
  ".json": "application/json", ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp",
  ".xml": "application/xml", ".woff2": "font/woff2", ".txt": "text/plain; charset=utf-8", ".wasm": "application/wasm",
}

/**
 * Serves `root` below `mount` (`/` or `/sub/`).
 * @param {string} root
 * @param {{csp?: string, mount?: string, delay?: (path: string) => number}} [options]
 * @returns {Promise<{url: string, asked: string[], close: () => Promise<void>}>}
 */
export async function serve(root, { csp = STRICT, mount = "/", delay = () => 0 } = {}) {
  const asked = []
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://host").pathname)
    asked.push(path)
    await new Promise((done) => setTimeout(done, delay(path)))
    const headers = csp ? { "content-security-policy": csp } : {}
    const send = async (file, status) => {
      const body = await readFile(file)
      response.writeHead(status, { ...headers, "content-type": TYPES[extname(file)] ?? "application/octet-stream" })
      response.end(request.method === "HEAD" ? undefined : body)
    }
    const inside = path.startsWith(mount) ? normalize("/" + path.slice(mount.length)) : undefined
    try {
      let file = join(root, inside ?? "no-such-file")
      if ((await stat(file)).isDirectory()) file = join(file, "index.html")
      await send(file, 200)
    } catch {
      await send(join(root, "404.html"), 404).catch(() => {
        response.writeHead(404, headers)
        response.end()
      })
    }
  })
  await new Promise((done) => server.listen(0, "127.0.0.1", () => done(undefined)))
  // A test that fails must not keep its file from ending.
  server.unref()
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address())
  return {
    url: `http://127.0.0.1:${port}${mount}`,
    asked,
    close: () => new Promise((done) => (server.closeAllConnections(), server.close(() => done(undefined)))),
  }
}
