"""What the verbs answer: findings, changes, candidates, explanations, uses."""
