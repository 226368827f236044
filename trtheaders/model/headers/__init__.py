"""What headers declare, owe and lay out: values made by `headers`."""
