"""What libraries provide and show, and where they are installed: values made by `library` and `installation`."""
