"""What stands behind single commands, and nowhere else."""
