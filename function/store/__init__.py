"""Named bytes in a bucket or a folder, and weights on top of them: version, fetch, publish."""
