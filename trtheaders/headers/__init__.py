"""A header tree to an `AbiSnapshot`: the only wing that speaks to libclang."""
