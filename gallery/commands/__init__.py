"""What stands behind the commands, and nowhere else."""
