"""The vocabulary of the domain: frozen values that every wing speaks, and no behaviour that touches the world."""
