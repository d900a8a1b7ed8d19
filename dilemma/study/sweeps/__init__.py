"""Any measure over any grid of terms, in memory, in a store, or on a cluster."""
