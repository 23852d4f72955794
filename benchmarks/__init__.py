"""What Innspill costs on this machine, beside what the same machine can do at best: `make bench`."""
