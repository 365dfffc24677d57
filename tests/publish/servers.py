"""Publishes to servers on this machine, cuts publishes at random moments, and looks at what is live.

A target that can switch shows a whole old or a whole new site after every cut; the others show pages
whose parts are all there. After every cut the next run finishes the job.
"""

import http.client
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import faults

CHASKI, CUTS = sys.argv[1], int(sys.argv[2])
WORK = pathlib.Path(tempfile.mkdtemp(prefix="publish"))
PAGES = 24
started = []
mounted = []


def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(number, name):
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", number)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(f"{name} does not answer")


def server(name, command):
    log = open(WORK / f"{name}.log", "w")
    started.append(subprocess.Popen(command, stdout=log, stderr=log))


def call(*command, **options):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **options)


def sshd():
    """An SSH server with keys of its own; `web` has a shell, `files` has only SFTP."""
    number, folder = port(), WORK / "ssh"
    folder.mkdir()
    for key in ("host", "me"):
        call("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / key))
    shutil.copy(folder / "me.pub", folder / "authorized")
    second = port()
    for name, listen, extra in (("web", number, ""), ("files", second, "ForceCommand internal-sftp\n")):
        (folder / f"{name}.conf").write_text(
            f"Port {listen}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile {folder}/{name}.pid\n"
            f"AuthorizedKeysFile {folder}/authorized\nStrictModes no\nUsePAM no\nPermitRootLogin yes\n"
            f"Subsystem sftp internal-sftp\nMaxStartups 100\nMaxSessions 100\n{extra}"
        )
        os.makedirs("/run/sshd", exist_ok=True)
        server(name, ["/usr/sbin/sshd", "-D", "-e", "-f", str(folder / f"{name}.conf")])
    user = os.environ.get("USER", "root")
    known = (folder / "host.pub").read_text()
    (folder / "known").write_text(f"[127.0.0.1]:{number} {known}[127.0.0.1]:{second} {known}")
    hosts = "".join(
        f"Host {name}\n  HostName 127.0.0.1\n  Port {listen}\n"
        for name, listen in (("web", number), ("files", second))
    )
    (folder / "config").write_text(
        f"{hosts}Host *\n  User {user}\n  IdentityFile {folder}/me\n  UserKnownHostsFile {folder}/known\n  IdentitiesOnly yes\n"
    )
    wait_for(number, "sshd")
    wait_for(second, "sshd for files")


def s3():
    number = port()
    server("moto", [str(pathlib.Path(sys.executable).with_name("moto_server")), "-H", "127.0.0.1", "-p", str(number)])
    wait_for(number, "moto")
    os.environ.update(AWS_ACCESS_KEY_ID="id", AWS_SECRET_ACCESS_KEY="s3cret-key", AWS_ENDPOINT_URL=f"http://127.0.0.1:{number}")
    connection = http.client.HTTPConnection("127.0.0.1", number)
    connection.request("PUT", "/bucket", headers={"Authorization": "AWS4-HMAC-SHA256 Credential=id/20260101/us-east-1/s3/aws4_request"})
    assert connection.getresponse().status == 200
    return number


def ftp():
    """An FTP server that takes nothing but TLS."""
    number = port()
    (WORK / "ftp").mkdir()
    call(
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
        "-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE",
        "-keyout", f"{WORK}/ftp.key", "-out", f"{WORK}/ftp.crt",
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    (WORK / "both.pem").write_text((WORK / "ftp.key").read_text() + (WORK / "ftp.crt").read_text())
    (WORK / "ftpd.py").write_text(
        "from pyftpdlib.authorizers import DummyAuthorizer\n"
        "from pyftpdlib.handlers import TLS_DTPHandler, TLS_FTPHandler\n"
        "from pyftpdlib.servers import ThreadedFTPServer\n"
        "users = DummyAuthorizer()\n"
        f"users.add_user('ann', 'p4ss', {str(WORK)!r}, perm='elradfmwMT')\n"
        # By itself it says nothing of a full disk, unlike the servers of hosts.
        "class Data(TLS_DTPHandler):\n"
        "    def handle_error(self):\n"
        "        self.cmd_channel.respond('452 Insufficient storage space.')\n"
        "        self.close()\n"
        "handler = TLS_FTPHandler\nhandler.dtp_handler = Data\nhandler.authorizer = users\n"
        f"handler.certfile = {str(WORK / 'both.pem')!r}\n"
        "handler.tls_control_required = handler.tls_data_required = True\n"
        f"ThreadedFTPServer(('127.0.0.1', {number}), handler).serve_forever()\n"
    )
    server("ftp", [sys.executable, str(WORK / "ftpd.py")])
    wait_for(number, "the FTP server")
    os.environ.update(CHASKI_FTP_USER="ann", CHASKI_FTP_PASSWORD="p4ss")
    return number


def site(version, pages=PAGES):
    """A site whose pages each need a file of their version."""
    folder = WORK / "built"
    shutil.rmtree(folder, ignore_errors=True)
    for page in range(pages):
        at = folder / f"página {page}"
        at.mkdir(parents=True)
        (at / "index.html").write_text(f"page {page} needs v{version}.css")
    (folder / f"v{version}.css").write_text(f"v{version}")
    (folder / "same.css").write_text("same")
    (folder / "index.html").write_text(f"home needs v{version}.css")
    (folder / "sitemap.xml").write_text(f"<x>{version}</x>")


def built():
    return read(WORK / "built")


def read(folder):
    files = {}
    for path in pathlib.Path(folder).rglob("*"):
        name = path.relative_to(folder).as_posix()
        ours = name == "release.json" or name.startswith(".chaski") or name == ".nojekyll" or ".chaski-" in name
        if path.is_file() and not ours:
            files[name] = path.read_bytes()
    return files


def publish(target, *flags, kill_after=None, code=0):
    command = [CHASKI, "publish", target, "--yes", "--no-build", "-d", str(WORK / "built"), *flags]
    child = subprocess.Popen(command, cwd=WORK / "project", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)
    try:
        said, _ = child.communicate(timeout=kill_after)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.communicate()
        return None
    if kill_after is None:
        assert child.returncode == code, f"{target} {flags}: {child.returncode}\n{said}"
    assert "s3cret" not in said and "p4ss" not in said, said
    return said


def finish(target):
    """The run after a cut; says whether it had to be run twice: what was killed may still have worked on the
    host while it looked, and that it says."""
    command = [CHASKI, "publish", target, "--yes", "--no-build", "-d", str(WORK / "built")]
    first = subprocess.run(command, cwd=WORK / "project", capture_output=True, text=True)
    if first.returncode == 0:
        return False
    assert first.returncode == 2 and "publish again" in first.stderr, f"{target}: {first}"
    publish(target)
    return True


def git_live(bare):
    folder = WORK / "checkout"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    archive = subprocess.run(["git", "-C", bare, "archive", "gh-pages"], capture_output=True)
    subprocess.run(["tar", "-xf", "-", "-C", folder], input=archive.stdout, check=archive.returncode == 0)
    return read(folder)


def s3_live(number):
    import boto3

    client = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{number}", region_name="us-east-1")
    files = {}
    for page in client.get_paginator("list_objects_v2").paginate(Bucket="bucket", Prefix="guide/"):
        for entry in page.get("Contents", []):
            name = entry["Key"].removeprefix("guide/")
            if name != "release.json" and not name.startswith(".chaski"):
                files[name] = client.get_object(Bucket="bucket", Key=entry["Key"])["Body"].read()
    return files, client


def check_pages(files):
    for name, content in files.items():
        if name.endswith(".html"):
            assert content.split()[-1].decode() in files, f"{name} has no style"


def drill(target, live, switches, cuts):
    """First publish, second, then cuts."""
    start = time.time()
    version = 0
    site(version)
    publish(target)
    assert live() == built(), target
    assert "Nothing to publish" in publish(target)
    version += 1
    site(version, PAGES - 2)
    begun = time.time()
    publish(target)
    took = time.time() - begun
    assert live() == built(), target
    done, olds, news, again = 0, 0, 0, 0
    old = built()
    random.seed(9)
    tries = 0
    while done < cuts and tries < 20 * cuts:
        tries += 1
        version += 1
        site(version, PAGES - version % 3)
        killed = publish(target, kill_after=random.uniform(0.001, 1.1 * took)) is None
        done += killed
        seen = live()
        if switches:
            assert seen in (old, built()), f"{target}: neither the old nor the new site after cut {done}"
        check_pages(seen)
        olds += seen == old
        news += seen == built()
        if version % 2:
            # Another edit comes between.
            version += 1
            site(version, PAGES - 1)
        again += finish(target)
        old = built()
        assert live() == old, f"{target}: not finished after cut {done}"
    print(
        f"{target}: {done} cuts ({olds} old, {news} new afterwards; {again} finished by the second run), {time.time() - start:.0f} s",
        flush=True,
    )


def small_disk():
    """A folder for all targets that is soon full, where we may mount one."""
    folder = WORK / "small"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m", "chaski-test", str(folder)], capture_output=True)
    if done.returncode == 0:
        mounted.append(folder)
    return folder


def faults_of_each_kind(s3_port):
    folder = WORK / "small"
    project = WORK / "project"
    for name in ("small.git", "small-ssh.git"):
        call("git", "init", "-q", "--bare", str(folder / name))
    call("git", "remote", "add", "small", str(folder / "small.git"), cwd=project)
    call("git", "remote", "add", "small-ssh", f"ssh://web{folder}/small-ssh.git", cwd=project)
    os.environ["AWS_ENDPOINT_URL"] = f"http://127.0.0.1:{faults.proxy(s3_port)}"
    targets = {
        "small-here": (lambda: read((folder / "here").resolve()), True),
        "small-swap": (lambda: read(folder / "swap"), True),
        "small-branch": (lambda: git_live(folder / "small.git"), True),
        "small-branch-ssh": (lambda: git_live(folder / "small-ssh.git"), True),
        "small-shell": (lambda: read((folder / "shell/live").resolve()), True),
        "store": (lambda: s3_live(s3_port)[0], False),
        "small-ftp": (lambda: read(folder / "ftp"), False),
        "small-sftp": (lambda: read(folder / "sftp"), False),
    }

    def key():
        config, good = WORK / "ssh/config", (WORK / "ssh/config").read_text()
        config.write_text(good.replace("/ssh/me", "/ssh/host"))
        return lambda: config.write_text(good)

    def password():
        os.environ["CHASKI_FTP_PASSWORD"] = "not-p4ss-word"
        return lambda: os.environ.update(CHASKI_FTP_PASSWORD="p4ss")

    def signature():
        faults.Proxy.mode = "wrong"
        return lambda: setattr(faults.Proxy, "mode", "")

    wrong = {
        "small-branch-ssh": key,
        "small-shell": key,
        "small-sftp": key,
        "small-ftp": password,
        "store": signature,
    }
    faults.run(sys.modules["__main__"], folder, targets, wrong)
    os.environ["AWS_ENDPOINT_URL"] = f"http://127.0.0.1:{s3_port}"


def main():
    folder = small_disk()
    (folder / "ftp").mkdir()
    (folder / "shell").mkdir()
    sshd()
    s3_port = s3()
    ftp_port = ftp()
    project = WORK / "project"
    (project / "docs").mkdir(parents=True)
    (project / "docs/index.md").write_text("# Home\n")
    (project / "mkdocs.yml").write_text(
        f"""site_name: Site
theme: material
chaski:
  publish:
    targets:
      here: {{kind: directory, path: {WORK}/here, keep: 2}}
      swap: {{kind: directory, path: {WORK}/swap, keep: 2, switch: exchange}}
      branch: {{kind: git}}
      branch-ssh: {{kind: git, remote: distant}}
      shell: {{kind: ssh, host: web, path: {WORK}/shell/live, ssh_config: {WORK}/ssh/config, keep: 2}}
      sftp: {{kind: ssh, host: files, path: {WORK}/sftp, ssh_config: {WORK}/ssh/config}}
      store: {{kind: s3, bucket: bucket, prefix: guide}}
      ftp: {{kind: ftp, host: localhost, port: {ftp_port}, path: /ftp/web, ca: {WORK}/ftp.crt}}
      small-here: {{kind: directory, path: {WORK}/small/here, keep: 2}}
      small-swap: {{kind: directory, path: {WORK}/small/swap, keep: 2, switch: exchange}}
      small-branch: {{kind: git, remote: small}}
      small-branch-ssh: {{kind: git, remote: small-ssh}}
      small-shell: {{kind: ssh, host: web, path: {WORK}/small/shell/live, ssh_config: {WORK}/ssh/config, keep: 2}}
      small-sftp: {{kind: ssh, host: files, path: {WORK}/small/sftp, ssh_config: {WORK}/ssh/config}}
      small-ftp: {{kind: ftp, host: localhost, port: {ftp_port}, path: /small/ftp, ca: {WORK}/ftp.crt}}
      wrong: {{kind: ftp, host: localhost, port: {ftp_port}, path: /ftp/web, ca: {WORK}/ftp.crt, user: ann}}
"""
    )
    (WORK / "shell").mkdir()
    for name in ("origin.git", "distant.git"):
        call("git", "init", "-q", "--bare", str(WORK / name))
    for command in (
        "init -q -b main",
        f"remote add origin {WORK}/origin.git",
        f"remote add distant ssh://web{WORK}/distant.git",
        f"config core.sshCommand 'ssh -F {WORK}/ssh/config'",
        "add .",
        "-c user.name=a -c user.email=a@b commit -q -m sources",
    ):
        call("sh", "-c", f"git {command}", cwd=project)

    if "FAULTS" in os.environ:
        faults_of_each_kind(s3_port)
        return
    # Hosts by SSH take longer: fewer cuts, but in the run of record.
    fewer = CUTS if CUTS >= 50 else max(3, CUTS // 4)
    drill("here", lambda: read((WORK / "here").resolve()), True, CUTS)
    drill("swap", lambda: read(WORK / "swap"), True, CUTS)
    drill("branch", lambda: git_live(WORK / "origin.git"), True, CUTS)
    drill("branch-ssh", lambda: git_live(WORK / "distant.git"), True, fewer)
    drill("shell", lambda: read((WORK / "shell/live").resolve()), True, fewer)
    drill("store", lambda: s3_live(s3_port)[0], False, CUTS)
    drill("ftp", lambda: read(WORK / "ftp/web"), False, CUTS)
    drill("sftp", lambda: read(WORK / "sftp"), False, fewer)

    faults_of_each_kind(s3_port)

    # What stores say of objects.
    _, client = s3_live(s3_port)
    page = client.head_object(Bucket="bucket", Key="guide/index.html")
    assert page["ContentType"].startswith("text/html") and "max-age=0" in page["CacheControl"], page
    # What others put there stays, and goes with --prune.
    client.put_object(Bucket="bucket", Key="guide/theirs.txt", Body=b"theirs")
    (WORK / "ftp/web/theirs.txt").write_text("theirs")
    for target in ("store", "ftp"):
        publish(target, "--force")
        assert "- theirs.txt" in publish(target, "--prune"), target
    assert built() == s3_live(s3_port)[0] == read(WORK / "ftp/web")
    # A release before comes back.
    publish("shell")
    before = built()
    site(1000)
    publish("shell")
    publish("shell", "--rollback")
    assert read((WORK / "shell/live").resolve()) == before
    # A large object goes in parts.
    (WORK / "built/large.bin").write_bytes(random.randbytes(40 << 20))
    publish("store")
    assert s3_live(s3_port)[0] == built()
    (WORK / "built/large.bin").unlink()
    # Wrong credentials are said, without showing them.
    os.environ["CHASKI_FTP_PASSWORD"] = "not-p4ss-word"
    command = [CHASKI, "publish", "wrong", "--yes", "--no-build", "-d", str(WORK / "built")]
    wrong = subprocess.run(command, cwd=project, capture_output=True, text=True)
    assert wrong.returncode == 2 and "look at the password" in wrong.stderr and "p4ss" not in wrong.stderr, wrong
    print("publishing: all targets as they should be")


if __name__ == "__main__":
    try:
        main()
    finally:
        for process in started:
            process.terminate()
        for folder in mounted:
            subprocess.run(["umount", "-l", str(folder)])
        if "KEEP" in os.environ:
            print(WORK)
        else:
            shutil.rmtree(WORK, ignore_errors=True)
