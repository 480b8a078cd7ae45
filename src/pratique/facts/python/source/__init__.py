"""From the bytes of a source file to a syntax tree, whatever they are."""
