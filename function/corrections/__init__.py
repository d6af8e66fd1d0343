"""A corrected drawing → the one small object that is kept of it, in a bucket or a folder."""
