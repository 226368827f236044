"""Classes of both sides in, what changed about each as a whole, its layout and its vtable out."""
