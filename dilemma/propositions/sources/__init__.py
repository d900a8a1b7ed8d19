"""What the literature claims, each source as statements on the models here."""
