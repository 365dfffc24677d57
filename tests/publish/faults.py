"""Faults of each kind on each target: a full disk, others who publish meanwhile, two publishes at once,
wrong credentials, a clock that is wrong, a file that changes on its way.

After each: the live site is the whole old or the whole new one where the target can switch, no page lacks
its parts elsewhere, the message says what happened, and the next run finishes the job.
"""

import http.client
import http.server
import os
import pty
import re
import shutil
import subprocess
import threading

ERRORS = re.compile(r"panicked|RUST_BACKTRACE")


class Proxy(http.server.BaseHTTPRequestHandler):
    """Stands before the S3 server and answers for it when `mode` says so."""

    protocol_version = "HTTP/1.1"
    mode, behind = "", 0
    answers = {
        "full": (507, "InsufficientStorage"),
        "wrong": (403, "SignatureDoesNotMatch"),
        "skew": (403, "RequestTimeTooSkewed"),
    }

    def forward(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, code = self.answers.get(Proxy.mode, (0, ""))
        is_note = "/.chaski-" in self.path
        if status and not (Proxy.mode == "full" and (self.command != "PUT" or is_note)):
            text, headers = f"<Error><Code>{code}</Code></Error>".encode(), {}
        else:
            connection = http.client.HTTPConnection("127.0.0.1", Proxy.behind)
            connection.request(self.command, self.path, body, dict(self.headers))
            answer = connection.getresponse()
            status, text = answer.status, answer.read()
            headers = {name: value for name, value in answer.getheaders() if name.lower() in ("etag", "content-type")}
            connection.close()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(0 if status == 204 else len(text)))
        self.end_headers()
        if self.command != "HEAD" and status != 204:
            self.wfile.write(text)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = forward

    def log_message(self, *_):
        pass


def proxy(behind):
    Proxy.behind = behind
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


