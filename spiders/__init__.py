"""Where pages come from, one file per way of finding them."""
