"""Terms and rationality from choices: maximum likelihood of logit responses."""
