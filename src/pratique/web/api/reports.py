"""Reports: what the engine says of a file that was uploaded or asked for here."""

from __future__ import annotations

from pratique.accounts.principal import Scope
from pratique.errors import NotFound
from pratique.names import distribution_name, sha256_digest
from pratique.web.api import converting, values
from pratique.web.api.endpoint import Call, Endpoint


async def _shown(call: Call) -> values.Report:
    sha256, filename = sha256_digest(call.given("sha256")), distribution_name(call.given("filename")).filename
    found = await call.site.gateway.report(sha256, filename)
    if found is None:
        raise NotFound(f"There is no report on {filename} with this digest.", remedy="Ask for the file once.")
    return converting.report(*found)


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/reports/{sha256}/{filename}",
        name="show_report",
        summary="The verdict on a file, what was found in it, and what follows today.",
        scopes=(Scope.READ,),
        answers=values.Report,
        handler=_shown,
    ),
)
