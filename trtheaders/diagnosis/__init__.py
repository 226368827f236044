"""A machine looked at: what TensorRT-LLM needs, what is there, and what to do about the difference."""
