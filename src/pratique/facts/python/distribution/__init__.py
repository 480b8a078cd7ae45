"""The modules of one distribution, for one another: who defines what, and who sets what off."""
