"""SARIF 2.1.0 (OASIS standard, errata 01), as much of it as a finding can fill truthfully."""
