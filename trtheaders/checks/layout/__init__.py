"""Evidence of layout and the headers' layouts in, findings and the reach of the evidence out."""
