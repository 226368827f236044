"""Types, values and names as headers spell them in; whether two of them are one, or one serves as the other, out."""
