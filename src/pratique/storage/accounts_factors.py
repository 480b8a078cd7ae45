"""Second factors in the database: what may be used once is taken by the statement that finds it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, insert, select, update

from pratique.accounts.model import SecurityKey, Totp, UserName
from pratique.storage.accounts_rows import row_of
from pratique.storage.accounts_schema import recovery_codes, security_keys, totps
from pratique.storage.dialects.statements import upsert
from pratique.storage.transactions import Transactions


class SqlFactors:
    """`pratique.accounts.ports.Factors` over a SQL database."""

    def __init__(self, transactions: Transactions) -> None:
        self._factors = transactions

    async def totp(self, user: UserName) -> Totp | None:
        """The user's generator."""
        query = select(totps).where(totps.c.user == user)
        row = await self._factors.read(lambda c: c.execute(query).mappings().first())
        return Totp(**row) if row else None

    async def save_totp(self, totp: Totp) -> None:
        """Keep a generator in the place of an earlier one."""
        await self._factors.change(lambda c: c.execute(upsert(totps, self._factors.dialect), row_of(totp)))

    async def drop_totp(self, user: UserName) -> None:
        """Forget it."""
        await self._factors.change(lambda c: c.execute(delete(totps).where(totps.c.user == user)))

    async def use_step(self, user: UserName, step: int) -> bool:
        """Take a time step; not if it or a later one was taken before."""
        taken = update(totps).where(totps.c.user == user, totps.c.step < step).values(step=step)
        return await self._factors.change(lambda c: bool(c.execute(taken).rowcount))

    async def security_keys(self, user: UserName) -> tuple[SecurityKey, ...]:
        """The user's keys, oldest first."""
        query = select(security_keys).where(security_keys.c.user == user).order_by(security_keys.c.created)
        return await self._factors.read(lambda c: tuple(SecurityKey(**row) for row in c.execute(query).mappings()))

    async def add_key(self, key: SecurityKey) -> bool:
        """Keep a new key; not if it is known, whose ever it is."""
        known = select(security_keys.c.id).where(security_keys.c.id == key.id)
        return await self._factors.change(
            lambda c: c.execute(known).first() is None and bool(c.execute(insert(security_keys), row_of(key)))
        )

    async def use_key(self, key: SecurityKey, *, before: int) -> bool:
        """Keep counter and moment of a key that proved itself; not if its counter is no longer ``before``."""
        same = (security_keys.c.id == key.id) & (security_keys.c.sign_count == before)
        used = update(security_keys).where(same).values(sign_count=key.sign_count, used=key.used)
        return await self._factors.change(lambda c: bool(c.execute(used).rowcount))

    async def drop_key(self, user: UserName, key: bytes) -> bool:
        """Forget a key; whether there was one."""
        gone = delete(security_keys).where(security_keys.c.user == user, security_keys.c.id == key)
        return await self._factors.change(lambda c: bool(c.execute(gone).rowcount))

    async def save_codes(self, user: UserName, digests: Sequence[str]) -> None:
        """Keep recovery codes in the place of all earlier ones."""
        rows = [{"user": user, "digest": digest} for digest in digests]
        old = delete(recovery_codes).where(recovery_codes.c.user == user)
        await self._factors.change(
            lambda c: (c.execute(old), c.execute(insert(recovery_codes), rows) if rows else None)
        )

    async def use_code(self, user: UserName, digest: str) -> bool:
        """Take a recovery code; not if it is unknown or was taken before."""
        gone = delete(recovery_codes).where(recovery_codes.c.user == user, recovery_codes.c.digest == digest)
        return await self._factors.change(lambda c: bool(c.execute(gone).rowcount))

    async def codes_left(self, user: UserName) -> int:
        """How many recovery codes there are."""
        query = select(func.count()).select_from(recovery_codes).where(recovery_codes.c.user == user)
        return await self._factors.read(lambda c: int(c.execute(query).scalar_one()))
