"""Publishes a site to a folder, serves that with nginx and the configuration that chaski wrote for it, and
follows all links: what readers get is what the host files promise."""

import gzip
import html
import http.client
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

CHASKI = sys.argv[1]
POLICY = "default-src 'self'"
CONFIG = """
site_name: Served
theme: material
site_url: http://127.0.0.1:{port}/
plugins:
  - search
  - redirects:
      redirect_maps:
        old.md: guide/new.md
chaski:
  publish:
    targets:
      live: {{kind: directory, path: live}}
    precompress: true
    host_files:
      nginx: nginx/site.conf
      csp: "default-src 'self'"
"""
NGINX = """
daemon off;
pid {work}/nginx.pid;
error_log {work}/error.log;
events {{}}
http {{
  include /etc/nginx/mime.types;
  access_log off;
  client_body_temp_path {work}/body;
  proxy_temp_path {work}/proxy;
  fastcgi_temp_path {work}/fastcgi;
  uwsgi_temp_path {work}/uwsgi;
  scgi_temp_path {work}/scgi;
  server {{
    listen 127.0.0.1:{port};
    root {work}/live;
    include {work}/nginx/site.conf;
  }}
}}
"""


def get(port, path, **headers):
    """Status, headers and body of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


def crawl(port):
    """All that is found from the home page on, by address: where it was seen first."""
    base = f"http://127.0.0.1:{port}/"
    seen, todo = {"/": ""}, ["/"]
    while todo:
        path = todo.pop()
        status, headers, body = get(port, path)
        assert status == 200, f"{status} for {path}, linked from {seen[path]}"
        assert headers.get("content-security-policy") == POLICY and headers["x-content-type-options"] == "nosniff", (path, headers)
        hashed = re.search(r"\.[0-9a-f]{8,}\.", path)
        kept = headers.get("cache-control", "")
        if hashed:
            assert "immutable" in kept, (path, kept)
        if not headers["content-type"].startswith("text/html"):
            continue
        assert "max-age=0" in kept, (path, kept)
        for link in re.findall(r'(?:href|src)="([^"]+)"', body.decode()):
            to = urlsplit(urldefrag(urljoin(base + path[1:], html.unescape(link))).url)
            if to.netloc == f"127.0.0.1:{port}" and to.path not in seen:
                seen[to.path] = path
                todo.append(to.path)
    return seen


def main():
    work = pathlib.Path(tempfile.mkdtemp(prefix="served"))
    os.chmod(work, 0o755)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    docs = work / "docs"
    (docs / "guide").mkdir(parents=True)
    (work / "nginx").mkdir()
    (work / "mkdocs.yml").write_text(CONFIG.format(port=port))
    words = "Some words that are worth packing. " * 40
    (docs / "index.md").write_text(f"# Home\n\n[New](guide/new.md) and [Año](guide/año.md#mas).\n\n![Dot](dot.svg)\n\n{words}\n")
    (docs / "guide/new.md").write_text(f"# New\n\n[Home](../index.md)\n\n```sh\nls\n```\n\n{words}\n")
    (docs / "guide/año.md").write_text(f"# Año\n\n## Más\n\n{words}\n")
    (docs / "dot.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="4"/></svg>')
    subprocess.run([CHASKI, "publish", "live", "--yes"], cwd=work, check=True)
    (work / "nginx.conf").write_text(NGINX.format(work=work, port=port))
    nginx = subprocess.Popen(["/usr/sbin/nginx", "-c", str(work / "nginx.conf")])
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        seen = crawl(port)
        pages = [unquote(path) for path in seen if path.endswith("/")]
        assert {"/", "/guide/new/", "/guide/año/"} <= set(pages), pages
        assert len(seen) >= 10 and any(path.endswith(".woff2") for path in seen), seen
        published = [path for path in sorted((work / "live/").rglob("*")) if path.is_file()]
        for path in published:
            address = "/" + quote(str(path.relative_to(work / "live")))
            status, _, body = get(port, address)
            assert status == 200 and body == path.read_bytes(), (status, address)
        _, plain, page = get(port, "/")
        _, packed, body = get(port, "/", Accept_Encoding="gzip")
        assert packed.get("content-encoding") == "gzip" and gzip.decompress(body) == page and "content-encoding" not in plain
        status, headers, _ = get(port, "/old/")
        assert status == 301 and headers["location"].endswith("/guide/new/"), (status, headers)
        status, _, body = get(port, "/nowhere/")
        assert status == 404 and body == (work / "live/404.html").read_bytes(), (status, body[:200])
        status, _, _ = get(port, "/release.json")
        assert status == 200
        print(f"nginx: {len(seen)} linked addresses and {len(published)} files, all as the host files promise")
    finally:
        nginx.terminate()
        nginx.wait()
        shutil.rmtree(work, ignore_errors=True)


main()
