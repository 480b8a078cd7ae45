"""What is learnt after a file was passed on: advisories are brought up to date, on schedule."""
