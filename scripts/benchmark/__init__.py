"""What `./scripts/bench` measures: our function on either runtime, its peers, naive ones and an echo, side by side."""
