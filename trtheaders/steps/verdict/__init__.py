"""Headers and libraries in, a verdict with its remarks out: the steps that need more than values."""
