"""How a network learns, computed: why it needs activations, and one weight's gradient, by hand."""
