"""Pictures → pixels: encoded bytes, text and numbers, each held to its limits before any work."""
