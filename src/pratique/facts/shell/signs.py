"""Words of commands that mean something: one table per fact, each pattern linear and bounded."""

from __future__ import annotations

import re
from collections.abc import Iterable

Signs = tuple[tuple[str, re.Pattern[str]], ...]


def _signs(table: Iterable[tuple[str, str]]) -> Signs:
    return tuple((what, re.compile(pattern, re.IGNORECASE | re.ASCII)) for what, pattern in table)


PERSISTS = _signs(
    (
        (
            "crontab",
            r"\bcrontab\s+(?!-[lr]\b)[-/\w.~$<\"']|\|\s{0,5}crontab\b|>\s{0,5}/etc/cron|>\s{0,5}/var/spool/cron",
        ),
        ("scheduled task", r"\bschtasks(?:\.exe)?\b[^\n]{0,80}/create|\b(?:Register|New)-ScheduledTask\b"),
        (
            "Run key",
            r"(?:\breg(?:\.exe)?\s{1,5}add|-ItemProperty\b)[^\n]{0,200}CurrentVersion\\{1,2}(?:Policies\\{1,2}Explorer\\{1,2})?Run",
        ),
        (
            "systemd unit",
            r"\bsystemctl\s[^\n;|&]{0,40}\benable\b|(?:>|\btee\b|\bcp\b|\bmv\b)[^\n;|]{0,200}(?:/etc/systemd/system|\.config/systemd/user)/",
        ),
        (
            "launch agent",
            r"\blaunchctl\s{1,5}(?:load|bootstrap)\b|(?:>|\bcp\b|\bmv\b|\btee\b)[^\n;|]{0,200}Library/Launch(?:Agents|Daemons)",
        ),
        (
            "shell start-up file",
            r"(?:>>|\btee\s{1,5}-a)\s{0,5}[\"']?[^\s;|&]{0,100}\.(?:bashrc|zshrc|profile|bash_profile|bash_login|zprofile|zshenv|config/fish/config\.fish)\b",
        ),
        ("start-up folder", r"Start Menu\\{1,2}Programs\\{1,2}Startup|shell:startup|\.config/autostart/"),
        ("service", r"\bsc(?:\.exe)?\s{1,5}create\b|\bNew-Service\b|\bupdate-rc\.d\b"),
        ("authorized_keys", r">>\s{0,5}[\"']?[^\s;|&]{0,100}\.ssh/authorized_keys"),
        (
            "account",
            (
                r"\bnet1?(?:\.exe)?\s{1,5}user\s{1,5}[^\n&|]{1,120}\s/add\b|\bnet1?(?:\.exe)?\s{1,5}localgroup\s[^\n&|]{1,120}\s/add\b"
                r"|\b(?:New-LocalUser|Add-LocalGroupMember)\b|(?:^|[\s;&|(])(?:/usr/sbin/)?(?:useradd|adduser)\s(?![^\n;&|]{0,80}(?:--system|-r\b|-S\b))[^\n;&|]{0,120}\S"
                r"|\busermod\s[^\n;&|]{0,40}-a?G\s{1,5}(?:sudo|wheel|admin|root)\b|>>\s{0,5}[\"']?/etc/sudoers|\btee\s[^\n;|&]{0,20}/etc/sudoers|\b(?:chpasswd|visudo)\b|\bdscl\s[^\n;&|]{0,40}-create\s{1,5}/Users/"
            ),
        ),
        ("event subscription", r"__EventFilter\b|CommandLineEventConsumer\b|ActiveScriptEventConsumer\b"),
        ("at job", r"\|\s{0,5}(?:at|batch)\s{1,5}[\w+:]|\bat\s{1,5}-f\s|(?:^|[\s;&|])(?:at|batch)\s{1,5}<<"),
        ("timer", r"\bsystemd-run\b[^\n;|&]{0,80}--on-|\bRegister-(?:WmiEvent|ObjectEvent)\b"),
        (
            "settings of other programs",
            (
                r"\bgit\s{1,5}config\s{1,5}(?:-\S{1,12}\s{1,5}){0,2}--(?:global|system)\s[^\n;|&]{0,40}"
                r"(?:hooksPath|sshCommand|fsmonitor|credential\.helper|init\.templateDir)"
                r"|\bpip\S{0,4}\s{1,5}config\s{1,5}(?:--\w{1,8}\s{1,5}){0,2}set\s[^\n;|&]{0,40}index-url"
                r"|\bnpm\s{1,5}config\s{1,5}set\s{1,5}registry|\b(?:code|cursor|codium)\s{1,5}--install-extension\s"
                r"|\bsetx\s{1,5}(?:/m\s{1,5})?PYTHON(?:STARTUP|PATH)\b|make login item"
            ),
        ),
        ("program that runs as root", r"\bchmod\s{1,5}(?:u\+s|\+s|[4-7][0-7]{3})\s"),
        ("logon script", r"UserInitMprLogonScript|\bWinlogon\b[^\n]{0,80}(?:Shell|Userinit)"),
    )
)

