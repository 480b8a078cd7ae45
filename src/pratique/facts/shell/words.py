"""A quick look before the patterns: without one of these words none of `signs` and `flow` can match."""

from __future__ import annotations


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


WORDS = _listed(
    "curl|wget|aria2c|iwr|irm|certutil|bitsadmin|mshta|download|webrequest|restmethod|bitstransfer|regsvr32|"
    "msiexec|xmlhttp|winhttp|cron|schtasks|scheduledtask|currentversion|systemctl|systemd|launch|bashrc|zshrc|"
    "profile|bash_|zshenv|.fish|startup|autostart|create|new-service|update-rc|authorized_keys|userinit|winlogon|"
    "mppreference|defend|disable|firewall|ufw|iptables|enablelua|consentprompt|amsi|taskkill|stop-process|kill|"
    "setenforce|spctl|csrutil|wevtutil|eventlog|history|rm |rd |rmdir|del |format|mkfs|/dev/|shred|vssadmin|wmic|"
    "shadowcopy|wbadmin|bcdedit|:()|.ssh|.aws|gcloud|.azure|credentials|169.254|metadata.google|netrc|pypirc|"
    "npmrc|dockercfg|vault-token|.docker|.kube|gh |.config|/etc/|login data|local state|cookies|logins|key4|"
    "wallet|.electrum|.bitcoin|security |cmdkey|env|export|upload|nc|ncat|netcat|nslookup|dig |host |ping |scp|"
    "hidden|-w|nohup|setsid|start|disown|nowindow|nul|whoami|hostname|uname|ifconfig|ipconfig|systeminfo| id|(id|"
    "`id|$user|%user|%computer|mkfifo|socat|at |batch|systemd-run|register-|git|config|login item|setx|chmod|"
    "chpasswd|visudo|python|ssh|sftp|txt|rclone|run|urlopen|requests|journalctl|histfile|find |extension|openssl|"
    "busybox|rsync|deno|docker|getline|user|localgroup|sudoers|dscl|eventfilter|eventconsumer|eval|npx|bunx|uvx|"
    "pipx|clone|tcpclient|telnet|socket|fsockopen|pip|npm|yarn|gem |cargo|go |rundll32"
)
"""At least one of these, in lower case, stands in every text that a pattern of `signs` or `flow` can match."""


def words_in(text: str) -> tuple[str, ...]:
    """Those of `WORDS` that a text holds; without any, no pattern can match."""
    lowered = text.lower()
    return tuple(word for word in WORDS if word in lowered)
