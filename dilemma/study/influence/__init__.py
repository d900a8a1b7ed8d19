"""Which terms an answer hangs on: Sobol indices and Morris screening."""
