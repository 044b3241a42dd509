"""Plans before they are agreed to: rows, money, pace, problems, and the question at the end."""
