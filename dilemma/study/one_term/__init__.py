"""Where along one term the answers change, exactly."""
