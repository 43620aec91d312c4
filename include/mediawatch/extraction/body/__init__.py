"""The article's text: which lines of a page are its body, and what the other lines are."""
