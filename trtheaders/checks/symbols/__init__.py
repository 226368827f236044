"""Promises and the libraries' answers in, one finding for each promise that is not kept out."""
