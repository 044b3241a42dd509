"""What is inside of requests: prompts, what they share, and samples of them. Judges nothing."""
