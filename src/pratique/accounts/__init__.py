"""Accounts: who may do what, and how somebody proves who they are. Pure; what lies outside is in `ports`."""
