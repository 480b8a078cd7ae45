"""The parts of ``pratique run``: how a client is led to the gateway, its detours and the fence, and what is told."""
