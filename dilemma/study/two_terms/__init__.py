"""Where in the plane of two terms the answers change, exactly."""