DISARMS = _signs(
    (
        ("Defender preferences", r"\b(?:Set|Add)-MpPreference\b"),
        (
            "Defender service",
            r"\b(?:sc|net)(?:\.exe)?\s{1,5}(?:stop|delete|config)\s{1,5}\"?WinDefend|Disable(?:AntiSpyware|RealtimeMonitoring|AntiVirus)\b",
        ),
        (
            "firewall",
            r"\bnetsh\b[^\n]{0,80}(?:adv)?firewall\b[^\n]{0,80}\b(?:off|disable)\b|\bnetsh\b[^\n]{0,80}firewall\b[^\n]{0,200}\bdir=in\b[^\n]{0,80}\baction=allow\b|Set-NetFirewallProfile\b[^\n]{0,120}\bFalse\b|\bufw\s{1,5}disable\b|\biptables\s{1,5}-F\b|\bsystemctl\s{1,5}(?:stop|disable)\s{1,5}(?:firewalld|ufw)\b",
        ),
        ("user account control", r"\bEnableLUA\b[^\n]{0,80}\b0\b|ConsentPromptBehaviorAdmin"),
        ("script scanning", r"AmsiUtils|amsiInitFailed|AmsiScanBuffer"),
        (
            "antivirus process",
            r"\b(?:taskkill|Stop-Process|pkill|killall)\b[^\n]{0,80}(?:MsMpEng|MpCmdRun|avast|avgui|bdagent|mcshield|SentinelAgent|CSFalcon|clamd)",
        ),
        (
            "mandatory access control",
            r"\bsetenforce\s{1,5}0\b|\bspctl\s{1,5}--master-disable\b|\bcsrutil\s{1,5}disable\b",
        ),
        (
            "traces",
            r"\brm\s[^\n;|&]{0,40}(?:\.(?:bash|zsh)_history|/var/log/)|\bhistory\s{1,5}-c\b|\bjournalctl\s{1,5}--vacuum|\bunset\s{1,5}HISTFILE\b",
        ),
        ("audit log", r"\bwevtutil(?:\.exe)?\s{1,5}cl\b|\bClear-EventLog\b|\bhistory\s{1,5}-c\b[^\n]{0,40}\brm\b"),
    )
)

DESTROYS = _signs(
    (
        (
            "deletes everything",
            r"\brm\s{1,5}(?:-{1,2}[\w-]{1,30}\s{1,5}){1,5}[\"']?(?:/|/\*|~/?\*?|\$\{?HOME\}?/?\*?)[\"']?(?=\s|$|[;|&)])",
        ),
        (
            "deletes a drive",
            r"\b(?:rd|rmdir|del)\b\s{1,5}(?:/\w\s{1,5}){1,5}[\"']?(?:[a-z]:\\{1,2}(?:\*(?:\.\*)?)?|%userprofile%|%systemdrive%\\{0,2})[\"']?(?=\s|$|[;|&)])",
        ),
        (
            "formats a drive",
            r"(?:^|[\s\"';&|])format(?:\.com)?\s{1,5}[a-z]:|\bmkfs(?:\.\w{2,6})?\s{1,5}[^\n;|&]{0,60}/dev/|\bFormat-Volume\b",
        ),
        (
            "overwrites a device",
            r"\bdd\b[^\n;|&]{0,80}\bof=/dev/(?:sd|nvme|hd|vd|disk|mmcblk)|>\s{0,5}/dev/(?:sd[a-z]|nvme\d)|\bshred\b[^\n;|&]{0,60}/dev/",
        ),
        (
            "deletes shadow copies",
            r"\bvssadmin(?:\.exe)?\s{1,5}delete\s{1,5}shadows|\bwmic\b[^\n]{0,40}shadowcopy\b[^\n]{0,20}delete|Win32_ShadowCopy[^\n]{0,80}(?:Delete|Remove)|\bwbadmin\s{1,5}delete\b",
        ),
        ("disables recovery", r"\bbcdedit\b[^\n]{0,80}(?:recoveryenabled\s{1,5}no|ignoreallfailures)"),
        (
            "deletes what it finds",
            r"\bfind\s{1,5}[\"']?(?:/|~|\$\{?HOME\}?|/home|/root)/?[\"']?\s[^\n;|&]{0,80}(?:-delete\b|-exec\s{1,5}(?:rm|shred)\b)",
        ),
        ("fork bomb", r":\(\)\s{0,3}\{\s{0,3}:\s{0,3}\|\s{0,3}:"),
    )
)

