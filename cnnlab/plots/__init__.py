"""Tables in, Plotly figures out: one file per page's worth of plots; all colours in `_style`."""
