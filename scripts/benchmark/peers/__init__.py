"""What a good engineer would deploy instead of ours: one file each, as the project's own README shows it."""
