"""A tag's tree in, vetted files out, or a refusal: what upstream sends is not trusted."""
