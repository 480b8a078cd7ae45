"""Places where people keep secrets, and names of variables that hold them."""

from __future__ import annotations

import re

_HOME = (
    r"(~|<\$(HOME|USERPROFILE|HOMEPATH|HOMEDRIVE)>|/home(/[^/]+)?|/root|/Users(/[^/]+)?|"
    r"[A-Za-z]:[/\\]*(Users[/\\]+[^/\\]+)?|/)"
)
"""A person's folder, all of them, or a whole disk."""
_PLACES = {
    "ssh keys": r"\.ssh(?:[/\\]|$)|\bid_(rsa|dsa|ecdsa|ed25519)\b|\bauthorized_keys\b",
    "cloud credentials": r"\.aws[/\\]?(credentials|config|$)|\.aws\b|\.azure\b|gcloud[/\\]|application_default_credentials|"
    r"\.kube([/\\]|$)|\.docker[/\\]config|\.config[/\\]gh\b|169\.254\.169\.254|//2852039166\b|metadata\.google\.internal",
    "publishing credentials": r"\.cache[/\\]huggingface[/\\]token\b|\.pypirc|\.npmrc|\.netrc|_netrc|\.git-credentials|\.gem[/\\]credentials|\.cargo[/\\]credentials",
    "browser store": r"Login Data|Local State|[/\\]?User Data\b|Web Data|\bCookies\b|cookies\.sqlite|logins\.json|key[34]\.db|"
    r"Mozilla[/\\]+Firefox|Google[/\\]+Chrome|BraveSoftware|Opera Software|Microsoft[/\\]+Edge|Yandex[/\\]+YandexBrowser|"
    r"Chrome[/\\]+User|\.mozilla\b|google-chrome",
    "wallet": r"Exodus|exodus\.wallet|Electrum[/\\]|wallet\.dat|Ethereum[/\\]+keystore|Atomic[/\\]+Local Storage|"
    r"\bmetamask\b|nkbihfbeogaeaoehlefnkodbefgpgknn|Coinomi|Armory[/\\]|Bytecoin|\.solana\b|solana[/\\]+(?:id\.json|\*)|\.ethereum[/\\]+keystore|Guarda[/\\]|Jaxx[/\\]",
    "chat token": r"[dD]iscord(canary|ptb|development)?[/\\]+|Local Storage[/\\]+leveldb|\bleveldb\b|tdata\b|Telegram Desktop|"
    r"Slack[/\\]+storage|Element[/\\]+",
    "account store": r"Steam[/\\]+config|ssfn|\.minecraft|Growtopia|Roblox|FileZilla[/\\]|KeePass|\.kdbx|1Password|Bitwarden",
    "shell history": r"\.(bash|zsh|python|mysql|psql)_history",
    "password file": r"/etc/shadow\b|/etc/gshadow\b|/etc/passwd\b|\bSAM\b[/\\]?$",
    "environment file": r"(^|[/\\])\.env(\.\w+)?$|^/proc/(self|\d+|\*|<[^>]*>)/environ$",
    "service account": r"serviceaccount/token\b",
    "key store": r"share[/\\]keyrings[/\\]|Library[/\\]Keychains\b|\.keychain(-db)?\b|\.gnupg[/\\]private",
    "personal files": rf"^{_HOME}[/\\]*(\*\*|(Desktop|Documents|Downloads|Pictures|OneDrive)[/\\]+(\*|<))",
}
_PATTERN = re.compile("|".join(f"(?P<_{i}>{p})" for i, p in enumerate(_PLACES.values())))
_NAMES = tuple(_PLACES)
_VARIABLE = re.compile(
    r"TOKEN|SECRET|PASSW|PASSPHRASE|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIAL|MNEMONIC|SESSION_?KEY", re.IGNORECASE
)
_ARGUMENT = re.compile(
    r"priv(ate)?_?key|secret|seed(_?phrase)?$|mnemonic|passw(or)?d|passphrase|wallet|(^|_)pk$|api_?key|token$|keypair|credential|"
    r"^auth(orization)?$|cookies?$|(^|_)pwd$|(^|_)otp$",
    re.IGNORECASE,
)


_PUBLIC = re.compile(r"^[^\s;&|]{0,400}\.pub['\")>\s]{0,3}$")
"""The half of a key that is made to be handed out."""
_IRREPLACEABLE = re.compile(r"priv(ate)?_?key|seed(_?phrase)?$|mnemonic|keypair|(^|_)pk$|wallet", re.IGNORECASE)


_REGISTRY = {
    "account store": r"Roblox\w*[/\\]+RobloxStudioBrowser|\.ROBLOSECURITY\b|IntelliForms[/\\]+Storage|Messaging Subsystem[/\\]+Profiles",
    "ssh keys": r"SimonTatham[/\\]+PuTTY|Martin Prikryl[/\\]+WinSCP|OpenSSH[/\\]+Agent",
    "password file": r"(?:WinVNC\d?|TightVNC|RealVNC|TigerVNC)\b",
}
_KEYS = re.compile("|".join(f"(?P<_{i}>{p})" for i, p in enumerate(_REGISTRY.values())), re.IGNORECASE)
_KINDS = tuple(_REGISTRY)


def registry_secret(key: str) -> str:
    """Which kind of secret programs keep under a key of the Windows registry, or nothing."""
    match = _KEYS.search(key[:1_000])
    return _KINDS[int(match.lastgroup[1:])] if match is not None and match.lastgroup is not None else ""


def irreplaceable(name: str) -> bool:
    """Whether a parameter of that name is a secret that belongs to the caller alone and to no service."""
    return bool(_IRREPLACEABLE.search(name))


def secret_place(path: str) -> str:
    """Which kind of secret a path leads to, or nothing."""
    match = _PATTERN.search(path[:4_000])
    if match is None or match.lastgroup is None or _PUBLIC.search(path):
        return ""
    return _NAMES[int(match.lastgroup[1:])]


def secret_variable(name: str) -> bool:
    """Whether an environment variable of that name holds a secret."""
    return bool(_VARIABLE.search(name))


def secret_argument(name: str) -> bool:
    """Whether a parameter of that name is a caller's secret."""
    return bool(_ARGUMENT.search(name))
