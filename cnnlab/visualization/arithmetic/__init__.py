"""How one number of a layer's output comes about, step by step."""
