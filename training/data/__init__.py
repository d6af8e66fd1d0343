"""What digits are made of: MNIST and pen strokes, their splits, and pictures drawn from strokes."""
