"""What the dynamic loader would load, and from where; pure functions over what a machine's folders hold."""