SECRETS = _signs(
    (
        ("SSH keys", r"\.ssh(?:/|\\)(?:id_|\*|config\b|identity|known_hosts)|\.ssh/?(?=[\s\"';|&)]|$)"),
        (
            "cloud credentials",
            r"\.aws(?:/|\\)(?:credentials|config|\*)|\.aws/?(?=[\s\"';|&)]|$)|\.config/gcloud|\.azure/|application_default_credentials",
        ),
        ("cloud metadata", r"169\.254\.169\.254|metadata\.google\.internal"),
        (
            "tokens",
            r"(?:^|[/\\~])\.(?:netrc|pypirc|npmrc|git-credentials|dockercfg|vault-token)\b|\.docker/config\.json|\.kube/config|\bgh\s{1,5}auth\s{1,5}token|\.config/gh/hosts",
        ),
        ("password file", r"/etc/(?:shadow|passwd)\b"),
        ("browser store", r"Login Data\b|Local State\b|cookies\.sqlite|logins\.json|key4\.db"),
        ("wallet", r"wallet\.dat\b|\.electrum\b|Exodus[\\/]exodus\.wallet|\.bitcoin/|\.config/solana/id\.json"),
        ("keychain", r"\bsecurity\s{1,5}(?:find-(?:generic|internet)-password|dump-keychain)|\bcmdkey\s{1,5}/list"),
        (
            "whole environment",
            r"(?:^|[\s\"'`;|&(])(?:printenv|env|export\s{1,5}-p)\s{0,5}(?=$|[|)`>\"'])|/proc/(?:self|\d{1,7}|\*)/environ|(?:gci|dir|ls|Get-ChildItem)\s{1,5}env:",
        ),
        ("shell history", r"\.(?:bash|zsh)_history\b"),
    )
)