class Faults:
    def __init__(self, drill, folder, targets):
        self.drill, self.folder, self.targets = drill, folder, targets
        self.version = 5000
        self.rows = []

    def command(self, target, *flags, built=None):
        built = built or self.drill.WORK / "built"
        return [self.drill.CHASKI, "publish", target, "--no-build", "-d", str(built), *flags]

    def start(self, target, *flags, built=None, **options):
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True} | options
        return subprocess.Popen(self.command(target, *flags, built=built), cwd=self.drill.WORK / "project", **options)

    def run(self, target, *flags, built=None, **options):
        child = self.start(target, "--yes", *flags, built=built, **options)
        said, _ = child.communicate(timeout=120)
        assert not ERRORS.search(said) and "s3cret" not in said and "p4ss" not in said, said
        return child.returncode, said

    def asked(self, target, between):
        """Publishes, does `between` while the question waits, and answers yes."""
        ours, theirs = pty.openpty()
        child = self.start(target, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=False)
        said = b""
        while b"[y/N]" not in said:
            piece = os.read(child.stdout.fileno(), 4096)
            assert piece, said.decode()
            said += piece
        between()
        os.write(ours, b"y\n")
        rest, _ = child.communicate(timeout=120)
        os.close(ours)
        os.close(theirs)
        return child.returncode, (said + rest).decode()

    def site(self, pages=12):
        self.version += 1
        self.drill.site(self.version, pages)

    def copy(self):
        """The site as it is, in a folder of its own."""
        other = self.drill.WORK / "other"
        shutil.rmtree(other, ignore_errors=True)
        shutil.copytree(self.drill.WORK / "built", other)
        return other

    def good(self, kind, target, old, said, *words):
        """The live site after a fault, and after the next run."""
        live, switches = self.targets[target]
        seen = live()
        if switches:
            assert seen in (old, self.drill.built()), f"{kind}, {target}: a mixture is live\n{said}"
        self.drill.check_pages(seen)
        for word in words:
            assert re.search(word, said), f"{kind}, {target}: no `{word}` in\n{said}"
        # Of a lock that another machine left nobody knows whether it is alive; none is left here.
        code, more = self.run(target)
        if code == 2 and "publish again" in more:
            code, more = self.run(target)
        assert code == 0, f"{kind}, {target}: the next run does not finish\n{more}"
        assert live() == self.drill.built(), f"{kind}, {target}: the next run did not finish\n{more}"
        self.rows.append((kind, target))

    def fresh(self, target):
        self.site()
        code, said = self.run(target)
        assert code == 0, f"{target}\n{said}"
        return self.drill.built()

    def disk_full(self, target):
        old = self.fresh(target)
        self.site()
        big = self.drill.WORK / "built/z.bin"
        big.write_bytes(os.urandom(24 << 20))
        Proxy.mode = "full"
        code, said = self.run(target)
        Proxy.mode = ""
        assert code == 2, f"{target}: a full disk gives {code}\n{said}"
        big.unlink()
        words = r"No space left|space|full|Failure|InsufficientStorage|unpack|write error|EDQUOT|has room|aborted"
        self.good("disk full", target, old, said, words)

    def others_meanwhile(self, target):
        self.fresh(target)
        self.site(10)
        other = self.copy()
        theirs = self.drill.read(other)
        self.site(11)

        refused = []

        def between():
            code, said = self.run(target, built=other)
            # A folder is locked from the first look on.
            refused.append(code == 2 and "somebody else is publishing" in said)
            assert code == 0 or refused[0], said

        code, said = self.asked(target, between)
        if refused[0]:
            assert code == 0, f"{target}: {code}\n{said}"
            self.good("others meanwhile", target, None, said)
            return
        assert code == 2, f"{target}: {code}\n{said}"
        live, _ = self.targets[target]
        assert live() == theirs, f"{target}: what the other published is gone\n{said}"
        self.good("others meanwhile", target, theirs, said, r"meanwhile|moved|somebody|again")

    def two_at_once(self, target):
        for _ in range(3):
            old = self.fresh(target)
            self.site(10)
            other = self.copy()
            theirs = self.drill.read(other)
            self.site(11)
            both = [self.start(target, "--yes", built=built) for built in (other, None)]
            said = [child.communicate(timeout=120)[0] for child in both]
            codes = [child.returncode for child in both]
            assert 0 in codes, f"{target}: neither came through\n{said}"
            live, switches = self.targets[target]
            if switches:
                assert live() in (old, theirs, self.drill.built()), f"{target}: a mixture is live\n{said}"
            for code, text in zip(codes, said):
                assert code == 0 or re.search("publishing to|meanwhile|moved|again", text), f"{target}: {code}\n{text}"
        self.good("two at once", target, live(), "")

    def wrong_credentials(self, target, change):
        old = self.fresh(target)
        self.site()
        undo = change()
        code, said = self.run(target)
        undo()
        assert code == 2, f"{target}: {code}\n{said}"
        live, _ = self.targets[target]
        assert live() == old, f"{target}: something was written\n{said}"
        self.good("wrong credentials", target, old, said, r"password|Permission denied|credentials|Could not read")

    def clock(self, target):
        """First far ahead, then far behind: what was published last is live."""
        old = self.fresh(target)
        for year in (2_200_000_000, 100_000_000):
            self.site()
            code, said = self.run(target, env=os.environ | {"SOURCE_DATE_EPOCH": str(year)})
            assert code == 0, f"{target}\n{said}"
            live, _ = self.targets[target]
            assert live() == self.drill.built(), f"{target}: a wrong clock publishes something else"
            old, before = self.drill.built(), old
        if target.endswith(("-here", "-swap", "-shell")):
            code, said = self.run(target, "--rollback")
            assert code == 0 and live() == before, f"{target}: the release before does not come back\n{said}"
            old = before
        self.site()
        self.good("clock wrong", target, old, said)

    def file_changes(self, target):
        old = self.fresh(target)
        self.site()
        style = self.drill.WORK / f"built/v{self.version}.css"
        text = style.read_text()
        # Of the same length: only the sum tells.
        code, said = self.asked(target, lambda: style.write_text("w" + text[1:]))
        assert code == 2, f"{target}: {code}\n{said}"
        live, switches = self.targets[target]
        if switches:
            assert live() == old, f"{target}: a changed file is live\n{said}"
        style.write_text(text)
        self.good("file changes", target, old, said, "changed while it was being")


def run(drill, folder, targets, wrong):
    """Every kind on every target; `wrong` makes credentials wrong and gives what undoes that."""
    faults = Faults(drill, folder, targets)
    is_small = os.path.ismount(folder)
    for target in targets:
        if is_small or target == "store":
            faults.disk_full(target)
        faults.others_meanwhile(target)
        faults.two_at_once(target)
        faults.clock(target)
        faults.file_changes(target)
        if target in wrong:
            faults.wrong_credentials(target, wrong[target])
    if "skew" in Proxy.answers:
        Proxy.mode = "skew"
        code, said = faults.run("store")
        Proxy.mode = ""
        assert code == 2 and "clock" in said, said
    kinds = sorted({kind for kind, _ in faults.rows})
    for kind in kinds:
        print(f"fault: {kind}: {', '.join(target for other, target in faults.rows if other == kind)}", flush=True)
    if not is_small:
        print("fault: disk full: only on the store, no small disk could be mounted here", flush=True)
