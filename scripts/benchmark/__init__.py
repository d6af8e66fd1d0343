"""What `./scripts/bench` measures: our function on either runtime, a naive one and an echo, side by side."""