REVERSE_SHELL = re.compile(
    r"/dev/(?:tcp|udp)/"
    r"|\b(?:nc|ncat|netcat|nc\.exe)\b[^\n;|&]{0,120}\s-(?:\w{0,4}e|c)\s{1,5}[\"']?(?:/(?:usr/)?bin/)?(?:ba|z|da)?(?:sh|cmd|powershell)\b"
    r"|\b(?:nc|ncat)\b[^\n;|&]{0,80}\s--?(?:sh-)?exec\s{1,5}[\"']?\S{0,40}(?:sh|cmd|powershell)\b"
    r"|\bmkfifo\b[^\n]{0,200}\b(?:nc|ncat|netcat|telnet|openssl\s{1,5}s_client)\b"
    r"|\bsocat\b[^\n]{0,160}\bexec:"
    r"|Net\.Sockets\.TCPClient\b[^\n]{0,2000}(?:\biex\b|Invoke-Expression)"
    r"|\btelnet\b[^\n;|&]{0,80}\|\s{0,5}(?:/bin/)?(?:ba)?sh\b[^\n;|&]{0,40}\|\s{0,5}telnet\b"
    r"|\bsocket\.socket\b[^\n]{0,400}\bdup2\b|\bfsockopen\([^\n]{0,200}\b(?:exec|proc_open)\b",
    re.IGNORECASE | re.ASCII,
)
HIDDEN = re.compile(
    r"-w(?:in(?:dow)?)?(?:style|s)?\s{1,5}(?:h(?:idden)?|1)\b|\bnohup\b[^\n]{0,400}&\s{0,5}(?:$|[\"'\n;])"
    r"|>\s{0,5}/dev/null\b[^\n]{0,40}&\s{0,5}(?:$|[\"'\n;)])|\bsetsid\b|\bstart\s{1,5}/b\b|\bdisown\b|CreateNoWindow|>\s{0,3}nul\b[^\n]{0,40}&",
    re.IGNORECASE | re.ASCII,
)
IDENTIFIES = re.compile(
    r"(?:(?:\$\(|`|[\s|;&\"'])(?:whoami|hostname|uname|ifconfig|ipconfig|systeminfo)|(?:\$\(|`|\s)id)(?=[\s)`|;&\"']|$)"
    r"|\$(?:USER|HOSTNAME|env:(?:USERNAME|COMPUTERNAME))\b|%(?:USERNAME|COMPUTERNAME)%",
    re.IGNORECASE | re.ASCII,
)
FETCHES = re.compile(
    r"(?:^|[\s\"'`;|&(/\\<{=])(?:curl|wget|aria2c|iwr|irm|certutil|bitsadmin|mshta|curl\.exe|certutil\.exe)\b"
    r"|\b(?:Invoke-WebRequest|Invoke-RestMethod|Start-BitsTransfer|Download(?:String|File|Data)(?:Async|TaskAsync)?\b"
    r"|regsvr32\b[^\n]{0,80}/i:|msiexec\b[^\n]{0,80}\bhttps?:|XMLHTTP|WinHttpRequest)"
    r"|\bopenssl\s{1,5}s_client\b|\b(?:dig|nslookup|host)\s[^\n;|&]{0,80}\btxt\b|\b(?:nc|ncat|netcat)(?:\.exe)?\s{1,5}(?:-\w{1,6}\s{1,5}){0,3}[\w.-]{4,80}\s{1,5}\d{2,5}\s{0,5}(?=\||$)"
    r"|\b(?:scp|rsync|sftp)\s{1,5}(?:-\S{1,20}\s{1,5}){0,4}(?:rsync://|[\w.-]{0,40}@?[\w-]{1,60}(?:\.[\w-]{1,40}){1,5}:)\S"
    r"|\bssh\s[^\n;|&]{3,120}\s[\"']?cat\s|\bpython[\d.]{0,4}\s{1,5}-c\b[^\n]{0,300}(?:urlopen|requests\.get)\b",
    re.IGNORECASE | re.ASCII,
)
SENDS = re.compile(
    r"\b(?:curl|wget)(?:\.exe)?\b[^\n]{0,600}\s(?:-[a-zA-Z]{0,6}[dFT](?=[\s@\"'$<{])|--data\S{0,20}|--form\b|--upload-file|--json|--post-(?:data|file))"
    r"|\b(?:curl|wget)(?:\.exe)?\b[^\n]{0,300}(?:\$\(|`)"
    r"|\b(?:Invoke-WebRequest|Invoke-RestMethod|iwr|irm)\b[^\n]{0,600}-(?:Body|InFile|Form)\b"
    r"|\bUpload(?:String|File|Data|Values)(?:Async)?\b"
    r"|\|\s{0,5}(?:nc|ncat|netcat)\s{1,5}[^\n]{1,80}\s\d{2,5}\b|\b(?:nc|ncat)\b[^\n;|&]{1,80}\s\d{2,5}\s{0,5}<"
    r"|(?:^|[\s;|&(\"'])(?:nslookup|dig|host|ping)\s[^\n;|&]{0,80}(?:\$\(|`)"
    r"|\brclone\s{1,5}(?:copy|sync|move|copyto)\s|\bgit\s{1,5}push\s[^\n;|&]{0,60}(?:https?|ssh)://"
    r"|\bscp\b[^\n;|&]{1,300}\s[^\s;|&]{1,100}@[^\s;|&]{1,100}:",
    re.IGNORECASE | re.ASCII,
)
URL = re.compile(r"(?:https?|ftp)://(?:<[^<>\n]{0,200}>|[^\s'\"`<>|;)(,])+", re.IGNORECASE | re.ASCII)
INSTALLS = re.compile(
    r"\b(?:pip[23]?(?:\.\d{1,2})?(?:\.exe)?|npm|pnpm|yarn|pipx|gem|cargo|go)\s{1,5}(?:install|i|add|get)\s{1,5}([^\n;|&\"'`)]{1,300})",
    re.IGNORECASE | re.ASCII,
)


def matched(signs: Signs, text: str) -> tuple[str, ...]:
    """What of a table the text shows, in the table's order."""
    return tuple(what for what, pattern in signs if pattern.search(text))
