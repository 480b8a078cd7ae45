"""What is learnt after a file was passed on: advisories are brought up to date; who has it is told."""
