"""What a shared future sustains: repeated play of a game."""

from dilemma.repeated.grim import CriticalDiscount, critical_discount

__all__ = ["CriticalDiscount", "critical_discount"]
